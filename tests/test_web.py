"""Serving: what is published and nothing else, the same bytes as the published folder, headers complete."""

from __future__ import annotations

import gzip
import hashlib
import os
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podfeed import media_types as kinds
from podfeed.output import Site, copied, rendered
from podfeed.publish.folder import publish
from podfeed.publish.reading import read_built
from podfeed.web import headers
from podfeed.web.app import create_app
from podfeed.web.serving import Serving, Shelf

NOON = datetime(2026, 3, 2, 12, 0, 20, tzinfo=UTC)
MADE: Counter[str] = Counter()
SOUND = bytes(range(256)) * 8192  # 2 MiB


def page(words: str) -> bytes:
    MADE[words] += 1
    return f"<!DOCTYPE html><html><head><title>t</title></head><body><p>{words}</p></body></html>".encode()


def words(content: str) -> bytes:
    MADE[content] += 1
    return content.encode()


def broken() -> bytes:
    raise ValueError("our own bug")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    MADE.clear()
    (tmp_path / "a.mp3").write_bytes(SOUND)
    (tmp_path / "a.vtt").write_text("WEBVTT\n\n" + "00:00.000 --> 00:01.000\nGood morning\n\n" * 100)
    return {
        "404.html": rendered(kinds.HTML, page, "Nothing here"),
        "about/index.html": rendered(kinds.HTML, page, "about"),
        "episodes/a/chapters.json": rendered(kinds.CHAPTERS_JSON, words, '{"chapters": []}'),
        "episodes/a/embed/index.html": rendered(kinds.HTML, page, "card"),
        "episodes/embed/index.html": rendered(kinds.HTML, page, "an episode of that name"),
        "episodes/a/embed/2/index.html": rendered(kinds.HTML, page, "card of segment 2"),
        "episodes/a/index.html": rendered(kinds.HTML, page, "A" * 5000),
        "episodes/a/transcript.vtt": copied("text/vtt; charset=utf-8", "1", tmp_path / "a.vtt"),
        "feed.xml": rendered(kinds.XML, words, "<rss>" + "item " * 500 + "</rss>"),
        "index.html": rendered(kinds.HTML, page, "home"),
        "media/a.mp3": copied("audio/mpeg", "1", tmp_path / "a.mp3"),
        "media/Émile und ich.mp3": copied("audio/mpeg", "1", tmp_path / "a.mp3"),
        "static/style.css": rendered(kinds.CSS, words, "p {}"),
    }


def client_of(site: Site, prefix: str = "", **more):
    serving = Serving(site, **{"now": lambda: NOON, **more})
    return create_app(lambda: serving, prefix, preview="decorate" in more).test_client()


@pytest.fixture
def client(site):
    return client_of(site)


def address(path: str) -> str:
    return "/" + path.removesuffix("index.html")


def test_everything_published_is_served(site, client):
    """Every path of the site answers with its bytes, its type and their length."""
    for path, output in site.items():
        answer = client.get(address(path))
        assert (answer.status_code, answer.data) == (200, output.body()), path
        assert answer.headers["Content-Type"] == output.media_type
        assert answer.headers["Content-Length"] == str(len(answer.data))


def test_the_served_site_equals_the_published_folder(site, tmp_path):
    """A server over the published folder answers as one over the show does: bytes, tags and headers, packed or not."""
    publish(site, tmp_path / "public")
    live, built = client_of(site), client_of(read_built(tmp_path / "public"), built=True)
    for path in [*map(address, site), "/missing", "/episodes/a"]:
        for ask in ({}, {"Accept-Encoding": "gzip"}, {"Range": "bytes=5-20"}):
            one, other = live.get(path, headers=ask), built.get(path, headers=ask)
            assert (one.status_code, one.data) == (other.status_code, other.data), path
            drop = "Last-Modified"
            assert {h for h in one.headers if h[0] != drop} == {h for h in other.headers if h[0] != drop}, path


def test_a_page_is_made_at_the_first_request_and_once(client):
    """Nothing is rendered before somebody wants it, and nothing twice."""
    assert not MADE
    for _ in range(3):
        client.get("/about/")
        client.head("/about/", headers={"Accept-Encoding": "gzip"})
    assert MADE == {"about": 1}


def test_a_rush_makes_a_page_once(site):
    """Sixteen readers who want the same page at the same moment wait for one rendering."""
    serving = Serving(site, now=lambda: NOON)
    threads = [threading.Thread(target=serving.find, args=("feed.xml",)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(MADE.values()) == {1}


def test_pages_are_kept_within_bounds():
    """Crawling a large archive does not fill the memory: what is not asked for goes, what is asked for stays."""
    MADE.clear()
    site = {f"{n}.html": rendered(kinds.HTML, words, f"{n:<1000}") for n in range(100)}
    shelf = Shelf(room=10_000)
    serving = Serving(site, now=lambda: NOON, shelf=shelf)
    for n in range(100):
        serving.find(f"{n}.html")
        serving.find("0.html")
    assert MADE[f"{0:<1000}"] == 1
    assert 5 <= len(serving.made()) <= 10


def test_head_is_get_without_the_body(site, client):
    """HEAD answers with the headers of GET."""
    for path in [*map(address, site), "/missing", "/episodes/a"]:
        get, head = client.get(path), client.head(path)
        assert (head.status_code, head.headers, head.data) == (get.status_code, get.headers, b""), path


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"])
def test_only_get_and_head(client, method):
    """Any other method is refused, in the same words for what is there and what is not."""
    answers = [client.open(path, method=method) for path in ("/", "/missing", "/media/a.mp3", "/-/version")]
    assert {(a.status_code, a.headers["Allow"], a.data) for a in answers} == {(405, "GET, HEAD", answers[0].data)}


# --- what is not there -------------------------------------------------------------------------------------------

HIDDEN = """/episodes/a/index /episodes/a// //episodes/a/ /episodes//a/ /Episodes/a/ /episodes/A/ /episodes/./a/
/episodes/../about/ /about/.. /../etc/passwd /..%2f..%2fetc/passwd /%2e%2e/about/ /media/a.mp3/ /media/ /media
/media/a.MP3 /static/ /feed.xml/ /feed.xml%00 /%00 /feed.xml%20 /-/version /-/preview.js /.public.releases/ /1.json
/episodes/a/chapters.json/ /index.html/ /404 /%ff /%c3%28 /static/../show.yaml /show.yaml /episodes/a.yaml
//evil.example //evil.example/ /\\evil.example /http://evil.example/ /a:b /~root /.git/config /%0d%0aX:1
/episodes/b /episodes/draft/ /people/nobody/ /stories.json""".split()


def test_everything_else_is_one_and_the_same_404(client):
    """Hidden, misspelt, hostile or never there: byte for byte and header for header the same answer."""
    right = client.get("/missing")
    assert (right.status_code, right.data) == (404, page("Nothing here"))
    for path in HIDDEN:
        answer = client.get("/", environ_overrides={"PATH_INFO": unquote(path, "latin-1")})
        assert (answer.status_code, answer.data, answer.headers) == (404, right.data, right.headers), path
    long = client.get("/" + "x" * 5000)
    assert (long.status_code, long.data) == (404, right.data)


@given(st.text(max_size=30), st.sampled_from(["", "/episodes/", "/media/", "/static/../"]))
def test_guessed_addresses(text, start):
    """Whatever is asked for, the answer is a published output, a redirect to one, or the 404."""
    site = {"index.html": rendered(kinds.HTML, page, "home"), "episodes/a/index.html": rendered(kinds.HTML, page, "A")}
    serving = Serving(site, now=lambda: NOON)
    environ = {"PATH_INFO": (start + text).encode("utf-8", "surrogatepass").decode("latin-1")}
    answer = create_app(lambda: serving).test_client().get("/", environ_overrides=environ)
    assert answer.status_code in (200, 308, 404)
    if answer.status_code == 200:
        assert answer.data in (page("home"), page("A"))


def test_a_site_without_a_404_page(site):
    """Even then there is an answer in words."""
    answer = client_of({"index.html": site["index.html"]}).get("/missing")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/plain; charset=utf-8")


def test_a_folder_without_its_slash(client):
    """The address of a page without the slash leads to it, by a path that names no host."""
    answer = client.get("/episodes/a", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.headers["Location"]) == (308, "/episodes/a/")
    assert client.get("/episodes/a", follow_redirects=True).data == page("A" * 5000)


def test_a_path_of_the_shows_address_is_accepted(site):
    """With `url: https://radio.example/morning/` both the full and the bare addresses work, and no other."""
    client = client_of(site, "/morning")
    for path in ("/about/", "/morning/about/", "/morning/", "/", "/morning/feed.xml"):
        assert client.get(path).status_code == 200, path
    assert client.get("/morning").headers["Location"] == "/morning/"
    for path in ("/morning/episodes/a", "/episodes/a"):
        assert client.get(path).headers["Location"] == "/morning/episodes/a/"
    for path in ("/morningabout/", "/evening/about/", "/morning/morning/about/", "/morning//about/"):
        assert client.get(path).status_code == 404, path


@pytest.mark.parametrize(
    "name", ["Host", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Original-URL", "X-Rewrite-URL"]
)
def test_who_asks_and_how_never_reaches_an_answer(site, client, name):
    """No header that names a host changes or enters any answer: nothing can be poisoned."""
    for value in ("evil.example", "evil.example:99", '"><script>', "a" * 300, "127.0.0.1", ""):
        for path in [*map(address, site), "/missing", "/episodes/a"]:
            told, untold = client.get(path, headers={name: value}), client.get(path)
            assert (told.status_code, told.data, told.headers) == (untold.status_code, untold.data, untold.headers)


# --- headers ------------------------------------------------------------------------------------------------------


def every_answer(client, site):
    for path in map(address, site):
        tag = client.get(path).headers["ETag"]
        yield path, client.get(path)
        for name, value in (
            ("If-None-Match", tag),
            ("If-Match", '"other"'),
            ("Range", "bytes=1-2"),
            ("Range", "bytes=99999999-"),
            ("Accept-Encoding", "gzip"),
        ):
            yield path, client.get(path, headers={name: value})
    for path in ("/missing", "/episodes/a"):
        yield path, client.get(path)
    yield "/", client.post("/")


def test_a_player_elsewhere_may_ask_for_a_part(client):
    """What a browser asks first is answered for what scripts of other sites may read, and for nothing else."""
    asked = {
        "Origin": "https://player.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "range",
    }
    answer = client.options("/media/a.mp3", headers=asked)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert "Range" in answer.headers["Access-Control-Allow-Headers"] and not answer.data
    for path in ("/about/", "/missing", "/"):
        assert client.options(path, headers=asked).status_code == 405
    assert client.options("/media/a.mp3").status_code == 405


def test_every_answer_has_the_security_headers(site, client):
    """All answers, errors included, carry a policy without any `unsafe-…`, nosniff and the referrer policy."""
    seen = Counter()
    for path, answer in every_answer(client, site):
        seen[answer.status_code] += 1
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy and policy.startswith("default-src 'none'; script-src 'self';"), path
        assert policy.endswith("frame-ancestors *") == ("a/embed/" in path), path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
        assert "Cache-Control" in answer.headers
        assert not {"Set-Cookie", "Server", "X-Powered-By"} & set(answer.headers.keys())
    assert set(seen) == {200, 206, 304, 308, 404, 405, 412, 416}


def test_scripts_of_other_sites_may_read_what_apps_need(site, client):
    """CORS is open for feeds, chapters, transcripts and recordings, and for no page."""
    open_paths = {p for p in site if client.get(address(p)).headers.get("Access-Control-Allow-Origin") == "*"}
    assert open_paths == {
        "episodes/a/chapters.json",
        "episodes/a/transcript.vtt",
        "feed.xml",
        "media/a.mp3",
        "media/Émile und ich.mp3",
    }
    assert "Access-Control-Allow-Origin" not in client.get("/missing").headers


def test_text_is_packed_once_and_for_those_who_ask(site, client):
    """gzip for text that gets shorter, with a tag of its own; deterministic; never for recordings."""
    ask = {"Accept-Encoding": "gzip, deflate, br"}
    for path in ("/feed.xml", "/episodes/a/", "/episodes/a/transcript.vtt"):
        plain, packed = client.get(path), client.get(path, headers=ask)
        assert packed.headers["Content-Encoding"] == "gzip" and len(packed.data) < len(plain.data)
        assert gzip.decompress(packed.data) == plain.data
        assert packed.data == client_of(site).get(path, headers=ask).data
        assert packed.data[4:8] == bytes(4)  # no time of day in it
        assert packed.headers["ETag"] != plain.headers["ETag"]
        assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
        for answer, encoding in ((plain, ""), (packed, "gzip")):
            asked = {"If-None-Match": answer.headers["ETag"], "Accept-Encoding": encoding}
            fresh = client.get(path, headers=asked)
            assert (fresh.status_code, fresh.data, fresh.headers["ETag"]) == (304, b"", answer.headers["ETag"])
    for path in ("/media/a.mp3", "/static/style.css"):
        assert "Content-Encoding" not in client.get(path, headers=ask).headers


def test_not_modified_says_what_it_must(client):
    """A 304 repeats ETag, Cache-Control and Vary (RFC 9110 §15.4.5) and has no body."""
    first = client.get("/feed.xml")
    answer = client.get("/feed.xml", headers={"If-None-Match": first.headers["ETag"]})
    assert (answer.status_code, answer.data) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary", "Access-Control-Allow-Origin"):
        assert answer.headers[name] == first.headers[name]
    assert "Content-Length" not in answer.headers


def test_failed_conditions_have_a_short_body(client):
    """412 and 416 do not send the recording along, nor its tag."""
    for ask, status in (({"If-Match": '"x"'}, 412), ({"Range": "bytes=99999999-"}, 416)):
        answer = client.get("/media/a.mp3", headers=ask)
        assert (answer.status_code, len(answer.data) < 100) == (status, True)
        assert answer.headers["Content-Length"] == str(len(answer.data))
        assert "ETag" not in answer.headers
    assert answer.headers["Content-Range"] == f"bytes */{len(SOUND)}"


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [("0-0", 0, 1), ("100-", 100, len(SOUND)), ("-70000", len(SOUND) - 70000, len(SOUND)), ("5-1500000", 5, 1500001)],
)
def test_parts_of_a_recording(client, asked, start, stop):
    """Short parts, long parts and the rest of a file are exactly those bytes."""
    answer = client.get("/media/a.mp3", headers={"Range": f"bytes={asked}"})
    assert (answer.status_code, answer.data) == (206, SOUND[start:stop])
    assert answer.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(SOUND)}"
    assert answer.headers["Content-Length"] == str(stop - start)


# --- files that change under us -----------------------------------------------------------------------------------


def test_a_replaced_recording_has_another_tag(client, tmp_path):
    """Other bytes of the same size and date have another tag: a download cannot be continued with them."""
    first = client.get("/media/a.mp3")
    facts = (tmp_path / "a.mp3").stat()
    (tmp_path / "a.mp3").write_bytes(SOUND[::-1])
    os.utime(tmp_path / "a.mp3", ns=(facts.st_atime_ns, facts.st_mtime_ns))
    ask = {"Range": "bytes=100-", "If-Range": first.headers["ETag"]}
    again = client.get("/media/a.mp3", headers=ask)
    assert (again.status_code, again.data) == (200, SOUND[::-1])
    assert again.headers["ETag"] != first.headers["ETag"]


def test_a_tag_is_of_the_content(client, site):
    """The ETag of everything is the beginning of its SHA-256: the same on every server, after every start."""
    for path in map(address, site):
        answer = client.get(path)
        assert answer.headers["ETag"] == f'"{hashlib.sha256(answer.data).hexdigest()[:32]}"'


def test_a_date_is_told_only_of_files_at_rest(site, tmp_path):
    """Within two seconds of a change a date in whole seconds could stand for two contents, so none is told."""
    facts = (tmp_path / "a.mp3").stat()
    changed = datetime.fromtimestamp(max(facts.st_mtime, facts.st_ctime), UTC).replace(microsecond=0)
    for after, told in ((0, False), (1, False), (2, True), (60, True)):
        client = client_of(site, now=lambda after=after: changed + timedelta(seconds=after))
        answer = client.get("/media/a.mp3")
        assert ("Last-Modified" in answer.headers) == told
        if told:
            ask = {"If-Modified-Since": answer.headers["Last-Modified"]}
            assert client.get("/media/a.mp3", headers=ask).status_code == 304


def test_a_recording_that_went_away(client, tmp_path):
    """When a file vanishes under a running server, the reader is asked to come back; other paths are fine."""
    (tmp_path / "a.mp3").unlink()
    answer = client.get("/media/a.mp3")
    assert (answer.status_code, answer.headers["Retry-After"], answer.headers["Cache-Control"]) == (
        503,
        "1",
        "no-cache",
    )
    assert client.get("/").status_code == 200


def test_a_page_with_our_bug_in_it(site, caplog):
    """A renderer that fails costs its page alone, and tells the reader nothing about the program."""
    client = client_of({**site, "bad/index.html": rendered(kinds.HTML, broken)})
    answer = client.get("/bad/")
    assert answer.status_code == 500 and b"our own bug" not in answer.data and "our own bug" in caplog.text
    assert "Content-Security-Policy" in answer.headers
    assert client.get("/").status_code == 200


# --- how long an answer may be kept ----------------------------------------------------------------------------------


@given(now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), seconds=st.floats(-10, 200))
def test_no_copy_outlives_the_next_change(now, seconds):
    """max-age never reaches beyond the moment at which the site changes, for pages, 404s and redirects alike."""
    now = now.replace(tzinfo=UTC)
    change = now + timedelta(seconds=seconds)
    site = {"a/index.html": rendered(kinds.HTML, page, "a")}
    client = client_of(site, now=lambda: now, next_change=change)
    for path in ("/a/", "/a", "/b"):
        value = client.get(path).headers["Cache-Control"]
        age = 0 if value == "no-cache" else int(value.removeprefix("public, max-age="))
        assert 0 <= age <= max(0.0, seconds)


@given(st.integers(0, 59), st.integers(1, 5))
def test_lifetimes_do_not_tell_of_an_episode_to_come(second, minutes):
    """A change on the minute, as episodes have it, leaves every lifetime as it is without one."""
    now = NOON.replace(second=second)
    change = NOON.replace(second=0) + timedelta(minutes=minutes)
    assert headers.lifetime(now, change) == headers.lifetime(now, None)


# --- preview ---------------------------------------------------------------------------------------------------------


def decorated(problems: str):
    from podfeed.web.preview import decorate

    return {"decorate": lambda page: decorate(page, problems), "problems": problems}


def test_a_preview_adds_one_script(site):
    """In a preview a page is what will be published and one script; everything else is the same to the byte."""
    client = client_of(site, **decorated(""))
    script = b'<script src="/-/preview.js" defer></script>'
    for path, output in site.items():
        data = client.get(address(path)).data
        expected = output.body().replace(b"</head>", script + b"</head>") if path.endswith(".html") else output.body()
        assert data == expected, path
    assert client.get("/missing").data.count(script) == 1
    assert client.get("/").headers["Cache-Control"] == "no-cache"


def test_a_preview_shows_problems_without_any_script(site):
    """While problems stand they are at the top of each page, as the terminal has them, and as text."""
    client = client_of(site, **decorated("error: <b>this</b> & that\n --> a.yaml:1:2"))
    data = client.get("/about/").data.decode()
    assert "<pre>error: &lt;b&gt;this&lt;/b&gt; &amp; that\n --&gt; a.yaml:1:2</pre>" in data
    assert data.index("<body>") < data.index("<pre>") < data.index("<p>about</p>")


def test_the_version_of_a_page(site):
    """The script learns whether its own page changed: another page's change lets a reader go on listening."""
    before = client_of(site, **decorated(""))
    after = client_of({**site, "about/index.html": rendered(kinds.HTML, page, "new")}, **decorated("problem"))
    versions = [c.get(f"/-/version?path={p}").json for c in (before, after) for p in ("/", "/about/", "/missing")]
    assert [v["problems"] for v in versions] == [""] * 3 + ["problem"] * 3
    assert versions[0]["version"] == versions[3]["version"]
    assert versions[1]["version"] != versions[4]["version"]
    answer = before.get("/-/version?path=/")
    assert before.get("/-/version?path=/", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_a_new_style_sheet_is_a_new_version_of_every_page(site):
    """A change of the looks reloads whatever page is open."""
    styled = {**site, "static/style.css": rendered(kinds.CSS, words, "p { color: red }")}
    one, other = (Serving(s, now=lambda: NOON).version("index.html") for s in (site, styled))
    assert one != other


def test_the_files_of_a_preview(site):
    """Script and style are there in a preview, and only there."""
    preview = client_of(site, **decorated(""))
    for name, kind in (("preview.js", kinds.JAVASCRIPT), ("preview.css", kinds.CSS)):
        answer = preview.get(f"/-/{name}")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
        assert client_of(site).get(f"/-/{name}").status_code == 404
    assert preview.get("/-/preview.py").status_code == preview.get("/-/").status_code == 404


def test_the_routes_of_the_application(site):
    """Flask knows no address but those of the preview: there is nothing to find beside the site."""
    assert [str(rule) for rule in client_of(site).application.url_map.iter_rules()] == []
    rules = {str(rule) for rule in client_of(site, **decorated("")).application.url_map.iter_rules()}
    assert rules == {"/-/version", "/-/<any('preview.js', 'preview.css'):name>"}
