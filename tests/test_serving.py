"""A real show behind our own server: hosts that lie, addresses nobody named, downloads that break off."""

from __future__ import annotations

import http.client
import itertools
import os
import random
import re
import resource
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from newsroom import make
from test_hidden import ask

from podfeed.output import Site, copied, rendered
from podfeed.publish.folder import publish
from podfeed.publish.reading import read_built
from podfeed.schedule import View
from podfeed.steps import take
from podfeed.web import server
from podfeed.web.app import create_app
from podfeed.web.live import Built
from podfeed.web.serving import Serving
from tests.busy import Pauses

NOW = datetime(2026, 11, 24, 12, 0, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    taken = take(make(tmp_path_factory.mktemp("serving")), View(now=NOW))
    assert taken.site is not None
    return taken.site


@pytest.fixture(scope="module")
def app(site):
    serving = Serving(site, now=lambda: NOW)
    return create_app(lambda: serving)


@pytest.fixture(scope="module")
def port(app) -> Iterator[int]:
    listening = server._listen(app, "127.0.0.1", 0)
    threading.Thread(target=listening.run, daemon=True).start()
    yield int(listening.effective_port)
    listening.close()


# --- hosts -------------------------------------------------------------------------------------------------------

MARK = "evil-kanari"


def hosts() -> list[str]:
    """Two hundred ways to name a host: plain, with ports, ends, quotes, blanks, other scripts, very long."""
    ends = """.example .example:80 .example:99999 .example. .example/ .example/path .example?x .example#x .example\\x
        .example%00 .example%0d%0aX:1 .example@radio.example @radio.example :pw@radio.example .localhost .internal
        .xn--bcher-kva.example .example,radio.example ;x=1 "><script>alert(1)</script> ' " < {} [::1] .EXAMPLE""".split()
    starts = ("", "www.", "radio.example.", "http://", "//", "radio.example@", "[", "a b ", "é", "127.0.0.1.")
    return [MARK, MARK * 200, *(f"{start}{MARK}{end}" for start, end in itertools.product(starts, ends))][:200]


NAMES = (
    "Host",
    "X-Forwarded-Host",
    "X-Forwarded-Server",
    "X-Forwarded-For",
    "X-Forwarded-Proto",
    "X-Forwarded-Prefix",
    "X-Forwarded-Port",
    "Forwarded",
    "X-Host",
    "X-Original-Host",
    "X-Original-URL",
    "X-Rewrite-URL",
    "X-HTTP-Host-Override",
    "Via",
    "Origin",
    "Referer",
    "User-Agent",
)


def test_no_host_reaches_an_answer(app, site):
    """Two hundred hosts in seventeen headers: pages, feeds, redirects, 404s and refusals are those of nobody."""
    values = hosts()
    assert len(set(values)) >= 200
    paths = ["/", "/feed.xml", "/episodes/vote", "/episodes/vote/", "/missing", "/oembed.json", "/media/morning.mp3"]
    ways = [{"method": "GET"}, {"method": "POST"}, {"Range": "bytes=99999999-"}]
    count = 0
    for number, value in enumerate(values):
        for name in NAMES if number % 20 == 0 else ("Host", NAMES[1 + number % (len(NAMES) - 1)]):
            path, way = paths[count % len(paths)], ways[count % len(ways)]
            told, untold = ask(app, path, **{**way, name: value}), ask(app, path, **way)
            assert told == untold, (name, value, path)
            count += 1
    assert count > 500
    # Everything that stands behind the front door hears one host only, whatever anybody said.
    heard: list[str] = []
    from podfeed.web.front import Front

    spy = Front(
        lambda: Serving({}, now=lambda: NOW), "", lambda environ, start: heard.append(environ["HTTP_HOST"]) or []
    )
    for value in values:
        with pytest.raises(IndexError):
            ask(spy, "/x", Host=value)
    assert set(heard) == {"localhost"}


@pytest.mark.parametrize(
    "line",
    [
        "GET http://evil-kanari.example/ HTTP/1.1",
        "GET http://evil-kanari.example/missing HTTP/1.1",
        "GET https://evil-kanari.example:99/episodes/vote HTTP/1.1",
        "GET //evil-kanari.example/%2e%2e HTTP/1.1",
        "GET //evil-kanari.example HTTP/1.1",
        "GET /\\evil-kanari.example HTTP/1.1",
        "GET /%5cevil-kanari.example/ HTTP/1.1",
        "CONNECT evil-kanari.example:443 HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "GET evil-kanari HTTP/1.1",
        "GET / HTTP/1.0",
        "GET /episodes/vote?evil-kanari HTTP/1.1",
    ],
)
def test_no_request_line_reaches_an_answer(port, line):
    """A request target with a host in it, as proxies get it, is answered like any other and repeated nowhere."""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        head = f"{line}\r\nHost: {MARK}.example\r\nX-Forwarded-Host: {MARK}.example\r\nConnection: close\r\n\r\n"
        connection.sendall(head.encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.") and MARK.encode() not in answer.lower()
    assert b"\r\nlocation: http" not in answer.lower() and b"\r\nlocation: //" not in answer.lower()


# --- what there is and what there is not ----------------------------------------------------------------------------


def test_nothing_but_the_manifest_is_answered(app, site):
    """Flask has no routes of its own; each output answers 200 with all headers and its own type; any address made by
    cutting, doubling or joining parts of them is an output, the way to one, or the 404."""
    assert list(app.url_map.iter_rules()) == []
    known = {"/" + path.removesuffix("index.html") for path in site}
    for path in sorted(known):
        status, lines, _ = ask(app, path.encode().decode("latin-1") if path.isascii() else path)
        said = dict(lines)
        assert status == "200 OK" and said["X-Content-Type-Options"] == "nosniff", path
        assert (
            "unsafe" not in said["Content-Security-Policy"] and "default-src 'none'" in said["Content-Security-Policy"]
        )
        assert said["Referrer-Policy"] and said["Cache-Control"] and said["ETag"]
        name = path.lstrip("/") + ("index.html" if path.endswith("/") else "")
        assert said["Content-Type"] == site[name].media_type
        for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "MKCOL", "QUERY"):
            refused, lines, _ = ask(app, path, method)
            assert (refused, dict(lines)["Allow"]) == ("405 METHOD NOT ALLOWED", "GET, HEAD")
    chance, parts = random.Random(25), sorted({part for path in known for part in path.split("/") if part})
    seen: Counter[str] = Counter()
    for _ in range(1500):
        path = "/" + "/".join(chance.choices(parts, k=chance.randint(1, 3))) + chance.choice(("", "/", ".json", "//"))
        status, lines, _ = ask(app, path)
        assert status.startswith("200") == (path in known), path
        assert status[:3] in ("200", "308", "404") and (status[:3] != "308" or path + "/" in known), path
        assert "Content-Security-Policy" in dict(lines)
        seen[status[:3]] += 1
    assert seen["404"] > 500 and seen["200"] and seen["308"]


# --- ranges and downloads -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "count", [400, pytest.param(20_000, marks=pytest.mark.slow)], ids=["a slice", "twenty thousand"]
)
def test_parts_put_together_are_the_file(tmp_path, count):
    """Random files, ranges, tags and conditions through the whole application: each 206 is exactly its part, and the
    parts of a download put together are the file."""
    chance = random.Random(20)
    sizes = (0, 1, 2, 100, 4096, 200_000, 300_001)
    data = {size: random.Random(size).randbytes(size) for size in sizes}
    files: Site = {}
    for size, body in data.items():
        (tmp_path / f"{size}.mp3").write_bytes(body)
        files = {**files, f"media/{size}.mp3": copied("audio/mpeg", "1", tmp_path / f"{size}.mp3")}
    serving = Serving(files, now=lambda: NOW)
    app = create_app(lambda: serving)
    seen: Counter[str] = Counter()
    for _ in range(count):
        size = chance.choice(sizes)
        body, path = data[size], f"/media/{size}.mp3"
        tag = dict(ask(app, path, "HEAD")[1])["ETag"]
        cuts = sorted(chance.randint(0, size) for _ in range(chance.randint(0, 3)))
        got = b""
        for start, stop in itertools.pairwise([0, *cuts, size]):
            headers = {"Range": f"bytes={start}-{stop - 1 if chance.random() < 0.8 and stop > start else ''}"}
            wrong = chance.random() < 0.2
            if chance.random() < 0.5:
                headers["If-Range"] = f'"{tag[1:-2]}-"' if wrong else tag
            status, lines, part = ask(app, path, **headers)
            seen[status[:3]] += 1
            said = dict(lines)
            if status.startswith("206"):
                first, last, whole = map(int, re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", said["Content-Range"]).groups())
                assert (first, whole) == (start, size) and part == body[first : last + 1]
                assert not (wrong and "If-Range" in headers)
                got = got[:start] + part
            elif status.startswith("200"):
                assert part == body
                got = body
            else:
                assert status.startswith("416") and start >= size
            assert int(said["Content-Length"]) == len(part)
        assert got[: cuts[-1] if cuts else 0] == body[: cuts[-1] if cuts else 0]
    assert set(seen) == {"200", "206", "416"}


def served(site: Site, public: Path | None):
    """An application over the show itself, or over a folder that it is published to."""
    if public is None:
        serving = Serving(site, now=lambda: NOW)
        return create_app(lambda: serving)
    publish(site, public)
    return create_app(Built(lambda: read_built(public), public, clock=lambda: NOW).current)


@pytest.mark.parametrize("is_built", [False, True], ids=["live", "built"])
def test_a_hundred_downloads_across_replacements(tmp_path, is_built):
    """A recording is replaced while it is fetched in pieces, by one of the same size and date: what a client puts
    together with If-Range is one version, whole, a hundred times."""
    chance, sound = random.Random(100), tmp_path / "a.mp3"
    public = tmp_path / "public" if is_built else None
    switched = 0

    def replaced(data: bytes, stamp: str) -> Site:
        sound.write_bytes(data)
        os.utime(sound, (1e9, 1e9))
        return {"media/a.mp3": copied("audio/mpeg", stamp, sound)}

    for attempt in range(100):
        versions = [chance.randbytes(2000) for _ in range(3)]
        app = served(replaced(versions[0], f"{attempt}-0"), public)
        got, tag, number = b"", "", 0
        while len(got) < 2000:
            asked = {"Range": f"bytes={len(got)}-", "If-Range": tag} if got else {}
            status, lines, part = ask(app, "/media/a.mp3", **asked)
            before = got if status.startswith("206") else b""
            tag = dict(lines)["ETag"]
            got = before + part[: chance.randint(1, 900)]  # then the connection breaks off
            if number < 2 and len(got) < 2000 and chance.random() < 0.3:
                number, switched = number + 1, switched + 1
                site = replaced(versions[number], f"{attempt}-{number}")
                if public:
                    publish(site, public)
        assert got == versions[number]
    assert switched > 90


def test_a_large_release_makes_nobody_wait(tmp_path):
    """While a new release takes a second to read, everybody gets the old one at once; then the new one."""
    (tmp_path / "a.mp3").write_bytes(b"x")
    public, slow = tmp_path / "public", threading.Event()

    def read() -> Site:
        if slow.is_set():
            time.sleep(1)
        return read_built(public)

    publish(version(0, tmp_path / "a.mp3"), public)
    built = Built(read, public, clock=lambda: NOW)
    app = create_app(built.current)
    slow.set()
    publish(version(1, tmp_path / "a.mp3"), public)
    began, waits, seen = time.monotonic(), [], []
    with Pauses() as pauses:
        while time.monotonic() < began + 60 and (not seen or b"number 1" not in seen[-1]):
            asked = time.monotonic()
            seen.append(ask(app, "/p1/")[2])
            waits.append(time.monotonic() - asked)
    assert max(waits) < 0.6 + pauses.allowed and b"number 0" in seen[0] and b"number 1" in seen[-1], (
        max(waits),
        len(seen),
    )


# --- all of it at once, for a while ---------------------------------------------------------------------------------


def words(text: str) -> bytes:
    return text.encode()


def version(number: int, sound: Path) -> Site:
    """Sixty pages that all say the same number, and a recording that stays."""
    pages = {
        f"p{n}/index.html": rendered("text/html; charset=utf-8", words, f"<p>number {number}</p>") for n in range(60)
    }
    return {
        **pages,
        "feed.xml": rendered("application/xml", words, f"number {number} " * 20_000),
        "media/a.mp3": copied("audio/mpeg", "1", sound),
    }


@pytest.mark.slow
def test_sixty_seconds_of_everything(tmp_path):
    """A minute of readers of every kind while releases follow each other: no answer is wrong or of two versions, no
    reader goes back to an older one, memory grows by less than a tenth, and no file stays open."""
    sound, public = tmp_path / "a.mp3", tmp_path / "public"
    sound.write_bytes(os.urandom(3 << 20))
    publish(version(0, sound), public)
    built = Built(lambda: read_built(public), public)
    listening = server._listen(create_app(built.current), "127.0.0.1", 0)
    threading.Thread(target=listening.run, daemon=True).start()
    port, stop, wrong, count = int(listening.effective_port), threading.Event(), [], Counter()

    def reader(seed: int) -> None:
        chance, newest = random.Random(seed), 0
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        while not stop.is_set():
            path = chance.choice((f"/p{chance.randrange(60)}/", "/feed.xml", "/media/a.mp3", "/missing", "/p3"))
            headers = chance.choice(
                ({}, {"If-None-Match": "*"}, {"Range": "bytes=100-70000"}, {"Accept-Encoding": "gzip"})
            )
            try:
                connection.request("GET", path, headers=headers)
                answer = connection.getresponse()
                body = answer.read()
            except (OSError, http.client.HTTPException) as error:
                wrong.append((path, error))
                connection.close()
                continue
            count[answer.status] += 1
            if answer.status == 200 and not headers and path.startswith(("/p", "/feed")):
                said = {int(number) for number in re.findall(rb"number (\d+)", body)}
                if len(said) != 1 or min(said) < newest:
                    wrong.append((path, said, newest))
                newest = max(said)
            elif answer.status not in (200, 206, 304, 308, 404, 416):
                wrong.append((path, answer.status))
            time.sleep(0.01)
        connection.close()

    readers = [threading.Thread(target=reader, args=(seed,)) for seed in range(64)]
    for one in readers:
        one.start()
    began, number, usage = time.monotonic(), 0, []
    try:
        while time.monotonic() - began < 60:
            number += 1
            publish(version(number, sound), public)
            time.sleep(0.9)
            pages = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
            usage.append((pages, len(os.listdir("/proc/self/fd"))))
    finally:
        stop.set()
        for one in readers:
            one.join()
        time.sleep(0.5)
        left = len(os.listdir("/proc/self/fd"))
        listening.close()
    assert wrong == []
    assert number >= 30 and count.total() > 5_000 and {200, 206, 304, 308, 404} <= set(count), (number, count)
    half = len(usage) // 2
    early, late = (max(row[0] for row in rows) for rows in (usage[5:half], usage[half:]))
    assert late < early * 1.1, usage
    assert left <= usage[0][1] + 5 and max(files for _, files in usage[half:]) <= max(f for _, f in usage[:half]) + 70
