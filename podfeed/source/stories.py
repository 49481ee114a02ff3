"""One story, however often and under whichever address it is written: facts merged, contradictions reported.

Two mentions are the same story when they name the same record of stories.yaml or share a normalised address
(`podfeed.text.normalise_url`; `same_as` counts). A story whose own address is not known is told by its headline and
the page that lists it. Only mentions that may be seen take part, so that a draft can change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from podfeed.media_types import suffix
from podfeed.model import Correction, Image, Story
from podfeed.problem import Problem, error, warning
from podfeed.schedule import View
from podfeed.source import files
from podfeed.source.fields import quoted
from podfeed.source.places import Place
from podfeed.source.schema import StoryEntry, StoryRecord
from podfeed.text import closest, normalise_url, short_hash, slugify


@dataclass(frozen=True)
class Facts:
    """What one place says about a story. `record` is its key in stories.yaml, if it has one."""

    entry: StoryRecord
    place: Place
    record: str | None = None

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Everything by which this story may be recognised."""
        entry = self.entry
        found = [f"url {normalise_url(url)}" for url in (entry.url, *entry.same_as) if url]
        if self.record:
            found.append(f"record {self.record}")
        if isinstance(entry, StoryEntry) and entry.story:
            found.append(f"record {entry.story}")
        if not found and (entry.title or entry.listed):
            found.append(
                f"listed {(entry.title or '').casefold()} {normalise_url(entry.listed) if entry.listed else ''}"
            )
        return tuple(found)


@dataclass(frozen=True, slots=True)
class StoryBook:
    """The stories of a view, found by any of their names; None marks one under embargo."""

    by_name: Mapping[str, Story | None]

    def find(self, entry: StoryEntry) -> Story | None:
        names = Facts(entry, Place(None)).names  # type: ignore[arg-type]
        return next((self.by_name[name] for name in names if name in self.by_name), None)


def problems_of(entry: StoryEntry, place: Place, records: Iterable[str]) -> Iterator[Problem]:
    """What is wrong with one story of a segment, looked at alone."""
    if entry.story:
        if entry.story not in (known := list(records)):
            near = closest(entry.story, known)
            hint = f"did you mean {near}?" if near else "add a record to stories.yaml, or write the address"
            yield error("unknown-story", f"{quoted(entry.story)} is not in stories.yaml", place.span("story"), hint)
    elif not entry.url and not entry.title:
        hint = "write url: https://… (or listed: for the page that lists it, with a title)"
        yield error("story-without-address", "this story has neither address nor headline", place.span(), hint)


def book(
    mentioned: Iterable[Facts], records: dict[str, Facts], media: Path, view: View
) -> tuple[StoryBook, list[Problem]]:
    """The stories that `mentioned` name, oldest mention first, each with what its record says."""
    problems: list[Problem] = []
    groups = _groups(mentioned, records)
    by_name: dict[str, Story | None] = {}
    taken: set[str | None] = {facts.record for group in groups for facts in group if facts.record}
    for group in groups:
        story = None
        if not any(view.holds(facts.entry.embargo) for facts in group):
            story = _merge(group, media, taken, problems)
            taken.add(story.slug)
        by_name.update((name, story) for facts in group for name in facts.names)
    return StoryBook(by_name), problems


def _groups(mentioned: Iterable[Facts], records: dict[str, Facts]) -> list[list[Facts]]:
    """Facts that share a name, together; records first in their group, groups in order of first mention."""
    by_record_name = {name: facts for facts in records.values() for name in facts.names}
    groups: dict[int, dict[int, Facts]] = {}  # of each group its facts, by who they are
    group_of: dict[str, int] = {}
    for number, facts in enumerate(mentioned):
        known = {by_record_name[name].record: by_record_name[name] for name in facts.names if name in by_record_name}
        for record in known.values():
            _join(record, number, groups, group_of)
        _join(facts, number, groups, group_of)
    return [sorted(group.values(), key=lambda facts: facts.record is None) for group in groups.values()]


def _join(facts: Facts, number: int, groups: dict[int, dict[int, Facts]], group_of: dict[str, int]) -> None:
    """Put the facts into the group that knows one of their names; join groups that turn out to be one."""
    numbers = sorted({group_of[name] for name in facts.names if name in group_of})
    home = numbers[0] if numbers else number
    coming = {id(facts): facts}
    for other in numbers[1:]:
        coming |= groups.pop(other)
    groups.setdefault(home, {}).update(coming)
    for member in coming.values():
        for name in member.names:
            group_of[name] = home


_ONE = ("title", "publisher", "date", "language", "summary", "note", "archive", "gone", "listed", "embargo")


def _merge(group: list[Facts], media: Path, taken: set[str | None], problems: list[Problem]) -> Story:
    """One story from all that is said of it: the first word counts, a second that differs is reported."""
    values: dict[str, Any] = {}
    said_at: dict[str, Place] = {}
    for facts in group:
        for name in (*_ONE, "authors"):
            value = getattr(facts.entry, name)
            if value in (None, ()):
                continue
            if name not in values:
                values[name], said_at[name] = value, facts.place
            elif name in ("title", "publisher", "date", "language", "authors") and values[name] != value:
                problems.append(_contradiction(name, values[name], said_at[name], value, facts.place))
    addresses = list(dict.fromkeys(u for f in group for u in (f.entry.url, *f.entry.same_as) if u))
    url = next((f.entry.url for f in group if f.entry.url), addresses[0] if addresses else None)
    image = next((i for f in group if f.entry.image and (i := _image(f, media, problems))), None)
    corrections = dict.fromkeys((c.date, c.text) for f in group for c in f.entry.corrections)
    return Story(
        slug=_slug(group, url, values.get("title"), taken),
        url=url,
        image=image,
        authors=values.pop("authors", ()),
        gone=bool(values.pop("gone", False)),
        same_as=tuple(a for a in addresses if a != url),
        corrections=tuple(Correction(date=day, text=text) for day, text in sorted(corrections)),
        origin=group[0].place,
        **values,
    )


def _contradiction(name: str, first: object, first_place: Place, second: object, place: Place) -> Problem:
    def words(value: object) -> str:
        return quoted(", ".join(value) if isinstance(value, tuple) else value)

    hint = "write the same in both places, or the facts once in stories.yaml"
    message = f"the same story has another {name} elsewhere: {words(second)} here, {words(first)} there"
    return warning(
        "story-contradiction", message, place.span(name), hint, related=((first_place.span(name), "the other place"),)
    )


def _image(facts: Facts, media: Path, problems: list[Problem]) -> Image | None:
    image = files.image(media, facts.entry.image or "", facts.place.below("image").span)
    if isinstance(image, Problem):
        problems.append(image)
        return None
    return image


def _slug(group: list[Facts], url: str | None, title: str | None, taken: set[str | None]) -> str:
    """The record's key; else from the address, which outlives the headline; a second of the name gets digits."""
    if record := next((facts.record for facts in group if facts.record), None):
        return record
    identity = normalise_url(url) if url else group[0].names[0]
    name = _from_address(identity) if url else slugify(title or "")
    if not name:
        name = slugify(title or "") or slugify(identity.partition("/")[0]) or "story"
    return name if name not in taken else f"{name}-{short_hash(identity)}"


def _from_address(identity: str) -> str:
    """A readable name from the last words of an address, or nothing.

    >>> _from_address("news.example/2026/03/02/harbour-bridge.html"), _from_address("a.example/p?id=7")
    ('harbour-bridge', '')
    """
    path = identity.partition("?")[0]
    for part in reversed(path.split("/")[1:]):
        name = slugify(part.removesuffix(suffix(part)))
        if sum(c.isalpha() for c in name) >= 5 and name not in ("index", "article", "story", "default"):
            return name
    return ""
