"""Every formal tag of the podcast namespace from a small YAML: a golden feed, read back whole by two readers of others.

tests/golden/tags/<group>.yaml is what an editor adds to a small show, up to three documents: for show.yaml, for the episode
(none: a show without episodes) and people.yaml. Beside it stands the feed. docs/feed-tags.md says what a reader passes over.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from conftest import GOLDEN
from lxml import etree
from newsroom import PEOPLE, SHOW, make, mp3, png
from test_feed_readers import CLIENTS, NS, ONCE, PODCAST, facts, passed_over, same

from podfeed.schedule import View
from podfeed.steps import Taken, take

NOW = datetime(2026, 3, 3, 6, 0, tzinfo=UTC)  # the broadcast of the group `live` is on
GROUPS = sorted(path.stem for path in (GOLDEN / "tags").glob("*.yaml"))
EPISODE = """\
title: "The harbour vote: what now?"
date: 2026-03-02 06:00
audio: morning.mp3
guests: [bob-frost]
segments: [0:00 Headlines, 2:15 The bridge]
"""

# docs/tags/*.md of the namespace (c0ff5ca): every formal tag, and every attribute that it may have. podcast:images is
# deprecated; liveItem's children are the item's.
NAMESPACE = {
    "transcript": "url type language rel", "locked": "owner", "funding": "url", "chapters": "url type",
    "soundbite": "startTime duration", "person": "role group img href", "location": "rel geo osm country",
    "season": "name", "episode": "display", "trailer": "url pubdate length type season", "license": "url",
    "alternateEnclosure": "type length bitrate height lang title rel codecs default", "source": "uri contentType",
    "integrity": "type value", "guid": "", "value": "type method suggested",
    "valueRecipient": "name customKey customValue type address split fee",
    "valueTimeSplit": "startTime duration remoteStartTime remotePercentage", "medium": "", "liveItem": "status start end",
    "contentLink": "href", "socialInteract": "protocol uri accountId accountUrl priority", "block": "id",
    "txt": "purpose", "remoteItem": "feedGuid feedUrl itemGuid medium title", "podroll": "",
    "updateFrequency": "complete dtstart rrule", "podping": "usesPodping", "chat": "server protocol accountId space",
    "publisher": "", "image": "href alt aspect-ratio width height type purpose",
}  # fmt: skip


def built(folder: Path, group: str) -> Taken:
    """The show of a group, made in `folder`; in one folder for all, recordings are read only once."""
    show, episode, *people = (GOLDEN / "tags" / f"{group}.yaml").read_text(encoding="utf-8").split("---\n")
    given = tuple(re.findall(r"^\w+:", show, re.MULTILINE))
    files: dict[str, str | bytes] = {
        "show.yaml": "".join(line for line in SHOW.splitlines(True) if not line.startswith(given)) + show,
        "people.yaml": people[0] if people else PEOPLE,
        "episodes/vote.yaml": EPISODE + episode,
        "media/small.mp3": mp3(1720),
        "media/wide.png": png(1920, 1080),
        "media/words.vtt": "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Dana Reyes>Good morning.\n",
    }
    make(folder, {k: v for k, v in files.items() if not (folder / k).exists() or k.endswith(".yaml")})
    if episode.startswith("# no episode"):
        (folder / "episodes/vote.yaml").unlink()
    return take(folder, View(now=NOW))


@pytest.fixture(scope="module")
def feeds(tmp_path_factory) -> dict[str, bytes]:
    """Group → the feed that the build makes of it. No group has anything to mend."""
    folder, made = tmp_path_factory.mktemp("show"), {}
    for group in GROUPS:
        taken = built(folder, group)
        assert taken.problems == () and taken.site is not None, (group, taken.problems)
        made[group] = taken.site["feed.xml"].body()
    return made


@pytest.fixture(scope="module")
def understood(feeds) -> dict[str, dict]:
    node = shutil.which("node")
    if node is None or not (CLIENTS / "node_modules").is_dir():
        pytest.skip("node or the npm readers are not installed")
    given = json.dumps({group: feed.decode() for group, feed in feeds.items()}).encode()
    run = subprocess.run([node, "read_feeds.js"], cwd=CLIENTS, input=given, capture_output=True, timeout=60)
    assert run.returncode == 0, run.stderr.decode()
    return json.loads(run.stdout.splitlines()[-1])  # partytime says on the lines before what it thinks


@pytest.mark.parametrize("group", GROUPS)
def test_the_feed_of_a_group(feeds, golden, group):
    """The feed is the one that somebody read through, to the byte."""
    golden(f"tags/{group}.xml", feeds[group])


def test_every_tag_with_every_attribute_is_in_a_group(feeds):
    """Nothing that the namespace lists is written by no group, and no group writes what it does not list."""
    seen: dict[str, set[str]] = {}
    for feed in feeds.values():
        for element in etree.fromstring(feed).iter(f"{PODCAST}*"):
            seen.setdefault(etree.QName(element).localname, set()).update(element.attrib)
    assert seen == {tag: set(attributes.split()) for tag, attributes in NAMESPACE.items()}


def rooms(feed: bytes) -> dict[str, etree._Element]:
    channel = etree.fromstring(feed)[0]
    found = {"show": channel, "episode": channel.find("item"), "live": channel.find("podcast:liveItem", NS)}
    return {place: room for place, room in found.items() if room is not None}


def written(room: etree._Element) -> dict[str, list[etree._Element]]:
    found: dict[str, list[etree._Element]] = {}
    for element in room.iterchildren(f"{PODCAST}*"):
        found.setdefault(etree.QName(element).localname, []).append(element)
    found.pop("liveItem", None)  # a room of its own
    return found


@pytest.mark.parametrize("group", GROUPS)
def test_feedsmith_reads_a_group_whole(feeds, understood, group):
    """feedsmith gives back every attribute of every tag that it knows."""
    read = understood[group]["feedsmith"]["feed"]
    of = {"show": lambda: read["podcast"], "episode": lambda: read["items"][0]["podcast"],
          "live": lambda: read["podcast"]["liveItems"][0]}  # fmt: skip
    for place, room in rooms(feeds[group]).items():
        got = of[place]()
        if place == "live":
            assert {key: got[key] for key in room.attrib} == dict(room.attrib)
        for name, elements in written(room).items():
            key = name if name in ONCE else name + "s"
            if name in passed_over("feedsmith", place):
                assert key not in got, f"feedsmith reads {name} by now: say so in docs/feed-tags.md"
            elif name in ("guid", "medium"):
                assert got[key] == elements[0].text
            else:
                assert same(got[key] if name not in ONCE else [got[key]]) == [facts(e) for e in elements], name


# --- partytime --------------------------------------------------------------------------------------------------

# tag → where partytime keeps it, and what it calls the text and the attributes (itself where not named).
PARTYTIME: dict[str, tuple[str, dict[str, str]]] = {
    "guid": ("guid", {}), "medium": ("medium", {}), "locked": ("locked", {"value": "value", "owner": "podcastOwner"}),
    "funding": ("podcastFunding", {"display": "message"}), "person": ("podcastPeople", {"display": "name"}),
    "license": ("license", {"display": "identifier"}), "trailer": ("trailers", {"display": "title", "pubDate": "pubdate"}),
    "txt": ("podcastTxt", {"display": "value"}), "podroll": ("podroll", {}), "publisher": ("podcastPublisher", {}),
    "remoteItem": ("podcastRemoteItems", {}), "location": ("podcastLocation", {"display": "name"}), "chat": ("chat", {}),
    "value": ("value", {"valueRecipients": "recipients"}), "chapters": ("podcastChapters", {}),
    "socialInteract": ("podcastSocialInteraction", {"protocol": "platform", "accountId": "id", "uri": "url",
                                                    "accountUrl": "profileUrl"}),
    "season": ("podcastSeason", {}), "episode": ("podcastEpisode", {}), "transcript": ("podcastTranscripts", {}),
    "soundbite": ("podcastSoundbites", {"display": "title"}), "contentLink": ("contentLinks", {"display": "title",
                                                                                               "href": "url"}),
    "alternateEnclosure": ("alternativeEnclosures", {"sources": "source"}),
    "block": ("podcastBlockedPlatforms", {}),
}  # fmt: skip


def attributes_passed_over() -> set[tuple[str, str]]:
    """(tag, attribute) of the second table in docs/feed-tags.md: what partytime does not read of a tag that it reads."""
    text = (CLIENTS.parent.parent / "docs" / "feed-tags.md").read_text(encoding="utf-8").partition("## partytime")[2]
    found = re.findall(r"^\| podcast:(\w+) \| ([\w, ]+) \|", text, re.MULTILINE)
    return {(tag, attribute) for tag, attributes in found for attribute in attributes.split(", ")}


def rows_of_partytime(read: dict, tag: str) -> list:
    """What partytime has of a tag, one entry an element; its own forms of a few made plain."""
    value = read[PARTYTIME[tag][0]]
    if tag == "block":
        bare = [{"value": "yes"}] if read.get("podcastBlocked") == "yes" else []
        return [{"id": service, "value": blocked} for service, blocked in value.items()] + bare
    if tag == "locked":
        return [{"value": value, "podcastOwner": read.get("podcastOwner")}]
    if tag in ("podroll", "publisher"):
        return [{"remoteItems": value} if tag == "podroll" else {"remoteItem": value}]
    return value if isinstance(value, list) else [value]


def told(expected: object, got: object, tag: str, names: dict[str, str], missed: set[tuple[str, str]]) -> None:
    """Everything expected is in what was got; `missed` collects what is not there at all."""
    if isinstance(expected, dict):
        assert isinstance(got, dict), (tag, expected, got)
        for key, value in expected.items():
            inner = key if key in ("remoteItem", "integrity") else key.removesuffix("s")
            name = inner if isinstance(value, dict | list) else tag
            if names.get(key, key) not in got:
                missed.add((tag, key))
            else:
                told(value, got[names.get(key, key)], name, names, missed)
    elif isinstance(expected, list):
        assert isinstance(got, list) and len(got) == len(expected), (tag, expected, got)
        for one, other in zip(expected, got, strict=True):
            told(one, other, tag, names, missed)
    else:
        assert comparable(same(got)) == comparable(expected), (tag, expected, got)


def comparable(value: object) -> str:
    """Roles without their capitals, moments as seconds, a media type by either of its names."""
    text = str(value)
    if re.match(r"\w{3}, \d+ \w{3} \d{4}", text):
        return str(parsedate_to_datetime(text).timestamp())
    if re.match(r"\d{4}-\d\d-\d\dT", text):
        return str(datetime.fromisoformat(text).timestamp())
    return text.casefold().replace("application/srt", "application/x-subrip")


@pytest.mark.parametrize("group", GROUPS)
def test_partytime_reads_a_group_whole(feeds, understood, group):
    """podcast-partytime gives back every attribute of every tag that it knows, but for those that the page names."""
    party = understood[group]["partytime"]
    for place, room in rooms(feeds[group]).items():
        read = {"show": lambda: party, "episode": lambda: party["items"][0],
                "live": lambda: party["podcastLiveItems"][0]}[place]()  # fmt: skip
        if place == "live":
            assert {key: comparable(read[key]) for key in room.attrib} == {k: comparable(v) for k, v in room.items()}
        for tag, elements in written(room).items():
            if tag in passed_over("partytime", place):
                assert tag not in PARTYTIME or PARTYTIME[tag][0] not in read, f"partytime reads {tag} by now"
                continue
            got = rows_of_partytime(read, tag)
            missed: set[tuple[str, str]] = set()
            expected = [same(e.text) if tag in ("guid", "medium") else facts(e) for e in elements]
            if (tag, "more than one") in attributes_passed_over():
                expected = expected[:1]
            told(expected, got, tag, PARTYTIME[tag][1], missed)
            assert missed <= attributes_passed_over(), missed
