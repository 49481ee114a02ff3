"""Scheduled moments: each comes out at exactly its second, in every zone, through every change of the clocks.

What is right is found without asking how podfeed does it: a moment is chosen in UTC, what the clocks on the wall say
then is typed, and whether that reading comes twice or never is found by looking at all moments around.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from newsroom import EPISODE, SHOW, make

from podfeed.publish.ledger import record
from podfeed.schedule import EVERYTHING, View, next_change
from podfeed.source.load import assemble, hides
from podfeed.source.read import read
from podfeed.web.headers import lifetime
from tests import shows

ZONES = """Europe/London Europe/Dublin Europe/Lisbon America/New_York America/St_Johns America/Sao_Paulo Asia/Kolkata
Asia/Tehran Africa/Casablanca Australia/Lord_Howe Pacific/Chatham Pacific/Apia""".split()
"""Whole, half and three-quarter hours; summers of half an hour, in the winter, and that were given up; one that is
called winter (Dublin); one that stops for a month of every year (Casablanca)."""

FIRST, LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
STEP = timedelta(minutes=15)


def changes(zone: ZoneInfo) -> list[datetime]:
    """Every moment of 2020 to 2030 at which the clocks of a zone are changed, to the second."""
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    found = []
    for before, after in pairwise(days):
        if before.astimezone(zone).utcoffset() == after.astimezone(zone).utcoffset():
            continue
        while after - before > timedelta(seconds=1):
            middle = before + (after - before) // 2
            middle = middle.replace(microsecond=0)
            if middle.astimezone(zone).utcoffset() == before.astimezone(zone).utcoffset():
                before = middle
            else:
                after = middle
        found.append(after)
    return found


def wall(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def readings(local: str, zone: ZoneInfo) -> list[datetime]:
    """Every moment at which the clocks of a zone say so: none, one or two."""
    naive = datetime.fromisoformat(local).replace(tzinfo=UTC)
    around = (naive + n * STEP for n in range(-64, 65))
    return [moment for moment in around if wall(moment, zone) == local]


def typed(zone: str, chance: random.Random, count: int) -> list[str]:
    """Readings of the clocks around every change, just before it, in the gap and in the hour that comes twice, filled
    up with any others."""
    key = ZoneInfo(zone)
    found = []
    for change in changes(key):
        local = change.astimezone(key).replace(tzinfo=None)
        for seconds in (-3600, -1800, -1, 0, 1, 1799, 3599, 3600, chance.randrange(-7200, 7200)):
            found.append((local + timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M:%S"))
    while len(found) < count:
        moment = FIRST + timedelta(seconds=chance.randrange(int((LAST - FIRST).total_seconds())))
        found.append(wall(moment, key))
    return sorted(set(found))


def newsroom(folder: Path, zone: str, dates: list[str]) -> Path:
    """A show with an episode for each date."""
    show = SHOW.replace("Europe/London", zone)
    episode = "title: Number {n}\ndate: {date}\naudio: morning.mp3\n"
    files = {f"episodes/n{n}.yaml": episode.format(n=n, date=date) for n, date in enumerate(dates)}
    make(folder, {"show.yaml": show, **files})
    (folder / "episodes/vote.yaml").unlink()
    return folder


@pytest.mark.parametrize(
    ("zones", "count", "looks"),
    [(("Europe/London", "Australia/Lord_Howe"), 0, 3), pytest.param(ZONES, 150, 12, marks=pytest.mark.slow)],
    ids=["two zones", "twelve zones"],
)
def test_every_moment_comes_at_its_second(tmp_path, zones, count, looks):
    """Around every change of the clocks in eleven years an episode is not there a microsecond before its moment and is
    there at it; a reading that comes twice or never is refused, with both offsets that make it right."""
    chance = random.Random(9)
    moments = refused = 0
    for zone in zones:
        key = ZoneInfo(zone)
        dates = typed(zone, chance, count)
        source = read(newsroom(tmp_path / zone.replace("/", "-"), zone, dates))
        written = {w.slug: w for w in source.episodes}
        problems = {p.span.path: p for p in source.problems if p.is_error}
        for n, date in enumerate(dates):
            right = readings(date, key)
            problem = problems.get(f"episodes/n{n}.yaml")
            if len(right) == 1:
                moments += 1
                assert problem is None, (zone, date, problem)
                one = written[f"n{n}"]
                for now, there in ((right[0] - timedelta(microseconds=1), False), (right[0], True), (LAST, True)):
                    view = View(now=now)
                    seen = view.shows(draft=one.draft, release=one.release, published=one.published)
                    assert seen == there, (zone, date, now)
            else:
                refused += 1
                assert problem is not None, (zone, date)
                assert problem.code == ("time-ambiguous" if right else "time-skipped"), (zone, date)
                assert date in problem.message and problem.span.line == 2
                offsets = {f"{m.astimezone(key):%z}" for m in right} or {
                    f"{(datetime.fromisoformat(date).replace(tzinfo=UTC) + h).astimezone(key):%z}"
                    for h in (timedelta(hours=-16), timedelta(hours=16))
                }
                assert problem.hint is not None
                for offset in offsets:
                    shown = date.removesuffix(":00")
                    assert f"{shown} {offset[:3]}:{offset[3:]}" in problem.hint, (zone, date, problem.hint)
        for slug in chance.sample(sorted(written), looks):
            moment = written[slug].release.astimezone(UTC)
            for now, there in ((moment - timedelta(microseconds=1), False), (moment, True)):
                show, _ = assemble(source, View(now=now))
                assert show is not None and (slug in {e.slug for e in show.episodes}) == there
    assert moments > (1000 if count else 200) and refused > (100 if count else 40), (moments, refused)


def test_what_the_hint_says_to_type_is_taken(tmp_path):
    """Each of the two readings of a refusal, typed as it stands, is a moment; the two differ by what the clocks do."""
    for number, (zone, date) in enumerate(
        [
            ("Europe/London", "2026-10-25 01:30:15"),
            ("Europe/London", "2026-03-29 01:30"),
            ("Asia/Tehran", "2021-09-21 23:15"),
        ]
    ):
        (problem,) = [p for p in read(newsroom(tmp_path / f"a{number}", zone, [date])).problems if p.is_error]
        words = (problem.hint or "").removeprefix("write ").split(" or ")
        source = read(newsroom(tmp_path / f"b{number}", zone, words))
        assert not [p for p in source.problems if p.is_error]
        one, other = (w.release.astimezone(UTC) for w in source.episodes)
        assert abs(one - other) == timedelta(hours=1)
        assert all(text.startswith(date) for text in words)


def test_a_clock_that_is_set_back_takes_nothing_away(tmp_path):
    """What was published stays when this machine's clock is set back, also in a new process, which knows it from the
    ledger; an episode that its editor moves to a later day goes until then; one that was never out stays hidden."""
    folder = make(tmp_path, {"episodes/next.yaml": EPISODE.replace("2026-03-02", "2026-03-09")})
    out = datetime(2026, 3, 5, tzinfo=UTC)

    def slugs(now: datetime) -> set[str]:
        show, _ = assemble(read(folder), View(now=now))
        assert show is not None
        return {episode.slug for episode in show.episodes}

    assert slugs(out) == {"vote"}
    show, _ = assemble(read(folder), View(now=out))
    assert show is not None
    record(folder, show, out, {})
    for back in (timedelta(days=4), timedelta(days=3000)):
        assert slugs(out - back) == {"vote"}
    vote = folder / "episodes/vote.yaml"
    vote.write_text(EPISODE.replace("2026-03-02", "2026-03-07"))
    assert slugs(out) == set() and slugs(out + timedelta(days=2, hours=6)) == {"vote"}


# --- how long an answer may be kept --------------------------------------------------------------------------------

BEGINNING = datetime(2026, 3, 2, 12, tzinfo=UTC)
offsets = st.integers(-200, 400).map(lambda n: BEGINNING + timedelta(seconds=n))
episodes = st.lists(st.tuples(offsets, st.booleans()), max_size=5)
embargoes = st.lists(st.one_of(st.none(), offsets), max_size=4)


@settings(max_examples=300)
@given(episodes=episodes, embargoes=embargoes, now=offsets)
def test_nothing_is_kept_beyond_a_change(episodes, embargoes, now):
    """For any plan of episodes and embargoes, what is right now is right for as long as an answer may be kept; and the
    moment that the server waits for is the first at which anything differs."""
    base = shows.minimal()
    rows = tuple(
        replace(base.episodes[0], slug=f"e{n}", date=date, draft=draft) for n, (date, draft) in enumerate(episodes)
    )
    stories = tuple(replace(shows.FERRY, slug=f"s{n}", embargo=moment) for n, moment in enumerate(embargoes))
    everything = replace(base, episodes=rows, stories=stories)

    def seen(moment: datetime) -> tuple[set[str], set[str]]:
        view = View(now=moment)
        out = {e.slug for e in rows if view.shows(draft=e.draft, release=e.release, published=None)}
        return out, {s.slug for s in stories if not view.holds(s.embargo)}

    change = next_change(everything, now)
    kept = lifetime(now, change)
    assert 0 <= kept <= 60
    assert all(seen(now + timedelta(seconds=n)) == seen(now) for n in range(kept))
    later = [now + timedelta(seconds=n) for n in range(1, 700)]
    first = next((moment for moment in later if seen(moment) != seen(now)), None)
    assert change == first


@pytest.mark.parametrize("extra", ["", "draft: yes\n", "embargo: 2026-04-01 06:00\n", "date: 2026-04-01 06:00\n"])
@pytest.mark.parametrize("story", ["", ", embargo: 2026-04-01 06:00"])
def test_a_view_that_hides_nothing_is_the_newsrooms(tmp_path, extra, story):
    """Then the show is put together once; `hides` may not miss anything that `assemble` leaves out."""
    text = EPISODE.replace("date: 2026-03-02 06:00\n", "") if "date" in extra else EPISODE
    stories = f'ferry-pilot: {{url: "https://news.example/ferry-pilot", title: Pilot{story}}}\n'
    folder = make(tmp_path, {"episodes/vote.yaml": extra + text, "stories.yaml": stories})
    source = read(folder)
    everything, _ = assemble(source, EVERYTHING)
    for day in ("2026-03-31", "2026-04-02"):
        for drafts in (False, True):
            view = View(now=datetime.fromisoformat(f"{day}T12:00:00+00:00"), drafts=drafts)
            same = assemble(source, view)[0] == everything
            assert hides(source, view) != same, view
