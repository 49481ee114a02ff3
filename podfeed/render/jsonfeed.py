"""`feed.json`: JSON Feed 1.1 (jsonfeed.org/version/1.1), with segments and stories as the extension `_podfeed`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from podfeed import media_types, paths
from podfeed.digest import name_of
from podfeed.model import Credit, Episode, Segment, Show, StoryLink
from podfeed.output import Output, rendered
from podfeed.render import items, json_text, notes, words
from podfeed.render.chapters import number
from podfeed.render.companion import corrections, modified
from podfeed.render.feeds import by_release


def outputs(show: Show) -> Iterator[tuple[str, Output]]:
    """The newest episodes, as many as the RSS feed holds."""
    newest = by_release(show.episodes)
    part = replace(show, people=(), stories=(), live=(), episodes=newest[: show.limit])
    yield paths.FEED_JSON, rendered(media_types.FEED_JSON, render, part, salt=words.of(show.language).stamp)


def render(show: Show) -> bytes:
    """The document, UTF-8."""
    head = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": show.title,
        "home_page_url": show.url,
        "feed_url": paths.absolute(show, paths.FEED_JSON),
        "description": show.description,
        "icon": paths.image_url(show, show.cover) if show.cover else None,
        "language": show.language,
        "authors": [{"name": show.author}],
        "expired": True if show.complete else None,
        "hubs": [{"type": "WebSub", "url": hub} for hub in show.websub],
    }
    still = replace(show, episodes=())
    own = f"json {name_of(still)}"
    rows = [items.at_hand(f"{own} {name_of(one)}", partial(_written, still, one)) for one in show.episodes]
    listed = b",".join(b"\n  " + row for row in rows)
    start = json_text.indented(_known(head)).removesuffix(b"\n}")
    return start + b',\n "items": [' + listed + (b"\n ]\n}" if rows else b"]\n}")


def _written(show: Show, episode: Episode) -> bytes:
    """The item as it stands in the list."""
    return json_text.indented(_item(show, episode), "  ")


def _known(row: dict[str, Any]) -> dict[str, Any]:
    """Without what is absent."""
    return {key: value for key, value in row.items() if value not in (None, "", [])}


def _item(show: Show, episode: Episode) -> dict[str, Any]:
    return _known(
        {
            "id": episode.guid,
            "url": paths.episode_url(show, episode),
            "title": episode.title,
            "summary": episode.summary,
            "content_html": notes.show_notes(show, episode),
            "image": paths.image_url(show, episode.image) if episode.image else None,
            "date_published": episode.release.isoformat(),
            "date_modified": changed.isoformat() if (changed := modified(episode)) else None,
            "authors": [_author(show, credit) for credit in episode.hosts],
            "tags": list(episode.tags),
            "attachments": [_attachment(show, episode)],
            "_podfeed": _companion(show, episode),
        }
    )


def _attachment(show: Show, episode: Episode) -> dict[str, Any]:
    audio = episode.audio
    return _known(
        {
            "url": paths.audio_url(show, audio),
            "mime_type": audio.file.media_type,
            "size_in_bytes": audio.file.length,
            "duration_in_seconds": round(audio.duration.total_seconds()),
        }
    )


def _author(show: Show, credit: Credit) -> dict[str, Any]:
    person = credit.person
    avatar = paths.image_url(show, person.image) if person.image else None
    return _known({"name": person.name, "url": paths.person_url(show, person), "avatar": avatar})


def _companion(show: Show, episode: Episode) -> dict[str, Any]:
    return {"segments": [_segment(show, episode, segment) for segment in episode.segments]}


def _segment(show: Show, episode: Episode, segment: Segment) -> dict[str, Any]:
    return _known(
        {
            "start": number(segment.start),
            "end": number(segment.end),
            "title": segment.title,
            "url": paths.episode_url(show, episode, segment),
            "summary": segment.summary,
            "people": [{"name": credit.person.name, "role": credit.role} for credit in segment.people],
            "stories": [_story(show, link) for link in segment.stories],
            "corrections": corrections(segment.corrections),
        }
    )


def _story(show: Show, link: StoryLink) -> dict[str, Any]:
    story = link.story
    return _known(
        {
            "rel": link.rel,
            "at": None if link.at is None else number(link.at),
            "url": story.link,
            "title": story.label,
            "publisher": story.publisher,
            "authors": list(story.authors),
            "date": story.date.isoformat() if story.date else None,
            "page": paths.story_url(show, story),
            "archive": story.archive,
            "corrections": corrections(story.corrections),
        }
    )
