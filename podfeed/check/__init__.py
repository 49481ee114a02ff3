"""What can be wrong with a show: the rules of what was written, then those of its feed as rendered, then the waivers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from podfeed.appearances import segment_count
from podfeed.check.finding import code
from podfeed.check.rules import ACROSS, OF_SHOW, RULES, findings, has_transcript, more_files
from podfeed.digest import Derived
from podfeed.model import Show, credits_of
from podfeed.problem import Problem, by_place


def examine(show: Show, told: Iterable[Problem], feed: Callable[[], bytes]) -> tuple[Problem, ...]:
    """What was `told` in reading and every finding of every rule, waived ones marked. `feed` renders the show's feed, and
    is called only where nothing that was read or written is an error."""
    from podfeed.check.feed import FEED_RULES, PODCAST_RULES
    from podfeed.check.waivers import OF_EMBEDDING, OF_READING, apply

    of_feed = {code(rule) for rule in (*FEED_RULES, *PODCAST_RULES)}
    asked = {code(rule) for rule in RULES} | (OF_READING - OF_EMBEDDING)
    rules = asked | of_feed | OF_EMBEDDING
    found = (*told, *check(show))
    first = apply(show, found, rules, asked=asked)
    if any(p.is_error for p in first):
        return by_place(first)
    return by_place(apply(show, (*found, *check_rendered(show, feed())), rules, asked=asked | of_feed))


def check(show: Show) -> tuple[Problem, ...]:
    """Every finding of the rules of what was written, in the order of the files; drafts never stop the show."""
    bare = replace(show, episodes=())
    return _lenient(
        show,
        (
            *(problem for rule in ACROSS for problem in rule(show)),
            *(problem for rule in OF_SHOW for problem in rule(bare)),
            *(problem for episode in show.episodes for problem in findings(episode)),
        ),
    )


LASTING: tuple[Derived, ...] = (credits_of, segment_count, findings, has_transcript, more_files)
"""What is asked of every episode, and stays as it is while the episode does."""


def check_rendered(show: Show, feed: bytes) -> tuple[Problem, ...]:
    """What the rules of the rendered feed find in the show's own, by the lines that the editor wrote."""
    from podfeed.check.own import check_own

    return _lenient(show, check_own(show, feed))


def _lenient(show: Show, found: Iterable[Problem]) -> tuple[Problem, ...]:
    drafts = {e.origin.span().path for e in show.episodes if e.draft and e.origin}
    return by_place(replace(p, level="warning") if p.is_error and p.span.path in drafts else p for p in found)
