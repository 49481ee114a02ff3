"""The words and dates of pages and feeds, all from one place, in the show's language.

`of(language)` gives the `Words` of a language. Calling them translates, as gettext's `_` does; a sentence with a value
in it is one string with a named place (`{n} other episodes`), so that another language may order it anew. The program
itself speaks English; other languages lie in `podfeed/locale` and are read by `translations`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from podfeed.model import Link, Relation

MONTHS = "January February March April May June July August September October November December".split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()

RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "ug", "ur", "yi"})
"""Languages that are written from right to left (CLDR's character order)."""


def N_(text: str) -> str:
    """A text that is translated later, where it is shown: for tables. (gettext's name for it.)"""
    return text


def P_(context: str, text: str) -> str:
    """The same for a text with a context."""
    return text


class Words:
    """English: what it is given, and dates as the BBC writes them. `translations.Translated` knows the others."""

    language = "en"
    stamp = ""
    """What of these words may change while the program stays: goes into the key of what is said with them."""

    def __call__(self, text: str, **values: object) -> str:
        """The text in this language, with its named places filled.

        >>> ENGLISH("Share at {time}", time="2:15")
        'Share at 2:15'
        """
        translated = self.gettext(text)
        return translated.format(**values) if values else translated

    def many(self, one: str, more: str, n: int, **values: object) -> str:
        """The sentence that goes with a number, which takes the place `{n}`.

        >>> ENGLISH.many("{n} episode", "{n} episodes", 1), ENGLISH.many("{n} episode", "{n} episodes", 1200)
        ('1 episode', '1,200 episodes')
        """
        return self.ngettext(one, more, n).format(n=self.number(n), **values)

    # What a language has of its own.

    def gettext(self, text: str) -> str:
        return text

    def pgettext(self, context: str, text: str) -> str:
        """A text that means different things in different places; `context` says which."""
        return text

    def ngettext(self, one: str, more: str, n: int) -> str:
        return one if n == 1 else more

    def number(self, n: int) -> str:
        return f"{n:,}"

    def date_of(self, day: date) -> str:
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"

    def month_of(self, day: date) -> str:
        return f"{MONTHS[day.month - 1]} {day.year}"

    def weekday_of(self, day: date) -> str:
        return f"{WEEKDAYS[day.weekday()]} {self.date_of(day)}"

    def clock(self, moment: datetime) -> str:
        """The time of day, by the clock that the moment is given in."""
        return f"{moment:%H:%M}"

    def decimal(self, number: float, digits: int) -> str:
        """With so many digits after the point."""
        return f"{number:.{digits}f}"

    # What is made of it.

    def size(self, length: int) -> str:
        """A number of bytes, in powers of ten, as file managers show it.

        >>> ENGLISH.size(13_812_345), ENGLISH.size(999), ENGLISH.size(120_400)
        ('13.8 MB', '999 bytes', '120 kB')
        """
        if length < 1000:
            return self.many("{n} byte", "{n} bytes", length)
        if length < 1_000_000:
            return self("{n} kB", n=self.decimal(length / 1000, 0))
        if length < 1_000_000_000:
            return self("{n} MB", n=self.decimal(length / 1_000_000, 1))
        return self("{n} GB", n=self.decimal(length / 1_000_000_000, 1))

    def day(self, moment: date | datetime, timezone: str) -> str:
        """A date as people write it.

        >>> ENGLISH.day(date(2026, 3, 2), "UTC")
        '2 March 2026'
        """
        return self.date_of(local_day(moment, timezone))

    def month(self, moment: date | datetime, timezone: str) -> str:
        """A month with its year.

        >>> ENGLISH.month(date(2026, 3, 2), "UTC")
        'March 2026'
        """
        return self.month_of(local_day(moment, timezone))

    def heading(self, text: str) -> str:
        """A text that stands alone: many languages write months small inside a sentence.

        >>> ENGLISH.heading("marzo de 2026")
        'Marzo de 2026'
        """
        return text[:1].upper() + text[1:]

    def moment(self, at: datetime, timezone: str) -> str:
        """A date with its weekday and clock time.

        >>> from datetime import UTC
        >>> ENGLISH.moment(datetime(2026, 3, 2, 6, tzinfo=UTC), "Europe/Berlin")
        'Monday 2 March 2026, 07:00'
        """
        there = at.astimezone(ZoneInfo(timezone))
        return self("{day}, {time}", day=self.weekday_of(there.date()), time=self.clock(there))

    def aired(self, at: datetime, timezone: str) -> str:
        """A date with its clock time.

        >>> from datetime import UTC
        >>> ENGLISH.aired(datetime(2026, 3, 2, 6, tzinfo=UTC), "Europe/Berlin")
        '2 March 2026, 07:00'
        """
        there = at.astimezone(ZoneInfo(timezone))
        return self("{day}, {time}", day=self.date_of(there.date()), time=self.clock(there))

    def length(self, time: timedelta) -> str:
        """How long something is, short.

        >>> [ENGLISH.length(timedelta(seconds=s)) for s in (1721, 4400, 42)]
        ['29 min', '1 h 13 min', '42 s']
        """
        seconds = int(time.total_seconds())
        if seconds < 60:
            return self("{s} s", s=seconds)
        hours, minutes = divmod(round(seconds / 60), 60)
        if not hours:
            return self("{m} min", m=minutes)
        return self("{h} h {m} min", h=hours, m=minutes) if minutes else self("{h} h", h=hours)

    def spoken(self, time: timedelta) -> str:
        """How long somebody is heard in all: the two largest units.

        >>> [ENGLISH.spoken(timedelta(seconds=s)) for s in (18_732, 3600, 728, 60, 9)]
        ['5 hours 12 minutes', '1 hour', '12 minutes 8 seconds', '1 minute', '9 seconds']
        """
        minutes, seconds = divmod(int(time.total_seconds()), 60)
        hours, minutes = divmod(minutes, 60)
        said = []
        if hours:
            said.append(self.many("{n} hour", "{n} hours", hours))
        if minutes:
            said.append(self.many("{n} minute", "{n} minutes", minutes))
        if not said or (seconds and not hours):
            said.append(self.many("{n} second", "{n} seconds", seconds))
        if len(said) == 1:
            return said[0]
        return self("{hours} {minutes}", hours=said[0], minutes=said[1])

    def names(self, names: Iterable[str]) -> str:
        """Names one after the other.

        >>> ENGLISH.names(("Kim Hart", "Lee Moss"))
        'Kim Hart, Lee Moss'
        """
        return self.pgettext("between two names", ", ").join(names)

    def role(self, role: str) -> str:
        """A role as pages show it: the usual ones are translated, an editor's own words stay.

        >>> ENGLISH.role("Host"), ENGLISH.role("Harbour pilot")
        ('Host', 'Harbour pilot')
        """
        known = ROLE_NAMES.get(role.casefold(), role)
        translated = self.pgettext("role", known)
        return role if translated == known else translated

    def support(self, link: Link, title: str) -> str:
        """What a link to a place for donations says, if its editor gave no words."""
        return link.title or self("Support {title}", title=title)

    def frequency(self, label: str) -> str:
        """How often a show comes, as pages say it: the usual words are translated, an editor's own stay.

        >>> ENGLISH.frequency("Weekdays"), ENGLISH.frequency("when the tide is high")
        ('Weekdays', 'when the tide is high')
        """
        known = label.casefold()
        translated = self.pgettext("how often", known) if known in FREQUENCIES else known
        return label if translated == known else translated

    def relation_label(self, relation: Relation) -> str:
        """On a story's card inside a segment."""
        return self(RELATION_LABELS[relation])

    def relation_heading(self, relation: Relation) -> str:
        """On a story's page, over the segments that relate to it in this way."""
        return self(RELATION_HEADINGS[relation])


ENGLISH = Words()


@lru_cache(maxsize=64)
def of(language: str) -> Words:
    """The words of a language (`ar-EG`): its own, else those of the language without its region, else English."""
    if language.split("-")[0].casefold() == "en":
        return ENGLISH
    from podfeed.render import translations  # reads Babel, which costs a tenth of a second

    return translations.find(language) or ENGLISH


def locale(language: str) -> str:
    """As Open Graph writes a language: with its country in capitals.

    >>> locale("en-gb"), locale("de"), locale("zh-Hant-TW")
    ('en_GB', 'de', 'zh_TW')
    """
    first, *more = language.split("-")
    country = next((part.upper() for part in more if len(part) == 2), None)
    return f"{first.lower()}_{country}" if country else first.lower()


@lru_cache(maxsize=64)
def direction(language: str) -> str:
    """`rtl` or `ltr`, by the language's first part.

    >>> direction("ar-EG"), direction("en")
    ('rtl', 'ltr')
    """
    return "rtl" if language.split("-")[0].casefold() in RIGHT_TO_LEFT else "ltr"


@lru_cache(maxsize=4096)  # titles and names are said on many pages
def own_direction(text: str) -> str | None:
    """The direction in which most of a text's letters run; None where there are no letters.

    Not that of the first letter, as `dir="auto"` has it: Arabic sentences begin with Latin names often enough.

    >>> own_direction("BBC: جسر الميناء"), own_direction("“Tides”"), own_direction("15:00")
    ('rtl', 'ltr', None)
    """
    if text.isascii():
        return "ltr" if any(map(str.isalpha, text)) else None
    kinds = [unicodedata.bidirectional(character) for character in text]
    left, right = kinds.count("L"), kinds.count("R") + kinds.count("AL")
    return None if left == right == 0 else "ltr" if left >= right else "rtl"


def turns(text: str, language: str) -> bool:
    """Whether a text runs against the language of the page around it."""
    own = own_direction(text)
    return own is not None and own != direction(language)


def isolated(text: str, language: str) -> str:
    """A text to stand inside a sentence: kept apart from it where it runs the other way (U+2066 or U+2067, U+2069).

    >>> isolated("Tides?", "en"), isolated("Tides?", "ar")
    ('Tides?', '\u2066Tides?\u2069')
    """
    if not turns(text, language):
        return text
    return ("\u2066" if direction(language) == "rtl" else "\u2067") + text + "\u2069"


def local(moment: date | datetime, timezone: str) -> date | datetime:
    """A moment as the show's clocks show it; a day alone stays as it is."""
    return moment.astimezone(_zone(timezone)) if isinstance(moment, datetime) else moment


_zone = lru_cache(maxsize=64)(ZoneInfo)


def local_day(moment: date | datetime, timezone: str) -> date:
    there = local(moment, timezone)
    return there.date() if isinstance(there, datetime) else there


RELATION_LABELS: dict[Relation, str] = {
    "about": N_("The story"),
    "mentions": N_("Also mentioned"),
    "source": N_("Source"),
    "background": N_("Background"),
    "follow-up": N_("Follow-up"),
}

RELATION_HEADINGS: dict[Relation, str] = {
    "about": N_("Discussed"),
    "mentions": N_("Mentioned"),
    "source": N_("Used as a source"),
    "background": N_("Given as background"),
    "follow-up": N_("Followed up"),
}

FREQUENCIES = {
    P_("how often", "daily"),
    P_("how often", "every day"),
    P_("how often", "weekdays"),
    P_("how often", "every weekday"),
    P_("how often", "weekends"),
    P_("how often", "weekly"),
    P_("how often", "every week"),
    P_("how often", "every two weeks"),
    P_("how often", "monthly"),
    P_("how often", "every month"),
}
"""Words for how often a show comes that `source.frequency` understands, the most usual ones."""

ROLE_NAMES = {
    name.casefold(): name
    for name in (
        P_("role", "Host"),
        P_("role", "Co-Host"),
        P_("role", "Guest Host"),
        P_("role", "Guest"),
        P_("role", "Reporter"),
        P_("role", "Author"),
        P_("role", "Editor"),
        P_("role", "Producer"),
    )
}
"""Roles of the podcast namespace's taxonomy that shows use most; feeds keep the taxonomy's own names."""
