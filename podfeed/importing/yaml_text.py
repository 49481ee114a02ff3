"""YAML as a person would have written it: from plain values, with comments.

A mapping is a dict, a list a list, a scalar text; a key that begins with `#` is a comment, its value the words.
"""

from __future__ import annotations

import json
import re
from typing import Any

from podfeed.text import visible

_PLAIN = re.compile(r"[A-Za-z\u00c0-\u024f][\w .,;!?()'’/&+%–—-]*(?<=[\w.!?)])")
_TIME = re.compile(r"\d{1,2}(:\d{2})+(\.\d{1,3})?|\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?( ?[+-]\d\d:\d\d)?)?|\d{1,15}")
_WORDS = frozenset("yes no true false on off y n null".split())
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff]")


def document(values: dict[str, Any], head: tuple[str, ...] = ()) -> str:
    """The file's text."""
    return "".join(f"{line}\n" for line in head) + "".join(_mapping(values, ""))


def scalar(text: str) -> str:
    """The text as YAML: bare where no reader could take it for something else, else in double quotes.

    >>> print(scalar("The harbour vote"), scalar("yes"), scalar("a: b"), scalar("  x"), scalar("2:15 Bridge"))
    The harbour vote "yes" "a: b" "  x" "2:15 Bridge"
    """
    if (_PLAIN.fullmatch(text) and text.casefold() not in _WORDS) or re.fullmatch(r"https?://[\w./~%?=&+-]+", text):
        return text
    return _UNPRINTABLE.sub(lambda m: f"\\u{ord(m[0]):04x}", json.dumps(text, ensure_ascii=False))


def fact(text: str) -> str:
    """A number, time, date or `yes`, bare; anything else as `scalar`."""
    return text if _TIME.fullmatch(text) or text in ("yes", "no") else scalar(text)


class Fact(str):
    """Text that is a number, a time, a date, yes or no."""


class Exact(str):
    """Text of which every character counts, so that it stands between quotes whatever it is."""


def comment(text: str, pad: str = "") -> str:
    """One line of comment, whatever the text holds."""
    return f"{pad}# {visible(' '.join(text.split()))[:2000]}\n"


def _mapping(values: dict[str, Any], pad: str) -> list[str]:
    made = []
    for key, value in values.items():
        if key.startswith("#"):
            made += [comment(line, pad) for line in (value if isinstance(value, list) else [value])]
        elif value is not None:
            made += _entry(f"{pad}{key}:", value, pad)
    return made


def _entry(start: str, value: Any, pad: str) -> list[str]:
    if isinstance(value, dict):
        return [f"{start}\n", *_mapping(value, pad + "  ")]
    if isinstance(value, list):
        if not value:
            return [f"{start} []\n"]
        return [f"{start}\n", *(line for item in value for line in _item(item, pad + "  "))]
    text = str(value)
    if (
        "\n" in text
        and not isinstance(value, Exact)
        and not _UNPRINTABLE.search(text.replace("\n", ""))
        and not text.startswith((" ", "\n"))
    ):
        lines = (f"{pad}  {line}\n" if line.strip() else "\n" for line in text.rstrip("\n").split("\n"))
        return [f"{start} |\n", *lines]
    return [f"{start} {fact(text) if isinstance(value, Fact) else scalar(text)}\n"]


def _item(value: Any, pad: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{pad}- {fact(str(value)) if isinstance(value, Fact) else scalar(str(value))}\n"]
    lines = _mapping(value, pad + "  ")
    first = next(n for n, line in enumerate(lines) if not line.lstrip().startswith("#"))
    lines[first] = f"{pad}- {lines[first].lstrip()}"
    return lines
