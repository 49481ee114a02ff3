"""An account that may only read the show's folder: it publishes elsewhere, with warnings, and loses nothing but time."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import newsroom, sound

pytestmark = pytest.mark.skipif(os.name == "nt", reason="its permissions are those of POSIX")
ROOT = Path(__file__).parent.parent
NOBODY = 65534


@pytest.fixture
def room() -> Iterator[Path]:
    """Two folders: the show, in which nobody may write, and one for what is published."""
    made = Path(tempfile.mkdtemp())
    art = sound.id3_tags(sound.apic(sound.png(1400, 1400)), version=4) + newsroom.mp3()
    show = newsroom.make(made / "show", {"media/morning.mp3": art})
    (made / "site").mkdir()
    for path in (made, made / "site"):
        path.chmod(0o777)
    if os.geteuid():
        for path in (show, *show.rglob("*/")):
            path.chmod(0o555)
    yield made
    for path in (show, *show.rglob("*/")):
        path.chmod(0o755)
    shutil.rmtree(made)


def typed(room: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command as an account to which the show does not belong; root takes another's place."""
    other = {} if os.geteuid() else {"user": NOBODY, "group": NOBODY, "extra_groups": ()}
    around = {**os.environ, "HOME": str(room / "site"), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-P", "-m", "podfeed", *words]
    return subprocess.run(command, cwd=room / "show", env=around, capture_output=True, text=True, check=False, **other)


def test_read_only(room: Path) -> None:
    """The recording is heard although its picture cannot be kept, and published as it is; a warning says what is missing."""
    if typed(room, "--version").returncode:
        pytest.skip("the other account cannot read podfeed here")
    found = typed(room, "check")
    assert (found.returncode, found.stdout.count("error[")) == (0, 0), found
    built = typed(room, "build", "-o", str(room / "site/public"))
    assert "the site is out, but not all could be written down" in built.stderr, built
    assert "embed-failed" in built.stderr and "Traceback" not in built.stderr
    assert (room / "site/public/media/morning.mp3").read_bytes() == (room / "show/media/morning.mp3").read_bytes()
