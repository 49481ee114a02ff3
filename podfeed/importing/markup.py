"""HTML of show notes as lines of Markdown with their links: what editors of a feed wrote, without its dress.

Runs in the worker, on libxml2's HTML reader, which takes anything and is linear.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from podfeed.text import is_web_address, legal

LONGEST = 200_000  # characters of notes that are read; an episode file takes 64,000
DEEPEST = 100

SKIPPED = frozenset("script style head title noscript template svg math object iframe audio video form".split())
BLOCKS = frozenset(
    """address article aside blockquote center dd details div dl dt fieldset figcaption figure footer header hr li main
    nav ol p pre section summary table tbody td tfoot th thead tr ul h1 h2 h3 h4 h5 h6 body html""".split()
)
MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "cite": "*"}


@dataclass(slots=True)
class Line:
    """One line: as Markdown, as plain text, and the links in it (address, words)."""

    markdown: str = ""
    plain: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Block:
    """A paragraph (`p`), list item (`li`), heading (`h`) or rule (`hr`). `depth` counts the lists around it."""

    kind: str
    depth: int = 0
    marker: str = "-"
    lines: list[Line] = field(default_factory=list)


def blocks(text: str, base: str) -> list[dict[str, Any]]:
    """The blocks of HTML or plain text; relative links count from `base`. Made of plain values, for JSON."""
    text = legal(text[:LONGEST]).replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub("[\x85\u2028\u2029]", "\n", text)
    builder = _Builder(base)
    if re.search(r"</?[a-zA-Z][^<>]{0,500}>|&(#?\w{1,10});", text):
        if not re.search(r"<(p|br|li|div|h[1-6]|td)\b", text, re.IGNORECASE):
            text = text.replace("\n", "<br>")  # links in otherwise plain text
        root = etree.fromstring(f"<div>{text}</div>", etree.HTMLParser(no_network=True, remove_comments=True))
        if root is not None:
            builder.walk(root, 0)
    else:
        for part in re.split(r"\n\s*\n", text):
            for line in part.split("\n"):
                builder.text(line)
                builder.new_line()
            builder.new_block()
    builder.new_block()
    return [asdict(block) for block in builder.done]


class _Builder:
    def __init__(self, base: str) -> None:
        self.base = base
        self.done: list[Block] = []
        self.block = Block("p")
        self.lists: list[tuple[str, int]] = []
        self.pieces: list[Any] = []  # strings, and (mark, number, opens) for emphasis
        self.plain: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.count = 0

    def walk(self, node: Any, depth: int) -> None:
        name = node.tag if isinstance(node.tag, str) else ""
        if name in SKIPPED or not name or depth > DEEPEST:
            return
        if name in BLOCKS:
            self.new_block()
        self.enter(name, node)
        before = self.mark(name)
        self.text(node.text or "")
        for child in node:
            self.walk(child, depth + 1)
            self.text(child.tail or "")
        self.leave(name, node, before)
        if name in BLOCKS:
            self.new_block()

    def enter(self, name: str, node: Any) -> None:
        if name in ("ul", "ol"):
            start = node.get("start") or "1"
            self.lists.append((name, int(start) if start.isdecimal() and len(start) < 9 else 1))
        elif name == "li":
            kind, number = self.lists.pop() if self.lists else ("ul", 1)
            self.lists.append((kind, number + 1))
            self.block = Block("li", depth=len(self.lists), marker=f"{number}." if kind == "ol" else "-")
        elif re.fullmatch("h[1-6]", name):
            self.block = Block("h")
        elif name == "br":
            self.new_line()
        elif name == "hr":
            self.done.append(Block("hr"))
        elif name == "img" and node.get("alt"):
            self.text(node.get("alt"))
        elif name in ("td", "th"):
            self.text(" ")

    def mark(self, name: str) -> tuple[int, int, int]:
        self.count += 1
        if name in MARKS:
            self.pieces.append((MARKS[name], self.count, True))
        return len(self.pieces), len(self.plain), self.count

    def leave(self, name: str, node: Any, before: tuple[int, int, int]) -> None:
        if name in MARKS:
            self.pieces.append((MARKS[name], before[2], False))
        elif name == "a" and node.get("href"):
            self.link(node.get("href"), *before[:2])
        elif name in ("ul", "ol") and self.lists:
            self.new_block()
            self.lists.pop()
            self.block = Block("p", depth=len(self.lists))

    def link(self, href: str, at: int, plain_at: int) -> None:
        try:
            url = urljoin(self.base, re.sub(r"[\s\x00-\x1f]", "", href))
        except ValueError:
            return
        if not (is_web_address(url) or re.fullmatch(r"mailto:[^\s<>()]+@[^\s<>()]+", url)):
            return
        words = "".join(self.plain[plain_at:]).strip()
        if at > len(self.pieces) or not words:
            return
        inner = "".join(piece for piece in self.pieces[at:] if isinstance(piece, str))
        lead, trail = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
        if words == url or "](" in inner or inner.strip() == f"<{url}>":
            made = f"{lead}<{url}>{trail}"
        else:
            made = f"{lead}[{inner.strip()}](<{url}>){trail}"
        self.pieces[at:] = [made]
        if (url, url) in self.links:  # a bare address that was taken for a link already
            self.links.remove((url, url))
        self.links.append((url, " ".join(words.split())))

    def text(self, text: str) -> None:
        for number, part in enumerate(re.split(r"(https?://[^\s<>\"]{3,2000})", text)):
            if number % 2:
                url = re.sub(r"[.,;:!?)\]'»”]+$", "", part)
                if is_web_address(url):
                    self.pieces.append(f"<{url}>")
                    self.links.append((url, url))
                    self.plain.append(url)
                    part = part[len(url) :]
            part = re.sub(r"[ \t\n\r\f\v]+", " ", part)
            self.pieces.append(_escaped(part))
            self.plain.append(part)

    def new_line(self) -> None:
        plain = "".join(self.plain).strip()
        if plain:
            self.block.lines.append(Line(_joined(self.pieces), " ".join(plain.split()), self.links))
        elif self.block.lines and self.block.kind == "p":
            self.done.append(self.block)  # two breaks in a row: a paragraph
            self.block = Block("p", depth=self.block.depth)
        self.pieces, self.plain, self.links = [], [], []

    def new_block(self) -> None:
        plain = "".join(self.plain).strip()
        if plain:
            self.new_line()
        self.pieces, self.plain, self.links = [], [], []
        if self.block.lines:
            self.done.append(self.block)
            self.block = Block("p", depth=len(self.lists))


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>])|&(?=#?\w+;)", lambda m: "\\" + m[0], text)


def _joined(pieces: list[Any]) -> str:
    """The line, with emphasis where CommonMark would see it (§6.2): elsewhere the marks would stand there bare."""
    places: dict[Any, list[int]] = defaultdict(list)
    for at, piece in enumerate(pieces):
        if isinstance(piece, tuple):
            places[piece[1]].append(at)
    good = {number for number, at in places.items() if len(at) == 2 and _shows(pieces, *at)}
    text = "".join(p if isinstance(p, str) else p[0] if p[1] in good else "" for p in pieces)
    text = " ".join(text.split())
    return re.sub(r"^([#+=~|-]|\d{1,9}[.)](?=\s|$))", _defused, text)


def _defused(match: re.Match[str]) -> str:
    return match[0][:-1] + "\\" + match[0][-1]


def _shows(pieces: list[Any], first: int, last: int) -> bool:
    """Whether the marks at these places do, what is between them and beside them being as it is."""
    if any(isinstance(pieces[n], tuple) for n in range(first + 1, last)):
        return False  # emphasis in emphasis: the outer one goes
    inner = "".join(pieces[first + 1 : last])
    before = _said(pieces, range(first - 1, -1, -1))[-1:]
    after = _said(pieces, range(last + 1, len(pieces)))[:1]
    if not inner.strip() or inner != inner.strip():
        return False
    return (inner[0].isalnum() or not before.isalnum()) and (inner[-1].isalnum() or not after.isalnum())


def _said(pieces: list[Any], places: Iterable[int]) -> str:
    """The first text that there is at these places."""
    return next((pieces[n] for n in places if isinstance(pieces[n], str) and pieces[n]), "")
