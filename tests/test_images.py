"""Pictures by their first bytes: what they are, how large, and which are refused."""

from __future__ import annotations

import hashlib
import io
import os
import random
import time
from pathlib import Path

import pytest
from PIL import Image

from podfeed.colours import Paint, paint
from podfeed.source.images import LARGEST, MANUAL, ImageFacts, ImageRefused, facts_of, read_image
from tests import sound


def made(form: str, size: tuple[int, int]) -> bytes:
    """A picture as a real program writes it."""
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, form)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "form", "media_type"),
    [
        ("a.jpg", "JPEG", "image/jpeg"),
        ("a.jpeg", "JPEG", "image/jpeg"),
        ("A.JPG", "JPEG", "image/jpeg"),
        ("a.png", "PNG", "image/png"),
        ("a.gif", "GIF", "image/gif"),
        ("a.webp", "WEBP", "image/webp"),
    ],
)
def test_known(name: str, form: str, media_type: str, tmp_path: Path) -> None:
    """Type, size in pixels and bytes, and a stamp of the bytes."""
    data = made(form, (1400, 1399))
    (tmp_path / name).write_bytes(data)
    stamp = hashlib.sha256(data).hexdigest()[:16]
    assert read_image(tmp_path / name) == ImageFacts(
        media_type=media_type, width=1400, height=1399, length=len(data), stamp=stamp, paint=Paint("RGB")
    )


@pytest.mark.parametrize(
    ("name", "data", "code", "words"),
    [
        ("a.jpg", b"", "image-empty", "copy it again"),
        ("a.jpg", sound.png(), "image-wrong-type", "rename it to a.png"),
        ("a.png", sound.JPEG, "image-wrong-type", "rename it to a.jpg"),
        ("noending", sound.GIF, "image-wrong-type", "rename it to noending.gif"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image-unknown-type", "SVG"),
        ("a.png", b"<?xml version='1.0'?><SVG/>", "image-unknown-type", "SVG"),
        ("a.jpg", b"<!doctype html>", "image-unknown-type", "not a JPEG"),
        ("a.bmp", b"BM" + bytes(100), "image-unknown-type", "not a JPEG"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(5), "image-unreadable", "how large"),
        ("a.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF", "image-unreadable", "how large"),
        ("a.gif", b"GIF89a\0\0\0\0", "image-unreadable", "how large"),
        ("a.webp", b"RIFF\0\0\0\0WEBPVP8 ", "image-unreadable", "how large"),
        ("a.png", sound.png() + bytes(LARGEST), "image-too-big", "20.0 MB"),
    ],
)
def test_refused(name: str, data: bytes, code: str, words: str, tmp_path: Path) -> None:
    """Every refusal has a code that is explained, and says what to do."""
    (tmp_path / name).write_bytes(data)
    answer = read_image(tmp_path / name)
    assert isinstance(answer, ImageRefused)
    assert answer.code == code in MANUAL and words in answer.message + answer.hint


def test_not_a_file(tmp_path: Path) -> None:
    """Absent files, folders, links and pipes are refused without being opened."""
    (tmp_path / "real.png").write_bytes(sound.png())
    (tmp_path / "link.png").symlink_to("real.png")
    (tmp_path / "folder.png").mkdir()
    os.mkfifo(tmp_path / "pipe.png")
    for name in ("absent.png", "link.png", "folder.png", "pipe.png"):
        answer = read_image(tmp_path / name)
        assert isinstance(answer, ImageRefused) and answer.code == "image-missing", name


@pytest.mark.parametrize(
    ("form", "mode", "how", "expected"),
    [
        ("JPEG", "RGB", {}, Paint("RGB")),
        ("JPEG", "RGB", {"progressive": True}, Paint("RGB", progressive=True)),
        ("JPEG", "L", {}, Paint("grey")),
        ("JPEG", "CMYK", {"progressive": True}, Paint("CMYK", progressive=True)),
        ("JPEG", "RGB", {"comment": b"\xff\xc0" * 9000, "exif": b"Exif\0\0" + bytes(60_000)}, Paint("RGB")),
        ("PNG", "RGB", {}, Paint("RGB")),
        ("PNG", "RGBA", {}, Paint("RGB")),
        ("PNG", "P", {}, Paint("RGB")),
        ("PNG", "L", {}, Paint("grey")),
        ("PNG", "LA", {}, Paint("grey")),
        ("PNG", "1", {}, Paint("grey")),
        ("GIF", "P", {}, Paint("RGB")),
        ("WEBP", "RGB", {}, Paint("RGB")),
    ],
)
def test_colours(form: str, mode: str, how: dict, expected: Paint) -> None:
    """The colours as the program that wrote the picture was told them, whatever stands before the frame."""
    out = io.BytesIO()
    Image.new(mode, (30, 20)).save(out, form, **how)
    assert paint(out.getvalue()) == expected


def test_damaged() -> None:
    """4,000 damaged pictures: a possible size or nothing; no exception escapes."""
    chance = random.Random(7)
    seeds = [made(form, (30, 20)) for form in ("JPEG", "PNG", "GIF", "WEBP")]
    known = 0
    for number in range(4000):
        data = bytearray(seeds[number % 4])
        for _ in range(chance.randint(1, 6)):
            place = min(int(chance.expovariate(1 / 40)), len(data) - 1)
            data[place] = chance.choice((0, 1, 0x7F, 0xFF, chance.randrange(256)))
        found = facts_of(bytes(data))
        assert paint(bytes(data)) is None or paint(bytes(data)).colours in ("RGB", "grey", "CMYK")
        known += found is not None
        assert found is None or (0 < found[2] <= 1_000_000 and 0 < found[3] <= 1_000_000)
    assert 400 < known < 3900  # else the changes miss


def test_nothing_but_segments(tmp_path: Path) -> None:
    """A JPEG of a million empty segments is refused and not gone through, by neither of those who read its header."""
    data = made("JPEG", (1400, 1400))
    (tmp_path / "a.jpg").write_bytes(data[:2] + b"\xff\xec\0\2" * 1_000_000 + data[2:])
    started = time.process_time()
    found = read_image(tmp_path / "a.jpg")
    assert isinstance(found, ImageRefused) and found.code == "image-unreadable"
    assert time.process_time() - started < 1.5


def test_every_code_is_used() -> None:
    """The manual explains what is used, and nothing else."""
    source = Path(read_image.__code__.co_filename).read_text()
    assert all(source.count(f'"{code}"') >= 2 for code in MANUAL)
