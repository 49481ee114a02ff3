"""What lies in a show's folder, read once: entries with places, recordings, the ledger, and what is wrong so far."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import time
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from podfeed import ledger as ledgers
from podfeed import paths
from podfeed.digest import digest
from podfeed.ledger import Ledger
from podfeed.memory import Memory
from podfeed.problem import Problem, Span, error, warning
from podfeed.source import files, yaml
from podfeed.source.audio_cache import identify
from podfeed.source.audio_hash import sha256_of
from podfeed.source.episode import Head, Written, head_of
from podfeed.source.fields import Clock, quoted
from podfeed.source.lines import MAX_BYTES
from podfeed.source.matching import Stamp, match, mint
from podfeed.source.places import Place
from podfeed.source.recordings import Recordings
from podfeed.source.recordings import read as read_recordings
from podfeed.source.schema import EpisodeFile, PersonEntry, ShowFile, StoryRecord
from podfeed.source.show import feed_guid, site_url
from podfeed.source.standing import Known, Shelf
from podfeed.source.stories import Facts
from podfeed.source.tag_entries import AudioEntry
from podfeed.source.validate import salvage, validate
from podfeed.text import is_device, same_name, slugify
from podfeed.vocabulary import LIST_MEDIUMS

CACHE = ".podfeed/cache"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A show's folder as it was read. `partly` are files with mistakes: what is right in them is looked at too, so that all is told at once; it is never shown."""

    folder: Path
    entry: ShowFile | None
    place: Place | None
    guid: str
    people: Mapping[str, tuple[PersonEntry, Place]]
    stories: Mapping[str, Facts]
    episodes: tuple[Written, ...]
    partly: tuple[Written, ...]
    recordings: Recordings
    ledger: Ledger
    problems: tuple[Problem, ...]
    memory: Memory
    shelf: Shelf

    @property
    def media(self) -> Path:
        return self.folder / "media"

    def recorded(self, episodes: Iterable[Written], before: Recordings) -> Recordings:
        """The recordings with those of the episodes: of one that is known they are not read at first."""
        return read_recordings(self.media, _all_audio(None, episodes), self.folder / CACHE, before)


def read(folder: Path) -> Source:
    """Read the show in `folder`. What is wrong becomes a Problem; OSError only for a machine that fails."""
    problems: list[Problem] = []
    ledger = _ledger(folder, problems)
    document = _document(folder, "show.yaml", problems)
    clock = _clock(document)
    entry, place = None, None
    if document is not None:
        entry, found = validate(document, ShowFile, clock)
        place = Place(document)
        problems += found
    elif not os.path.lexists(folder / "show.yaml"):
        hint = "make one with title, description, url, language, author, owner, category and cover"
        problems.append(error("no-show", "there is no show.yaml here", Span("show.yaml"), hint))
    guid = (entry and entry.guid) or ledger.guid or feed_guid(site_url(entry.url if entry else "") + paths.FEED)
    people = dict(_records(folder, "people.yaml", PersonEntry, clock, problems))
    stories = {key: Facts(e, p, key) for key, (e, p) in _records(folder, "stories.yaml", StoryRecord, clock, problems)}
    partly: list[Written] = []
    memory = Memory.open(folder / CACHE / "memory")
    shelf = Shelf(folder, memory)
    episodes = tuple(_episodes(folder, clock, guid, ledger, shelf, problems, partly))
    if entry and entry.medium in LIST_MEDIUMS:  # names episodes of other shows
        problems = [problem for problem in problems if problem.code != "no-episodes"]
    opened = [written for written in (*episodes, *partly) if not written.known]
    recordings = read_recordings(folder / "media", _all_audio(entry, opened), folder / CACHE)
    return Source(
        folder=folder,
        entry=entry,
        place=place,
        guid=guid.lower(),
        people=people,
        stories=stories,
        episodes=episodes,
        partly=tuple(partly),
        recordings=recordings,
        ledger=ledger,
        problems=tuple(problems),
        memory=memory,
        shelf=shelf,
    )


def show_file(folder: Path) -> ShowFile | None:
    """What show.yaml says, nothing else looked at; None if it cannot be used."""
    document = _document(folder, "show.yaml", [])
    return validate(document, ShowFile, _clock(document))[0] if document is not None else None


def _all_audio(entry: ShowFile | None, episodes: Iterable[Written]) -> Iterator[AudioEntry]:
    for trailer in entry.trailer if entry else ():
        if "://" not in trailer.audio:
            yield AudioEntry(file=trailer.audio)
    for episode in episodes:
        yield episode.entry.audio
        yield from episode.entry.alternate_audio


def _document(folder: Path, name: str, problems: list[Problem]) -> yaml.Document | None:
    path = folder / name
    try:
        if special := files.kind(path):
            hint = "copy the file itself here"
            problems.append(error(_special_code(special), f"this is {special}, not a file", Span(name), hint))
            return None
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except PermissionError:
        problems.append(error("file-unreadable", "this file may not be read", Span(name), "change its permissions"))
        return None
    document, found = yaml.read(name, data)
    problems += found
    return document


def _special_code(special: str) -> str:
    return "file-is-link" if "link" in special else "file-special"


def _clock(document: yaml.Document | None) -> Clock:
    """The show's zone and hour, as far as show.yaml has them right: its own validation says what is wrong."""
    data = document.data if document is not None else {}
    try:
        zone = ZoneInfo(str(data.get("timezone") or "UTC"))
    except (ValueError, KeyError, OSError):
        zone = ZoneInfo("UTC")
    try:
        return Clock(zone, time.fromisoformat(str(data.get("publish_time") or "00:00").zfill(5)))
    except ValueError:
        return Clock(zone, time(0))


def _records(folder: Path, name: str, kind, clock: Clock, problems: list[Problem]) -> Iterator:
    """(key, (entry, place)) for each record of people.yaml or stories.yaml."""
    document = _document(folder, name, problems)
    if document is None:
        return
    seen: dict[str, str] = {}
    for key in document.data:
        if not _can_be_an_address(key):
            hint = f"write {slugify(key) or 'a-short-name'}"
            message = f"{quoted(key)} cannot be an address: letters, digits and hyphens only"
            problems.append(error("bad-name", message, document.span(key, key=True), hint))
            continue
        other = seen.setdefault(same_name(key), key)
        if other != key:
            twin = ((document.span(other, key=True), "the other"),)
            message = f"{quoted(key)} and {quoted(other)} are one name when capitals and accents do not count"
            problems.append(error("same-slug", message, document.span(key, key=True), "rename one", related=twin))
            continue
        entry, found = validate(document, kind, clock, key)
        problems += found
        if entry is not None:
            yield key, (entry, Place(document, (key,)))


LONGEST_NAME = 195  # bytes: with an ending it still fits every file system


def _can_be_an_address(name: str) -> bool:
    """As a folder of the site on every computer, and as an address that can be read aloud."""
    return bool(re.fullmatch(r"\w[\w-]*", name)) and len(name.encode()) <= LONGEST_NAME and not is_device(name)


def _episodes(
    folder: Path,
    clock: Clock,
    guid: str,
    ledger: Ledger,
    shelf: Shelf,
    problems: list[Problem],
    partly: list[Written],
) -> Iterator[Written]:
    names = _episode_names(folder, problems)
    heads: dict[str, Head] = {}
    read: dict[str, tuple[Callable[[], EpisodeFile], Place, str | None]] = {}
    entries: dict[str, EpisodeFile] = {}
    known: dict[str, Known] = {}
    for name in names:
        slug = name.removesuffix(".yaml")
        path = f"episodes/{name}"
        key = _key(f"{folder}/{path}", clock, shelf.memory)
        if key and shelf.memory.has(KIND, slug, key):
            recall: Callable[[], EpisodeFile] = partial(shelf.memory.recall, KIND, slug, key)
            if found := shelf.find(slug, key):
                known[slug], heads[slug] = found, found.head
            else:
                entries[slug] = recall()
                heads[slug] = head_of(entries[slug])
            read[slug] = recall, Place(yaml.Reopened(path, folder)), key
            continue
        told = len(problems)
        document = _document(folder, path, problems)
        if document is None:
            continue
        entry, found_wrong = validate(document, EpisodeFile, clock)
        problems += found_wrong if not _is_draft(document) else map(of_draft, found_wrong)
        if entry is not None:
            heads[slug], entries[slug] = head_of(entry), entry
            if key and len(problems) == told and shelf.memory.keep(KIND, slug, key, entry):
                read[slug] = partial(shelf.memory.recall, KIND, slug, key), Place(yaml.Reopened(path, folder)), key
            else:
                read[slug] = partial(_same, entry), Place(document), None
            continue
        rest = salvage(document, EpisodeFile, clock)
        if rest is not None:
            partly.append(_partly(slug, rest, Place(document)))
    matched = match(heads, (name.removesuffix(".yaml") for name in names), ledger, _stamp(folder))
    used = frozenset({row.guid for row in ledger.episodes.values()} | {h.guid for h in heads.values() if h.guid})
    for slug, (recall, place, key) in read.items():
        row = ledger.episodes[matched[slug]] if slug in matched else None
        own = heads[slug].guid or (row.guid if row else mint(guid, slug, used))
        published = row.published if row else None
        before = known.get(slug)
        if before and before.guid != own:
            before = None
        written = Written(
            slug=slug, head=heads[slug], place=place, guid=own, published=published, read=recall, key=key, known=before
        )
        yield written.keep(entries[slug]) if slug in entries else written


KIND = "episode's file"


def _same(entry: EpisodeFile) -> EpisodeFile:
    return entry


def _partly(slug: str, entry: EpisodeFile, place: Place) -> Written:
    return Written(slug=slug, head=head_of(entry), place=place, guid="", published=None, read=partial(_same, entry))


def _key(file: str, clock: Clock, memory: Memory) -> str | None:
    """What an episode's file as it stands is remembered under; None if its dates may not tell of the next change."""
    try:
        identity = identify(file)
    except OSError:
        return None
    rested = memory.settled(max(identity.mtime, identity.ctime))
    return digest(clock, identity) if identity.ordinary and rested else None


def _stamp(folder: Path) -> Stamp:
    """What `match` asks of recordings; only those of new or renamed episodes are asked for."""

    def stamp(head: Head) -> str | None:
        found = files.find(folder / "media", head.file) if head.file and not head.url else None
        try:
            return sha256_of(found, folder / CACHE) if isinstance(found, Path) else None
        except OSError:
            return None  # reading it says what is the matter

    return stamp


def _is_draft(document: yaml.Document) -> bool:
    return str(document.data.get("draft")).casefold() in ("yes", "true", "on", "y")


def of_draft(problem: Problem) -> Problem:
    """What is wrong with a draft does not stop the show, since a draft is not in it."""
    return replace(problem, level="warning") if problem.is_error else problem


def _episode_names(folder: Path, problems: list[Problem]) -> list[str]:
    """The episodes' files in order of name; each other file and each odd name is told."""
    try:
        entries = sorted(os.scandir(folder / "episodes"), key=lambda e: e.name)
    except FileNotFoundError:
        hint = "make episodes/ with one file an episode"
        problems.append(error("no-episodes", "there is no episodes/ folder", Span("episodes"), hint))
        return []
    names: list[str] = []
    seen: dict[str, str] = {}
    for entry in entries:
        name, span = entry.name, Span(f"episodes/{entry.name}")
        if name.startswith("."):
            continue
        if not entry.is_file(follow_symlinks=False) and (special := files.kind(Path(entry.path))):
            if name.endswith((".yaml", ".yml")):
                hint = "copy the file itself here"
                problems.append(error(_special_code(special), f"this is {special}, not a file", span, hint))
            continue
        stem, _, ending = name.rpartition(".")
        if ending.lower() in ("yml", "yaml") and ending != "yaml":
            problems.append(error("bad-name", "an episode's file ends in .yaml", span, f"rename it {stem}.yaml"))
        elif ending != "yaml":
            problems.append(warning("stray-file", "this is not an episode", span, "recordings belong in media/"))
        elif not _can_be_an_address(stem):
            hint = f"rename it {slugify(stem) or 'episode'}.yaml"
            problems.append(error("bad-name", "the file's name cannot be an address", span, hint))
        elif same_name(stem) in seen:
            twin = Span(f"episodes/{seen[same_name(stem)]}")
            message = "two episodes have the same address when capitals and accents do not count"
            problems.append(error("same-slug", message, span, "rename one", related=((twin, "the other"),)))
        else:
            seen[same_name(stem)] = name
            names.append(name)
    if not names and not any(p.span.path.startswith("episodes") for p in problems):
        hint = "add a file such as episodes/2026-03-02-harbour-vote.yaml"
        problems.append(error("no-episodes", "there is no episode yet", Span("episodes"), hint))
    return names


def _ledger(folder: Path, problems: list[Problem]) -> Ledger:
    path = folder / ledgers.NAME
    span = Span(ledgers.NAME)
    try:
        if special := files.kind(path):
            message = f"ledger.json is {special}, not an ordinary file"
            problems.append(error(_special_code(special), message, span, "put the file itself there"))
            return Ledger()
        data = path.read_bytes()
    except FileNotFoundError:
        return Ledger()
    except PermissionError:
        problems.append(error("file-unreadable", "this file may not be read", span, "change its permissions"))
        return Ledger()
    try:
        return ledgers.load(data)
    except ledgers.Unreadable as wrong:
        lines = data.decode("utf-8-sig", "replace").split("\n")
        line = lines[wrong.line - 1].rstrip("\r")[:200] if 0 < wrong.line <= len(lines) else ""
        span = Span(ledgers.NAME, wrong.line, wrong.column, max(1, len(line) - wrong.column + 1), line)
        problems.append(error(wrong.code, wrong.message, span, wrong.hint))
        return Ledger()
