"""Rules of the rendered feed: what it says once, of the show."""

from __future__ import annotations

import re
from collections.abc import Iterator

from podfeed.check.finding import Finding, doubtful, short, wrong
from podfeed.check.xml import LIKE, NAMESPACES, Feed
from podfeed.media_types import suffix
from podfeed.text import closest, is_web_address
from podfeed.vocabulary import CATEGORIES, PODCAST_NAMESPACE


def feed_namespace(feed: Feed) -> Iterator[Finding]:
    """A namespace's name is not spelled to the letter.

    Programs compare the name of a namespace character by character (Namespaces in XML §2.3): with a slash, another
    scheme or other capitals it is another namespace, and every tag under it is unknown to them. Of the podcast
    namespace two names are in use; readers are asked to know the old one, and some do not.

    Copy the name from the message into the xmlns attribute of <rss>.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md,
    https://podcasters.apple.com/support/823-podcast-requirements
    """
    right = {prefix: uri for uri, prefix in NAMESPACES.items()}
    for _prefix, uri, _offset in feed.prefixes:
        meant = next((name for name, like in LIKE.items() if like.fullmatch(uri)), None)
        if meant and uri != right[meant]:
            old = meant == "podcast" and "github.com" in uri.lower()
            tell = doubtful if old else wrong
            what = "is the old name of" if old else "is not quite the name of"
            yield tell(
                feed.root, f"{short(uri)} {what} the {meant} namespace", f"write {right[meant]}", _attribute(uri, feed)
            )


def _attribute(uri: str, feed: Feed) -> str | None:
    return next((name for name, value in feed.root.attributes.items() if value == uri), None)


NEEDED = (
    ("title", "the show's name"),
    ("description", "what the show is"),
    ("language", "its language, such as en-gb"),
    ("itunes:image", 'its cover, <itunes:image href="https://…"/>'),
    ("itunes:category", 'its category, <itunes:category text="News"/>'),
    ("itunes:explicit", "true or false"),
)


def channel_incomplete(feed: Feed) -> Iterator[Finding]:
    """The feed lacks something that directories refuse a show without.

    Apple asks for title, description, language, artwork, category and itunes:explicit, and so does PSP-1. A
    feed without one of them is not taken, or is taken out when it is next looked at.

    Add the element to the channel, or write something into it.

    Source: https://podcasters.apple.com/support/823-podcast-requirements,
    https://github.com/Podcast-Standards-Project/PSP-1-Podcast-RSS-Specification
    """
    for name, what in NEEDED:
        found = feed.channel.first(name)
        if found is None:
            yield wrong(feed.channel, f"the channel has no <{name}>", f"add {what}")
        elif not (found.text.strip() or found.attributes):
            yield wrong(found, f"<{name}> is empty", f"write {what}")


def channel_link(feed: Feed) -> Iterator[Finding]:
    """The channel has no link to the show's site.

    RSS 2.0 and PSP-1 require <link>; apps show it as the show's page, and without it a listener cannot leave the app for
    the articles.

    Add <link> with the address of the show's page.

    Source: https://www.rssboard.org/rss-specification#requiredChannelElements,
    https://github.com/Podcast-Standards-Project/PSP-1-Podcast-RSS-Specification
    """
    if not feed.channel.value("link"):
        yield wrong(feed.channel, "the channel has no <link>", "add the address of the show's page")


def self_link(feed: Feed) -> Iterator[Finding]:
    """The feed does not say its own address.

    A copy of a feed that does not say where it came from cannot be followed back; PSP-1 requires the link, and readers use
    it to notice that a feed has moved.

    Add <atom:link rel="self" type="application/rss+xml" href="the feed's address"/> to the channel.

    Source: https://validator.w3.org/feed/docs/warning/MissingAtomSelfLink.html,
    https://github.com/Podcast-Standards-Project/PSP-1-Podcast-RSS-Specification
    """
    links = [link for link in feed.channel.all("atom:link") if link.get("rel") == "self"]
    if not links:
        hint = 'add <atom:link rel="self" type="application/rss+xml" href="…"/>'
        yield doubtful(feed.channel, "the feed does not say its own address", hint)
    for link in links:
        href = link.get("href") or ""
        if not is_web_address(href):
            yield wrong(link, f"{short(href)} is not a whole web address", "write https:// and the rest", "href")


def self_link_differs(feed: Feed) -> Iterator[Finding]:
    """The feed was found at another address than the one that it gives as its own.

    An app that goes by the link would fetch from there; where both work, listeners of one show are counted as two. Asked
    only of a feed that was fetched.

    Write the address at which the feed is really served into atom:link rel="self", or redirect the other there.

    Source: https://validator.w3.org/feed/docs/warning/SelfDoesntMatchLocation.html
    """
    if not feed.addresses:
        return
    for link in feed.channel.all("atom:link"):
        href = link.get("href") or ""
        if link.get("rel") == "self" and is_web_address(href) and href not in feed.addresses:
            yield doubtful(link, f"the feed was found at {feed.addresses[-1]}", "write the address that it has", "href")


def explicit_value(feed: Feed) -> Iterator[Finding]:
    """itunes:explicit says something else than true or false.

    Apple takes these two words only; yes, no and clean are of an older guide, and programs differ in what they make of
    them. A show that is explicit and not marked so is removed.

    Write true or false.

    Source: https://podcasters.apple.com/support/823-podcast-requirements
    """
    old = {"yes": "true", "explicit": "true", "no": "false", "clean": "false"}
    for element in feed.all("itunes:explicit"):
        value = element.text.strip()
        if value in ("true", "false") or not value:
            continue
        meant = old.get(value.lower()) or (value.lower() if value.lower() in ("true", "false") else None)
        tell = doubtful if meant else wrong
        yield tell(element, f"{short(value)} is not what itunes:explicit takes", f"write {meant or 'true or false'}")


def category_unknown(feed: Feed) -> Iterator[Finding]:
    """A category is not on Apple's list, or stands in the wrong place.

    Directories file a show under the categories of Apple's list, by their exact name; a subcategory counts only inside
    its own category. A show with none that is known is refused. Only the first one is used for charts.

    Write the name that the message offers. & is written &amp; in XML.

    Source: https://podcasters.apple.com/support/1691-apple-podcasts-categories
    """
    for outer in feed.channel.all("itunes:category"):
        name = (outer.get("text") or "").strip()
        known = _spelling(name, CATEGORIES)
        if known is None:
            yield _unknown(outer, name)
            continue
        for inner in outer.all("itunes:category"):
            sub = (inner.get("text") or "").strip()
            if _spelling(sub, CATEGORIES[known]) is None:
                near = closest(sub, CATEGORIES[known])
                other = next((row for row, subs in CATEGORIES.items() if _spelling(sub, subs)), None)
                names = ", ".join(CATEGORIES[known]) or "none"
                hint = f"did you mean {near}?" if near else f"{known} has {names}"
                hint = f"it is in {other}" if other else hint
                yield wrong(inner, f"{short(sub)} is no subcategory of {known}", hint, "text")


FORMER = {
    # Apple's list until 2019 → where such a show belongs now (W3C: ObsoleteItunesCategory)
    "games & hobbies": "Leisure", "government & organizations": "Government", "health": "Health & Fitness",
    "science & medicine": "Science", "sports & recreation": "Sports", "news & politics": "News",
    "religion": "Religion & Spirituality", "family": "Kids & Family", "movies & television": "TV & Film",
    "technology & computers": "Technology", "food": "Arts", "international": "Society & Culture",
}  # fmt: skip


def _spelling(name: str, names) -> str | None:
    return next((row for row in names if row.casefold() == name.casefold()), None)


def _unknown(element, name: str) -> Finding:
    parent = next((row for row, subs in CATEGORIES.items() if _spelling(name, subs)), None)
    if not name:
        return wrong(element, "a category without a name", 'write <itunes:category text="News"/>')
    if parent:
        hint = f"put it inside the category {parent}"
        return wrong(element, f"{short(name)} is a subcategory and stands by itself", hint, "text")
    near = (
        FORMER.get(name.casefold())
        or closest(name, CATEGORIES)
        or closest(name, [sub for subs in CATEGORIES.values() for sub in subs])
    )
    hint = f"did you mean {near}?" if near else "write one of Apple's, such as News or Society & Culture"
    return wrong(element, f"{short(name)} is not one of Apple's categories", hint, "text")


# BCP 47 in the shapes that feeds use: language, script, region, variants.
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|\d{3}))?(-[A-Za-z0-9]{5,8})*")


def language_code(feed: Feed) -> Iterator[Finding]:
    """The language is not a code that directories know.

    Apple files a show by its language and takes ISO 639 codes, with a region where it matters. A word or a code with an
    underscore leaves the show without language.

    Write en, en-gb, es, de, fr, ar …

    Source: https://podcasters.apple.com/support/823-podcast-requirements,
    https://www.rssboard.org/rss-language-codes
    """
    for element in feed.channel.all("language"):
        value = element.text.strip()
        if value and not _LANGUAGE.fullmatch(value):
            fixed = value.replace("_", "-")
            hint = f"write {fixed}" if _LANGUAGE.fullmatch(fixed) else "write en, en-gb, es, de, fr, ar …"
            yield wrong(element, f"{short(value)} is not a language code", hint)


def author_missing(feed: Feed) -> Iterator[Finding]:
    """The feed does not say who makes the show.

    Apps show itunes:author under the show's name and search by it.

    Add <itunes:author> to the channel.

    Source: https://podcasters.apple.com/support/823-podcast-requirements
    """
    if not feed.channel.value("itunes:author"):
        yield doubtful(feed.channel, "the channel has no <itunes:author>", "add who makes the show")


def show_type(feed: Feed) -> Iterator[Finding]:
    """itunes:type is neither episodic nor serial.

    Apple plays the newest episode of an episodic show first and the oldest of a serial one; another word says nothing.

    Write episodic or serial.

    Source: https://podcasters.apple.com/support/823-podcast-requirements
    """
    for element in feed.channel.all("itunes:type"):
        if element.text.strip().lower() not in ("episodic", "serial"):
            yield wrong(element, f"{short(element.text)} is not a type of show", "write episodic or serial")


def yes_or_nothing(feed: Feed) -> Iterator[Finding]:
    """itunes:block or itunes:complete says something else than Yes.

    Apple takes only the word Yes, with a capital; every other value, yes and no too, has no effect. So a feed that was
    meant to be hidden stays visible.

    Write Yes, or take the element out to say no.

    Source: https://podcasters.apple.com/support/823-podcast-requirements
    """
    for element in feed.all("itunes:block", "itunes:complete"):
        value = element.text.strip()
        if value.lower() == "yes" and value != "Yes":
            yield wrong(element, f"{short(value)} has no effect here", "write Yes, with a capital")
        elif value.lower() in ("no", "false", ""):
            yield doubtful(element, f"{short(value)} has no effect here", "take the element out to say no")
        elif value != "Yes":
            yield wrong(element, f"{short(value)} has no effect here", "write Yes, or take the element out")


def new_feed_address(feed: Feed) -> Iterator[Finding]:
    """itunes:new-feed-url is not the whole address of the feed's new place.

    Apple moves every listener to this address, to the letter: a slash too many or a missing scheme sends them to nothing.

    Write the new feed's address exactly as it is served, with https://, and keep the old feed redirecting.

    Source: https://podcasters.apple.com/support/837-change-the-rss-feed-url
    """
    for element in feed.channel.all("itunes:new-feed-url"):
        value = element.text.strip()
        if not is_web_address(value):
            yield wrong(element, f"{short(value)} is not a whole web address", "write https:// and the rest")
        elif value != element.text:
            yield doubtful(element, "there is space around the address", "take the space out")


def artwork_address(feed: Feed) -> Iterator[Finding]:
    """The address of an artwork does not end in .jpg or .png.

    Apple takes JPEG and PNG and goes by the ending of the name; the file must be what the ending says.

    Serve it under a name that ends in .jpg or .png; a query may follow it.

    Source: https://podcasters.apple.com/support/896-artwork-requirements
    """
    for element in feed.all("itunes:image"):
        href = element.get("href")
        if href is None:
            yield wrong(element, "<itunes:image> has no address", 'write <itunes:image href="https://…/cover.jpg"/>')
        elif not is_web_address(href.strip()):
            yield wrong(element, f"{short(href)} is not a whole web address", "write https:// and the rest", "href")
        elif suffix(href) not in (".jpg", ".jpeg", ".png"):
            yield doubtful(
                element, "this picture's address ends in neither .jpg nor .png", "serve it as .jpg or .png", "href"
            )


def podcast_guid_missing(feed: Feed) -> Iterator[Finding]:
    """The feed has no podcast:guid.

    It is the show's name for life: with it apps and directories know the show again after it has moved. PSP-1 recommends
    it.

    Add <podcast:guid>: a UUIDv5 of the feed's address without scheme and trailing slashes, in the namespace
    ead4c236-bf58-58c6-a2c6-a6b28d128cb6. Once it is there, never change it, wherever the feed goes.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/guid.md
    """
    if feed.channel.first("podcast:guid") is None:
        hint = f'add <podcast:guid>, with xmlns:podcast="{PODCAST_NAMESPACE}"'
        yield doubtful(feed.channel, "the feed has no podcast:guid", hint)


def podcast_locked_missing(feed: Feed) -> Iterator[Finding]:
    """The feed does not say whether others may import it.

    podcast:locked tells a hosting company whether to ask the owner before it takes a feed over. PSP-1 recommends it.

    Add <podcast:locked owner="feed@radio.example">yes</podcast:locked>.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/locked.md
    """
    if feed.channel.first("podcast:locked") is None:
        yield doubtful(feed.channel, "the feed has no podcast:locked", "add it with yes or no")


RULES = (
    feed_namespace,
    channel_incomplete,
    channel_link,
    self_link,
    self_link_differs,
    explicit_value,
    category_unknown,
    language_code,
    author_missing,
    show_type,
    yes_or_nothing,
    new_feed_address,
    artwork_address,
    podcast_guid_missing,
    podcast_locked_missing,
)
