"""From `bob-frost` or `Dana Reyes (harbour pilot)` to a person in a role."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from podfeed.model import Credit, Image, Link, Person
from podfeed.problem import Problem, error
from podfeed.source import files
from podfeed.source.entries import CreditEntry, LinkEntry
from podfeed.source.fields import quoted
from podfeed.source.places import Place
from podfeed.source.schema import PersonEntry
from podfeed.text import closest, same_name, slugify
from podfeed.vocabulary import ROLES


@dataclass(frozen=True, slots=True)
class People:
    """Everybody known: the records of people.yaml, and names met on the way. `problems` collects."""

    records: dict[str, Person]
    problems: list[Problem] = field(default_factory=list)
    met: dict[str, Person] = field(default_factory=dict)
    asked: list[tuple[str, Place, Person]] = field(default_factory=list)  # who is in no record, each time a name is met
    by_name: dict[str, Person] = field(default_factory=dict)  # `same_name` → the first of that name

    def __post_init__(self) -> None:
        for person in self.records.values():
            self.by_name.setdefault(same_name(person.name), person)

    def credits(
        self, entries: Iterable[CreditEntry], place: Place, default_role: str | None, known: Iterable[Credit] = ()
    ) -> tuple[Credit, ...]:
        """The entries as credits. A role is the entry's own, else the one in `known`, else the record's, else the
        default; each unknown name is a problem at its own place."""
        roles = {credit.person.slug: credit for credit in known}
        found = []
        for index, entry in enumerate(entries):
            person = self.person(entry.person, place.below(index))
            if person is None:
                continue
            earlier = roles.get(person.slug)
            own = (earlier.role if earlier else None) or (default_role if default_role == "Host" else None)
            role = entry.role or own or person.role or default_role
            if role is None:
                hint = f"write {entry.person} (Producer), or give the role in people.yaml"
                span = place.below(index).span()
                self.problems.append(error("person-without-role", f"the role of {person.name} is not said", span, hint))
                continue
            group = entry.group or (earlier.group if earlier and not entry.role else None) or person.group
            found.append(Credit(person=person, role=role, group=group or _group(role)))
        return tuple(found)

    def person(self, name: str, place: Place) -> Person | None:
        """Who is meant by what was written at the place; None, after the problem is told, if nobody can be."""
        if name in self.records:
            return self.records[name]
        if known := self.by_name.get(same_name(name)):
            if known.slug in self.met:
                self.asked.append((name, place, known))
            return known
        if re.fullmatch(r"[a-z0-9]+([-_.][a-z0-9]+)*", name):
            near = closest(name, self.records)
            hint = f"did you mean {near}?" if near else "add a record to people.yaml, or write the full name"
            self.problems.append(error("unknown-person", f"{quoted(name)} is not in people.yaml", place.span(), hint))
            return None
        slug = slugify(name)
        if not slug:
            hint = "write the name as it is said on air"
            self.problems.append(error("unknown-person", f"{quoted(name)} has no letters", place.span(), hint))
            return None
        while slug in self.records or slug in self.met:
            slug += "-2"
        person = Person(slug=slug, name=name, origin=place)
        self.met[slug] = self.by_name[same_name(name)] = person
        self.asked.append((name, place, person))
        return person


@lru_cache(1024)
def _group(role: str) -> str | None:
    """The taxonomy's group of a role, where the role is in only one (`Editor` is in two)."""
    groups = [group for group, roles in ROLES.items() if role.casefold() in (r.casefold() for r in roles)]
    return groups[0] if len(groups) == 1 else None


def person(slug: str, entry: PersonEntry, place: Place, media: Path, problems: list[Problem]) -> Person:
    """A record of people.yaml as a value."""
    image = files.image(media, entry.image, place.below("image").span) if entry.image else None
    if isinstance(image, Problem):
        problems.append(image)
        image = None
    return Person(
        slug=slug,
        name=entry.name,
        role=entry.role,
        group=entry.group,
        bio=entry.bio,
        image=image if isinstance(image, Image) else None,
        links=links(entry.links),
        origin=place,
    )


def links(entries: Iterable[LinkEntry]) -> tuple[Link, ...]:
    """Links with words: the address without its scheme where none are given."""
    return tuple(Link(url=e.url, title=e.title or _words(e.url)) for e in entries)


def _words(url: str) -> str:
    return url.removeprefix("mailto:").partition("://")[2].removeprefix("www.").rstrip("/") or url.removeprefix(
        "mailto:"
    )
