"""Recordings made to hang, to fill the memory or to lie: each ends in time with facts that can be true, or a refusal."""

from __future__ import annotations

import random
import struct
import time
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from podfeed.source.audio import MANUAL, AudioFacts, AudioRefused, read_all
from podfeed.source.audio_pool import LIMITS
from podfeed.text import illegal_character, is_web_address
from podfeed.worker import Limits
from tests import sound

pytestmark = pytest.mark.usefixtures("own_workers")

QUICK = Limits(seconds=0.2)
"""For the default run: the same guards, earlier."""


def sane(answer: AudioFacts | AudioRefused) -> None:
    """What holds for every answer, whatever the file."""
    if isinstance(answer, AudioRefused):
        assert answer.code in MANUAL and answer.message and answer.hint
        assert "Traceback" not in answer.message and "Error" not in answer.message
        return
    assert timedelta(0) < answer.duration < timedelta(hours=48)
    assert answer.bitrate is None or answer.bitrate > 0
    texts = [answer.title, answer.artist, answer.album, answer.comment]
    starts = [chapter.start for chapter in answer.chapters]
    assert starts == sorted(starts)
    for chapter in answer.chapters:
        texts.append(chapter.title)
        assert timedelta(0) <= chapter.start < answer.duration
        assert chapter.end is None or chapter.start < chapter.end <= answer.duration
        assert chapter.url is None or is_web_address(chapter.url)
    for text in filter(None, texts):
        assert illegal_character(text) is None and len(text) <= 1000 and "\n" not in text
    assert all(code in MANUAL and message and hint for code, message, hint in answer.remarks)


# --- the files -----------------------------------------------------------------------------------------------------

SOUND = sound.mp3(2)


def _mp3(*frames: bytes) -> bytes:
    return sound.raw_id3(b"".join(frames)) + SOUND


def _compressed(name: bytes, size: int) -> bytes:
    """A frame of ID3v2.3 that unpacks to `size` bytes."""
    packed = zlib.compress(bytes(size), 9)
    return sound.raw_frame(name, struct.pack(">I", size) + packed, 0x0080)


def _nested(name: bytes, head: bytes, depth: int) -> bytes:
    body = b""
    for _ in range(depth):
        body = sound.raw_frame(name, head + body)
    return body


def _nested_atoms(name: bytes, depth: int) -> bytes:
    length = 8 * depth
    return b"".join(struct.pack(">I4s", length - 8 * level, name) for level in range(depth))


def _endless_cover() -> bytes:
    """The `covr` atom has a child `name` of length zero; mutagen 1.48.1 never gets past it."""
    return _with_ilst(sound.atom(b"covr", struct.pack(">I4sI", 0, b"name", 0), bytes(16)))


def _with_ilst(*atoms: bytes) -> bytes:
    return sound.m4a(2, sound.ilst(*atoms))


def _flac_with_picture(stated: int) -> bytes:
    """The picture block says that its data has `stated` bytes."""
    body = struct.pack(">II", 3, 9) + b"image/png" + struct.pack(">IIIIII", 0, 1, 1, 24, 0, stated)
    block = bytes((6,)) + struct.pack(">I", len(body))[1:] + body
    made = sound.flac(2)
    return made[:42] + block + made[42:]


def _chap_frames(count: int) -> bytes:
    return b"".join(sound.raw_frame(b"CHAP", b"c%d\0" % n + struct.pack(">4I", n, n + 1, 0, 0)) for n in range(count))


def _loop_of_contents() -> bytes:
    first = sound.raw_frame(b"CTOC", b"a\0\3\1b\0")
    second = sound.raw_frame(b"CTOC", b"b\0\1\1a\0")
    return _mp3(first, second, _chap_frames(2))


def _opus_ending_at(position: int) -> bytes:
    made = sound.opus(1)
    at = made.rindex(b"OggS")
    return made[: at + 6] + struct.pack("<q", position) + made[at + 14 :]


def _many_pages(count: int) -> bytes:
    made = sound.opus(1)
    page = sound._page([b""], 1, 9)
    return made[: made.rindex(b"OggS")] + page * count


def _comments_without_end() -> bytes:
    made = sound.opus(1)
    return made.replace(struct.pack("<I", 4) + b"test" + bytes(4), struct.pack("<I", 4) + b"test" + b"\xff" * 4)


def _m4a_lasting(scale: int, duration: int) -> bytes:
    made = sound.m4a(2)
    at = made.index(b"mdhd")
    return made[: at + 16] + struct.pack(">II", scale, duration) + made[at + 24 :]


def _chapter_track_of(stts: tuple[int, int], size: int) -> bytes:
    made = bytearray(sound.m4a(2, marks=[(0, "One", None), (1, "Two", None)]))
    at = made.rindex(b"stts")
    made[at + 8 : at + 20] = struct.pack(">III", 1, *stts)
    at = made.rindex(b"stsz")
    made[at + 4 : at + 16] = struct.pack(">III", 0, size, 0xFFFFFFFF)
    return bytes(made)


def _evil_words() -> bytes:
    tags = sound.id3_tags(
        sound.title("a\x07\ufffe\u202e" + "x" * 5000),
        sound.chap("\xe9", 0, 5, sound.title("]]>\x0b<script>"), sound.www("javascript:alert(1)")),
        sound.chap(
            "b", 500, 5, sound.title("\n\t "), sound.www("https://u:p@h/"), sound.www("http://ok.example/", "2")
        ),
        sound.chap("c", 0xFFFFFFFF),
        sound.chap("d", 999_999_999),
    )
    return tags + SOUND


HOSTILE: dict[str, Callable[[], bytes]] = {
    "endless-cover.m4a": _endless_cover,
    "nested-contents.mp3": lambda: _mp3(_nested(b"CTOC", b"a\0\3\0", 4000)),
    "nested-chapters.mp3": lambda: _mp3(_nested(b"CHAP", b"a\0" + bytes(16), 4000)),
    "nested-atoms.m4a": lambda: _nested_atoms(b"moov", 29_000),
    "nested-tracks.m4a": lambda: sound.atom(b"ftyp", b"M4A \0\0\0\0") + _nested_atoms(b"moov", 29_000),
    "four-gigabyte-picture.flac": lambda: _flac_with_picture(0xFFFFFFFF),
    "unpacks-to-200-MB.mp3": lambda: _mp3(_compressed(b"TIT2", 200_000_000)),
    "unpacks-twenty-times.mp3": lambda: _mp3(*[_compressed(b"APIC", 50_000_000)] * 20),
    "four-thousand-pictures.mp3": lambda: _mp3(sound.raw_frame(b"APIC", b"\0image/png\0\3\0" + b"x") * 4000),
    "many-chapters.mp3": lambda: _mp3(_chap_frames(64_000)),
    "many-atoms.m4a": lambda: sound.atom(b"ftyp", b"M4A \0\0\0\0") + sound.atom(b"free") * 1_000_000,
    "many-chunks.wav": lambda: b"RIFF\0\0\0\0WAVE" + b"junk\0\0\0\0" * 1_000_000,
    "many-paddings.flac": lambda: sound.flac(1)[:42] + b"\1\0\0\0" * 2_000_000,
    "four-gigabytes-of-data.wav": lambda: sound.wav(0).replace(b"data\0\0\0\0", b"data\xf0\xff\xff\x7e"),
    "three-days-of-telegraphy.wav": lambda: sound.wav(260_000, rate=4),
    "web-page.mp3": lambda: b"<!DOCTYPE html><title>404</title>",
    "before-the-start.opus": lambda: _opus_ending_at(5),
    "negative.opus": lambda: _opus_ending_at(-5000),
    "a-million-years.opus": lambda: _opus_ending_at(2**62),
    "many-pages.opus": lambda: _many_pages(200_000),
    "comments-without-end.opus": _comments_without_end,
    "no-scale.m4a": lambda: _m4a_lasting(0, 5),
    "no-length.m4a": lambda: _m4a_lasting(1000, 0),
    "five-days.m4a": lambda: _m4a_lasting(1, 432_000),
    "one-day-in-2-kB.m4a": lambda: _m4a_lasting(1, 86_000),
    "atom-of-exabytes.m4a": lambda: sound.m4a(1) + struct.pack(">I4sQ", 1, b"mdat", 2**63),
    "endless-chapter-track.m4a": lambda: _chapter_track_of((0xFFFFFFFF, 1), 0),
    "huge-chapter-track.m4a": lambda: _chapter_track_of((2, 1), 0x7FFFFFFF),
    "short-chapter-list.m4a": lambda: sound.m4a(2, nero=[(0, "One")]).replace(b"One", b"\xff\xfe\xff"),
    "tag-beyond-the-end.mp3": lambda: b"ID3\3\0\0\x7f\x7f\x7f\x7f" + SOUND,
    "only-a-tag.mp3": lambda: sound.raw_id3(bytes(5000)),
    "tag-in-tag.mp3": lambda: sound.raw_id3(b"") * 50 + SOUND,
    "all-ones.mp3": lambda: b"\xff" * 3_000_000,
    "sound-then-ones.mp3": lambda: SOUND + b"\xff" * 3_000_000,
    "loop-of-contents.mp3": _loop_of_contents,
    "evil-words.mp3": _evil_words,
    "huge-picture.mp3": lambda: sound.id3_tags(sound.apic(sound.png()[:33] + bytes(30_000_000))) + SOUND,
    "broken-pictures.opus": lambda: sound.opus(1, [("METADATA_BLOCK_PICTURE", "AAAA")] * 500),
    "endless-xing.mp3": lambda: sound.xing([64] * 100, frames=0xFFFFFFFF, size=4),
    "zip.mp3": lambda: b"PK\3\4" + bytes(1000),
    "pointer.mp3": lambda: b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
}


def _write(folder: Path) -> list[Path]:
    for name, make in HOSTILE.items():
        (folder / name).write_bytes(make())
    return [folder / name for name in HOSTILE]


def test_every_hostile_file_ends_in_time(tmp_path: Path) -> None:
    """No file of the corpus hangs, crashes the reader, or yields facts that cannot be true; sound ones are still read."""
    files = _write(tmp_path)
    files.append(tmp_path / "good.mp3")
    files[-1].write_bytes(SOUND)
    start = time.monotonic()
    answers = read_all(files, tmp_path / "cache", QUICK)
    assert time.monotonic() - start < QUICK.patience  # or the clock had to end what the worker should have ended
    for answer in answers.values():
        sane(answer)
    codes = {f.name: a.code for f, a in answers.items() if isinstance(a, AudioRefused)}
    assert codes["endless-cover.m4a"] == "audio-too-slow"
    assert codes["web-page.mp3"] == codes["zip.mp3"] == codes["pointer.mp3"] == "audio-wrong-type"
    assert (
        codes["negative.opus"]
        == codes["three-days-of-telegraphy.wav"]
        == codes["one-day-in-2-kB.m4a"]
        == "audio-absurd-length"
    )
    assert codes["four-gigabytes-of-data.wav"] == "audio-truncated"
    read = {f.name for f, a in answers.items() if isinstance(a, AudioFacts)}
    assert {"good.mp3", "loop-of-contents.mp3", "evil-words.mp3", "tag-in-tag.mp3", "endless-xing.mp3"} <= read


def test_evil_words_become_harmless(tmp_path: Path) -> None:
    """Controls leave the texts, other schemes and passwords the links, chapters that cannot be the list."""
    file = tmp_path / "a.mp3"
    file.write_bytes(_evil_words())
    facts = read_all([file], tmp_path / "cache")[file]
    assert isinstance(facts, AudioFacts)
    assert [(c.title, c.url) for c in facts.chapters] == [
        ("]]><script>", None),
        ("Chapter 2", "http://ok.example/"),
    ]
    assert [code for code, _message, _hint in facts.remarks] == ["audio-odd-chapters"]


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_real_limits_hold(name: str, tmp_path: Path) -> None:
    """With the limits of the product each file ends within two seconds of computing and half a gigabyte."""
    file = tmp_path / name
    file.write_bytes(HOSTILE[name]())
    start = time.monotonic()
    sane(read_all([file], tmp_path / "cache", LIMITS)[file])
    assert time.monotonic() - start < 12  # the machine may be busy; the limit itself is on computing


@pytest.mark.slow
def test_memory_is_limited(tmp_path: Path) -> None:
    """A tag that unpacks to more than the limit ends the worker, not the machine, and is called by its name."""
    file = tmp_path / "bomb.mp3"
    file.write_bytes(_mp3(_compressed(b"TIT2", 150_000_000)))
    answer = read_all([file], tmp_path / "cache", Limits(seconds=5, memory=192 * 1024 * 1024))[file]
    assert isinstance(answer, AudioRefused) and answer.code == "audio-too-big-for-memory"


# --- mutations -------------------------------------------------------------------------------------------------------

SEEDS: dict[str, Callable[[], bytes]] = {
    ".mp3": lambda: (
        sound.id3_tags(
            sound.title("Title"),
            sound.apic(sound.png()),
            sound.chap("a", 0, 900, sound.title("One"), sound.www("https://a.example/")),
            sound.chap("b", 900, 1900, sound.title("Two"), sound.apic(sound.GIF)),
        )
        + sound.xing([64, 128, 32] * 20)
    ),
    ".m4a": lambda: sound.m4a(
        2, sound.ilst(sound.data_atom(b"\xa9nam", b"Title"), sound.data_atom(b"covr", sound.png(), 14)),
        nero=[(0, "One"), (1, "Two")], marks=[(0, "One", "https://a.example/"), (1, "Two", None)],
    ),
    ".opus": lambda: sound.opus(2, [("TITLE", "Title"), ("CHAPTER001", "00:00:01.000"), sound.picture_comment(sound.GIF)]),
    ".ogg": sound.vorbis,
    ".flac": lambda: sound.flac(2, [("TITLE", "Title"), ("CHAPTER001", "00:00:01.000")], sound.png()),
    ".wav": lambda: sound.wav(0.5),
}  # fmt: skip


def _mutated(data: bytes, chance: random.Random) -> bytes:
    """Up to eight changes, most of them where the headers are."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        if not made:
            break
        at = (
            min(int(chance.expovariate(1 / 300)), len(made) - 1)
            if chance.random() < 0.8
            else chance.randrange(len(made))
        )
        what = chance.randrange(5)
        if what == 0:
            made[at] ^= 1 << chance.randrange(8)
        elif what == 1:
            made[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF))
        elif what == 2:
            made[at : at + 4] = chance.choice((b"\0\0\0\0", b"\xff\xff\xff\xff", b"\0\0\0\1", b"\x7f\xff\xff\xff"))
        elif what == 3:
            del made[at : at + chance.randint(1, 40)]
        else:
            made[at:at] = made[at // 2 : at // 2 + chance.randint(1, 40)]
    return bytes(made) or b"x"


def _fuzz(folder: Path, count: int, seed: int) -> None:
    chance = random.Random(seed)
    seeds = {ending: make() for ending, make in SEEDS.items()}
    files = []
    for number in range(count):
        ending = list(seeds)[number % len(seeds)]
        files.append(folder / f"{number}{ending}")
        files[-1].write_bytes(_mutated(seeds[ending], chance))
    answers = read_all(files, folder / "cache", Limits(seconds=1))
    assert len(answers) == count
    for answer in answers.values():
        sane(answer)
    read = sum(isinstance(answer, AudioFacts) for answer in answers.values())
    assert count * 0.1 < read < count * 0.98  # else the changes miss, or hit only the first byte


def test_mutated_files(tmp_path: Path) -> None:
    """300 damaged recordings: each is read or refused, and nothing escapes."""
    _fuzz(tmp_path, 300, 20260302)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_many_mutated_files(seed: int, tmp_path: Path) -> None:
    """8,000 damaged recordings in four lots through the worker; test_audio_many has 100,000 for the reader itself."""
    _fuzz(tmp_path, 2_000, seed)
