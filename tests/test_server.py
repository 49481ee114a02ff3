"""The process that listens: real connections, clear words when it cannot start, a clean end."""

from __future__ import annotations

import http.client
import logging
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from podfeed.output import Site, copied, rendered
from podfeed.web import server
from podfeed.web.app import create_app
from podfeed.web.serving import Serving
from tests.busy import Pauses

PROGRAM = """
from datetime import UTC, datetime
from podfeed.web.app import create_app
from podfeed.web.server import serve
from podfeed.web.serving import Serving
serving = Serving({}, now=lambda: datetime.now(UTC))
serve(create_app(lambda: serving), port=0, ready=lambda address: print(address, flush=True))
"""
SOUND = bytes(range(256)) * 20_000


def words(text: str) -> bytes:
    return text.encode()


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server of ours on a free port, in a thread."""
    source: Path = tmp_path_factory.mktemp("media") / "a.mp3"
    source.write_bytes(SOUND)
    site: Site = {
        "index.html": rendered("text/html; charset=utf-8", words, "news " * 2000),
        "feed.xml": rendered("application/xml", words, "item " * 60_000),
        "media/a.mp3": copied("audio/mpeg", "1", source),
    }
    serving = Serving(site, now=lambda: datetime.now(UTC))
    listening = server._listen(create_app(lambda: serving), "127.0.0.1", 0)
    thread = threading.Thread(target=listening.run, daemon=True)
    thread.start()
    yield int(listening.effective_port)
    listening.close()


def ask(port: int, path: str, method: str = "GET", **headers: str) -> tuple[int, bytes, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    result = answer.status, answer.read(), answer.headers
    connection.close()
    return result


def test_whole_answers(port):
    """A page, a long feed and a recording of five megabytes arrive complete."""
    assert ask(port, "/")[:2] == (200, b"news " * 2000)
    assert ask(port, "/feed.xml")[:2] == (200, b"item " * 60_000)
    assert ask(port, "/media/a.mp3")[:2] == (200, SOUND)


@pytest.mark.parametrize(
    ("first", "last"), [(0, 0), (7, 60_000), (100, 300_000), (5, 3_000_000), (5_000_000, 5_119_999)]
)
def test_parts(port, first, last):
    """Parts of every size are exactly those bytes, whichever way they are sent."""
    status, data, headers = ask(port, "/media/a.mp3", Range=f"bytes={first}-{last}")
    assert (status, data) == (206, SOUND[first : last + 1])
    assert headers["Content-Length"] == str(last + 1 - first)


def test_head_and_not_modified(port):
    """HEAD and 304 end after their headers, so that the next answer is understood."""
    status, data, headers = ask(port, "/media/a.mp3", "HEAD")
    assert (status, data, headers["Content-Length"]) == (200, b"", str(len(SOUND)))
    assert ask(port, "/media/a.mp3", If_None_Match=headers["ETag"])[:2] == (304, b"")


def test_a_connection_is_used_again(port):
    """Answers of every kind follow each other on one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.connect()
    first = connection.sock
    for path, length in (("/", 10_000), ("/media/a.mp3", len(SOUND)), ("/feed.xml", 300_000), ("/", 10_000)):
        connection.request("GET", path)
        assert len(connection.getresponse().read()) == length
        assert connection.sock is first
    connection.close()


@pytest.mark.parametrize("path", ["/feed.xml", "/media/a.mp3"])  # answered at once, and by a thread
@pytest.mark.parametrize(("asked", "kept"), [("", True), ("keep-alive", True), ("close", False)])
def test_a_connection_is_kept_after_not_modified(port, path, asked, kept):
    """Apps that ask for a feed that has not changed keep their connection, unless they say that they are done."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    tag = answer.headers["ETag"]
    answer.read()
    first = connection.sock
    for _ in range(3):
        connection.request("GET", path, headers={"If-None-Match": tag, **({"Connection": asked} if asked else {})})
        answer = connection.getresponse()
        assert (answer.status, answer.read(), answer.headers["Content-Length"]) == (304, b"", None)
        assert answer.headers["Connection"] == (None if kept else "close")
        assert (connection.sock is first) == kept
    connection.request("GET", "/")
    assert connection.getresponse().read() == b"news " * 2000
    connection.close()


def test_an_old_client_is_let_go_after_not_modified(port):
    """HTTP/1.0 knows of no kept connections: there a 304 ends it."""
    tag = ask(port, "/")[2]["ETag"]
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(f"GET / HTTP/1.0\r\nIf-None-Match: {tag}\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.0 304 ") and b"Connection: close" in answer


@pytest.mark.parametrize("start", [b"GET / HTTP/1.1\r\nX: ", b"POST / HTTP/1.1\r\nContent-Length: 900\r\n\r\n", b"G"])
def test_who_sends_a_byte_now_and_then_is_let_go(monkeypatch, start):
    """A request that never gets complete ends, however busily it comes; one that is complete in time is answered."""
    monkeypatch.setattr(server, "REQUEST_SECONDS", 0.6)
    monkeypatch.setitem(server.SETTINGS, "cleanup_interval", 0.05)
    serving = Serving({"index.html": rendered("text/plain", words, "news")}, now=lambda: datetime.now(UTC))
    listening = server._listen(create_app(lambda: serving), "127.0.0.1", 0)
    threading.Thread(target=listening.run, daemon=True).start()
    place = ("127.0.0.1", listening.effective_port)
    with closing(listening), socket.create_connection(place, 20) as slow, socket.create_connection(place, 20) as good:
        slow.sendall(start)
        began = time.monotonic()
        with Pauses() as pauses, pytest.raises(OSError):
            while time.monotonic() < began + 10:
                slow.sendall(b"x")
                good.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                assert good.recv(4096).startswith(b"HTTP/1.1 200")
                time.sleep(0.02)
        assert 0.5 < time.monotonic() - began < 3 + pauses.allowed
        good.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert good.recv(4096).startswith(b"HTTP/1.1 200")


def test_nobody_can_send_us_anything(port):
    """Bodies and endless headers are refused."""
    assert ask(port, "/", "POST", Content_Length="5000000")[0] == 413
    assert ask(port, "/", X_Long="x" * 20_000)[0] == 431


@pytest.mark.parametrize("host", ["evil.example", "", "a b", "<script>"])
def test_no_host_is_repeated(port, host):
    """Whatever Host a client names, no answer contains it."""
    for path in ("/", "/missing", "/%2f%2fevil.example"):
        with socket.create_connection(("127.0.0.1", port), 10) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        assert answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 404", b"HTTP/1.1 400"))
        assert not host or host.encode() not in answer


def test_a_port_in_use(port):
    """The message names the port and what to type."""
    with pytest.raises(server.ServeProblem) as caught:
        server.serve(lambda environ, start: [], port=port)
    assert str(port) in caught.value.message and f"--port {port + 1}" in caught.value.hint


@pytest.mark.parametrize(
    ("host", "port"), [("203.0.113.1", 8000), ("no.such.host.invalid", 8000), ("127.0.0.1", 99_999)]
)
def test_where_nobody_can_listen(host, port):
    """An address that is not this machine's, or a port that does not exist, gets one clear line."""
    with pytest.raises(server.ServeProblem) as caught:
        server.serve(lambda environ, start: [], host, port)
    assert host in caught.value.message and "--host" in caught.value.hint


def test_few_files_are_warned_about(monkeypatch):
    """A system that allows few connections is named at the start, with what to type."""
    monkeypatch.setattr(server, "allow_many_files", lambda: 1024)
    monkeypatch.setattr(server, "_listen", lambda *_: (_ for _ in ()).throw(server.ServeProblem("stop", "")))
    warnings: list[str] = []
    with pytest.raises(server.ServeProblem):
        server.serve(lambda environ, start: [], warn=warnings.append)
    assert len(warnings) == 1 and "1,024" in warnings[0] and "ulimit -n 4096" in warnings[0]


def test_the_limit_of_files_is_raised():
    """The server takes what the system allows, without being asked."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    got = server.allow_many_files()
    assert got >= min(hard, 65536) or hard == resource.RLIM_INFINITY


@pytest.mark.parametrize("how", [signal.SIGINT])
def test_ctrl_c_is_a_clean_end(how):
    """Ctrl-C ends the server without a traceback and with status 0."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout and process.stdout.readline().startswith("http://127.0.0.1:")
    time.sleep(0.05)
    process.send_signal(how)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")


def test_the_servers_own_noise_is_off():
    """A full queue of the server is nothing that an editor has to read."""
    assert logging.getLogger("waitress.queue").level == logging.ERROR
