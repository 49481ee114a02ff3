"""From the bytes of an editor's file to text, and to places in it."""

from __future__ import annotations

import re
from typing import NamedTuple

from podfeed.problem import Problem, Span, error

MAX_BYTES = 1 << 20

# What YAML 1.1 §5.1 calls unprintable, what XML 1.0 §2.2 forbids, and the line breaks that no text editor counts. As what
# is forbidden, not as what is allowed: to compile that took 5 ms of every start.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_PLAIN = bytes(range(0x20, 0x7F)) + b"\n"
_NAMES = {
    "\0": "a NUL character",
    "\x1b": "an escape character",
    "\x85": "a hidden line break",
    "\u2028": "a hidden line break",
    "\u2029": "a hidden paragraph break",
    "\ufeff": "a byte order mark",
}


class Mark(NamedTuple):
    """A place in a text, both counted from 0."""

    line: int
    column: int


def decode(path: str, data: bytes) -> str | Problem:
    """The text of an editor's file: UTF-8, at most 1 MiB, printable; a byte order mark at its start is dropped."""
    if len(data) > MAX_BYTES:
        message = "this file is longer than 1 MiB, and podfeed reads no more"
        return error("file-too-large", message, Span(path), "if it is a recording, put it into media/")
    hint = "save the file again, with the encoding UTF-8"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or (len(data) > 1 and 0 in data[:2]):
        return error("not-utf8", "this file is written in UTF-16, and podfeed reads UTF-8", Span(path, 1, 1), hint)
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data.translate(None, _PLAIN):  # to ask this takes a sixth of what `isprintable` takes
        return data.decode("ascii")
    try:
        text = data.decode()
    except UnicodeDecodeError as bad:
        text = data.decode(errors="replace")
        byte = data[bad.start : bad.start + 1]
        was = byte.decode("cp1252", "replace")
        message = f"byte {byte.hex().upper()} is not UTF-8; in Windows-1252 it would be `{was}`"
        return error("not-utf8", message, span_at(path, text, len(data[: bad.start].decode())), hint)
    if text.replace("\n", "").isprintable():  # mostly, and a sixth of the time
        return text
    if match := _FORBIDDEN.search(text):
        return forbidden(path, text, match.start(), match[0])
    return text


def forbidden(
    path: str,
    text: str,
    index: int,
    character: str,
    width: int = 1,
    hint: str = "delete it; it came in by copying and may be invisible",
) -> Problem:
    """The problem of a character that no feed can carry."""
    name = _NAMES.get(character, "a character")
    message = f"{name} (U+{ord(character):04X}) stands here, which a feed cannot carry"
    return error("forbidden-character", message, span_at(path, text, index, width), hint)


def split(text: str) -> list[str]:
    """Its lines, as text editors count them.

    >>> split("a\\r\\nb\\rc\\n")
    ['a', 'b', 'c', '']
    """
    return re.split("\r\n|\r|\n", text)


def mark_at(text: str, index: int) -> Mark:
    """The place of a character.

    >>> mark_at("a\\nbc", 3)
    Mark(line=1, column=1)
    """
    before = split(text[:index])
    return Mark(len(before) - 1, len(before[-1]))


def span_at(path: str, text: str, index: int, width: int = 1) -> Span:
    line, column = mark_at(text, index)
    return Span(path, line + 1, column + 1, width, split(text)[line])


def span(path: str, lines: list[str], start: Mark, end: Mark | None = None) -> Span:
    """From `start` to `end`; to the end of its first line if it has several or no end is known."""
    line = lines[start.line] if start.line < len(lines) else ""
    stop = end.column if end and end.line == start.line else len(line.rstrip())
    return Span(path, start.line + 1, start.column + 1, max(1, stop - start.column), line)
