"""What our commands cost, each beside what it is measured against."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import hugo
import limits
from measure import Cost, paired, run, several
from table import Row, Skipped, compared

PASS = [sys.executable, "-c", "pass"]
MADE = ("public", ".public.releases", ".podfeed", "ledger.json")
"""What a build leaves in a show's folder."""
RIPE = 2.5
"""Seconds after which a build believes a file's date: one that has just been written could be written again within
the same tick of the clock."""


def podfeed(show: Path, *words: str) -> list[str | Path]:
    return [sys.executable, "-m", "podfeed", "-q", "-C", show, *words]


def cold(show: Path, *, memory: bool = False) -> Cost:
    """A build with nothing to go by."""
    clear(show)
    return run(podfeed(show, "build"), memory=memory)


def clear(show: Path) -> None:
    for name in MADE:
        path = show / name
        if path.is_symlink() or path.is_file():
            path.unlink()
        else:
            shutil.rmtree(path, ignore_errors=True)


def warm(show: Path) -> Cost:
    return run(podfeed(show, "build"))


def edited(show: Path) -> Cost:
    """A build after one episode's title was changed."""
    retitle(show)
    time.sleep(RIPE)
    return warm(show)


def retitle(show: Path) -> tuple[str, str]:
    """Changes the title of the episode in the middle; gives its slug and a word that the new title ends with."""
    names = sorted((show / "episodes").iterdir())
    file, word = names[len(names) // 2], str(time.time_ns())
    change(file, r'(?m)^title: "([^"\n]*?)( \d+)?"$', lambda m: f'title: "{m[1]} {word}"')
    return file.stem, word


def restyled(show: Path) -> Cost:
    """A build after the template of every episode's page was changed."""
    template = show / "templates" / "episode.html"
    template.parent.mkdir(exist_ok=True)
    ours = Path(__file__).parent.parent / "templates" / "episode.html"
    block = "{% block content %}"
    assert block in ours.read_text("utf-8")
    template.write_text(ours.read_text("utf-8").replace(block, f"{block}<!-- {time.time_ns()} -->"), "utf-8")
    time.sleep(RIPE)
    return warm(show)


def coloured(show: Path) -> Cost:
    """A build after the show's own style sheet was changed."""
    sheet = show / "templates" / "static" / "show.css"
    sheet.parent.mkdir(parents=True, exist_ok=True)
    sheet.write_text(f":root {{ --accent: #0a5c5c; --step: {time.time_ns()} }}\n", "utf-8")
    time.sleep(RIPE)
    return warm(show)


def change(path: Path, pattern: str, words) -> None:
    text, count = re.subn(pattern, words, path.read_text("utf-8"), count=1)
    assert count == 1, path
    path.write_text(text, "utf-8")


def start_up(show: Path, tiny: Path) -> Iterator[Row | Skipped]:
    """`show` has a hundred episodes, or as many as there are; `tiny` has one."""
    for word, goal, target in (("--version", "G11", 2.0), ("--help", "", None)):
        ratio = paired(lambda word=word: run([sys.executable, "-m", "podfeed", word]), lambda: run(PASS), most=15)
        yield from compared(goal, f"podfeed {word}, by python -c pass", ratio, cpu=target)
    cold(show)
    time.sleep(RIPE)
    warm(show)
    ratio = paired(lambda: warm(show), lambda: run(PASS), most=15)
    yield from compared("G5", f"nothing changed, {episodes(show)} episodes, by python -c pass", ratio, cpu=2.0)
    clear(tiny)
    cost = several(lambda: run(podfeed(tiny, "check"), fine=(0, 1)), 7)
    yield Row("7", "check of a show with one episode", cost.cpu, 0.5, "s", note=f"wall {cost.wall:.2f} s")
    cost = several(lambda: Cost(first_page(show), 0), 5)
    yield Row("5", f"serve to its first page, {episodes(show)} episodes", cost.wall, 1.0, "s", gate=False)


LARGE = 5000
"""Below so many episodes the start of Python is most of a warm build, and the goals, drawn for 10,000, say nothing."""


def builds(show: Path, tenth: Path, work: Path, *, seconds: float) -> Iterator[Row | Skipped]:
    """Cold and warm builds, beside Hugo's of as much; `seconds` for each comparison. `tenth` is a show of a tenth."""
    count = f"{episodes(show):,} episodes"
    large = episodes(show) >= LARGE
    site = work / "hugo"
    if hugo.version():
        shutil.rmtree(site, ignore_errors=True)
        # Our build makes everything each time; Hugo's is measured at three extents beside it.
        others: dict[str, Cost] = {}

        def theirs(extent: str) -> Cost:
            hugo.make(show, site, extent)
            shutil.rmtree(site / "public", ignore_errors=True)
            others[extent] = run(hugo.build(site), memory=True)
            return others[extent]

        ratio = paired(lambda: cold(show, memory=True), lambda: theirs("everything"), most=3, seconds=seconds)
        number = len(list(hugo.files(site)))
        made = len([p for p in (show / "public").resolve().rglob("*") if p.is_file()])
        equal = f"cold build, {count}, by Hugo making as much ({made:,} files by {number:,})"
        yield from compared("G1, G2", equal, ratio, cpu=0.45, wall=0.30)
        note = f"{ratio.ours.peak >> 20} MB by {ratio.theirs.peak >> 20} MB"
        yield Row("G3", "the most memory that it takes, all processes", ratio.peak, 0.10 if large else None, note=note)
        ours = ratio.ours
        for extent, words, target in (
            ("pages", "only episodes, people and a feed", 0.40),
            ("stories", "only these and a page a story", 0.30),
        ):
            cost = theirs(extent)
            number = len(list(hugo.files(site)))
            note = f"CPU {ours.cpu:.1f} s by {cost.cpu:.1f} s, {number:,} files"
            goal = "G1" if extent == "pages" else "G2"
            what = f"cold build of everything by Hugo's of {words}: wall"
            yield Row(goal, what, ours.wall / cost.wall, target, gate=False, note=note)
        shutil.rmtree(site / "public", ignore_errors=True)
    else:
        yield Skipped("G1, G2, G3", "cold build by Hugo's", "Hugo is not installed (apt install hugo)")
        ours = cold(show, memory=True)
        others = {}
    target = work / "written"
    floor = [run(limits.read(show)), run(limits.write((show / "public").resolve(), target))]
    shutil.rmtree(target, ignore_errors=True)
    least = sum(cost.cpu for cost in floor)
    note = f"{ours.cpu:.1f} s by {least:.2f} s"
    what = f"cold build, {count}, by reading the inputs and writing the outputs: CPU"
    yield Row("floor", what, ours.cpu / least, 9.0 if large else None, note=note)
    small = several(lambda: cold(tenth), 3).cpu / episodes(tenth)
    each = ours.cpu / episodes(show)
    note = f"{each * 1000:.1f} ms by {small * 1000:.1f} ms of {episodes(tenth):,} episodes"
    yield Row(
        "G8", f"an episode's share of a cold build, {count}: CPU", each / small, 1.1 if large else None, note=note
    )
    yield from warm_builds(show, ours, others)


def warm_builds(show: Path, full: Cost, others: dict[str, Cost]) -> Iterator[Row | Skipped]:
    """After a cold build: nothing changed, an episode, a template."""
    count = f"{episodes(show):,} episodes"
    time.sleep(RIPE)
    calm = warm(show)
    large = episodes(show) >= LARGE
    ratio = paired(lambda: warm(show), lambda: run(limits.find(show)), most=7)
    yield from compared("G4", f"nothing changed, {count}, by find of all inputs", ratio, cpu=1.8 if large else None)
    once = several(lambda: edited(show), 5)  # the first two also make the other two of three releases
    note = f"{once.cpu:.2f} s by {full.cpu:.1f} s, wall {once.wall:.2f} s"
    yield Row(
        "G7",
        f"one title changed, {count}, by a cold build: CPU",
        once.cpu / full.cpu,
        0.03 if large else None,
        note=note,
    )
    for extent, cost in others.items():
        note = f"{once.cpu:.2f} s by {cost.cpu:.1f} s; wall {once.wall / cost.wall:.3f}"
        target = 0.025 if large and extent == "everything" else None
        yield Row("G6", f"one title changed, by Hugo's build of {extent}: CPU", once.cpu / cost.cpu, target, note=note)
    if large:
        yield Row("P28", f"cold build, {count}", full.wall, 60, "s", gate=False)
        yield Row("P28", f"nothing changed, {count}", calm.wall, 5, "s", gate=False)
    once = restyled(show)
    note = f"{once.cpu:.2f} s by {full.cpu:.1f} s, wall {once.wall:.2f} s"
    yield Row("3", f"the template of episodes changed, {count}, by a cold build: CPU", once.cpu / full.cpu, note=note)
    coloured(show)  # the first one: all pages load it from now on
    once = coloured(show)
    note = f"{once.cpu:.2f} s by {full.cpu:.1f} s, wall {once.wall:.2f} s"
    yield Row("3", f"the show's style sheet changed, {count}, by a cold build: CPU", once.cpu / full.cpu, note=note)


def episodes(show: Path) -> int:
    return sum(name.endswith(".yaml") for name in os.listdir(show / "episodes"))


def first_page(show: Path) -> float:
    """Seconds from the start of `serve` to the first page, the show built before."""
    began = time.perf_counter()
    words = [sys.executable, "-m", "podfeed", "-C", str(show), "serve", "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout
            address = next(line for line in process.stdout if "http://" in line).split()[1]
            from urllib.request import urlopen

            with urlopen(address) as answer:
                answer.read()
            return time.perf_counter() - began
        finally:
            process.kill()
