"""Long lists in several pages whose addresses stay: numbered from the oldest, and only full ones have a number.

What is in no numbered page is in front, newest first: at least one full page of it. So a new row changes the front
alone, until there is enough for another numbered page. A list of up to two pages' rows is one page, as it always was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from podfeed import paths

Row = TypeVar("Row")

PER_PAGE = 100
"""Rows on a numbered page; the front has up to twice as many, less one."""


@dataclass(frozen=True, slots=True)
class Pager:
    """Where a page stands in its list: its `number` (None: the front), and the paths of the pages beside it,
    of which the older one has the number `before`.

    It never says how many pages there are, since every page would change with each new one.
    """

    front: str
    number: int | None = None
    newer: str | None = None
    older: str | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Part(Generic[Row]):
    """One page of a list: `rows` newest first. `pager` is None where the whole list is one page."""

    path: str
    rows: tuple[Row, ...]
    pager: Pager | None = None

    @property
    def number(self) -> int | None:
        return self.pager.number if self.pager else None


def numbered_pages(count: int, size: int | None = None) -> int:
    """How many numbered pages a list of `count` rows has.

    >>> [numbered_pages(count, size=10) for count in (0, 19, 20, 29, 30)]
    [0, 0, 1, 1, 2]
    """
    return max(count // (size or PER_PAGE) - 1, 0)


def parts(front: str, rows: Sequence[Row], size: int | None = None) -> Iterator[Part[Row]]:
    """The pages of a list, the front first, then newest first. `rows` come newest first.

    >>> [(part.path, part.rows) for part in parts("a/index.html", [5, 4, 3, 2, 1], size=2)]
    [('a/index.html', (5, 4, 3)), ('a/page/1/index.html', (2, 1))]
    """
    size = size or PER_PAGE
    pages = numbered_pages(len(rows), size)
    if not pages:
        yield Part(front, tuple(rows))
        return
    rest = len(rows) - pages * size
    yield Part(front, tuple(rows[:rest]), Pager(front, older=paths.numbered(front, pages), before=pages))
    for number in range(pages, 0, -1):
        start = rest + (pages - number) * size
        newer = paths.numbered(front, number + 1) if number < pages else front
        before = number - 1 or None
        pager = Pager(front, number, newer, paths.numbered(front, before) if before else None, before)
        yield Part(paths.numbered(front, number), tuple(rows[start : start + size]), pager)
