"""Broadcast time and podcast time: what an episode's `cuts` do to an offset, in both directions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from podfeed.model import Cut


def to_podcast(air: timedelta, cuts: Iterable[Cut]) -> timedelta:
    """The offset in the podcast of an offset in the broadcast; inside a cut it is where the cut is.

    >>> cut = Cut(at=timedelta(minutes=30), removed=timedelta(minutes=2))
    >>> [str(to_podcast(timedelta(minutes=m), [cut])) for m in (10, 31, 40)]
    ['0:10:00', '0:30:00', '0:38:00']
    """
    removed = timedelta(0)
    for cut in sorted(cuts, key=lambda cut: cut.at):
        if air <= cut.at:
            break
        removed += min(cut.removed, air - cut.at)
    return air - removed


def to_air(podcast: timedelta, cuts: Iterable[Cut]) -> timedelta:
    """The offset in the broadcast of an offset in the podcast.

    >>> cut = Cut(at=timedelta(minutes=30), removed=timedelta(minutes=2))
    >>> [str(to_air(timedelta(minutes=m), [cut])) for m in (10, 38)]
    ['0:10:00', '0:40:00']
    """
    air = podcast
    for cut in sorted(cuts, key=lambda cut: cut.at):
        if air <= cut.at:
            break
        air += cut.removed
    return air
