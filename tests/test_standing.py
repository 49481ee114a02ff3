"""An episode that an earlier build put together comes back as it is while all that it is made of stays so, unopened; and
nobody can tell it from one that is put together anew."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from newsroom import EPISODE, PEOPLE, SHOW, STORIES, make, mp3, png

from podfeed import abridged, steps, unchanged
from podfeed.model import Episode
from podfeed.publish.ledger import record
from podfeed.schedule import View
from podfeed.source import load, standing, yaml
from podfeed.steps import Taken

NOW = datetime(2026, 3, 20, tzinfo=UTC)
FERRY = """\
title: Ferries
date: 2026-03-03 06:00
audio: ferry.mp3
guests: [Eve Moss (captain)]
notes: Written at sea.
segments:
  - start: 0:00
    title: The fares
    people: [Eve Moss]
    image: wall.png
    stories: [{url: 'https://citypaper.example/harbour-costs', title: Who pays it}, 'https://news.example/fares']
"""
LATER = "title: Later\ndate: 2026-03-05 06:00\naudio: later.mp3\nguests: [Eve Moss]\nsegments:\n  - 0:00 Weather\n"
FILES: dict[str, str | bytes] = {
    "episodes/ferry.yaml": FERRY,
    "episodes/later.yaml": LATER,
    "media/ferry.mp3": mp3(60),
    "media/later.mp3": mp3(30),
    "media/wall.png": png(90, 90),
}


@pytest.fixture
def show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A show that was taken before, in a folder whose files count as rested."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(unchanged, "SETTLED", -(10**18))
    folder = make(tmp_path / "show", FILES)
    taken(folder)
    return folder


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The episodes whose long fields somebody asked for."""
    found: list[str] = []
    real = standing._rest

    def noted(near, memory, slug: str, name: str):
        found.append(slug)
        return real(near, memory, slug, name)

    monkeypatch.setattr(standing, "_rest", noted)
    return found


def taken(folder: Path) -> Taken:
    return steps.take(folder, View(now=NOW), recording=True)


def anew(folder: Path) -> Taken:
    """The same show without anything remembered."""
    (folder / ".podfeed/cache/memory").unlink()
    return taken(folder)


def put_together(made: Taken) -> set[str]:
    assert made.source is not None
    return set(made.source.shelf.new)


def told(made: Taken) -> tuple[object, ...]:
    """All that can be seen of it."""
    pages = {path: output.key for path, output in made.site.items()} if made.site is not None else None
    return made.everything, made.seen, made.problems, pages, made.next_change, made.stamps


def is_whole(episode: Episode) -> bool:
    """Whether none of its fields is still to be read."""
    try:
        return all(object.__getattribute__(episode, name) is not episode for name in abridged.LONG)
    except AttributeError:
        return False


def test_what_stands_is_not_opened(show, opened):
    made = taken(show)
    assert put_together(made) == set() and set(opened) <= {"later"}  # the newest, which the home page shows
    assert made.seen is not None and [is_whole(e) for e in made.seen.episodes] == [True, False, False]
    assert made.seen.episodes[1].notes == "Written at sea." and opened[-1] == "ferry"
    assert told(made) == told(anew(show))


def test_files_are_let_go_once_the_show_is_put_together(show):
    """And read back where somebody asks, though they have changed meanwhile: the entry as it was, a place as it is."""
    made = anew(show)
    assert made.source is not None and put_together(made) == {"vote", "ferry", "later"}
    ferry = next(written for written in made.source.episodes if written.slug == "ferry")
    assert "entry" not in vars(ferry)
    yaml._opened.cache_clear()
    replaced(show / "episodes/ferry.yaml", "date:", "# at sea\ndate:")
    assert ferry.entry.notes == "Written at sea." and ferry.place.span("segments", 0, "title").line == 9
    (show / "episodes/later.yaml").unlink()
    later = next(written for written in made.source.episodes if written.slug == "later")
    assert later.entry.title == "Later" and later.place.span("title").line == 0


def test_a_publication_alters_nothing_that_is_remembered(show):
    """When an episode was first published, the ledger says."""
    made = taken(show)
    assert made.seen is not None and [e.published for e in made.seen.episodes] == [None, None, None]
    before = (show / ".podfeed/cache/memory").read_bytes()
    record(show, made.seen, NOW, made.stamps)
    after = taken(show)
    assert after.seen is not None and [e.published for e in after.seen.episodes] == [NOW, NOW, NOW]
    assert (show / ".podfeed/cache/memory").read_bytes() == before
    assert told(after) == told(anew(show))


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


def replaced(path: Path, old: str, new: str) -> None:
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


CHANGES: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "a title": (lambda f: replaced(f / "episodes/later.yaml", "title: Later", "title: Latest"), {"later"}),
    "a note": (lambda f: append(f / "episodes/ferry.yaml", "tags: [sea]\n"), {"ferry"}),
    "a recording": (lambda f: (f / "media/ferry.mp3").write_bytes(mp3(61)), {"ferry"}),
    "a picture": (lambda f: (f / "media/wall.png").write_bytes(png(91, 91)), {"ferry"}),
    "a transcript that comes": (
        lambda f: (f / "media/later.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:02.000\nRain\n"),
        {"later"},
    ),
    "what another says of a story": (
        lambda f: replaced(f / "episodes/vote.yaml", "title: Who pays", "title: Who has to pay"),
        {"vote", "ferry"},
    ),
    "a record of a story": (lambda f: replaced(f / "stories.yaml", "The last", "The very last"), {"vote"}),
    "where two tell a story differently": (
        lambda f: replaced(f / "episodes/ferry.yaml", "  - start: 0:00\n", "  # at sea\n  - start: 0:00\n"),
        {"ferry"},
    ),
    "another name of one who tells it differently": (
        lambda f: (f / "episodes/ferry.yaml").rename(f / "episodes/ferries.yaml"),
        {"ferries"},
    ),
    "a remark in a record": (lambda f: (f / "stories.yaml").write_text("# ours\n" + STORIES), set()),
    "who was met first": (lambda f: replaced(f / "episodes/ferry.yaml", "Eve Moss", "Eve Mosse"), {"ferry"}),
    "a person's record": (
        lambda f: (f / "people.yaml").write_text(PEOPLE + "eve-moss: {name: Eve Moss, role: Captain}\n"),
        {"vote", "ferry", "later"},
    ),
    "the show's hosts": (
        lambda f: (f / "show.yaml").write_text(SHOW.replace("[dana-reyes]", "[dana-reyes, bob-frost]")),
        {"vote", "ferry", "later"},
    ),
    "the show's title": (lambda f: (f / "show.yaml").write_text(SHOW.replace("Tide", "Ebb")), set()),
    "a new episode": (
        lambda f: (
            (f / "media/a.mp3").write_bytes(mp3(5)),
            (f / "episodes/a.yaml").write_text(LATER.replace("later", "a")),
        ),
        {"a"},
    ),
    "an episode that goes": (lambda f: (f / "episodes/later.yaml").unlink(), set()),
    "an episode under another name": (
        lambda f: (f / "episodes/later.yaml").rename(f / "episodes/latest.yaml"),
        {"latest"},
    ),
    "a new draft": (
        lambda f: (f / "episodes/d.yaml").write_text(EPISODE.replace("date: 2026", "draft: yes\ndate: 2025")),
        {"d"},
    ),
    "a draft without its recording": (
        lambda f: (f / "episodes/d.yaml").write_text("title: D\ndate: 2026-03-01\naudio: none.mp3\ndraft: yes\n"),
        set(),
    ),
    "a warning": (lambda f: append(f / "episodes/later.yaml", "clips: [{start: 0:01, length: 4s}]\n"), {"later"}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_seen_where_it_counts_and_nowhere_else(show, change):
    """And the next build, which knows what this one made, tells the same once more."""
    alter, altered = CHANGES[change]
    alter(show)
    made = taken(show)
    assert put_together(made) == altered
    again = taken(show)
    assert told(again) == told(made)
    assert put_together(again) == set()
    assert told(anew(show)) == told(made)


def test_what_was_published_for_the_first_time_stands(show):
    made = taken(show)
    assert made.seen is not None and [episode.published for episode in made.seen.episodes] == [None] * 3
    record(show, made.seen, NOW, made.stamps)
    made = taken(show)
    assert put_together(made) == set() and told(made) == told(anew(show))
    assert made.seen is not None and [episode.published for episode in made.seen.episodes] == [NOW] * 3
    assert told(taken(show)) == told(made)


def test_a_title_opens_what_lies_beside_it_only(tmp_path, show, opened):
    many = {
        f"episodes/n{n:02}.yaml": LATER.replace("later", f"n{n:02}").replace("-05 ", f"-{n:02} ") for n in range(6, 19)
    }
    make(show, {**FILES, **many, **{f"media/n{n:02}.mp3": mp3(n) for n in range(6, 19)}})
    taken(show)
    replaced(show / "episodes/n12.yaml", "title: Later", "title: Noon")
    opened.clear()
    made = taken(show)
    assert put_together(made) == {"n12"} and set(opened) <= {"n18"}
    assert told(made) == told(anew(show))


def test_a_scheduled_episode_opens_nobody_else(show, opened):
    """What the public sees is then put together apart from what the newsroom sees."""
    (show / "media/next.mp3").write_bytes(mp3(9))
    (show / "episodes/next.yaml").write_text(LATER.replace("later", "next").replace("-05 ", "-29 "))
    made = taken(show)
    assert put_together(made) == {"next"} and made.seen is not None and len(made.seen.episodes) == 3
    opened.clear()
    again = taken(show)
    assert put_together(again) == set() and set(opened) <= {"later"}
    assert told(again) == told(made) == told(anew(show))


def test_what_the_public_sees_is_taken_from_what_the_newsroom_sees(show, monkeypatch):
    """In a first build too, where something is hidden: no episode is put together twice but the one that looks otherwise."""
    (show / "media/next.mp3").write_bytes(mp3(9))
    (show / "episodes/next.yaml").write_text(LATER.replace("later", "next").replace("-05 ", "-29 "))
    replaced(
        show / "episodes/ferry.yaml", "/fares'", "/fares', {url: 'https://news.example/kept', embargo: 2026-05-01}"
    )
    asked: list[str] = []
    real = load.episode
    monkeypatch.setattr(load, "episode", lambda written, around: asked.append(written.slug) or real(written, around))
    made = anew(show)
    assert made.seen is not None and made.everything is not None, made.problems
    assert sorted(asked) == ["ferry", "ferry", "later", "next", "vote"]
    newsroom = {episode.slug: episode.segments for episode in made.everything.episodes}
    assert {e.slug for e in made.seen.episodes if e.segments != newsroom[e.slug]} == {"ferry"}


def test_what_was_kept_back_is_there_once_its_embargo_ends(show):
    """What is remembered of an episode is the newsroom's, whatever the public saw of it at the time; without a copy of the
    recording too, which would be another episode."""
    append(show / "episodes/ferry.yaml", "embed_chapters: no\n")
    replaced(
        show / "episodes/ferry.yaml", "/fares'", "/fares', {url: 'https://news.example/kept', embargo: 2026-05-01}"
    )
    for _ in range(2):
        made = taken(show)
        assert made.seen is not None and "kept" not in {story.slug for story in made.seen.stories}
    later = datetime(2026, 6, 1, tzinfo=UTC)
    after = steps.take(show, View(now=later), recording=True)
    (show / ".podfeed/cache/memory").unlink()
    assert told(after) == told(steps.take(show, View(now=later), recording=True))


def test_a_show_that_moves_with_its_memory_knows_its_files_where_they_are(tmp_path, show):
    """The files keep their dates and numbers when their folder is renamed."""
    show.rename(tmp_path / "moved")
    made = taken(tmp_path / "moved")
    assert put_together(made) == set()
    assert made.seen is not None
    for episode in made.seen.episodes:
        source = episode.audio.file.source
        assert source is not None and source.is_relative_to(tmp_path / "moved") and source.exists()
        assert episode.origin is not None and episode.origin.span("audio").text.startswith("audio:")


def test_a_copy_of_a_recording_that_is_gone_is_made_again(show):
    shutil.rmtree(show / ".podfeed/cache/published")
    made = taken(show)
    assert made.seen is not None
    sources = [episode.audio.file.source for episode in made.seen.episodes]
    assert all(source and source.exists() and "published" in str(source) for source in sources)
    assert told(made) == told(anew(show))


def test_what_a_check_remembers_a_build_can_use(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(unchanged, "SETTLED", -(10**18))
    folder = make(tmp_path / "show", FILES)
    steps.look(folder, NOW)
    made = taken(folder)
    assert put_together(made) == set()
    assert made.seen is not None and all(isinstance(episode, Episode) for episode in made.seen.episodes)
    assert told(taken(folder)) == told(made)
    assert told(anew(folder)) == told(made)
