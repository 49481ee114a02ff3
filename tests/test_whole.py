"""The product from end to end: a folder goes in through the command line, a site comes out."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import podcastparser
import pytest
from newsroom import EPISODE, make, mp3

from podfeed.publish.folder import publish
from podfeed.publish.reading import read_built
from podfeed.schedule import View
from podfeed.steps import take
from podfeed.web.app import create_app
from podfeed.web.live import Built
from tests.command import typed

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def podfeed(*words: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """The real command, as an editor runs it; with an environment of its own, started by itself."""
    if not env:
        done = typed(*words, cwd=cwd)
        return subprocess.CompletedProcess(words, done.returncode, done.stdout.decode(), done.stderr.decode())
    return subprocess.run(
        [sys.executable, "-m", "podfeed", *words],
        cwd=cwd,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def site_of(folder: Path, now: datetime = NOW, **view: bool) -> dict[str, tuple[str, bytes]]:
    taken = take(folder, View(now=now, **view))
    assert taken.site is not None, taken.problems
    return {path: (output.media_type, output.body()) for path, output in taken.site.items()}


@pytest.mark.slow
def test_two_builds_are_identical(tmp_path: Path):
    """The same show gives the same bytes, whatever the time zone, the locale and the hash seed."""
    first, second = make(tmp_path / "a"), make(tmp_path / "b")
    assert podfeed("build", cwd=first, TZ="Asia/Tokyo", PYTHONHASHSEED="1").returncode == 0
    assert podfeed("build", cwd=second, LC_ALL="C", PYTHONHASHSEED="2").returncode == 0
    assert tree(first / "public") == tree(second / "public")


def test_second_build_writes_nothing(tmp_path: Path):
    """A build without changes keeps every file and the ledger."""
    folder = make(tmp_path)
    assert podfeed("build", cwd=folder).returncode == 0
    ledger, link = (folder / "ledger.json").read_bytes(), os.readlink(folder / "public")
    again = podfeed("build", cwd=folder)
    assert again.returncode == 0 and "0 files made" in again.stdout
    assert (folder / "ledger.json").read_bytes() == ledger and os.readlink(folder / "public") == link


def test_served_equals_published(tmp_path: Path):
    """Every path of the site is served with the bytes that are published."""
    folder = make(tmp_path / "show")
    taken = take(folder, View(now=NOW))
    assert taken.site is not None
    publish(taken.site, tmp_path / "public")
    client = create_app(Built(lambda: read_built(tmp_path / "public"), tmp_path / "public").current).test_client()
    for path in taken.site:
        answer = client.get("/" + path.removesuffix("index.html") if path.endswith("index.html") else "/" + path)
        assert answer.data == (tmp_path / "public" / path).read_bytes(), path
        answer.close()
        assert answer.status_code == 200 and answer.content_type == taken.site[path].media_type


HIDDEN = {
    "episodes/draft.yaml": EPISODE.replace("2026-03-02", "2026-03-03").replace("morning.mp3", "draft.mp3")
    + "draft: yes\nsummary: canary-draft\ntags: [canary]\npeople: [Canary Person (Producer)]\n",
    "episodes/future.yaml": EPISODE.replace("2026-03-02", "2031-03-03").replace("morning.mp3", "future.mp3")
    + "summary: canary-future\n",
    "episodes/embargo.yaml": EPISODE.replace("2026-03-02", "2026-03-04").replace("morning.mp3", "embargo.mp3")
    + "summary: canary-embargo\nembargo: 2031-01-01\n",
    "media/draft.mp3": mp3(1800),
    "media/future.mp3": mp3(1801),
    "media/embargo.mp3": mp3(1802),
}


def test_hidden_episodes_change_nothing(tmp_path: Path):
    """With drafts, scheduled and embargoed episodes the site is the same, byte for byte, as without them."""
    bare, full = make(tmp_path / "a"), make(tmp_path / "b", HIDDEN)
    (full / "episodes/draft.yaml").write_text(
        HIDDEN["episodes/draft.yaml"].replace(
            "- https://news.example/2026/03/02/harbour-bridge",
            '- {url: "https://news.example/2026/03/02/harbour-bridge", title: Canary headline}',
        )
    )
    assert site_of(bare) == site_of(full)
    assert len(site_of(full, drafts=True, future=True)) > len(site_of(bare))


def test_embargoed_story_is_not_there(tmp_path: Path):
    """A story under embargo is on no page, in no feed and in no count until its moment comes."""
    line = '      - {url: "https://canary.example/secret", title: Canary, embargo: 2026-12-01 18:00}\n'
    bare = make(tmp_path / "a")
    full = make(tmp_path / "b", {"episodes/vote.yaml": EPISODE.replace("    stories:\n", "    stories:\n" + line, 1)})
    assert site_of(bare) == site_of(full)
    after = site_of(full, datetime(2026, 12, 1, 18, 0, 1, tzinfo=UTC))
    assert any(b"canary.example" in body for _, body in after.values())


@pytest.mark.slow
def test_published_episode_survives_a_clock_set_back(tmp_path: Path):
    """What the ledger says was out stays out, even if this machine's clock is now before its time."""
    folder = make(tmp_path)
    assert podfeed("build", cwd=folder).returncode == 0
    assert "episodes/vote/index.html" in site_of(folder, datetime(2020, 1, 1, tzinfo=UTC))


def test_clients_read_the_feed(tmp_path: Path):
    """feedparser and podcastparser find in the feed what the model says."""
    folder = make(tmp_path)
    taken = take(folder, View(now=NOW))
    assert taken.seen and taken.site
    data = taken.site["feed.xml"].body()
    episode = taken.seen.episodes[0]
    parsed = feedparser.parse(data)
    assert not parsed.bozo and parsed.feed.title == "The Morning Tide"
    entry = parsed.entries[0]
    assert entry.id == episode.guid and entry.title == episode.title
    assert entry.enclosures[0].href == "https://radio.example/morning/media/morning.mp3"
    assert int(entry.enclosures[0].length) == episode.audio.file.length
    import io

    other = podcastparser.parse("https://radio.example/morning/feed.xml", io.BytesIO(data))
    assert other["episodes"][0]["guid"] == episode.guid
    assert other["episodes"][0]["total_time"] == round(episode.audio.duration.total_seconds())


def test_mistake_leaves_the_published_site(tmp_path: Path):
    """A broken show is not published: status 1, a message with the place, and the site that is out stays."""
    folder = make(tmp_path)
    assert podfeed("build", cwd=folder).returncode == 0
    before = tree(folder / "public")
    (folder / "episodes/vote.yaml").write_text(EPISODE.replace("14:05", "41:05"))
    done = podfeed("build", cwd=folder)
    assert done.returncode == 1 and "episodes/vote.yaml:13:12" in done.stderr and "is it 14:05?" in done.stderr
    assert tree(folder / "public") == before


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["check"], 0, "nothing to mend"),
        (["list"], 0, "The harbour vote"),
        (["list", "stories", "--json"], 0, "https://news.example/ferry-pilot"),
        (["list", "people"], 0, "Bob Frost"),
        (["schema", "show"], 0, '"$schema"'),
        (["explain", "segment-past-end"], 0, "starts or ends after the recording"),
        (["explain", "segment-past-ned"], 2, "did you mean segment-past-end?"),
        (["biuld"], 2, "did you mean build?"),
        (["-C", "nowhere", "check"], 2, "there is no folder"),
        (["serve", "--built"], 2, "podfeed build"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_commands(words: list[str], status: int, says: str, tmp_path: Path):
    """Each command answers with its status and in words, never with a traceback."""
    done = podfeed(*words, cwd=make(tmp_path))
    assert done.returncode == status, done.stderr
    assert says.casefold() in (done.stdout + done.stderr).casefold()
    assert "Traceback" not in done.stderr


def test_empty_folder(tmp_path: Path):
    """A folder without a show is answered with what to make."""
    done = podfeed("check", cwd=tmp_path)
    assert done.returncode == 1 and "show.yaml" in done.stdout and "Traceback" not in done.stderr


BAD_RECORDINGS = {
    "missing": None,
    "empty": b"",
    "html": b"<html><body>404</body></html>" * 50,
    "half": mp3(100)[:40],
}


@pytest.mark.parametrize("kind", BAD_RECORDINGS)
def test_bad_recordings(kind: str, tmp_path: Path):
    """A recording that cannot be used is a problem at the episode's audio line."""
    data = BAD_RECORDINGS[kind]
    folder = make(tmp_path, {"media/morning.mp3": data} if data is not None else None)
    if data is None:
        (folder / "media/morning.mp3").unlink()
    done = podfeed("check", "--format", "concise", cwd=folder)
    assert done.returncode == 1 and "episodes/vote.yaml:3:8: error[" in done.stdout, done.stdout + done.stderr


def test_link_and_folder_as_recording(tmp_path: Path):
    """A symbolic link or a folder in place of the recording is refused by name."""
    folder = make(tmp_path)
    (folder / "media/link.mp3").symlink_to(folder / "media/morning.mp3")
    (folder / "media/folder.mp3").mkdir()
    for name, code in (("link.mp3", "file-is-link"), ("folder.mp3", "file-is-folder")):
        (folder / "episodes/vote.yaml").write_text(EPISODE.replace("morning.mp3", name))
        assert f"error[{code}]" in podfeed("check", cwd=folder).stdout


@pytest.mark.slow
def test_old_copies_go(tmp_path: Path):
    """After a build the cached copies of recordings that nobody has wanted for a day are gone; those of the show, of its
    drafts and of yesterday's site, which a server may still send, are there."""
    draft = EPISODE.replace("2026-03-02", "2026-03-03").replace("morning.mp3", "draft.mp3") + "draft: yes\n"
    folder = make(tmp_path, {"episodes/draft.yaml": draft, "media/draft.mp3": mp3(1800)})
    cache = folder / ".podfeed/cache/published"
    take(folder, View(now=NOW, drafts=True))
    kept = {path.name for path in cache.iterdir()}
    assert len(kept) == 2
    (folder / "episodes/vote.yaml").write_text(EPISODE.replace("Headlines", "The headlines"))
    for path in cache.iterdir():
        os.utime(path, (1e9, 1e9))
    (cache / "lately").mkdir()
    old = next(
        name for name in kept if b"draft" not in b" ".join(os.fsencode(p.name) for p in (cache / name).iterdir())
    )
    assert podfeed("build", cwd=folder).returncode == 0
    left = {path.name for path in cache.iterdir()}
    assert old not in left and kept - {old} < left and "lately" in left and len(left) == 3
