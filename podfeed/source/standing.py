"""What an earlier build made of the episodes' files, and whether that still stands.

An episode depends on more than its file: on recordings, pictures and transcripts in media/, on people and on what else is
said of its stories. All of that is written down beside the value. Where every bit of it is as it was, the file is not
opened, nor is the value put together: what comes back is an episode of which only the head is at hand (`podfeed.abridged`).
"""

from __future__ import annotations

import io
import os
import pickle
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, NamedTuple

from podfeed import abridged
from podfeed.abridged import Abridged
from podfeed.digest import Derived, digest, name_of, names
from podfeed.memory import Memory
from podfeed.model import Audio, Episode, File, Image, Show, Story
from podfeed.problem import Problem
from podfeed.source import files
from podfeed.source.episode import TRANSCRIPT_ENDINGS, Head, Written
from podfeed.source.people import People
from podfeed.source.schema import EpisodeFile
from podfeed.source.stories import Facts, StoryBook
from podfeed.source.yaml import Document, Reopened

HEADS, RESTS, DRAWERS = "episodes", "episode's rest", 64
"""Kinds of what is remembered: the heads lie together in a few drawers, so that an edit writes one of them anew."""

OURS = ".podfeed/"
"""Where our own files are, such as pictures out of recordings: their names say what is in them, and nobody alters them."""

Steps = tuple[str | int, ...]
Stamp = tuple[int, int, int, int]
"""Of a file: size in bytes, times of its content and of its inode in nanoseconds, number (`audio_cache.Identity`)."""


class Known(NamedTuple):
    """An episode that an earlier build put together, and what of.

    `key` is its file's, `setting` a digest of what it takes over from the show; `looked` are the files in media/ and the cache
    that it is made of, each with its stamp (None: it was not there). `links` are the stories that it names: a name of each,
    its slug ("" while it is kept back) and digest. `told` is a digest of what it says of them. `met` are people who are in no
    record: the name, where it stands, their slug. `copy` is what a copy of the recording makes of it: name, audio, derived.
    """

    key: str
    setting: str
    guid: str
    head: Head
    looked: tuple[tuple[str, Stamp | None], ...]
    links: tuple[tuple[str, str, str], ...]
    told: str
    met: tuple[tuple[str, Steps, str], ...]
    problems: tuple[Problem, ...]
    stories: tuple[str, ...]
    short: Abridged
    copy: tuple[str, Audio, Mapping[str, Any]] | None

    def linked(self, stories: StoryBook) -> dict[str, Story]:
        """The stories that its segments discuss, by slug."""
        found = (stories.by_name.get(name) for name, _, _ in self.links)
        return {story.slug: story for story in found if story and story.slug in self.stories}


@dataclass(frozen=True)
class Lasting:
    """What is derived from every episode and goes along from build to build (`digest.derived`): of the newsroom's, of the one
    that is `seen`, and again of its `recording`, which may be a copy."""

    written: tuple[Derived, ...]
    seen: tuple[Derived, ...] = ()
    recording: tuple[Derived, ...] = ()

    @cached_property
    def of_episode(self) -> frozenset[str]:
        """Under which names it is kept of an episode whose recording is its own: all of it."""
        return self.of_text | self.of_recording

    @cached_property
    def of_text(self) -> frozenset[str]:
        """The same without what is about the recording."""
        return names((*self.written, *self.seen))

    @cached_property
    def of_recording(self) -> frozenset[str]:
        """The rest, which depends on the recording too."""
        return names(self.recording)

    def ask(self, value: Episode, seen: Episode) -> None:
        """Has all of it worked out."""
        for function in self.written:
            function(value)
        for function in (*self.seen, *self.recording):
            function(seen)


class Shelf:
    """The episodes and stories that are known in a folder, and what is to be known of those that this build put together
    (`new`, by slug; None where it cannot be said for sure what one depends on)."""

    def __init__(self, folder: Path, memory: Memory) -> None:
        self.memory = memory
        self.new: dict[str, Known | None] = {}
        self._values: dict[str, Episode] = {}  # of each episode that is known, the one that this build has
        self._near = Near(folder)
        self._known: dict[str, Known] = {}
        for number in range(DRAWERS):
            self._known |= memory.unpacked(HEADS, str(number), "", self._near.loads) or {}
        self._listed: dict[str, frozenset[str]] = {}

    def find(self, slug: str, key: str) -> Known | None:
        """What is known of the file with this key, if the files beside it are as they were."""
        known = self._known.get(slug)
        if known is None or known.key != key or not self.memory.has(RESTS, slug, known.short.name):
            return None
        return known if all(self._stands(name, stamp) for name, stamp in known.looked) else None

    def latest(self, written: Written) -> Written:
        """The same with what this build put together of it: another view of the show mostly has the same episodes."""
        known = self.new.get(written.slug)
        return replace(written, known=known) if known else written

    def stamp(self, name: str) -> Stamp | None:
        """What the file system says of a file of the show; None if it is not there."""
        return _stamp(self._near.start + name)

    def _stands(self, name: str, stamp: Stamp | None) -> bool:
        if stamp is not None:
            return self.stamp(name) == stamp
        folder, _, last = (self._near.start + name).rpartition("/")
        if folder not in self._listed:  # to ask for each of ten thousand files that are not there takes longer
            try:
                self._listed[folder] = frozenset(os.listdir(folder or "."))
            except OSError:
                self._listed[folder] = frozenset()
        return last not in self._listed[folder]

    def episode(self, written: Written, setting: str, people: People, stories: StoryBook) -> Episode | None:
        """The episode as it is known, if the show, its people and its stories are to it as they were.

        People who are in no record are met on the way, as they would be in putting it together.
        """
        known = written.known
        if known is None or known.setting != setting or not all(_is_told(link, stories) for link in known.links):
            return None
        for name, steps, slug in known.met:
            person = people.person(name, written.place.below(*steps))
            if person is None or person.slug != slug:
                return None
        if written.slug not in self._values:
            # Without this shelf, which has the episode: values in a circle are not taken away by themselves.
            rest = partial(_rest, self._near, self.memory, written.slug, known.short.name)
            value = abridged.whole(known.short, written.published, rest)
            if known.copy:
                abridged.keep_copy(value, known.short, *known.copy)
            self._values[written.slug] = value
        return self._values[written.slug]

    def keep(self, written: Iterable[Written], everything: Show, seen: Mapping[str, Episode], lasting: Lasting) -> None:
        """Remembers the episodes for the next build, as far as nothing was wrong with them and their files rest.

        `everything` is the newsroom's show; `seen` are its episodes as they were published, with copies of their recordings.
        """
        values = {episode.slug: episode for episode in everything.episodes}
        found: dict[int, dict[str, Known]] = {number: {} for number in range(DRAWERS)}
        for one in written:
            known, value = self.new.get(one.slug, one.known), values.get(one.slug)
            if known and value is not None:
                found[_drawer(one.slug)][one.slug] = _with(known, value, seen.get(one.slug, value), lasting)
        before: dict[int, dict[str, Known]] = {number: {} for number in range(DRAWERS)}
        for slug, known in self._known.items():
            before[_drawer(slug)][slug] = known
        for number, rows in found.items():
            if rows.keys() != before[number].keys() or any(rows[slug] is not before[number][slug] for slug in rows):
                self.memory.keep(HEADS, str(number), "", self._near.dumps(rows))

    def put_together(
        self,
        written: Written,
        value: Episode,
        setting: str,
        facts: tuple[Facts, ...],
        told: str,
        stories: StoryBook,
        met: tuple[tuple[str, Steps, str], ...],
        problems: tuple[Problem, ...],
    ) -> None:
        """Notes what a new episode depends on, as `Known` has it."""
        self.new[written.slug] = None
        self._values.pop(written.slug, None)
        looked = self._looked(written.entry, value)
        if written.key is None or looked is None or any(p.is_error for p in problems):
            return
        if written.head.draft and problems:
            return  # an error, told as a warning: it may be about a file that is still to come
        self._values[written.slug] = value
        short, rest = abridged.abridge(value)
        self.memory.keep(RESTS, written.slug, short.name, self._near.dumps(rest))
        self.new[written.slug] = Known(
            key=written.key,
            setting=setting,
            guid=written.guid,
            head=written.head,
            looked=looked,
            links=links(facts, stories),
            told=told,
            met=met,
            problems=problems,
            stories=tuple(dict.fromkeys(link.story.slug for s in value.segments for link in s.stories)),
            short=short,
            copy=None,
        )

    def _looked(self, entry: EpisodeFile, value: Episode) -> tuple[tuple[str, Stamp | None], ...] | None:
        """The files that the episode is made of, each with its stamp; None if one of them may still be changing."""
        names = {str(file.source).removeprefix(self._near.start) for file in _files(value) if file.source}
        if entry.audio.file and not entry.transcript:
            names |= {f"media/{name}" for name in files.candidates(entry.audio.file, TRANSCRIPT_ENDINGS)}
        found = []
        for name in sorted(names):
            stamp = self.stamp(name)
            if stamp and not name.startswith(OURS) and not self.memory.settled(max(stamp[1:3])):
                return None
            found.append((name, stamp))
        return tuple(found)

    def stories(self, kind: str, key: str) -> tuple[StoryBook, list[Problem]] | None:
        """The stories that were put together of the same, if their pictures are as they were."""
        found = self.memory.unpacked(kind, "", key, self._near.loads)
        if found is None:
            return None
        looked, by_name, problems = found
        return (StoryBook(by_name), problems) if all(self._stands(*row) for row in looked) else None

    def keep_stories(self, kind: str, key: str, stories: StoryBook, problems: list[Problem]) -> None:
        """Remembers them for the next build, if they are without mistakes and their pictures rest."""
        told = [story for story in stories.by_name.values() if story]
        sources = {str(story.image.file.source) for story in told if story.image and story.image.file.source}
        looked = [(name.removeprefix(self._near.start), _stamp(name)) for name in sorted(sources)]
        rest = all(stamp and self.memory.settled(max(stamp[1:3])) for _, stamp in looked)
        if rest and not any(p.is_error for p in problems):
            for story in told:
                name_of(story)  # it goes along
            self.memory.keep(kind, "", key, self._near.dumps((looked, stories.by_name, problems)))


def _rest(near: Near, memory: Memory, slug: str, name: str) -> Mapping[str, object]:
    found: Mapping[str, object] = near.loads(memory.recall(RESTS, slug, name))
    return found


def _drawer(slug: str) -> int:
    return zlib.crc32(slug.encode()) % DRAWERS


def _with(known: Known, value: Episode, seen: Episode, lasting: Lasting) -> Known:
    """The same with what was derived meanwhile, and with a copy of its recording if there is a new one."""
    derived, copied = known.short.derived, name_of(seen) != name_of(value)
    own = known.copy[2] if copied and known.copy and known.copy[0] == name_of(seen) else {}
    if copied and not own and name_of(replace(value, audio=seen.audio)) != name_of(seen):
        # Under an embargo it looks otherwise to the public: what is derived of that is not of this one.
        seen, copied = value, False
    wanted = lasting.of_text if copied else lasting.of_episode
    if wanted <= derived.keys() and (not copied or lasting.of_recording <= own.keys()):
        return known
    lasting.ask(value, seen)
    derived = {**derived, **abridged.derived(value, wanted), **abridged.derived(seen, wanted)}
    copy = (name_of(seen), seen.audio, abridged.derived(seen, lasting.of_recording)) if copied else None
    return known._replace(short=known.short._replace(derived=derived), copy=copy)


def told(facts: Iterable[Facts]) -> str:
    """A digest of what an episode says of its stories, and where."""
    return digest(*((repr(vars(one.entry)), one.place.path) for one in facts))


def links(facts: Iterable[Facts], stories: StoryBook) -> tuple[tuple[str, str, str], ...]:
    """A name of each story, with its slug and digest."""
    found = []
    for one in facts:
        name = next((name for name in one.names if name in stories.by_name), "")
        story = stories.by_name.get(name)
        found.append((name, story.slug if story else "", name_of(story) if story else ""))
    return tuple(found)


def _is_told(link: tuple[str, str, str], stories: StoryBook) -> bool:
    name, slug, stamp = link
    story = stories.by_name.get(name)
    return (story.slug, name_of(story)) == (slug, stamp) if story else not slug


def _files(episode: Episode) -> Iterator[File]:
    for audio in (episode.audio, *(row.audio for row in episode.alternate_audio)):
        yield audio.file
        yield from _pictures((audio.cover, *(chapter.image for chapter in audio.chapters)))
    yield from _pictures((episode.image, *episode.images, *(segment.image for segment in episode.segments)))
    yield from (transcript.file for transcript in episode.transcripts)


def _pictures(images: Iterable[Image | None]) -> Iterator[File]:
    return (image.file for image in images if image)


def _stamp(file: str) -> Stamp | None:
    """What the file system says of the file; None if it is not there."""
    try:
        found = os.lstat(file)
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


# --- pickles ----------------------------------------------------------------------------------------------


class Near:
    """Writes values down and reads them back; what lies in the show's folder by its path in it, so that it may move."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.start = "" if str(folder) == "." else f"{folder}/"
        self.opened: dict[str, Reopened] = {}

    def dumps(self, value: object) -> bytes:
        made = io.BytesIO()
        pickler = _Pickler(made, pickle.HIGHEST_PROTOCOL)
        pickler.start = self.start
        pickler.dump(value)
        return made.getvalue()

    def loads(self, data: bytes) -> Any:
        unpickler = _Unpickler(io.BytesIO(data))
        unpickler.near = self
        return unpickler.load()


class _Pickler(pickle.Pickler):
    start: str

    def persistent_id(self, value: object) -> tuple[str, str] | None:
        kind = type(value)
        if kind is Document or kind is Reopened:
            return "document", value.path  # type: ignore[attr-defined]
        if kind is PATH and (text := str(value)).startswith(self.start) and (self.start or not os.path.isabs(text)):
            return "file", text[len(self.start) :]
        return None


class _Unpickler(pickle.Unpickler):
    near: Near

    def persistent_load(self, pid: tuple[str, str]) -> object:
        kind, path = pid
        if kind == "file":
            return self.near.folder / path
        if path not in self.near.opened:
            self.near.opened[path] = Reopened(path, self.near.folder)
        return self.near.opened[path]


PATH = type(Path())
