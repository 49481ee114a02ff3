"""What reaches a terminal, a log or a program: no field, file name or argument can give it orders."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from podfeed.problem import FORMATS, Span, error, show
from podfeed.text import readable_json, visible
from tests import evil, sound
from tests.command import typed
from tests.evil import EPISODE, PEOPLE, SHOW, STORIES

# Controls (C0, DEL, C1), marks that turn the line around, hidden line breaks; a line feed ends our own lines.
FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
EVIL = "a\x1b[31m\x1b]0;owned\x07\x9b2J\r\x08\x7f\u202eb\u2066c\u2028::error::x"
SPAN = Span(f"episodes/{EVIL}.yaml", 1, 2, 3, f"title: {EVIL}")


@pytest.mark.parametrize("form", FORMATS)
def test_every_part_of_a_problem(form: str):
    """Message, hint, line, file and the other places, in every form."""
    problem = error("some-code", f"it says {EVIL}\ud800", SPAN, f"write {EVIL}", related=((SPAN, f"the {EVIL}"),))
    shown = show([problem, problem], form)
    assert FORBIDDEN.search(shown) is None
    shown.encode()
    if form == "json":
        assert json.loads(shown)[0]["message"] == problem.message  # a program gets every letter all the same
    if form == "github":
        assert sum(line.startswith("::") for line in shown.split("\n")) == 2  # and nobody can add a command


def test_every_forbidden_character():
    """Each of them is written out, alone, in both ways of writing."""
    for code in range(0x10000):
        if FORBIDDEN.match(chr(code)):
            assert visible(chr(code)) != chr(code)
            assert FORBIDDEN.search(readable_json([chr(code)])) is None
            assert json.loads(readable_json([chr(code)])) == [chr(code)]


MARKS = "\\u202Eb\\u2066c\\u200E\\u2028"  # what YAML lets in by an escape
FIELDS = {
    "show.yaml": SHOW.replace("The Morning Tide", f'"Tide {MARKS}"'),
    "people.yaml": PEOPLE.replace("Bob Frost", f'"Bob {MARKS}"') + f'"x{MARKS}": {{name: A}}\n',
    "stories.yaml": STORIES.replace("The last ferry pilot", f'"Ferry {MARKS}"'),
    "episodes/vote.yaml": EPISODE.replace("The harbour vote", f'"Vote {MARKS}"')
    + f'"key{MARKS}": v\nguests: ["Guest {MARKS}"]\nsegments: [{{start: 0, title: "T {MARKS}", stories: ferry-pilot}}]\n',
    "episodes/raw.yaml": b"title: \x1b[31m\nx: y\n",
    "episodes/latin.yaml": b"title: \x9b31m\xff\n",
    "episodes/recording.yaml": "title: r\ndate: 2026-03-02\naudio: \"evil\\u202E.mp3\"\nimage: \"nowhere\\u2066.png\"\n",
    "episodes/tags.yaml": "date: 2026-03-03\naudio: tags.mp3\n",
    "media/tags.mp3": sound.mp3(2, sound.id3_tags(sound.title(EVIL), sound.chap("a", 0, 900, sound.title(EVIL)))),
    f"media/{EVIL.replace('/', '')}.txt": b"",
    "episodes/a\x1b[31m\u202e.yaml": EPISODE,
    "episodes/\udcff.yaml": EPISODE,
    "episodes/\r::error::x.txt": b"",
}  # fmt: skip


@pytest.fixture(scope="module")
def evil_show(tmp_path_factory) -> Path:
    return evil.folder(tmp_path_factory.mktemp("evil"), FIELDS)


COMMANDS = (
    ["check"],
    *(["check", "--format", form] for form in FORMATS),
    ["--color", "never", "build"],
    ["list", "episodes"],
    ["list", "people"],
    ["list", "stories", "--json"],
    ["list", "episodes", "--json"],
    ["explain", EVIL],
    [EVIL],
    ["list", EVIL],
    ["--" + EVIL],
    ["check", "--format", EVIL],
    ["build", "--output", f"/dev/null/{EVIL}"],
    ["-C", EVIL, "check"],
    ["serve", "--port", EVIL],
    ["serve", "--built", "--output", EVIL],
)


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda words: ascii(" ".join(words))[:40])
def test_every_command(arguments: list[str], evil_show: Path):
    """Whatever a show or an argument says, the program's own words are all that a terminal gets."""
    arguments = [word.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape") for word in arguments]
    ended = typed("--color", "never", "-C", str(evil_show), *arguments)
    for stream in (ended.stdout, ended.stderr):
        said = stream.decode()  # strict: nothing but UTF-8 either
        assert FORBIDDEN.search(said) is None, ascii(said)[:2000]
        assert "Traceback" not in said and "a mistake in podfeed" not in said
    assert ended.stdout or ended.stderr
