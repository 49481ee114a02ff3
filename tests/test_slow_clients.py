"""Thousands of slow connections leave an ordinary request quick, on the server that we start."""

from __future__ import annotations

import http.client
import os
import resource
import selectors
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc"),
]

PROGRAM = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from podfeed.output import copied, rendered
from podfeed.web.app import create_app
from podfeed.web.server import serve
from podfeed.web.serving import Serving

def words(text):
    return text.encode()

site = {
    "index.html": rendered("text/html; charset=utf-8", words, "<p>news</p>" * 800),
    "feed.xml": rendered("application/xml", words, "item " * 80_000),
    "media/a.mp3": copied("audio/mpeg", "1", Path(sys.argv[1])),
}
serving = Serving(site, now=lambda: datetime.now(UTC))
serve(create_app(lambda: serving), port=0, ready=lambda address: print(address, flush=True))
"""
RECORDING = 60 << 20


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    sound = tmp_path / "a.mp3"
    with sound.open("wb") as file:
        file.truncate(RECORDING)
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, sound], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    port = int(process.stdout.readline().rstrip("/\n").rpartition(":")[2])
    yield process, port
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.fixture
def many_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 12_000 if hard == resource.RLIM_INFINITY else min(12_000, hard)
    if wanted < 6_000:
        pytest.skip("this system does not let us open so many connections")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


def connect(port: int, first: bytes, small: bool = False) -> socket.socket:
    connection = socket.socket()
    if small:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(20)
    connection.connect(("127.0.0.1", port))
    connection.sendall(first)
    return connection


def seconds(port: int, path: str = "/", length: int = 8800) -> float:
    """How long an ordinary reader waits."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path)
    answer = connection.getresponse()
    assert (answer.status, len(answer.read())) == (200, length)
    connection.close()
    return time.perf_counter() - began


def memory(process: subprocess.Popen[str]) -> int:
    """Bytes of memory that the server uses now."""
    fields = Path(f"/proc/{process.pid}/statm").read_text().split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")


SLOW = {
    "headers": b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ",
    "bodies": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\nx",
    "silent": b"",
    "idle after an answer": b"GET /missing HTTP/1.1\r\nHost: a\r\n\r\n",
    "reading nothing of a recording": b"GET /media/a.mp3 HTTP/1.1\r\nHost: a\r\n\r\n",
    "reading nothing of a feed": b"GET /feed.xml HTTP/1.1\r\nHost: a\r\n\r\n",
    "reading nothing of a part": b"GET /media/a.mp3 HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1000000\r\n\r\n",
}


def test_2500_slow_connections(server, many_files):
    """With 2,500 connections that send or read next to nothing, an ordinary request takes under a quarter of a second,
    and the server's memory stays below 250 MB."""
    process, port = server
    kinds = list(SLOW.items())
    slow = [connect(port, kinds[n % len(kinds)][1], small=True) for n in range(2500)]
    dripping = [s for n, s in enumerate(slow) if kinds[n % len(kinds)][0] in ("headers", "bodies")]
    seconds(port)  # the 1,400 that asked for something have been answered before us
    times = []
    for _ in range(40):
        for connection in dripping[:: max(1, len(dripping) // 50)]:
            with suppress(ConnectionError):  # the server may lose patience
                connection.sendall(b"x")
        times.append(seconds(port))
    times += [seconds(port, "/feed.xml", 400_000) for _ in range(5)]
    assert statistics.median(times) < 0.25 and max(times) < 1, times
    assert memory(process) < 250 << 20
    assert process.poll() is None
    for connection in slow:
        connection.close()


def test_those_who_do_nothing_are_let_go(server, many_files):
    """Connections that neither send nor read are closed after the time that the settings give them."""
    _, port = server
    slow = [connect(port, words) for words in (b"", SLOW["headers"], SLOW["idle after an answer"]) for _ in range(50)]
    waiting = selectors.DefaultSelector()
    for connection in slow:
        connection.setblocking(False)
        waiting.register(connection, selectors.EVENT_READ)
    gone, end = 0, time.monotonic() + 60
    while gone < len(slow) and time.monotonic() < end:
        for key, _ in waiting.select(1):
            connection = key.fileobj
            try:
                if connection.recv(65536):
                    continue
            except ConnectionResetError:
                pass
            waiting.unregister(connection)
            connection.close()
            gone += 1
    assert gone == len(slow)


def test_5000_connections_do_not_end_the_server(server, many_files):
    """More connections than it takes make the server wait, not stop: when they go, it goes on."""
    process, port = server
    slow = []
    for _ in range(5000):
        try:
            connection = socket.socket()
            connection.setblocking(False)
            connection.connect_ex(("127.0.0.1", port))
            slow.append(connection)
        except OSError:
            break
    assert len(slow) > 4000
    time.sleep(2)
    assert process.poll() is None
    for connection in slow:
        connection.close()
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            if seconds(port) < 0.25:
                break
        except OSError:
            time.sleep(0.2)
    assert seconds(port) < 0.25
