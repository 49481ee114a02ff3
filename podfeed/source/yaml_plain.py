"""The quick way through YAML as most of it is written: nothing but the data, and only where there is no doubt about it.

Keys of one word, texts on one line, block texts, lists, short lists and groups in brackets, comments on lines of their own.
Whatever else stands in a file, and be it a slip, is not judged here: the answer is None, and `source.yaml` reads the file
with a parser that knows all of YAML, and tells what is wrong and where. So this may refuse what it likes, and has to read the
rest as the parser does; `tests/test_yaml_plain.py` compares the two. It takes a quarter of the parser's time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

Match = Callable[..., "re.Match[str] | None"]

_LINE: Match = re.compile(r"( *)(- +)?(?:(\w[\w-]{0,99}): *$)?(.*)").match
"""A line on which no text follows a key: the indentation, the stroke of a list, a key, what is left."""
_KEY: Match = re.compile(r"( *)((?:- +)?)(\w[\w-]{0,99})").fullmatch

# In brackets a text is in double quotes without escapes, in single quotes, or bare. Of the characters that mean something to
# YAML a bare one has only colons within a word, as in an address or a time. What is nothing of the kind is found as single
# characters without groups.
_BARE = r"[^,:?#{}\[\]]*"
_TEXT = rf""" *(?:"([^"\\]*)" *|'([^']*(?:''[^']*)*)' *|(\w{_BARE}(?::(?=[\w/]){_BARE})*))"""
_PAIRS = re.compile(rf"[{{,] *([A-Za-z][A-Za-z0-9_-]{{0,99}}): {_TEXT}(?=[,}}])|.").findall
_ITEMS = re.compile(rf"([\[,]){_TEXT}(?=[,\]])|.").findall
_SINGLE: Match = re.compile(r"'([^']*(?:''[^']*)*)'").fullmatch

LONGEST = 4_000  # characters in brackets or quotes: what is longer may be made to keep a regular expression busy
_SPECIAL = frozenset("-?:,[]{}#&*!|>'\"%@`")
"""What a bare text cannot begin with, or not before everything (YAML 1.1, 5.3)."""
MAX_DEPTH = 10  # half of what the parser is allowed


class _Doubtful(Exception):
    """Only the parser knows what this is."""


def plain(source: str, most: int) -> dict[str, Any] | None:
    """The data of a file; None if it is for the parser to read, or may hold more than `most` values."""
    if "\t" in source or source[-1:] != "\n":
        return None
    # `- people: [a` are three, and each ends with a break or a comma; in most files there is no room for too many.
    if 3 * len(source) > most and 3 * (source.count("\n") + source.count(",")) > most:
        return None
    if "\r" in source:
        source = source.replace("\r\n", "\n")
    try:
        return _read(source.split("\n")) if "\r" not in source else None
    except _Doubtful:
        return None


@lru_cache(1024)
def _head(written: str) -> tuple[int, int, str] | None:
    """What stands before the colon on a line: how far it is indented, how wide the stroke of a list is, the key."""
    match = _KEY(written)
    return match and (len(match[1]), len(match[2]), match[3])


def _read(lines: list[str]) -> dict[str, Any] | None:
    root: dict[str, Any] = {}
    node: Any = root  # the group or list that is open,
    column = 0  # where its lines begin,
    around: list[tuple[Any, int]] = []  # and those that it is in
    waiting = ""  # a key of it whose value may stand on the next lines
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        before, colon, rest = line.partition(": ")
        head = _head(before) if colon and len(before) < 200 else None
        if head:
            at, stroke, key = head
        else:
            indent, dash, key, rest = _LINE(line).groups()  # type: ignore[union-attr]
            if not key and not dash:
                if rest and rest[0] != "#":
                    return None
                continue
            at, stroke = len(indent), len(dash or "")
        if at != column or waiting or bool(stroke) is not (type(node) is list):
            if waiting and (at > column or (stroke and at == column)):
                around.append((node, column))
                node[waiting] = node = [] if stroke else {}
                column = at
            else:
                while at < column or (not stroke and at == column and type(node) is list):
                    node, column = around.pop()
            if at != column or (type(node) is list) is not bool(stroke) or len(around) > MAX_DEPTH:
                return None
            waiting = ""
        if not key:
            node.append(_value(rest))
            continue
        if stroke:
            around.append((node, column))
            group: dict[str, Any] = {}
            node.append(group)
            node, column = group, at + stroke
        if key in node:
            return None
        rest = rest.strip(" ")
        if not rest:
            node[key], waiting = None, key
        elif rest[0] == "|":
            node[key], number = _block(lines, number, column, rest)
        else:
            node[key] = _value(rest)
    return root or None


def _block(lines: list[str], number: int, column: int, head: str) -> tuple[str, int]:
    """The block text that begins with this line, and the number of the line after it."""
    first = lines[number]
    indent = len(first) - len(first.lstrip(" "))
    if head not in ("|", "|-") or indent <= column or indent == len(first):
        raise _Doubtful
    rows = []
    while number < len(lines):
        line = lines[number]
        row = line[indent:]
        if line[:indent].strip(" "):
            break
        rows.append(row)
        number += 1
    while not rows[-1]:
        del rows[-1]
    return "\n".join(rows) + ("\n" if head == "|" else ""), number


def _value(written: str) -> Any:
    """The value on the rest of a line."""
    first, written = written[:1], written.rstrip(" ")
    if first not in _SPECIAL:
        if not written or ": " in written or " #" in written or written[-1] == ":":
            raise _Doubtful
        return written
    if len(written) > LONGEST:
        raise _Doubtful
    if first == '"':
        text = written[1:-1]
        if len(written) > 1 and written[-1] == '"' and '"' not in text and "\\" not in text:
            return text
    elif first == "{":
        return _pairs(written)
    elif first == "[":
        return _items(written)
    elif first == "'" and (match := _SINGLE(written)):
        return match[1].replace("''", "'")
    raise _Doubtful


def _pairs(written: str) -> dict[str, str]:
    """The group in brackets, on one line."""
    *rows, last = _PAIRS(written)
    found = {
        key: double or (bare.rstrip(" ") if bare else single.replace("''", "'")) for key, double, single, bare in rows
    }
    if len(found) < len(rows) or "" in found or last[0] or written[-1] != "}":
        raise _Doubtful
    return found


def _items(written: str) -> list[str]:
    """The list in brackets, on one line."""
    *rows, last = _ITEMS(written)
    if last[0] or written[-1] != "]" or not all(row[0] for row in rows):
        raise _Doubtful
    return [double or (bare.rstrip(" ") if bare else single.replace("''", "'")) for _, double, single, bare in rows]
