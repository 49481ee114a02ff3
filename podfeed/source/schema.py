"""What an editor may write: one model for each kind of file, from which the editors' JSON Schema is made too.

A model says what a key is; what several keys or files mean together is said in `episode`, `references` and
`podfeed.check`. Shorthands are opened here, before validation: a bare address becomes a story, `2:15 Title` a segment.
"""

# mypy: disable-error-code="valid-type"

# Annotations are not put off here: pydantic would compile each of them anew, a tenth of what the models cost.

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, field_validator

from podfeed.model import RELATIONS
from podfeed.source.entries import (
    ArtEntry,
    BareSchema,
    Credits,
    Entry,
    LinkEntry,
    Links,
    Picture,
    bare,
    key,
    need,
    rare,
)
from podfeed.source.fields import (
    MAX_SEGMENTS,
    Address,
    Day,
    DayOrMoment,
    Exact,
    Language,
    Line,
    Moment,
    Number,
    Positive,
    SecureAddress,
    Text,
    Time,
    TimeOfDay,
    TimeText,
    YesNo,
    Zone,
    choice,
    many,
    refuse,
)
from podfeed.source.tag_entries import (
    AlternateValue,
    AudioValue,
    Blocks,
    ChatEntry,
    FrequencyEntry,
    Fundings,
    LicenseValue,
    LiveEntry,
    Locations,
    NumberEntry,
    OwnerEntry,
    PublisherEntry,
    RemoteEntry,
    SeasonEntry,
    Socials,
    StationEntry,
    TrailerEntry,
    Txts,
    Uuid,
    ValueEntry,
)
from podfeed.vocabulary import LIST_MEDIUMS, MEDIUMS

# --- people -------------------------------------------------------------------------------------------


class PersonEntry(Entry):
    """A record of people.yaml."""

    name: Line = need("The name, as it is said on air.", "Dana Reyes")
    role: Line | None = key("The usual role; shown unless a segment says otherwise.", "Guest", "harbour pilot")
    group: Line | None = key("The role's group in the podcast taxonomy, needed for the role Editor.", "Cast")
    bio: Text | None = key("A sentence or two about the person.", "Reporter for City Paper since 2004.")
    image: Line | None = key("A picture in media/, or an https address.", "people/dana.jpg")
    links: Links = key("The person's own pages.", "https://dana.example", default=())


# --- stories ------------------------------------------------------------------------------------------


class CorrectionEntry(Entry):
    date: Day = need("The day on which the correction was made.", "2026-03-03")
    text: Line = need("What was wrong and what is right.", "The ferry began in 1911, not 1919.")


class StoryRecord(Entry):
    """A record of stories.yaml, or the facts of a story written inside an episode."""

    url: Address | None = key("The article's own address.", "https://news.example/2026/03/02/harbour-bridge")
    listed: Address | None = key(
        "The page that lists it, where its own address is not known.", "https://a.example/list"
    )
    title: Line | None = key("The headline.", "Who pays for the bridge")
    publisher: Line | None = key("The newspaper, agency or site.", "City Paper")
    authors: many(Line) = key("Who wrote it.", ["Lee Moss"], default=())
    date: Day | None = key("The day it was published.", "2026-02-27")
    language: Language | None = key("Its language, if not the show's.", "es")
    summary: Text | None = key("A sentence of your own about it; never its text.", "The costs, line by line.")
    note: Line | None = key("What a reader should know about this record.", "Address not known.")
    image: Line | None = key("A picture in media/, or an https address.", "stories/bridge.jpg")
    archive: Address | None = key("An archived copy.", "https://archive.example/abc")
    gone: YesNo | None = key("Yes when the original can no longer be reached.", "yes")
    same_as: many(Address) = key("Its other addresses.", ["https://m.news.example/harbour-bridge"], default=())
    corrections: many(rare(CorrectionEntry)) = key("Corrections of what was said about it.", default=())
    embargo: Moment | None = key("Not shown before this moment.", "2026-03-02 18:00")


class StoryEntry(StoryRecord):
    """A story inside a segment: a record's key or the facts themselves, and how the segment relates to it."""

    story: Line | None = key("A key of stories.yaml.", "ferry-pilot")
    rel: choice(*RELATIONS) = key("How the segment relates to the story.", "mentions", default="about")
    at: TimeText | None = key("When it is named, if later than the segment's start.", "5:40")


def _story(value: object) -> object:
    if isinstance(value, str):
        return {"url": value} if "://" in value or "/" in value or value.startswith("www.") else {"story": value}
    return value


# --- segments -----------------------------------------------------------------------------------------


class SegmentEntry(Entry):
    start: TimeText = need("When it starts, from the beginning of the recording.", "2:15")
    end: TimeText | None = key("When it ends; normally the next start ends it.", "21:40")
    title: Line = need("What it is called.", "Council approves the harbour bridge")
    summary: Text | None = key("A sentence about it.", "The vote was 9 to 8.")
    people: Credits = key("Who is heard in it.", ["dana-reyes"], default=())
    stories: many(Annotated[StoryEntry, BeforeValidator(_story), BareSchema()]) = key(
        "The articles it is about.", "https://news.example/2026/03/02/harbour-bridge", default=()
    )
    corrections: many(rare(CorrectionEntry)) = key("Corrections of what was said in it.", default=())
    image: Line | None = key("A picture in media/, or an https address.", "bridge.jpg")


_SHORT_SEGMENT = re.compile(r"(?P<start>[\d:.,hms]+)\s+(?P<title>\S.*)", re.IGNORECASE | re.DOTALL)


def _segment(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = _SHORT_SEGMENT.fullmatch(value.strip())
    if not match:
        refuse("not-a-segment", "this is not a time and a title", "write it as 2:15 Title of the segment")
    return match.groupdict()


class ClipEntry(Entry):
    start: Time = need("When it starts in the recording.", "3:02")
    length: Time = need("How long it is; 15 to 120 seconds is best.", "45s")
    title: Line | None = key("What it is called.", "Nine to eight")


class AiringEntry(Entry):
    station: Line = need("The station.", "KXYZ 91.5")
    at: DayOrMoment = need(
        "When it was or will be on air; the day alone where the hour is not known.", "2026-03-02 06:00"
    )
    repeat: YesNo | None = key("Yes for a repeat.", "yes")


class CutEntry(Entry):
    at: Time = need("Where the cut is, counted in the broadcast.", "30:00")
    removed: Time = need("How much was taken out.", "2:00")


class TranscriptEntry(Entry):
    file: Line = need("A transcript in media/, or its https address.", "2026-03-02-morning.vtt")
    language: Language | None = key("Its language, if not the show's.", "es")


class PublishEntry(Entry):
    folder: Line = key("The folder that `podfeed build` publishes to.", "public", default="public")


def _subscribe(value: object) -> object:
    return value or {}


# --- the files ------------------------------------------------------------------------------------------


class ShowFile(Entry):
    """show.yaml"""

    title: Line = need("The show's name.", "The Morning Tide")
    description: Text = need("What the show is, up to 4,000 bytes.", "News of the harbour, every weekday at six.")
    url: Address = need("The address at which the site will be published.", "https://radio.example/morning/")
    language: Language = need("The show's language.", "en-gb", "es", "ar")
    author: Line = need("Who makes it, as directories show it.", "Radio Example")
    owner: OwnerEntry = need("Who answers for the feed.", {"name": "Radio Example", "email": "feed@radio.example"})
    category: many(Line) = need("One of Apple's categories, with its subcategory after a stroke.", "News / Daily News")

    cover: Picture | None = key(
        "The square cover in media/, 1400 to 3000 pixels, or an https address. Directories refuse a show without one.",
        "cover.jpg",
    )
    tagline: Line | None = key("One line under the name.", "What the papers said, and what we asked them")
    timezone: Zone = key("The zone of all dates without an offset.", "Europe/London", default="UTC")
    publish_time: TimeOfDay | None = key("The time of day of a date alone.", "06:00")
    explicit: YesNo | None = key("Yes if the show has strong language.", "no")
    type: choice("episodic", "serial") = key(
        "serial if episodes are to be heard in order.", "episodic", default="episodic"
    )
    hosts: Credits = key("Who presents it; episodes may name others.", ["dana-reyes"], default=())
    people: Credits = key("Who else makes it, with their roles.", ["Lee Moss (Producer)"], default=())
    license: LicenseValue | None = key("The licence of the recordings.", "CC-BY-4.0")
    copyright: Line | None = key("The copyright notice.", "© 2026 Radio Example")
    funding: Fundings = key(
        "Where listeners can give.", {"url": "https://radio.example/give", "label": "Support us"}, default=()
    )
    guid: Uuid | None = key(
        "The feed's own podcast guid, when it was published elsewhere before.", "917393e3-1b1e-5cef-ace4-edaa54e1f810"
    )
    locked: YesNo | None = key("Whether other hosts must ask before they import the feed.", "yes")
    complete: YesNo | None = key("Yes when no more episodes will come.", "no")
    block: Blocks | None = key("Directories that shall not list it: yes for all, or their names.", "no", ["spotify"])
    new_feed_url: SecureAddress | None = key("Where the feed has moved to.", "https://new.example/feed.xml")
    medium: choice(*MEDIUMS, *LIST_MEDIUMS) = key(
        "What kind of feed it is; a list (podcastL, mixed …) names episodes of other feeds.",
        "podcast",
        default="podcast",
    )
    list: many(rare(RemoteEntry)) = key(
        "What a list or a publisher's feed names: other feeds, or episodes of them.", default=()
    )
    publisher: rare(PublisherEntry) | None = key("The feed of whoever publishes this show and others.")
    limit: Positive | None = key(
        "How many episodes the feed holds; older ones are in its archive. 300 if left out.", 300
    )
    update_frequency: bare(rare(FrequencyEntry), "label") | None = key(
        "How often it comes.", "weekdays", "weekly", "every Monday and Thursday"
    )
    podping: YesNo | None = key("Yes if a podping is sent whenever the feed changes.", "no")
    txt: Txts = key("Texts for machines, such as a directory's verification.", {"verify": "a8f3"}, default=())
    podroll: many(rare(RemoteEntry)) = key("Shows that you recommend.", default=())
    trailer: many(rare(TrailerEntry)) = key("A trailer for the show or a season.", default=())
    value: rare(ValueEntry) | None = key("How listeners can stream money.")
    chat: rare(ChatEntry) | None = key("Where listeners talk.")
    socials: Socials = key(
        "Posts or accounts under which listeners talk of the show.", "https://social.example/@desk/1", default=()
    )
    location: Locations = key("What place the show is about, or is made in.", "The harbour", default=())
    live: many(rare(LiveEntry)) = key("Live broadcasts that are coming, on, or just over.", default=())
    images: many(bare(rare(ArtEntry), "file")) = key("Pictures for other uses than the cover.", default=())
    keywords: many(Line) = key(
        "Search words in Apple's old way, which Apple no longer reads; with them, each episode's tags too.",
        ["harbour", "news"],
        default=(),
    )
    subscribe: Annotated[dict[Line, Address], BeforeValidator(_subscribe)] = key(
        "The show's pages in directories.", {"apple": "https://podcasts.apple.com/…"}, default={}
    )
    audio_url: SecureAddress | None = key(
        "Where the recordings are served, if not from the site.", "https://cdn.example/"
    )
    embed_chapters: YesNo | None = key("Whether published recordings get their chapters written into them.", "yes")
    publish: rare(PublishEntry) | None = key("Where the site is published.", {"folder": "public"})
    websub: many(SecureAddress) = key(
        "Hubs that tell apps of a new episode, once they are told.", "https://hub.example/", default=()
    )
    comments: bare(LinkEntry, "url") | None = key("Where listeners can write.", "mailto:desk@radio.example")
    station: bare(rare(StationEntry), "name") | None = key("The station.", "Radio Example")
    waive: dict[Line, Line] = key(
        "Rules whose findings you live with, each with the reason.",
        {"enclosure-format": "our listeners use apps that play Opus"},
        default={},
    )


class GuidEntry(Entry):
    text: Exact = need("The guid, to the letter.", "https://old.example/?p=7")
    permalink: YesNo | None = key("Yes when the old feed said that it is the episode's address (isPermaLink).", "yes")


class EpisodeFile(Entry):
    """episodes/<slug>.yaml: the file's name is the episode's address."""

    title: Line | None = key("What it is called; the recording's own title if left out.", "The harbour vote: what now?")
    date: Moment = need("When it is published; a moment to come schedules it.", "2026-03-02 06:00")
    audio: AudioValue = need("The recording in media/, or its https address.", "2026-03-02-morning.mp3")

    number: bare(NumberEntry, "number") | None = key("The episode's number.", 212)
    season: bare(SeasonEntry, "number") | None = key("The season.", 4)
    summary: Text | None = key("One or two sentences.", "The council approves the bridge.")
    hosts: Credits | None = key("Who presents it, if not the show's hosts.", ["dana-reyes"])
    guests: Credits = key("Who is interviewed.", ["bob-frost", "Dana Reyes (harbour pilot)"], default=())
    people: Credits = key("Who else made it, with their roles.", ["Lee Moss (Producer)"], default=())
    aired: many(AiringEntry) = key(
        "When it was on air.", [{"station": "KXYZ 91.5", "at": "2026-03-02 06:00"}], default=()
    )
    segments: many(Annotated[SegmentEntry, BeforeValidator(_segment), BareSchema()], MAX_SEGMENTS) = key(
        "The parts of the broadcast, in order.", ["0:00 Headlines", "2:15 The harbour vote"], default=()
    )
    clips: many(ClipEntry) = key("Short stretches worth sharing.", default=())
    notes: Text | None = key("Everything else, in Markdown.", "Music by …")

    type: Line | None = key("full, trailer or bonus.", "full")
    explicit: YesNo | None = key("Yes if it has strong language.", "no")
    image: Picture | None = key("A picture in media/; the recording's own cover if left out.", "2026-03-02.jpg")
    images: many(bare(rare(ArtEntry), "file")) = key("Pictures for other uses.", default=())
    tags: many(Line) = key("Words to group it by.", ["harbour"], default=())
    transcript: many(bare(TranscriptEntry, "file")) = key(
        "A transcript in media/; found by the recording's name if left out.", "2026-03-02-morning.vtt", default=()
    )
    guid: bare(rare(GuidEntry), "text") | None = key(
        "Its guid, when it was published elsewhere before. Never change it.", "https://old.example/?p=7"
    )
    draft: YesNo | None = key("Yes while it is not to be published.", "yes")
    embargo: Moment | None = key("Not shown before this moment, whatever its date.", "2026-03-02 18:00")
    license: LicenseValue | None = key("Its licence, if not the show's.", "CC-BY-4.0")
    location: Locations = key("Where it plays or was made.", "Harbour Hall", default=())
    funding: Fundings = key("Where listeners can give for it.", "https://radio.example/give/vote", default=())
    txt: Txts = key("Texts for machines, for this episode alone.", {"ai-content": "false"}, default=())
    chat: rare(ChatEntry) | None = key("Where listeners talk of it, if not as the show says.")
    links: Links = key("Further links.", {"url": "https://radio.example/vote", "title": "The vote"}, default=())
    block: Blocks | None = key("Directories that shall not show it.", "no")
    alternate_audio: many(AlternateValue) = key(
        "The same recording in other formats.", ["2026-03-02-morning.opus"], default=()
    )
    socials: Socials = key("Posts under which listeners talk.", "https://social.example/@desk/1", default=())
    value: rare(ValueEntry) | None = key("How listeners can stream money, if not as the show says.")
    embed_chapters: YesNo | None = key("Whether the published recording gets its chapters written into it.", "yes")
    on_air: TimeOfDay | None = key("When the broadcast began; segments may then be in clock time.", "06:00")
    cuts: many(rare(CutEntry)) = key("What the podcast leaves out of the broadcast.", default=())
    waive: dict[Line, Line] = key(
        "Rules whose findings in this episode you live with, each with the reason.",
        {"no-transcript": "music only"},
        default={},
    )
    checked: Line | None = key(
        "Which new recording the times were checked against; the message of podfeed check says what to write.",
        "3f9a12c4",
    )
    length: Number | None = key("The size in bytes of a recording that lives elsewhere.", 13812345)
    duration: Time | None = key("The length of a recording that lives elsewhere.", "28:41")

    @field_validator("type")
    @classmethod
    def _media_type_or_kind(cls, value: str | None) -> str | None:
        if value and "/" not in value and value.casefold() not in ("full", "trailer", "bonus"):
            refuse("not-a-choice", f"`{value}` is not a kind of episode", "write full, trailer or bonus")
        return value


KINDS: dict[str, Any] = {"show": ShowFile, "episode": EpisodeFile, "people": PersonEntry, "stories": StoryRecord}
"""The kinds of file; people.yaml and stories.yaml map a key to one record each."""

HOMES: tuple[tuple[str, type[Entry]], ...] = (
    ("show.yaml", ShowFile),
    ("an episode", EpisodeFile),
    ("a segment", SegmentEntry),
    ("a story", StoryEntry),
    ("a person", PersonEntry),
)
"""Where a key may belong that stands in the wrong place."""
