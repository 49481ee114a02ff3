"""Apple's tags: one small function a tag. Source: Apple's podcasters' guide, "Podcast RSS feed requirements".

`itunes:title` says what `<title>` says, to the letter: readers show `<title>`, and one that takes whichever comes last
must find the same (ten of eleven readers tried). `itunes:summary` and `itunes:subtitle`, which Apple no longer reads, are
left out; the description is where it reads the summary. `itunes:keywords` comes only where the show asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from podfeed import paths
from podfeed.model import Block, Episode, Show
from podfeed.render.tags import Tag, tag, true_false


def title(show: Show) -> Iterator[Tag]:
    """Apple: the show's name."""
    yield tag("itunes:title", show.title)


def author(show: Show) -> Iterator[Tag]:
    """Apple: the group responsible for the show."""
    yield tag("itunes:author", show.author)


def owner(show: Show) -> Iterator[Tag]:
    """Apple: contact for administration; not shown to listeners."""
    yield tag("itunes:owner", None, tag("itunes:name", show.owner.name), tag("itunes:email", show.owner.email))


def image(show: Show) -> Iterator[Tag]:
    """Apple: the artwork. feedgen refuses addresses that do not end in .jpg or .png; Apple does not mind a query."""
    if show.cover:
        yield tag("itunes:image", href=paths.image_url(show, show.cover))


def categories(show: Show) -> Iterator[Tag]:
    """Apple: a subcategory stands inside its category; only the first is used."""
    for category in show.categories:
        sub = (tag("itunes:category", text=category.sub),) if category.sub else ()
        yield tag("itunes:category", None, *sub, text=category.name)


def explicit(show: Show) -> Iterator[Tag]:
    """Apple: `true` or `false`; feedgen knows only the older yes, no and clean."""
    yield tag("itunes:explicit", true_false(show.explicit))


def kind(show: Show) -> Iterator[Tag]:
    """Apple: `episodic` or `serial`."""
    yield tag("itunes:type", show.type)


def block(show: Show) -> Iterator[Tag]:
    """Apple: `Yes`, with a capital, takes the show out of Apple Podcasts; any other value says nothing."""
    if blocked(show.block):
        yield tag("itunes:block", "Yes")


def complete(show: Show) -> Iterator[Tag]:
    """Apple: `Yes` says that no episode will follow."""
    if show.complete:
        yield tag("itunes:complete", "Yes")


def new_feed_url(show: Show) -> Iterator[Tag]:
    """Apple: where the feed has moved to, to the letter."""
    if show.new_feed_url:
        yield tag("itunes:new-feed-url", show.new_feed_url)


def keywords(show: Show) -> Iterator[Tag]:
    """Apple read up to twelve words, parted by commas, until it dropped the tag; off unless the show writes some."""
    if show.keywords:
        yield tag("itunes:keywords", ", ".join(show.keywords))


def episode_title(show: Show, episode: Episode) -> Iterator[Tag]:
    """Apple: the episode's title."""
    yield tag("itunes:title", episode.title)


def duration(show: Show, episode: Episode) -> Iterator[Tag]:
    """Apple: whole seconds are recommended; validators refuse fractions."""
    yield tag("itunes:duration", str(round(episode.audio.duration.total_seconds())))


def number(show: Show, episode: Episode) -> Iterator[Tag]:
    """Apple: a positive whole number; must be there in serial shows."""
    if episode.number:
        yield tag("itunes:episode", str(episode.number))


def season(show: Show, episode: Episode) -> Iterator[Tag]:
    """Apple: a positive whole number."""
    if episode.season:
        yield tag("itunes:season", str(episode.season))


def episode_type(show: Show, episode: Episode) -> Iterator[Tag]:
    """Apple: `full`, `trailer` or `bonus`."""
    yield tag("itunes:episodeType", episode.type)


def episode_explicit(show: Show, episode: Episode) -> Iterator[Tag]:
    """Apple: `true` or `false`, for the episode alone."""
    yield tag("itunes:explicit", true_false(episode.explicit))


def episode_image(show: Show, episode: Episode) -> Iterator[Tag]:
    """Apple: artwork of one episode; without it the show's is used."""
    if image := episode.artwork:
        yield tag("itunes:image", href=paths.image_url(show, image))


def episode_author(show: Show, episode: Episode) -> Iterator[Tag]:
    """Apple: who made the episode: its hosts, else the show's author."""
    yield tag("itunes:author", ", ".join(credit.person.name for credit in episode.hosts) or show.author)


def episode_block(show: Show, episode: Episode) -> Iterator[Tag]:
    """Apple: `Yes` hides the episode."""
    if blocked(episode.block):
        yield tag("itunes:block", "Yes")


def episode_keywords(show: Show, episode: Episode) -> Iterator[Tag]:
    """Apple's old tag: the episode's tags, where the show has keywords at all."""
    if show.keywords and episode.tags:
        yield tag("itunes:keywords", ", ".join(episode.tags))


def blocked(blocks: Iterable[Block]) -> bool:
    """Whether Apple is to leave something out: what is said of it by name counts before what is said of all.

    >>> blocked([Block()]), blocked([Block(), Block(service="apple", blocked=False)]), blocked([Block(service="x")])
    (True, False, False)
    """
    said = {block.service: block.blocked for block in blocks}
    return said.get("apple", said.get(None, False))


CHANNEL_TAGS: tuple[Callable[[Show], Iterator[Tag]], ...] = (
    title,
    author,
    owner,
    image,
    categories,
    explicit,
    kind,
    block,
    complete,
    new_feed_url,
    keywords,
)

EPISODE_TAGS: tuple[Callable[[Show, Episode], Iterator[Tag]], ...] = (
    episode_title,
    duration,
    number,
    season,
    episode_type,
    episode_explicit,
    episode_image,
    episode_author,
    episode_block,
    episode_keywords,
)
