"""The benchmark runs, on a show that is too small to say anything."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parent.parent / "bench"

pytestmark = [pytest.mark.slow, pytest.mark.long]  # minutes: with --every-lot


def test_the_benchmark_runs(tmp_path: Path) -> None:
    """Twenty episodes: each part that needs no registry ends with rows, and no command fails on the way."""
    parts = [word for name in ("start-up", "stages", "builds", "following", "serving") for word in ("--only", name)]
    command = [sys.executable, BENCH / "run.py", "--episodes", "20", "--in", tmp_path, "--quick", *parts]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=400)
    assert ended.returncode == 0, ended.stderr
    wanted = (
        "shows an edit after",
        "podfeed --version",
        "YAML and validation",
        "publishing",
        "cold build, 20 episodes",
        "one title changed",
    )
    assert [words for words in wanted if words not in ended.stdout] == []
    assert "status " not in ended.stdout and "the other stages" not in ended.stdout  # of a command that failed
    if shutil.which("wrk"):
        assert "CPU of an ordinary Flask program by waitress: page" in ended.stdout
    assert list(tmp_path.iterdir()) == []
