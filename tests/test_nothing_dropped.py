"""Nothing is silently dropped: for every tag of docs/feed-tags.md, a value that it cannot carry is a problem at its line."""

from __future__ import annotations

import re

import pytest
from newsroom import PEOPLE, SHOW, make
from test_feed_readers import rows

from podfeed.steps import look

LONG = "word " * 26
LIVE = "live: {title: T, stream: https://s.example/a.mp3, start: 2026-03-09 06:00, end: 2026-03-09 "
UUID = "917393e3-1b1e-5cef-ace4-edaa54e1f810"

# tag → the file, what an editor wrote there, and what is said of it
CANNOT = {
    "podcast:guid": ("show.yaml", "guid: morning", "wrong-form"),
    "podcast:locked": ("show.yaml", "locked: perhaps", "not-yes-or-no"),
    "podcast:medium": ("show.yaml", "medium: radio", "not-a-choice"),
    "podcast:funding": ("show.yaml", f'funding: {{url: "https://a.example", label: {LONG}}}', "value-cut"),
    "podcast:person": ("people.yaml", f"kim: {{name: {LONG}}}", "value-cut"),
    "podcast:license": ("show.yaml", "license: My own", "license-without-url"),
    "podcast:trailer": (
        "show.yaml",
        f'trailer: {{title: {LONG}, audio: "https://a.example/t.mp3", date: 2026-01-05}}',
        "value-cut",
    ),
    "podcast:block": ("show.yaml", "block: nobody", "not-a-choice"),
    "podcast:txt": ("show.yaml", f"txt: {'x' * 4001}", "text-too-long"),
    "podcast:podroll": ("show.yaml", "podroll: [{guid: tide}]", "wrong-form"),
    "podcast:remoteItem": ("show.yaml", f"list: [{{guid: {UUID}}}]", "list-without-medium"),
    "podcast:publisher": ("show.yaml", f'publisher: {{guid: {UUID}, feed: "http://a.example"}}', "address-not-secure"),
    "podcast:podping": ("show.yaml", "podping: perhaps", "not-yes-or-no"),
    "podcast:updateFrequency": ("show.yaml", "update_frequency: now and then", "unknown-frequency"),
    "podcast:location": ("show.yaml", 'location: {name: Here, geo: "51.5,-0.12"}', "wrong-form"),
    "podcast:chat": ("show.yaml", "chat: {server: a.example, protocol: smoke}", "not-a-choice"),
    "podcast:socialInteract": (
        "show.yaml",
        'socials: {protocol: disabled, url: "https://a.example"}',
        "social-disabled",
    ),
    "podcast:value": ("show.yaml", "value: {recipients: []}", "value-for-whom"),
    "podcast:image": ("show.yaml", f"images: {{file: cover.png, purpose: {LONG}}}", "podcast-image"),
    "podcast:liveItem": ("show.yaml", LIVE + "05:00}", "live-ends-early"),
    "podcast:season": ("episodes/vote.yaml", "season: 4.5", "not-a-number"),
    "podcast:episode": ("episodes/vote.yaml", "number: 100.5", "not-a-number"),
    "podcast:chapters": ("episodes/vote.yaml", "segments: [0:00 A, 9:00 B, 5:00 C]", "segments-out-of-order"),
    "podcast:transcript": ("episodes/vote.yaml", "transcript: [one.txt, two.txt]", "two-transcripts-one-kind"),
    "podcast:soundbite": ("episodes/vote.yaml", "clips: [{start: 28:40, length: 30s}]", "clip-past-end"),
    "podcast:alternateEnclosure": (
        "episodes/vote.yaml",
        f"alternate_audio: {{file: morning.mp3, title: {LONG}}}",
        "value-cut",
    ),
    "podcast:source": (
        "episodes/vote.yaml",
        'alternate_audio: {file: morning.mp3, sources: "http://a.example/a"}',
        "wrong-form",
    ),
    "podcast:integrity": (
        "episodes/vote.yaml",
        "alternate_audio: {file: morning.mp3, integrity: md5-abc}",
        "wrong-form",
    ),
    "podcast:contentLink": ("episodes/vote.yaml", 'links: "http://a.example/"', "link-left-out"),
    "itunes:title": ("show.yaml", f"title: {LONG * 2}", "value-length"),
    "itunes:author": ("show.yaml", f"author: {LONG * 2}", "value-length"),
    "itunes:owner": ("show.yaml", "owner: {name: A, email: nobody}", "not-an-email"),
    "itunes:image": ("show.yaml", "cover: small.png", "cover-size"),
    "itunes:category": ("show.yaml", "category: Radio", "unknown-category"),
    "itunes:explicit": ("show.yaml", "explicit: perhaps", "not-yes-or-no"),
    "itunes:type": ("show.yaml", "type: daily", "not-a-choice"),
    "itunes:block": ("show.yaml", "block: perhaps", "not-a-choice"),
    "itunes:complete": ("show.yaml", "complete: perhaps", "not-yes-or-no"),
    "itunes:new-feed-url": ("show.yaml", "new_feed_url: elsewhere", "not-an-address"),
    "itunes:keywords": ("show.yaml", f"keywords: [{LONG * 2}]", "value-length"),
    "itunes:duration": ("episodes/vote.yaml", 'audio: {url: "https://a.example/a.mp3", length: 9}', "audio-elsewhere"),
    "itunes:episode": ("episodes/vote.yaml", "number: the first", "not-a-number"),
    "itunes:season": ("episodes/vote.yaml", "season: spring", "not-a-number"),
    "itunes:episodeType": ("episodes/vote.yaml", "type: extra", "not-a-choice"),
    "atom:link": ("show.yaml", "websub: hub", "not-an-address"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    from newsroom import png

    return make(
        tmp_path_factory.mktemp("show"),
        {"media/one.txt": "A: a\n", "media/two.txt": "A: b\n", "media/small.png": png(9, 9)},
    )


def test_every_tag_is_asked():
    """The table above has a row for every one of the page's."""
    assert set(CANNOT) == set(rows())


@pytest.mark.parametrize("tag", CANNOT)
def test_what_a_tag_cannot_carry_is_a_problem(folder, tag: str):
    """It is told in the file where it was written, at the line of its key."""
    name, text, code = CANNOT[tag]
    key = text.partition(":")[0]
    files = {
        "show.yaml": SHOW,
        "people.yaml": PEOPLE,
        "episodes/vote.yaml": "title: A\ndate: 2026-03-02\naudio: morning.mp3\nguests: [kim]\n",
    }
    files["people.yaml"] += "" if name == "people.yaml" else "kim: {name: Kim}\n"
    files[name] = re.sub(rf"(?m)^{key}:.*\n", "", files[name]) + text + "\n"
    for path, content in files.items():
        (folder / path).write_text(content)
    found = [p for p in look(folder).problems if p.code == code]
    assert found, look(folder).problems
    assert all(p.span.path == name and p.span.text.startswith(key) for p in found), found
