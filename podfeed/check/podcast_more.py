"""Rules of the podcast namespace, one a tag: other recordings of an item, live items, and value.

Each is the row of its tag in the namespace's documents (Podcastindex-org/podcast-namespace at c0ff5ca, docs/tags).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from podfeed.check.finding import Finding, short, wrong
from podfeed.check.podcast_form import (
    CHANNEL,
    ISO_DATE,
    ITEM,
    LANGUAGE,
    LIVE,
    MEDIA_TYPE,
    NUMBER,
    SECONDS,
    TRUE_FALSE,
    Form,
    Shape,
    formal,
)
from podfeed.check.xml import Feed
from podfeed.text import plural

ALTERNATE = "podcast:alternateEnclosure"
BITRATE = Shape(pattern=r"\d+(\.\d+)?", what="a number of bits a second", example="128000")


def podcast_alternate_enclosure(feed: Feed) -> Iterator[Finding]:
    """podcast:alternateEnclosure lacks its type or where to get it, or two say that they are the default.

    It offers the same recording in another format or bitrate: type and at least one podcast:source. bitrate is in bits a
    second, length in bytes. The plain <enclosure> stays beside it for apps that do not know it.

    Add what the message names.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/alternate-enclosure.md
    """
    form = Form(name=ALTERNATE, inside=(ITEM, LIVE), needs=("type",), text="none",
                knows=("length", "bitrate", "height", "lang", "title", "rel", "codecs", "default"),
                shapes={"type": MEDIA_TYPE, "length": NUMBER, "bitrate": BITRATE, "height": NUMBER, "lang": LANGUAGE,
                        "default": TRUE_FALSE},
                limits={"title": 32, "rel": 32})  # fmt: skip
    yield from formal(feed, form)
    defaults: set[int] = set()
    for element in feed.all(ALTERNATE):
        if element.first("podcast:source") is None:
            yield wrong(element, "this alternate does not say where it is", 'add <podcast:source uri="https://…"/>')
        parent = feed.parent(element)
        if element.get("default") == "true" and parent:
            if parent.offset in defaults:
                yield wrong(element, "another alternate of this item is the default", "keep one", "default")
            defaults.add(parent.offset)
        if parent and parent.name == "item" and parent.first("enclosure") is None:
            yield wrong(element, "the item has no plain <enclosure>", "add one: most apps know no other")


def podcast_source(feed: Feed) -> Iterator[Finding]:
    """podcast:source has no address.

    It says where an alternate recording is. Several sources of one alternate are the same bytes elsewhere.

    Add uri.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/source.md
    """
    form = Form(name="podcast:source", inside=(ALTERNATE,), needs=("uri",), knows=("contentType",), text="none",
                shapes={"contentType": MEDIA_TYPE})  # fmt: skip
    yield from formal(feed, form)


_SRI = re.compile(r"(sha256|sha384|sha512)-[A-Za-z0-9+/]+={0,2}(\s+(sha256|sha384|sha512)-[A-Za-z0-9+/]+={0,2})*")
_LENGTHS = {"sha256": 44, "sha384": 64, "sha512": 88}


def podcast_integrity(feed: Feed) -> Iterator[Finding]:
    """podcast:integrity is not a digest that apps can compare with the file.

    type="sri" wants value as web pages do: sha256-, sha384- or sha512- and the digest in base64 (Subresource Integrity).

    Write the digest that belongs to the file, or take the element out.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/integrity.md
    """
    form = Form(name="podcast:integrity", inside=(ALTERNATE,), once=True, needs=("type", "value"), text="none",
                words={"type": ("sri", "pgp-signature")})  # fmt: skip
    yield from formal(feed, form)
    for element in feed.all("podcast:integrity"):
        value = (element.get("value") or "").strip()
        if element.get("type") != "sri" or not value:
            continue
        first = value.split()[0]
        name, _, digest = first.partition("-")
        if not _SRI.fullmatch(value) or len(digest) != _LENGTHS[name]:
            yield wrong(
                element, f"{short(value, 30)} is not a digest", "write sha384- and 64 characters of base64", "value"
            )


def podcast_value(feed: Feed) -> Iterator[Finding]:
    """podcast:value lacks its type or method, or names nobody to be paid.

    Apps that stream money divide it among the recipients by their splits. A block without recipients pays nobody.

    Add type and method, and at least one podcast:valueRecipient.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/value.md
    """
    form = Form(name="podcast:value", inside=(CHANNEL, ITEM, LIVE), needs=("type", "method"), knows=("suggested",),
                text="none", shapes={"suggested": SECONDS_OR_AMOUNT})  # fmt: skip
    yield from formal(feed, form)
    for element in feed.all("podcast:value"):
        if element.first("podcast:valueRecipient") is None:
            yield wrong(element, "this value names nobody to be paid", "add a podcast:valueRecipient")


SECONDS_OR_AMOUNT = Shape(pattern=r"\d*\.?\d+", what="an amount", example="0.00000015000")


def podcast_value_recipient(feed: Feed) -> Iterator[Finding]:
    """podcast:valueRecipient lacks its type, address or share.

    split is a whole number: a share among the recipients (or, with fee, per cent off the top before they share).

    Add type (node or lnaddress), address and split.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/value-recipient.md
    """
    form = Form(name="podcast:valueRecipient", inside=("podcast:value", "podcast:valueTimeSplit"), text="none",
                needs=("type", "address", "split"), knows=("name", "customKey", "customValue", "fee"),
                words={"fee": ("true", "false")}, shapes={"split": NUMBER})  # fmt: skip
    yield from formal(feed, form)


def podcast_value_time_split(feed: Feed) -> Iterator[Finding]:
    """podcast:valueTimeSplit does not say when, or to whom.

    For a stretch of the episode the money goes elsewhere: to one podcast:remoteItem, or to recipients of its own, not both.
    remotePercentage is 0 to 100.

    Add startTime and duration in seconds, and either one remoteItem or recipients.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/value-time-split.md
    """
    form = Form(name="podcast:valueTimeSplit", inside=("podcast:value",), needs=("startTime", "duration"),
                knows=("remoteStartTime", "remotePercentage"), text="none",
                shapes={"startTime": SECONDS, "duration": SECONDS, "remoteStartTime": SECONDS,
                        "remotePercentage": NUMBER})  # fmt: skip
    yield from formal(feed, form)
    for element in feed.all("podcast:valueTimeSplit"):
        remote, own = len(element.all("podcast:remoteItem")), len(element.all("podcast:valueRecipient"))
        if (remote, own) == (0, 0):
            yield wrong(element, "this split goes to nobody", "add one podcast:remoteItem, or recipients")
        elif remote > 1 or (remote and own):
            what = f"{plural(remote, 'remote item')} and {plural(own, 'recipient')}"
            yield wrong(element, f"this split goes to {what}", "one remote item or recipients, not both")
        share = element.get("remotePercentage") or ""
        if NUMBER.fits(share) and int(share) > 100:
            yield wrong(element, f"{share} per cent is more than all", "write 0 to 100", "remotePercentage")


def podcast_live_item(feed: Feed) -> Iterator[Finding]:
    """podcast:liveItem lacks its state or start, or what an app needs to play it.

    status is pending, live or ended, start a moment of ISO 8601. An app needs title, guid and enclosure as in an item, and
    the namespace requires a podcast:contentLink for apps that cannot play the stream. A new stream has a new guid.

    Add what the message names.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/live-item.md
    """
    form = Form(name=LIVE, inside=(CHANNEL,), needs=("status", "start"), knows=("end",),
                words={"status": ("pending", "live", "ended")},
                shapes={"start": ISO_DATE, "end": ISO_DATE})  # fmt: skip
    yield from formal(feed, form)
    for element in feed.all(LIVE):
        for name in ("title", "guid", "enclosure"):
            if element.first(name) is None:
                yield wrong(element, f"this live item has no <{name}>", f"add <{name}>")
        if element.first("podcast:contentLink") is None:
            hint = 'add <podcast:contentLink href="https://…">Listen here</podcast:contentLink>'
            yield wrong(element, "this live item offers no page for apps that cannot play it", hint)


RULES = (
    podcast_alternate_enclosure,
    podcast_source,
    podcast_integrity,
    podcast_value,
    podcast_value_recipient,
    podcast_value_time_split,
    podcast_live_item,
)
