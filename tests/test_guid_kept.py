"""A guid and the address of a recording that were published elsewhere come out to the letter."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from lxml import etree
from newsroom import make, png

from podfeed.ledger import Entry, Ledger
from podfeed.site import build
from podfeed.source.episode import Head
from podfeed.source.load import load
from podfeed.source.matching import match
from podfeed.source.theme import read_theme

SHOW = """\
title: T
description: D
url: https://radio.example/
language: en
author: A
owner: {name: A, email: a@radio.example}
category: News
cover: cover.png
"""
MARCH = datetime(2026, 3, 2, tzinfo=UTC)
GUIDS = ("  two  blanks ", "https://old.example/?p=7&x=<1>", "é\u00a0", "a\rb", "tab\there", "0", "]]>", "yes")


@pytest.mark.parametrize("permalink", ["yes", "no"])
@pytest.mark.parametrize("guid", GUIDS)
def test_guid_and_enclosure_are_kept(tmp_path, guid, permalink):
    """Blanks, case and odd characters count: apps compare guids and addresses to the letter."""
    url = "http://old.example/My Show/é.mp3?a=1&b=2"
    text = (
        f"title: E\ndate: 2026-03-02\nguid: {{text: {json.dumps(guid)}, permalink: {permalink}}}\n"
        f"audio: {{url: {json.dumps(url)}, length: 12345678901, duration: 1:00, type: audio/mp3}}\n"
    )
    folder = make(tmp_path, {"show.yaml": SHOW, "episodes/e.yaml": text, "media/cover.png": png(1400, 1400)})
    show, problems = load(folder)
    assert show and not any(problem.is_error for problem in problems), problems
    feed = etree.fromstring(build(show, read_theme(folder))["feed.xml"].body())
    item = next(row for row in feed.iter("item") if row.findtext("title") == "E")
    assert item.findtext("guid") == guid
    assert item.find("guid").get("isPermaLink") == ("true" if permalink == "yes" else "false")
    assert dict(item.find("enclosure").attrib) == {"url": url, "length": "12345678901", "type": "audio/mp3"}


def head(file: str) -> Head:
    return Head(date=MARCH, release=MARCH, draft=False, guid=None, file=file, url=None, embargoes=())


def test_what_a_broken_file_was_published_as_is_nobody_else_s():
    """While a file cannot be read, its guid waits for it: an episode that has its recording now is a new one."""
    rows = {
        slug: Entry(guid=f"guid-{slug}", enclosure=f"https://r.example/media/{slug}.mp3", stamp=slug, published=MARCH)
        for slug in ("a", "b", "c")
    }
    copied = head("copy.mp3")
    ledger = Ledger(guid="g", episodes=rows)
    for broken in ("b", "c"):
        there = {slug: head(f"{slug}.mp3") for slug in rows}
        del there[broken]
        found = match({**there, "new": copied}, (slug for slug in (*rows, "new")), ledger, lambda _, own=broken: own)
        assert found == {slug: slug for slug in there}
