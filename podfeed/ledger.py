"""What was published, as a value: the facts that an editor's files cannot say by themselves.

`ledger.json` stands beside show.yaml, is committed with it, and is written by the program only: which guid the feed
has, and for every published episode its guid, its enclosure and the moment it first went out. Guids are read from it,
never computed anew, so that a renamed file or a moved site does not make an app fetch everything again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

NAME = "ledger.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One published episode. `enclosure` is its absolute address, `length` in bytes, `duration` in seconds;
    `stamp` is the SHA-256 of the recording as the editor gave it."""

    guid: str
    enclosure: str
    length: int | None = None
    duration: float | None = None
    stamp: str | None = None
    published: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """`guid` is the feed's own (`podcast:guid`); `episodes` maps slugs to what was published."""

    guid: str | None = None
    episodes: Mapping[str, Entry] = field(default_factory=dict)


def parse(text: str) -> Ledger:
    """The ledger in the text; ValueError if it is not one."""
    data = json.loads(text)
    try:
        episodes = {
            slug: Entry(**{**row, "published": datetime.fromisoformat(row["published"])})
            for slug, row in data["episodes"].items()
        }
        return Ledger(guid=data["guid"], episodes=episodes)
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError(f"not a ledger: {wrong}") from wrong


def text(ledger: Ledger) -> str:
    """One line an episode, sorted, so that a version control system shows and merges changes well."""

    def row(slug: str, entry: Entry) -> str:
        fields = {k: v for k, v in asdict(entry).items() if v is not None}
        fields["published"] = entry.published.astimezone(UTC).isoformat(timespec="seconds")
        return f"  {json.dumps(slug, ensure_ascii=False)}: {json.dumps(fields, ensure_ascii=False)}"

    rows = ",\n".join(row(slug, ledger.episodes[slug]) for slug in sorted(ledger.episodes))
    head = '{\n "what": "Written by podfeed; commit it with the show, do not edit it.",\n'
    return f'{head} "guid": {json.dumps(ledger.guid)},\n "episodes": {{\n{rows}\n }}\n}}\n'
