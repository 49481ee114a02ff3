"""Shows as a newsroom might have them, put together by chance: the same for the same `random.Random`."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from podfeed import model as m
from tests import shows

WORDS = """harbour bridge council vote ferry pilot budget Zürich Łódź Ærø São naïve Straße Владимир Αθήνα 東京 서울 القاهرة
תל־אביב 🎈 👩‍👧 Q&A AT&T R&D “quoted” ‘so’ it's l'été ¿qué? ¡ahora! — – … 50% #5 @noon C++ $40m €7 100° ½ H₂O CO² ™ №1 &c.
"why" 9–8 2026 0 a.m. U.S. e.g. no. part II vs. (live) [sic] {x} ~ ^ | \\ / 3<5 x>y &amp; &lt; ]]> <b> 'tis""".split()
TYPES = (
    ("mp3", "audio/mpeg"),
    ("m4a", "audio/x-m4a"),
    ("opus", "audio/opus"),
    ("flac", "audio/flac"),
    ("ogg", "audio/ogg"),
)
ZONES = (-9.5, -5, 0, 0, 1, 5.75, 12.75)


def text(chance: random.Random, most: int = 7) -> str:
    """A line that an editor may type: words in many scripts, signs that mean something in XML or HTML."""
    return " ".join(chance.choice(WORDS) for _ in range(chance.randint(1, most)))


def moment(chance: random.Random) -> datetime:
    zone = timezone(timedelta(hours=chance.choice(ZONES)))
    return datetime(2004, 1, 1, tzinfo=UTC).astimezone(zone) + timedelta(seconds=chance.randrange(23 * 366 * 86400))


def guid(chance: random.Random, number: int) -> tuple[str, bool]:
    """A guid in one of the forms that feeds have, and whether it says to be an address."""
    address = f"https://old.example/?p={number}&x={chance.randrange(1000)}"
    return chance.choice(
        (
            (f"urn:uuid:{chance.randrange(16**8):08x}-0000-4000-8000-{number:012}", False),
            (address, True),
            (address, False),
            (f"tag:radio.example,2009:{number}", False),
            (f"{chance.randrange(10**9)} at http://old.example", False),
            (f"Buzzsprout-{number}", False),
        )
    )


def segments(chance: random.Random, duration: timedelta) -> tuple[m.Segment, ...]:
    last = int(duration.total_seconds())
    starts = sorted({0, *(chance.randrange(last) for _ in range(chance.randint(0, 6)))})
    ends = [*starts[1:], last]
    stories = [(), (m.StoryLink(story=shows.TIDES),), (m.StoryLink(story=shows.BRIDGE), m.StoryLink(story=shows.COSTS))]
    return tuple(
        m.Segment(
            number=number,
            start=timedelta(seconds=start),
            end=timedelta(seconds=end),
            title=text(chance),
            summary=text(chance, 20) if chance.random() < 0.5 else None,
            stories=chance.choice(stories),
        )
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1)
    )


def episode(chance: random.Random, number: int) -> m.Episode:
    ending, media_type = chance.choice(TYPES)
    duration = timedelta(
        milliseconds=chance.choice((chance.randrange(1000, 10**5), chance.randrange(10**5, 4 * 3_600_000)))
    )
    length = chance.choice((chance.randrange(1000, 10**8), chance.randrange(10**8, 10**10)))
    file = shows.local(f"{number}-{chance.choice(('show', 'été', 'a b', '100%', 'x&y'))}.{ending}", media_type, length)
    if chance.random() < 0.3:
        address = f"https://cdn.example/{number}/a%20b.{ending}?from=feed&n={number}"
        file = m.File(href=address, media_type=media_type, length=length)
    name, permalink = guid(chance, number)
    return m.Episode(
        slug=f"e{number}",
        guid=name,
        guid_is_permalink=permalink,
        title=text(chance),
        date=moment(chance),
        audio=m.Audio(file=file, duration=duration),
        summary=text(chance, 30) if chance.random() < 0.8 else None,
        notes=text(chance, 60) if chance.random() < 0.5 else None,
        number=chance.choice((None, number)),
        segments=segments(chance, duration) if chance.random() < 0.7 else (),
    )


def show(chance: random.Random) -> m.Show:
    """One to six episodes, newest first, with segments, in all the formats and scripts."""
    made = [episode(chance, number) for number in range(1, chance.randint(2, 7))]
    rows = {row.release: row for row in made}  # of two at one second readers may show either first
    newest_first = tuple(rows[release] for release in sorted(rows, reverse=True))
    return replace(shows.minimal(), title=text(chance), description=text(chance, 20), episodes=newest_first)
