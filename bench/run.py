"""Measure podfeed beside others, and print a table of ratios.

    python bench/run.py                   a show of 1,000 episodes, under ten minutes on two idle cores
    python bench/run.py --episodes 10000  as large as you like: 100,000 take hours and 40 GB of room
    python bench/run.py --markdown        the table as it stands in the README
    python bench/run.py --gate            status 1 if processor time is beyond 1.25 times a target

What each row means is in docs/performance.md. Peers that are not installed are skipped, with a line that says so.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import commands
import hugo
import measure
import serving
import table
from make_show import make
from measure import Failed
from table import Row, Skipped


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--episodes", type=int, default=1000, metavar="N", help="how large the show is (1000)")
    parser.add_argument("--in", dest="folder", type=Path, help="where to work (/dev/shm, else the temporary folder)")
    parser.add_argument("--only", choices=PARTS, action="append", help="these parts only; may be given twice")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    parser.add_argument("--gate", action="store_true", help="end with status 1 if a target is missed beyond the slack")
    parser.add_argument("--quick", action="store_true", help="measure once, not several times: to see that it works")
    asked = parser.parse_args()
    if asked.quick:
        measure.MOST = 1
    memory = Path("/dev/shm")
    place = asked.folder or (memory if memory.is_dir() and shutil.disk_usage(memory).free > 8 << 30 else None)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="podfeed-bench-", dir=place) as folder:
        rows: list[Row | Skipped] = []
        for name in asked.only or PARTS:
            try:
                for row in PARTS[name](Path(folder), asked.episodes):
                    rows.append(row)
                    print("  ".join(cell for cell in table.cells(row) if cell), file=sys.stderr, flush=True)
            except Failed as wrong:
                rows.append(Skipped("", name, str(wrong)))
    print(f"{machine()}; {asked.episodes:,} episodes; {(time.monotonic() - began) / 60:.1f} minutes\n")
    print(table.markdown(rows) if asked.markdown else table.text(rows))
    print(f"\n{PEERS}")
    return 1 if asked.gate and any(isinstance(row, Row) and row.fails for row in rows) else 0


def shown(folder: Path, name: str, episodes: int) -> Path:
    """A show of so many episodes, made once."""
    show = folder / name
    if not show.exists():
        make(show, episodes)
    return show


def start_up(folder: Path, episodes: int) -> Iterator[Row | Skipped]:
    return commands.start_up(shown(folder, "hundred", min(episodes, 100)), shown(folder, "one", 1))


def builds(folder: Path, episodes: int) -> Iterator[Row | Skipped]:
    return commands.builds(shown(folder, "show", episodes), folder, seconds=60)


def serve(folder: Path, episodes: int) -> Iterator[Row | Skipped]:
    return serving.serving(shown(folder, "served", min(episodes, 100)), folder)


PARTS = {"start-up": start_up, "builds": builds, "serving": serve}


def machine() -> str:
    """The day, the processor and the versions of everything that was measured."""
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    versions = [f"Python {platform.python_version()}", hugo.version() or "no Hugo"]
    return f"{datetime.now(UTC):%Y-%m-%d}; {os.cpu_count()} cores, {model}; {', '.join(versions)}"


PEERS = f"""\
What the others do not do. Hugo: reads no recordings (it is given their lengths), checks nothing, writes no chapters
into recordings, keeps no ledger, builds anew each time, replaces file by file; of our files it does not make
{hugo.NOT_MADE}."""


if __name__ == "__main__":
    sys.exit(main())
