"""The list of guards that removals.py takes out one by one fits the code as it is."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests import removals

ROWS = removals.table()


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_each_removal_can_be_made(row):
    """The guard stands in its file exactly once, and its tests are there."""
    assert (removals.ROOT / row.file).read_text("utf-8").count(row.old) == 1
    assert row.old != row.new
    for test in row.tests:
        file, _, name = test.partition("::")
        text = (removals.ROOT / file).read_text("utf-8")
        assert not name or f"def {name.partition('[')[0]}(" in text, test


def test_there_are_thirty():
    """At least thirty guards, each with a name of its own."""
    assert len(ROWS) >= 30 and max(Counter(row.name for row in ROWS).values()) == 1


@pytest.mark.slow
def test_a_removal_is_noticed(tmp_path: Path):
    """The program itself: a guard that is missing is seen, one that nothing tests is told, by its name and its status."""
    done = subprocess.run([sys.executable, removals.__file__, ROWS[0].name], capture_output=True, text=True)
    assert (done.returncode, "1 of 1 removals noticed" in done.stdout) == (0, True), done.stdout + done.stderr
    blind = removals.Removal(
        name="a",
        file="podfeed/schedule.py",
        old="EVERYTHING = View(",
        new="EVERYTHING = View( ",
        tests=("tests/test_ranges.py",),
    )
    assert removals.tried(blind, removals.copy_to(tmp_path)) == "no test notices it"
