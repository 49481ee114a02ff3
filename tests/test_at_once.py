"""Answers that are at hand, given by the thread that looks after all connections: the same ones, in order, and never at
the cost of anybody else."""

from __future__ import annotations

import http.client
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path

import pytest

from podfeed.output import copied, rendered
from podfeed.publish.folder import publish
from podfeed.publish.reading import read_built
from podfeed.web import server
from podfeed.web import serving as kept
from podfeed.web.app import create_app
from podfeed.web.front import Front
from podfeed.web.live import Built
from podfeed.web.serving import Serving

if sys.platform == "win32":
    pytest.skip("podfeed publishes with symbolic links", allow_module_level=True)

SOUND = bytes(range(256)) * 80_000  # 20 MB: more than waitress lets wait for one connection
PAGE = b"<p>news</p>" * 800


def words(text: str) -> bytes:
    return text.encode()


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("at-once")
    (folder / "a.mp3").write_bytes(SOUND)
    publish(
        {
            "index.html": rendered("text/html; charset=utf-8", words, PAGE.decode()),
            "404.html": rendered("text/html; charset=utf-8", words, "<p>nothing</p>"),
            "feed.xml": rendered("application/xml; charset=utf-8", words, "item " * 60_000),
            "media/a.mp3": copied("audio/mpeg", "1", folder / "a.mp3"),
        },
        folder / "public",
    )
    return folder / "public"


@contextmanager
def listening(app: Callable[..., Iterable[bytes]]) -> Iterator[int]:
    one = server._listen(app, "127.0.0.1", 0)
    thread = threading.Thread(target=one.run, daemon=True)
    thread.start()
    yield int(one.effective_port)
    one.close()


@pytest.fixture(scope="module")
def port(public: Path) -> Iterator[int]:
    with listening(create_app(Built(lambda: read_built(public), public).current)) as number:
        for path in ("/", "/feed.xml", "/media/a.mp3"):
            ask(number, path, Accept_Encoding="gzip")
        yield number


def ask(port: int, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        said = {name.lower(): value for name, value in answer.getheaders() if name not in ("Date", "Cache-Control")}
        return answer.status, said, answer.read()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", {}),
        ("//", {}),
        ("/", {"Connection": "close"}),
        ("/?a=b", {"Accept_Encoding": "gzip"}),
        ("/feed.xml", {}),
        ("/feed.xml", {"Accept_Encoding": "gzip"}),
        ("/feed.xml", {"If_None_Match": "*"}),
        ("/feed.xml", {"If_Match": '"other"'}),
        ("/media/a.mp3", {}),
        ("/media/a.mp3", {"Range": "bytes=5-70000"}),
        ("/media/a.mp3", {"Range": "bytes=5-9000000"}),
        ("/media/a.mp3", {"Range": "bytes=99999999-"}),
        ("/missing", {}),
    ],
)
def test_the_same_as_from_a_thread(port, public, method, path, headers):
    """Status, headers and bytes are those that a thread gives."""
    with listening(create_app(Built(lambda: read_built(public), public).current).wsgi_app.__call__) as threads:
        first, again, other = (ask(number, path, method, **headers) for number in (port, port, threads))
    assert first == again == other


def test_while_every_thread_is_busy(public):
    """What is at hand does not wait for threads; so it is no thread that answers."""
    release, busy = threading.Event(), threading.Semaphore(0)

    def waiting(environ: dict, start: Callable) -> list[bytes]:
        busy.release()
        release.wait(30)
        start("200 OK", [("Content-Length", "0")])
        return []

    front = Front(Built(lambda: read_built(public), public).current, "", waiting)
    with listening(front) as number:
        asked = [("/", {}), ("/feed.xml", {"Accept_Encoding": "gzip"}), ("/media/a.mp3", {"Range": "bytes=1-9"})]
        before = [ask(number, path, **headers) for path, headers in asked]
        threads = [threading.Thread(target=ask, args=(number, "/missing")) for _ in range(server.SETTINGS["threads"])]
        for thread in threads:
            thread.start()
            assert busy.acquire(timeout=20)
        try:
            assert [ask(number, path, **headers) for path, headers in asked] == before
        finally:
            release.set()
        for thread in threads:
            thread.join()


def lines(*requests: tuple[str, str]) -> bytes:
    return b"".join(f"GET {path} HTTP/1.1\r\nHost: a\r\n{more}\r\n".encode() for path, more in requests)


def answers(file: BufferedReader, count: int) -> list[tuple[int, bytes]]:
    found = []
    for _ in range(count):
        status, length = int(file.readline().split()[1]), 0
        while (line := file.readline()) != b"\r\n":
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        found.append((status, file.read(length)))
    return found


def test_answers_keep_their_order(port):
    """Requests that come all at once, of which threads answer some: each answer in its place."""
    asked = [("/", ""), ("/missing", ""), ("/media/a.mp3", "Range: bytes=3-9\r\n"), ("/", "If-None-Match: *\r\n")]
    with socket.create_connection(("127.0.0.1", port), 20) as connection, connection.makefile("rb") as file:
        for _ in range(20):
            connection.sendall(lines(*asked) + lines(*asked[::-1]))
            statuses = [status for status, _ in answers(file, 8)]
            assert statuses == [200, 404, 206, 304, 304, 206, 404, 200]


def test_the_next_one_waits_to_be_told_to_go_on(port):
    """A request that asks whether to send its body hears so after the answer to the one before."""
    with socket.create_connection(("127.0.0.1", port), 20) as connection, connection.makefile("rb") as file:
        head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
        connection.sendall(lines(("/", "")) + head)
        assert answers(file, 1) == [(200, PAGE)]
        assert file.readline().startswith(b"HTTP/1.1 100 ") and file.readline() == b"\r\n"
        connection.sendall(b"hello")
        assert file.readline().startswith(b"HTTP/1.1 405 ")


def test_who_does_not_read_stops_nobody(port):
    """A recording, more than may wait for one connection, and requests behind it: everybody else is answered meanwhile,
    and all of it arrives when it is read."""
    with socket.create_connection(("127.0.0.1", port), 20) as connection, connection.makefile("rb") as file:
        connection.sendall(lines(("/media/a.mp3", ""), ("/", ""), ("/media/a.mp3", "")))
        for _ in range(20):
            assert ask(port, "/")[2] == PAGE
        assert answers(file, 3) == [(200, SOUND), (200, PAGE), (200, SOUND)]


def test_an_old_client(port):
    """HTTP/1.0 gets its answer and its end."""
    with socket.create_connection(("127.0.0.1", port), 20) as connection:
        connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.0 200 ") and answer.endswith(PAGE)


# --- recordings that are kept open -----------------------------------------------------------------------------------


def open_files(folder: Path) -> int:
    """How many files below a folder this process has open."""
    links = (Path("/proc/self/fd") / name for name in os.listdir("/proc/self/fd"))
    return sum(str(folder) in os.readlink(link) for link in links if link.is_symlink())


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_so_many_recordings_stay_open_and_no_more(tmp_path):
    """The last ones that were asked for; and none of a release that has been replaced."""
    site = {}
    for number in range(kept.MOST_OPEN + 20):
        (tmp_path / f"{number}.mp3").write_bytes(b"%d" % number * 1000)
        site[f"media/{number}.mp3"] = copied("audio/mpeg", "1", tmp_path / f"{number}.mp3")
    publish(site, tmp_path / "public")
    serving = Serving(read_built(tmp_path / "public"), now=lambda: datetime.now(UTC), built=True)
    client = create_app(lambda: serving).test_client()
    for _ in range(2):
        for number in range(kept.MOST_OPEN + 20):
            answer = client.get(f"/media/{number}.mp3", headers={"Range": "bytes=0-"})
            assert answer.data == b"%d" % number * 1000
            answer.close()
    assert open_files(tmp_path) == kept.MOST_OPEN
    serving = Serving({}, now=lambda: datetime.now(UTC))
    assert open_files(tmp_path) == 0


def test_a_recording_that_became_shorter(tmp_path):
    """Whoever cuts a published file gets an error for it, not fewer bytes than were announced."""
    (tmp_path / "a.mp3").write_bytes(SOUND[:10_000])
    publish({"media/a.mp3": copied("audio/mpeg", "1", tmp_path / "a.mp3")}, tmp_path / "public")
    with listening(create_app(Built(lambda: read_built(tmp_path / "public"), tmp_path / "public").current)) as number:
        assert ask(number, "/media/a.mp3", Range="bytes=0-")[2] == SOUND[:10_000]
        published = (tmp_path / "public" / "media" / "a.mp3").resolve()
        os.chmod(published, 0o644)
        os.truncate(published, 5_000)
        assert ask(number, "/media/a.mp3", Range="bytes=0-99")[0] == 206
        assert ask(number, "/media/a.mp3", Range="bytes=0-")[0] == 500
