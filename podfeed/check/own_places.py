"""Where in the editor's files an element of our own feed was made from: the way back from the tags to the keys.

One function for each element that is made of a list or of several keys; for all others a row of `KEYS` is enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from podfeed import paths
from podfeed.check.xml import Element, Feed
from podfeed.model import Episode, Live, Show
from podfeed.problem import Origin, Span

Path = tuple[str | int, ...]
Place = tuple[Origin | None, Path]
Value = Show | Episode | Live

KEYS = {
    # an element that may stand in the channel, an item or a live broadcast → its key there; a list's index is added
    "title": "title", "itunes:title": "title", "copyright": "copyright", "language": "language", "link": "url",
    "itunes:author": "author", "itunes:owner": "owner", "itunes:category": "category", "itunes:explicit": "explicit",
    "itunes:type": "type", "itunes:block": "block", "itunes:complete": "complete", "itunes:keywords": "keywords",
    "itunes:new-feed-url": "new_feed_url", "itunes:image": "cover", "atom:link": "websub",
    "podcast:guid": "guid", "podcast:locked": "locked", "podcast:medium": "medium", "podcast:funding": "funding",
    "podcast:license": "license", "podcast:block": "block", "podcast:txt": "txt", "podcast:podroll": "podroll",
    "podcast:publisher": "publisher", "podcast:podping": "podping", "podcast:updateFrequency": "update_frequency",
    "podcast:chat": "chat", "podcast:value": "value", "podcast:location": "location", "podcast:remoteItem": "list",
    "podcast:socialInteract": "socials", "podcast:season": "season", "podcast:episode": "number",
    "podcast:soundbite": "clips", "url": "cover", "itunes:duration": "duration", "itunes:episode": "number", "itunes:season": "season",
    "itunes:episodeType": "type", "description": "description", "guid": "guid", "pubDate": "date", "category": "tags", "comments": "comments",
}  # fmt: skip
OF_EPISODE = {"itunes:image": "image", "itunes:keywords": "tags", "description": "summary", "itunes:author": "hosts"}
INNER = {
    # an element inside one of the above → the keys from there; a list's index is added
    "itunes:name": "name", "itunes:email": "email", "podcast:remoteItem": "", "podcast:valueRecipient": "recipients",
    "podcast:valueTimeSplit": "splits", "itunes:category": "",
}  # fmt: skip
ATTRIBUTES = {
    # what an attribute is called in YAML, for an element or for all
    "feedGuid": "guid", "feedUrl": "feed", "itemGuid": "item", "accountId": "account", "accountUrl": "account_url",
    "customKey": "custom_key", "customValue": "custom_value", "uri": "url", "aspect-ratio": "ratio", "rrule": "rule",
    "dtstart": "start", "lang": "language", "startTime": "start", "duration": "length", "remoteStartTime": "remote_start",
    "remotePercentage": "percentage", "pubdate": "date",
    ("podcast:license", ""): "id", ("podcast:funding", ""): "label", ("podcast:location", ""): "name",
    ("podcast:txt", ""): "text", ("podcast:updateFrequency", ""): "label", ("podcast:soundbite", ""): "title",
    ("podcast:season", ""): "number", ("podcast:episode", ""): "number", ("podcast:trailer", ""): "title",
    ("podcast:trailer", "url"): "audio", ("podcast:image", "href"): "file", ("itunes:image", "href"): "file",
    ("podcast:source", "uri"): "uri", ("podcast:source", "contentType"): "type", ("podcast:integrity", "value"): "",
    ("podcast:transcript", "url"): "file", ("podcast:contentLink", ""): "title", ("podcast:contentLink", "href"): "url",
    ("podcast:locked", "owner"): "email",
}  # fmt: skip


def place(
    show: Show, episodes: tuple[Episode | None, ...], feed: Feed, element: Element, attribute: str | None
) -> Span:
    """The place of the value from which the element, or its attribute, was made; of the nearest key above it, if it is
    made of several. `episodes` are those of the feed's items, in their order."""
    chain = list(_upwards(feed, element))
    room: Value = show
    if element.item is not None and (episode := episodes[element.item]):
        room = episode
    elif chain and chain[0].name == "podcast:liveItem":
        room = show.live[_index(feed, chain[0])]
        chain = chain[1:] or chain
    if room.origin is None:
        return feed.place(element, attribute)
    if len(chain) > 1 and chain[0].name == "image":  # RSS's own: made of what other elements say too
        chain = chain[1:]
    if not chain:
        return room.origin.span()
    origin, path = _made_from(show, room, feed, chain[0], attribute)
    for above, inner in zip(chain, chain[1:], strict=False):
        path = _inside(path, feed, above, inner)
    path += _last(element, attribute)
    return (origin or room.origin).span(*path)


def _upwards(feed: Feed, element: Element | None) -> Iterator[Element]:
    """The element and those it is in, from the outermost that is none of item and channel."""
    chain: list[Element] = []
    while element is not None and element.name not in ("item", "channel"):
        chain.insert(0, element)
        element = feed.parent(element)
    return iter(chain)


def _index(feed: Feed, element: Element) -> int:
    """Which of its name it is where it stands, counted from 0."""
    parent = feed.parent(element)
    return parent.all(element.name).index(element) if parent else 0


def _last(element: Element, attribute: str | None) -> Path:
    key = ATTRIBUTES.get((element.name, attribute or ""), ATTRIBUTES.get(attribute or "", attribute or ""))
    return (key,) if key else ()


def _inside(path: Path, feed: Feed, above: Element, inner: Element) -> Path:
    if inner.name == "podcast:remoteItem" and above.name == "podcast:valueTimeSplit":
        return (*path, "remote")
    if inner.name == "podcast:source":
        return (*path, "sources", _index(feed, inner) - 1) if _index(feed, inner) else path
    if inner.name == "podcast:integrity":
        return (*path, "integrity")
    key = INNER.get(inner.name, "")
    if inner.name in ("podcast:valueRecipient", "podcast:valueTimeSplit") or above.name == "podcast:podroll":
        return (*path, *((key,) if key else ()), _index(feed, inner))
    return (*path, key) if key else path


# --- the outermost element ----------------------------------------------------------------------------------


def _made_from(show: Show, room: Value, feed: Feed, top: Element, attribute: str | None) -> Place:
    if special := SPECIAL.get(top.name):
        return special(show, room, feed, top)
    if top.name == "podcast:locked" and attribute:
        return show.origin, ("owner",)
    key = (OF_EPISODE.get(top.name) if not isinstance(room, Show) else None) or KEYS.get(top.name)
    listed = ("funding", "txt", "location", "socials", "clips", "list", "category", "tags")
    return room.origin, (key, _index(feed, top)) if key in listed else (key,) if key else ()


def _person(show: Show, room: Value, feed: Feed, top: Element) -> Place:
    """What is said of the person is written in people.yaml, if at all; else where the name stands."""
    person = next((person for person in show.people if person.name == top.text.strip()), None)
    if person and person.origin:
        return person.origin, ()
    if isinstance(room, Show):
        index = _index(feed, top)
        hosts = len(room.hosts)
        return room.origin, ("hosts", index) if index < hosts else ("people", index - hosts)
    return room.origin, ("guests",)


def _image(show: Show, room: Value, feed: Feed, top: Element) -> Place:
    own = "cover" if isinstance(room, Show) else "image"
    shift = 1 if (room.cover if isinstance(room, Show) else room.image) else 0
    index = _index(feed, top)
    return room.origin, (own,) if index < shift else ("images", index - shift)


def _trailer(show: Show, room: Value, feed: Feed, top: Element) -> Place:
    """The feed has the newest first."""
    order = sorted(range(len(show.trailers)), key=lambda n: show.trailers[n].date, reverse=True)
    return show.origin, ("trailer", order[_index(feed, top)])


def _alternate(show: Show, room: Value, feed: Feed, top: Element) -> Place:
    """In a broadcast the streams; in an item the recording itself and then those in other forms."""
    index = _index(feed, top)
    if not isinstance(room, Episode):
        return room.origin, ("stream", index)
    rows = [n for n, row in enumerate(room.alternate_audio) if row.audio.file.href != room.audio.file.href]
    return room.origin, ("audio",) if index == 0 else ("alternate_audio", rows[index - 1])


def _content_link(show: Show, room: Value, feed: Feed, top: Element) -> Place:
    href = top.get("href") or ""
    if isinstance(room, Episode):
        for segment in room.segments:
            for link in segment.stories:
                if link.story.link == href and link.origin:
                    return link.origin, ()
    links = room.links if not isinstance(room, Show) else ()
    found = next((n for n, link in enumerate(links) if link.url == href), None)
    return room.origin, ("links",) if found is None else ("links", found)


def _enclosure(show: Show, room: Value, feed: Feed, top: Element) -> Place:
    return (room.origin, ("audio",)) if isinstance(room, Episode) else (room.origin, ("stream", 0))


def _transcript(show: Show, room: Value, feed: Feed, top: Element) -> Place:
    """One that lives elsewhere by its address; those made of a file of the episode by their order."""
    if isinstance(room, Episode):
        url = top.get("url") or ""
        for number, transcript in enumerate(room.transcripts):
            if paths.is_elsewhere(transcript.file.href) and transcript.file.href == url:
                return room.origin, ("transcript", number)
    return room.origin, ("transcript",)


def _chapter(show: Show, room: Value, feed: Feed, top: Element) -> Place:
    return room.origin, ("segments",) if isinstance(room, Episode) and room.segments else ("audio",)


def _live(show: Show, room: Value, feed: Feed, top: Element) -> Place:
    return room.origin, ()


def _link(show: Show, room: Value, feed: Feed, top: Element) -> Place:
    hubs = [link for link in feed.channel.all("atom:link") if link.get("rel") == "hub"]
    return (show.origin, ("websub", hubs.index(top))) if top in hubs else (show.origin, ("url",))


SPECIAL: dict[str, Callable[[Show, Value, Feed, Element], Place]] = {
    "podcast:person": _person,
    "podcast:image": _image,
    "podcast:trailer": _trailer,
    "podcast:alternateEnclosure": _alternate,
    "podcast:contentLink": _content_link,
    "enclosure": _enclosure,
    "podcast:transcript": _transcript,
    "podcast:chapters": _chapter,
    "psc:chapters": _chapter,
    "podcast:liveItem": _live,
    "atom:link": _link,
}
