"""The index that the search page looks in: segments, stories, people and episodes. Its form: `podfeed.search`.

Numbered from the oldest like the pages of lists: a new episode changes `index.json`, and every now and then, when ten
batches are settled at once, the words of the newest volume. A show of up to some hundred episodes has `index.json` only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from podfeed import media_types, paths
from podfeed.appearances import stories_in
from podfeed.digest import Immutable, derived, digest
from podfeed.model import Credit, Episode, Segment, Show
from podfeed.output import Output, rendered
from podfeed.render import page_said, words
from podfeed.search import KINDS, SHARDS, Row, shard, words_of
from podfeed.text import seconds, squash

BATCH = 60
"""Rows after which a batch is closed, with the episode that it is in."""
SETTLED = 10
"""Batches that are settled together; as many at least stay in `index.json`, and up to twice as many."""
VOLUME = 200
"""Batches whose words are looked up together."""

Rows = dict[str, list[Row]]


def outputs(show: Show) -> Iterator[tuple[str, Output]]:
    """`search/index.json` and, in a large show, the batches and words."""
    found = list(batches(show))
    count = max((len(found) - 1) // SETTLED - 1, 0) * SETTLED  # the last one may still be open
    settled, fresh = found[:count], (unheard(show), *found[count:])
    counts = tuple(batch.counts for batch in settled)
    said, files = page_said.outputs(show)
    yield paths.SEARCH_INDEX, rendered(media_types.JSON, index, counts, fresh, said)
    yield from files
    for number, batch in enumerate(settled, 1):
        yield paths.search_batch(number), rendered(media_types.JSON, listed, batch)
    start = 0
    for number in range(1, -(-count // VOLUME) + 1):
        part = tuple(settled[(number - 1) * VOLUME : number * VOLUME])
        volume = Volume(start, digest(part), part)
        start += sum(sum(batch.counts) for batch in part)
        for piece in range(SHARDS):
            yield paths.search_words(number, piece), rendered(media_types.JSON, shard_of, volume, piece)


# --- rows ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Batch(Immutable):
    """Some rows, as JSON; `counts` says how many of each kind. As one text they are named and written in no time."""

    counts: tuple[int, ...]
    text: str

    def rows(self) -> dict[str, list[list[Any]]]:
        return json.loads(self.text)  # type: ignore[no-any-return]


def batches(show: Show) -> Iterator[Batch]:
    """Everything that can be found, from the oldest episode to the newest, some hundred rows at a time, by kind:

    `episodes` [slug, title, date, more]; `segments` [episode's place, start, end, title, more], the last of an episode
    first; `stories` [slug, title, publisher, more] and `people` [slug, name, role], each where they first came up.
    `more` is searched but not shown.
    """
    _ = words.of(show.language)
    stories = {story.slug: story for story in show.stories}
    people = {person.slug: person for person in show.people}
    open_: Rows = {kind: [] for kind in KINDS}
    for this in reversed(show.episodes):
        place = len(open_["episodes"])
        more, segments = said_of(this)
        open_["episodes"].append((this.slug, this.title, _.day(this.date, show.timezone), more))
        open_["segments"] += [(place, *row) for row in segments]
        for slug in stories_in(this):
            story = stories.pop(slug, None)
            if story:
                open_["stories"].append((story.slug, story.label, story.publisher or "", " ".join(story.authors)))
        for credit in this.credits:
            person = people.pop(credit.person.slug, None)
            if person:
                open_["people"].append((person.slug, person.name, _.role(person.role or "")))
        if sum(map(len, open_.values())) >= BATCH:
            yield _batch(open_)
            open_ = {kind: [] for kind in KINDS}
    yield _batch(open_)


def unheard(show: Show) -> Batch:
    """Stories and people that no episode names: they have no place in time."""
    told = {slug for this in show.episodes for slug in stories_in(this)}
    heard = {credit.person.slug for this in show.episodes for credit in this.credits}
    _ = words.of(show.language)
    return _batch(
        {
            "stories": [
                (s.slug, s.label, s.publisher or "", " ".join(s.authors)) for s in show.stories if s.slug not in told
            ],
            "people": [(p.slug, p.name, _.role(p.role or "")) for p in show.people if p.slug not in heard],
        }
    )


def _batch(rows: Rows) -> Batch:
    return Batch(tuple(len(rows.get(kind, ())) for kind in KINDS), _text({kind: rows.get(kind, []) for kind in KINDS}))


@derived
def said_of(this: Episode) -> tuple[str, tuple[Row, ...]]:
    """What else of the episode is searched, and the rows of its segments without its place, the last one first."""
    more = (this.summary or "", _names((*this.hosts, *this.guests)), *this.tags)
    return _more(more), tuple(map(_segment, reversed(this.segments)))


def _segment(segment: Segment) -> Row:
    more = _more((segment.summary or "", _names(segment.people)))
    return seconds(segment.start), seconds(segment.end), segment.title, more


def _names(credits: tuple[Credit, ...]) -> str:
    return " ".join(credit.person.name for credit in credits)


def _more(parts: tuple[str, ...]) -> str:
    return squash(" ".join(parts))


# --- files --------------------------------------------------------------------------------------------


def index(counts: tuple[tuple[int, ...], ...], fresh: tuple[Batch, ...], said: dict[str, object]) -> bytes:
    """The head of the index, with the rows of the newest batches as if they were one."""
    rows: Rows = {kind: [] for kind in KINDS}
    for batch in fresh:
        place = len(rows["episodes"])
        for kind, given in batch.rows().items():
            rows[kind] += [[row[0] + place, *row[1:]] for row in given] if kind == "segments" else given
    return _text({"batches": counts, "volume": VOLUME, "fresh": rows, **({"said": said} if said else {})}).encode()


def listed(batch: Batch) -> bytes:
    return batch.text.encode()


@dataclass(frozen=True, slots=True)
class Volume:
    """Two hundred batches, the first row's number, and a digest that stands for all of it in keys."""

    start: int
    stamp: str
    batches: tuple[Batch, ...] = field(repr=False, compare=False)


_shards: dict[tuple[int, str], tuple[bytes, ...]] = {}  # by start and stamp: all shards of a volume cost what one does
KEPT = 128


def shard_of(volume: Volume, number: int) -> bytes:
    """The words of one shard, each with its rows as `search.decoded` reads them."""
    name = (volume.start, volume.stamp)
    if name not in _shards:
        if len(_shards) >= KEPT:
            _shards.clear()
        _shards[name] = tuple(_text(words).encode() for words in inverted(volume))
    return _shards[name][number]


def inverted(volume: Volume) -> list[dict[str, list[int]]]:
    """For each shard, its words and where they are, sorted by word."""
    values: dict[str, list[int]] = {}
    number = volume.start
    for batch in volume.batches:
        for kind, rows in batch.rows().items():
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


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
