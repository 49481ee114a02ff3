"""Links and odd files where podfeed keeps its own: a stranger's folder makes it neither write nor clear away elsewhere, nor wait."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests import newsroom
from tests.command import typed

OLD = 946_684_800  # 2000-01-01: older than any copy that is kept


@pytest.fixture
def precious(tmp_path: Path) -> Path:
    """Somebody's folder, which has nothing to do with the show."""
    made = tmp_path / "precious"
    for name in ("letters/a.txt", "1/b.txt", "0123456789abcdef0123456789abcdef/c.txt"):
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text("mine")
    for path in (*made.rglob("*"), made):
        os.utime(path, (OLD, OLD))
    return made


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "name", [".podfeed", ".podfeed/cache", ".podfeed/cache/published", ".podfeed/cache/art", ".public.releases"]
)
def test_a_link_in_place_of_a_folder(tmp_path, precious, name):
    """Nothing is done, and the message names it."""
    show, before = newsroom.make(tmp_path / "show"), contents(precious)
    (show / name).parent.mkdir(parents=True, exist_ok=True)
    (show / name).symlink_to(precious)
    done = typed("build", cwd=show)
    assert done.returncode == 2 and name.encode() in done.stderr and b"take it away" in done.stderr
    assert contents(precious) == before and not (show / "public").exists()


def test_links_among_the_releases(tmp_path, precious):
    """A release that is a link is none, and what podfeed did not make stays where it is."""
    show, before = newsroom.make(tmp_path / "show"), contents(precious)
    for number in range(3):
        newsroom.make(show, {"episodes/vote.yaml": newsroom.EPISODE.replace("what now", f"what now {number}")})
        assert typed("build", cwd=show).returncode == 0
    releases = show / ".public.releases"
    os.rename(releases / "1", tmp_path / "away")
    (releases / "1").symlink_to(precious)
    (releases / "notes").mkdir()
    (releases / "notes/mine.txt").write_text("mine")
    newsroom.make(show)
    for _ in range(2):
        assert typed("build", cwd=show).returncode == 0
    assert contents(precious) == before and (releases / "notes/mine.txt").read_text() == "mine"


@pytest.mark.parametrize("name", [".podfeed/cache/built.new", ".podfeed/show.schema.json"])
def test_a_link_in_place_of_a_file_that_is_written(tmp_path, name):
    """What it leads to stays as it was."""
    show, other = newsroom.make(tmp_path / "show"), tmp_path / "other.txt"
    other.write_text("mine")
    (show / name).parent.mkdir(parents=True)
    (show / name).symlink_to(other)
    for path in show.rglob("*"):
        os.utime(path, (OLD, OLD), follow_symlinks=False)
    for words in (("build",), ("schema", "--write")):
        assert typed(*words, cwd=show).returncode == 0
    assert other.read_text() == "mine"


@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
def test_odd_files(tmp_path, kind):
    """Nobody waits for a pipe or reads a device: such a file counts as not there."""
    show = newsroom.make(tmp_path / "show")
    assert typed("build", cwd=show).returncode == 0
    for name in (
        ".podfeed/cache/memory",
        ".podfeed/cache/audio.json",
        ".podfeed/cache/built",
        ".public.releases/1.json",
    ):
        path = show / name
        path.unlink(missing_ok=True)
        if kind == "pipe":
            os.mkfifo(path)
        elif kind == "device":
            path.symlink_to("/dev/zero")
        else:
            path.mkdir()
    newsroom.make(show, {"episodes/vote.yaml": newsroom.EPISODE.replace("what now", "what then")})
    done = typed("build", cwd=show, seconds=30)
    assert done.returncode == 0, done.stderr
    assert b"what then" in (show / "public/feed.xml").read_bytes()
