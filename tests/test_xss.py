"""No script runs in a page, whatever a title, guid, chapter, transcript or tag says; no link runs one either."""

from __future__ import annotations

import functools
import http.server
import json
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import html5lib
import pytest

from podfeed.output import Site
from podfeed.schedule import View
from podfeed.steps import take
from podfeed.text import squash
from podfeed.web.headers import security
from tests import evil, reading, sound
from tests.payloads import payloads

SEGMENTS = 240
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def q(text: str) -> str:
    """As a YAML value."""
    return json.dumps(text, ensure_ascii=False).replace("\u2028", "\\u2028").replace("\ufeff", "\\uFEFF")


def segment(number: int, text: str) -> str:
    story = f"{{title: {q(text)}, publisher: {q(text)}, authors: [{q(text)}], summary: {q(text)}, note: {q(text)}"
    return (
        f"  - start: {number // 60}:{number % 60:02}\n    title: {q(text)}\n    summary: {q(text)}\n"
        f"    corrections: [{{date: 2026-03-03, text: {q(text)}}}]\n"
        f'    stories: [{story}, url: "https://news.example/{number}/{abs(hash_of(text))}"}}]\n'
    )


def hash_of(text: str) -> int:
    return sum(ord(letter) * 31**place for place, letter in enumerate(text[:40])) % 10**9


def episode(number: int, texts: list[str]) -> str:
    """An episode in whose every field one of the texts stands, and all of them in its segments and its notes."""
    some = (q(texts[(number + step * 7) % len(texts)]) for step in range(40))
    notes = "\n\n".join(texts)[:60_000]
    fields = f"""\
title: {next(some)}
date: 2026-03-{number + 1:02} 06:00
audio: https://cdn.example/{number}.mp3
length: 1000000
duration: 28:41
guid: {q(f"{number} " + texts[number])}
summary: {next(some)}
tags: [{next(some)}, {next(some)}]
number: {{number: {number + 1}, display: {next(some)}}}
season: {{number: 1, name: {next(some)}}}
guests: [{{person: {q("Guest " + texts[0])}, role: {next(some)}}}]
aired: [{{station: {next(some)}, at: 2026-03-02 06:00}}]
clips: [{{start: 3:02, length: 45s, title: {next(some)}}}]
location: {{name: {next(some)}}}
links: [{{url: "https://a.example/?q=<x>", title: {next(some)}}}]
license: {{id: {next(some)}, url: "https://a.example/l"}}
""".replace("?q=<x>", "?q=%3Cx%3E")
    rows = "".join(segment(n, text) for n, text in enumerate(texts))
    return f"{fields}notes: {q(notes)}\nsegments:\n{rows}"


def transcript(texts: list[str], ending: str) -> bytes:
    rows = [{"startTime": n / 1000, "speaker": text, "body": text} for n, text in enumerate(texts)]
    forms = {
        ".json": json.dumps({"version": "1.0.0", "segments": rows}),
        ".html": "<!DOCTYPE html>" + "".join(f"<cite>{text}</cite><p>{text}</p>\n" for text in texts),
        ".vtt": "WEBVTT\n" + "".join(f"\n00:00.{n:03} --> 00:01.000\n<v {squash(t)}>{squash(t).replace('-->', '')}\n" for n, t in enumerate(texts)),
        ".srt": "".join(f"{n + 1}\n00:00:00,{n:03} --> 00:00:01,000\n{squash(t).replace('-->', '')}\n\n" for n, t in enumerate(texts)),
        ".txt": "\n\n".join(map(squash, texts)),
    }  # fmt: skip
    return forms[ending].encode(errors="ignore")


def recording(texts: list[str]) -> bytes:
    """Every text as the title of a chapter, each with a link of its own."""
    chapters = [
        sound.chap(f"c{n}", n * 5, n * 5 + 5, sound.title(text), sound.www(ascii(text)[1:-1]))
        for n, text in enumerate(texts[:200])
    ]
    return sound.mp3(2, sound.id3_tags(sound.title(texts[5]), *chapters))


def files(texts: list[str]) -> dict[str, str | bytes]:
    """A show with the texts everywhere."""
    lots = [texts[start : start + SEGMENTS] for start in range(0, len(texts), SEGMENTS)]
    made: dict[str, str | bytes] = {f"episodes/e{n}.yaml": episode(n, lot) for n, lot in enumerate(lots)}
    for number, ending in enumerate((".json", ".html", ".vtt", ".srt", ".txt")):
        made[f"episodes/t{ending[1:]}.yaml"] = (
            f"date: 2026-04-{number + 1:02}\naudio: t{ending[1:]}.mp3\ntranscript: words{ending}\n"
        )
        made[f"media/t{ending[1:]}.mp3"] = recording(texts[number * 37 % len(texts) :] + texts)
        made[f"media/words{ending}"] = transcript(lots[number % len(lots)], ending)
    some = [q(text) for text in texts[-12:]]
    made["people.yaml"] = f"dana-reyes: {{name: {some[0]}, role: {some[1]}, bio: {some[2]}}}\nbob-frost: {{name: B}}\n"
    made["show.yaml"] = (
        evil.SHOW.replace("The Morning Tide", some[3])
        .replace("News of the harbour, every weekday at six.", some[4])
        .replace("author: Radio Example", f"author: {some[5]}\ntagline: {some[6]}\ncopyright: {some[7]}")
        .replace("{name: Radio Example,", f"{{name: {some[8]},")
        + f'station: {{name: {some[9]}, call_sign: {some[10]}}}\nfunding: {{url: "https://a.example", label: {some[11]}}}\n'
    )
    return made


def site(where: Path, texts: list[str]) -> Site:
    folder = evil.folder(where, files(texts))
    (folder / "episodes/vote.yaml").unlink()
    taken = take(folder, View(now=datetime(2026, 11, 24, tzinfo=UTC)))
    assert taken.site is not None, [p for p in taken.problems if p.is_error][:3]
    return taken.site


def unsafe_in_html(text: str) -> list[str]:
    """The same for a piece of HTML inside a feed."""
    return list(reading.unsafe_in_page(html5lib.parseFragment(text, container="div")))


def unsafe_in_json(value: Any, key: str = "") -> Iterator[str]:
    for link in reading.links_in_json(value):
        if reading.UNSAFE.match(link):
            yield link
    for text in _of_key(value, "content_html"):
        yield from unsafe_in_html(text)


def _of_key(value: Any, key: str) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (inner for name, inner in value.items() if name == key and isinstance(inner, str))
        for inner in value.values():
            yield from _of_key(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _of_key(inner, key)


def unsafe_in_xml(root: Any) -> Iterator[str]:
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        name = element.tag.rpartition("}")[2]
        for attribute, value in element.attrib.items():
            if attribute in ("url", "href", "img", "image", "uri", "src") and reading.UNSAFE.match(value):
                yield f"{name} {attribute}={value[:60]}"
        if name in ("link", "url", "image", "docs", "comments", "loc") and reading.UNSAFE.match(element.text or ""):
            yield f"<{name}>{element.text}"
        if name in ("encoded", "description", "summary"):
            yield from unsafe_in_html(element.text or "")


def look(made: Site) -> int:
    """Every published file; how many."""
    read = reading.read_all(made, (".xml", ".opml", ".json", ".html"))
    for path, value in read.items():
        kind = reading.ending(path)
        if kind == ".html":
            found = list(reading.unsafe_in_page(value))
        else:
            found = list(unsafe_in_json(value) if kind == ".json" else unsafe_in_xml(value))
        assert found == [], (path, found[:5])
    return len(read)


@pytest.mark.parametrize("every", [127, pytest.param(61, marks=pytest.mark.slow)])
def test_every_file_is_harmless(tmp_path: Path, every: int):
    """A dozen of the texts, or a sixtieth, in every field: nothing that runs in any page, feed or JSON."""
    assert look(site(tmp_path, payloads()[::every])) > 100


@pytest.mark.slow
@pytest.mark.long
def test_every_file_is_harmless_with_many_texts(tmp_path: Path):
    """A fifth of them in every field, from every way out and of every way to run; a browser gets all."""
    assert len(payloads()) > 1_500
    assert look(site(tmp_path, payloads()[::5])) > 1_500


def test_the_tests_see_what_runs():
    """What the checks look for is found where it is: they cannot pass by not looking."""
    seen = [text for text in payloads() if unsafe_in_html(text)]
    assert len(seen) > 600
    assert list(unsafe_in_json({"url": "java\tscript:x"})) == [] and list(unsafe_in_json({"url": " javascript:x"}))


def test_the_policy_allows_nothing_unsafe():
    """No page is sent with `unsafe-inline` or the like, nor may anything be loaded that is not ours."""
    for path in ("index.html", "episodes/a/embed/index.html"):
        policy = dict(security(path))["Content-Security-Policy"]
        assert (
            "unsafe" not in policy and "default-src 'none'" in policy and "*" not in policy.split("frame-ancestors")[0]
        )
        assert re.search(r"script-src 'self';", policy)


# --- in a real browser, from a plain web host that sends no policy ------------------------------------------------------


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


RUNNING = """() => [...document.querySelectorAll('*')].flatMap(e => [...e.attributes].filter(a => /^on/i.test(a.name)
  || (['href', 'src', 'action', 'formaction', 'xlink:href'].includes(a.name) && /^\\s*(javascript|data):/i.test(e[a.name] || a.value)
      && !(e.localName === 'img'))).map(a => e.localName + ' ' + a.name + '=' + a.value.slice(0, 60)))"""


@pytest.mark.browser
def test_nothing_runs_in_a_browser(tmp_path: Path):
    """All texts, every field; a plain web host, so that nothing but the pages themselves keeps them from running."""
    playwright = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM:
        pytest.skip("there is no Chromium on this machine")
    made = site(tmp_path / "show", payloads())
    public = tmp_path / "public"
    pages = [path for path in made if path.endswith(".html")]
    stories = [path for path in pages if path.startswith("stories/") and path.count("/") > 1]
    cards = [path for path in pages if re.search(r"embed/\d+/", path)]
    visited = [p for p in pages if p not in stories and p not in cards] + stories[::75] + cards[::75] + ["feed.xml"]
    for path, output in made.items():
        if path in visited or path.startswith(("static/", "search/")):
            (public / path).parent.mkdir(parents=True, exist_ok=True)
            (public / path).write_bytes(output.body())
    ran: list[str] = []
    with served(public) as address, playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM)
        context = chromium.new_context()
        context.expose_binding("ran", lambda _source, what: ran.append(str(what)))
        context.add_init_script("window.alert = n => window.ran(String(n))")
        page = context.new_page()
        page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda r: ran.append(r.url) if not r.url.startswith((address, "data:")) else None)
        page.goto(address + "404.html")
        page.set_content("<img src=x onerror=alert('seen')>")
        page.wait_for_timeout(300)
        assert ran == ["seen"]  # the trap works
        ran.clear()
        for path in visited:
            page.goto(address + path, wait_until="load")
            if path.endswith(".html"):
                assert page.evaluate(RUNNING) == [], path
            assert ran == [], (path, ran[:3])
        page.goto(address + "search/")
        page.locator("input[type=search]").fill("alert")
        page.wait_for_timeout(1500)
        assert page.evaluate(RUNNING) == [] and ran == []
        assert page.locator("[data-results] a").count() > 3  # there were results
        chromium.close()
    assert len(visited) > 60
