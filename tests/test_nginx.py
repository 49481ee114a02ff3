"""The sample of docs/deploying.md, run by Debian's nginx over a published show, answers as podfeed itself does."""

from __future__ import annotations

import gzip
import http.client
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from newsroom import make
from test_hidden import ask
from test_readme import DEPLOYING, samples

from podfeed.output import Site
from podfeed.publish.folder import publish
from podfeed.publish.reading import read_built
from podfeed.schedule import View
from podfeed.steps import take
from podfeed.web.app import create_app
from podfeed.web.live import Built

pytestmark = [
    pytest.mark.xdist_group("nginx"),
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed"),
]

NOW = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)
WRAPPED = """\
{user}
daemon off;
pid {folder}/pid;
error_log {folder}/log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{sample}
}}
"""


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("nginx"))


@pytest.fixture(scope="module")
def site(show: Path) -> Site:
    taken = take(show, View(now=NOW))
    assert taken.site is not None
    publish(taken.site, show / "public")
    return taken.site


@pytest.fixture(scope="module")
def port(show: Path, site: Site) -> Iterator[int]:
    """nginx with the sample that serves the folder; only the place and the port are changed."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        number = int(one.getsockname()[1])
    (sample,) = (s.text for s in samples(DEPLOYING, "nginx") if "root /srv/show/public;" in s.text)
    sample = sample.replace("/srv/show/public", str(show / "public")).replace(
        "listen 80;", f"listen 127.0.0.1:{number};"
    )
    user = "user root;" if os.geteuid() == 0 else ""  # else it would give up root's rights, and the folder is root's
    (show / "nginx.conf").write_text(WRAPPED.format(user=user, folder=show, sample=sample))
    process = subprocess.Popen(["nginx", "-c", show / "nginx.conf", "-e", show / "log"])
    for _ in range(200):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", number)) == 0:
                break
        time.sleep(0.05)
    yield number
    process.terminate()
    process.wait(10)


def get(port: int, path: str, **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.headers, body


SAME = (
    "Content-Type",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Content-Security-Policy",
    "Accept-Ranges",
)


def address(path: str) -> str:
    return "/" + path.removesuffix("index.html")


def test_every_file_comes_as_podfeed_sends_it(port, show, site):
    """Bytes, media type and the headers of safety are the same for every path of the site; and scripts of other sites
    may read what apps need."""
    app = create_app(Built(lambda: read_built(show / "public"), show / "public", clock=lambda: NOW).current)
    wrong = []
    for path in sorted(site):
        status, said, body = get(port, address(path))
        own_status, own, own_body = ask(app, address(path))
        own = dict(own)
        assert (status, body) == (int(own_status[:3]), own_body), path
        wrong += [(path, name, said[name], own[name]) for name in SAME if said[name] != own[name]]
        if "Access-Control-Allow-Origin" in own:
            assert said["Access-Control-Allow-Origin"] == "*", path
    assert wrong == []


def test_copies_are_kept_for_a_minute_and_asked_for_again(port):
    """A feed says how long a copy is good, and an app that has it gets 304 and no body."""
    status, said, body = get(port, "/feed.xml", Accept_Encoding="gzip")
    assert said["Vary"] == "Accept-Encoding"
    assert status == 200 and said["Content-Encoding"] == "gzip" and b"<rss" in gzip.decompress(body)
    assert said["Cache-Control"] == "public, max-age=60" and said["Last-Modified"]
    for name, value in (("If_None_Match", said["ETag"]), ("If_Modified_Since", said["Last-Modified"])):
        status, again, body = get(port, "/feed.xml", Accept_Encoding="gzip", **{name: value})
        assert (status, body) == (304, b"") and again["Cache-Control"] == "public, max-age=60"


def test_what_is_not_there(port, show, site):
    """404 with the show's own page, also for what lies beside the published folder; a folder gets its slash."""
    for path in ("/missing", "/missing/", "/../show.yaml", "/%2e%2e/show.yaml", "/.podfeed", "/episodes/none/"):
        status, said, body = get(port, path)
        assert status in (400, 404), path
        if status == 404:
            assert body == site["404.html"].body() and said["Content-Type"] == "text/html; charset=utf-8"
            assert said["Cache-Control"] is None and "default-src 'none'" in said["Content-Security-Policy"]
    status, said, _ = get(port, "/episodes/vote")
    assert status == 301 and said["Location"].endswith("/episodes/vote/")


def test_parts_of_a_recording(port, site):
    """A player gets the part that it asks for, and the whole of a newer recording."""
    body = site["media/morning.mp3"].body()
    status, said, part = get(port, "/media/morning.mp3", Range="bytes=100-199")
    assert (status, part, said["Content-Range"]) == (206, body[100:200], f"bytes 100-199/{len(body)}")
    status, _, part = get(port, "/media/morning.mp3", Range="bytes=-10")
    assert (status, part) == (206, body[-10:])
    status, said, _ = get(port, "/media/morning.mp3", Range=f"bytes={len(body)}-")
    assert (status, said["Content-Range"]) == (416, f"bytes */{len(body)}")
    status, _, whole = get(port, "/media/morning.mp3", Range="bytes=100-199", If_Range='"older"')
    assert (status, whole) == (200, body)
