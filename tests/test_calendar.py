"""airings.ics: what calendar programs read is when the episode is on air."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import newsroom
import pytest
import shows
from hypothesis import given
from hypothesis import strategies as st

from podfeed import model as m
from podfeed import paths
from podfeed.render import calendar
from podfeed.site import build
from podfeed.source.load import load
from podfeed.source.theme import read_theme

EPISODE = paths.calendar(shows.HARBOUR_VOTE.slug)


def calendars(show: m.Show) -> dict[str, bytes]:
    return {path: output.body() for path, output in calendar.outputs(show)}


def read(source: bytes) -> list[dict[str, str]]:
    """Events of a calendar, by RFC 5545 §3.1: unfold, split at the first colon. Parameters are dropped."""
    assert source.endswith(b"\r\n")
    assert b"\n" not in source.replace(b"\r\n", b"")
    lines = source.decode().replace("\r\n ", "").split("\r\n")
    assert (lines[0], lines[-2]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    events: list[dict[str, str]] = []
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            events.append({})
        elif events:
            events[-1][name.partition(";")[0]] = value
    return events


def unescaped(text: str) -> str:
    r"""§3.3.11, backwards."""
    out, rest = "", iter(text)
    for character in rest:
        if character == "\\":
            following = next(rest)
            out += "\n" if following in "nN" else following
        else:
            out += character
    return out


def test_an_airing_is_an_event():
    """Each airing has its UTC time, its station, the broadcast's length (the podcast's and what was cut), and a name."""
    first, repeat = read(calendars(shows.rich())[EPISODE])
    assert (first["DTSTART"], first["DTSTAMP"]) == ("20260302T110000Z", "20260302T110000Z")
    assert (repeat["DTSTART"], repeat["LOCATION"]) == ("20260304T000000Z", "KQRS")
    assert first["DURATION"] == "PT30M42S"
    assert unescaped(first["SUMMARY"]) == "The Morning Companion: The harbour vote: what now?"
    assert unescaped(repeat["SUMMARY"]).endswith("(repeat)")
    assert first["URL"] == "https://radio.example/morning/episodes/2026-03-02-harbour-vote/"
    assert "2:15 Council approves the harbour bridge\n14:05 Portrait" in unescaped(first["DESCRIPTION"])


def test_a_name_is_for_life():
    """The UID comes from the episode's guid and station: a new title, slug or time keeps it; two airings differ."""

    def names(**changes) -> list[str]:
        show = replace(shows.rich(), episodes=(replace(shows.HARBOUR_VOTE, **changes),))
        return [event["UID"] for event in read(calendars(show)[paths.CALENDAR])]

    moved = tuple(replace(airing, at=airing.at + timedelta(minutes=30)) for airing in shows.HARBOUR_VOTE.airings)
    assert len(set(names())) == 2
    assert names() == names(title="Another", slug="another") == names(airings=moved)
    assert not set(names()) & set(names(guid="another"))


def test_the_shows_calendar_has_every_airing_in_order():
    """All airings of all episodes, past and to come, by time; none where there are none."""
    later = m.Airing(station="KQRS", at=datetime(2031, 1, 1, tzinfo=UTC))
    show = shows.rich()
    show = replace(show, episodes=(show.episodes[0], replace(show.episodes[1], airings=(later,)), show.episodes[2]))
    made = calendars(show)
    assert sorted(made) == sorted([EPISODE, paths.calendar("2026-02-23-tides"), paths.CALENDAR, paths.LIVE_CALENDAR])
    starts = [event["DTSTART"] for event in read(made[paths.CALENDAR])]
    assert starts == ["20260302T110000Z", "20260304T000000Z", "20310101T000000Z"]
    assert calendars(shows.minimal()) == {}


def test_live_broadcasts_have_a_calendar():
    """What is live stands in a file of its own, from its start to its end, and leads to the page that plays it."""
    (event,) = read(calendars(shows.rich())[paths.LIVE_CALENDAR])
    assert (event["DTSTART"], event["DURATION"]) == ("20260309T110000Z", "PT2H")
    assert unescaped(event["SUMMARY"]) == "The Morning Companion: The harbour vote, live"
    assert event["URL"] == "https://radio.example/morning/#live"
    assert paths.LIVE_CALENDAR not in calendars(replace(shows.rich(), live=()))


LINES = st.text(st.characters(blacklist_categories=("Cs", "Cc")) | st.sampled_from('\n;,\\:"é漢🎙'), max_size=200)


@given(text=LINES)
def test_any_text_survives_and_no_line_is_too_long(text):
    """Whatever a title holds, no line is longer than 75 octets, none is cut inside a character, and it reads back."""
    plain = text.replace("\u2028", "\n").replace("\u2029", "\n")
    line = calendar.folded(f"SUMMARY:{calendar.escaped(text)}")
    parts = line.encode().split(b"\r\n")
    assert parts[-1] == b""
    assert all(len(part) <= 75 and part.decode() is not None for part in parts)
    assert unescaped(line.replace("\r\n ", "").removesuffix("\r\n").removeprefix("SUMMARY:")) == plain


@pytest.mark.parametrize("seconds", [0.5, 59, 60, 3599.2, 3600, 3603, 3660, 7325])
def test_a_length_is_never_too_short(seconds):
    """An independent reading of the length is the recording's, rounded up to a second."""
    import re

    hours, minutes, rest = re.fullmatch(
        r"PT(?:(\d+)H(?=$|\d+M))?(?:(\d+)M)?(?:(\d+)S)?", calendar.duration(timedelta(seconds=seconds))
    ).groups()  # type: ignore[union-attr]
    total = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(rest or 0)
    assert seconds <= total < seconds + 1


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_independent_program_reads_it():
    """The icalendar library finds the same events, without complaints."""
    icalendar = pytest.importorskip("icalendar")
    read_back = icalendar.Calendar.from_ical(calendars(shows.rich())[EPISODE])
    events = read_back.walk("VEVENT")
    assert [event.errors for event in events] == [[], []]
    assert [event["DTSTART"].dt for event in events] == [airing.at for airing in shows.HARBOUR_VOTE.airings]
    assert events[0]["DURATION"].dt == timedelta(minutes=30, seconds=42)
    assert str(read_back["X-WR-CALNAME"]) == "The Morning Companion: The harbour vote: what now?"


def test_a_day_whose_hour_is_not_known(tmp_path):
    """Nobody is told an hour that nobody wrote: not the calendar, the notes, the page, the companion or a search engine."""
    aired = "aired: [{station: KXYZ, at: 2026-03-01}, {station: KQRS, at: 2026-03-03 19:00}]\n"
    words = {"show.yaml": newsroom.SHOW + "publish_time: 18:00\n", "episodes/vote.yaml": newsroom.EPISODE + aired}
    folder = newsroom.make(tmp_path, words)
    show, problems = load(folder)
    assert show is not None and not problems
    site = build(show, read_theme(folder))
    whole, timed = read(site["episodes/vote/airings.ics"].body())
    assert (whole["DTSTART"], "DURATION" in whole) == ("20260301", False)
    assert (timed["DTSTART"], "DURATION" in timed) == ("20260303T190000Z", True)
    assert "First aired on KXYZ, 1 March 2026</p>" in site["feed.xml"].body().decode()
    page = site["episodes/vote/index.html"].body().decode()
    assert '<time class="soft" datetime="2026-03-01">1 March 2026</time>' in page
    assert '"startDate":"2026-03-01"' in page.replace(" ", "") and page.count('"endDate"') == 1
    companion = json.loads(site["episodes/vote/companion.json"].body())
    assert [row["at"] for row in companion["aired"]] == ["2026-03-01", "2026-03-03T19:00:00+00:00"]
