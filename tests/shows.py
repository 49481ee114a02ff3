"""Shows as values, for the tests of everything that comes after loading.

`rich()` fills every field of `podfeed.model`; `minimal()` fills the required ones only; `many(n)` has `n` episodes.
`with_files(show, folder)` gives every local file real bytes, and a true length.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

from podfeed import model as m

AIR = timezone(timedelta(hours=-5))
SILENT_FRAME = b"\xff\xfb\x90\x64" + bytes(413)  # MPEG-1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes, 1152 samples
PIXEL = bytes.fromhex(  # a grey PNG of one pixel
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c636800000082008177cd72b60000000049454e44ae426082"
)


def at(hours: int = 0, minutes: int = 0, seconds: float = 0) -> timedelta:
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def local(name: str, media_type: str, length: int | None = None) -> m.File:
    """A file of the show's media folder."""
    return m.File(
        href=f"media/{name}", source=Path("media") / name, media_type=media_type, length=length, stamp=f"stamp-{name}"
    )


def picture(name: str, alt: str = "", size: int = 1400) -> m.Image:
    kind = "image/png" if name.endswith(".png") else "image/jpeg"
    return m.Image(file=local(name, kind), width=size, height=size, alt=alt)


# --- people -----------------------------------------------------------------------------------------

ANN = m.Person(
    slug="ann-lee",
    name="Ann Lee",
    role="Host",
    group="Cast",
    bio="Ann has been up at five since **2009**.",
    image=picture("people/ann.jpg", "Ann Lee at the desk"),
    links=(m.Link(url="https://ann.example/", title="Ann's own page"),),
)
BOB = m.Person(
    slug="bob-frost",
    name="Bob Frost",
    role="Reporter",
    group="Cast",
    bio="Reports on the harbour.",
    image=picture("people/bob.png", "Bob Frost in a raincoat"),
    links=(m.Link(url="https://bob.example/about", title="bob.example"),),
)
DANA = m.Person(slug="dana-reyes", name="Dana Reyes", role="Harbour pilot")
EVE = m.Person(slug="eve-moss", name="Eve Moss", role="Editor", group="Video Post-Production")

HOST = m.Credit(person=ANN, role="Host", group="Cast")
REPORTER = m.Credit(person=BOB, role="Reporter", group="Cast")
PILOT = m.Credit(person=DANA, role="Harbour pilot")
EDITOR = m.Credit(person=EVE, role="Editor", group="Video Post-Production")

# --- stories ----------------------------------------------------------------------------------------

BRIDGE = m.Story(
    slug="harbour-bridge",
    url="https://news.radio.example/2026/03/02/harbour-bridge?id=7&part=2",
    title="Council approves the harbour bridge",
    publisher="Radio News",
    authors=("Kim Hart", "Lee Moss"),
    date=date(2026, 3, 2),
    language="en",
    summary="The council votes for the bridge.",
    note="Read the table at the end.",
    image=picture("stories/bridge.jpg", "The bridge, drawn"),
    archive="https://archive.example/bridge",
    same_as=("https://m.news.radio.example/harbour-bridge",),
)
COSTS = m.Story(
    slug="harbour-costs",
    url="https://citypaper.example/harbour-costs",
    title="Who pays for the bridge & when",
    publisher="City Paper",
    authors=("Lee Moss",),
    date=date(2026, 2, 27),
    archive="https://archive.example/abc",
    gone=True,
    corrections=(m.Correction(date=date(2026, 3, 1), text="The loan is 40 million, not 14."),),
)
FERRY = m.Story(
    slug="ferry-pilot",
    listed="https://harbour.example/reading-list",
    title="The last ferry pilot",
    publisher="Harbour Quarterly",
    embargo=datetime(2026, 3, 1, 5, 0, tzinfo=UTC),
)
MINUTES = m.Story(slug="council-minutes", url="https://council.example/minutes/2026-03-01")
TIDES = m.Story(slug="tides", url="https://weather.example/tides", title="Spring tides ahead", publisher="Weather Post")

# --- the rich show ----------------------------------------------------------------------------------

WALLET = m.ValueRecipient(
    type="node",
    address="02d5c1bf8b940dc9cadca86d1b0a3c37fbe39cee4c7e839e33bef9174531d27f52",
    split=95,
    name="The show",
    custom_key="818818",
    custom_value="morning",
)
FEE = m.ValueRecipient(type="lnaddress", address="fee@apps.example", split=5, name="App", fee=True)
OTHER_SHOW = m.RemoteItem(
    feed_guid="917393e3-1b1e-5cef-ace4-edaa54e1f810",
    feed_url="https://neighbour.example/feed.xml",
    item_guid="neighbour-12",
    medium="music",
    title="The neighbour's song",
)
VALUE = m.Value(
    type="lightning",
    method="keysend",
    suggested="0.00000005",
    recipients=(WALLET, FEE),
    splits=(
        m.ValueTimeSplit(
            start=at(minutes=14),
            duration=at(minutes=3, seconds=30.5),
            remote_item=OTHER_SHOW,
            remote_start=at(seconds=12),
            remote_percentage=90,
        ),
        m.ValueTimeSplit(start=at(minutes=20), duration=at(minutes=1), recipients=(replace(WALLET, split=100),)),
    ),
)
CHAT = m.Chat(server="example.com", protocol="matrix", account="@ann:example.com", space="#vote:example.com")
DISCUSSION = m.Social(
    protocol="activitypub",
    uri="https://social.example/@morning",
    account="@morning@social.example",
    account_url="https://social.example/@morning",
    priority=1,
)
BANNER = m.Image(
    file=local("banner.jpg", "image/jpeg"),
    width=1920,
    height=1080,
    alt="The harbour from above",
    purpose=("banner", "social"),
)
CANVAS = m.Image(
    file=m.File(href="https://cdn.example/canvas.mp4", media_type="video/mp4"), ratio="9/16", purpose=("canvas",)
)
HARBOUR = m.Location(name="The harbour", rel="subject", geo="geo:43.66,-70.25", osm="R113314", country="US")
STUDIO = m.Location(name="Studio 2", rel="creator", country="US")

LIVE = m.Live(
    guid="urn:uuid:5e1f0a52-0a4f-5a8c-9d3c-0a3b9e0f7c11",
    title="The harbour vote, live",
    start=datetime(2026, 3, 9, 6, 0, tzinfo=AIR),
    end=datetime(2026, 3, 9, 8, 0, tzinfo=AIR),
    status="live",
    streams=(
        m.Stream(url="https://stream.example/live.mp3", media_type="audio/mpeg", title="Sound", bitrate=128_000),
        m.Stream(
            url="https://stream.example/live.m3u8",
            media_type="application/x-mpegURL",
            title="Pictures",
            bitrate=681_483,
            language="en-GB",
            height=1080,
            rel="pictures",
            codecs="avc1.64001f,mp4a.40.2",
            sources=(m.Elsewhere(uri="https://other.example/live.m3u8", media_type="application/x-mpegURL"),),
        ),
    ),
    announce=datetime(2026, 3, 6, 6, 0, tzinfo=AIR),
    summary="The count, as it happens.",
    explicit=True,
    links=(m.Link(url="https://video.example/live", title="Watch it"),),
    hosts=(HOST,),
    guests=(REPORTER,),
    image=picture("live.jpg", "The council chamber, lit"),
    images=(BANNER,),
    chat=CHAT,
    socials=(DISCUSSION,),
    locations=(STUDIO,),
    license=m.License(id="CC-BY-4.0"),
    funding=(m.Link(url="https://radio.example/give/live", title="Support the night"),),
    txt=(m.Txt(text="false", purpose="ai-content"),),
    value=m.Value(type="lightning", method="keysend", recipients=(WALLET,)),
)

SEGMENTS = (
    m.Segment(
        number=1, start=at(), end=at(minutes=2, seconds=15), title="Headlines", stories=(m.StoryLink(story=TIDES),)
    ),
    m.Segment(
        number=2,
        start=at(minutes=2, seconds=15),
        end=at(minutes=14, seconds=5),
        title="Council approves the harbour bridge",
        summary="The vote was 9 to 8.",
        people=(REPORTER,),
        stories=(
            m.StoryLink(story=BRIDGE, note="The paper's own count."),
            m.StoryLink(story=COSTS, rel="mentions", at=at(minutes=5, seconds=40)),
            m.StoryLink(story=MINUTES, rel="source", at=at(minutes=4)),
        ),
        image=picture("segments/bridge.jpg", "The council chamber"),
    ),
    m.Segment(
        number=3,
        start=at(minutes=14, seconds=5),
        end=at(minutes=21, seconds=40.5),
        title="Portrait: the last ferry pilot",
        people=(PILOT,),
        stories=(m.StoryLink(story=FERRY), m.StoryLink(story=BRIDGE, rel="background")),
        corrections=(m.Correction(date=date(2026, 3, 3), text="The ferry began in 1911, not 1919."),),
    ),
    m.Segment(number=4, start=at(minutes=22), end=at(minutes=28, seconds=41), title="Letters <& calls>"),
)

CAPTIONS = m.Transcript(
    file=replace(local("harbour.vtt", "text/vtt", 190), href="episodes/2026-03-02-harbour-vote/transcript.vtt"),
    language="en",
    cues=(
        m.Cue(start=at(seconds=1), end=at(seconds=4.5), speaker="Ann Lee", text="Good morning."),
        m.Cue(start=at(seconds=5), end=at(seconds=9), text="The harbour vote: what now?"),
        m.Cue(start=at(seconds=9), end=at(seconds=12), speaker="Bob Frost", text="Nine to eight."),
    ),
)


def captions(slug: str, *cues: m.Cue) -> m.Transcript:
    """What was said in an episode, as the page of the episode called `slug` has it."""
    file = replace(CAPTIONS.file, href=f"episodes/{slug}/transcript.vtt")
    return replace(CAPTIONS, cues=cues, file=file)


SPANISH = m.Transcript(file=m.File(href="https://words.example/harbour.es.html", media_type="text/html"), language="es")

HARBOUR_VOTE = m.Episode(
    slug="2026-03-02-harbour-vote",
    guid="tag:radio.example,2026:harbour-vote",
    title="The harbour vote: what now?",
    date=datetime(2026, 3, 2, 6, 0, tzinfo=AIR),
    audio=m.Audio(
        file=local("2026-03-02-morning.mp3", "audio/mpeg", 27_534_912),
        duration=at(minutes=28, seconds=41.3),
        bitrate=128_000,
        estimated=True,
        title="Morning 212",
        artist="Ann Lee",
        album="The Morning Companion",
        comment="Recorded live.",
        cover=m.Image(
            file=m.File(
                href="episodes/2026-03-02-harbour-vote/cover.jpg",
                source=Path("covers/2026-03-02.jpg"),
                media_type="image/jpeg",
                length=2048,
                stamp="stamp-cover",
            ),
            width=1400,
            height=1400,
        ),
        chapters=(m.Chapter(start=at(), end=at(minutes=1), title="Jingle"),),
    ),
    summary="The council approves the bridge, and the last ferry pilot looks back.",
    notes="Music: *Tides* by [The Buoys](https://buoys.example/).\n\nThanks to **everybody** who called.",
    number=212,
    number_display="Ch. 212",
    season=4,
    season_name="The harbour year",
    type="full",
    explicit=True,
    image=picture("2026-03-02-art.png", "A bridge over water", 3000),
    images=(CANVAS,),
    hosts=(HOST,),
    guests=(REPORTER, PILOT),
    crew=(EDITOR,),
    segments=SEGMENTS,
    clips=(
        m.Clip(start=at(minutes=3, seconds=2), duration=at(seconds=45), title="Nine to eight"),
        m.Clip(start=at(minutes=15, seconds=0.5), duration=at(seconds=20)),
    ),
    airings=(
        m.Airing(station="KXYZ 91.5", at=datetime(2026, 3, 2, 6, 0, tzinfo=AIR)),
        m.Airing(station="KQRS", at=datetime(2026, 3, 3, 19, 0, tzinfo=AIR), repeat=True),
    ),
    cuts=(m.Cut(at=at(minutes=22), removed=at(minutes=2)),),
    embed_chapters=True,
    transcripts=(CAPTIONS, SPANISH),
    alternate_audio=(
        m.AlternateAudio(
            audio=m.Audio(
                file=local("2026-03-02-morning.opus", "audio/opus", 5_123_456),
                duration=at(minutes=28, seconds=41),
                bitrate=24_000,
            ),
            title="Small",
            language="en-GB",
        ),
        m.AlternateAudio(
            audio=m.Audio(
                file=m.File(
                    href="https://video.example/harbour.mp4",
                    media_type="video/mp4",
                    length=105_629_950,
                    integrity="sha384-ExVqijgYHm15PqQqdXfW95x+Rs6C+d6E/ICxyQOeFevnxNLR/wtJNrNYTjIysUBo",
                ),
                duration=at(minutes=28, seconds=41),
                bitrate=511_276,
            ),
            title="Pictures",
            height=720,
            rel="pictures",
            codecs="avc1.64001f,mp4a.40.2",
            sources=(
                m.Elsewhere(uri="ipfs://bafybeigdyrzt5s"),
                m.Elsewhere(uri="https://video.example/harbour.torrent", media_type="application/x-bittorrent"),
            ),
        ),
    ),
    tags=("harbour", "city council"),
    links=(m.Link(url="https://council.example/live", title="The council's live stream"),),
    socials=(
        m.Social(
            protocol="activitypub",
            uri="https://social.example/@morning/1122",
            account="@morning@social.example",
            account_url="https://social.example/@morning",
            priority=1,
        ),
    ),
    chat=CHAT,
    locations=(HARBOUR,),
    license=m.License(id="CC-BY-4.0", url="https://creativecommons.org/licenses/by/4.0/"),
    funding=(m.Link(url="https://radio.example/give/vote", title="Support this one"),),
    txt=(m.Txt(text="true", purpose="ai-content"),),
    block=(m.Block(service="google"),),
    value=VALUE,
    embargo=datetime(2026, 3, 2, 6, 30, tzinfo=AIR),
    published=datetime(2026, 3, 2, 6, 30, tzinfo=AIR),
)
"""Every field filled (except `draft`: a draft is never in a show that is published)."""

CHAPTERED = m.Episode(
    slug="2026-02-23-tides",
    guid="https://radio.example/morning/episodes/2026-02-23-tides/",
    guid_is_permalink=True,
    title="Émile on tides",
    date=datetime(2026, 2, 23, 6, 0, tzinfo=AIR),
    audio=m.Audio(
        file=m.File(href="https://cdn.example/tides.m4a?from=feed&x=1", media_type="audio/x-m4a", length=9_876_543),
        duration=at(hours=1, minutes=2, seconds=3),
        chapters=(
            m.Chapter(start=at(), end=at(minutes=10), title="Ebb", url="https://weather.example/ebb"),
            m.Chapter(start=at(minutes=10), title="Flood", image=picture("flood.png", "High water")),
            m.Chapter(start=at(hours=1), title="Slack"),
        ),
    ),
    number=211,
    season=4,
    hosts=(HOST,),
    guests=(PILOT,),
)
"""Chapters in the recording, no segments; the recording lives elsewhere; a guest without segments."""

BONUS = m.Episode(
    slug="bonus",
    guid="bonus-1",
    title="A short extra",
    date=datetime(2026, 2, 20, 12, 0, tzinfo=UTC),
    audio=m.Audio(file=local("bonus.mp3", "audio/mpeg", 41_700), duration=at(seconds=2.6)),
    type="bonus",
)
"""Only what is required."""

TITLE = "The Morning Companion"


def rich() -> m.Show:
    """Three episodes; every field of every value is filled in at least one place."""
    return m.Show(
        title=TITLE,
        description="News of the harbour & the town, weekdays at six.\n\nWith the articles behind it.",
        url="https://radio.example/morning/",
        language="en-GB",
        author="Radio Harbour",
        owner=m.Owner(name="Ann Lee", email="ann@radio.example"),
        categories=(m.Category(name="News", sub="Daily News"), m.Category(name="Society & Culture")),
        cover=picture("cover.jpg", "A harbour at dawn", 3000),
        guid="9b024349-ccf0-5f69-a609-6b82873eab3c",
        tagline="The town before breakfast",
        timezone="America/New_York",
        explicit=False,
        type="serial",
        hosts=(HOST,),
        crew=(EDITOR,),
        license=m.License(id="CC-BY-4.0"),
        copyright="© 2026 Radio Harbour",
        funding=(m.Link(url="https://radio.example/give", title="Support the morning"),),
        locked=True,
        complete=True,
        block=(m.Block(service="google"), m.Block(service="spotify", blocked=False), m.Block()),
        new_feed_url="https://radio.example/new/feed.xml",
        medium="podcast",
        publisher=m.RemoteItem(
            feed_guid="003af0a0-6a45-55cf-b765-68e3d349551a",
            feed_url="https://harbour.example/publisher.xml",
            medium="publisher",
            title="Radio Harbour",
        ),
        podping=True,
        update_frequency=m.UpdateFrequency(
            label="weekdays", rrule="FREQ=DAILY;COUNT=5", start=datetime(2026, 3, 2, 6, 0, tzinfo=AIR), complete=True
        ),
        txt=(m.Txt(text="S6lpp-7ZCn8-dZfGc-OoyaG", purpose="verify"), m.Txt(text="naj3eEZaWVVY9a38uhX8FekACyhtqP4JN")),
        podroll=(OTHER_SHOW, m.RemoteItem(feed_guid="29cdca4a-32d8-56ba-b48b-09a011c5daa9")),
        trailers=(
            m.Trailer(
                title="What it is",
                file=local("trailer.mp3", "audio/mpeg", 123_456),
                date=datetime(2025, 12, 1, 6, 0, tzinfo=AIR),
                season=4,
            ),
        ),
        value=VALUE,
        chat=m.Chat(server="irc.example", protocol="irc", account="@ann", space="#morning"),
        socials=(DISCUSSION,),
        locations=(HARBOUR, STUDIO),
        live=(LIVE,),
        images=(BANNER,),
        keywords=("harbour", "news"),
        subscribe=(m.Link(url="https://podcasts.apple.example/id1", title="Apple Podcasts"),),
        audio_url="https://audio.radio.example/",
        websub=("https://hub.example/", "https://hub2.example/"),
        comments=m.Link(url="mailto:ann@radio.example", title="Write to Ann"),
        station=m.Station(name="Radio Harbour", url="https://harbour.example/", call_sign="KXYZ"),
        people=(ANN, BOB, DANA, EVE),
        stories=(MINUTES, FERRY, BRIDGE, COSTS, TIDES),
        episodes=(HARBOUR_VOTE, CHAPTERED, BONUS),
    )


def minimal() -> m.Show:
    """Only what is required; one episode."""
    return m.Show(
        title="Small",
        description="A small show.",
        url="https://small.example/",
        language="en",
        author="Ann",
        owner=m.Owner(name="Ann", email="ann@small.example"),
        categories=(m.Category(name="News"),),
        cover=picture("cover.jpg"),
        guid="917393e3-1b1e-5cef-ace4-edaa54e1f810",
        episodes=(BONUS,),
    )


def many(number: int) -> m.Show:
    """A minimal show of `number` daily episodes, newest first."""
    first = datetime(2020, 1, 1, 6, 0, tzinfo=UTC)
    episodes = (
        replace(BONUS, slug=f"day-{n}", guid=f"day-{n}", title=f"Day {n}", type="full", date=first + timedelta(days=n))
        for n in range(number, 0, -1)
    )
    return replace(minimal(), episodes=tuple(episodes))


# --- real files ---------------------------------------------------------------------------------------


def with_files(show: m.Show, folder: Path) -> m.Show:
    """The same show with every local file written below `folder`: sound and pictures are small but real."""
    return _with_files(show, folder)


def _with_files(value, folder: Path):
    if isinstance(value, m.File) and value.source is not None:
        body = contents(value)
        place = folder / value.source
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(body)
        return replace(value, source=place, length=len(body))
    if isinstance(value, tuple):
        return tuple(_with_files(item, folder) for item in value)
    if is_dataclass(value):
        return replace(value, **{f.name: _with_files(getattr(value, f.name), folder) for f in fields(value)})
    return value


def contents(file: m.File) -> bytes:
    """Bytes that fit a file's media type."""
    if file.media_type.startswith("image/"):
        return PIXEL
    if file.media_type == "text/vtt":
        return b"WEBVTT\n\n00:00:01.000 --> 00:00:04.500\n<v Ann Lee>Good morning.\n"
    return SILENT_FRAME * 100
