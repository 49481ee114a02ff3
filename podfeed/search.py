"""Searching: what a word is, where it is looked up, and in which order what is found comes.

The index is a set of small JSON files, so that a reader loads what one search needs and not the whole archive:

* `index.json`: how many rows of each kind each *batch* has, and the newest rows themselves;
* `batch-<n>.json`: the rows of some episodes and of what first came up in them, batches numbered from the oldest;
* `words-<volume>-<shard>.json`: for two hundred batches, the words of one shard and the rows that have them;
* `said-<volume>-<shard>.json` and `said-fresh.json`: likewise the words of transcripts and the episodes that have them,
  counted from the oldest;
* `said/<slug>.json`: what was said in one episode, passage by passage.

A row is known by its number: its batch's first, plus its place in it. Rows of a kind stand oldest first, so the newest
has the highest number. `render.page_search` writes these files; the page's script (`templates/static/search.js`) reads
them in the browser and `web.searching` on our server, both in the way that is written down here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any
from unicodedata import category, normalize

KINDS = ("episodes", "segments", "stories", "people")
"""In the order in which they stand in a batch."""

SHARDS = 128
PREFIX = 3
"""Characters that decide a word's shard; so many are needed for a word to be found by its beginning."""
LONGEST_QUERY = 100
MOST_WORDS = 8
LONGEST_WORD = 40

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Scripts that put no space between words: Thai to Khmer, kana, Han."""
_PIECE = re.compile(f"[{_UNSPACED}]+|[^\\W_{_UNSPACED}]+")
_ARTICLE = re.compile("^[\u0628\u0641\u0643\u0648]?\u0627\u0644(?=.{3})")
"""Arabic writes the article, and some short prepositions before it, as one word with the noun: who asks for the noun means both."""
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")


def plain(text: str) -> str:
    """The text without accents and capitals.

    >>> plain("Émile in ÅRHUS"), plain("Beschließt")
    ('emile in arhus', 'beschliesst')
    """
    if not text.isascii():
        text = "".join(c for c in normalize("NFKD", text) if category(c)[0] != "M")
    return text.lower().replace("ς", "σ").replace("ß", "ss")


def words(text: str, *, asked: bool = False) -> Iterator[str]:
    """The words of a text. Where a script has no spaces: pairs of characters, and single ones too unless `asked`.

    >>> list(words("Don't cross Bridge 42")), list(words("港口投", asked=True))
    (['don', 'cross', 'bridge', '42'], ['港口', '口投'])
    """
    for piece in _PIECE.findall(plain(text)):
        if _IS_UNSPACED.match(piece):
            if len(piece) == 1 or not asked:
                yield from piece
            yield from (piece[n : n + 2] for n in range(len(piece) - 1))
        elif len(piece) > 1:
            yield _ARTICLE.sub("", piece)[:LONGEST_WORD]


def query(text: str) -> tuple[str, ...]:
    """The words that somebody asks for: each once, not too many."""
    return tuple(dict.fromkeys(words(text[:LONGEST_QUERY], asked=True)))[:MOST_WORDS]


def meant(asked: str, word: str) -> bool:
    """Whether somebody who asks for one word means the other: the same, or its beginning.

    >>> meant("brid", "bridge"), meant("br", "bridge"), meant("br", "br")
    (True, False, True)
    """
    return word == asked or (len(asked) >= PREFIX and word.startswith(asked))


def shard(word: str) -> int:
    """Which shard has the word: words that begin alike share one.

    >>> shard("bridge") == shard("bring"), shard("bridge") == shard("port")
    (True, False)
    """
    number = 0
    for character in word[:PREFIX]:
        number = (number * 31 + ord(character)) & 0xFFFFFFFF
    return number % SHARDS


# --- rows -------------------------------------------------------------------------------------------

Row = tuple[str | int, ...] | list[Any]


def title_of(kind: str, row: Row) -> str:
    return str(row[3] if kind == "segments" else row[1])


def more_of(kind: str, row: Row) -> str:
    """What else is searched."""
    parts = row[4:] if kind == "segments" else row[2:] if kind in ("stories", "people") else row[3:]
    return " ".join(str(part) for part in parts)


def words_of(kind: str, row: Row) -> dict[str, bool]:
    """Each word of a row, and whether it is in the row's title."""
    found = dict.fromkeys(words(more_of(kind, row)), False)
    found.update(dict.fromkeys(words(title_of(kind, row)), True))
    return found


def decoded(posting: Iterable[int]) -> Iterator[tuple[int, bool]]:
    """The rows that have a word, and whether in their title; written as differences of twice the row's number, plus
    one where it is the title.

    >>> list(decoded([6, 3, 1]))
    [(3, False), (4, True), (5, False)]
    """
    for value in accumulate(posting):
        yield value >> 1, bool(value & 1)


# --- searching --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """A row that is found, with the episode of its batch that it belongs to, if it is a segment."""

    kind: str
    row: list[Any]
    episode: list[Any] | None


Passage = tuple[str | None, str, tuple[tuple[str, bool], ...]]
"""When it begins (seconds, as text), who speaks, and the words around what was asked for, each with whether it was."""

PASSAGES = 3  # of one episode
BEFORE, AFTER = 8, 24  # words around the first that was asked for


def passages(rows: Iterable[list[Any]], asked: tuple[str, ...]) -> list[Passage]:
    """The passages that have most of the words, in the order in which they were said."""
    scored = []
    for place, (start, voice, text) in enumerate(rows):
        has = set(words(text))
        score = sum(any(meant(word, other) for other in has) for word in asked)
        if score:
            scored.append((-score, place, start, voice, text))
    best = sorted(scored)[:PASSAGES]
    return [
        (start, voice, snippet(text, asked))
        for _score, _place, start, voice, text in sorted(best, key=lambda row: row[1])
    ]


def snippet(text: str, asked: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
    """Some words of a text around the first that is asked for.

    >>> snippet("a b c the Bridge d", ("bridge",))
    (('a', False), ('b', False), ('c', False), ('the', False), ('Bridge', True), ('d', False))
    """
    parts = [part for word in text.split() for part in re.findall("(?s).{1,30}", word)]
    marked = [any(meant(word, other) for other in words(part) for word in asked) for part in parts]
    first = max((marked.index(True) if True in marked else 0) - BEFORE, 0)
    last = first + BEFORE + AFTER
    shown = list(zip(parts[first:last], marked[first:last], strict=True))
    return (*[("…", False)] * (first > 0), *shown, *[("…", False)] * (last < len(parts)))


class Head:
    """What `index.json` says, made ready to search in; the same for every search."""

    def __init__(self, parsed: dict[str, Any]):
        self.counts: list[list[int]] = parsed["batches"]
        self.fresh: dict[str, list[list[Any]]] = parsed["fresh"]
        self.volumes = -(-len(self.counts) // parsed["volume"])
        self.starts = [0, *accumulate(sum(counts) for counts in self.counts)]
        self.words = [words_of(kind, row) for kind in KINDS for row in self.fresh[kind]]
        self.said: dict[str, Any] = parsed.get("said", {"volumes": [], "fresh": False})
        self._episodes = [0, *accumulate(counts[0] for counts in self.counts)]

    def episode(self, number: int) -> tuple[int, int]:
        """The batch and place of an episode, which are counted from the oldest."""
        batch = bisect_right(self._episodes, number) - 1
        return batch, number - self._episodes[batch]

    def place(self, number: int) -> tuple[int, str, int]:
        """The batch (counted from 0; one more than there are: the fresh rows), kind and place of a row."""
        batch = bisect_right(self.starts, number) - 1
        place = number - self.starts[batch]
        fresh = batch == len(self.counts)
        counts = [len(self.fresh[kind]) for kind in KINDS] if fresh else self.counts[batch]
        for kind, count in zip(KINDS, counts, strict=True):
            if place < count:
                return batch, kind, place
            place -= count
        raise IndexError(number)


class Index:
    """The index of a site. `load(name)` gives the parsed JSON of one of its other files."""

    def __init__(self, head: Head, load: Callable[[str], Any]):
        self._head, self._load = head, load

    def find(self, asked: tuple[str, ...]) -> dict[str, list[int]]:
        """Kind → the numbers of the rows that have every word; first those with all of them in their title, then the
        newest. `asked` are words of `query`."""
        hits: dict[int, bool] = {}
        if asked:
            for volume in range(1, self._head.volumes + 1):
                hits.update(self._in_volume(f"words-{volume}-{{}}.json", asked))
            hits.update(self._in_fresh(asked))
        found: dict[str, list[int]] = {kind: [] for kind in KINDS}
        for number in sorted(hits, key=lambda number: (hits[number], number), reverse=True):
            found[self._head.place(number)[1]].append(number)
        return found

    def said(self, asked: tuple[str, ...]) -> list[int]:
        """The episodes in which every word was said, newest first, counted from the oldest."""
        names = [f"said-{volume}-{{}}.json" for volume in self._head.said["volumes"]]
        names += ["said-fresh.json"] if self._head.said["fresh"] else []
        found = (number for name in names for number in self._in_volume(name, asked)) if asked else ()
        return sorted(found, reverse=True)

    def passages(self, number: int, asked: tuple[str, ...]) -> tuple[list[Any], list[Passage]]:
        """An episode's row, by its number among episodes, and the passages where the words were said."""
        batch, place = self._head.episode(number)
        row = self._rows(batch)["episodes"][place]
        return row, passages(self._load(f"said/{row[0]}.json"), asked)

    def _rows(self, batch: int) -> dict[str, list[list[Any]]]:
        fresh = batch == len(self._head.counts)
        rows: dict[str, list[list[Any]]] = self._head.fresh if fresh else self._load(f"batch-{batch + 1}.json")
        return rows

    def row(self, number: int) -> Found:
        batch, kind, place = self._head.place(number)
        rows = self._rows(batch)
        row = rows[kind][place]
        return Found(kind, row, rows["episodes"][row[0]] if kind == "segments" else None)

    def _in_volume(self, name: str, asked: tuple[str, ...]) -> dict[int, bool]:
        together: dict[int, bool] | None = None
        for word in sorted(asked, key=len, reverse=True):  # long words are rare: the others need not be loaded then
            has: dict[int, bool] = {}
            for other, posting in self._load(name.format(shard(word))).items():
                if meant(word, other):
                    for number, in_title in decoded(posting):
                        has[number] = has.get(number, False) or in_title
            if together is None:
                together = has
            else:
                together = {number: both and has[number] for number, both in together.items() if number in has}
            if not together:
                break
        return together or {}

    def _in_fresh(self, asked: tuple[str, ...]) -> Iterator[tuple[int, bool]]:
        for number, has in enumerate(self._head.words, self._head.starts[-1]):
            ways = [_in_row(word, has) for word in asked]
            if None not in ways:
                yield number, all(ways)


def _in_row(asked: str, has: Mapping[str, bool]) -> bool | None:
    """Whether a word is in the row's title; None if it is not in the row."""
    ways = [in_title for word, in_title in has.items() if meant(asked, word)]
    return any(ways) if ways else None
