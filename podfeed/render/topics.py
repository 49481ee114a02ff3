"""What episodes and stories are gathered under: tags and publishers, each with a name for its page's address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import TypeVar

from podfeed import paths
from podfeed.model import Episode, Story
from podfeed.text import short_hash, slugify

Row = TypeVar("Row")
Topics = dict[str, tuple[str, tuple[Row, ...]]]
"""Name in the address → the topic as it was first written, and its rows in the order in which they came."""


@lru_cache(maxsize=10_000)
def slug(name: str) -> str:
    """A topic's name in addresses; differences of capitals and accents do not count, those of C++ and C# do.

    >>> slug("City Paper") == slug("city paper"), slug("!?"), slug("C++"), slug("C#")
    (True, '8faf', 'c-f1de', 'c-0402')
    """
    made, own = slugify(name), short_hash(name)[:4]
    return f"{made}-{own}" if made and ("+" in name or "#" in name) else made or own


def tagged(episodes: Iterable[Episode]) -> Topics[Episode]:
    """Episodes by tag. They come newest first; the oldest says how a tag is written."""
    return _gathered(episodes, lambda episode: episode.tags)


def published(rows: Iterable[Row], story: Callable[[Row], Story]) -> Topics[Row]:
    """Rows by the publisher of their story."""
    return _gathered(rows, lambda row: (publisher,) if (publisher := story(row).publisher) else ())


def _gathered(rows: Iterable[Row], names: Callable[[Row], tuple[str, ...]]) -> Topics[Row]:
    found: dict[str, list[Row]] = {}
    written: dict[str, str] = {}
    for row in rows:
        own = names(row)
        for key, name in {slug(name): name for name in own}.items() if len(own) != 1 else ((slug(own[0]), own[0]),):
            found.setdefault(key, []).append(row)
            written[key] = name
    return {key: (written[key], tuple(rows)) for key, rows in found.items()}


def fronts(tags: Iterable[tuple[str, ...]], told: Iterable[Story]) -> Iterator[tuple[str, int]]:
    """The page of each topic, with how many rows it has. `tags` are those of each episode, `told` the stories that were on air."""
    for key, (_name, rows) in _gathered(tags, lambda own: own).items():
        yield paths.tag(key), len(rows)
    for key, (_name, stories) in published(told, lambda story: story).items():
        yield paths.publisher(key), len(stories)
