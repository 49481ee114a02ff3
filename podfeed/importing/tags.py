"""The podcast namespace's tags as the keys of our files: a row a tag, each checked by the very schema that will read it.

What the schema would refuse is not written: the whole tag is told, as everything that cannot be carried over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from podfeed.importing.dates import moment, offset
from podfeed.importing.feed import Draft, Tree, clock
from podfeed.importing.yaml_text import Fact
from podfeed.source import tag_entries as entries
from podfeed.source.entries import ArtEntry, Entry, LinkEntry
from podfeed.text import squash
from podfeed.vocabulary import LIST_MEDIUMS, MEDIUMS, SERVICES

TEXT = ""  # the text of an element, where attributes are named


@dataclass(frozen=True, slots=True)
class Row:
    """The key that a tag becomes, the group of keys that it is, what its attributes are called there; `many` of them."""

    key: str
    kind: type[Entry]
    names: Mapping[str, str]
    many: bool = True


def _moment(text: str) -> str:
    found = moment(text)
    return re.sub(r"([+-]\d\d:\d\d)$", r" \1", found.replace(microsecond=0).isoformat(" ")) if found else text


def _time(text: str) -> str:
    found = offset(text)
    return text if found is None else str(clock(found))


FORMS: dict[str, Callable[[str], str]] = {"date": _moment, "start": _time, "remote_start": _time}
"""Values that are written otherwise in YAML."""

REMOTE = {"title": "title", "feedGuid": "guid", "feedUrl": "feed", "itemGuid": "item", "medium": "medium"}
RECIPIENT = {
    "name": "name", "type": "type", "address": "address", "split": "split", "customKey": "custom_key",
    "customValue": "custom_value", "fee": "fee",
}  # fmt: skip
SOCIAL = {
    "protocol": "protocol",
    "uri": "url",
    "accountId": "account",
    "accountUrl": "account_url",
    "priority": "priority",
}
CHAT = {"server": "server", "protocol": "protocol", "accountId": "account", "space": "space"}
PLACE = {TEXT: "name", "rel": "rel", "geo": "geo", "osm": "osm", "country": "country"}
ART = {
    "href": "file",
    "alt": "alt",
    "purpose": "purpose",
    "width": "width",
    "height": "height",
    "aspect-ratio": "ratio",
}
TRAILER = {TEXT: "title", "url": "audio", "pubdate": "date", "season": "season", "length": "length", "type": "type"}
FREQUENCY = {TEXT: "label", "rrule": "rule", "dtstart": "start", "complete": "complete"}


def _named(tree: Tree, names: Mapping[str, str]) -> dict[str, Any]:
    """The values that the tree has, by our names, in the order of `names`."""
    said = {TEXT: tree["text"], **tree["attributes"]}
    found = {ours: squash(said[theirs]) for theirs, ours in names.items() if said.get(theirs, "").strip()}
    forms = {**FORMS, "start": _moment} if "dtstart" in names else FORMS
    return {key: _value(key, forms.get(key, str)(value)) for key, value in found.items()}


def _value(key: str, text: str) -> str:
    """Numbers, times, yes and no are written bare."""
    word = {"true": "yes", "false": "no"}.get(text.casefold(), text) if key in ("fee", "complete") else text
    return Fact(word) if re.fullmatch(r"[\d:.-]{1,20}|yes|no|\d{4}-\d\d-\d\d [\d: +-]+", word) else word


def read(draft: Draft, tree: Tree, row: Row, value: dict[str, Any] | None = None) -> None:
    """One tag into its key; told, if the schema does not take it."""
    value = _named(tree, row.names) if value is None else value
    try:
        row.kind.model_validate(value)
    except ValueError:
        draft.leave(tree)
        return
    if not row.many:
        draft.once(row.key, value, tree)
    elif value not in draft.keys.setdefault(row.key, []):
        draft.keys[row.key].append(value)


def _by(row: Row) -> Callable[[Draft, Tree], None]:
    return lambda draft, tree: read(draft, tree, row)


def _remotes(tree: Tree) -> list[dict[str, Any]]:
    return [_named(child, REMOTE) for child in tree["children"] if child["name"] == "podcast:remoteItem"]


def _podroll(draft: Draft, tree: Tree) -> None:
    for child in tree["children"]:
        read(draft, child, Row("podroll", entries.RemoteEntry, REMOTE))


def _publisher(draft: Draft, tree: Tree) -> None:
    for child in tree["children"][:1]:
        row = Row("publisher", entries.PublisherEntry, {k: v for k, v in REMOTE.items() if v != "medium"}, many=False)
        read(draft, child, row, {k: v for k, v in _named(child, row.names).items() if k != "item"})


def _value_block(draft: Draft, tree: Tree) -> None:
    value = _named(tree, {"type": "type", "method": "method"})
    if suggested := tree["attributes"].get("suggested", "").strip():
        value["suggested"] = Fact(suggested)
    value["recipients"] = _recipients(tree)
    splits = [_split(child) for child in tree["children"] if child["name"] == "podcast:valueTimeSplit"]
    read(
        draft,
        tree,
        Row("value", entries.ValueEntry, {}, many=False),
        {**value, **({"splits": splits} if splits else {})},
    )


def _recipients(tree: Tree) -> list[dict[str, Any]]:
    return [_named(child, RECIPIENT) for child in tree["children"] if child["name"] == "podcast:valueRecipient"]


def _split(tree: Tree) -> dict[str, Any]:
    names = {
        "startTime": "start",
        "duration": "length",
        "remoteStartTime": "remote_start",
        "remotePercentage": "percentage",
    }
    value = _named(tree, names)
    if "length" in value:
        value["length"] = Fact(_time(value["length"]))
    if recipients := _recipients(tree):
        return {**{k: v for k, v in value.items() if k in ("start", "length")}, "recipients": recipients}
    return {**value, "remote": next(iter(_remotes(tree)), {})}


def _medium(draft: Draft, tree: Tree) -> None:
    word = tree["text"].strip()
    if word in (*MEDIUMS, *LIST_MEDIUMS):
        if word != "podcast":
            draft.once("medium", word, tree)
    elif word:
        draft.leave(tree)


def _podping(draft: Draft, tree: Tree) -> None:
    if tree["attributes"].get("usesPodping", "").strip().casefold() == "true":
        draft.keys["podping"] = Fact("yes")


def _block(draft: Draft, tree: Tree) -> None:
    service, word = tree["attributes"].get("id", "").strip(), tree["text"].strip().casefold()
    if word not in ("yes", "no") or (service and service not in SERVICES):
        draft.leave(tree)
        return
    draft.keys.setdefault("block", {})[service or "all"] = Fact(word)


def _art(own: str) -> Callable[[Draft, Tree], None]:
    """Of the artwork only its words are new: where it is, Apple's tag says."""

    def take(draft: Draft, tree: Tree) -> None:
        value = _named(tree, ART)
        if "artwork" in tree["attributes"].get("purpose", "artwork").casefold().split():
            if "alt" in value and "file" in value and draft.secure(value["file"]):
                draft.keys[own] = {"file": value["file"], "alt": value["alt"]}
            return
        if "width" in value and "height" in value:
            value.pop("ratio", None)
        read(draft, tree, Row("images", ArtEntry, ART), value)

    return take


def _alternate(draft: Draft, tree: Tree) -> None:
    """Its duration is the episode's, which may be read later: `finish` adds it."""
    names = {"length": "length", "type": "type", "bitrate": "bitrate", "title": "title", "lang": "language",
             "height": "height", "rel": "rel", "codecs": "codecs"}  # fmt: skip
    sources = [child["attributes"] for child in tree["children"] if child["name"] == "podcast:source"]
    web = [a for a in sources if a.get("uri", "").startswith("https://")]
    if not web:
        draft.leave(tree)
        return
    value: dict[str, Any] = {"url": web[0]["uri"].strip(), **_named(tree, names)}
    rest = [{"uri": a["uri"].strip(), **({"type": a["contentType"]} if a.get("contentType") else {})}
            for a in sources if a is not web[0] and a.get("uri")]  # fmt: skip
    if rest:
        value["sources"] = rest
    for child in tree["children"]:
        if child["name"] == "podcast:integrity" and child["attributes"].get("value"):
            value["integrity"] = child["attributes"]["value"].strip()
    read(draft, tree, Row("alternate_audio", entries.AlternateEntry, names), value)


def finish(draft: Draft) -> None:
    """Other forms of a recording last as long as it does; the recording itself is no other form of itself."""
    every = draft.keys.get("alternate_audio", ())
    for row in every:
        if row["url"] == draft.url and "bitrate" in row:
            draft.texts["bitrate"] = row["bitrate"]
    rows = [row for row in every if row["url"] != draft.url]
    if draft.duration:
        rows = [{**row, "duration": clock(draft.duration)} for row in rows]
    for row in rows:
        if not draft.duration or "length" not in row:
            draft.left.append(f"another form of the recording, whose length is not known: {row['url']}")
    kept = [row for row in rows if "duration" in row and "length" in row]
    draft.keys.pop("alternate_audio", None)
    if kept:
        draft.keys["alternate_audio"] = kept


EITHER: dict[str, Callable[[Draft, Tree], None]] = {
    "podcast:txt": _by(Row("txt", entries.TxtEntry, {TEXT: "text", "purpose": "purpose"})),
    "podcast:location": _by(Row("location", entries.LocationEntry, PLACE)),
    "podcast:funding": _by(Row("funding", entries.FundingEntry, {"url": "url", TEXT: "label"})),
    "podcast:socialInteract": _by(Row("socials", entries.SocialEntry, SOCIAL)),
    "podcast:chat": _by(Row("chat", entries.ChatEntry, CHAT, many=False)),
    "podcast:value": _value_block,
    "podcast:block": _block,
}
SHOW: dict[str, Callable[[Draft, Tree], None]] = {
    **EITHER,
    "podcast:trailer": _by(Row("trailer", entries.TrailerEntry, TRAILER)),
    "podcast:podroll": _podroll,
    "podcast:publisher": _publisher,
    "podcast:remoteItem": _by(Row("list", entries.RemoteEntry, REMOTE)),
    "podcast:updateFrequency": _by(Row("update_frequency", entries.FrequencyEntry, FREQUENCY, many=False)),
    "podcast:medium": _medium,
    "podcast:podping": _podping,
    "podcast:image": _art("cover"),
}
EPISODE: dict[str, Callable[[Draft, Tree], None]] = {
    **EITHER,
    "podcast:contentLink": _by(Row("links", LinkEntry, {"href": "url", TEXT: "title"})),
    "podcast:alternateEnclosure": _alternate,
    "podcast:image": _art("image"),
}
