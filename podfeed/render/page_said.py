"""What was said, for the search page: the words of all transcripts, and each transcript's passages.

Apart from the rest of the index, and loaded only by readers who ask for it: it is many times as large. Its form is
explained in `podfeed.search`. Episodes count from the oldest; a full volume of a thousand never changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from podfeed import media_types, paths
from podfeed.digest import Immutable, digest
from podfeed.model import Episode, Show, Transcript
from podfeed.output import Output, rendered
from podfeed.render.json_text import compact
from podfeed.render.page_transcript import chosen, runs
from podfeed.search import SHARDS, shard, words
from podfeed.text import seconds, squash

SETTLED = 10
"""Episodes whose words are settled together; as many at least are in `said-fresh.json`, and up to twice as many."""
FEW = 60
"""Episodes up to which a show has all its words in `said-fresh.json`."""
VOLUME = 1_000
"""Episodes whose words are looked up together."""

Told = tuple[int, Transcript]
"""An episode's number, counted from the oldest, and what was said in it."""


def outputs(show: Show) -> tuple[dict[str, object], Iterator[tuple[str, Output]]]:
    """What `index.json` says about it (nothing where nothing is transcribed), and the files."""
    episodes = tuple(reversed(show.episodes))
    told = [(number, script) for number, episode in enumerate(episodes) if (script := chosen(episode))]
    if not told:
        return {}, iter(())
    count = (len(episodes) // SETTLED - 1) * SETTLED if len(episodes) > FEW else 0
    volumes: dict[int, list[Told]] = {}
    for number, script in told:
        if number < count:
            volumes.setdefault(number // VOLUME + 1, []).append((number, script))
    fresh = tuple((number, script) for number, script in told if number >= count)
    return {"volumes": list(volumes), "fresh": bool(fresh)}, _files(episodes, told, volumes, fresh)


def _files(
    episodes: tuple[Episode, ...], told: list[Told], volumes: dict[int, list[Told]], fresh: tuple[Told, ...]
) -> Iterator[tuple[str, Output]]:
    for number, script in told:
        yield paths.search_said(episodes[number].slug), rendered(media_types.JSON, passages, script)
    for name, rows in volumes.items():
        volume = Volume(digest(*rows), tuple(rows))
        for piece in range(SHARDS):
            yield paths.search_said_words(name, piece), rendered(media_types.JSON, shard_of, volume, piece)
    if fresh:
        yield paths.SEARCH_SAID_FRESH, rendered(media_types.JSON, all_words, fresh)


def passages(script: Transcript) -> bytes:
    """One voice for a while each: [start in seconds or null, voice, words]."""
    rows = []
    for _segment, run in runs(script.cues, ()):
        start = run[0].start
        said = squash(" ".join(cue.text for cue in run))
        rows.append([None if start is None else seconds(start), run[0].speaker or "", said])
    return compact(rows)


@dataclass(frozen=True, slots=True)
class Volume(Immutable):
    """A thousand episodes' transcripts, and a digest that stands for them in keys."""

    stamp: str
    told: tuple[Told, ...] = field(repr=False, compare=False)


_shards: dict[str, tuple[bytes, ...]] = {}  # by stamp: all shards of a volume cost what one does
KEPT = 8


def shard_of(volume: Volume, number: int) -> bytes:
    """The words of one shard, each with the numbers of its episodes as `search.decoded` reads them."""
    if volume.stamp not in _shards:
        if len(_shards) >= KEPT:
            _shards.clear()
        pieces: list[dict[str, list[int]]] = [{} for _ in range(SHARDS)]
        for word, steps in inverted(volume.told):
            pieces[shard(word)][word] = steps
        _shards[volume.stamp] = tuple(compact(piece) for piece in pieces)
    return _shards[volume.stamp][number]


def all_words(told: tuple[Told, ...]) -> bytes:
    return compact(dict(inverted(told)))


def inverted(told: Iterable[Told]) -> Iterator[tuple[str, list[int]]]:
    """Each word, in order, with the differences of its episodes' doubled numbers."""
    numbers: dict[str, list[int]] = {}
    for number, script in told:
        for word in dict.fromkeys(words(" ".join(cue.text for cue in script.cues))):
            numbers.setdefault(word, []).append(number)
    for word in sorted(numbers):
        found = numbers[word]
        yield word, [2 * (after - before) for before, after in zip((0, *found), found, strict=False)]
