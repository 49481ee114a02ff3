"""From a folder to the show as a view may see it, and everything that is wrong with what was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from podfeed.digest import digest
from podfeed.model import Episode, Show, Story
from podfeed.problem import Problem, by_place
from podfeed.schedule import EVERYTHING, View
from podfeed.source import standing
from podfeed.source.episode import Surroundings, Written, episode
from podfeed.source.live import Usual, broadcasts
from podfeed.source.people import People, person
from podfeed.source.places import Place
from podfeed.source.read import Source, of_draft, read
from podfeed.source.recordings import Recordings
from podfeed.source.schema import StoryEntry
from podfeed.source.show import head, listing
from podfeed.source.stories import Facts, StoryBook, book, problems_of


def load(folder: Path, view: View = EVERYTHING) -> tuple[Show | None, tuple[Problem, ...]]:
    """The show in `folder` as `view` sees it, or None if show.yaml cannot be used; and all problems of all files."""
    return assemble(read(folder), view)


def hides(source: Source, view: View) -> bool:
    """Whether the view may see less of the show than the newsroom, or a live broadcast, which looks different by the
    clock. If not, its show is the newsroom's."""
    embargoes = (*(e for w in source.episodes for e in w.head.embargoes), *_embargoes(source))
    return (
        not all(view.shows(draft=w.draft, release=w.release, published=w.published) for w in source.episodes)
        or any(map(view.holds, embargoes))
        or bool(source.entry and source.entry.live)
    )


def _embargoes(source: Source) -> list[datetime]:
    return [facts.entry.embargo for facts in source.stories.values() if facts.entry.embargo]


def assemble(source: Source, view: View) -> tuple[Show | None, tuple[Problem, ...]]:
    """The show from what was read. Only what the view may see takes part.

    An episode that an earlier build put together is taken as it is, if all that it depends on is as it was
    (`podfeed.source.standing`).
    """
    shown = (w for w in source.episodes if view.shows(draft=w.draft, release=w.release, published=w.published))
    seen = list(map(source.shelf.latest, shown))
    seen.sort(key=lambda w: (w.head.date, w.slug))
    problems: list[Problem] = []
    records = {slug: person(slug, e, place, source.media, problems) for slug, (e, place) in source.people.items()}
    people = People(records, problems)
    if source.entry is None or source.place is None:
        telling = Telling(source, source.recorded(seen, source.recordings))
        return None, by_place((*source.problems, *problems, *_stories(telling, seen, view)[1]))
    values = head(source.entry, source.place, source.media, source.recordings, people, problems)
    embeds = source.entry.embed_chapters is not False
    own = values["language"], values["hosts"], values["explicit"], values["license"], embeds
    setting = digest(*own, *records.values())
    changed = [w for w in seen if not w.known or w.known.setting != setting]
    telling = Telling(source, source.recorded(changed, source.recordings))
    stories, found = _stories(telling, seen, view)
    problems += found
    around = Surroundings(
        media=source.media,
        recordings=telling.recordings,
        people=people,
        stories=stories,
        language=values["language"],
        hosts=values["hosts"],
        explicit=values["explicit"],
        license=values["license"],
        embed_chapters=embeds,
        problems=problems,
    )
    made: list[Episode] = []
    linked: dict[str, Story] = {}
    for written in seen:
        value = source.shelf.episode(written, setting, people, stories)
        if value is not None and written.known:
            problems += written.known.problems
            linked |= written.known.linked(stories)
        else:
            value = _put_together(telling, written, around, setting, view)
            if value is not None:
                linked |= {link.story.slug: link.story for s in value.segments for link in s.stories}
        made += [value] if value is not None else []
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
    show = Show(
        **values,
        guid=source.guid,
        people=tuple(people.met.get(slug, named[slug]) for slug in sorted(named)),
        stories=tuple(linked[slug] for slug in sorted(linked)),
        live=live,
        episodes=episodes,
    )
    return show, by_place((*source.problems, *problems))


def _put_together(telling: Telling, written: Written, around: Surroundings, setting: str, view: View) -> Episode | None:
    """The episode; the newsroom's is remembered, with what it depends on."""
    source, before, asked = telling.source, len(around.problems), len(around.people.asked)
    if written.known:  # it looked as if it stood
        around = replace(around, recordings=source.recorded([written], around.recordings))
    value = _episode(written, around)
    if value is not None and view == EVERYTHING:
        met = tuple((name, place.path, person.slug) for name, place, person in around.people.asked[asked:])
        found = (*_of_stories(written, source), *around.problems[before:])
        facts, told = telling.facts(written), telling.told(written)
        source.shelf.put_together(written, value, setting, facts, told, around.stories, met, found)
        telling.let_go(written)
    return value


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


# --- stories -------------------------------------------------------------------------------------------


class Telling:
    """What the episodes say of stories, each looked at once; also the links of chapters inside recordings."""

    def __init__(self, source: Source, recordings: Recordings) -> None:
        self.source, self.recordings = source, recordings
        self.problems: list[Problem] = []
        self._facts: dict[str, tuple[Facts, ...]] = {}
        self._told: dict[str, str] = {}

    def facts(self, written: Written) -> tuple[Facts, ...]:
        """In the order of the file; what is wrong with one is told, and it is left out."""
        if written.slug not in self._facts:
            self.problems += _of_stories(written, self.source)
            self._facts[written.slug] = tuple(self._found(written))
        return self._facts[written.slug]

    def told(self, written: Written) -> str:
        """A digest of all that the file says of stories."""
        if written.slug not in self._told:
            self._told[written.slug] = standing.told(self.facts(written))
        return self._told[written.slug]

    def let_go(self, written: Written) -> None:
        """Once an episode is put together its file is not wanted any more; who asks for it has it read back."""
        self._facts.pop(written.slug, None)
        written.let_go()

    def _found(self, written: Written) -> Iterator[Facts]:
        for entry, place in written.stories():
            if not any(problems_of(entry, place, self.source.stories)):
                yield Facts(entry, place)
        if not written.entry.segments:
            yield from self._in_chapters(written)

    def _in_chapters(self, written: Written) -> Iterator[Facts]:
        name = written.entry.audio.file
        facts = self.recordings.facts.get(self.source.media / name) if name else None
        for chapter in getattr(facts, "chapters", ()):
            if chapter.url:
                yield Facts(StoryEntry(url=chapter.url), Place(written.place.document, ("audio",)))


def _files_of(problem: Problem) -> Iterator[str]:
    """The files in which a problem has a place."""
    yield problem.span.path
    yield from (span.path for span, _ in problem.related)


def _stories(telling: Telling, seen: list[Written], view: View) -> tuple[StoryBook, list[Problem]]:
    """The stories of the episodes, which come oldest first, and what is wrong with them.

    Where all that is said of stories is as it was, so are they; else all of it is looked at again.
    """
    source = telling.source
    said = [(w.slug, w.known.told if w.known else telling.told(w)) for w in seen]
    records = [(slug, repr(facts.entry)) for slug, facts in source.stories.items()]
    embargoes = (*(e for w in seen for e in w.head.embargoes), *_embargoes(source))
    key = digest(said, records, source.shelf.stamp("stories.yaml"), [view.holds(embargo) for embargo in embargoes])
    kind = "stories" if view == EVERYTHING else "stories as seen"
    found = source.shelf.stories(kind, key)
    moved = {f"episodes/{w.slug}.yaml" for w in seen if not w.known}
    if found is None or any(moved & set(_files_of(problem)) for problem in found[1]):  # a place in it is another now
        mute = [w for w in seen if w.known and not w.entry.segments]
        telling.recordings = source.recorded(mute, telling.recordings)
        mentioned = [facts for written in seen for facts in telling.facts(written)]
        found = book(mentioned, dict(source.stories), source.media, view)
        source.shelf.keep_stories(kind, key, *found)
    stories, problems = found
    return stories, [*telling.problems, *problems]
