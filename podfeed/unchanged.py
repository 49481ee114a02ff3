"""Nothing changed since the last build? Then the whole of a build is this module: it looks at the dates of every input.

A build that has published writes down, in `.podfeed/cache/built`, the dates of what it read as they were *before* it
read anything, and what it said. The same command finds them the same, its release still public and the next scheduled
episode not yet due, says the same and ends. Whatever cannot be known by that is built: the file decides nothing but
how long a build takes, and may be deleted at any time.

Imports nothing but `os` and `sys` from elsewhere, for starting Python is most of what is left to do.
"""

from __future__ import annotations

import os
import sys

from podfeed import __version__
from podfeed.own import FILE, FOLDER, FORMAT, is_own

FORM = f"podfeed built 1, podfeed {__version__}, Python {sys.version}"
STATE = ".podfeed/cache/built"
FILES = ("show.yaml", "people.yaml", "stories.yaml", "ledger.json")
FOLDERS = ("episodes", "media", "templates")
LEDGER = "ledger.json"
SETTLED = 2 * 10**9
"""Nanoseconds that an input must have rested when the build began. A later change within one tick of a file system's
clock would leave the date as it is ("racily clean", Documentation/technical/racy-git.txt of git); FAT's tick is 2 s."""

NEVER = 1 << 62
NONE = "none"
QUIET = ("-q", "--quiet")
PRINTED = frozenset({"-h", "--help", "--clean", "--accept", "--color"})

Inputs = dict[str, str]
"""File, or folder for those directly in it → what changes when one of them does: when that was, size, number.

The time of the inode (stat(2), st_ctime) moves with every change, also one that puts back the file's own date."""


def answer(words: list[str], now: int) -> bool:
    """Do what `podfeed WORDS` would, if that is a build of what is already out; False if it has to be done.

    `now` in nanoseconds since the epoch.
    """
    command = _command(words)
    if command is None or os.environ.get("NO_COLOR") or os.environ.get("FORCE_COLOR"):
        return False
    folder, options, quiet = command
    known = standing(folder, options, now)
    if known is None:
        return False
    remarks, said, _, _ = known
    if remarks:
        sys.stderr.write(remarks if sys.stderr.isatty() else _plain(remarks))
    if not quiet:
        print(said)
    return True


def standing(folder: str, options: list[str], now: int) -> tuple[str, str, str, int] | None:
    """What a build of `folder` said last, if it would make nothing now: its remarks, its last line, where it published to, and
    until when that stays so. None if it has to be done. `options` are its words from `build` on."""
    try:
        if not is_own(f"{folder}/{STATE}", FILE):
            return None
        with open(f"{folder}/{STATE}", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            head, remarks, said, listed = file.read().split("\f", 3)
        form, asked, since, until, target, public = head.split("\n")
        if (form, asked) != (FORM, _one_line(options)) or not int(since) <= now < int(until):
            return None
        if _public(target) != public or _text(inputs(folder)) != listed:
            return None
    except (OSError, ValueError):
        return None
    return remarks, said, target, int(until)


def begin(words: list[str]) -> Inputs | None:
    """The inputs of such a build, before it reads them; None if `podfeed WORDS` is no build that can be remembered."""
    command = _command(words)
    return inputs(command[0]) if command else None


def remember(words: list[str], before: Inputs, now: int, until: int, target: str, remarks: str, said: str) -> None:
    """After a publication: note what makes the next build needless. `before` is what `begin` gave.

    `now` is when the build began and `until` when the show next changes by itself, in nanoseconds since the epoch.
    `remarks` are what was shown as wrong, with its colours; `said` the last line of a build that makes nothing.
    Whatever stands in the way is no mistake: the next build then does its work.
    """
    command = _command(words)
    if command is None:
        return
    folder, options, _ = command
    state = f"{folder}/{STATE}"
    found = dict(before)
    try:
        found[LEDGER] = _of(f"{folder}/{LEDGER}")  # the build itself wrote it, last
        rested = _newest({**before, LEDGER: NONE}) + SETTLED < now
        head = (FORM, _one_line(options), str(now), str(until), target, _public(target))
        text = "\f".join(("\n".join(head), remarks, said, _text(found)))
        if not rested or "\f" in remarks + said or any("\n" in part for part in head):
            os.unlink(state)
            return
        if os.path.lexists(f"{state}.new"):  # what a killed build left, or a link that somebody put there
            os.unlink(f"{state}.new")
        with open(f"{state}.new", "x", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            file.write(text)
        os.replace(f"{state}.new", state)
    except (OSError, ValueError):
        return


def inputs(folder: str) -> Inputs:
    """The dates of everything that a build of the show in `folder` reads, the program itself among it.

    >>> inputs("no such folder").get("show.yaml")
    'none'
    """
    found: Inputs = {}
    for name in FILES:
        found[name] = _of(f"{folder}/{name}")
    for name in FOLDERS:
        _below(f"{folder}/{name}", found)
    return found | program()


def program() -> Inputs:
    """The dates of what the program itself consists of."""
    found: Inputs = {}
    package = os.path.dirname(os.path.abspath(__file__))
    for root in (package, f"{os.path.dirname(package)}/templates"):
        _below(root, found)
    packages = os.path.dirname(os.__file__) + "/site-packages"  # its date is that of the last installation
    for place in {packages, *(path for path in sys.path if path.endswith("site-packages"))}:
        found[place] = _of(place)
    return found


def _below(root: str, found: Inputs) -> None:
    """Adds every folder from `root` down. No link inside is followed, as a build follows none."""
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        rows = []
        try:
            opened = os.open(folder, os.O_RDONLY)  # names relative to it are found in a third less time than paths
        except OSError:
            found[folder] = NONE
            continue
        try:
            for name in os.listdir(opened):
                stat = os.stat(name, dir_fd=opened, follow_symlinks=False)
                if stat.st_mode & FORMAT != FOLDER:
                    rows.append(f"{name} {stat.st_ctime_ns} {stat.st_size} {stat.st_ino}")
                elif name != "__pycache__":
                    waiting.append(f"{folder}/{name}")
        except OSError:  # gone meanwhile, or no folder
            rows = [NONE]
        finally:
            os.close(opened)
        found[folder] = "\n".join(sorted(rows))


def _of(path: str) -> str:
    try:
        return _facts(os.lstat(path))
    except OSError:
        return NONE


def _facts(stat: os.stat_result) -> str:
    return f". {stat.st_ctime_ns} {stat.st_size} {stat.st_ino}"


def _newest(found: Inputs) -> int:
    """The date of the youngest input."""
    rows = (row.rsplit(" ", 3) for text in found.values() for row in text.split("\n"))
    return max(int(row[1]) for row in rows if len(row) == 4)


def _text(found: Inputs) -> str:
    return "\n".join(sorted([f"{path}\n{facts}" for path, facts in found.items()]))


def _public(target: str) -> str:
    """Which release is public at `target`, and that nobody touched its manifest; OSError if it is not there."""
    number = os.readlink(target)
    os.stat(target)
    return f"{number} {_facts(os.stat(os.path.join(os.path.dirname(target), number + '.json')))}"


def _command(words: list[str]) -> tuple[str, list[str], bool] | None:
    """The folder of a plain build, its other options, and whether it is to be quiet; None for anything else."""
    folder, quiet, rest = ".", False, list(words)
    while rest and rest[0] != "build":
        word = rest.pop(0)
        if word == "-C" and rest:
            folder = rest.pop(0)
        elif word in QUIET:
            quiet = True
        else:
            return None
    if not rest or any(word.partition("=")[0] in PRINTED for word in rest):
        return None
    return folder, rest, quiet


def _one_line(options: list[str]) -> str:
    return repr(options)


def _plain(text: str) -> str:
    """Without colours: what ESC [ begins and m ends."""
    first, *rest = text.split("\x1b[")
    return first + "".join(part.partition("m")[2] for part in rest)
