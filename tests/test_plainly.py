"""Values that pydantic sees by itself (`fields.Plainly`): what it takes in strict mode, our own functions take, with the same result."""

from __future__ import annotations

import random
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter, ValidationError

from podfeed.model import RELATIONS
from podfeed.source import fields, yaml
from podfeed.source.fields import Clock
from podfeed.source.schema import KINDS, EpisodeFile

CLOCK = Clock(ZoneInfo("Europe/London"), time(6))
REFUSED = object()
HERE = Path(__file__).parent

ODD = (*"aZ09 .:/?#[]@!$&'()*+,;=-_~%<>\"\\^`{|}äßſKé🎈", "  ", "\n", "\r", "\t", "\x0b", "\x1c", "\x1f", "\x7f", "\x85", "\xa0",
       "\u1680", "\u180e", "\u2003", "\u2028", "\u200b", "\u202f", "\u3000", "\ufeff", "http://", "https://", "a.example", "1:02", ":59",
       ":60", "about", "About", "２")  # fmt: skip


def result(adapter: TypeAdapter, value: object, strict: bool) -> object:
    try:
        return adapter.validate_python(value, context=CLOCK, strict=strict)
    except ValidationError:
        return REFUSED


def texts(chance: random.Random, count: int) -> list[str]:
    found = ["", "x" * 999, "x" * 1_000, "x" * 1_001, "é" * 40_000, "x" * 16_001, "https://a.example/" + "x" * 2_000]
    return found + ["".join(chance.choices(ODD, k=chance.randint(1, 9))) for _ in range(count)]


@pytest.mark.parametrize("kind", ["Line", "Text", "Address", "TimeText", "choice"])
def test_nothing_is_taken_that_ours_would_not_take(kind):
    """And no white space stays where ours takes it off."""
    adapter = TypeAdapter(fields.choice(*RELATIONS) if kind == "choice" else getattr(fields, kind))
    taken = 0
    for value in (None, 1, [], {}, *texts(random.Random(1), 20_000), *RELATIONS):
        quick = result(adapter, value, strict=True)
        if quick is not REFUSED:
            taken += 1
            assert quick == result(adapter, value, strict=False), repr(value)
    assert taken


def test_ordinary_values_are_taken():
    """The quick way is not closed by accident: nothing else would tell."""
    for kind, value in (
        (fields.Line, "The harbour vote: what now? – Größe"),
        (fields.Text, "A text.\n\n* of lines\n"),
        (fields.Address, "https://news.example/2026/a?b=c#d"),
        (fields.TimeText, "1:02:03"),
        (fields.choice(*RELATIONS), "about"),
    ):
        assert result(TypeAdapter(kind), value, strict=True) is not REFUSED
    source = (HERE.parent / "episodes").glob("*.yaml")
    for path in source:
        document, _ = yaml.read(path.name, path.read_bytes())
        assert document is not None
        EpisodeFile.model_validate(document.data, context=CLOCK, strict=True)


def test_whole_files():
    """Every file of the repository, as every kind of file: the same entry, or none the quick way."""
    root = HERE.parent
    for path in sorted((*root.glob("*.yaml"), *root.glob("episodes/*.yaml"), *HERE.rglob("*.yaml"))):
        document, _ = yaml.read(path.name, path.read_bytes())
        for kind in KINDS.values() if document else ():
            quick = result(TypeAdapter(kind), document.data, strict=True)
            assert quick is REFUSED or repr(quick) == repr(result(TypeAdapter(kind), document.data, strict=False))
