"""`podfeed check FEED --online`: real servers on this computer that misbehave, and what is said of each."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from newsroom import png
from PIL import Image
from test_rules import CHANNEL, HEAD, ITEM

from podfeed import feed_online
from podfeed.check.finding import code
from podfeed.check.online import ONLINE_RULES
from podfeed.feed_check import Body, judge
from tests.command import typed

SOUND = bytes(range(256)) * 100
CORS = {"Access-Control-Allow-Origin": "*"}
VTT = b"WEBVTT\n\n00:01.000 --> 00:02.000\nGood morning.\n"
CHAPTERS = {"version": "1.2.0", "chapters": [{"startTime": 0, "title": "A"}, {"startTime": 9.5, "title": "B"}]}


@cache
def jpeg(mode: str = "RGB", size: tuple[int, int] = (1400, 1400)) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, "JPEG")
    return out.getvalue()


def answers() -> dict[str, tuple[bytes, str, dict]]:
    """Path → body, media type and what is odd: `head` and `get` are statuses, `ranges` whether it knows them."""
    odd: dict[str, tuple[bytes, str, dict]] = {
        "good.mp3": (SOUND, "audio/mpeg", {}),
        "whole.mp3": (SOUND, "audio/mpeg", {"ranges": False}),
        "endless.mp3": (SOUND * 100, "audio/mpeg", {"ranges": False}),
        "gone.mp3": (b"gone", "text/html", {"head": 404, "get": 404}),
        "getonly.mp3": (SOUND, "audio/mpeg", {"head": 405}),
        "silent.mp3": (SOUND, "audio/mpeg", {"silent": True}),
        "longer.mp3": (SOUND + b"x", "audio/mpeg", {}),
        "page.mp3": (b"<html>not here</html>", "text/html", {}),
        "bytes.mp3": (SOUND, "application/octet-stream", {}),
        "mp3.mp3": (SOUND, "audio/mp3", {}),
        "moved.mp3": (b"", "", {"to": "good.mp3"}),
        "cover.jpg": (jpeg(), "image/jpeg", {}),
        "cmyk.jpg": (jpeg("CMYK"), "image/jpeg", {}),
        "grey.jpg": (jpeg("L"), "image/jpeg", {}),
        "small.jpg": (jpeg(size=(300, 300)), "image/jpeg", {}),
        "wide.jpg": (jpeg(size=(1600, 1400)), "image/jpeg", {}),
        "really.png": (jpeg(), "image/png", {}),
        "heavy.png": (png() + bytes(600_000), "image/png", {}),
        "huge.png": (png() + bytes(6_000_000), "image/png", {}),
        "square.gif": (b"GIF89a" + (1400).to_bytes(2, "little") * 2 + bytes(20), "image/gif", {}),
        "torn.jpg": (b"\xff\xd8\xff", "image/jpeg", {}),
        "login.jpg": (b"<html>log in</html>", "text/html", {}),
        "good.vtt": (VTT, "text/vtt; charset=utf-8", CORS),
        "closed.vtt": (VTT, "text/vtt", {}),
        "plain.vtt": (VTT, "application/octet-stream", CORS),
        "good.json": (json.dumps(CHAPTERS).encode(), "application/json+chapters", CORS),
        "untimed.json": (json.dumps({**CHAPTERS, "chapters": [{"title": "A"}]}).encode(), "application/json", CORS),
        "back.json": (
            json.dumps({**CHAPTERS, "chapters": CHAPTERS["chapters"][::-1]}).encode(),
            "application/json",
            CORS,
        ),
        "deep.json": (b"[" * 100_000, "application/json", CORS),
    }
    return odd


@contextmanager
def server() -> Iterator[str]:
    """An address under which each of `answers` is given, in its own way."""
    rows = answers()

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def _answer(self, body: bool) -> None:
            found = rows.get(self.path.strip("/"))
            if found is None:
                self.send_error(404)
                return
            data, media_type, odd = found
            if "to" in odd:
                self.send_response(302)
                self.send_header("Location", odd["to"])
                self.end_headers()
                return
            asked = self.headers.get("Range") and odd.get("ranges", True)
            status = odd.get("get" if body else "head", 206 if asked else 200)
            self.send_response(status)
            if asked:
                total = "*" if odd.get("silent") else len(data)
                self.send_header("Content-Range", f"bytes 0-1/{total}")
                data = data[:2]
            self.send_header("Content-Type", media_type)
            if not odd.get("silent"):
                self.send_header("Content-Length", str(len(data)))
            for name in CORS.keys() & odd.keys():
                self.send_header(name, odd[name])
            self.end_headers()
            if body:
                self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as made:
        thread = threading.Thread(target=made.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{made.server_port}"
        made.shutdown()


LENGTH = f'length="{len(SOUND)}" type="audio/mpeg"'
PAGE = "look at this address in a browser"
SQUARE = "directories need a square JPEG or PNG of 1400 to 3000 pixels"
CASES: dict[str, list[tuple[str, str, str]]] = {
    # path → level, code, and the message with its hint; of a picture with a bar in front it is an item's
    "good.mp3": [],
    "mp3.mp3": [],
    "moved.mp3": [],
    "whole.mp3": [("error", "range-refused", "asked for two bytes of the recording, the server sends all of it")],
    "endless.mp3": [
        ("error", "range-refused", "asked for two bytes of the recording, the server sends all of it"),
        ("warning", "length-differs", "the feed says 25,600 bytes, the server 2,560,000"),
    ],
    "gone.mp3": [("error", "address-unreachable", "the recording cannot be fetched: the server answers 404")],
    "getonly.mp3": [("error", "head-refused", "the server answers HEAD with 405, and GET as it should")],
    "silent.mp3": [("warning", "length-differs", "the server does not say how large the recording is")],
    "longer.mp3": [("warning", "length-differs", "the feed says 25,600 bytes, the server 25,601")],
    "page.mp3": [
        ("error", "type-differs", "the server sends a web page in place of the recording"),
        ("warning", "length-differs", "the feed says 25,600 bytes, the server 21"),
    ],
    "bytes.mp3": [
        ("warning", "type-differs", "the server sends the recording as `application/octet-stream`, which says nothing")
    ],
    "cover.jpg": [],
    "cmyk.jpg": [("error", "artwork-colours", "the artwork is in the colours of print, CMYK")],
    "grey.jpg": [("warning", "artwork-colours", "the artwork is saved in shades of grey; directories ask for RGB")],
    "small.jpg": [("error", "artwork-unfit", "the artwork is 300 by 300 pixels")],
    "|wide.jpg": [("warning", "artwork-unfit", "the artwork is 1600 by 1400 pixels")],
    "really.png": [
        ("error", "artwork-ending", "the address ends in .png, and the picture is a JPEG"),
        ("warning", "type-differs", "the server sends the artwork as `image/png`, which is not `image/jpeg`"),
    ],
    "heavy.png": [("warning", "artwork-heavy", "the artwork has 608 kB")],
    "huge.png": [("warning", "artwork-heavy", "the artwork is so large that fetching it was given up")],
    "square.gif": [("error", "artwork-unfit", "the artwork is a GIF")],
    "torn.jpg": [("error", "artwork-unfit", "what the server sends as artwork is no picture that apps know")],
    "login.jpg": [("error", "type-differs", "the server sends a web page in place of the artwork")],
    "good.vtt": [],
    "closed.vtt": [("warning", "no-cors", "players in web pages may not read the transcript")],
    "plain.vtt": [
        ("warning", "type-differs", "the server sends the transcript as `application/octet-stream`, which says nothing")
    ],
    "absent.vtt": [("error", "address-unreachable", "the transcript cannot be fetched: the server answers 404")],
    "good.json": [],
    "untimed.json": [
        ("error", "chapters-unfit", "the file of chapters has a chapter whose startTime is not a number of seconds")
    ],
    "back.json": [("error", "chapters-unfit", "the file of chapters has chapters that are not in order of time")],
    "deep.json": [("error", "chapters-unfit", "the file of chapters is not JSON")],
}


def line(path: str, url: str) -> str:
    """The element by which a feed names it."""
    address = f"{url}/{path.strip('|')}"
    if path.endswith(".mp3"):
        return f'<item><enclosure url="{address}" {LENGTH}/></item>'
    if path.startswith("|"):
        return f'<item><itunes:image href="{address}"/></item>'
    if path.endswith(".vtt"):
        return f'<item><podcast:transcript url="{address}" type="text/vtt"/></item>'
    if path.endswith(".json"):
        return f'<item><podcast:chapters url="{address}" type="application/json+chapters"/></item>'
    return f'<itunes:image href="{address}"/>'


def feed(url: str) -> bytes:
    return (HEAD + "\n".join(line(path, url) for path in CASES) + "\n</channel></rss>").encode()


@pytest.fixture(scope="module")
def found() -> dict[str, list]:
    """Path → what was found of it, in the feed of a server on this computer whose address somebody typed."""
    with server() as url:
        addresses = (f"{url}/feed.xml",)
        checked = judge(Body(name="feed.xml", data=feed(url), addresses=addresses), datetime.now(UTC), online=True)
        more = feed_online.judge(checked.asks, addresses)
    assert not isinstance(more, str), more
    first = HEAD.count("\n") + 1
    rows: dict[str, list] = {path: [] for path in CASES}
    for problem in more:
        rows[list(CASES)[problem.span.line - first]].append(problem)
    return rows


@pytest.mark.parametrize("path", CASES)
def test_what_a_server_answers(found, path: str):
    """Each way to misbehave is told with its level, in its words, and nothing else with it."""
    assert sorted((p.level, p.code, p.message) for p in found[path]) == sorted(CASES[path])
    assert all(problem.hint for problem in found[path])


def test_the_place_is_the_address(found):
    """Line and column are those of the address in the XML."""
    (problem,) = found["longer.mp3"]
    assert problem.span.text[problem.span.column - 1 :].startswith("http://127.0.0.1")
    assert problem.span.text[problem.span.column - 1 :][: problem.span.width].endswith("/longer.mp3")


def test_every_rule_has_an_example_of_right_and_wrong():
    """Every rule finds something above, and something that it is for passes it."""
    assert {row[1] for rows in CASES.values() for row in rows} == set(map(code, ONLINE_RULES))
    assert {path.rpartition(".")[2] for path, rows in CASES.items() if not rows} == {"mp3", "jpg", "vtt", "json"}


@pytest.mark.parametrize("rule", ONLINE_RULES, ids=code)
def test_every_rule_is_its_own_manual(rule):
    """What, why, how to mend, and the source."""
    parts = (rule.__doc__ or "").strip().split("\n\n")
    assert len(parts) == 4 and parts[3].strip().startswith("Source: https://")


@pytest.mark.parametrize("addresses", [(), ("https://radio.example/feed.xml",), ("http://127.0.0.1:9/feed.xml",)])
def test_a_feed_from_elsewhere_leads_nowhere_inside(addresses):
    """Only the very server that somebody named inside this network is asked; no other one hears anything."""
    with server() as url:
        checked = judge(Body(name="f", data=feed(url), addresses=addresses), datetime.now(UTC), online=True, items=1)
        more = feed_online.judge(checked.asks, addresses)
    assert not isinstance(more, str)
    assert {problem.code for problem in more} == {"address-unreachable"}
    assert all("is not on the public internet" in p.message or "ports of the web" in p.message for p in more)


def test_only_the_first_items_are_asked():
    """Of a long feed ten items are asked unless all are wanted; the show's own artwork always."""
    body = Body(name="f", data=feed("https://radio.example"))
    urls = {n: {ask.url for ask in judge(body, datetime.now(UTC), online=True, items=n).asks} for n in (0, 3, None)}
    assert [len(urls[n]) for n in (0, 3, None)] == [10, 13, len(CASES)]
    assert judge(body, datetime.now(UTC)).asks == ()


def test_the_command(tmp_path: Path):
    """From the command line: findings beside those of the feed itself, and how many addresses were asked."""
    item = "<item>" + "".join(ITEM).replace("https://radio.example/vote.mp3", "/longer.mp3") + "</item>"
    with server() as url:
        text = HEAD + "\n".join(CHANNEL) + item.replace("/longer.mp3", f"{url}/longer.mp3") + "</channel></rss>"
        text = text.replace("https://radio.example/cover.jpg", f"{url}/cover.jpg")
        rows = answers()
        rows["feed.xml"] = (text.encode(), "application/xml", {})
        (tmp_path / "feed.xml").write_text(text)
        run = typed("check", str(tmp_path / "feed.xml"), "--online")
    assert run.returncode == 1 and b"2 addresses asked" in run.stdout, run
    assert run.stdout.count(b"error[address-unreachable]") == 2 and b"127.0.0.1" in run.stdout
    nowhere = HEAD + '<itunes:image href="https://nothing.invalid/a.jpg"/></channel></rss>'
    run = typed("check", "-", "--online", given=nowhere.encode())
    assert run.returncode == 3 and b"is there a connection" in run.stderr, run
    assert typed("check", "--online").returncode == 2


@pytest.mark.slow
def test_a_server_that_says_nothing_is_given_up(monkeypatch):
    """One question has its time, and all of them together no more than their rounds."""
    import hostile

    monkeypatch.setattr(feed_online, "SECONDS", 1.0)
    with hostile.server() as made:
        paths = (
            "silence",
            "drip-headers",
            "drip-body",
            "endless-body",
            "garbage",
            "reset",
            "broken-off",
            "packed-bomb",
        )
        text = HEAD + "\n".join(f'<item><enclosure url="{made.url}/{p}" {LENGTH}/></item>' for p in paths)
        addresses = (f"{made.url}/feed.xml",)
        checked = judge(
            Body(name="f", data=f"{text}</channel></rss>".encode(), addresses=addresses), datetime.now(UTC), online=True
        )
        before = time.monotonic()
        more = feed_online.judge(checked.asks, addresses)
    assert time.monotonic() - before < 10 and not isinstance(more, str)
    assert {p.span.line for p in more if p.is_error} == set(
        range(HEAD.count("\n") + 1, HEAD.count("\n") + 1 + len(paths))
    )
