"""The dates and lengths that feeds write, in all their spellings."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

HOURS = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 1, "bst": 1, "ist": 5.5, "cet": 1, "mez": 1, "cest": 2,
    "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10, "jst": 9, "kst": 9, "sgt": 8, "hkt": 8, "awst": 8,
    "acst": 9.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "sast": 2, "brt": -3, "art": -3,
}  # fmt: skip
"""Zones by the names that feeds use; RFC 2822 knows only the American ones."""


def moment(text: str) -> datetime | None:
    """An aware moment, or None. A date without a zone is taken for UTC, as apps do.

    >>> for t in ("Mon, 2 Mar 2026 06:00:00 +0100", "2 mar 26 6:00 CET", "2026-03-02T06:00:00Z", "soon"): moment(t)
    datetime.datetime(2026, 3, 2, 6, 0, tzinfo=datetime.timezone(datetime.timedelta(seconds=3600)))
    datetime.datetime(2026, 3, 2, 6, 0, tzinfo=datetime.timezone(datetime.timedelta(seconds=3600)))
    datetime.datetime(2026, 3, 2, 6, 0, tzinfo=datetime.timezone.utc)
    """
    text = " ".join(text.split())[:100]
    try:
        found = _iso(text) if re.match(r"\d{4}-\d{2}-\d{2}", text) else _mail(text)
        return found if found and 1970 <= found.year <= 2200 and found.astimezone(UTC) else None
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):  # parsedate_tz lets them out
        return None


def _iso(text: str) -> datetime:
    found = datetime.fromisoformat(re.sub(r"(?<=\d) (?=[+-]\d)", "", text)).replace(microsecond=0)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _mail(text: str) -> datetime | None:
    text = re.sub(r"\b(Sept)\b", "Sep", text, flags=re.IGNORECASE)
    row = parsedate_tz(text)
    if row is None:
        return None
    year, month, day, hour, minute, second = row[:6]
    word = text.rpartition(" ")[2].strip("()").casefold()
    offset = timedelta(hours=HOURS[word]) if word in HOURS else timedelta(seconds=row[9] or 0)
    zone = timezone(offset) if offset else UTC
    whole = datetime(year, month, day, tzinfo=zone)
    if hour > 24 or minute > 59 or second > 60:
        return None
    return whole + timedelta(hours=hour, minutes=minute, seconds=min(second, 59))


def in_address(address: str) -> datetime | None:
    """A day that stands in an address, as many hosts have it.

    >>> in_address("https://cdn.example/2026/03/02/show.mp3")
    datetime.datetime(2026, 3, 2, 0, 0, tzinfo=datetime.timezone.utc)
    """
    for match in re.finditer(r"(?<!\d)((?:19[7-9]|20[0-4])\d)([-_/]?)(\d{2})\2(\d{2})(?!\d)", address):
        try:
            return datetime(int(match[1]), int(match[3]), int(match[4]), tzinfo=UTC)
        except ValueError:
            continue
    return None


def duration(text: str) -> timedelta | None:
    """`5711`, `5711.0`, `95:11`, `1:35:11`, `1:35:11.250`; None for what cannot be the length of a recording.

    >>> [str(duration(t)) for t in ("5711.0", "1:30", "01:30:00", "0", "n/a")]
    ['1:35:11', '0:01:30', '1:30:00', 'None', 'None']
    """
    match = re.fullmatch(r"(?:(?:(\d{1,4}):)?(\d{1,5}):)?(\d{1,7}(?:[.,]\d{1,9})?)", text.strip())
    if not match:
        return None
    hours, minutes, seconds = (float((part or "0").replace(",", ".")) for part in match.groups())
    found = timedelta(milliseconds=round((hours * 3600 + minutes * 60 + seconds) * 1000))
    return found if timedelta(0) < found < timedelta(hours=48) else None


def offset(text: str) -> timedelta | None:
    """A place in a recording (Normal Play Time, RFC 2326 §3.6); 0 is one."""
    return timedelta(0) if re.fullmatch(r"[0:]+([.,]0+)?", text.strip()) else duration(text)
