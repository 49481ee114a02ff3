"""What a picture is and how large, by its first bytes; never decoded, so that no picture can fill the memory."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from podfeed.colours import Paint, paint
from podfeed.media_types import IMAGES, suffix
from podfeed.text import format_bytes

LARGEST = 20_000_000  # bytes

MANUAL = {
    "image-missing": "The picture is not there, or is a folder, a link or a device instead of a file. Podcast apps "
    "would show an empty square. Put the picture into media/ and write its name.",
    "image-unreadable": "The picture cannot be read, or its first bytes do not say how large it is; apps and browsers "
    "would show nothing. Open it in a picture editor and save it as a JPEG or PNG.",
    "image-empty": "The picture has no bytes, which happens when a copy was interrupted. Copy it again.",
    "image-too-big": "The picture is larger than 20 MB. Apps fetch it for every listener and many give up long before; "
    "Apple asks for at most 512 kB for a cover. Save it smaller: 3000 by 3000 pixels as a JPEG.",
    "image-unknown-type": "Only JPEG, PNG, WebP and GIF are shown everywhere. SVG is refused although browsers show it, "
    "because an SVG may contain a program that would run on your site, and podcast apps do not show it at all. "
    "Export the picture as PNG.",
    "image-wrong-type": "The ending of the name and the picture disagree, say a PNG called .jpg. Apps and servers go by "
    "the ending and some then refuse it (Apple does). Rename the file to the ending that the message names.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFacts:
    """Pixels and bytes; `stamp` is the beginning of the SHA-256 of the bytes, `paint` what the colours are, if it says so."""

    media_type: str
    width: int
    height: int
    length: int
    stamp: str
    paint: Paint | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRefused:
    """Why a picture cannot be published: the parts of a Problem without its place."""

    code: str
    message: str
    hint: str


MAGIC = (
    # first bytes, then bytes at 8; the ending to write
    (b"\xff\xd8\xff", b"", ".jpg"),
    (b"\x89PNG\r\n\x1a\n", b"", ".png"),
    (b"GIF87a", b"", ".gif"),
    (b"GIF89a", b"", ".gif"),
    (b"RIFF", b"WEBP", ".webp"),
)
SAME = {".jpeg": ".jpg"}


def kind(data: bytes) -> str | None:
    """The ending for a picture with these first bytes.

    >>> kind(b"GIF89a..."), kind(b"<svg/>")
    ('.gif', None)
    """
    return next((end for head, at8, end in MAGIC if data.startswith(head) and data[8:].startswith(at8)), None)


def facts_of(data: bytes) -> tuple[str, str, int, int] | None:
    """Media type, ending, width and height of a picture in memory; None if it is none."""
    ending = kind(data)
    size = _size(data) if ending else None
    return (IMAGES[ending], ending, *size) if ending and size else None


def _size(data: bytes) -> tuple[int, int] | None:
    import imagesize

    if data.startswith(b"\xff\xd8") and paint(data) is None:
        return None  # nothing but segments, which would be gone through one by one
    try:
        width, height = imagesize.get(io.BytesIO(data))
    except Exception:  # ValueError, struct.error, IndexError: whatever a broken picture brings about
        return None
    return (width, height) if 0 < width <= 1_000_000 and 0 < height <= 1_000_000 else None


def read_image(file: Path) -> ImageFacts | ImageRefused:
    """What the picture is, or why it cannot be used."""
    try:
        data = _bytes(file)
    except OSError as error:
        message = f"the picture `{file.name}` cannot be read ({error.strerror or error})"
        code = "image-missing" if isinstance(error, FileNotFoundError | IsADirectoryError) else "image-unreadable"
        return ImageRefused(code=code, message=message, hint="put it into media/ and check who may read it")
    name, ending = file.name, suffix(file.name)
    if not data:
        return ImageRefused(code="image-empty", message=f"the picture `{name}` is empty", hint="copy it again")
    if len(data) > LARGEST:
        message = f"the picture `{name}` is larger than {format_bytes(LARGEST)}"
        return ImageRefused(code="image-too-big", message=message, hint="save it as a JPEG of 3000 by 3000 pixels")
    found = kind(data)
    if found is None:
        what = "is an SVG, which may contain a program" if _is_svg(data, ending) else "is not a JPEG, PNG, WebP or GIF"
        hint = "export it as PNG and write that name"
        return ImageRefused(code="image-unknown-type", message=f"the picture `{name}` {what}", hint=hint)
    if SAME.get(ending, ending) != found:
        message = f"the picture `{name}` is a {found[1:].upper().replace('JPG', 'JPEG')} inside"
        hint = f"rename it to {name.removesuffix(file.suffix)}{found}"
        return ImageRefused(code="image-wrong-type", message=message, hint=hint)
    size = _size(data)
    if size is None:
        message = f"the picture `{name}` does not say how large it is"
        return ImageRefused(
            code="image-unreadable", message=message, hint="open it in a picture editor and save it anew"
        )
    return ImageFacts(
        media_type=IMAGES[found],
        width=size[0],
        height=size[1],
        length=len(data),
        stamp=hashlib.sha256(data).hexdigest()[:16],
        paint=paint(data),
    )


def _bytes(file: Path) -> bytes:
    """A byte more than is allowed at most. A pipe or device is not opened, for it might never answer."""
    if not stat.S_ISREG(os.lstat(file).st_mode):
        raise IsADirectoryError(0, "it is not an ordinary file")
    with open(file, "rb") as opened:
        return opened.read(LARGEST + 1)


def _is_svg(data: bytes, ending: str) -> bool:
    return ending == ".svg" or b"<svg" in data[:1000].lower()
