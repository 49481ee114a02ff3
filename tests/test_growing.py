"""A recording that is still being copied is never published."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from newsroom import EPISODE, make, mp3

from podfeed.schedule import View
from podfeed.steps import take

COPY = """
import random, sys, time
source, target, pause = sys.argv[1], sys.argv[2], float(sys.argv[3])
data = open(source, "rb").read()
with open(target, "wb", buffering=0) as file:
    for at in range(0, len(data), 8192):
        file.write(data[at : at + 8192])
        time.sleep(pause)
"""


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere only the size and the date tell")
def test_a_growing_recording_is_never_published(tmp_path: Path):
    """Two hundred copies at random speeds, with a look every few milliseconds: each finds a problem, or the final bytes."""
    text = EPISODE.split("segments")[0] + "embed_chapters: no\n"
    folder = make(tmp_path / "show", {"episodes/vote.yaml": text})
    source, target, chance = tmp_path / "source.mp3", folder / "media/morning.mp3", random.Random(6)
    whole = refused = 0
    for turn in range(200):
        data = mp3(500 + turn) + b"TAG" + bytes(125)
        source.write_bytes(data)
        target.unlink(missing_ok=True)
        pause = chance.uniform(0, 0.004)
        copying = subprocess.Popen([sys.executable, "-S", "-c", COPY, source, target, str(pause)])
        try:
            while True:
                ended = copying.poll() is not None
                taken = take(folder, View(now=datetime(2026, 11, 24, tzinfo=UTC)), recording=True)
                if taken.site is None:
                    refused += 1
                    assert not ended, taken.problems
                else:
                    whole += 1
                    digest = sha256(data).hexdigest()
                    assert taken.stamps == {"vote": digest}
                    assert sha256(taken.site["media/morning.mp3"].body()).hexdigest() == digest
                if ended:
                    break
                time.sleep(chance.uniform(0, 0.02))
        finally:
            copying.kill()
            copying.wait()
    assert os.path.getsize(target) == len(data) and whole >= 200 and refused > 200
