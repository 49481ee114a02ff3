"""What recordings say about themselves: every format, true durations, chapters, pictures, refusals, the cache."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from mutagen import id3
from mutagen.mp3 import MP3

from podfeed.source import audio_manual, audio_pool
from podfeed.source.audio import AudioFacts, AudioRefused, read_all
from podfeed.source.audio_cache import VERSION, Cache, identify
from podfeed.source.audio_hash import sha256_of
from podfeed.source.audio_pool import ask_all
from tests import sound

FFMPEG = pytest.mark.skipif(not shutil.which("ffmpeg"), reason="ffmpeg is not installed")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who is writing a file")

TAGGED = sound.id3_tags(
    sound.title("A title"),
    id3.TPE1(encoding=3, text=["Ann Lee"]),
    id3.TALB(encoding=3, text=["The show"]),
    id3.COMM(encoding=3, lang="eng", desc="", text=["Said  \n on air"]),
    id3.COMM(encoding=3, lang="eng", desc="iTunNORM", text=[" 0000"]),
    sound.apic(sound.GIF, kind=4),
    sound.apic(sound.png(), kind=3, desc="front"),
)
COMMENTS = [("TITLE", "A title"), ("ARTIST", "Ann Lee"), ("ALBUM", "The show"), ("COMMENT", "Said  \n on air")]
META = sound.ilst(
    *(
        sound.data_atom(name, value)
        for name, value in (
            (b"\xa9nam", b"A title"),
            (b"\xa9ART", b"Ann Lee"),
            (b"\xa9alb", b"The show"),
            (b"\xa9cmt", b"Said  \n on air"),
        )
    ),
    sound.data_atom(b"covr", sound.png(), 14),
)

FORMATS = {
    # name → bytes, media type, seconds
    "a.mp3": (sound.mp3(3, TAGGED), "audio/mpeg", 3.004),
    "a.m4a": (sound.m4a(3, META), "audio/x-m4a", 2.995),
    "a.m4b": (sound.m4a(3, META, index_last=True), "audio/x-m4b", 2.995),
    "a.opus": (sound.opus(3, [*COMMENTS, sound.picture_comment(sound.png())]), "audio/opus", 3),
    "b.ogg": (sound.opus(3, [*COMMENTS, sound.picture_comment(sound.png())]), "audio/ogg", 3),
    "a.flac": (sound.flac(3, COMMENTS, sound.png()), "audio/flac", 3),
}


Answer = AudioFacts | AudioRefused


def answers(folder: Path, files: dict[str, bytes]) -> dict[str, Answer]:
    """The answer for each file with these bytes."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return {file.name: answer for file, answer in read_all([folder / name for name in files], folder / "cache").items()}


def facts(folder: Path, name: str, data: bytes) -> AudioFacts:
    answer = answers(folder, {name: data})[name]
    assert isinstance(answer, AudioFacts), answer
    return answer


def code(answer: Answer) -> str:
    assert isinstance(answer, AudioRefused), answer
    return answer.code


# --- formats ---------------------------------------------------------------------------------------------------------


def test_full(tmp_path: Path) -> None:
    """Every format gives its type, size, duration, title, artist, album, comment and cover."""
    for name, found in answers(tmp_path, {name: row[0] for name, row in FORMATS.items()}).items():
        data, media_type, seconds = FORMATS[name]
        assert isinstance(found, AudioFacts), found
        assert (found.media_type, found.length, found.estimated) == (media_type, len(data), False)
        assert found.duration.total_seconds() == pytest.approx(seconds, abs=0.01), name
        assert (found.title, found.artist, found.album) == ("A title", "Ann Lee", "The show"), name
        assert found.comment == "Said on air", name
        assert found.cover and (found.cover.media_type, found.cover.width, found.cover.height) == ("image/png", 3, 2)
        assert found.cover.file.read_bytes() == sound.png()
        assert found.cover.file.name == hashlib.sha256(sound.png()).hexdigest() + ".png"
        assert found.bitrate and found.remarks == () and len(found.stamp) == 32


def test_bare(tmp_path: Path) -> None:
    """A recording without tags has a duration and nothing else."""
    files = {"a.wav": sound.wav(2), "a.ogg": sound.vorbis(), "a.oga": sound.vorbis(), "A.MP3": sound.mp3(2)}
    for name, found in answers(tmp_path, files).items():
        assert isinstance(found, AudioFacts), found
        assert found.duration.total_seconds() == pytest.approx(2, abs=0.03), name
        assert (found.title, found.cover, found.chapters, found.remarks) == (None, None, (), ())


ENDINGS = (".mp3", ".m4a", ".m4b", ".ogg", ".oga", ".opus", ".flac", ".wav")


def test_empty_and_unparseable(tmp_path: Path) -> None:
    """For every ending, no bytes and bytes that mean nothing are refused, each with its own code."""
    empty = answers(tmp_path, {f"empty{ending}": b"" for ending in ENDINGS})
    junk = answers(tmp_path, {f"junk{ending}": bytes(range(256)) * 20 for ending in ENDINGS})
    assert set(map(code, empty.values())) == {"audio-empty"}
    assert set(map(code, junk.values())) == {"audio-wrong-type"}


BEGINNINGS = {
    # a format's first bytes and then nothing that it could mean
    "a.mp3": b"ID3\4\0\0\0\0\0\5hello" + bytes(3000),
    "a.m4a": sound.atom(b"ftyp", b"M4A \0\0\0\0") + sound.atom(b"moov", bytes(30)),
    "a.ogg": sound.vorbis()[:58] + bytes(3000),
    "a.opus": sound.opus(1)[:47] + bytes(3000),
    "a.flac": b"fLaC\0\0\0\x22" + bytes(34),
    "a.wav": b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0" + bytes(40),
}


def test_begins_well(tmp_path: Path) -> None:
    """A file that begins like a recording and goes on like none is refused in words, without a library's."""
    for answer in answers(tmp_path, BEGINNINGS).values():
        assert code(answer) in ("audio-unreadable", "audio-truncated", "audio-absurd-length", "audio-wrong-type")
        assert not re.search(r"Error|mutagen|Header|struct|\d{2,}:", answer.message)  # type: ignore[union-attr]


OTHERS = (
    ("1.m4a", sound.mp3(1), "an MP3", "1.mp3"),
    ("2.mp3", sound.m4a(1), "an MP4", "2.m4a"),
    ("3.opus", sound.vorbis(), "Ogg Vorbis", "3.ogg"),
    ("4.mp3", sound.wav(1), "a WAV", "4.wav"),
    ("5.mp3", b"\n <!doctype HTML>", "a web page", "fetch the recording itself"),
    ("6.mp3", b"\xff\xf1\x50\x80" + bytes(100), "AAC without an MP4 around it", "export it as MP3"),
    ("7.mp3", b"just words\n", "plain text", "export it as MP3"),
)


def test_name_and_content_disagree(tmp_path: Path) -> None:
    """The message says what the file is, the hint how to name it."""
    found = answers(tmp_path, {name: data for name, data, _inside, _hint in OTHERS})
    for name, _data, inside, hint in OTHERS:
        answer = found[name]
        assert code(answer) == "audio-wrong-type"
        assert inside in answer.message and hint in answer.hint  # type: ignore[union-attr]


def test_not_a_file(tmp_path: Path) -> None:
    """Folders, links, pipes and absent files are refused without being opened."""
    (tmp_path / "real.mp3").write_bytes(sound.mp3())
    (tmp_path / "folder.mp3").mkdir()
    (tmp_path / "link.mp3").symlink_to(tmp_path / "real.mp3")
    os.mkfifo(tmp_path / "pipe.mp3")
    names = ("folder.mp3", "link.mp3", "pipe.mp3", "absent.mp3", "words.txt")
    (tmp_path / "words.txt").write_text("x")
    found = read_all([tmp_path / name for name in names], tmp_path / "cache")
    assert list(map(code, found.values())) == ["audio-not-a-file"] * 3 + ["audio-missing", "audio-unknown-type"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_unreadable(tmp_path: Path) -> None:
    """A file that this user may not read says so."""
    (tmp_path / "a.mp3").write_bytes(sound.mp3())
    (tmp_path / "a.mp3").chmod(0)
    answer = read_all([tmp_path / "a.mp3"], tmp_path / "cache")[tmp_path / "a.mp3"]
    assert isinstance(answer, AudioRefused) and answer.code == "audio-unreadable"


NAMES = ("Émile und ich.mp3", "a\nb.mp3", os.fsdecode(b"latin-\xe9.mp3"), "-x.mp3", "ü" * 120 + ".mp3")


def test_any_name(tmp_path: Path) -> None:
    """Whatever the file system allows as a name can be read."""
    for answer in answers(tmp_path, dict.fromkeys(NAMES, sound.mp3())).values():
        assert isinstance(answer, AudioFacts)


# --- how long ------------------------------------------------------------------------------------------------------


def test_an_hour_of_varying_bitrate_without_header(tmp_path: Path) -> None:
    """60 minutes whose length nobody wrote down: right to a tenth of a second, where mutagen is wrong by minutes."""
    count = round(3600 / sound.FRAME)
    rates = ([32] * 40 + [64] * 17 + [56] * 3) * (count // 60) + [32] * (count % 60)
    file = tmp_path / "hour.mp3"
    file.write_bytes(sound.vbr(rates, TAGGED))
    found = read_all([file], tmp_path / "cache")[file]
    assert isinstance(found, AudioFacts)
    assert abs(found.duration.total_seconds() - count * sound.FRAME) <= 0.1 and not found.estimated
    assert found.bitrate == pytest.approx(file.stat().st_size * 8 / 3600, rel=0.01)
    assert abs(MP3(file).info.length - 3600) > 60  # quirk: if this fails, mutagen has learnt it and ours may go


def test_constant_bitrate_without_header(tmp_path: Path) -> None:
    """A large file of one bitrate is not walked, and tags at its end are no sound; whether its encoder fills frames up
    to the bitrate is seen (in this one it would be two seconds)."""
    ape = b"APETAGEX" + struct.pack("<IIII", 2000, 80_032, 1, 0) + bytes(8)
    tail = bytes(80_000) + ape + b"TAG" + bytes(125)
    files = {
        "bare.mp3": sound.mp3(400, TAGGED, kilobits=64) + tail,
        "padded.mp3": TAGGED + sound.padded(400, 64) + tail,
        "mixed.mp3": sound.padded(300, 64) + sound.mp3(100, kilobits=64),
    }
    for name, found in answers(tmp_path, files).items():
        assert isinstance(found, AudioFacts)
        assert found.duration.total_seconds() == pytest.approx(400, abs=0.1), name
        assert found.bitrate == pytest.approx(64_000, rel=0.01)


def test_header_of_another_piece(tmp_path: Path) -> None:
    """A jingle's header before the whole programme: the true duration, and a warning about apps that believe it."""
    files = {
        "bytes.mp3": sound.xing([64, 128] * 500, frames=100, size=20_000),
        "frames.mp3": sound.xing([64, 128] * 500, frames=3),  # 80 Mbit/s, if it were true
    }
    for found in answers(tmp_path, files).values():
        assert isinstance(found, AudioFacts)
        assert found.duration.total_seconds() == pytest.approx(1001 * sound.FRAME, abs=0.1)
        assert [remark[0] for remark in found.remarks] == ["audio-misleading-length"]


def test_junk_between_frames(tmp_path: Path) -> None:
    """What is no sound does not count, wherever it stands."""
    piece = sound.vbr([32, 128] * 200)
    data = piece + b"\xff\xfb" * 300 + sound.id3_tags(sound.title("x")) + piece + bytes(70_000) + piece
    assert facts(tmp_path, "a.mp3", data).duration.total_seconds() == pytest.approx(1200 * sound.FRAME, abs=0.2)


def test_streamed(tmp_path: Path) -> None:
    """A recorder that streams writes no length, or the largest; what is there counts."""
    sizes = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x00\xf0\xff\x7f")
    made = sound.wav(3)
    at = made.index(b"data") + 4
    files = {f"{number}.wav": made[:at] + size + made[at + 4 :] for number, size in enumerate(sizes)}
    for found in answers(tmp_path, {**files, "a.flac": sound.flac(3, total=0)}).values():
        assert isinstance(found, AudioFacts) and found.duration == timedelta(seconds=3)


WHOLE = {
    "a.mp3": sound.xing([64, 128, 192] * 200),
    "a.m4a": sound.m4a(20, META),
    "b.m4a": sound.m4a(20, META, index_last=True),
    "a.opus": sound.opus(60),
    "a.ogg": sound.vorbis(),
    "a.flac": sound.flac(200),
    "a.wav": sound.wav(20),
}


def test_half_copied(tmp_path: Path) -> None:
    """Cut anywhere, a recording that knows its length is refused; it never goes out with the length of the whole."""
    whole = answers(tmp_path, WHOLE)
    cut = {
        f"{percent}-{name}": data[: len(data) * percent // 100]
        for name, data in WHOLE.items()
        for percent in range(30, 96, 5)
    }
    for name, answer in answers(tmp_path, cut).items():
        complete = whole[name.partition("-")[2]]
        assert isinstance(complete, AudioFacts), complete
        if isinstance(answer, AudioFacts):  # between two pages of an Ogg nothing is missing but the rest
            assert name.endswith("opus") and answer.remarks[0][0] == "audio-truncated", name
            assert answer.duration < complete.duration
        else:
            assert answer.code in ("audio-truncated", "audio-unreadable"), name


def test_cut_between_pages(tmp_path: Path) -> None:
    """An Ogg without its last page is as long as what is there, and a warning says that it does not end."""
    whole = sound.opus(30)
    found = facts(tmp_path, "a.opus", whole[: whole.rindex(b"OggS")])
    assert found.duration == timedelta(seconds=29)
    assert [remark[0] for remark in found.remarks] == ["audio-truncated"]


def test_changed_while_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that changes between the first look and the answer is refused, whatever the answer."""
    file = tmp_path / "a.mp3"
    file.write_bytes(sound.mp3())

    def changed(*asked: object) -> list[dict]:
        os.utime(file, (1, 1))
        return ask_all(*asked)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(audio_pool, "ask_all", changed)
        answer = read_all([file], tmp_path / "cache")[file]
    assert code(answer) == "audio-being-written"
    assert isinstance(read_all([file], tmp_path / "cache")[file], AudioFacts)


@LINUX
def test_being_written(tmp_path: Path) -> None:
    """While another program has the file open for writing it is refused, afterwards it is read."""
    file = tmp_path / "a.mp3"
    with open(file, "wb") as writer:
        writer.write(sound.mp3())
        writer.flush()
        assert code(read_all([file], tmp_path / "cache")[file]) == "audio-being-written"
    assert isinstance(read_all([file], tmp_path / "cache")[file], AudioFacts)


@FFMPEG
def test_agrees_with_ffmpeg(tmp_path: Path) -> None:
    """What a real encoder wrote is read as long as what a real decoder plays, fragments and missing headers included."""
    made = {
        "vbr.mp3": "-c:a libmp3lame -q:a 5",
        "bare.mp3": "-c:a libmp3lame -q:a 5 -write_xing 0 -id3v2_version 0",
        "cbr.mp3": "-c:a libmp3lame -b:a 48k -id3v2_version 3",
        "a.m4a": "-c:a aac -b:a 32k",
        "fragments.m4a": "-c:a aac -b:a 32k -f mp4 -movflags frag_keyframe+empty_moov -frag_duration 500000",
        "a.opus": "-c:a libopus -b:a 16k",
        "a.ogg": "-c:a libvorbis -q:a 0",
        "a.flac": "-c:a flac",
        "a.wav": "-c:a pcm_s16le",
    }
    source = "-f lavfi -i aevalsrc=sin(900*t*t)*gt(mod(t\\,3)\\,1):s=22050:d=7.3"
    outputs = " ".join(f"{options} {tmp_path / name}" for name, options in made.items())
    subprocess.run(f"ffmpeg -v error -y {source} {outputs}".split(), check=True)
    for file, found in read_all([tmp_path / name for name in made], tmp_path / "cache").items():
        assert isinstance(found, AudioFacts), found
        assert found.duration.total_seconds() == pytest.approx(7.3, abs=0.1), file.name


# --- chapters and pictures -------------------------------------------------------------------------------------------


def rows(found: AudioFacts) -> list[tuple[float, float | None, str, str | None]]:
    return [(c.start.total_seconds(), c.end.total_seconds() if c.end else None, c.title, c.url) for c in found.chapters]


def test_id3_chapters(tmp_path: Path) -> None:
    """Those that the table of contents names, by time, with their links, pictures and honest ends."""
    tags = sound.id3_tags(
        id3.CTOC(element_id="toc", flags=3, child_element_ids=["z", "inner", "gone"]),
        id3.CTOC(element_id="inner", flags=1, child_element_ids=["a", "toc", "far"]),
        sound.chap("a", 1500, 0xFFFFFFFF, sound.title("Second"), sound.www("javascript:x"), sound.www("https://b.example/", "2")),
        sound.chap("z", 0, 1500, sound.title("First"), sound.apic(sound.png(), 0)),
        sound.chap("hidden", 700, 900, sound.title("Not in the table")),
        sound.chap("far", 99_000, 99_500, sound.title("After the end")),
    )  # fmt: skip
    found = facts(tmp_path, "a.mp3", sound.mp3(3, tags))
    assert rows(found) == [(0, 1.5, "First", None), (1.5, None, "Second", "https://b.example/")]
    assert found.chapters[0].picture and found.chapters[0].picture.file.read_bytes() == sound.png()
    assert [remark[0] for remark in found.remarks] == ["audio-odd-chapters"]


@pytest.mark.parametrize("version", [3, 4])
def test_id3_chapters_without_table(version: int, tmp_path: Path) -> None:
    """All of them, by time; one without a title is numbered."""
    tags = sound.id3_tags(sound.chap("b", 1000, 2000), sound.chap("a", 0, 1000, sound.title("Ä")), version=version)
    assert rows(facts(tmp_path, "a.mp3", sound.mp3(3, tags))) == [(0, 1, "Ä", None), (1, 2, "Chapter 2", None)]


MARKS = [(0.0, "Eins & <zwei>", "https://a.example/x"), (1.5, "Ünï", None), (2.0, "Drei", "ftp://no.example/")]


def test_chapter_track(tmp_path: Path) -> None:
    """The QuickTime track of Auphonic and Hindenburg comes before Nero's list, and has links."""
    found = facts(tmp_path, "a.m4a", sound.m4a(3, nero=[(0, "Nero")], marks=MARKS))
    assert rows(found) == [
        (0, None, "Eins & <zwei>", "https://a.example/x"),
        (1.5, None, "Ünï", None),
        (2, None, "Drei", None),
    ]


def test_nero_chapters(tmp_path: Path) -> None:
    """Nero's list, with one title in another encoding: that title suffers, not the recording."""
    data = sound.m4a(3, nero=[(0, "Eins"), (1.25, "Zwei"), (2, "Drei")]).replace(b"Zwei", b"Zw\xe9i")
    assert rows(facts(tmp_path, "a.m4a", data)) == [
        (0, None, "Eins", None),
        (1.25, None, "Zw\ufffdi", None),
        (2, None, "Drei", None),
    ]


@pytest.mark.parametrize("name", ["a.opus", "a.flac"])
def test_vorbis_chapters(name: str, tmp_path: Path) -> None:
    """`CHAPTERxxx`, in any case, sorted; those without a time are none."""
    tags = [
        ("chapter002", "00:00:01.500"),
        ("chapter002name", "Two"),
        ("CHAPTER001", "00:00:00.000"),
        ("CHAPTER001NAME", "One"),
        ("CHAPTER001URL", "https://a.example/"),
        ("CHAPTER003NAME", "Timeless"),
    ]
    data = sound.opus(3, tags) if name.endswith("opus") else sound.flac(3, tags)
    assert rows(facts(tmp_path, name, data)) == [(0, None, "One", "https://a.example/"), (1.5, None, "Two", None)]


@FFMPEG
def test_chapters_of_ffmpeg(tmp_path: Path) -> None:
    """Chapters that a real program wrote into M4A (track and list) and MP3."""
    (tmp_path / "meta").write_text(
        ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1500\ntitle=Eins\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=1500\nEND=4000\ntitle=Zweï\n"
    )
    source = f"-f lavfi -i anullsrc=d=4 -f ffmetadata -i {tmp_path / 'meta'} -map_metadata 1"
    subprocess.run(f"ffmpeg -v error -y {source} {tmp_path / 'a.m4a'} {tmp_path / 'a.mp3'}".split(), check=True)
    for found in read_all([tmp_path / "a.m4a", tmp_path / "a.mp3"], tmp_path / "cache").values():
        assert isinstance(found, AudioFacts)
        assert [row[0::2] for row in rows(found)] == [(0, "Eins"), (1.5, "Zweï")]


def test_pictures(tmp_path: Path) -> None:
    """A picture is what its bytes say, whatever the tag claims; anything else is none."""
    made = {".jpg": sound.JPEG, ".webp": sound.WEBP, ".gif": sound.GIF, ".svg": b"<svg/>"}
    sizes = {".jpg": (7, 9), ".webp": (6, 8), ".gif": (5, 4)}
    files = {f"{ending}.mp3": sound.mp3(1, sound.id3_tags(sound.apic(data))) for ending, data in made.items()}
    for name, found in answers(tmp_path, files).items():
        assert isinstance(found, AudioFacts)
        ending, cover = name.removesuffix(".mp3"), found.cover
        if ending == ".svg":
            assert cover is None
        else:
            assert cover and (cover.file.suffix, (cover.width, cover.height)) == (ending, sizes[ending])
            assert cover.file.stat().st_mode & 0o444 == 0o444  # a web server must be able to read it


# --- the cache ---------------------------------------------------------------------------------------------------------


def test_second_time_needs_no_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is known is not read again, and equal."""
    files = [tmp_path / name for name in FORMATS]
    for file in files:
        file.write_bytes(FORMATS[file.name][0])
    first = read_all(files, tmp_path / "cache")
    monkeypatch.setattr(sys, "executable", "/nonexistent")
    assert read_all(files, tmp_path / "cache") == first
    files[0].write_bytes(sound.mp3(1))
    with pytest.raises(FileNotFoundError):
        read_all(files, tmp_path / "cache")


def test_changed_file_is_read_again(tmp_path: Path) -> None:
    """Other bytes, other facts, other stamp, even with the same size and date."""
    file = tmp_path / "a.mp3"
    before = facts(tmp_path, "a.mp3", sound.mp3(3, sound.id3_tags(sound.title("One"))))
    times = file.stat().st_atime_ns, file.stat().st_mtime_ns
    file.write_bytes(sound.mp3(3, sound.id3_tags(sound.title("Two"))))
    os.utime(file, ns=times)
    after = read_all([file], tmp_path / "cache")[file]
    assert isinstance(after, AudioFacts)
    assert (before.title, after.title) == ("One", "Two") and before.stamp != after.stamp


DAMAGE = (
    b"",
    b"[" * 100_000,
    b"\xff\xfe",
    b'{"version": 999, "files": {}}',
    b'{"version": %d, "files": {"../a.mp3": 5}}' % VERSION,
    b'{"version": %d, "files": []}' % VERSION,
)


def test_damaged_cache(tmp_path: Path) -> None:
    """A cache that is damaged or foreign is as good as none."""
    first = facts(tmp_path, "a.mp3", FORMATS["a.mp3"][0])
    for damage in DAMAGE:
        (tmp_path / "cache" / "audio.json").write_bytes(damage)
        assert Cache.load(tmp_path / "cache").records.keys() <= set()
    assert read_all([tmp_path / "a.mp3"], tmp_path / "cache") == {tmp_path / "a.mp3": first}


def test_damaged_record(tmp_path: Path) -> None:
    """Neither a record with a hole nor a picture that is gone is believed."""
    file, cache = tmp_path / "a.mp3", tmp_path / "cache"
    first = facts(tmp_path, "a.mp3", FORMATS["a.mp3"][0])
    known = json.loads((cache / "audio.json").read_bytes())
    del known["files"]["../a.mp3"]["is"]["chapters"]
    (cache / "audio.json").write_text(json.dumps(known))
    assert read_all([file], cache) == {file: first}
    shutil.rmtree(cache / "art")
    assert read_all([file], cache) == {file: first}
    assert first.cover and first.cover.file.exists()


@pytest.mark.slow
def test_many_files_and_builds_at_once(tmp_path: Path) -> None:
    """Four builds read 60 files with one cache: each gets every answer, in order, and the cache is whole."""
    files = [tmp_path / f"{number}.mp3" for number in range(60)]
    for number, file in enumerate(files):
        file.write_bytes(sound.mp3(1 + number * 0.1, sound.id3_tags(sound.title(str(number)), sound.apic(sound.png()))))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: read_all(files, tmp_path / "cache"), range(4)))
    for answer in found:
        assert list(answer) == files
        assert [one.title for one in answer.values() if isinstance(one, AudioFacts)] == list(map(str, range(60)))
    assert len(json.loads((tmp_path / "cache" / "audio.json").read_bytes())["files"]) == 60
    assert [path.name for path in (tmp_path / "cache").rglob(".making-*")] == []


def test_what_others_wrote_stays(tmp_path: Path) -> None:
    """Two builds that began with the same cache do not undo each other's work."""
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"x")
    first, second = Cache.load(tmp_path / "cache"), Cache.load(tmp_path / "cache")
    first.put(tmp_path / "a", identify(tmp_path / "a"), {"one": 1})
    first.save()
    second.put(tmp_path / "b", identify(tmp_path / "b"), {"two": 2})
    second.save()
    assert Cache.load(tmp_path / "cache").records.keys() == {"../a", "../b"}


def test_forgets_what_is_gone(tmp_path: Path) -> None:
    """The cache does not grow with files that were renamed."""
    facts(tmp_path, "a.mp3", sound.mp3())
    (tmp_path / "a.mp3").rename(tmp_path / "b.mp3")
    facts(tmp_path, "c.mp3", sound.mp3())
    assert list(json.loads((tmp_path / "cache" / "audio.json").read_bytes())["files"]) == ["../c.mp3"]


def test_sha256(tmp_path: Path) -> None:
    """The hash of the bytes, also when they change; it lives beside the facts."""
    file, cache = tmp_path / "a.mp3", tmp_path / "cache"
    first = facts(tmp_path, "a.mp3", sound.mp3())
    assert sha256_of(file, cache) == sha256_of(file, cache) == hashlib.sha256(sound.mp3()).hexdigest()
    assert read_all([file], cache)[file] == first
    file.write_bytes(b"other")
    assert sha256_of(file, cache) == hashlib.sha256(b"other").hexdigest()


# --- the worker --------------------------------------------------------------------------------------------------------


def test_a_library_in_the_folder_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A show's folder may hold a file called mutagen.py; it must not become part of the reader."""
    (tmp_path / "mutagen.py").write_text("raise SystemExit")
    (tmp_path / "json.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    assert facts(tmp_path, "a.mp3", sound.mp3()).media_type == "audio/mpeg"


def test_interrupted(tmp_path: Path) -> None:
    """Ctrl-C ends the reading of many recordings at once, with its workers."""
    for number in range(300):
        (tmp_path / f"{number}.mp3").write_bytes(sound.mp3(20, TAGGED))
    program = (
        "import sys; from pathlib import Path; from podfeed.source.audio import read_all; print('go', flush=True);"
        "read_all(sorted(Path(sys.argv[1]).glob('*.mp3')), Path(sys.argv[1], 'cache'))"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        assert process.stdout and process.stdout.readline() == b"go\n"
        time.sleep(0.2)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(5) != 0
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_mutagen_stays_outside() -> None:
    """Neither mutagen nor imagesize is imported by the process that asks."""
    program = "import sys, podfeed.source.audio; print({'mutagen', 'imagesize'} & set(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "set()"


def test_every_code_has_its_manual() -> None:
    """Every code that the readers of recordings use is explained, and none is explained that is not used."""
    folder = Path(audio_manual.__file__).parent
    files = [*folder.glob("audio*.py"), folder / "embed.py"]
    words = {word for file in files if file.name != "audio_manual.py" for word in re.findall(r'"((?:audio|embed)-[a-z-]+)"', file.read_text())}  # fmt: skip
    assert words == set(audio_manual.MANUAL)
