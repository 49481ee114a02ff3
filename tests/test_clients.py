"""Readers of others understand what we publish, and agree with the show."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from podfeed import model, paths
from podfeed.render import feeds, media
from tests import shows

CLIENTS = Path(__file__).parent / "clients"
GUIDS = [episode.guid for episode in shows.rich().episodes]
TITLES = [episode.title for episode in shows.rich().episodes]


def feed(show: model.Show, path: str = paths.FEED) -> bytes:
    return dict(feeds.outputs(show))[path].body()


ALL_FEEDS = [path for path, _ in feeds.outputs(shows.rich())]


# --- Python ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ALL_FEEDS)
def test_feedparser_finds_nothing_wrong(path):
    """feedparser calls no feed ill-formed and finds every item with its guid and enclosure."""
    feedparser = pytest.importorskip("feedparser")
    read = feedparser.parse(io.BytesIO(feed(shows.rich(), path)))
    assert not read.bozo
    assert read.entries
    assert {entry.id for entry in read.entries} <= set(GUIDS)
    assert all(len(entry.enclosures) == 1 for entry in read.entries)


def test_feedparser_agrees_with_the_show():
    """Titles, guids, dates, enclosures, artwork and the show's own facts are what the model says."""
    feedparser = pytest.importorskip("feedparser")
    show = shows.rich()
    read = feedparser.parse(io.BytesIO(feed(show)))
    assert [entry.id for entry in read.entries] == GUIDS
    assert [entry.title for entry in read.entries] == TITLES
    assert [entry.published_parsed[:6] for entry in read.entries] == [
        tuple(episode.release.utctimetuple())[:6] for episode in show.episodes
    ]
    assert [(e.href, e.length, e.type) for entry in read.entries for e in entry.enclosures] == [
        (paths.audio_url(show, episode.audio), str(episode.audio.file.length), episode.audio.file.media_type)
        for episode in show.episodes
    ]
    assert read.feed.title == show.title
    assert read.feed.link == show.url
    assert read.feed.image.href == paths.image_url(show, show.cover)
    assert read.feed.publisher_detail.email == show.owner.email
    assert [link.href for link in read.feed.links if link.rel == "hub"] == list(show.websub)
    assert read.feed.subtitle.startswith("<p>News of the harbour")  # a live broadcast's words are not taken for these


def test_podcastparser_agrees_with_the_show():
    """gPodder's parser sees the same episodes, lengths, dates and chapters."""
    podcastparser = pytest.importorskip("podcastparser")
    show = shows.rich()
    url = paths.absolute(show, paths.FEED)
    read = podcastparser.parse(url, io.BytesIO(feed(show)))
    assert read["title"] == show.title
    assert read["cover_url"] == paths.image_url(show, show.cover)
    rows = list(reversed(read["episodes"]))  # it puts a serial show's oldest episode first
    assert [row["guid"] for row in rows] == GUIDS
    assert [row["title"] for row in rows] == TITLES
    assert [row["total_time"] for row in rows] == [1721, 3723, 3]
    assert [row["published"] for row in rows] == [int(e.release.timestamp()) for e in show.episodes]
    first = rows[0]
    assert [(row["title"], row["start"]) for row in first["chapters"]] == [
        (segment.title, segment.start.total_seconds()) for segment in shows.SEGMENTS
    ]
    assert (first["number"], first["season"], first["explicit"]) == (212, 4, True)
    assert read["new_url"] == show.new_feed_url


# --- Node ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def understood() -> dict[str, dict]:
    """What podcast-partytime (the Podcast Index's own parser) and feedsmith understand of each feed, by its path."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    if not (CLIENTS / "node_modules").is_dir():
        pytest.skip("the npm readers are not installed: run `npm ci` in tests/clients")
    feeds_of = {path: feed(shows.rich(), path) for path in ALL_FEEDS} | {"minimal": feed(shows.minimal())}
    given = json.dumps({path: body.decode() for path, body in feeds_of.items()}).encode()
    run = subprocess.run([node, "read_feeds.js"], cwd=CLIENTS, input=given, capture_output=True, timeout=60)
    assert run.returncode == 0, run.stderr.decode()
    return json.loads(run.stdout.splitlines()[-1])  # partytime says on the lines before what it thinks


def test_partytime_and_feedsmith_agree_with_the_show(understood):
    """The two readers that know the podcast namespace find every tag that they know."""
    show, read = shows.rich(), understood[paths.FEED]
    party, smith = read["partytime"], read["feedsmith"]["feed"]
    assert [row["guid"] for row in party["items"]] == GUIDS
    assert party["guid"] == show.guid
    assert party["pc20support"] == {
        "1": ["locked", "funding", "transcript", "chapters", "soundbite"],
        "2": ["person", "location", "season", "episode"],
        "3": ["trailer", "license", "guid", "alternateEnclosure"],
        "4": ["value", "medium", "liveItem"],
        "5": ["block", "socialInteract"],
        "6": ["txt", "podroll"],
        "7": ["chat", "publisher"],
    }
    assert (party["explicit"], party["itunesBlock"], party["itunesComplete"]) == (False, True, True)
    assert party["itunesCategory"] == ["News > Daily News", "Society & Culture"]
    item = party["items"][0]
    assert [row["name"] for row in item["podcastPeople"]] == ["Ann Lee", "Bob Frost", "Dana Reyes", "Eve Moss"]
    assert [row["startTime"] for row in item["podcastSoundbites"]] == [182, 900.5]
    assert len(item["podcastTranscripts"]) == 3
    assert item["value"]["valueTimeSplits"][0]["remoteItem"]["itemGuid"] == "neighbour-12"
    assert [row["guid"]["value"] for row in smith["items"]] == GUIDS
    podcast = smith["items"][0]["podcast"]
    assert podcast["locations"][0]["country"] == "US"
    assert podcast["alternateEnclosures"][1]["sources"][0]["contentType"] == "audio/opus"
    assert podcast["images"][0]["alt"] == "A bridge over water"
    assert podcast["season"] == {"number": 4, "name": "The harbour year"}
    assert [row["title"] for row in smith["items"][0]["psc"]["chapters"]] == [s.title for s in shows.SEGMENTS]
    assert smith["podcast"]["updateFrequency"]["rrule"] == "FREQ=DAILY;COUNT=5"


DERIVED = [path for path in ALL_FEEDS if path.startswith(("people/", "stories/"))]


@pytest.mark.parametrize("path", DERIVED)
def test_a_feed_of_a_guest_or_story_is_not_taken_for_the_show(understood, path):
    """Both readers see that it is blocked, has a guid of its own, recommends the show, and has the show's items."""
    show, read = shows.rich(), understood[path]
    party, smith = read["partytime"], read["feedsmith"]["feed"]
    assert party["itunesBlock"] is True and smith["itunes"]["block"] is True
    assert party["guid"] == smith["podcast"]["guid"] != show.guid
    assert [item["feedGuid"] for item in party["podroll"]] == [show.guid]
    assert [item["feedUrl"] for item in party["podroll"]] == [paths.absolute(show, paths.FEED)]
    guids = [row["guid"] for row in party["items"]]
    assert guids and set(guids) <= set(GUIDS)
    assert [row["guid"]["value"] for row in smith["items"]] == guids
    whole = {row["guid"]: row["enclosure"] for row in understood[paths.FEED]["partytime"]["items"]}
    assert {row["guid"]: row["enclosure"] for row in party["items"]} == {guid: whole[guid] for guid in guids}


def test_node_readers_take_the_minimal_show(understood):
    """A show with only what is required is complete for them as well."""
    read = understood["minimal"]
    assert [row["guid"] for row in read["partytime"]["items"]] == ["bonus-1"]
    assert read["feedsmith"]["format"] == "rss"


# --- whole programs, over a real server -------------------------------------------------------------------------


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A real server on loopback with the folder's files."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def publish(folder: Path, url: str) -> model.Show:
    """A small show of two episodes with sound, written to `folder` for the server at `url`."""
    second = replace(shows.BONUS, slug="two", guid="two", title="Second extra")
    show = replace(shows.minimal(), url=url, episodes=(shows.BONUS, second))
    show = shows.with_files(show, folder.parent / "files")
    for path, output in (*feeds.outputs(show), *media.outputs(show)):
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(output.body())
    return show


@pytest.mark.slow
def test_gpo_subscribes_and_downloads(tmp_path):
    """gPodder's command line subscribes, lists both episodes and downloads the recording to the byte."""
    gpo = shutil.which("gpo")
    if gpo is None:
        pytest.skip("gpo (Debian: gpodder) is not installed")
    public = tmp_path / "public"
    public.mkdir()
    env = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "GPODDER_HOME": str(tmp_path / "gpodder")}
    with served(public) as url:
        publish(public, url)
        for command in (["subscribe", url + "feed.xml"], ["update"], ["download"]):
            run = subprocess.run([gpo, *command], env=env, capture_output=True, text=True, timeout=120)
            assert run.returncode == 0, run.stdout + run.stderr
    downloaded = list((tmp_path / "gpodder").rglob("*.mp3"))
    assert len(downloaded) == 2
    assert all(path.read_bytes() == shows.SILENT_FRAME * 100 for path in downloaded)


@pytest.mark.slow
def test_newsboat_lists_the_episodes(tmp_path):
    """newsboat reloads the feed and counts both episodes as unread."""
    newsboat = shutil.which("newsboat")
    if newsboat is None:
        pytest.skip("newsboat is not installed")
    public = tmp_path / "public"
    public.mkdir()
    home = tmp_path / "home"
    home.mkdir()
    with served(public) as url:
        publish(public, url)
        (home / "urls").write_text(url + "feed.xml\n")
        (home / "config").write_text("")
        command = [newsboat, "-u", home / "urls", "-c", home / "cache.db", "-C", home / "config", "-x"]
        env = {"PATH": "/usr/bin:/bin", "HOME": str(home), "LC_ALL": "C.UTF-8", "TERM": "dumb"}
        run = subprocess.run([*command, "reload", "print-unread"], env=env, capture_output=True, text=True, timeout=120)
    assert "2 unread" in run.stdout, run.stdout + run.stderr
