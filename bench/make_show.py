"""Make a realistic show of any size, the same for the same numbers: what the benchmark builds.

    python bench/make_show.py FOLDER EPISODES

Each episode has about five segments, six links to stories (a third of them shared with other episodes), 300 words of
notes and a real recording of ten silent seconds, its tags its own: MP3 mostly, and one in ten each M4A, Opus and FLAC.
One host is in all episodes, guests come back from time to time, so people with long catalogues exist. Needs ffmpeg
and mutagen; nothing in podfeed calls this.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from mutagen import File

SEED = 20261124
SECONDS = 10
LAST = date(2026, 11, 20)
ENCODERS = {
    ".mp3": ("-c:a", "libmp3lame", "-b:a", "8k", "-ar", "8000"),
    ".m4a": ("-c:a", "aac", "-b:a", "8k", "-movflags", "+faststart"),
    ".opus": ("-c:a", "libopus", "-b:a", "6k"),
    ".flac": ("-c:a", "flac", "-ar", "8000"),
}
ENDINGS = (".mp3",) * 7 + (".m4a", ".opus", ".flac")
"""The format of an episode, by its number."""

WORDS = """harbour bridge council vote ferry pilot budget school river market mayor report union station letter court
hospital railway border paper committee question answer winter summer quarter district night morning study figure
minister neighbour water road island garden library museum engine signal weather price harvest letter promise debate
record inquiry witness evidence question hearing contract tender plan map wall tower engine strike teacher driver
nurse doctor reporter editor listener caller historian farmer builder sailor clerk judge lawyer painter singer""".split()
PUBLISHERS = ("City Paper", "The Harbour Post", "Evening Record", "Radio Example News", "The Island Review")
FIRST = "Ada Bob Carla Dana Emil Fatima Georg Hana Ivo Jana Karim Lea Mona Nils Olga Pavel Rosa Sami Tara Uma".split()
LAST_NAMES = "Frost Reyes Moss Brandt Okafor Silva Novak Lind Haddad Meyer Costa Young Petrov Sato Walsh".split()
RELATIONS = ("about",) * 6 + ("mentions", "source", "background", "follow-up")

SHOW = """\
title: The Long Morning
tagline: The day's stories, every day for decades
description: A daily programme about the stories of the day, with the people who wrote them.
url: https://radio.example/long-morning/
language: en-gb
author: Radio Example
owner: {name: Radio Example, email: feed@radio.example}
category: News / Daily News
cover: cover.png
timezone: Europe/London
hosts: [dana-reyes]
"""


def make(folder: Path, episodes: int) -> None:
    """Write the show into `folder`, which must not exist."""
    source = random.Random(SEED)
    (folder / "episodes").mkdir(parents=True)
    (folder / "media").mkdir()
    (folder / "show.yaml").write_text(SHOW, "utf-8")
    people = dict(_people(source, max(20, episodes // 50)))
    lines = [f"{slug}: {{name: {name}, role: Guest}}\n" for slug, name in people.items()]
    (folder / "people.yaml").write_text("dana-reyes: {name: Dana Reyes}\n" + "".join(lines), "utf-8")
    _cover(folder / "media" / "cover.png")
    shared = [_story(source, f"s{number}", LAST) for number in range(max(10, episodes // 10))]
    with tempfile.TemporaryDirectory() as made:
        masters = dict(_masters(Path(made)))
        for number in range(1, episodes + 1):
            day = LAST - timedelta(days=episodes - number)
            slug = f"{day.isoformat()}-{'-'.join(source.sample(WORDS, 3))}"
            ending = ENDINGS[number % len(ENDINGS)]
            _recording(masters[ending], folder / "media" / (slug + ending), f"Episode {number}")
            text = _episode(source, number, day, slug + ending, tuple(people), shared)
            (folder / "episodes" / f"{slug}.yaml").write_text(text, "utf-8")


def _people(source: random.Random, count: int) -> Iterator[tuple[str, str]]:
    for number in range(count):
        first, last = source.choice(FIRST), source.choice(LAST_NAMES)
        yield f"{first}-{last}-{number}".lower(), f"{first} {last}"


def _masters(folder: Path) -> Iterator[tuple[str, Path]]:
    for ending, options in ENCODERS.items():
        path = folder / f"master{ending}"
        silence = ("-f", "lavfi", "-i", f"anullsrc=r=8000:cl=mono:d={SECONDS}")
        subprocess.run(["ffmpeg", "-v", "error", *silence, *options, str(path)], check=True)
        yield ending, path


def _recording(master: Path, path: Path, title: str) -> None:
    shutil.copyfile(master, path)
    opened = File(path, easy=True)
    if opened is None:
        raise ValueError(f"mutagen cannot read {path}")
    opened["title"] = title
    opened.save()


def _cover(path: Path) -> None:
    source = ("-f", "lavfi", "-i", "color=c=teal:s=1400x1400", "-frames:v", "1")
    subprocess.run(["ffmpeg", "-v", "error", *source, str(path)], check=True)


def _sentence(source: random.Random, length: int) -> str:
    return " ".join(source.choice(WORDS) for _ in range(length)).capitalize()


def _story(source: random.Random, key: str, day: date) -> str:
    """A story as an editor writes it inline: the address always, often the facts."""
    url = f"https://{source.choice(PUBLISHERS).lower().replace(' ', '-')}.example/{day.year}/{key}"
    title = _sentence(source, 6)
    return f'url: "{url}", title: "{title}", publisher: {source.choice(PUBLISHERS)}, date: {day.isoformat()}'


def _episode(
    source: random.Random, number: int, day: date, audio: str, people: tuple[str, ...], shared: list[str]
) -> str:
    guests = sorted(source.sample(people, 2))
    rows = [
        f'title: "{_sentence(source, 5)}"',
        f"date: {day.isoformat()} 06:00",
        f"audio: {audio}",
        f"number: {number}",
        f"summary: {_sentence(source, 18)}.",
        f"guests: [{', '.join(guests)}]",
        f"tags: [{', '.join(source.sample(WORDS, 3))}]",
        "segments:",
        "  - 0:00 Headlines",
    ]
    for place, second in enumerate((1, 3, 5, 7)):
        rows += [f"  - start: 0:0{second}", f"    title: {_sentence(source, 6)}", f"    people: [{guests[place % 2]}]"]
        rows += [f"    summary: {_sentence(source, 14)}.", "    stories:"]
        for extra in range(2 if place % 2 else 1):
            story = (
                source.choice(shared) if source.random() < 1 / 3 else _story(source, f"{number}-{place}{extra}", day)
            )
            rows.append(f"      - {{{story}, rel: {source.choice(RELATIONS)}}}")
    rows.append("notes: |")
    for _paragraph in range(5):
        words = [source.choice(WORDS) for _ in range(60)]
        words[10] = f"**{words[10]}**"
        words[20] = f"[{words[20]}](https://radio.example/{words[20]})"
        rows += ["  " + " ".join(words).capitalize() + ".", ""]
    return "\n".join(rows).rstrip() + "\n"


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]))
