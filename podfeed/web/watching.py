"""When a file of a show changes: the one module that knows watchfiles.

Only what a show is made of is watched, not the whole folder: beside it lie the releases with their many folders.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

log = logging.getLogger("podfeed")

FOLDERS = ("episodes", "media", "templates")
"""Watched with all that is in them, as soon as they exist. Of the show's folder itself, only the files."""

_UNFINISHED = ("~", ".swp", ".swx", ".tmp", ".part", ".crdownload")


def start(folder: Path, changed: Callable[[], None], stop: threading.Event, *, poll: bool) -> list[threading.Thread]:
    """Threads that call `changed` after each change until `stop` is set. `poll` looks at the files' dates instead of
    asking the system, which network drives need."""
    watcher = _Watcher(folder, changed, stop, poll)
    threads = [
        threading.Thread(target=watcher.top, name="podfeed-watch", daemon=True),
        threading.Thread(target=watcher.below, name="podfeed-watch-below", daemon=True),
    ]
    for thread in threads:
        thread.start()
    return threads


class _Watcher:
    def __init__(self, folder: Path, changed: Callable[[], None], stop: threading.Event, poll: bool):
        # the system names changed files by their whole path
        self.folder, self.changed, self.stop, self.poll = folder.resolve(), changed, stop, poll

    def top(self) -> None:
        """The files of the show's folder, and whether one of its folders comes or goes."""
        for _ in self._watch(lambda: [self.folder], recursive=False):
            self.changed()

    def below(self) -> None:
        """Everything in the folders of a show that exist; looks again when one comes or goes."""
        for _ in self._watch(lambda: [self.folder / name for name in FOLDERS if (self.folder / name).is_dir()]):
            self.changed()

    def _watch(self, wanted: Callable[[], list[Path]], recursive: bool = True) -> Iterator[None]:
        from watchfiles import watch

        poll = self.poll
        while not self.stop.is_set():
            places = wanted()
            if not places:
                self.stop.wait(1)
                if wanted():
                    yield None
                continue
            try:
                changes = watch(
                    *places,
                    watch_filter=lambda _, path: is_of_the_show(Path(path), self.folder),
                    stop_event=self.stop,
                    debounce=400,
                    rust_timeout=1000,
                    yield_on_timeout=True,
                    raise_interrupt=False,
                    force_polling=poll or None,
                    recursive=recursive,
                )
                for batch in changes:
                    if batch:
                        yield None
                    if wanted() != places:
                        yield None
                        break
            except OSError as error:
                # No more watches to be had from the system, or a folder that went in this moment.
                log.info("watching by looking at dates: %s", error)
                poll = True
                self.stop.wait(1)


def is_of_the_show(path: Path, folder: Path) -> bool:
    """Whether a change of this file can change the show: not hidden, not an editor's or a copy program's half work,
    and not the public folder.

    >>> names = ("/s/show.yaml", "/s/episodes/.a.yaml.swp", "/s/media/a.mp3.part")
    >>> [is_of_the_show(Path(name), Path("/s")) for name in names]
    [True, False, False]
    """
    try:
        parts = path.relative_to(folder).parts
    except ValueError:
        return False
    if any(part.startswith((".", "#")) for part in parts) or path.name.endswith(_UNFINISHED) or path.name == "4913":
        return False
    return len(parts) > 1 or path.suffix in (".yaml", ".yml", ".json")
