"""The site that a public folder holds, for those who serve it. Only the parts that somebody asks for are looked into."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from podfeed.output import Output, Part, Site
from podfeed.publish import manifest
from podfeed.publish.manifest import LOOSE, Entry, Line
from podfeed.publish.place import Place
from podfeed.publish.problem import PublishProblem

ToOutput = Callable[[str, Entry], Output]
"""From the place of a published file and what is known of it to an output."""


def read_built(folder: Path) -> Site:
    """The site that was published to `folder`: files of its current release, their SHA-256 as their keys."""
    return _site(folder, lambda place, entry: Output(entry.media_type, entry.sha256, source=Path(place)))


def read_standing(folder: Path) -> Site:
    """The same, each output with its own key where it has one: a site of which all is already made."""

    def output(place: str, entry: Entry) -> Output:
        if entry.media_type.startswith(("audio/", "video/", "image/")):
            return Output(entry.media_type, entry.key or entry.sha256, source=Path(place))
        return Output(entry.media_type, entry.key or entry.sha256, make=partial(_read, place))

    return _site(folder, output)


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _site(folder: Path, output: ToOutput) -> Site:
    place = Place(Path(os.path.abspath(folder)))
    number = place.current()
    held = manifest.read(Path(place.manifest(number))) if number else None
    if number is None or held is None:
        raise PublishProblem(f"{folder} has not been built yet", "run podfeed build first")
    root = place.release(number) + "/"
    try:
        loose = _Files(root, held[LOOSE].rows() if LOOSE in held else {}, output)
    except manifest.Damaged:
        raise PublishProblem(f"{folder} is damaged", "run podfeed build") from None
    parts = (
        Part(name, line.key, partial(_outputs, root, line, output), line.beside, line.more)
        for name, line in held.items()
        if name != LOOSE
    )
    return Site(loose, parts)


def _outputs(root: str, line: Line, output: ToOutput) -> Iterator[tuple[str, Output]]:
    for path, entry in line.rows().items():
        yield path, output(root + path, entry)


class _Files(Mapping[str, Output]):
    """Outputs that are made of their entries one at a time: there are many, and few are asked for."""

    def __init__(self, root: str, rows: Mapping[str, Entry], output: ToOutput) -> None:
        self._root, self._rows, self._output = root, rows, output

    def __getitem__(self, path: str) -> Output:
        return self._output(self._root + path, self._rows[path])

    def __contains__(self, path: object) -> bool:
        return path in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)
