"""What of a site differs from what is published already, so that a build looks at nothing else.

Parts are compared by their keys, the loose outputs one by one. A part with the key that it had needs no work where the
release in the making has its files from an earlier turn; one that starts with nothing links them by what the manifest says.
All other parts are a `Piece` of work each, which is worked out when its turn has come and let go of after it, by whichever
process takes it: a whole show is never in memory as outputs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from podfeed.output import Output, Part, Site
from podfeed.publish import manifest, names
from podfeed.publish.manifest import LOOSE, Entry, Line, Manifest
from podfeed.text import same_name


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the site (None: its loose outputs) and its outputs, with what the current release (`held`) and the one in
    the making (`have`) hold of it; `before` is the first with what lay elsewhere. `line` is that of the current release if
    the part is published as it is to be. With `clean` everything is made anew."""

    part: Part | None
    outputs: Mapping[str, Output]
    held: Mapping[str, Entry]
    before: Mapping[str, Entry]
    have: Mapping[str, Entry]
    clean: bool
    line: Line | None = None

    def is_published(self, path: str) -> Entry | None:
        """What the current release has under this path, if it is what the output would make."""
        entry = self.trusted(path)
        if entry is None or self.line:
            return entry
        if self._small:
            return None  # to look at the bytes is quicker
        return entry if is_of(entry, self.outputs[path]) else None

    def trusted(self, path: str) -> Entry | None:
        """What the current release has under this path, if it may be taken over."""
        return None if self.clean else self.before.get(path)

    def key(self, path: str) -> str:
        """Under which key an output is published."""
        return "" if self._small else self.outputs[path].key

    @property
    def _small(self) -> bool:
        return self.part is not None and self.part.small and self.line is None

    def filled(self, entries: Mapping[str, Entry]) -> Line:
        """Its line in the manifest with these entries; the one of before where nothing is otherwise."""
        if self.line and all(self.before.get(path) == entry for path, entry in entries.items()):
            return self.line
        return manifest.line(self.part, entries)


class Comparison:
    """A site beside what the current release holds; with `clean` no part counts as published. Raises manifest.Damaged."""

    def __init__(self, site: Site, before: Manifest, *, clean: bool) -> None:
        self._site, self._before, self._clean = site, before, clean
        self.loose = _rows(before, LOOSE)
        known: Manifest = {} if clean else before
        self._same = {f for f, one in site.parts.items() if f in known and known[f].key == one.key}

    def nothing_new(self) -> bool:
        """Whether all of it is published, and nothing else."""
        loose, ours = self.loose, self._site.loose
        return (
            len(self._same) == len(self._site.parts) == len(self._before.keys() - {LOOSE})
            and len(loose) == len(ours)
            and all(path in loose and is_of(loose[path], output) for path, output in ours.items())
        )

    def check(self) -> None:
        """Refuses paths that cannot be published (PublishProblem, see `names`), as far as they are known; `piece` does the rest.

        What stands in the current release was looked at when that was made. An unchanged part shares its folder with loose
        outputs alone, so it is worked out only where one of those is new.
        """
        site = self._site
        outside = {*site.loose, *site.beside}
        new = outside - self.loose.keys() - {path for one in self._before.values() for path in one.beside}
        folders = {folder for name, one in self._before.items() for folder in (name, *one.more)}
        if new or not site.folders.keys() <= folders:
            names.check(outside, site.folders.keys())
        for folder in self._holding(new) & self._same:
            self._check_inside(site.parts[folder], site.made(site.parts[folder]))

    def _check_inside(self, one: Part, paths: Iterable[str]) -> None:
        lying = (path for folder in (one.folder, *one.more) for path in self._lying[same_name(folder[:-1])])
        names.check({*paths, *lying})

    @cached_property
    def _lying(self) -> Mapping[str, list[str]]:
        """The loose outputs, and those beside parts, that lie in the folder of a part on some file system."""
        owned = {same_name(folder[:-1]) for folder in self._site.folders}
        found: dict[str, list[str]] = defaultdict(list)
        for path in (*self._site.loose, *self._site.beside):
            for folder in names.folders_of(same_name(path)):
                if folder in owned:
                    found[folder].append(path)
        return found

    def _holding(self, paths: Iterable[str]) -> set[str]:
        """The parts, by name, in whose folders the paths lie on some file system."""
        lying = {folder for path in paths for folder in names.folders_of(same_name(path))}
        if not lying:
            return set()
        return {one.folder for folder, one in self._site.folders.items() if same_name(folder[:-1]) in lying}

    def unchanged(self) -> dict[str, Line]:
        """The parts that are published as they are to be."""
        return {folder: self._before[folder] for folder in self._same}

    def work(self, have: Manifest, linked: Manifest) -> Work:
        """What is left to do where the release in the making has the files of `have`, or of these `linked` parts."""
        staying = {
            f: line for f, line in self.unchanged().items() if f in linked or (f in have and have[f].text == line.text)
        }
        return Work(self, self._site, self._before, have, staying)

    def piece(
        self, folder: str, held: Mapping[str, Entry], moved: Mapping[str, Entry], have: Mapping[str, Entry]
    ) -> Piece:
        """A part to be looked at path by path, or what is loose. Raises PublishProblem for paths that cannot be published."""
        before = {**moved, **held} if moved else held
        if folder == LOOSE:
            return Piece(None, self._site.loose, held, before, have, self._clean)
        one = self._site.parts[folder]
        if folder in self._same:
            outputs = {p: Output(e.media_type, e.key, make=partial(self._body, one, p)) for p, e in held.items()}
            return Piece(one, outputs, held, before, have, self._clean, self._before[folder])
        outputs = dict(self._site.work_out(one))
        if not outputs.keys() <= held.keys():
            self._check_inside(one, outputs)
        return Piece(one, outputs, held, before, have, self._clean)

    def _body(self, one: Part, path: str) -> bytes:
        """Of an unchanged part, which is worked out only if a file of it is lost."""
        return self._site.made(one)[path].body()


class Work:
    """What is left to do. The parts in `staying` are in the release already; all others, by name, are in `waiting`, and `new`
    is how many of these have to be made. Of what lies no more in a part of this name, or is no longer loose, `moved` is what
    the current release has, and `leaving` what the one in the making has. `empty` says that it has nothing from an earlier
    turn."""

    def __init__(
        self, compared: Comparison, site: Site, before: Manifest, have: Manifest, staying: Mapping[str, Line]
    ) -> None:
        self._compared, self._site, self._before, self._have = compared, site, before, have
        self.staying = staying
        self.waiting = [folder for folder in site.parts if folder not in staying]
        self.new = len(site.parts) - len(compared.unchanged())
        self.moved = dict(self._elsewhere(before))
        self.leaving = dict(self._elsewhere(have))
        self.empty = not have

    def _elsewhere(self, held: Manifest) -> Iterator[tuple[str, Entry]]:
        for folder, line in held.items():
            if folder == LOOSE:
                yield from ((path, entry) for path, entry in line.rows().items() if path not in self._site.loose)
            elif folder not in self.staying and not self._in_place(folder, line):
                yield from line.rows().items()

    def _in_place(self, folder: str, line: Line) -> bool:
        one = self._site.parts.get(folder)
        return one is not None and (one.beside, one.more) == (line.beside, line.more)

    def loose(self) -> Piece:
        """The outputs about the whole show."""
        return self.piece(LOOSE)

    def piece(self, folder: str) -> Piece:
        """A part that is waiting, worked out."""
        held, have = (self._held(those, folder) for those in (self._before, self._have))
        return self._compared.piece(folder, held, self.moved, have)

    def _held(self, those: Manifest, folder: str) -> Mapping[str, Entry]:
        line = those.get(folder)
        if line is None:
            return {}
        if folder == LOOSE:
            return {path: entry for path, entry in line.rows().items() if path in self._site.loose}
        return line.rows() if self._in_place(folder, line) else {}

    def has_loose(self, path: str) -> bool:
        """Whether a path is that of a loose output."""
        return path in self._site.loose

    @property
    def is_most(self) -> bool:
        """Whether half of the site has to be made or more."""
        return 2 * self.new >= len(self._site.parts)

    def draft(self, paths: Iterable[str]) -> None:
        """Makes the outputs of these paths that are not in the release, and forgets them."""
        for path in paths:
            one = self._site.part_of(path)
            if path in self._site and (one is None or one.folder not in self.staying):
                self._site[path].body()


def is_of(entry: Entry, output: Output) -> bool:
    """Whether a published file is what the output would make."""
    return entry.media_type == output.media_type and entry.key != "" and entry.key == output.key


def _rows(those: Manifest, folder: str) -> Mapping[str, Entry]:
    return those[folder].rows() if folder in those else {}
