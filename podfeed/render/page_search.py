"""The index that the search page looks in: segments, stories, people and episodes. Its form: `podfeed.search`.

Numbered from the oldest like the pages of lists: a new episode changes `index.json`, and every now and then, when ten
batches are settled at once, the words of the newest volume. A show of up to some hundred episodes has `index.json` only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from podfeed import media_types, paths
from podfeed.digest import digest
from podfeed.model import Credit, Episode, Segment, Show
from podfeed.output import Output, rendered
from podfeed.render import words
from podfeed.search import KINDS, SHARDS, Row, shard, words_of
from podfeed.text import seconds, squash

BATCH = 60
"""Rows after which a batch is closed, with the episode that it is in."""
SETTLED = 10
"""Batches that are settled together; as many at least stay in `index.json`, and up to twice as many."""
VOLUME = 200
"""Batches whose words are looked up together."""

Rows = tuple[tuple[str, tuple[Row, ...]], ...]


def outputs(show: Show) -> Iterator[tuple[str, Output]]:
    """`search/index.json` and, in a large show, the batches and words."""
    found = list(batches(show))
    count = max((len(found) - 1) // SETTLED - 1, 0) * SETTLED  # the last one may still be open
    settled, fresh = found[:count], joined(found[count:], unheard(show))
    counts = tuple(tuple(len(rows) for _kind, rows in batch) for batch in settled)
    yield paths.SEARCH_INDEX, rendered(media_types.JSON, index, counts, fresh)
    for number, batch in enumerate(settled, 1):
        yield paths.search_batch(number), rendered(media_types.JSON, listed, batch)
    start = 0
    for number in range(1, -(-count // VOLUME) + 1):
        part = tuple(settled[(number - 1) * VOLUME : number * VOLUME])
        volume = Volume(start, digest(part), part)
        start += sum(len(rows) for batch in part for _kind, rows in batch)
        for piece in range(SHARDS):
            yield paths.search_words(number, piece), rendered(media_types.JSON, shard_of, volume, piece)


# --- rows ---------------------------------------------------------------------------------------------


def batches(show: Show) -> Iterator[Rows]:
    """Everything that can be found, from the oldest episode to the newest, some hundred rows at a time, by kind:

    `episodes` [slug, title, date, more]; `segments` [episode's place, start, end, title, more], the last of an episode
    first; `stories` [slug, title, publisher, more] and `people` [slug, name, role], each where they first came up.
    `more` is searched but not shown.
    """
    _ = words.of(show.language)
    stories = {story.slug: story for story in show.stories}
    people = {person.slug: person for person in show.people}
    open_: dict[str, list[Row]] = {kind: [] for kind in KINDS}
    for this in reversed(show.episodes):
        place = len(open_["episodes"])
        open_["episodes"].append(_episode(show, this))
        open_["segments"] += [_segment(place, segment) for segment in reversed(this.segments)]
        for segment in this.segments:
            for link in segment.stories:
                story = stories.pop(link.story.slug, None)
                if story:
                    open_["stories"].append((story.slug, story.label, story.publisher or "", " ".join(story.authors)))
        for credit in this.credits:
            person = people.pop(credit.person.slug, None)
            if person:
                open_["people"].append((person.slug, person.name, _.role(person.role or "")))
        if sum(map(len, open_.values())) >= BATCH:
            yield _frozen(open_)
            open_ = {kind: [] for kind in KINDS}
    yield _frozen(open_)


def unheard(show: Show) -> Rows:
    """Stories and people that no episode names: they have no place in time."""
    told = {link.story.slug for this in show.episodes for segment in this.segments for link in segment.stories}
    heard = {credit.person.slug for this in show.episodes for credit in this.credits}
    _ = words.of(show.language)
    return _frozen(
        {
            "stories": [
                (s.slug, s.label, s.publisher or "", " ".join(s.authors)) for s in show.stories if s.slug not in told
            ],
            "people": [(p.slug, p.name, _.role(p.role or "")) for p in show.people if p.slug not in heard],
        }
    )


def _frozen(rows: Mapping[str, list[Row]]) -> Rows:
    return tuple((kind, tuple(rows.get(kind, ()))) for kind in KINDS)


def joined(parts: Iterable[Rows], first: Rows) -> Rows:
    """Several batches as one, after `first`."""
    rows = {kind: list(given) for kind, given in first}
    for part in parts:
        place = len(rows["episodes"])
        for kind, given in part:
            if kind == "segments":
                rows[kind] += [(int(row[0]) + place, *row[1:]) for row in given]
            else:
                rows[kind] += given
    return _frozen(rows)


def _episode(show: Show, this: Episode) -> Row:
    more = (this.summary or "", _names((*this.hosts, *this.guests)), *this.tags)
    return this.slug, this.title, words.of(show.language).day(this.date, show.timezone), _more(more)


def _segment(place: int, segment: Segment) -> Row:
    more = _more((segment.summary or "", _names(segment.people)))
    return place, seconds(segment.start), seconds(segment.end), segment.title, more


def _names(credits: tuple[Credit, ...]) -> str:
    return " ".join(credit.person.name for credit in credits)


def _more(parts: tuple[str, ...]) -> str:
    return squash(" ".join(parts))


# --- files --------------------------------------------------------------------------------------------


def index(counts: tuple[tuple[int, ...], ...], fresh: Rows) -> bytes:
    """The head of the index, with the newest rows."""
    return _json({"batches": counts, "volume": VOLUME, "fresh": dict(fresh)})


def listed(batch: Rows) -> bytes:
    return _json(dict(batch))


@dataclass(frozen=True, slots=True)
class Volume:
    """Two hundred batches, the first row's number, and a digest that stands for all of it in keys."""

    start: int
    stamp: str
    batches: tuple[Rows, ...] = field(repr=False, compare=False)


_shards: dict[tuple[int, str], tuple[bytes, ...]] = {}  # by start and stamp: all shards of a volume cost what one does
KEPT = 128


def shard_of(volume: Volume, number: int) -> bytes:
    """The words of one shard, each with its rows as `search.decoded` reads them."""
    name = (volume.start, volume.stamp)
    if name not in _shards:
        if len(_shards) >= KEPT:
            _shards.clear()
        _shards[name] = tuple(_json(words) for words in inverted(volume))
    return _shards[name][number]


def inverted(volume: Volume) -> list[dict[str, list[int]]]:
    """For each shard, its words and where they are, sorted by word."""
    values: dict[str, list[int]] = {}
    number = volume.start
    for batch in volume.batches:
        for kind, rows in batch:
            for row in rows:
                for word, in_title in words_of(kind, row).items():
                    values.setdefault(word, []).append(2 * number + in_title)
                number += 1
    found: list[dict[str, list[int]]] = [{} for _ in range(SHARDS)]
    for word in sorted(values):
        before = 0
        steps = found[shard(word)][word] = []
        for value in values[word]:
            steps.append(value - before)
            before = value
    return found


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
