"""An output: something the product publishes under a path, made only when somebody wants it.

Each output knows its *key*: a digest of everything it was made from. Equal keys, equal bytes. A renderer never
sees anything that is not in the key, because `rendered` digests the very arguments that it will call it with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeAlias

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


@dataclass(frozen=True, slots=True)
class Part:
    """Outputs that belong together, not yet worked out: equal keys, equal outputs.

    Only rendered outputs: a part that an earlier build has worked out comes back as their paths, types and keys.
    """

    name: str
    key: str
    make: Callable[[], Iterable[tuple[str, Output]]]


def part(name: str, make: Callable[..., Iterable[tuple[str, Output]]], *values: object, salt: object = "") -> Part:
    """The part that `make(*values)` works out; its outputs depend on these and on `salt` alone, as with `rendered`.

    The name says which kind of part it is: two of one name are made by one function.
    """
    return Part(name, digest(__version__, salt, *values), partial(make, *values))


class Remembers(Protocol):
    """Keeps values from build to build (`podfeed.memory`)."""

    def recall(self, kind: str, name: str, key: str) -> Any: ...

    def keep(self, kind: str, name: str, key: str, value: object) -> None: ...


def outputs_of(part: Part, memory: Remembers | None) -> Mapping[str, Output]:
    """The part's outputs, by path; those of an equal part in the build before are not worked out until one is made."""
    known = memory.recall("part", part.name, part.key) if memory else None
    if known is not None:
        later = _Later(part)
        return {path: Output(media_type, key, partial(later.body, path)) for path, media_type, key in known}
    made = dict(part.make())
    if memory:
        memory.keep("part", part.name, part.key, [(path, made[path].media_type, made[path].key) for path in made])
    return made


class _Later:
    """A part that is worked out when the first of its outputs is wanted."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._made: Mapping[str, Output] | None = None

    def body(self, path: str) -> bytes:
        if self._made is None:
            self._made = dict(self._part.make())
        return self._made[path].body()


def copied(media_type: str, stamp: str, source: Path) -> Output:
    """An output that is a file; `stamp` changes when its bytes do."""
    return Output(media_type, digest("copied", media_type, stamp), source=source)
