"""What servers say to the addresses of a feed: what is asked, and the rules of the answers. Nothing here asks anybody.

A rule takes one `Reply` and yields findings; its docstring is its manual. `podfeed.feed_online` does the asking.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from podfeed.check.feed_enclosure import USUAL
from podfeed.check.finding import code, short
from podfeed.check.xml import Element, Feed
from podfeed.media_types import AUDIO, CHAPTERS_JSON, IMAGES, UNKNOWN, suffix
from podfeed.problem import Level, Problem, Span
from podfeed.text import format_bytes

Kind = Literal["recording", "artwork", "transcript", "chapters"]
HEAVY = 512 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """An address to be asked, where it stands, and what the feed says of it. `main` is an item's own recording, and the
    show's own artwork."""

    kind: Kind
    url: str
    span: Span
    main: bool = True
    length: int | None = None
    media_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A server's answer without its body; `wrong` is why there was none, then `status` is 0."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    wrong: str = ""
    endless: bool = False  # more came than was asked for, so reading was given up

    @property
    def fine(self) -> bool:
        return 200 <= self.status < 300

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What a fetched picture is; `length` in bytes."""

    media_type: str
    ending: str
    width: int
    height: int
    colours: str
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """All that was found out of an address: the answers to HEAD and to GET (of a recording: of its first two bytes).

    `picture` is None where the body is none; `chapters` what is wrong with them, in words.
    """

    ask: Ask
    head: Said
    get: Said
    picture: Picture | None = None
    chapters: str | None = None


Told: TypeAlias = tuple[Level, str, str]  # level, message, hint
OnlineRule: TypeAlias = Callable[[Reply], Iterator[Told]]


# --- what is asked ----------------------------------------------------------------------------------------


def asks(feed: Feed, items: int | None = None) -> Iterator[Ask]:
    """The addresses of recordings, artwork, transcripts and chapters, each once; of the first `items` items only."""
    seen: set[tuple[str, str]] = set()
    for element, attribute, kind, main in _named(feed):
        url = (element.get(attribute) or "").strip()
        late = element.item is not None and items is not None and element.item >= items
        if url.lower().startswith(("http://", "https://")) and not late and (kind, url) not in seen:
            seen.add((kind, url))
            length, media_type = _said_of(feed, element)
            span = feed.place(element, attribute)
            yield Ask(kind=kind, url=url, span=span, main=main, length=length, media_type=media_type)


def _said_of(feed: Feed, element: Element) -> tuple[int | None, str | None]:
    """Length and type as the feed has them; those of a source are its alternate's, unless it is something else."""
    above = feed.parent(element) if element.name == "podcast:source" else None
    kind = (element.get("type") or element.get("contentType") or (above and above.get("type")) or "").strip().lower()
    other = above is not None and kind != (above.get("type") or "").strip().lower()
    length = ("" if other else (above or element).get("length") or "").strip()
    return (int(length) if length.isdecimal() and int(length) else None), kind or None


def _named(feed: Feed) -> Iterator[tuple[Element, str, Kind, bool]]:
    for element in feed.all("itunes:image"):
        yield element, "href", "artwork", feed.parent(element) is feed.channel
    for item in feed.items:
        for element in item.all("enclosure"):  # not a live broadcast's: a stream has no end
            yield element, "url", "recording", True
    for element in feed.all("podcast:trailer"):
        yield element, "url", "recording", False
    for element in feed.all("podcast:source"):
        parent = feed.parent(element)
        if parent and element.item is not None:
            yield element, "uri", "recording", False
    for element in feed.all("podcast:transcript"):
        yield element, "url", "transcript", True
    for element in feed.all("podcast:chapters"):
        yield element, "url", "chapters", True


# --- the rules --------------------------------------------------------------------------------------------

WHAT = {
    "recording": "the recording",
    "artwork": "the artwork",
    "transcript": "the transcript",
    "chapters": "the chapters",
}


def address_unreachable(reply: Reply) -> Iterator[Told]:
    """What the feed names cannot be fetched.

    Listeners see an episode that does not play, or an empty square. Directories take the show off after some time.

    Look at the address in a browser; correct it, or put the file back. An address of a private network or of this computer
    is for nobody else.

    Source: https://podcasters.apple.com/support/823-podcast-requirements
    """
    if not reply.get.fine and not reply.get.endless:
        why = reply.get.wrong or f"the server answers {reply.get.status}"
        yield "error", f"{WHAT[reply.ask.kind]} cannot be fetched: {why}", "look at this address in a browser"


def head_refused(reply: Reply) -> Iterator[Told]:
    """The server does not answer the question for the size and type alone (HEAD).

    Apple asks with HEAD before it takes a recording or an artwork, and other apps before a download. A server that only
    knows GET looks broken to them.

    Let the server answer HEAD as it does GET; where a script sends the file, teach it that.

    Source: https://podcasters.apple.com/support/823-podcast-requirements (episodes, artwork)
    """
    fetched = reply.get.fine or reply.get.endless
    if reply.ask.kind in ("recording", "artwork") and fetched and not reply.head.fine:
        why = reply.head.wrong or f"with {reply.head.status}"
        message = f"the server answers HEAD {why}, and GET as it should" if reply.head.status else f"HEAD: {why}"
        yield "error", message, "let the server answer HEAD like GET, without the body"


def range_refused(reply: Reply) -> Iterator[Told]:
    """The server does not send a part of a recording (byte ranges).

    Apps ask for a part to seek, to go on after a pause and to stream; Apple requires it. Without it the player starts from
    the beginning, or not at all.

    Serve recordings as plain files from a web server or a storage; a script has to answer Range with 206.

    Source: https://podcasters.apple.com/support/823-podcast-requirements (byte-range requests)
    """
    if reply.ask.kind == "recording" and (reply.get.endless or (reply.get.fine and reply.get.status != 206)):
        message = "asked for two bytes of the recording, the server sends all of it"
        yield "error", message, "serve it from a server that knows byte ranges (206)"


def length_differs(reply: Reply) -> Iterator[Told]:
    """The recording has another size than the feed says, or the server does not say any.

    Apps show the size before a download, and some take a recording of another size for broken or unfinished. Where
    advertisements are put in for each listener, the sizes can only be near each other.

    Write the size of the file as it is served into the feed; with a new file the old size is wrong.

    Source: https://www.rssboard.org/rss-profile#element-channel-item-enclosure
    """
    if reply.ask.kind != "recording" or not (reply.get.fine or reply.get.endless):
        return
    served = _served_length(reply)
    if served is None:
        yield "warning", "the server does not say how large the recording is", "let it send Content-Length"
    elif reply.ask.length and served != reply.ask.length:
        message = f"the feed says {reply.ask.length:,} bytes, the server {served:,}"
        yield "warning", message, f'write length="{served}", unless every listener gets another file'


def _served_length(reply: Reply) -> int | None:
    """From Content-Range of the part (RFC 9110 §14.4), else from HEAD's Content-Length."""
    whole = reply.get.headers.get("content-range", "").rpartition("/")[2].strip()
    told = reply.head.headers.get("content-length", "").strip() if reply.head.fine else ""
    return next((int(text) for text in (whole, told) if text.isascii() and text.isdecimal()), None)


SAME = (
    {"audio/mpeg", *USUAL[".mp3"]},
    {"audio/x-m4a", "audio/x-m4b", *USUAL[".m4a"]},
    {"audio/ogg", "audio/opus", "application/ogg"},
    {"audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"},
    {"audio/flac", "audio/x-flac"},
    {"video/mp4", "video/x-m4v", "video/m4v"},
    {"application/x-subrip", "application/srt", "text/srt", "text/plain"},
    {CHAPTERS_JSON, "application/json"},
    {"image/jpeg", "image/jpg", "image/pjpeg"},
)
"""Types that are taken for each other."""


def type_differs(reply: Reply) -> Iterator[Told]:
    """The server sends another media type than the feed says, or than the picture is.

    Apps choose by it whether and how they play or show something. A web page in place of a recording means that the file has
    gone and the server says so in words only; `application/octet-stream` says nothing, and browsers then save the file
    instead of playing it.

    Set the type for this ending in the server's or storage's settings.

    Source: https://podcasters.apple.com/support/823-podcast-requirements
    """
    if not (reply.get.fine or reply.get.endless):
        return
    served = reply.get.media_type
    wanted = reply.picture.media_type if reply.picture else reply.ask.media_type or _by_ending(reply.ask.url)
    if not served:
        yield "warning", f"the server does not say what kind of file {WHAT[reply.ask.kind]} is", _hint(wanted)
    elif served in ("text/html", "application/xhtml+xml") and wanted != served:
        message = f"the server sends a web page in place of {WHAT[reply.ask.kind]}"
        yield "error", message, "look at this address in a browser: the file may be gone"
    elif wanted and served != wanted and not any({served, wanted} <= group for group in SAME):
        said = "says nothing" if served in (UNKNOWN, "binary/octet-stream") else f"is not {short(wanted)}"
        yield "warning", f"the server sends {WHAT[reply.ask.kind]} as {short(served)}, which {said}", _hint(wanted)


def _by_ending(url: str) -> str | None:
    return AUDIO.get(suffix(url)) or IMAGES.get(suffix(url))


def _hint(wanted: str | None) -> str:
    return f"let it send {wanted}" if wanted else "let it send the right Content-Type"


def artwork_unfit(reply: Reply) -> Iterator[Told]:
    """The artwork is no picture, not a JPEG or PNG, or not a square of 1400 to 3000 pixels.

    Apple refuses a show without such an artwork, and shows the show's in place of an episode's that is not so.

    Export it again as a square JPEG of 3000 by 3000 pixels, under a new name: apps keep a picture by its address.

    Source: https://podcasters.apple.com/support/896-artwork-requirements
    """
    if reply.ask.kind != "artwork" or not reply.get.fine:
        return
    level: Level = "error" if reply.ask.main else "warning"
    hint = "directories need a square JPEG or PNG of 1400 to 3000 pixels"
    found = reply.picture
    if found is None:
        if reply.get.media_type not in ("text/html", "application/xhtml+xml"):
            yield level, "what the server sends as artwork is no picture that apps know", hint
    elif found.media_type not in ("image/jpeg", "image/png"):
        yield level, f"the artwork is a {found.media_type.partition('/')[2].upper()}", hint
    elif found.width != found.height or not 1400 <= found.width <= 3000:
        yield level, f"the artwork is {found.width} by {found.height} pixels", hint


def artwork_colours(reply: Reply) -> Iterator[Told]:
    """The artwork is not in RGB.

    Apple takes artwork in RGB only. CMYK, the colours of print, comes out wrong in browsers and not at all in some apps.

    Export it in RGB (sRGB): in a picture editor "export for web".

    Source: https://podcasters.apple.com/support/896-artwork-requirements
    """
    if reply.picture and reply.picture.colours == "CMYK":
        level: Level = "error" if reply.ask.main else "warning"
        yield level, "the artwork is in the colours of print, CMYK", "export it in RGB"
    elif reply.picture and reply.picture.colours == "grey":
        yield "warning", "the artwork is saved in shades of grey; directories ask for RGB", "save it in RGB"


def artwork_ending(reply: Reply) -> Iterator[Told]:
    """The ending of the artwork's address and the picture disagree.

    Apple goes by the ending (.jpg, .png) and refuses a picture of another kind.

    Serve the picture under a name with its own ending, and write that address.

    Source: https://podcasters.apple.com/support/896-artwork-requirements
    """
    ending = suffix(reply.ask.url)
    if reply.picture and ending in IMAGES and IMAGES[ending] != reply.picture.media_type:
        kind = reply.picture.media_type.partition("/")[2].upper()
        yield "error", f"the address ends in {ending}, and the picture is a {kind}", f"name it {reply.picture.ending}"


def artwork_heavy(reply: Reply) -> Iterator[Told]:
    """The artwork has more than 512 kB.

    Apps fetch it for every listener, over the phone network too; several directories advise half a megabyte at most.

    Save it as a JPEG of a lower quality: 3000 by 3000 pixels fit into 400 kB.

    Source: https://podcasters.apple.com/support/896-artwork-requirements
    """
    if reply.ask.kind == "artwork" and reply.get.endless:
        yield "warning", "the artwork is so large that fetching it was given up", "512 kB are advised at most"
    elif reply.picture and reply.picture.length > HEAVY:
        yield "warning", f"the artwork has {format_bytes(reply.picture.length)}", "512 kB are advised at most"


def no_cors(reply: Reply) -> Iterator[Told]:
    """A transcript or chapters cannot be read by players in web pages.

    A browser lets a page of another site read a file only if the server allows it (CORS): Access-Control-Allow-Origin. Apps
    on phones do not mind; every web player shows nothing.

    Let the server send `Access-Control-Allow-Origin: *` with these files.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/transcript.md
    """
    if reply.ask.kind in ("transcript", "chapters") and reply.get.fine:
        allowed = reply.get.headers.get("access-control-allow-origin", "").strip()
        if allowed not in ("*", ORIGIN):
            message = f"players in web pages may not read {WHAT[reply.ask.kind]}"
            yield "warning", message, "let the server send Access-Control-Allow-Origin: *"


ORIGIN = "https://player.example"
"""Whose page asks: some servers say what they allow only to a page."""


def chapters_unfit(reply: Reply) -> Iterator[Told]:
    """The file of chapters is not what apps can read.

    It is JSON with `version` and `chapters`; each of these has a `startTime` in seconds, and they ascend. Apps show no
    chapters at all where that is not so.

    Mend what the message names, in the program that writes the file.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/examples/chapters/jsonChapters.md
    """
    if reply.chapters:
        yield "error", f"the file of chapters {reply.chapters}", "compare it with the namespace's example"


ONLINE_RULES: tuple[OnlineRule, ...] = (
    address_unreachable,
    head_refused,
    range_refused,
    length_differs,
    type_differs,
    artwork_unfit,
    artwork_colours,
    artwork_ending,
    artwork_heavy,
    no_cors,
    chapters_unfit,
)


def findings(reply: Reply) -> Iterator[Problem]:
    """What every rule finds in a reply, at the place of the address."""
    for rule in ONLINE_RULES:
        for level, message, hint in rule(reply):
            yield Problem(level=level, code=code(rule), message=message, hint=hint, span=reply.ask.span)


def chapters_wrong(data: bytes) -> str | None:
    """What is wrong with a file of chapters, as the end of a sentence; None if nothing is.

    >>> chapters_wrong(b'{"version": "1.2.0", "chapters": [{"startTime": 0}, {"startTime": 9.5}]}')
    >>> chapters_wrong(b'{"version": "1.2.0", "chapters": [{"startTime": "0:00"}]}')
    'has a chapter whose startTime is not a number of seconds'
    """
    try:
        found: Any = json.loads(data)
    except (ValueError, RecursionError):
        return "is not JSON"
    if not isinstance(found, dict) or not isinstance(found.get("chapters"), list):
        return "has no list of chapters"
    if not found.get("version"):
        return "does not say its version"
    if not found["chapters"]:
        return "has no chapter"
    times: list[Any] = [row.get("startTime") if isinstance(row, dict) else None for row in found["chapters"]]
    if not all(isinstance(time, int | float) and not isinstance(time, bool) for time in times):
        return "has a chapter whose startTime is not a number of seconds"
    if times != sorted(times):
        return "has chapters that are not in order of time"
    return None
