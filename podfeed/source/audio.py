"""What a recording says about itself: length, tags, chapters and pictures, asked in a process that may be killed.

A recording may come from anybody, and a 188-byte file makes its reader loop for ever. So nothing here opens one:
`audio_worker` does, with limits on time and memory, and only for files that are not in the cache.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from podfeed.media_types import AUDIO, suffix
from podfeed.source.audio_cache import Cache, Identity, identify, stamp_of
from podfeed.source.audio_manual import MANUAL

if TYPE_CHECKING:
    from podfeed.worker import Limits

__all__ = [
    "MANUAL",
    "AudioChapter",
    "AudioFacts",
    "AudioRefused",
    "Picture",
    "read_all",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture from inside a recording. `file` lies in the cache; `stamp` is the beginning of its SHA-256."""

    file: Path
    media_type: str
    width: int | None
    height: int | None
    length: int
    stamp: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioChapter:
    """A mark inside the recording, as its maker set it; `url` is http or https."""

    start: timedelta
    end: timedelta | None
    title: str
    url: str | None
    picture: Picture | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioFacts:
    """`length` in bytes, `bitrate` in bits a second. `estimated`: the duration is worked out from the size alone.

    `remarks` are warnings, each a code, a sentence and what to do.
    """

    media_type: str
    length: int
    stamp: str
    duration: timedelta
    bitrate: int | None
    estimated: bool
    title: str | None
    artist: str | None
    album: str | None
    comment: str | None
    cover: Picture | None
    chapters: tuple[AudioChapter, ...]
    remarks: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioRefused:
    """Why a recording cannot be published: the parts of a Problem without its place."""

    code: str
    message: str
    hint: str


def read_all(files: Sequence[Path], cache: Path, limits: Limits | None = None) -> dict[Path, AudioFacts | AudioRefused]:
    """What each of the `files` says about itself, or why it cannot be used, in the order given.

    What was read once is in the folder `cache` until the file changes. A refusal is never remembered: what could
    not be read a moment ago may only have been half copied.
    """
    known = Cache.load(cache)
    answers: dict[Path, AudioFacts | AudioRefused] = dict.fromkeys(files, _VANISHED)
    waiting: dict[Path, Identity] = {}
    for file in answers:
        identity = _admitted(file)
        if isinstance(identity, AudioRefused):
            answers[file] = identity
        elif facts := _known(known, file, identity, cache):
            answers[file] = facts
        else:
            waiting[file] = identity
    if not waiting:
        return answers
    from podfeed.source.audio_pool import LIMITS, ask_all  # 5 ms that a check of what was read before does without

    requests = [{"job": "read", "file": os.fspath(file), "art": os.fspath(cache / "art")} for file in waiting]
    for (file, identity), answer in zip(waiting.items(), ask_all(requests, limits or LIMITS), strict=True):
        if _identity(file) != identity:
            answers[file] = _WRITTEN
        elif "refused" in answer:
            answers[file] = AudioRefused(**answer["refused"])
        else:
            answers[file] = _facts(answer["facts"], identity, cache)
            known.put(file, identity, answer["facts"])
    known.save()
    return answers


# --- before it is opened -----------------------------------------------------------------------------------

_VANISHED = AudioRefused(
    code="audio-missing", message="the recording is not there", hint="put the file into media/, or correct the name"
)
_WRITTEN = AudioRefused(
    code="audio-being-written",
    message="the recording changed while it was read",
    hint="wait until it is copied completely, then build again",
)


def _identity(file: Path) -> Identity | None:
    try:
        return identify(file)
    except (OSError, ValueError):
        return None


def _admitted(file: Path) -> Identity | AudioRefused:
    """What can be said without opening the file: is it there, is it a file, is it a kind that we know?"""
    identity = _identity(file)
    if identity is None:
        return _VANISHED
    if not identity.ordinary:
        message = f"`{file.name}` is {identity.kind}, not a file"
        return AudioRefused(code="audio-not-a-file", message=message, hint="copy the recording itself into media/")
    ending = suffix(file.name)
    if ending not in AUDIO:
        message = f"`{file.name}` does not end like a recording that podcast apps play"
        return AudioRefused(code="audio-unknown-type", message=message, hint=f"podfeed reads {', '.join(AUDIO)}")
    if identity.size == 0:
        message = f"`{file.name}` is empty"
        return AudioRefused(code="audio-empty", message=message, hint="copy the recording again")
    return identity


# --- from the worker's answer to facts -----------------------------------------------------------------------


def _known(known: Cache, file: Path, identity: Identity, cache: Path) -> AudioFacts | None:
    """The facts in the cache, unless they are damaged or their pictures are gone."""
    record = known.get(file, identity)
    if record is None or "duration" not in record:
        return None
    try:
        facts = _facts(record, identity, cache)
        pictures = [facts.cover, *(chapter.picture for chapter in facts.chapters)]
        if all(picture.file.stat().st_size == picture.length for picture in pictures if picture):
            return facts
    except (OSError, KeyError, TypeError, ValueError, AttributeError):
        pass
    return None


def _facts(answer: dict, identity: Identity, cache: Path) -> AudioFacts:
    chapters = tuple(
        AudioChapter(
            start=timedelta(milliseconds=chapter["start"]),
            end=None if chapter["end"] is None else timedelta(milliseconds=chapter["end"]),
            title=chapter["title"],
            url=chapter["url"],
            picture=_picture(chapter["picture"], cache),
        )
        for chapter in answer["chapters"]
    )
    return AudioFacts(
        media_type=answer["media_type"],
        length=identity.size,
        stamp=stamp_of(identity),
        duration=timedelta(milliseconds=answer["duration"]),
        bitrate=answer["bitrate"],
        estimated=answer["estimated"],
        **{name: answer[name] for name in ("title", "artist", "album", "comment")},
        cover=_picture(answer["cover"], cache),
        chapters=chapters,
        remarks=tuple((code, message, hint) for code, message, hint in answer["remarks"]),
    )


def _picture(answer: dict | None, cache: Path) -> Picture | None:
    if answer is None:
        return None
    return Picture(
        file=cache / "art" / answer["name"],
        media_type=answer["media_type"],
        width=answer["width"],
        height=answer["height"],
        length=answer["length"],
        stamp=answer["name"][:16],
    )
