"""The steps between a show's folder and its site, in the order in which every command takes them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from podfeed.model import Show
from podfeed.output import Site
from podfeed.problem import Problem, by_place
from podfeed.schedule import EVERYTHING, View, next_change


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of it: `everything` is the newsroom's show, `seen` the one of the view; no `site` where an error stands."""

    everything: Show | None
    seen: Show | None
    site: Site | None
    problems: tuple[Problem, ...]
    next_change: datetime | None = None


def look(folder: Path) -> Taken:
    """Read and check, without building: what `check` and `list` need."""
    from podfeed.source.load import load

    everything, problems = load(folder, EVERYTHING)
    return Taken(everything=everything, seen=everything, site=None, problems=_judged(everything, problems))


def _judged(show: Show | None, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """What was found in reading, and what the rules find. The feed is rendered only where nothing stands against it."""
    from podfeed.check import examine

    if show is None:
        return by_place(problems)
    readable = not any(p.is_error for p in problems)
    return by_place((*problems, *examine(show, (lambda: _feed(show)) if readable else None)))


def _feed(show: Show) -> bytes:
    """The show's own feed, as it would be published."""
    from podfeed import paths
    from podfeed.render import feeds

    return dict(feeds.series(show, feeds.Place(path=paths.FEED, page=paths.HOME)))[paths.FEED].body()


def take(folder: Path, view: View, base_url: str | None = None) -> Taken:
    """Read, check and build the show as the view may see it; `base_url` stands in for its address in a preview."""
    from podfeed.site import build
    from podfeed.source.embed import embed
    from podfeed.source.integrity import seal
    from podfeed.source.load import assemble
    from podfeed.source.read import CACHE, read
    from podfeed.source.theme import read_theme

    source = read(folder)
    everything, problems = assemble(source, EVERYTHING)
    found = _judged(everything, problems)
    if everything is None or any(p.is_error for p in found):
        return Taken(everything=everything, seen=None, site=None, problems=found)
    seen, _ = assemble(source, view)
    assert seen is not None
    seen, remarks = embed(seen, folder / CACHE)
    seen = seal(seen, folder / CACHE)
    if base_url:
        seen = replace(seen, url=base_url.rstrip("/") + "/", audio_url=None)
    return Taken(
        everything=everything,
        seen=seen,
        site=build(seen, read_theme(folder)),
        problems=by_place((*found, *remarks)),
        next_change=next_change(everything, view.now) if view.now else None,
    )
