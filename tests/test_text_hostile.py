"""Any text that an editor can type ends as well-formed XML, HTML, JSON and the rest, or as a message with its line."""

from __future__ import annotations

import json
import random
import re
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from longer import lots
from markupsafe import Markup

from podfeed.model import Show
from podfeed.problem import FORMATS
from podfeed.problem import show as shown
from podfeed.render import json_text
from podfeed.site import build
from podfeed.source.load import load
from podfeed.source.theme import read_theme
from podfeed.text import _PLAIN_ADDRESS, squash
from podfeed.theme import Theme
from tests import evil, reading, sound

PLACES = {
    # the file, and what stands in it; every {} is a text of its own
    "show.yaml": """\
title: {}
description: {}
url: https://radio.example/morning/
language: en-gb
author: {}
owner: {{name: {}, email: feed@radio.example}}
category: News
cover: cover.png
tagline: {}
copyright: {}
hosts: [dana-reyes]
station: {{name: {}, call_sign: {}}}
funding: {{url: "https://radio.example/give", label: {}}}
txt: {}
""",
    "people.yaml": "dana-reyes: {{name: {}, role: {}, bio: {}}}\n",
    "stories.yaml": """\
ferry-pilot: {{url: "https://news.example/ferry", title: {}, publisher: {}, authors: [{}], summary: {}, note: {},
  corrections: [{{date: 2026-03-03, text: {}}}]}}
""",
    "episodes/vote.yaml": """\
title: {}
date: 2026-03-02 06:00
audio: https://cdn.example/morning.mp3
length: 1000000
duration: 28:41
summary: {}
notes: {}
guid: {}
tags: [{}]
number: {{number: 2, display: {}}}
season: {{number: 1, name: {}}}
aired: [{{station: {}, at: 2026-03-02 06:00}}]
clips: [{{start: 3:02, length: 45s, title: {}}}]
location: {{name: {}}}
links: [{{url: "https://a.example/", title: {}}}]
license: {{id: {}, url: "https://a.example/l"}}
transcript: words.vtt
segments:
  - start: 0
    title: {}
    summary: {}
    corrections: [{{date: 2026-03-03, text: {}}}]
    stories: [ferry-pilot, {{url: "https://b.example/x", title: {}, note: {}}}]
""",
}
COUNT = sum(text.count("{}") for text in PLACES.values())
PARTS = (
    "]]>", "<![CDATA[", "&amp;", "&", "<", ">", '"', "'", "</script>", "<!--", "-->", "<script>", "\\", "`", "|", "{{", "{%",
    "\r\n", "\n", "\n\n", "\t", "  ", "# ", "* ", "[x](", "](javascript:1)", "[x](http://[", "![", "> ", "=====", "~~~",
    "é", "Ω", "漢字", "עברית", "المرفأ", "🎈", "👩\u200d👧", "e\u0301", "\u00a0", "\u200b", "\u200f", "\u202e", "\u2066", "\u2028",
    "\u2029", "\u0085", "\ufdd0", "\U0001fffe", "\U0010ffff", "\ufffd", "%", "%00", ": ", " #5", "- ", "WEBVTT", "BEGIN:VEVENT",
    "\u0130", "ß", "\ufb01", "a", "Harbour", " ", "0", "x" * 80, ";", ",", "=1+1", "\U000e0041", "\u115f", "Ⅷ", "\u1680",
)  # fmt: skip
ILLEGAL = ("\x00", "\x07", "\x0b", "\x1b[31m", "\x7f", "\x9b", "\ud800", "\udc00", "\ufffe", "\uffff", "\x1f")


@cache
def theme() -> Theme:
    return read_theme(Path("nowhere"))


_HIDDEN_BREAKS = re.compile("[\x85\u2028\u2029\ufeff]")  # taken from an escape only: no editor shows them


def written(text: str, raw: bool) -> str:
    """As a value in quotes: as typed (except what may only be escaped), or with an escape for all beyond ASCII."""
    quoted = json.dumps(text, ensure_ascii=False)
    outside = _HIDDEN_BREAKS if raw else re.compile(r"[^\x00-\x7e]")
    return outside.sub(lambda m: f"\\U{ord(m[0]):08x}", quoted)


def lay(where: Path, texts: list[str], raw: bool) -> None:
    """The show with these texts, in their order, in all its places."""
    left = iter(texts)
    for name, form in PLACES.items():
        filled = form.format(*(written(next(left), raw) for _ in range(form.count("{}"))))
        (where / name).write_bytes(filled.encode("utf-8", "surrogatepass"))


def folder(where: Path, words: str) -> Path:
    made = evil.folder(where)
    (made / "media/words.vtt").write_bytes(words.encode("utf-8", "surrogatepass"))
    return made


def judge(where: Path, texts: list[str], raw: bool, pages: bool) -> Show | None:
    """The promise, for one show. Its value if it can be built."""
    lay(where, texts, raw)
    show, problems = load(where)
    for problem in problems:
        assert (where / problem.span.path).exists() or problem.span.path.startswith("media")
        assert problem.span.line > 0 and problem.hint, problem
    for form in FORMATS:
        shown(problems[:3], form).encode()
    if show is None or any(problem.is_error for problem in problems):
        assert any(problem.is_error for problem in problems)
        return None
    site = build(show, theme())
    read = reading.read_all(site, tuple(reading.READERS) if pages else (".json", ".ics", ".vtt"))
    feed = reading.read_xml(site["feed.xml"].body())
    assert feed.findtext("channel/item/title") == show.episodes[0].title == squash(texts[FIRST_OF_EPISODE])
    assert read["feed.json"]["items"][0]["title"] == show.episodes[0].title
    if pages:
        for path, root in read.items():
            if path.endswith(".html"):
                assert list(reading.unsafe_in_page(root)) == [], path
        heading = read["episodes/vote/index.html"].find(f".//{reading.XHTML}h1")
        # a page's parser takes a few characters for others (HTML §13.2.5.80); the rest is to the letter
        assert squash("".join(heading.itertext())) == show.episodes[0].title
    return show


FIRST_OF_EPISODE = sum(PLACES[name].count("{}") for name in ("show.yaml", "people.yaml", "stories.yaml"))

TEXTS = st.lists(
    st.one_of(st.text(min_size=1, max_size=30), st.lists(st.sampled_from(PARTS), min_size=1, max_size=6).map("".join)),
    min_size=COUNT,
    max_size=COUNT,
)


@given(TEXTS, st.booleans())
@settings(max_examples=25)
def test_any_text(tmp_path_factory, texts, raw):
    """Random texts of all of Unicode in every field at once."""
    judge(place(tmp_path_factory), texts, raw, pages=True)


_places: list[Path] = []


def place(factory: pytest.TempPathFactory) -> Path:
    if not _places:
        _places.append(folder(factory.mktemp("texts"), "WEBVTT\n\n00:01.000 --> 00:02.000\n<v A>x\n"))
    return _places[0]


def random_text(chance: random.Random) -> str:
    """Mostly what has a meaning somewhere, and now and then any character at all."""
    parts = [chance.choice(PARTS) for _ in range(chance.randint(1, 5))]
    if chance.random() < 0.3:
        while (
            0xD800 <= (code := chance.randrange(0xA0, 0x110000)) < 0xE000 or code & 0xFFFE == 0xFFFE or code == 0xFEFF
        ):
            pass
        parts.insert(chance.randrange(len(parts) + 1), chr(code))
    return "".join(parts).strip() + chance.choice(("", "a", "Z"))


def random_texts(chance: random.Random, illegal: bool) -> list[str]:
    texts = [random_text(chance) or "a" for _ in range(COUNT)]
    if illegal:
        texts[chance.randrange(COUNT)] += chance.choice(ILLEGAL)
    return texts


def many(where: Path, seed: int, shows: int, every: int) -> None:
    """`shows` shows; every so many with all their pages. A tenth have a character that no feed carries."""
    chance = random.Random(seed)
    built = 0
    for number in range(shows):
        illegal = number % 10 == 9
        made = judge(where, random_texts(chance, illegal), chance.random() < 0.5, pages=number % every == 0)
        assert not (illegal and made), number
        built += made is not None
    assert built > shows * 0.4  # else the messages hide what would come after them


def test_shows_of_random_texts(tmp_path: Path):
    """20 shows whose every text is put together from what is special somewhere."""
    many(folder(tmp_path, "WEBVTT\n\n00:01.000 --> 00:02.000\n<v A>x\n"), 14, 20, 4)


@pytest.mark.slow
@pytest.mark.parametrize("seed", lots(20, 4))
def test_many_shows_of_random_texts(seed: int, tmp_path: Path):
    """20,000 shows in twenty lots, 36 texts each; every fiftieth with all its pages, all with feed, JSON, calendar and
    captions."""
    many(folder(tmp_path, "WEBVTT\n\n00:01.000 --> 00:02.000\n<v A>x\n"), 100 + seed, 1_000, 50)


def test_texts_of_strangers(tmp_path: Path):
    """What stands in a recording's tags, its chapters and a transcript in each form comes out well-formed too."""
    chance = random.Random(5)
    for number in range(5):
        words = [random_text(chance).replace("\0", "") + chance.choice(ILLEGAL[:-5]) for _ in range(8)]
        tags = sound.id3_tags(
            sound.title(words[0] + "a"), sound.chap("a", 0, 900, sound.title(words[1])), sound.chap("b", 900, 1900)
        )
        rows = [{"startTime": n, "speaker": w, "body": w + "x"} for n, w in enumerate(words)]
        bodies = {
            ".vtt": "WEBVTT\n\n00:00.000 --> 00:01.000\n<v " + words[2] + ">x" + words[3],
            ".srt": "1\n00:00:00,000 --> 00:00:01,000\nx" + words[4],
            ".json": json.dumps({"version": "1.0.0", "segments": rows}),
            ".html": f"<cite>{words[5]}</cite><time>0:01</time><p>x{words[6]}",
            ".txt": "x" + words[7],
        }
        ending = list(bodies)[number % 5]
        show = "date: 2026-03-02 06:00\naudio: morning.mp3\ntranscript: words" + ending + "\n"
        where = evil.folder(
            tmp_path / str(number),
            {"media/morning.mp3": sound.mp3(2, tags), f"media/words{ending}": bodies[ending].encode(errors="ignore"),
             "episodes/vote.yaml": show},
        )  # fmt: skip
        made, problems = load(where)
        assert made, problems
        for path, root in reading.read_all(build(made, theme())).items():
            if path.endswith(".html"):
                assert list(reading.unsafe_in_page(root)) == [], path


FRACTIONS = st.floats(0.001, 1e15).map(lambda number: round(number, 3))  # none of ours is less than a millisecond
SCALARS = st.none() | st.booleans() | st.integers() | FRACTIONS | st.text() | st.text().map(Markup)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@given(JSON)
def test_json_is_the_standard_library_s(value):
    """Byte for byte: files that other programs compare do not change because they are written quicker."""
    lines = json.dumps(value, ensure_ascii=False, indent=1)
    assert json_text.indented(value).decode() == lines
    assert json_text.indented(value, "  ").decode() == lines.replace("\n", "\n  ")
    assert json_text.compact(value).decode() == json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@given(
    st.text('aZ09.-_:/?#[]@!$&()*+,;=%~\\<>" {}|^`\n\t\x7fé\u2028ſK', max_size=12), st.sampled_from(["", "//", "//a.b"])
)
def test_an_address_that_is_seen_at_a_glance_is_one(rest, start):
    """The glance never says yes where taking the address apart would say no."""
    text = f"https:{start}{rest}"
    if _PLAIN_ADDRESS(text):
        parts = urlsplit(text)
        assert parts.scheme == "https" and parts.hostname and parts.port is None and "@" not in parts.netloc
        assert parts.geturl() in (text, text.rstrip("?#")) and not re.search(r"[\s<>\"\\^`{|}]", text)
