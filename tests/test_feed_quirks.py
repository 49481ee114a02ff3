"""What feedgen 1.0.0 does that podfeed/render/rss.py works around.

When one of these fails, feedgen has changed: see whether the workaround can go.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from feedgen.feed import FeedGenerator


def feed() -> FeedGenerator:
    made = FeedGenerator()
    made.title("t")
    made.description("d")
    made.link(href="https://a.example/", rel="alternate")
    return made


def entry(made: FeedGenerator, title: str = "e", **options):
    row = made.add_entry(**options)
    row.title(title)
    return row


def test_quirk_feedgen_prepends_entries():
    """Entries come out in reverse unless order="append" is said."""
    made = feed()
    entry(made, "first")
    entry(made, "second")
    assert made.rss_str().index(b"second") < made.rss_str().index(b"first")


def test_quirk_feedgen_last_link_becomes_the_site():
    """The last link() becomes <link>, whatever its rel."""
    made = feed()
    made.link(href="https://hub.example/", rel="hub")
    assert b"<link>https://hub.example/</link>" in made.rss_str()


def test_quirk_feedgen_writes_only_self_links():
    """A hub is not written as atom:link."""
    made = feed()
    made.link(href="https://hub.example/", rel="hub")
    assert b'rel="hub"' not in made.rss_str()


def test_quirk_feedgen_builds_now():
    """lastBuildDate is the present moment unless told, and cannot be cleared through the interface."""
    made = feed()
    made.lastBuildDate(None)
    assert b"<lastBuildDate>" in made.rss_str()


def test_quirk_feedgen_private_name_of_last_build_date():
    """The one private name that rss.py sets is the one that feedgen reads."""
    made = feed()
    assert hasattr(made, "_FeedGenerator__rss_lastBuildDate")
    made._FeedGenerator__rss_lastBuildDate = None
    assert b"<lastBuildDate>" not in made.rss_str()


def test_quirk_feedgen_switches_the_locale(monkeypatch):
    """Every date switches the locale of the process."""
    import locale

    calls = []
    real = locale.setlocale
    monkeypatch.setattr(locale, "setlocale", lambda *args: calls.append(args) or real(*args))
    made = feed()
    entry(made).pubDate(datetime(2026, 3, 2, tzinfo=UTC))
    made.rss_str()
    assert len(calls) >= 4


def test_quirk_feedgen_knows_no_true_and_false():
    """itunes:explicit takes neither `true` nor `false`."""
    made = feed()
    made.load_extension("podcast")
    for value in ("true", "false"):
        with pytest.raises(ValueError, match="explicit"):
            made.podcast.itunes_explicit(value)


def test_quirk_feedgen_drops_artwork_silently():
    """A cover whose address has a query vanishes from the channel without a word."""
    made = feed()
    made.load_extension("podcast")
    made.podcast.itunes_image("https://a.example/cover.jpg?v=2")
    assert b"itunes:image" not in made.rss_str()


def test_quirk_feedgen_content_alone_becomes_the_description():
    """Content without a description is written as <description>, not as content:encoded."""
    made = feed()
    entry(made).content("<p>c</p>", type="CDATA")
    assert b"content:encoded>" not in made.rss_str()


def test_quirk_feedgen_writes_none_as_length():
    """An enclosure of unknown length says `None`."""
    made = feed()
    entry(made).enclosure("https://a.example/a.mp3", None, "audio/mpeg")
    assert b'length="None"' in made.rss_str()


def test_quirk_feedgen_stops_at_control_characters():
    """One control character and there is no feed at all."""
    made = feed()
    entry(made, "a\x0bb")
    with pytest.raises(ValueError, match="control characters"):
        made.rss_str()
