"""What the process that parses foreign feeds answers: the feed as a plain tree, its notes as lines of Markdown.

The only reader of XML that strangers wrote. It gets bytes, opens nothing (`worker_process`, `alone`), resolves no
entity, and names every element by the prefix that the field knows it by, whatever the feed calls it.
"""

from __future__ import annotations

import sys
from typing import Any

from lxml import etree

from podfeed.importing import decoding
from podfeed.importing.markup import blocks
from podfeed.text import legal
from podfeed.worker_process import serve

MOST_ITEMS = 20_000

NAMESPACES = {
    "itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "podcastindex.org/namespace/1.0": "podcast",
    "github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md": "podcast",
    "podlove.org/simple-chapters": "psc",
    "w3.org/2005/atom": "atom",
    "purl.org/rss/1.0/modules/content": "content",
    "purl.org/dc/elements/1.1": "dc",
    "purl.org/dc/terms": "dcterms",
    "purl.org/syndication/history/1.0": "fh",
    "search.yahoo.com/mrss": "media",
    "google.com/schemas/play-podcasts/1.0": "googleplay",
    "rawvoice.com/rawvoice-rss-module": "rawvoice",
    "blubrry.com/developer/rawvoice-rss": "rawvoice",
    "wellformedweb.org/commentapi": "wfw",
    "purl.org/rss/1.0/modules/slash": "slash",
    "purl.org/rss/1.0/modules/syndication": "sy",
    "purl.org/rss/1.0": "",
    "backend.userland.com/rss2": "",
}
"""Addresses of namespaces, without scheme and `www.`, in lower case, to the prefixes used here."""

NOTES = ("content:encoded", "description", "itunes:summary", "googleplay:description")
CANDIDATES = 2  # of them, the two longest are read as HTML: the notes, and what may be their summary


class Unreadable(Exception):
    """Why these bytes are no feed, as a sentence."""


def answer(request: dict, payload: bytes) -> dict:
    try:
        return {"feed": _read(payload)}
    except Unreadable as wrong:
        return {"refused": str(wrong)}
    except (RecursionError, ValueError, etree.LxmlError) as wrong:
        return {"refused": f"it cannot be read as XML ({type(wrong).__name__})"}


def _read(data: bytes) -> dict[str, Any]:
    text, remarks = decoding.decode(data)
    if not text.startswith("<"):
        raise Unreadable("it is not XML" if text else "it is empty")
    text, had_doctype = decoding.without_doctype(text)
    root, damaged = _parse(text, had_doctype)
    remarks += damaged
    if root is None:
        raise Unreadable("it cannot be read as XML")
    kind = _name(root)
    if kind == "html":
        raise Unreadable(_of_page(root))
    if kind == "atom:feed":
        raise Unreadable("it is an Atom feed; podfeed imports RSS, which podcasts use")
    channel = next((e for e in root if _name(e) == "channel"), None)
    if channel is None:
        raise Unreadable(f"it is XML, but no podcast feed (it begins with <{kind or root.tag}>)")
    items = [e for parent in (channel, root) for e in parent if _name(e) == "item"]
    if len(items) > MOST_ITEMS:
        raise Unreadable(f"it has more than {MOST_ITEMS:,} episodes")
    base = _base(channel)
    return {
        "channel": [_tree(e) for e in channel if _name(e) and _name(e) != "item"],
        "items": [_item(e, base) for e in items],
        "base": root.base or channel.base or "",
        "remarks": remarks,
    }


def _parse(text: str, had_doctype: bool) -> tuple[Any, list[str]]:
    remarks = []
    if had_doctype:
        text = decoding.mended(text)
        remarks.append("it has a document type; what that declares was not read")
    for source in (text, decoding.mended(text)):
        try:
            return etree.fromstring(source.encode("utf-8", "replace"), _parser()), remarks
        except etree.XMLSyntaxError as wrong:
            where = wrong.lineno or 0
    remarks.append(f"it is damaged near line {where}; what could be read was taken, so compare the number of episodes")
    return etree.fromstring(decoding.mended(text).encode("utf-8", "replace"), _parser(recover=True)), remarks


def _parser(recover: bool = False) -> Any:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=recover,
        remove_comments=True, remove_pis=True, encoding="utf-8",
    )  # fmt: skip


def _name(element: Any) -> str:
    """`itunes:author` or `title`; the empty string for what is no element."""
    if not isinstance(element.tag, str):
        return ""
    if not element.tag.startswith("{"):
        return str(element.tag)  # a prefix that the feed forgot to declare stands in the name, and is meant as usual
    namespace, _, local = element.tag[1:].rpartition("}")
    short = namespace.lower().partition("://")[2].removeprefix("www.").rstrip("/#")
    prefix = NAMESPACES.get(short, element.prefix or "other")
    return f"{prefix}:{local}" if prefix else str(local)


def _tree(element: Any) -> dict[str, Any]:
    name, text = _name(element), "".join(element.itertext())
    return {
        "name": name,
        "text": text if name == "guid" else legal(text),
        "attributes": {key.rpartition("}")[2]: legal(value) for key, value in element.attrib.items()},
        "children": [_tree(child) for child in element if _name(child)],
        "line": element.sourceline,
    }


def _item(element: Any, base: str) -> dict[str, Any]:
    children = [_tree(child) for child in element if _name(child)]
    texts = {
        tree["name"]: tree["text"] for tree in reversed(children) if tree["name"] in NOTES and tree["text"].strip()
    }
    chosen = sorted(texts, key=lambda name: (-len(texts[name]), NOTES.index(name)))[:CANDIDATES]
    link = next((tree["text"].strip() for tree in children if tree["name"] == "link"), "")
    for tree in children:
        if tree["name"] in NOTES:
            tree["text"], tree["children"] = "", []
    return {
        "elements": children,
        "notes": [{"name": name, "blocks": blocks(texts[name], link or base)} for name in chosen],
        "base": element.base or "",
        "line": element.sourceline,
    }


def _base(channel: Any) -> str:
    links = [e for e in channel if _name(e) == "link" and (e.text or "").strip()]
    return links[0].text.strip() if links else ""


def _of_page(root: Any) -> str:
    """A web page often names its feed."""
    for link in root.iter("{*}link"):
        if "rss" in (link.get("type") or "") and link.get("href"):
            return f"it is a web page; the feed that it names is {link.get('href')}"
    return "it is a web page, not a feed: look there for a link named RSS"


if __name__ == "__main__":
    decoding.preload()
    sys.setrecursionlimit(3000)
    serve(answer, float(sys.argv[1]), int(sys.argv[2]), alone=True)
