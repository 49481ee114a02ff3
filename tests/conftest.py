"""What all tests share: golden files, and `--update`, which rewrites them (then read the diff)."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from podfeed.source import audio_pool, picture_sizes
from podfeed.worker import Worker
from tests import command, workers

GOLDEN = Path(__file__).parent / "golden"
MEMORY = Path("/dev/shm")
ENOUGH = 4_000_000_000  # bytes
LONGEST = (
    "test_a_fresh_copy_sets_itself_up",
    "test_the_command_killed_at_any_moment",
    "test_killed_at_any_moment",
    "test_killed_after_every_change",
    "test_no_guess_finds_the_hidden",
    "test_the_largest_files",
    "test_an_hour_is_an_hour",
    "test_a_growing_recording_is_never_published",
    "test_sixty_seconds_of_everything",
    "test_many_shows_of_random_texts",
    "test_a_failing_disk",
    "test_a_fault_at_every_call",
)
"""Tests of half a minute and more are begun first: begun last, one of them would go on when the others are through."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the golden files instead of comparing with them")
    parser.addoption("--every-call", action="store_true", help="of a build's calls let each fail in turn (takes hours)")
    parser.addoption("--every-lot", action="store_true", help="of slow proofs in lots run them all (some minutes more)")


def pytest_configure(config: pytest.Config) -> None:
    """The tests' folders lie in memory where there is enough: they waited for a disk half of the time, which proves nothing.
    What podfeed keeps in the user's own state folder: none of it from these tests in that of their user."""
    if "TMPDIR" not in os.environ and memory_to_spare():
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None  # it is looked for again
    # In a shell's background it is ignored, and every program that is tried would inherit that.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    state = tempfile.mkdtemp(prefix="podfeed-state-")
    os.environ["XDG_STATE_HOME"] = state
    config.add_cleanup(lambda: shutil.rmtree(state, ignore_errors=True))


def memory_to_spare() -> bool:
    there = os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free > ENOUGH
    return there and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC  # some start programs that they put there


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left = [item for item in items if "long" in item.keywords] if not config.getoption("--every-lot") else []
    items[:] = [item for item in items if item not in left]
    ranks = {name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.name.partition("[")[0], len(ranks)))
    config.hook.pytest_deselected(items=left)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Of the thousands of tests none is rubbish while they are collected, nor afterwards: nobody need look."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session", autouse=True)
def kept_workers() -> Iterator[None]:
    """What opens recordings and pictures is started once, not for each show that a test loads."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (audio_pool, picture_sizes):
            patch.setattr(module, "Worker", workers.Kept)
        yield
    gc.collect()  # what a test left behind gives its process back
    workers.end_all()
    command.end()


@pytest.fixture
def own_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of those processes: each is started anew, and ends."""
    for module in (audio_pool, picture_sizes):
        monkeypatch.setattr(module, "Worker", Worker)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, bytes], None]:
    """`golden("feed.xml", body)`: the bytes are those of tests/golden/feed.xml, or become them with `--update`."""

    def compare(name: str, body: bytes) -> None:
        place = GOLDEN / name
        if request.config.getoption("--update"):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(body)
        assert place.exists(), f"{place.name} does not exist yet: run pytest --update and read it"
        assert body.decode() == place.read_text(encoding="utf-8")

    return compare


@pytest.fixture
def memory(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder in memory where there is one: a disk's waits prove nothing and take most of the time."""
    if not os.access(MEMORY, os.W_OK):
        yield tmp_path_factory.mktemp("memory")
        return
    with tempfile.TemporaryDirectory(dir=MEMORY, prefix="podfeed-") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


# A shared machine pauses now and then: how long an example took says nothing about the code.
hypothesis.settings.register_profile("podfeed", deadline=None, derandomize=True)
hypothesis.settings.load_profile("podfeed")
