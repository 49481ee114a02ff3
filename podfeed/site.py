"""The one table of contents of the product: show → {path: output}."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from podfeed.model import Show
from podfeed.output import Output, Site
from podfeed.render import (
    calendar,
    chapters,
    companion,
    feeds,
    jsonfeed,
    lists,
    media,
    oembed,
    pages,
    stories,
    transcripts,
)
from podfeed.theme import Theme

RENDERERS: tuple[Callable[[Show], Iterable[tuple[str, Output]]], ...] = (
    feeds.outputs,
    jsonfeed.outputs,
    chapters.outputs,
    transcripts.outputs,
    companion.outputs,
    stories.outputs,
    oembed.outputs,
    calendar.outputs,
    lists.outputs,
    media.outputs,
)
"""What is published beside the pages; each yields (path, output) pairs and sees nothing but the show."""


def build(show: Show, theme: Theme) -> Site:
    """Everything that `show` publishes. Nothing is rendered yet; a path given twice is our bug."""
    site: dict[str, Output] = {}
    for renderer in RENDERERS:
        _add(site, renderer(show))
    _add(site, pages.outputs(show, theme))
    return site


def _add(site: dict[str, Output], outputs: Iterable[tuple[str, Output]]) -> None:
    for path, output in outputs:
        if path in site and site[path].key != output.key:
            raise AssertionError(f"two different outputs want the path {path}")
        site[path] = output
