"""From the `live:` entries of show.yaml to live broadcasts as a view may see them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

from podfeed.media_types import STREAMS, suffix
from podfeed.model import Credit, License, Live, Stream
from podfeed.problem import Problem, Span, error
from podfeed.schedule import View
from podfeed.source import values
from podfeed.source.fields import quoted
from podfeed.source.people import People, links
from podfeed.source.places import Place
from podfeed.source.tag_entries import LiveEntry, StreamEntry


@dataclass(frozen=True, slots=True)
class Usual:
    """What a live broadcast has from its show unless it says otherwise. `guid` is the show's."""

    guid: str
    hosts: tuple[Credit, ...]
    license: License | None
    explicit: bool


def broadcasts(
    entries: tuple[LiveEntry, ...],
    place: Place,
    usual: Usual,
    people: People,
    media: Path,
    view: View,
    problems: list[Problem],
) -> tuple[Live, ...]:
    """The live broadcasts that the view may see, the next one first; `place` is that of the key."""
    made: list[Live] = []
    known: dict[str, Span] = {}
    for index, entry in enumerate(entries):
        at = place.below(index)
        guid = entry.guid or _guid(entry, usual)
        if guid in known:
            hint = "give one of them guid: … of its own, and keep it"
            message = "two live broadcasts of one day would be taken for one"
            related = ((known[guid], "the other one"),)
            problems.append(
                error("same-live", message, at.span("guid" if entry.guid else "start"), hint, related=related)
            )
        known.setdefault(guid, at.span("start"))
        made += _broadcast(entry, at, guid, usual, people, media, view, problems)
    return tuple(sorted(made, key=lambda live: (live.start, live.guid)))


def _guid(entry: LiveEntry, usual: Usual) -> str:
    """By its day as written, so that a corrected hour or title does not make a new broadcast of it."""
    return f"urn:uuid:{uuid5(UUID(usual.guid), f'live {entry.start.date().isoformat()}')}"


def _broadcast(
    entry: LiveEntry,
    place: Place,
    guid: str,
    usual: Usual,
    people: People,
    media: Path,
    view: View,
    problems: list[Problem],
) -> Iterator[Live]:
    if entry.end <= entry.start:
        message, hint = "this live broadcast ends before it has begun", "correct end: or start:"
        problems.append(error("live-ends-early", message, place.span("end"), hint))
    streams = tuple(_streams(entry, place.below("stream"), problems))
    by_clock = view.airs(start=entry.start, end=entry.end, announce=entry.announce, draft=bool(entry.draft))
    if not streams or by_clock is None:
        return
    hosts = usual.hosts if entry.hosts is None else people.credits(entry.hosts, place.below("hosts"), "Host")
    yield Live(
        guid=guid,
        title=entry.title,
        start=entry.start,
        end=entry.end,
        status=entry.status or by_clock,
        streams=streams,
        announce=entry.announce,
        draft=bool(entry.draft),
        summary=entry.summary,
        explicit=usual.explicit if entry.explicit is None else entry.explicit,
        links=links(entry.links),
        hosts=hosts,
        guests=people.credits(entry.guests, place.below("guests"), "Guest"),
        image=values.picture(entry.image, place.below("image"), media, problems),
        images=values.art(entry.images, place.below("images"), media, problems),
        chat=values.chat(entry.chat),
        socials=values.socials(entry.socials),
        locations=values.locations(entry.location),
        license=values.license(entry.license) or usual.license,
        funding=values.funding(entry.funding),
        txt=values.txts(entry.txt),
        value=values.value(entry.value),
        origin=place,
    )


def _streams(entry: LiveEntry, place: Place, problems: list[Problem]) -> Iterator[Stream]:
    if not entry.stream:
        hint = "add stream: https://…"
        problems.append(error("missing-key", "no stream is named", place.span(), hint))
    for index, stream in enumerate(entry.stream):
        if media_type := _type(stream, place.below(index), problems):
            yield Stream(
                url=stream.url,
                media_type=media_type,
                sources=values.sources(stream.sources),
                **{name: getattr(stream, name) for name in _SAME},
            )


_SAME = ("title", "bitrate", "language", "height", "rel", "codecs")


def _type(stream: StreamEntry, place: Place, problems: list[Problem]) -> str | None:
    found = stream.type or STREAMS.get(suffix(stream.url))
    if found is None:
        message = f"the ending of {quoted(stream.url)} does not say what kind of stream it is"
        problems.append(error("stream-without-type", message, place.span("url"), "add type: audio/mpeg"))
    return found
