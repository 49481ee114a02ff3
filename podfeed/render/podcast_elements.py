"""Elements of the podcast namespace that more than one place may hold.

Source of each: Podcastindex-org/podcast-namespace at c0ff5ca, docs/tags/<tag>.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from email.utils import format_datetime
from math import gcd

from podfeed import paths
from podfeed.model import (
    Credit,
    Image,
    License,
    Location,
    RemoteItem,
    Show,
    Trailer,
    Value,
    ValueRecipient,
    ValueTimeSplit,
)
from podfeed.render.tags import Tag, tag, true_false
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


def image(show: Show, image: Image) -> Tag:
    ratio = None
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
        type=image.file.media_type,
        purpose="artwork",
    )


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
    name = shorten(place.name, LONG)
    return tag("podcast:location", name, rel=place.rel, geo=place.geo, osm=place.osm, country=place.country)
