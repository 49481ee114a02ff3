"""The rules of the rendered feed asked of our own, with every finding at the line that the editor wrote."""

from __future__ import annotations

from collections.abc import Iterator

from podfeed.check.feed import findings
from podfeed.check.finding import Finding
from podfeed.check.own_places import place
from podfeed.check.xml import LARGEST, Feed, read
from podfeed.model import Episode, Show
from podfeed.problem import Problem, Span, error
from podfeed.text import format_bytes

TOLD_BEFORE = {
    # a rule of the feed → the rule of the show that says the same of our own, with a better place
    "guid-twice": "same-guid",
    "enclosure-twice": "same-recording",
    "serial-unnumbered": "serial-without-number",
    "podcast-soundbite": "clip-length",
    "description-size": "description-too-long",
}


def check_own(show: Show, data: bytes) -> Iterator[Problem]:
    """What the rules of the feed find in `data`, the show's own feed as rendered."""
    if len(data) > LARGEST:
        message = f"the feed has {format_bytes(len(data))}, and apps give up long before {format_bytes(LARGEST)}"
        where = show.origin.span("limit") if show.origin else Span("show.yaml")
        yield error("feed-too-large", message, where, "write a smaller number at limit: the rest is in archive pages")
        return
    feed, problems = read(data, "feed.xml")
    assert feed and not problems, f"podfeed rendered a feed that cannot be read: {problems}"
    written = of_items(show, feed)
    for code, finding in findings(feed):
        if code not in TOLD_BEFORE and not _is_cover(show, code, finding):
            yield Problem(
                level=finding.level,
                code=code,
                message=finding.message,
                hint=finding.hint,
                span=place(show, written, feed, finding.element, finding.attribute),
            )


def of_items(show: Show, feed: Feed) -> tuple[Episode | None, ...]:
    """The episode of each item."""
    episodes = {episode.guid: episode for episode in show.episodes}
    return tuple(episodes.get(item.value("guid") or "") for item in feed.items)


def _is_cover(show: Show, code: str, finding: Finding) -> bool:
    """Whether it says that there is no cover, of which the rule `cover-missing` speaks."""
    return not show.cover and code == "channel-incomplete" and "itunes:image" in finding.message
