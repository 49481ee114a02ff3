"""JSON-LD: every word is schema.org's, every reference leads somewhere, and the radio's relation to an article is kept."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pagesite
import pytest
import shows

from podfeed import model as m
from podfeed import paths
from podfeed.appearances import appearances, mentions
from podfeed.render import jsonld

TYPES = json.loads((Path(__file__).parent / "schemaorg.json").read_text("utf-8"))["types"]
TEXTS = {"Text", "URL", "Date", "DateTime", "Time", "CssSelectorType", "XPathType", "PronounceableText"}


def pages(show: m.Show) -> dict[str, str]:
    """The JSON-LD of every page of a show, by the page's path."""
    told, heard = mentions(show), appearances(show)
    return (
        {paths.HOME: jsonld.home_page(show)}
        | {paths.episode(e.slug): jsonld.episode_page(show, e) for e in show.episodes}
        | {paths.story(s.slug): jsonld.story_page(show, s, told.get(s.slug, ())) for s in show.stories}
        | {paths.person(p.slug): jsonld.person_page(show, p, heard.get(p.slug, ())) for p in show.people}
    )


RICH = pages(shows.rich())
EVERY = [pytest.param(text, id=path) for path, text in (RICH | pages(shows.minimal())).items()]


def nodes(text: str) -> dict[str, dict]:
    return {node["@id"]: node for node in json.loads(text)["@graph"]}


def episode() -> dict[str, dict]:
    return nodes(RICH[paths.episode(shows.HARBOUR_VOTE.slug)])


def kinds(node: dict) -> list[str]:
    return node["@type"] if isinstance(node["@type"], list) else [node["@type"]]


def ancestors(kind: str) -> set[str]:
    parents = TYPES[kind]["parents"] if kind in TYPES else []
    return {kind}.union(*(ancestors(parent) for parent in parents))


def ranges(node: dict, name: str) -> set[str]:
    """The types that a property of the node may have; empty when no type of the node has the property."""
    every = set().union(*(ancestors(kind) for kind in kinds(node)))
    return {kind for parent in every if parent in TYPES for kind in TYPES[parent]["properties"].get(name, ())}


def faults(node: dict, graph: dict[str, dict], name: str | None = None):
    """What schema.org does not know: types, properties, and values of a wrong type. `name` is the property of a Role."""
    for kind in kinds(node):
        if kind not in TYPES:
            yield f"no type {kind}"
            return
    for key, value in node.items():
        if key.startswith("@"):
            continue
        allowed = {"Person", "Organization"} if "Role" in kinds(node) and key == name else ranges(node, key)
        if not allowed:
            yield f"{node['@type']} has no {key}"
        for item in value if isinstance(value, list) else [value]:
            yield from value_faults(item, allowed, graph, key)


def value_faults(item: object, allowed: set[str], graph: dict[str, dict], key: str):
    if isinstance(item, dict):
        target = graph.get(item["@id"]) if set(item) == {"@id"} else item
        if target is None:
            yield f"{key} leads nowhere: {item['@id']}"
            return
        if "Role" not in kinds(target) and not any(ancestors(kind) & allowed for kind in kinds(target)):
            yield f"{key} may not be {target['@type']}"
        if target is item:
            yield from faults(item, graph, key)
        return
    fits = {bool: {"Boolean"}, int: {"Number", "Integer"}, float: {"Number"}, str: TEXTS}[type(item)]
    if not allowed & fits and not (isinstance(item, str) and allowed & {"Duration", "Number", "Quantity"}):
        yield f"{key} may not be {item!r}"


@pytest.mark.parametrize("text", EVERY)
def test_every_word_is_schema_orgs(text):
    """Each type exists, each property belongs to one of its node's types, and each value has a type of its range."""
    graph = nodes(text)
    assert [fault for node in graph.values() for fault in faults(node, graph)] == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"startOffest": 1}, "has no startOffest"),
        ({"about": [{"@id": "https://nowhere.example/"}]}, "leads nowhere"),
        ({"partOfEpisode": {"@type": "Person"}}, "may not be Person"),
        ({"@type": ["RadioSegment"]}, "no type RadioSegment"),
        ({"startOffset": [True]}, "may not be True"),
    ],
)
def test_the_check_notices_what_is_wrong(change, fault):
    """The check of words is not so lax that anything passes."""
    graph = episode()
    clip = next(node for node in graph.values() if "RadioClip" in kinds(node))
    clip.update(change)
    assert any(fault in found for found in faults(clip, graph))


@pytest.mark.parametrize("text", EVERY)
def test_it_is_safe_inside_a_script_element(text):
    """No character can end the element or a line of JavaScript, and each node is given once."""
    assert not set(text) & set("<>&\u2028\u2029")
    graph = json.loads(text)["@graph"]
    assert len({node["@id"] for node in graph}) == len(graph)


def test_hostile_words_come_through_whole():
    """A title that tries to leave the element is the same title after parsing."""
    evil = '</script><!--&amp;\u2028\u2029\\"]]>'
    changed = replace(shows.HARBOUR_VOTE, title=evil)
    text = jsonld.episode_page(shows.rich(), changed)
    assert "</" not in text
    assert next(node for node in nodes(text).values() if "RadioEpisode" in kinds(node))["name"] == evil


def test_a_clip_says_what_the_radio_did_to_the_article():
    """Each relation has its own property, and leads to the article's own node."""
    graph = episode()
    clips = sorted((n for n in graph.values() if "RadioClip" in kinds(n)), key=lambda node: node["clipNumber"])
    page = "https://radio.example/morning/episodes/2026-03-02-harbour-vote/"
    assert [(c["startOffset"], c["endOffset"], c["url"]) for c in clips] == [
        (0, 135, page + "#t=0,135"),
        (135, 845, page + "#t=135,845"),
        (845, 1300.5, page + "#t=845,1300.5"),
        (1320, 1721, page + "#t=1320,1721"),
    ]

    def headlines(clip: dict, name: str) -> list[str]:
        return [graph[ref["@id"]]["headline"] for ref in clip.get(name, [])]

    assert headlines(clips[1], "about") == ["Council approves the harbour bridge"]
    assert headlines(clips[1], "mentions") == ["Who pays for the bridge & when"]
    assert headlines(clips[1], "isBasedOn") == ["council.example/minutes/2026-03-01"]
    assert headlines(clips[2], "citation") == ["Council approves the harbour bridge"]
    assert clips[2]["correction"][0]["text"] == "The ferry began in 1911, not 1919."


def test_every_relation_has_a_property():
    """A relation that is added to the model must be given a property here."""
    assert tuple(jsonld.nodes.PROPERTIES) == m.RELATIONS


def test_an_episode_says_where_it_is_and_when_it_was_on_air():
    """Recording, transcript, licence, series, season, airings; a repeat is not live, a first airing may have been."""
    node = next(n for n in episode().values() if "PodcastEpisode" in kinds(n))
    media = node["associatedMedia"]
    assert (media["contentUrl"], media["encodingFormat"]) == (
        "https://audio.radio.example/2026-03-02-morning.mp3",
        "audio/mpeg",
    )
    assert (media["contentSize"], media["duration"]) == ("27.5 MB", "PT28M41S")
    assert media["transcript"].endswith("/transcript.vtt")
    assert node["license"] == "https://creativecommons.org/licenses/by/4.0/"
    first, repeat = node["publication"]
    assert (first["startDate"], first["endDate"]) == ("2026-03-02T06:00:00-05:00", "2026-03-02T06:30:42-05:00")
    assert "isLiveBroadcast" not in first
    assert repeat["isLiveBroadcast"] is False
    assert [role["roleName"] for role in node["actor"]] == ["Host", "Reporter", "Harbour pilot"]


def test_a_storys_page_leads_back_to_the_clips():
    """`subjectOf` has the segments that are about the article; every segment points at it by its own relation."""
    graph = nodes(RICH[paths.story("harbour-bridge")])
    article = next(node for node in graph.values() if "NewsArticle" in kinds(node))
    assert [graph[ref["@id"]]["name"] for ref in article["subjectOf"]] == ["Council approves the harbour bridge"]
    clips = [node for node in graph.values() if "RadioClip" in kinds(node)]
    assert [(clip["name"], "about" in clip, "citation" in clip) for clip in clips] == [
        ("Council approves the harbour bridge", True, False),
        ("Portrait: the last ferry pilot", False, True),
    ]
    assert article["archivedAt"] == "https://archive.example/bridge"


def test_nodes_of_two_pages_are_one():
    """An article, a clip or a person has one `@id`, whichever page says it."""
    told = nodes(RICH[paths.story("harbour-bridge")])
    heard = nodes(RICH[paths.person("bob-frost")])
    on_page = episode()
    shared = [set(told) & set(on_page), set(heard) & set(on_page)]
    assert [sorted({kinds(on_page[name])[0] for name in names}) for names in shared] == [
        ["NewsArticle", "Person", "PodcastEpisode", "RadioClip", "RadioSeries"],
        ["Person", "PodcastEpisode", "RadioClip", "RadioSeries"],
    ]


def test_a_person_is_heard_in_segments_or_in_all():
    """A guest with segments is an actor of those clips; one without is an actor of the whole episode."""
    graph = nodes(RICH[paths.person("dana-reyes")])
    heard = [(kinds(node)[0], node["name"]) for node in graph.values() if "actor" in node]
    assert heard == [("RadioClip", "Portrait: the last ferry pilot"), ("PodcastEpisode", "Émile on tides")]


def test_an_airing_on_ones_own_station_has_its_address():
    """Where the station is the show's own, its address and call sign are known."""
    airing = m.Airing(station="KXYZ", at=shows.HARBOUR_VOTE.date)
    text = jsonld.episode_page(shows.rich(), replace(shows.HARBOUR_VOTE, airings=(airing,)))
    node = next(n for n in nodes(text).values() if "PodcastEpisode" in kinds(n))
    assert node["publication"][0]["publishedOn"]["callSign"] == "KXYZ"


def test_an_untimed_segment_of_no_length_still_has_an_address():
    """A segment that ends where it starts plays from there; a media fragment may not be empty."""
    empty = m.Segment(number=1, start=timedelta(0), end=timedelta(0), title="Sign-on")
    text = jsonld.episode_page(shows.rich(), replace(shows.HARBOUR_VOTE, segments=(empty,)))
    assert next(n for n in nodes(text).values() if "RadioClip" in kinds(n))["url"].endswith("#t=0")


SITE = pagesite.build(shows.rich())


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")
@pytest.mark.parametrize("path", RICH)
def test_an_independent_reader_finds_it_in_the_page(path):
    """extruct takes one graph out of each kind of page as it is published, and schema.org knows every word of it."""
    extruct = pytest.importorskip("extruct")
    (found,) = extruct.extract(SITE[path].body().decode(), syntaxes=["json-ld"])["json-ld"]
    assert found == json.loads(found_in(SITE[path].body().decode()))
    graph = {node["@id"]: node for node in found["@graph"]}
    assert [fault for node in graph.values() for fault in faults(node, graph)] == []
    assert main_types(path) <= {kind for node in graph.values() for kind in kinds(node)}


def found_in(page: str) -> str:
    """The text of the page's one JSON-LD element."""
    start = '<script type="application/ld+json">'
    assert page.count(start) == 1
    return page.partition(start)[2].partition("</script>")[0]


def main_types(path: str) -> set[str]:
    """What a page of each kind has to be about."""
    return {
        "": {"RadioSeries", "PodcastSeries"},
        "episodes": {"PodcastEpisode", "RadioEpisode"},
        "stories": {"WebPage", "NewsArticle"},
        "people": {"ProfilePage", "Person"},
    }[path.rpartition("/")[0].partition("/")[0]]
