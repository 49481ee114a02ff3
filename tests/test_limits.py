"""How much of everything there may be: what docs/writing-episodes.md states is what the program holds, to the letter."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from podfeed.problem import full
from podfeed.source import audio_pool, audio_read, audio_tags, fields, images, lines, read, transcript, yaml
from podfeed.text import parse_time
from tests.evil import EPISODE, PEOPLE, SHOW, problems

DOCS = Path(__file__).parent.parent / "docs" / "writing-episodes.md"

# What the table says → the number in the code, in the table's unit.
STATED = {
    "a line: a title, a name, a role": (fields.MAX_LINE, "characters"),
    "an address": (fields.MAX_ADDRESS, "characters"),
    "a text: summary, notes, description, bio": (fields.MAX_TEXT, "bytes"),
    "a list": (fields.MAX_LIST, "entries"),
    "the segments of an episode": (fields.MAX_SEGMENTS, "entries"),
    "the name of an episode's file, of a person, of a story": (read.LONGEST_NAME, "bytes"),
    "a YAML file": (lines.MAX_BYTES // 1024, "KiB"),
    "all values of a YAML file": (yaml.MAX_NODES, "values"),
    "lists and groups inside each other": (yaml.MAX_DEPTH, "levels"),
    "a picture": (images.LARGEST // 1_000_000, "MB"),
    "a transcript": (transcript.LARGEST // 1_000_000, "MB"),
    "the captions of a transcript": (transcript.MOST_CUES, "captions"),
    "a recording": (audio_read.LONGEST // 3600, "hours"),
    "the chapters inside a recording": (audio_tags.MOST_CHAPTERS, "chapters"),
    "a text inside a recording: its title, a chapter's": (audio_tags.LONGEST_TEXT, "characters"),
    "reading one recording: time": (round(audio_pool.LIMITS.seconds), "seconds"),
    "reading one recording: memory": (audio_pool.LIMITS.memory // (1 << 20), "MiB"),
}


def test_the_table_says_what_the_code_holds():
    """Every limit stands in the guide's table with the number of the code, and no row is without code."""
    section = DOCS.read_text().partition("\n## Limits\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+?) \| ([\d,]+) (\w+) \|", section, re.MULTILINE)
    assert {what: (int(number.replace(",", "")), unit) for what, number, unit in rows} == STATED


def _title(length: int) -> str:
    return EPISODE.replace("The harbour vote", "x" * length)


def _segments(count: int) -> str:
    return EPISODE + "segments:\n" + "".join(f"  - {n // 60}:{n % 60:02} Part\n" for n in range(count))


def _guests(count: int) -> str:
    return EPISODE + "guests: [" + ", ".join(f"Lee Moss {n}" for n in range(count)) + "]\n"


def _people(length: int) -> str:
    return PEOPLE + "k" * length + ": {name: Kim Hart}\n"


# Where it stands, what makes it of a given size, the largest that is taken, and the problem of one more.
EDGES: tuple[tuple[str, Callable[[int], str], int, str], ...] = (
    ("episodes/vote.yaml", _title, fields.MAX_LINE, "text-too-long"),
    ("episodes/vote.yaml", lambda n: EPISODE + "notes: " + "é" * (n // 2) + "x" * (n % 2), fields.MAX_TEXT, "text-too-long"),
    ("episodes/vote.yaml", lambda n: EPISODE + "links: https://a.example/".ljust(n + 7, "x"), fields.MAX_ADDRESS, "text-too-long"),
    ("episodes/vote.yaml", lambda n: EPISODE + "tags: [" + "x, " * n + "]", fields.MAX_LIST, "list-too-long"),
    ("episodes/vote.yaml", _guests, fields.MAX_LIST, "list-too-long"),
    ("episodes/vote.yaml", _segments, fields.MAX_SEGMENTS, "list-too-long"),
    ("people.yaml", _people, read.LONGEST_NAME, "bad-name"),
    ("people.yaml", lambda n: PEOPLE.ljust(n, "#"), lines.MAX_BYTES, "file-too-large"),
    ("show.yaml", lambda n: SHOW.replace("Radio Example\n", "x" * n + "\n", 1), fields.MAX_LINE, "text-too-long"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "make", "most", "code"), EDGES)
def test_the_largest_is_taken_and_one_more_is_not(name, make, most, code, tmp_path):
    """At each limit nothing is said; one beyond it there is one problem, with its line and the number."""
    at_limit = problems(tmp_path / "fine", {name: make(most)})
    assert [p for p in at_limit if p.code in (code, "text-too-long", "list-too-long")] == []
    beyond = [p for p in problems(tmp_path / "beyond", {name: make(most + 1)}) if p.is_error and p.span.path == name]
    assert [p.code for p in beyond][:1] == [code]
    assert beyond[0].span.line or code == "file-too-large"
    assert beyond[0].hint


def ascii_start(text: str) -> str:
    return ascii(text[:8])


SPACES = " " * 400_000
LONG = (
    # Each of these once took minutes, or was answered in the words of a library.
    ("episodes/vote.yaml", EPISODE + f'clips: [{{start: "1h{SPACES}s", length: 5}}]\n'),
    ("episodes/vote.yaml", EPISODE + "clips: [{start: " + "9" * 5_000 + ", length: 5}]\n"),
    ("episodes/vote.yaml", EPISODE + "clips: [{start: " + "9" * 900 + ", length: 5}]\n"),
    ("episodes/vote.yaml", EPISODE + f'guests: ["a{SPACES}b (x"]\n'),
    ("episodes/vote.yaml", EPISODE + 'guests: ["' + "a b" * 200_000 + '"]\n'),
    ("episodes/vote.yaml", EPISODE + 'segments: ["' + "9" * 500_000 + ' x"]\n'),
    ("episodes/vote.yaml", EPISODE + 'segments: ["0:00' + "\\t" * 300_000 + '"]\n'),
    ("episodes/vote.yaml", EPISODE + "links: [" + "a." * 400_000 + "]\n"),
    ("episodes/vote.yaml", EPISODE + 'links: ["mailto:a@' + "." * 200_000 + ' x"]\n'),
    ("episodes/vote.yaml", EPISODE + 'location: {name: x, geo: "geo:' + "1" * 400_000 + '"}\n'),
    ("episodes/vote.yaml", EPISODE + "guests: [" + ", ".join(f"P {n}" for n in range(9_000)) + "]\n"),
    ("episodes/vote.yaml", EPISODE + "".join(f"titl{n}: v\n" for n in range(9_000))),
    ("episodes/vote.yaml", EPISODE + "block:\n" + "".join(f"  t{n}: yes\n" for n in range(9_000))),
    ("episodes/vote.yaml", EPISODE + '"' + "k" * 200_000 + '": v\n'),
    ("episodes/vote.yaml", EPISODE + "season: {" + "k" * 900 + ": v}\n"),
    ("show.yaml", SHOW + 'comments: "mailto:a@' + "." * 200_000 + ' x"\n'),
    ("show.yaml", SHOW.replace("Europe/London", "x" * 900_000)),
    ("show.yaml", SHOW.replace("en-gb", "en" + "-aaaaa" * 100_000 + "!")),
    ("show.yaml", SHOW.replace("feed@radio.example", '"a@' + "a." * 300_000 + ' "')),
    ("show.yaml", SHOW.replace("News / Daily News", "[" + ", ".join(f"News / D{n}" for n in range(9_000)) + "]")),
)


@pytest.mark.parametrize(("name", "text"), LONG, ids=lambda value: repr(value[90:130]))
def test_no_long_value_takes_long_or_floods(name, text, tmp_path):
    """Whatever is repeated inside a file, it is answered in half a second, in few and short words of ours."""
    begin = time.process_time()
    found = [p for p in problems(tmp_path, {name: text}) if p.span.path == name]
    assert time.process_time() - begin < 0.5
    assert len(found) <= 60
    for problem in found:
        said = problem.message + (problem.hint or "")
        assert len(said) < 1_000 and "integer string" not in said
        assert len(full(problem)) < 2_000


@pytest.mark.parametrize(
    "written", ["1h" + " " * 10_000 + "s", "9" * 5_000, "1:" * 50_000, "٣" * 5_000], ids=ascii_start
)
def test_a_time_has_a_length(written):
    """Wherever a time is read, a long one is answered at once and in our words."""
    begin = time.process_time()
    with pytest.raises(ValueError, match="write a time as"):
        parse_time(written)
    assert time.process_time() - begin < 0.1
