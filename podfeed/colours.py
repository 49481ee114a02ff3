"""What colours a picture is made of, by its header alone; nothing is decoded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Colours = Literal["RGB", "grey", "CMYK"]

_PNG: dict[int, Colours] = {0: "grey", 2: "RGB", 3: "RGB", 4: "grey", 6: "RGB"}  # PNG §11.2.1; 3 is a palette of RGB
_JPEG: dict[int, Colours] = {
    1: "grey",
    3: "RGB",
    4: "CMYK",
}  # the number of components; three are YCbCr or RGB, four CMYK or YCCK
_FRAMES = frozenset((*range(0xC0, 0xD0),)) - {0xC4, 0xC8, 0xCC}  # ITU T.81, table B.1: SOF0 to SOF15
_ALONE = frozenset((0x01, *range(0xD0, 0xD9)))  # markers that nothing follows
_PROGRESSIVE = frozenset((0xC2, 0xC6, 0xCA, 0xCE))
SEGMENTS = 10_000
"""So many are looked at before the picture; real ones have some dozens. A file of nothing else would take seconds."""


@dataclass(frozen=True, slots=True)
class Paint:
    """`progressive` is a JPEG that comes in several passes, from coarse to fine."""

    colours: Colours
    progressive: bool = False


def paint(data: bytes) -> Paint | None:
    """The colours of a JPEG, PNG, GIF or WebP; None if its header does not say.

    >>> paint(b"GIF89a")
    Paint(colours='RGB', progressive=False)
    >>> paint(b"nothing of this kind") is None
    True
    """
    if data.startswith(b"\xff\xd8"):
        return _jpeg(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        found = _PNG.get(data[25]) if len(data) > 25 and data[12:16] == b"IHDR" else None
        return Paint(found) if found else None
    if data.startswith((b"GIF87a", b"GIF89a")) or (data.startswith(b"RIFF") and data[8:12] == b"WEBP"):
        return Paint("RGB")  # neither format knows anything else
    return None


def _jpeg(data: bytes) -> Paint | None:
    """By the first frame header. Segments before it say how long they are (ITU T.81, B.1.1.4)."""
    at = 2
    for _ in range(SEGMENTS):
        if at + 4 > len(data) or data[at] != 0xFF:
            break
        marker = data[at + 1]
        if marker == 0xFF:  # a byte that fills up
            at += 1
        elif marker in _ALONE:
            at += 2
        elif marker in _FRAMES:
            found = _JPEG.get(data[at + 9]) if at + 9 < len(data) else None
            return Paint(found, marker in _PROGRESSIVE) if found else None
        else:
            at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
    return None
