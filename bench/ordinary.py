"""How an ordinary program does our stages with the same packages: the yardsticks of bench/stages.py."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import yaml
from feedgen.feed import FeedGenerator
from pydantic import BaseModel

from podfeed.model import Episode, Show


class Story(BaseModel):
    url: str
    title: str
    publisher: str
    date: date
    rel: str


class Segment(BaseModel):
    start: int | str
    title: str
    people: list[str] = []
    summary: str = ""
    stories: list[Story] = []


class Written(BaseModel):
    title: str
    date: str
    audio: str
    number: int
    summary: str
    guests: list[str]
    tags: list[str]
    segments: list[Segment | str]
    notes: str


def read(path: Path) -> Written:
    """An episode's file: PyYAML's quick loader, and models that say neither where a mistake is nor what it is."""
    return Written.model_validate(yaml.load(path.read_text("utf-8"), yaml.CSafeLoader))


def feed(show: Show, episodes: Iterable[Episode], notes: dict[str, str]) -> bytes:
    """A feed of these episodes by feedgen alone: no chapters, people, transcripts or other tags of ours."""
    made = FeedGenerator()
    made.load_extension("podcast")
    made.title(show.title)
    made.link(href=show.url)
    made.description(show.title)
    made.podcast.itunes_author(show.title)
    for episode in episodes:
        entry = made.add_entry(order="append")
        entry.title(episode.title)
        entry.guid(episode.guid, permalink=False)
        entry.link(href=f"{show.url}episodes/{episode.slug}/")
        entry.pubDate(episode.date)
        entry.description(episode.summary or "")
        entry.content(notes[episode.slug], type="CDATA")
        entry.enclosure(f"{show.url}media/{episode.slug}.mp3", str(episode.audio.file.length), "audio/mpeg")
        entry.podcast.itunes_duration(round(episode.audio.duration.total_seconds()))
        entry.podcast.itunes_summary(episode.summary or "")
        entry.podcast.itunes_episode(episode.number)
    return made.rss_str()
