"""What of a site differs from what is published already, so that a build looks at nothing else.

Parts are compared by their keys, the loose outputs one by one. A part with the key that it had needs no work where the
release in the making has its files from an earlier turn; one that starts with nothing links them by what the manifest says.
All other parts are taken path by path, and worked out if their key is new.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from podfeed.output import Output, Part, Site
from podfeed.publish import manifest, names
from podfeed.publish.manifest import LOOSE, Entry, Line, Manifest
from podfeed.text import same_name


@dataclass(frozen=True, slots=True)
class Work:
    """What has to be looked at path by path: the outputs by part (`groups`), what the current release has in the same parts
    and in those that are no more (`before`), and what the one in the making has (`have`). The parts in `staying` are
    there already."""

    groups: Mapping[str, Mapping[str, Output]]
    before: Mapping[str, Entry]
    have: Mapping[str, Entry]
    staying: Mapping[str, Line]

    def outputs(self) -> dict[str, Output]:
        """In the order in which they are made: paths and parts ascending, each part as it comes."""
        found: dict[str, Output] = {}
        loose = self.groups[LOOSE]
        for name in sorted([*loose, *(folder for folder in self.groups if folder != LOOSE)]):
            if name in loose:
                found[name] = loose[name]
            else:
                found |= self.groups[name]
        return found


class Comparison:
    """A site beside what the current release holds; with `clean` no part counts as published. Raises manifest.Damaged."""

    def __init__(self, site: Site, before: Manifest, *, clean: bool) -> None:
        self._site, self._before = site, before
        self._loose = _rows(before, [LOOSE])
        known: Manifest = {} if clean else before
        self._same = {f for f, one in site.parts.items() if f in known and known[f].key == one.key}

    def nothing_new(self) -> bool:
        """Whether all of it is published, and nothing else."""
        loose, ours = self._loose, self._site.loose
        return (
            len(self._same) == len(self._site.parts) == len(self._before.keys() - {LOOSE})
            and len(loose) == len(ours)
            and all(path in loose and is_of(loose[path], output) for path, output in ours.items())
        )

    def check(self) -> None:
        """Refuses paths that cannot be published (PublishProblem, see `names`).

        What stands in the current release was looked at when that was made. An unchanged part shares its folder with loose
        outputs alone, so it is worked out only where one of those is new.
        """
        site = self._site
        outside = {*site.loose, *site.beside}
        new = outside - self._loose.keys() - {path for one in self._before.values() for path in one.beside}
        folders = {folder for name, one in self._before.items() for folder in (name, *one.more)}
        shared = self._holding(new)
        looked_at = [one for folder, one in site.parts.items() if folder not in self._same or folder in shared]
        known = _rows(self._before, (one.folder for one in looked_at))
        inside = {path for one in looked_at for path in site.made(one)}
        if new or not site.folders.keys() <= folders or not inside <= known.keys():
            names.check(outside | inside, site.folders.keys())

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
        groups: dict[str, Mapping[str, Output]] = {LOOSE: self._site.loose}
        for folder, one in self._site.parts.items():
            if folder not in staying:
                groups[folder] = self._published(one) if folder in self._same else self._site.made(one)
        rows, held = (_rows(those, those.keys() - staying.keys()) for those in (self._before, have))
        return Work(groups, rows, held, staying)

    def _published(self, one: Part) -> Mapping[str, Output]:
        """The outputs of an unchanged part, which is worked out only if a file is lost."""
        rows = self._before[one.folder].rows()
        return {path: Output(e.media_type, e.key, make=partial(self._body, one, path)) for path, e in rows.items()}

    def _body(self, one: Part, path: str) -> bytes:
        return self._site.made(one)[path].body()

    def lines(self, work: Work, entries: Mapping[str, Entry]) -> Manifest:
        """The manifest after the work: `entries` are those of its outputs."""
        found = dict(work.staying)
        for folder, group in work.groups.items():
            rows = {path: entries[path] for path in group}
            if folder in self._same and all(work.before.get(path) == entry for path, entry in rows.items()):
                found[folder] = self._before[folder]
                continue
            found[folder] = manifest.line(self._site.parts.get(folder), rows)
        return found


def is_of(entry: Entry, output: Output) -> bool:
    """Whether a published file is what the output would make."""
    return entry.key == output.key and entry.media_type == output.media_type


def _rows(those: Manifest, folders: Iterable[str]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for folder in folders:
        if folder in those:
            found |= those[folder].rows()
    return found
