"""Nothing hidden is ever told: not by a file, a header, a length, a date or a wrong guess.

Two newsrooms that differ only in what is hidden must answer alike, header for header; and tens of thousands of guesses
at what is hidden must not bring up one of the forty words that stand in it.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import random
import struct
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

import pytest
from newsroom import EPISODE, SHOW, make, mp3, png

from podfeed.schedule import View
from podfeed.steps import take
from podfeed.web.app import create_app
from podfeed.web.serving import Serving

NOW = datetime(2026, 11, 24, 12, 0, 20, tzinfo=UTC)
LATER = "2026-12-01 18:00"
CANARIES = tuple(f"kanari{chr(97 + n // 26)}{chr(97 + n % 26)}xq" for n in range(40))

# What everybody may see: two stories, one of which hidden episodes name too, and a person whom they also hear.
PEOPLE = """\
dana-reyes: {name: Dana Reyes}
bob-frost: {name: Bob Frost, role: Guest}
"""
SHARED = "https://news.example/2026/03/02/harbour-bridge"


def id3(title: str) -> bytes:
    """An ID3v2.4 tag with a title, an artist and a comment."""
    texts = ((b"TIT2", title), (b"TPE1", title + " artist"), (b"TALB", title + " album"))
    frames = b"".join(name + struct.pack(">IH", len(t) + 1, 0) + b"\3" + t.encode() for name, t in texts)
    size = bytes((len(frames) >> shift) & 127 for shift in (21, 14, 7, 0))
    return b"ID3\4\0\0" + size + frames


def secret(words: Iterator[str], date: str, more: str, name: str) -> str:
    """An episode with a canary in every field that can hold one; half of it says what is public elsewhere."""
    c = [next(words) for _ in range(12)]
    return f"""\
title: The {c[0]} vote
date: {date}
audio: {name}.mp3
guid: {c[1]}-guid
summary: About {c[2]}.
tags: [harbour, {c[3]}]
guests: [bob-frost, "{c[4].title()} Person ({c[5]})"]
transcript: {name}.vtt
image: {name}.png
links: [{{url: "https://links.example/{c[6]}", title: Link}}]
number: 77
season: 9
{more}
clips: [{{start: 0:20, length: 20s, title: "{c[7]}"}}]
segments:
  - 0:00 Start {c[8]}
  - start: 2:15
    title: Bridge
    stories:
      - {{url: "{SHARED}", title: "Headline {c[9]}", publisher: Other}}
      - {{url: "https://{c[10]}.example/story", title: "Story {c[10]}", at: 3:00}}
  - 4:00 Part {c[9]}
notes: |
  Notes on {c[11]}.
"""


def hidden() -> dict[str, str | bytes]:
    """A draft, an episode to come and one under embargo, with their recordings, pictures and transcripts."""
    words = iter(CANARIES)
    files: dict[str, str | bytes] = {}
    kinds = (("2026-03-03 06:00", "draft: yes"), ("2031-01-01 06:00", ""), ("2026-03-04 06:00", f"embargo: {LATER}"))
    for date, more in kinds:
        slug = f"{CANARIES[len(files) // 4 + 36]}-show"
        files[f"episodes/{slug}.yaml"] = secret(words, date, more, slug)
        files[f"media/{slug}.mp3"] = id3(slug) + mp3(1800)
        files[f"media/{slug}.vtt"] = f"WEBVTT\n\n00:00.000 --> 00:05.000\n<v Bob>{slug} is the word\n"
        files[f"media/{slug}.png"] = png(1500, 1500)
    story = f'      - {{url: "https://{CANARIES[39]}.example/s", title: {CANARIES[39]}, embargo: {LATER}}}\n'
    files["episodes/vote.yaml"] = EPISODE.replace("    stories:\n", "    stories:\n" + story, 1)
    return files


def newsroom(folder: Path, secrets: bool) -> Path:
    extra = {
        "show.yaml": SHOW,
        "people.yaml": PEOPLE,
        "episodes/regatta.yaml": EPISODE.replace("2026-03-02", "2026-02-27").replace("morning.mp3", "regatta.mp3"),
        "media/regatta.mp3": mp3(1750),
    }
    return make(folder, {**extra, **(hidden() if secrets else {})})


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    base = tmp_path_factory.mktemp("hidden")
    return newsroom(base / "bare", False), newsroom(base / "full", True)


def serving(folder: Path, now: datetime = NOW, **view: bool) -> Serving:
    taken = take(folder, View(now=now, **view))
    assert taken.site is not None, taken.problems
    return Serving(taken.site, now=lambda: now, next_change=taken.next_change)


@pytest.fixture(scope="module")
def sites(rooms) -> tuple[Serving, Serving, Serving]:
    """The site without anything hidden, the site with it, and everything as the newsroom sees it."""
    bare, full = rooms
    return serving(bare), serving(full), serving(full, drafts=True, future=True)


def ask(app, raw_path: str, method: str = "GET", query: str = "", **headers: str) -> tuple[str, list, bytes]:
    """One request by WSGI, the path exactly as it was typed."""
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(raw_path).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0),
        "wsgi.input": _Empty(),
        "wsgi.errors": sys.stderr,
        "HTTP_HOST": "radio.example",
        **{"HTTP_" + name.upper().replace("-", "_"): value for name, value in headers.items()},
    }
    said: list = []
    answer = app(environ, lambda status, lines, error=None: said.extend((status, lines)))
    try:
        body = b"".join(answer)
    finally:
        getattr(answer, "close", lambda: None)()
    return said[0], said[1], body


def undated(answer: tuple[str, list, bytes]) -> tuple[str, list, bytes]:
    """The answer without the date of a recording, which is when this test wrote its two newsrooms."""
    status, lines, body = answer
    return status, [line for line in lines if line[0] != "Last-Modified"], body


class _Empty:
    def read(self, *_: int) -> bytes:
        return b""


WAYS: tuple[dict[str, str], ...] = (
    {},
    {"method": "HEAD"},
    {"Accept-Encoding": "gzip"},
    {"Range": "bytes=3-40"},
    {"Range": "bytes=99999999-"},
    {"If-None-Match": "*"},
    {"If-Match": '"x"'},
    {"If-Modified-Since": "Mon, 02 Mar 2026 06:00:00 GMT"},
    {"method": "POST"},
    {"method": "OPTIONS"},
)


def address(path: str) -> str:
    return "/" + quote(path.removesuffix("index.html") if path.endswith("index.html") else path)


def test_the_hidden_is_there_to_be_found(sites):
    """The newsroom's own view has every one of the forty words, so that their absence elsewhere says something."""
    _, _, everything = sites
    pages = {path: output.body() for path, output in everything.site.items()}
    told = b" ".join([*pages.values(), *(path.encode() for path in pages)])
    assert [word for word in CANARIES if word.encode() not in told.lower()] == []
    assert len(pages) > 60


def test_every_answer_is_the_same_without_the_hidden(sites):
    """For every published path, every path that is hidden and each way to ask, status, headers and bytes are those of
    a site without anything hidden; so are the files, their types and their order."""
    bare, full, everything = sites
    assert {p: (o.media_type, o.body()) for p, o in bare.site.items()} == {
        p: (o.media_type, o.body()) for p, o in full.site.items()
    }
    assert list(bare.site) == list(full.site)
    one, other = create_app(lambda: bare), create_app(lambda: full)
    count = 0
    for path, way in itertools.product([*map(address, everything.site), "/missing", "/episodes", "/%ff"], WAYS):
        left, right = (undated(ask(app, path, **way)) for app in (one, other))
        assert left == right, (path, way)
        count += 1
    assert count > 600


def test_lengths_of_life_are_the_same(rooms):
    """Neither when a page may be kept to nor when the server will look again is told: every second of the last minute
    before an embargo ends has the Cache-Control of any other minute."""
    bare, full = rooms
    at = datetime(2026, 12, 1, 17, 59, tzinfo=UTC)
    for second in (0, 1, 30, 58, 59):
        now = at.replace(second=second, microsecond=999_999)
        answers = [ask(create_app(lambda s=s: s), "/") for s in (_at(bare, now), _at(full, now))]
        assert answers[0] == answers[1]


_LOOKS: dict[Path, Serving] = {}


def _at(folder: Path, now: datetime) -> Serving:
    taken = _LOOKS.setdefault(folder, serving(folder, now))
    return Serving(taken.site, now=lambda: now, next_change=taken.next_change, shelf=taken.shelf)


@pytest.mark.slow
def test_what_becomes_hidden_leaves_nothing_behind(tmp_path):
    """A published site does not change by a byte, a date or a release when drafts and episodes to come are added; and
    an episode that is made a draft again is gone from the next release, recording, chapters and all."""

    def build(folder: Path, *words: str) -> str:
        command = [sys.executable, "-m", "podfeed", "build", *words]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    folder = newsroom(tmp_path, False)
    build(folder)
    facts = {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in (folder / "public").resolve().rglob("*") if p.is_file()}
    ledger = (folder / "ledger.json").read_bytes()
    for name, data in hidden().items():
        (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    assert "0 files made" in build(folder)
    after = {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in (folder / "public").resolve().rglob("*") if p.is_file()}
    assert after == facts and (folder / "ledger.json").read_bytes() == ledger
    regatta = folder / "episodes/regatta.yaml"
    regatta.write_text(regatta.read_text() + "draft: yes\n")
    build(folder, "--accept", "lost:regatta")
    root = (folder / "public").resolve()
    files = [p for p in root.rglob("*") if p.is_file()]
    assert [p for p in files if b"regatta" in str(p.relative_to(root)).encode() + p.read_bytes()] == []


# --- search -------------------------------------------------------------------------------------------------------


def test_a_search_for_the_hidden_finds_nothing(sites):
    """Each of the forty words, its beginning, and pairs with what is public: the answer of the server is that of a site
    without anything hidden, and it found nothing. The newsroom's own view does find them."""
    bare, full, everything = sites
    one, other, all_ = (create_app(lambda s=s: s) for s in (bare, full, everything))
    ways = ({}, {"method": "HEAD"}, {"Accept-Encoding": "gzip"}, {"If-None-Match": "*"})
    found = heard = 0
    for word in CANARIES:
        for query in (word, word[:-2], f"bridge {word}", f"{word} show", f'"{word}" OR 1=1'):
            for way, more in itertools.product(ways, ("", "&said=1", "&in=said", "&in=people&page=2")):
                left, right = (ask(app, "/search/", query=f"q={quote(query)}{more}", **way) for app in (one, other))
                assert left == right
        nothing = f"Nothing found for “{word}”.".encode()
        assert nothing in ask(other, "/search/", query=f"q={word}&said=1")[2]
        found += nothing not in ask(all_, "/search/", query=f"q={word}")[2]
        heard += b'id="found-said"' in ask(all_, "/search/", query=f"q={word}&said=1")[2]
    assert found > 20 and heard == 3  # the names of the three hidden recordings are said in them


# --- guesses -------------------------------------------------------------------------------------------------------


def guesses(everything: Serving, bare: Serving, chance: random.Random) -> Iterator[tuple[str, dict[str, str]]]:
    """Addresses that somebody who knows podfeed, or half of the secret, might try; each with some way to ask."""
    secret = sorted(set(everything.site) - set(bare.site))
    public = sorted(bare.site)
    names = [*CANARIES, *{part for path in secret for part in path.split("/")}]
    folders = ["", *sorted({path.rpartition("/")[0] + "/" for path in public + secret if "/" in path})]
    ends = """index.html feed.xml chapters.json companion.json transcript.vtt transcript.srt transcript.json embed/
        oembed.json story.json episodes.json .json .mp3 .vtt .png .yaml .html / /1/ /t=135 /feed.json calendar.ics""".split()
    hashes = ("sha256", "sha1", "md5")
    addresses = [f"https://{word}.example/{end}" for word in CANARIES for end in ("story", "s")]
    while True:
        kind = chance.randrange(9)
        word = chance.choice(names)
        if kind == 0:
            path = chance.choice(secret)
        elif kind == 1:
            path = chance.choice(folders) + word + chance.choice(("", "/")) + chance.choice(ends)
        elif kind == 2:
            path = (
                "media/"
                + chance.choice(("", "draft/", "../media/"))
                + word
                + chance.choice((".mp3", ".m4a", ".png", ".vtt"))
            )
        elif kind == 3:
            url = chance.choice(addresses).encode()
            digest = hashlib.new(chance.choice(hashes), url).hexdigest()[: chance.choice((8, 12, 16, 32, 64))]
            path = (
                chance.choice(("stories/", "stories/by-url/", "by-url/")) + digest + chance.choice(("", "/", ".json"))
            )
        elif kind == 4:
            path = chance.choice(
                (".podfeed/cache/published/", ".public.releases/1/", "episodes/../", "ledger.json/", "")
            )
            path += chance.choice(("show.yaml", "ledger.json", "stories.yaml", word + ".yaml", word, word + ".mp3"))
        elif kind == 5:
            path = chance.choice(
                ("oembed.json", "stories.json", "search/", "episodes/", "-/version", "opml.xml", "feed.xml")
            )
            path += "?" + chance.choice(("url=", "path=/", "q=", "guid=", "episode=", "drafts=1&q=")) + quote(word)
        elif kind == 6:
            path = f"{chance.choice(folders)}{base64.urlsafe_b64encode(word.encode()).decode().rstrip('=')}"
        elif kind == 7:
            path = chance.choice(public) + chance.choice(
                ("?" + word, "/" + word, "/../" + word, "%00" + word, ";" + word)
            )
        else:
            path = chance.choice(folders) + str(chance.choice((77, 9, "s9e77", "2031-01-01", "2031/01", word)))
        yield "/" + bent(path, chance), dict(chance.choice(WAYS))


def bent(path: str, chance: random.Random) -> str:
    """The address as it is, or written in one of the ways by which filters are got round."""
    ways = (
        lambda: path,
        lambda: path.upper(),
        lambda: path.title(),
        lambda: path.rstrip("/"),
        lambda: path.rstrip("/") + "/",
        lambda: path.removesuffix("index.html"),
        lambda: "/" + path,
        lambda: path.replace("/", "//", 1),
        lambda: path.replace("/", "%2f"),
        lambda: "./" + path,
        lambda: "x/../" + path,
        lambda: "%2e%2e/" + path,
        lambda: path + "%00",
        lambda: path + "%20",
        lambda: "".join(f"%{byte:02x}" for byte in path.encode()),
        lambda: path.replace("/", "\\"),
    )
    return chance.choice(ways)()


@pytest.mark.parametrize(
    "count", [1_200, pytest.param(50_000, marks=pytest.mark.slow)], ids=["a slice", "all of fifty thousand"]
)
def test_no_guess_finds_the_hidden(sites, count):
    """Whatever is guessed, in whatever way, no answer contains a word of what is hidden, and every answer is one that
    the site without it would have given."""
    bare, full, everything = sites
    app, other = create_app(lambda: full), create_app(lambda: bare)
    words = [word.encode() for word in CANARIES]
    seen: Counter[str] = Counter()
    whole: set[bytes] = set()
    for path, way in itertools.islice(guesses(everything, bare, random.Random(20261124)), count):
        raw, _, query = path.partition("?")
        status, lines, body = ask(app, raw, query=query, **way)
        told = body + repr(lines).encode()
        # What is searched for stands in the field again, however the address is spelt.
        typed = query.encode() if unquote_to_bytes(raw) == b"/search/" else b""
        assert not any(word in told.lower() for word in words if word not in typed.lower()), (path, way)
        seen[status[:3]] += 1
        if status.startswith("404") and way.get("method") != "HEAD":
            whole.add(repr((sorted(lines), body)).encode())
        if seen.total() % 5 == 0 or typed:
            assert undated((status, lines, body)) == undated(ask(other, raw, query=query, **way)), (path, way)
    assert len(whole) == 1, "there is more than one 404"
    assert seen["404"] > count / 3 and set(seen) >= {"200", "404", "405", "304", "206"}, seen
