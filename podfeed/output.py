"""An output: something the product publishes under a path, made only when somebody wants it.

Each output knows its *key*: a digest of everything it was made from. Equal keys, equal bytes. A renderer never
sees anything that is not in the key, because `rendered` digests the very arguments that it will call it with; it does so when
somebody asks for the key.

A site (`Site`) is made of *parts*: what concerns one episode, one story, one person. A part has a key as well, of the
values that it is about, so an unchanged one is known by comparing a word, and what is in it need not be looked at: neither by
a build (`podfeed.publish.comparison`) nor by a server, which works out the part of the page that it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from podfeed import __version__
from podfeed.digest import digest


class Output:
    """`media_type` is the full Content-Type. Exactly one of `make` and `source` is set:

    `make()` returns the bytes of a rendered output; `source` is a file that is published as it is and is never
    read into memory. `key` may be given as a function that works it out.
    """

    __slots__ = ("_key", "make", "media_type", "source")

    def __init__(
        self,
        media_type: str,
        key: str | Callable[[], str],
        make: Callable[[], bytes] | None = None,
        source: Path | None = None,
    ) -> None:
        self.media_type, self._key, self.make, self.source = media_type, key, make, source

    @property
    def key(self) -> str:
        key = self._key
        if not isinstance(key, str):
            key = self._key = key()
        return key

    def body(self) -> bytes:
        """The bytes, rendered or read. For media use `source` and stream it."""
        if self.make:
            return self.make()
        assert self.source is not None
        return self.source.read_bytes()


def rendered(media_type: str, render: Callable[..., bytes], *values: object, salt: object = "") -> Output:
    """An output that `render(*values)` makes. `salt` is what else its bytes depend on (say the templates)."""

    def key() -> str:
        return digest(__version__, media_type, f"{render.__module__}.{render.__qualname__}", salt, *values)

    return Output(media_type, key, make=partial(render, *values))


class Part(NamedTuple):
    """Outputs that belong together, not yet worked out: equal keys, equal outputs.

    They lie in `folder` (`episodes/vote/`, with its slash), which is the part's name too, in the `more` folders, and at the
    paths `beside` them, each of which has an output. Only loose outputs may lie in the folders as well. Where it is `small`,
    all of it is made again sooner than each output is named and compared.
    """

    folder: str
    key: str
    make: Callable[[], Iterable[tuple[str, Output]]]
    beside: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    small: bool = False


def part(
    folder: str,
    make: Callable[..., Iterable[tuple[str, Output]]],
    *values: object,
    beside: tuple[str, ...] = (),
    more: tuple[str, ...] = (),
    small: bool = False,
    salt: object = "",
) -> Part:
    """The part that `make(*values)` works out; its outputs depend on these, on the folders and on `salt` alone, as with
    `rendered`. The folder says which kind of part it is: two of one folder are made by one function."""
    key = digest(__version__, salt, folder, beside, more, *values)
    return Part(folder, key, partial(make, *values), beside, more, small)


class Early(NamedTuple):
    """What many outputs draw on, for when several processes make them: each piece of `work` leaves something at hand in the
    process that does it. `news()` gives that, and `hear(news)` has it at hand in another. The outputs of the `paths` are best
    made before the process is copied: what they draw on is soon made, and all others want it too."""

    work: tuple[Callable[[], object], ...] = ()
    news: Callable[[], Any] = lambda: None
    hear: Callable[[Any], None] = lambda news: None
    paths: tuple[str, ...] = ()


class Site(Mapping[str, Output]):
    """The whole of the product: path (`episodes/a/index.html`, no leading slash) → output.

    Its `loose` outputs, about the whole show, are there from the beginning; those of its `parts` (by name) are worked out
    when somebody wants one of them. To look one up takes at most its own part; to go through all, or to count them, takes
    every part. Whose a folder is, and a path outside of them, say `folders` and `beside`. Two outputs for one path are our bug.
    `early` is what is best done before several processes make the rest, or each would work out the same.
    """

    def __init__(self, loose: Mapping[str, Output], parts: Iterable[Part] = (), early: Early | None = None) -> None:
        self.loose = loose
        self.early = early or Early()
        self.parts: dict[str, Part] = {}
        self.folders: dict[str, Part] = {}
        self.beside: dict[str, Part] = {}
        self._made: dict[str, Mapping[str, Output]] = {}
        self._found: dict[str, Output] = {}  # a server asks for the same paths all day
        for one in parts:
            self.parts[one.folder] = one
            for folder in (one.folder, *one.more):
                if self.folders.setdefault(folder, one) is not one:
                    raise AssertionError(f"two parts want the folder {folder}")
            for path in one.beside:
                if path in loose or self.beside.setdefault(path, one) is not one:
                    raise _two_for(path)

    def made(self, one: Part) -> Mapping[str, Output]:
        """The outputs of one of its parts, by path."""
        found = self._made.get(one.folder)
        if found is None:
            found = self._made[one.folder] = self.work_out(one)
        return found

    def work_out(self, one: Part) -> Mapping[str, Output]:
        """The same for somebody who wants them once: nobody keeps them."""
        found: dict[str, Output] = {}
        for path, output in one.make():
            first = found.setdefault(path, output)
            if path in self.loose or (first is not output and first.key != output.key):
                raise _two_for(path)
            if self.part_of(path) is not one:
                raise AssertionError(f"{path} does not belong to the part {one.folder}")
        if missing := [path for path in one.beside if path not in found]:
            raise AssertionError(f"the part {one.folder} has no output for {missing[0]}")
        return found

    def part_of(self, path: str) -> Part | None:
        """The part that a path belongs to if it is not a loose one, whether it has an output or not."""
        one = self.beside.get(path)
        end = path.find("/")
        while one is None and end >= 0:
            one = self.folders.get(path[: end + 1])
            end = path.find("/", end + 1)
        return one

    def __getitem__(self, path: str) -> Output:
        found = self._found.get(path)
        if found is None:
            one = None if path in self.loose else self.part_of(path)
            found = self._found[path] = self.made(one)[path] if one else self.loose[path]
        return found

    def __contains__(self, path: object) -> bool:
        if path in self._found or path in self.loose or path in self.beside:
            return True
        one = self.part_of(path) if isinstance(path, str) else None
        return one is not None and path in self.made(one)

    def known(self, path: str) -> bool | None:
        """Whether there is such an output; None if its part would have to be worked out to say so."""
        if path in self._found or path in self.loose:
            return True
        one = self.part_of(path)
        made = self._made.get(one.folder) if one else {}
        return None if made is None else path in made

    def __iter__(self) -> Iterator[str]:
        yield from self.loose
        for one in self.parts.values():
            yield from self.made(one)

    def __bool__(self) -> bool:
        """Whether there is anything in it; to count would take every part."""
        return bool(self.loose or self.parts)

    def __len__(self) -> int:
        return len(self.loose) + sum(len(self.made(one)) for one in self.parts.values())


def site_of(outputs: Mapping[str, Output]) -> Site:
    """A site as it is, or one of loose outputs alone."""
    return outputs if isinstance(outputs, Site) else Site(outputs)


def _two_for(path: str) -> AssertionError:
    return AssertionError(f"two different outputs want the path {path}")


class Remembers(Protocol):
    """Keeps values from build to build (`podfeed.memory`)."""

    def has(self, kind: str, name: str, key: str) -> bool: ...

    def recall(self, kind: str, name: str, key: str) -> Any: ...

    def keep(self, kind: str, name: str, key: str, value: object) -> bool: ...

    def stay(self, kind: str, room: int) -> None: ...


def copied(media_type: str, stamp: str, source: Path) -> Output:
    """An output that is a file; `stamp` changes when its bytes do."""
    return Output(media_type, digest("copied", media_type, stamp), source=source)
