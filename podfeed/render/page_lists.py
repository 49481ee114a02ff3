"""The pages that list everything: episodes, stories, people. A long list has several pages (`paging`).

What a numbered page shows is only what its own rows say, so that it stays as it is while the show goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TypeVar

from podfeed import paths
from podfeed.appearances import Appearance, Mention
from podfeed.model import Episode, Show, Story
from podfeed.render import topics, words
from podfeed.render.page_values import Index, Page, hours, named, values
from podfeed.render.paging import Part, parts

MOST = 6  # stories at the top of their page
TOPICS = 200  # tags and publishers at the end of a list

Row = TypeVar("Row")
Day = date | datetime
StoryRow = tuple[Story, tuple[Mention, ...]]


def episodes(show: Show, known: Index) -> Iterator[Page]:
    _ = words.of(show.language)
    all_ = tuple(known.briefs.values())
    description = _("Every episode of {show}, by month.", show=show.title)
    tags = sorted(topics.tagged(all_).values(), key=lambda topic: (-len(topic[1]), topic[0].casefold()))
    counted = tuple((name, len(rows)) for name, rows in tags[:TOPICS])
    yield from _episode_pages(show, paths.EPISODES, _("Episodes"), description, all_, counted)


def tags(show: Show, known: Index) -> Iterator[Page]:
    """The episodes with each tag."""
    _ = words.of(show.language)
    for key, (name, rows) in topics.tagged(known.briefs.values()).items():
        description = _("The episodes of {show} about {tag}.", show=show.title, tag=name)
        yield from _episode_pages(show, paths.tag(key), _("Episodes: {tag}", tag=name), description, rows)


def _episode_pages(
    show: Show,
    front: str,
    title: str,
    description: str,
    rows: Sequence[Episode],
    tags: tuple[tuple[str, int], ...] = (),
) -> Iterator[Page]:
    _ = words.of(show.language)
    several = list(parts(front, rows))
    for part in several:
        dated = [(episode.date, episode) for episode in part.rows]
        heading, about = title, description
        if part.number:
            span = _span(show, [day for day, _row in dated])
            heading = _("{title}, page {n}: {months}", title=title, n=part.number, months=span)
            about = f"{description} {span}."
        shown = values(
            months=_by_month(show, dated),
            pager=part.pager,
            years=() if part.number else _years(show, several, lambda episode: episode.date),
            tags=() if part.number else tags,
        )
        yield Page(part.path, "episodes.html", heading, about, shown)


def stories(show: Show, known: Index) -> Iterator[Page]:
    """Stories, and the ones that came up most."""
    _ = words.of(show.language)
    rows = _told(show, known)
    description = _("The articles that {show} talks about, and where each is discussed.", show=show.title)
    yield from _story_pages(show, paths.STORIES, _("Stories"), description, rows, _most(rows), _publishers(rows))


def publishers(show: Show, known: Index) -> Iterator[Page]:
    """The stories of each publisher."""
    _ = words.of(show.language)
    for key, (name, rows) in topics.published(_told(show, known), lambda row: row[0]).items():
        description = _("The articles of {publisher} that {show} talks about.", publisher=name, show=show.title)
        yield from _story_pages(
            show, paths.publisher(key), _("Stories: {publisher}", publisher=name), description, list(rows)
        )


def _told(show: Show, known: Index) -> list[StoryRow]:
    """The stories that were on air, the last on air first."""
    rows = [
        (named(story), tuple(_per_episode(known.mentions[story.slug])))
        for story in show.stories
        if known.mentions.get(story.slug)
    ]
    return sorted(rows, key=lambda row: (_last(row), row[0].slug), reverse=True)


def _story_pages(
    show: Show,
    front: str,
    title: str,
    description: str,
    rows: list[StoryRow],
    most: tuple[tuple[Story, int], ...] = (),
    publishers: tuple[tuple[str, int], ...] = (),
) -> Iterator[Page]:
    """A short list by the month in which each story was last on air, a long one by the month in which it first was,
    since a story that comes up again must not move all the others."""
    _ = words.of(show.language)
    several = list(parts(front, sorted(rows, key=lambda row: (_first(row), row[0].slug), reverse=True)))
    day = _first
    if len(several) == 1:
        several, day = [Part(front, tuple(rows))], _last
    for part in several:
        dated = [(day(row), (row[0], len(row[1]), row[1][0])) for row in part.rows]
        heading, about = title, description
        if part.number:
            span = _span(show, [first for first, _row in dated])
            heading = _("{title}, page {n}: {months}", title=title, n=part.number, months=span)
            about = f"{description} {span}."
        shown = values(
            most=() if part.number else most,
            months=_by_month(show, dated),
            publishers=() if part.number else publishers,
            pager=part.pager,
            years=() if part.number else _years(show, several, day),
        )
        yield Page(part.path, "stories.html", heading, about, shown)


def _per_episode(told: Iterable[Mention]) -> list[Mention]:
    """One mention for each episode, its first."""
    return list({mention.episode.slug: mention for mention in reversed(list(told))}.values())[::-1]


def _last(row: StoryRow) -> Day:
    return row[1][0].episode.date


def _first(row: StoryRow) -> Day:
    return row[1][-1].episode.date


def _most(rows: Iterable[StoryRow]) -> tuple[tuple[Story, int], ...]:
    counted = ((story, len(told)) for story, told in rows if len(told) > 1)
    return tuple(sorted(counted, key=lambda row: row[1], reverse=True)[:MOST])


def _publishers(rows: Iterable[StoryRow]) -> tuple[tuple[str, int], ...]:
    counted = ((name, len(told)) for name, told in topics.published(rows, lambda row: row[0]).values())
    return tuple(sorted(counted, key=lambda row: (-row[1], row[0].casefold()))[:TOPICS])


def people(show: Show, known: Index) -> Iterator[Page]:
    """Everybody by name; where there are many, page by page in the order in which they were first heard."""
    _ = words.of(show.language)

    def first(slug: str) -> tuple[bool, str, str]:
        heard = known.appearances.get(slug, ())
        return (not heard, heard[-1].episode.date.isoformat() if heard else "", slug)

    newest = sorted(show.people, key=lambda person: first(person.slug), reverse=True)
    for part in parts(paths.PEOPLE, newest):
        rows = []
        for person in sorted(part.rows, key=lambda person: person.name.casefold()):
            heard = known.appearances.get(person.slug, ())
            roles = tuple(dict.fromkeys(row.credit.role for row in heard)) or ((person.role,) if person.role else ())
            rows.append((replace(person, bio=None, links=()), roles, len(episodes_of(heard)), hours(heard)))
        title, description = _("People"), _("Everybody who is heard on {show}.", show=show.title)
        if part.number:
            title = _("People, page {n}", n=part.number)
            description = _("People who are heard on {show}, page {n}.", show=show.title, n=part.number)
        yield Page(part.path, "people.html", title, description, values(rows=tuple(rows), pager=part.pager))


def episodes_of(rows: Iterable[Appearance]) -> set[str]:
    return {row.episode.slug for row in rows}


# --- months and years --------------------------------------------------------------------------------


def _by_month(show: Show, dated: Iterable[tuple[Day, Row]]) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    """Rows under the month of their day."""
    _ = words.of(show.language)
    months: dict[str, list[Row]] = {}
    for day, row in dated:
        months.setdefault(_.heading(_.month(day, show.timezone)), []).append(row)
    return tuple((month, tuple(rows)) for month, rows in months.items())


def _span(show: Show, days: Sequence[Day]) -> str:
    """The months of a page, from its oldest row to its newest."""
    _ = words.of(show.language)
    oldest, newest = (_.month(day, show.timezone) for day in (days[-1], days[0]))
    return oldest if oldest == newest else _("{first} to {last}", first=oldest, last=newest)


def _years(show: Show, several: Sequence[Part[Row]], day: Callable[[Row], Day]) -> tuple[tuple[int, str], ...]:
    """Year → the page with the newest row of that year, for the front page of a long list."""
    found: dict[int, str] = {}
    for part in several if len(several) > 1 else ():
        for row in part.rows:
            found.setdefault(words.local(day(row), show.timezone).year, part.path)
    return tuple(found.items())
