"""The short way: answers requests for what a site publishes before Flask sees them.

A Flask view costs about ten times what the answer itself does, and a feed is polled by many apps. What is not
published (a page that is missing, a folder without its slash, another method than GET and HEAD) goes on to Flask.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from http import HTTPStatus
from io import BytesIO, FileIO
from typing import Any

from podfeed import paths
from podfeed.web import headers, ranges, searching
from podfeed.web.ranges import FAILED, NOT_MODIFIED, OK, UNSATISFIABLE
from podfeed.web.serving import Body, Serving, Unsettled

Environ = dict[str, Any]
Start = Callable[..., Any]
Wrapper = Callable[..., Iterable[bytes]]
Application = Callable[[Environ, Start], Iterable[bytes]]

LARGE = 1 << 17
"""Answers longer than this many bytes are handed to the server as a file, shorter ones as bytes: a reader who does not
read then costs no copy, and no thread waits for him."""

AT_REST = timedelta(seconds=2)
"""A file's date is told only when it is this old: then whoever knows the date knows the bytes, for none that changed
twice in one second has been seen in between (RFC 9110 §8.8.2.2)."""

_CONDITIONS = {
    "HTTP_RANGE": "range",
    "HTTP_IF_RANGE": "if-range",
    "HTTP_IF_MATCH": "if-match",
    "HTTP_IF_NONE_MATCH": "if-none-match",
    "HTTP_IF_MODIFIED_SINCE": "if-modified-since",
    "HTTP_IF_UNMODIFIED_SINCE": "if-unmodified-since",
}
_STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
_WORDS = {
    NOT_MODIFIED: b"",
    FAILED: b"The file has changed.\n",
    UNSATISFIABLE: b"The file is shorter than that.\n",
    503: b"This file is being replaced at this moment. Please try again in a second.\n",
    500: b"This page could not be made. The program's log says why.\n",
}

log = logging.getLogger("podfeed")


def front(current: Callable[[], Serving], prefix: str, application: Application) -> Application:
    """A WSGI application that answers for the current site and asks `application` about everything else."""

    def elsewhere(environ: Environ, start: Start) -> Iterable[bytes]:
        # Which host was asked for is nothing that an answer could depend on, so nobody behind us is told.
        return application({**environ, "HTTP_HOST": "localhost"}, start)

    def answer(environ: Environ, start: Start) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return elsewhere(environ, start)
        serving = current()
        path = published_path(serving, environ.get("PATH_INFO", ""), prefix)
        if path is None:
            return elsewhere(environ, start)
        try:
            packed = headers.accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
            query = environ.get("QUERY_STRING") if path == paths.SEARCH else None
            body = searching.answer(serving, query, packed=packed) if query else None
            body = body or serving.find(path, packed=packed)
        except Unsettled:
            return _short(503, [*headers.security(path), ("Retry-After", "1"), headers.caching(0)], start)
        except Exception:
            log.exception("%s could not be made", path)
            return _short(500, [*headers.security(path), headers.caching(0)], start)
        assert body is not None
        return _send(environ, start, body, serving)

    return answer


def published_path(serving: Serving, url_path: str, prefix: str) -> str | None:
    """The path of the site that an address's path names, exactly; None if nothing is published there.

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
            if name in serving.site:
                return name
    return None


def _send(environ: Environ, start: Start, body: Body, serving: Serving) -> Iterable[bytes]:
    method = environ["REQUEST_METHOD"]
    asked = {name: environ[key] for key, name in _CONDITIONS.items() if key in environ}
    modified = body.last_modified
    if modified and modified + AT_REST > serving.now():
        modified = None
    if asked:
        answer = ranges.answer(method, asked, body.length, body.etag, modified)
    else:
        answer = ranges.Answer(OK, 0, body.length)
    lines = [*body.fixed, headers.caching(serving.lifetime()), *answer.headers]
    if modified:
        lines.append(("Last-Modified", ranges.http_date(modified)))
    if answer.status in _WORDS:
        if body.file:
            body.file.close()
        if answer.status != NOT_MODIFIED:
            lines = [line for line in lines if line[0] not in ("ETag", "Content-Encoding")]
        return _short(answer.status, lines, start, method)
    lines.append(("Content-Length", str(answer.stop - answer.start)))
    start(_STATUS[answer.status], lines)
    if method == "HEAD":
        if body.file:
            body.file.close()
        return ()
    if body.data is not None:
        return _from_memory(environ, body.data, answer.start, answer.stop)
    assert body.file is not None
    return _from_file(environ, body.file, answer.start, answer.stop)


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
    """Bytes `start` to `stop` of an open file, which is closed at the end."""
    file.seek(start)
    if stop - start <= LARGE:
        with file:
            return (file.read(stop - start),)
    wrapper: Wrapper | None = environ.get("wsgi.file_wrapper")
    if wrapper:
        return wrapper(file, 1 << 18)  # from where it stands, Content-Length bytes (PEP 3333)
    return _Pieces(file, stop - start)


class _Pieces:
    """A part of a file in pieces, for servers without a file wrapper; closes the file."""

    def __init__(self, file: FileIO, length: int):
        self._file, self._left = file, length

    def __iter__(self) -> Iterator[bytes]:
        with self._file:
            while self._left and (piece := self._file.read(min(self._left, 1 << 18))):
                self._left -= len(piece)
                yield piece

    def close(self) -> None:
        self._file.close()
