"""Items of feeds, made once: an episode's stands in the show's feed, in its people's and in its stories', a dozen times.

Their names say all that they are made of, so they are kept from build to build too, as many as there is room for.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from itertools import islice

from podfeed.output import Remembers

KIND = "feed item"
KEPT = 128 << 20
"""Bytes of items that are kept from build to build: all of some ten thousand episodes."""


class Recent:
    """The last things that were made, as many as fit into `room` bytes; those before are packed, to a fifth or so, and
    the first of them go when as many bytes of packed ones are there."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.made: dict[str, bytes] = {}
        self._packed: dict[str, bytes] = {}
        self._size = self._small = 0

    def get(self, name: str) -> bytes | None:
        made = self.made.get(name)
        if made is None and (packed := self._packed.get(name)) is not None:
            made = zlib.decompress(packed)
        return made

    def __len__(self) -> int:
        return len(self._packed) + len(self.made)

    def rows(self) -> Iterator[tuple[str, bytes]]:
        """All that are at hand, in the order in which they came."""
        yield from ((name, zlib.decompress(packed)) for name, packed in self._packed.items())
        yield from self.made.items()

    def put(self, name: str, made: bytes) -> bytes:
        if name in self.made or name in self._packed:
            return made
        self.made[name] = made
        self._size += len(made)
        while self._size > self.room and len(self.made) > 1:
            first = next(iter(self.made))
            old = self.made.pop(first)
            self._size -= len(old)
            packed = self._packed[first] = zlib.compress(old, 1)
            self._small += len(packed)
        while self._small > self.room:
            self._small -= len(self._packed.pop(next(iter(self._packed))))
        return made


_made = Recent(256 << 20)
"""The stories' feeds come in no order of episodes, so a large show wants nearly all of its items at hand: with room for half
of 10,000 a build took a quarter longer, and so one of 30,000 before items were packed."""

_memory: Remembers | None = None


def recall(memory: Remembers) -> None:
    """From now on an item that an earlier build made is taken from there."""
    global _memory
    _memory = memory


def keep(memory: Remembers) -> None:
    """Keeps those that were made, the first ones first: they are of the show's own feed. Copies of this process keep theirs
    to themselves."""
    room = KEPT
    for name, made in _made.rows():
        if (room := room - len(made)) < 0:
            break
        if not memory.has(KIND, name, ""):
            memory.keep(KIND, name, "", made)
    memory.stay(KIND, KEPT)


def news() -> dict[str, bytes]:
    """What was made and `hear` was not told of: for another process (`podfeed.output.Early`)."""
    return dict(islice(_made.rows(), _heard, None))


def hear(made: dict[str, bytes]) -> None:
    """Has at hand what another process made."""
    global _heard
    for name, one in made.items():
        _made.put(name, one)
    _heard = len(_made)


_heard = 0
"""How many of those at hand, the first ones, every process knows."""


def at_hand(name: str, make: Callable[[], bytes]) -> bytes:
    """What was made under this name, or what `make` makes now."""
    made = _made.get(name)
    if made is None:
        made = _memory.recall(KIND, name, "") if _memory else None
        made = _made.put(name, make() if made is None else made)
    return made
