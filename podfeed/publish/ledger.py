"""Writing the ledger: after a publication, what went out is recorded beside the show."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from podfeed import ledger as ledgers
from podfeed import paths
from podfeed.ledger import Entry, Ledger
from podfeed.model import Episode, Show
from podfeed.publish.problem import PublishProblem


def record(folder: Path, show: Show, now: datetime, stamps: Mapping[str, str], removed: Collection[str] = ()) -> bool:
    """Write what of `show` was published at `now` into the ledger; whether anything was new.

    `stamps` are the SHA-256 of the editor's recordings, by slug; `removed` the episodes that were taken out on purpose.
    What an earlier publication recorded stays: the first moment, and episodes that are no longer there.
    Raises PublishProblem if somebody made the ledger unreadable meanwhile, OSError if it cannot be written.
    """
    path = folder / ledgers.NAME
    with _turn(folder):
        with suppress(FileNotFoundError):
            _half(path).unlink()  # what a killed build left
        old = path.read_text("utf-8") if path.exists() else None
        try:
            before = ledgers.parse(old) if old is not None else Ledger()
        except ledgers.Unreadable as wrong:
            raise PublishProblem(f"{path}: {wrong.message}", wrong.hint) from None
        after = _after(before, show, now, stamps, removed)
        if old is not None and after == before and ledgers.is_current(old):
            return False
        text = ledgers.text(after)
        if old == text:
            return False
        _replace(path, text)
    return True


def _after(before: Ledger, show: Show, now: datetime, stamps: Mapping[str, str], removed: Collection[str]) -> Ledger:
    by_guid = {entry.guid: entry for entry in before.episodes.values()}
    published = {episode.guid for episode in show.episodes}
    rows = {slug: entry for slug, entry in before.episodes.items() if entry.guid not in published}
    for slug in removed:
        if slug in rows and rows[slug].removed is None:
            rows[slug] = replace(rows[slug], removed=now.replace(microsecond=0))
    for episode in show.episodes:
        rows[episode.slug] = _entry(show, episode, by_guid.get(episode.guid), now, stamps.get(episode.slug))
    return Ledger(guid=show.guid, episodes=rows)


def _entry(show: Show, episode: Episode, before: Entry | None, now: datetime, stamp: str | None) -> Entry:
    return Entry(
        guid=episode.guid,
        enclosure=paths.audio_url(show, episode.audio),
        length=episode.audio.file.length,
        duration=round(episode.audio.duration.total_seconds(), 3),
        stamp=stamp,
        times=episode.times,
        published=before.published if before else episode.published or now.replace(microsecond=0),
    )


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """One writer at a time: a server and a build may publish one show."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _half(path: Path) -> Path:
    return path.with_name(f".{path.name}.new")


def _replace(path: Path, text: str) -> None:
    """The old ledger or the new one, whatever happens to us; on the disk when this returns."""
    temporary = _half(path)
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # fsync(2): a new name needs its folder brought to the disk too
    finally:
        os.close(folder)
