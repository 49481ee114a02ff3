"""The one table of contents of the product: show → {path: output}.

What concerns one episode, one story or one person is a part of its own, which sees nothing else. So a build works out
only the parts that an edit touches, and remembers what the others are (`podfeed.output.outputs_of`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from podfeed.appearances import appearances, appearances_in, episodes_of, mentions, mentions_in
from podfeed.model import Episode, Person, Show, Story
from podfeed.output import Output, Part, Remembers, Site, outputs_of, part
from podfeed.render import (
    calendar,
    chapters,
    companion,
    feeds,
    jsonfeed,
    lists,
    media,
    oembed,
    page_kinds,
    pages,
    stories,
    transcripts,
)
from podfeed.render.page_values import masthead
from podfeed.theme import Theme

Outputs = Iterator[tuple[str, Output]]

OF_SHOW: tuple[Callable[[Show], Iterable[tuple[str, Output]]], ...] = (
    feeds.of_show,
    jsonfeed.outputs,
    transcripts.outputs,
    companion.of_show,
    calendar.outputs,
    lists.outputs,
    media.outputs,
)
"""What is published about the whole show, beside the pages; each yields (path, output) pairs and sees nothing but it."""


def build(show: Show, theme: Theme, memory: Remembers | None = None) -> Site:
    """Everything that `show` publishes. Nothing is rendered yet; a path given twice is our bug."""
    site: dict[str, Output] = {}
    for renderer in OF_SHOW:
        _add(site, renderer(show))
    for one in _parts(show, theme):
        _add(site, outputs_of(one, memory).items())
    _add(site, stories.of_show(show, mentions(show), site))
    _add(site, pages.of_show(theme, show))
    return site


def _add(site: dict[str, Output], outputs: Iterable[tuple[str, Output]]) -> None:
    for path, output in outputs:
        if path in site and site[path].key != output.key:
            raise AssertionError(f"two different outputs want the path {path}")
        site[path] = output


# --- what concerns one ----------------------------------------------------------------------------------


def _parts(show: Show, theme: Theme) -> Iterator[Part]:
    head = masthead(show)
    made_with = pages.salt(theme, head)
    for episode, around in page_kinds.arounds(show):
        yield part(f"episode {episode.slug}", partial(_episode, theme), head, episode, around, salt=made_with)
    told = mentions(show)
    for story in show.stories:
        by = episodes_of(told.get(story.slug, ()))
        yield part(f"story {story.slug}", partial(_story, theme), head, story, by, salt=made_with)
    heard = appearances(show)
    for person in show.people:
        by = episodes_of(heard.get(person.slug, ()))
        yield part(f"person {person.slug}", partial(_person, theme), head, person, by, salt=made_with)


def _episode(theme: Theme, head: Show, episode: Episode, around: page_kinds.Around) -> Outputs:
    yield from chapters.of_episode(head, episode)
    yield from companion.of_episode(head, episode)
    yield from oembed.of_episode(head, episode)
    yield from pages.of_episode(theme, head, episode, around)


def _story(theme: Theme, head: Show, story: Story, episodes: tuple[Episode, ...]) -> Outputs:
    told = [row for episode in episodes for row in mentions_in(episode)[story.slug]]
    yield from feeds.of_story(head, story, told)
    yield from stories.of_story(head, story, told)
    yield from oembed.of_story(head, story, told)
    yield from pages.of_story(theme, head, story, episodes)


def _person(theme: Theme, head: Show, person: Person, episodes: tuple[Episode, ...]) -> Outputs:
    heard = [row for episode in episodes for row in appearances_in(episode)[person.slug]]
    yield from feeds.of_person(head, person, heard)
    yield from pages.of_person(theme, head, person, episodes)
