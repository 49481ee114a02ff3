"""The benchmark runs, on a show that is too small to say anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parent.parent / "bench"

pytestmark = pytest.mark.slow


def test_the_benchmark_runs(tmp_path: Path) -> None:
    """Twenty episodes: each part ends with rows, and nothing fails on the way."""
    command = [sys.executable, BENCH / "run.py", "--episodes", "20", "--in", tmp_path, "--quick"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert ended.returncode == 0, ended.stderr
    assert "podfeed --version" in ended.stdout and "cold build, 20 episodes" in ended.stdout
    assert "status " not in ended.stdout  # of a command that failed
    assert list(tmp_path.iterdir()) == []
