"""Slips of the hand that YAML accepts in silence, and what was meant: one function each, from an event of the parser."""

from __future__ import annotations

import re
from typing import Any

from podfeed.problem import Problem, error, warning
from podfeed.source.lines import Mark, forbidden, span
from podfeed.source.yaml_words import in_backticks, with_quotes
from podfeed.text import illegal_character

_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([\s\S]))")
_CONTROLS = {"0": "\0", "a": "\a", "b": "\b", "v": "\v", "f": "\f", "e": "\x1b"}
_SHORT_FORM = re.compile(r"\d{1,3}(?::\d\d){1,2}\s+\S")  # of a segment: `0:00 Headlines`


def label(path: str, lines: list[str], event: Any) -> Problem:
    """An anchor (`&x`) or a tag (`!x`) before a value: YAML takes it off, and the text has lost its first word."""
    rest = lines[event.start_mark.line][event.start_mark.column :]
    names = rest.startswith("&")
    does = "names a part of the file" if names else "says what type it has"
    message = f"{in_backticks(rest.split(' ')[0])} at the beginning of a value {does}"
    place = span(path, lines, event.start_mark)
    return error("yaml-anchor" if names else "yaml-tag", message, place, f"if it is a text, write {with_quotes(rest)}")


def escape(path: str, source: str, event: Any) -> Problem:
    """The first escape between double quotes that means a character which no feed can carry."""
    hint = "take it out, or type the character itself"
    for match in _ESCAPE.finditer(source, event.start_mark.index, event.end_mark.index):
        code = match[1] or match[2] or match[3]
        character = chr(int(code, 16)) if code else _CONTROLS.get(match[4], " ")
        if illegal_character(character) is not None:
            return forbidden(path, source, match.start(), character, len(match[0]), hint)
    return forbidden(path, source, event.start_mark.index, "\ufffd", hint=hint)


def comment(path: str, lines: list[str], event: Any) -> list[Problem]:
    """`title: Morning show #5`: all from the # on is a comment."""
    number, column = event.end_mark.line, event.end_mark.column
    rest = lines[number][column:]
    match = re.match(r"[ \t]+#\d", rest)
    if match is None:
        return []
    said = in_backticks(event.value) if event.value else "empty"
    whole = f"{event.value}{rest}"
    hint = f"write {with_quotes(whole)}; if it is a comment, put a space after the #"
    place = span(path, lines, Mark(number, column + match.end() - 2))
    return [warning("comment-cuts-text", f"# begins a comment here, so the text is {said}", place, hint)]


def short_form(path: str, lines: list[str], event: Any) -> list[Problem]:
    """`- 0:00 Harbour: the vote` in a list: YAML makes a group with one odd key of it."""
    if not _SHORT_FORM.match(event.value):
        return []
    whole = lines[event.start_mark.line][event.start_mark.column :]
    message = "a second colon on this line, in a text without quotes"
    place = span(path, lines, Mark(event.end_mark.line, event.end_mark.column))
    return [error("yaml-colon", message, place, f"put the text in quotes: - {with_quotes(whole)}")]
