"""The companion file: what an episode says about which articles, and when, for other programs.

One JSON file an episode, shaped on the recommendations draft of the podcast namespace (proposal-docs/recommendations):
every entry of a segment's `stories` is a complete recommendation of that draft. The format is described in
`docs/companion.md`; its JSON Schema is published at `/companion.schema.json`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from podfeed import media_types, paths
from podfeed.digest import derived
from podfeed.model import Airing, Audio, Correction, Credit, Episode, Owner, Relation, Segment, Show, Story, StoryLink
from podfeed.output import Output, rendered
from podfeed.render import json_text, words
from podfeed.render.chapters import number
from podfeed.render.companion_schema import SCHEMA, VERSION

MOTIVES: dict[Relation, str] = {
    # The draft: `references` is what was used in making the episode, `additional content` is extra information.
    "about": "references",
    "mentions": "references",
    "source": "references",
    "background": "additional content",
    "follow-up": "additional content",
}


def outputs(show: Show) -> Iterator[tuple[str, Output]]:
    """`companion.json` of every episode, and the schema that they keep to."""
    for episode in show.episodes:
        yield from of_episode(show, episode)
    yield from of_show(show)


def of_show(show: Show) -> Iterator[tuple[str, Output]]:
    yield paths.COMPANION_SCHEMA, rendered(media_types.JSON, _schema, show.url)


def of_episode(head: Show, episode: Episode) -> Iterator[tuple[str, Output]]:
    yield paths.companion(episode.slug), rendered(media_types.JSON, _companion, nameplate(head), _told(episode))


@derived
def nameplate(show: Show) -> Show:
    """What files about an episode or a story say of the show, and nothing that they do not."""
    return Show(
        title=show.title,
        description="",
        url=show.url,
        language=show.language,
        author=show.author,
        owner=Owner(name="", email=""),
        categories=(),
        cover=show.cover,
        guid=show.guid,
        audio_url=show.audio_url,
    )


def _told(episode: Episode) -> Episode:
    """The episode without what the companion does not say, so that its key is about what it says."""
    audio = Audio(file=episode.audio.file, duration=episode.audio.duration)
    return replace(
        episode, audio=audio, notes=None, clips=(), cuts=(), transcripts=(), alternate_audio=(), value=None, socials=()
    )


def _companion(show: Show, episode: Episode) -> bytes:
    return dump(
        {
            "$schema": paths.absolute(show, paths.COMPANION_SCHEMA),
            "version": VERSION,
            "show": {
                "title": show.title,
                "url": show.url,
                "guid": show.guid,
                "feed": paths.absolute(show, paths.FEED),
            },
            "episode": _episode(show, episode),
            "segments": [_segment(show, episode, segment) for segment in episode.segments],
            "aired": [
                {"station": airing.station, "at": on_air(show, airing), "repeat": airing.repeat}
                for airing in episode.airings
            ],
        }
    )


def _episode(show: Show, episode: Episode) -> dict[str, object]:
    audio = episode.audio
    return present(
        title=episode.title,
        guid=episode.guid,
        url=paths.episode_url(show, episode),
        date=episode.date.isoformat(),
        number=episode.number,
        season=episode.season,
        summary=episode.summary,
        audio=present(
            url=paths.audio_url(show, audio),
            type=audio.file.media_type,
            length=audio.file.length,
            duration=number(audio.duration),
        ),
        people=people(show, (*episode.hosts, *episode.guests, *episode.crew)),
    )


def _segment(show: Show, episode: Episode, segment: Segment) -> dict[str, object]:
    return present(
        number=segment.number,
        title=segment.title,
        start=number(segment.start),
        end=number(segment.end),
        url=segment_url(show, episode, segment),
        people=people(show, segment.people),
        summary=segment.summary,
        stories=[_story(show, segment, link) for link in segment.stories],
        corrections=corrections(segment.corrections),
    )


def _story(show: Show, segment: Segment, link: StoryLink) -> dict[str, object]:
    begins = link.at if link.at is not None else segment.start
    return present(
        linkType="generic",
        medium="html",
        motive=MOTIVES[link.rel],
        **story_facts(show, link.story),
        displayStartTime=number(begins),
        displayDuration=number(max(segment.end - begins, timedelta(0))),
        rel=link.rel,
        at=number(begins),
        note=link.note,
    )


# --- pieces that other files for programs are made of --------------------------------------------------


def story_facts(show: Show, story: Story) -> dict[str, object]:
    """What is known of a story. `url` is the article's own address, or (`listed`) the page that lists it."""
    return present(
        title=story.label,
        url=story.url or story.listed or story.archive,
        listed=True if not story.url and story.listed else None,
        page=paths.story_url(show, story),
        publisher=story.publisher,
        authors=list(story.authors) or None,
        date=story.date and story.date.isoformat(),
        language=story.language,
        archive=story.archive,
        gone=True if story.gone else None,
        corrections=corrections(story.corrections) or None,
    )


def segment_url(show: Show, episode: Episode, segment: Segment, start: timedelta | None = None) -> str:
    """The address that plays a segment and stops where it ends; from `start` if that is given."""
    begins = segment.start if start is None else start
    return paths.episode_url(show, episode) + paths.at(begins, segment.end if segment.end > begins else None)


def people(show: Show, credits: Iterable[Credit]) -> list[dict[str, str]]:
    """Who, as what, and their page; each person in each role once."""
    rows = {(credit.person.slug, credit.role.casefold()): credit for credit in reversed(list(credits))}
    return [
        {"name": credit.person.name, "role": credit.role, "url": paths.person_url(show, credit.person)}
        for credit in reversed(rows.values())
    ]


def corrections(rows: Iterable[Correction]) -> list[dict[str, str]]:
    return [{"date": row.date.isoformat(), "text": row.text} for row in rows]


@derived
def corrected(episode: Episode) -> tuple[date, ...]:
    """The days of all corrections, of segments and of their stories."""
    of_stories = (row.date for s in episode.segments for link in s.stories for row in link.story.corrections)
    return (*(row.date for segment in episode.segments for row in segment.corrections), *of_stories)


def modified(episode: Episode) -> datetime | None:
    """When the last correction was made, as a moment; None if nothing was corrected."""
    days = corrected(episode)
    if not days:
        return None
    return max(datetime.combine(max(days), time(), episode.release.tzinfo), episode.release)


def on_air(show: Show, airing: Airing) -> str:
    """When it was on air: a moment, or the day where no more is known."""
    return airing.at.isoformat() if airing.timed else words.local_day(airing.at, show.timezone).isoformat()


def present(**members: object) -> dict[str, object]:
    """The members that there are: a fact that is not known is left out."""
    return {name: value for name, value in members.items() if value is not None}


def dump(document: object, *, readable: bool = True) -> bytes:
    """JSON in UTF-8, the same for the same values; as people can read it, or in the fewest bytes."""
    return (json_text.indented(document) if readable else json_text.compact(document)) + b"\n"


def _schema(url: str) -> bytes:
    return dump({"$schema": SCHEMA["$schema"], "$id": url + paths.COMPANION_SCHEMA, **SCHEMA})
