"""From an episode's file to an Episode: its times counted, its people and stories found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from podfeed import paths
from podfeed.cuts import to_podcast
from podfeed.media_types import suffix
from podfeed.model import (
    Airing,
    AlternateAudio,
    Audio,
    Block,
    Clip,
    Correction,
    Credit,
    Cut,
    Episode,
    File,
    Image,
    License,
    Segment,
    StoryLink,
    Transcript,
    Waiver,
)
from podfeed.problem import Problem, error
from podfeed.source import files, values
from podfeed.source.people import People, links
from podfeed.source.places import Place
from podfeed.source.recordings import Recordings, audio
from podfeed.source.schema import EpisodeFile, SegmentEntry, StoryEntry
from podfeed.source.stories import StoryBook
from podfeed.source.tag_entries import AlternateEntry
from podfeed.source.times import offset, written_times
from podfeed.text import is_web_address

if TYPE_CHECKING:
    from podfeed.source.standing import Known


class Head(NamedTuple):
    """What an episode's file says that the clock, the ledger and the other episodes ask of every one of them.

    `guid` is its own; `file` and `url` are where its recording is; `embargoes` are those of its stories.
    """

    date: datetime
    release: datetime
    draft: bool
    guid: str | None
    file: str | None
    url: str | None
    embargoes: tuple[datetime, ...]


def head_of(entry: EpisodeFile) -> Head:
    return Head(
        date=entry.date,
        release=max(entry.date, entry.embargo) if entry.embargo else entry.date,
        draft=bool(entry.draft),
        guid=entry.guid.text if entry.guid else None,
        file=entry.audio.file,
        url=entry.audio.url,
        embargoes=tuple(story.embargo for s in entry.segments for story in s.stories if story.embargo),
    )


@dataclass(frozen=True, kw_only=True)
class Written:
    """An episode's file: enough of it to tell whether and when it may be seen, the rest when it is asked for.

    `key` is what the file as it stands is remembered under, None if it cannot be; `known` is what an earlier build made of it.
    """

    slug: str
    head: Head
    place: Place
    guid: str
    published: datetime | None
    read: Callable[[], EpisodeFile]
    key: str | None = None
    known: Known | None = None

    @cached_property
    def entry(self) -> EpisodeFile:
        return self.read()

    def keep(self, entry: EpisodeFile) -> Written:
        """The same with its entry at hand."""
        vars(self)["entry"] = entry
        return self

    def let_go(self) -> None:
        """From now on the entry is read back when it is asked for, if it can be."""
        if self.key:
            vars(self).pop("entry", None)

    @property
    def draft(self) -> bool:
        return self.head.draft

    @property
    def release(self) -> datetime:
        return self.head.release

    def stories(self) -> Iterator[tuple[StoryEntry, Place]]:
        for number, segment in enumerate(self.entry.segments):
            for index, story in enumerate(segment.stories):
                yield story, self.place.below("segments", number, "stories", index)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an episode needs from the rest of the show. `problems` collects."""

    media: Path
    recordings: Recordings
    people: People
    stories: StoryBook
    language: str
    hosts: tuple[Credit, ...]
    explicit: bool
    license: License | None
    embed_chapters: bool
    problems: list[Problem]


# Looked at in place of a recording that cannot be used, so that the rest of the file is still gone through.
_NO_RECORDING = Audio(file=File(href="", media_type=""), duration=timedelta(hours=47))


def episode(written: Written, around: Surroundings) -> Episode | None:
    """The episode as a value; None, after all its problems are told, if its recording cannot be used."""
    entry, place = written.entry, written.place
    found, problems = audio(_audio_entry(entry), place.below("audio"), around.recordings, written.slug)
    around.problems.extend(problems)
    recording = found or _NO_RECORDING
    title = entry.title or recording.title
    if title is None and found:
        hint = "add title: …, or give the recording a title tag"
        around.problems.append(error("missing-key", "`title` is missing", place.span(), hint))
    hosts = around.hosts if entry.hosts is None else around.people.credits(entry.hosts, place.below("hosts"), "Host")
    guests = around.people.credits(entry.guests, place.below("guests"), "Guest")
    kind = entry.type.casefold() if entry.type and "/" not in entry.type else "full"
    made = Episode(
        slug=written.slug,
        guid=written.guid,
        guid_is_permalink=bool(entry.guid and entry.guid.permalink),
        title=title or "",
        date=entry.date,
        audio=recording,
        summary=entry.summary,
        notes=entry.notes,
        number=entry.number.number if entry.number else None,
        number_display=entry.number.display if entry.number else None,
        season=entry.season.number if entry.season else None,
        season_name=entry.season.name if entry.season else None,
        type=kind,  # type: ignore[arg-type]
        explicit=around.explicit if entry.explicit is None else entry.explicit,
        image=values.picture(entry.image, place.below("image"), around.media, around.problems) or recording.cover,
        images=values.art(entry.images, place.below("images"), around.media, around.problems),
        hosts=hosts,
        guests=guests,
        crew=around.people.credits(entry.people, place.below("people"), None),
        segments=tuple(_segments(entry, place, recording, (*hosts, *guests), around)),
        clips=tuple(Clip(start=c.start, duration=c.length, title=c.title) for c in entry.clips),
        airings=tuple(
            Airing(station=a.station, at=a.at.moment, timed=a.at.timed, repeat=bool(a.repeat)) for a in entry.aired
        ),
        cuts=_cuts(entry),
        embed_chapters=around.embed_chapters if entry.embed_chapters is None else entry.embed_chapters,
        transcripts=tuple(_transcripts(entry, place, written.slug, around)),
        alternate_audio=tuple(_alternates(entry, place, written.slug, around)),
        tags=tuple(dict.fromkeys(entry.tags)),
        links=links(entry.links),
        socials=values.socials(entry.socials),
        chat=values.chat(entry.chat),
        locations=values.locations(entry.location),
        license=values.license(entry.license) or around.license,
        funding=values.funding(entry.funding),
        txt=values.txts(entry.txt),
        block=blocks(entry.block),
        value=values.value(entry.value),
        draft=written.draft,
        embargo=entry.embargo,
        published=written.published,
        waive=waivers(entry.waive),
        times=written_times(entry),
        checked=entry.checked,
        origin=place,
    )
    return made if found and title else None


def _audio_entry(entry: EpisodeFile) -> Any:
    """`length`, `duration` and a media type may stand beside a bare address as well as inside `audio:`."""
    found = entry.audio
    update = {
        "length": found.length if found.length is not None else entry.length,
        "duration": found.duration if found.duration is not None else entry.duration,
        "type": found.type or (entry.type if entry.type and "/" in entry.type else None),
    }
    return found.model_copy(update=update)


def blocks(entries: dict[str, bool] | None) -> tuple[Block, ...]:
    """One service a line, every service last (podcast namespace, block.md: the order in which apps decide)."""
    rows = [Block(service=service or None, blocked=blocked) for service, blocked in (entries or {}).items()]
    return tuple(sorted(rows, key=lambda b: (b.service is None, b.blocked, b.service or "")))


def waivers(entries: dict[str, str]) -> tuple[Waiver, ...]:
    return tuple(Waiver(rule=rule, reason=reason) for rule, reason in entries.items())


def _cuts(entry: EpisodeFile) -> tuple[Cut, ...]:
    return tuple(Cut(at=c.at, removed=c.removed) for c in sorted(entry.cuts, key=lambda c: c.at))


def _image(name: str | None, place: Place, around: Surroundings) -> Image | None:
    found = files.image(around.media, name, place.below("image").span) if name else None
    if isinstance(found, Problem):
        around.problems.append(found)
        return None
    return found


# --- segments -----------------------------------------------------------------------------------------


def _segments(
    entry: EpisodeFile, place: Place, recording: Audio, known: tuple[Credit, ...], around: Surroundings
) -> Iterator[Segment]:
    if not entry.segments:
        yield from _from_chapters(recording, around)
        return
    cuts = _cuts(entry)
    starts = [to_podcast(offset(s.start, entry.on_air), cuts) for s in entry.segments]
    for number, (written, start) in enumerate(zip(entry.segments, starts, strict=True)):
        at = place.below("segments", number)
        following = next((later for later in starts[number + 1 :] if later > start), recording.duration)
        end = to_podcast(offset(written.end, entry.on_air), cuts) if written.end else following
        yield Segment(
            number=number + 1,
            start=start,
            end=max(end, start),
            title=written.title,
            summary=written.summary,
            people=around.people.credits(written.people, at.below("people"), "Guest", known),
            stories=tuple(_story_links(written, at, cuts, entry.on_air, around)),
            corrections=tuple(Correction(date=c.date, text=c.text) for c in written.corrections),
            image=_image(written.image, at, around),
            origin=at,
        )


def _from_chapters(recording: Audio, around: Surroundings) -> Iterator[Segment]:
    """No segments written: the chapters inside the recording are the segments."""
    ends = [chapter.start for chapter in recording.chapters[1:]] + [recording.duration]
    for number, (chapter, following) in enumerate(zip(recording.chapters, ends, strict=False), 1):
        links: tuple[StoryLink, ...] = ()
        if chapter.url and is_web_address(chapter.url):
            story = around.stories.find(StoryEntry(url=chapter.url))
            links = (StoryLink(story=story),) if story else ()
        yield Segment(
            number=number,
            start=chapter.start,
            end=max(chapter.end or following, chapter.start),
            title=chapter.title,
            stories=links,
            image=chapter.image,
            origin=recording.origin,
        )


def _story_links(
    written: SegmentEntry, at: Place, cuts: tuple[Cut, ...], on_air: time | None, around: Surroundings
) -> Iterator[StoryLink]:
    for index, entry in enumerate(written.stories):
        story = around.stories.find(entry)
        if story is None:
            continue  # unknown (a problem already) or under embargo
        named = to_podcast(offset(entry.at, on_air), cuts) if entry.at else None
        yield StoryLink(
            story=story, rel=entry.rel, at=named, note=entry.note if entry.story else None,
            origin=at.below("stories", index),
        )  # fmt: skip


# --- what goes beside the recording -------------------------------------------------------------------------

TRANSCRIPT_ENDINGS = (".vtt", ".srt", ".json", ".html", ".txt")


def _transcripts(entry: EpisodeFile, place: Place, slug: str, around: Surroundings) -> Iterator[Transcript]:
    named: list[tuple[str, str | None, tuple[str | int, ...]]] = [
        (row.file, row.language, ("transcript", index, "file")) for index, row in enumerate(entry.transcript)
    ]
    if not named and entry.audio.file:
        beside = files.beside(around.media, entry.audio.file, TRANSCRIPT_ENDINGS)
        named = [(beside, None, ("audio",))] if beside else []
    for name, given, path in named:
        language = given if given and given.casefold() != around.language.casefold() else None
        at = place.below(*path)  # asked for a span only where something is wrong: for that the file is read again
        if "://" in name:
            if not is_web_address(name):
                around.problems.append(
                    error("not-an-address", f"`{name}` is not a web address", at.span(), "write https://…")
                )
                continue
            yield Transcript(file=File(href=name, media_type=_transcript_type(name)), language=given)
            continue
        found = files.find(around.media, name)
        if isinstance(found, files.Refused):
            around.problems.append(found.at(at.span()))
            continue
        from podfeed.source.transcript import TranscriptRefused, read_transcript  # 5 ms that most checks do without

        facts = read_transcript(found)
        if isinstance(facts, TranscriptRefused):
            where = f" (line {facts.line} of {name})" if facts.line else f" ({name})"
            around.problems.append(error(facts.code, facts.message + where, at.span(), facts.hint))
            continue
        file = File(
            href=paths.transcript(slug, suffix(name), language),
            source=found,
            media_type=facts.media_type,
            length=facts.length,
            stamp=facts.stamp,
        )
        yield Transcript(file=file, language=given, cues=facts.cues)


def _transcript_type(name: str) -> str:
    from podfeed.media_types import TRANSCRIPTS

    return TRANSCRIPTS.get(suffix(name), "text/plain")


def _alternates(entry: EpisodeFile, place: Place, slug: str, around: Surroundings) -> Iterator[AlternateAudio]:
    for index, alternate in enumerate(entry.alternate_audio):
        found, problems = audio(alternate, place.below("alternate_audio", index), around.recordings, slug)
        around.problems.extend(problems)
        if found:
            yield _alternate(alternate, found)


def _alternate(entry: AlternateEntry, audio: Audio) -> AlternateAudio:
    file = replace(audio.file, integrity=entry.integrity) if entry.integrity else audio.file
    return AlternateAudio(
        audio=replace(audio, file=file),
        title=entry.title,
        language=entry.language,
        height=entry.height,
        rel=entry.rel,
        codecs=entry.codecs,
        sources=values.sources(entry.sources),
    )
