"""Every rule of what an editor wrote finds what it is for, at its place and in its words, and nothing in what is right.

tests/rules/show/<code>.yaml holds the examples of one rule: lines for show.yaml (keys of the same name give way, and those
of `without`), the episode's file, and a `second` one. `expect` says what is found and where; without it nothing is found by
any rule, of the rendered feed neither.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from newsroom import SHOW, make, mp3, png
from PIL import Image

from podfeed.check.finding import code
from podfeed.check.rules import RULES
from podfeed.problem import Problem
from podfeed.steps import look
from tests import sound

FOLDER = Path(__file__).parent / "rules" / "show"
LIMIT = 512 * 1024
GIF = b"GIF89a" + (1400).to_bytes(2, "little") * 2 + b"\xf0\0\0" + bytes(6) + b",\0\0\0\0\1\0\1\0\0\2\2D\1\0;"


def jpeg(mode: str, **how) -> bytes:
    out = io.BytesIO()
    Image.new(mode, (1400, 1400)).save(out, "JPEG", **how)
    return out.getvalue()


def files() -> dict[str, bytes]:
    """What lies in media/."""
    cover = png()
    return {
        "media/second.mp3": mp3(1700),
        "media/chaptered.mp3": sound.id3_tags(
            sound.chap("a", 0, 300_000, sound.title("Old")),
            sound.chap("b", 300_000, 600_000, sound.title("Older")),
            version=3,
        )
        + mp3(1600),
        "media/one.txt": b"ANN: Good morning.\n",
        "media/two.txt": b"ANN: Good day.\n",
        "media/words.vtt": b"WEBVTT\n\n00:01.000 --> 00:04.000\nGood morning.\n",
        "media/small.png": png(300, 300),
        "media/wide.png": png(1920, 1080),
        "media/Cover.png": cover,
        "media/plain.jpg": jpeg("RGB"),
        "media/passes.jpg": jpeg("RGB", progressive=True),
        "media/print.jpg": jpeg("CMYK"),
        "media/grey.jpg": jpeg("L"),
        "media/square.gif": GIF,
        "media/light.png": cover + bytes(LIMIT - len(cover)),
        "media/heavy.png": cover + bytes(LIMIT - len(cover) + 1),
    }


@dataclass(frozen=True)
class Case:
    rule: str
    number: int
    row: dict

    def __str__(self) -> str:
        return f"{self.rule}-{self.number}"


CASES = [
    Case(path.stem, number, row)
    for path in sorted(FOLDER.glob("*.yaml"))
    for number, row in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")), 1)
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return make(tmp_path_factory.mktemp("show"), files())


def told(problem: Problem) -> str:
    span = problem.span
    return f"{span.path}:{span.line}:{span.column} {problem.level}: {problem.message} ({problem.hint})"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_example(folder: Path, case: Case):
    """The findings are exactly those that stand in the file, and all of them are of its rule."""
    show = case.row.get("show", "")
    given = (*re.findall(r"^\w+:", show, re.MULTILINE), *(f"{key}:" for key in case.row.get("without", ())))
    base = "".join(line for line in SHOW.splitlines(True) if not line.startswith(given or "\0"))
    (folder / "show.yaml").write_text(base + show)
    (folder / "episodes/vote.yaml").write_text(case.row["episode"])
    second = folder / "episodes/second.yaml"
    second.write_text(case.row["second"]) if "second" in case.row else second.unlink(missing_ok=True)
    found = look(folder).problems
    assert [told(problem) for problem in found] == case.row.get("expect", [])
    assert {problem.code for problem in found} <= {case.rule}
    assert all(problem.span.text for problem in found)


def test_every_rule_has_an_example_of_right_and_wrong():
    """No rule is without both, and no file without rule."""
    wrong = {case.rule for case in CASES if case.row.get("expect")}
    right = {case.rule for case in CASES if not case.row.get("expect")}
    assert wrong == right == set(map(code, RULES))


@pytest.mark.parametrize("rule", RULES, ids=code)
def test_every_rule_is_its_own_manual(rule):
    """What, why and how to mend stand in the docstring, and where the rule comes from."""
    parts = (rule.__doc__ or "").strip().split("\n\n")
    assert len(parts) == 4, "what; why; how to mend; source"
    assert parts[3].strip().startswith("Source: https://")
    assert not re.search(r"\binvalid\b|!", rule.__doc__)
