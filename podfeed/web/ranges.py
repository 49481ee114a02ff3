"""Which part of a representation a request gets: conditional requests and byte ranges by RFC 9110, pure.

Werkzeug 3.1 and nginx both answer some of these questions wrongly; two of their mistakes can splice two versions of
a recording. The cases are a table in the tests.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from typing import NamedTuple

OK, PARTIAL, NOT_MODIFIED, FAILED, UNSATISFIABLE = 200, 206, 304, 412, 416

_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_RANGE = re.compile(r"([0-9]*)-([0-9]*)")
_ONE = re.compile(r"bytes=([0-9]{1,15})-([0-9]{1,15})")
_HUGE = 10**18
_DATED = {"if-modified-since", "if-unmodified-since", "if-range"}


class Answer(NamedTuple):
    """Send bytes `start` up to, not including, `stop`, with `headers` added. For 304, 412 and 416 there are none."""

    status: int
    start: int
    stop: int
    headers: tuple[tuple[str, str], ...] = ()


_NOT_MODIFIED = Answer(NOT_MODIFIED, 0, 0)


def answer(
    method: str, headers: Mapping[str, str], length: int, etag: str, last_modified: datetime | None = None
) -> Answer:
    """The answer to GET or HEAD for a representation of `length` bytes.

    `headers` are the request's, by lower-case names. `etag` is a strong entity tag with its quotes. `last_modified`
    must be a moment at which the bytes surely changed in no other way within the same second (§8.8.2.2); without
    one, conditions on dates are ignored, as §13.1.3 and §13.1.4 ask. The order of questions is that of §13.2.2.
    """
    modified = (
        last_modified.astimezone(UTC).replace(microsecond=0) if last_modified and _DATED & headers.keys() else None
    )
    if "if-match" in headers:
        if not _lists(headers["if-match"], etag, strong=True):
            return Answer(FAILED, 0, 0)
    elif modified and (date := _date(headers.get("if-unmodified-since"))) and modified > date:
        return Answer(FAILED, 0, 0)
    if "if-none-match" in headers:
        if _lists(headers["if-none-match"], etag, strong=False):
            return _NOT_MODIFIED
    elif modified and (date := _date(headers.get("if-modified-since"))) and modified <= date:
        return _NOT_MODIFIED
    # §14.2: Range is defined for GET alone.
    if method == "GET" and "range" in headers and _still_the_same(headers.get("if-range"), etag, modified):
        return _part(headers["range"], length)
    return Answer(OK, 0, length)


@lru_cache(1024)
def http_date(moment: datetime) -> str:
    """A moment as HTTP writes it (§5.6.7).

    >>> http_date(datetime(2026, 3, 2, 6, 0, tzinfo=UTC))
    'Mon, 02 Mar 2026 06:00:00 GMT'
    """
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)


def _part(value: str, length: int) -> Answer:
    # What nearly every player says, for a third of what the general way costs.
    if (one := _ONE.fullmatch(value)) and (first := int(one[1])) <= (last := int(one[2])) < length:
        return Answer(PARTIAL, first, last + 1, (("Content-Range", f"bytes {first}-{last}/{length}"),))
    ranges = _parse(value, length)
    if ranges is None or not length:
        return Answer(OK, 0, length)
    wanted = sorted(r for r in ranges if r[0] < r[1])
    if not wanted:
        return Answer(UNSATISFIABLE, 0, 0, (("Content-Range", f"bytes */{length}"),))
    start, stop = wanted[0]
    for first, last in wanted[1:]:
        if first > stop:
            # Parts with gaps between them would need multipart/byteranges, which no player asks for; the whole is
            # always a right answer (§15.3.7.2: a server MAY ignore it) and cannot be used to multiply bytes.
            return Answer(OK, 0, length)
        stop = max(stop, last)
    return Answer(PARTIAL, start, stop, (("Content-Range", f"bytes {start}-{stop - 1}/{length}"),))


def _parse(value: str, length: int) -> list[tuple[int, int]] | None:
    """The ranges as (start, stop), start ≥ stop for one that cannot be met; None if the header is to be ignored:
    another unit (§14.2 MUST), or not a list of ranges (§14.2 MAY)."""
    unit, equals, rest = value.partition("=")
    if unit.strip(" \t").lower() != "bytes" or not equals:
        return None
    ranges = []
    for item in rest.split(","):
        text = item.strip(" \t")
        if not text:
            continue  # §5.6.1.2: empty elements of a list count as nothing
        match = _RANGE.fullmatch(text)
        if not match or match[0] == "-":
            return None
        first, last = match.groups()
        if not first:  # the last so many bytes: of a shorter file all (§14.1.2)
            ranges.append((max(0, length - _number(last)), length))
        elif last and _number(last) < _number(first):
            return None
        else:
            ranges.append((_number(first), min(_number(last) + 1 if last else length, length)))
    return ranges or None


def _number(digits: str) -> int:
    """A whole number however long it is written (int() refuses more than 4,300 digits)."""
    digits = digits.lstrip("0")
    return int(digits or "0") if len(digits) <= 18 else _HUGE


def _still_the_same(value: str | None, etag: str, modified: datetime | None) -> bool:
    """If-Range (§13.1.5): only the very same strong tag or the very same date will do."""
    if value is None:
        return True
    value = value.strip(" \t")
    if value.startswith(('"', "W/")):
        return value == etag
    return modified is not None and _date(value) == modified


def _lists(value: str, etag: str, *, strong: bool) -> bool:
    """Whether a list of entity tags names ours (§8.8.3.2: a weak tag only where the comparison is weak)."""
    if value == etag or value.strip(" \t") == "*":
        return True
    return any(f'"{tag}"' == etag and not (strong and weak) for weak, tag in _TAG.findall(value))


def _date(value: str | None) -> datetime | None:
    """A date of HTTP; None if it is none (§13.1.3 and §13.1.4: then the condition is ignored)."""
    if not value:
        return None
    try:
        moment = parsedate_to_datetime(value.strip(" \t"))
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
