"""Items of feeds, made once: an episode's stands in the show's feed, in its people's and in its stories', a dozen times.

Their names say all that they are made of, so those of the show's own feeds are kept from build to build too.
"""

from __future__ import annotations

from collections.abc import Callable

from podfeed.output import Remembers


class Recent:
    """The last things that were made, as many as fit into `room` bytes."""

    def __init__(self, room: int) -> None:
        self.room = room
        self._made: dict[str, bytes] = {}
        self._size = 0
        self._used: set[str] = set()

    def get(self, name: str) -> bytes | None:
        self._used.add(name)
        return self._made.get(name)

    def used(self, room: int) -> dict[str, bytes]:
        """What somebody asked for and is still here: what was made first, as much as fits into `room` bytes."""
        found: dict[str, bytes] = {}
        for name, made in self._made.items():
            if name in self._used and len(made) <= room:
                found[name] = made
                room -= len(made)
        return found

    def put(self, name: str, made: bytes) -> bytes:
        if name in self._made:
            return made
        self._made[name] = made
        self._size += len(made)
        while self._size > self.room and len(self._made) > 1:
            self._size -= len(self._made.pop(next(iter(self._made))))
        return made


_made = Recent(256 << 20)
"""An episode's item stands in the show's feed, in its people's and in its stories', a dozen times in all. The stories' feeds
come in no order of episodes, so a large show wants nearly all of its items at hand: with room for half of 10,000 a build
took a quarter longer."""

KEPT = 32 << 20
"""Bytes of items that are kept from build to build: the feed of the show, made first, and a few archive pages."""


def recall(memory: Remembers) -> None:
    """Has the items at hand that were used in the build before. Their names say all that they are made of."""
    for name, made in (memory.recall("feed items", "", "") or {}).items():
        _made.put(name, made)


def keep(memory: Remembers) -> None:
    """Keeps those that were used in this one. Copies of this process keep theirs to themselves, so that a first build
    leaves the show's own feed, and no whole archive."""
    used = _made.used(KEPT)
    known = memory.recall("feed items", "", "") or {}
    if used.keys() != known.keys():
        memory.keep("feed items", "", "", used)


def at_hand(name: str, make: Callable[[], bytes]) -> bytes:
    """What was made under this name, or what `make` makes now."""
    made = _made.get(name)
    return _made.put(name, make()) if made is None else made
