"""`podfeed check FEED`: documents that are no feed, are broken or hostile; where feeds come from; what is printed."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from test_rules import CHANNEL, HEAD, ITEM

from podfeed.check.feed import check_feed
from podfeed.manual import manual, page
from tests.command import typed

GOOD = HEAD + "\n".join((*CHANNEL, "<item>", *ITEM, "</item>")) + "\n</channel></rss>\n"

BROKEN = (
    ("feed-not-rss", "1:1", b"", "the file is empty"),
    ("feed-not-rss", "1:1", b"<!DOCTYPE html><html></html>", "a web page"),
    ("feed-not-rss", "1:1", b'{"version": 1}', "JSON"),
    ("feed-not-rss", "1:1", b"\x1f\x8b\x08\0abc", "compressed"),
    ("feed-not-rss", "1:1", b'<feed xmlns="http://www.w3.org/2005/Atom"/>', "an Atom feed"),
    ("feed-not-rss", "1:1", b"<rss/>", "without a channel"),
    ("feed-encoding", "1:1", GOOD.replace("UTF-8", "ISO-8859-1").encode("latin-1"), "directories ask for UTF-8"),
    ("feed-encoding", "1:1", GOOD.replace("UTF-8", "x-none").encode(), "which many readers do not know"),
    ("feed-encoding", "6:11", GOOD.replace("The Morning", "Caf\udce9 Mor").encode("utf-8", "surrogateescape"), "0xe9"),
    ("feed-blank-start", "1:1", b"\n " + GOOD.encode(), "before the XML declaration"),
    ("feed-not-well-formed", "6:16", GOOD.replace("Morning", "Morn&ing").replace("Tide", "").encode(), "an &"),
    ("feed-not-well-formed", "6:12", GOOD.replace("Morning", "&nbsp;").encode(), "`&nbsp;` is a word of HTML"),
    ("feed-not-well-formed", "6:13", GOOD.replace("Morning", "M\x0bo").encode(), "U+000B"),
    ("feed-not-well-formed", "7:2", GOOD.replace("<link>https://radio", "<<<<<<< HEAD\n<link>https://radio", 1).encode(),
     "unsettled merge"),
    ("feed-not-well-formed", "6:26", GOOD.replace("</title>", "</titel>", 1).encode(), "<title> of line 6 is not closed"),
    ("feed-document-type", "1:1", b'<!DOCTYPE rss [<!ENTITY a "b">]><rss><channel/></rss>', "document type"),
    ("feed-prefix", "6:1", GOOD.replace("<title>The M", "<media:x/><title>The M").encode(), "`media:` is not declared"),
    ("feed-too-large", "1:181", b"<a>" * 1000, "nested deeper than 60"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "place", "data", "words"), BROKEN, ids=[f"{row[0]}-{n}" for n, row in enumerate(BROKEN)]
)
def test_a_broken_document(code: str, place: str, data: bytes, words: str):
    """What cannot be read is told with its place, and what can still be read beside it has no other finding."""
    _, found = check_feed(data, "f.xml")
    assert [(p.code, f"{p.span.line}:{p.span.column}") for p in found] == [(code, place)]
    assert words in found[0].message and manual(code)


@pytest.mark.parametrize("change", [
    lambda text: text.encode("utf-8-sig"),
    lambda text: text.replace("\n", "\r\n").encode(),
    lambda text: text.encode("utf-16").replace(b"U\0T\0F\0-\0008\0", b"U\0T\0F\0-\0001\0006\0"),
    lambda text: text.replace("itunes", "apple").replace("apple.com/dtds", "itunes.com/dtds").encode(),
], ids=["mark", "line-ends", "utf-16", "other-prefix"])  # fmt: skip
def test_the_same_feed_in_other_clothes(change):
    """A byte order mark, line ends, an encoding and the choice of prefixes change nothing but what is said of them."""
    _, found = check_feed(change(GOOD), "f.xml")
    assert {p.code for p in found} <= {"feed-encoding"}


def test_a_file_the_input_and_an_address(tmp_path: Path):
    """The three places give the same findings; a server's refusal is its own exit status."""
    bad = GOOD.replace("<itunes:explicit>false", "<itunes:explicit>perhaps").encode()
    (tmp_path / "feed.xml").write_bytes(bad)

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/feed.xml" else 404)
            self.send_header("Content-Length", str(len(bad)))
            self.end_headers()
            self.wfile.write(bad)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        runs = {
            "file": typed("check", str(tmp_path / "feed.xml"), "--format", "json"),
            "input": typed("check", "-", "--format", "json", given=bad),
            "address": typed("check", f"{address}/feed.xml", "--format", "json"),
        }
        gone = typed("check", f"{address}/other.xml")
        server.shutdown()
    for run in runs.values():
        assert run.returncode == 1
        assert ("explicit-value", 14, 18) in {(p["code"], p["line"], p["column"]) for p in json.loads(run.stdout)}
    assert "self-link-differs" in runs["address"].stdout.decode()
    assert gone.returncode == 3 and b"answers 404" in gone.stderr
    missing = typed("check", str(tmp_path / "nothing.xml"))
    assert missing.returncode == 2 and b"cannot be read" in missing.stderr


@pytest.mark.slow
def test_people_see_three_of_a_kind():
    """Findings of one kind are cut to three for people, and counted; --all and programs get every one."""
    item = "<item>" + "".join(ITEM).replace("vote", "{n}").replace("1721", "2.5") + "</item>\n"
    text = (
        HEAD + "\n".join(CHANNEL) + "\n" + "".join(item.replace("{n}", f"n{n}") for n in range(9)) + "</channel></rss>"
    )
    short, full = typed("check", "-", given=text.encode()), typed("check", "-", "--all", given=text.encode())
    assert short.stdout.count(b"error[duration-form]") == 3 and b"6 more of duration-form" in short.stdout
    assert full.stdout.count(b"error[duration-form]") == 9 and b"Checked 9 items: 9 errors" in full.stdout
    good = typed("check", "-", "--strict", given=GOOD.encode())
    assert good.returncode == 0 and good.stdout == b"Checked 1 item: nothing to mend\n"


def test_the_page_of_rules_is_current():
    """docs/rules.md is what `podfeed explain --markdown` prints."""
    written = (Path(__file__).parent.parent / "docs" / "rules.md").read_text(encoding="utf-8")
    assert written == page(), "run: podfeed explain --markdown > docs/rules.md"
