"""One release in the making: every output that it is given in its place, made only where it is not there already."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from podfeed.output import Output
from podfeed.publish import files, manifest, sharing
from podfeed.publish.comparison import is_of
from podfeed.publish.manifest import Entry, Line, Manifest
from podfeed.publish.place import Place

MANY = 1000
"""From so many outputs to make on, all processors help: copying the process pays after a few hundred."""

Progress = Callable[[str, int], None]
"""Hears the path of each output that is made, and how many there are to make."""

Entries = Mapping[str, Entry]


class Release:
    """A release in the making: what it holds so far and what still has to reach the disk."""

    def __init__(
        self,
        place: Place,
        number: int,
        current: int | None,
        progress: Progress | None,
        early: Iterable[str] = (),
    ):
        """Where several processes make it, the outputs of the paths `early` are made before."""
        self.early = frozenset(early)
        self.place, self.number, self.progress = place, number, progress
        self.root = place.release(number) + "/"
        self.old = place.release(current) + "/" if current is not None else ""
        self.before: Entries = {}
        self.trusted: Entries = {}
        self.entries: dict[str, Entry] = {}
        self.made: list[str] = []  # what it did not hold already
        self.rendered = self.making = 0
        self._last = ("", b"")
        self.fresh: list[str] = []
        self.folders: dict[str, None] = {}

    def take_over(self, parts: Manifest) -> dict[str, Line]:
        """Links all files of parts that the current release has, into an empty one; gives the parts of which none is lost."""
        found = {}
        for folder, line in parts.items():
            linked = []
            for path in line.rows():
                self._make_folder(path)
                if not files.link(self.old + path, self.root + path):
                    break
                linked.append(path)
            else:
                found[folder] = line
                continue
            for path in linked:  # the part is made of its outputs
                os.unlink(self.root + path)
        return found

    def fill(self, outputs: Mapping[str, Output], have: Entries, before: Entries, *, clean: bool) -> None:
        """Brings the release to what `outputs` say, in their order; `have` is what it holds of these and has to lose,
        `before` what the current release holds where we work, of which nothing is taken over with `clean`."""
        self.before, self.trusted = before, {} if clean else before
        same = {path for path, output in outputs.items() if self._unchanged(path, output)}
        staying = {path for path, entry in have.items() if path in same and entry == self.before[path]}
        for path in have:
            if path not in staying:
                self._take_out(path)
        waiting = [path for path in outputs if path not in staying]
        self.making = len(outputs) - len(same)
        helpers = sharing.processors() - 1 if len(waiting) >= MANY else 0
        first = [path for path in waiting if path in self.early] if helpers else waiting
        made = {path: self._put(path, outputs[path]) for path in first}
        if helpers:
            made |= self._shared(outputs, [path for path in waiting if path not in made], helpers)
        self.made = waiting
        self.entries = {path: made.get(path) or self.before[path] for path in outputs}

    def _shared(self, outputs: Mapping[str, Output], waiting: list[str], helpers: int) -> dict[str, Entry]:
        """Makes the outputs on several processors, neighbours together: they are made of the same episodes."""
        size = max(32, -(-len(waiting) // sharing.MOST))
        made: dict[str, Entry] = {}
        here = os.getpid()

        def work(number: int) -> None:
            if os.getpid() != here:
                self.progress = None
            for path in waiting[number * size : (number + 1) * size]:
                made[path] = self._put(path, outputs[path])

        def found() -> tuple[dict[str, Entry], list[str], list[str], int]:
            return made, self.fresh, list(self.folders), self.rendered

        before = len(self.fresh), self.rendered
        for entries, fresh, folders, rendered in sharing.share(work, -(-len(waiting) // size), found, helpers):
            made |= entries
            self.fresh += fresh[before[0] :]
            self.folders |= dict.fromkeys(folders)
            self.rendered += rendered - before[1]
            if self.progress:
                for path in entries:
                    if not self._unchanged(path, outputs[path]):
                        self.progress(path, self.making)
        return made

    def _unchanged(self, path: str, output: Output) -> Entry | None:
        """What the current release has under this path, if it is what `output` would make."""
        entry = self.trusted.get(path)
        return entry if entry and is_of(entry, output) else None

    def _put(self, path: str, output: Output) -> Entry:
        """One output in its place, linked or made."""
        self._make_folder(path)
        if (entry := self._unchanged(path, output)) and files.link(self.old + path, self.root + path):
            return entry
        if self.progress:
            self.progress(path, self.making)
        self.rendered += 1
        return self._rendered(path, output) if output.make else self._copied(path, output)

    def _rendered(self, path: str, output: Output) -> Entry:
        if self._last[0] != output.key:  # a story's answer stands under each of its addresses
            self._last = output.key, output.body()
        data = self._last[1]
        sha256 = hashlib.sha256(data).hexdigest()
        if link := self._linked_for_bytes(path, output, sha256):
            return link
        files.write(self.root + path, data)
        return self._made(path, output, sha256, len(data))

    def _copied(self, path: str, output: Output) -> Entry:
        assert output.source is not None
        sha256, length = files.copy(output.source, self.root + path)
        if (entry := self.trusted.get(path)) and entry.sha256 == sha256:
            os.unlink(self.root + path)
            if link := self._linked_for_bytes(path, output, sha256):
                return link
            sha256, length = files.copy(output.source, self.root + path)
        return self._made(path, output, sha256, length)

    def _linked_for_bytes(self, path: str, output: Output, sha256: str) -> Entry | None:
        """The same bytes came out by another way: the file that is there keeps its date, and caches stay valid."""
        entry = self.trusted.get(path)
        if not entry or entry.sha256 != sha256 or not files.link(self.old + path, self.root + path):
            return None
        return Entry(output.key, output.media_type, sha256, entry.length, entry.release)

    def _made(self, path: str, output: Output, sha256: str, length: int) -> Entry:
        """A new file. Its date is at least a second after its predecessor's, so that the date alone tells them
        apart for web servers (RFC 9110 §8.8.2.2)."""
        made = self.root + path
        self.fresh.append(made)
        if path in self.before:
            with suppress(FileNotFoundError):
                old, new = os.stat(self.old + path).st_mtime_ns, os.stat(made).st_mtime_ns
                if new // 10**9 <= old // 10**9:
                    os.utime(made, ns=(old + 10**9, old + 10**9))
        return Entry(output.key, output.media_type, sha256, length, self.number)

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
