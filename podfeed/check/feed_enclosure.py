"""Rules of the rendered feed: the recordings that it names, and the addresses in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from podfeed.check.feed_item import _twice
from podfeed.check.finding import Finding, doubtful, short, wrong
from podfeed.check.xml import Element, Feed
from podfeed.media_types import AUDIO, IMAGES, suffix
from podfeed.text import ascii_url, is_web_address

APPLE = {
    ".mp3": "audio/mpeg",
    ".m4a": "audio/x-m4a",
    ".mp4": "video/mp4",
    ".m4v": "video/x-m4v",
    ".mov": "video/quicktime",
    ".pdf": "application/pdf",
}
"""What Apple Podcasts takes, and the media type that goes with each ending."""

USUAL = {
    ".mp3": ("audio/mp3", "audio/x-mp3", "audio/mpeg3", "audio/x-mpeg"),
    ".m4a": ("audio/mp4", "audio/m4a", "audio/aac", "audio/x-aac"),
    ".m4v": ("video/mp4", "video/m4v"),
    ".mp4": ("video/x-m4v", "video/mpeg", "audio/mp4"),
}
"""Other types that are seen for an ending, and understood by most apps."""


def _enclosures(feed: Feed) -> Iterator[Element]:
    for item in feed.items:
        yield from item.all("enclosure")


def enclosure_incomplete(feed: Feed) -> Iterator[Finding]:
    """An enclosure lacks its address, length or type.

    RSS 2.0 requires all three: newsboat, for one, sees no recording where the type is missing.

    Add what the message names: url, length in bytes, type such as audio/mpeg.

    Source: https://www.rssboard.org/rss-profile#element-channel-item-enclosure,
    https://podcasters.apple.com/support/823-podcast-requirements
    """
    samples = {"url": 'url="https://…"', "length": 'length="13812345"', "type": 'type="audio/mpeg"'}
    for element in _enclosures(feed):
        missing = [name for name in samples if not (element.get(name) or "").strip()]
        if missing:
            tell = doubtful if missing == ["length"] else wrong
            what = " and ".join(f"`{name}`" for name in missing)
            yield tell(element, f"this enclosure has no {what}", f"add {' '.join(samples[name] for name in missing)}")


def enclosure_length(feed: Feed) -> Iterator[Finding]:
    """The length of a recording is not its number of bytes.

    Apps show the size before a download and know by it whether it is complete. 0 says that it is not known (RSS
    Advisory Board); a text or a duration says nothing.

    Write the size of the file in bytes, digits only.

    Source: https://www.rssboard.org/rss-profile#element-channel-item-enclosure
    """
    for element in _enclosures(feed):
        value = (element.get("length") or "").strip()
        if value and not value.isdecimal():
            yield wrong(element, f"{short(value)} is not a number of bytes", "write digits only", "length")
        elif value and int(value) == 0:
            yield doubtful(element, "the length is 0: not known", "write the size of the file in bytes", "length")
        elif value and int(value) < 10_000 and not _is_picture(element):
            message = f"a recording of {int(value)} bytes cannot be right"
            yield doubtful(element, message, "is it the duration? write the size in bytes", "length")


def enclosure_type(feed: Feed) -> Iterator[Finding]:
    """The type of a recording does not fit the ending of its address.

    Apple goes by both and refuses what disagrees; others choose the player by the type.

    Write the type that the message names, or give the file its right ending.

    Source: https://podcasters.apple.com/support/823-podcast-requirements
    """
    for element in _enclosures(feed):
        kind, ending = (element.get("type") or "").strip().lower(), suffix(element.get("url") or "")
        fitting = APPLE.get(ending) or AUDIO.get(ending)
        if not kind or not fitting or kind == fitting:
            continue
        usual = kind in USUAL.get(ending, ()) or (
            ending in (".ogg", ".oga", ".opus") and kind.endswith(("ogg", "opus"))
        )
        tell = doubtful if usual else wrong
        yield tell(element, f"{short(kind)} is not the type of a file ending in {ending}", f"write {fitting}", "type")


def enclosure_format(feed: Feed) -> Iterator[Finding]:
    """A recording is in a format that Apple Podcasts does not play.

    Apple takes MP3, M4A, MP4, M4V, MOV and PDF. Listeners with other apps hear Opus, Ogg or FLAC; those with Apple's see an
    episode that cannot be played.

    Publish an MP3 or M4A, and offer the other format as podcast:alternateEnclosure.

    Source: https://podcasters.apple.com/support/823-podcast-requirements,
    https://validator.w3.org/feed/docs/warning/UnsupportedItunesFormat.html
    """
    for element in _enclosures(feed):
        ending = suffix(element.get("url") or "")
        if ending in AUDIO and ending not in APPLE and ending != ".m4b":
            hint = "publish an MP3 or M4A; offer this one as an alternate"
            yield doubtful(element, f"Apple Podcasts does not play recordings ending in {ending}", hint, "url")


def enclosure_ending(feed: Feed) -> Iterator[Finding]:
    """The address of a recording has no ending such as .mp3, or the enclosure is a picture.

    Apple and several apps look at the end of the path, before any query, to know what they are given; and whatever is an
    enclosure they take for the recording.

    Serve the recording under a name that ends in .mp3 or .m4a; give a picture as itunes:image.

    Source: https://podcasters.apple.com/support/823-podcast-requirements
    """
    for element in _enclosures(feed):
        url = (element.get("url") or "").strip()
        ending = suffix(url)
        if _is_picture(element):
            message = "this enclosure is a picture, which apps take for the recording"
            yield doubtful(element, message, "give the picture as itunes:image", "url")
        elif url and ending not in APPLE and ending not in AUDIO:
            message = "the address of the recording does not end as a recording's name"
            yield doubtful(element, message, "serve it under a name that ends in .mp3 or .m4a", "url")


def _is_picture(element: Element) -> bool:
    kind = (element.get("type") or "").strip().lower()
    return kind.startswith("image/") or (not kind and suffix(element.get("url") or "") in IMAGES)


def one_enclosure(feed: Feed) -> Iterator[Finding]:
    """An item has several enclosures.

    Of two, gPodder plays the first, newsboat and VLC the last, and Totem makes two episodes of them. The RSS Advisory Board
    advises one an item.

    Keep one, and offer the others as podcast:alternateEnclosure.

    Source: https://www.rssboard.org/rss-profile#element-channel-item-enclosure
    """
    for item in feed.items:
        for element in item.all("enclosure")[1:]:
            yield wrong(element, "this item has another enclosure already", "offer this as podcast:alternateEnclosure")


def enclosure_twice(feed: Feed) -> Iterator[Finding]:
    """Two items have one recording.

    Some apps know an episode by the address of its recording, and then lose one of the two.

    Give each item its own file, or take one item out.

    Source: https://validator.w3.org/feed/docs/warning/DuplicateEnclosure.html
    """
    message, hint = "another item has the recording {}", "give each item a file of its own"
    yield from _twice(feed, "enclosure", lambda element: (element.get("url") or "").strip(), message, hint)


ADDRESSES = (
    ("enclosure", "url"), ("link", None), ("comments", None), ("itunes:image", "href"), ("atom:link", "href"),
    ("podcast:transcript", "url"), ("podcast:chapters", "url"), ("podcast:trailer", "url"), ("podcast:source", "uri"),
    ("podcast:person", "href"), ("podcast:person", "img"), ("podcast:funding", "url"), ("podcast:image", "href"),
    ("podcast:license", "url"), ("podcast:contentLink", "href"), ("podcast:socialInteract", "uri"),
    ("podcast:socialInteract", "accountUrl"), ("podcast:remoteItem", "feedUrl"),
)  # fmt: skip
"""Where a feed has addresses of the web: the element and its attribute, or None for its text."""

# `uri` of a podcast:source may be an address of BitTorrent or IPFS (alternateEnclosure.md).
OTHER_SCHEMES = {"podcast:source": ("ipfs:", "magnet:"), "podcast:socialInteract": ("nostr:", "at:", "lightning:")}


def addresses(feed: Feed, names=ADDRESSES) -> Iterator[tuple[Element, str | None, str]]:
    for name, attribute in names:
        for element in feed.all(name):
            value = element.get(attribute) if attribute else element.text
            if value and value.strip() and not value.strip().lower().startswith(OTHER_SCHEMES.get(name, "\0")):
                yield element, attribute, value.strip()


def address_form(feed: Feed) -> Iterator[Finding]:
    """An address is not whole, or has characters that no address has.

    A recording with a relative address cannot be played in newsboat, VLC and others; spaces and letters with accents must
    be percent-encoded (RFC 3986 §2).

    Write the whole address with https://, as the message shows it.

    Source: https://validator.w3.org/feed/docs/error/InvalidFullLink.html, https://www.rfc-editor.org/rfc/rfc3986
    """
    for element, attribute, value in addresses(feed):
        if element.name in ("link", "itunes:image", "atom:link") and not re.match(r"https?://", value, re.IGNORECASE):
            continue  # each has a rule of its own
        if not re.match(r"https?://", value, re.IGNORECASE):
            yield wrong(element, f"{short(value)} is not a whole web address", "write https:// and the rest", attribute)
        elif not is_web_address(value.replace(" ", "%20")):
            yield wrong(element, f"{short(value)} is not a web address", "compare it with the browser's", attribute)
        elif not (value.isascii() and is_web_address(value)):
            hint = f"write {ascii_url(value).replace(' ', '%20')}"
            yield wrong(element, f"{short(value)} has characters that an address cannot have", hint, attribute)


def podcast_address_secure(feed: Feed) -> Iterator[Finding]:
    """An address inside a tag of the podcast namespace is not https.

    The namespace asks for https in all its addresses; apps on phones do not load others.

    Write https:// if the server offers it.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md
    """
    for element, attribute, value in addresses(feed):
        if element.name.startswith("podcast:") and value.lower().startswith("http://"):
            yield wrong(
                element, f"{short(value)} is http", f"write https{value[4:]} if the server offers it", attribute
            )


def address_secure(feed: Feed) -> Iterator[Finding]:
    """A recording or an artwork is not served by https.

    Apps on phones refuse plain http or warn of it (App Transport Security, cleartext traffic), and web players cannot load
    it in a secure page. PSP-1 recommends https.

    Serve it by https, and write that address.

    Source: https://github.com/Podcast-Standards-Project/PSP-1-Podcast-RSS-Specification
    """
    for element, attribute, value in addresses(feed, (("enclosure", "url"), ("itunes:image", "href"))):
        if value.lower().startswith("http://"):
            yield doubtful(element, f"{short(value)} is http", "serve it by https", attribute)


RULES = (
    enclosure_incomplete,
    enclosure_length,
    enclosure_type,
    enclosure_format,
    enclosure_ending,
    one_enclosure,
    enclosure_twice,
    address_form,
    podcast_address_secure,
    address_secure,
)
