"""Pictures in the sizes in which pages show them: what a page offers the browser, and the files it may choose from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial

from podfeed import paths
from podfeed.digest import derived, digest
from podfeed.model import Episode, File, Image, Show
from podfeed.output import Output
from podfeed.theme import LARGEST_PICTURE, PICTURE_WIDTHS, PictureSizes, Theme

TYPES = ("image/jpeg", "image/png", "image/webp")  # a GIF may move, and then stays as it is
STEEPEST = 4
"""A picture that is so many times as high as wide is a strip, which no page shows small."""


def outputs(show: Show, theme: Theme) -> Iterator[tuple[str, Output]]:
    """Every size of the pictures that pages show and that lie on this machine; nothing where nobody can make them."""
    if not theme.sizes:
        return
    given: set[str] = set()
    for image in _shown(show):
        file = image.file
        if file.href not in given:
            given.add(file.href)
            for width in widths(image, theme):
                yield paths.picture(file.href, width), _output(file, width, theme.sizes)


def _shown(show: Show) -> Iterator[Image]:
    """The pictures on pages; some more than once."""
    of_people = (person.image for person in show.people)
    of_episodes = (image for episode in show.episodes for image in (episode.image, *of_segments(episode)))
    yield from filter(None, (show.cover, *of_people, *of_episodes))


@derived
def of_segments(episode: Episode) -> tuple[Image, ...]:
    return tuple(segment.image for segment in episode.segments if segment.image)


def _output(file: File, width: int, sizes: PictureSizes) -> Output:
    assert file.source is not None
    key = digest("picture", sizes.stamp, file.stamp, width)
    return Output("image/webp", key, make=partial(sizes.make, file.source, file.stamp, width))


def widths(image: Image, theme: Theme) -> tuple[int, ...]:
    """The widths in which the picture is there beside itself: those below its own."""
    wide, high, file = image.width or 0, image.height or 0, image.file
    known = theme.sizes and file.source and file.stamp and file.media_type in TYPES
    if not known or not wide or wide * high > LARGEST_PICTURE or high > STEEPEST * wide:
        return ()
    return _below(wide)


@cache
def _below(wide: int) -> tuple[int, ...]:
    return tuple(width for width in PICTURE_WIDTHS if width < wide)


def offered(image: Image, theme: Theme, link: Callable[[File], str], at: Callable[[str], str]) -> str:
    """The `srcset` of a picture (HTML §4.8.4.2); empty where there is but the picture itself, which `src` names.

    The picture itself is among them only if it is small: else a dense screen would fetch all of it for a thumbnail.
    """
    there = widths(image, theme)
    folder = at(paths.pictures(image.file.href)) if there else ""
    rows = [f"{folder}{width}.webp {width}w" for width in there]
    if rows and image.width and image.width <= PICTURE_WIDTHS[-1]:
        rows.append(f"{link(image.file)} {image.width}w")
    return ", ".join(rows)


def largest(image: Image, theme: Theme) -> str | None:
    """The path of the picture in its largest size beside itself, if there is one."""
    there = widths(image, theme)
    return paths.picture(image.file.href, there[-1]) if there else None
