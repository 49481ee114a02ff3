"""Chapters inside the recordings that are published: a copy of each with its segments written into its tags.

Many apps show only chapters that are in the file. The editor's own file is never touched; the copy lies in the cache
under a key of the file and its chapters, so it is made once, and the same input gives the same bytes.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from podfeed.abridged import copy_of
from podfeed.appearances import segment_count
from podfeed.digest import Derived, derived, digest
from podfeed.media_types import CHAPTERED, suffix
from podfeed.model import RELATIONS, Episode, Segment, Show
from podfeed.problem import Problem, Span
from podfeed.source.audio_cache import MAY_NOT_WRITE, identify, stamp_of
from podfeed.source.audio_pool import LIMITS, ask_all
from podfeed.text import ascii_url, squash

VERSION = 3
"""Of the writer: raise it whenever the same chapters would be written differently."""

LARGEST_PICTURE = 512_000  # bytes: every listener fetches it with the recording, once a chapter
MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Wish:
    """A copy that is wanted: of what it is, and its `folder`, in which nothing else lies."""

    episode: Episode
    key: str
    source: Path
    folder: str

    @property
    def target(self) -> str:
        return f"{self.folder}/{self.source.name}"


def embed(show: Show, cache: Path) -> tuple[Show, tuple[Problem, ...]]:
    """The show with its recordings replaced by copies that carry their chapters, and what could not be done."""
    problems = [problem for episode in show.episodes if (problem := unsupported(episode))]
    wishes = _wishes(show, cache / "published")
    lengths = [_length(wish) for wish in wishes]
    missing = [wish for wish, length in zip(wishes, lengths, strict=True) if length is None]
    problems += _make(missing)
    made = {
        wish.episode.slug: (wish, length) for wish, length in zip(wishes, lengths, strict=True) if length is not None
    }
    made |= {wish.episode.slug: (wish, length) for wish in missing if (length := _length(wish)) is not None}
    for wish, _ in made.values():
        with suppress(OSError):
            os.utime(wish.folder)  # `prune` leaves what was used lately
    episodes = tuple(_with_copy(e, *made[e.slug]) if e.slug in made else e for e in show.episodes)
    return replace(show, episodes=episodes), tuple(problems)


def wanted(show: Show) -> frozenset[str]:
    """The keys of the copies that `embed` makes for a show."""
    return frozenset(key_of_copy(episode) for episode, _source in _writable(show))


def prune(cache: Path, keep: Collection[str], *, before: float | None = None) -> None:
    """Delete the copies whose key (the stamp of a recording in the embedded show) is not in `keep`.

    With `before`, in seconds since 1970, only those that no build and no server has used since then.
    """
    with suppress(OSError):
        for entry in os.scandir(cache / "published"):
            if entry.name in keep or _in_work(entry.name):
                continue
            if before is None or entry.stat(follow_symlinks=False).st_mtime < before:
                shutil.rmtree(entry.path, ignore_errors=True)


def _in_work(name: str) -> bool:
    """Whether a process that still runs is making this copy."""
    parts = name.split("-")
    if parts[0] != ".making" or os.name == "nt":  # there, asking whether a process runs would end it
        return parts[0] == ".making"
    try:
        os.kill(int(parts[1]), 0)
    except (OSError, ValueError, IndexError):
        return False
    return True


# --- what is to be written -----------------------------------------------------------------------------------


def _embeddable(show: Show) -> Iterator[tuple[Episode, Path]]:
    """The episodes whose segments are to be in their recordings, each with its file."""
    for episode in show.episodes:
        source = episode.audio.file.source
        if episode.embed_chapters and source is not None and segment_count(episode):
            yield episode, source


def _writable(show: Show) -> Iterator[tuple[Episode, Path]]:
    """Those of which a copy can be written. One file cannot carry the chapters of two episodes; and where it is a trailer or an
    episode's other form too, its length and digest are announced as those of the file that was given."""
    used = Counter(_uses(show))
    for episode, source in _embeddable(show):
        if suffix(source.name) in CHAPTERED and used[episode.audio.file.href] == 1:
            yield episode, source


def _uses(show: Show) -> Iterator[str]:
    """The address of each recording in the show, as often as it is wanted."""
    for trailer in show.trailers:
        yield trailer.file.href
    for episode in show.episodes:
        yield episode.audio.file.href
        yield from other_forms(episode)


@derived
def other_forms(episode: Episode) -> tuple[str, ...]:
    """The addresses of the recordings that an episode offers beside its own."""
    return tuple({row.audio.file.href for row in episode.alternate_audio} - {episode.audio.file.href})


def _wishes(show: Show, published: Path) -> list[Wish]:
    """The copies of a show, their targets in `published`."""
    return [_wish(episode, source, published) for episode, source in _writable(show)]


def _wish(episode: Episode, source: Path, published: Path) -> Wish:
    key = key_of_copy(episode)
    return Wish(episode, key, source, f"{published}/{key}")


@derived
def key_of_copy(episode: Episode) -> str:
    """What the copy of its recording is known by: the recording, and what is to be written into it."""
    pictures = [segment.image.file.stamp if segment.image else "" for segment in episode.segments]
    rows = [{**chapter, "picture": stamp} for chapter, stamp in zip(_chapters(episode), pictures, strict=True)]
    return digest("embedded", VERSION, episode.audio.file.stamp, rows)


def _chapters(episode: Episode) -> list[dict]:
    """What is to be written into the recording."""
    return [_chapter(segment) for segment in episode.segments]


def _chapter(segment: Segment) -> dict:
    """A segment as the worker takes it; the primary story comes first."""
    stories = sorted(segment.stories, key=lambda link: RELATIONS.index(link.rel))
    links: dict[str, str] = {}
    for link in (*stories[:1], *(link for link in segment.stories if link is not stories[0])):
        if link.story.link:
            links[_free(squash(link.story.label), links)] = ascii_url(link.story.link)
    return {
        "start": round(segment.start / MILLISECOND),
        "end": round(segment.end / MILLISECOND),
        "title": squash(segment.title),
        "links": list(links.items()),
        "picture": _picture(segment),
    }


def _free(label: str, taken: Collection[str]) -> str:
    """The label, numbered if there is one like it: two links of one name would be one (ID3v2.3 §4.3.2)."""
    name, number = label, 1
    while name in taken:
        number += 1
        name = f"{label} ({number})"
    return name


def _picture(segment: Segment) -> str | None:
    file = segment.image.file if segment.image else None
    if file is None or file.source is None or (file.length or 0) > LARGEST_PICTURE:
        return None
    return os.fspath(file.source)


# --- how it is made ------------------------------------------------------------------------------------------


def _make(wishes: list[Wish]) -> list[Problem]:
    """Make the copies, each in a folder of its own that gets its name when it is complete."""
    folders = [Path(w.folder).with_name(f".making-{os.getpid()}-{secrets.token_hex(4)}") for w in wishes]
    problems = []
    try:
        for folder in folders:
            folder.mkdir(parents=True)
    except OSError as error:
        if error.errno not in MAY_NOT_WRITE:
            raise
        why = "this account may not write in the show's folder"
        hint = "recordings are published as they are; let the account write in .podfeed, or set embed_chapters: no"
        return [_failed(wish.episode, why, hint) for wish in wishes]
    try:
        answers = ask_all([_request(wish, folder) for wish, folder in zip(wishes, folders, strict=True)])
        for wish, folder, answer in zip(wishes, folders, answers, strict=True):
            if problem := _finished(wish, folder, answer):
                problems.append(problem)
    finally:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
    return problems


def _request(wish: Wish, folder: Path) -> dict:
    """Copying takes its time: a second of computing for 20 MB, a second on the clock for 1 MB, is plenty."""
    length = wish.episode.audio.file.length or 0
    return {
        "job": "embed",
        "file": os.fspath(wish.source),
        "target": os.fspath(folder / wish.source.name),
        "chapters": _chapters(wish.episode),
        "seconds": LIMITS.seconds + length / 20_000_000,
        "patience": LIMITS.patience + length / 1_000_000,
    }


def _finished(wish: Wish, folder: Path, answer: dict) -> Problem | None:
    """Put the copy in its place, if it is one of the recording that we know."""
    if "refused" in answer:
        return _failed(wish.episode, answer["refused"]["message"])
    try:
        if stamp_of(identify(wish.source)) != wish.episode.audio.file.stamp:
            return _failed(wish.episode, "it changed meanwhile")
        os.utime(folder / wish.source.name, ns=(_date(wish), _date(wish)))
        if _length(wish) is None:
            shutil.rmtree(wish.folder, ignore_errors=True)  # damaged, or of an older version
        os.rename(folder, wish.folder)
    except OSError as error:
        if not os.path.exists(wish.target):  # else another build was quicker
            return _failed(wish.episode, error.strerror or "it cannot be copied")
    return None


def _length(wish: Wish) -> int | None:
    """Of the copy, in bytes; None if it has not been made, or somebody altered it since."""
    try:
        found = os.lstat(wish.target)
    except OSError:
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) and found.st_mtime_ns == _date(wish) else None


def _date(wish: Wish) -> int:
    """Which date a copy bears, in nanoseconds since 1970: one that follows from its name, so that whatever writes to it shows. In
    even seconds, which every file system knows, between 1980 and 2014."""
    return (315_532_800 + int(wish.key[:7], 16) * 4) * 10**9


def _with_copy(episode: Episode, wish: Wish, length: int) -> Episode:
    known = copy_of(episode)
    if known and (known.audio.file.stamp, known.audio.file.length) == (wish.key, length):
        return known
    file = replace(episode.audio.file, source=Path(wish.target), length=length, stamp=wish.key)
    return replace(episode, audio=replace(episode.audio, file=file))


def _span(episode: Episode) -> Span:
    origin = episode.audio.origin
    return origin.span() if origin else Span(f"episodes/{episode.slug}.yaml")


@derived
def unsupported(episode: Episode) -> Problem | None:
    """That the segments are to be written into a recording of a kind for which we cannot."""
    source = episode.audio.file.source
    ending = suffix(source.name) if source else ""
    if not source or ending in CHAPTERED or not episode.embed_chapters or not episode.segments:
        return None
    return Problem(
        level="info",
        code="embed-unsupported",
        message=f"the segments are not written into the recording: podfeed cannot do that for {ending}",
        span=_span(episode),
        hint="apps find them in the feed all the same; an MP3 carries them too, embed_chapters: no ends this note",
    )


def _failed(
    episode: Episode,
    why: str,
    hint: str = "it is published as it is; save it anew in your audio editor and build again",
) -> Problem:
    return Problem(
        level="warning",
        code="embed-failed",
        message=f"the segments could not be written into the recording: {why}",
        span=_span(episode),
        hint=hint,
    )


LASTING: tuple[Derived, ...] = (key_of_copy, other_forms, unsupported)
"""What is asked of every episode, and stays as it is while the episode does."""
