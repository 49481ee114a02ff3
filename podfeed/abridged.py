"""Episodes of which only the head is at hand: what lists, rules and feeds of the whole show ask of every one of them.

A show of twenty years has ten thousand episodes, and an edit concerns a few. So a build that knows an episode from an
earlier one has its short fields and the answers to what is asked of all episodes (functions that `digest.derived`
keeps); its segments, notes and transcripts are read when somebody asks for one. Nobody can tell such an episode from
another but by the time that takes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from podfeed.digest import Immutable, name_of, setters
from podfeed.model import Audio, Episode

LONG = frozenset(("notes", "segments", "transcripts", "alternate_audio", "txt", "value"))
"""The fields that are left out where they hold something."""
PUBLISHED = "published"
"""The one field that is always left out: the ledger says it, and a publication alters it in every new episode."""

FIELDS = tuple(field.name for field in fields(Episode))
REST, COPY = "rest", "copy"  # kept with what was derived: what gives the long fields; the episode with a copy


class Abridged(NamedTuple):
    """An episode without its long fields and PUBLISHED: which of the fields were `left` out (their numbers), the `values` of the
    others in their order, the digest of the whole as its `name`, and what was `derived` from it."""

    name: str
    left: tuple[int, ...]
    values: tuple[object, ...]
    derived: Mapping[str, Any]


def abridge(episode: Episode) -> tuple[Abridged, dict[str, object]]:
    """The episode without its long fields, and these."""
    values = {name: getattr(episode, name) for name in FIELDS}
    left = tuple(n for n, name in enumerate(FIELDS) if name == PUBLISHED or (name in LONG and values[name]))
    rest = {FIELDS[number]: values.pop(FIELDS[number]) for number in left}
    del rest[PUBLISHED]
    return Abridged(name_of(episode), left, tuple(values.values()), {}), rest


def derived(episode: Episode, kept: frozenset[str]) -> dict[str, Any]:
    """What was derived from the episode so far, as far as it is named in `kept`. Values go along with their names, which keys
    of outputs are made of."""
    found = {name: value for name, value in getattr(episode, "_derived", {}).items() if name in kept}
    for value in found.values():
        if isinstance(value, Immutable):
            name_of(value)
    return found


def whole(short: Abridged, published: datetime | None, rest: Callable[[], Mapping[str, object]]) -> Episode:
    """The episode, first published at that moment; `rest` gives the long fields, once somebody asks for one."""
    episode = object.__new__(Episode)
    for put, value in zip(_setters(short.left), short.values, strict=True):
        put(episode, value)
    object.__setattr__(episode, PUBLISHED, published)
    object.__setattr__(episode, "_name", short.name)
    object.__setattr__(episode, "_derived", {**short.derived, REST: rest})
    return episode


def keep_copy(episode: Episode, short: Abridged, name: str, audio: Audio, more: Mapping[str, Any]) -> None:
    """Lets `copy_of` know the same episode with another recording, which makes `name` of it; `more` is derived from that."""
    other = whole(short, episode.published, episode._derived[REST])
    object.__setattr__(other, "audio", audio)
    object.__setattr__(other, "_name", name)
    other._derived.update(more)
    episode._derived[COPY] = other


def copy_of(episode: Episode) -> Episode | None:
    """The episode as it was published, with a copy of its recording, if an earlier build made one."""
    found: Episode | None = getattr(episode, "_derived", {}).get(COPY)
    return found


@cache
def _setters(left: tuple[int, ...]) -> tuple[Callable[[object, object], None], ...]:
    return tuple(put for number, put in enumerate(setters(Episode)) if number not in left)
