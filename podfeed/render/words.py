"""The words and dates of the interface, all from one place.

English for now: `_` and `many` hand back what they are given, and stand where gettext's functions will. A sentence
with a value in it is one string with a named place (`{n} other episodes`), so that another language may order it anew.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from podfeed.model import Relation

MONTHS = "January February March April May June July August September October November December".split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()

RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "ug", "ur", "yi"})
"""Languages that are written from right to left (CLDR's character order)."""


def _(text: str, **values: object) -> str:
    """The text in the interface's language, with its named places filled.

    >>> _("Share at {time}", time="2:15")
    'Share at 2:15'
    """
    return text.format(**values) if values else text


def many(one: str, more: str, n: int) -> str:
    """One of two sentences, by a number, which takes the place `{n}`.

    >>> many("{n} episode", "{n} episodes", 1), many("{n} episode", "{n} episodes", 1200)
    ('1 episode', '1,200 episodes')
    """
    return (one if n == 1 else more).format(n=f"{n:,}")


def direction(language: str) -> str:
    """`rtl` or `ltr`, by the language's first part.

    >>> direction("ar-EG"), direction("en")
    ('rtl', 'ltr')
    """
    return "rtl" if language.split("-")[0].casefold() in RIGHT_TO_LEFT else "ltr"


def local(moment: date | datetime, timezone: str) -> date | datetime:
    """A moment as the show's clocks show it; a day alone stays as it is."""
    return moment.astimezone(ZoneInfo(timezone)) if isinstance(moment, datetime) else moment


def day(moment: date | datetime, timezone: str) -> str:
    """A date as people write it.

    >>> day(date(2026, 3, 2), "UTC")
    '2 March 2026'
    """
    there = local(moment, timezone)
    return f"{there.day} {MONTHS[there.month - 1]} {there.year}"


def month(moment: date | datetime, timezone: str) -> str:
    """A month with its year.

    >>> month(date(2026, 3, 2), "UTC")
    'March 2026'
    """
    there = local(moment, timezone)
    return f"{MONTHS[there.month - 1]} {there.year}"


def moment(at: datetime, timezone: str) -> str:
    """A date with its weekday and clock time.

    >>> from datetime import UTC
    >>> moment(datetime(2026, 3, 2, 6, tzinfo=UTC), "Europe/Berlin")
    'Monday 2 March 2026, 07:00'
    """
    there = at.astimezone(ZoneInfo(timezone))
    return f"{WEEKDAYS[there.weekday()]} {day(at, timezone)}, {there:%H:%M}"


def length(time: timedelta) -> str:
    """How long something is, short.

    >>> [length(timedelta(seconds=s)) for s in (1721, 4400, 42)]
    ['29 min', '1 h 13 min', '42 s']
    """
    seconds = int(time.total_seconds())
    if seconds < 60:
        return _("{s} s", s=seconds)
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return _("{m} min", m=minutes)
    return _("{h} h {m} min", h=hours, m=minutes) if minutes else _("{h} h", h=hours)


def spoken(time: timedelta) -> str:
    """How long somebody is heard in all: the two largest units.

    >>> [spoken(timedelta(seconds=s)) for s in (18_732, 3600, 728, 60, 9)]
    ['5 hours 12 minutes', '1 hour', '12 minutes 8 seconds', '1 minute', '9 seconds']
    """
    minutes, seconds = divmod(int(time.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    units = (
        (hours, "{n} hour", "{n} hours"),
        (minutes, "{n} minute", "{n} minutes"),
        (seconds if not hours else 0, "{n} second", "{n} seconds"),
    )
    return " ".join(many(one, more, n) for n, one, more in units if n) or many("{n} second", "{n} seconds", 0)


RELATION_LABELS: dict[Relation, str] = {
    "about": "The story",
    "mentions": "Also mentioned",
    "source": "Source",
    "background": "Background",
    "follow-up": "Follow-up",
}
"""On a story's card inside a segment."""

RELATION_HEADINGS: dict[Relation, str] = {
    "about": "Discussed",
    "mentions": "Mentioned",
    "source": "Used as a source",
    "background": "Given as background",
    "follow-up": "Followed up",
}
"""On a story's page, over the segments that relate to it in this way."""
