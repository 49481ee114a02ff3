"""From the groups of keys that the podcast namespace's tags have to the model's values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from podfeed.model import (
    Chat,
    Elsewhere,
    Image,
    License,
    Link,
    Location,
    RemoteItem,
    Social,
    Txt,
    Value,
    ValueRecipient,
    ValueTimeSplit,
)
from podfeed.problem import Problem
from podfeed.source import files
from podfeed.source.entries import ArtEntry, ImageEntry
from podfeed.source.places import Place
from podfeed.source.tag_entries import (
    ChatEntry,
    FundingEntry,
    LicenseEntry,
    LocationEntry,
    RecipientEntry,
    RemoteEntry,
    SocialEntry,
    SourceEntry,
    SplitEntry,
    TxtEntry,
    ValueEntry,
)
from podfeed.vocabulary import LICENSES


def value(entry: ValueEntry | None) -> Value | None:
    if entry is None:
        return None
    return Value(
        type=entry.type,
        method=entry.method,
        suggested=entry.suggested,
        recipients=tuple(_recipient(r) for r in entry.recipients),
        splits=tuple(_split(s) for s in entry.splits),
    )


def _recipient(entry: RecipientEntry) -> ValueRecipient:
    return ValueRecipient(
        type=entry.type,
        address=entry.address,
        split=entry.split,
        name=entry.name,
        custom_key=entry.custom_key,
        custom_value=entry.custom_value,
        fee=bool(entry.fee),
    )


def _split(entry: SplitEntry) -> ValueTimeSplit:
    return ValueTimeSplit(
        start=entry.start,
        duration=entry.length,
        recipients=tuple(_recipient(r) for r in entry.recipients),
        remote_item=remote_item(entry.remote) if entry.remote else None,
        remote_start=entry.remote_start or timedelta(0),
        remote_percentage=100 if entry.percentage is None else entry.percentage,
    )


def remote_item(entry: RemoteEntry) -> RemoteItem:
    """remoteItem.md: a podcast is what is meant where no medium is named."""
    medium = None if entry.medium == "podcast" else entry.medium
    return RemoteItem(
        feed_guid=str(entry.guid).lower(), feed_url=entry.feed, item_guid=entry.item, medium=medium, title=entry.title
    )


def funding(entries: Iterable[FundingEntry]) -> tuple[Link, ...]:
    """Where listeners can give; without words of the editor's, `words.support` has some in the show's language."""
    return tuple(Link(url=entry.url, title=entry.label or "") for entry in entries)


def license(entry: LicenseEntry | None) -> License | None:
    """A licence of the namespace's list comes in its spelling there: apps compare it to the letter."""
    if entry is None:
        return None
    listed = {name.casefold(): name for name in LICENSES}
    return License(id=listed.get(entry.id.casefold(), entry.id), url=entry.url)


def locations(entries: Iterable[LocationEntry]) -> tuple[Location, ...]:
    return tuple(Location(**dict(entry)) for entry in entries)


def txts(entries: Iterable[TxtEntry]) -> tuple[Txt, ...]:
    return tuple(Txt(text=entry.text, purpose=entry.purpose) for entry in entries)


def chat(entry: ChatEntry | None) -> Chat | None:
    return Chat(**dict(entry)) if entry else None


def socials(entries: Iterable[SocialEntry]) -> tuple[Social, ...]:
    return tuple(
        Social(
            protocol=entry.protocol,
            uri=entry.url,
            account=entry.account,
            account_url=entry.account_url,
            priority=entry.priority,
        )
        for entry in entries
    )


def sources(entries: Iterable[SourceEntry]) -> tuple[Elsewhere, ...]:
    return tuple(Elsewhere(uri=entry.uri, media_type=entry.type) for entry in entries)


# --- pictures ---------------------------------------------------------------------------------------------


def picture(entry: ImageEntry | None, place: Place, media: Path, problems: list[Problem]) -> Image | None:
    """The picture that an entry names, or None and a problem."""
    if entry is None:
        return None
    found = files.image(media, entry.file, place.below("file").span)
    if isinstance(found, Problem):
        problems.append(found)
        return None
    return replace(found, alt=entry.alt or "")


def art(entries: Iterable[ArtEntry], place: Place, media: Path, problems: list[Problem]) -> tuple[Image, ...]:
    """Pictures for other uses; what a picture in media/ measures counts before what is written of it."""
    return tuple(_art(entries, place, media, problems))


def _art(entries: Iterable[ArtEntry], place: Place, media: Path, problems: list[Problem]) -> Iterator[Image]:
    for index, entry in enumerate(entries):
        if found := picture(entry, place.below(index), media, problems):
            yield replace(
                found,
                width=found.width or entry.width,
                height=found.height or entry.height,
                ratio=None if found.height else entry.ratio,
                purpose=tuple(word.lower() for words in entry.purpose for word in words.split()),
            )
