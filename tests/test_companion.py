"""companion.json and the lookup of stories: right for programs that only know their documentation."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import threading
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import jsonschema
import pytest
import shows

from podfeed import model as m
from podfeed import paths, text
from podfeed.appearances import mentions
from podfeed.render import companion, stories
from podfeed.text import TRACKING, TRACKING_PREFIXES, normalise_url

DOCS = Path(__file__).parent.parent / "docs"
NODE = shutil.which("node")


def files(show: m.Show, renderer=companion) -> dict[str, dict]:
    return {path: json.loads(output.body()) for path, output in renderer.outputs(show)}


def code(document: str, language: str) -> str:
    """The code of a language in a document, all of it."""
    return "\n".join(re.findall(rf"```{language}\n(.*?)```", (DOCS / document).read_text("utf-8"), re.DOTALL))


@pytest.fixture
def harbour() -> dict:
    return files(shows.rich())[paths.companion(shows.HARBOUR_VOTE.slug)]


# --- companion.json ------------------------------------------------------------------------------------


@pytest.mark.parametrize("show", [shows.rich(), shows.minimal(), shows.many(3)], ids=["rich", "minimal", "many"])
def test_every_companion_keeps_to_the_published_schema(show):
    """Every companion.json is valid under the very schema that the show publishes, and that schema is one."""
    documents = files(show)
    schema = documents.pop(paths.COMPANION_SCHEMA)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"] == paths.absolute(show, paths.COMPANION_SCHEMA)
    assert len(documents) == len(show.episodes)
    for document in documents.values():
        jsonschema.validate(document, schema)
        assert document["$schema"] == schema["$id"]


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("segments", 0, "start"), "0:00"),
        (("segments", 1, "stories", 0, "rel"), "about it"),
        (("segments", 1, "stories", 0, "url"), "/relative"),
        (("episode", "date"), "2 March 2026"),
        (("episode", "audio", "duration"), None),
        (("version",), "2.0"),
        (("segments", 2, "corrections", 0, "date"), "2026-3-3"),
    ],
)
def test_the_schema_notices_what_is_wrong(harbour, where, value):
    """The schema is not so lax that anything passes."""
    inner = harbour
    for step in where[:-1]:
        inner = inner[step]
    inner[where[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(harbour, companion.SCHEMA)


def test_the_documented_schema_is_the_published_one():
    """docs/companion.schema.json is what the program uses, to the byte."""
    assert (DOCS / "companion.schema.json").read_bytes() == companion.dump(companion.SCHEMA)


def test_the_documented_example_is_valid():
    """The example in docs/companion.md is a companion file, but for its shortened guid."""
    jsonschema.validate(json.loads(code("companion.md", "json")), companion.SCHEMA)


def test_a_segment_says_what_the_editor_wrote(harbour):
    """A segment has its times as numbers, its people, its stories in the editor's order, its corrections, an address."""
    page = "https://radio.example/morning/episodes/2026-03-02-harbour-vote/"
    bridge, portrait = harbour["segments"][1:3]
    assert (bridge["start"], bridge["end"], bridge["url"]) == (135, 845, page + "#t=135,845")
    assert (portrait["end"], portrait["url"]) == (1300.5, page + "#t=845,1300.5")
    assert [type(portrait[name]) for name in ("start", "end")] == [int, float]
    assert [(story["title"], story["rel"], story["at"]) for story in bridge["stories"]] == [
        ("Council approves the harbour bridge", "about", 135),
        ("Who pays for the bridge & when", "mentions", 340),
        ("council.example/minutes/2026-03-01", "source", 240),
    ]
    assert portrait["corrections"] == [{"date": "2026-03-03", "text": "The ferry began in 1911, not 1919."}]
    assert bridge["people"] == [
        {"name": "Bob Frost", "role": "Reporter", "url": "https://radio.example/morning/people/bob-frost/"}
    ]
    assert harbour["aired"][1] == {"station": "KQRS", "at": "2026-03-03T19:00:00-05:00", "repeat": True}


def test_a_listed_and_a_gone_story_say_so(harbour):
    """Where the article's address is not known, or leads nowhere, a program is told, and has the archived copy."""
    rows = {story["page"].split("/")[-2]: story for segment in harbour["segments"] for story in segment["stories"]}
    assert rows["ferry-pilot"]["listed"] is True
    assert rows["ferry-pilot"]["url"] == "https://harbour.example/reading-list"
    gone = rows["harbour-costs"]
    assert (gone["gone"], gone["url"]) == (True, "https://citypaper.example/harbour-costs")
    assert gone["archive"] == "https://archive.example/abc"
    assert "gone" not in rows["harbour-bridge"]


def test_every_story_is_a_recommendation_of_the_draft(harbour):
    """A story has the draft's members with the draft's types and words (recommendations.md)."""
    motives = {"references", "additional content", "acknowledgment", "advertising", "made by the same people"}
    rows = [story for segment in harbour["segments"] for story in segment["stories"]]
    assert len(rows) == 6
    for row in rows:
        assert row["linkType"] in {"generic", "feed", "item", "none"}
        assert row["motive"] in motives
        assert row["medium"] == "html"
        assert row["displayStartTime"] + row["displayDuration"] <= harbour["episode"]["audio"]["duration"]


@pytest.mark.skipif(NODE is None, reason="needs Node")
def test_the_documented_line_makes_a_draft_document(harbour):
    """The line of JavaScript in docs/companion.md turns a companion into a document of the draft."""
    script = code("companion.md", "js") + f"\nconsole.log(JSON.stringify(draft({json.dumps(harbour)})));"
    made = json.loads(node(script))
    assert made["guid"] == harbour["episode"]["guid"]
    assert [row["url"] for row in made["recommendations"]][:2] == [
        "https://weather.example/tides",
        shows.BRIDGE.url,
    ]


def test_a_key_changes_only_with_what_the_file_says():
    """Changing the notes leaves companion.json's key alone; changing a segment's title does not."""
    show = shows.rich()
    path = paths.companion(shows.HARBOUR_VOTE.slug)

    def key(**changes) -> str:
        changed = replace(show, episodes=(replace(shows.HARBOUR_VOTE, **changes), *show.episodes[1:]))
        return dict(companion.outputs(changed))[path].key

    first = replace(shows.SEGMENTS[0], title="Other headlines")
    assert key() == key(notes="Other notes.")
    assert key() != key(segments=(first, *shows.SEGMENTS[1:]))


# --- stories: the other direction ------------------------------------------------------------------------


def test_a_story_lists_every_segment_that_discusses_it():
    """story.json has each segment with relation, day, minute, people and the address that plays it."""
    story = files(shows.rich(), stories)[paths.story_json("harbour-bridge")]
    assert [(row["rel"], row["date"], row["minute"], row["at"]) for row in story["segments"]] == [
        ("about", "2026-03-02", "2:15", 135),
        ("background", "2026-03-02", "14:05", 845),
    ]
    assert story["segments"][1]["play"].endswith("/episodes/2026-03-02-harbour-vote/#t=845,1300.5")
    assert story["segments"][1]["people"][0]["role"] == "Harbour pilot"
    assert story["story"]["sameAs"] == ["https://m.news.radio.example/harbour-bridge"]


def test_a_story_that_comes_up_later_plays_from_there():
    """A story that is named later than its segment begins is played from that second, to the segment's end."""
    costs = files(shows.rich(), stories)[paths.story_json("harbour-costs")]
    assert costs["segments"][0]["play"].endswith("#t=340,845")
    assert (costs["segments"][0]["start"], costs["segments"][0]["at"]) == (135, 340)


def test_every_address_of_a_story_has_the_same_answer():
    """Its own address, the others and the archived copy lead to the content of story.json; the listing page to none."""
    outputs = dict(stories.outputs(shows.rich()))
    answer = outputs[paths.story_json("harbour-bridge")]
    for url in (shows.BRIDGE.url, *shows.BRIDGE.same_as, shows.BRIDGE.archive):
        assert outputs[paths.story_by_url(url)].body() == answer.body()
    assert outputs[paths.story_by_url("http://www.citypaper.example/harbour-costs/?fbclid=x#top")]
    assert paths.story_by_url(shows.FERRY.listed) not in outputs


def test_two_stories_never_want_one_answer():
    """A story's own address comes before another one's `same_as` and archived copy; no path is given twice."""
    rival = replace(shows.TIDES, same_as=(shows.BRIDGE.url,), archive=shows.COSTS.url)
    segment = replace(shows.SEGMENTS[0], stories=(m.StoryLink(story=rival),))
    episode = replace(shows.HARBOUR_VOTE, segments=(segment, *shows.SEGMENTS[1:]))
    show = replace(shows.rich(), stories=(shows.BRIDGE, shows.COSTS, rival), episodes=(episode,))
    given = [path for path, _output in stories.outputs(show)]
    assert len(given) == len(set(given))
    documents = files(show, stories)
    assert documents[paths.story_by_url(shows.BRIDGE.url)]["story"]["title"] == shows.BRIDGE.title
    assert documents[paths.story_by_url(shows.COSTS.url)]["story"]["title"] == shows.COSTS.title


def test_the_list_of_stories_leads_to_every_segment():
    """stories.json has every story that was on air under its normalised address, and its other addresses point there."""
    show = shows.rich()
    document = files(show, stories)[paths.STORIES_JSON]
    told = mentions(show)
    with_address = [story for story in show.stories if story.url]
    assert set(document["stories"]) == {normalise_url(story.url) for story in with_address}
    for story in with_address:
        entry = document["stories"][normalise_url(story.url)]
        assert len(entry["segments"]) == len(told[story.slug])
        assert entry["page"] == paths.story_url(show, story)
    assert document["sameAs"]["m.news.radio.example/harbour-bridge"] == normalise_url(shows.BRIDGE.url)
    assert set(document["sameAs"].values()) <= set(document["stories"])


def test_a_story_that_was_never_on_air_answers_nobody():
    """A record without segments has its story.json, but no lookup says that it was on air."""
    show = replace(shows.minimal(), stories=(shows.TIDES,))
    documents = files(show, stories)
    assert documents[paths.story_json("tides")]["segments"] == []
    assert paths.story_by_url(shows.TIDES.url) not in documents
    assert documents[paths.STORIES_JSON]["stories"] == {}


# --- what the documentation promises --------------------------------------------------------------------

ADDRESSES = """
https://news.example/2026/03/02/harbour-bridge
http://news.example/2026/03/02/harbour-bridge/
HTTPS://WWW.News.Example:443/2026/03/02/harbour-bridge#comments
https://news.example:8443/a
http://news.example:443/a
https://news.example./a//
https://news.example
https://news.example/?
https://wwwnews.example/www.a
https://www.www.news.example/
https://news.example/A/B?b=2&a=1&utm_source=x&UTM_Medium=y
https://news.example/a?id=7&fbclid=abc&ref=home&page=
https://news.example/a?utm_source=x&gclid=1
https://news.example/a?q=caf%C3%A9+au+lait&x=a%20b
https://news.example/a?q=~tilde*star(paren)'!
https://news.example/a?flag&empty=&=value
https://news.example/a?x=1&x=2&&y=3
https://news.example/a?next=https://other.example/b?c=d
https://news.example/caf%c3%a9/%7Euser
https://news.example/a;b=1,c/(d)!$'*+@:~
https://zeitung.example/straße?q=ü&smid=1
https://журнал.example/мост
https://bücher.example/a
https://user:secret@news.example/a
https://news.example/a?utm_=x&pk_campaign=1&mtm_x=2&matomo_y=3&hsa_z=4&_hsenc=5&wt_mc=6
https://news.example/a?utmost=1&gclid2=2&apk_=3
https://news.example/a?q=100%25&r=%zz
""".split()
ADDRESSES += [f"https://news.example/a?{name}=1&Keep=2" for name in (*sorted(TRACKING), *TRACKING_PREFIXES)]


def node(script: str) -> str:
    done = subprocess.run(
        [NODE or "node", "--input-type=module", "-e", script], capture_output=True, check=True, timeout=60
    )
    return done.stdout.decode()


@pytest.mark.skipif(NODE is None, reason="needs Node")
def test_the_documented_javascript_normalises_as_we_do():
    """The example for a CMS in JavaScript agrees with `normalise_url` about every address of the table."""
    script = code("stories-lookup.md", "js") + f"\nconsole.log(JSON.stringify({json.dumps(ADDRESSES)}.map(normalise)));"
    assert dict(zip(ADDRESSES, json.loads(node(script)), strict=True)) == {url: normalise_url(url) for url in ADDRESSES}


def test_the_documented_python_normalises_as_we_do():
    """The example for a CMS in Python agrees with `normalise_url` about every address of the table."""
    example: dict = {}
    exec(code("stories-lookup.md", "python"), example)
    assert {url: example["normalise"](url) for url in ADDRESSES} == {url: normalise_url(url) for url in ADDRESSES}


def test_plain_addresses_are_the_same_the_quick_way():
    plain = (
        "https://www.news.example",
        "http://news.example/2026/03/a_b-c.html",
        "https://a.example//b/../c/",
        "https://www.com/",
    )
    for url in (
        *ADDRESSES,
        *plain,
        "https://news.example.:443/x",
        "https://NEWS.example/x",
        "https://news.example/%7Eb",
    ):
        assert normalise_url(url) == text._normalised(url), url


def test_the_table_tells_addresses_apart():
    """The table is worth something: it holds both addresses that are one article and ones that are not."""
    assert 15 < len({normalise_url(url) for url in ADDRESSES}) < len(ADDRESSES)


@pytest.mark.parametrize("name", [*sorted(TRACKING), *(prefix + "x" for prefix in TRACKING_PREFIXES)])
def test_the_documentation_names_every_tracking_parameter(name):
    """The table of reasons and both examples know every parameter that is dropped."""
    words = (DOCS / "stories-lookup.md").read_text("utf-8")
    shown = name if name in TRACKING else name[:-1] + "…"
    assert f"`{shown}`" in words
    example: dict = {}
    exec(code("stories-lookup.md", "python"), example)
    assert example["DROP"].fullmatch(name)


@pytest.fixture
def site(tmp_path):
    """The lookup of the rich show on a plain web server."""
    for path, output in stories.outputs(shows.rich()):
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(output.body())

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_words):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path)) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


ASKED = "https://www.citypaper.example/harbour-costs/?utm_source=newsletter#top"


@pytest.mark.skipif(NODE is None, reason="needs Node")
def test_a_cms_in_javascript_asks_and_is_answered(site):
    """The documented example, run as it is, finds an article by a decorated address, and null for an unknown one."""
    asked = (
        f"[await onAir({json.dumps(site)}, {json.dumps(ASKED)}), await onAir({json.dumps(site)}, 'https://a.example/')]"
    )
    answer, unknown = json.loads(node(code("stories-lookup.md", "js") + f"\nconsole.log(JSON.stringify({asked}));"))
    assert answer["segments"][0]["minute"] == "5:40"
    assert unknown is None


def test_a_cms_in_python_asks_and_is_answered(site):
    """The documented example, run as it is, finds an article by a decorated address, and None for an unknown one."""
    example: dict = {}
    exec(code("stories-lookup.md", "python"), example)
    assert example["on_air"](site, ASKED)["segments"][0]["minute"] == "5:40"
    assert example["on_air"](site, "https://a.example/") is None


def test_the_name_of_an_answer_is_the_documented_hash():
    """SHA-256 of the normalised address, the first sixteen hexadecimal digits."""
    digest = hashlib.sha256(b"citypaper.example/harbour-costs").hexdigest()[:16]
    assert paths.story_by_url(ASKED) == f"stories/by-url/{digest}.json"
