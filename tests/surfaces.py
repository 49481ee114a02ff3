"""Every surface of a show read back as a listener, a reader or a program reads it: segments, times, stories.

Each reader sees only its own document, never the model. `SURFACES` is the list; a new surface is one reader more.
`faults` compares what a surface says of an episode with the truth.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import mutagen
from lxml import html
from mutagen.id3 import ID3

from podfeed import model as m
from podfeed import paths
from podfeed.output import Site
from podfeed.render import chapters
from tests import antennapod

PSC = "{http://podlove.org/simple-chapters}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
ALL, PRIMARY, NONE = "all", "primary", "none"


@dataclass(frozen=True, slots=True)
class Row:
    """A segment as a surface tells it: seconds, and the addresses of its stories."""

    start: float
    end: float | None
    title: str
    stories: frozenset[str]


@dataclass(frozen=True, slots=True)
class Surface:
    """`stories` says which stories the format has room for: all of a segment's, the primary one, or none.

    `path` is the document that it stands in, for an episode.
    """

    name: str
    read: Callable[[Site, m.Episode], list[Row]]
    path: Callable[[m.Episode], str]
    stories: str = ALL


# --- the feed ------------------------------------------------------------------------------------------


def item(site: Site, episode: m.Episode, path: str = paths.FEED) -> ElementTree.Element:
    """The episode's item in a feed, by its guid."""
    items = document(site, path).iter("item")
    return next(entry for entry in items if entry.findtext("guid") == episode.guid)


def document(site: Site, path: str) -> ElementTree.Element:
    return ElementTree.fromstring(site[path].body())


def description(site: Site, episode: m.Episode) -> list[Row]:
    """Lines that begin with a time, and the links between one and the next, as apps read them."""
    rows: list[Row] = []
    for element in html.fragments_fromstring(item(site, episode).findtext("description") or ""):
        stamp = re.match(r"(?:(\d+):)?(\d+):(\d\d) (.+)", element.text_content()) if element.tag == "p" else None
        if stamp:
            hours, minutes, seconds, title = stamp.groups()
            rows.append(Row(int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds), None, title, frozenset()))
        elif rows:
            rows[-1] = replace(rows[-1], stories=rows[-1].stories | hrefs(element))
    return rows


def encoded(site: Site, episode: m.Episode) -> list[Row]:
    return list(_notes(item(site, episode).findtext(CONTENT) or ""))


def simple_chapters(site: Site, episode: m.Episode) -> list[Row]:
    return [
        Row(clock(mark.attrib["start"]), None, mark.attrib["title"], frozenset(filter(None, [mark.get("href")])))
        for mark in item(site, episode).iter(PSC + "chapter")
    ]


def _notes(source: str) -> Iterator[Row]:
    """The list of segments in show notes: a linked time, the title, and under it the stories."""
    for entry in html.fromstring(f"<div>{source}</div>").xpath("./ul/li[p/a[contains(@href, '#t=')]]"):
        start = entry.xpath("string(p[1]/a/@href)").partition("#t=")[2]
        stories = frozenset(entry.xpath("ul/li//a/@href"))
        yield Row(float(start), None, entry.xpath("string(p[1]/strong)"), stories)


# --- JSON ----------------------------------------------------------------------------------------------


def json_chapters(site: Site, episode: m.Episode) -> list[Row]:
    """Visible chapters; silent ones give their story to the chapter that they fall into."""
    rows: list[Row] = []
    for mark in json.loads(site[paths.chapters(episode.slug)].body())["chapters"]:
        stories = frozenset(filter(None, [mark.get("url")]))
        if mark.get("toc", True):
            rows.append(Row(mark["startTime"], mark["endTime"], mark["title"], stories))
        else:
            rows[-1] = replace(rows[-1], stories=rows[-1].stories | stories)
    return rows


def companion(site: Site, episode: m.Episode) -> list[Row]:
    return _rows(json.loads(site[paths.companion(episode.slug)].body())["segments"])


def _rows(segments: list[dict]) -> list[Row]:
    return [
        Row(row["start"], row["end"], row["title"], frozenset(story["url"] for story in row.get("stories", ())))
        for row in segments
    ]


def _json_item(site: Site, episode: m.Episode) -> dict:
    return next(entry for entry in json.loads(site[paths.FEED_JSON].body())["items"] if entry["id"] == episode.guid)


def json_feed(site: Site, episode: m.Episode) -> list[Row]:
    return _rows(_json_item(site, episode)["_podfeed"]["segments"])


def json_feed_notes(site: Site, episode: m.Episode) -> list[Row]:
    return list(_notes(_json_item(site, episode)["content_html"]))


def json_ld(site: Site, episode: m.Episode) -> list[Row]:
    """The clips that the episode's node has as parts, with the articles that they point at."""
    text = _page(site, episode).xpath("string(//script[@type='application/ld+json'])")
    nodes = {node["@id"]: node for node in json.loads(text)["@graph"]}
    whole = next(node for node in nodes.values() if "PodcastEpisode" in node["@type"])
    clips = (nodes[part["@id"]] for part in whole.get("hasPart", ()))
    return [Row(clip["startOffset"], clip["endOffset"], clip["name"], _articles(clip, nodes)) for clip in clips]


def _articles(clip: dict, nodes: dict[str, dict]) -> frozenset[str]:
    pointed = [row["@id"] for name in ("about", "mentions", "isBasedOn", "citation") for row in clip.get(name, ())]
    articles = [nodes[name] for name in pointed]
    return frozenset(article.get("url") or article["isPartOf"]["url"] for article in articles)


# --- the pages -----------------------------------------------------------------------------------------


def _page(site: Site, episode: m.Episode) -> html.HtmlElement:
    return html.document_fromstring(site[paths.episode(episode.slug)].body().decode())


def page(site: Site, episode: m.Episode) -> list[Row]:
    """The list of segments that a reader sees; the play link's time, not only the data for the player."""
    rows = []
    for entry in _page(site, episode).xpath("//ol[@class='segments']/li"):
        start = entry.xpath("string(p[@class='when']/a/@href)").partition("#t=")[2]
        stories = frozenset(entry.xpath("ul/li/p[@class='headline']/a/@href"))
        rows.append(Row(float(start), float(entry.get("data-until")), entry.xpath("string(.//h3)"), stories))
    return rows


def story_pages(site: Site, episode: m.Episode) -> list[Row]:
    """The other direction: what story.json of all stories says of this episode, put together again."""
    rows: dict[Row, frozenset[str]] = {}  # where two stories disagree about a segment, it is there twice
    for path in site:
        if re.fullmatch(r"stories/[^/]+/story\.json", path):
            told = json.loads(site[path].body())
            for entry in told["segments"]:
                if entry["episode"]["guid"] == episode.guid:
                    row = Row(entry["start"], entry["end"], entry["title"], frozenset())
                    rows[row] = rows.get(row, frozenset()) | {told["story"]["url"]}
    return [replace(row, stories=rows[row]) for row in sorted(rows, key=lambda row: row.start)]


# --- inside the recording ------------------------------------------------------------------------------


def recording(site: Site, episode: m.Episode) -> Path:
    source = site[episode.audio.file.href].source
    assert source is not None
    return source


def id3_chapters(site: Site, episode: m.Episode) -> list[Row]:
    """CHAP frames as mutagen reads them, in the order of the table of contents."""
    tags = ID3(recording(site, episode))
    (contents,) = tags.getall("CTOC")
    marks = {mark.element_id: mark for mark in tags.getall("CHAP")}
    return [
        Row(
            mark.start_time / 1000,
            mark.end_time / 1000,
            str(mark.sub_frames["TIT2"]),
            frozenset(link.url for link in mark.sub_frames.getall("WXXX")),
        )
        for mark in (marks.get(name) for name in contents.child_element_ids)
        if mark
    ]


def antennapod_chapters(site: Site, episode: m.Episode) -> list[Row]:
    found = antennapod.chapters(recording(site, episode).read_bytes())
    return [Row(row.start, None, row.title or "", frozenset(filter(None, [row.link]))) for row in found]


def comment_chapters(site: Site, episode: m.Episode) -> list[Row]:
    """CHAPTERxxx as mutagen reads them from Ogg and FLAC."""
    pairs = {name.upper(): words for name, words in mutagen.File(recording(site, episode)).tags}
    names = sorted(name for name in pairs if re.fullmatch(r"CHAPTER\d\d\d", name))
    return [
        Row(clock(pairs[name]), None, pairs[f"{name}NAME"], frozenset(filter(None, [pairs.get(f"{name}URL")])))
        for name in names
    ]


def probed_chapters(site: Site, episode: m.Episode) -> list[Row]:
    """What ffprobe finds; it passes over links."""
    command = ["ffprobe", "-v", "error", "-show_chapters", "-of", "json", str(recording(site, episode))]
    found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["chapters"]
    return [Row(float(row["start_time"]), None, row["tags"]["title"], frozenset()) for row in found]


def _feed(episode: m.Episode) -> str:
    return paths.FEED


def _own(path: Callable[[str], str]) -> Callable[[m.Episode], str]:
    return lambda episode: path(episode.slug)


SURFACES = (
    Surface("description", description, _feed),
    Surface("content:encoded", encoded, _feed),
    Surface("Podlove Simple Chapters", simple_chapters, _feed, PRIMARY),
    Surface("chapters.json", json_chapters, _own(paths.chapters)),
    Surface("companion.json", companion, _own(paths.companion)),
    Surface("feed.json", json_feed, lambda _: paths.FEED_JSON),
    Surface("feed.json's notes", json_feed_notes, lambda _: paths.FEED_JSON),
    Surface("JSON-LD", json_ld, _own(paths.episode)),
    Surface("episode page", page, _own(paths.episode)),
    Surface("story.json", story_pages, lambda _: paths.story_json("harbour-bridge"), "told"),
)


def _sound(episode: m.Episode) -> str:
    return episode.audio.file.href


EMBEDDED = {
    "mp3": (
        Surface("ID3, by mutagen", id3_chapters, _sound),
        Surface("ID3, as AntennaPod", antennapod_chapters, _sound, PRIMARY),
        Surface("ID3, by ffprobe", probed_chapters, _sound, NONE),
    ),
    **{
        ending: (
            Surface(f"{ending}, by mutagen", comment_chapters, _sound, PRIMARY),
            Surface(f"{ending}, by ffprobe", probed_chapters, _sound, NONE),
        )
        for ending in ("opus", "ogg", "flac")
    },
}
"""Format → the readers of chapters inside a recording of it."""


# --- comparing -----------------------------------------------------------------------------------------


def faults(surface: Surface, site: Site, episode: m.Episode) -> list[str]:
    """Where a surface differs from the episode: a segment, a time by more than a second, a story."""
    segments = [segment for segment in episode.segments if segment.stories or surface.stories != "told"]
    rows = surface.read(site, episode)
    found = []
    if [row.title for row in rows] != [segment.title for segment in segments]:
        return [f"{surface.name} has the segments {[row.title for row in rows]}"]
    for row, segment in zip(rows, segments, strict=True):
        if abs(row.start - segment.start.total_seconds()) > 1:
            found.append(f"{surface.name}: {row.title} starts at {row.start}")
        if row.end is not None and abs(row.end - segment.end.total_seconds()) > 1:
            found.append(f"{surface.name}: {row.title} ends at {row.end}")
        wanted = {link.story.slug for link in segment.stories}
        if surface.stories == PRIMARY:
            first = chapters.primary(segment)
            wanted = {first.story.slug} if first else set()
        if surface.stories == NONE:
            continue
        if named(row.stories, episode) != wanted:
            found.append(f"{surface.name}: {row.title} links {sorted(row.stories)}")
    return found


def named(addresses: frozenset[str], episode: m.Episode) -> set[str]:
    """The stories behind addresses; an address that belongs to none of the episode's stories stays itself."""
    known: dict[str, str] = {}
    for segment in episode.segments:
        for story in (link.story for link in segment.stories):
            known |= {url: story.slug for url in (story.url, story.listed, story.archive) if url}
    return {known.get(address, address) for address in addresses}


def hrefs(element: html.HtmlElement) -> frozenset[str]:
    """The links of stories: lists under a segment, not the lines that follow the last one."""
    return frozenset(element.xpath("li/a/@href")) if element.tag == "ul" else frozenset()


def clock(text: str) -> float:
    """Normal play time, in seconds."""
    hours, minutes, seconds = text.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds)).total_seconds()
