"""The picture of a show that has no cover: its title on a colour, as SVG. The same title, the same picture.

Pages show it in place of a cover. Feeds do not name it, since no podcast app takes an SVG.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from html import escape

from podfeed import media_types, paths
from podfeed.model import File, Image, Show
from podfeed.output import Output, rendered
from podfeed.render.words import direction
from podfeed.text import legal, shorten, squash
from podfeed.theme import Theme

COLOURS = ("#7a1f23", "#1f4a5c", "#2f4a30", "#4a2f57", "#5f3f1b", "#26406b", "#3d3d3d", "#6b2744")
"""All of them dark: white letters on each have a contrast of 8 to 1 or more."""
SIDE, MARGIN = 1000, 84
SIZES = (168, 144, 122, 104, 88, 76, 64)
LINE = 1.14
ROOM = 700  # for the title's lines, below the rules and above the name of the maker

STAND_IN = Image(file=File(href=paths.COVER, media_type=media_types.IMAGES[".svg"]), width=SIDE, height=SIDE)


def outputs(show: Show, theme: Theme) -> Iterator[tuple[str, Output]]:
    """The picture, if the show needs one."""
    if not show.cover:
        maker = show.station.name if show.station else show.author
        yield (
            paths.COVER,
            rendered(media_types.IMAGES[".svg"], drawn, show.title, maker, show.language, colour(theme, show.title)),
        )


def image(show: Show) -> Image:
    """The show's cover, or the picture in its place."""
    return show.cover or STAND_IN


def colour(theme: Theme, title: str) -> str:
    """The theme's own `--accent` if its show.css has a dark one, as `#rrggbb`; else one of ours, by the title."""
    own = re.search(rb"--accent:\s*(?:light-dark\(\s*)?(#[0-9a-fA-F]{6})\b", theme.static.get("show.css", b""))
    if own and _luminance(own[1].decode()) < 0.1:  # white on it has 7 to 1 (WCAG 1.4.6)
        return own[1].decode().lower()
    return COLOURS[hashlib.sha256(title.encode("utf-8", "surrogatepass")).digest()[0] % len(COLOURS)]


def _luminance(colour: str) -> float:
    """WCAG's relative luminance, 0 (black) to 1."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def drawn(title: str, maker: str, language: str, colour: str) -> bytes:
    """The picture. The title is set as large as it fits, in at most as many lines as there is room for."""
    size, lines = fitted(squash(legal(title)))
    way = direction(language)
    side = SIDE - MARGIN if way == "rtl" else MARGIN
    spans = "".join(f'<tspan x="{side}" dy="{LINE if n else 0}em">{escape(row)}</tspan>' for n, row in enumerate(lines))
    name = escape(shorten(squash(legal(maker)), 40))
    text = f'direction="{way}" fill="#fff" text-anchor="start"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" width="{SIDE}" height="{SIDE}" '
        f'role="img" aria-labelledby="title" lang="{escape(language)}"><title id="title">{escape(legal(title))}</title>'
        f'<rect width="{SIDE}" height="{SIDE}" fill="{colour}"/>'
        f'<path d="M{MARGIN} 84h{SIDE - 2 * MARGIN}v14h-{SIDE - 2 * MARGIN}zM{MARGIN} 108h{SIDE - 2 * MARGIN}v4'
        f'h-{SIDE - 2 * MARGIN}z" fill="#fff"/>'
        f'<text {text} y="{150 + size}" font-family="Palatino, Palatino Linotype, TeX Gyre Pagella, Georgia, serif" '
        f'font-weight="700" font-size="{size}">{spans}</text>'
        f'<text {text} x="{side}" y="{SIDE - MARGIN}" font-family="system-ui, Roboto, Liberation Sans, sans-serif" '
        f'font-size="38" fill-opacity=".85">{name}</text></svg>\n'
    ).encode()


def fitted(title: str) -> tuple[int, tuple[str, ...]]:
    """The size of the letters and the lines of a title.

    >>> fitted("Border Stories on Air")
    (168, ('Border', 'Stories', 'on Air'))
    """
    for size in SIZES:
        lines = _lines(title, (SIDE - 2 * MARGIN) / size)
        if len(lines) * size * LINE <= ROOM and all(_width(line) * size <= SIDE - 2 * MARGIN for line in lines):
            return size, tuple(lines)
    size, most = SIZES[-1], int(ROOM / (SIZES[-1] * LINE))
    lines = _lines(title, (SIDE - 2 * MARGIN) / size, split=True)
    return size, tuple(lines[:most] if len(lines) <= most else (*lines[: most - 1], lines[most - 1][:-1] + "…"))


def _lines(title: str, room: float, split: bool = False) -> list[str]:
    """Words in lines of at most `room` letters' heights; `split` breaks words that are longer than a line."""
    lines = [""]
    for word in title.split():
        for part in _parts(word, room) if split or _is_wide(word) else (word,):
            glue = "" if not lines[-1] or (_is_wide(part) and part is not word) else " "
            if lines[-1] and _width(lines[-1] + glue + part) > room:
                lines.append(part)
            else:
                lines[-1] += glue + part
    return lines


def _is_wide(word: str) -> bool:
    """Whether it is of a script that breaks between any two letters."""
    return any(unicodedata.east_asian_width(letter) in "WF" for letter in word)


def _parts(word: str, room: float) -> Iterator[str]:
    part = ""
    for letter in word:
        if part and _width(part + letter) > room:
            yield part
            part = ""
        part += letter
    yield part


def _width(text: str) -> float:
    """About how wide a text is, in heights of its letters: rather too much, since nobody here knows the font."""
    return sum(map(_advance, text))


def _advance(letter: str) -> float:
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1
    if letter in " .,:;'’!|ijltfI()[]":
        return 0.36
    return 0.98 if letter in "MWmw@%" else 0.76 if letter.isupper() or letter.isdigit() else 0.58
