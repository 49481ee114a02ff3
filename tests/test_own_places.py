"""Findings about our own feed are told at the value that the editor wrote, for every tag and attribute that can be."""

from __future__ import annotations

from pathlib import Path

import pytest
from newsroom import SHOW, make
from test_tag_groups import GROUPS, built

from podfeed.check.own import of_items
from podfeed.check.own_places import place
from podfeed.check.xml import read
from podfeed.steps import look

DERIVED = {
    # worked out from something else, and only by chance spelt as something that stands in a file
    ("podcast:person", "role"), ("podcast:person", "group"), ("itunes:author", None), ("guid", "isPermaLink"),
    ("itunes:explicit", None), ("podcast:image", "width"), ("podcast:image", "height"), ("enclosure", "type"),
    ("podcast:trailer", "type"), ("podcast:alternateEnclosure", "type"), ("podcast:source", "contentType"),
    ("podcast:transcript", "language"), ("podcast:image", "purpose"),
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("show")


@pytest.mark.parametrize("group", GROUPS)
def test_every_value_is_found_again(folder: Path, group: str):
    """Whatever a tag says in the editor's words leads back to these words: file, line and column."""
    taken = built(folder, group)
    assert taken.site and taken.seen
    show = taken.seen
    feed, _ = read(taken.site["feed.xml"].body(), "feed.xml")
    texts = {path.relative_to(folder).as_posix(): path.read_text().lower() for path in folder.rglob("*.yaml")}
    asked = 0
    for element in feed.channel.walk():
        for attribute, value in [(None, element.text.strip()), *element.attributes.items()]:
            written = len(value) > 3 and any(value.lower() in text for text in texts.values())
            if written and (element.name, attribute) not in DERIVED:
                span = place(show, of_items(show, feed), feed, element, attribute)
                words = span.text[span.column - 1 :][: span.width].lower()
                assert value.lower() in words, (element.name, attribute, value, span)
                asked += 1
    assert asked > 10


@pytest.mark.parametrize(
    ("show", "episode", "expected"),
    [
        (f"copyright: {'x' * 256}\n", "", ["value-length show.yaml:11:12"]),
        ("owner: {email: feed@radio.example, name: " + "x" * 256 + "}\n", "", ["value-length show.yaml:10:42"]),
        ("trailer: {title: A, audio: https://cdn.example/a, date: 2026-01-05}\n", "", []),
        (
            "",
            "image: cover.png\nimages: [{file: cover.png, purpose: " + "word " * 30 + "}]\n",
            ["podcast-image episodes/vote.yaml:5:37"],
        ),
        (
            "",
            "audio: {url: https://cdn.example/a.opus, length: 2345678, duration: 28:41}\n",
            ["enclosure-format episodes/vote.yaml:3:14"],
        ),
    ],
)
def test_a_finding_of_the_rendered_feed(tmp_path: Path, show: str, episode: str, expected: list[str]):
    """What only the rendered feed shows, at the line and column of the value."""
    base = "".join(line for line in SHOW.splitlines(True) if line[:5] != show[:5])
    own = "title: A\ndate: 2026-03-02\n" + ("" if "audio:" in episode else "audio: morning.mp3\n") + episode
    found = look(make(tmp_path, {"show.yaml": base + show, "episodes/vote.yaml": own})).problems
    assert [f"{p.code} {p.span.path}:{p.span.line}:{p.span.column}" for p in found] == expected
