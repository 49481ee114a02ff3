"""Measure podfeed beside others, and print a table of ratios.

    python bench/run.py                   a show of 1,000 episodes, under ten minutes on two idle cores
    python bench/run.py --episodes 10000  as large as you like: 100,000 take hours and 40 GB of room
    python bench/run.py --markdown        the table as it stands in the README
    python bench/run.py --gate            status 1 if processor time is beyond 1.25 times a target

What each row means is in docs/performance.md. Peers that are not installed are skipped, with a line that says so.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import commands
import hugo
import measure
import pelican
import serving
import table
from make_show import make
from measure import Cost, Failed, paired, run
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
    # As pip leaves it: where Python is told to write no byte code, each start of ours would else include compiling it.
    compileall.compile_dir(Path(__file__).parent.parent / "podfeed", quiet=1)
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
        time.sleep(commands.RIPE)
    return show


def start_up(folder: Path, episodes: int) -> Iterator[Row | Skipped]:
    return commands.start_up(shown(folder, "hundred", min(episodes, 100)), shown(folder, "one", 1))


def builds(folder: Path, episodes: int) -> Iterator[Row | Skipped]:
    tenth = shown(folder, "tenth", max(10, episodes // 10))
    return commands.builds(shown(folder, "show", episodes), tenth, folder, seconds=60)


def follow(folder: Path, episodes: int) -> Iterator[Row | Skipped]:
    return serving.following(shown(folder, "show", episodes))


def serve(folder: Path, episodes: int) -> Iterator[Row | Skipped]:
    return serving.serving(shown(folder, "served", min(episodes, 300)), folder)  # a feed as long as it gets


def stages(folder: Path, episodes: int) -> Iterator[Row | Skipped]:
    """In a process of its own, as a command would do it."""
    command = [sys.executable, Path(__file__).parent / "stages.py", shown(folder, "show", episodes)]
    ended = subprocess.run(command, capture_output=True, text=True)
    for line in ended.stdout.splitlines():
        row = json.loads(line)
        ours, theirs = row["note"]
        if theirs == 1:
            yield Row(row["goal"], f"{row['what']}: CPU", ours * 1000, unit="ms")
        else:
            note = f"{table.seconds(ours)} by {table.seconds(theirs)}"
            yield Row(row["goal"], f"{row['what']}: CPU", row["measured"], row["target"], note=note)
    if ended.returncode:
        yield Skipped("", "the other stages", (ended.stderr.splitlines() or ["?"])[-1])


def others(folder: Path, episodes: int) -> Iterator[Row | Skipped]:
    """Pelican, on the same show."""
    environment, site = folder / "pelican-env", folder / "pelican"
    version = pelican.install(environment)
    if version is None:
        yield Skipped("", "cold build by Pelican's", "Pelican could not be installed from PyPI")
        return
    show = shown(folder, "show", episodes)
    pelican.make(show, site)

    def theirs() -> Cost:
        shutil.rmtree(site / "public", ignore_errors=True)
        return run(pelican.build(site, environment))

    ratio = paired(lambda: commands.cold(show), theirs, most=3, seconds=40)
    number = sum(path.is_file() for path in (site / "public").rglob("*"))
    what = f"cold build of everything by Pelican {version}'s of {number:,} files"
    yield from table.compared("", what, ratio)


PARTS = {
    "start-up": start_up,
    "stages": stages,
    "builds": builds,
    "following": follow,
    "pelican": others,
    "serving": serve,
}


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
{hugo.NOT_MADE}. Pelican: the same, and no chapters, no pages for stories, no
podcast tags in its feed. feedgen alone: titles, notes, enclosures and five iTunes tags, none of the podcast namespace.
nginx: sends the files that podfeed made. The ordinary Flask program: send_from_directory behind waitress as it comes."""


if __name__ == "__main__":
    sys.exit(main())
