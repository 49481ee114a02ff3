"""What the pages are made with: templates and static files, read once, and who makes pictures smaller; as a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PICTURE_WIDTHS = (96, 192, 384, 768)
"""In pixels: for the places that pictures have on pages (76, 84, 119, 187 and 240 of the style sheet's), on screens of
one to three points a pixel."""

LARGEST_PICTURE = 40_000_000
"""Points (width × height) above which a picture is not decoded: a small file can claim to be enormous."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureSizes:
    """`make(source, stamp, width)` gives the file with that stamp as a WebP `width` pixels wide.

    `stamp` names who makes it: the same pictures, the same maker, the same bytes.
    """

    stamp: str
    make: Callable[[Path, str, int], bytes] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """`templates`: name (`episode.html`) → source; `static`: name (`style.css`) → bytes.

    `stamp` is a digest of both: it goes into the key of every page. `sizes` is None where pictures are shown as they are.
    """

    templates: Mapping[str, str]
    static: Mapping[str, bytes]
    stamp: str
    sizes: PictureSizes | None = None
