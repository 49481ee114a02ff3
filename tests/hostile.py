"""A web server on this computer that misbehaves in every way on request: each path is one behaviour."""

from __future__ import annotations

import random
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Behave = Callable[[socket.socket, "Server"], None]

OK = b"HTTP/1.1 200 OK\r\n"


def said(*pieces: bytes) -> Behave:
    """Sends these and closes."""

    def behave(link: socket.socket, _: Server) -> None:
        for piece in pieces:
            link.sendall(piece)

    return behave


def forever(start: bytes, piece: bytes, pause: float = 0.0) -> Behave:
    """Sends `start`, then `piece` again and again until the other side has gone."""

    def behave(link: socket.socket, server: Server) -> None:
        link.sendall(start)
        while not server.closing:
            link.sendall(piece)
            time.sleep(pause)

    return behave


def silent(link: socket.socket, server: Server) -> None:
    while not server.closing:
        time.sleep(0.05)


def reset(link: socket.socket, _: Server) -> None:
    link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def redirect(to: str, status: int = 302) -> Behave:
    return said(f"HTTP/1.1 {status} Moved\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode("latin-1"))


def around(link: socket.socket, server: Server) -> None:
    redirect(f"{server.url}/around")(link, server)


MEGABYTE = b"x" * 1_000_000
BEHAVIOURS: dict[str, Behave] = {
    "silence": silent,
    "drip-status": forever(b"", b"H", 0.05),
    "drip-headers": forever(OK, b"a", 0.05),
    "drip-body": forever(OK + b"\r\n", b"x", 0.05),
    "drip-announced-body": forever(OK + b"Content-Length: 1000000\r\n\r\n", b"x", 0.05),
    "endless-body": forever(OK + b"\r\n", MEGABYTE),
    "endless-headers": forever(OK, b"X-A: b\r\n"),
    "endless-header-line": forever(OK + b"X-A: ", MEGABYTE),
    "endless-continue": forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "endless-chunks": forever(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "endless-chunk-size": forever(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0" * 100_000),
    "endless-trailers": forever(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X-A: b\r\n"),
    "bad-chunk-size": said(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nxx\r\n"),
    "minus-length": said(OK + b"Content-Length: -5\r\n\r\nhello"),
    "broken-off": said(OK + b"Content-Length: 500\r\n\r\nhello"),
    "garbage": said(bytes(range(256)) * 10),
    "nothing": said(b""),
    "reset": reset,
    "packed-bomb": said(OK + b"Content-Encoding: gzip\r\n\r\n" + b"\x1f\x8b" + MEGABYTE),
    "packed-often": said(OK + b"Content-Encoding: " + b"gzip, " * 500 + b"gzip\r\n\r\nx"),
    "around": around,
    "to-file": redirect("file:///etc/passwd"),
    "to-nowhere": redirect("http://[::1"),
    "to-controls": redirect("http://\x01\x7f/"),
    "old-protocol": said(b"<html>no headers at all</html>"),
}


class Server:
    """Listens on loopback; `asked` are the first lines of all requests that came."""

    def __init__(self, more: dict[str, Behave] | None = None) -> None:
        self.behaviours = {**BEHAVIOURS, **(more or {})}
        self.asked: list[str] = []
        self.closing = False
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                link, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(link,), daemon=True).start()

    def _serve(self, link: socket.socket) -> None:
        with link, suppress(OSError, IndexError, ValueError):
            link.settimeout(20)
            head = b""
            while b"\r\n\r\n" not in head and len(head) < 10_000 and (piece := link.recv(4096)):
                head += piece
            line = head.split(b"\r\n")[0].decode("latin-1")
            self.asked.append(line)
            name = line.split(" ")[1].strip("/").split("?")[0]
            if name.startswith("random-"):
                randomly(int(name.removeprefix("random-")))(link, self)
            else:
                self.behaviours.get(name, said(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"))(link, self)

    def close(self) -> None:
        self.closing = True
        self._listener.close()


def randomly(seed: int) -> Behave:
    """A stream of bytes that is nearly HTTP: an ordinary answer with random changes."""
    dice = random.Random(seed)
    text = bytearray(
        dice.choice(
            (
                OK + b"Content-Length: 50\r\nContent-Type: text/xml\r\n\r\n" + b"y" * 50,
                OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                b"HTTP/1.1 301 Moved\r\nLocation: /random-7\r\n\r\n",
                b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"\r\nbody",
                bytes(dice.randrange(256) for _ in range(200)),
            )
        )
    )
    for _ in range(dice.randrange(6)):
        at = dice.randrange(len(text))
        text[at : at + dice.randrange(4)] = bytes(dice.randrange(256) for _ in range(dice.randrange(4)))
        text = text or bytearray(b"\n")
    return said(bytes(text))


@contextmanager
def server(more: dict[str, Behave] | None = None) -> Iterator[Server]:
    made = Server(more)
    try:
        yield made
    finally:
        made.close()


def answer(body: bytes, media_type: str = "text/plain", status: str = "200 OK") -> Behave:
    """An honest answer."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return said(head.encode() + body)
