"""Real recordings, made here: a few bytes of each format that players play, so that none has to be committed.

Only Ogg Vorbis cannot be written by hand in a few lines: `sounds/silence.ogg` is two seconds from ffmpeg.
"""

from __future__ import annotations

import base64
import io
import struct
import wave
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from mutagen import id3
from mutagen.flac import Picture
from mutagen.ogg import OggPage

VORBIS = Path(__file__).parent / "sounds" / "silence.ogg"

# --- pictures ------------------------------------------------------------------------------------------------


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int = 3, height: int = 2, extra: bytes = b"") -> bytes:
    """A black picture; `extra` makes its bytes differ."""
    rows = zlib.compress(b"\0" * (width * 3 + 1) * height)
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    text = _chunk(b"tEXt", b"Comment\0" + extra) if extra else b""
    return b"\x89PNG\r\n\x1a\n" + head + text + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


GIF = b"GIF89a\x05\0\x04\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xc0\0\x11\x08\0\x09\0\x07\3\1\x22\0\2\x11\1\3\x11\1\xff\xd9"
WEBP = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\x05\xc0\x01\0\x11\x07\x10\x11\x11\x88\x88\xfe\x07\0"


# --- MP3 -------------------------------------------------------------------------------------------------------

BITRATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)  # MPEG 1, layer III
FRAME = 1152 / 44100  # seconds


def frame(kilobits: int = 128, inside: bytes = b"", padding: int = 0) -> bytes:
    """A silent mono frame of 44.1 kHz; `inside` stands after its side information (Xing)."""
    length = 144_000 * kilobits // 44100 + padding
    head = struct.pack(">I", 0xFFFB0000 | BITRATES.index(kilobits) << 12 | padding << 9 | 0xC4)
    return (head + bytes(17) + inside).ljust(length, b"\0")


def mp3(seconds: float = 2.0, tags: bytes = b"", kilobits: int = 128) -> bytes:
    """Constant bitrate, no header but the frames'."""
    return tags + frame(kilobits) * round(seconds / FRAME)


def padded(seconds: float, kilobits: int) -> bytes:
    """Constant bitrate to the letter: a byte more in as many frames as it takes."""
    exact, frames, size = 144_000 * kilobits / 44100, [], 0
    kinds = frame(kilobits), frame(kilobits, padding=1)
    for number in range(1, round(seconds / FRAME) + 1):
        frames.append(kinds[size + len(kinds[1]) <= exact * number])
        size += len(frames[-1])
    return b"".join(frames)


def vbr(rates: Iterable[int], tags: bytes = b"") -> bytes:
    """A frame of each of these bitrates, and no Xing header that says so."""
    made = {rate: frame(rate) for rate in BITRATES[1:]}
    return tags + b"".join([made[rate] for rate in rates])


def xing(rates: Sequence[int], frames: int | None = None, size: int | None = None) -> bytes:
    """The same with a Xing header; `frames` and `size` let it lie."""
    sound = vbr(rates)
    frames, size = len(rates) if frames is None else frames, len(sound) + 417 if size is None else size
    return frame(128, b"Xing" + struct.pack(">III", 3, frames, size)) + sound


def id3_tags(*frames: id3.Frame, version: int = 4, extra: bytes = b"") -> bytes:
    """An ID3 tag with these frames; `extra` are raw ones."""
    tags = id3.ID3()
    for one in frames:
        tags.add(one)
    if version == 3:
        tags.update_to_v23()
    made = io.BytesIO()
    tags.save(made, v2_version=version, v23_sep=None, padding=lambda _: 0)
    return raw_id3(made.getvalue()[10:] + extra, version)


def chap(name: str, start: int, end: int = 0xFFFFFFFF, *inside: id3.Frame) -> id3.CHAP:
    return id3.CHAP(element_id=name, start_time=start, end_time=end, sub_frames=list(inside))


def title(text: str) -> id3.TIT2:
    return id3.TIT2(encoding=3, text=[text])


def www(url: str, desc: str = "") -> id3.WXXX:
    return id3.WXXX(encoding=3, desc=desc, url=url)


def apic(data: bytes, kind: int = 3, desc: str = "") -> id3.APIC:
    return id3.APIC(encoding=3, mime="image/png", type=kind, desc=desc, data=data)


def raw_id3(frames: bytes, version: int = 3) -> bytes:
    """A tag of any bytes, for what mutagen would not write."""
    size = bytes(len(frames) >> shift & 127 for shift in (21, 14, 7, 0))
    return b"ID3" + bytes((version, 0, 0)) + size + frames


def raw_frame(name: bytes, body: bytes, flags: int = 0) -> bytes:
    """A frame of ID3v2.3."""
    return name + struct.pack(">IH", len(body), flags) + body


# --- WAV, FLAC ----------------------------------------------------------------------------------------------------


def wav(seconds: float = 2.0, rate: int = 8000) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(bytes(2 * round(seconds * rate)))
    return made.getvalue()


def _crc(data: bytes, polynomial: int, bits: int) -> int:
    crc, top, mask = 0, 1 << bits - 1, (1 << bits) - 1
    for byte in data:
        crc ^= byte << bits - 8
        for _ in range(8):
            crc = (crc << 1 ^ polynomial if crc & top else crc << 1) & mask
    return crc


def _flac_frame(number: int, samples: int) -> bytes:
    """A frame of silence, 8 kHz, mono, 16 bits: one constant subframe (RFC 9639 §9)."""
    coded = bytes((number,)) if number < 128 else chr(number).encode()
    code, tail = (0b1100, b"") if samples == 4096 else (0b0111, struct.pack(">H", samples - 1))
    head = b"\xff\xf8" + bytes((code << 4 | 0b0100, 0b00001000)) + coded + tail
    head += bytes((_crc(head, 0x07, 8),))
    body = head + b"\0" + struct.pack(">h", number % 7)
    return body + struct.pack(">H", _crc(body, 0x8005, 16))


def comments(pairs: Iterable[tuple[str, str]]) -> bytes:
    """A Vorbis comment block."""
    rows = [f"{name}={value}".encode() for name, value in pairs]
    packed = b"".join(struct.pack("<I", len(row)) + row for row in rows)
    return struct.pack("<I", 4) + b"test" + struct.pack("<I", len(rows)) + packed


def flac(
    seconds: float = 2.0, tags: Iterable[tuple[str, str]] = (), cover: bytes | None = None, total: int | None = None
) -> bytes:
    """`total` samples as the header says; the true number if None."""
    samples = round(seconds * 8000)
    sizes = [4096] * (samples // 4096) + ([samples % 4096] if samples % 4096 else [])
    stated = samples if total is None else total
    info = struct.pack(">HH", 4096, 4096) + bytes(6) + struct.pack(">Q", 8000 << 44 | 15 << 36 | stated) + bytes(16)
    blocks = [(0, info), (4, comments(tags))]
    if cover:
        picture = Picture()
        picture.data, picture.mime, picture.type = cover, "image/png", 3
        blocks.append((6, picture.write()))
    head = b"".join(
        bytes((kind | (128 if number == len(blocks) - 1 else 0),)) + struct.pack(">I", len(data))[1:] + data
        for number, (kind, data) in enumerate(blocks)
    )
    return b"fLaC" + head + b"".join(_flac_frame(number, size) for number, size in enumerate(sizes))


# --- Ogg ------------------------------------------------------------------------------------------------------------

SILENCE = b"\xf8\xff\xfe"  # 20 ms of Opus


def _page(packets: list[bytes], position: int, number: int, *, first: bool = False, last: bool = False) -> bytes:
    page = OggPage()
    page.packets, page.position, page.sequence, page.serial = packets, position, number, 7
    page.first, page.last, page.complete = first, last, True
    return page.write()


def opus(seconds: float = 2.0, tags: Iterable[tuple[str, str]] = ()) -> bytes:
    """RFC 7845: a head, the comments, a page a second."""
    pages = [_page([b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 312, 48000, 0, 0)], 0, 0, first=True)]
    pages.append(_page([b"OpusTags" + comments(tags)], 0, 1))
    left, position = round(seconds * 50), 312
    while left > 0:
        count = min(50, left)
        left -= count
        position += count * 960
        pages.append(_page([SILENCE] * count, position, len(pages), last=left == 0))
    return b"".join(pages)


def picture_comment(data: bytes) -> tuple[str, str]:
    picture = Picture()
    picture.data, picture.mime, picture.type = data, "image/png", 3
    return "METADATA_BLOCK_PICTURE", base64.b64encode(picture.write()).decode()


def vorbis() -> bytes:
    return VORBIS.read_bytes()


# --- MP4 -----------------------------------------------------------------------------------------------------------

AAC_SILENCE = bytes.fromhex("211004608c1c")  # 1,024 samples
MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


def atom(name: bytes, *data: bytes) -> bytes:
    body = b"".join(data)
    return struct.pack(">I4s", 8 + len(body), name) + body


def _track(
    number: int, kind: bytes, scale: int, duration: int, entry: bytes, tables: Sequence[bytes], ref=b""
) -> bytes:
    header = struct.pack(">IIIIII", 7, 0, 0, number, 0, duration) + bytes(16) + MATRIX + bytes(8)
    media = atom(b"mdhd", struct.pack(">IIIIIHH", 0, 0, 0, scale, duration, 0x55C4, 0))
    media += atom(b"hdlr", bytes(8) + kind + bytes(13))
    table = atom(b"stbl", atom(b"stsd", struct.pack(">II", 0, 1), entry), *tables)
    media += atom(b"minf", table)
    return atom(b"trak", atom(b"tkhd", header), ref, atom(b"mdia", media))


def _tables(counts: Sequence[tuple[int, int]], sizes: Sequence[int], offset: int) -> list[bytes]:
    return [
        atom(b"stts", struct.pack(">II", 0, len(counts)), *(struct.pack(">II", *row) for row in counts)),
        atom(b"stsc", struct.pack(">IIIII", 0, 1, 1, len(sizes), 1)),
        atom(b"stsz", struct.pack(">III", 0, 0, len(sizes)), *(struct.pack(">I", size) for size in sizes)),
        atom(b"stco", struct.pack(">III", 0, 1, offset)),
    ]


def _esds(rate_bits: bytes) -> bytes:
    config = b"\x05" + bytes((len(rate_bits),)) + rate_bits
    decoder = b"\x04" + bytes((13 + len(config),)) + b"\x40\x15\0\0\0" + struct.pack(">II", 64000, 64000) + config
    return atom(b"esds", bytes(4) + b"\x03" + bytes((3 + len(decoder) + 3,)) + b"\0\1\0" + decoder + b"\x06\x01\x02")


def data_atom(name: bytes, value: bytes, kind: int = 1) -> bytes:
    return atom(name, atom(b"data", struct.pack(">II", kind, 0), value))


def ilst(*atoms: bytes) -> bytes:
    return atom(b"meta", bytes(4), atom(b"hdlr", bytes(8) + b"mdirappl" + bytes(9)), atom(b"ilst", *atoms))


def chpl(marks: Sequence[tuple[float, str]]) -> bytes:
    """Nero's list of chapters."""
    rows = [struct.pack(">QB", round(start * 1e7), len(name.encode())) + name.encode() for start, name in marks]
    return atom(b"chpl", b"\1\0\0\0\0\0\0\0" + bytes((len(rows),)), *rows)


def text_sample(words: str, url: str | None = None) -> bytes:
    """A chapter as QuickTime has it: its length, its words, and a link where there is one."""
    said = words.encode()
    link = b""
    if url:
        link = atom(b"href", struct.pack(">HHB", 0, len(said), len(url)) + url.encode() + b"\0")
    return struct.pack(">H", len(said)) + said + link


def m4a(
    seconds: float = 2.0,
    meta: bytes = b"",
    nero: Sequence[tuple[float, str]] = (),
    marks: Sequence[tuple[float, str, str | None]] = (),
    index_last: bool = False,
) -> bytes:
    """AAC silence; `nero` and `marks` are chapters in the two ways that there are."""
    count = round(seconds * 44100 / 1024)
    samples = [text_sample(words, url) for _start, words, url in marks]
    sound, texts = AAC_SILENCE * count, b"".join(samples)
    kind = atom(b"ftyp", b"M4A \0\0\0\0M4A mp42isom")

    def moov(at: int) -> bytes:
        duration = count * 1024
        head = struct.pack(">IIIII", 0, 0, 0, 1000, round(seconds * 1000)) + struct.pack(">IH", 0x10000, 0x100)
        head += bytes(10) + MATRIX + bytes(24) + struct.pack(">I", 3)
        entry = struct.pack(">IHHIIHHHHI", 0, 0, 1, 0, 0, 2, 16, 0, 0, 44100 << 16)
        entry = atom(b"mp4a", entry, _esds(b"\x12\x10"))
        ref = atom(b"tref", atom(b"chap", struct.pack(">I", 2))) if marks else b""
        tables = _tables([(count, 1024)], [len(AAC_SILENCE)] * count, at)
        tracks = [_track(1, b"soun", 44100, duration, entry, tables, ref)]
        if marks:
            ends = [*(round(start * 1000) for start, _w, _u in marks), round(seconds * 1000)]
            lengths = [(1, after - before) for before, after in zip(ends, ends[1:], strict=False)]
            tables = _tables(lengths, [len(sample) for sample in samples], at + len(sound))
            tracks.append(_track(2, b"text", 1000, ends[-1], atom(b"text", bytes(51)), tables))
        user = atom(b"udta", meta, chpl(nero) if nero else b"")
        return atom(b"moov", atom(b"mvhd", head), *tracks, user)

    if index_last:
        return kind + atom(b"mdat", sound, texts) + moov(len(kind) + 8)
    size = len(moov(0))
    return kind + moov(len(kind) + size + 8) + atom(b"mdat", sound, texts)
