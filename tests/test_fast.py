"""granian answers as waitress does: the same published folder behind both."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from podfeed.output import copied, rendered
from podfeed.publish.folder import publish

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("fast")]

if sys.platform == "win32":
    pytest.skip("podfeed publishes with symbolic links", allow_module_level=True)


def words(text: str) -> bytes:
    return text.encode()


def site(number: int, sound: Path) -> dict:
    return {
        "index.html": rendered("text/html; charset=utf-8", words, f"<p>number {number}</p>" * 100),
        "404.html": rendered("text/html; charset=utf-8", words, "<p>nothing</p>"),
        "feed.xml": rendered("application/xml; charset=utf-8", words, f"item {number} " * 40_000),
        "media/a.mp3": copied("audio/mpeg", "1", sound),
    }


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fast")
    (folder / "a.mp3").write_bytes(bytes(range(256)) * 4000)
    publish(site(0, folder / "a.mp3"), folder / "public")
    return folder / "public"


@pytest.fixture(scope="module")
def ports(public: Path) -> Iterator[tuple[int, ...]]:
    """The port of each server."""
    command = [sys.executable, "-m", "podfeed", "-C", public.parent, "serve", "--built", "--port", "0", "--server"]
    started = [subprocess.Popen([*command, name], stdout=subprocess.PIPE) for name in ("waitress", "granian")]
    found = []
    try:
        for process in started:
            assert process.stdout
            match = re.search(rb":(\d+)/", process.stdout.readline())
            assert match
            found.append(int(match[1]))
        yield tuple(found)
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.communicate(timeout=20)


def ask(port: int, method: str, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    said = {name.lower(): value for name, value in answer.getheaders()}
    for name in ("date", "server", "via", "connection"):
        said.pop(name, None)
    said["cache-control"] = re.sub(r"\d+", "n", said.get("cache-control", ""))
    return answer.status, said, body


ASKED = [
    ("GET", "/", {}),
    ("HEAD", "/", {}),
    ("GET", "/feed.xml", {}),
    ("GET", "/feed.xml", {"Accept-Encoding": "gzip"}),
    ("GET", "/feed.xml", {"If-None-Match": "*"}),
    ("GET", "/media/a.mp3", {}),
    ("HEAD", "/media/a.mp3", {}),
    ("GET", "/media/a.mp3", {"Range": "bytes=100-999"}),
    ("GET", "/media/a.mp3", {"Range": "bytes=1000-"}),
    ("GET", "/media/a.mp3", {"Range": "bytes=-1"}),
    ("GET", "/media/a.mp3", {"Range": "bytes=2000000-"}),
    ("GET", "/media/a.mp3", {"If-Match": '"other"'}),
    ("GET", "/media", {}),
    ("GET", "/%C3%A9%ff", {}),
    ("GET", "/../etc/passwd", {}),
    ("POST", "/", {}),
    ("DELETE", "/feed.xml", {"Host": "evil.example"}),
]


@pytest.mark.parametrize(("method", "path", "headers"), ASKED, ids=lambda value: str(value)[:40])
def test_the_same_answers(ports, method, path, headers):
    """Status, headers and bytes are the same from both."""
    one, other = (ask(port, method, path, headers) for port in ports)
    assert one == other
    assert "content-security-policy" in one[1]


def test_a_new_release_is_taken_up(public, ports):
    """Each of granian's processes looks for itself: the next answers are of the new release."""
    publish(site(1, public.parent / "a.mp3"), public)
    for port in ports:
        for _ in range(20):
            assert b"number 1<" in ask(port, "GET", "/", {})[2]
    publish(site(0, public.parent / "a.mp3"), public)


def test_only_a_published_folder(public):
    """Several processes cannot follow an editor's changes; granian says so at once."""
    command = [sys.executable, "-m", "podfeed", "-C", public.parent, "serve", "--server", "granian"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert ended.returncode == 2 and "add --built" in ended.stderr


def test_a_port_that_is_taken(public, ports):
    command = [sys.executable, "-m", "podfeed", "-C", public.parent, "serve", "--built", "--server", "granian"]
    ended = subprocess.run([*command, "--port", str(ports[0])], capture_output=True, text=True, timeout=20)
    assert ended.returncode == 2 and "in use by another program" in ended.stderr


ENDED_AT_ONCE = """
import os, signal, sys, time
from functools import partial
from pathlib import Path

from podfeed.cli import built_app
from podfeed.web import fast

if __name__ == "__main__":
    made = []
    os.register_at_fork(before=lambda: made.append(1), after_in_child=lambda: time.sleep(2 * (len(made) - 1)))
    make = partial(built_app, Path(sys.argv[1]), "")
    fast.serve(make, port=0, workers=2, ready=lambda address: os.kill(os.getpid(), signal.SIGTERM))
"""


def test_ended_before_it_serves(public):
    """Whoever ends the server while its second process is still being made does not wait for that for ever."""
    process = subprocess.Popen([sys.executable, "-c", ENDED_AT_ONCE, public], start_new_session=True)
    try:
        assert process.wait(15) == 0
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
