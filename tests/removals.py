"""Takes the guards out, one at a time, and looks whether a test notices.

    python tests/removals.py [--jobs N] [--proved] [NAME …]

`removals.toml` names them: `old` is replaced by `new` in `file`, in a copy of the project, and `tests` are run there.
They have to fail. A removal that no test notices, or that can no longer be made, ends this program with status 1.
NAME takes only removals whose name contains it. First the tests are run with all guards in place, unless they are
`--proved`: have just passed.
"""

from __future__ import annotations

import argparse
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
TABLE = Path(__file__).with_suffix(".toml")
COPIED = ("podfeed", "templates", "tests", "docs", "bench", "episodes", "media", ".podfeed")
SECONDS = 120
ALL_SECONDS = 300
"""For one removal, and for all the tests with every guard in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """A guard taken out: `old` stands once in `file`; without it one of `tests` fails."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


def table() -> list[Removal]:
    """The removals, in the order of the file."""
    rows = tomllib.loads(TABLE.read_text("utf-8"))["removal"]
    return [Removal(**{**row, "tests": tuple(row["tests"])}) for row in rows]


def copy_to(folder: Path) -> Path:
    """A copy of the project, without what was published, cached or installed, but with what is compiled: dates are kept."""
    leave = shutil.ignore_patterns("cache", "node_modules")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=leave, symlinks=True)
    for path in ROOT.iterdir():
        if path.is_file() and not path.is_symlink():
            shutil.copy2(path, folder / path.name)
    return folder


def run(tests: tuple[str, ...], folder: Path, seconds: int = SECONDS) -> int:
    """pytest's exit status for these tests in that copy. Of a whole file the quick ones are run; a test by its name,
    be it slow or not."""
    marked = "not browser" if all("::" in test for test in tests) else "not browser and not slow"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "--tb=no",
        "--assert=plain",
        "-p",
        "no:cacheprovider",
        "-m",
        marked,
        *tests,
    ]
    env = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return subprocess.run(command, cwd=folder, env=env, capture_output=True, timeout=seconds).returncode
    except subprocess.TimeoutExpired:
        return 1  # a test that hangs without the guard has noticed it too


def tried(removal: Removal, folder: Path) -> str:
    """What is wrong with the removal; nothing if a test notices it."""
    path = folder / removal.file
    text = path.read_text("utf-8")
    if text.count(removal.old) != 1:
        return f"stands {text.count(removal.old)} times in {removal.file}"
    date = path.stat().st_mtime_ns
    path.write_text(text.replace(removal.old, removal.new), "utf-8")
    os.utime(path, (0, 0))  # what was compiled is of another date, whatever the clock and the length
    try:
        status = run(removal.tests, folder)
    finally:
        path.write_text(text, "utf-8")
        os.utime(path, ns=(date, date))
    return {0: "no test notices it", 1: ""}.get(status, f"pytest could not run the tests (status {status})")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--proved", action="store_true", help="all tests have just passed")
    asked = parser.parse_args()
    rows = [row for row in table() if not asked.names or any(name in row.name for name in asked.names)]
    began, wrong = time.monotonic(), 0
    with tempfile.TemporaryDirectory() as base:
        copies: queue.Queue[Path] = queue.Queue()
        for number in range(asked.jobs):
            copies.put(copy_to(Path(base) / str(number)))
        every = tuple(dict.fromkeys(test for row in rows for test in row.tests))
        named, files = [tuple(t for t in every if ("::" in t) is by_name) for by_name in (True, False)]
        if not asked.proved and any(run(some, Path(base) / "0", ALL_SECONDS) for some in (named, files) if some):
            print("the tests fail already, with all guards in their places")
            return 1

        def one(row: Removal) -> tuple[Removal, str]:
            folder = copies.get()
            try:
                return row, tried(row, folder)
            finally:
                copies.put(folder)

        with ThreadPoolExecutor(asked.jobs) as pool:
            for row, problem in pool.map(one, rows):
                wrong += bool(problem)
                print(
                    f"{'NOT NOTICED' if problem else 'noticed'}  {row.name}{': ' + problem if problem else ''}",
                    flush=True,
                )
    print(f"{len(rows) - wrong} of {len(rows)} removals noticed, in {time.monotonic() - began:.0f} seconds")
    return 1 if wrong or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
