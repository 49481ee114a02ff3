"""A program that records one more publication in a show's ledger, for the tests that kill it and starve it.

    python tests/recording_ledger.py FOLDER

Between its two `access` calls, and only there, it touches FOLDER. It exits as the command line does: 0, or 3 with one line
when the storage fails.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from podfeed.model import Audio, Category, Episode, File, Image, Owner, Show
from podfeed.publish.ledger import record
from tests.faulty import between_marks

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def show(count: int) -> Show:
    """A show of so many episodes."""
    episodes = tuple(
        Episode(
            slug=f"e{n}",
            guid=f"urn:uuid:{n}",
            title="One",
            date=NOW,
            audio=Audio(file=File(href=f"media/{n}.mp3", media_type="audio/mpeg"), duration=timedelta(seconds=n + 1)),
        )
        for n in range(count)
    )
    cover = Image(file=File(href="media/cover.png", media_type="image/png"))
    return Show(
        title="S", description="S", url="https://radio.example/", language="en", author="S", cover=cover,
        owner=Owner(name="S", email="s@radio.example"), categories=(Category(name="News"),),
        guid="917393e3-1b1e-5cef-ace4-edaa54e1f810", episodes=episodes,
    )  # fmt: skip


def main(folder: str) -> None:
    with tempfile.TemporaryDirectory() as elsewhere:  # everything is imported before the faults begin
        record(Path(elsewhere), show(2), NOW, {})
        record(Path(elsewhere), show(3), NOW, {})
    ours = show(3)
    between_marks(lambda: record(Path(folder), ours, NOW, {}))


if __name__ == "__main__":
    main(*sys.argv[1:])
