"""Writing the ledger: after a publication, what went out is recorded beside the show."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from podfeed import ledger as ledgers
from podfeed import paths
from podfeed.ledger import Entry, Ledger
from podfeed.model import Episode, Show


def record(folder: Path, show: Show, now: datetime) -> bool:
    """Write what of `show` was published at `now` into the ledger; whether anything was new.

    What an earlier publication recorded stays: the first moment, and episodes that are no longer there.
    """
    path = folder / ledgers.NAME
    before = ledgers.parse(path.read_text("utf-8")) if path.exists() else Ledger()
    rows = {**before.episodes, **{e.slug: _entry(show, e, before.episodes.get(e.slug), now) for e in show.episodes}}
    kept = {entry.guid for slug, entry in rows.items() if any(e.slug == slug for e in show.episodes)}
    gone = {e.slug for e in show.episodes}
    rows = {slug: entry for slug, entry in rows.items() if slug in gone or entry.guid not in kept}
    text = ledgers.text(Ledger(guid=show.guid, episodes=rows))
    if path.exists() and path.read_text("utf-8") == text:
        return False
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    return True


def _entry(show: Show, episode: Episode, before: Entry | None, now: datetime) -> Entry:
    return Entry(
        guid=episode.guid,
        enclosure=paths.audio_url(show, episode.audio),
        length=episode.audio.file.length,
        duration=round(episode.audio.duration.total_seconds(), 3),
        published=before.published if before else episode.published or now.replace(microsecond=0),
    )
