"""From the tree of a foreign feed to the keys of our files: one function a tag, in two visible tables.

Whatever has no row, and whatever a row cannot use, goes to `left` and is told; only what the old host's machinery says
about itself is passed over (`MACHINERY`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from podfeed.importing.dates import duration, moment, offset
from podfeed.importing.segments import Mark
from podfeed.importing.yaml_text import Fact
from podfeed.media_types import AUDIO, suffix
from podfeed.text import format_time, is_web_address, legal, squash
from podfeed.vocabulary import CATEGORIES

MACHINERY = frozenset(
    """generator docs ttl lastBuildDate cloud skipHours skipDays textInput rating atom:link sy:updatePeriod
    sy:updateFrequency sy:updateBase slash:comments wfw:commentRss comments itunes:new-feed-url fh:archive fh:complete
    managingEditor webMaster itunes:title googleplay:author googleplay:image googleplay:explicit googleplay:category
    googleplay:email googleplay:owner googleplay:block media:content media:thumbnail media:title media:description
    rawvoice:subscribe rawvoice:frequency rawvoice:rating source""".split()
)

Tree = dict[str, Any]


@dataclass(slots=True)
class Draft:
    """What becomes of a channel or an item: keys of our file, persons (name, role, image, page, group), and what is
    left."""

    base: str = ""
    keys: dict[str, Any] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    people: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    guid: str = ""
    permalink: bool = True
    date: datetime | None = None
    url: str = ""
    length: int | None = None
    type: str = ""
    duration: timedelta | None = None
    link: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    chapters: str = ""
    notes: list[dict[str, Any]] = field(default_factory=list)

    def once(self, key: str, value: Any, tree: Tree) -> None:
        """The first of a tag counts; another one is told."""
        if key in self.keys and self.keys[key] != value:
            self.leave(tree)
        else:
            self.keys.setdefault(key, value)

    def leave(self, tree: Tree) -> None:
        attributes = "".join(f' {name}="{value}"' for name, value in tree["attributes"].items())
        inner = squash(tree["text"]) or ", ".join(c["name"] for c in tree["children"])
        self.left.append(f"<{tree['name']}{attributes}> {inner}".strip()[:300])

    def secure(self, address: str) -> str | None:
        url = join(self.base, address) if address.strip() else ""
        return url if url and url.startswith("https://") and is_web_address(url) else None


def join(base: str, address: str) -> str:
    """The address in full; empty if it is none."""
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return ""


def plain(text: str) -> str:
    """A title without markup: some feeds escape it twice.

    >>> plain("Q&amp;A <b>live</b>")
    'Q&A live'
    """
    import html

    return squash(html.unescape(re.sub(r"</?(?:b|i|em|strong|span|p|br|a|u)\b[^>]{0,300}>", "", text)))[:1000]


def yes(text: str) -> Fact:
    return Fact("yes" if text.strip().casefold() in ("yes", "true", "explicit", "1") else "no")


# --- one function a tag --------------------------------------------------------------------------------------


def _text(key: str) -> Callable[[Draft, Tree], None]:
    def read(draft: Draft, tree: Tree) -> None:
        if text := plain(tree["text"]):
            draft.once(key, text, tree)

    return read


def _yes(key: str) -> Callable[[Draft, Tree], None]:
    def read(draft: Draft, tree: Tree) -> None:
        if tree["text"].strip():
            draft.once(key, yes(tree["text"]), tree)

    return read


def _said(name: str) -> Callable[[Draft, Tree], None]:
    def read(draft: Draft, tree: Tree) -> None:
        draft.texts.setdefault(name, squash(tree["text"]))

    return read


def _picture(key: str) -> Callable[[Draft, Tree], None]:
    def read(draft: Draft, tree: Tree) -> None:
        nested = next((c["text"] for c in tree["children"] if c["name"] == "url"), "")
        address = tree["attributes"].get("href") or nested or tree["text"]
        url = draft.secure(re.sub(r"^http:", "https:", address.strip()))
        if url is None:
            draft.leave(tree)
        else:
            draft.keys.setdefault(key, url)
            if address.strip().startswith("http:"):
                draft.left.append(f"the picture's address was http: {address.strip()}")

    return read


def _guid(draft: Draft, tree: Tree) -> None:
    if draft.guid:
        draft.leave(tree)
    elif legal(tree["text"]).strip():
        draft.guid = legal(tree["text"])
        if draft.guid != tree["text"]:
            draft.left.append(
                "the old guid has control characters, which no feed of ours carries: apps will see a new one"
            )
        claims = tree["attributes"].get("isPermaLink", "true").strip().casefold() != "false"
        draft.permalink = claims and is_web_address(tree["text"])
        if claims and not draft.permalink:
            draft.left.append("the old feed called this guid an address (isPermaLink), which it is not")


def _date(draft: Draft, tree: Tree) -> None:
    found = moment(tree["text"])
    if found is None and tree["text"].strip():
        draft.leave(tree)
    draft.date = draft.date or found


def _enclosure(draft: Draft, tree: Tree) -> None:
    attributes = tree["attributes"]
    url = attributes.get("url", "").strip()
    url = url if re.match(r"https?://", url, re.IGNORECASE) else join(draft.base, url)
    tidy = re.sub(r"[ <>\"\\^`{|}]", "%20", url)
    if draft.url or not is_web_address(tidy) or len(url) > 1900:
        draft.leave(tree)
        return
    draft.url = url
    length = attributes.get("length", "").strip().replace(",", "")
    draft.length = int(length) if re.fullmatch(r"\d{1,15}", length, re.ASCII) else None
    draft.type = squash(attributes.get("type", "")) or AUDIO.get(suffix(url), "audio/mpeg")


def _duration(draft: Draft, tree: Tree) -> None:
    draft.duration = draft.duration or duration(tree["text"])
    if draft.duration is None:
        draft.leave(tree)


def _number(key: str) -> Callable[[Draft, Tree], None]:
    def read(draft: Draft, tree: Tree) -> None:
        text = tree["text"].strip()
        if not re.fullmatch(r"0*[1-9]\d{0,8}", text, re.ASCII):
            draft.leave(tree)
            return
        more = {"display": "display", "name": "name"}
        extra = {key: squash(tree["attributes"][a]) for a, key in more.items() if tree["attributes"].get(a, "").strip()}
        if extra:
            draft.keys[key] = {"number": Fact(int(text)), **extra}
        else:
            draft.keys.setdefault(key, Fact(int(text)))

    return read


def _kind(draft: Draft, tree: Tree) -> None:
    word = tree["text"].strip().casefold()
    if word in ("trailer", "bonus"):
        draft.keys["type"] = word
    elif word not in ("full", ""):
        draft.leave(tree)


def _show_kind(draft: Draft, tree: Tree) -> None:
    word = tree["text"].strip().casefold()
    if word == "serial":
        draft.keys["type"] = word
    elif word not in ("episodic", ""):
        draft.leave(tree)


def _tags(draft: Draft, tree: Tree) -> None:
    words = tree["text"].split(",") if tree["name"] == "itunes:keywords" else [tree["text"]]
    known = draft.keys.setdefault("tags", [])
    known += [w for w in dict.fromkeys(plain(word)[:100] for word in words) if w and w not in known][: 50 - len(known)]
    if not known:
        del draft.keys["tags"]


def _person(draft: Draft, tree: Tree) -> None:
    name = plain(tree["text"])
    if not re.search(r"\w", name):
        draft.leave(tree)
        return
    a = tree["attributes"]
    role = squash(a.get("role", "")) or "host"
    image, page = draft.secure(a.get("img", "")) or "", draft.secure(a.get("href", "")) or ""
    draft.people.append((name, role[:100], image, page, squash(a.get("group", ""))[:100]))


def _transcript(draft: Draft, tree: Tree) -> None:
    url = draft.secure(tree["attributes"].get("url", ""))
    if url is None:
        draft.leave(tree)
    else:
        language = squash(tree["attributes"].get("language", ""))
        row = {"file": url, "language": language} if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z]{2})?", language) else url
        draft.keys.setdefault("transcript", []).append(row)


def _chapters(draft: Draft, tree: Tree) -> None:
    draft.chapters = draft.secure(tree["attributes"].get("url", "")) or ""
    if not draft.chapters:
        draft.leave(tree)


def _simple_chapters(draft: Draft, tree: Tree) -> None:
    for child in tree["children"]:
        a = child["attributes"]
        start = offset(a.get("start", ""))
        if start is None:
            draft.leave(child)
            continue
        draft.marks.append(Mark(start=start, title=plain(a.get("title", "")), url=a.get("href"), image=a.get("image")))


def _soundbite(draft: Draft, tree: Tree) -> None:
    start, length = offset(tree["attributes"].get("startTime", "")), duration(tree["attributes"].get("duration", ""))
    if start is None or length is None:
        draft.leave(tree)
        return
    row: dict[str, Any] = {"start": clock(start), "length": clock(length)}
    if title := plain(tree["text"]):
        row["title"] = title
    draft.keys.setdefault("clips", []).append(row)


def clock(time: timedelta) -> Fact:
    """`2:15`, with thousandths where there are some."""
    rest = time.microseconds // 1000
    return Fact(format_time(time) + (f".{rest:03}" if rest else ""))


def _license(draft: Draft, tree: Tree) -> None:
    name, url = squash(tree["text"]), draft.secure(tree["attributes"].get("url", ""))
    if name:
        draft.once("license", {"id": name, "url": url} if url else name, tree)


def _owner(draft: Draft, tree: Tree) -> None:
    for child in tree["children"]:
        draft.texts.setdefault(child["name"].replace("itunes:", "owner "), squash(child["text"]))


def _category(draft: Draft, tree: Tree) -> None:
    name = squash(tree["attributes"].get("text", ""))
    folded = {c.casefold(): c for c in CATEGORIES}
    known = folded.get(name.casefold())
    if known is None:
        draft.leave(tree)
        return
    subs = {s.casefold(): s for s in CATEGORIES[known]}
    inner = [squash(c["attributes"].get("text", "")) for c in tree["children"]]
    found = [f"{known} / {subs[s.casefold()]}" for s in inner if s.casefold() in subs] or [known]
    rows = draft.keys.setdefault("category", [])
    rows += [row for row in found if row not in rows]


def _feed_guid(draft: Draft, tree: Tree) -> None:
    text = tree["text"].strip()
    if re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text):
        draft.once("guid", text, tree)
    else:
        draft.leave(tree)


def _locked(draft: Draft, tree: Tree) -> None:
    draft.keys["locked"] = yes(tree["text"])
    draft.texts["lock owner"] = squash(tree["attributes"].get("owner", ""))


def _language(draft: Draft, tree: Tree) -> None:
    text = tree["text"].strip().replace("_", "-")
    if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|\d{3}))?", text):
        draft.once("language", text.lower(), tree)
    elif text:
        draft.leave(tree)


def _pass(draft: Draft, tree: Tree) -> None:
    """Read elsewhere: the worker has the notes."""


COMMON: dict[str, Callable[[Draft, Tree], None]] = {
    "title": _text("title"),
    "link": _said("link"),
    "itunes:author": _said("author"),
    "dc:creator": _said("creator"),
    "itunes:subtitle": _said("subtitle"),
    "itunes:explicit": _yes("explicit"),
    "podcast:person": _person,
    "podcast:license": _license,
}
EPISODE: dict[str, Callable[[Draft, Tree], None]] = {
    **COMMON,
    "author": _said("author"),
    "guid": _guid,
    "pubDate": _date,
    "dc:date": _date,
    "enclosure": _enclosure,
    "description": _pass,
    "content:encoded": _pass,
    "itunes:summary": _pass,
    "googleplay:description": _pass,
    "itunes:duration": _duration,
    "itunes:episode": _number("number"),
    "itunes:season": _number("season"),
    "podcast:episode": _number("number"),
    "podcast:season": _number("season"),
    "itunes:episodeType": _kind,
    "itunes:image": _picture("image"),
    "itunes:keywords": _tags,
    "category": _tags,
    "podcast:transcript": _transcript,
    "podcast:chapters": _chapters,
    "psc:chapters": _simple_chapters,
    "podcast:soundbite": _soundbite,
}
SHOW: dict[str, Callable[[Draft, Tree], None]] = {
    **COMMON,
    "description": _said("description"),
    "itunes:summary": _said("summary"),
    "language": _language,
    "copyright": _text("copyright"),
    "pubDate": _date,
    "itunes:image": _picture("cover"),
    "image": _pass,
    "itunes:category": _category,
    "itunes:owner": _owner,
    "itunes:type": _show_kind,
    "itunes:complete": _yes("complete"),
    "podcast:guid": _feed_guid,
    "podcast:locked": _locked,
}


def read(trees: list[Tree], table: dict[str, Callable[[Draft, Tree], None]], base: str) -> Draft:
    """The elements by the table."""
    draft = Draft(base=base)
    for tree in trees:
        name = tree["name"]
        if name in table:
            table[name](draft, tree)
        elif name not in MACHINERY and (tree["text"].strip() or tree["attributes"] or tree["children"]):
            draft.leave(tree)
    draft.link = draft.texts.get("link", "")
    return draft
