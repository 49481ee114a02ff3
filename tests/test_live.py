"""Which site is current: files that change, moments that come, problems that stand, releases that are switched."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from podfeed import media_types as kinds
from podfeed.output import Site, rendered
from podfeed.problem import Problem, Span, error
from podfeed.publish.folder import publish
from podfeed.publish.reading import read_built
from podfeed.web import live as live_module
from podfeed.web.app import create_app
from podfeed.web.live import Built, Live, Made, utc_now
from tests.busy import Pauses

START = datetime(2026, 3, 2, 5, 59, 50, tzinfo=UTC)
TYPO = error("no-title", "the title is missing", Span("show.yaml", 1, 1), "add title: <name>")


def page(words: str) -> bytes:
    return f"<html><head></head><body>{words}</body></html>".encode()


def site_of(words: str) -> Site:
    return {path: rendered(kinds.HTML, page, f"{words} {path}") for path in ("index.html", "about/index.html")}


class Newsroom:
    """A show that becomes whatever the test says, and the moments for which it was made."""

    def __init__(self, words: str = "first"):
        self.made: Made | Exception = Made(site=site_of(words))
        self.moments: list[datetime] = []
        self.time = START

    def make(self, now: datetime) -> Made:
        self.moments.append(now)
        if isinstance(self.made, Exception):
            raise self.made
        return self.made

    def fails(self, *problems: Problem) -> None:
        self.made = Made(site=None, problems=problems or (TYPO,))

    def says(self, words: str, next_change: datetime | None = None) -> None:
        self.made = Made(site=site_of(words), next_change=next_change)


def reads(live: Live | Built, path: str = "/") -> str:
    return create_app(live.current).test_client().get(path).get_data(as_text=True)


def eventually(true: Callable[[], object], seconds: float = 30) -> bool:
    """The seconds only end what hangs: a machine may be busy."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.01)
    return bool(true())


def test_problems_from_the_beginning() -> None:
    """A server that starts while a mistake stands serves what was published last, until the show can be built; where nothing was,
    whoever asks is told to come again."""
    room = Newsroom("mended")
    whole = room.made
    room.fails()
    live = Live(room.make, published=lambda: site_of("published"))
    live.refresh()
    assert "published index.html" in reads(live)
    room.made = whole
    live.refresh()
    assert "mended index.html" in reads(live)
    room.fails()
    nothing = Live(room.make)
    nothing.refresh()
    answer = create_app(nothing.current).test_client().get("/feed.xml")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.headers["Cache-Control"] == "no-cache"


def watched(room: Newsroom, file: Path) -> None:
    """Write to the file until it is noticed, and what is told of it late has come too: from now on nothing is missed."""
    count, number = len(room.moments), 0
    while len(room.moments) == count:
        number += 1
        assert number < 60
        file.write_text(str(number))
        eventually(lambda: len(room.moments) > count, 1)
    settled = 0
    while settled != len(room.moments):
        settled = len(room.moments)
        time.sleep(0.3)


@pytest.fixture
def start():
    """Starts a Live, and stops it when the test is over."""
    started: list[Live] = []

    def begin(make: Callable[[datetime], Made], **more) -> Live:
        started.append(Live(make, **more))
        started[-1].start()
        return started[-1]

    yield begin
    for live in started:
        live.stop()


def test_it_is_ready_when_it_has_started(start):
    """The first site is there before anybody can ask."""
    assert "first index" in reads(start(Newsroom().make))


def test_what_stands_is_served_while_the_show_is_read(start):
    """A site that was published and is still right is there at once; the show takes its place when it has been read."""
    room, reading = Newsroom("second"), threading.Event()

    def make(now: datetime) -> Made:
        assert reading.wait(60)
        return room.make(now)

    live = start(make, standing=Made(site=site_of("published"), next_change=START + timedelta(days=1)), preview=True)
    assert "published index" in reads(live) and not room.moments
    assert live.current().next_change == START + timedelta(days=1)
    reading.set()
    assert eventually(lambda: "second index" in reads(live))


def test_a_changed_file_changes_the_site(start, tmp_path):
    """A file that is saved in the show's folder, or in one of its folders, makes the site anew; others do not."""
    for name in ("episodes", "public", ".git"):
        (tmp_path / name).mkdir()
    room = Newsroom()
    live = start(room.make, folder=tmp_path)
    watched(room, tmp_path / "show.yaml")
    quiet = len(room.moments)
    for name in ("public/index.html", ".git/index", "episodes/.a.yaml.swp", "episodes/a.yaml~", "notes.txt"):
        (tmp_path / name).write_text("x")
    time.sleep(0.6)
    assert len(room.moments) == quiet
    for number, name in enumerate(("show.yaml", "episodes/a.yaml", "episodes/a.yaml")):
        room.says(f"number {number}")
        (tmp_path / name).write_text(str(number))
        assert eventually(lambda number=number: f"number {number} " in reads(live)), name


@pytest.mark.slow
def test_a_folder_that_comes_later_is_watched_too(start, tmp_path):
    """`media/` may be made while the server runs; what is put into it counts."""
    room = Newsroom()
    live = start(room.make, folder=tmp_path)
    watched(room, tmp_path / "show.yaml")
    count = len(room.moments)
    (tmp_path / "media").mkdir()
    assert eventually(lambda: len(room.moments) > count)
    room.says("with sound")
    watched(room, tmp_path / "media" / "a.mp3")
    assert eventually(lambda: "with sound" in reads(live))


def test_network_drives_are_looked_at(start, tmp_path):
    """With `poll` changes are found by looking, where the system does not tell of them."""
    (tmp_path / "episodes").mkdir()
    room = Newsroom()
    live = start(room.make, folder=tmp_path, poll=True)
    watched(room, tmp_path / "show.yaml")
    room.says("second")
    (tmp_path / "episodes" / "a.yaml").write_text("x")
    assert eventually(lambda: "second" in reads(live))


def test_a_scheduled_episode_comes_out_at_its_second(start):
    """The site is made again at the moment at which it changes by itself: not before, and at most a blink later."""
    due = utc_now() + timedelta(seconds=0.6)
    room = Newsroom()
    room.says("before", next_change=due)
    with Pauses() as pauses:
        live = start(room.make)
        room.says("after")
        while utc_now() < due - timedelta(seconds=0.05):
            said = reads(live)
            assert "before" in said or utc_now() >= due
        assert eventually(lambda: "after" in reads(live))
    assert room.moments[1] >= due and room.moments[1] - due < timedelta(seconds=0.25 + pauses.allowed)
    time.sleep(0.2)
    assert len(room.moments) == 2


@pytest.mark.slow
def test_a_clock_that_jumps_ahead_is_followed(start):
    """After a machine slept, or its clock was set, what is due by then comes out within a second or so."""
    room = Newsroom()
    room.says("before", next_change=START + timedelta(hours=3))
    live = start(room.make, clock=lambda: room.time)
    room.says("after")
    room.time = START + timedelta(hours=4)
    with Pauses() as pauses:
        began = time.monotonic()
        assert eventually(lambda: "after" in reads(live))
        took = time.monotonic() - began
    assert took < 2 + pauses.allowed


def test_time_never_goes_back(start):
    """A clock that is set back takes nothing away that was out: the show is never made for an earlier moment."""
    room = Newsroom()
    live = start(room.make, clock=lambda: room.time)
    for minutes in (10, -120, 5, 11):
        room.time = START + timedelta(minutes=minutes)
        live.refresh()
    assert room.moments == [START + timedelta(minutes=m) for m in (0, 10, 10, 10, 11)]


def test_the_last_good_site_stays_while_problems_stand(start):
    """Readers keep the site they had; a preview says what is wrong, in the terminal's words, until it is mended."""
    room = Newsroom()
    live = start(room.make, preview=True)
    room.fails()
    live.refresh()
    text = reads(live)
    assert "first index" in text and "error[no-title]: the title is missing" in text
    assert "add title: &lt;name&gt;" in text
    room.says("mended")
    live.refresh()
    text = reads(live)
    assert "mended index" in text and "no-title" not in text


def test_in_production_problems_are_not_shown(start):
    """Readers of a public server see no trace of a problem."""
    room = Newsroom()
    live = start(room.make)
    room.fails()
    live.refresh()
    assert reads(live) == page("first index.html").decode()


def test_a_show_that_was_never_good(start):
    """A preview of a show with problems from the start has a page that shows them, and mends itself."""
    room = Newsroom()
    room.fails()
    live = start(room.make, preview=True)
    client = create_app(live.current, preview=True).test_client()
    for path in ("/", "/episodes/a/"):
        assert "the title is missing" in client.get(path).get_data(as_text=True)
    before = client.get("/-/version").json
    room.says("good")
    live.refresh()
    assert "good index" in reads(live)
    assert client.get("/-/version").json["version"] != before["version"]


def test_problems_are_looked_at_again(start, monkeypatch):
    """A recording that was still being copied is whole at some time, though no file changes then."""
    monkeypatch.setattr(live_module, "RETRY", timedelta(seconds=0.1))
    room = Newsroom()
    room.fails()
    live = start(room.make)
    assert eventually(lambda: len(room.moments) > 2)
    room.says("whole")
    assert eventually(lambda: "whole" in reads(live))


@pytest.mark.slow
def test_every_new_state_is_told_once(start, monkeypatch):
    """The terminal hears of each new site and each new set of problems, and not again while they only stand."""
    monkeypatch.setattr(live_module, "RETRY", timedelta(seconds=0.05))
    room, told = Newsroom(), []
    live = start(room.make, told=told.append)
    room.fails()
    live.refresh()
    assert eventually(lambda: len(room.moments) > 5)
    assert [made.site is None for made in told] == [False, True]


@pytest.mark.parametrize("trouble", [OSError("the drive is gone"), ValueError("our own bug")])
def test_trouble_while_reading_leaves_the_site(start, monkeypatch, caplog, trouble):
    """A drive that went away, or a bug of ours, ends neither the server nor its watching."""
    monkeypatch.setattr(live_module, "RETRY", timedelta(seconds=0.05))
    room = Newsroom()
    room.says("before", next_change=utc_now() + timedelta(seconds=0.1))
    live = start(room.make)
    room.made = trouble
    assert eventually(lambda: len(room.moments) > 2)
    assert "before" in reads(live) and str(trouble) in caplog.text
    room.says("back")
    assert eventually(lambda: "back" in reads(live))


def test_readers_never_wait_for_a_build(start):
    """While a long build runs, answers come from the site before."""
    room, hold = Newsroom(), threading.Event()
    live = start(room.make)

    def slow(now: datetime) -> Made:
        hold.wait(60)
        return Made(site=site_of("second"))

    live._make = slow
    building = threading.Thread(target=live.refresh)
    building.start()
    try:
        for _ in range(20):  # whoever waited for the build would get what it makes, after a minute
            assert "first" in reads(live)
        assert building.is_alive() and not hold.is_set()
    finally:
        hold.set()
        building.join()
    assert "second" in reads(live)


def test_what_was_asked_for_is_made_before_the_switch(start):
    """After a change the first reader of a page that is in use does not wait for it: it was made before."""
    room, made = Newsroom(), []

    def noted(words: str) -> bytes:
        made.append(words)
        return page(words)

    room.made = Made(site={p: rendered(kinds.HTML, noted, f"old {p}") for p in ("index.html", "rare.html")})
    live = start(room.make)
    reads(live)
    room.made = Made(site={p: rendered(kinds.HTML, noted, f"new {p}") for p in ("index.html", "rare.html")})
    live.refresh()
    assert made == ["old index.html", "new index.html"]


def test_an_unchanged_page_is_not_made_again(start):
    """What a build leaves as it is keeps its bytes at hand, whatever else changes."""
    made = []

    def noted(words: str) -> bytes:
        made.append(words)
        return page(words)

    room = Newsroom()
    for number in range(3):
        names = ("same", f"other {number}")
        room.made = Made(site={f"{n}.html": rendered(kinds.HTML, noted, w) for n, w in enumerate(names)})
        if number == 0:
            live = start(room.make)
        else:
            live.refresh()
        reads(live, "/0.html")
    assert made == ["same"]


def test_each_answer_is_of_one_site(start):
    """While sites are swapped under many readers, each answer is a page of one of them, never an error."""
    room, stop, seen = Newsroom("0"), threading.Event(), set()
    live = start(room.make)

    def read() -> None:
        client = create_app(live.current).test_client()
        while not stop.is_set():
            seen.add((client.get("/").status_code, client.get("/about/").get_data(as_text=True)))
            time.sleep(0.002)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    try:
        for number in range(40):
            room.says(str(number))
            known = len(seen)
            live.refresh()
            eventually(lambda known=known: len(seen) > known, 1)
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert seen <= {(200, page(f"{n} about/index.html").decode()) for n in range(40)} and len(seen) > 5


# --- a published folder -------------------------------------------------------------------------------------------


def test_a_new_release_is_served_at_once(tmp_path):
    """The first answer after a build is of the new release, without anything being watched."""
    public = tmp_path / "public"
    publish(site_of("0"), public)
    built = Built(lambda: read_built(public), public)
    for number in range(1, 8):
        assert f"{number - 1} about" in reads(built, "/about/")
        publish(site_of(str(number)), public)
        assert f"{number} index" in reads(built)


@pytest.mark.parametrize("trouble", ["no link", "no manifest"])
def test_trouble_in_the_folder_leaves_the_site(tmp_path, trouble, caplog):
    """When the public folder is taken away or spoiled, the server goes on with what it has."""
    public = tmp_path / "public"
    publish(site_of("0"), public)
    built = Built(lambda: read_built(public), public)
    assert "0 index" in reads(built)
    if trouble == "no link":
        public.unlink()
    else:
        publish(site_of("1"), public)
        (tmp_path / ".public.releases" / "2.json").unlink()
    assert "0 index" in reads(built)


def test_builds_under_load(tmp_path):
    """While builds follow each other, every answer of a server over the folder is a whole page of one of them."""
    public = tmp_path / "public"
    publish(site_of("0"), public)
    built = Built(lambda: read_built(public), public)
    stop, seen = threading.Event(), set()

    def read() -> None:
        client = create_app(built.current).test_client()
        while not stop.is_set():
            answer = client.get("/about/")
            seen.add((answer.status_code, answer.get_data(as_text=True)))
            time.sleep(0.002)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    try:
        for number in range(20):
            known = len(seen)
            publish(site_of(str(number)), public)
            eventually(lambda known=known: len(seen) > known, 1)
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    pages = {(200, page(f"{n} about/index.html").decode()) for n in range(20)}
    assert {one for one in seen if one[0] == 200} <= pages and len(seen) > 5
    assert {status for status, _ in seen} <= {200, 503}


def test_stopping_ends_the_threads(start, tmp_path):
    """After `stop` nothing runs on in the background."""
    before = set(threading.enumerate())  # other tests' workers have threads of their own
    live = start(Newsroom().make, folder=tmp_path)
    live.stop()
    assert set(threading.enumerate()) <= before
    assert os.path.isdir(tmp_path)
