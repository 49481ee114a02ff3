"""What a show is: frozen values, and the questions they can answer about themselves.

Everything here is plain data. Offsets and durations are `timedelta`, moments are aware `datetime`s, several of
a thing are a tuple. `None` means that the fact is absent. Fields named `origin` know where the editor wrote the
value (`podfeed.problem.Origin`); they take no part in comparison or in `repr`, and so not in any output's key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from podfeed.colours import Paint
from podfeed.digest import Immutable, derived
from podfeed.problem import Origin

Relation = Literal["about", "mentions", "source", "background", "follow-up"]
RELATIONS: tuple[Relation, ...] = ("about", "mentions", "source", "background", "follow-up")
"""How a segment relates to a story, in order of importance (schema.org: about, mentions, citation, isBasedOn)."""

EpisodeType = Literal["full", "trailer", "bonus"]


def _origin():
    return field(default=None, repr=False, compare=False)


# --- files ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class File(Immutable):
    """A file that is published as it is, or one that lives elsewhere.

    `href` is its path on the site (`media/2026-03-02.mp3`) or an absolute address. `source` is where it lies on
    this machine (None for an address). `stamp` changes when its bytes do; it goes into keys, never into output.
    `integrity` is a checksum as the W3C's Subresource Integrity writes it, or a PGP signature in base64.
    """

    href: str
    source: Path | None = field(default=None, repr=False, compare=False)
    media_type: str
    length: int | None = None
    stamp: str = ""
    integrity: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Image(Immutable):
    """A picture; `width` and `height` in pixels where they are known. `purpose` are words of image.md; `ratio` is
    written (`16/9`) where the size is not known; `paint` is what its colours are, where it could be read."""

    file: File
    width: int | None = None
    height: int | None = None
    alt: str = ""
    purpose: tuple[str, ...] = ()
    ratio: str | None = None
    paint: Paint | None = field(default=None, repr=False, compare=False)

    @property
    def unfit(self) -> str | None:
        """Why directories would not take it as artwork, in words that follow `is`; None if they would (Apple, 896: a square JPEG
        or PNG of 1400 to 3000 pixels)."""
        if self.file.media_type not in ("image/jpeg", "image/png"):
            return "neither JPEG nor PNG"
        if self.width and self.height and (self.width != self.height or not 1400 <= self.width <= 3000):
            return f"{self.width} by {self.height} pixels"
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter(Immutable):
    """A mark inside a recording, as players show it."""

    start: timedelta
    end: timedelta | None = None
    title: str
    url: str | None = None
    image: Image | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audio(Immutable):
    """A recording and what it says about itself. `bitrate` is in bits a second; `estimated` marks a duration
    that was worked out from the size and may be wrong."""

    file: File
    duration: timedelta
    bitrate: int | None = None
    estimated: bool = False
    title: str | None = None
    artist: str | None = None
    album: str | None = None
    comment: str | None = None
    cover: Image | None = None
    chapters: tuple[Chapter, ...] = ()
    origin: Origin | None = _origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere(Immutable):
    """Where else the same bytes are: an address of any kind, and what is there if not they themselves (a torrent)."""

    uri: str
    media_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlternateAudio(Immutable):
    """The same recording in another format or bitrate (`podcast:alternateEnclosure`). `height` in pixels, for a video."""

    audio: Audio
    title: str | None = None
    language: str | None = None
    height: int | None = None
    rel: str | None = None
    codecs: str | None = None
    sources: tuple[Elsewhere, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue(Immutable):
    """A stretch of speech; `end` and `speaker` where the transcript has them; plain text."""

    start: timedelta | None = None
    end: timedelta | None = None
    speaker: str | None = None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript(Immutable):
    """What was said. `file` is what the editor gave; `cues` are empty when it lives elsewhere."""

    file: File
    language: str | None = None
    cues: tuple[Cue, ...] = ()

    @property
    def timed(self) -> bool:
        return any(cue.start is not None for cue in self.cues)


# --- people and stories ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Immutable):
    """An address with words for it."""

    url: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Immutable):
    """Somebody who is heard or named. `role` and `group` are the usual ones, from the podcast taxonomy where they fit."""

    slug: str
    name: str
    role: str | None = None
    group: str | None = None
    bio: str | None = None
    image: Image | None = None
    links: tuple[Link, ...] = ()
    origin: Origin | None = _origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit(Immutable):
    """A person in a role, for one show, episode or segment. `role` is as written (`harbour pilot` is fine)."""

    person: Person
    role: str
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction(Immutable):
    """What was wrong and is now put right, with the day on which it was said so."""

    date: date
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story(Immutable):
    """An article that the radio talks about.

    `url` is its own address; where that is not known, `listed` is the page that lists it. `gone` says that the
    original can no longer be reached, so `archive` is the better link. `same_as` are its other addresses.
    """

    slug: str
    url: str | None = None
    listed: str | None = None
    title: str | None = None
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    date: date | None = None
    language: str | None = None
    summary: str | None = None
    note: str | None = None
    image: Image | None = None
    archive: str | None = None
    gone: bool = False
    same_as: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    embargo: datetime | None = None
    origin: Origin | None = _origin()

    @property
    def link(self) -> str:
        """The address to send a reader to."""
        if self.gone and self.archive:
            return self.archive
        return self.url or self.listed or self.archive or ""

    @property
    def label(self) -> str:
        """What to call it where there is one line: its title, else its address without the scheme."""
        return self.title or self.link.partition("://")[2].removeprefix("www.").rstrip("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLink(Immutable):
    """A segment's link to a story: how they relate, and when it is named (offset into the recording; None =
    from the segment's start)."""

    story: Story
    rel: Relation = "about"
    at: timedelta | None = None
    note: str | None = None
    origin: Origin | None = _origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment(Immutable):
    """A radio unit inside an episode: `start` and `end` are offsets into the recording. `number` counts from 1."""

    number: int
    start: timedelta
    end: timedelta
    title: str
    summary: str | None = None
    people: tuple[Credit, ...] = ()
    stories: tuple[StoryLink, ...] = ()
    corrections: tuple[Correction, ...] = ()
    image: Image | None = None
    origin: Origin | None = _origin()

    @property
    def duration(self) -> timedelta:
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip(Immutable):
    """A short stretch worth sharing (`podcast:soundbite`)."""

    start: timedelta
    duration: timedelta
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Airing(Immutable):
    """When and where an episode was on air. Where it is not `timed`, only the day of `at` (in the show's time zone) is known."""

    station: str
    at: datetime
    repeat: bool = False
    timed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut(Immutable):
    """A stretch of the broadcast that is not in the podcast: `at` is an offset into the broadcast."""

    at: timedelta
    removed: timedelta


# --- what the podcast namespace adds; fields follow the tags' attributes ------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner(Immutable):
    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Category(Immutable):
    """One of Apple's categories, in Apple's spelling."""

    name: str
    sub: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Station(Immutable):
    name: str
    url: str | None = None
    call_sign: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class License(Immutable):
    """`id` is a slug of the namespace's list or a name of one's own, which then needs `url`."""

    id: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block(Immutable):
    """`service` None means every service."""

    service: str | None = None
    blocked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateFrequency(Immutable):
    """`rrule` is a recurrence rule of RFC 5545 §3.3.10."""

    label: str
    rrule: str | None = None
    start: datetime | None = None
    complete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Txt(Immutable):
    text: str
    purpose: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteItem(Immutable):
    """Another feed, or one item of it."""

    feed_guid: str
    feed_url: str | None = None
    item_guid: str | None = None
    medium: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trailer(Immutable):
    title: str
    file: File
    date: datetime
    season: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRecipient(Immutable):
    type: str
    address: str
    split: int
    name: str | None = None
    custom_key: str | None = None
    custom_value: str | None = None
    fee: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueTimeSplit(Immutable):
    start: timedelta
    duration: timedelta
    recipients: tuple[ValueRecipient, ...] = ()
    remote_item: RemoteItem | None = None
    remote_start: timedelta = timedelta(0)
    remote_percentage: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Value(Immutable):
    type: str
    method: str
    suggested: str | None = None
    recipients: tuple[ValueRecipient, ...] = ()
    splits: tuple[ValueTimeSplit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat(Immutable):
    server: str
    protocol: str
    account: str | None = None
    space: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Location(Immutable):
    """`rel` is `subject` or `creator`; `geo` an RFC 5870 address; `osm` an OpenStreetMap object; `country` ISO 3166-1."""

    name: str
    rel: str = "subject"
    geo: str | None = None
    osm: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Social(Immutable):
    """A post under which listeners talk about the episode (`podcast:socialInteract`)."""

    protocol: str
    uri: str | None = None
    account: str | None = None
    account_url: str | None = None
    priority: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver(Immutable):
    """A rule whose findings the newsroom lives with, and why."""

    rule: str
    reason: str


# --- live broadcasts -----------------------------------------------------------------------------------

LiveStatus = Literal["pending", "live", "ended"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream(Immutable):
    """Sound or pictures as they happen; `bitrate` in bits a second, `height` in pixels."""

    url: str
    media_type: str
    title: str | None = None
    bitrate: int | None = None
    language: str | None = None
    height: int | None = None
    rel: str | None = None
    codecs: str | None = None
    sources: tuple[Elsewhere, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Live(Immutable):
    """A live broadcast (`podcast:liveItem`). `status` is that of the view it was put together for.

    `announce` is the moment from which it may be seen, None for at once. `streams` is never empty; the first one is
    what every app plays.
    """

    guid: str
    title: str
    start: datetime
    end: datetime
    status: LiveStatus
    streams: tuple[Stream, ...]
    announce: datetime | None = None
    draft: bool = False
    summary: str | None = None
    explicit: bool = False
    links: tuple[Link, ...] = ()
    hosts: tuple[Credit, ...] = ()
    guests: tuple[Credit, ...] = ()
    image: Image | None = None
    images: tuple[Image, ...] = ()
    chat: Chat | None = None
    socials: tuple[Social, ...] = ()
    locations: tuple[Location, ...] = ()
    license: License | None = None
    funding: tuple[Link, ...] = ()
    txt: tuple[Txt, ...] = ()
    value: Value | None = None
    origin: Origin | None = _origin()


# --- episode and show --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode(Immutable):
    """One broadcast. `guid` is assigned once and kept for life; `slug` is its address; `published` is when it
    first went out, by the ledger. `times` is a digest of the times that were written for the recording, `checked` the
    beginning of the SHA-256 of the recording for which an editor says that they are right.

    `hosts` are the episode's own or the show's. `segments` are never empty for a published episode only if the
    editor or the recording gave some; each ends at or before the recording does.
    """

    slug: str
    guid: str
    guid_is_permalink: bool = False
    title: str
    date: datetime
    audio: Audio
    summary: str | None = None
    notes: str | None = None
    number: int | None = None
    number_display: str | None = None
    season: int | None = None
    season_name: str | None = None
    type: EpisodeType = "full"
    explicit: bool = False
    image: Image | None = None
    images: tuple[Image, ...] = ()
    hosts: tuple[Credit, ...] = ()
    guests: tuple[Credit, ...] = ()
    crew: tuple[Credit, ...] = ()
    segments: tuple[Segment, ...] = ()
    clips: tuple[Clip, ...] = ()
    airings: tuple[Airing, ...] = ()
    cuts: tuple[Cut, ...] = ()
    embed_chapters: bool = True
    transcripts: tuple[Transcript, ...] = ()
    alternate_audio: tuple[AlternateAudio, ...] = ()
    tags: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    socials: tuple[Social, ...] = ()
    chat: Chat | None = None
    locations: tuple[Location, ...] = ()
    license: License | None = None
    funding: tuple[Link, ...] = ()
    txt: tuple[Txt, ...] = ()
    block: tuple[Block, ...] = ()
    value: Value | None = None
    draft: bool = False
    embargo: datetime | None = None
    published: datetime | None = field(default=None, repr=False, compare=False)
    waive: tuple[Waiver, ...] = field(default=(), repr=False, compare=False)
    times: str = field(default="", repr=False, compare=False)
    checked: str | None = field(default=None, repr=False, compare=False)
    origin: Origin | None = _origin()

    @property
    def release(self) -> datetime:
        """The moment from which it may be seen."""
        return max(self.date, self.embargo) if self.embargo else self.date

    @property
    def artwork(self) -> Image | None:
        """The picture that apps are to show for it. One that came out of the recording, where many a program puts a small logo, takes
        the place of the show's cover only where directories would take it too."""
        return None if self.image and self.image == self.audio.cover and self.image.unfit else self.image

    @property
    def credits(self) -> tuple[Credit, ...]:
        """Everybody: hosts, guests, the people of the segments, the crew; each person in each role once."""
        return credits_of(self)

    def __getattr__(self, name: str) -> Any:
        """Asked for a field that is not there, of an episode of which only the head is (`podfeed.abridged`)."""
        known = {} if name.startswith("_") else object.__getattribute__(self, "_derived")
        if "rest" not in known:
            raise AttributeError(name)
        found: dict[str, Any] = known["rest"]()
        for long, value in found.items():
            object.__setattr__(self, long, value)
        if name not in found:
            raise AttributeError(name)
        return found[name]


@derived
def credits_of(episode: Episode) -> tuple[Credit, ...]:
    """`Episode.credits`, counted once."""
    heard = (credit for segment in episode.segments for credit in segment.people)
    unique: dict[tuple[str, str], Credit] = {}
    for credit in (*episode.hosts, *episode.guests, *heard, *episode.crew):
        unique.setdefault((credit.person.slug, credit.role.casefold()), credit)
    return tuple(unique.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Show(Immutable):
    """A radio show: what is said once, and its episodes, newest first.

    `url` is the site's address and ends with a slash; every absolute address in a feed starts with it.
    `stories` and `people` are those that the episodes and the show name, sorted by slug. `limit` is how many episodes
    a feed and each page of its archive hold. Without a `cover` pages show one made of the title, and feeds name none.
    `remote_items` is what a feed of a list medium consists of.
    """

    title: str
    description: str
    url: str
    language: str
    author: str
    owner: Owner
    categories: tuple[Category, ...]
    cover: Image | None
    guid: str
    tagline: str | None = None
    timezone: str = "UTC"
    explicit: bool = False
    type: Literal["episodic", "serial"] = "episodic"
    hosts: tuple[Credit, ...] = ()
    crew: tuple[Credit, ...] = ()
    license: License | None = None
    copyright: str | None = None
    funding: tuple[Link, ...] = ()
    locked: bool = True
    complete: bool = False
    block: tuple[Block, ...] = ()
    new_feed_url: str | None = None
    medium: str = "podcast"
    remote_items: tuple[RemoteItem, ...] = ()
    publisher: RemoteItem | None = None
    podping: bool = False
    limit: int = 300
    update_frequency: UpdateFrequency | None = None
    txt: tuple[Txt, ...] = ()
    podroll: tuple[RemoteItem, ...] = ()
    trailers: tuple[Trailer, ...] = ()
    value: Value | None = None
    chat: Chat | None = None
    socials: tuple[Social, ...] = ()
    locations: tuple[Location, ...] = ()
    live: tuple[Live, ...] = ()
    images: tuple[Image, ...] = ()
    keywords: tuple[str, ...] = ()
    subscribe: tuple[Link, ...] = ()
    audio_url: str | None = None
    websub: tuple[str, ...] = ()
    comments: Link | None = None
    station: Station | None = None
    people: tuple[Person, ...] = ()
    stories: tuple[Story, ...] = ()
    episodes: tuple[Episode, ...] = ()
    waive: tuple[Waiver, ...] = field(default=(), repr=False, compare=False)
    origin: Origin | None = _origin()
