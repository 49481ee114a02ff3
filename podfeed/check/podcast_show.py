"""Rules of the podcast namespace, one a tag: the tags of the channel.

Each is the row of its tag in the namespace's documents (Podcastindex-org/podcast-namespace at c0ff5ca, docs/tags).
"""

from __future__ import annotations

from collections.abc import Iterator

from podfeed.check.feed_item import moment
from podfeed.check.finding import Finding, doubtful, short, wrong
from podfeed.check.podcast_form import (
    CHANNEL,
    ISO_DATE,
    ITEM,
    LIVE,
    MEDIA_TYPE,
    NUMBER,
    TRUE_FALSE,
    UUID,
    Form,
    Shape,
    formal,
)
from podfeed.check.xml import Feed
from podfeed.text import closest
from podfeed.vocabulary import CHAT_PROTOCOLS, MEDIUMS, SERVICES

ALL_MEDIUMS = (*MEDIUMS, *(f"{medium}L" for medium in MEDIUMS), "mixed")


def podcast_guid(feed: Feed) -> Iterator[Finding]:
    """podcast:guid is not one UUID in the channel.

    It is the show's name for life, whatever its address: a UUIDv5 of the address at which the feed began. Apps compare it
    letter by letter; a title or an address in its place names nothing.

    Write the UUID that the feed was given when it began. One that is in use is never changed, even if it was computed wrongly.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/guid.md
    """
    yield from formal(feed, Form(name="podcast:guid", inside=(CHANNEL,), once=True, text="needed", shapes={"": UUID}))


def podcast_locked(feed: Feed) -> Iterator[Finding]:
    """podcast:locked is not yes or no, or names no owner that can be written to.

    Hosting companies ask the owner at this address before they import a locked feed.

    Write <podcast:locked owner="feed@radio.example">yes</podcast:locked>.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/locked.md
    """
    mail = Shape(pattern=r"[^@\s]+@[^@\s]+\.[^@\s]+", what="an e-mail address", example="feed@radio.example")
    form = Form(name="podcast:locked", inside=(CHANNEL,), once=True, knows=("owner",), text="needed",
                words={"": ("yes", "no")}, shapes={"owner": mail})  # fmt: skip
    yield from formal(feed, form)


def podcast_funding(feed: Feed) -> Iterator[Finding]:
    """podcast:funding has no address, or a text of more than 128 characters.

    Apps show the text as a button that opens the address.

    Add url, and write in a few words what happens there.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/funding.md
    """
    yield from formal(feed, Form(name="podcast:funding", inside=(CHANNEL, ITEM, LIVE), needs=("url",), longest=128))


def podcast_trailer(feed: Feed) -> Iterator[Finding]:
    """podcast:trailer lacks its title, address or date, or the date is not one of RFC 2822.

    Apps play the newest trailer, or the one of a season, before somebody subscribes.

    Add url and pubdate (Mon, 05 Jan 2026 06:00:00 +0000), and write the title as its text.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/trailer.md
    """
    form = Form(name="podcast:trailer", inside=(CHANNEL,), needs=("url", "pubdate"), knows=("length", "type", "season"),
                text="needed", longest=128,
                shapes={"length": NUMBER, "season": NUMBER, "type": MEDIA_TYPE})  # fmt: skip
    yield from formal(feed, form)
    for element in feed.all("podcast:trailer"):
        written = (element.get("pubdate") or "").strip()
        if written and moment(written) is None:
            hint = "write it as Mon, 05 Jan 2026 06:00:00 +0000"
            yield wrong(element, f"{short(written)} is not a date that every app reads", hint, "pubdate")


def podcast_medium(feed: Feed) -> Iterator[Finding]:
    """podcast:medium is not one of the list, or a list feed holds recordings.

    Apps sort feeds by it: podcast, music, video, film, audiobook, newsletter, blog, publisher, course. With an L at the end
    the feed is a list of things elsewhere.

    Write one word of the list, or leave the tag out for podcast.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/medium.md
    """
    form = Form(name="podcast:medium", inside=(CHANNEL,), once=True, text="needed", words={"": ALL_MEDIUMS})
    yield from formal(feed, form)
    for element in feed.channel.all("podcast:medium"):
        if element.text.strip() in ALL_MEDIUMS and element.text.strip().endswith("L") and feed.items:
            message = f"a feed of the medium {short(element.text)} lists things elsewhere, and this one has items"
            yield wrong(element, message, "list them as podcast:remoteItem, or take the L away")


def podcast_block(feed: Feed) -> Iterator[Finding]:
    """podcast:block is not yes or no, or names a service that is not on the list.

    A service looks for its own name first, then for the line without one. A name that it does not know blocks nobody.

    Write yes or no, and as id a name of the list of services.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/block.md
    """
    form = Form(
        name="podcast:block", inside=(CHANNEL,), knows=("id",), text="needed", words={"": ("yes", "no"), "id": SERVICES}
    )
    yield from formal(feed, form)


def podcast_podroll(feed: Feed) -> Iterator[Finding]:
    """podcast:podroll recommends nothing.

    It holds a podcast:remoteItem for every show that this one recommends.

    Add one, or take the podroll out.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/podroll.md
    """
    yield from formal(feed, Form(name="podcast:podroll", inside=(CHANNEL,), once=True, text="none"))
    for element in feed.all("podcast:podroll"):
        if element.first("podcast:remoteItem") is None:
            yield wrong(element, "this podroll recommends nothing", "add a podcast:remoteItem, or take it out")


RULE = Shape(
    pattern=r"(RRULE:)?[A-Z]+=[^;=]+(;[A-Z]+=[^;=]+)*", what="a rule of RFC 5545", example="FREQ=WEEKLY;BYDAY=MO"
)


def podcast_update_frequency(feed: Feed) -> Iterator[Finding]:
    """podcast:updateFrequency has a rule that apps cannot read, or a count without a start.

    Apps look for new episodes when the rule says that one is due. The rule is of RFC 5545 §3.3.10 and begins with how
    often: FREQ=WEEKLY;BYDAY=MO,TH. COUNT counts from dtstart.

    Correct rrule, and add dtstart where it has COUNT.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/update-frequency.md
    """
    form = Form(name="podcast:updateFrequency", inside=(CHANNEL,), once=True, knows=("complete", "dtstart", "rrule"),
                longest=128, shapes={"complete": TRUE_FALSE, "dtstart": ISO_DATE, "rrule": RULE})  # fmt: skip
    yield from formal(feed, form)
    for element in feed.all("podcast:updateFrequency"):
        rule = (element.get("rrule") or "").upper()
        if rule and RULE.fits(element.get("rrule") or "") and "FREQ=" not in rule:
            yield wrong(element, "the rule does not say how often", "begin it with FREQ=WEEKLY or the like", "rrule")
        if "COUNT=" in rule and not element.get("dtstart"):
            yield wrong(
                element, "the rule counts, and there is no day to count from", 'add dtstart="2026-01-01"', "rrule"
            )


def podcast_podping(feed: Feed) -> Iterator[Finding]:
    """podcast:podping does not say usesPodping="true".

    It tells apps that every change is announced by podping, so that they need not look by themselves.

    Write <podcast:podping usesPodping="true"/>, or take it out.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/podping.md
    """
    form = Form(name="podcast:podping", inside=(CHANNEL,), once=True, needs=("usesPodping",), text="none",
                shapes={"usesPodping": TRUE_FALSE})  # fmt: skip
    yield from formal(feed, form)


def podcast_chat(feed: Feed) -> Iterator[Finding]:
    """podcast:chat lacks its server or names a protocol that is not on the list.

    Apps open the room where listeners talk: irc, xmpp, nostr or matrix, at the server.

    Add server and protocol.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/chat.md
    """
    form = Form(name="podcast:chat", inside=(CHANNEL, ITEM, LIVE), once=True, needs=("server", "protocol"),
                knows=("accountId", "space"), text="none", words={"protocol": CHAT_PROTOCOLS})  # fmt: skip
    yield from formal(feed, form)


def podcast_publisher(feed: Feed) -> Iterator[Finding]:
    """podcast:publisher does not name exactly one publisher feed.

    It holds one podcast:remoteItem with medium="publisher"; the publisher's feed lists this one in return.

    Write <podcast:remoteItem medium="publisher" feedGuid="…" feedUrl="…"/> inside it.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/publisher.md
    """
    yield from formal(feed, Form(name="podcast:publisher", inside=(CHANNEL,), once=True, text="none"))
    for element in feed.all("podcast:publisher"):
        rows = element.all("podcast:remoteItem")
        if len(rows) != 1:
            yield wrong(element, f"this publisher names {len(rows)} feeds", "one podcast:remoteItem belongs here")
        for row in rows[:1]:
            if row.get("medium") != "publisher":
                yield wrong(row, 'the feed of a publisher has medium="publisher"', 'write medium="publisher"', "medium")


def podcast_remote_item(feed: Feed) -> Iterator[Finding]:
    """podcast:remoteItem does not name a feed by its guid.

    It points at another feed, or an item of it, by the feed's podcast:guid, which stays when the feed moves.

    Write feedGuid with the other feed's podcast:guid; feedUrl helps to find it.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/remote-item.md
    """
    places = (CHANNEL, "podcast:podroll", "podcast:valueTimeSplit", "podcast:publisher")
    form = Form(name="podcast:remoteItem", inside=places, needs=("feedGuid",),
                knows=("feedUrl", "itemGuid", "medium", "title"), text="none", words={"medium": ALL_MEDIUMS},
                shapes={"feedGuid": UUID})  # fmt: skip
    yield from formal(feed, form)


TAGS = (
    "transcript locked funding chapters soundbite person location season episode trailer license alternateEnclosure source "
    "integrity guid value valueRecipient valueTimeSplit medium liveItem contentLink socialInteract block txt remoteItem "
    "podroll updateFrequency podping chat publisher image images"
).split()
INFORMAL = (
    "id",
    "social",
    "comments",
    "previousUrl",
    "follow",
    "recommendations",
    "socialSignUp",
    "gateway",
    "liveValue",
)
"""Seen in feeds, and never made formal: nothing is said of them."""


def podcast_tag_unknown(feed: Feed) -> Iterator[Finding]:
    """The podcast namespace has no such tag.

    Names are compared to the letter, capitals too: podcast:alternateenclosure is read by nobody.

    Write the name that the message offers, or take the tag out.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md
    """
    for name, elements in feed.by_name.items():
        prefix, _, local = name.partition(":")
        if prefix == "podcast" and local not in TAGS and local not in INFORMAL:
            near = closest(local, TAGS)
            hint = f"did you mean podcast:{near}?" if near else "take it out, or keep it if an app asks for it"
            yield doubtful(elements[0], f"the podcast namespace has no <{name}>", hint)


RULES = (
    podcast_guid,
    podcast_locked,
    podcast_funding,
    podcast_trailer,
    podcast_medium,
    podcast_block,
    podcast_podroll,
    podcast_update_frequency,
    podcast_podping,
    podcast_chat,
    podcast_publisher,
    podcast_remote_item,
    podcast_tag_unknown,
)
