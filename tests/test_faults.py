"""Publishing is all or nothing: killed or failing at every call to the file system, full disks, many builds at once.

Faults are injected into a real build: see tests/faults.py.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from podfeed.publish.folder import publish
from podfeed.publish.ledger import record
from tests import publishing, recording_ledger
from tests.faults import (
    BUILD,
    FAULTS,
    HISTORIES,
    TRACE,
    assert_sound,
    build,
    calls_between,
    files_in,
    points,
    show,
    strace,
    tree,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="strace and its faults are Linux's"),
]


@pytest.fixture
def tmp_path(memory: Path) -> Path:
    return memory


needs_strace = pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")


@needs_strace
@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES)
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_at_every_call(tmp_path, fault, history):
    """Wherever a build is killed or the disk fails, the site is the whole old or the whole new one, and the next build
    repairs everything."""
    base = show(tmp_path / "base", history)
    old = tree(base)
    new = publishing.expected("new", base.parent / "sound.mp3")
    newest = publishing.expected("newest", base.parent / "sound.mp3")

    def one(point: tuple[int, tuple[str, int]]) -> str:
        index, (call, number) = point
        work = tmp_path / str(index)
        shutil.copytree(base.parent, work, symlinks=True)
        public, log = work / "public", work / "log"
        inject = f"inject={call}:{fault}:when={number}"
        done = build(public, "new", *strace(fault), "-o", log, "-e", f"trace={call}", "-e", inject)
        fired = done.returncode == -signal.SIGKILL if "KILL" in fault else "(INJECTED)" in log.read_text()
        assert fired, f"{inject} did not happen: {done}"
        found = tree(public)
        if done.returncode == 0:
            assert found == new, inject
        else:
            assert found in (old, new), inject
            assert "KILL" in fault or (done.returncode == 3 and len(done.stderr.splitlines()) == 1), (inject, done)
        publish(publishing.site("newest", work / "sound.mp3"), public)
        assert tree(public) == newest, inject
        assert_sound(public)
        shutil.rmtree(work)
        return "old" if found == old else "new"

    with ThreadPoolExecutor(max(2, os.cpu_count() or 2)) as pool:
        outcomes = Counter(pool.map(one, enumerate(points(base, tmp_path / "trace"))))
    # Most faults come before the switch, and some after it: both sides of it have been seen.
    assert outcomes["old"] > 40 and outcomes["new"] >= 1


@needs_strace
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_at_every_call_for_the_ledger(tmp_path, fault):
    """Wherever recording is killed or the disk fails, the ledger is the whole old or the whole new one, and the next
    publication repairs everything."""
    base = tmp_path / "base"
    base.mkdir()
    record(base, recording_ledger.show(2), recording_ledger.NOW, {})
    old = (base / "ledger.json").read_bytes()
    command = [sys.executable, "-I", "-S", recording_ledger.__file__]
    log = tmp_path / "log"

    def run(folder: Path, *traced: object) -> subprocess.CompletedProcess[str]:
        words = [str(word) for word in (*traced, *command, folder)]
        return subprocess.run(words, capture_output=True, text=True, timeout=60)

    first = tmp_path / "first"
    shutil.copytree(base, first)
    run(first)  # Python compiles modules when it first sees them
    shutil.rmtree(first)
    shutil.copytree(base, first)
    done = run(first, *strace(), "-o", log, "-e", TRACE)
    assert done.returncode == 0, done.stderr
    new = (first / "ledger.json").read_bytes()
    outcomes: Counter[bool] = Counter()
    found = calls_between(log)
    assert len(found) > 8 and new != old
    for call, number in found:
        work = tmp_path / "work"
        shutil.copytree(base, work)
        inject = f"inject={call}:{fault}:when={number}"
        done = run(work, *strace(fault), "-o", log, "-e", f"trace={call}", "-e", inject)
        fired = done.returncode == -signal.SIGKILL if "KILL" in fault else "(INJECTED)" in log.read_text()
        assert fired, f"{inject} did not happen: {done}"
        assert (work / "ledger.json").read_bytes() in ((new,) if done.returncode == 0 else (old, new)), inject
        outcomes[(work / "ledger.json").read_bytes() == new] += 1
        record(work, recording_ledger.show(3), recording_ledger.NOW, {})
        assert os.listdir(work) == ["ledger.json"] and (work / "ledger.json").read_bytes() == new, inject
        shutil.rmtree(work)
    assert outcomes[False] > 4 and outcomes[True] >= 1


def test_killed_at_any_moment(tmp_path):
    """A thousand builds in a row, each killed at a random moment: always one whole site, at the end the right one."""
    public = show(tmp_path / "show", 1)
    sound, chance = public.parent / "sound.mp3", random.Random(7)
    killed = 0
    for state in range(1, 1001):
        process = subprocess.Popen([*BUILD, public, str(state), sound], stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.02, 0.14))
        process.kill()
        killed += process.wait() == -signal.SIGKILL
        said = {path.split("/")[1] for path in tree(public) or {} if path.startswith("only/")}
        assert len(said) == 1
        assert tree(public) == publishing.expected(said.pop(), sound)
    assert killed > 200
    assert build(public, "end").returncode == 0
    assert tree(public) == publishing.expected("end", sound)
    assert_sound(public)


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES)
def test_a_limit_on_files(tmp_path, history):
    """When a file cannot be written in full, the build says so in one line and the old site stays."""
    public = show(tmp_path / "show", history)
    (public.parent / "sound.mp3").write_bytes(bytes(400_000))
    old = tree(public)
    done = build(public, "new", env={**os.environ, "LARGEST_FILE": "200000"})
    # The recording is only copied again if its stamp says that it changed: at the first build.
    assert (done.returncode, tree(public) == old) == ((3, True) if history == 0 else (0, False))
    assert len(done.stderr.splitlines()) == (history == 0)
    assert build(public, "newest").returncode == 0
    assert_sound(public)


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("unshare"), reason="needs the right to mount")
def test_a_disk_that_is_really_full(tmp_path):
    """On a full file system the build fails in one line, the old site stays whole and the space comes back."""
    disk = tmp_path / "disk"
    disk.mkdir()
    script = f"""
        mount -t tmpfs -o size=1300k none {disk} && cd {disk} || exit 77
        head -c 300000 /dev/zero > sound.mp3
        $BUILD {disk}/public old {disk}/sound.mp3 || exit 78
        before=$(find -L public -type f -exec sha256sum {{}} + | sort)
        head -c 600000 /dev/zero > filler; mv sound.mp3 other.mp3; free=$(stat -f -c %a .)
        $BUILD {disk}/public new {disk}/other.mp3; status=$?
        after=$(find -L public -type f -exec sha256sum {{}} + | sort)
        [ "$before" = "$after" ] || exit 79
        [ "$free" = "$(stat -f -c %a .)" ] || exit 80
        rm filler
        $BUILD {disk}/public new {disk}/other.mp3 || exit 81
        grep -q 'of new' public/index.html || exit 82
        exit $status
    """
    command = ["unshare", "-m", "sh", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "BUILD": " ".join(BUILD)})
    if done.returncode in (1, 77) and "mount" in done.stderr + done.stdout:
        pytest.skip("this system does not let us mount")
    assert done.returncode == 3, done
    assert len(done.stderr.splitlines()) == 1 and "No space left" in done.stderr


def published(public: Path) -> int:
    """The number of the release that is public."""
    return int(Path(os.readlink(public)).name)


def test_twenty_builds_at_once_with_readers(tmp_path):
    """Twenty processes publish at once while readers crawl: no crawl finds two versions, and none finds less than all,
    nor does a request fail, unless two more releases came out while it was under way."""
    public = show(tmp_path / "show", 1)
    sound, stop = public.parent / "sound.mp3", threading.Event()
    versions: Counter[str] = Counter()
    mixed: list[object] = []
    failed: list[object] = []

    def crawl() -> None:
        while not stop.is_set():
            release = public.parent / os.readlink(public)
            try:
                found = files_in(release)
            except FileNotFoundError:
                found = {}  # two builds went by: this release is gone
            said = {words.split()[-1] for path, words in found.items() if path in PAGES}
            # Whoever stands in a release that two others have followed finds less and less, but never two versions.
            retired = published(public) - int(release.name) >= 2
            if len(said) > 1 or (len(found) != 8 and not retired):
                mixed.append((release.name, said, sorted(found)))
            elif len(found) == 8:
                versions[said.pop().decode()] += 1

    def ask() -> None:
        while not stop.is_set():
            for path in (*PAGES, "about/index.html", "media/a.mp3"):
                before = published(public)
                try:
                    (public / path).read_bytes()
                except OSError as error:
                    if published(public) - before < 2:
                        failed.append((path, error))

    readers = [threading.Thread(target=job) for job in (crawl, crawl, ask, ask)]
    for reader in readers:
        reader.start()
    deadline, rounds = time.monotonic() + 20, 0
    try:
        while time.monotonic() < deadline or rounds < 2:
            names = [f"{rounds}-{n}" for n in range(20)]
            builds = [subprocess.Popen([*BUILD, public, name, sound]) for name in names]
            assert [process.wait(60) for process in builds] == [0] * 20
            rounds += 1
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert (mixed, failed) == ([], [])
    assert len(versions) > 10
    assert_sound(public)


PAGES = ("index.html", "feed.xml", "episodes/a/index.html", "episodes/b/index.html")
