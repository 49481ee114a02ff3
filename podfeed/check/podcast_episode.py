"""Rules of the podcast namespace, one a tag: the tags of an item (some of them the channel's too).

Each is the row of its tag in the namespace's documents (Podcastindex-org/podcast-namespace at c0ff5ca, docs/tags).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from podfeed.check.feed_text import _clock, _time
from podfeed.check.finding import Finding, doubtful, short, wrong
from podfeed.check.podcast_form import CHANNEL, ITEM, LANGUAGE, LIVE, MEDIA_TYPE, NUMBER, SECONDS, Form, Shape, formal
from podfeed.check.xml import Feed
from podfeed.text import closest
from podfeed.vocabulary import LICENSES, ROLES, SOCIAL_PROTOCOLS

TRANSCRIPT_TYPES = ("text/plain", "text/html", "text/vtt", "application/json", "application/x-subrip")
_SRT = ("application/srt", "text/srt", "application/x-srt")


def podcast_transcript(feed: Feed) -> Iterator[Finding]:
    """podcast:transcript lacks its address or type, or names a type that apps do not know.

    Apps choose the transcript that they can show by its type: text/vtt, application/x-subrip, application/json, text/html or
    text/plain. Of two with the same type and language an app takes either.

    Add url and type; offer one of each type and language.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/transcript.md
    """
    form = Form(name="podcast:transcript", inside=(ITEM, LIVE), needs=("url", "type"), knows=("language", "rel"),
                text="none", words={"rel": ("captions",)}, shapes={"language": LANGUAGE})  # fmt: skip
    yield from formal(feed, form)
    seen: dict[tuple, str] = {}
    for element in feed.all("podcast:transcript"):
        kind = (element.get("type") or "").partition(";")[0].strip().lower()
        if kind in _SRT:
            yield doubtful(element, f"{short(kind)} is not what apps know", "write application/x-subrip", "type")
        elif kind and kind not in TRANSCRIPT_TYPES:
            hint = f"write one of: {', '.join(TRANSCRIPT_TYPES)}"
            yield wrong(element, f"{short(kind)} is not a type of transcript", hint, "type")
        parent = feed.parent(element)
        key = (parent.offset if parent else 0, kind, (element.get("language") or "").lower(), element.get("rel"))
        if kind and key in seen:
            message = "another transcript of this episode has the same type and language"
            yield doubtful(element, message, "keep one, or say their languages", "type")
        seen.setdefault(key, kind)


def podcast_chapters(feed: Feed) -> Iterator[Finding]:
    """podcast:chapters lacks its address, or its type is not application/json+chapters.

    Apps fetch the chapters at the address and go by the type. A plain application/json is read by most of them.

    Add url and type="application/json+chapters".

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/chapters.md
    """
    yield from formal(
        feed, Form(name="podcast:chapters", inside=(ITEM, LIVE), once=True, needs=("url", "type"), text="none")
    )
    for element in feed.all("podcast:chapters"):
        kind = (element.get("type") or "").strip()
        if kind and kind != "application/json+chapters":
            tell = doubtful if "json" in kind else wrong
            yield tell(element, f"{short(kind)} is not the type of chapters", "write application/json+chapters", "type")


def podcast_soundbite(feed: Feed) -> Iterator[Finding]:
    """podcast:soundbite is not a stretch of the recording, 15 to 120 seconds long.

    Start and duration are plain seconds (73.5, not 1:13). Apps refuse what lies outside the recording; the namespace advises
    15 to 120 seconds.

    Correct startTime and duration; the text is the soundbite's title, up to 128 characters.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/soundbite.md
    """
    form = Form(name="podcast:soundbite", inside=(ITEM, LIVE), needs=("startTime", "duration"), longest=128,
                shapes={"startTime": SECONDS, "duration": SECONDS})  # fmt: skip
    yield from formal(feed, form)
    for element in feed.all("podcast:soundbite"):
        start, length = element.get("startTime") or "", element.get("duration") or ""
        if not (SECONDS.fits(start) and SECONDS.fits(length)):
            continue
        parent = feed.parent(element)
        end = _time(parent.value("itunes:duration") if parent else None)
        if end and float(start) + float(length) > end + 1:
            yield wrong(
                element, f"this soundbite ends after the recording ({_clock(end)})", "correct its times", "startTime"
            )
        elif not 15 <= float(length) <= 120:
            yield doubtful(
                element, f"this soundbite is {length} seconds long", "15 to 120 is what apps expect", "duration"
            )


GROUPS = {group.casefold(): roles for group, roles in ROLES.items()}
ALL_ROLES = tuple(dict.fromkeys(role for roles in ROLES.values() for role in roles))


def podcast_person(feed: Feed) -> Iterator[Finding]:
    """podcast:person has no name, or a role or group that is not in the taxonomy.

    Apps sort people by role and group, and take host and cast where none is given. Capitals do not matter. "Editor" stands
    in two groups (writing, video post-production), so it needs its group.

    Write a role of the taxonomy; what else there is to say about somebody belongs in the notes.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/person.md,
    https://github.com/Podcastindex-org/podcast-namespace/blob/main/taxonomy-en.json
    """
    form = Form(name="podcast:person", inside=(CHANNEL, ITEM, LIVE), knows=("role", "group", "img", "href"),
                text="needed", longest=128)  # fmt: skip
    yield from formal(feed, form)
    for element in feed.all("podcast:person"):
        role, group = (element.get("role") or "").strip().casefold(), (element.get("group") or "").strip().casefold()
        if group and group not in GROUPS:
            yield doubtful(element, f"{short(group)} is not a group of the taxonomy", _near(group, ROLES), "group")
        elif role and role not in {known.casefold() for known in ALL_ROLES}:
            yield doubtful(element, f"{short(role)} is not a role of the taxonomy", _near(role, ALL_ROLES), "role")
        elif role and group and role not in {known.casefold() for known in GROUPS[group]}:
            right = next(name for name, roles in ROLES.items() if role in {known.casefold() for known in roles})
            yield doubtful(
                element, f"{short(role)} is not in the group {short(group)}", f"write {right.lower()}", "group"
            )
        elif role == "editor" and not group:
            hint = 'add group="writing" or group="video post-production"'
            yield doubtful(element, "editor is a role in two groups", hint, "role")


def _near(word: str, words) -> str:
    near = closest(word, words)
    return f"did you mean {near.lower()}?" if near else "write one of the taxonomy, such as host, guest or reporter"


GEO = Shape(
    pattern=r"geo:-?\d+(\.\d+)?,-?\d+(\.\d+)?(,-?\d+(\.\d+)?)?(;.+)?",
    what="a place on the map",
    example="geo:51.5,-0.12",
)
OSM = Shape(pattern=r"[NWR]\d+(#\d+)?", what="an object of OpenStreetMap", example="R113314")
COUNTRY = Shape(pattern=r"[A-Za-z]{2}", what="a country's two letters", example="GB")


def podcast_location(feed: Feed) -> Iterator[Finding]:
    """podcast:location has no name, or coordinates that cannot be read.

    Apps show the name and put geo (RFC 5870) or osm on a map. rel says whether the episode is about the place (subject) or
    was made there (creator).

    Write the name as people call it, geo:latitude,longitude with decimals, osm as R113314.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/location.md
    """
    form = Form(name="podcast:location", inside=(CHANNEL, ITEM, LIVE), knows=("rel", "geo", "osm", "country"),
                text="needed", longest=128, words={"rel": ("subject", "creator")},
                shapes={"geo": GEO, "osm": OSM, "country": COUNTRY})  # fmt: skip
    yield from formal(feed, form)
    for element in feed.all("podcast:location"):
        geo = (element.get("geo") or "").strip()
        if GEO.fits(geo):
            latitude, longitude = (float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", geo)[:2])
            if abs(latitude) > 90 or abs(longitude) > 180:
                yield wrong(element, f"{short(geo)} is not on the earth", "latitude comes first, then longitude", "geo")


def podcast_season(feed: Feed) -> Iterator[Finding]:
    """podcast:season is not a whole number, or its name is longer than 128 characters.

    Apps sort by the number and show the name.

    Write the number as the text, and the season's name as name="…".

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/season.md
    """
    form = Form(name="podcast:season", inside=(ITEM, LIVE), once=True, knows=("name",), text="needed",
                shapes={"": NUMBER}, limits={"name": 128})  # fmt: skip
    yield from formal(feed, form)


def podcast_episode(feed: Feed) -> Iterator[Finding]:
    """podcast:episode is not a number, or what is shown for it is longer than 32 characters.

    Apps sort by the number, which may have decimals, and show display in its place.

    Write the number as the text, and how it is shown as display="…".

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/episode.md
    """
    number = Shape(pattern=r"\d+(\.\d+)?", what="a number", example="212")
    form = Form(name="podcast:episode", inside=(ITEM, LIVE), once=True, knows=("display",), text="needed",
                shapes={"": number}, limits={"display": 32})  # fmt: skip
    yield from formal(feed, form)


def podcast_license(feed: Feed) -> Iterator[Finding]:
    """podcast:license is none of the list and says no address.

    Apps know a licence of the list by its name (CC-BY-4.0). One of your own needs url, so that it can be read.

    Write a name of the list, or add url.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/license.md
    """
    form = Form(
        name="podcast:license", inside=(CHANNEL, ITEM, LIVE), once=True, knows=("url",), text="needed", longest=128
    )
    yield from formal(feed, form)
    known = {name.casefold() for name in LICENSES}
    for element in feed.all("podcast:license"):
        name = element.text.strip()
        if name and name.casefold() not in known and not element.get("url"):
            near = closest(name, LICENSES)
            hint = f"did you mean {near}?" if near else 'add url="https://…" to it'
            yield wrong(element, f"{short(name)} is not on the list of licences and has no address", hint)


def podcast_content_link(feed: Feed) -> Iterator[Finding]:
    """podcast:contentLink has no address.

    It points at what cannot be shown in the app: a live stream's page, an article. The text says what is there.

    Add href, and a few words.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/content-link.md
    """
    yield from formal(feed, Form(name="podcast:contentLink", inside=(ITEM, LIVE), needs=("href",)))


def podcast_social_interact(feed: Feed) -> Iterator[Finding]:
    """podcast:socialInteract lacks its protocol or address, or names a protocol that is not on the list.

    Apps show the post at the address, and the answers under it, by the protocol. Only disabled, which says that there is no
    such post, needs no address.

    Add protocol and uri; priority is a whole number, and the lowest is shown first.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/social-interact.md
    """
    form = Form(name="podcast:socialInteract", inside=(CHANNEL, ITEM, LIVE), needs=("protocol",),
                knows=("uri", "accountId", "accountUrl", "priority"), text="none",
                words={"protocol": SOCIAL_PROTOCOLS}, shapes={"priority": NUMBER})  # fmt: skip
    yield from formal(feed, form)
    for element in feed.all("podcast:socialInteract"):
        if not element.get("uri") and (element.get("protocol") or "") != "disabled":
            yield wrong(element, "<podcast:socialInteract> has no `uri`", 'add uri="https://…", the post\'s address')


def podcast_txt(feed: Feed) -> Iterator[Finding]:
    """podcast:txt has no text, or more than 4,000 characters.

    Services look for their proof of ownership in it, by its purpose.

    Write the text that the service gave you, to the letter; up to 4,000 characters, the purpose up to 128.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/txt.md
    """
    form = Form(name="podcast:txt", inside=(CHANNEL, ITEM, LIVE), knows=("purpose",), text="needed", longest=4000,
                limits={"purpose": 128})  # fmt: skip
    yield from formal(feed, form)


RATIO = Shape(pattern=r"\d+(\.\d+)?\s*[/:]\s*\d+(\.\d+)?", what="a ratio", example="16/9")


def podcast_image(feed: Feed) -> Iterator[Finding]:
    """podcast:image has no address, or a size that is not a number of pixels.

    Apps choose the picture that fits the place by ratio, width and purpose; without a ratio it counts as square.

    Add href; write aspect-ratio as 16/9, width and height in pixels.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/image.md
    """
    form = Form(name="podcast:image", inside=(CHANNEL, ITEM, LIVE), needs=("href",),
                knows=("alt", "aspect-ratio", "width", "height", "type", "purpose"), text="none",
                shapes={"width": NUMBER, "height": NUMBER, "aspect-ratio": RATIO, "type": MEDIA_TYPE},
                limits={"purpose": 128})  # fmt: skip
    yield from formal(feed, form)


def podcast_images(feed: Feed) -> Iterator[Finding]:
    """podcast:images has been replaced by podcast:image.

    The namespace keeps the old tag for readers of old feeds only.

    Write one <podcast:image href="…" width="…"/> for each picture of srcset.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/images-(deprecated).md
    """
    yield from formal(feed, Form(name="podcast:images", inside=(CHANNEL, ITEM, LIVE), once=True, needs=("srcset",)))
    for element in feed.all("podcast:images"):
        yield doubtful(element, "<podcast:images> is no longer used", "write podcast:image for each picture")


RULES = (
    podcast_transcript,
    podcast_chapters,
    podcast_soundbite,
    podcast_person,
    podcast_location,
    podcast_season,
    podcast_episode,
    podcast_license,
    podcast_content_link,
    podcast_social_interact,
    podcast_txt,
    podcast_image,
    podcast_images,
)
