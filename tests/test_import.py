"""Moving a podcast: what apps know an episode by comes out of an import to the letter, whatever the feed looks like."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import hostile
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from podfeed.importing import feed_worker, gather, placing, show
from podfeed.render import feeds
from podfeed.site import build
from podfeed.source.load import load
from podfeed.source.theme import read_theme
from podfeed.worker import Worker
from tests import shows
from tests.command import typed

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
HEAD = """<title>Tide</title><link>https://old.example/</link><description>News</description><language>en</language>
<i:author>Radio</i:author><i:owner><i:name>R</i:name><i:email>a@b.example</i:email></i:owner>
<i:category text="News"/><i:image href="https://old.example/c.jpg"/><i:explicit>no</i:explicit>"""
DATE = "<pubDate>Mon, 02 Mar 2026 06:00:00 +0000</pubDate>"


def item(
    guid='<guid isPermaLink="false">g1</guid>',
    url="https://old.example/1.mp3",
    date=DATE,
    title="One",
    more="",
    n=900001,
):
    return (
        f'<item><title>{title}</title>{guid}{date}<enclosure url={quoteattr(url)} length="{n}" type="audio/mpeg"/>'
        f"<i:duration>28:41</i:duration>{more}</item>"
    )


def feed(*items, head=HEAD, root=f'xmlns:i="{ITUNES}"', start='<?xml version="1.0" encoding="utf-8"?>'):
    return f'{start}<rss version="2.0" {root}><channel>{head}{"".join(items)}</channel></rss>'


def got(data: bytes, address: str = "https://old.example/feed.xml") -> gather.Gathered:
    """The feed, parsed in this process."""
    found = feed_worker.answer({}, data)["feed"]
    return gather.Gathered(address=address, channel=found["channel"], items=found["items"], remarks=found["remarks"])


def moved(gathered: gather.Gathered, folder: Path):
    """Import and build: the new feed's items as (guid, isPermaLink, url, length, type), and what was imported."""
    channel, items = show.drafts(gathered)
    made = show.files(gathered, channel, items, {}, NOW)
    placing.place(folder, made.files)
    loaded, problems = load(folder)
    assert loaded is not None, problems
    errors = [p for p in problems if p.is_error]
    assert not errors, errors
    root = etree.fromstring(build(loaded, read_theme(folder))["feed.xml"].body())
    return {
        (
            row.findtext("guid"),
            row.find("guid").get("isPermaLink"),
            *(row.find("enclosure").get(name) for name in ("url", "length", "type")),
        )
        for row in root.iter("item")
    }, made


def row(guid="g1", permalink="false", url="https://old.example/1.mp3", length="900001", kind="audio/mpeg"):
    return guid, permalink, url, length, kind


def guid(text: str, more=' isPermaLink="false"') -> str:
    return f"<guid{more}>{text}</guid>"


U = "https://old.example/"
CASES = {
    "plain": (feed(item()), row()),
    "permalink said": (feed(item(guid(U + "?p=1", ' isPermaLink="true"'))), row(U + "?p=1", "true")),
    "permalink by default": (feed(item(guid(U + "?p=1", ""))), row(U + "?p=1", "true")),
    "permalink that is none": (feed(item(guid("abc", ""))), row("abc", "false")),
    "blanks around": (feed(item(guid("  g 1\n\t"))), row("  g 1\n\t")),
    "blanks inside": (feed(item(guid("g  1"))), row("g  1")),
    "no-break space": (feed(item(guid("\u00a0g\u00a0"))), row("\u00a0g\u00a0")),
    "carriage return": (feed(item(guid("a&#13;b"))), row("a\rb")),
    "cdata": (feed(item(guid("<![CDATA[a&b<c>]]>"))), row("a&b<c>")),
    "entities": (feed(item(guid("a&amp;b&lt;&quot;"))), row('a&b<"')),
    "letters": (feed(item(guid("épisode №1 日本 😀"))), row("épisode №1 日本 😀")),
    "right to left": (feed(item(guid("\u202eabc\u200b"))), row("\u202eabc\u200b")),
    "zero": (feed(item(guid("0"))), row("0")),
    "yes": (feed(item(guid("yes"))), row("yes")),
    "none": (feed(item("")), row("https://old.example/1.mp3")),
    "empty": (feed(item("<guid> </guid>")), row("https://old.example/1.mp3")),
    "two": (feed(item(guid("a") + guid("b"))), row("a")),
    "other prefix": (feed(item()).replace("i:", "apple:").replace("xmlns:i", "xmlns:apple"), row()),
    "old namespace": (feed(item(), root='xmlns:i="http://www.itunes.com/DTDs/Podcast-1.0.dtd"'), row()),
    "undeclared prefix": (feed(item(), root="").replace("i:", "itunes:"), row()),
    "latin-1": (feed(item(guid("é")), start='<?xml version="1.0" encoding="iso-8859-1"?>').encode("latin-1"), row("é")),
    "windows-1252": (feed(item(guid("“é”"))).encode("cp1252"), row("“é”")),
    "windows as latin-1": (feed(item(guid("“")), start='<?xml version="1.0" encoding="iso-8859-1"?>').encode("cp1252"), row("“")),
    "utf-16": (feed(item(guid("é")), start='<?xml version="1.0" encoding="utf-16"?>').encode("utf-16"), row("é")),
    "byte order mark": (b"\xef\xbb\xbf" + feed(item()).encode(), row()),
    "blank line first": ("\n\n" + feed(item()), row()),
    "undefined entity": (feed(item(more="<description>a&nbsp;b &copy;</description>")), row()),
    "bare ampersand": (feed(item(guid("a&b"))), row("a&b")),
    "document type": (feed(item(guid("a"))).replace("<rss", '<!DOCTYPE rss [<!ENTITY x "y">]><rss', 1), row("a")),
    "control character": (feed(item(title="a\x0bb")), row()),
    "cut off": (feed(item(), item(guid("g2"), U + "2.mp3"))[:-60].rpartition("<item>")[0], row()),
    "relative address": (feed(item(url="/a/1.mp3")), row(url=U + "a/1.mp3")),
    "space in address": (feed(item(url=U + "a b.mp3")), row(url=U + "a b.mp3")),
    "letter in address": (feed(item(url=U + "é.mp3?a=1&b=2")), row(url=U + "é.mp3?a=1&b=2")),
    "http": (feed(item(url="http://old.example/1.mp3")), row(url="http://old.example/1.mp3")),
    "no date": (feed(item(date="")), row()),
    "odd date": (feed(item(date="<pubDate>2 mar 26 6:00 CET</pubDate>")), row()),
    "iso date": (feed(item(date="<pubDate>2026-03-02T06:00:00Z</pubDate>")), row()),
    "markup in title": (feed(item(title="&lt;b&gt;A&lt;/b&gt; &amp;amp; B: yes")), row()),
    "no title": (feed(item(title="")), row()),
    "over a gigabyte": (feed(item(n=12345678901)), row(length="12345678901")),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_apps_know_is_kept(name, tmp_path):
    """Guid, isPermaLink, and the recording's address, length and type, for feeds with one oddity each."""
    source, expected = CASES[name]
    found, _ = moved(got(source if isinstance(source, bytes) else source.encode()), tmp_path / "show")
    assert found == {expected}


def test_no_length_is_zero(tmp_path):
    """0 stands for an unknown length (RSS Advisory Board profile), and the file says so."""
    found, made = moved(got(feed(item()).replace('length="900001"', "").encode()), tmp_path / "show")
    assert found == {row(length="0")}
    assert any("how many bytes" in note for note in made.notes)


TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters=[chr(n) for n in range(160) if n not in (9, 10, 13, 133) and not 32 <= n < 127] + ["\ufffe", "\uffff"]),
    min_size=1, max_size=40,
)  # fmt: skip


@st.composite
def generated(draw):
    """Up to 20 items with guids of any characters, addresses and lengths."""
    guids = draw(st.lists(TEXT.filter(str.strip), min_size=1, max_size=20, unique=True))
    rows, items = set(), []
    for number, text in enumerate(guids):
        path = draw(st.text("abcé -_%20~+&=?", max_size=12))
        url, length = f"https://old.example/{number}/{path}.mp3", draw(st.integers(1, 10**12))
        rows.add(row(text, "false", url, str(length)))
        written = escape(text).replace("\r", "&#13;")
        items.append(item(guid(written), url, n=length, title=escape(draw(TEXT)).replace("\r", " ")))
    return feed(*items), rows


def check_generated(case, tmp_path_factory):
    text, rows = case
    found, _ = moved(got(text.encode()), tmp_path_factory.mktemp("moved") / "show")
    assert found == rows


@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(case=generated())
def test_generated_feeds(case, tmp_path_factory):
    """Whatever characters a guid has, it comes out the same."""
    check_generated(case, tmp_path_factory)


@pytest.mark.slow
@settings(max_examples=600, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(case=generated())
def test_many_generated_feeds(case, tmp_path_factory):
    """The same for about ten thousand episodes."""
    check_generated(case, tmp_path_factory)


NOTES = """<description><![CDATA[<p>The council votes.</p><ul><li>(00:00) Headlines</li>
<li><b>2:15</b> - The <a href="https://n.example/vote">harbour vote</a><ul><li><a href="https://n.example/2">Who pays</a></li></ul></li>
<li>14:05 <a href="https://n.example/ferry">The last ferry</a></li></ul><p>Music by <a href="https://m.example/">M</a>.</p>]]></description>
<podcast:person xmlns:podcast="https://podcastindex.org/namespace/1.0" role="guest">Dana Reyes</podcast:person>
<podcast:person xmlns:podcast="https://podcastindex.org/namespace/1.0">Bob Frost</podcast:person><odd:thing xmlns:odd="urn:x">kept in mind</odd:thing>"""


LOST = {
    # what a feed cannot say of itself, or what is another thing after a move
    "liveItem": "a broadcast has its time, and is in the notes of the import",
    "image": "the size of a picture that is elsewhere is not known",
    "chapters": "has the address of the new site",
}


def said(data: bytes) -> list[list[tuple]]:
    """Every podcast tag of the channel and of the first item, as values that can be compared."""

    def plain(element) -> tuple:
        attributes = {k: v.lower() for k, v in element.attrib.items()}
        return etree.QName(element).localname, attributes, (element.text or "").strip(), [plain(e) for e in element]

    channel = etree.fromstring(data)[0]
    rooms = (channel, channel.find("item"))
    return [[plain(e) for e in room.iterchildren("{https://podcastindex.org/namespace/1.0}*")] for room in rooms]


def test_a_feed_of_ours_comes_back_with_every_tag(tmp_path):
    """The rich show's feed, imported and rendered again, has the same podcast tags, attribute by attribute."""
    data = feeds.main_feed(shows.rich())
    gathered = got(data, "https://radio.example/morning/feed.xml")
    made = show.files(gathered, *show.drafts(gathered), {}, NOW)
    for name, text in made.files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    imported, problems = load(tmp_path)
    assert imported is not None and not problems, problems
    for before, after in zip(said(data), said(feeds.main_feed(imported)), strict=True):
        kept = [row for row in before if row[0] not in LOST]
        assert len(kept) > 14
        for name in {row[0] for row in kept}:
            rows, others = ([row for row in side if row[0] == name] for side in (before, after))
            for row in rows:
                known = {k: v for k, v in row[1].items() if not (name == "transcript" and k == "rel")}
                assert any(known.items() <= o[1].items() and row[2:] == o[2:] for o in others), (row, others)
    comments = [
        line
        for text in made.files.values()
        for line in text.splitlines()
        if "not carried over: <podcast:" in line.lower()
    ]
    assert len(comments) == 1 and "liveItem" in comments[0]


BAD_TAGS = """<podcast:location geo="nowhere">Here</podcast:location><podcast:value type="lightning" method="keysend"/>
<podcast:chat server="a.example" protocol="smoke"/><podcast:trailer url="https://a.example/t" pubdate="some day">T</podcast:trailer>
<podcast:podroll><podcast:remoteItem feedGuid="x"/></podcast:podroll><podcast:block id="nobody">yes</podcast:block>"""


def test_a_tag_that_our_schema_refuses_is_told(tmp_path):
    """What cannot be written in our keys is a comment in the file and a note, and the rest is imported."""
    root = f'xmlns:i="{ITUNES}" xmlns:podcast="https://podcastindex.org/namespace/1.0"'
    gathered = got(feed(item(), head=HEAD + BAD_TAGS, root=root).encode())
    made = show.files(gathered, *show.drafts(gathered), {}, NOW)
    told = "\n".join(made.notes)
    for name in ("location", "value", "chat", "trailer", "remoteItem", "block"):
        assert f"<podcast:{name}" in told and f"# not carried over: <podcast:{name}" in made.files["show.yaml"]


def test_times_in_the_notes_become_segments(tmp_path):
    """Segments with their stories, people with their roles, the rest as notes; what has no place is told."""
    _, made = moved(got(feed(item(more=NOTES)).encode()), tmp_path / "show")
    loaded, _ = load(tmp_path / "show")
    episode = loaded.episodes[0]
    assert [(s.title, [link.story.url for link in s.stories]) for s in episode.segments] == [
        ("Headlines", []),
        ("The harbour vote", ["https://n.example/vote", "https://n.example/2"]),
        ("The last ferry", ["https://n.example/ferry"]),
    ]
    assert episode.summary == "The council votes."
    assert episode.notes == "Music by [M](<https://m.example/>)."
    assert [c.person.name for c in episode.guests] == ["Dana Reyes"] and [c.person.name for c in episode.hosts] == [
        "Bob Frost"
    ]
    assert any("kept in mind" in note for note in made.notes)
    assert "kept in mind" in next(text for path, text in made.files.items() if path.startswith("episodes/"))


PSC = """<psc:chapters xmlns:psc="http://podlove.org/simple-chapters"><psc:chapter start="00:00:00" title="Start"/>
<psc:chapter start="00:02:15.500" title="Vote" href="https://n.example/vote"/></psc:chapters>"""


def test_podlove_chapters_become_segments(tmp_path):
    """Chapters come before times in the notes."""
    moved(got(feed(item(more=PSC)).encode()), tmp_path / "show")
    loaded, _ = load(tmp_path / "show")
    assert [(s.start.total_seconds(), s.title) for s in loaded.episodes[0].segments] == [(0, "Start"), (135.5, "Vote")]


def test_pages_and_chapters_are_fetched(tmp_path, monkeypatch):
    """Older pages are followed, a page that leads to itself ends; chapters in JSON become segments."""
    atom = 'xmlns:a="http://www.w3.org/2005/Atom"'
    older = f'<a:link {atom} rel="next" href="/two"/>'
    marks = b'{"version": "1.2.0", "chapters": [{"startTime": 0, "title": "A"}, {"startTime": 9.5, "title": "B"}]}'
    with hostile.server(
        {
            "one": hostile.answer(feed(item(), head=HEAD + older).encode()),
            "two": hostile.answer(feed(item(guid("g2"), U + "2.mp3"), head=HEAD + older).encode()),
            "chapters": hostile.answer(marks),
        }
    ) as server:
        found = gather.gather(f"{server.url}/one", private_pages=True)
        chapters = gather.chapters([f"{server.url}/chapters", f"{server.url}/garbage"], private=True)
        outside = gather.gather(f"{server.url}/one")
    assert isinstance(found, gather.Gathered) and len(found.items) == 2
    assert [mark.title for mark in chapters[f"{server.url}/chapters"]] == ["A", "B"]
    assert chapters[f"{server.url}/garbage"] is None
    assert len(outside.items) == 1 and "older page" in outside.remarks[0]  # a feed does not lead inside by itself


def run(*arguments, cwd):
    done = typed(*arguments, cwd=cwd)
    return subprocess.CompletedProcess(arguments, done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.slow
def test_the_command(tmp_path):
    """An import is checked and built without an error; a second one is refused where something else stands."""
    (tmp_path / "feed.xml").write_text(feed(item(), item(guid("g2"), U + "2.mp3", title="Two")))
    done = run("import", "feed.xml", "--into", "show", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "2 episodes" in done.stdout
    assert run("-C", "show", "check", cwd=tmp_path).returncode == 0
    facts = ("guid", "enclosure", "length", "published")
    before = json.loads((tmp_path / "show/ledger.json").read_text())["episodes"]
    assert run("-C", "show", "build", cwd=tmp_path).returncode == 0
    after = json.loads((tmp_path / "show/ledger.json").read_text())["episodes"]
    assert {k: [v[f] for f in facts] for k, v in after.items()} == {k: [v[f] for f in facts] for k, v in before.items()}
    (tmp_path / "show/show.yaml").write_text("title: mine\n")
    again = run("import", "feed.xml", "--into", "show", cwd=tmp_path)
    assert again.returncode == 2 and "show.yaml already" in again.stderr
    assert (tmp_path / "show/show.yaml").read_text() == "title: mine\n"
    for name, text in (("page.html", "<html><body/></html>"), ("junk", "hello"), ("none.xml", None)):
        if text:
            (tmp_path / name).write_text(text)
        bad = run("import", name, "--into", "other", cwd=tmp_path)
        assert bad.returncode == 2 and bad.stderr.count("\n") == 1 and "Traceback" not in bad.stderr
    assert not (tmp_path / "other").exists()


def test_a_locked_feed_asks_for_its_owner(tmp_path):
    """podcast:locked: nothing is written without --yes."""
    lock = '<p:locked xmlns:p="https://podcastindex.org/namespace/1.0" owner="desk@old.example">yes</p:locked>'
    (tmp_path / "feed.xml").write_text(feed(item(), head=HEAD + lock))
    refused = run("import", "feed.xml", "--into", "show", cwd=tmp_path)
    assert refused.returncode == 2 and "desk@old.example" in refused.stderr and not (tmp_path / "show").exists()
    assert run("import", "feed.xml", "--into", "show", "--yes", cwd=tmp_path).returncode == 0


BOMB = (
    '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9))
    + "]>"
)
HOSTILE = {
    "entities": BOMB + feed(item(guid("&j;")), start=""),
    "outside": '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + feed(item(guid("&x;")), start=""),
    "deep": feed("<a>" * 100_000, start=""),
    "attributes": feed("<item " + " ".join(f"a{n}='1'" for n in range(200_000)) + "/>", start=""),
    "items": feed("<item/>" * 100_000, start=""),
    "brackets": feed(item(more=f"<description>{'&lt;a ' * 100_000}</description>"), start=""),
    "divs": feed(item(more=f"<description>{'&lt;div&gt;' * 60_000}</description>"), start=""),
    "comments": feed(item(more=f"<description>{'&lt;!--' * 100_000}</description>"), start=""),
    "long": feed(item(more=f"<description>{'x' * 15_000_000}</description>"), start=""),
    "cdata": "<rss>" + "<![CDATA[" * 300_000,
    "ampersands": "<rss>" + "&" * 2_000_000,
    "doctype": "<!DOCTYPE [" * 100_000,
}


@pytest.fixture(scope="module")
def worker():
    with Worker("podfeed.importing.feed_worker", gather.LIMITS) as made:
        yield made


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_feeds_end_in_time(name, worker):
    """Bombs, outside entities and heaps of everything: an answer or an end within the limits, and no file's text."""
    started = time.monotonic()
    answer = worker.ask({}, HOSTILE[name].encode())
    assert time.monotonic() - started < 15  # five seconds of processor, on a machine that is shared
    assert "root:" not in str(answer)[:1_000_000]


@pytest.mark.parametrize("count", [150, pytest.param(5000, marks=pytest.mark.slow)])
def test_mutated_feeds(count, worker):
    """Damaged feeds are a feed or a sentence; the process that reads them never dies of one."""
    dice, seed = random.Random(4), feed(item(more=NOTES + PSC), item(guid("é"), U + "2.mp3")).encode()
    for _ in range(count):
        data = bytearray(seed)
        for _ in range(dice.randrange(1, 12)):
            at = dice.randrange(len(data))
            piece = dice.choice(
                (
                    b"<",
                    b">",
                    b"&",
                    b"]]>",
                    b"<![CDATA[",
                    b"\x00",
                    b"\xff\xfe",
                    b'"',
                    b"<item>",
                    bytes([dice.randrange(256)]),
                )
            )
            data[at : at + dice.randrange(4)] = piece
        answer = worker.ask({}, bytes(data))
        assert isinstance(answer, dict) and ("feed" in answer or "refused" in answer), bytes(data)
        if "feed" in answer:
            found = answer["feed"]
            gathered = gather.Gathered(address=U, channel=found["channel"], items=found["items"], remarks=[])
            channel, items = show.drafts(gathered)
            show.files(gathered, channel, items, {}, NOW)


def test_the_reader_of_feeds_can_open_nothing(tmp_path):
    """Neither files nor connections, by Python's own account and by the system's."""
    code = (
        "import os, socket\nfrom podfeed import worker_process\nworker_process._shut_off()\n"
        "for act in (lambda: open('/etc/passwd'), lambda: os.listdir('/'), lambda: socket.create_connection(('127.0.0.1', 9)),"
        " lambda: socket.socket(), lambda: os.system('true')):\n"
        "    try: act(); print('opened')\n    except OSError: pass\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_an_import_is_whole_or_not_there(tmp_path, monkeypatch):
    """A folder with other things in it gets show.yaml last; a failure leaves no show, and the next run mends it."""
    target = tmp_path / "show"
    target.mkdir()
    (target / "README.md").write_text("mine")
    real, calls = placing.os.replace, []

    def failing(a, b):
        calls.append(str(b))
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        real(a, b)

    monkeypatch.setattr(placing.os, "replace", failing)
    files = {"show.yaml": "a: 1\n", "ledger.json": "{}\n", "episodes/a.yaml": "b: 1\n"}
    with pytest.raises(OSError):
        placing.place(target, files)
    assert not (target / "show.yaml").exists()
    monkeypatch.setattr(placing.os, "replace", real)
    placing.place(target, files)
    assert {name: (target / name).read_text() for name in files} == files
    assert [p.name for p in tmp_path.iterdir()] == ["show"]
    assert sorted(p.name for p in target.iterdir()) == ["README.md", "episodes", "ledger.json", "show.yaml"]


def test_an_import_into_the_current_folder(tmp_path, monkeypatch):
    """It may be empty, and one beside which nothing can be written."""
    monkeypatch.chdir(tmp_path)
    placing.place(Path("."), {"show.yaml": "a: 1\n", "episodes/a.yaml": "b: 1\n"})
    assert sorted(p.name for p in tmp_path.iterdir()) == ["episodes", "show.yaml"]


def test_the_guid_of_a_feed_in_a_file(tmp_path):
    """It follows from the address that the feed gives as its own, as if it had been fetched from there; where it gives none, a
    person is told to write it."""
    link = '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="https://feeds.old.example/show.xml"/>'
    for text, expected in (
        (feed(item()).replace("<item>", f"{link}<item>", 1), "69d4dd05-bc64-5f6f-be3b-c2c5d2a1eb54"),
        (feed(item()), None),
    ):
        (tmp_path / "feed.xml").write_text(text)
        got = gather.gather(str(tmp_path / "feed.xml"))
        assert isinstance(got, gather.Gathered)
        made = show.files(got, *show.drafts(got), {}, NOW)
        assert json.loads(made.files["ledger.json"])["guid"] == expected
        assert any("write guid" in note for note in made.notes) == (expected is None)
