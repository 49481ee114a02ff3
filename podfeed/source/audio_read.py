"""One recording opened: what kind it is, whether all of it is there, how long it lasts, what its tags say.

Runs in the worker only. Says no with `Refusal`; any other exception means a damaged file.
"""

from __future__ import annotations

import errno
import math
import os
import time
from typing import Any, BinaryIO

from mutagen import id3
from mutagen.flac import FLAC
from mutagen.mp3 import MPEGInfo
from mutagen.mp4 import MP4, MP4Chapters
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE

from podfeed.media_types import AUDIO, suffix
from podfeed.source import audio_mp3, audio_mp4, audio_whole
from podfeed.source.audio_kind import KINDS, kind
from podfeed.source.audio_refusal import Refusal
from podfeed.source.audio_tags import WANTED, Art, Tags, chapters, of_id3, of_mp4, of_vorbis
from podfeed.text import format_bytes

LONGEST = 48 * 3600  # seconds
SLOWEST, FASTEST = 50, 40_000_000  # bits a second: FLAC of pure silence, 32-bit WAV of eight channels
MISSING = 0.002  # part of an MP3 that its header may announce beyond what is there: encoders round
STILL = 2.0  # seconds since the last change after which a file counts as copied

Remark = tuple[str, str, str]


def read(file: str, folder: str) -> dict:
    """The facts as the answer carries them; times in milliseconds. `folder` is for pictures."""
    with open(os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)), "rb") as opened:
        _still(opened)
        size = os.fstat(opened.fileno()).st_size
        name = os.path.basename(file)
        sort = _sort(opened, name)
        opened.seek(0)
        tags, seconds, bitrate, estimated, remarks = READERS[sort](opened, size)
    if not math.isfinite(seconds) or not 0 < seconds < LONGEST:
        raise _absurd(f"`{name}` claims to last {_lasting(seconds)}")
    if size * 8 / seconds < SLOWEST or (size - sum(map(len, tags.pictures))) * 8 / seconds > FASTEST:
        raise _absurd(f"`{name}` claims to last {_lasting(seconds)}, but has {format_bytes(size)}")
    art = Art(folder)
    ready, odd = chapters(tags.chapters, seconds, art)
    return {
        "media_type": AUDIO[suffix(name)],
        "duration": max(1, round(seconds * 1000)),
        "bitrate": bitrate if 0 < bitrate <= FASTEST else round(size * 8 / seconds),
        "estimated": estimated,
        "title": tags.title,
        "artist": tags.artist,
        "album": tags.album,
        "comment": tags.comment,
        "cover": next((kept for kept in map(art.keep, tags.pictures) if kept), None),
        "chapters": ready,
        "remarks": [*remarks, *odd],
    }


def _absurd(message: str) -> Refusal:
    hint = "open it in your audio editor and save it anew: its header is damaged"
    return Refusal("audio-absurd-length", message, hint)


def _lasting(seconds: float) -> str:
    if not math.isfinite(seconds) or abs(seconds) < 60:
        return f"{seconds:.1f} seconds"
    return f"{seconds / 3600:.1f} hours" if abs(seconds) >= 3600 else f"{seconds / 60:.0f} minutes"


def _still(opened: BinaryIO) -> None:
    """Nobody may be writing it. Linux grants a lease on a file of ours only if nobody has it open for writing;
    elsewhere, a file that changed a moment ago is watched for a moment."""
    try:
        import fcntl

        fcntl.fcntl(opened, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(opened, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        return
    except (ImportError, AttributeError):
        pass
    except OSError as error:
        if error.errno == errno.EAGAIN:
            raise _being_written() from None
    before = os.fstat(opened.fileno())
    if 0 <= time.time() - before.st_mtime < STILL:
        time.sleep(0.3)
        after = os.fstat(opened.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise _being_written()


def _being_written() -> Refusal:
    hint = "wait until it is copied completely, then build again"
    return Refusal("audio-being-written", "another program is still writing the recording", hint)


def _sort(opened: BinaryIO, name: str) -> str:
    """The key of `READERS`: what the content is, if the name agrees."""
    found, ending = kind(opened), suffix(name)
    known = KINDS.get(found)
    if known is None:
        hint = "export it as MP3 from your audio editor"
        if found == "a web page":
            hint = "the download went wrong: fetch the recording itself"
        raise Refusal("audio-wrong-type", f"`{name}` is not a recording that apps play: it is {found}", hint)
    if ending not in known:
        hint = f"rename it to {name[: -len(ending)]}{known[0]}, and write that name in the episode"
        raise Refusal("audio-wrong-type", f"`{name}` is called {ending}, but is {found}", hint)
    return found


# --- one reader a kind: tags, seconds, bits a second, whether estimated, remarks --------------------------------------

Found = tuple[Tags, float, int, bool, list[Remark]]


def _mp3(opened: BinaryIO, size: int) -> Found:
    sound = audio_mp3.find(opened)
    if sound is None:
        raise Refusal(
            "audio-unreadable", "no sound is found in the MP3", "if it plays, save it anew in your audio editor"
        )
    opened.seek(0)
    info = MPEGInfo(opened, sound.start)
    opened.seek(0)
    try:
        tags = of_id3(id3.ID3(opened, known_frames=WANTED, translate=False))
    except id3.ID3NoHeaderError:
        tags = Tags()
    if sound.size > 0 and sound.bytes < sound.size * (1 - MISSING) - 4096:
        missing = f"{sound.bytes:,} of {sound.size:,} bytes of sound are there"
        raise Refusal("audio-truncated", f"the end of the recording is missing: {missing}", audio_whole.AGAIN)
    agrees = sound.frames > 0 and sound.size > 0 and sound.bytes <= sound.size * 1.01 + 4096
    if agrees and _plausible(sound, info.length):
        return tags, info.length, info.bitrate, False, []
    if sound.frames <= 0 and (seconds := audio_mp3.by_samples(opened, sound)):
        return tags, seconds, sound.first.bitrate, False, []
    seconds = audio_mp3.walk(opened, sound)
    if seconds is None:
        remark = (
            "audio-estimated-duration",
            "how long the recording lasts can only be guessed from its size",
            "save it anew in your audio editor, with a constant bitrate",
        )
        return tags, info.length, info.bitrate, True, [remark]
    remarks = []
    if sound.frames > 0 and abs(seconds - info.length) > 1:
        remark = (
            "audio-misleading-length",
            f"apps will show {_lasting(info.length)} for this recording of {_lasting(seconds)}",
            "it was joined from several files: save it anew in your audio editor",
        )
        remarks.append(remark)
    return tags, seconds, round(sound.bytes * 8 / seconds) if seconds else 0, False, remarks


def _plausible(sound: audio_mp3.Sound, seconds: float) -> bool:
    """An MP3 has 8 to 448 kbit/s, so a header that says otherwise is not believed."""
    return seconds > 0 and 7_000 < sound.bytes * 8 / seconds < 460_000


class _NoChapters(MP4Chapters):
    """mutagen's own would cost the whole recording for one broken title, and miss chapter tracks."""

    def load(self, *_: Any) -> None:
        pass


class _MP4(MP4):
    MP4Chapters = _NoChapters


def _mp4(opened: BinaryIO, size: int) -> Found:
    atoms = audio_mp4.top_atoms(opened)
    moov = audio_mp4.index(opened, atoms)
    opened.seek(0)
    recording: Any = _MP4(opened)
    seconds = recording.info.length
    if any(atom.name == b"moof" for atom in atoms):
        seconds = audio_mp4.fragments(opened, atoms, moov) or seconds
    if not seconds:
        hint = "export it again without `streaming` or `fragments`"
        raise Refusal("audio-absurd-length", "the recording does not say how long it is", hint)
    tags = of_mp4(recording.tags, audio_mp4.chapters(opened, moov))
    return tags, seconds, recording.info.bitrate or 0, False, []


def _ogg(recording: Any, opened: BinaryIO) -> Found:
    remarks = []
    if audio_whole.ogg(opened).cut:
        remark = (
            "audio-truncated",
            "the recording stops in the middle of its stream",
            "if it should go on, copy or record it again",
        )
        remarks.append(remark)
    return of_vorbis(recording.tags), recording.info.length, recording.info.bitrate or 0, False, remarks


def _vorbis(opened: BinaryIO, size: int) -> Found:
    audio_whole.ogg(opened)
    opened.seek(0)
    return _ogg(OggVorbis(opened), opened)


def _opus(opened: BinaryIO, size: int) -> Found:
    audio_whole.ogg(opened)
    opened.seek(0)
    return _ogg(OggOpus(opened), opened)


def _flac(opened: BinaryIO, size: int) -> Found:
    recording: Any = FLAC(opened)
    info = recording.info
    whole = audio_whole.flac(opened, info.total_samples, info.sample_rate, info.max_blocksize)
    seconds = info.length if whole.seconds is None else whole.seconds
    return of_vorbis(recording.tags, recording.pictures), seconds, info.bitrate or 0, False, []


def _wav(opened: BinaryIO, size: int) -> Found:
    whole = audio_whole.wav(opened)
    opened.seek(0)
    recording: Any = WAVE(opened)
    tags = of_id3(recording.tags) if recording.tags else Tags()
    seconds = recording.info.length if whole.seconds is None else whole.seconds
    return tags, seconds, recording.info.bitrate or 0, False, []


READERS = {
    "an MP3": _mp3,
    "an MP4": _mp4,
    "Ogg Vorbis": _vorbis,
    "Ogg Opus": _opus,
    "FLAC": _flac,
    "a WAV": _wav,
}
