"""From an `audio:` line to a recording: found in media/, read in the worker, or described by hand if elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PurePosixPath

from podfeed import paths
from podfeed.media_types import STREAMS, suffix
from podfeed.model import Audio, Chapter, File, Image
from podfeed.problem import Problem, error, warning
from podfeed.source import files
from podfeed.source.audio import AudioFacts, AudioRefused, Picture, read_all
from podfeed.source.fields import quoted
from podfeed.source.places import Place
from podfeed.source.tag_entries import AudioEntry
from podfeed.text import format_time, is_web_address

APPEARED = AudioRefused(
    code="audio-being-written",
    message="the recording came while the show was read",
    hint="wait until it is copied completely, then build again",
)


@dataclass(frozen=True, slots=True)
class Recordings:
    """What the recordings of the show say about themselves, by file."""

    media: Path
    facts: Mapping[Path, AudioFacts | AudioRefused]


def read(media: Path, entries: Iterable[AudioEntry], cache: Path, before: Recordings | None = None) -> Recordings:
    """Read every recording that the entries name and that is there, all at once; those of `before` are not read again."""
    known = before.facts if before else {}
    found = dict.fromkeys(files.find(media, entry.file) for entry in entries if entry.file)
    missing = tuple(file for file in found if isinstance(file, Path) and file not in known)
    return Recordings(media, {**known, **read_all(missing, cache)}) if missing or not before else before


def audio(entry: AudioEntry, place: Place, recordings: Recordings, slug: str) -> tuple[Audio | None, list[Problem]]:
    """The recording of an episode, or None and why not."""
    if entry.url and entry.file:
        hint = "keep file: for a recording in media/, or url: for one elsewhere"
        return None, [error("wrong-shape", "a recording is either in media/ or elsewhere", place.span(), hint)]
    if entry.url:
        return _elsewhere(entry, place)
    if not entry.file:
        return None, [error("missing-key", "no recording is named", place.span(), "write audio: morning.mp3")]
    found = files.find(recordings.media, entry.file)
    if isinstance(found, files.Refused):
        return None, [found.at(place.span("file"))]
    facts = recordings.facts.get(found, APPEARED)
    if isinstance(facts, AudioRefused):
        return None, [error(facts.code, facts.message, place.span("file"), facts.hint)]
    problems = [warning(code, message, place.span("file"), hint) for code, message, hint in facts.remarks]
    return _local(str(PurePosixPath(entry.file)), found, facts, slug, place), problems


def _local(name: str, found: Path, facts: AudioFacts, slug: str, place: Place) -> Audio:
    file = File(
        href=paths.media(name), source=found, media_type=facts.media_type, length=facts.length, stamp=facts.stamp
    )
    chapters = tuple(
        Chapter(
            start=chapter.start,
            end=chapter.end,
            title=chapter.title,
            url=chapter.url,
            image=_picture(chapter.picture, paths.chapter_art(slug, number)),
        )
        for number, chapter in enumerate(facts.chapters, 1)
    )
    return Audio(
        file=file,
        duration=facts.duration,
        bitrate=facts.bitrate,
        estimated=facts.estimated,
        title=facts.title,
        artist=facts.artist,
        album=facts.album,
        comment=facts.comment,
        cover=_picture(facts.cover, paths.episode_art(slug)),
        chapters=chapters,
        origin=place,
    )


def _picture(picture: Picture | None, stem: str) -> Image | None:
    """A picture from inside the recording; it comes out beside the episode's page."""
    if picture is None:
        return None
    file = File(
        href=stem + suffix(picture.file.name),
        source=picture.file,
        media_type=picture.media_type,
        length=picture.length,
        stamp=picture.stamp,
    )
    return Image(file=file, width=picture.width, height=picture.height)


def _elsewhere(entry: AudioEntry, place: Place) -> tuple[Audio | None, list[Problem]]:
    """A recording at another address cannot be read, so the YAML must say what apps need to know."""
    assert entry.url is not None
    problems = []
    if entry.duration is None:
        message, hint = "a recording that lives elsewhere needs its duration here", "add duration: 28:41"
        problems.append(error("audio-elsewhere", message, place.span("url"), hint))
    if entry.length is None:
        message, hint = "a recording that lives elsewhere needs its size in bytes here", "add length: 13812345"
        problems.append(error("audio-elsewhere", message, place.span("url"), hint))
    media_type = entry.type or STREAMS.get(suffix(entry.url))
    if media_type is None:
        message = f"the ending of {quoted(entry.url)} does not say what kind of recording it is"
        problems.append(error("audio-elsewhere", message, place.span("url"), "add type: audio/mpeg"))
    if entry.duration is not None and not timedelta(0) < entry.duration < timedelta(hours=48):
        message = f"a duration of {format_time(entry.duration)} cannot be right"
        problems.append(error("audio-absurd-length", message, place.span("duration"), "write it as 28:41"))
    if problems or entry.duration is None or media_type is None:
        return None, problems
    if not is_web_address(entry.url):
        message = "this address has characters that should be written as %20 and the like"
        hint = "keep it as it is if apps know the episode by it; encode it in new episodes"
        problems.append(warning("address-not-encoded", message, place.span("url"), hint))
    if entry.url.lower().startswith("http:"):
        message = "this recording comes over http, which some apps refuse"
        hint = (
            f"if https{entry.url[4:]} works, offer it to new listeners; a changed address may look like a new episode"
        )
        problems.append(warning("recording-not-secure", message, place.span("url"), hint))
    file = File(href=entry.url, media_type=media_type, length=entry.length)
    return Audio(file=file, duration=entry.duration, bitrate=entry.bitrate, origin=place), problems
