"""The real command with a show of twenty episodes: killed at any moment, and without room."""

from __future__ import annotations

import random
import re
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import newsroom
import pytest

from podfeed import ledger as ledgers
from podfeed.publish import manifest
from tests.faults import assert_sound, tree

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="its limits are Linux's"),
]

COMMAND = [sys.executable, "-m", "podfeed", "build"]


def twenty(folder: Path, state: str) -> Path:
    """A show of twenty episodes whose title, on every page, says the state."""
    title = {"show.yaml": newsroom.SHOW.replace("The Morning Tide", f"Tide {state}")}
    if folder.exists():
        (folder / "show.yaml").write_text(title["show.yaml"])
        return folder
    days = {f"{n:02}": newsroom.EPISODE.replace("2026-03-02", f"2026-03-{n + 3:02}") for n in range(20)}
    episodes = {f"episodes/day-{n}.yaml": text.replace("morning.mp3", f"{n}.mp3") for n, text in days.items()}
    sounds = {f"media/{n}.mp3": newsroom.mp3(1721 + int(n)) for n in days}
    newsroom.make(folder, {**title, **episodes, **sounds})
    (folder / "episodes/vote.yaml").unlink()
    return folder


def assert_one_state(folder: Path) -> str:
    """The state of the public site, every file of which is what its manifest says."""
    release = (folder / "public").resolve()
    held = manifest.read(release.with_name(release.name + ".json"))
    found = tree(folder / "public")
    assert found is not None and held is not None
    assert {p: row.sha256 for p, row in manifest.entries(held).items()} == {
        p: sha256(data).hexdigest() for p, data in found.items()
    }
    said = {m for path, data in found.items() if path.endswith(".html") for m in re.findall(rb"Tide (s\d+)", data)}
    assert len(said) == 1 and len([p for p in found if p.startswith("episodes/day-")]) >= 20
    ledgers.parse((folder / "ledger.json").read_text("utf-8"))
    return said.pop().decode()


def test_the_command_killed_at_any_moment(memory):
    """Sixty real builds of twenty episodes, each killed somewhere: the site is one whole state, the ledger can be read,
    and the next build, which is let be, has everything right."""
    folder, chance = twenty(memory / "show", "s0"), random.Random(60)
    took = []
    for _ in range(2):
        began = time.monotonic()
        assert subprocess.run(COMMAND, cwd=folder, capture_output=True).returncode == 0
        took.append(time.monotonic() - began)
        twenty(folder, "s1")
    killed, states = 0, Counter()
    for number in range(2, 62):
        twenty(folder, f"s{number}")
        process = subprocess.Popen(COMMAND, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0.3, 1.1) * took[1])
        process.kill()
        killed += process.wait() == -signal.SIGKILL
        states["new" if assert_one_state(folder) == f"s{number}" else "old"] += 1
    assert killed > 20 and states["old"] > 10, (killed, states)
    assert subprocess.run(COMMAND, cwd=folder, capture_output=True).returncode == 0
    assert assert_one_state(folder) == "s61"
    assert_sound(folder / "public")


def test_the_command_with_no_room(memory):
    """Where files cannot be written in full the command ends with status 3 and one line, and the old site stays."""
    folder = twenty(memory / "show", "s0")
    assert subprocess.run(COMMAND, cwd=folder, capture_output=True).returncode == 0
    old, ledger = tree(folder / "public"), (folder / "ledger.json").read_bytes()
    twenty(folder, "s1")

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))

    done = subprocess.run(COMMAND, cwd=folder, capture_output=True, text=True, preexec_fn=no_room)
    assert done.returncode == 3, done
    assert len(done.stderr.splitlines()) == 1 and "nothing was published" in done.stderr, done.stderr
    assert tree(folder / "public") == old and (folder / "ledger.json").read_bytes() == ledger
    assert subprocess.run(COMMAND, cwd=folder, capture_output=True).returncode == 0
    assert assert_one_state(folder) == "s1"
