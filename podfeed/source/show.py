"""From show.yaml to what a Show says once: everything but its episodes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from podfeed.media_types import AUDIO, suffix
from podfeed.model import (
    Category,
    Chat,
    File,
    Image,
    License,
    Link,
    Owner,
    RemoteItem,
    Station,
    Trailer,
    Txt,
    UpdateFrequency,
)
from podfeed.problem import Problem, error
from podfeed.source import files
from podfeed.source.episode import blocks, waivers
from podfeed.source.fields import quoted
from podfeed.source.people import People
from podfeed.source.places import Place
from podfeed.source.recordings import Recordings, audio
from podfeed.source.schema import AudioEntry, FrequencyEntry, ShowFile, TrailerEntry
from podfeed.source.values import value
from podfeed.text import closest
from podfeed.vocabulary import CATEGORIES, GUID_NAMESPACE


def feed_guid(url: str) -> str:
    """The `podcast:guid` of a feed's address: scheme and trailing slashes do not count (namespace, guid.md).

    >>> feed_guid("https://podnews.net/rss")
    '9b024349-ccf0-5f69-a609-6b82873eab3c'
    """
    return str(uuid5(UUID(GUID_NAMESPACE), re.sub(r"^\w+://", "", url).rstrip("/")))


def head(
    entry: ShowFile, place: Place, media: Path, recordings: Recordings, people: People, problems: list[Problem]
) -> dict[str, Any]:
    """The fields of `Show` that show.yaml gives; a stand-in for a cover that is a problem."""
    cover = files.image(media, entry.cover, place.span("cover"))
    if isinstance(cover, Problem):
        problems.append(cover)
        cover = Image(file=File(href="media/cover.jpg", media_type="image/jpeg"))
    return dict(
        title=entry.title,
        description=entry.description,
        url=site_url(entry.url),
        language=entry.language,
        author=entry.author,
        owner=Owner(name=entry.owner.name, email=entry.owner.email),
        categories=tuple(_categories(entry, place, problems)),
        cover=cover,
        tagline=entry.tagline,
        timezone=entry.timezone,
        explicit=bool(entry.explicit),
        type=entry.type,
        hosts=people.credits(entry.hosts, place.below("hosts"), "Host"),
        crew=people.credits(entry.people, place.below("people"), None),
        license=License(id=entry.license.id, url=entry.license.url) if entry.license else None,
        copyright=entry.copyright,
        funding=tuple(Link(url=f.url, title=f.label or f"Support {entry.title}") for f in entry.funding),
        locked=True if entry.locked is None else entry.locked,
        complete=bool(entry.complete),
        block=blocks(entry.block),
        waive=waivers(entry.waive),
        new_feed_url=entry.new_feed_url,
        medium=entry.medium,
        update_frequency=_frequency(entry.update_frequency, place, problems) if entry.update_frequency else None,
        txt=tuple(Txt(text=t.text, purpose=t.purpose) for t in entry.txt),
        podroll=tuple(
            RemoteItem(feed_guid=p.guid, feed_url=p.feed, medium=p.medium, title=p.title) for p in entry.podroll
        ),
        trailers=tuple(_trailers(entry.trailer, place, recordings, problems)),
        value=value(entry.value) if entry.value else None,
        chat=Chat(**dict(entry.chat)) if entry.chat else None,
        subscribe=tuple(Link(url=url, title=name) for name, url in entry.subscribe.items()),
        audio_url=entry.audio_url.rstrip("/") + "/" if entry.audio_url else None,
        websub=entry.websub,
        comments=Link(url=entry.comments.url, title=entry.comments.title or "Write to us") if entry.comments else None,
        station=Station(**dict(entry.station)) if entry.station else None,
        origin=place,
    )  # fmt: skip


def site_url(url: str) -> str:
    """The site's address with exactly one slash at its end, without query and fragment.

    >>> site_url("https://radio.example/morning")
    'https://radio.example/morning/'
    """
    return re.split(r"[?#]", url)[0].rstrip("/") + "/"


def _categories(entry: ShowFile, place: Place, problems: list[Problem]) -> Iterator[Category]:
    folded = {name.casefold(): name for name in CATEGORIES}
    for index, written in enumerate(entry.category):
        name, _, sub = (part.strip() for part in written.partition(" / " if " / " in written else "/"))
        span = place.span("category", index)
        if name.casefold() not in folded:
            parent = next(
                (c for c, subs in CATEGORIES.items() if name.casefold() in (s.casefold() for s in subs)), None
            )
            near = f"{parent} / {name}" if parent else closest(name, CATEGORIES)
            hint = f"did you mean {near}?" if near else "write one of: " + ", ".join(CATEGORIES)
            problems.append(error("unknown-category", f"{quoted(name)} is not one of Apple's categories", span, hint))
            continue
        name = folded[name.casefold()]
        subs = {s.casefold(): s for s in CATEGORIES[name]}
        if sub and sub.casefold() not in subs:
            near = closest(sub, CATEGORIES[name])
            hint = (
                f"did you mean {name} / {near}?"
                if near
                else f"write {name} alone, or one of: {', '.join(subs.values())}"
            )
            problems.append(error("unknown-category", f"{quoted(sub)} is not a part of {name}", span, hint))
            continue
        yield Category(name=name, sub=subs[sub.casefold()] if sub else None)


_DAYS = {"monday": "MO", "tuesday": "TU", "wednesday": "WE", "thursday": "TH", "friday": "FR", "saturday": "SA",
         "sunday": "SU"}  # fmt: skip
_RULES = {
    "daily": "FREQ=DAILY",
    "every day": "FREQ=DAILY",
    "weekdays": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "every weekday": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "weekly": "FREQ=WEEKLY",
    "every week": "FREQ=WEEKLY",
    "fortnightly": "FREQ=WEEKLY;INTERVAL=2",
    "every two weeks": "FREQ=WEEKLY;INTERVAL=2",
    "monthly": "FREQ=MONTHLY",
    "every month": "FREQ=MONTHLY",
    "twice a month": "FREQ=MONTHLY;BYMONTHDAY=1,15",
    "yearly": "FREQ=YEARLY",
}


def rule(words: str) -> str | None:
    """A rule of RFC 5545 for the usual words, or None.

    >>> rule("every Monday and Thursday"), rule("Weekdays"), rule("now and then")
    ('FREQ=WEEKLY;BYDAY=MO,TH', 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', None)
    """
    folded = " ".join(words.casefold().split())
    if folded in _RULES:
        return _RULES[folded]
    days = re.split(r"\s*(?:,|and|&)\s*", folded.removeprefix("every "))
    if folded.startswith("every ") and days and all(day in _DAYS for day in days):
        return "FREQ=WEEKLY;BYDAY=" + ",".join(_DAYS[day] for day in days)
    return None


def _frequency(entry: FrequencyEntry, place: Place, problems: list[Problem]) -> UpdateFrequency:
    found = entry.rule or rule(entry.label)
    if found is None:
        hint = "write daily, weekdays, weekly, every Monday and Thursday …, or give the rule as rule: FREQ=…"
        message = f"{quoted(entry.label)} is not a frequency that apps can read"
        problems.append(error("unknown-frequency", message, place.span("update_frequency"), hint))
    return UpdateFrequency(label=entry.label, rrule=found, start=entry.start, complete=bool(entry.complete))


def _trailers(
    entries: tuple[TrailerEntry, ...], place: Place, recordings: Recordings, problems: list[Problem]
) -> Iterator[Trailer]:
    for index, entry in enumerate(entries):
        at = place.below("trailer", index)
        if "://" in entry.audio:
            file = File(href=entry.audio, media_type=AUDIO.get(suffix(entry.audio), "audio/mpeg"))
            yield Trailer(title=entry.title, file=file, date=entry.date, season=entry.season)
            continue
        found, more = audio(AudioEntry(file=entry.audio), at.below("audio"), recordings, "trailer")
        problems.extend(more)
        if found:
            yield Trailer(title=entry.title, file=found.file, date=entry.date, season=entry.season)
