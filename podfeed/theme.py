"""What the pages are made with: templates and static files, read once, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """`templates`: name (`episode.html`) → source; `static`: name (`style.css`) → bytes.

    `stamp` is a digest of both: it goes into the key of every page.
    """

    templates: Mapping[str, str]
    static: Mapping[str, bytes]
    stamp: str
