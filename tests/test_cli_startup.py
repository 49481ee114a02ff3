"""`podfeed --help` costs little more than starting Python."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"yaml", "lxml", "feedgen", "flask", "werkzeug", "jinja2", "pydantic", "mutagen", "markdown_it", "nh3", "babel"}
HEAVY |= {"waitress", "watchfiles", "asyncio", "multiprocessing"}


@pytest.mark.parametrize("words", [["--help"], ["build", "--help"], ["serve", "--help"]])
def test_help_imports_nothing_heavy(words):
    """What a verb needs is imported inside the verb, so help and completion answer at once."""
    command = [sys.executable, "-X", "importtime", "-m", "podfeed", *words]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    imported = {
        line.rpartition("|")[2].strip() for line in ended.stderr.splitlines() if line.startswith("import time:")
    }
    assert "click" in imported  # the listing was understood
    assert {name.partition(".")[0] for name in imported} & HEAVY == set()


def test_the_version_is_one_in_both_places():
    """`podfeed --version` is answered before click is there; among other words click answers it."""
    run = [
        subprocess.run([sys.executable, "-m", "podfeed", *w, "--version"], capture_output=True, text=True, check=True)
        for w in ([], ["-q"])
    ]
    assert run[0].stdout == run[1].stdout != ""
