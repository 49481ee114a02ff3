"""Cues as captions: WebVTT and SubRip, with lines as short as players need them."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Iterable, Iterator
from datetime import timedelta

from podfeed.model import Cue
from podfeed.text import format_time, squash

VTT_WIDTH = 65  # characters a line (podcast namespace, transcripts.md)
SRT_WIDTH, SRT_LINES = 32, 2
READING_SPEED = 15  # characters a second, for cues that do not say when they end
SHORTEST = timedelta(seconds=1)
MILLISECOND = timedelta(milliseconds=1)


def to_vtt(cues: Iterable[Cue], language: str | None = None) -> str:
    """The timed cues as WebVTT (W3C), voices as `<v Name>`; `language` goes into a note.

    >>> print(to_vtt([Cue(start=timedelta(seconds=1), end=timedelta(seconds=3), speaker="Ann", text="R&D --> <b>")]))
    WEBVTT
    <BLANKLINE>
    00:00:01.000 --> 00:00:03.000
    <v Ann>R&amp;D --&gt; &lt;b&gt;
    <BLANKLINE>
    """
    blocks = ["WEBVTT"]
    if language:
        blocks.append(f"NOTE Language: {_escaped(language)}")
    for start, end, cue in _timed(cues):
        lines = textwrap.wrap(squash(cue.text), VTT_WIDTH, break_on_hyphens=False)
        voice = f"<v {_escaped(cue.speaker)}>" if cue.speaker else ""
        said = voice + "\n".join(map(_escaped, lines))
        blocks.append(f"{_clock(start, '.')} --> {_clock(end, '.')}\n{said}")
    return "\n\n".join(blocks) + "\n"


def to_srt(cues: Iterable[Cue], language: str | None = None) -> str:
    """The timed cues as SubRip: two lines of 32 characters, longer cues cut in time; a voice is named where it
    changes (transcripts.md). SubRip has no place for the language.

    >>> print(to_srt([Cue(start=timedelta(seconds=1), end=timedelta(seconds=3), speaker="Ann", text="Good morning.")]))
    1
    00:00:01,000 --> 00:00:03,000
    Ann: Good morning.
    <BLANKLINE>
    """
    blocks: list[str] = []
    before: str | None = None
    for start, end, cue in _timed(cues):
        named = f"{squash(cue.speaker)}: " if cue.speaker and cue.speaker != before else ""
        before = cue.speaker
        said = squash(named + cue.text).replace("-->", "→")
        for first, last, lines in _pages(start, end, textwrap.wrap(said, SRT_WIDTH, break_on_hyphens=False)):
            number = len(blocks) + 1
            blocks.append(f"{number}\n{_clock(first, ',')} --> {_clock(last, ',')}\n" + "\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def to_html(cues: Iterable[Cue], language: str) -> str:
    """All cues as the namespace's HTML (transcripts.md): `cite` who speaks, `time` when, `p` what.

    >>> print(to_html([Cue(start=timedelta(seconds=62), speaker="Ann", text="R&D <script>")], "en"))
    <!DOCTYPE html>
    <html lang="en">
    <meta charset="utf-8">
    <title>Transcript</title>
    <cite>Ann:</cite>
    <time>1:02</time>
    <p>R&amp;D &lt;script&gt;</p>
    </html>
    <BLANKLINE>
    """
    lines = ["<!DOCTYPE html>", f'<html lang="{html.escape(language)}">', '<meta charset="utf-8">']
    lines.append("<title>Transcript</title>")
    before: str | None = None
    for cue in cues:
        if cue.speaker and cue.speaker != before:
            lines.append(f"<cite>{_escaped(cue.speaker)}:</cite>")
        before = cue.speaker
        if cue.start is not None:
            lines.append(f"<time>{format_time(cue.start)}</time>")
        lines.append(f"<p>{_escaped(cue.text)}</p>")
    return "\n".join([*lines, "</html>", ""])


def _timed(cues: Iterable[Cue]) -> Iterator[tuple[timedelta, timedelta, Cue]]:
    """The cues that have a time and say something, in order; an absent end is the next start, or what reading takes."""
    rows = sorted(
        ((cue.start, cue) for cue in cues if cue.start is not None and squash(cue.text)), key=lambda row: row[0]
    )
    for number, (start, cue) in enumerate(rows):
        following = rows[number + 1][0] if number + 1 < len(rows) else None
        end = cue.end
        if end is None or end <= start:
            end = start + max(SHORTEST, timedelta(seconds=len(cue.text) / READING_SPEED))
            end = min(end, following) if following and following > start else end
        yield start, end, cue


def _pages(start: timedelta, end: timedelta, lines: list[str]) -> Iterator[tuple[timedelta, timedelta, list[str]]]:
    """Two lines at a time, each pair for as long as it has a share of the letters."""
    pages = [lines[at : at + SRT_LINES] for at in range(0, len(lines), SRT_LINES)]
    weights = [sum(map(len, page)) for page in pages]
    for number, page in enumerate(pages):
        first = start + (end - start) * sum(weights[:number]) / sum(weights)
        last = start + (end - start) * sum(weights[: number + 1]) / sum(weights)
        yield first, last, page


def _escaped(text: str) -> str:
    return squash(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(time: timedelta, point: str) -> str:
    milliseconds = round(time / MILLISECOND)
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{milliseconds:03}"
