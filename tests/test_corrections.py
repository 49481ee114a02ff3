"""Corrections: wherever a claim stands, what was put right stands beside it, with its day; the guid stays."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pagesite
import pytest
import shows
import surfaces
from lxml import html

from podfeed import model as m
from podfeed import paths
from podfeed.output import Site

OF_SEGMENT = m.Correction(date=date(2026, 3, 4), text="The vote was 9 to 7, not 9 to 8.")
OF_STORY = m.Correction(date=date(2026, 3, 5), text="The loan is for ten years, not two.")
KINDS = {"segment": OF_SEGMENT, "story": OF_STORY}
PLAIN = replace(shows.HARBOUR_VOTE, segments=())


def show_with(kind: str | None) -> m.Show:
    """The rich show with one segment about one story, and one correction, or none."""
    story = replace(shows.BRIDGE, corrections=(OF_STORY,) if kind == "story" else ())
    segment = replace(
        shows.SEGMENTS[1],
        number=1,
        stories=(m.StoryLink(story=story),),
        corrections=(OF_SEGMENT,) if kind == "segment" else (),
    )
    episode = replace(shows.HARBOUR_VOTE, segments=(segment,))
    return replace(shows.rich(), live=(), stories=(story,), episodes=(episode, *shows.rich().episodes[1:]))


@pytest.fixture(scope="module", params=KINDS)
def corrected(request) -> tuple[Site, m.Episode, m.Correction]:
    show = show_with(request.param)
    return pagesite.build(show), show.episodes[0], KINDS[request.param]


def words(path: str, query: str = "//p[@class='correction']") -> Callable[[Site], str]:
    """What a page says in the places that a query finds; a day counts as its date in figures."""

    def read(site: Site) -> str:
        found = html.document_fromstring(site[path].body().decode()).xpath(query)
        return " ".join(f"{place.text_content()} {' '.join(place.xpath('.//time/@datetime'))}" for place in found)

    return read


def item(name: str) -> Callable[[Site], str]:
    return lambda site: surfaces.item(site, PLAIN).findtext(name) or ""


def data(path: str) -> Callable[[Site], str]:
    """The corrections in a JSON document, wherever they stand."""

    def found(value):
        if isinstance(value, dict):
            yield from (json.dumps(row) for row in value.get("corrections", ()))
            value = list(value.values())
        if isinstance(value, list):
            for inner in value:
                yield from found(inner)

    return lambda site: " ".join(found(json.loads(site[path].body())))


def linked_data(path: str) -> Callable[[Site], str]:
    def read(site: Site) -> str:
        page = html.document_fromstring(site[path].body().decode())
        graph = json.loads(page.xpath("string(//script[@type='application/ld+json'])"))["@graph"]
        return " ".join(json.dumps(node["correction"]) for node in graph if "correction" in node)

    return read


SLUG, STORY = PLAIN.slug, shows.BRIDGE.slug
PLACES: dict[str, Callable[[Site], str]] = {
    "episode page": words(paths.episode(SLUG)),
    "story page": words(paths.story(STORY)),
    "card of the segment": words(paths.embed(SLUG, 1)),
    "description": item("description"),
    "content:encoded": item(surfaces.CONTENT),
    "companion.json": data(paths.companion(SLUG)),
    "story.json": data(paths.story_json(STORY)),
    "answer by address": data(paths.story_by_url(shows.BRIDGE.url or "")),
    "feed.json": data(paths.FEED_JSON),
    "JSON-LD of the episode": linked_data(paths.episode(SLUG)),
    "JSON-LD of the story": linked_data(paths.story(STORY)),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_correction_stands_where_the_claim_stands(corrected, place):
    """Each surface has the words and the day, of a segment's correction as of a story's."""
    site, _episode, correction = corrected
    told = PLACES[place](site)
    assert correction.text in told
    assert correction.date.isoformat() in told or f"{correction.date.day} March 2026" in told


@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_corrected_where_nothing_was_wrong(place):
    """The readers above find no correction in a show that has none."""
    told = PLACES[place](pagesite.build(show_with(None)))
    assert OF_SEGMENT.text not in told and OF_STORY.text not in told and "orrection" not in told


def test_the_head_of_the_page_leads_to_it(corrected):
    """At the top of the episode's page a link with the day leads to the segment that was corrected."""
    site, _episode, correction = corrected
    (link,) = html.document_fromstring(site[paths.episode(SLUG)].body().decode()).xpath("//p[@class='corrected']/a")
    assert link.get("href") == "#t=135"
    assert link.xpath(".//time/@datetime") == [correction.date.isoformat()]


def test_the_episode_is_the_same_and_newer(corrected):
    """The guid and the date of publication stay; feeds and search engines are told the day of the correction."""
    site, episode, correction = corrected
    before = pagesite.build(show_with(None))
    entry, old = surfaces.item(site, episode), surfaces.item(before, episode)
    assert entry.findtext("guid") == old.findtext("guid")
    assert entry.findtext("pubDate") == old.findtext("pubDate")
    day = correction.date.isoformat()
    (row,) = [row for row in json.loads(site[paths.FEED_JSON].body())["items"] if row["id"] == episode.guid]
    assert row["date_modified"].startswith(day)
    (built,) = surfaces.document(site, paths.FEED).iter("lastBuildDate")
    assert f"{correction.date:%d %b %Y}" in (built.text or "")
    page = html.document_fromstring(site[paths.episode(SLUG)].body().decode())
    graph = json.loads(page.xpath("string(//script[@type='application/ld+json'])"))["@graph"]
    assert [node["dateModified"][:10] for node in graph if "dateModified" in node] == [day]
    assert "date_modified" not in json.loads(before[paths.FEED_JSON].body())["items"][0]
