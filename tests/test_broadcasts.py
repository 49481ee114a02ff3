"""Live broadcasts by the clock, and checksums of real files: from show.yaml to the feed and the home page."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree
from newsroom import SHOW, make, mp3

from podfeed.render import rss
from podfeed.schedule import AFTERWARDS, View, next_change
from podfeed.steps import take

NS = rss.NAMESPACES
LIVE = """\
live:
  - title: The harbour vote, live
    start: 2026-11-24 06:00
    end: 2026-11-24 08:00
    announce: 2026-11-22 06:00
    stream: https://stream.example/vote.mp3
    guests: [Dana Brown]
"""
START, END = datetime(2026, 11, 24, 6, tzinfo=UTC), datetime(2026, 11, 24, 8, tzinfo=UTC)
ANNOUNCED = datetime(2026, 11, 22, 6, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MOMENTS = [  # the moment; what it is then; when that changes next
    (ANNOUNCED - SECOND, None, ANNOUNCED),
    (ANNOUNCED, "pending", START),
    (START - SECOND, "pending", START),
    (START, "live", END),
    (END - SECOND, "live", END),
    (END, "ended", END + AFTERWARDS),
    (END + AFTERWARDS, None, None),
]
WORDS = {"pending": "Coming live", "live": "Live now", "ended": "has ended"}


def status_of(feed: bytes) -> list[str]:
    return etree.fromstring(feed).xpath("channel/podcast:liveItem/@status", namespaces=NS)


@pytest.mark.parametrize(("now", "status", "then"), MOMENTS)
def test_the_clock_says_what_it_is(tmp_path: Path, now, status, then):
    """Before its announcement nothing tells of it, then it is coming, live, ended, and a day later it is gone."""
    taken = take(make(tmp_path, {"show.yaml": SHOW + LIVE}), View(now=now))
    assert taken.site is not None, taken.problems
    assert status_of(taken.site["feed.xml"].body()) == ([status] if status else [])
    assert taken.next_change == then
    home = taken.site["index.html"].body().decode()
    assert [word for word in WORDS.values() if word in home] == ([WORDS[status]] if status else [])
    assert ("<audio" in home.partition('id="live"')[2].partition("</section>")[0]) == (status == "live")
    assert ("live.ics" in taken.site) == (status is not None)
    if status is None:
        assert not [path for path, o in taken.site.items() if o.make and b"Dana Brown" in o.body()]


def test_the_editor_knows_better_than_the_clock(tmp_path: Path):
    """`status:` counts before the clock; a draft is shown to nobody but the newsroom."""
    for extra, expected in (("    status: live\n", ["live"]), ("    draft: yes\n", [])):
        taken = take(make(tmp_path, {"show.yaml": SHOW + LIVE + extra}), View(now=END + SECOND))
        assert taken.site is not None
        assert status_of(taken.site["feed.xml"].body()) == expected
    assert taken.everything is not None
    assert next_change(taken.everything, ANNOUNCED) is None


def test_a_corrected_hour_is_the_same_broadcast(tmp_path: Path):
    """Another title or hour of the same day keeps the guid; another day is another broadcast (live-item.md)."""

    def guid(text: str) -> str:
        taken = take(make(tmp_path, {"show.yaml": SHOW + text}), View(now=ANNOUNCED))
        assert taken.seen is not None
        return taken.seen.live[0].guid

    first = guid(LIVE)
    assert first == guid(LIVE.replace("start: 2026-11-24 06:00", "start: 2026-11-24 07:00").replace("vote", "count"))
    assert first != guid(LIVE.replace("2026-11-24", "2026-11-25"))


def test_checksums_are_those_of_the_published_bytes(tmp_path: Path):
    """Every form of a recording has the checksum of exactly the bytes that are published, chapters written in."""
    folder = make(tmp_path, {"media/small.mp3": mp3(1700)})
    episode = folder / "episodes/vote.yaml"
    episode.write_text(episode.read_text() + "alternate_audio: [{file: small.mp3, title: Small}]\n")
    for _ in range(2):  # the second time from the cache
        taken = take(folder, View(now=START))
        assert taken.site is not None, taken.problems
        root = etree.fromstring(taken.site["feed.xml"].body())
        found = root.findall(".//podcast:alternateEnclosure", NS)
        assert [form.get("default") for form in found] == ["true", None]
        for form in found:
            path = form.find("podcast:source", NS).get("uri").removeprefix("https://radio.example/morning/")
            body = taken.site[path].body()
            assert int(form.get("length")) == len(body)
            wanted = "sha256-" + base64.b64encode(hashlib.sha256(body).digest()).decode()
            assert form.find("podcast:integrity", NS).attrib == {"type": "sri", "value": wanted}
    (folder / "media/small.mp3").write_bytes(mp3(1690))
    again = take(folder, View(now=START)).site
    assert again is not None
    assert wanted.encode() not in again["feed.xml"].body()


def test_a_list_has_no_items(tmp_path: Path):
    """A list feed needs no episodes; it holds the remote items and nothing else (medium.md)."""
    rows = "medium: podcastL\nlist: [{guid: 917393e3-1b1e-5cef-ace4-edaa54e1f810, item: a, medium: podcast}]\n"
    folder = make(tmp_path, {"show.yaml": SHOW + rows})
    (folder / "episodes/vote.yaml").unlink()
    taken = take(folder, View(now=START))
    assert taken.site is not None, taken.problems
    channel = etree.fromstring(taken.site["feed.xml"].body())[0]
    assert channel.findall("item") == []
    assert [dict(row.attrib) for row in channel.findall("podcast:remoteItem", NS)] == [
        {"feedGuid": "917393e3-1b1e-5cef-ace4-edaa54e1f810", "itemGuid": "a"}
    ]
