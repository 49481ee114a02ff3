"""Pictures in smaller sizes, where Pillow is installed (the extra `images`); without it the originals are used.

Pillow decodes what strangers made, so it runs in a worker that can be killed. One question makes all sizes of a picture,
since decoding is what takes the time.
"""

from __future__ import annotations

import base64
import hashlib
import threading
import weakref
from importlib import metadata
from pathlib import Path

from podfeed.source.images import LARGEST
from podfeed.theme import PICTURE_WIDTHS, PictureSizes
from podfeed.worker import Died, Limits, Worker

LIMITS = Limits(seconds=10, memory=1 << 30, patience=60)
"""A picture of 40 million points takes 2 s and 500 MB; an ordinary cover 0.15 s."""
IDLE = 5.0
"""Seconds after which the worker is let go: a server that runs for months needs it only when something changes."""


def picture_sizes() -> PictureSizes | None:
    """Who makes pictures smaller; None without Pillow."""
    try:
        version = metadata.version("pillow")
    except metadata.PackageNotFoundError:
        return None
    return PictureSizes(stamp=f"Pillow {version}", make=Maker().make)


class Maker:
    """Asks a worker, one picture at a time, and keeps what became of the last one: its other sizes are wanted next."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._lock = threading.Lock()
        self._worker = Worker("podfeed.source.picture_worker", limits)
        self._timer: threading.Timer | None = None
        self._last: tuple[str, dict[int, bytes]] = ("", {})
        weakref.finalize(self, self._worker.__exit__)

    def make(self, source: Path, stamp: str, width: int) -> bytes:
        """The picture as a WebP of that width in pixels; as it is, if Pillow cannot read it in time and memory.

        Raises OSError if the file is no longer the one with this stamp.
        """
        with self._lock:
            name, made = self._last
            if name != stamp:
                made = self._ask(source, stamp)
                self._last = (stamp, made)
        return made[width] if width in made else _bytes(source, stamp)

    def _ask(self, source: Path, stamp: str) -> dict[int, bytes]:
        if self._timer:
            self._timer.cancel()
        answer = self._worker.ask({"widths": PICTURE_WIDTHS}, _bytes(source, stamp))
        self._timer = threading.Timer(IDLE, self._rest)
        self._timer.daemon = True
        self._timer.start()
        if isinstance(answer, Died) or "pictures" not in answer:
            return {}
        return {int(width): base64.b64decode(made) for width, made in answer["pictures"].items()}

    def _rest(self) -> None:
        with self._lock:
            self._worker.__exit__()
            self._last = ("", {})


def _bytes(source: Path, stamp: str) -> bytes:
    with open(source, "rb") as opened:
        data = opened.read(LARGEST + 1)
    if hashlib.sha256(data).hexdigest()[: len(stamp)] != stamp:
        raise OSError(0, "it changed while it was read; build again", str(source))
    return data
