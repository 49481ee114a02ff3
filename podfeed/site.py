"""The one table of contents of the product: show → {path: output}.

What concerns one episode, one story or one person is a part of its own, which sees nothing else. So a build works out
only the parts that an edit touches; the others are known by their keys (`podfeed.output.Site`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from podfeed import paths
from podfeed.appearances import (
    appearances_of,
    mentions_of,
    moments,
    presences,
)
from podfeed.digest import Derived
from podfeed.model import Episode, Person, Show, Story
from podfeed.output import Early, Output, Part, Site, part
from podfeed.render import (
    calendar,
    chapters,
    companion,
    feeds,
    items,
    jsonfeed,
    lists,
    media,
    oembed,
    page_kinds,
    page_search,
    page_values,
    pages,
    pictures,
    sitemap,
    stories,
    transcripts,
)
from podfeed.render.page_values import masthead
from podfeed.theme import Theme

Outputs = Iterator[tuple[str, Output]]
Answered = tuple[Story, tuple[str, ...]]
"""A story and the paths under which it answers to its addresses (`stories.answers`)."""

OF_SHOW: tuple[Callable[[Show], Iterable[tuple[str, Output]]], ...] = (
    feeds.of_show,
    jsonfeed.outputs,
    transcripts.outputs,
    companion.of_show,
    calendar.outputs,
    stories.of_show,
    lists.outputs,
    sitemap.outputs,
    media.outputs,
)
"""What is published about the whole show, beside the pages; each yields (path, output) pairs and sees nothing but it."""


def build(show: Show, theme: Theme, program: str = "") -> Site:
    """Everything that `show` publishes. Nothing is rendered yet, and no part worked out.

    `program` is a digest of this program: a release of another one says nothing about what a part of ours would be.
    """
    loose: dict[str, Output] = {}
    for renderer in OF_SHOW:
        _add(loose, renderer(show))
    _add(loose, pages.of_show(theme, show))
    early = Early(feeds.in_portions(show), items.news, items.hear, tuple(_each_template(show)))
    return Site(loose, _parts(show, theme, program), early)


def _each_template(show: Show) -> Iterator[str]:
    """A page for each template, which is compiled with it."""
    yield from (paths.HOME, paths.EPISODES, paths.STORIES, paths.PEOPLE, paths.ABOUT, paths.SUBSCRIBE, paths.SEARCH)
    for episode in show.episodes[:1]:
        yield from (paths.episode(episode.slug), paths.embed(episode.slug))
    for story in show.stories[:1]:
        yield from (paths.story(story.slug), paths.story_embed(story.slug))
    for person in show.people[:1]:
        yield paths.person(person.slug)


def _add(loose: dict[str, Output], outputs: Iterable[tuple[str, Output]]) -> None:
    for path, output in outputs:
        if path in loose and loose[path].key != output.key:
            raise AssertionError(f"two different outputs want the path {path}")
        loose[path] = output


# --- what concerns one ----------------------------------------------------------------------------------


def _parts(show: Show, theme: Theme, program: str) -> Iterator[Part]:
    """A story that one episode alone discusses, as most are, is in that episode's part: fewer parts, fewer to compare."""
    head = masthead(show)
    of_story, of_person = (program + pages.salt(theme, head, *those) for those in (pages.OF_STORY, pages.OF_PERSON))
    of_episode = program + pages.salt(theme, head, *pages.OF_EPISODE, *pages.OF_STORY)
    told, heard = page_values.index(show).told, page_values.index(show).heard
    answers = stories.answers(story for story in show.stories if story.slug in told)
    own: dict[str, list[Answered]] = defaultdict(list)
    for story in show.stories:
        by, beside = told.get(story.slug, ()), answers.get(story.slug, ())
        if len(by) == 1:
            own[by[0].slug].append((story, beside))
            continue
        yield part(_folder_of(story), partial(_story, theme), head, story, by, beside, beside=beside, salt=of_story)
    for episode, around in page_kinds.arounds(show):
        folder = paths.page(paths.episode(episode.slug))
        alone = tuple(own.get(episode.slug, ()))
        beside = tuple(path for _story, several in alone for path in several)
        more = tuple(_folder_of(story) for story, _several in alone)
        values = head, episode, around, alone
        yield part(folder, partial(_episode, theme), *values, beside=beside, more=more, small=True, salt=of_episode)
    for person in show.people:
        folder = paths.page(paths.person(person.slug))
        by = heard.get(person.slug, ())
        yield part(folder, partial(_person, theme), head, person, by, salt=of_person)


def _folder_of(story: Story) -> str:
    return paths.page(paths.story(story.slug))


def _episode(
    theme: Theme, head: Show, episode: Episode, around: page_kinds.Around, alone: tuple[Answered, ...]
) -> Outputs:
    for story, beside in alone:
        yield from _story(theme, head, story, (episode,), beside)
    yield from chapters.of_episode(head, episode)
    yield from companion.of_episode(head, episode)
    yield from oembed.of_episode(head, episode)
    yield from pages.of_episode(theme, head, episode, around)


def _story(theme: Theme, head: Show, story: Story, episodes: tuple[Episode, ...], beside: tuple[str, ...]) -> Outputs:
    told = [row for episode in episodes for row in mentions_of(episode, story.slug)]
    yield from feeds.of_story(head, story, told)
    yield from stories.of_story(head, story, told, beside)
    yield from oembed.of_story(head, story, told)
    yield from pages.of_story(theme, head, story, episodes)


def _person(theme: Theme, head: Show, person: Person, episodes: tuple[Episode, ...]) -> Outputs:
    heard = [row for episode in episodes for row in appearances_of(episode, person.slug)]
    yield from feeds.of_person(head, person, heard)
    yield from pages.of_person(theme, head, person, episodes)


LASTING: tuple[Derived, ...] = (
    moments,
    presences,
    page_kinds.guests,
    companion.corrected,
    media.beside,
    pictures.of_segments,
    page_search.said_of,
    sitemap.mapped,
    stories.aired,
)
"""What is asked of every episode, and stays as it is while the episode does (`digest.derived`)."""

OF_RECORDING: tuple[Derived, ...] = (page_values.brief,)
"""The same of an episode with its recording as it is published, which may be a copy."""
