"""The words of other languages than English: gettext catalogues, and dates and numbers as CLDR has them.

The catalogues, `podfeed/locale/LANGUAGE.po`, are read as they are: nothing has to be compiled, and they are found
wherever the program itself is found. The only module that imports babel, and nothing imports it for an English show.
"""

from __future__ import annotations

import gettext
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from podfeed.output import digest
from podfeed.render.words import Words

Messages = Mapping[tuple[str | None, str], tuple[str, ...]]
"""(context, English) → what is said for it, by plural form."""


def find(language: str) -> Words | None:
    """The words of a language, or of the language without its region; None where nobody has translated them yet."""
    for name in _names(language):
        try:
            source = pkgutil.get_data("podfeed", f"locale/{name}.po")
        except OSError:
            continue
        return Translated(name, _locale(language, name), source or b"")
    return None


def _names(language: str) -> Iterator[str]:
    """What a catalogue may be called, the nearest first.

    >>> list(_names("zh-hant-tw")), list(_names("../en"))
    (['zh_Hant_TW', 'zh_Hant', 'zh'], [])
    """
    first, *more = language.replace("_", "-").split("-")
    parts = [first.lower(), *(part.title() if len(part) == 4 else part.upper() for part in more)]
    while parts and all(part.isalnum() and part.isascii() for part in parts):
        yield "_".join(parts)
        parts.pop()


def _locale(language: str, catalogue: str) -> Locale:
    """How the region writes dates and numbers; the language as such where CLDR does not know the region."""
    for name in _names(language):
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(catalogue)


class Translated(Words):
    """The words of one catalogue, with the dates and numbers of one locale."""

    def __init__(self, language: str, locale: Locale, source: bytes):
        catalogue = read_po(source.decode("utf-8").splitlines(keepends=True), locale=language)
        self.language = language
        self.stamp = digest(source)
        self.locale = locale
        self.plural = gettext.c2py(catalogue.plural_expr)
        self.messages: Messages = {
            (message.context, _forms(message.id)[0]): _forms(message.string)
            for message in catalogue
            if message.id and message.string and not message.fuzzy and all(_forms(message.string))
        }

    def gettext(self, text: str) -> str:
        return self.messages.get((None, text), (text,))[0]

    def pgettext(self, context: str, text: str) -> str:
        return self.messages.get((context, text), (text,))[0]

    def ngettext(self, one: str, more: str, n: int) -> str:
        forms = self.messages.get((None, one))
        return forms[self.plural(n)] if forms else super().ngettext(one, more, n)

    def number(self, n: int) -> str:
        return (
            str(n) if 0 <= n < 1000 else format_decimal(n, locale=self.locale)
        )  # the short ones are the same, and many

    def decimal(self, number: float, digits: int) -> str:
        return format_decimal(number, "#,##0" + ("." + "0" * digits if digits else ""), locale=self.locale)

    def date_of(self, day: date) -> str:
        return _date(day, "long", self.locale)

    def month_of(self, day: date) -> str:
        return _month(day.replace(day=1), self.locale)

    def weekday_of(self, day: date) -> str:
        return _date(day, "full", self.locale)

    def clock(self, moment: datetime) -> str:
        return format_time(moment.time(), "short", locale=self.locale)


def _forms(said: str | Iterable[str]) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said)


@lru_cache(maxsize=4096)  # lists of episodes say the same day and month many times
def _date(day: date, form: str, locale: Locale) -> str:
    return format_date(day, form, locale=locale)


@lru_cache(maxsize=1024)
def _month(day: date, locale: Locale) -> str:
    return format_skeleton("yMMMM", day, locale=locale)
