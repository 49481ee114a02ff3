"""What the pages are made with: templates and static files, read once, and who makes pictures smaller; as a value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from podfeed.digest import digest

OURS = "podfeed/"
"""Before a template's name: podfeed's own, which a show's template of the same name can extend."""

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

    `stamp` is a digest of both. `sizes` is None where pictures are shown as they are.
    """

    templates: Mapping[str, str]
    static: Mapping[str, bytes]
    stamp: str
    sizes: PictureSizes | None = None
    _looks: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        used = {name: frozenset(_names(source)) for name, source in self.templates.items()}
        looks = {name: digest(sorted(self._with(name, used).items())) for name in self.templates}
        object.__setattr__(self, "_looks", looks)

    @property
    def own_style(self) -> bool:
        """Whether a show has a style sheet of its own, which pages load after ours."""
        return OWN_STYLE in self.static

    @property
    def own_templates(self) -> frozenset[str]:
        """The templates that are a show's and not podfeed's."""
        ours = {name.removeprefix(OURS): source for name, source in self.templates.items() if name.startswith(OURS)}
        own = (
            name for name, source in self.templates.items() if not name.startswith(OURS) and ours.get(name) != source
        )
        return frozenset(own) if ours else frozenset()

    def look(self, *templates: str) -> str:
        """A digest of what pages of these templates are made with: these and those that they use. What a static file says is
        no part of it, only whether there is a style sheet to load."""
        return digest(*(self._looks.get(name) for name in templates), self.own_style, bool(self.sizes))

    def _with(self, name: str, used: Mapping[str, frozenset[str]]) -> Mapping[str, str]:
        """The template and all that it uses."""
        found, waiting = {}, [name]
        while waiting:
            if (one := waiting.pop()) in self.templates and one not in found:
                found[one] = self.templates[one]
                if ANY in used[one]:
                    return self.templates
                waiting += used[one]
        return found


OWN_STYLE = "show.css"
ANY = ""
"""Stands for a template whose name is only known when a page is made."""
_USING = re.compile(
    r"{%[-+]?\s*(?:extends|include|import|from)\b\s*(?:\"([^\"]+)\"|'([^']+)')?(?=(\s+(?:import|as|with|without|ignore)\b|\s*[-+]?%}))?"
)


def _names(source: str) -> Iterator[str]:
    """The templates that a template names, wherever it does; ANY for one that it works out.

    >>> list(_names('{% extends "base.html" %} {%- from "a.html" import b %} {% include kind ~ ".html" %}'))
    ['base.html', 'a.html', '']
    """
    for double, single, end in _USING.findall(source):
        yield (double or single) if end else ANY
