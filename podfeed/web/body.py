"""What is sent for a path, and what all answers with it say of it."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import FileIO

from podfeed.web.headers import Headers
from podfeed.web.ranges import http_date

AT_REST = timedelta(seconds=2)
"""A file's date is told only when it is this old: then whoever knows the date knows the bytes, for none that changed
twice in one second has been seen in between (RFC 9110 §8.8.2.2)."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The time from `now` to before `until`, in which every answer may be kept for the same number of seconds, which
    `caching` says."""

    now: datetime
    until: datetime
    caching: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Head:
    """What all answers with a body say of it at a moment: `lines`, and the date by which they may be compared."""

    moment: Moment
    lines: list[tuple[str, str]]
    modified: datetime | None


@dataclass(slots=True)
class Body:
    """A representation of an output (RFC 9110 §3.2): either `data` or an open `file`, which the sender closes unless it
    is `Shared`."""

    etag: str
    length: int
    fixed: Headers
    data: bytes | None = None
    file: FileIO | None = None
    last_modified: datetime | None = None
    packed: Body | None = None
    wanted: bool = field(default=False, repr=False)
    _head: Head | None = field(default=None, repr=False)

    def head(self, moment: Moment) -> Head:
        """The headers at a moment, put together once for it."""
        head = self._head
        if head is None or head.moment is not moment:
            modified = self.last_modified
            if modified and modified + AT_REST > moment.now:
                modified = None
            lines = [*self.fixed, moment.caching]
            if modified:
                lines.append(("Last-Modified", http_date(modified)))
            self._head = head = Head(moment, lines, modified)
        return head


def compressed(body: Body) -> Body:
    """The body compressed; itself if that makes it no shorter. Same bytes in, same bytes out."""
    assert body.data is not None
    data = gzip.compress(body.data, 6, mtime=0)
    if len(data) >= body.length:
        return body
    etag = f'{body.etag[:-1]}-gzip"'
    fixed = tuple(line for line in body.fixed if line[0] != "ETag")
    return Body(etag, len(data), (*fixed, ("ETag", etag), ("Content-Encoding", "gzip")), data, None, body.last_modified)
