"""What may be seen now: the one place that decides it.

Drafts and episodes whose time has not come are left out before a show is put together, so there is nothing to hide
later: no count, no page, no address, no story's headline can tell of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from podfeed.model import LiveStatus, Show

AFTERWARDS = timedelta(days=1)
"""How long a live broadcast is still shown as ended: every app has looked at the feed by then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What somebody may see. `now` None is the newsroom's own view: everything."""

    now: datetime | None
    drafts: bool = False
    future: bool = False

    def shows(self, *, draft: bool, release: datetime, published: datetime | None) -> bool:
        """Whether an episode is in the show.

        `published` is when it first went out, by the ledger: an episode that was out at a moment after its `release`
        stays, even if this machine's clock is now set back.
        """
        if self.now is None:
            return True
        if draft and not self.drafts:
            return False
        return self.future or release <= self.now or (published is not None and release <= published)

    def holds(self, embargo: datetime | None) -> bool:
        """Whether a story is still kept back."""
        return self.now is not None and not self.future and embargo is not None and embargo > self.now

    def airs(self, *, start: datetime, end: datetime, announce: datetime | None, draft: bool) -> LiveStatus | None:
        """What a live broadcast is by the clock; None while it may not be seen, and when it has long been over."""
        if self.now is None:
            return "pending"
        hidden = (draft and not self.drafts) or bool(announce and announce > self.now and not self.future)
        if hidden or end + AFTERWARDS <= self.now:
            return None
        return "pending" if self.now < start else "live" if self.now < end else "ended"


EVERYTHING = View(now=None, drafts=True, future=True)


def next_change(everything: Show, now: datetime) -> datetime | None:
    """The next moment at which a public view of the show would change by itself, or None if it never will.

    `everything` is the show with its drafts and future episodes.
    """
    moments = [episode.release for episode in everything.episodes if not episode.draft]
    moments += [story.embargo for story in everything.stories if story.embargo]
    for live in everything.live:
        if not live.draft:
            moments += [live.announce or live.start, live.start, live.end, live.end + AFTERWARDS]
    return min((moment for moment in moments if moment > now), default=None)
