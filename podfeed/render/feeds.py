"""The RSS feeds: the show's own, its archive pages, and one for each person and each story.

A person's or story's feed holds the same items, guids and all, so that an app knows an episode again. It is a feed
in its own right: its own podcast:guid, marked so that directories leave it out, and recommending the show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from functools import partial
from operator import attrgetter
from uuid import UUID, uuid5

from podfeed import media_types, paths
from podfeed.appearances import Appearance, Mention, appearances, mentions
from podfeed.digest import Immutable, digest, name_of
from podfeed.model import Block, Episode, Person, RemoteItem, Show, Story
from podfeed.output import Output, rendered
from podfeed.render import chapters, description, items, itunes, live, notes, podcasting20, rss, words
from podfeed.render.companion import modified
from podfeed.render.tags import Tag, tag
from podfeed.text import quote_path
from podfeed.vocabulary import LIST_MEDIUMS

PORTION = 50
"""Items that are made at a time where several processes make them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Immutable):
    """Where a feed stands. `page` is the page it belongs to, `of` whose feed it is (None: the show's); `pages` counts its
    archive pages, and `number` is which of them this is (None for the feed itself). `opens` is the second at which an
    episode's page is to start.
    """

    path: str
    page: str
    of: Person | Story | None = None
    pages: int = 0
    number: int | None = None
    opens: tuple[tuple[str, timedelta], ...] = ()


def outputs(show: Show) -> Iterator[tuple[str, Output]]:
    """`feed.xml`, `people/<slug>/feed.xml`, `stories/<slug>/feed.xml`, and the archive pages of each."""
    yield from of_show(show)
    still = replace(show, people=(), stories=(), episodes=(), live=())
    heard, told = appearances(show), mentions(show)
    for person in show.people:
        yield from of_person(still, person, heard.get(person.slug, ()))
    for story in show.stories:
        yield from of_story(still, story, told.get(story.slug, ()))


def of_show(show: Show) -> Iterator[tuple[str, Output]]:
    """The show's own feed and its archive pages, which do not follow the clock."""
    head = replace(show, people=(), stories=(), episodes=())
    yield from series(head, replace(head, live=()), show.episodes, Place(path=paths.FEED, page=paths.HOME))


def of_person(still: Show, person: Person, heard: Iterable[Appearance]) -> Iterator[tuple[str, Output]]:
    """The feed of a person; `still` is the show without its episodes and what follows the clock."""
    rows = [(row.episode, row.segments[0].start if row.segments else None) for row in heard]
    here = Place(path=paths.person_feed(person.slug), page=paths.person(person.slug), of=person, opens=_opens(rows))
    yield from series(still, still, _episodes(rows), here)


def of_story(still: Show, story: Story, told: Iterable[Mention]) -> Iterator[tuple[str, Output]]:
    """The feed of a story."""
    rows = [(row.episode, row.at) for row in told]
    here = Place(path=paths.story_feed(story.slug), page=paths.story(story.slug), of=story, opens=_opens(rows))
    yield from series(still, still, _episodes(rows), here)


def main_feed(show: Show) -> bytes:
    """The show's own feed, as it is published."""
    return dict(of_show(show))[paths.FEED].body()


def _episodes(rows: Iterable[tuple[Episode, timedelta | None]]) -> tuple[Episode, ...]:
    return tuple({episode.slug: episode for episode, _ in rows}.values())


def _opens(rows: Iterable[tuple[Episode, timedelta | None]]) -> tuple[tuple[str, timedelta], ...]:
    """The first second of each episode; an episode that is meant as a whole opens as a whole."""
    first: dict[str, timedelta] = {}
    for episode, start in rows:
        first[episode.slug] = min(first.get(episode.slug, timedelta.max), start or timedelta(0))
    return tuple((slug, start) for slug, start in first.items() if start)


def by_release(episodes: Iterable[Episode]) -> tuple[Episode, ...]:
    """The episodes by the moment from which each may be seen, newest first. They come by their dates, newest first, which
    is the same but for those under embargo."""
    found = tuple(episodes)
    if any(map(attrgetter("embargo"), found)):
        return tuple(sorted(found, key=attrgetter("release"), reverse=True))
    return found


def series(head: Show, still: Show, episodes: Iterable[Episode], place: Place) -> Iterator[tuple[str, Output]]:
    """A feed of the newest episodes, and, where there are more than the show's limit, all full archive pages, counted
    from the oldest. A list (medium.md) has no episodes of its own in its feed.

    `head` and `still` are the show without its episodes, as the feed and as its archive pages say it.
    RFC 5005 §4: an archive page never changes, so only full ones exist; what is in none of them is in the feed.
    """
    newest = by_release(episodes)
    if head.medium in LIST_MEDIUMS:
        newest = ()
    limit = head.limit
    pages = len(newest) // limit if len(newest) > limit else 0
    place = replace(place, pages=pages) if pages else place
    said = words.of(head.language).stamp
    yield place.path, rendered(media_types.XML, render, head, still, newest[:limit], place, salt=said)
    for number in range(1, pages + 1):
        end = len(newest) - (number - 1) * limit
        part, here = newest[end - limit : end], replace(place, number=number)
        yield (
            paths.feed_archive(number, place.path),
            rendered(media_types.XML, render, still, still, part, here, salt=said),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a feed of the show says that its other feeds say otherwise. `description` is HTML; `link` is its page's address
    and `address` its own; `published` and `updated` are written as RSS has them."""

    title: str
    description: str
    guid: str
    link: str
    address: str
    published: str | None
    updated: str | None


def _said(show: Show, place: Place, episodes: Iterable[Episode]) -> Said:
    title, about, guid = _own(show, place)
    published = max((episode.release for episode in episodes), default=None)
    updated = max((*(modified(e) or e.release for e in episodes), *_aired(show, place)), default=None)
    return Said(
        title=title,
        description=description.paragraphs(about) or title,
        guid=guid,
        link=paths.absolute(show, place.page),
        address=paths.absolute(show, _path(place)),
        published=rss.date(published) if published else None,
        updated=rss.date(updated) if updated else None,
    )


def _own(show: Show, place: Place) -> tuple[str, str, str]:
    """The title, description and guid of a feed."""
    _, whose = words.of(show.language), place.of
    if whose is None:
        return show.title, show.description, show.guid
    if isinstance(whose, Person):
        name = whose.name
        about = _("Every episode of {show} with {name}.", show=show.title, name=name)
        about += "\n\n" + notes.plain(whose.bio) if whose.bio else ""
    else:
        name = whose.label
        about = _("Every episode of {show} that discusses “{story}”.", show=show.title, story=name)
    return _("{name} on {show}", name=name, show=show.title), about, _guid_at(show, place.path)


def _channel_of(show: Show, said: Said) -> Show:
    """The show as a person's or a story's feed says it."""
    main = RemoteItem(
        feed_guid=show.guid, feed_url=paths.absolute(show, paths.FEED), medium=_medium(show), title=show.title
    )
    return replace(
        show,
        title=said.title,
        guid=said.guid,
        type="episodic",
        block=(Block(),),
        podroll=(main,),
        complete=False,
        new_feed_url=None,
        update_frequency=None,
        txt=(),
        websub=(),  # only the show's own feed is announced to its hubs
        trailers=(),
        live=(),
        remote_items=(),
        publisher=None,  # its feed names the show, not this one
        podping=False,
    )


def _medium(show: Show) -> str | None:
    """remoteItem.md: named only where it is not `podcast`."""
    return None if show.medium == "podcast" else show.medium


def _guid_at(show: Show, path: str) -> str:
    """A person's or story's feed keeps its podcast:guid for life (guid.md), also when the show moves: it follows from the show's."""
    return str(uuid5(UUID(show.guid), path))


# --- the document -------------------------------------------------------------------------------------


def render(head: Show, still: Show, episodes: tuple[Episode, ...], place: Place) -> bytes:
    """The feed at `place`, of the episodes as they come, each with the item that it has in every feed."""
    opens = dict(place.opens)
    rows = [_item(still, episode, opens.get(episode.slug)) for episode in episodes]
    said = _said(head, place, episodes)
    if place.of and episodes and not place.pages and all(link.title for link in head.funding):
        form, gaps = _form(head, place)
        return form.render({gap: getattr(said, name) for name, gap in gaps.items()}, rows)
    return rss.render(_feed(head, place, said), rows)


def _feed(head: Show, place: Place, said: Said) -> rss.Feed:
    show = _channel_of(head, said) if place.of else head
    return rss.Feed(
        title=said.title,
        link=said.link,
        description=said.description,
        language=show.language,
        copyright=show.copyright,
        image=paths.image_url(show, show.cover) if show.cover else None,
        published=said.published,
        updated=said.updated,
        stylesheet=quote_path(paths.relative(paths.static("feed.css"), here=_path(place))),
        live=tuple(live.items(show)),
        tags=tuple(_channel(show, place, said)),
    )


_forms: dict[tuple[str, int], tuple[rss.Form, dict[str, str]]] = {}


def _form(head: Show, place: Place) -> tuple[rss.Form, dict[str, str]]:
    """The feed of any person or story without archive pages, with gaps for what is `Said`, and the word that stands for
    each. A text cannot contain its own digest, so no text of the show's contains such a word."""
    name = digest(head), place.path.count("/")  # the folders between it and its stylesheet
    if name not in _forms:
        if len(_forms) > 7:
            _forms.clear()
        gaps = {field.name: f"{name[0]}-{field.name}" for field in fields(Said)}
        _forms[name] = rss.Form(_feed(head, place, Said(**gaps)), gaps.values()), gaps
    return _forms[name]


def _aired(show: Show, place: Place) -> Iterator[datetime]:
    """When live broadcasts changed the feed."""
    for row in () if place.of else show.live:
        if row.status != "pending":
            yield row.start if row.status == "live" else row.end


def _path(place: Place) -> str:
    return place.path if place.number is None else paths.feed_archive(place.number, place.path)


def _channel(show: Show, place: Place, said: Said) -> Iterator[Tag]:
    yield from _links(show, place, said)
    for make in (*itunes.CHANNEL_TAGS, *podcasting20.CHANNEL_TAGS):
        yield from make(show)


def _links(show: Show, place: Place, said: Said) -> Iterator[Tag]:
    """atom:link: the feed itself, its hubs (WebSub §4), its archive (RFC 5005 §4)."""

    def link(rel: str, href: str) -> Tag:
        return tag("atom:link", rel=rel, type="application/rss+xml", href=href)

    def page(number: int) -> str:
        return paths.absolute(show, paths.feed_archive(number, place.path))

    yield link("self", said.address)
    for hub in show.websub if place.number is None else ():
        yield tag("atom:link", rel="hub", href=hub)
    before = (place.pages if place.number is None else place.number - 1) or None
    if before:
        yield link("prev-archive", page(before))
    if place.number is None:
        return
    if place.number < place.pages:
        yield link("next-archive", page(place.number + 1))
    yield link("current", paths.absolute(show, place.path))
    yield tag("fh:archive")


def deep_link(show: Show, episode: Episode) -> Iterator[Tag]:
    """Podlove Deep Linking: the page that takes `#t=start,end`."""
    href = paths.episode_url(show, episode)
    yield tag("atom:link", rel="http://podlove.org/deep-link", href=href)


EPISODE_TAGS: tuple[Callable[[Show, Episode], Iterator[Tag]], ...] = (
    *itunes.EPISODE_TAGS,
    *podcasting20.EPISODE_TAGS,
    deep_link,
    chapters.simple_chapters,
)


def _item(show: Show, episode: Episode, opens: timedelta | None) -> bytes:
    """The item; with `opens`, its page starts there."""
    made = items.at_hand(f"rss {name_of(show)} {name_of(episode)}", lambda: rss.item(_values(show, episode)))
    if not opens:
        return made
    link = rss.escaped(paths.episode_url(show, episode))
    return made.replace(b"<link>%s</link>" % link, b"<link>%s%s</link>" % (link, paths.at(opens).encode()), 1)


def in_portions(show: Show) -> tuple[Callable[[], None], ...]:
    """What makes the items of all episodes, a portion each."""
    still = replace(show, people=(), stories=(), episodes=(), live=())
    portions = (show.episodes[start : start + PORTION] for start in range(0, len(show.episodes), PORTION))
    return tuple(partial(_make_items, still, episodes) for episodes in portions)


def _make_items(still: Show, episodes: Iterable[Episode]) -> None:
    for episode in episodes:
        _item(still, episode, None)


def _values(show: Show, episode: Episode) -> rss.Item:
    file = episode.audio.file
    return rss.Item(
        title=episode.title,
        link=paths.episode_url(show, episode),
        guid=episode.guid,
        guid_is_permalink=episode.guid_is_permalink,
        date=episode.release,
        description=description.of_episode(show, episode),
        content=notes.show_notes(show, episode),
        enclosure=rss.Enclosure(
            url=paths.audio_url(show, episode.audio), length=file.length or 0, type=file.media_type
        ),
        categories=episode.tags,
        tags=tuple(tag for make in EPISODE_TAGS for tag in make(show, episode)),
    )
