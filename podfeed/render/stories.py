"""Was this article on air? Answers for other programs, ready on a static host.

* `/stories.json`: every article that was on air, by its normalised address, in one file;
* `/stories/<slug>/story.json`: every segment that discusses one story;
* `/stories/by-url/<hash>.json`: the same, under a name that anybody can work out from the article's address.

The normalisation is `podfeed.text.normalise_url`, the hash `podfeed.paths.story_by_url`; `docs/stories-lookup.md`
describes both for the people who run a newspaper's site.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from podfeed import media_types, paths
from podfeed.appearances import Mention, Moment, mentions, moments
from podfeed.digest import Immutable, derived
from podfeed.model import Audio, Episode, Segment, Show, Story
from podfeed.output import Output, rendered
from podfeed.render.chapters import number
from podfeed.render.companion import corrections, dump, nameplate, people, present, segment_url, story_facts
from podfeed.text import format_time, normalise_url

VERSION = "1.0"


@dataclass(frozen=True, slots=True)
class Told(Immutable):
    """A story with the segments that discuss it, newest episode first."""

    story: Story
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Aired(Immutable):
    """What the list of all stories says of an episode."""

    slug: str
    date: date
    moments: tuple[Moment, ...]


def outputs(show: Show) -> Iterator[tuple[str, Output]]:
    """The list of all stories, and each story under its name and under its addresses."""
    told = mentions(show)
    beside = answers(story for story in show.stories if story.slug in told)
    for story in show.stories:
        yield from of_story(show, story, told.get(story.slug, ()), beside.get(story.slug, ()))
    yield from of_show(show)


def of_story(head: Show, story: Story, told: Iterable[Mention], beside: Iterable[str]) -> Iterator[tuple[str, Output]]:
    """The story's own file, and the same at the paths `beside` (see `answers`); `told` are the segments that discuss it."""
    answer = rendered(media_types.JSON, _answer, nameplate(head), _told(story, told))
    for path in (paths.story_json(story.slug), *beside):
        yield path, answer


def of_show(show: Show) -> Iterator[tuple[str, Output]]:
    """The list of all stories."""
    on_air = tuple(map(aired, show.episodes))
    yield paths.STORIES_JSON, rendered(media_types.JSON, _list, nameplate(show), show.stories, on_air)


@derived
def aired(episode: Episode) -> Aired:
    return Aired(episode.slug, episode.date.date(), moments(episode))


def _told(story: Story, told: Iterable[Mention]) -> Told:
    """A story with its mentions, which come without what these files do not say: so their key is about what they do."""
    return Told(story, tuple(Mention(brief(row.episode), _plain(row.segment), row.link) for row in told))


@derived
def _plain(segment: Segment) -> Segment:
    return replace(segment, stories=(), image=None)


@derived
def brief(episode: Episode) -> Episode:
    audio = Audio(file=episode.audio.file, duration=episode.audio.duration)
    return Episode(slug=episode.slug, guid=episode.guid, title=episode.title, date=episode.date, audio=audio)


def answers(stories: Iterable[Story]) -> dict[str, tuple[str, ...]]:
    """Story, by slug → the paths under which it answers to its addresses. `stories` are all that were on air."""
    found: dict[str, tuple[str, ...]] = {}
    for url, story in addresses(stories).values():
        found[story.slug] = (*found.get(story.slug, ()), paths.story_by_url(url))
    return found


def addresses(stories: Iterable[Story]) -> dict[str, tuple[str, Story]]:
    """Normalised address → an address and the story that answers to it.

    A story's own address comes before other stories' `same_as`, and those before archived copies. The page that merely
    lists a story is nobody's address: several stories may be listed on one page.
    """
    stories = tuple(stories)
    found: dict[str, tuple[str, Story]] = {}
    own = [(story.url, story) for story in stories]
    others = [(url, story) for story in stories for url in story.same_as]
    archived = [(story.archive, story) for story in stories]
    for url, story in (*own, *others, *archived):
        if url:
            found.setdefault(normalise_url(url), (url, story))
    return found


# --- one story ---------------------------------------------------------------------------------------


def _answer(show: Show, told: Told) -> bytes:
    return dump(
        {
            "version": VERSION,
            "show": {"title": show.title, "url": show.url},
            "story": present(
                **story_facts(show, told.story),
                sameAs=list(told.story.same_as) or None,
                oembed=paths.absolute(show, paths.story_oembed(told.story.slug)),
            ),
            "segments": [_segment(show, mention) for mention in told.mentions],
        }
    )


def _segment(show: Show, mention: Mention) -> dict[str, object]:
    episode, segment = mention.episode, mention.segment
    return present(
        rel=mention.link.rel,
        date=episode.date.date().isoformat(),
        minute=format_time(mention.at),
        title=segment.title,
        summary=segment.summary,
        play=segment_url(show, episode, segment, mention.at),
        at=number(mention.at),
        start=number(segment.start),
        end=number(segment.end),
        number=segment.number,
        people=people(show, segment.people),
        note=mention.link.note,
        corrections=corrections(segment.corrections) or None,
        episode={"title": episode.title, "guid": episode.guid, "url": paths.episode_url(show, episode)},
    )


# --- all stories ---------------------------------------------------------------------------------------


def _list(show: Show, stories: tuple[Story, ...], on_air: tuple[Aired, ...]) -> bytes:
    """Lean: what a site needs to mark its own articles. The rest is in each story's own file."""
    told: dict[str, list[dict[str, object]]] = {}
    for episode in on_air:
        for moment in episode.moments:
            told.setdefault(moment.story, []).append(_moment(show, episode, moment))
    by_address = addresses(story for story in stories if story.slug in told)
    chief: dict[str, str] = {}
    for address, (_url, story) in by_address.items():
        chief.setdefault(story.slug, address)
    return dump(
        {
            "version": VERSION,
            "show": {"title": show.title, "url": show.url},
            "stories": {
                chief[story.slug]: {
                    "title": story.label,
                    "page": paths.story_url(show, story),
                    "segments": told[story.slug],
                }
                for story in stories
                if story.slug in chief
            },
            # Further addresses of a story → the one under which it stands above.
            "sameAs": {
                address: chief[story.slug]
                for address, (_url, story) in by_address.items()
                if address != chief[story.slug]
            },
        },
        readable=False,
    )


def _moment(show: Show, episode: Aired, moment: Moment) -> dict[str, object]:
    return {
        "rel": moment.rel,
        "date": episode.date.isoformat(),
        "minute": format_time(moment.at),
        "title": moment.title,
        "play": paths.absolute(show, paths.episode(episode.slug))
        + paths.at(moment.at, moment.end if moment.end > moment.at else None),
    }
