"""Rules of the rendered feed: what it says of each episode."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from podfeed.check.finding import Finding, doubtful, short, wrong
from podfeed.check.xml import Element, Feed
from podfeed.text import format_time, is_web_address, parse_time


def item_incomplete(feed: Feed) -> Iterator[Finding]:
    """An item has no title or no recording.

    Apple and PSP-1 require a title and an enclosure of every item. Without a title each app invents one, and one of those
    tried hung; an item without enclosure is no episode, and podcast apps leave it out.

    Add <title>, and <enclosure url length type>.

    Source: https://podcasters.apple.com/support/823-podcast-requirements,
    https://github.com/Podcast-Standards-Project/PSP-1-Podcast-RSS-Specification
    """
    for item in feed.items:
        if not (item.value("title") or item.value("itunes:title")):
            yield wrong(item, "this item has no title", "add <title>")
        if item.first("enclosure") is None:
            yield doubtful(item, "this item has no recording", 'add <enclosure url="…" length="…" type="audio/mpeg"/>')


def item_link(feed: Feed) -> Iterator[Finding]:
    """An item has no link to its page, or not a whole one.

    Apps offer the episode's page for the notes and articles that they do not show. Apple recommends it.

    Add <link> with the page's address.

    Source: https://podcasters.apple.com/support/823-podcast-requirements
    """
    for item in feed.items:
        value = item.value("link")
        guid = item.first("guid")
        if not value:
            if guid is None or not is_web_address(guid.text.strip()) or guid.get("isPermaLink") == "false":
                yield doubtful(item, "this item has no <link>", "add the address of the episode's page")
        elif not is_web_address(value):
            element = item.first("link") or item
            yield wrong(element, f"{short(value)} is not a whole web address", "write https:// and the rest")


def guid_missing(feed: Feed) -> Iterator[Finding]:
    """An item has no guid.

    Apps know an episode by its guid. Without one each makes up its own, of the title or the address, and when either
    changes the episode comes to every listener again; some drop the item. PSP-1 requires it, Apple asks for it.

    Add <guid isPermaLink="false"> with a text of its own that never changes.

    Source: https://podcasters.apple.com/support/823-podcast-requirements,
    https://validator.w3.org/feed/docs/warning/MissingGuid.html
    """
    for item in feed.items:
        if not item.value("guid"):
            yield wrong(item.first("guid") or item, "this item has no guid", 'add <guid isPermaLink="false">…</guid>')


def guid_twice(feed: Feed) -> Iterator[Finding]:
    """Two items have one guid.

    Apps show only one of them: of three items with one guid, gPodder, newsboat and two others kept one.

    Give each item its own. The one that was published first keeps its guid.

    Source: https://podcasters.apple.com/support/823-podcast-requirements,
    https://validator.w3.org/feed/docs/error/DuplicateElement.html
    """
    yield from _twice(feed, "guid", lambda e: e.text.strip(), "another item has the guid {}", "give each item its own")


def _twice(feed: Feed, name: str, value, message: str, hint: str) -> Iterator[Finding]:
    seen: dict[str, Element] = {}
    for item in feed.items:
        for element in item.all(name)[:1]:
            text = value(element)
            if text and seen.setdefault(text, element) is not element:
                yield wrong(element, message.format(short(text)), hint, others=((seen[text], "the other item"),))


def guid_form(feed: Feed) -> Iterator[Finding]:
    """A guid says that it is a web address and is none.

    Without isPermaLink="false" a guid is taken for the address of the episode's page (RSS 2.0); readers then follow it, or
    complete it with the feed's own address, so that one episode has two names.

    Add isPermaLink="false" to it. Do not change its text.

    Source: https://www.rssboard.org/rss-specification#ltguidgtSubelementOfLtitemgt,
    https://validator.w3.org/feed/docs/error/InvalidHttpGUID.html
    """
    for element in (guid for item in feed.items for guid in item.all("guid")):
        said = element.get("isPermaLink")
        if said not in (None, "true", "false"):
            yield wrong(element, f"isPermaLink is {short(said)}", "write true or false", "isPermaLink")
        elif element.text.strip() and said != "false" and not is_web_address(element.text.strip()):
            yield wrong(element, f"the guid {short(element.text)} is no web address", 'add isPermaLink="false" to it')


_DATE = re.compile(
    r"(?:(Mon|Tue|Wed|Thu|Fri|Sat|Sun),\s*)?(\d{1,2})\s+(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s+(\d{4})\s+"
    r"(\d{2}):(\d{2})(?::(\d{2}))?\s+([+-]\d{4}|UT|GMT|UTC|Z|[ECMP][SD]T)",
    re.IGNORECASE,
)


def moment(text: str) -> datetime | None:
    """The moment that a date of RFC 2822 names; None if it is none.

    >>> moment("Mon, 02 Mar 2026 06:00:00 +0000").isoformat(), moment("2026-03-02")
    ('2026-03-02T06:00:00+00:00', None)
    """
    if not _DATE.fullmatch(text):
        return None
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


SINGLE = ("title", "link", "guid", "pubDate", "description", "itunes:title", "itunes:duration", "itunes:episode",
          "itunes:season", "itunes:episodeType", "itunes:explicit", "itunes:summary", "language", "itunes:type",
          "copyright")  # fmt: skip


def element_twice(feed: Feed) -> Iterator[Finding]:
    """An element that is to stand once stands twice.

    RSS and Apple give an item one title, one guid and so on; of two, some readers take the first and some the last, so one
    episode has two names.

    Keep one of them; of two guids the one that listeners' apps know already.

    Source: https://validator.w3.org/feed/docs/error/DuplicateElement.html
    """
    for parent in (feed.channel, *feed.items):
        seen: dict[str, Element] = {}
        for element in parent.children:
            if element.name in SINGLE and seen.setdefault(element.name, element) is not element:
                message = f"<{element.name}> stands here a second time"
                yield wrong(element, message, "keep one of them", others=((seen[element.name], "the first one"),))


def date_form(feed: Feed) -> Iterator[Finding]:
    """A date is missing, or not written as mail dates are.

    Apps sort episodes by pubDate, which is a date of RFC 2822 with its offset from UTC. Other forms are read by some and
    taken for 1970 by others; an item without a date is dropped by some.

    Write it as Mon, 02 Mar 2026 06:00:00 +0000, in English whatever the feed's language.

    Source: https://podcasters.apple.com/support/823-podcast-requirements,
    https://validator.w3.org/feed/docs/error/InvalidRFC2822Date.html
    """
    for item in feed.items:
        element = item.first("pubDate")
        if element is None or not element.text.strip():
            yield doubtful(
                element or item, "this item has no date", "add <pubDate>Mon, 02 Mar 2026 06:00:00 +0000</pubDate>"
            )
            continue
        found = moment(element.text.strip())
        if found is None:
            hint = "write it as Mon, 02 Mar 2026 06:00:00 +0000"
            yield wrong(element, f"{short(element.text)} is not a date that every app reads", hint)
        elif (day := element.text.strip()[:3].title()) in _DAYS and _DAYS[found.weekday()] != day:
            yield doubtful(element, f"that day is a {found:%A}, not {day}", f"write {_DAYS[found.weekday()]}")


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def date_future(feed: Feed) -> Iterator[Finding]:
    """An item's date is still to come.

    Apple hides such an episode until then, other apps show it at once or sort it above everything that comes later.

    Publish the item when its time has come, or correct the date.

    Source: https://podcasters.apple.com/support/823-podcast-requirements
    """
    for item in feed.items if feed.now else ():
        element = item.first("pubDate")
        found = moment(element.text.strip()) if element else None
        if element and found and feed.now and (found - feed.now).total_seconds() > 3600:
            yield doubtful(element, "this date is still to come", "publish the item when its time has come")


def duration_form(feed: Feed) -> Iterator[Finding]:
    """A duration is neither whole seconds nor hours, minutes and seconds.

    Apps show itunes:duration before they have the recording. A fraction or a word is shown as zero by some; validators
    refuse it.

    Write seconds (1721), or 28:41 or 1:02:03.

    Source: https://podcasters.apple.com/support/823-podcast-requirements
    """
    for element in feed.all("itunes:duration"):
        value = element.text.strip()
        if re.fullmatch(r"\d+|(\d+:)?\d{1,3}:[0-5]\d", value):
            if not re.search(r"[1-9]", value):
                yield doubtful(element, "the duration is zero", "write how long the recording is, or take it out")
            continue
        yield wrong(element, f"{short(value)} is not a duration" if value else "the duration is empty", _seconds(value))


def _seconds(value: str) -> str:
    try:
        return f"write {round(parse_time(value).total_seconds())}, or {format_time(parse_time(value))}"
    except ValueError:
        return "write it in seconds (1721), or as 28:41 or 1:02:03"


def number_form(feed: Feed) -> Iterator[Finding]:
    """The number of an episode or season is not a whole number above zero.

    Apple sorts by these numbers and refuses others; an unnumbered episode leaves the element out.

    Write digits only, or take the element out.

    Source: https://podcasters.apple.com/support/823-podcast-requirements
    """
    for element in feed.all("itunes:episode", "itunes:season"):
        value = element.text.strip()
        if not re.fullmatch(r"0*[1-9]\d*", value):
            what = short(value) if value else "nothing"
            yield wrong(element, f"{what} stands where a whole number above 0 belongs", "write digits, or take it out")


def numbers_disagree(feed: Feed) -> Iterator[Finding]:
    """podcast:episode or podcast:season says another number than itunes:episode or itunes:season.

    Apps read one or the other, so listeners quote two numbers for one episode.

    Write the same number in both.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/episode.md
    """
    for item in feed.items:
        for name in ("episode", "season"):
            ours, theirs = item.first(f"podcast:{name}"), item.value(f"itunes:{name}")
            if ours and theirs and _number(ours.text) != _number(theirs):
                message = f"podcast:{name} is {short(ours.text)}, itunes:{name} is {short(theirs)}"
                yield wrong(ours, message, "write the same number in both")


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text.strip()


def serial_unnumbered(feed: Feed) -> Iterator[Finding]:
    """A full episode of a serial show has no number.

    Apple plays a serial show in order of itunes:episode and requires it there.

    Add <itunes:episode>, or call a trailer a trailer with itunes:episodeType.

    Source: https://podcasters.apple.com/support/823-podcast-requirements
    """
    if (feed.channel.value("itunes:type") or "").lower() == "serial":
        for item in feed.items:
            if (item.value("itunes:episodeType") or "full").lower() == "full" and not item.value("itunes:episode"):
                yield wrong(
                    item, "this episode of a serial show has no number", "add <itunes:episode>1</itunes:episode>"
                )


def episode_type(feed: Feed) -> Iterator[Finding]:
    """itunes:episodeType is not full, trailer or bonus.

    Apple shows trailers above all episodes and bonus episodes apart; another word says nothing.

    Write full, trailer or bonus.

    Source: https://podcasters.apple.com/support/823-podcast-requirements
    """
    for element in feed.all("itunes:episodeType"):
        value = element.text.strip()
        if value.lower() not in ("full", "trailer", "bonus"):
            yield wrong(element, f"{short(value)} is not a kind of episode", "write full, trailer or bonus")


_NUMBERED = re.compile(r"(?:#|ep(?:isode)?\b\.?|folge|s\d{1,2}\s?e)\s*#?\d+\b|^\d{1,4}\s*(?::|\s[-–—|])", re.IGNORECASE)


def title_repeats(feed: Feed) -> Iterator[Finding]:
    """An episode's title repeats the show's name or the episode's number.

    Apps show both beside the title, and on a phone the rest is cut off. Apple asks for titles without them; numbers belong
    in itunes:episode and itunes:season.

    Take them out of itunes:title, or out of <title> where there is no other.

    Source: https://podcasters.apple.com/support/823-podcast-requirements
    """
    name = (feed.channel.value("title") or "").casefold()
    for item in feed.items:
        element = item.first("itunes:title") or item.first("title")
        title = element.text.strip() if element else ""
        if element is None or not title or title.casefold() == name:
            continue
        trailer = (item.value("itunes:episodeType") or "").lower() == "trailer"  # introduces the show by its name
        if len(name) > 3 and not trailer and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", title.casefold()):
            yield doubtful(
                element, "this title repeats the name of the show", "apps show it beside the title; take it out"
            )
        elif _NUMBERED.search(title) and item.value("itunes:episode"):
            yield doubtful(element, "this title repeats the episode's number", "itunes:episode says it; take it out")


RULES = (
    item_incomplete,
    item_link,
    guid_missing,
    guid_twice,
    guid_form,
    element_twice,
    date_form,
    date_future,
    duration_form,
    number_form,
    numbers_disagree,
    serial_unnumbered,
    episode_type,
    title_repeats,
)
