"""Which episode is which: an episode's file finds what the ledger says of it, also after it was renamed.

An episode is known by its file's name and its recording together; where they disagree the recording counts, for it is
what listeners have on their devices. What the ledger does not know gets a guid of its own, that no other had before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from uuid import UUID, uuid5

from podfeed.ledger import Entry, Ledger
from podfeed.source.episode import Head
from podfeed.text import quote_path

Stamp = Callable[[Head], str | None]
"""The SHA-256 of the recording that an episode names; None where it cannot be had."""


def match(entries: Mapping[str, Head], taken: Iterable[str], ledger: Ledger, stamp: Stamp) -> dict[str, str]:
    """For each slug of `entries` that was published before: the slug under which the ledger knows it.

    `taken` are the names of files that could not be read whole: what the ledger says of them belongs to nobody else.
    """
    found: dict[str, str] = {}
    unread = set(taken) - set(entries)
    rows = {slug: row for slug, row in ledger.episodes.items() if slug not in unread}

    def settle(pairs: Iterable[tuple[str, str]]) -> None:
        for slug, known in pairs:
            if slug not in found and known in rows:
                found[slug] = known
                del rows[known]

    def waiting() -> Iterator[tuple[str, Head]]:
        return ((slug, entry) for slug, entry in entries.items() if slug not in found)

    settle([(s, s) for s, e in waiting() if s in rows and _named(e, rows[s])])
    by_guid = {row.guid: known for known, row in rows.items()}
    settle([(s, by_guid[e.guid]) for s, e in waiting() if e.guid and e.guid in by_guid])
    if rows:
        settle(list(_by_recording(dict(waiting()), rows, stamp)))
    settle([(s, s) for s, _ in waiting() if s in rows and rows[s].removed is None])
    return found


def _named(entry: Head, row: Entry) -> bool:
    """Whether the published recording has the name that the episode gives."""
    if entry.url:
        return row.enclosure == entry.url
    return bool(entry.file) and row.enclosure.endswith("/" + quote_path(entry.file or ""))


def _by_recording(entries: Mapping[str, Head], rows: Mapping[str, Entry], stamp: Stamp) -> Iterator[tuple[str, str]]:
    """The same bytes; an old ledger knows only names. Of two that could be meant neither is."""
    for slug, entry in entries.items():
        own = stamp(entry)
        same = [k for k, row in rows.items() if (row.stamp == own if row.stamp and own else _named(entry, row))]
        if len(same) == 1:
            yield slug, same[0]


def mint(feed: str, slug: str, used: Iterable[str]) -> str:
    """A new guid, plain ASCII and the same each time; not one of `used`, which listeners know as other episodes.

    >>> mint("917393e3-1b1e-5cef-ace4-edaa54e1f810", "vote", ())
    'urn:uuid:fd0385f1-0fab-5b72-9427-58b243e943ba'
    """
    taken = frozenset(used)
    number, name = 1, slug
    while (guid := f"urn:uuid:{uuid5(UUID(feed), name)}") in taken:
        number += 1
        name = f"{slug}#{number}"
    return guid
