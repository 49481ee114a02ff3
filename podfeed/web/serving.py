"""A site as it is served: what stands behind each path, made at the first request and kept while it is wanted."""

from __future__ import annotations

import hashlib
import os
import stat
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from io import FileIO

from podfeed import paths
from podfeed.digest import digest
from podfeed.output import Output, site_of
from podfeed.web import headers
from podfeed.web.body import Body, Moment, compressed
from podfeed.web.shared import Shared

IN_MEMORY = 4 << 20
"""Text files up to this many bytes are kept and compressed like pages; larger ones are streamed."""
WORTH_PACKING = 512
ROOM = 64 << 20
MOST_OPEN = 64
"""Files of a release that are kept open."""
SECOND = timedelta(seconds=1)

Name = tuple[str, str, str]
"""What a body was made of: the path, the output's key and the look."""


class Shelf:
    """Bodies that were made, and digests of files, kept from one site to the next within `room` bytes.

    Reading takes no lock. What was not asked for since the last look goes first (second chance).
    """

    def __init__(self, room: int = ROOM):
        self.making = threading.Lock()
        self._room, self._used = room, 0
        self._bodies: dict[Name, Body] = {}
        self._digests: dict[tuple[int, ...], str] = {}

    def get(self, name: Name) -> Body | None:
        body = self._bodies.get(name)
        if body:
            body.wanted = True
        return body

    def names(self) -> list[Name]:
        """Of all bodies that are at hand."""
        return list(self._bodies)

    def put(self, name: Name, body: Body) -> None:
        """Keeps a body; to be called while holding `making`."""
        self._bodies[name] = body
        self._used += body.length
        while self._used > self._room and len(self._bodies) > 1:
            oldest, other = next(iter(self._bodies.items()))
            del self._bodies[oldest]
            if other.wanted and other is not body:
                other.wanted = False
                self._bodies[oldest] = other
            else:
                self._used -= other.length

    def digest(self, file: FileIO, facts: os.stat_result) -> str | None:
        """SHA-256 of an open file, computed once for each state of it; None if it changes while we read."""
        identity = _identity(facts)
        known = self._digests.get(identity)
        if known is None:
            known = hashlib.file_digest(file, "sha256").hexdigest()
            if _identity(os.fstat(file.fileno())) != identity:
                return None
            if len(self._digests) > 100_000:
                self._digests.clear()
            self._digests[identity] = known
        return known


def _identity(facts: os.stat_result) -> tuple[int, ...]:
    return (facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)


class Unsettled(Exception):
    """The file behind a path is being replaced at this moment, or has gone; in a second it will be right."""


class Serving:
    """One site with what is needed to answer for it.

    `now` is a clock, `next_change` the moment at which the site changes by itself. `built` says that the site was
    read from a release: its keys are SHA-256 of its files. In a preview `problems` is what stands in the way of a
    newer site, and `decorate` adds what shows it to a page.
    """

    def __init__(
        self,
        site: Mapping[str, Output],
        *,
        now: Callable[[], datetime],
        next_change: datetime | None = None,
        shelf: Shelf | None = None,
        built: bool = False,
        problems: str = "",
        decorate: Callable[[bytes], bytes] | None = None,
    ):
        self.site, self.now, self.next_change = site_of(site), now, next_change
        self.built, self.problems = built, problems
        self.shelf = shelf or Shelf()
        self._decorate = decorate
        self._look = digest(problems) if decorate else ""
        self._moment: Moment | None = None
        self._open: dict[str, Body] = {}
        self._opening = threading.Lock()

    def find(self, path: str, *, packed: bool = False) -> Body | None:
        """What is published under `path`, compressed if that is asked for and helps. Raises Unsettled."""
        body = self.at_hand(path, packed=packed)
        output = None if body else self.site.get(path)
        if output is None:
            return body
        if output.source and not headers.is_text(output.media_type):
            return self._shared(path, output) if self.built else self._opened(path, output)
        body = self._kept(path, output)
        if not packed or body.file or body.length < WORTH_PACKING:
            return body
        if body.packed is None:
            with self.shelf.making:
                body.packed = body.packed or compressed(body)
        return body.packed

    def at_hand(self, path: str, *, packed: bool = False) -> Body | None:
        """The same where it has been made before, None where it has not: this takes next to no time."""
        output = self.site.get(path)
        if output is None:
            return None
        if output.source and not headers.is_text(output.media_type):
            return self._open.get(path)
        body = self.shelf.get(self._name(path, output))
        return body.packed if body and packed and body.length >= WORTH_PACKING else body

    def lifetime(self) -> int:
        """For how many seconds an answer may be kept without asking again."""
        return self._lifetime(self.now())

    def _lifetime(self, now: datetime) -> int:
        return 0 if self._decorate else headers.lifetime(now, self.next_change)

    def moment(self) -> Moment:
        """The present moment: one and the same as long as nothing about it changes, which is up to a second."""
        now, moment = self.now(), self._moment
        if moment is None or not moment.now <= now < moment.until:
            until = now + (headers.expiry(now, self.next_change) - now) % SECOND
            self._moment = moment = Moment(now, until, headers.caching(self._lifetime(now)))
        return moment

    def version(self, path: str) -> str:
        """Changes when the page at `path`, or what it looks like, does."""
        shown = path if path in self.site else paths.NOT_FOUND
        return digest(self.site[shown].key if shown in self.site else "", self._static)

    @cached_property
    def _static(self) -> tuple[str, ...]:
        """The keys of what every page looks like."""
        loose = self.site.loose
        return tuple(loose[path].key for path in loose if path.startswith(paths.STATIC))

    def warm(self, wanted: Iterable[str]) -> None:
        """Makes bodies before anybody asks for them."""
        for path in wanted:
            output = self.site.get(path)
            if output and output.make:
                self._kept(path, output)

    def made(self) -> list[str]:
        """The paths whose bodies are at hand."""
        at_hand = (name for name in self.shelf.names() if name[2] == self._look)  # some may be of another site
        return [name[0] for name in at_hand if (output := self.site.get(name[0])) and output.key == name[1]]

    def _name(self, path: str, output: Output) -> Name:
        return (path, output.key, self._look)

    def _kept(self, path: str, output: Output) -> Body:
        name = self._name(path, output)
        body = self.shelf.get(name)
        if body is None:
            # One at a time: whoever waits finds it made, and feedgen sets the locale of the whole process.
            with self.shelf.making:
                body = self.shelf.get(name)
                if body is None:
                    body = self._make(path, output)
                    if body.file is None:
                        self.shelf.put(name, body)
        return body

    def _make(self, path: str, output: Output) -> Body:
        if output.source:
            body = self._opened(path, output)
            if body.length > IN_MEMORY:
                return body
            assert body.file is not None
            with body.file as file:
                file.seek(0)
                data = file.read()
            if len(data) != body.length:
                raise Unsettled(path)
            return Body(body.etag, body.length, body.fixed, data, None, body.last_modified)
        data = output.body()
        if self._decorate is not None and headers.is_page(output.media_type):
            data = self._decorate(data)
        etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
        return Body(etag, len(data), (*headers.fixed(path, output.media_type), ("ETag", etag)), data=data)

    def _shared(self, path: str, output: Output) -> Body:
        """A body of a release, which never changes: its file stays open, since opening it is most of what a part costs."""
        body = self._opened(path, output, shared=True)
        with self._opening:
            self._open[path] = body
            if len(self._open) > MOST_OPEN:
                del self._open[next(iter(self._open))]
        return body

    def _opened(self, path: str, output: Output, *, shared: bool = False) -> Body:
        """A body that is streamed from its file."""
        assert output.source is not None
        try:
            file = Shared(output.source) if shared else FileIO(output.source)
        except FileNotFoundError:
            raise Unsettled(path) from None
        facts = os.fstat(file.fileno())
        known = output.key if self.built else self.shelf.digest(file, facts) if stat.S_ISREG(facts.st_mode) else None
        if known is None:
            file.close()
            raise Unsettled(path)
        etag = f'"{known[:32]}"'
        fixed = (*headers.fixed(path, output.media_type), ("ETag", etag))
        # Making a hard link moves ctime, and the files of a release never change; an editor's file may be replaced by
        # an older one, which only ctime tells.
        date = facts.st_mtime if self.built else max(facts.st_mtime, facts.st_ctime)
        moment = datetime.fromtimestamp(int(date), UTC)
        return Body(etag, facts.st_size, fixed, None, file, moment)
