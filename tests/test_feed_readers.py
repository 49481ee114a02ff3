"""Every tag of the rich show, read back with all its attributes by feedsmith and podcast-partytime; docs/feed-tags.md."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from lxml import etree

from podfeed import paths
from podfeed.render import feeds, rss
from podfeed.source.schema import EpisodeFile, ShowFile
from podfeed.source.tag_entries import AlternateEntry, LiveEntry
from tests import shows

ROOT = Path(__file__).parent.parent
CLIENTS = ROOT / "tests" / "clients"
NS = rss.NAMESPACES
PODCAST = f"{{{NS['podcast']}}}"
FEED = dict(feeds.outputs(shows.rich()))[paths.FEED].body()

# What a tag is called in feedsmith where it is not its own name with an s (itself where it may stand only once).
ONCE = ("locked", "guid", "medium", "license", "podroll", "publisher", "podping", "updateFrequency", "chat")
ONCE += ("season", "episode", "chapters", "integrity")
ATTRIBUTES = {"aspect-ratio": "aspectRatio", "pubdate": "pubDate"}
TEXT = {"locked": "value", "block": "value", "season": "number", "episode": "number"}


def places() -> dict[str, etree._Element]:
    channel = etree.fromstring(FEED)[0]
    return {
        "show": channel,
        "episode": channel.find("item"),
        "live": channel.find("podcast:liveItem", NS),
    }


@pytest.fixture(scope="module")
def understood():
    node = shutil.which("node")
    if node is None or not (CLIENTS / "node_modules").is_dir():
        pytest.skip("node or the npm readers are not installed")
    given = json.dumps({"feed": FEED.decode()}).encode()
    run = subprocess.run([node, "read_feeds.js"], cwd=CLIENTS, input=given, capture_output=True, timeout=60)
    return json.loads(run.stdout.splitlines()[-1])["feed"]


def plain(value: object) -> str:
    """A value as both sides write it: yes is true, numbers are numbers."""
    text = {"yes": "true", "no": "false"}.get(str(value).lower(), str(value))
    if text in ("True", "False"):
        return text.lower()
    return str(float(text)) if re.fullmatch(r"[\d.]+(e-\d+)?", text) else text


def facts(element: etree._Element) -> dict[str, object]:
    """Everything that an element says, by feedsmith's names."""
    name = etree.QName(element).localname
    found: dict[str, object] = {ATTRIBUTES.get(key, key): plain(value) for key, value in element.attrib.items()}
    if element.text and element.text.strip():
        found[TEXT.get(name, "display")] = plain(element.text)
    for child in element:
        inner = etree.QName(child).localname
        if inner == "integrity" or (inner == "remoteItem" and name != "podroll"):
            found[inner] = facts(child)
        else:
            found.setdefault(inner + "s", []).append(facts(child))
    return found


def same(value: object) -> object:
    if isinstance(value, dict):
        return {key: same(inner) for key, inner in value.items()}
    return [same(inner) for inner in value] if isinstance(value, list) else plain(value)


def of_feedsmith(understood: dict, place: str) -> dict:
    feed = understood["feedsmith"]["feed"]
    rooms = {"show": feed["podcast"], "episode": feed["items"][0]["podcast"], "live": feed["podcast"]["liveItems"][0]}
    return rooms[place]


def written(place: str) -> dict[str, list[etree._Element]]:
    found: dict[str, list[etree._Element]] = {}
    for element in places()[place]:
        if str(element.tag).startswith(PODCAST):
            found.setdefault(etree.QName(element).localname, []).append(element)
    return found


@pytest.mark.parametrize("place", ["show", "episode", "live"])
def test_feedsmith_reads_every_attribute(understood, place):
    """What feedsmith knows of a tag is what was written, attribute by attribute; what it does not know is in the table."""
    room = of_feedsmith(understood, place)
    missed = set()
    for name, elements in written(place).items():
        if name == "liveItem":
            continue  # has a place of its own
        key = name if name in ONCE else name + "s"
        if key not in room:
            missed.add(name)
        elif name in ("guid", "medium"):
            assert room[key] == elements[0].text
        elif name in ONCE:
            assert same(room[key]) == facts(elements[0]), name
        else:
            assert same(room[key]) == [facts(element) for element in elements], name
    assert missed == passed_over("feedsmith", place)


PARTYTIME = {  # tag → partytime's name for it, where it is on the show, on an episode or in a live broadcast
    "guid": "guid", "locked": "locked", "medium": "medium", "funding": "podcastFunding", "person": "podcastPeople",
    "license": "license", "trailer": "trailers", "block": "podcastBlockedPlatforms", "txt": "podcastTxt",
    "podroll": "podroll", "publisher": "podcastPublisher", "location": "podcastLocation", "chat": "chat",
    "value": "value", "liveItem": "podcastLiveItems", "socialInteract": "podcastSocialInteraction",
    "season": "podcastSeason", "episode": "podcastEpisode", "chapters": "podcastChapters",
    "transcript": "podcastTranscripts", "soundbite": "podcastSoundbites", "contentLink": "contentLinks",
    "alternateEnclosure": "alternativeEnclosures",
}  # fmt: skip


@pytest.mark.parametrize("place", ["show", "episode", "live"])
def test_partytime_reads_every_tag(understood, place):
    """What podcast-partytime passes over is what the table says."""
    party = understood["partytime"]
    room = {"show": party, "episode": party["items"][0], "live": party["podcastLiveItems"][0]}[place]
    missed = {name for name in written(place) if PARTYTIME.get(name, "?") not in room}
    assert missed == passed_over("partytime", place)


def test_partytime_agrees_on_the_new_tags(understood):
    """Publisher, live status and streams, checksums and recipients come out of partytime as they went in."""
    party = understood["partytime"]
    assert party["podcastPublisher"] == {
        "feedGuid": "003af0a0-6a45-55cf-b765-68e3d349551a",
        "feedUrl": "https://harbour.example/publisher.xml",
    }
    (live,) = party["podcastLiveItems"]
    assert (live["status"], live["start"], live["guid"]) == ("live", "2026-03-09T11:00:00.000Z", shows.LIVE.guid)
    assert [row["source"][0]["uri"] for row in live["alternativeEnclosures"]] == [s.url for s in shows.LIVE.streams]
    assert [row["url"] for row in live["contentLinks"]] == [
        "https://video.example/live",
        "https://radio.example/morning/#live",
    ]
    forms = party["items"][0]["alternativeEnclosures"]
    assert [form["default"] for form in forms] == [True, False, False]
    assert forms[2]["integrity"]["type"] == "sri" and forms[2]["codecs"] == "avc1.64001f,mp4a.40.2"
    assert [source["uri"][:5] for source in forms[2]["source"]] == ["https", "ipfs:", "https"]


# --- the table ------------------------------------------------------------------------------------------------


def rows() -> dict[str, tuple[str, set[str], str]]:
    """docs/feed-tags.md: tag → its keys, its places, what passes it over."""
    text = (ROOT / "docs" / "feed-tags.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| (\w+:[\w-]+) \| (.*?) \| (.*?) \| (.*?) ?\|$", text, re.MULTILINE)
    return {tag: (keys, set(where.split(", ")), missed) for tag, keys, where, missed in found}


def passed_over(reader: str, place: str) -> set[str]:
    found = set()
    for tag, (_keys, _where, missed) in rows().items():
        for part in missed.split("; "):
            name, _, where = part.partition(": ")
            if name == reader and place in where.split(", "):
                found.add(tag.partition(":")[2])
    return found


def test_the_table_is_what_is_written():
    """Every tag that the rich show writes is in the table with all its places, and nothing else is."""
    prefixes = {uri: prefix for prefix, uri in NS.items() if prefix in ("podcast", "itunes", "atom")}
    seen: dict[str, set[str]] = {}
    for place, room in places().items():
        inside = room.iter() if place != "show" else (e for e in room.iter() if not inside_of_item(e, room))
        for element in inside:
            name = etree.QName(element)
            if element is not room and name.namespace in prefixes:
                seen.setdefault(f"{prefixes[name.namespace]}:{name.localname}", set()).add(place)
    for inner in ("itunes:name", "itunes:email", "podcast:valueRecipient", "podcast:valueTimeSplit"):
        del seen[inner]  # parts of owner and value
    seen["podcast:remoteItem"] = {"show"}  # elsewhere only inside value
    seen["itunes:block"] |= {"episode"}  # the rich show's own episode is not blocked for Apple
    assert {tag: where for tag, (_keys, where, _missed) in rows().items()} == seen


def inside_of_item(element, channel) -> bool:
    parents = (element, *element.iterancestors())
    items = [p for p in parents if p.getparent() is channel and etree.QName(p).localname in ("item", "liveItem")]
    return bool(items) and element is not items[0]


def test_the_keys_of_the_table_exist():
    """Every key that the table names is one that an editor may write."""
    kinds = (ShowFile, EpisodeFile, LiveEntry, AlternateEntry)
    known = {name for kind in kinds for name in kind.model_fields}
    named = {
        key.partition(":")[0] for keys, _where, _missed in rows().values() for key in re.findall(r"`([^`]+)`", keys)
    }
    assert named - known == set()
