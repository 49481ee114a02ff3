"""A hundred thousand damaged recordings: none escapes as anything but facts that can be true, or a refusal.

All go through the reader itself, called in a process that can be killed and may have 512 MB, in lots; a part of them goes
through the worker and its pipes in `test_audio_hostile`.
"""

from __future__ import annotations

import multiprocessing
import random
import time
from pathlib import Path

import pytest

from tests.test_audio_hostile import HOSTILE, SEEDS, _mutated

pytestmark = pytest.mark.usefixtures("own_workers")

SLOWEST = 2.0  # seconds of computing for one file
MEMORY = 512 * 1024 * 1024
PATIENCE = 300  # seconds on the clock for a lot: a file that loops for ever is found by the lot that does not end
SMALL = 60_000  # bytes: the larger files of the corpus are read whole elsewhere; here they would be most of the time


def seeds() -> list[tuple[str, bytes]]:
    """A real recording of each format, and the crafted ones that are small."""
    made = [(ending, make()) for ending, make in SEEDS.items()] * 3
    crafted = [(name[name.rindex(".") :], make()) for name, make in HOSTILE.items() if name != "endless-cover.m4a"]
    return made + [(ending, data) for ending, data in crafted if len(data) <= SMALL]


def read_lot(folder: str, seed: int, count: int, answers) -> None:
    """In the child: read `count` damaged files; send what was found, or the first that breaks the promise."""
    import resource

    from podfeed.source.audio_read import read
    from podfeed.source.audio_refusal import Refusal

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    chance, known = random.Random(seed), seeds()
    found = {"read": 0, "refused": 0, "damaged": 0, "slowest": 0.0}
    for number in range(count):
        ending, data = known[number % len(known)]
        file = Path(folder, f"a{ending}")
        file.write_bytes(_mutated(data, chance))
        begin = time.process_time()
        try:
            facts = read(str(file), folder)
        except Refusal:
            found["refused"] += 1
        except MemoryError:  # the worker ends itself then, and the file is `audio-too-big-for-memory`
            found["damaged"] += 1
        except Exception:  # the worker turns each into the refusal `audio-unreadable`
            found["damaged"] += 1
        else:
            found["read"] += 1
            if wrong := untrue(facts):
                answers.send(f"{number}{ending}: {wrong}")
                return
        found["slowest"] = max(found["slowest"], time.process_time() - begin)
    answers.send(found)


def untrue(facts: dict) -> str | None:
    """What cannot be true of a recording, whatever its file says. Times are in milliseconds."""
    if not 0 < facts["duration"] < 48 * 3_600_000:
        return f"lasts {facts['duration']} ms"
    if facts["bitrate"] is not None and facts["bitrate"] <= 0:
        return f"has {facts['bitrate']} bit/s"
    starts = [chapter["start"] for chapter in facts["chapters"]]
    if starts != sorted(starts) or any(not 0 <= start <= facts["duration"] for start in starts):
        return f"chapters start at {starts}"
    return None


def lot(folder: Path, seed: int, count: int) -> dict:
    """What one lot came to; fails if the child ended, hung or found a file that breaks the promise."""
    here, there = multiprocessing.get_context("spawn").Pipe(duplex=False)
    child = multiprocessing.get_context("spawn").Process(target=read_lot, args=(str(folder), seed, count, there))
    child.start()
    there.close()
    try:
        assert here.poll(PATIENCE), "a file hangs the reader"
        answer = here.recv()
    except EOFError:
        pytest.fail(f"the reader's process ended: {child.exitcode}")
    finally:
        child.kill()
        child.join()
        here.close()
    assert isinstance(answer, dict), answer
    assert answer["slowest"] < SLOWEST
    assert answer["read"] > count * 0.05 and answer["refused"] + answer["damaged"] > count * 0.05
    return answer


def test_damaged_recordings(tmp_path: Path):
    """200 of them, quickly."""
    lot(tmp_path, 2026, 200)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_a_hundred_thousand_damaged_recordings(seed: int, tmp_path: Path):
    """Ten lots of ten thousand."""
    lot(tmp_path, seed, 10_000)
