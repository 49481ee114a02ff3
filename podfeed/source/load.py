"""From a folder to the show as a view may see it, and everything that is wrong with what was written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from podfeed.model import Episode, Show
from podfeed.problem import Problem, by_place
from podfeed.schedule import EVERYTHING, View
from podfeed.source.episode import Surroundings, Written, episode
from podfeed.source.live import Usual, broadcasts
from podfeed.source.people import People, person
from podfeed.source.places import Place
from podfeed.source.read import Source, of_draft, read
from podfeed.source.schema import StoryEntry
from podfeed.source.show import head, listing
from podfeed.source.stories import Facts, book, problems_of


def load(folder: Path, view: View = EVERYTHING) -> tuple[Show | None, tuple[Problem, ...]]:
    """The show in `folder` as `view` sees it, or None if show.yaml cannot be used; and all problems of all files."""
    return assemble(read(folder), view)


def hides(source: Source, view: View) -> bool:
    """Whether the view may see less of the show than the newsroom, or a live broadcast, which looks different by the
    clock. If not, its show is the newsroom's."""
    stories = (*source.stories.values(), *(Facts(*row) for written in source.episodes for row in written.stories()))
    return (
        not all(view.shows(draft=w.draft, release=w.release, published=w.published) for w in source.episodes)
        or any(view.holds(facts.entry.embargo) for facts in stories)
        or bool(source.entry and source.entry.live)
    )


def assemble(source: Source, view: View) -> tuple[Show | None, tuple[Problem, ...]]:
    """The show from what was read. Only what the view may see takes part."""
    seen = [w for w in source.episodes if view.shows(draft=w.draft, release=w.release, published=w.published)]
    seen.sort(key=lambda w: (w.entry.date, w.slug))
    problems: list[Problem] = []
    records = {slug: person(slug, e, place, source.media, problems) for slug, (e, place) in source.people.items()}
    people = People(records, problems)
    stories, found = book(_mentioned(source, seen, problems), dict(source.stories), source.media, view)
    problems += found
    if source.entry is None or source.place is None:
        return None, by_place((*source.problems, *problems))
    values = head(source.entry, source.place, source.media, source.recordings, people, problems)
    around = Surroundings(
        media=source.media,
        recordings=source.recordings,
        people=people,
        stories=stories,
        hosts=values["hosts"],
        explicit=values["explicit"],
        license=values["license"],
        embed_chapters=source.entry.embed_chapters is not False,
        problems=problems,
    )
    made = [value for written in seen if (value := _episode(written, around)) is not None]
    for written in source.partly:
        problems += _of_stories(written, source)
        _episode(written, around)
    episodes = tuple(sorted(made, key=lambda e: (e.date, e.slug), reverse=True))
    problems += listing(source.entry, source.place, bool(source.episodes))
    usual = Usual(source.guid, values["hosts"], values["license"], values["explicit"])
    at = source.place.below("live")
    live = broadcasts(source.entry.live, at, usual, people, source.media, view, problems)
    credits = (*(c for e in episodes for c in e.credits), *(c for row in live for c in (*row.hosts, *row.guests)))
    named = {c.person.slug: c.person for c in (*values["hosts"], *values["crew"], *credits)}
    linked = {link.story.slug: link.story for e in episodes for s in e.segments for link in s.stories}
    show = Show(
        **values,
        guid=source.guid,
        people=tuple(named[slug] for slug in sorted(named)),
        stories=tuple(linked[slug] for slug in sorted(linked)),
        live=live,
        episodes=episodes,
    )
    return show, by_place((*source.problems, *problems))


def _episode(written: Written, around: Surroundings) -> Episode | None:
    """The episode; what is wrong with a draft does not stop the show."""
    before = len(around.problems)
    value = episode(written, around)
    if written.draft:
        around.problems[before:] = map(of_draft, around.problems[before:])
    return value


def _of_stories(written: Written, source: Source) -> list[Problem]:
    wrong = [p for entry, place in written.stories() for p in problems_of(entry, place, source.stories)]
    return [of_draft(p) for p in wrong] if written.draft else wrong


def _mentioned(source: Source, seen: list[Written], problems: list[Problem]) -> Iterator[Facts]:
    """Every story that an episode names, oldest episode first; also the links of chapters inside recordings."""
    for written in seen:
        problems += _of_stories(written, source)
        for entry, place in written.stories():
            if not any(problems_of(entry, place, source.stories)):
                yield Facts(entry, place)
        if not written.entry.segments:
            yield from _in_chapters(source, written)


def _in_chapters(source: Source, written: Written) -> Iterator[Facts]:
    name = written.entry.audio.file
    facts = source.recordings.facts.get(source.media / name) if name else None
    for chapter in getattr(facts, "chapters", ()):
        if chapter.url:
            yield Facts(StoryEntry(url=chapter.url), Place(written.place.document, ("audio",)))
