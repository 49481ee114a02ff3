"""Files that are published as they are: recordings, pictures, trailers. Transcripts have a renderer of their own."""

from __future__ import annotations

from collections.abc import Iterator

from podfeed import media_types
from podfeed.digest import derived
from podfeed.model import Audio, Episode, File, Image, Show
from podfeed.output import Output, copied


def outputs(show: Show) -> Iterator[tuple[str, Output]]:
    """Every file of the show that lies on this machine, each once, under its own path."""
    given: set[str] = set()
    for file in files(show):
        if file.source is not None and file.href not in given:
            given.add(file.href)
            yield file.href, copied(media_types.with_charset(file.media_type), file.stamp, file.source)


def files(show: Show) -> Iterator[File]:
    """The files that the show names, wherever they lie."""
    live = (image for row in show.live for image in (row.image, *row.images))
    for image in (show.cover, *show.images, *live):
        yield from _image(image)
    for trailer in show.trailers:
        yield trailer.file
    for credit in (*show.hosts, *show.crew):
        yield from _image(credit.person.image)
    for person in show.people:
        yield from _image(person.image)
    for story in show.stories:
        yield from _image(story.image)
    for episode in show.episodes:
        yield from _of_episode(episode)


def _of_episode(episode: Episode) -> Iterator[File]:
    yield from _audio(episode.audio)
    yield from beside(episode)


@derived
def beside(episode: Episode) -> tuple[File, ...]:
    """The files of an episode beside its recording, each once."""
    return tuple({file.href: file for file in _beside(episode)}.values())


def _beside(episode: Episode) -> Iterator[File]:
    for alternate in episode.alternate_audio:
        yield from _audio(alternate.audio)
    for image in (episode.image, *episode.images):
        yield from _image(image)
    for credit in episode.credits:
        yield from _image(credit.person.image)
    for segment in episode.segments:
        yield from _image(segment.image)
        for link in segment.stories:
            yield from _image(link.story.image)


def _audio(audio: Audio) -> Iterator[File]:
    yield audio.file
    yield from _image(audio.cover)
    for chapter in audio.chapters:
        yield from _image(chapter.image)


def _image(image: Image | None) -> Iterator[File]:
    if image:
        yield image.file
