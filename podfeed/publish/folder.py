"""From a site to a folder that any web server can serve: all of it or nothing, at every moment.

A release is a complete folder of its own, `.public.releases/17/` beside `public`, and `public` is a symbolic link to
it. A build makes the next release and then renames one link over the other, so a reader sees the old site or the new
one whatever happens to the build: no power, no space, killed. What did not change is not made again: it gets a second
name (a hard link) in the new release.

Three releases take turns. The current one is never touched; nor is the one before it, which slow readers may still
be in; the third, if there is one, gives its files to the next, where only what differs is changed. So the cost of
a build follows the size of the change, not that of the archive (see `comparison`). Beside each release lies its manifest,
written last: a release without one is what a killed build left, and the next build removes it.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from podfeed.output import Output, Site, site_of
from podfeed.own import FILE, FOLDER, is_own
from podfeed.publish import manifest
from podfeed.publish.comparison import Comparison
from podfeed.publish.files import settle_one
from podfeed.publish.manifest import Manifest
from podfeed.publish.place import LOCK, NEXT, OLD, Place
from podfeed.publish.problem import PublishProblem
from podfeed.publish.release import Progress, Release

__all__ = ["PublishProblem", "Report", "publish", "turn"]

Outputs = Mapping[str, Output]

KEPT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What publishing did, in numbers of outputs: `rendered` were made anew (rendered or copied), `linked` taken over,
    `removed` are no longer there. `total` outputs have `bytes`."""

    rendered: int = 0
    linked: int = 0
    removed: int = 0
    total: int = 0
    bytes: int = 0


def publish(site: Outputs, folder: Path, *, clean: bool = False, progress: Progress | None = None) -> Report:
    """Makes `folder` show exactly `site`; `clean` makes every output anew. `progress` hears how much is done, and of
    how much.

    Raises PublishProblem if something is in the way that a person has to settle, OSError if the storage fails; the
    public folder is then as it was.
    """
    with turn(folder) as publish_now:
        return publish_now(site, clean, progress)


@contextmanager
def turn(folder: Path) -> Iterator[Callable[[Outputs, bool, Progress | None], Report]]:
    """Waits until no other build publishes to `folder` and gives the function that does, as `publish` does.

    Whoever loads the show inside cannot publish an older state over a newer one.
    """
    place = Place(Path(os.path.abspath(folder)))
    for path, kind in ((place.releases, FOLDER), (f"{place.releases}/{LOCK}", FILE)):
        if not is_own(path, kind):
            raise PublishProblem(
                f"{path} is a link, or nothing that podfeed made", "take it away; podfeed makes its own"
            )
    os.makedirs(place.releases, exist_ok=True)
    with open(f"{place.releases}/{LOCK}", "ab") as lock:
        try:
            import fcntl
        except ImportError:
            raise PublishProblem(
                "this system has no symbolic links that podfeed could publish with",
                "build on Linux, macOS or BSD (on Windows: inside WSL)",
            ) from None
        fcntl.flock(lock, fcntl.LOCK_EX)  # the kernel frees it, however we end
        yield lambda site, clean, progress: _publish(site_of(site), place, clean, progress)


# --- one build -------------------------------------------------------------------------------------


def _publish(site: Site, place: Place, clean: bool, progress: Progress | None) -> Report:
    try:
        return _release(site, place, clean, progress)
    except manifest.Damaged:
        with suppress(FileNotFoundError):
            os.unlink(place.manifest(place.current() or 0))
        return _release(site, place, clean, progress)  # as after the loss of a manifest


def _release(site: Site, place: Place, clean: bool, progress: Progress | None) -> Report:
    current = place.current()
    kept = _sweep(place, current)
    before = (manifest.read(Path(place.manifest(current))) if current in kept else None) or {}
    compared = Comparison(site, before, clean=clean)
    compared.check()
    if before and not clean and compared.nothing_new():
        total, length = _sums(before)
        return Report(linked=total, total=total, bytes=length)
    number = (current or 0) + 1
    try:
        have = {} if clean else _adopt(place, kept, number)
        os.makedirs(place.release(number), exist_ok=True)
        release = Release(place, number, current, progress)
        work = compared.work(have, {} if have else release.take_over(compared.unchanged()))
        lines = release.fill(work, site.early)
        release.finish(lines)
        place.switch(number)
    except BaseException:
        if place.current() != number:
            _remove(place, number)  # a full disk needs the space
        raise
    total, length = _sums(lines)
    rendered, removed = release.done.rendered, release.done.removed
    return Report(rendered=rendered, linked=total - rendered, removed=removed, total=total, bytes=length)


def _sums(lines: Manifest) -> tuple[int, int]:
    """How many files there are, and how many bytes."""
    return sum(line.files for line in lines.values()), sum(line.length for line in lines.values())


def _sweep(place: Place, current: int | None) -> list[int]:
    """Removes what killed builds left and what is too old; gives the releases that stay, newest first."""
    names = os.listdir(place.releases)
    listed = [name for name in names if name.isdigit() and f"{name}.json" in names]
    whole = [int(name) for name in listed if os.path.isdir(path := f"{place.releases}/{name}") and is_own(path, FOLDER)]
    kept = sorted((number for number in whole if current is not None and number <= current), reverse=True)[:KEPT]
    staying = {LOCK, *(str(number) for number in kept), *(f"{number}.json" for number in kept)}
    if current is not None:
        staying.add(str(current))  # public, even if somebody took its manifest away
    for name in names:
        if name in staying or not re.fullmatch(rf"[0-9]+(\.json)?|{NEXT}|{OLD}", name):
            continue  # what we did not make is not ours to take away
        path = f"{place.releases}/{name}"
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.unlink(path)
    return kept


def _adopt(place: Place, kept: list[int], number: int) -> Manifest:
    """Turns the oldest of three releases into the beginnings of the next; what it holds, or nothing."""
    if len(kept) < KEPT:
        return {}
    spare = kept[-1]
    have = manifest.read(Path(place.manifest(spare)))
    os.unlink(place.manifest(spare))  # from now on it is no release, whatever happens
    settle_one(place.releases)
    if have is None:
        return {}
    old, new = f"{place.releases}/{OLD}", place.release(number)
    # A slow reader that comes by the old path finds nothing from now on. One that stands inside finds less and less,
    # and never a file of the new release: that has a folder of its own.
    os.rename(place.release(spare), old)
    os.mkdir(new)
    for name in os.listdir(old):
        os.rename(f"{old}/{name}", f"{new}/{name}")
    os.rmdir(old)
    return have


def _remove(place: Place, number: int) -> None:
    shutil.rmtree(place.release(number), ignore_errors=True)
    for path in (place.manifest(number), f"{place.releases}/{NEXT}"):
        with suppress(OSError):
            os.unlink(path)
