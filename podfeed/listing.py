"""What a show holds, as rows for people and programs (`podfeed list`)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from podfeed.appearances import by_person, hours_in, moments, segment_count
from podfeed.model import Show
from podfeed.text import format_time, visible


def rows(show: Show, what: str, now: datetime) -> list[dict[str, Any]]:
    """One row an episode, story or person; the newest, or the most heard, first."""
    if what == "episodes":
        return [
            {
                "slug": e.slug,
                "date": e.date.isoformat(sep=" ", timespec="minutes"),
                "state": "draft" if e.draft else "scheduled" if e.release > now else "published",
                "length": format_time(e.audio.duration),
                "segments": segment_count(e),
                "title": e.title,
            }
            for e in show.episodes
        ]
    if what == "stories":
        found = Counter(moment.story for episode in show.episodes for moment in moments(episode))
        stories = sorted(show.stories, key=lambda s: (-found[s.slug], s.slug))
        return [
            {"slug": s.slug, "segments": found[s.slug], "title": s.label, "url": s.url or s.listed} for s in stories
        ]
    heard = by_person(show.episodes)
    people = [
        {
            "slug": p.slug,
            "episodes": len(heard.get(p.slug, ())),
            "time": format_time(hours_in(heard.get(p.slug, ()), p.slug)),
            "name": p.name,
        }
        for p in show.people
    ]
    return sorted(people, key=lambda row: (-row["episodes"], row["slug"]))


def table(found: list[dict[str, Any]]) -> str:
    """The rows in columns."""
    if not found:
        return "Nothing yet."
    cells = [[visible(str(value or "")) for value in row.values()] for row in found]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in cells)
