"""What was written and cannot be carried whole: texts that a tag cuts, transcripts that take each other's place, pictures
and chapters that directories do not take."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from podfeed.media_types import CHAPTERED, suffix
from podfeed.model import Episode, Image, Live, Show
from podfeed.problem import Origin, Problem, Span, error, info, warning
from podfeed.text import format_bytes, format_time, plural

LONG, SHORT = 128, 32  # characters; podcast namespace, the pages of the tags


def _span(origin: Origin | None, *path: str | int) -> Span:
    return origin.span(*path) if origin else Span("show.yaml")


def value_cut(show: Show) -> Iterator[Problem]:
    """A text is longer than the tag that carries it.

    The podcast namespace lets apps cut names and titles after 128 characters (the display of a number and the title of
    another recording after 32), so podfeed sends them cut at a word. The pages show the whole.

    Shorten the text, or live with it: waive the rule with the reason.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md
    """
    for origin, path, text, limit in (*_of_show(show), *(row for e in show.episodes for row in _of_episode(e))):
        if text and len(text) > limit:
            message = f"this text has {len(text)} characters, and apps get {limit} of them"
            yield warning("value-cut", message, _span(origin, *path), "shorten it")


Row = tuple[Origin | None, tuple[str | int, ...], str | None, int]


def _of_show(show: Show) -> Iterator[Row]:
    yield from _shared(show)
    yield from ((show.origin, ("trailer", n, "title"), row.title, LONG) for n, row in enumerate(show.trailers))
    yield from ((person.origin, ("name",), person.name, LONG) for person in show.people)
    if show.update_frequency:
        yield show.origin, ("update_frequency", "label"), show.update_frequency.label, LONG
    for live in show.live:
        yield from _shared(live)
        for n, stream in enumerate(live.streams):
            yield live.origin, ("stream", n, "title"), stream.title, SHORT
            yield live.origin, ("stream", n, "rel"), stream.rel, SHORT


def _of_episode(episode: Episode) -> Iterator[Row]:
    yield from _shared(episode)
    yield episode.origin, ("season", "name"), episode.season_name, LONG
    yield episode.origin, ("number", "display"), episode.number_display, SHORT
    yield from ((episode.origin, ("clips", n, "title"), clip.title, LONG) for n, clip in enumerate(episode.clips))
    for n, form in enumerate(episode.alternate_audio):
        yield episode.origin, ("alternate_audio", n, "title"), form.title, SHORT
        yield episode.origin, ("alternate_audio", n, "rel"), form.rel, SHORT


def _shared(value: Show | Episode | Live) -> Iterator[Row]:
    """What the show, an episode and a live broadcast can all say."""
    yield from ((value.origin, ("funding", n, "label"), link.title, LONG) for n, link in enumerate(value.funding))
    yield from ((value.origin, ("location", n, "name"), place.name, LONG) for n, place in enumerate(value.locations))
    if value.license:
        yield value.origin, ("license", "id"), value.license.id, LONG


def link_left_out(show: Show) -> Iterator[Problem]:
    """A link of an episode or broadcast is not https, so apps do not get it as a tag.

    The podcast namespace takes https addresses only, so podcast:contentLink leaves others out. The page and the notes have
    the link all the same.

    Write https:// if the server offers it, or live with it: waive the rule with the reason.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md
    """
    values: tuple[Episode | Live, ...] = (*show.episodes, *show.live)
    for value in values:
        for number, link in enumerate(value.links):
            if not link.url.startswith("https://"):
                message = "apps get this link in the notes only: their tag for links takes https addresses"
                yield warning("link-left-out", message, _span(value.origin, "links", number, "url"), "write https://…")


def two_transcripts_one_kind(show: Show) -> Iterator[Problem]:
    """An episode has two transcripts of one kind in one language.

    A transcript is published under the episode's address with its language and its own ending, and apps choose by both: of
    two .vtt files in one language one would take the other's place.

    Keep one of each kind, put both texts into one file, or say `language:` of the one that is a translation.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/transcript.md
    """
    for episode in show.episodes:
        seen: dict[str, int] = {}
        for number, transcript in enumerate(episode.transcripts):
            if seen.setdefault(transcript.file.href, number) != number:
                where = ((_span(episode.origin, "transcript", seen[transcript.file.href]), "the first one"),)
                message = "another transcript of this episode has the same ending and language"
                span = _span(episode.origin, "transcript", number)
                hint = "keep one of each kind, or add language: es if it is a translation into Spanish"
                yield error("two-transcripts-one-kind", message, span, hint, related=where)


def cover_heavy(show: Show) -> Iterator[Problem]:
    """The cover has more than 512 kB.

    Apps fetch it for every listener, over the phone network too; several directories advise half a megabyte at most.

    Save it as a JPEG of a lower quality: 3000 by 3000 pixels fit into 400 kB.

    Source: https://podcasters.apple.com/support/896-artwork-requirements
    """
    length = (show.cover.file.length if show.cover else None) or 0
    if length > 512 * 1024:
        message = f"the cover has {format_bytes(length)}; 512 kB are advised at most"
        yield warning("cover-heavy", message, _span(show.origin, "cover"), "save it as a JPEG of a lower quality")


def episode_picture_size(show: Show) -> Iterator[Problem]:
    """An episode's picture is not a square of 1400 to 3000 pixels, as JPEG or PNG.

    Apple asks of an episode's artwork what it asks of the show's, and shows the show's where it is not so.

    Export it as a square JPEG or PNG of 1400 to 3000 pixels.

    Source: https://podcasters.apple.com/support/896-artwork-requirements
    """
    for episode in show.episodes:
        if episode.image and episode.image.file.href.startswith("media/") and (wrong := episode.image.unfit):
            hint = "apps show the show's cover instead; 1400 to 3000 pixels square, JPEG or PNG"
            yield warning(
                "episode-picture-size", f"the episode's picture is {wrong}", _span(episode.origin, "image"), hint
            )


def picture_colours(show: Show) -> Iterator[Problem]:
    """A cover or an episode's picture is not in RGB.

    Apple takes artwork in RGB only. A picture for print (CMYK) comes out in wrong colours in browsers and not at all in
    some apps; a grey one is refused by some directories.

    Export it in RGB (sRGB): in a picture editor "export for web".

    Source: https://podcasters.apple.com/support/896-artwork-requirements
    """
    for image, span in _artwork(show):
        found = image.paint.colours if image.paint else "RGB"
        if found == "CMYK":
            hint = "export it in RGB; CMYK is for print"
            yield error("picture-colours", "this picture is in the colours of print, CMYK", span, hint)
        elif found == "grey":
            hint = "save it in RGB, even if all of it is grey"
            yield warning(
                "picture-colours", "this picture is saved in shades of grey; directories ask for RGB", span, hint
            )


def picture_progressive(show: Show) -> Iterator[Problem]:
    """A cover or an episode's picture is a progressive JPEG.

    It comes in several passes, which phones and browsers can show. Portable players, car radios and small devices often know
    the plain (baseline) form only, and then show no picture. Nobody refuses it, so this is only said.

    If such listeners matter, export the picture without "progressive", or "optimised for the web".

    Source: https://github.com/jtenniswood/esphome-media-player/issues/20, https://github.com/vitiko98/qobuz-dl/issues/197
    """
    for image, span in _artwork(show):
        if image.paint and image.paint.progressive:
            message = "this JPEG is progressive, which portable players and car radios often do not show"
            yield info("picture-progressive", message, span, "export it as baseline, if that matters to you")


def _artwork(show: Show) -> Iterator[tuple[Image, Span]]:
    """What apps show as the show's, an episode's and a broadcast's picture."""
    if show.cover:
        yield show.cover, _span(show.origin, "cover", "file")
    values: tuple[Episode | Live, ...] = (*show.episodes, *show.live)
    for value in values:
        if value.image:
            yield value.image, _span(value.origin, "image", "file")


def chapters_start_late(show: Show) -> Iterator[Problem]:
    """The first segment does not start with the recording.

    Spotify and Apple read chapters from the times in the notes only where the first one is 0:00; the times are then left out
    of them, and the listener sees titles only.

    Add what comes first as a segment, `0:00 Opening`.

    Source: https://podcasters.apple.com/support/5482 (chapters on Apple Podcasts)
    """
    for episode in show.episodes:
        if len(episode.segments) >= 3 and episode.segments[0].start >= timedelta(seconds=1):
            first = format_time(episode.segments[0].start)
            message = f"the first segment starts at {first}, and apps take chapters only from 0:00"
            span = _span(episode.segments[0].origin, "start")
            yield warning("chapters-start-late", message, span, "add a segment before it: 0:00 Opening")


def chapters_differ(show: Show) -> Iterator[Problem]:
    """The recording has chapters of its own, and they are not the segments.

    Where podfeed cannot write the segments into a recording (M4A), or is told not to, what was in it is published. Apps that look
    for chapters inside the recording first then show those, and others the segments.

    Export the recording without chapters, or write the segments as they are in it.

    Source: https://podcasters.apple.com/support/5482 (chapters on Apple Podcasts)
    """
    second = timedelta(seconds=1)
    for episode in show.episodes:
        file, inside = episode.audio.file, [chapter.start for chapter in episode.audio.chapters]
        if not inside or not file.source or (episode.embed_chapters and suffix(file.source.name) in CHAPTERED):
            continue
        ours = [segment.start for segment in episode.segments]
        if len(ours) != len(inside) or any(abs(a - b) > second for a, b in zip(ours, inside, strict=True)):
            listed = ", ".join(map(format_time, inside[:3])) + (" …" if len(inside) > 3 else "")
            message = (
                f"the recording has {plural(len(inside), 'chapter')} of its own ({listed}), which are not the segments"
            )
            hint = "export the recording without chapters: apps that look inside it would show them"
            yield warning("chapters-differ", message, _span(episode.origin, "audio"), hint)


OF_SHOW = (value_cut, link_left_out, cover_heavy, picture_colours, picture_progressive)
OF_EPISODE = (
    value_cut,
    link_left_out,
    two_transcripts_one_kind,
    episode_picture_size,
    picture_colours,
    picture_progressive,
    chapters_start_late,
    chapters_differ,
)
