"""The rules of the rendered feed asked of our own, with every finding at the line that the editor wrote."""

from __future__ import annotations

from collections.abc import Iterator

from podfeed.check.feed import findings
from podfeed.check.finding import Finding
from podfeed.check.xml import Element, Feed, read
from podfeed.model import Episode, Show
from podfeed.problem import Origin, Problem, Span

KEYS: dict[str, str] = {
    # of show.yaml and of an episode's file: what an element is made from
    "title": "title",
    "description": "description",
    "language": "language",
    "copyright": "copyright",
    "itunes:author": "author",
    "itunes:owner": "owner",
    "itunes:name": "owner",
    "itunes:email": "owner",
    "itunes:image": "cover",
    "itunes:category": "category",
    "itunes:new-feed-url": "new_feed_url",
    "podcast:guid": "guid",
    "podcast:funding": "funding",
    "podcast:person": "people",
    "podcast:license": "license",
    "podcast:trailer": "trailer",
    "podcast:block": "block",
    "podcast:txt": "txt",
    "podcast:podroll": "podroll",
    "podcast:publisher": "publisher",
    "podcast:updateFrequency": "update_frequency",
    "podcast:chat": "chat",
    "podcast:value": "value",
    "podcast:image": "cover",
    "podcast:location": "location",
    "podcast:socialInteract": "socials",
    "podcast:liveItem": "live",
}
ITEM_KEYS: dict[str, str] = KEYS | {
    "description": "summary",
    "guid": "guid",
    "pubDate": "date",
    "enclosure": "audio",
    "category": "tags",
    "itunes:duration": "audio",
    "itunes:episode": "number",
    "itunes:season": "season",
    "itunes:episodeType": "type",
    "itunes:image": "image",
    "podcast:image": "image",
    "podcast:episode": "number",
    "podcast:season": "season",
    "podcast:person": "guests",
    "podcast:transcript": "transcript",
    "podcast:chapters": "segments",
    "psc:chapters": "segments",
    "podcast:soundbite": "clips",
    "podcast:contentLink": "links",
    "podcast:alternateEnclosure": "alternate_audio",
}

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
    feed, problems = read(data, "feed.xml")
    assert feed and not problems, f"podfeed rendered a feed that cannot be read: {problems}"
    episodes = {episode.guid: episode for episode in show.episodes}
    written = [episodes.get(item.value("guid") or "") for item in feed.items]
    for code, finding in findings(feed):
        if code not in TOLD_BEFORE and not _is_cover(show, code, finding):
            episode = written[finding.element.item] if finding.element.item is not None else None
            yield Problem(
                level=finding.level,
                code=code,
                message=finding.message,
                hint=finding.hint,
                span=_place(show, episode, feed, finding),
            )


def _is_cover(show: Show, code: str, finding: Finding) -> bool:
    """Whether it says that there is no cover, of which the rule `cover-missing` speaks."""
    return not show.cover and code == "channel-incomplete" and "itunes:image" in finding.message


def _place(show: Show, episode: Episode | None, feed: Feed, finding: Finding) -> Span:
    """The line of YAML from which the element was made; the file, where it has none of its own."""
    origin = episode.origin if episode else show.origin
    keys = ITEM_KEYS if episode else KEYS
    key = next((keys[name] for name in _upwards(feed, finding.element) if name in keys), None)
    if origin is None:
        return feed.place(finding.element, finding.attribute)
    return _span(origin, key)


def _upwards(feed: Feed, element: Element | None) -> Iterator[str]:
    while element is not None and element.name not in ("item", "channel"):
        yield element.name
        element = feed.parent(element)


def _span(origin: Origin, key: str | None) -> Span:
    return origin.span(key) if key else origin.span()
