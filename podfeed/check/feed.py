"""Every rule of the rendered feed, and how a feed is asked all of them: ours or anybody's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from podfeed.check import (
    feed_channel,
    feed_enclosure,
    feed_item,
    feed_text,
    podcast_episode,
    podcast_more,
    podcast_show,
)
from podfeed.check.finding import FeedRule, Finding, code
from podfeed.check.xml import Feed, read
from podfeed.problem import Problem, by_place

FEED_RULES: tuple[FeedRule, ...] = (
    *feed_channel.RULES,
    *feed_item.RULES,
    *feed_enclosure.RULES,
    *feed_text.RULES,
)
PODCAST_RULES: tuple[FeedRule, ...] = (
    *podcast_show.RULES,
    *podcast_episode.RULES,
    *podcast_more.RULES,
)
"""One a tag of the podcast namespace."""


def check_feed(
    data: bytes, path: str, *, addresses: tuple[str, ...] = (), now: datetime | None = None
) -> tuple[Feed | None, tuple[Problem, ...]]:
    """Everything that is wrong with a feed, by line and column of its XML; and the feed, if it could be read.

    `path` is what to call it; `addresses` are those under which it was served; `now` the moment at which it is asked.
    """
    feed, problems = read(data, path, addresses=addresses, now=now)
    found = (to_problem(feed, name, finding) for name, finding in findings(feed)) if feed else ()
    return feed, by_place((*problems, *found))


def findings(feed: Feed) -> Iterator[tuple[str, Finding]]:
    """The findings of every rule, each with the rule's code."""
    for rule in (*FEED_RULES, *PODCAST_RULES):
        for finding in rule(feed):
            yield code(rule), finding


def to_problem(feed: Feed, name: str, finding: Finding) -> Problem:
    return Problem(
        level=finding.level,
        code=name,
        message=finding.message,
        hint=finding.hint,
        span=feed.place(finding.element, finding.attribute),
        related=tuple((feed.place(element), word) for element, word in finding.others),
    )


def shortened(problems: Iterable[Problem], most: int = 3) -> tuple[tuple[Problem, ...], dict[str, int]]:
    """At most `most` findings of each code, and how many more of it there are: for people, who have seen it by then."""
    seen: dict[str, int] = {}
    kept = []
    for problem in problems:
        seen[problem.code] = seen.get(problem.code, 0) + 1
        if seen[problem.code] <= most:
            kept.append(problem)
    return tuple(kept), {name: number - most for name, number in seen.items() if number > most}
