"""Checksums of the recordings that are published in several forms, so that an app can tell that it got the same bytes."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from pathlib import Path

from podfeed.model import AlternateAudio, Audio, Episode, Show
from podfeed.source.audio_cache import Cache, identify


def seal(show: Show, cache: Path) -> Show:
    """The show with the checksums of every recording in media/ that has other forms, its own among them.

    A file is read once and its sum remembered until it changes. One that changes or goes away while it is read has no
    sum in this build; the next one looks again.
    """
    if not any(episode.alternate_audio for episode in show.episodes):
        return show
    known = Cache.load(cache)
    episodes = tuple(_episode(e, known) if e.alternate_audio else e for e in show.episodes)
    known.save()
    return replace(show, episodes=episodes)


def is_sealed(show: Show) -> bool:
    """Whether `seal` found every sum that it looked for."""
    forms = ((e.audio, *(row.audio for row in e.alternate_audio)) for e in show.episodes if e.alternate_audio)
    return all(audio.file.integrity or not audio.file.source for row in forms for audio in row)


def _episode(episode: Episode, known: Cache) -> Episode:
    others = tuple(_alternate(row, known) for row in episode.alternate_audio)
    return replace(episode, audio=_audio(episode.audio, known), alternate_audio=others)


def _alternate(row: AlternateAudio, known: Cache) -> AlternateAudio:
    return replace(row, audio=_audio(row.audio, known))


def _audio(audio: Audio, known: Cache) -> Audio:
    source = audio.file.source
    found = _sum(source, known) if source else None
    return replace(audio, file=replace(audio.file, integrity=found)) if found else audio


def _sum(file: Path, known: Cache) -> str | None:
    try:
        identity = identify(file)
        record = known.get(file, identity) or {}
        if not isinstance(record.get("sha256"), str):
            with open(file, "rb") as opened:
                record = {**record, "sha256": hashlib.file_digest(opened, "sha256").hexdigest()}
            if identify(file) != identity:
                return None
            known.put(file, identity, record)
        return sri(record["sha256"])
    except (OSError, ValueError):
        return None


def sri(sha256: str) -> str:
    """A SHA-256 in hexadecimal as the W3C's Subresource Integrity writes it (SRI §3.1).

    >>> sri("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
    """
    return "sha256-" + base64.b64encode(bytes.fromhex(sha256)).decode()
