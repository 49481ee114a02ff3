"""Inside the worker: a picture made smaller, where no file and no connection can be opened. Started by `picture_sizes`.

What Pillow is asked for is decoding, turning upright, colours, scaling and WebP; everything else that a picture says of
itself (the camera, the place where it was taken) is left out.
"""

from __future__ import annotations

import base64
import io
import sys

from PIL import Image, ImageCms, ImageOps, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin

from podfeed.theme import LARGEST_PICTURE, PICTURE_WIDTHS
from podfeed.worker_process import serve

READERS = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin)  # loaded now: nothing can be opened later
FORMATS = ("JPEG", "PNG", "WEBP")
QUALITY = 80
SRGB = ImageCms.createProfile("sRGB")

Image.MAX_IMAGE_PIXELS = LARGEST_PICTURE


def answer(request: dict, data: bytes) -> dict:
    """`{"pictures": {width: WebP in base64}}` for the widths asked for, or `{"refused": why}`."""
    try:
        return {"pictures": {str(width): made for width, made in _made(data, request["widths"])}}
    except MemoryError:
        raise
    except Exception as error:  # Pillow raises SyntaxError, struct.error, OSError … for broken pictures
        return {"refused": f"{type(error).__name__}: {error}"[:200]}


def _made(data: bytes, widths: list[int]):
    picture = _opened(data)
    for width in widths:
        height = max(1, round(picture.height * width / picture.width))
        scaled = picture.resize((width, height), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        scaled.save(out, "WEBP", quality=QUALITY, method=4)
        yield width, base64.b64encode(out.getvalue()).decode("ascii")


def _opened(data: bytes) -> Image.Image:
    """The picture upright, in sRGB, in a form that WebP knows. A JPEG is decoded no larger than it is needed."""
    picture: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS)
    if picture.width * picture.height > LARGEST_PICTURE:
        raise ValueError("larger than any picture should be")
    if getattr(picture, "is_animated", False):
        raise ValueError("it moves")
    enough = round(PICTURE_WIDTHS[-1] * 1.5)
    picture.draft(None, (enough, enough))
    profile = picture.info.get("icc_profile")
    picture = ImageOps.exif_transpose(picture)
    if profile and picture.mode in ("RGB", "CMYK"):
        picture = _in_srgb(picture, profile)
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        converted = ImageCms.profileToProfile(picture, io.BytesIO(profile), SRGB, outputMode="RGB")
    except ImageCms.PyCMSError:
        return picture  # a profile that cannot be used is none
    return converted or picture


def _load_the_rest() -> None:
    """Pillow imports parts of itself when they are first needed; when that is, nothing can be opened any more."""
    out = io.BytesIO()
    Image.new("CMYK", (8, 8)).save(out, "JPEG", exif=bytes(Image.Exif().tobytes()))
    for _ in _made(out.getvalue(), [4]):
        pass


if __name__ == "__main__":
    _load_the_rest()
    serve(answer, float(sys.argv[1]), int(sys.argv[2]), alone=True)
