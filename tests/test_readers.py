"""Fifteen readers of others, six in Python and nine in Node, agree about every episode of shows put together by chance.

Guid, title, date, enclosure, duration and chapters come back as the show has them, from each reader that tells them."""

from __future__ import annotations

import io
import json
import random
import re
import shutil
import subprocess
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from xml.parsers import expat

import pytest
from longer import lots
from lxml import etree

from podfeed import model, paths
from podfeed.render import chapters, feeds
from podfeed.render.rss import NAMESPACES
from tests import random_shows

CLIENTS = Path(__file__).parent / "clients"
Row = list
"""Of one episode: guid, title, seconds since 1970, the enclosure's address, length and type, the duration in seconds,
the chapters as [second, title]; None where a reader does not tell."""


def body(show: model.Show) -> bytes:
    return dict(feeds.outputs(show))[paths.FEED].body()


def expected(show: model.Show) -> list[Row]:
    return [
        [
            episode.guid,
            episode.title,
            int(episode.release.timestamp()),
            paths.audio_url(show, episode.audio),
            episode.audio.file.length,
            episode.audio.file.media_type,
            round(episode.audio.duration.total_seconds()),
            [[mark.start.total_seconds(), mark.title] for mark in chapters.marks(episode)],
        ]
        for episode in show.episodes
    ]


# --- readers in Python ---------------------------------------------------------------------------------


def clock(words: str) -> float:
    """Seconds of a time such as 1:02:03.500."""
    seconds = 0.0
    for part in words.split(":"):
        seconds = seconds * 60 + float(part)
    return seconds


def by_lxml(data: bytes) -> Iterable[Row]:
    from email.utils import parsedate_to_datetime

    for item in etree.fromstring(data).iter("item"):
        file = item.find("enclosure").attrib
        marks = item.iterfind("psc:chapters/psc:chapter", NAMESPACES)
        yield [
            item.findtext("guid"),
            item.findtext("title"),
            int(parsedate_to_datetime(item.findtext("pubDate")).timestamp()),
            file["url"],
            int(file["length"]),
            file["type"],
            int(item.findtext("itunes:duration", namespaces=NAMESPACES)),
            [[clock(mark.get("start")), mark.get("title")] for mark in marks],
        ]


def by_expat(data: bytes) -> Iterable[Row]:
    """The parser under most of them, event by event, with the spaces of names that the feed itself declares."""
    found: list[dict] = []
    open_now: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        open_now.append(name)
        if name == "item":
            found.append({"chapters": []})
        elif found and name == "enclosure":
            found[-1]["file"] = attributes
        elif found and name == f"{NAMESPACES['psc']} chapter":
            found[-1]["chapters"].append([clock(attributes["start"]), attributes["title"]])

    def words(text: str) -> None:
        if found and open_now[-2:-1] == ["item"]:
            found[-1][open_now[-1]] = found[-1].get(open_now[-1], "") + text

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.CharacterDataHandler = start, words
    parser.EndElementHandler = lambda name: open_now.pop()
    parser.Parse(data, True)
    for row in found:
        file, duration = row["file"], int(row[f"{NAMESPACES['itunes']} duration"])
        yield [
            row["guid"],
            row["title"],
            None,
            file["url"],
            int(file["length"]),
            file["type"],
            duration,
            row["chapters"],
        ]


def by_feedparser(data: bytes) -> Iterable[Row]:
    import calendar

    feedparser = pytest.importorskip("feedparser")
    read = feedparser.parse(io.BytesIO(data))
    assert not read.bozo, read.bozo_exception
    for entry in read.entries:
        (file,) = entry.enclosures
        when = calendar.timegm(entry.published_parsed)
        duration = int(entry.itunes_duration)
        yield [entry.id, entry.title, when, file.href, int(file.length), file.type, duration, None]


def by_podcastparser(data: bytes) -> Iterable[Row]:
    """gPodder's."""
    podcastparser = pytest.importorskip("podcastparser")
    for entry in podcastparser.parse("https://small.example/feed.xml", io.BytesIO(data))["episodes"]:
        (file,) = entry["enclosures"]
        marks = [[mark["start"], mark["title"]] for mark in entry.get("chapters", ())]
        when, kind = entry["published"], file["mime_type"]
        yield [entry["guid"], entry["title"], when, file["url"], file["file_size"], kind, entry["total_time"], marks]


def by_fastfeedparser(data: bytes) -> Iterable[Row]:
    from datetime import datetime

    fastfeedparser = pytest.importorskip("fastfeedparser")
    for entry in fastfeedparser.parse(data).entries:
        (file,) = entry.enclosures
        when = int(datetime.fromisoformat(entry.published).timestamp())
        yield [entry.id, entry.title, when, file["url"], int(file["length"]), file["type"], None, None]


def by_atoma(data: bytes) -> Iterable[Row]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own age
        atoma = pytest.importorskip("atoma")
        items = atoma.parse_rss_bytes(data).items
    for item in items:
        (file,) = item.enclosures
        yield [item.guid, item.title, int(item.pub_date.timestamp()), file.url, file.length, file.type, None, None]


PYTHON: dict[str, Callable[[bytes], Iterable[Row]]] = {
    "lxml": by_lxml,
    "expat": by_expat,
    "feedparser": by_feedparser,
    "podcastparser": by_podcastparser,
    "fastfeedparser": by_fastfeedparser,
    "atoma": by_atoma,
}

# --- readers in Node -----------------------------------------------------------------------------------

NODE = (
    "podcast-partytime", "feedsmith", "rss-parser", "podcast-feed-parser", "podparse", "@rowanmanning/feed-parser",
    "feedparser for Node", "@extractus/feed-extractor", "feedme",
)  # fmt: skip


def by_node(bodies: list[bytes]) -> list[dict[str, list[Row] | str]]:
    """What each of the nine understood of each feed; a text where one gave up."""
    node = shutil.which("node")
    if node is None or not (CLIENTS / "node_modules" / "feedme").is_dir():
        pytest.skip("node or the npm readers are not installed: run `npm ci` in tests/clients")
    texts = json.dumps([data.decode() for data in bodies]).encode()
    run = subprocess.run([node, "read_items.js"], cwd=CLIENTS, input=texts, capture_output=True, timeout=300)
    assert run.returncode == 0, run.stderr.decode()
    return json.loads(run.stdout)


# --- the promise -------------------------------------------------------------------------------------------------

TAKE_TITLES_FOR_HTML = (
    "feedparser", "feedparser for Node", "podcast-partytime", "@rowanmanning/feed-parser", "@extractus/feed-extractor",
)  # fmt: skip
"""RSS does not say whether a title is HTML. Five take one for it that looks like it: `&lt;` and `<b>`, not `3 < 5` or `Q&A`."""
LOOKS_LIKE_HTML = re.compile(r"<\w|&#?\w+;")


def assert_agrees(reader: str, read: Iterable[Row] | str, show: model.Show) -> None:
    assert not isinstance(read, str), (reader, read)
    wanted, found = sorted(expected(show)), sorted(map(list, read))  # one of them has another order
    assert [row[0] for row in found] == [row[0] for row in wanted], reader
    for row, right in zip(found, wanted, strict=True):
        if reader in TAKE_TITLES_FOR_HTML and LOOKS_LIKE_HTML.search(right[1]):
            row[1] = None
        if reader == "@extractus/feed-extractor" and right[1] == "0":
            assert row[1] == ""  # nothing, to it
            row[1] = "0"
        assert row == [r if told is not None else None for told, r in zip(row, right, strict=True)], reader


def shows(seed: int, count: int) -> list[model.Show]:
    chance = random.Random(seed)
    return [random_shows.show(chance) for _ in range(count)]


@pytest.mark.parametrize("reader", PYTHON)
def test_python_readers(reader):
    """Ten shows."""
    for show in shows(13, 10):
        assert_agrees(reader, PYTHON[reader](body(show)), show)


def test_node_readers():
    """Ten shows, in one process."""
    some = shows(13, 10)
    for show, read in zip(some, by_node([body(show) for show in some]), strict=True):
        assert set(read) == set(NODE)
        for reader in NODE:
            assert_agrees(reader, read[reader], show)


@pytest.mark.slow
@pytest.mark.parametrize("seed", lots(8, 2))
def test_two_thousand_shows(seed):
    """2,000 shows in eight lots, by all fifteen."""
    some = shows(100 + seed, 250)
    bodies = [body(show) for show in some]
    for show, data in zip(some, bodies, strict=True):
        for reader, read in PYTHON.items():
            assert_agrees(reader, read(data), show)
    for show, answer in zip(some, by_node(bodies), strict=True):
        for reader in NODE:
            assert_agrees(reader, answer[reader], show)


def test_the_shows_are_worth_reading():
    """They have what readers stumble over: signs of XML in titles, guids in all forms, chapters, huge files."""
    episodes = [episode for show in shows(13, 20) for episode in show.episodes]
    titles = " ".join(episode.title for episode in episodes)
    assert all(sign in titles for sign in ("&amp;", "]]>", "<b>", "القاهرة", "👩‍👧"))
    assert {episode.guid_is_permalink for episode in episodes} == {True, False}
    assert any(episode.audio.file.length > 2**32 for episode in episodes)
    assert sum(bool(episode.segments) for episode in episodes) > 20
