"""A build with nothing to do knows it by the dates of its inputs, says what it said before and imports nothing heavy.
Whatever changes is built, and what comes out is what a clean build makes."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from longer import lots
from newsroom import EPISODE, make, mp3, png

from podfeed import __main__, cli, unchanged
from podfeed.source import integrity

HEAVY = {"yaml", "lxml", "feedgen", "flask", "jinja2", "pydantic", "click", "re", "json", "dataclasses", "pathlib"}
NOW = datetime(2026, 3, 10, tzinfo=UTC)


class Desk:
    """An editor's terminal: `build()` runs the command in this process and tells what happened."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.patch, self.capsys = folder, monkeypatch, capsys
        self.now = NOW
        self.worked = False
        monkeypatch.setattr(unchanged, "SETTLED", -(10**18))  # files of this very moment; the clock below is another
        monkeypatch.setattr(cli, "now_utc", lambda: self.now)
        monkeypatch.setattr(time, "time_ns", lambda: cli.nanoseconds(self.now))
        real = cli.main
        monkeypatch.setattr(cli, "main", lambda: (setattr(self, "worked", True), real()))

    def build(self, *words: str) -> tuple[int, str, str]:
        """Exit status, standard output, standard error."""
        self.worked = False
        self.patch.setattr(sys, "argv", ["podfeed", "-C", str(self.folder), "build", *words])
        with pytest.raises(SystemExit) as ended:
            __main__.run()
        said = self.capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Desk]:
    return lambda files=None: Desk(make(tmp_path / "show", files), monkeypatch, capsys)


def rest(text: str) -> str:
    """The line without how many files were made."""
    return re.sub(r"[\d,]+ files? made, [\d,]+ kept, [\d,]+ taken away", "", text)


def test_nothing_to_do_is_known_and_says_the_same(desk):
    at = desk({"episodes/notes.txt": "call the harbour"})
    first = at.build()
    assert at.worked and first[0] == 0 and "warning[" in first[2]
    second = at.build()
    assert not at.worked
    assert second[0] == 0 and second[2] == first[2] and rest(second[1]) == rest(first[1])
    assert " 0 files made," in second[1]


def test_serve_has_what_was_built_at_hand_until_something_changes(desk):
    at = desk()
    at.build()
    now = cli.nanoseconds(at.now)
    known = unchanged.standing(str(at.folder), ["build"], now)
    assert known is not None and Path(known[2]) == at.folder / "public" and known[3] == unchanged.NEVER
    made = cli.standing(at.folder)
    assert made is not None and made.next_change is None
    assert made.site["index.html"].body() == (at.folder / "public/index.html").read_bytes()
    append(at.folder / "episodes/vote.yaml", "# seen\n")
    assert unchanged.standing(str(at.folder), ["build"], now) is None and cli.standing(at.folder) is None


@pytest.mark.slow
def test_serve_follows_the_show_behind_what_was_built(tmp_path):
    """The first page is the published one; an edit then comes out as ever."""
    folder = make(tmp_path / "show")
    time.sleep(unchanged.SETTLED / 10**9 + 0.1)
    command = [sys.executable, "-m", "podfeed", "-C", str(folder)]
    subprocess.run([*command, "build"], check=True, capture_output=True)
    with subprocess.Popen([*command, "serve", "--port", "0"], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            address = server.stdout.readline().split()[1]

            def home() -> bytes:
                with urllib.request.urlopen(address) as answer:
                    return bytes(answer.read())

            title = re.search(r"title: (.*)", (folder / "episodes/vote.yaml").read_text())
            assert title and title[1].strip("'\"").encode() in home()
            retitle(folder, random.Random(1), 77)
            until = time.monotonic() + 60
            while b"Title 77" not in home():
                assert time.monotonic() < until
                time.sleep(0.1)
        finally:
            server.terminate()


CHANGES: dict[str, Callable[[Path], object]] = {
    "an episode": lambda f: append(f / "episodes/vote.yaml", "# seen\n"),
    "an episode, of the same length and date": lambda f: same_date(f / "episodes/vote.yaml", b"vote", b"poll"),
    "a new episode": lambda f: (f / "episodes/b.yaml").write_text("title: B\ndate: 2026-03-03\naudio: morning.mp3\n"),
    "a renamed episode": lambda f: (f / "episodes/vote.yaml").rename(f / "episodes/poll.yaml"),
    "the show": lambda f: append(f / "show.yaml", "copyright: Radio Example\n"),
    "the people": lambda f: append(f / "people.yaml", "eve-moss: {name: Eve Moss}\n"),
    "the stories": lambda f: (f / "stories.yaml").unlink(),
    "a recording": lambda f: same_date(f / "media/morning.mp3", b"\xff\xe3\x18\xc0\0", b"\xff\xe3\x18\xc0\1"),
    "a file beside the recording": lambda f: (f / "media/morning.vtt").write_text(
        "WEBVTT\n\n0:00.000 --> 0:02.000\nHi\n"
    ),
    "a picture": lambda f: (f / "media/cover.png").write_bytes(png(1500, 1500)),
    "a new template": lambda f: write(f / "templates/static/show.css", ":root { --accent: #036 }\n"),
    "the ledger": lambda f: append(f / "ledger.json", "\n"),
}


def append(path: Path, text: str) -> None:
    path.write_bytes(path.read_bytes() + text.encode())


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def same_date(path: Path, old: bytes, new: bytes) -> None:
    """Another content with the old date and length, as `rsync -t` or a careless script leaves it."""
    stat, data = path.stat(), path.read_bytes()
    assert old in data and len(old) == len(new)
    path.write_bytes(data.replace(old, new, 1))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_noticed(desk, change):
    at = desk()
    at.build()
    at.build()
    assert not at.worked
    CHANGES[change](at.folder)
    at.build()  # it may find mistakes, but it has looked
    assert at.worked


def test_a_word_that_a_person_has_to_say_is_never_remembered(desk):
    at = desk()
    at.build("--accept", "lost:vote")
    at.build("--accept", "lost:vote")
    assert at.worked


def test_other_words_and_another_public_folder_are_another_build(desk, tmp_path):
    at = desk()
    at.build()
    for words in (
        ("--strict",),
        ("--drafts", "-o", str(tmp_path / "drafts")),
        ("-o", str(tmp_path / "out")),
        ("--clean",),
    ):
        at.build(*words)
        assert at.worked, words
    at.build("-o", str(tmp_path / "out"))
    at.build("-o", str(tmp_path / "out"))
    assert not at.worked
    (tmp_path / "out").unlink()
    assert at.build("-o", str(tmp_path / "out"))[0] == 0
    assert at.worked and (tmp_path / "out/feed.xml").exists()


def test_a_release_that_somebody_removed_is_made_again(desk):
    """The link is there still, and the manifest."""
    at = desk()
    at.build()
    release = (at.folder / "public").resolve()
    before = tree(at.folder / "public")
    shutil.rmtree(release)
    assert at.build()[0] == 0
    assert at.worked and tree(at.folder / "public") == before


def test_the_clock_is_part_of_it(desk):
    """What is due comes out at its second; a clock that was set back proves nothing."""
    later = "title: Tomorrow\ndate: 2026-03-11 06:00\naudio: later.mp3\n"
    at = desk({"episodes/later.yaml": later, "media/later.mp3": mp3(5)})
    assert at.build()[0] == 0
    at.now = datetime(2026, 3, 11, 5, 59, 59, tzinfo=UTC)
    at.build()
    assert not at.worked
    at.now += timedelta(seconds=1)
    at.build()
    assert at.worked and (at.folder / "public/episodes/later/index.html").exists()
    at.now -= timedelta(days=3)
    at.build()
    assert at.worked


def test_a_change_while_it_is_built_is_not_lost(desk):
    """The dates are those from before the reading."""
    at = desk()
    real = cli.tidy

    def edited(*values):
        append(at.folder / "episodes/vote.yaml", "explicit: yes\n")
        real(*values)

    with at.patch.context() as meanwhile:
        meanwhile.setattr(cli, "tidy", edited)
        at.build()
    at.build()
    assert at.worked
    assert b"<itunes:explicit>true" in (at.folder / "public/feed.xml").read_bytes()


def test_what_was_written_a_moment_ago_is_not_trusted(desk):
    """Two changes within one tick of the file system's clock leave one date."""
    at = desk()
    at.patch.setattr(unchanged, "SETTLED", 2 * 10**9)
    at.now = datetime.now(UTC)
    at.build()
    at.build()
    assert at.worked
    at.now += timedelta(seconds=10)
    at.build()
    at.build()
    assert not at.worked


@pytest.mark.parametrize("damage", [b"", b"\f\f\f", b"x" * 1000, None])
def test_a_damaged_note_is_a_note_that_is_not_there(desk, damage):
    at = desk()
    at.build()
    state = at.folder / unchanged.STATE
    if damage is None:
        state.unlink()
        state.mkdir()
    else:
        state.write_bytes(damage)
    assert at.build()[0] == 0
    assert at.worked


def test_memory_that_is_damaged_is_no_memory(desk):
    """Not the list of what is remembered, but a value in it: that is found out in the middle of a build."""
    ferry = "title: Ferries\ndate: 2026-03-03\naudio: ferry.mp3\n"
    at = desk({"episodes/ferry.yaml": ferry, "media/ferry.mp3": mp3(9)})
    assert at.build()[0] == 0
    for values in (at.folder / ".podfeed/cache").glob("memory-*"):
        values.write_bytes(bytes(values.stat().st_size))
    append(at.folder / "episodes/ferry.yaml", "explicit: yes\n")
    status, _said, wrong = at.build()
    assert status == 0 and "mistake" not in wrong and "damaged" not in wrong
    assert b"<itunes:explicit>true" in (at.folder / "public/feed.xml").read_bytes()
    append(at.folder / "episodes/ferry.yaml", "# once more\n")
    assert at.build()[0] == 0


def test_a_sum_that_could_not_be_read_is_looked_for_again(desk):
    """A checksum is left out of the feed for one build only."""
    other = EPISODE.replace("guests:", "alternate_audio: [small.mp3]\nguests:")
    at = desk({"episodes/vote.yaml": other, "media/small.mp3": mp3()})
    with at.patch.context() as failing:
        failing.setattr(integrity, "_sum", lambda file, known: None)  # as after a read error
        assert at.build()[0] == 0
    assert b"podcast:integrity" not in (at.folder / "public/feed.xml").read_bytes()
    at.build()
    assert at.worked and b"podcast:integrity" in (at.folder / "public/feed.xml").read_bytes()
    at.build()
    assert not at.worked


def test_a_site_that_is_out_is_not_denied(desk):
    """The switch is the moment of publication: what fails after it leaves the new site public."""
    at = desk()

    def full(*values):
        raise OSError(28, "No space left on device", "ledger.json")

    with at.patch.context() as failing:
        failing.setattr("podfeed.publish.ledger.record", full)
        status, _, said = at.build()
    assert status == 3 and (at.folder / "public/feed.xml").exists()
    assert "the site is out" in said and "build again" in said and "nothing was published" not in said
    assert at.build("--accept", "ledger")[0] == 0


@pytest.mark.slow
def test_a_process_with_nothing_to_do_imports_nothing(tmp_path: Path):
    folder = make(tmp_path / "show")
    time.sleep(unchanged.SETTLED / 10**9 + 0.1)
    command = [sys.executable, "-X", "importtime", "-m", "podfeed", "-C", str(folder), "build"]
    first = subprocess.run(command, capture_output=True, text=True, check=True)
    second = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = [
        {
            line.rpartition("|")[2].strip().partition(".")[0]
            for line in run.stderr.splitlines()
            if "import time:" in line
        }
        for run in (first, second)
    ]
    assert loaded[0] >= HEAVY - {"flask"}
    assert loaded[1] & HEAVY == set()
    assert rest(first.stdout) == rest(second.stdout) != ""


# --- any sequence of edits ------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("seed", lots(3, 1))
def test_any_sequence_of_edits_ends_where_a_clean_build_does(desk, tmp_path, seed):
    """Thirty edits, additions, deletions, renames and pauses; after each the public folder is what a new one would be."""
    at, chance = desk(), random.Random(seed)
    for number in range(5):
        add(at.folder, chance, number)
    idle = 0
    for step in range(30):
        edit = chance.choice(EDITS)
        edit(at.folder, chance, step)
        at.now += timedelta(hours=chance.choice((0, 0, 0, 5)))
        gone = [f"lost:{row}" for row in lost(at.folder)]
        status, _out, err = at.build(*(word for name in gone for word in ("--accept", name)))
        assert status == 0, (edit.__name__, err)
        idle += not at.worked
        clean = tmp_path / "clean"
        shutil.rmtree(clean, ignore_errors=True)
        shutil.copytree(at.folder, clean, ignore=shutil.ignore_patterns("public", ".public.releases", ".podfeed"))
        there, at.folder = at.folder, clean
        status, _out, anew = at.build()
        assert status == 0
        at.folder = there
        assert tree(there / "public") == tree(clean / "public"), edit.__name__
        assert findings(err) == findings(anew), edit.__name__
    assert idle  # some of it was the quick way


def findings(shown: str) -> list[str]:
    """What was shown as wrong, in any order; the folders' names are not the show's."""
    return sorted(part for part in shown.split("\n\n") if "Checked" not in part)


def add(folder: Path, chance: random.Random, step: int) -> None:
    address = f"https://news.example/{chance.randrange(6)}"
    story = chance.choice(("ferry-pilot", address, f"{{url: '{address}', title: Told {step % 3}}}"))
    story = story if story.startswith("{") else f"'{story}'"
    guest = chance.choice(("bob-frost", "Eve Moss", f"Guest {chance.randrange(3)}"))
    day = chance.randrange(1, 10 if (folder / f"episodes/e{step}.yaml").exists() else 12)  # what is out stays out
    text = f"title: Number {step}\ndate: 2026-03-{day:02} 06:00\naudio: a{step}.mp3\n"
    text += f"guests: [{guest}]\nsegments:\n  - {{start: 0:00, title: First, stories: [{story}], people: [{guest}]}}\n"
    (folder / f"episodes/e{step}.yaml").write_text(text)
    (folder / f"media/a{step}.mp3").write_bytes(mp3(5 + step))


def some(folder: Path, chance: random.Random) -> Path:
    return chance.choice(sorted((folder / "episodes").glob("*.yaml")))


def retitle(folder: Path, chance: random.Random, step: int) -> None:
    path = some(folder, chance)
    path.write_text(re.sub("title: .*", f"title: Title {step}", path.read_text(), count=1))


def annotate(folder: Path, chance: random.Random, step: int) -> None:
    append(some(folder, chance), f"# {step}\n")


def redraw(folder: Path, chance: random.Random, step: int) -> None:
    """A segment gets another title, a story another name, a person another biography, the show another tagline."""
    path = chance.choice(
        [some(folder, chance), *(folder / name for name in ("stories.yaml", "people.yaml", "show.yaml"))]
    )
    text = path.read_text()
    text = text.replace("title: First", f"title: First {step}").replace("ferry pilot", f"ferry pilot {step}")
    text = text.replace("Bob Frost,", f"Bob Frost, bio: Seen {step} times,", 1) if "bio" not in text else text
    path.write_text(text.replace("every weekday", f"every weekday {step}"))


def draft(folder: Path, chance: random.Random, step: int) -> None:
    """Not a draft of what is out: a new one, which nobody sees."""
    add(folder, chance, 1000 + step)
    append(folder / f"episodes/e{1000 + step}.yaml", "draft: yes\n")


def say(folder: Path, chance: random.Random, step: int) -> None:
    """A transcript comes, changes or goes beside a recording, without a word in any file."""
    recording = chance.choice(sorted((folder / "media").glob("*.mp3")))
    beside = recording.with_suffix(".vtt")
    if beside.exists() and chance.random() < 0.5:
        beside.unlink()
    else:
        beside.write_text(f"WEBVTT\n\n00:00.000 --> 00:02.000\nWords {step}\n")


def paint(folder: Path, chance: random.Random, step: int) -> None:
    """A segment's picture, which keeps its name when it changes."""
    path = some(folder, chance)
    if "image" not in path.read_text():
        path.write_text(path.read_text().replace("title: First,", "title: First, image: wall.png,"))
    (folder / "media/wall.png").write_bytes(png(100 + step, 100))


def drop(folder: Path, chance: random.Random, step: int) -> None:
    if len(list((folder / "episodes").glob("*.yaml"))) > 2:
        some(folder, chance).unlink()


def rename(folder: Path, chance: random.Random, step: int) -> None:
    path = some(folder, chance)
    path.rename(path.with_name(f"r{step}.yaml"))


def theme(folder: Path, chance: random.Random, step: int) -> None:
    """A style sheet comes, changes or goes, or a template of the show's own: a page's, or one that others use."""
    style, own = folder / "templates/static/show.css", folder / "templates"
    kind = chance.choice(("style", "plain", "note", "episode", "story", "person", "stories", "base", "player", "card"))
    if kind == "style":
        write(style, f":root {{ --step: {step} }}\n")
    elif kind == "plain":
        style.unlink(missing_ok=True)
    elif kind == "note":
        write(own / "parts/note.html", f"<p>Note {step}</p>\n")
        write(own / "segments.html", '{% include "parts/note.html" %}{% include "podfeed/segments.html" %}\n')
    else:
        source = (Path(__file__).parent.parent / f"templates/{kind}.html").read_text()
        block = re.search(r"{% block \w+ %}", source)
        at = block.end() if block else 0
        write(own / f"{kind}.html", f"{source[:at]}<!-- {step} -->{source[at:]}")


def nothing(folder: Path, chance: random.Random, step: int) -> None:
    pass


EDITS = (add, retitle, annotate, redraw, draft, say, paint, drop, rename, theme, theme, nothing, nothing, nothing)


def tree(folder: Path) -> dict[str, bytes]:
    root = folder.resolve()
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def lost(folder: Path) -> list[str]:
    """Published episodes that are no longer there under any name."""
    try:
        rows = json.loads((folder / "ledger.json").read_text())["episodes"]
    except FileNotFoundError:
        return []
    recordings = {re.search("audio: (.*)", path.read_text())[1] for path in (folder / "episodes").glob("*.yaml")}
    there = [slug for slug, row in rows.items() if "removed" not in row]
    return [slug for slug in there if rows[slug]["enclosure"].rpartition("/")[2] not in recordings]
