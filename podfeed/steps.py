"""The steps between a show's folder and its site, in the order in which every command takes them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from podfeed.digest import digest
from podfeed.model import Episode, Show
from podfeed.output import Site
from podfeed.problem import Problem, Span, by_place, error
from podfeed.schedule import EVERYTHING, View, next_change

if TYPE_CHECKING:
    from podfeed.memory import Memory
    from podfeed.source.read import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of it: `everything` is the newsroom's show, `seen` the one of the view; no `site` where an error stands.

    `stamps` are the SHA-256 of the recordings seen, by slug, and `removed` the episodes whose loss was accepted: what
    the ledger records after a publication (empty unless asked for). `source` is for `remember`.
    """

    everything: Show | None
    seen: Show | None
    site: Site | None
    problems: tuple[Problem, ...]
    next_change: datetime | None = None
    stamps: Mapping[str, str] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()
    source: Source | None = None


def look(folder: Path, now: datetime | None = None, *, released: bool = False) -> Taken:
    """Read and check, without building: what `check` and `list` need. `now` asks what a publication then would do, where
    something is `released` already or not."""
    from podfeed.source.load import assemble
    from podfeed.source.read import read
    from podfeed.source.theme import passed_over

    source = read(folder)
    everything, problems = assemble(source, EVERYTHING)
    problems = (*problems, *passed_over(folder))
    found, _ = _judge(source, everything, problems, View(now=now), frozenset(), released)
    taken = Taken(everything=everything, seen=everything, site=None, problems=found, source=source)
    _keep_episodes(taken)
    remember(taken)
    return taken


def remember(taken: Taken) -> None:
    """Write down what was worked out, for the next time; also what was rendered since it was taken."""
    from podfeed.render import items

    if taken.source:
        memory = taken.source.memory
        items.keep(memory)
        if taken.site is not None:
            from podfeed.render import pages

            pages.keep(memory)
        memory.save()


def _keep_episodes(taken: Taken) -> None:
    """Has the episodes remembered, with what is asked of all of them."""
    from podfeed.check import LASTING
    from podfeed.source.standing import Lasting

    if taken.source is None or taken.everything is None:
        return
    seen = {episode.slug: episode for episode in taken.seen.episodes} if taken.seen else {}
    lasting = Lasting(LASTING)
    if taken.site is not None:
        from podfeed import site
        from podfeed.source import embed

        lasting = Lasting((*LASTING, *embed.LASTING), site.LASTING, site.OF_RECORDING)
    taken.source.shelf.keep(taken.source.episodes, taken.everything, seen, lasting)


def _judged(show: Show | None, problems: tuple[Problem, ...], memory: Memory) -> tuple[Problem, ...]:
    """What was found in reading, and what the rules find. The feed is rendered only where nothing stands against it."""
    from podfeed.check import examine
    from podfeed.render import feeds, items

    if show is None:
        return by_place(problems)
    items.recall(memory)
    return examine(show, problems, lambda: feeds.main_feed(show))


def take(
    folder: Path,
    view: View,
    base_url: str | None = None,
    *,
    accept: Collection[str] = (),
    recording: bool = False,
    released: bool = False,
) -> Taken:
    """Read, check and build the show as the view may see it; `base_url` stands in for its address in a preview.

    `accept` are words of `check.continuity` for what listeners may suffer; with `recording` everything is found out that
    the ledger is to record. `released` says that something is in the public folder already.
    """
    from podfeed.source.read import read

    source = read(folder)
    taken = _take(source, view, base_url, accept, recording, released)
    taken = replace(taken, source=source)
    _keep_episodes(taken)
    remember(taken)
    return taken


def _take(
    source: Source, view: View, base_url: str | None, accept: Collection[str], recording: bool, released: bool
) -> Taken:
    from podfeed.check.waivers import marked
    from podfeed.render import pages
    from podfeed.site import build
    from podfeed.source.embed import embed
    from podfeed.source.integrity import seal
    from podfeed.source.load import assemble, hides
    from podfeed.source.read import CACHE
    from podfeed.source.theme import passed_over, read_theme
    from podfeed.unchanged import program

    folder = source.folder
    everything, problems = assemble(source, EVERYTHING)
    problems = (*problems, *passed_over(folder))
    found, removed = _judge(source, everything, problems, view, accept, released)
    if everything is None or any(p.is_error for p in found):
        return Taken(everything=everything, seen=None, site=None, problems=found)
    seen, again = assemble(source, view) if hides(source, view) else (everything, ())
    if seen is None or any(p.is_error for p in again):  # files were read anew, and one could no longer be
        return Taken(everything=everything, seen=None, site=None, problems=by_place((*found, *again)))
    stamps = _stamps(seen.episodes, folder) if recording else {}
    if isinstance(stamps, Problem):
        return Taken(everything=everything, seen=None, site=None, problems=by_place((*found, stamps)))
    seen, remarks = embed(seen, folder / CACHE)
    seen = seal(seen, folder / CACHE)
    pages.recall(source.memory)
    if base_url:
        seen = replace(seen, url=base_url.rstrip("/") + "/", audio_url=None)
    theme = read_theme(folder)
    site = build(seen, theme, digest(sorted(program().items())))
    if wrong := pages.mistake(site, theme):
        name, line, said = wrong
        hint = "correct the line, or take the file away: podfeed's own is then used"
        problem = error("template-mistake", said, Span(f"templates/{name}", line, 1), hint)
        return Taken(everything=everything, seen=None, site=None, problems=by_place((*found, problem)))
    return Taken(
        everything=everything,
        seen=seen,
        site=site,
        problems=by_place((*found, *marked(everything, remarks))),
        next_change=next_change(everything, view.now) if view.now else None,
        stamps=stamps,
        removed=removed,
    )


def _judge(
    source: Source,
    everything: Show | None,
    problems: tuple[Problem, ...],
    view: View,
    accept: Collection[str],
    released: bool,
) -> tuple[tuple[Problem, ...], frozenset[str]]:
    """All problems, and the episodes that may go."""
    from podfeed.check.continuity import accepted, as_notes, continuity, suspects

    if everything is None:
        return problems, frozenset()
    found = _judged(everything, problems, source.memory)
    if view.now is None:
        return found, frozenset()
    stamps = _stamps(suspects(everything, source.ledger), source.folder)
    if isinstance(stamps, Problem):
        return by_place((*found, stamps)), frozenset()
    findings = continuity(everything, source.ledger, view.now, stamps, found, released)
    meant = accepted(findings, accept)
    rest = tuple(f for f in findings if f not in meant)
    told = as_notes(rest) if view.drafts or view.future else tuple(f.problem for f in rest)
    words = (f.accept.partition(":") for f in meant if f.accept)
    return by_place((*found, *told)), frozenset(slug for kind, _, slug in words if kind == "lost")


def _stamps(episodes: tuple[Episode, ...], folder: Path) -> dict[str, str] | Problem:
    """The SHA-256 of the episodes' recordings, by slug; a Problem if one was changed since it was read."""
    from podfeed.source.audio_cache import stamp_of
    from podfeed.source.audio_hash import sha256_all
    from podfeed.source.read import CACHE

    local = [(episode, source) for episode in episodes if (source := episode.audio.file.source)]
    try:
        read = sha256_all([source for _, source in local], folder / CACHE)
    except OSError as wrong:
        if wrong.errno:
            raise
        return _changed(next(episode for episode, source in local if str(source) == wrong.filename))
    found = {}
    for (episode, _source), (sha256, identity) in zip(local, read, strict=True):
        if stamp_of(identity) != episode.audio.file.stamp:
            return _changed(episode)
        found[episode.slug] = sha256
    return found


def _changed(episode: Episode) -> Problem:
    assert episode.origin
    hint = "wait until it is copied completely, then build again"
    return error("audio-being-written", "the recording changed while it was read", episode.origin.span("audio"), hint)
