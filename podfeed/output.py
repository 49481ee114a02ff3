"""An output: something the product publishes under a path, made only when somebody wants it.

Each output knows its *key*: a digest of everything it was made from. Equal keys, equal bytes. A renderer never
sees anything that is not in the key, because `rendered` digests the very arguments that it will call it with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from podfeed import __version__
from podfeed.digest import digest


@dataclass(frozen=True, slots=True)
class Output:
    """`media_type` is the full Content-Type. Exactly one of `make` and `source` is set:

    `make()` returns the bytes of a rendered output; `source` is a file that is published as it is and is never
    read into memory.
    """

    media_type: str
    key: str
    make: Callable[[], bytes] | None = None
    source: Path | None = None

    def body(self) -> bytes:
        """The bytes, rendered or read. For media use `source` and stream it."""
        if self.make:
            return self.make()
        assert self.source is not None
        return self.source.read_bytes()


Site: TypeAlias = Mapping[str, Output]
"""The whole of the product: path (`episodes/a/index.html`, no leading slash) → output."""


def rendered(media_type: str, render: Callable[..., bytes], *values: object, salt: object = "") -> Output:
    """An output that `render(*values)` makes. `salt` is what else its bytes depend on (say the templates)."""
    name = f"{render.__module__}.{render.__qualname__}"
    key = digest(__version__, media_type, name, salt, *values)
    return Output(media_type, key, make=lambda: render(*values))


def copied(media_type: str, stamp: str, source: Path) -> Output:
    """An output that is a file; `stamp` changes when its bytes do."""
    return Output(media_type, digest("copied", media_type, stamp), source=source)
