"""Every published file read as strictly as its format allows, and what a reader would see of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import html5lib
from lxml import etree

from podfeed.output import Site

STRICT = etree.XMLParser(resolve_entities=False, no_network=True, recover=False, huge_tree=False)
UNSAFE = re.compile(r"[\x00-\x20]*(javascript|vbscript|data|file|blob)[\x00-\x20]*:", re.IGNORECASE)
LINKS = ("href", "src", "action", "formaction", "poster", "data", "cite", "xlink:href", "srcset", "ping", "background")
# What html5lib calls an error and HTML only advises against: a character that is in a text because the editor typed it.
ADVICE = {"invalid-codepoint", "control-character-in-input-stream", "noncharacter-in-input-stream"}
XHTML = "{http://www.w3.org/1999/xhtml}"


def no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON (RFC 8259 §6)")


def read_json(body: bytes) -> Any:
    return json.loads(body.decode("utf-8"), parse_constant=no_constant)


def read_xml(body: bytes) -> Any:
    return etree.fromstring(body, STRICT)


def read_html(body: bytes) -> Any:
    """The page as a browser builds it. Raises AssertionError where the markup is wrong."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=True)
    root = parser.parse(body.decode("utf-8"))
    wrong = [(place, code) for place, code, _ in parser.errors if code not in ADVICE]
    assert wrong == [], wrong[:5]
    return root


def read_calendar(body: bytes) -> None:
    """RFC 5545 §3.1: lines of at most 75 octets that end in CRLF, and no controls but tabs."""
    text = body.decode("utf-8")
    assert text.endswith("\r\n") and re.search("[\x00-\x08\x0a-\x1f\x7f]", text.replace("\r\n", "")) is None
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    for line in text.replace("\r\n ", "").split("\r\n")[:-1]:
        assert re.match(r"[A-Z-]+[;:]", line), line


def read_vtt(body: bytes) -> None:
    blocks = body.decode("utf-8").rstrip("\n").split("\n\n")
    assert blocks[0] == "WEBVTT"
    for block in blocks[1:]:
        assert block.startswith("NOTE ") or re.match(r"[\d:.]+ --> [\d:.]+\n[^\n]", block), block
        assert block.count("-->") <= 1


READERS = {
    ".xml": read_xml,
    ".opml": read_xml,
    ".json": read_json,
    ".html": read_html,
    ".ics": read_calendar,
    ".vtt": read_vtt,
}


def ending(path: str) -> str:
    return path[path.rfind(".") :]


def read_all(site: Site, only: tuple[str, ...] = tuple(READERS)) -> dict[str, Any]:
    """Path → what was read; fails at the first file that is not well-formed, and names it."""
    found: dict[str, Any] = {}
    for path, output in site.items():
        ours = output.make or path.endswith(".html")  # other files that are copied are as their makers made them
        if ours and not path.startswith("static/") and ending(path) in only:
            try:
                found[path] = READERS[ending(path)](output.body())
            except Exception as wrong:
                raise AssertionError(f"{path}: {wrong!r}") from wrong
    return found


def unsafe_in_page(root: Any) -> Iterator[str]:
    """Everything in a page that could run, beside our own scripts."""
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        name = element.tag.removeprefix(XHTML)
        if name in ("iframe", "object", "embed", "applet", "base", "frame", "math", "foreignObject"):
            yield f"<{name}>"
        kind = element.get("type", "")
        if name == "script" and not element.get("src", "").endswith((".js", "")) and kind != "application/ld+json":
            yield "<script>"
        if name == "script" and kind == "application/ld+json":
            read_json((element.text or "").encode())
        elif name == "script" and (element.text or "").strip():
            yield "a script in the page"
        if name == "meta" and element.get("http-equiv", "").lower() == "refresh":
            yield "a refresh"
        for attribute, value in element.attrib.items():
            attribute = str(attribute).lower()
            if attribute.startswith("on") or attribute in ("style", "srcdoc"):
                yield f"{name} {attribute}={value[:40]}"
            if attribute in LINKS and UNSAFE.match(value):
                yield f"{name} {attribute}={value[:40]}"


def links_in_json(value: Any, key: str = "") -> Iterator[str]:
    """Every value of a key that programs follow."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from links_in_json(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from links_in_json(inner, key)
    elif isinstance(value, str) and re.search(
        r"url|uri|href|image|img|icon|avatar|link|@id|sameAs", key, re.IGNORECASE
    ):
        yield value
