"""How a transcript reads on a page: cues become paragraphs, one voice each, cut where the segments are."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from podfeed import media_types
from podfeed.model import Cue, Episode, Person, Segment, Transcript
from podfeed.render.transcripts import forms
from podfeed.render.words import Words
from podfeed.text import squash

LONG = 700  # characters after which a paragraph ends with its sentence
_SENTENCE_END = re.compile(r"[.!?…。؟]['\"”’»)]*$")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One voice for a while. `speaker` is set where the voice changes; `person` if it is one whom we know."""

    start: timedelta | None
    speaker: str | None
    person: Person | None
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """What is said in one segment (None: before the first, or where nothing is timed)."""

    segment: Segment | None
    paragraphs: tuple[Paragraph, ...]


def chosen(episode: Episode) -> Transcript | None:
    """The transcript that the page shows: the first whose words we have."""
    return next((transcript for transcript in episode.transcripts if transcript.cues), None)


def files(_: Words, episode: Episode) -> tuple[tuple[str, str, str | None], ...]:
    """Where the transcripts are to be had as files: path or address, what kind, language."""
    return tuple(
        (form.href, media_types.suffix(form.href)[1:].upper() or _("Text"), form.language) for form in forms(episode)
    )


def parts(episode: Episode, transcript: Transcript) -> tuple[Part, ...]:
    """The transcript by segment, each voice named where it begins."""
    known = {squash(credit.person.name).casefold(): credit.person for credit in episode.credits}
    found: list[tuple[Segment | None, list[Paragraph]]] = []
    for segment, run in runs(transcript.cues, episode.segments):
        if not found or found[-1][0] is not segment:
            found.append((segment, []))
        rows = found[-1][1]
        speaker = run[0].speaker
        person = known.get(squash(speaker).casefold()) if speaker else None
        said = squash(" ".join(cue.text for cue in run))
        rows.append(Paragraph(run[0].start, speaker, person, said))
    return tuple(Part(segment, tuple(_named_once(rows))) for segment, rows in found)


def runs(cues: Iterable[Cue], segments: tuple[Segment, ...]) -> Iterator[tuple[Segment | None, list[Cue]]]:
    """Cues that make one paragraph: same segment, same voice, not too long."""
    run: list[Cue] = []
    place: Segment | None = None
    starts = [segment.start for segment in segments]
    for cue in cues:
        here = _segment_at(segments, starts, cue.start) if cue.start is not None else place
        if run and (here is not place or cue.speaker != run[0].speaker or _full(run)):
            yield place, run
            run = []
        place = here
        run.append(cue)
    if run:
        yield place, run


def _full(run: list[Cue]) -> bool:
    said = sum(len(cue.text) for cue in run)
    return said > LONG and (bool(_SENTENCE_END.search(run[-1].text.rstrip())) or said > 2 * LONG)


def _segment_at(segments: tuple[Segment, ...], starts: list[timedelta], time: timedelta) -> Segment | None:
    """The segment that began last; a cue may start a moment before the editor's mark, so half a second is forgiven."""
    begun = bisect_right(starts, time + timedelta(milliseconds=500))
    return segments[begun - 1] if begun else None


def _named_once(rows: list[Paragraph]) -> Iterator[Paragraph]:
    before: str | None = None
    for row in rows:
        same = row.speaker is not None and row.speaker == before
        before = row.speaker
        yield Paragraph(row.start, None if same else row.speaker, None if same else row.person, row.text)
