"""`podfeed build` of twenty episodes, killed or failing wherever it touches the show's folder.

A process that is killed leaves the disk as it stands at that moment, so it is looked at after every single call of a
build that may change it. A disk that fails goes on: of each kind of call (its name, the kind of file, whether it went
well) one is made to fail, of 16 kinds or with `--every-lot` of all; with `--every-call` each of the 4,000, with both faults (hours).
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import newsroom
import pytest

from podfeed import ledger as ledgers
from podfeed import unchanged
from tests.faults import TRACE, assert_sound, strace, tree

pytestmark = [
    pytest.mark.xdist_group("every_call"),
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux") or not shutil.which("strace"), reason="needs strace"),
]

COMMAND = [sys.executable, "-m", "podfeed", "build"]
CHANGING = """open openat creat write pwrite64 copy_file_range sendfile ftruncate mkdir mkdirat rmdir unlink unlinkat rename
renameat renameat2 link linkat symlink symlinkat utimensat chmod fchmod fchmodat""".split()


@dataclass
class Newsroom:
    """A show of twenty episodes with three releases, and a copy of what its last build left."""

    folder: Path
    kept: Path
    new: dict[str, bytes] | None = None

    @property
    def env(self) -> dict[str, str]:
        """Compiled modules of its own: a program that compiles makes other calls than one that need not."""
        return {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPYCACHEPREFIX": str(self.kept.with_name("compiled"))}

    def write(self, state: str) -> None:
        """The title, on every page, says the state."""
        (self.folder / "show.yaml").write_text(newsroom.SHOW.replace("The Morning Tide", f"Tide {state}"))

    def build(self, *strace: object) -> subprocess.CompletedProcess[str]:
        command = [str(word) for word in (*strace, *COMMAND)]
        return subprocess.run(
            command, cwd=self.folder, env=self.env, capture_output=True, text=True, timeout=60, preexec_fn=alone
        )

    MADE = ("public", ".public.releases", "ledger.json", ".podfeed")

    def keep(self) -> None:
        copy(self.folder, self.kept, self.MADE)

    def restore(self) -> None:
        copy(self.kept, self.folder, self.MADE)


def alone() -> None:
    """One processor, so one process makes all, and a call has the same number each time."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def copy(source: Path, target: Path, names: tuple[str, ...]) -> None:
    """Releases are copied as links: nothing of theirs is ever written again. What is remembered is added to in its place."""
    target.mkdir(exist_ok=True)
    subprocess.run(["rm", "-rf", *(str(target / name) for name in names)], check=True)
    there = [str(source / name) for name in names if os.path.lexists(source / name)]
    subprocess.run(["cp", "-a", "--link", *there, str(target)], check=True)
    for values in (target / ".podfeed/cache").glob("memory-*"):
        data = values.read_bytes()
        values.unlink()
        values.write_bytes(data)


@pytest.fixture(scope="module")
def room() -> Iterator[Newsroom]:
    """Built four times, and ready for a build that changes every page and adds an episode."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as place:
        room = Newsroom(Path(place) / "show", Path(place) / "kept")
        days = {f"{n:02}": newsroom.EPISODE.replace("2026-03-02", f"2026-03-{n + 3:02}") for n in range(20)}
        episodes = {f"episodes/day-{n}.yaml": text.replace("morning.mp3", f"{n}.mp3") for n, text in days.items()}
        sounds = {f"media/{n}.mp3": newsroom.mp3(1721 + int(n)) for n in days}
        newsroom.make(room.folder, {**episodes, **sounds})
        (room.folder / "episodes/vote.yaml").unlink()
        for number in range(4):
            room.write(f"s{number}")
            assert room.build().returncode == 0
        room.write("new")
        (room.folder / "episodes/day-20.yaml").write_text(NEXT)
        time.sleep(unchanged.SETTLED / 1e9 + 0.1)  # else the first of the builds would remember less than the others
        room.keep()
        assert room.build().returncode == 0
        room.new = tree(room.folder / "public")
        yield room


NEXT = """\
title: The count
date: 2026-03-24 06:00
audio: {url: https://cdn.example/count.mp3, length: 1000000, duration: 28:41}
"""


def test_killed_after_every_change(room):
    """After every call that may change the disk the site is the whole old one or the whole new one, and the ledger can be
    read; from every hundredth state, left as a killed build leaves it, the next build has everything right."""
    room.restore()
    public, kept, states = room.folder / "public", [], Counter()
    old, before, now = tree(public), None, "old"
    for number, call in enumerate(stops(room)):
        seen = signature(public)
        if seen != before:
            now = "old" if tree(public) == old else "new"
            assert now == "old" or tree(public) == room.new, call
            before = seen
        states[now] += 1
        ledgers.parse((room.folder / "ledger.json").read_text("utf-8"))
        if number % 100 == 50:
            kept.append(room.kept.with_name(f"state-{number}"))
            copy(room.folder, kept[-1], room.MADE)
    assert states["old"] > 1_500 and states["new"] >= 1 and now == "new"
    for state in kept:
        copy(state, room.folder, room.MADE)
        assert room.build().returncode == 0 and tree(public) == room.new
        assert_sound(public)


def signature(public: Path) -> list[tuple[str, int, int, int]]:
    """What tells that no file below was replaced or written since: names, numbers, sizes, dates."""
    found, waiting = [], [str(public)]
    while waiting:
        for entry in os.scandir(waiting.pop()):
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            else:
                facts = entry.stat(follow_symlinks=False)
                found.append((entry.path, facts.st_ino, facts.st_size, facts.st_mtime_ns))
    return sorted(found)


def stops(room: Newsroom) -> Iterator[str]:
    """Stands still after every call of a build that may change the show's folder, and says which it was."""
    log = room.folder.parent / "log"
    log.write_bytes(b"")
    names = ",".join(f"?{name}" for name in CHANGING)
    stopping = ["-D", "-y", "-qq", "-o", log, "-e", f"trace={names}", "-e", f"inject={names}:signal=STOP"]
    command = [str(word) for word in (*strace("signal"), *stopping, *COMMAND)]
    process = subprocess.Popen(command, cwd=room.folder, env=room.env, stdout=subprocess.DEVNULL, preexec_fn=alone)
    with log.open(errors="replace") as lines:
        rest, call = "", ""
        while process.poll() is None:
            rest += lines.read()
            line, end, rest = rest.partition("\n")
            if not end:
                rest = line
                time.sleep(0.0003)
            elif "--- stopped by SIGSTOP" in line:
                if str(room.folder) in call:
                    yield call
                os.kill(process.pid, signal.SIGCONT)
            elif " --- " not in line:
                call = line
    assert process.returncode == 0


# --- a disk that fails -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Point:
    """A call of a build: its name, its number among those of that name, and the file that it is about."""

    call: str
    number: int
    path: str
    kind: str


def points(room: Newsroom) -> list[Point]:
    """Every call of a build to the show's folder, from the moment at which it has its turn."""
    room.restore()
    log = room.folder.parent / "log"
    done = room.build(*strace(), "-y", "-s", "1", "-o", log, "-e", TRACE)
    assert done.returncode == 0 and tree(room.folder / "public") == room.new, done.stderr
    counts: Counter[str] = Counter()
    found: list[Point] = []
    for line in log.read_text(errors="replace").splitlines():
        match = re.match(r"\d+\s+(\w+)\((.*)\s+= (-?\d+)", line)
        if match is None:
            continue
        call, words, result = match.groups()
        counts[call] += 1
        path = path_of(call, words, room.folder)
        if path.startswith(f"{room.folder}/") and (found or ".releases" in path):
            path = path.removeprefix(f"{room.folder}/")
            kind = (
                f"{call} {'new ' if 'O_CREAT' in words else ''}{kind_of(path)} {'fails' if result < '0' else 'works'}"
            )
            found.append(Point(call, counts[call], path, kind))
    return found


def path_of(call: str, words: str, folder: Path) -> str:
    """The file that a call is about: what its last descriptor stands for, or the last name that it gives."""
    descriptors = re.findall(r"(?:\d|AT_FDCWD)<(/[^>]*)>", words)
    names = re.findall(r'"([^"]*)"', words)[: 1 if call == "readlink" else None]  # the second is what it says
    if names and call not in ("read", "pread64", "write", "pwrite64"):
        return os.path.join(*(descriptors[-1:] or [folder]), names[-1]).rstrip("/")
    return descriptors[-1] if descriptors else ""


def kind_of(path: str) -> str:
    """Files that the program treats alike: pages of a release, its folders, manifests, the editor's files of one ending."""
    top, _, rest = path.partition("/")
    if top == ".public.releases" and rest:
        return "manifest" if re.fullmatch(r"\d+\.json", rest) else "page" if "." in rest else "folder of a release"
    if top == ".podfeed":
        return f"cache {Path(path).suffix}"
    return f"text {Path(path).suffix}" if path.endswith(".yaml") else f"{top} {Path(path).suffix}" if rest else path


FAULTS = ("ENOSPC", "EIO")
KINDS = 16
"""So many kinds of calls fail in every slow run; one call of all of them with `--every-lot`."""


def test_a_failing_disk(room, request):
    """A call of many kinds fails, half of them for want of space and half for a broken disk: the site is the whole old or
    new one, the command ends with words, the next build repairs everything."""
    chance, kinds = random.Random(0), defaultdict(list)
    for point in points(room):
        kinds[point.kind].append(point)
    assert len(kinds) > 60 and sum(map(len, kinds.values())) > 3_000
    some = sorted(chance.sample(sorted(kinds), KINDS))
    chosen = [(chance.choice(kinds[kind]), FAULTS[number % 2]) for number, kind in enumerate(some)]
    if request.config.getoption("--every-lot"):
        chosen = [(chance.choice(rows), FAULTS[number % 2]) for number, rows in enumerate(kinds.values())]
    if request.config.getoption("--every-call"):
        chosen = [(point, fault) for fault in FAULTS for rows in kinds.values() for point in rows]
    room.restore()
    old, states, repaired = tree(room.folder / "public"), Counter(), set()
    for point, fault in chosen:
        states[fails(room, point, fault, old, repaired)] += 1
    assert states["old"] and states["new"], states


def steady(text: str) -> str:
    """Without what is another in each run: the names of files in the making."""
    return re.sub(r"(\.making-)\d+-[0-9a-f]+|(memory-)[0-9a-f]{8}", r"\1\2", text)


def fails(room: Newsroom, point: Point, fault: str, old: dict[str, bytes] | None, repaired: set[str]) -> str:
    """A build with that call failing: whether it left the `old` site or the `new` one. `repaired` are the states from which
    a build without fault is known to go on."""
    room.restore()
    log, public = room.folder.parent / "log", room.folder / "public"
    inject = f"inject={point.call}:error={fault}:when={point.number}"
    done = room.build(*strace(), "-y", "-s", "1", "-o", log, "-e", f"trace={point.call}", "-e", inject)
    fired = [line for line in log.read_text(errors="replace").splitlines() if "(INJECTED)" in line]
    assert len(fired) == 1 and steady(point.path.rpartition("/")[2]) in steady(fired[0]), (point, fired)
    found = tree(public)
    assert found == room.new if done.returncode == 0 else found in (old, room.new), (point, fault, done)
    assert done.returncode == 0 or done.stderr.strip(), (point, fault)
    assert done.returncode in (0, 1, 2, 3) and "mistake in podfeed" not in done.stderr, (point, fault, done.stderr)
    ledgers.parse((room.folder / "ledger.json").read_text("utf-8"))
    left = names(room)
    if left not in repaired:
        assert room.build().returncode == 0 and tree(public) == room.new, (point, fault)
        assert_sound(public)
        repaired.add(left)
    return "old" if found == old else "new"


def names(room: Newsroom) -> str:
    """What a build has left: the link, and the name of every file with its length."""
    return repr((os.readlink(room.folder / "public"), [
        (path.relative_to(room.folder).as_posix(), path.lstat().st_size)
        for name in room.MADE for path in sorted((room.folder / name).rglob("*")) if not path.is_dir()
    ]))  # fmt: skip
