"""A show written by hand with every key and every shorthand: all are read, and all come out somewhere."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from newsroom import make, mp3, png

from podfeed.schedule import View
from podfeed.source.schema import EpisodeFile, ShowFile
from podfeed.steps import take

SHOW = """\
title: The Morning Tide
description: News of the harbour, every weekday at six.
url: https://radio.example/morning
language: en-gb
author: Radio Example
owner: {name: Radio Example, email: feed@radio.example}
category: [News / Daily News, Society & Culture]
cover: {file: cover.png, alt: A harbour at dawn}
tagline: What the papers said
timezone: Europe/London
publish_time: 06:00
explicit: no
type: serial
hosts: dana-reyes
people: [Lee Moss (Producer)]
license: CC-BY-4.0
copyright: © 2026 Radio Example
funding: https://radio.example/give
guid: 917393e3-1b1e-5cef-ace4-edaa54e1f810
locked: yes
complete: no
block: [spotify]
new_feed_url: https://radio.example/morning/feed.xml
medium: publisher
list: [{guid: 29cdca4a-32d8-56ba-b48b-09a011c5daa9, feed: https://radio.example/evening.xml, title: The evening}]
publisher: {guid: 003af0a0-6a45-55cf-b765-68e3d349551a, feed: https://radio.example/all.xml, title: Radio Example}
podping: yes
limit: 25
update_frequency: every Monday and Thursday
txt: {verify: a8f3, applepodcastsverify: "05124"}
keywords: [harbour, news]
images: [{file: wide.png, purpose: banner social, alt: The harbour from above}]
socials: https://social.example/@desk
location: {name: The harbour, geo: "geo:51.5,-0.12", country: gb}
live:
  - {title: The vote live, start: 2026-11-23 23:30, end: 2026-11-24 02:00, stream: https://stream.example/vote.mp3,
     summary: The count, announce: 2026-11-01, guests: bob-frost, chat: {server: irc.radio.example, protocol: irc}}
podroll: [{title: Tide, guid: 9b024349-ccf0-5f69-a609-6b82873eab3c, feed: https://tide.example/feed.xml}]
trailer: {title: Spring, audio: trailer.mp3, date: 2026-01-05}
value:
  recipients: [{name: Dana, type: lnaddress, address: dana@wallet.example, split: 100}]
chat: {server: irc.radio.example, protocol: irc, account: desk, space: "#morning"}
subscribe: {apple: https://podcasts.example/morning}
audio_url: https://cdn.example/audio
embed_chapters: yes
publish: {folder: out}
websub: https://hub.example/
comments: mailto:desk@radio.example
station: {name: Radio Example, url: https://radio.example, call_sign: KXYZ}
waive: {enclosure-length: the recording of the other station is a stand-in}
"""
EPISODE = """\
# yaml-language-server: $schema=../.podfeed/episode.schema.json
title: "The harbour vote: what now?"
date: 2026-03-02 06:00
audio: 2026-03-02-morning.mp3
number: 212
season: {number: 4, name: The harbour year}
summary: The council approves the bridge, and the last ferry pilot looks back.
hosts: [dana-reyes]
guests: [bob-frost, Dana Brown (harbour pilot)]
people: [Ann Lee (Researcher)]
aired: [{station: KXYZ 91.5, at: 2026-03-02 06:00}, {station: KQRS, at: 2026-03-03 19:00, repeat: yes}]
type: full
explicit: no
image: cover.png
tags: [harbour, council]
transcript: words.txt
guid: https://old.example/?p=7
draft: no
embargo: 2026-03-02 07:00
checked: 3f9a12c4
license: {id: House rules, url: https://radio.example/rules}
location: {name: Harbour Hall, geo: "geo:51.5,-0.12", osm: R113314, country: GB, rel: subject}
links: [https://radio.example/vote, {url: https://radio.example/map, title: The map}]
block: no
alternate_audio: [{file: small.mp3, title: Small}]
socials: https://social.example/@desk/1
value: {recipients: [{type: node, address: abc, split: 1}]}
images: {file: "https://cdn.example/canvas.mp4", purpose: canvas, ratio: 9/16}
funding: {url: https://radio.example/give/vote, label: Support this one}
txt: {ai-content: "false"}
chat: {server: example.com, protocol: matrix, space: "#vote:example.com"}
embed_chapters: yes
cuts: [{at: 20:00, removed: 2:00}]
segments:
  - 0:00 Headlines
  - start: 2:15
    title: Council approves the harbour bridge
    people: [bob-frost]
    summary: The vote was 9 to 8.
    stories:
      - https://news.radio.example/2026/03/02/harbour-bridge
      - url: https://citypaper.example/harbour-costs
        title: Who pays for the bridge
        publisher: City Paper
        authors: [Lee Moss]
        date: 2026-02-27
        rel: mentions
        at: 5:40
        archive: https://archive.example/abc
  - start: 14:05
    end: 21:40
    title: "Portrait: the last ferry pilot"
    stories: ferry-pilot
    corrections: [{date: 2026-03-03, text: "The ferry began in 1911, not 1919."}]
clips: [{start: 3:02, length: 45s, title: Nine to eight}]
notes: |
  Music by *the harbour band*.
"""
ELSEWHERE = """\
title: From another station
date: 2026-03-04
audio: https://cdn.example/there.mp3
length: 1234
waive: {no-transcript: the other station has it}
duration: 1h2m3s
number: 213
on_air: 06:00
segments: ["06:00 Start", {start: "06:12:30", title: Later}]
"""
FILES = {
    "show.yaml": SHOW,
    "episodes/2026-03-02-harbour-vote.yaml": EPISODE,
    "episodes/elsewhere.yaml": ELSEWHERE,
    "media/2026-03-02-morning.mp3": mp3(),
    "media/small.mp3": mp3(1700),
    "media/trailer.mp3": mp3(60),
    "media/cover.png": png(),
    "media/wide.png": png(1920, 1080),
    "media/words.txt": "DANA REYES: Good morning.\n\nBOB FROST: Good morning.\n",
}


def folder_of(tmp_path: Path) -> Path:
    folder = make(tmp_path, FILES)
    (folder / "episodes/vote.yaml").unlink()
    return folder


def test_every_key_is_used_here():
    """The two files above name every key that the schema has, so that none is forgotten."""
    show, episode = set(ShowFile.model_fields), set(EpisodeFile.model_fields)
    assert all(f"\n{key}:" in "\n" + SHOW for key in show), show
    assert all(f"\n{key}:" in EPISODE + ELSEWHERE for key in episode), episode


def test_it_builds(tmp_path: Path):
    """Nothing of it is a problem, and what was written comes out in the feed and on the pages."""
    taken = take(folder_of(tmp_path), View(now=datetime(2026, 11, 24, tzinfo=UTC)))
    assert taken.site is not None, taken.problems
    assert [p.code for p in taken.problems if not p.waived] == []
    assert [p.code for p in taken.problems] == ["enclosure-length", "no-transcript"]
    bodies = {path: output.body() for path, output in taken.site.items() if output.make}
    feed = bodies["feed.xml"].decode()
    for said in (
        "917393e3-1b1e-5cef-ace4-edaa54e1f810",
        "https://cdn.example/audio/2026-03-02-morning.mp3",
        "https://old.example/?p=7",
        "FREQ=WEEKLY;BYDAY=MO,TH",
        "geo:51.5,-0.12",
        "https://hub.example/",
        "irc.radio.example",
        "https://social.example/@desk/1",
        "dana@wallet.example",
        "Nine to eight",
        "small.mp3",
        "House rules",
        "The harbour year",
        "a8f3",
        "https://tide.example/feed.xml",
        "Spring",
        "serial",
        "https://radio.example/give",
        "A harbour at dawn",
        'aspect-ratio="16/9"',
        "29cdca4a-32d8-56ba-b48b-09a011c5daa9",
        "003af0a0-6a45-55cf-b765-68e3d349551a",
        'usesPodping="true"',
        "05124",
        "harbour, news",
        "https://social.example/@desk",
        'country="GB"',
        'status="live"',
        "https://stream.example/vote.mp3",
        "https://cdn.example/canvas.mp4",
        "https://radio.example/give/vote",
        "ai-content",
        "#vote:example.com",
        "sha256-",
    ):
        assert said in feed, said
    page = bodies["episodes/2026-03-02-harbour-vote/index.html"].decode()
    for said in ("1911, not 1919", "City Paper", "KQRS", "harbour pilot", "the harbour band", "archive.example"):
        assert said in page, said


def test_times(tmp_path: Path):
    """A cut moves what comes after it; with `on_air` clock times become offsets."""
    taken = take(folder_of(tmp_path), View(now=datetime(2026, 11, 24, tzinfo=UTC)))
    assert taken.seen is not None
    elsewhere, vote = taken.seen.episodes
    assert [s.start.total_seconds() for s in elsewhere.segments] == [0, 750]
    assert vote.segments[2].end.total_seconds() == 20 * 60
    assert vote.release > vote.date
