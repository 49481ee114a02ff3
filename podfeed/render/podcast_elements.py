"""Elements of the podcast namespace that more than one place may hold.

Source of each: Podcastindex-org/podcast-namespace at c0ff5ca, docs/tags/<tag>.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from email.utils import format_datetime
from math import gcd

from podfeed import paths
from podfeed.media_types import UNKNOWN
from podfeed.model import (
    Audio,
    Chat,
    Credit,
    Elsewhere,
    File,
    Image,
    License,
    Link,
    Location,
    RemoteItem,
    Show,
    Social,
    Trailer,
    Txt,
    Value,
    ValueRecipient,
    ValueTimeSplit,
)
from podfeed.render.tags import Tag, tag, true_false
from podfeed.render.words import Words
from podfeed.text import seconds, shorten
from podfeed.vocabulary import ROLES

LONG = 128
SHORT = 32
GROUPS = {role.casefold(): group for group, roles in reversed(ROLES.items()) for role in roles}
"""Role → group; "Editor" is in two, and the first one counts unless the credit names its own."""


def person(show: Show, credit: Credit, fallback: str) -> Tag:
    """A role that the taxonomy does not know ("harbour pilot") is given as what the person is on the show."""
    role = credit.role if credit.role.casefold() in GROUPS else fallback
    group = credit.group if role == credit.role and credit.group else GROUPS.get(role.casefold())
    person = credit.person
    return tag(
        "podcast:person",
        shorten(person.name, LONG),
        role=role.lower(),
        group=group.lower() if group else None,
        img=paths.image_url(show, person.image) if person.image else None,
        href=paths.person_url(show, person),
    )


def license(license: License | None) -> Iterator[Tag]:
    if license:
        yield tag("podcast:license", shorten(license.id, LONG), url=license.url)


def image(show: Show, image: Image, purpose: str | None = None) -> Tag:
    """image.md: the ratio is that of the pixels, in its lowest terms."""
    ratio = image.ratio
    if image.width and image.height:
        divisor = gcd(image.width, image.height)
        ratio = f"{image.width // divisor}/{image.height // divisor}"
    return tag(
        "podcast:image",
        href=paths.image_url(show, image),
        alt=image.alt or None,
        **{"aspect-ratio": ratio},
        width=image.width,
        height=image.height,
        type=None if image.file.media_type == UNKNOWN else image.file.media_type,
        purpose=purpose or " ".join(image.purpose) or None,
    )


def funding(_: Words, links: Iterable[Link], title: str) -> Iterator[Tag]:
    for link in links:
        yield tag("podcast:funding", shorten(_.support(link, title), LONG), url=link.url)


def txt(rows: Iterable[Txt]) -> Iterator[Tag]:
    for row in rows:
        yield tag("podcast:txt", row.text, purpose=row.purpose)


def chat(row: Chat | None) -> Iterator[Tag]:
    if row:
        yield tag("podcast:chat", server=row.server, protocol=row.protocol, accountId=row.account, space=row.space)


def socials(rows: Iterable[Social]) -> Iterator[Tag]:
    for row in rows:
        yield tag(
            "podcast:socialInteract",
            protocol=row.protocol,
            uri=row.uri,
            accountId=row.account,
            accountUrl=row.account_url,
            priority=row.priority,
        )


def content_links(links: Iterable[Link]) -> Iterator[Tag]:
    """Addresses inside the namespace must be https (docs/1.0.md); others are on the page and in the notes."""
    unique: dict[str, str] = {}
    for link in links:
        unique.setdefault(link.url, link.title)
    for url, words in unique.items():
        if url.startswith("https://"):
            yield tag("podcast:contentLink", words, href=url)


# --- recordings and streams -------------------------------------------------------------------------------


def audio_sources(show: Show, audio: Audio, elsewhere: Iterable[Elsewhere]) -> Iterator[Tag]:
    """source.md: our own address first, then where else the bytes are; then how to tell that they are the same."""
    yield from sources(paths.audio_url(show, audio), audio.file.media_type, elsewhere)
    yield from integrity(audio.file)


def sources(url: str, media_type: str, elsewhere: Iterable[Elsewhere]) -> Iterator[Tag]:
    yield tag("podcast:source", uri=url, contentType=media_type)
    for row in elsewhere:
        yield tag("podcast:source", uri=row.uri, contentType=row.media_type)


def integrity(file: File) -> Iterator[Tag]:
    """integrity.md: `sri` is the W3C's Subresource Integrity; what is none is a signature."""
    if file.integrity:
        kind = "sri" if file.integrity.startswith("sha") else "pgp-signature"
        yield tag("podcast:integrity", type=kind, value=file.integrity)


def value(value: Value | None) -> Iterator[Tag]:
    if value:
        recipients = _recipients(value.recipients)
        splits = (_time_split(split) for split in value.splits)
        attributes = {"type": value.type, "method": value.method, "suggested": value.suggested}
        yield tag("podcast:value", None, *recipients, *splits, **attributes)


def _recipients(recipients: Iterable[ValueRecipient]) -> Iterator[Tag]:
    """valueRecipient.md"""
    for row in recipients:
        yield tag(
            "podcast:valueRecipient",
            name=row.name,
            type=row.type,
            address=row.address,
            customKey=row.custom_key,
            customValue=row.custom_value,
            split=row.split,
            fee=true_false(True) if row.fee else None,
        )


def _time_split(split: ValueTimeSplit) -> Tag:
    """valueTimeSplit.md: one remote item, or recipients."""
    attributes: dict[str, str | int | None] = {"startTime": seconds(split.start), "duration": seconds(split.duration)}
    if split.remote_item is None:
        return tag("podcast:valueTimeSplit", None, *_recipients(split.recipients), **attributes)
    attributes["remoteStartTime"] = seconds(split.remote_start)
    attributes["remotePercentage"] = split.remote_percentage
    return tag("podcast:valueTimeSplit", None, remote_item(split.remote_item), **attributes)


def remote_item(item: RemoteItem) -> Tag:
    """remoteItem.md"""
    return tag(
        "podcast:remoteItem",
        feedGuid=item.feed_guid,
        feedUrl=item.feed_url,
        itemGuid=item.item_guid,
        medium=item.medium,
        title=item.title,
    )


def remote_items(items: Iterable[RemoteItem]) -> Iterator[Tag]:
    for item in items:
        yield remote_item(item)


def trailer(show: Show, trailer: Trailer) -> Tag:
    return tag(
        "podcast:trailer",
        shorten(trailer.title, LONG),
        url=paths.file_url(show, trailer.file),
        pubdate=format_datetime(trailer.date),
        length=trailer.file.length,
        type=trailer.file.media_type,
        season=trailer.season,
    )


def location(place: Location) -> Tag:
    name, country = shorten(place.name, LONG), place.country.upper() if place.country else None
    return tag("podcast:location", name, rel=place.rel, geo=place.geo, osm=place.osm, country=country)
