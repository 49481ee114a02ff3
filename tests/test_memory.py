"""What is remembered from build to build: only what we wrote ourselves counts, and it changes nothing but time."""

from __future__ import annotations

import errno
import os
import pickle
from pathlib import Path

import pytest
from newsroom import EPISODE, make

from podfeed import memory, paths, unchanged
from podfeed.memory import Memory
from podfeed.render import pages
from podfeed.schedule import EVERYTHING
from podfeed.source import read as reading
from podfeed.source.load import load
from podfeed.steps import remember, take


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "show/.podfeed/cache/memory"


def filled(file: Path) -> Path:
    store = Memory.open(file)
    store.keep("page", "vote", "1", ("harbour", 9))
    store.save()
    return file


def test_what_was_unpacked_is_at_hand_while_it_is_the_same(file):
    """A store that is opened again gives what was unpacked, until something else was kept; never of another file."""

    def unpacked(name: str = "vote", key: str = "1", where: Path = file) -> object:
        return Memory.open(where).unpacked("page", name, key, list)

    filled(file)
    first = unpacked()
    assert first == ["harbour", 9] and unpacked() is first
    assert unpacked(key="2") is None and unpacked("poll") is None
    other = filled(file.with_name("other"))
    assert unpacked(where=other) == first and unpacked(where=other) is not first
    store = Memory.open(file)
    store.keep("page", "vote", "1", ("harbour", 10))
    assert store.unpacked("page", "vote", "1", list) == ["harbour", 10]
    store.save()
    assert unpacked() == ["harbour", 10]


def test_what_was_kept_is_recalled_under_its_key_only(file):
    store = Memory.open(filled(file))
    assert store.recall("page", "vote", "1") == ("harbour", 9)
    assert store.recall("page", "vote", "2") is None
    assert store.recall("page", "poll", "1") is None
    assert store.recall("feed", "vote", "1") is None


def test_what_nobody_asked_for_is_forgotten_kind_by_kind(file):
    store = Memory.open(filled(file))
    store.keep("page", "poll", "1", "ferry")
    store.keep("feed", "main", "1", "items")
    store.save()
    store = Memory.open(file)
    assert store.recall("page", "vote", "1") is None and store.recall("page", "poll", "1") == "ferry"
    store.save()
    assert Memory.open(file).recall("feed", "main", "1") == "items"  # nobody asked for any feed


def test_many_new_values_do_not_wait_in_memory(file, monkeypatch):
    """They are recalled before and after they are listed, as if they did, and so are those that found no room on the disk."""
    monkeypatch.setattr(memory, "WAITING", 1000)
    store, full = Memory.open(filled(file)), False
    added = Memory._added

    def written(self, values, records):
        if full:
            raise OSError(errno.ENOSPC, "No space left on device")
        return added(self, values, records)

    monkeypatch.setattr(Memory, "_added", written)
    sizes = []
    for number in range(40):
        full = 10 < number < 20
        assert store.keep("page", f"p{number}", "1", "x" * 100 + str(number))
        assert store.recall("page", f"p{number // 2}", "1") == "x" * 100 + str(number // 2)
        sizes.append(sum(path.stat().st_size for path in file.parent.glob("memory-*")))
    assert sizes[30] > sizes[0]
    store.save()
    store = Memory.open(file)
    assert [store.recall("page", f"p{number}", "1") for number in range(40)] == ["x" * 100 + str(n) for n in range(40)]


class Bomb:
    """Leaves a file when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return os.mkdir, (str(self.mark),)


@pytest.mark.parametrize("seal", ["none", "zeros", "plain hash", "another user's", "an older file's"])
def test_a_stranger_s_store_is_never_unpickled(file, tmp_path, monkeypatch, seal):
    body = pickle.dumps({"form": memory._form(), "records": Bomb(tmp_path / "harm")})
    filled(file)
    before = file.read_bytes()[: memory.SEAL]
    ours = (tmp_path / "state/podfeed/seal").read_bytes()
    seals = {
        "none": b"",
        "zeros": bytes(memory.SEAL),
        "plain hash": memory._seal(b"", body),
        "another user's": memory._seal(bytes(32), body),
        "an older file's": before,
    }
    file.write_bytes(seals[seal] + body)
    assert Memory.open(file).recall("page", "vote", "1") is None
    assert not (tmp_path / "harm").exists()
    file.write_bytes(memory._seal(ours, body) + body)  # so the bomb is a bomb
    Memory.open(file)
    assert (tmp_path / "harm").exists()


@pytest.mark.parametrize("at", [0, 40, -1])
def test_a_damaged_store_is_none(file, at):
    data = bytearray(filled(file).read_bytes())
    data[at] ^= 1
    file.write_bytes(data)
    assert Memory.open(file).recall("page", "vote", "1") is None
    file.write_bytes(data[: len(data) // 2])
    assert Memory.open(file).recall("page", "vote", "1") is None


def test_a_damaged_value_takes_the_store_away(file):
    store = Memory.open(filled(file))
    (values,) = file.parent.glob("memory-*")
    data = bytearray(values.read_bytes())
    data[3] ^= 1
    values.write_bytes(data)
    assert store.has("page", "vote", "1")
    with pytest.raises(memory.Damaged, match="damaged"):
        store.recall("page", "vote", "1")
    assert not file.exists() and Memory.open(file).recall("page", "vote", "1") is None


def test_values_are_added_and_now_and_then_put_in_order(file, monkeypatch):
    monkeypatch.setattr(memory, "ROOM", 0)
    names = set()
    for number in range(12):
        store = Memory.open(file)
        assert number == 0 or store.recall("page", "long", "1") == "x" * 900
        assert number == 0 or store.recall("page", "short", str(number - 1)) == "y" * 300
        if number == 0:
            store.keep("page", "long", "1", "x" * 900)
        store.keep("page", "short", str(number), "y" * 300)
        store.save()
        names |= {path.name for path in file.parent.glob("memory-*")}
    assert 1 < len(names) < 12
    sizes = sorted(path.stat().st_size for path in file.parent.glob("memory-*"))
    assert sizes[-1] < 12 * 1200


def test_what_nobody_asked_for_may_stay_while_there_is_room(file):
    store = Memory.open(file)
    for number in range(10):
        store.keep("item", str(number), "", bytes(100))
    store.save()
    store = Memory.open(file)
    assert store.recall("item", "7", "") == bytes(100)
    store.keep("item", "new", "", bytes(100))
    store.stay("item", 500)
    store.save()
    store = Memory.open(file)
    there = [name for name in (*map(str, range(10)), "new") if store.has("item", name, "")]
    assert {"7", "new"} <= set(there) and len(there) == 4  # with what pickle adds


def test_two_who_write_at_once_do_not_mix(file):
    """Each adds behind what is there at that moment; the list of who comes last counts."""
    filled(file)
    one, other = Memory.open(file), Memory.open(file)
    assert one.has("page", "vote", "1") and other.has("page", "vote", "1")
    one.keep("page", "one", "1", "from one")
    other.keep("page", "other", "1", "from the other")
    one.save()
    other.save()
    assert one.recall("page", "one", "1") == "from one"
    last = Memory.open(file)
    assert last.recall("page", "other", "1") == "from the other" and last.recall("page", "vote", "1") == ("harbour", 9)
    assert last.recall("page", "one", "1") is None


def test_a_store_of_another_program_is_none(file, monkeypatch):
    filled(file)
    monkeypatch.setattr(memory, "_form", lambda: "podfeed of tomorrow")
    assert Memory.open(file).recall("page", "vote", "1") is None


def test_a_secret_that_others_can_read_is_none(file, tmp_path):
    filled(file)
    secret = tmp_path / "state/podfeed/seal"
    assert secret.stat().st_mode & 0o777 == 0o600 and len(secret.read_bytes()) == 32
    secret.chmod(0o644)
    before = file.read_bytes()
    store = Memory.open(file)
    assert store.recall("page", "vote", "1") is None
    store.keep("page", "vote", "2", "x")
    store.save()
    assert file.read_bytes() == before


def test_without_a_place_for_the_secret_everything_is_worked_out(file, tmp_path, monkeypatch):
    (tmp_path / "full").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "full"))
    assert Memory.open(filled(file)).recall("page", "vote", "1") is None
    assert not file.exists()


def test_a_store_that_cannot_be_written_is_no_mistake(file):
    file.parent.parent.mkdir(parents=True)
    file.parent.write_text("")
    assert Memory.open(filled(file)).recall("page", "vote", "1") is None


# --- episodes' files ----------------------------------------------------------------------------------


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were read as YAML, as they come."""
    found: list[str] = []
    real = reading._document
    monkeypatch.setattr(reading, "_document", lambda folder, name, told: found.append(name) or real(folder, name, told))
    return found


def slow_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unchanged, "SETTLED", -(10**18))  # files of this very moment count as rested


def loaded(folder: Path):
    source = reading.read(folder)
    source.memory.save()
    return source


def test_an_episode_s_file_is_read_again_only_when_it_changes(tmp_path, monkeypatch, opened):
    slow_clock(monkeypatch)
    folder = make(tmp_path, {"episodes/ferry.yaml": EPISODE})
    loaded(folder)
    assert {"episodes/vote.yaml", "episodes/ferry.yaml"} <= set(opened)
    opened.clear()
    second = loaded(folder)
    assert not [name for name in opened if name.startswith("episodes/")]
    with open(folder / "episodes/ferry.yaml", "a") as file:
        file.write("summary: Late again.\n")
    third = loaded(folder)
    assert [name for name in opened if name.startswith("episodes/")] == ["episodes/ferry.yaml"]
    assert next(w.entry.summary for w in third.episodes) == "Late again."
    assert second.episodes[1].entry == third.episodes[1].entry


def test_a_file_of_this_moment_is_not_remembered(tmp_path, opened):
    folder = make(tmp_path)
    loaded(folder)
    opened.clear()
    loaded(folder)
    assert "episodes/vote.yaml" in opened


def test_the_show_s_clock_counts(tmp_path, monkeypatch, opened):
    """A date without a zone is of the show's, so another zone is another date."""
    slow_clock(monkeypatch)
    folder = make(tmp_path)
    before = loaded(folder).episodes[0].entry.date
    text = (folder / "show.yaml").read_text()
    assert "Europe/London" in text
    (folder / "show.yaml").write_text(text.replace("Europe/London", "Asia/Tokyo"))
    assert loaded(folder).episodes[0].entry.date != before


def test_places_are_known_without_reading_again(tmp_path, monkeypatch):
    """A mistake that only the whole show has is told at its line, also when its file was not read this time."""
    slow_clock(monkeypatch)
    folder = make(
        tmp_path, {"episodes/ferry.yaml": EPISODE, "episodes/poll.yaml": EPISODE.replace("date:", "number: 7\ndate:")}
    )
    first = load(folder, EVERYTHING)
    loaded(folder)
    show, problems = load(folder, EVERYTHING)
    assert (show, problems) == first
    assert show is not None
    for episode, other in zip(show.episodes, first[0].episodes, strict=True):
        assert episode.origin.span("audio") == other.origin.span("audio")
        assert episode.origin.span("audio").line > 0 and "audio" in episode.origin.span("audio").text


def test_compiled_templates_are_kept(tmp_path, monkeypatch):
    """The next build finds what this one made of its templates, also where it renders nothing itself."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(pages, "_compiled", {})
    monkeypatch.setattr(pages, "_environments", {})
    folder = make(tmp_path / "show")
    taken = take(folder, EVERYTHING)
    assert taken.site is not None
    taken.site[paths.ABOUT].body()
    remember(taken)
    made = dict(pages._compiled)
    for _ in range(2):
        pages._compiled.clear()
        take(folder, EVERYTHING)
        assert pages._compiled == made != {}
