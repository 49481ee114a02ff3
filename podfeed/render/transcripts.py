"""The words of an episode as files: what the editor gave, and WebVTT and SRT wherever the words are timed.

An HTML file is never published as it was given: it could hold a script, and a plain web host sends no policy that
stops it. The words that were read out of it are written anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from podfeed import captions, media_types, paths
from podfeed.model import Cue, Episode, Show, Transcript
from podfeed.output import Output, copied, rendered

MADE = (".vtt", ".srt")
REMADE = (".html",)


@dataclass(frozen=True, slots=True)
class Form:
    """One file of a transcript: its path or address; `made` from cues, or the editor's own."""

    href: str
    media_type: str
    language: str | None
    captions: bool
    transcript: Transcript
    made: bool

    @property
    def given(self) -> bool:
        """Whether it is what the editor gave, and none that was made of it."""
        return self.href == self.transcript.file.href


def outputs(show: Show) -> Iterator[tuple[str, Output]]:
    """`episodes/<slug>/transcript.*`."""
    for episode in show.episodes:
        for form in forms(episode):
            file = form.transcript.file
            language = form.language or show.language
            if form.made:
                write = WRITERS[media_types.suffix(form.href)]
                yield (
                    form.href,
                    rendered(media_types.with_charset(form.media_type), write, form.transcript.cues, language),
                )
            elif file.source:
                yield form.href, copied(media_types.with_charset(form.media_type), file.stamp, file.source)


def forms(episode: Episode) -> tuple[Form, ...]:
    """Every file of every transcript, WebVTT first (transcripts.md prefers it). Of two that want a path the one that the editor
    gave has it, else the first."""
    rows: dict[str, Form] = {}
    for transcript in episode.transcripts:
        for form in sorted(_forms(transcript), key=lambda form: not form.href.endswith(".vtt")):
            if form.href not in rows or form.given:
                rows[form.href] = form
    return tuple(rows.values())


def _forms(transcript: Transcript) -> Iterator[Form]:
    file, language = transcript.file, transcript.language
    own = media_types.suffix(file.href)
    timed_form = transcript.timed or not transcript.cues
    captions_form = own in MADE and timed_form
    if paths.is_elsewhere(file.href):
        yield Form(file.href, file.media_type, language, captions_form, transcript, made=False)
        return
    yield Form(file.href, file.media_type, language, captions_form, transcript, made=own in REMADE)
    if transcript.timed:
        for ending in MADE:
            if ending != own:
                path = file.href.removesuffix(own) + ending
                yield Form(path, media_types.TRANSCRIPTS[ending], language, True, transcript, made=True)


def vtt(cues: tuple[Cue, ...], language: str) -> bytes:
    """WebVTT."""
    return captions.to_vtt(cues, language).encode()


def srt(cues: tuple[Cue, ...], language: str) -> bytes:
    """SubRip."""
    return captions.to_srt(cues, language).encode()


def page(cues: tuple[Cue, ...], language: str) -> bytes:
    """HTML without any that was given."""
    return captions.to_html(cues, language).encode()


WRITERS = {".vtt": vtt, ".srt": srt, ".html": page}
