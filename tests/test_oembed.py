"""oEmbed: a consumer that follows a discovery link gets a card it can put into its page as it is."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser

import pytest
import shows

from podfeed import model as m
from podfeed import paths
from podfeed.render import oembed

NUMBERS = {"width", "height", "thumbnail_width", "thumbnail_height"}


class Frames(HTMLParser):
    """What a browser makes of the `html` of an answer."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def answers(show: m.Show) -> dict[str, dict]:
    return {path: json.loads(output.body()) for path, output in oembed.outputs(show)}


@pytest.mark.parametrize("show", [shows.rich(), shows.minimal()], ids=["rich", "minimal"])
def test_every_answer_is_a_rich_one_of_version_1(show):
    """An answer has what oEmbed §2.3.4 requires of `rich`, and a thumbnail only with its size."""
    documents = answers(show)
    assert len(documents) == len(show.episodes) + sum(len(e.segments) for e in show.episodes) + len(show.stories)
    for document in documents.values():
        assert (document["version"], document["type"]) == ("1.0", "rich")
        assert document["provider_url"] == show.url
        assert all(isinstance(document[name], int) for name in NUMBERS & set(document))
        assert {"width", "height", "title", "html", "author_name", "provider_name"} <= set(document)
        assert len({"thumbnail_url", "thumbnail_width", "thumbnail_height"} & set(document)) in (0, 3)


def test_a_frame_shows_the_card_of_its_own_answer():
    """Episode, segment and story each point at their own card, with a title and a sandbox."""
    slug = shows.HARBOUR_VOTE.slug
    documents = answers(shows.rich())
    pairs = {
        paths.oembed(slug): paths.embed(slug),
        paths.oembed(slug, 2): paths.embed(slug, 2),
        paths.story_oembed("tides"): paths.story_embed("tides"),
    }
    for answer, card in pairs.items():
        document = documents[answer]
        ((tag, frame),) = Frames(document["html"]).tags
        assert (tag, frame["src"]) == ("iframe", paths.absolute(shows.rich(), card))
        assert frame["title"] == document["title"]
        assert (int(frame["width"] or 0), int(frame["height"] or 0)) == (document["width"], document["height"])
        assert {"allow-scripts", "allow-same-origin", "allow-popups"} <= set((frame["sandbox"] or "").split())
        assert "allow-top-navigation" not in (frame["sandbox"] or "")


def test_hostile_words_stay_words():
    """A title with quotes and tags is the frame's title, and nothing else in the page that embeds it."""
    evil = "\"><script>alert('1')</script> & <b>"
    show = replace(shows.rich(), episodes=(replace(shows.HARBOUR_VOTE, title=evil),))
    source = answers(show)[paths.oembed(shows.HARBOUR_VOTE.slug)]["html"]
    read = Frames(source)
    assert [(tag, attributes["title"]) for tag, attributes in read.tags] == [("iframe", evil)]
    assert read.text == ""


def test_a_picture_of_unknown_size_is_left_out():
    """Without width and height there is no thumbnail, as oEmbed wants."""
    cover = m.Image(file=shows.rich().cover.file)
    show = replace(shows.minimal(), cover=cover)
    assert "thumbnail_url" not in answers(show)[paths.oembed("bonus")]


def test_a_card_grows_with_its_lines_but_not_for_ever():
    """A segment with more stories has a higher card, up to a limit beyond which it scrolls."""
    link = m.StoryLink(story=shows.TIDES)

    def height(stories: int) -> int:
        segment = replace(shows.SEGMENTS[0], stories=(link,) * stories)
        show = replace(shows.rich(), episodes=(replace(shows.HARBOUR_VOTE, segments=(segment,)),))
        return answers(show)[paths.oembed(shows.HARBOUR_VOTE.slug, 1)]["height"]

    assert height(0) < height(1) < height(3) < height(9) == height(99)
