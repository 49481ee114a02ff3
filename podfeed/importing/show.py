"""From a gathered feed to the files of a show: pure, so that the same feed gives the same files."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from podfeed import ledger as ledgers
from podfeed.importing import feed as feeds
from podfeed.importing import segments, tags
from podfeed.importing.dates import in_address
from podfeed.importing.feed import Draft, clock
from podfeed.importing.gather import Gathered, itself
from podfeed.importing.segments import Mark
from podfeed.importing.yaml_text import Exact, Fact, document
from podfeed.ledger import Entry, Ledger
from podfeed.source.show import feed_guid
from podfeed.text import is_web_address, plural, same_name, shorten, slugify, squash
from podfeed.vocabulary import ROLES

ORDER = """title date number season type summary hosts guests people explicit image images tags location audio guid
transcript alternate_audio segments clips links socials chat license funding value block txt notes""".split()
OF_SHOW = """explicit type license copyright funding locked complete medium list publisher podping update_frequency trailer
podroll location chat socials value block txt images""".split()
HOSTS = frozenset(("host", "co-host", "guest host"))
LONGEST = 60_000  # characters of notes; an episode file takes 64,000
DRAFT_HEAD = ("# yaml-language-server: $schema=../.podfeed/episode.schema.json",)


@dataclass(slots=True)
class Imported:
    """The files by their paths, and what a person should know."""

    files: dict[str, str] = field(default_factory=dict)
    episodes: int = 0
    segments: int = 0
    notes: list[str] = field(default_factory=list)
    locked_by: str | None = None


def drafts(got: Gathered) -> tuple[Draft, list[Draft]]:
    """The channel and its items, as the tables read them; an item that comes twice (on two pages) comes once."""
    base = got.address
    channel = feeds.read(got.channel, {**feeds.SHOW, **tags.SHOW}, base)
    base = base or (channel.link if is_web_address(channel.link) else "")
    channel.base = base
    items: dict[tuple[str, str], Draft] = {}
    for row in got.items:
        draft = feeds.read(row["elements"], {**feeds.EPISODE, **tags.EPISODE}, row["base"] or base)
        tags.finish(draft)
        draft.notes = row["notes"]
        items.setdefault((draft.guid, draft.url) if draft.url else (draft.guid, str(row["line"])), draft)
    return channel, list(items.values())


def files(
    got: Gathered, channel: Draft, items: list[Draft], fetched: dict[str, list[Mark] | None], now: datetime
) -> Imported:
    """Everything that is to be written. `fetched` are the chapters by their addresses."""
    made = Imported(notes=[f"the feed: {remark}" for remark in got.remarks])
    made.notes += [f"show.yaml: not carried over: {line}" for line in channel.left]
    if channel.keys.get("locked") == "yes":
        made.locked_by = channel.texts.get("lock owner") or channel.texts.get("owner email") or "its owner"
    people: dict[str, dict[str, Any]] = {}
    address = got.address or itself(got.channel)
    guid = str(channel.keys.get("guid") or (feed_guid(address) if address else "")) or None
    if guid is None:
        made.notes.append(
            "show.yaml: the file does not say where the feed stood, from which apps know its guid; write guid: …"
        )
    made.files["show.yaml"] = _show(channel, guid, people)
    _dates([d for d in items if d.url], channel, now)
    rows: dict[str, Entry] = {}
    slugs: set[str] = set()
    for draft in items:
        if not draft.url:
            title = draft.keys.get("title") or draft.guid or "an item without a title"
            made.notes.append(f"not carried over, since it has no recording: {shorten(str(title), 80)}")
            continue
        slug = _slug(draft, slugs)
        text, count, remarks = _episode(draft, people, fetched)
        path = f"episodes/{slug}.yaml"
        made.files[path] = text
        made.episodes += 1
        made.segments += count
        made.notes += [f"{path}: {remark}" for remark in remarks]
        rows[slug] = Entry(
            guid=draft.guid,
            enclosure=draft.url,
            length=draft.length or 0,
            duration=round(draft.duration.total_seconds(), 3) if draft.duration else None,
            published=(draft.date or now).astimezone(UTC).replace(microsecond=0),
        )
    if people:
        made.files["people.yaml"] = document(dict(people))
    made.files[ledgers.NAME] = ledgers.text(Ledger(guid=guid, episodes=rows))
    return made


def _slug(draft: Draft, slugs: set[str]) -> str:
    assert draft.date is not None
    words = slugify(str(draft.keys.get("title", "")))[:80].strip("-_")
    stem = f"{draft.date:%Y-%m-%d}" + (f"-{words}" if re.fullmatch(r"\w[\w-]*", words) else "")
    slug, number = stem, 1
    while same_name(slug) in slugs:
        number += 1
        slug = f"{stem}-{number}"
    slugs.add(same_name(slug))
    return slug


def _dates(items: list[Draft], channel: Draft, now: datetime) -> None:
    """A date for each that has none: from its address, else a minute from its neighbour in the feed's order."""
    known = [d.date for d in items if d.date]
    oldest_first = len(known) > 1 and known[0] < known[-1]
    ordered = list(reversed(items)) if oldest_first else items
    after = known[-1 if oldest_first else 0] + timedelta(minutes=1) if known else channel.date or now
    after = after.replace(microsecond=0)
    for draft in ordered:
        if draft.date is None:
            draft.date = in_address(draft.url) or after - timedelta(minutes=1)
            draft.left.append("the old feed gives no date: this one is a guess, put it right")
        after = draft.date


# --- show.yaml -----------------------------------------------------------------------------------------------


def _show(channel: Draft, guid: str | None, people: dict[str, dict[str, Any]]) -> str:
    said, keys = channel.texts, channel.keys
    values: dict[str, Any] = {"#": [f"not carried over: {line}" for line in channel.left]}
    missing: list[str] = []

    def need(key: str, value: Any, example: str) -> None:
        if value:
            values[key] = value
        else:
            missing.append(key)
            values[f"#{key}"] = f"{key}: {example}   (the old feed does not say; apps need it)"

    need("title", keys.get("title"), "The Morning Tide")
    need("description", feeds.plain(said.get("description") or said.get("summary") or ""), "What the show is")
    values["#url"] = "Where the new site will stand; this is the old one's address, put yours."
    need("url", channel.link if is_web_address(channel.link) else None, "https://radio.example/morning/")
    need("language", keys.get("language"), "en-gb")
    author = said.get("author") or said.get("creator") or said.get("owner name")
    need("author", author, "Radio Example")
    email = said.get("owner email", "")
    name = said.get("owner name") or author
    owner = (
        {"name": name, "email": email}
        if name and re.fullmatch(r"[^@\s<>\",;]+@[^@\s<>\",;]+\.[^@\s<>\",;.]+", email)
        else None
    )
    need("owner", owner, "{name: Radio Example, email: feed@radio.example}")
    need("category", keys.get("category"), "News / Daily News")
    need("cover", keys.get("cover"), "cover.jpg")
    subtitle = said.get("subtitle", "")
    if subtitle and subtitle not in said.get("description", ""):
        values["tagline"] = subtitle[:1000]
    values |= {key: keys[key] for key in OF_SHOW if key in keys}
    values |= _credits(channel, people)
    if guid:
        values["#guid"] = "The feed's own guid, which apps know it by: never change it."
        values["guid"] = guid
    return document(values)


def _credits(draft: Draft, people: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """hosts, guests and people; each person a record of people.yaml."""
    found: dict[str, list[Any]] = {"hosts": [], "guests": [], "people": []}
    for name, role, image, page, group in draft.people:
        slug = slugify(name)
        if not re.fullmatch(r"\w[\w-]*", slug):
            draft.left.append(f"person {name} ({role})")
            continue
        record = people.setdefault(slug, {"name": name})
        if image:
            record.setdefault("image", image)
        if page:
            record.setdefault("links", [page])
        word = role.casefold()
        key = "hosts" if word in HOSTS else "guests" if word == "guest" else "people"
        default = word == ("host" if key == "hosts" else "guest")
        entry: Any = slug if default and key != "people" else {"person": slug, "role": role}
        if group and not isinstance(entry, str) and sum(word in map(str.casefold, rs) for rs in ROLES.values()) > 1:
            entry["group"] = group  # "Editor" is in two
        if entry not in found[key]:
            found[key].append(entry)
    if not draft.people:
        return {}
    return {key: rows for key, rows in found.items() if rows or key == "hosts"}


# --- an episode ----------------------------------------------------------------------------------------------


def _episode(
    draft: Draft, people: dict[str, dict[str, Any]], fetched: dict[str, list[Mark] | None]
) -> tuple[str, int, list[str]]:
    """The file's text, how many segments it has, and what a person should look at."""
    keys = dict(draft.keys)
    marks = draft.marks
    if not marks and draft.chapters:
        marks = fetched.get(draft.chapters) or []
        if not marks:
            draft.left.append(f"chapters could not be read: {draft.chapters}")
    words = draft.notes[0]["blocks"] if draft.notes else []
    arranged = segments.arrange(marks, words, draft.duration)
    draft.left += arranged.left
    keys |= _words(draft, arranged.blocks)
    keys |= _credits(draft, people)
    if not keys.get("title"):
        keys["title"] = draft.url.rpartition("/")[2][:200] or "Untitled"
        draft.left.append("the old feed gives no title: this is the name of the recording")
    assert draft.date is not None
    keys["date"] = Fact(re.sub(r"([+-]\d\d:\d\d)$", r" \1", draft.date.replace(microsecond=0).isoformat(" ")))
    audio: dict[str, Any] = {"url": draft.url, "length": Fact(draft.length or 0)}
    if not draft.length:
        draft.left.append("the old feed does not say how many bytes the recording has: put length: right")
    if draft.duration:
        audio["duration"] = clock(draft.duration)
    else:
        draft.left.append("the old feed does not say how long the recording is: add duration: under audio:")
    if "bitrate" in draft.texts:
        audio["bitrate"] = Fact(draft.texts["bitrate"])
    keys["audio"] = {**audio, "type": draft.type}
    keys["guid"] = _guid(draft)
    keys["segments"] = [_segment(part) for part in arranged.parts] or None
    if draft.link and draft.link != draft.guid:
        keys["#link"] = f"The old page: {draft.link}"
    if draft.left:
        keys["#"] = [f"Not carried over: {line}" for line in draft.left]
    text = document({key: keys[key] for key in ("#", "#link", *ORDER) if key in keys}, DRAFT_HEAD)
    return text, len(arranged.parts), list(draft.left)


def _guid(draft: Draft) -> Any:
    """As apps do where there is none: the recording's address."""
    if not draft.guid.strip():
        draft.guid, draft.permalink = draft.url, False
        draft.left.append("the old feed gives no guid: apps take the recording's address, so it is the guid now")
    return {"text": Exact(draft.guid), "permalink": Fact("yes")} if draft.permalink else Exact(draft.guid)


def _words(draft: Draft, blocks: segments.Blocks) -> dict[str, Any]:
    """Summary and notes. A first paragraph without links is the summary; nothing is said twice."""
    found: dict[str, Any] = {}
    second = segments.plain(draft.notes[1]["blocks"]) if len(draft.notes) > 1 else ""
    first = segments.plain(blocks)
    subtitle = feeds.plain(draft.texts.get("subtitle", ""))
    if second and squash(second) not in squash(first) and len(second) < 4000:
        found["summary"] = second
    elif blocks and blocks[0]["kind"] == "p" and not any(line["links"] for line in blocks[0]["lines"]):
        found["summary"] = segments.plain(blocks[:1])
        blocks = blocks[1:]
    elif subtitle and subtitle not in squash(first):
        found["summary"] = subtitle
    notes = segments.markdown(blocks)
    if len(notes) > LONGEST:
        notes = notes[:LONGEST]
        draft.left.append("the notes were longer than 60,000 characters; the rest was left out")
    if notes:
        found["notes"] = notes + "\n"
    said = found.get("summary", "") + first
    if subtitle and squash(subtitle).rstrip(".…")[:60] not in squash(said):
        draft.left.append(f"subtitle: {subtitle[:200]}")
    author = draft.texts.get("author") or draft.texts.get("creator")
    if author:
        draft.left.append(f"author: {author[:200]}")
    return found


def _segment(part: segments.Part) -> Any:
    start = clock(part.start)
    if not (part.summary or part.stories or part.image):
        return f"{start} {part.title}"
    row: dict[str, Any] = {"start": start, "title": part.title}
    if part.summary:
        row["summary"] = part.summary[:4000]
    if part.image:
        row["image"] = part.image
    if part.stories:
        row["stories"] = [_story(link) for link in part.stories]
    return row


def _story(link: segments.Link) -> Any:
    if not link.title and link.at is None:
        return link.url
    row: dict[str, Any] = {"url": link.url}
    if link.title:
        row["title"] = link.title
    if link.at is not None:
        row["at"] = clock(link.at)
    return row


def summary(made: Imported) -> str:
    """What was made, in one line."""
    return f"{plural(made.episodes, 'episode')}, {plural(made.segments, 'segment')}"
