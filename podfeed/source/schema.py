"""What an editor may write: one model for each kind of file, from which the editors' JSON Schema is made too.

A model says what a key is; what several keys or files mean together is said in `episode`, `references` and
`podfeed.check`. Shorthands are opened here, before validation: a bare address becomes a story, `2:15 Title` a segment.
"""

# mypy: disable-error-code="valid-type"

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from podfeed.model import RELATIONS
from podfeed.source.fields import (
    MAX_LINE,
    MAX_LIST,
    MAX_SEGMENTS,
    Address,
    ContactAddress,
    Day,
    Email,
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
    pattern,
    refuse,
)
from podfeed.text import squash
from podfeed.vocabulary import CHAT_PROTOCOLS, MEDIUMS, SERVICES, SOCIAL_PROTOCOLS


class Entry(BaseModel):
    """A group of keys. An unknown key is a problem; `shorthand` names the key that a bare value stands for."""

    model_config = ConfigDict(extra="forbid", frozen=True, regex_engine="python-re")


def opens(name: str) -> Any:
    """A bare value stands for the key `name`: `owner: X` for `owner: {name: X}`."""
    return BeforeValidator(lambda value: {name: value} if isinstance(value, str) else value)


class _BareSchema:
    """In the JSON Schema: a bare value, or the group of keys."""

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [{"type": ["string", "number"]}, handler(core_schema)]}


def bare(kind: Any, name: str) -> Any:
    return Annotated[kind, opens(name), _BareSchema()]


def key(description: str, *examples: Any, default: Any = None) -> Any:
    """A key of a file with what an editor's completion says about it."""
    return Field(default=default, description=description, examples=list(examples))


def need(description: str, *examples: Any) -> Any:
    """A key that must be there."""
    return Field(description=description, examples=list(examples))


# --- people -------------------------------------------------------------------------------------------


class LinkEntry(Entry):
    url: ContactAddress = need("The address.", "https://news.example/about")
    title: Line | None = key("What the link says; the address if left out.", "About the desk")


Links = many(bare(LinkEntry, "url"))


class PersonEntry(Entry):
    """A record of people.yaml."""

    name: Line = need("The name, as it is said on air.", "Dana Reyes")
    role: Line | None = key("The usual role; shown unless a segment says otherwise.", "Guest", "harbour pilot")
    group: Line | None = key("The role's group in the podcast taxonomy, needed for the role Editor.", "Cast")
    bio: Text | None = key("A sentence or two about the person.", "Reporter for City Paper since 2004.")
    image: Line | None = key("A picture in media/, or an https address.", "people/dana.jpg")
    links: Links = key("The person's own pages.", "https://dana.example", default=())


_NAME_AND_ROLE = re.compile(r"(?P<person>[^()]+?)\s*\((?P<role>[^()]+)\)")


def _credit(value: object) -> object:
    if isinstance(value, str):
        match = _NAME_AND_ROLE.fullmatch(squash(value)[: 2 * MAX_LINE])  # cut, for it takes quadratic time
        return match.groupdict() if match else {"person": value}
    return value


class CreditEntry(Entry):
    person: Line = need("A key of people.yaml, or a plain name.", "dana-reyes", "Dana Reyes")
    role: Line | None = key("The role here and now.", "Guest", "harbour pilot")
    group: Line | None = key("The role's group in the podcast taxonomy.", "Writing")


Credits = many(Annotated[CreditEntry, BeforeValidator(_credit), _BareSchema()])


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
    corrections: many(CorrectionEntry) = key("Corrections of what was said about it.", default=())
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
    stories: many(Annotated[StoryEntry, BeforeValidator(_story), _BareSchema()]) = key(
        "The articles it is about.", "https://news.example/2026/03/02/harbour-bridge", default=()
    )
    corrections: many(CorrectionEntry) = key("Corrections of what was said in it.", default=())
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
    at: Moment = need("When it was or will be on air.", "2026-03-02 06:00")
    repeat: YesNo | None = key("Yes for a repeat.", "yes")


class CutEntry(Entry):
    at: Time = need("Where the cut is, counted in the broadcast.", "30:00")
    removed: Time = need("How much was taken out.", "2:00")


_UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
Uuid = pattern(_UUID, "a podcast guid", "917393e3-1b1e-5cef-ace4-edaa54e1f810")
Geo = pattern(r"geo:-?\d+(\.\d+)?,-?\d+(\.\d+)?(,-?\d+(\.\d+)?)?(;.+)?", "a place on the map", "geo:51.5,-0.12")
Osm = pattern(r"[NWR]\d+(#\d+)?", "an OpenStreetMap object", "R113314")
Country = pattern(r"[A-Za-z]{2}", "a country's two letters", "GB")

# --- what the podcast namespace adds --------------------------------------------------------------------


class OwnerEntry(Entry):
    name: Line = need("Who answers for the feed.", "Radio Example")
    email: Email = need("An address that directories write to; it is public in the feed.", "feed@radio.example")


class StationEntry(Entry):
    name: Line = need("The station's name.", "Radio Example")
    url: Address | None = key("Its site.", "https://radio.example")
    call_sign: Line | None = key("Its call sign.", "KXYZ")


class FundingEntry(Entry):
    url: SecureAddress = need("Where listeners can give.", "https://radio.example/give")
    label: Line | None = key("What the link says, up to 128 characters.", "Support the show")


class LicenseEntry(Entry):
    id: Line = need("A licence of the podcast list, or a name of your own with url.", "CC-BY-4.0")
    url: SecureAddress | None = key("The licence's text.", "https://radio.example/licence")


class LocationEntry(Entry):
    name: Line = need("The place, as people call it.", "Harbour Hall")
    rel: choice("subject", "creator") = key(
        "Whether the episode is about the place or was made there.", "subject", default="subject"
    )
    geo: Geo | None = key("Coordinates, RFC 5870.", "geo:51.5,-0.12")
    osm: Osm | None = key("An OpenStreetMap object.", "R113314")
    country: Country | None = key("Two letters, ISO 3166-1.", "GB")


class SeasonEntry(Entry):
    number: Positive = need("The season's number.", "4")
    name: Line | None = key("Its name.", "The harbour year")


class NumberEntry(Entry):
    number: Positive = need("The episode's number.", "212")
    display: Line | None = key("How it is shown, up to 32 characters.", "212b")


class FrequencyEntry(Entry):
    label: Line = need("In words.", "every weekday")
    rule: Line | None = key("The rule, RFC 5545.", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")
    start: Moment | None = key("When the rule begins; needed with COUNT.", "2026-01-01")
    complete: YesNo | None = key("Yes when no more will come.", "no")


class TxtEntry(Entry):
    text: Line = need("The text, up to 4,000 characters.", "a8f3…")
    purpose: Line | None = key("What it is for.", "verify")


class PodrollEntry(Entry):
    title: Line | None = key("The other show's name.", "The Evening Tide")
    guid: Uuid = need("The other feed's podcast guid.", "917393e3-1b1e-5cef-ace4-edaa54e1f810")
    feed: SecureAddress | None = key("The other feed's address.", "https://tide.example/feed.xml")
    medium: choice(*MEDIUMS) | None = key("What it is, if not a podcast.", "music")


class TrailerEntry(Entry):
    title: Line = need("What it is called.", "What is coming this spring")
    audio: Line = need("A recording in media/, or an https address.", "trailer.mp3")
    date: Moment = need("When it was published.", "2026-01-05")
    season: Positive | None = key("The season it announces.", "4")


class RecipientEntry(Entry):
    name: Line | None = key("Who it is.", "Dana Reyes")
    type: choice("node", "lnaddress") = need("What kind of address.", "lnaddress")
    address: Line = need("The address.", "dana@wallet.example")
    split: Number = need("Its share, as a whole number.", "50")
    custom_key: Line | None = key("A key that the wallet asks for.", "696969")
    custom_value: Line | None = key("The value of that key.", "abc")
    fee: YesNo | None = key("Yes when taken off before the others' shares.", "no")


class SplitEntry(Entry):
    start: Time = need("When it starts in the recording.", "14:05")
    length: Time = need("How long it lasts.", "7:35")
    recipients: many(RecipientEntry) = key("Who gets it in that time.", default=())
    feed: Uuid | None = key("Another feed's guid, whose recipients get it.", "917393e3-1b1e-5cef-ace4-edaa54e1f810")
    item: Line | None = key("That feed's episode.", "urn:uuid:…")
    remote_start: Time | None = key("Where that episode's stretch begins.", "0:00")
    percentage: Number | None = key("How much of it goes there, 0 to 100.", "90")


class ValueEntry(Entry):
    type: Line = key("The system of payment.", "lightning", default="lightning")
    method: Line = key("How it is sent.", "keysend", default="keysend")
    suggested: Line | None = key("A suggested amount a minute.", "0.00000015000")
    recipients: many(RecipientEntry) = need("Who gets it.")
    splits: many(SplitEntry) = key("Times in which others get it.", default=())


class ChatEntry(Entry):
    server: Line = need("The server.", "irc.radio.example")
    protocol: choice(*CHAT_PROTOCOLS) = need("How one talks to it.", "irc")
    account: Line | None = key("The show's own account.", "@desk:radio.example")
    space: Line | None = key("The room.", "#morning")


class SocialEntry(Entry):
    protocol: choice(*SOCIAL_PROTOCOLS) = key("The network.", "activitypub", default="activitypub")
    url: SecureAddress | None = key("The post under which listeners talk.", "https://social.example/@desk/1")
    account: Line | None = key("Who posted it.", "@desk@social.example")
    account_url: SecureAddress | None = key("That account's page.", "https://social.example/@desk")
    priority: Number | None = key("Lower is shown first.", "1")


class AudioEntry(Entry):
    """A recording that lives elsewhere needs its facts here, since it cannot be read."""

    url: SecureAddress | None = key("Where the recording is.", "https://cdn.example/2026-03-02.mp3")
    file: Line | None = key("A recording in media/.", "2026-03-02-morning.mp3")
    length: Number | None = key("Its size in bytes.", "13812345")
    duration: Time | None = key("How long it is.", "28:41")
    type: Line | None = key("Its media type, if its ending does not say.", "audio/mpeg")
    title: Line | None = key("What this version is called, for alternate_audio.", "High quality")
    bitrate: Number | None = key("Bits a second, for alternate_audio elsewhere.", "128000")
    language: Language | None = key("Its language, for alternate_audio.", "es")


def _audio(value: object) -> object:
    if isinstance(value, str):
        return {"url": value} if "://" in value else {"file": value}
    return value


AudioValue = Annotated[AudioEntry, BeforeValidator(_audio), _BareSchema()]


class PublishEntry(Entry):
    folder: Line = key("The folder that `podfeed build` publishes to.", "public", default="public")


def _blocks(value: object) -> object:
    """`yes`, `no`, one service, a list of services, or a mapping service → yes or no."""
    if isinstance(value, list | dict) and len(value) > MAX_LIST:
        refuse("list-too-long", f"this list has {len(value):,} entries", f"write {MAX_LIST:,} at most")
    if isinstance(value, str):
        word = value.casefold()
        if word in ("yes", "true", "no", "false"):
            return {"": "yes" if word in ("yes", "true") else "no"}
        return {value: "yes"}
    if isinstance(value, list):
        return {entry: "yes" for entry in value if isinstance(entry, str)}
    return value or {}


_SERVICE = choice("", *SERVICES)
Blocks = Annotated[dict[_SERVICE, YesNo], BeforeValidator(_blocks)]


def _txt(value: object) -> object:
    """A text, a list, or a mapping purpose → text."""
    if isinstance(value, dict) and not set(value) <= {"text", "purpose"}:
        return [{"purpose": purpose, "text": text} for purpose, text in value.items()]
    return value


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
    cover: Line = need("The square cover in media/, 1400 to 3000 pixels, or an https address.", "cover.jpg")

    tagline: Line | None = key("One line under the name.", "What the papers said, and what we asked them")
    timezone: Zone = key("The zone of all dates without an offset.", "Europe/London", default="UTC")
    publish_time: TimeOfDay | None = key("The time of day of a date alone.", "06:00")
    explicit: YesNo | None = key("Yes if the show has strong language.", "no")
    type: choice("episodic", "serial") = key(
        "serial if episodes are to be heard in order.", "episodic", default="episodic"
    )
    hosts: Credits = key("Who presents it; episodes may name others.", ["dana-reyes"], default=())
    people: Credits = key("Who else makes it, with their roles.", ["Lee Moss (Producer)"], default=())
    license: bare(LicenseEntry, "id") | None = key("The licence of the recordings.", "CC-BY-4.0")
    copyright: Line | None = key("The copyright notice.", "© 2026 Radio Example")
    funding: many(bare(FundingEntry, "url")) = key(
        "Where listeners can give.", {"url": "https://radio.example/give", "label": "Support us"}, default=()
    )
    guid: Uuid | None = key(
        "The feed's own podcast guid, when it was published elsewhere before.", "917393e3-1b1e-5cef-ace4-edaa54e1f810"
    )
    locked: YesNo | None = key("Whether other hosts must ask before they import the feed.", "yes")
    complete: YesNo | None = key("Yes when no more episodes will come.", "no")
    block: Blocks | None = key("Directories that shall not list it: yes for all, or their names.", "no", ["spotify"])
    new_feed_url: SecureAddress | None = key("Where the feed has moved to.", "https://new.example/feed.xml")
    medium: choice(*MEDIUMS) = key("What kind of feed it is.", "podcast", default="podcast")
    update_frequency: bare(FrequencyEntry, "label") | None = key(
        "How often it comes.", "weekdays", "weekly", "every Monday and Thursday"
    )
    txt: Annotated[many(bare(TxtEntry, "text")), BeforeValidator(_txt)] = key(
        "Texts for machines, such as a directory's verification.", {"verify": "a8f3"}, default=()
    )
    podroll: many(PodrollEntry) = key("Shows that you recommend.", default=())
    trailer: many(TrailerEntry) = key("A trailer for the show or a season.", default=())
    value: ValueEntry | None = key("How listeners can stream money.")
    chat: ChatEntry | None = key("Where listeners talk.")
    subscribe: Annotated[dict[Line, Address], BeforeValidator(_subscribe)] = key(
        "The show's pages in directories.", {"apple": "https://podcasts.apple.com/…"}, default={}
    )
    audio_url: SecureAddress | None = key(
        "Where the recordings are served, if not from the site.", "https://cdn.example/"
    )
    embed_chapters: YesNo | None = key("Whether published recordings get their chapters written into them.", "yes")
    publish: PublishEntry | None = key("Where the site is published.", {"folder": "public"})
    websub: many(SecureAddress) = key("Hubs that tell apps of a new episode.", "https://hub.example/", default=())
    comments: bare(LinkEntry, "url") | None = key("Where listeners can write.", "mailto:desk@radio.example")
    station: bare(StationEntry, "name") | None = key("The station.", "Radio Example")
    waive: dict[Line, Line] = key(
        "Rules whose findings you live with, each with the reason.",
        {"enclosure-format": "our listeners use apps that play Opus"},
        default={},
    )


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
    segments: many(Annotated[SegmentEntry, BeforeValidator(_segment), _BareSchema()], MAX_SEGMENTS) = key(
        "The parts of the broadcast, in order.", ["0:00 Headlines", "2:15 The harbour vote"], default=()
    )
    clips: many(ClipEntry) = key("Short stretches worth sharing.", default=())
    notes: Text | None = key("Everything else, in Markdown.", "Music by …")

    type: Line | None = key("full, trailer or bonus.", "full")
    explicit: YesNo | None = key("Yes if it has strong language.", "no")
    image: Line | None = key("A picture in media/; the recording's own cover if left out.", "2026-03-02.jpg")
    tags: many(Line) = key("Words to group it by.", ["harbour"], default=())
    transcript: many(Line) = key(
        "A transcript in media/; found by the recording's name if left out.", "2026-03-02-morning.vtt", default=()
    )
    guid: Line | None = key(
        "Its guid, when it was published elsewhere before. Never change it.", "https://old.example/?p=7"
    )
    draft: YesNo | None = key("Yes while it is not to be published.", "yes")
    embargo: Moment | None = key("Not shown before this moment, whatever its date.", "2026-03-02 18:00")
    license: bare(LicenseEntry, "id") | None = key("Its licence, if not the show's.", "CC-BY-4.0")
    location: many(bare(LocationEntry, "name")) = key("Where it plays or was made.", "Harbour Hall", default=())
    links: Links = key("Further links.", {"url": "https://radio.example/vote", "title": "The vote"}, default=())
    block: Blocks | None = key("Directories that shall not show it.", "no")
    alternate_audio: many(AudioValue) = key(
        "The same recording in other formats.", ["2026-03-02-morning.opus"], default=()
    )
    socials: many(bare(SocialEntry, "url")) = key(
        "Posts under which listeners talk.", "https://social.example/@desk/1", default=()
    )
    value: ValueEntry | None = key("How listeners can stream money, if not as the show says.")
    embed_chapters: YesNo | None = key("Whether the published recording gets its chapters written into it.", "yes")
    on_air: TimeOfDay | None = key("When the broadcast began; segments may then be in clock time.", "06:00")
    cuts: many(CutEntry) = key("What the podcast leaves out of the broadcast.", default=())
    waive: dict[Line, Line] = key(
        "Rules whose findings in this episode you live with, each with the reason.",
        {"no-transcript": "music only"},
        default={},
    )
    length: Number | None = key("The size in bytes of a recording that lives elsewhere.", 13812345)
    duration: Time | None = key("The length of a recording that lives elsewhere.", "28:41")

    @model_validator(mode="after")
    def _media_type_or_kind(self) -> EpisodeFile:
        if self.type and "/" not in self.type and self.type.casefold() not in ("full", "trailer", "bonus"):
            refuse("not-a-choice", f"`{self.type}` is not a kind of episode", "write full, trailer or bonus")
        return self


KINDS: dict[str, Any] = {"show": ShowFile, "episode": EpisodeFile, "people": PersonEntry, "stories": StoryRecord}
"""The kinds of file; people.yaml and stories.yaml map a key to one record each."""
