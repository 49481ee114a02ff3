"""How often a show comes: from an editor's words to a rule that apps can read (RFC 5545 §3.3.10)."""

from __future__ import annotations

import re

from podfeed.model import UpdateFrequency
from podfeed.problem import Problem, error
from podfeed.source.fields import quoted
from podfeed.source.places import Place
from podfeed.source.tag_entries import FrequencyEntry

_DAYS = {"monday": "MO", "tuesday": "TU", "wednesday": "WE", "thursday": "TH", "friday": "FR", "saturday": "SA",
         "sunday": "SU"}  # fmt: skip
_PLACES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_RULES = {
    "daily": "FREQ=DAILY",
    "every day": "FREQ=DAILY",
    "weekdays": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "every weekday": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "weekends": "FREQ=WEEKLY;BYDAY=SA,SU",
    "every weekend": "FREQ=WEEKLY;BYDAY=SA,SU",
    "weekly": "FREQ=WEEKLY",
    "every week": "FREQ=WEEKLY",
    "fortnightly": "FREQ=WEEKLY;INTERVAL=2",
    "biweekly": "FREQ=WEEKLY;INTERVAL=2",
    "every two weeks": "FREQ=WEEKLY;INTERVAL=2",
    "every other week": "FREQ=WEEKLY;INTERVAL=2",
    "monthly": "FREQ=MONTHLY",
    "every month": "FREQ=MONTHLY",
    "twice a month": "FREQ=MONTHLY;BYMONTHDAY=1,15",
    "every two months": "FREQ=MONTHLY;INTERVAL=2",
    "quarterly": "FREQ=MONTHLY;INTERVAL=3",
    "yearly": "FREQ=YEARLY",
    "every year": "FREQ=YEARLY",
}


def rule(words: str) -> str | None:
    """A rule for the usual words, or None.

    >>> rule("every Monday and Thursday"), rule("Weekdays"), rule("now and then")
    ('FREQ=WEEKLY;BYDAY=MO,TH', 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', None)
    >>> rule("Mondays"), rule("every other Friday"), rule("the last Sunday of the month")
    ('FREQ=WEEKLY;BYDAY=MO', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=FR', 'FREQ=MONTHLY;BYDAY=-1SU')
    """
    folded = " ".join(words.casefold().split()).removesuffix(".")
    if folded in _RULES:
        return _RULES[folded]
    if match := re.fullmatch(r"(?:every |the )?(\w+) (\w+) of (?:the|every|each) month", folded):
        place, day = _PLACES.get(match[1]), _DAYS.get(match[2])
        return f"FREQ=MONTHLY;BYDAY={place}{day}" if place and day else None
    every_other = folded.startswith(("every other ", "every second "))
    named = re.sub(r"^(every (other |second )?|on )", "", folded)
    days = [day.removesuffix("s") for day in re.split(r"\s*(?:, and|,|and|&)\s*", named)]
    if not all(day in _DAYS for day in days):
        return None
    return f"FREQ=WEEKLY;{'INTERVAL=2;' if every_other else ''}BYDAY=" + ",".join(_DAYS[day] for day in days)


_NUMBERS = r"[+-]?\d{1,3}(,[+-]?\d{1,3})*"
_PARTS = {
    "FREQ": r"SECONDLY|MINUTELY|HOURLY|DAILY|WEEKLY|MONTHLY|YEARLY",
    "UNTIL": r"\d{4}-?\d{2}-?\d{2}(T\d{2}:?\d{2}:?\d{2}(\.\d+)?Z?)?",
    "COUNT": r"[1-9]\d*",
    "INTERVAL": r"[1-9]\d*",
    "BYDAY": r"[+-]?\d{0,2}(MO|TU|WE|TH|FR|SA|SU)(,[+-]?\d{0,2}(MO|TU|WE|TH|FR|SA|SU))*",
    "WKST": r"MO|TU|WE|TH|FR|SA|SU",
    **dict.fromkeys(
        ("BYSECOND", "BYMINUTE", "BYHOUR", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH", "BYSETPOS"), _NUMBERS
    ),
}


def unreadable(written: str) -> str | None:
    """What is wrong with a rule as RFC 5545 writes it, or None. UNTIL may also be ISO 8601, as the namespace has it.

    >>> unreadable("FREQ=WEEKLY;BYDAY=MO,TH"), unreadable("FREQ=WEEKLY;BYDAY=Monday"), unreadable("BYDAY=MO")
    (None, '`BYDAY=Monday` is not a part of a rule', 'the rule does not begin with FREQ=')
    """
    if not written.startswith("FREQ="):
        return "the rule does not begin with FREQ="
    seen: set[str] = set()
    for part in written.split(";"):
        name, _, what = part.partition("=")
        if name not in _PARTS or not re.fullmatch(_PARTS[name], what):
            return f"{quoted(part)} is not a part of a rule"
        if name in seen:
            return f"{quoted(name)} stands twice in the rule"
        seen.add(name)
    return "the rule has both COUNT and UNTIL" if {"COUNT", "UNTIL"} <= seen else None


def frequency(entry: FrequencyEntry, place: Place, problems: list[Problem]) -> UpdateFrequency:
    """The show's frequency; `place` is that of its key."""
    found = entry.rule or (None if entry.complete else rule(entry.label))
    if found is None and not entry.complete:
        hint = "write daily, weekdays, weekly, every Monday and Thursday …, or give the rule as rule: FREQ=…"
        message = f"{quoted(entry.label)} is not a frequency that apps can read"
        problems.append(error("unknown-frequency", message, place.span(), hint))
    if entry.rule and (wrong := unreadable(entry.rule)):
        hint = "write it as FREQ=WEEKLY;BYDAY=MO,TH, with COUNT=10 or UNTIL=20261231 at its end if it ends"
        problems.append(error("unknown-frequency", wrong, place.span("rule"), hint))
    if entry.rule and "COUNT=" in entry.rule and entry.start is None:
        hint = "add start: 2026-01-01, the day of the first one"
        problems.append(
            error("frequency-without-start", "a rule with COUNT needs to know when it begins", place.span("rule"), hint)
        )
    return UpdateFrequency(label=entry.label, rrule=found, start=entry.start, complete=bool(entry.complete))
