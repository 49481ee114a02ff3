"""Which site is current: a show that is being edited, or a folder that was published.

Both give a `current()` for `web.app.create_app` that never waits. The clock is read here and in the command line,
nowhere else.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from podfeed import media_types, paths
from podfeed.output import Site, rendered, site_of
from podfeed.problem import Problem, show
from podfeed.web import watching
from podfeed.web.preview import decorate, nothing_yet
from podfeed.web.serving import Serving, Shelf

log = logging.getLogger("podfeed")

RETRY = timedelta(seconds=3)
"""While problems stand the show is read again after this time: a recording that was still being copied is whole at
some moment, and no file changes then."""

PATIENCE = 0.1
"""Seconds for which one reader waits for a new release to be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What became of a show: its site, None if problems forbid one; and when it would change by itself."""

    site: Site | None
    problems: tuple[Problem, ...] = ()
    next_change: datetime | None = None


def utc_now() -> datetime:
    return datetime.now(UTC)


class Live:
    """Keeps the site of a show current: makes it again when a file of `folder` changes and when its time comes.

    `make(now)` loads and builds the show. `told` hears of every new state. In a `preview`, pages say when they are
    out of date and what the problems are. The last good site stays while problems stand. `standing` is what `make` would
    give at this moment, where that is known already: it is served while the show is read for the first time. `published` gives
    the site that was published last, if there is one: it is the last good one where problems stand from the beginning.
    """

    def __init__(
        self,
        make: Callable[[datetime], Made],
        *,
        folder: Path | None = None,
        preview: bool = False,
        poll: bool = False,
        clock: Callable[[], datetime] = utc_now,
        told: Callable[[Made], None] = lambda made: None,
        standing: Made | None = None,
        published: Callable[[], Site | None] = lambda: None,
    ):
        self._make, self._folder, self._preview, self._poll = make, folder, preview, poll
        self._clock, self._told, self._published = clock, told, published
        self._latest = clock()
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._threads: list[threading.Thread] = []
        self._shelf = Shelf()
        self.made = standing or Made(site=None)
        self._good = self.made.site
        self._serving = self._served()

    def current(self) -> Serving:
        """The site to answer from; waits for nothing."""
        return self._serving

    def start(self) -> Made:
        """Makes the site once, then keeps it current in the background until `stop`."""
        if self._folder:
            self._threads += watching.start(self._folder, self._wake.set, self._stopping, poll=self._poll)
        if self._good is None:
            self.refresh()
        else:
            self._wake.set()
        thread = threading.Thread(target=self._keep, name="podfeed-live", daemon=True)
        self._threads.append(thread)
        thread.start()
        return self.made

    def stop(self) -> None:
        """Ends the background work and waits for it."""
        self._stopping.set()
        self._wake.set()
        for thread in self._threads:
            thread.join(timeout=5)

    def refresh(self) -> None:
        """Makes the site for this moment and puts it in place of the old one."""
        # An episode that was out stays out when the clock is set back: time never does.
        self._latest = self._now()
        previous, self.made = self.made, self._make(self._latest)
        self._good = self.made.site if self.made.site is not None else self._good
        if self._good is None:
            self._good = self._published()
        serving = self._served()
        serving.warm(self._serving.made())
        self._serving = serving
        if self.made.site is not None or previous.site is not None or self.made.problems != previous.problems:
            self._told(self.made)

    def _served(self) -> Serving:
        problems = show(self.made.problems) if self.made.site is None else ""
        return Serving(
            self._good if self._good is not None else self._nothing(),
            now=self._now,
            next_change=self.made.next_change,
            shelf=self._shelf,
            problems=problems,
            decorate=(lambda page: decorate(page, problems)) if self._preview else None,
        )

    def _now(self) -> datetime:
        return max(self._latest, self._clock())

    def _nothing(self) -> Site:
        """What a preview shows of a show that has never been without problems."""
        page = rendered(media_types.HTML, nothing_yet)
        return site_of({paths.HOME: page, paths.NOT_FOUND: page} if self._preview else {})

    def _due(self) -> datetime | None:
        """When the show has to be made again although no file changed."""
        if self.made.site is None:
            return self._latest + RETRY
        later = self.made.next_change
        return later if later and later > self._latest else None

    def _keep(self) -> None:
        while not self._stopping.is_set():
            due = self._due()
            # Short steps: when a clock is set or a machine has slept, the moment has moved.
            pause = min(1.0, max(0.0, (due - self._now()).total_seconds())) if due else 1.0
            if not self._wake.wait(pause) and (due is None or self._now() < due):
                continue
            self._wake.clear()
            if not self._stopping.is_set():
                self._try()

    def _try(self) -> None:
        try:
            self.refresh()
        except Exception:
            log.exception("the show could not be read; the last good site stays")
            self._stopping.wait(RETRY.total_seconds())
            self._wake.set()


class Built:
    """Keeps the site of a published folder current: each answer looks where `link` points now.

    `read()` reads the site, in the background. While it is being read, and if it cannot be, the site before stays.
    """

    def __init__(self, read: Callable[[], Site], link: Path, *, clock: Callable[[], datetime] = utc_now):
        self._read, self._link, self._clock = read, str(link), clock
        self._shelf, self._reading = Shelf(), threading.Lock()
        self._target = os.readlink(link)
        self._serving = self._served(read())

    def current(self) -> Serving:
        """The site to answer from. Who first sees a new release waits a moment for it, but never longer than PATIENCE:
        a small site is there at once, and of a large one the old answers until it has been read."""
        try:
            target = os.readlink(self._link)
        except OSError:
            return self._serving
        if target != self._target and self._reading.acquire(blocking=False):
            thread = threading.Thread(target=self._follow, args=(target,), name="podfeed-built", daemon=True)
            thread.start()
            thread.join(PATIENCE)
        return self._serving

    def _follow(self, target: str) -> None:
        try:
            if target != self._target:  # else somebody was quicker
                self._serving, self._target = self._served(self._read()), target
        except Exception:
            log.exception("the published site could not be read; the one before stays")
        finally:
            self._reading.release()

    def _served(self, site: Site) -> Serving:
        return Serving(site, now=self._clock, shelf=self._shelf, built=True)
