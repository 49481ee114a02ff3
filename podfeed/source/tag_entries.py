"""What an editor may write for the podcast namespace: one group of keys for each tag that has parts.

Source of each: Podcastindex-org/podcast-namespace at c0ff5ca, docs/tags/<tag>.md. What a tag demands within itself
(a custom licence its address, a post its uri) is said here;
docs/feed-tags.md is the table of tags and keys.
"""

# mypy: disable-error-code="valid-type"

# Annotations are not put off here: pydantic would compile each of them anew, a tenth of what the models cost.

from typing import Annotated, Self

from pydantic import BeforeValidator, model_validator

from podfeed.source.entries import ArtEntry, BareSchema, Credits, Entry, Links, Picture, bare, key, need, rare
from podfeed.source.fields import (
    MAX_LIST,
    Address,
    Email,
    Language,
    Line,
    Moment,
    Number,
    Positive,
    RecordingAddress,
    SecureAddress,
    Text,
    Time,
    YesNo,
    choice,
    limited,
    many,
    pattern,
    quoted,
    refuse,
)
from podfeed.text import closest
from podfeed.vocabulary import (
    CHAT_PROTOCOLS,
    LICENSES,
    LIST_MEDIUMS,
    LIVE_STATUS,
    MEDIUMS,
    SERVICES,
    SOCIAL_PROTOCOLS,
)

_UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
Uuid = pattern(_UUID, "a podcast guid", "917393e3-1b1e-5cef-ace4-edaa54e1f810")
Geo = pattern(r"geo:-?\d+(\.\d+)?,-?\d+(\.\d+)?(,-?\d+(\.\d+)?)?(;.+)?", "a place on the map", "geo:51.5,-0.12")
Osm = pattern(r"[NWR]\d+(#\d+)?", "an OpenStreetMap object", "R113314")
Country = pattern(r"[A-Za-z]{2}", "a country's two letters", "GB")
Amount = pattern(r"\d+(\.\d+)?", "an amount", "0.00000005")
MediaType = pattern(r"[a-zA-Z]+/[\w.+-]+", "a media type", "audio/mpeg")
Uri = pattern(r"(?!http:)[a-zA-Z][a-zA-Z0-9+.-]*:\S+", "an address (https, ipfs, magnet …)", "ipfs://bafy…")
Integrity = pattern(
    r"sha(256|384|512)-[A-Za-z0-9+/]{43,86}={0,2}|[A-Za-z0-9+/]{64,}={0,2}",
    "a checksum as web pages use it, or a PGP signature in base64",
    "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
)


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


Fundings = many(bare(rare(FundingEntry), "url"))


class LicenseEntry(Entry):
    id: Line = need("A licence of the podcast list, or a name of your own with url.", "CC-BY-4.0")
    url: SecureAddress | None = key("The licence's text.", "https://radio.example/licence")

    @model_validator(mode="after")
    def _own_licence_has_an_address(self) -> Self:
        if self.url is None and self.id.casefold() not in {name.casefold() for name in LICENSES}:
            near = closest(self.id, LICENSES)
            hint = f"did you mean {near}?" if near else f"add url: https://…, or write one of: {', '.join(LICENSES)}"
            refuse(
                "license-without-url", f"{quoted(self.id)} is a licence of its own, and its text is not linked", hint
            )
        return self


LicenseValue = bare(rare(LicenseEntry), "id")


class LocationEntry(Entry):
    name: Line = need("The place, as people call it.", "Harbour Hall")
    rel: choice("subject", "creator") = key(
        "Whether it is about the place or was made there.", "subject", default="subject"
    )
    geo: Geo | None = key("Coordinates, RFC 5870.", "geo:51.5,-0.12")
    osm: Osm | None = key("An OpenStreetMap object.", "R113314")
    country: Country | None = key("Two letters, ISO 3166-1.", "GB")


Locations = many(bare(rare(LocationEntry), "name"))


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
    text: limited(4_000) = need("The text, up to 4,000 characters.", "a8f3…")
    purpose: limited(128) | None = key("What it is for.", "verify", "applepodcastsverify", "ai-content")


def _txt(value: object) -> object:
    """A text, a list, or a mapping purpose → text."""
    if isinstance(value, dict) and not set(value) <= {"text", "purpose"}:
        return [{"purpose": purpose, "text": text} for purpose, text in value.items()]
    return value


Txts = Annotated[many(bare(rare(TxtEntry), "text")), BeforeValidator(_txt)]


class RemoteEntry(Entry):
    """Another feed, or one episode of it (`podcast:remoteItem`)."""

    title: Line | None = key("What it is called.", "The Evening Tide")
    guid: Uuid = need("The other feed's podcast guid.", "917393e3-1b1e-5cef-ace4-edaa54e1f810")
    feed: SecureAddress | None = key("The other feed's address.", "https://tide.example/feed.xml")
    item: Line | None = key("The guid of one of its episodes.", "urn:uuid:2b1f")
    medium: choice(*MEDIUMS, *LIST_MEDIUMS) | None = key("What it is, if not a podcast.", "music")


class PublisherEntry(Entry):
    """The feed of whoever publishes this show and others; it must name this show in turn."""

    title: Line | None = key("Who it is.", "Radio Example")
    guid: Uuid = need("The publisher feed's podcast guid.", "003af0a0-6a45-55cf-b765-68e3d349551a")
    feed: SecureAddress | None = key("The publisher feed's address.", "https://radio.example/publisher.xml")


class TrailerEntry(Entry):
    title: Line = need("What it is called.", "What is coming this spring")
    audio: Line = need("A recording in media/, or an https address.", "trailer.mp3")
    date: Moment = need("When it was published.", "2026-01-05")
    season: Positive | None = key("The season it announces.", "4")
    length: Number | None = key("Its size in bytes, if it lies elsewhere.", "1234567")
    type: MediaType | None = key("Its media type, if it lies elsewhere and its ending does not say.", "audio/mpeg")


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
    recipients: many(rare(RecipientEntry)) = key("Who gets it in that time.", default=())
    remote: rare(RemoteEntry) | None = key("Another feed's episode, whose recipients get it.")
    remote_start: Time | None = key("Where that episode's stretch begins.", "0:00")
    percentage: Number | None = key("How much of it goes there, 0 to 100.", "90")

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Self:
        if bool(self.recipients) == (self.remote is not None):
            what = "both recipients and a remote episode" if self.remote else "neither recipients nor a remote episode"
            refuse("split-for-whom", f"this split has {what}", "write recipients: …, or remote: {guid: …, item: …}")
        if self.remote is None and (self.remote_start is not None or self.percentage is not None):
            what = "remote_start and percentage are of a remote episode, and this split names recipients"
            refuse("split-for-whom", what, "take them out, or name the episode with remote: {guid: …, item: …}")
        if (self.percentage or 0) > 100:
            refuse("not-a-number", f"{quoted(self.percentage)} is more than the whole", "write 0 to 100")
        return self


class ValueEntry(Entry):
    type: Line = key("The system of payment.", "lightning", default="lightning")
    method: Line = key("How it is sent.", "keysend", default="keysend")
    suggested: Amount | None = key("A suggested amount a minute.", "0.00000015000")
    recipients: many(rare(RecipientEntry)) = need("Who gets it.")
    splits: many(rare(SplitEntry)) = key("Times in which others get it.", default=())

    @model_validator(mode="after")
    def _somebody_gets_it(self) -> Self:
        if not self.recipients:
            refuse(
                "value-for-whom",
                "nobody would get what listeners send",
                "add recipients: [{type: …, address: …, split: …}]",
            )
        return self


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

    @model_validator(mode="after")
    def _a_post_has_an_address(self) -> Self:
        if self.protocol != "disabled" and self.url is None:
            hint = "add url: https://…, or write protocol: disabled if there is to be no discussion"
            refuse("social-without-url", "the post under which listeners talk is not named", hint)
        if self.protocol == "disabled" and (self.url or self.account or self.account_url):
            hint = "take the address out; or write its network in place of disabled"
            refuse("social-disabled", "there is to be no discussion, and here is the address of one", hint)
        return self


Socials = many(bare(rare(SocialEntry), "url"))


# --- recordings and streams -------------------------------------------------------------------------------


class AudioEntry(Entry):
    """A recording that lives elsewhere needs its facts here, since it cannot be read."""

    url: RecordingAddress | None = key("Where the recording is.", "https://cdn.example/2026-03-02.mp3")
    file: Line | None = key("A recording in media/.", "2026-03-02-morning.mp3")
    length: Number | None = key("Its size in bytes.", "13812345")
    duration: Time | None = key("How long it is.", "28:41")
    type: Line | None = key("Its media type, if its ending does not say.", "audio/mpeg")
    bitrate: Number | None = key("Bits a second, if it lies elsewhere.", "128000")


def _audio(value: object) -> object:
    if isinstance(value, str):
        return {"url": value} if "://" in value else {"file": value}
    return value


AudioValue = Annotated[AudioEntry, BeforeValidator(_audio), BareSchema()]


class SourceEntry(Entry):
    """Where else the very same bytes are (`podcast:source`)."""

    uri: Uri = need("An address of any kind: https, ipfs, magnet …", "ipfs://bafy…")
    type: MediaType | None = key("What is there, if not the recording itself.", "application/x-bittorrent")


Sources = many(bare(rare(SourceEntry), "uri"))


class AlternateEntry(AudioEntry):
    """The same recording in another form (`podcast:alternateEnclosure`)."""

    title: Line | None = key("What this version is called, up to 32 characters.", "High quality")
    language: Language | None = key("Its language, if it is another.", "es")
    height: Positive | None = key("The picture's height in pixels, for a video.", 1080)
    rel: Line | None = key("One word for versions that belong together, up to 32 characters.", "commentary")
    codecs: Line | None = key("What is inside, RFC 6381.", "mp4a.40.2")
    sources: Sources = key("Where else it is: ipfs, a torrent …", "ipfs://bafy…", default=())
    integrity: Integrity | None = key(
        "Its checksum, if it lies elsewhere; that of a file in media/ is worked out.",
        "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    )


AlternateValue = Annotated[rare(AlternateEntry), BeforeValidator(_audio), BareSchema()]


class StreamEntry(Entry):
    """A stream of a live broadcast."""

    url: SecureAddress = need("The stream's address.", "https://stream.radio.example/live.mp3")
    type: MediaType | None = key("Its media type, if its ending does not say.", "audio/mpeg")
    title: Line | None = key("What this stream is called, up to 32 characters.", "Low bandwidth")
    bitrate: Number | None = key("Bits a second.", "128000")
    language: Language | None = key("Its language, if it is another.", "es")
    height: Positive | None = key("The picture's height in pixels, for a video.", 1080)
    rel: Line | None = key("One word for streams that belong together.", "commentary")
    codecs: Line | None = key("What is inside, RFC 6381.", "mp4a.40.2")
    sources: Sources = key("Where else it is.", default=())


class LiveEntry(Entry):
    """A live broadcast: apps show it as coming, then live, then ended, by the clock (`podcast:liveItem`)."""

    title: Line = need("What it is called.", "The harbour vote, live")
    start: Moment = need("When it begins.", "2026-03-09 06:00")
    end: Moment = need("When it is to end.", "2026-03-09 08:00")
    stream: many(bare(rare(StreamEntry), "url")) = need(
        "The stream; of several, the first is what every app plays.", "https://stream.radio.example/live.mp3"
    )
    summary: Text | None = key("One or two sentences.", "The count, as it happens.")
    links: Links = key(
        "Where else one can hear or see it; the show's home page if left out.",
        {"url": "https://video.example/live", "title": "Watch it"},
        default=(),
    )
    announce: Moment | None = key("Not shown before this moment; at once if left out.", "2026-03-07 06:00")
    status: choice(*LIVE_STATUS) | None = key("What the clock would say wrongly: it began late, it went on.", "live")
    draft: YesNo | None = key("Yes while it is not to be shown.", "yes")
    guid: Line | None = key("Its guid; made from its day if left out. A new one is a new broadcast.", "vote-live")
    explicit: YesNo | None = key("Yes if it has strong language.", "no")
    hosts: Credits | None = key("Who presents it, if not the show's hosts.", ["dana-reyes"])
    guests: Credits = key("Who is interviewed.", ["bob-frost"], default=())
    image: Picture | None = key("A picture in media/.", "live.jpg")
    images: many(bare(rare(ArtEntry), "file")) = key("Pictures for other uses.", default=())
    chat: rare(ChatEntry) | None = key("Where listeners talk meanwhile, if not as the show says.")
    socials: Socials = key("Posts under which listeners talk.", "https://social.example/@desk/1", default=())
    location: Locations = key("Where it plays or comes from.", "Harbour Hall", default=())
    license: LicenseValue | None = key("Its licence, if not the show's.", "CC-BY-4.0")
    funding: Fundings = key("Where listeners can give for it.", "https://radio.example/give", default=())
    txt: Txts = key("Texts for machines.", {"ai-content": "false"}, default=())
    value: rare(ValueEntry) | None = key("How listeners can stream money, if not as the show says.")


def _blocks(value: object) -> object:
    """`yes`, `no`, one service, a list of services, or a mapping service → yes or no; `all` stands for every one."""
    if isinstance(value, str):
        word = value.casefold()
        if word in ("yes", "true", "no", "false"):
            return {"": "yes" if word in ("yes", "true") else "no"}
        return {value: "yes"}
    if isinstance(value, list | dict) and len(value) > MAX_LIST:
        refuse("list-too-long", f"this list has {len(value):,} entries", f"write {MAX_LIST:,} at most")
    if isinstance(value, list):
        return {entry: "yes" for entry in value if isinstance(entry, str)}
    if isinstance(value, dict):
        return {"" if name == "all" else name: word for name, word in value.items()}
    return value or {}


_SERVICE = choice("", *SERVICES)
Blocks = Annotated[dict[_SERVICE, YesNo], BeforeValidator(_blocks)]
