"""What no file alone can tell: one rule a function, its docstring its manual, all of them in `RULES`.

A rule takes the whole show (drafts and future episodes too) and yields problems. The docstring says what, why, how to
mend and where the rule comes from; `podfeed explain CODE` prints it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta

from podfeed import paths
from podfeed.check import carried
from podfeed.digest import derived
from podfeed.model import Episode, File, Image, Owner, Segment, Show
from podfeed.problem import Origin, Problem, Span, error, warning
from podfeed.text import format_time, plural, same_name


def _span(origin: Origin | None, *path: str | int) -> Span:
    return origin.span(*path) if origin else Span("show.yaml")


def same_guid(show: Show) -> Iterator[Problem]:
    """Two episodes have one guid.

    Apps tell episodes apart by their guid; Apple calls it "very important" that it never changes. Of two with the same one
    most apps show only one, and the other is lost.

    Give each its own, or take `guid:` out of the file that was copied.

    Source: https://www.rssboard.org/rss-specification#ltguidgtSubelementOfLtitemgt,
    https://podcasters.apple.com/support/823-podcast-requirements
    """
    seen: dict[str, Episode] = {}
    for episode in reversed(show.episodes):
        other = seen.setdefault(episode.guid, episode)  # a guid is opaque: capitals count (RSS 2.0)
        if other is not episode:
            where = ((_span(other.origin, "guid"), "the other episode"),)
            message = f"another episode has the guid {episode.guid}"
            yield error("same-guid", message, _span(episode.origin, "guid"), "take one of the two out", related=where)


def same_recording(show: Show) -> Iterator[Problem]:
    """Two episodes have one recording.

    Some apps know an episode by its recording's address, and then lose one of the two.

    Give a rebroadcast its own copy of the file, or note it under `aired:` of the first episode.

    Source: https://validator.w3.org/feed/docs/warning/DuplicateEnclosure.html
    """
    seen: dict[str, Episode] = {}
    for episode in reversed(show.episodes):
        href = episode.audio.file.href  # a file of ours may lie where capitals do not count
        other = seen.setdefault(href if paths.is_elsewhere(href) else same_name(href), episode)
        if other is not episode:
            where = ((_span(other.origin, "audio"), "the other episode"),)
            message, hint = "another episode has this recording", "give each episode a file of its own"
            yield error("same-recording", message, _span(episode.origin, "audio"), hint, related=where)


def segment_past_end(show: Show) -> Iterator[Problem]:
    """A segment starts or ends after the recording does.

    A listener who follows the link hears nothing, and players leave the chapter out or refuse all of them. Usually a digit
    is wrong, the times belong to another cut of the recording, or the recording was not copied to its end.

    Correct the time, say what was cut out with `cuts`, or copy the recording again.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/examples/chapters/jsonChapters.md
    """
    for episode, segment in _written(show):
        last = episode.audio.duration
        following = episode.segments[segment.number].start if segment.number < len(episode.segments) else None
        for key, moment in (("start", segment.start), ("end", segment.end)):
            if key == "end" and moment == following:
                continue  # not written: the next start ends it, and is told itself
            late = moment >= last if key == "start" else moment > last + timedelta(seconds=1)
            if late:
                verb = "starts" if key == "start" else "ends"
                message = f"this segment {verb} after the recording ends ({format_time(last)})"
                yield error("segment-past-end", message, _span(segment.origin, key), _nearer(moment, last))
                break


def _nearer(moment: timedelta, last: timedelta) -> str:
    """A digit or two exchanged that would make it fit."""
    digits = format_time(moment)
    for a in range(len(digits)):
        for b in range(a + 1, len(digits)):
            if digits[a].isdigit() and digits[b].isdigit():
                swapped = digits[:a] + digits[b] + digits[a + 1 : b] + digits[a] + digits[b + 1 :]
                parts = [int(part) for part in swapped.split(":")]
                seconds = sum(n * 60**i for i, n in enumerate(reversed(parts)))
                if all(part < 60 for part in parts[1:]) and timedelta(seconds=seconds) < last:
                    return f"is it {swapped}?"
    return f"write a time before {format_time(last)}"


def segments_out_of_order(show: Show) -> Iterator[Problem]:
    """Segments are not in the order of their times.

    Players show chapters in order of time, and a segment ends where the next begins: the times of chapters ascend.

    Put the segments in order, or correct the time.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/examples/chapters/jsonChapters.md
    """
    for episode in show.episodes:
        for before, segment in zip(episode.segments, episode.segments[1:], strict=False):
            if segment.start == before.start:
                message = f"this segment starts at {format_time(segment.start)} like the one before it"
                yield error("segments-out-of-order", message, _span(segment.origin, "start"), "give each its own time")
            elif segment.start < before.start:
                message = f"this segment starts before the one above it ({format_time(before.start)})"
                yield error(
                    "segments-out-of-order", message, _span(segment.origin, "start"), "put them in order of time"
                )


def segment_ends_early(show: Show) -> Iterator[Problem]:
    """A segment ends before it starts, or after the next one starts.

    A link that plays exactly one segment needs an end after its start, and of two chapters at one time players show one.

    Leave `end:` out unless there is music or a break between two segments: the next start ends a segment.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/examples/chapters/jsonChapters.md (endTime)
    """
    for episode in show.episodes:
        for number, segment in enumerate(episode.segments):
            following = episode.segments[number + 1 :]
            if segment.end <= segment.start and segment.start < episode.audio.duration:
                message = "this segment ends before it has begun"
                yield error(
                    "segment-ends-early", message, _span(segment.origin, "end"), "correct the end, or take it out"
                )
            elif following and segment.end > following[0].start > segment.start:
                message = f"this segment ends after the next one starts ({format_time(following[0].start)})"
                yield error("segment-ends-early", message, _span(segment.origin, "end"), "take the end out")


def story_outside_segment(show: Show) -> Iterator[Problem]:
    """A story is named at a time that is not in its segment.

    `at:` is counted from the beginning of the recording, not of the segment. A link from the story would play another part
    of the broadcast, and the chapter with the story's address would stand in another segment.

    Correct it, or take it out: the story then belongs to the segment's start.

    Source: https://www.w3.org/TR/media-frags/#naming-time (what a link to a moment plays)
    """
    for _, segment in _written(show):
        for link in segment.stories:
            if link.at is not None and not segment.start <= link.at <= segment.end:
                stretch = f"{format_time(segment.start)} to {format_time(segment.end)}"
                message = f"the story is named outside its segment ({stretch})"
                yield error("story-outside-segment", message, _span(link.origin, "at"), "write a time inside it")


def clip_past_end(show: Show) -> Iterator[Problem]:
    """A clip ends after the recording does.

    A clip (podcast:soundbite) is a part of the episode's recording; apps refuse one that is not inside it.

    Correct its start or its length.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/soundbite.md
    """
    for episode in show.episodes:
        for number, clip in enumerate(episode.clips):
            if clip.start + clip.duration > episode.audio.duration:
                message = f"this clip ends after the recording ends ({format_time(episode.audio.duration)})"
                yield error(
                    "clip-past-end", message, _span(episode.origin, "clips", number, "start"), "correct its times"
                )


def clip_length(show: Show) -> Iterator[Problem]:
    """A clip is shorter than 15 or longer than 120 seconds.

    The podcast namespace advises 15 to 120 seconds; apps that make cards of clips cut or skip others.

    Choose another stretch, or live with it: waive the rule with the reason.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/soundbite.md
    """
    for episode in show.episodes:
        for number, clip in enumerate(episode.clips):
            if not timedelta(seconds=15) <= clip.duration <= timedelta(seconds=120):
                message = f"this clip is {plural(int(clip.duration.total_seconds()), 'second')} long"
                span = _span(episode.origin, "clips", number, "length")
                yield warning("clip-length", message, span, "15 to 120 seconds is what apps expect")


def no_transcript(show: Show) -> Iterator[Problem]:
    """The recording has no transcript, though others of the show have.

    Who cannot hear the recording reads it, and search finds it.

    Put a .vtt, .srt or .txt file beside the recording, with the same name.

    Source: https://www.w3.org/TR/WCAG22/#audio-only-and-video-only-prerecorded
    """
    if not any(map(has_transcript, show.episodes)):
        return
    for episode in show.episodes:
        if not has_transcript(episode) and not episode.draft:
            message, hint = "there is no transcript of this recording", "put a .vtt file of the same name beside it"
            yield warning("no-transcript", message, _span(episode.origin, "audio"), hint)


@derived
def has_transcript(episode: Episode) -> bool:
    return bool(episode.transcripts)


def number_twice(show: Show) -> Iterator[Problem]:
    """Two full episodes of a season have one number.

    Apps sort a season by number, and listeners quote it.

    Correct one of the two.

    Source: https://podcasters.apple.com/support/823-podcast-requirements
    """
    seen: dict[tuple[int | None, int], Episode] = {}
    for episode in reversed(show.episodes):
        if episode.number is None or episode.type != "full":
            continue
        other = seen.setdefault((episode.season, episode.number), episode)
        if other is not episode:
            where = ((_span(other.origin, "number"), "the other episode"),)
            message = f"another episode has the number {episode.number}"
            yield warning(
                "number-twice", message, _span(episode.origin, "number"), "correct one of them", related=where
            )


def serial_without_number(show: Show) -> Iterator[Problem]:
    """A serial show has an episode without a number.

    Apple plays a serial show in order of its numbers and needs one on every full episode.

    Add `number:`; or write `type: episodic` in show.yaml, where the order of the dates is the one to hear it in.

    Source: https://podcasters.apple.com/support/823-podcast-requirements
    """
    for episode in show.episodes if show.type == "serial" else ():
        if episode.number is None and episode.type == "full":
            message = "episodes of a serial show need a number"
            yield error("serial-without-number", message, _span(episode.origin), "add number: 1")


def description_too_long(show: Show) -> Iterator[Problem]:
    """The show's description is longer than 4,000 bytes.

    Apple cuts it there. Letters with accents count two bytes, others up to four.

    Shorten it.

    Source: https://podcasters.apple.com/support/823-podcast-requirements
    """
    size = len(show.description.encode())
    if size > 4000:
        message = f"the description has {size:,} bytes; directories take 4,000"
        yield warning("description-too-long", message, _span(show.origin, "description"), "shorten it")


def cover_size(show: Show) -> Iterator[Problem]:
    """The cover is not a square of 1400 to 3000 pixels, as JPEG or PNG.

    Apple refuses a show without such a cover, and others follow it.

    Export it again as a square JPEG of 3000 by 3000 pixels.

    Source: https://podcasters.apple.com/support/896-artwork-requirements
    """
    cover = show.cover
    span = _span(show.origin, "cover")
    if cover and cover.width and cover.height:
        if cover.width != cover.height or not 1400 <= cover.width <= 3000:
            message = f"the cover is {cover.width} by {cover.height} pixels"
            yield error("cover-size", message, span, "directories need a square of 1400 to 3000 pixels")
        elif cover.file.media_type not in ("image/jpeg", "image/png"):
            yield error("cover-size", "the cover is neither JPEG nor PNG", span, "export it as .jpg or .png")


def cover_missing(show: Show) -> Iterator[Problem]:
    """The show has no cover.

    Directories refuse a show without one, and apps show an empty square. Until there is one, pages show a picture made
    of the show's title.

    Put a square JPEG or PNG of 1400 to 3000 pixels into media/ and write its name: `cover: cover.jpg`.

    Source: https://podcasters.apple.com/support/896-artwork-requirements
    """
    if not show.cover:
        hint = "put a square JPEG or PNG of 1400 to 3000 pixels into media/ and add cover: cover.jpg"
        yield warning("cover-missing", "directories refuse a show without a cover", _span(show.origin), hint)


def two_files_one_name(show: Show) -> Iterator[Problem]:
    """Two files differ only in capitals or in how accents are stored.

    On many computers and some web servers they are one file, and one of them would be lost.

    Rename one.

    Source: https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2.1, https://www.unicode.org/reports/tr15/
    """
    names: dict[str, set[str]] = defaultdict(set)
    first: dict[str, tuple[Origin | None, str]] = {}
    for file, origin, key in _files(show):
        if not paths.is_elsewhere(file.href):
            first.setdefault(file.href, (origin, key))
            names[same_name(file.href)].add(file.href)
    for hrefs in names.values():
        if len(hrefs) > 1:
            one, two = sorted(hrefs)[:2]
            where = ((_span(*first[one]), "the other"),)
            yield error(
                "two-files-one-name",
                f"`{two}` and `{one}` are one name elsewhere",
                _span(*first[two]),
                "rename one",
                related=where,
            )


def _files(show: Show) -> Iterator[tuple[File, Origin | None, str]]:
    """Every file that the show names, and where."""
    if show.cover:
        yield show.cover.file, show.origin, "cover"
    for trailer in show.trailers:
        yield trailer.file, show.origin, "trailer"
    for person in show.people:
        yield from _picture(person.image, person.origin)
    for story in show.stories:
        yield from _picture(story.image, story.origin)
    for episode in show.episodes:
        yield episode.audio.file, episode.origin, "audio"
        yield from more_files(episode)


@derived
def more_files(episode: Episode) -> tuple[tuple[File, Origin | None, str], ...]:
    """The files that an episode names beside its recording."""
    alternates = ((row.audio.file, episode.origin, "alternate_audio") for row in episode.alternate_audio)
    segments = (found for segment in episode.segments for found in _picture(segment.image, segment.origin))
    return (*_picture(episode.image, episode.origin), *alternates, *segments)


def _picture(image: Image | None, origin: Origin | None) -> Iterator[tuple[File, Origin | None, str]]:
    if image:
        yield image.file, origin, "image"


def _written(show: Show) -> Iterator[tuple[Episode, Segment]]:
    for episode in show.episodes:
        for segment in episode.segments:
            yield episode, segment


Rule = Callable[[Show], Iterator[Problem]]

OF_SHOW: tuple[Rule, ...] = (description_too_long, cover_missing, cover_size, *carried.OF_SHOW)
"""What can be wrong with the show itself: asked of it without its episodes."""

OF_EPISODE: tuple[Rule, ...] = (
    segment_past_end,
    segments_out_of_order,
    segment_ends_early,
    story_outside_segment,
    clip_past_end,
    clip_length,
    *carried.OF_EPISODE,
)
"""What can be wrong with an episode, whatever show it is in: asked of each alone, and once while it stays as it is."""

ACROSS: tuple[Rule, ...] = (
    same_guid,
    same_recording,
    no_transcript,
    number_twice,
    serial_without_number,
    two_files_one_name,
)
"""What can be wrong between episodes."""

RULES: tuple[Rule, ...] = tuple(dict.fromkeys((*ACROSS[:2], *OF_EPISODE[:6], *ACROSS[2:], *OF_SHOW, *OF_EPISODE)))


@derived
def findings(episode: Episode) -> tuple[Problem, ...]:
    """What the rules of one episode find in it."""
    return tuple(problem for rule in OF_EPISODE for problem in rule(_alone(episode)))


def _alone(episode: Episode) -> Show:
    """A show of which nothing is said but this episode."""
    owner = Owner(name="", email="")
    return Show(
        title="", description="", url="", language="", author="", owner=owner, categories=(), cover=None, guid="",
        episodes=(episode,),
    )  # fmt: skip
