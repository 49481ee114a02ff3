"""Cards for other sites: oEmbed 1.0 answers, ready on a static host.

A consumer finds them by the discovery link of an episode's or a story's page (oEmbed §4); no server reads a query.
Each answer is of the type `rich`: an `iframe` with the card that plays the episode, one segment, or lists where a
story is discussed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sized
from html import escape

from podfeed import media_types, paths
from podfeed.appearances import mentions
from podfeed.model import Episode, Image, Segment, Show, Story
from podfeed.output import Output, rendered
from podfeed.render.companion import dump, nameplate, present

WIDTH = 600  # pixels; a card takes what it is given
EPISODE_HEIGHT = 240
SEGMENT_HEIGHT = 195
STORY_HEIGHT = 90
LINE_HEIGHT = 44  # a story or a correction under a segment, or a segment under a story
MOST_LINES = 4  # then the card scrolls

# What the card needs: its player's script, its own stored nothing, and links that open a whole page of their own
# (without the last word, an article opened from the card would be sandboxed too).
SANDBOX = "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox"


def outputs(show: Show) -> Iterator[tuple[str, Output]]:
    """An answer for every episode, every segment and every story."""
    for episode in show.episodes:
        yield from of_episode(show, episode)
    told = mentions(show)
    for story in show.stories:
        yield from of_story(show, story, told.get(story.slug, ()))


def of_episode(head: Show, episode: Episode) -> Iterator[tuple[str, Output]]:
    """An answer for the episode and each of its segments."""
    art, card, plate = episode.image or head.cover, paths.embed(episode.slug), nameplate(head)
    yield paths.oembed(episode.slug), _output(plate, card, episode.title, art, EPISODE_HEIGHT)
    for segment in episode.segments:
        card = paths.embed(episode.slug, segment.number)
        height = SEGMENT_HEIGHT + _lines(len(segment.stories) + _corrections(segment))
        yield paths.oembed(episode.slug, segment.number), _output(plate, card, segment.title, art, height)


def of_story(head: Show, story: Story, told: Sized) -> Iterator[tuple[str, Output]]:
    """An answer for the story; `told` are the segments that discuss it."""
    height = STORY_HEIGHT + _lines(len(told))
    answer = _output(nameplate(head), paths.story_embed(story.slug), story.label, head.cover, height)
    yield paths.story_oembed(story.slug), answer


def _corrections(segment: Segment) -> int:
    """How many corrections the card of a segment shows: its own and its stories'."""
    return len(segment.corrections) + sum(len(link.story.corrections) for link in segment.stories)


def _lines(number: int) -> int:
    return LINE_HEIGHT * min(number, MOST_LINES)


def _output(head: Show, card: str, title: str, art: Image | None, height: int) -> Output:
    return rendered(media_types.JSON, _answer, head, card, title, art, height)


def _answer(show: Show, card: str, title: str, art: Image | None, height: int) -> bytes:
    # oEmbed §2.3.4: a thumbnail comes with its width and height, or not at all.
    sized = art if art and art.width and art.height else None
    return dump(
        present(
            version="1.0",
            type="rich",
            title=title,
            author_name=show.author,
            author_url=show.url,
            provider_name=show.title,
            provider_url=show.url,
            thumbnail_url=paths.image_url(show, sized) if sized else None,
            thumbnail_width=sized.width if sized else None,
            thumbnail_height=sized.height if sized else None,
            html=frame(paths.absolute(show, card), title, height),
            width=WIDTH,
            height=height,
        )
    )


def frame(address: str, title: str, height: int) -> str:
    """The `iframe` that shows a card. Consumers put it into their pages as it is, so every value is escaped.

    >>> frame("https://radio.example/e/embed/", 'The "harbour" vote', 240)[:86]
    '<iframe src="https://radio.example/e/embed/" title="The &quot;harbour&quot; vote" widt'
    """
    return (
        f'<iframe src="{escape(address)}" title="{escape(title)}" width="{WIDTH}" height="{height}" '
        f'sandbox="{SANDBOX}" loading="lazy" style="border:0;max-width:100%"></iframe>'
    )
