"""Search: everything is found that should be, in the right order, the same in the browser and on the server, and a
reader loads little."""

from __future__ import annotations

import gzip
import itertools
import json
import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from html import unescape
from urllib.parse import quote

import pagesite
import pytest
import shows
from pagesite import Document
from test_hidden import ask

from podfeed import model as m
from podfeed import paths, search
from podfeed.output import Site
from podfeed.render import page_said, page_search
from podfeed.web.app import Serving, create_app

NOW = datetime(2026, 11, 24, 12, 0, 20, tzinfo=UTC)
SOME = """harbour bridge vote ferry pilot budget Émile school river Straße 42 don't mayor 港口投票 report สะพาน union ΣΊΣΥΦΟΣ
    court hospital harbours har جسر الميناء İstanbul bridges railway border paper witness x ﬁne 2026 news""".split()


def show(count: int, words: list[str] = SOME, seed: int = 1) -> m.Show:
    """A programme of `count` episodes made of a few words, the same whatever comes after them."""
    people = [m.Person(slug=f"p{n}", name=f"{words[n % len(words)].title()} Frost", role="Guest") for n in range(count)]
    stories, episodes = [], []
    for n, episode in enumerate(reversed(shows.many(count).episodes)):
        source = random.Random(seed + n)

        def text(length: int, source: random.Random = source) -> str:
            return " ".join(source.choices(words, k=length))

        told = [m.Story(slug=f"s{n}-{k}", url=f"https://n.example/{n}/{k}", title=text(3)) for k in range(2)]
        stories += told
        segments = tuple(
            m.Segment(
                number=k + 1,
                start=shows.at(minutes=k),
                end=shows.at(minutes=k + 1),
                title=text(3),
                summary=text(4),
                people=(m.Credit(person=people[source.randrange(n + 1)], role="Guest"),),
                stories=(m.StoryLink(story=told[k % 2]), m.StoryLink(story=stories[source.randrange(len(stories))])),
            )
            for k in range(3)
        )
        cues = tuple(
            m.Cue(start=shows.at(seconds=9 * k), speaker=("Ann", "Bob Frost")[k % 2], text=text(12)) for k in range(6)
        )
        scripts = (shows.captions(episode.slug, *cues),) if n % 3 else ()
        episodes.append(replace(episode, title=text(2), summary=text(5), segments=segments, transcripts=scripts))
    episodes.reverse()
    return replace(shows.minimal(), episodes=tuple(episodes), stories=tuple(stories), people=tuple(people))


@pytest.fixture(scope="module", autouse=True)
def small_files():
    """Small batches and volumes, so that a short show has several."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page_search, "BATCH", 12)
        patch.setattr(page_search, "SETTLED", 2)
        patch.setattr(page_search, "VOLUME", 4)
        patch.setattr(page_said, "SETTLED", 4)
        patch.setattr(page_said, "VOLUME", 16)
        patch.setattr(page_said, "FEW", 10)
        yield


COUNT = 60


@cache
def built(count: int = COUNT) -> Site:
    return dict(pagesite.build(show(count)))


def index_of(site: Site) -> search.Index:
    def load(name: str):
        return json.loads(site["search/" + name].body())

    return search.Index(search.Head(load("index.json")), load)


def everything(site: Site) -> list[tuple[str, list]]:
    """All rows by number, read from the files one after the other."""
    head = json.loads(site["search/index.json"].body())
    files = [json.loads(site[paths.search_batch(n + 1)].body()) for n in range(len(head["batches"]))]
    return [(kind, row) for rows in (*files, head["fresh"]) for kind in search.KINDS for row in rows[kind]]


QUERIES = [
    "harbour",
    "har",
    "ha",
    "h",
    "HARBOUR  bridge",
    "émile",
    "emile ferry",
    "strasse",
    "straße",
    "港",
    "港口",
    "口投",
    "投口",
    "σισυφος",
    "جسر",
    "istanbul",
    "42 don",
    "fine",
    "สะพ",
    "zzz",
    "!?",
    "frost guest",
    "bridge vote ferry pilot",
]


# --- what is found ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", QUERIES)
def test_the_index_finds_what_a_look_at_every_row_finds(query):
    """Through batches, volumes and shards comes the same as by reading all rows: each word, in order."""
    site = built()
    asked = search.query(query)
    expected: dict[str, list[tuple[bool, int]]] = {kind: [] for kind in search.KINDS}
    for number, (kind, row) in enumerate(everything(site)):
        title = set(search.words(search.title_of(kind, row)))
        every = title | set(search.words(search.more_of(kind, row)))
        if asked and all(any(search.meant(word, other) for other in every) for word in asked):
            expected[kind].append((all(any(search.meant(word, o) for o in title) for word in asked), number))
    ordered = {kind: [number for _title, number in sorted(rows, reverse=True)] for kind, rows in expected.items()}
    index = index_of(site)
    assert index.find(asked) == ordered
    rows = everything(site)
    for kind, numbers in ordered.items():
        for number in numbers[:3]:
            assert (index.row(number).kind, index.row(number).row) == rows[number] == (kind, rows[number][1])


def test_everything_can_be_found():
    """Each episode, segment, story and person is in the index once, and a segment says the right episode."""
    made, site = show(COUNT), built()
    rows = everything(site)
    assert sorted(row[0] for kind, row in rows if kind == "episodes") == sorted(e.slug for e in made.episodes)
    assert sorted(row[0] for kind, row in rows if kind == "stories") == sorted(s.slug for s in made.stories)
    assert sorted(row[0] for kind, row in rows if kind == "people") == sorted(p.slug for p in made.people)
    index = index_of(site)
    told = {
        (found.episode[0], found.row[3], found.row[1])
        for number, (kind, _row) in enumerate(rows)
        if kind == "segments" and (found := index.row(number)).episode
    }
    assert told == {(e.slug, s.title, str(s.start.seconds)) for e in made.episodes for s in e.segments}
    assert sum(kind == "segments" for kind, _row in rows) == 3 * COUNT
    assert len(json.loads(site["search/index.json"].body())["batches"]) > 2 * 4  # several volumes


def test_what_no_episode_names_is_found_too():
    """A person whom nobody has heard yet stands in the index as well."""
    alone = m.Person(slug="alone", name="Somebody Else")
    site = dict(page_search.outputs(replace(show(5), people=(*show(5).people, alone))))
    (number,) = index_of(site).find(search.query("somebody else"))["people"]
    assert index_of(site).row(number).row[0] == "alone"


@pytest.mark.parametrize("query", QUERIES)
def test_what_was_said_is_found(query):
    """The episodes in whose transcripts every word was said, newest first; each with passages in which it was."""
    made, index, asked = show(COUNT), index_of(built()), search.query(query)
    expected = []
    for number, episode in enumerate(reversed(made.episodes)):
        every = {w for t in episode.transcripts for cue in t.cues for w in search.words(cue.text)}
        if asked and all(any(search.meant(word, other) for other in every) for word in asked):
            expected.insert(0, number)
    assert index.said(asked) == expected
    for number in expected[:5]:
        row, passages = index.passages(number, asked)
        episode = made.episodes[COUNT - 1 - number]
        assert row[:2] == [episode.slug, episode.title] and 0 < len(passages) <= 3
        cues = {str(cue.start.seconds): cue for cue in episode.transcripts[0].cues if cue.start is not None}
        for start, voice, parts in passages:
            assert voice == cues[start].speaker and any(marked for _part, marked in parts)
            assert [part for part, _marked in parts if part not in (*cues[start].text.split(), "…")] == []


def test_a_snippet_is_what_stands_around():
    """A long passage is cut on both sides of the first word that was asked for, and says so."""
    text = " ".join(f"w{n}" for n in range(100))
    parts = search.snippet(text, ("w50",))
    assert [part for part, _ in parts] == ["…", *(f"w{n}" for n in range(42, 74)), "…"]
    assert [part for part, marked in parts if marked] == ["w50"]
    assert len(search.snippet("x" * 5_000, ("y",))) == 33


def test_transcripts_are_apart():
    """Nothing of them is in what a search without them loads; a show without any has no such files."""
    site = dict(page_search.outputs(show(COUNT)))
    main = {p: o.body() for p, o in site.items() if not p.startswith("search/said")}
    for episode in show(COUNT).episodes:
        assert all(
            cue.text.encode() not in body for t in episode.transcripts for cue in t.cues for body in main.values()
        )
    silent = replace(show(20), episodes=tuple(replace(e, transcripts=()) for e in show(20).episodes))
    bare = pagesite.build(silent)
    assert not any("said" in path for path in bare)
    assert b"said" not in bare[paths.SEARCH_INDEX].body()
    assert not Document(bare[paths.SEARCH].body().decode()).all("input", type="checkbox")
    assert Document(built()[paths.SEARCH].body().decode()).all("input", type="checkbox")


# --- what a new episode changes ------------------------------------------------------------------------------


def test_a_new_episode_changes_one_file():
    """From day to day only `index.json` is new; when batches are settled, new ones and the words of the newest volume.
    A full volume and a batch never change."""
    settled = 0
    before = dict(page_search.outputs(show(19)))
    for count in range(20, 48):
        after = dict(page_search.outputs(show(count)))
        changed = {p for p, o in before.items() if after[p].key != o.key and after[p].body() != o.body()}
        head = json.loads(after[paths.SEARCH_INDEX].body())
        batches = len(head["batches"])
        newest = f"words-{-(-batches // 4)}-", f"said-{-(-max(count // 4 - 1, 0) * 4 // 16)}-"
        always = {paths.SEARCH_INDEX, paths.SEARCH_SAID_FRESH}
        if len(head["batches"]) == len(json.loads(before[paths.SEARCH_INDEX].body())["batches"]) and count % 4:
            assert changed <= always and paths.SEARCH_INDEX in changed
        else:
            settled += 1
            assert all(p in always or p.startswith(tuple(f"search/{n}" for n in newest)) for p in changed), changed
        assert set(before) <= set(after)
        assert len(head["fresh"]["episodes"]) < 30
        before = after
    assert settled > 6 and any("words-3-" in path for path in before)


def test_short_shows_have_one_file():
    """Up to some hundred episodes the whole index is one file, as it was, and all that was said is another."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page_search, "BATCH", 60)
        patch.setattr(page_search, "SETTLED", 10)
        patch.setattr(page_said, "FEW", 100)
        few = show(100)
        said = {paths.search_said(e.slug) for e in few.episodes if e.transcripts}
        assert set(dict(page_search.outputs(few))) == {paths.SEARCH_INDEX, paths.SEARCH_SAID_FRESH, *said}


# --- on the server, without JavaScript ------------------------------------------------------------------------


@cache
def server():
    serving = Serving(built(), now=lambda: NOW)
    return create_app(lambda: serving)


def asked(query: str, more: str = "", **way: str) -> tuple[str, dict[str, str], str]:
    status, lines, body = ask(server(), "/search/", query=f"q={quote(query)}{more}", **way)
    return status, dict(lines), "" if dict(lines).get("Content-Encoding") else body.decode()


def links(document: Document) -> list[str]:
    return [e.attributes["href"] for e in document.all("a", href=None) if e.attributes["href"].startswith("../")]


@pytest.mark.parametrize("query", QUERIES)
def test_the_server_answers_with_a_page(query):
    """The published page with the same rows in the same order, its counts and the words that were asked for."""
    status, _headers, body = asked(query)
    document, index = Document(body), index_of(built())
    found = index.find(search.query(query))
    total = sum(map(len, found.values()))
    assert status == "200 OK" and document.faults == []
    (said,) = document.all("p", role="status")
    assert said.words == " ".join(
        (f"{total} found for “{query}”." if total else f"Nothing found for “{query}”.").split()
    )
    (field,) = document.all("input", type="search")
    assert field.attributes["value"] == query
    items = re.findall(r"<li>(.*?)</li>", body.partition("<div data-results>")[2].partition("</main>")[0], re.DOTALL)
    want = [(kind, n) for kind, most in (("segments", 10), ("stories", 5), ("people", 5), ("episodes", 5))
            for n in found[kind][:most]]  # fmt: skip
    assert len(items) == len(want)
    for item, (kind, number) in zip(items, want, strict=True):
        row = index.row(number).row
        assert search.title_of(kind, row) in unescape(item)
        if kind == "segments":
            assert f'#t={row[1]},{row[2]}" data-go>' in item
    published = {paths.page(path) for path in built()}
    inside = [e.attributes["href"] for e in document.all("a", href=None)]
    gone = [h for h in inside if h.startswith("../") and h[3:].partition("#")[0] not in published]
    assert gone == []


@pytest.mark.parametrize("query", QUERIES)
def test_the_server_looks_in_what_was_said(query):
    """With the box ticked there is a section more, which the count includes; further pages have the other episodes."""
    index, terms = index_of(built()), search.query(query)
    numbers = index.said(terms)
    _status, _headers, body = asked(query, "&said=1")
    document = Document(body)
    assert document.faults == [] and document.all("input", type="checkbox")[0].attributes.get("checked") is not None
    total = len(numbers) + sum(map(len, index.find(terms).values()))
    assert document.all("p", role="status")[0].words.startswith(f"{total} found" if total else "Nothing found")
    shown: list[str] = []
    for page in range(1, 20):
        _status, _headers, body = asked(query, f"&in=said&page={page}")
        section = body.partition('aria-labelledby="found-said"')[2].partition("</section>")[0]
        shown += re.findall(r'<li><a href="\.\./episodes/([^/]+)/" dir="auto">', section)
        if "More:" not in section:
            break
    assert shown == [index.passages(number, terms)[0][0] for number in numbers]


def test_more_of_one_kind_page_by_page():
    """Without JavaScript further results are further pages of one kind, until all have been shown once."""
    found = index_of(built()).find(search.query("harbour"))["segments"]
    shown: list[str] = []
    more = "&in=segments"
    for _turn in range(10):
        _status, _headers, body = asked("harbour", more)
        document = Document(body)
        shown += [e.attributes["href"] for e in document.all("a", class_="time")]
        further = document.all("a", class_="more")
        if not further:
            break
        assert further[0].words == "More: Segments"
        more = further[0].attributes["href"].partition("q=harbour")[2]
    assert len(shown) == len(set(shown)) == len(found) > 30


def test_the_answer_has_the_headers_of_a_page():
    """Type, policy, lifetime, ETag and HEAD are those of every other page; a reader who has it gets a 304."""
    _status, headers, _body = asked("bridge")
    _status, lines, _body = ask(server(), "/search/")
    plain = dict(lines)
    assert {n: v for n, v in headers.items() if n not in ("ETag", "Content-Length")} == {
        n: v for n, v in plain.items() if n not in ("ETag", "Content-Length")
    }
    assert asked("bridge", method="HEAD") == ("200 OK", headers, "")
    assert asked("bridge", **{"If-None-Match": headers["ETag"]})[0] == "304 Not Modified"
    _status, packed, _body = asked("bridge", **{"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip" and packed["ETag"] != headers["ETag"]
    assert ask(server(), "/search/", query="q=bridge", method="POST")[0].startswith("405")


@pytest.mark.parametrize("query", ["", "q=", "q=%20", "x=1", "in=segments", "q=" + "a" * 3000, "&".join(["q=a"] * 50)])
def test_nothing_asked_is_the_page_as_it_is(query):
    """No words, or more than anybody types: the published page, byte for byte."""
    assert ask(server(), "/search/", query=query) == ask(server(), "/search/")


@pytest.mark.parametrize(
    "query",
    [
        '"><script>alert(1)</script>',
        "</title><script>",
        "' onfocus='alert(1)",
        "{words} {n} {kind}",
        "{{ 7 * 7 }}",
        "\\u003cscript",
        "harbour\x00\x08\u2028",
        "\ud83d",
        "%ff%fe",
        "a" * 5_000,
        "$& $1 \\1",
    ],
)
def test_words_stay_words(query):
    """Whatever is typed is shown as text, and never becomes markup."""
    raw = query if query.startswith("%") else quote(query.encode("utf-8", "replace"))
    status, _lines, body = ask(server(), "/search/", query="q=" + raw)
    document, plain = Document(body.decode()), Document(built()[paths.SEARCH].body().decode())
    assert status == "200 OK" and document.faults == []
    assert len(document.all("script")) == len(plain.all("script"))
    assert b"<script>" not in body and b"\0" not in body
    names = {name for e in document.elements for name in e.attributes}
    assert not any(name.startswith("on") for name in names)


def test_what_the_server_finds_is_text():
    """Titles, names and summaries that look like markup are shown as they were written."""
    evil = "<img src=x onerror=alert(1)> harbour"
    small = replace(shows.HARBOUR_VOTE.segments[1], title=evil)
    story = replace(shows.BRIDGE, title=evil, publisher=evil)
    episode = replace(shows.HARBOUR_VOTE, title=evil, segments=(replace(small, stories=(m.StoryLink(story=story),)),))
    site = dict(pagesite.build(replace(shows.minimal(), episodes=(episode,), stories=(story,))))
    serving = Serving(site, now=lambda: NOW)
    _status, _lines, body = ask(create_app(lambda: serving), "/search/", query="q=harbour")
    document = Document(body.decode())
    assert document.faults == [] and body.count(b"&lt;img src=x") >= 4
    assert not [e for e in document.all("img") if e.attributes.get("src") == "x"]


@pytest.mark.parametrize(
    "more", ["&in=segments&page=999", "&in=x", "&page=-1", "&page=1e9", "&page=99999999", "&in=people&page=0"]
)
def test_odd_pages(more):
    """A page that is not there is an empty one, and what cannot be a number counts as the first."""
    status, _headers, body = asked("harbour", more)
    assert status == "200 OK" and Document(body).faults == []


# --- size -----------------------------------------------------------------------------------------------------


def vocabulary(count: int) -> list[str]:
    """Made-up words; the n-th is n times as rare as the first (Zipf), as in any language."""
    source = random.Random(4)
    parts = "ba ce di fo gu ha ki lo mu ne pa ro si te vu we ya zo an er in on st".split()
    return ["".join(source.choices(parts, k=source.randint(2, 4))) for _ in range(count)]


def large(count: int) -> m.Show:
    """A programme of five segments and six stories an episode, in thirty thousand words."""
    words = vocabulary(30_000)
    weights = [1 / (n + 10) for n in range(len(words))]
    source = random.Random(7)
    pool = iter(source.choices(words, weights, k=count * 240))

    def text(length: int) -> str:
        return " ".join(next(pool) for _ in range(length)).capitalize()

    people = [m.Person(slug=f"p{n}", name=text(2).title(), role="Guest") for n in range(max(20, count // 20))]
    stories, episodes = [], []
    for n, episode in enumerate(reversed(shows.many(count).episodes)):
        segments = []
        for k in range(5):
            told = m.Story(
                slug=f"{text(4).lower().replace(' ', '-')}-{n}-{k}",
                url=f"https://n.example/{n}/{k}",
                title=text(7),
                publisher="City Paper",
            )
            stories.append(told)
            segments.append(
                m.Segment(
                    number=k + 1,
                    start=timedelta(minutes=5 * k),
                    end=timedelta(minutes=5 * k + 5),
                    title=text(6),
                    summary=text(14),
                    people=(m.Credit(person=source.choice(people), role="Guest"),),
                    stories=(m.StoryLink(story=told),),
                )
            )
        slug = f"2001-01-01-{text(3).lower().replace(' ', '-')}-{n}"
        episodes.append(replace(episode, slug=slug, title=text(5), summary=text(18), segments=tuple(segments)))
    episodes.reverse()
    return replace(shows.minimal(), episodes=tuple(episodes), stories=tuple(stories), people=tuple(people))


def first_load(site: Site, query: str, said: bool = False) -> tuple[int, int]:
    """Bytes, compressed, and files that a reader loads for one search: script, index, words, rows of the first results."""
    wanted = {"static/search.js", paths.SEARCH_INDEX}

    def load(name: str):
        wanted.add("search/" + name)
        return json.loads(site["search/" + name].body())

    index = search.Index(search.Head(json.loads(site[paths.SEARCH_INDEX].body())), load)
    found = index.find(search.query(query))
    for kind, most in (("segments", 10), ("stories", 5), ("people", 5), ("episodes", 5)):
        for number in found[kind][:most]:
            index.row(number)
    if said:
        for number in index.said(search.query(query))[:5]:
            index.passages(number, search.query(query))
    return sum(len(gzip.compress(site[path].body(), 6)) for path in wanted), len(wanted)


@pytest.mark.slow
@pytest.mark.parametrize("count", [1_000, 10_000])
def test_a_search_loads_little(count, monkeypatch, capsys):
    """Any search in a thousand and in ten thousand episodes loads less than 300 kB, the script and all results on the
    screen with it: for a frequent word, a rare one, two and four words, and the beginning of many words."""
    for name, value in (("BATCH", 60), ("SETTLED", 10), ("VOLUME", 200)):
        monkeypatch.setattr(page_search, name, value)
    site = {**dict(page_search.outputs(large(count))), "static/search.js": built()["static/search.js"]}
    words = vocabulary(30_000)
    queries = [
        words[0],
        words[30],
        words[3_000],
        words[25_000],
        f"{words[0]} {words[1]}",
        " ".join(words[5:9]),
        " ".join(words[:40:5]),
        words[2][:3],
    ]
    sizes = {query: first_load(site, query) for query in queries}
    whole = sum(len(gzip.compress(o.body(), 6)) for path, o in site.items())
    with capsys.disabled():
        print(f"\n{count} episodes: {len(site)} files, {whole / 1e6:.1f} MB; first load (bytes, files): {sizes}")
    assert max(size for size, _files in sizes.values()) < 300_000


def spoken(made: m.Show) -> m.Show:
    """The same with half an hour of talk in each episode, 4,500 words."""
    words = vocabulary(30_000)
    weights = [1 / (n + 10) for n in range(len(words))]
    source = random.Random(8)
    episodes = []
    for episode in made.episodes:
        pool = iter(source.choices(words, weights, k=4_500))
        cues = tuple(
            m.Cue(
                start=timedelta(seconds=8 * n),
                speaker="Ann" if n % 20 < 10 else "Bob",
                text=" ".join(itertools.islice(pool, 20)),
            )
            for n in range(225)
        )
        episodes.append(replace(episode, transcripts=(shows.captions(episode.slug, *cues),)))
    return replace(made, episodes=tuple(episodes))


@pytest.mark.slow
def test_a_search_in_what_was_said_loads_little(monkeypatch, capsys):
    """With half an hour of talk in each of a thousand episodes, a search in all of it, with its passages, loads less than
    300 kB. In ten thousand, which have ten such volumes, the shards of one word alone stay below that too."""
    for name, value in (("BATCH", 60), ("SETTLED", 10), ("VOLUME", 200)):
        monkeypatch.setattr(page_search, name, value)
    for name, value in (("SETTLED", 10), ("VOLUME", 1_000), ("FEW", 60)):
        monkeypatch.setattr(page_said, name, value)
    site = {**dict(page_search.outputs(spoken(large(1_000)))), "static/search.js": built()["static/search.js"]}
    words = vocabulary(30_000)
    queries = [words[0], words[30], words[3_000], words[25_000], f"{words[0]} {words[1]}", f"{words[40]} {words[900]}"]
    sizes = {query: first_load(site, query, said=True) for query in queries}
    pieces = [len(gzip.compress(o.body(), 6)) for path, o in site.items() if re.match(r"search/said-1-", path)]
    fresh, one = (
        len(gzip.compress(site[p].body(), 6)) for p in (paths.SEARCH_SAID_FRESH, min(p for p in site if "/said/" in p))
    )
    with capsys.disabled():
        print(
            f"\nfirst load (bytes, files): {sizes}; a shard {sum(pieces) // 128}, at most {max(pieces)}; fresh {fresh}; an episode {one}"
        )
    assert max(size for size, _files in sizes.values()) < 300_000
    assert 10 * max(pieces) < 300_000


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("beschliesst", "Beschließt"),
        ("STRASSE", "Straße"),
        ("جسر", "الجسر"),
        ("الجسر", "جسر"),
        ("ميناء", "والميناء"),
        ("الله", "الله"),
    ],
)
def test_words_as_people_type_them(asked, written):
    """A German ß is two s; who asks for an Arabic noun means it with its article too."""
    assert any(search.meant(one, other) for one in search.query(asked) for other in search.words(written))
