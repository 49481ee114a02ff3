"""What was said, from the file that the editor gave: WebVTT, SubRip, JSON, HTML or plain text, as plain cues.

Read by hand (`transcript_forms`), so that a fault has a line and no file takes long.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from podfeed.media_types import TRANSCRIPTS, suffix
from podfeed.model import Cue
from podfeed.source.transcript_forms import READERS, Wrong
from podfeed.text import format_bytes, legal

LARGEST = 5_000_000  # bytes: a day of talking
MOST_CUES = 50_000

MANUAL = {
    "transcript-missing": "The transcript is not there, or is a folder, a link or a device instead of a file. Put it "
    "into media/ and write its name; a file with the name of the recording is found by itself.",
    "transcript-unreadable": "The transcript cannot be read from the disk. Check who may read it, and copy it again.",
    "transcript-empty": "The transcript has no words. Readers and people who cannot hear would find an empty page. "
    "Export it again from the program that made it.",
    "transcript-too-big": "The transcript has more than 5 MB or 50,000 captions, more than a day of talking. Apps fetch "
    "it on the phone and would give up. Check that it is the transcript, or shorten it.",
    "transcript-unknown-type": "Podcast apps know transcripts as WebVTT (.vtt), SubRip (.srt), JSON, HTML and plain text. "
    "Export it as one of these; WebVTT is the best, for Apple shows it too.",
    "transcript-not-text": "The transcript is not UTF-8 text, so its letters would come out as gibberish. In your editor "
    "choose Save with encoding, UTF-8.",
    "transcript-wrong-shape": "The file does not look like what its ending promises, so apps could not show it: a .vtt "
    "begins with WEBVTT, and every caption of .vtt and .srt has a line such as 00:01:02.500 --> 00:01:04.000. The "
    "message names the line.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptFacts:
    """`stamp` is the beginning of the SHA-256 of the bytes."""

    media_type: str
    cues: tuple[Cue, ...]
    length: int
    stamp: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptRefused:
    """Why it cannot be published, and the `line` of the transcript (0: the whole file)."""

    code: str
    message: str
    hint: str
    line: int = 0


def read_transcript(file: Path) -> TranscriptFacts | TranscriptRefused:
    """The transcript's cues: plain text that XML allows, times as offsets into the recording."""
    ending = suffix(file.name)
    reader = READERS.get(ending)
    try:
        if reader is None:
            hint = f"podfeed reads {', '.join(READERS)}"
            raise Wrong(f"`{file.name}` is no kind of transcript that apps know", hint, code="transcript-unknown-type")
        data = _bytes(file)
        cues: list[Cue] = []
        for cue in reader(legal(_decoded(data)).replace("\r\n", "\n").replace("\r", "\n")):
            if len(cues) == MOST_CUES:
                raise _too_big()
            cues.append(cue)
    except Wrong as wrong:
        return TranscriptRefused(code=wrong.code, message=wrong.message, hint=wrong.hint, line=wrong.line)
    if not cues:
        hint = "export it again from the program that made it"
        return TranscriptRefused(code="transcript-empty", message="the transcript has no words", hint=hint)
    stamp = hashlib.sha256(data).hexdigest()[:16]
    return TranscriptFacts(media_type=TRANSCRIPTS[ending], cues=tuple(cues), length=len(data), stamp=stamp)


def _bytes(file: Path) -> bytes:
    try:
        if not stat.S_ISREG(os.lstat(file).st_mode):
            raise Wrong(f"`{file.name}` is not an ordinary file", "copy it into media/", code="transcript-missing")
        with open(file, "rb") as opened:
            data = opened.read(LARGEST + 1)
    except FileNotFoundError:
        raise Wrong("the transcript is not there", "put it into media/", code="transcript-missing") from None
    except OSError as error:
        message = f"the transcript cannot be read ({error.strerror or error})"
        raise Wrong(message, "check who may read it", code="transcript-unreadable") from None
    if len(data) > LARGEST:
        raise _too_big()
    return data


def _too_big() -> Wrong:
    message = f"the transcript has more than {format_bytes(LARGEST)} or {MOST_CUES:,} captions"
    return Wrong(message, "check that it is the transcript", code="transcript-too-big")


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        hint = "save it anew with the encoding UTF-8"
        raise Wrong("the transcript is not UTF-8 text", hint, line, code="transcript-not-text") from None
