"""One release in the making: every output that it is given in its place, made only where it is not there already.

Where there is much to make, copies of this process help (`sharing`). What is made at a time is a part of the site, or a
handful of its loose outputs; whoever takes it works it out, makes it, brings it to the disk and keeps nothing of it but its
line for the manifest.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import accumulate

from podfeed.output import Early, Output
from podfeed.publish import files, manifest, sharing
from podfeed.publish.comparison import Piece, Work
from podfeed.publish.manifest import LOOSE, Entry, Line, Manifest
from podfeed.publish.place import Place

MANY = 1000
"""From so many outputs to make on, all processors help: copying the process pays after a few hundred."""
MANY_LINKS = 20_000
"""The same of files that are only linked."""
IN_A_PART = 20
"""How many outputs a part is taken to have before it is looked into."""
HANDFUL = 32
"""Loose outputs that are made at a time."""

Progress = Callable[[int, int], None]
"""Hears how much is done, and of how much: parts and loose outputs."""

Row = tuple[Sequence[str], Sequence[str]]
"""What is made at a time: parts by their names, and loose outputs by their paths."""


@dataclass(slots=True)
class Done:
    """What a process has done: `lines` of parts by name, `loose` outputs by path, how many outputs it `rendered` and how many
    of the current release's are `removed`, and which of those that `moved` have a new place."""

    lines: dict[str, Line] = field(default_factory=dict)
    loose: dict[str, Entry] = field(default_factory=dict)
    rendered: int = 0
    removed: int = 0
    moved: set[str] = field(default_factory=set)

    def add(self, other: Done) -> None:
        self.lines |= other.lines
        self.loose |= other.loose
        self.rendered += other.rendered
        self.removed += other.removed
        self.moved |= other.moved


class Release:
    """A release in the making: what was `done` for it, and what still has to reach the disk."""

    def __init__(self, place: Place, number: int, current: int | None, progress: Progress | None):
        self.place, self.number, self.progress = place, number, progress
        self.root = place.release(number) + "/"
        self.old = place.release(current) + "/" if current is not None else ""
        self.done = Done()
        self.fresh: list[str] = []
        self.folders: dict[str, None] = {}
        self._last: tuple[Output | None, bytes] = None, b""

    def take_over(self, parts: Manifest) -> Manifest:
        """Links all files of parts that the current release has, into an empty one; gives the parts of which none is lost."""
        found: list[str] = []
        rows = list(portions(tuple(parts), 1))

        def link(number: int) -> None:
            found.extend(name for name in rows[number] if self._linked(parts[name]))

        def done() -> list[str]:  # in a copy
            files.settle((), list(self.folders))
            return found

        several = sharing.processors() - 1 if sum(line.files for line in parts.values()) >= MANY_LINKS else 0
        for theirs in sharing.share(link, len(rows), done, several):
            found += theirs
        return {name: parts[name] for name in found}

    def _linked(self, line: Line) -> bool:
        """Whether all files of a part could be linked; if not, none is there."""
        linked = []
        for path in line.rows():
            self._make_folder(path)
            if not files.link(self.old + path, self.root + path):
                break
            linked.append(path)
        else:
            return True
        for path in linked:  # the part is made of its outputs
            os.unlink(self.root + path)
        return False

    def fill(self, work: Work, early: Early) -> Manifest:
        """Brings the release to what its site says; gives what it then holds."""
        for path in work.leaving:
            self._take_out(path)
        loose = work.loose()
        waiting = sorted(self._cleared(loose))
        # The release may have such a path from a turn in which it was a part's: then it is free when that part was made.
        late = set() if work.empty else {path for path in waiting if path not in loose.have}
        several = sharing.processors() - 1 if len(waiting) + IN_A_PART * len(work.waiting) >= MANY else 0
        if several and work.is_most:
            self._prepare(work, early, several)
        # The last parts first: somebody's appearances of twenty years take longest of all.
        rows: list[Row] = [(names, ()) for names in portions(work.waiting[::-1], 1)]
        rows += [((), paths) for paths in portions([path for path in waiting if path not in late], HANDFUL)]
        self._all(work, loose, rows, several)
        self._some(loose, sorted(late))
        entries = {path: self.done.loose.get(path) or loose.before[path] for path in loose.outputs}
        self.done.removed += len(work.moved.keys() - self.done.moved - entries.keys())
        return {**work.staying, **self.done.lines, LOOSE: loose.filled(entries)}

    def _prepare(self, work: Work, early: Early, several: int) -> None:
        """Has at hand what many outputs draw on."""
        work.draft(early.paths)
        if early.work:
            for news in sharing.share(lambda number: early.work[number](), len(early.work), early.news, several):
                early.hear(news)

    def _all(self, work: Work, loose: Piece, rows: Sequence[Row], several: int) -> None:
        """Makes rows of parts and of loose outputs; `several` copies of this process help."""
        reached = list(accumulate(len(names) + len(paths) for names, paths in rows))
        here, known = os.getpid(), len(self.folders)

        def make(number: int) -> None:
            if os.getpid() != here and self.progress is not silent:  # a copy begins
                self.progress, self.done, self.fresh = silent, Done(), []
            names, paths = rows[number]
            for name in names:
                self._part(work, name)
            self._some(loose, paths)
            if self.progress:
                self.progress(reached[number], reached[-1])

        def done() -> Done:
            files.settle(self.fresh, list(self.folders)[known:])
            return self.done

        for theirs in sharing.share(make, len(rows), done, several):
            self.done.add(theirs)

    def _part(self, work: Work, name: str) -> None:
        """A part in its place."""
        piece = work.piece(name)
        waiting = self._cleared(piece)
        made = {path: self._put(path, piece) for path in waiting}
        self.done.lines[name] = piece.filled({path: made.get(path) or piece.before[path] for path in piece.outputs})
        self.done.removed += sum(path not in piece.outputs and not work.has_loose(path) for path in piece.held)
        if work.moved:
            self.done.moved |= work.moved.keys() & piece.outputs.keys()

    def _some(self, loose: Piece, paths: Iterable[str]) -> None:
        """Loose outputs in their places."""
        for path in paths:
            self.done.loose[path] = self._put(path, loose)

    def _cleared(self, piece: Piece) -> list[str]:
        """Takes out what the release has of the piece and has to lose; gives the paths that it does not have."""
        have, outputs = piece.have, piece.outputs
        staying = {path for path in have if path in outputs and have[path] == piece.is_published(path)}
        for path in have:
            if path not in staying:
                self._take_out(path)
        return [path for path in outputs if path not in staying]

    def _put(self, path: str, piece: Piece) -> Entry:
        """One output in its place, linked or made."""
        self._make_folder(path)
        if (entry := piece.is_published(path)) and files.link(self.old + path, self.root + path):
            return entry
        self.done.rendered += 1
        return self._rendered(path, piece) if piece.outputs[path].make else self._copied(path, piece)

    def _rendered(self, path: str, piece: Piece) -> Entry:
        output = piece.outputs[path]
        if self._last[0] is not output:  # a story's answer stands under each of its addresses
            self._last = output, output.body()
        data = self._last[1]
        sha256 = hashlib.sha256(data).hexdigest()
        if link := self._linked_for_bytes(path, piece, sha256):
            return link
        files.write(self.root + path, data)
        return self._made(path, piece, sha256, len(data))

    def _copied(self, path: str, piece: Piece) -> Entry:
        source = piece.outputs[path].source
        assert source is not None
        sha256, length = files.copy(source, self.root + path)
        if (entry := piece.trusted(path)) and entry.sha256 == sha256:
            os.unlink(self.root + path)
            if link := self._linked_for_bytes(path, piece, sha256):
                return link
            sha256, length = files.copy(source, self.root + path)
        return self._made(path, piece, sha256, length)

    def _linked_for_bytes(self, path: str, piece: Piece, sha256: str) -> Entry | None:
        """The same bytes came out by another way: the file that is there keeps its date, and caches stay valid."""
        entry = piece.trusted(path)
        if not entry or entry.sha256 != sha256 or not files.link(self.old + path, self.root + path):
            return None
        return Entry(piece.key(path), piece.outputs[path].media_type, sha256, entry.length, entry.release)

    def _made(self, path: str, piece: Piece, sha256: str, length: int) -> Entry:
        """A new file. Its date is at least a second after its predecessor's, so that the date alone tells them
        apart for web servers (RFC 9110 §8.8.2.2)."""
        made = self.root + path
        self.fresh.append(made)
        if path in piece.before:
            with suppress(FileNotFoundError):
                old, new = os.stat(self.old + path).st_mtime_ns, os.stat(made).st_mtime_ns
                if new // 10**9 <= old // 10**9:
                    os.utime(made, ns=(old + 10**9, old + 10**9))
        return Entry(piece.key(path), piece.outputs[path].media_type, sha256, length, self.number)

    def _make_folder(self, path: str) -> None:
        folder = (self.root + path).rpartition("/")[0]
        if folder not in self.folders:
            missing = []
            while len(folder) >= len(self.root) - 1 and folder not in self.folders:
                missing.append(folder)
                folder = folder.rpartition("/")[0]
            for folder in reversed(missing):  # os.makedirs asks for each of its parents
                with suppress(FileExistsError):
                    os.mkdir(folder)
                self.folders[folder] = None

    def _take_out(self, path: str) -> None:
        """Removes a file and the folders that it leaves empty."""
        with suppress(FileNotFoundError):
            os.unlink(self.root + path)
        folder = (self.root + path).rpartition("/")[0]
        while len(folder) >= len(self.root):
            try:
                os.rmdir(folder)
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT):
                    raise
                break
            self.folders.pop(folder, None)
            folder = folder.rpartition("/")[0]
        self.folders[folder] = None

    def finish(self, held: Manifest) -> None:
        """Brings everything to the disk, the manifest last: it says that the release is whole."""
        files.settle(self.fresh, list(self.folders))
        path = self.place.manifest(self.number)
        files.write(path, manifest.dump(held))
        files.settle([path], [self.place.releases])


def portions(rows: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """The rows in portions of this size, or of a larger one if there would be more than can wait."""
    size = max(size, -(-len(rows) // (sharing.MOST // 2)))
    return (rows[start : start + size] for start in range(0, len(rows), size))


def silent(reached: int, of: int) -> None:
    """Where nobody listens."""
