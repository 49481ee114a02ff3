"""The short way: answers requests for what a site publishes before Flask sees them.

A Flask view costs about ten times what the answer itself does, and a feed is polled by many apps. What is not
published (a page that is missing, a folder without its slash, another method than GET and HEAD) goes on to Flask.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from io import BytesIO, FileIO, RawIOBase
from typing import Any

from podfeed import paths
from podfeed.web import headers, ranges, searching
from podfeed.web.body import Body, Head, Moment
from podfeed.web.ranges import FAILED, NOT_MODIFIED, OK, UNSATISFIABLE
from podfeed.web.serving import Serving, Unsettled
from podfeed.web.shared import Shared, View

Environ = dict[str, Any]
Start = Callable[..., Any]
Wrapper = Callable[..., Iterable[bytes]]
Application = Callable[[Environ, Start], Iterable[bytes]]
Known = dict[tuple[str, str], tuple[Body, Head]]

LARGE = 1 << 17
"""Answers longer than this many bytes are handed to the server as a file, shorter ones as bytes: a reader who does not
read then costs no copy, and no thread waits for him."""

MOST_KNOWN, LARGEST_KNOWN = 64, 1 << 20
"""Of how many addresses, each with what a client accepts, a moment remembers what was found, and up to how many bytes:
what nobody asks for any more must not fill the memory."""

_CONDITIONS = {
    "HTTP_RANGE": "range",
    "HTTP_IF_RANGE": "if-range",
    "HTTP_IF_MATCH": "if-match",
    "HTTP_IF_NONE_MATCH": "if-none-match",
    "HTTP_IF_MODIFIED_SINCE": "if-modified-since",
    "HTTP_IF_UNMODIFIED_SINCE": "if-unmodified-since",
}
_READING = ("GET", "HEAD")
_STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
_WORDS = {
    NOT_MODIFIED: b"",
    FAILED: b"The file has changed.\n",
    UNSATISFIABLE: b"The file is shorter than that.\n",
    503: b"This file is being replaced at this moment. Please try again in a second.\n",
    500: b"This page could not be made. The program's log says why.\n",
}

log = logging.getLogger("podfeed")


class Front:
    """A WSGI application that answers for the current site and asks `application` about everything else."""

    def __init__(self, current: Callable[[], Serving], prefix: str, application: Application):
        self._current, self._prefix, self._application = current, prefix, application
        self._known: tuple[Moment | None, Known] = (None, {})
        self.look = self._look
        """Gives the site that is current, and the moment; `web.fast` looks less often."""

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in _READING:
            return self._elsewhere(environ, start)
        serving, moment = self.look()
        name, known = _name(environ), self._known_at(moment)
        if name in known:
            return _send(environ, start, *known[name])
        path = published_path(serving, name[0], self._prefix)
        if path is None:
            return self._elsewhere(environ, start)
        try:
            packed = headers.accepts_gzip(name[1])
            query = environ.get("QUERY_STRING") if path == paths.SEARCH else None
            body = searching.answer(serving, query, packed=packed) if query else None
            body = body or serving.find(path, packed=packed)
        except Unsettled:
            return _short(503, [*headers.security(path), ("Retry-After", "1"), headers.caching(0)], start)
        except Exception:
            log.exception("%s could not be made", path)
            return _short(500, [*headers.security(path), headers.caching(0)], start)
        assert body is not None
        head = body.head(serving.moment())  # making it may have taken a while
        small = body.data is not None and body.length <= LARGEST_KNOWN
        if small and path != paths.SEARCH and head.moment is moment and len(known) < MOST_KNOWN:
            known[name] = body, head
        return _send(environ, start, body, head)

    def at_hand(self, environ: Environ, start: Start) -> Iterable[bytes] | None:
        """The same answer if nothing has to be made or opened for it, so that a server's only thread can give it; else
        None. Of `environ` it needs the method, the path, the query and the headers."""
        if environ["REQUEST_METHOD"] not in _READING:
            return None
        serving, moment = self.look()
        name, known = _name(environ), self._known_at(moment)
        if name in known:
            return _send(environ, start, *known[name])
        path = published_path(serving, name[0], self._prefix, at_hand=True)
        if path is None or (path == paths.SEARCH and environ["QUERY_STRING"]):
            return None
        body = serving.at_hand(path, packed=headers.accepts_gzip(name[1]))
        return _send(environ, start, body, body.head(moment)) if body else None

    def _look(self) -> tuple[Serving, Moment]:
        serving = self._current()
        return serving, serving.moment()

    def _known_at(self, moment: Moment) -> Known:
        """What has been found at this moment; a moment is that of one site."""
        known = self._known
        if known[0] is not moment:
            self._known = known = (moment, {})
        return known[1]

    def _elsewhere(self, environ: Environ, start: Start) -> Iterable[bytes]:
        # Which host was asked for is nothing that an answer could depend on, so nobody behind us is told.
        return self._application({**environ, "HTTP_HOST": "localhost"}, start)


def published_path(serving: Serving, url_path: str, prefix: str, *, at_hand: bool = False) -> str | None:
    """The path of the site that an address's path names, exactly; None if nothing is published there, or if nobody has asked
    for anything of its part before and it is to be `at_hand`.

    `url_path` is as WSGI gives it: percent-decoded, its bytes as Latin-1 characters (PEP 3333).
    """
    try:
        path = url_path if url_path.isascii() else url_path.encode("latin-1").decode()
    except UnicodeError:
        return None
    for start in ("/", prefix + "/") if prefix else ("/",):
        if path.startswith(start):
            name = path[len(start) :]
            if not name or name.endswith("/"):
                name += "index.html"
            there = serving.site.known(name) if at_hand else name in serving.site
            if there is not False:
                return name if there else None
    return None


def _name(environ: Environ) -> tuple[str, str]:
    """All of a request that decides what is found for it."""
    return environ.get("PATH_INFO", ""), environ.get("HTTP_ACCEPT_ENCODING", "")


def _send(environ: Environ, start: Start, body: Body, head: Head) -> Iterable[bytes]:
    method = environ["REQUEST_METHOD"]
    asked = {_CONDITIONS[key]: environ[key] for key in _CONDITIONS.keys() & environ.keys()}
    if asked:
        answer = ranges.answer(method, asked, body.length, body.etag, head.modified)
    else:
        answer = ranges.Answer(OK, 0, body.length)
    lines = [*head.lines, *answer.headers]
    if answer.status in _WORDS:
        _leave(body)
        if answer.status != NOT_MODIFIED:
            lines = [line for line in lines if line[0] not in ("ETag", "Content-Encoding")]
        return _short(answer.status, lines, start, method)
    lines.append(("Content-Length", str(answer.stop - answer.start)))
    start(_STATUS[answer.status], lines)
    if method == "HEAD":
        _leave(body)
        return ()
    if body.data is not None:
        return _from_memory(environ, body.data, answer.start, answer.stop)
    assert body.file is not None
    return _from_file(environ, body.file, answer.start, answer.stop)


def _leave(body: Body) -> None:
    """Nothing of the body is sent."""
    if body.file and not isinstance(body.file, Shared):
        body.file.close()


def _short(status: int, lines: list[tuple[str, str]], start: Start, method: str = "GET") -> Iterable[bytes]:
    """An answer without a body of the site: some words, or nothing."""
    words = _WORDS[status]
    if status != NOT_MODIFIED:
        lines = [line for line in lines if line[0] not in ("Content-Type", "Accept-Ranges")]
        lines += [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(words)))]
    start(_STATUS[status], lines)
    return (words,) if words and method != "HEAD" else ()


def _from_memory(environ: Environ, data: bytes, start: int, stop: int) -> Iterable[bytes]:
    part = data if stop - start == len(data) else data[start:stop]
    wrapper: Wrapper | None = environ.get("wsgi.file_wrapper")
    if wrapper and len(part) > LARGE:
        return wrapper(BytesIO(part))  # shares the bytes
    return (part,)


def _from_file(environ: Environ, file: FileIO, start: int, stop: int) -> Iterable[bytes]:
    """Bytes `start` to `stop` of an open file, which is closed at the end unless it is shared."""
    if isinstance(file, Shared):
        if stop - start <= LARGE:
            return (file.part(start, stop - start),)
        return _streamed(environ, View(file, start), stop - start)
    file.seek(start)
    if stop - start <= LARGE:
        with file:
            return (file.read(stop - start),)
    return _streamed(environ, file, stop - start)


def _streamed(environ: Environ, file: RawIOBase, length: int) -> Iterable[bytes]:
    """`length` bytes of a file from where it stands."""
    wrapper: Wrapper | None = environ.get("wsgi.file_wrapper")
    if wrapper:
        return wrapper(file, 1 << 18)  # as many bytes as Content-Length says (PEP 3333)
    return _Pieces(file, length)


class _Pieces:
    """A part of a file in pieces, for servers without a file wrapper; closes the file."""

    def __init__(self, file: RawIOBase, length: int):
        self._file, self._left = file, length

    def __iter__(self) -> Iterator[bytes]:
        with self._file:
            while self._left and (piece := self._file.read(min(self._left, 1 << 18))):
                self._left -= len(piece)
                yield piece

    def close(self) -> None:
        self._file.close()
