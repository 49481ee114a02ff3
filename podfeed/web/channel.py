"""waitress's connection, taught three things: since when a request has been coming, to stay after a 304, and to be
answered at once where that is possible.

waitress hands every request to a thread, and is woken by it for the answer. Where the answer is at hand, that costs
several times what the answer does: the threads take Python's lock from each other at every call to the system.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from waitress.buffers import ReadOnlyFileBasedBuffer
from waitress.channel import HTTPChannel
from waitress.task import WSGITask
from waitress.utilities import build_http_date

AtHand = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes] | None]
_date = lru_cache(2)(build_http_date)


def answer_at_once(listener: Any, at_hand: AtHand | None) -> None:
    """Makes a server of waitress's use this connection. `at_hand(environ, start_response)` gives an answer that takes no
    time, None where it would take some; what it has to be told of a request is in `AtOnce.environ`."""
    usual, wake = listener.add_task, listener.pull_trigger
    listener.at_hand, listener.hand_over, listener.looking_after = at_hand, usual, None

    def add_task(channel: Channel) -> None:
        if listener.looking_after == threading.get_ident():
            channel.asked = True  # `received` goes on with it
        else:
            usual(channel)

    def pull_trigger() -> None:
        if listener.looking_after != threading.get_ident():  # it is awake
            wake()

    listener.add_task, listener.pull_trigger = add_task, pull_trigger
    listener.channel_class = Channel


class Task(WSGITask):  # type: ignore[misc, unused-ignore]
    """An answer that a thread gives."""

    def set_close_on_finish(self) -> None:
        # waitress closes after every answer whose length it does not know, though a 304 never has a body
        # (RFC 9112 §6.3). Most of what apps ask for a feed is answered with one.
        wanted = self.request.headers.get("CONNECTION", "").lower() != "close"
        if self.wrote_header or self.version != "1.1" or self.status[:3] != "304" or not wanted:
            super().set_close_on_finish()


class AtOnce(Task):
    """An answer that is at hand: its lines are our own, and need none of the looks that a stranger's do."""

    lines: list[tuple[str, str]]
    body: Iterable[bytes]

    def find(self, at_hand: AtHand) -> bool:
        """Whether there is one."""
        request = self.request
        environ = {f"HTTP_{name}": value for name, value in request.headers.items()}
        environ["REQUEST_METHOD"], environ["QUERY_STRING"] = request.command, request.query
        environ["PATH_INFO"] = f"/{request.path.lstrip('/')}" if request.path.startswith("//") else request.path
        environ["wsgi.file_wrapper"] = ReadOnlyFileBasedBuffer
        try:
            body = at_hand(environ, self.begin)
        except Exception:
            return False  # a thread will meet the same, and tell of it
        if body is None:
            return False
        self.body, self.close_on_finish = body, request.connection_close
        return True

    def begin(self, status: str, lines: list[tuple[str, str]]) -> None:
        self.status, self.lines = status, lines

    def execute(self) -> None:
        self.complete = self.wrote_header = True
        head = [
            f"HTTP/{self.version} {self.status}",
            *(f"{name}: {value}" for name, value in self.lines),
            f"Date: {_date(int(self.start_time))}",
        ]
        if self.close_on_finish:
            head.append("Connection: close")
        self.channel.write_soon("\r\n".join([*head, "\r\n"]).encode("latin-1"))
        if isinstance(self.body, ReadOnlyFileBasedBuffer):
            self.body.prepare(int(dict(self.lines)["Content-Length"]))
            self.channel.write_soon(self.body)
        else:
            for piece in self.body:
                self.channel.write_soon(piece)


class Channel(HTTPChannel):  # type: ignore[misc, unused-ignore]
    coming: object = None
    seen = 0.0
    asked = False
    """Whether what has just come made a request complete."""
    found: AtOnce | None = None
    pieces: list[bytes] | None = None
    """What is to be sent in one call when the answer is complete."""

    def task_class(self, channel: Channel, request: Any) -> Task:
        found, self.found = self.found, None
        return found or Task(channel, request)

    def received(self, data: bytes) -> bool:
        self.server.looking_after = threading.get_ident()
        taken = bool(super().received(data))
        if self.asked:
            self.asked = False
            self._answer()
        return taken

    def _answer(self) -> None:
        """Answers the first request at once, or has a thread do it."""
        request, at_hand = self.requests[0], self.server.at_hand
        # Nothing before it is still being sent and nothing after it has come, so that answers keep their order, and
        # waitress never waits here, where nobody else would send, for a client to take what is ahead of the next.
        alone = len(self.requests) == 1 and self.request is None and not self.total_outbufs_len
        plain = request.version == "1.1" or request.connection_close  # as old clients do, and nginx as a proxy
        if at_hand is None or request.error or not plain or not alone:
            self.server.hand_over(self)
            return
        task = AtOnce(self, request)
        if not task.find(at_hand):
            self.server.hand_over(self)
            return
        self.found, self.pieces = task, []
        try:
            self.service()
        finally:
            self._send_pieces()

    def write_soon(self, data: Any) -> int:
        if self.pieces is None:
            return int(super().write_soon(data))
        if isinstance(data, bytes):
            self.pieces.append(data)
            return len(data)
        self._send_pieces()
        return int(super().write_soon(data))

    def _send_pieces(self) -> None:
        """Sends head and body; what the system does not take now, waitress sends when it can."""
        pieces, self.pieces = self.pieces, None
        if not pieces or not self.connected:
            return
        data = b"".join(pieces)
        try:
            sent = self.send(data)
        except OSError:
            self.will_close = True
            return
        if sent < len(data) and self.connected:
            super().write_soon(data[sent:])
