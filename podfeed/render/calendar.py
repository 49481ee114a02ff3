"""When an episode is on air, for calendar programs: iCalendar (RFC 5545), one file an episode and one for the show;
and one for the live broadcasts.

Rendering knows no clock, so every airing of a published episode is listed, past and to come; a calendar program shows
the coming ones first by itself. An episode that is not yet published is in no calendar.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from podfeed import cuts, media_types, paths
from podfeed.digest import Immutable
from podfeed.model import Episode, Live, Show
from podfeed.output import Output, rendered
from podfeed.render import words
from podfeed.text import format_time

CALENDAR_TYPE = media_types.media_type(paths.CALENDAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Immutable):
    """One airing, ready to be written; of one that has a `day` the hour is not known."""

    uid: str
    start: datetime
    duration: timedelta
    summary: str
    location: str
    url: str
    description: str
    day: date | None = None


def outputs(show: Show) -> Iterator[tuple[str, Output]]:
    """A calendar for each episode with airings and, if there are any, one for the show."""
    everything: list[Event] = []
    for episode in show.episodes:
        events = tuple(_events(show, episode))
        if events:
            name = f"{show.title}: {episode.title}"
            yield paths.calendar(episode.slug), rendered(CALENDAR_TYPE, _calendar, name, show.language, events)
        everything += events
    if show.live:
        coming = tuple(_live(show, live) for live in show.live)
        yield paths.LIVE_CALENDAR, rendered(CALENDAR_TYPE, _calendar, show.title, show.language, coming)
    if everything:  # RFC 5545 §3.6: a calendar has at least one component
        ordered = tuple(sorted(everything, key=lambda event: (event.start, event.uid)))
        yield paths.CALENDAR, rendered(CALENDAR_TYPE, _calendar, show.title, show.language, ordered)


def _events(show: Show, episode: Episode) -> Iterator[Event]:
    host = urlsplit(show.url).hostname or "podfeed"
    counted: dict[str, int] = {}
    for airing in sorted(episode.airings, key=lambda airing: airing.at):
        # The n-th airing on a station keeps its name when its time is put right.
        counted[airing.station] = counted.get(airing.station, 0) + 1
        name = "\n".join((episode.guid, airing.station, str(counted[airing.station])))
        yield Event(
            uid=f"{hashlib.sha256(name.encode()).hexdigest()[:32]}@{host}",
            start=airing.at,
            duration=cuts.to_air(episode.audio.duration, episode.cuts),
            summary=_summary(show, episode, airing.repeat),
            location=airing.station,
            url=paths.episode_url(show, episode),
            description=_description(episode),
            day=None if airing.timed else words.local_day(airing.at, show.timezone),
        )


def _summary(show: Show, episode: Episode, repeat: bool) -> str:
    name = f"{show.title}: {episode.title}"
    _ = words.of(show.language)
    return _("{title} (repeat)", title=name) if repeat else name


def _live(show: Show, live: Live) -> Event:
    host = urlsplit(show.url).hostname or "podfeed"
    return Event(
        uid=f"{hashlib.sha256(live.guid.encode()).hexdigest()[:32]}@{host}",
        start=live.start,
        duration=live.end - live.start,
        summary=f"{show.title}: {live.title}",
        location=show.station.name if show.station else show.title,
        url=paths.absolute(show, paths.HOME) + "#live",
        description="\n\n".join(part for part in (live.summary, live.streams[0].url) if part),
    )


def _description(episode: Episode) -> str:
    rundown = "\n".join(f"{format_time(segment.start)} {segment.title}" for segment in episode.segments)
    return "\n\n".join(part for part in (episode.summary, rundown) if part)


def _calendar(name: str, language: str, events: tuple[Event, ...]) -> bytes:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//podfeed//podfeed//EN",
        "METHOD:PUBLISH",
        f"NAME;LANGUAGE={language}:{escaped(name)}",  # RFC 7986 §5.1
        f"X-WR-CALNAME:{escaped(name)}",  # what Apple, Google and Outlook read
    ]
    for event in events:
        lines += _event(event)
    return "".join(folded(line) for line in [*lines, "END:VCALENDAR"]).encode()


def _event(event: Event) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    # RFC 5545 §3.8.7.2 wants the moment of writing. There is no clock here, so it is the airing's own.
    yield f"DTSTAMP:{utc(event.start)}"
    if event.day:  # all of it: RFC 5545 §3.6.1
        yield f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}"
    else:
        yield f"DTSTART:{utc(event.start)}"
        yield f"DURATION:{duration(event.duration)}"
    yield f"SUMMARY:{escaped(event.summary)}"
    yield f"LOCATION:{escaped(event.location)}"
    yield f"URL:{event.url}"
    if event.description:
        yield f"DESCRIPTION:{escaped(event.description)}"
    yield "TRANSP:TRANSPARENT"  # a programme on air makes nobody busy
    yield "END:VEVENT"


def utc(moment: datetime) -> str:
    """A moment in RFC 5545's third form (§3.3.5).

    >>> utc(datetime(2026, 3, 2, 11, 0, tzinfo=UTC))
    '20260302T110000Z'
    """
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def duration(time: timedelta) -> str:
    """A length in whole seconds, rounded up. §3.3.6 knows no hours with seconds but without minutes.

    >>> [duration(timedelta(seconds=s)) for s in (1721.3, 3603, 7200, 0.4)]
    ['PT28M42S', 'PT1H0M3S', 'PT2H', 'PT1S']
    """
    minutes, seconds = divmod(math.ceil(time.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        rest = f"{minutes}M{seconds}S" if seconds else f"{minutes}M" if minutes else ""
        return f"PT{hours}H{rest}"
    return "PT" + (f"{minutes}M" if minutes else "") + (f"{seconds}S" if seconds or not minutes else "")


def escaped(text: str) -> str:
    r"""Text as a value (§3.3.11): backslash, semicolon, comma and line break are written out, controls left out.

    >>> escaped("News; weather, sport\nand C:\\")
    'News\\; weather\\, sport\\nand C:\\\\'
    """
    lines = re.sub(r"\r\n?|[\u2028\u2029\x85]", "\n", text)
    plain = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", lines)
    return re.sub(r"([\\;,])", r"\\\1", plain).replace("\n", "\\n")


def folded(line: str) -> str:
    """A line with its CRLF, cut so that no part is longer than 75 octets, never inside a character (§3.1).

    >>> [len(part.encode()) for part in folded("SUMMARY:" + "é" * 60).split("\\r\\n ")]
    [74, 56]
    """
    parts, room = [""], 75
    for character in line:
        size = len(character.encode())
        if size > room:
            parts.append("")
            room = 74  # the blank that marks a continuation counts
        parts[-1] += character
        room -= size
    return "\r\n ".join(parts) + "\r\n"
