"""From show.yaml to what a Show says once: everything but its episodes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from podfeed.media_types import AUDIO, suffix
from podfeed.model import Category, File, Image, Link, Owner, RemoteItem, Station, Trailer
from podfeed.problem import Problem, error
from podfeed.source import values
from podfeed.source.episode import blocks, waivers
from podfeed.source.fields import quoted
from podfeed.source.frequency import frequency
from podfeed.source.people import People
from podfeed.source.places import Place
from podfeed.source.recordings import Recordings, audio
from podfeed.source.schema import ShowFile
from podfeed.source.tag_entries import AudioEntry, PublisherEntry, TrailerEntry
from podfeed.text import closest
from podfeed.vocabulary import CATEGORIES, GUID_NAMESPACE, LIST_MEDIUMS


def feed_guid(url: str) -> str:
    """The `podcast:guid` of a feed's address: scheme and trailing slashes do not count (namespace, guid.md).

    >>> feed_guid("https://podnews.net/rss")
    '9b024349-ccf0-5f69-a609-6b82873eab3c'
    """
    return str(uuid5(UUID(GUID_NAMESPACE), re.sub(r"^\w+://", "", url).rstrip("/")))


def head(
    entry: ShowFile, place: Place, media: Path, recordings: Recordings, people: People, problems: list[Problem]
) -> dict[str, Any]:
    """The fields of `Show` that show.yaml gives; a stand-in for a cover that is a problem."""
    stand_in = Image(file=File(href="media/cover.jpg", media_type="image/jpeg"))
    return dict(
        title=entry.title,
        description=entry.description,
        url=site_url(entry.url),
        language=entry.language,
        author=entry.author,
        owner=Owner(name=entry.owner.name, email=entry.owner.email),
        categories=tuple(_categories(entry, place, problems)),
        cover=(values.picture(entry.cover, place.below("cover"), media, problems) or stand_in) if entry.cover else None,
        tagline=entry.tagline,
        timezone=entry.timezone,
        explicit=bool(entry.explicit),
        type=entry.type,
        hosts=people.credits(entry.hosts, place.below("hosts"), "Host"),
        crew=people.credits(entry.people, place.below("people"), None),
        license=values.license(entry.license),
        copyright=entry.copyright,
        funding=values.funding(entry.funding),
        locked=True if entry.locked is None else entry.locked,
        complete=bool(entry.complete),
        block=blocks(entry.block),
        waive=waivers(entry.waive),
        new_feed_url=entry.new_feed_url,
        medium=entry.medium,
        remote_items=tuple(values.remote_item(row) for row in entry.list),
        publisher=_publisher(entry.publisher),
        podping=bool(entry.podping),
        limit=entry.limit or 300,
        update_frequency=frequency(entry.update_frequency, place.below("update_frequency"), problems)
        if entry.update_frequency
        else None,
        txt=values.txts(entry.txt),
        podroll=tuple(values.remote_item(row) for row in entry.podroll),
        trailers=tuple(_trailers(entry.trailer, place, recordings, problems)),
        value=values.value(entry.value),
        chat=values.chat(entry.chat),
        socials=values.socials(entry.socials),
        locations=values.locations(entry.location),
        images=values.art(entry.images, place.below("images"), media, problems),
        keywords=tuple(dict.fromkeys(entry.keywords)),
        subscribe=tuple(Link(url=url, title=DIRECTORIES.get(name, name)) for name, url in entry.subscribe.items()),
        audio_url=entry.audio_url.rstrip("/") + "/" if entry.audio_url else None,
        websub=entry.websub,
        comments=Link(url=entry.comments.url, title=entry.comments.title or "") if entry.comments else None,
        station=Station(**dict(entry.station)) if entry.station else None,
        origin=place,
    )  # fmt: skip


DIRECTORIES = {
    "apple": "Apple Podcasts", "spotify": "Spotify", "youtube": "YouTube Music", "amazon": "Amazon Music", "deezer": "Deezer",
    "overcast": "Overcast", "pocketcasts": "Pocket Casts", "podcastindex": "Podcast Index", "iheart": "iHeart", "tunein": "TuneIn",
}  # fmt: skip
"""How a page calls a directory that is written in short at `subscribe:`; any other word is its name."""


def site_url(url: str) -> str:
    """The site's address with exactly one slash at its end, without query and fragment.

    >>> site_url("https://radio.example/morning")
    'https://radio.example/morning/'
    """
    return re.split(r"[?#]", url)[0].rstrip("/") + "/"


def _categories(entry: ShowFile, place: Place, problems: list[Problem]) -> Iterator[Category]:
    folded = {name.casefold(): name for name in CATEGORIES}
    for index, written in enumerate(entry.category):
        name, _, sub = (part.strip() for part in written.partition(" / " if " / " in written else "/"))
        span = place.span("category", index)
        if name.casefold() not in folded:
            parent = next(
                (c for c, subs in CATEGORIES.items() if name.casefold() in (s.casefold() for s in subs)), None
            )
            near = f"{parent} / {name}" if parent else closest(name, CATEGORIES)
            hint = f"did you mean {near}?" if near else "write one of: " + ", ".join(CATEGORIES)
            problems.append(error("unknown-category", f"{quoted(name)} is not one of Apple's categories", span, hint))
            continue
        name = folded[name.casefold()]
        subs = {s.casefold(): s for s in CATEGORIES[name]}
        if sub and sub.casefold() not in subs:
            near = closest(sub, CATEGORIES[name])
            hint = (
                f"did you mean {name} / {near}?"
                if near
                else f"write {name} alone, or one of: {', '.join(subs.values())}"
            )
            problems.append(error("unknown-category", f"{quoted(sub)} is not a part of {name}", span, hint))
            continue
        yield Category(name=name, sub=subs[sub.casefold()] if sub else None)


def listing(entry: ShowFile, place: Place, episodes: bool) -> Iterator[Problem]:
    """A list (medium.md) consists of remote items and nothing else; no other medium but a publisher's has them."""
    is_list = entry.medium in LIST_MEDIUMS
    if (is_list or entry.medium == "publisher") and not entry.list:
        message = f"a feed of medium {entry.medium} names others, and none is named"
        yield error("list-of-nothing", message, place.span("medium"), "add list: [{guid: …, item: …}]")
    if entry.list and not is_list and entry.medium != "publisher":
        message = f"a feed of medium {entry.medium} does not carry a list"
        hint = "write medium: podcastL (a list of podcasts), musicL, mixed or publisher; or is it podroll: you mean?"
        yield error("list-without-medium", message, place.span("list", key=True), hint)
    if is_list and episodes:
        message = f"a feed of medium {entry.medium} holds no episodes of its own, so apps would find none of these"
        hint = f"write medium: {entry.medium.removesuffix('L').replace('mixed', 'podcast')}, or move the episodes away"
        yield error("list-with-episodes", message, place.span("medium"), hint)


def _publisher(entry: PublisherEntry | None) -> RemoteItem | None:
    """publisher.md: exactly one remote item, of medium publisher."""
    if entry is None:
        return None
    return RemoteItem(feed_guid=str(entry.guid).lower(), feed_url=entry.feed, medium="publisher", title=entry.title)


def _trailers(
    entries: tuple[TrailerEntry, ...], place: Place, recordings: Recordings, problems: list[Problem]
) -> Iterator[Trailer]:
    for index, entry in enumerate(entries):
        at = place.below("trailer", index)
        if "://" in entry.audio:
            kind = entry.type or AUDIO.get(suffix(entry.audio), "audio/mpeg")
            file = File(href=entry.audio, media_type=kind, length=entry.length)
            yield Trailer(title=entry.title, file=file, date=entry.date, season=entry.season)
            continue
        found, more = audio(AudioEntry(file=entry.audio), at.below("audio"), recordings, "trailer")
        problems.extend(more)
        if found:
            yield Trailer(title=entry.title, file=found.file, date=entry.date, season=entry.season)
