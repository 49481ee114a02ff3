"""The pages that list everything: episodes, stories, people. A long list has several pages (`paging`).

What a numbered page shows is only what its own rows say, so that it stays as it is while the show goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TypeVar

from podfeed import paths
from podfeed.appearances import hours_in, presences
from podfeed.digest import derived
from podfeed.model import Episode, Person, Show, Story
from podfeed.render import topics, words
from podfeed.render.page_values import Page, Sheet, brief, index, named, values
from podfeed.render.paging import Part, parts

MOST = 6  # stories at the top of their page
TOPICS = 200  # tags and publishers at the end of a list

Row = TypeVar("Row")
Day = date | datetime
StoryRow = tuple[Story, tuple[Episode, ...]]
"""A story and the episodes that discuss it, newest first."""


def episodes(show: Show) -> Iterator[Page | Sheet]:
    _ = words.of(show.language)
    all_ = tuple(index(show).briefs.values())
    description = _("Every episode of {show}, by month.", show=show.title)
    tags = sorted(_tagged(show).values(), key=lambda topic: (-len(topic[1]), topic[0].casefold()))
    counted = tuple((name, len(rows)) for name, rows in tags[:TOPICS])
    yield from _episode_pages(show, paths.EPISODES, _("Episodes"), description, all_, counted)


def tags(show: Show) -> Iterator[Page | Sheet]:
    """The episodes with each tag."""
    _ = words.of(show.language)
    for key, (name, rows) in _tagged(show).items():
        description = _("The episodes of {show} about {tag}.", show=show.title, tag=name)
        yield from _episode_pages(show, paths.tag(key), _("Episodes: {tag}", tag=name), description, rows)


def _episode_pages(
    show: Show,
    front: str,
    title: str,
    description: str,
    rows: Sequence[Episode],
    tags: tuple[tuple[str, int], ...] = (),
) -> Iterator[Page | Sheet]:
    several = list(parts(front, rows))
    for part in several:
        if part.number:
            yield Sheet(_episode_sheet, part.path, "episodes.html", title, description, part.rows, part.pager)
            continue
        shown = values(
            months=_by_month(show, _dated(part.rows)),
            pager=part.pager,
            years=_years(show, several, lambda episode: episode.date),
            tags=tags,
        )
        yield Page(part.path, "episodes.html", title, description, shown)


def _episode_sheet(show: Show, sheet: Sheet) -> Page:
    heading, about = _headed(show, sheet, [episode.date for episode in sheet.rows])
    shown = values(months=_by_month(show, _dated(sheet.rows)), pager=sheet.pager, years=(), tags=())
    return Page(sheet.path, sheet.template, heading, about, shown)


def _dated(rows: Iterable[Episode]) -> list[tuple[Day, Episode]]:
    return [(episode.date, episode) for episode in rows]


def _headed(show: Show, sheet: Sheet, days: Sequence[Day]) -> tuple[str, str]:
    """Title and description of a further page, with the months that it is about."""
    _ = words.of(show.language)
    span = _span(show, days)
    number = sheet.pager.number if sheet.pager else None
    heading = _("{title}, page {n}: {months}", title=sheet.title, n=number, months=span)
    return heading, f"{sheet.description} {span}."


def stories(show: Show) -> Iterator[Page | Sheet]:
    """Stories, and the ones that came up most."""
    _ = words.of(show.language)
    rows = _told(show)
    description = _("The articles that {show} talks about, and where each is discussed.", show=show.title)
    yield from _story_pages(show, paths.STORIES, _("Stories"), description, rows, _most(rows), _publishers(show))


def publishers(show: Show) -> Iterator[Page | Sheet]:
    """The stories of each publisher."""
    _ = words.of(show.language)
    for key, (name, rows) in _published(show).items():
        description = _("The articles of {publisher} that {show} talks about.", publisher=name, show=show.title)
        yield from _story_pages(
            show, paths.publisher(key), _("Stories: {publisher}", publisher=name), description, rows
        )


@derived
def _told(show: Show) -> tuple[StoryRow, ...]:
    """The stories that were on air, the last on air first."""
    told = index(show).told
    rows = [(named(story), told[story.slug]) for story in show.stories if story.slug in told]
    return tuple(sorted(rows, key=lambda row: (_last(row), row[0].slug), reverse=True))


@derived
def _published(show: Show) -> topics.Topics[StoryRow]:
    return topics.published(_told(show), lambda row: row[0])


@derived
def _tagged(show: Show) -> topics.Topics[Episode]:
    return topics.tagged(index(show).briefs.values())


def _story_pages(
    show: Show,
    front: str,
    title: str,
    description: str,
    rows: Sequence[StoryRow],
    most: tuple[tuple[Story, int], ...] = (),
    publishers: tuple[tuple[str, int], ...] = (),
) -> Iterator[Page | Sheet]:
    """A short list by the month in which each story was last on air, a long one by the month in which it first was,
    since a story that comes up again must not move all the others."""
    several = list(parts(front, sorted(rows, key=lambda row: (_first(row), row[0].slug), reverse=True)))
    if len(several) == 1:
        several = [Part(front, tuple(rows))]
    for part in several:
        listed = tuple((story, len(told), brief(told[0]), brief(told[-1])) for story, told in part.rows)
        if part.number:
            yield Sheet(_story_sheet, part.path, "stories.html", title, description, listed, part.pager)
            continue
        shown = values(
            most=most,
            months=_by_month(show, [(_day(row, len(several) == 1), row[:3]) for row in listed]),
            publishers=publishers,
            pager=part.pager,
            years=_years(show, several, _first),
        )
        yield Page(part.path, "stories.html", title, description, shown)


def _story_sheet(show: Show, sheet: Sheet) -> Page:
    dated = [(_day(row, False), row[:3]) for row in sheet.rows]
    heading, about = _headed(show, sheet, [day for day, _row in dated])
    shown = values(most=(), months=_by_month(show, dated), publishers=(), pager=sheet.pager, years=())
    return Page(sheet.path, sheet.template, heading, about, shown)


def _day(row: tuple[Story, int, Episode, Episode], last: bool) -> Day:
    """When a story was last on air, or when it first was."""
    return row[2].date if last else row[3].date


def _last(row: StoryRow) -> Day:
    return row[1][0].date


def _first(row: StoryRow) -> Day:
    return row[1][-1].date


def _most(rows: Iterable[StoryRow]) -> tuple[tuple[Story, int], ...]:
    counted = ((story, len(told)) for story, told in rows if len(told) > 1)
    return tuple(sorted(counted, key=lambda row: row[1], reverse=True)[:MOST])


def _publishers(show: Show) -> tuple[tuple[str, int], ...]:
    counted = ((name, len(told)) for name, told in _published(show).values())
    return tuple(sorted(counted, key=lambda row: (-row[1], row[0].casefold()))[:TOPICS])


def people(show: Show) -> Iterator[Page]:
    """Everybody by name; where there are many, page by page in the order in which they were first heard."""
    _ = words.of(show.language)

    def first(slug: str) -> tuple[bool, str, str]:
        heard = index(show).heard.get(slug, ())
        return (not heard, heard[-1].date.isoformat() if heard else "", slug)

    newest = sorted(show.people, key=lambda person: first(person.slug), reverse=True)
    for part in parts(paths.PEOPLE, newest):
        rows = []
        for person in sorted(part.rows, key=lambda person: person.name.casefold()):
            heard = index(show).heard.get(person.slug, ())
            roles = _roles(person, heard)
            rows.append((replace(person, bio=None, links=()), roles, len(heard), hours_in(heard, person.slug)))
        title, description = _("People"), _("Everybody who is heard on {show}.", show=show.title)
        if part.number:
            title = _("People, page {n}", n=part.number)
            description = _("People who are heard on {show}, page {n}.", show=show.title, n=part.number)
        yield Page(part.path, "people.html", title, description, values(rows=tuple(rows), pager=part.pager))


def _roles(person: Person, heard: Iterable[Episode]) -> tuple[str, ...]:
    """The roles in which somebody was heard, the latest first; else the one that their record says."""
    roles = (row.role for episode in heard for row in presences(episode) if row.person == person.slug)
    return tuple(dict.fromkeys(roles)) or ((person.role,) if person.role else ())


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

    def year(row: Row) -> int:
        return words.local(day(row), show.timezone).year

    for part in several if len(several) > 1 else ():
        newest, oldest = year(part.rows[0]), year(part.rows[-1])
        for one in (newest, oldest) if newest - oldest < 2 else map(year, part.rows):
            found.setdefault(one, part.path)
    return tuple(found.items())
