"""A feed as a tree with the place of everything: ours as rendered, or a stranger's as it came.

Read with expat, which knows lines and columns, and without namespaces, so that a feed whose prefix is not declared can
still be read and told about. No document type, no entity of its own, a limit on depth and number: a feed cannot make
the reader fetch or fill anything.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from xml.parsers import expat

from podfeed.check import xml_slips as slips
from podfeed.check.xml_slips import Slip
from podfeed.problem import Problem, Span
from podfeed.vocabulary import PODCAST_NAMESPACE

LARGEST = 32_000_000  # bytes: twenty-five times the largest feed of 300 episodes that was seen
DEEPEST = 60
MOST = 1_000_000  # elements
LONGEST_LINE = 2_000  # of an excerpt: a feed without line breaks shows none

NAMESPACES = {
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    PODCAST_NAMESPACE: "podcast",
    "http://www.w3.org/2005/Atom": "atom",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://podlove.org/simple-chapters": "psc",
    "http://purl.org/syndication/history/1.0": "fh",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://search.yahoo.com/mrss/": "media",
    "http://www.google.com/schemas/play-podcasts/1.0": "googleplay",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
}
"""The names that the rules use for a namespace, whatever prefix a feed writes."""

LIKE = {
    "itunes": re.compile(r"https?://(www\.)?itunes\.(com|apple\.com)/dtds/podcast-1\.0\.dtd/?", re.IGNORECASE),
    "podcast": re.compile(
        r"https?://(www\.)?(podcastindex\.org/namespace/1\.0/?|github\.com/podcastindex-org/podcast-namespace/.*)",
        re.IGNORECASE,
    ),
    "atom": re.compile(r"https?://(www\.)?w3\.org/2005/atom/?", re.IGNORECASE),
    "content": re.compile(r"https?://purl\.org/rss/1\.0/modules/content/?", re.IGNORECASE),
}
"""What a namespace that is nearly right looks like."""


@dataclass(slots=True, eq=False)
class Element:
    """`name` has the rules' own prefix (`itunes:image`), `written` the feed's. `text` is its own, without its children's.

    `offset` is where its `<` stands. `item` is the number of the item that it is in, counted from 0, or None. Never changed,
    yet not frozen: a feed has ten thousand, and setting a frozen value's fields was an eighth of reading it.
    """

    name: str
    written: str
    attributes: Mapping[str, str]
    text: str
    children: tuple[Element, ...]
    offset: int
    item: int | None

    def get(self, name: str) -> str | None:
        """An attribute's value."""
        return self.attributes.get(name)

    def all(self, name: str) -> tuple[Element, ...]:
        """Its children of that name."""
        return tuple(child for child in self.children if child.name == name)

    def first(self, name: str) -> Element | None:
        return next((child for child in self.children if child.name == name), None)

    def value(self, name: str) -> str | None:
        """The text of its first child of that name, without space around it; None if there is no such child."""
        child = self.first(name)
        return None if child is None else child.text.strip()

    def walk(self) -> Iterator[Element]:
        """Itself and everything inside it, in the order of writing."""
        stack = [self]
        while stack:
            element = stack.pop()
            yield element
            stack.extend(reversed(element.children))


@dataclass(frozen=True, eq=False)
class Feed:
    """A feed that could be read. `path` is what to call it; `addresses` are those under which it was served, if that is known;
    `now` the moment at which it is looked at, if that matters; `prefixes` the namespaces that it declares."""

    path: str
    text: str
    root: Element
    channel: Element
    prefixes: tuple[tuple[str, str, int], ...] = ()
    addresses: tuple[str, ...] = ()
    now: datetime | None = None
    lines: list[int] = field(default_factory=list, repr=False)

    @cached_property
    def items(self) -> tuple[Element, ...]:
        return self.channel.all("item")

    @cached_property
    def by_name(self) -> Mapping[str, tuple[Element, ...]]:
        found: dict[str, list[Element]] = {}
        for element in self.channel.walk():
            found.setdefault(element.name, []).append(element)
        return {name: tuple(elements) for name, elements in found.items()}

    @cached_property
    def parents(self) -> Mapping[int, Element]:
        """By the offset of the child."""
        return {child.offset: element for element in self.channel.walk() for child in element.children}

    def all(self, *names: str) -> Iterator[Element]:
        """Every element with one of these names, wherever it stands."""
        for name in names:
            yield from self.by_name.get(name, ())

    def parent(self, element: Element) -> Element | None:
        return self.parents.get(element.offset)

    def place(self, element: Element, attribute: str | None = None) -> Span:
        """Where an element's attribute, its text, or, if there is none, its tag stands."""
        start, end = _stretch(self.text, element.offset, attribute)
        return place(self.path, self.text, self.lines, start, end)


def place(path: str, text: str, lines: list[int], start: int, end: int) -> Span:
    """The span of a stretch of the text; its first line, if it has several."""
    line = bisect_right(lines, start)
    first = lines[line - 1]
    last = text.find("\n", start)
    width = max(1, min(end, last if last >= 0 else len(text)) - start)
    excerpt = text[first : last if last >= 0 else len(text)]
    return Span(path, line, start - first + 1, width, excerpt if len(excerpt) <= LONGEST_LINE else "")


_TAG = re.compile(r"<[^\s/>]+(?P<inside>(?:\s+[^\s=>/]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*/?>")
_PAIR = re.compile(r"([^\s=]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def _stretch(text: str, offset: int, attribute: str | None) -> tuple[int, int]:
    tag = _TAG.match(text, offset)
    if tag is None:
        return offset, offset + 1
    if attribute:
        for pair in _PAIR.finditer(text, tag.start("inside"), tag.end("inside")):
            if pair[1].rpartition(":")[2] == attribute or pair[1] == attribute:
                return pair.span(2) if pair[2] is not None else pair.span(3)
    start = tag.end()
    while text[start : start + 1].isspace():
        start += 1
    if text.startswith("<![CDATA[", start):
        start += len("<![CDATA[")
        end = text.find("]]>", start)
    else:
        end = text.find("<", start)
    if attribute is None and not tag[0].endswith("/>") and end > start:
        return start, start + len(text[start:end].rstrip() or " ")
    return tag.start(), tag.end()


# --- reading --------------------------------------------------------------------------------------------


class _Stop(Exception):
    """Nothing more can be read; what is wrong has been told."""


def read(data: bytes, path: str, *, addresses: tuple[str, ...] = (), now: datetime | None = None):
    """The feed, or None if it cannot be read as one; and what is wrong with it as a document."""
    told: list[Problem] = []
    try:
        text = _decoded(data, path, told)
        lines = [0, *(match.end() for match in re.finditer("\n", text))]
        reader = _Reader(path, text, lines, told)
        root = reader.run()
        return _feed(root, reader, addresses, now), tuple(told)
    except _Stop:
        return None, tuple(told)


def _decoded(data: bytes, path: str, told: list[Problem]) -> str:
    if len(data) > LARGEST:
        told.append(slips.too_large(LARGEST).at(Span(path)))
        raise _Stop
    if stop := slips.other_kind(data):
        told.append(stop.at(Span(path, 1, 1)))
        raise _Stop
    text, found = slips.decode(data)
    told += [slip.at(slip_place(path, text, slip)) for slip in found]
    return text


def slip_place(path: str, text: str, slip: Slip) -> Span:
    lines = [0, *(match.end() for match in re.finditer("\n", text))]
    return place(path, text, lines, slip.offset, slip.offset + 1)


def _feed(root: Element, reader: _Reader, addresses: tuple[str, ...], now: datetime | None) -> Feed:
    channel = root.first("channel")
    if root.name != "rss" or channel is None:
        reader.tell(slips.not_rss(root.name, root.offset))
        raise _Stop
    return Feed(
        path=reader.path, text=reader.text, root=root, channel=channel, prefixes=tuple(reader.declared), addresses=addresses, now=now,
        lines=reader.lines,
    )  # fmt: skip


@dataclass(slots=True)
class _Open:
    """An element whose end tag has not come."""

    name: str
    written: str
    attributes: dict[str, str]
    offset: int
    item: int | None
    scope: dict[str, str]
    text: list[str] = field(default_factory=list)
    children: list[Element] = field(default_factory=list)


class _Reader:
    """expat's handlers: builds the tree, resolves prefixes, keeps the limits."""

    def __init__(self, path: str, text: str, lines: list[int], told: list[Problem]) -> None:
        self.path, self.text, self.lines, self.told = path, text, lines, told
        self.open: list[_Open] = []
        self.declared: list[tuple[str, str, int]] = []
        self.unknown: set[str] = set()
        self.count, self.item = 0, -1
        self.root: Element | None = None
        self.scope: dict[str, str] = {}  # in which `names` are known: the rules' own, by those that are written
        self.names: dict[str, str] = {}
        self.parser = expat.ParserCreate()
        self.parser.ordered_attributes = True
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.words
        self.parser.StartDoctypeDeclHandler = self.doctype

    def run(self) -> Element:
        body, self.text_shift = slips.without_blank_start(self.text)
        self.line_shift = self.text.count("\n", 0, self.text_shift)
        if self.text_shift:
            self.tell(slips.blank_start())
        try:
            self.parser.Parse(body, True)  # a text: the encoding that it names no longer counts
        except expat.ExpatError as wrong:
            opened = [(o.written, self.lines_of(o.offset)) for o in self.open]
            self.tell(slips.not_well_formed(wrong.code, self.text, self.at(wrong.lineno, wrong.offset), opened))
            raise _Stop from None
        finally:
            del self.parser  # which has us
        assert self.root is not None
        return self.root

    def tell(self, slip: Slip) -> None:
        self.told.append(slip.at(place(self.path, self.text, self.lines, slip.offset, slip.offset + slip.width)))

    def lines_of(self, offset: int) -> int:
        return bisect_right(self.lines, offset)

    def at(self, line: int, column: int) -> int:
        first = self.text_shift if line == 1 else self.lines[min(line + self.line_shift, len(self.lines)) - 1]
        return min(first + column, len(self.text))

    def here(self) -> int:
        return self.at(self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber)

    def doctype(self, *_: object) -> None:
        self.tell(slips.doctype(max(self.text.find("<!DOCTYPE"), 0)))
        raise _Stop

    def start(self, written: str, pairs: list[str]) -> None:
        offset = self.here()
        self.count += 1
        if self.count > MOST or len(self.open) >= DEEPEST:
            self.tell(slips.too_many(offset, DEEPEST, MOST))
            raise _Stop
        attributes = dict(zip(pairs[::2], pairs[1::2], strict=True)) if pairs else {}
        scope = self.open[-1].scope if self.open else {}
        for attribute, uri in attributes.items():
            if attribute == "xmlns" or attribute.startswith("xmlns:"):
                scope = {**scope, attribute[6:]: uri}
                self.declared.append((attribute[6:], uri, offset))
        if scope is not self.scope:
            self.scope, self.names = scope, {}
        name = self.names.get(written)
        if name is None:
            name = self.names[written] = self.resolve(written, scope, offset)
        if name == "item" and len(self.open) == 2:
            self.item += 1
        inside = self.item if self.open and (self.open[-1].item is not None or name == "item") else None
        self.open.append(_Open(name, written, attributes, offset, inside if self.item >= 0 else None, scope))

    def words(self, text: str) -> None:
        if self.open:
            self.open[-1].text.append(text)

    def end(self, _written: str) -> None:
        made = self.open.pop()
        element = Element(
            made.name, made.written, made.attributes, "".join(made.text), tuple(made.children), made.offset, made.item
        )
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element

    def resolve(self, written: str, scope: dict[str, str], offset: int) -> str:
        """The rules' name of an element."""
        prefix, colon, local = written.rpartition(":")
        if not colon:
            known = NAMESPACES.get(scope.get("", ""))
            return f"{known}:{local}" if known else local
        uri = scope.get(prefix)
        if uri is None:
            if prefix not in self.unknown and prefix != "xml":
                self.unknown.add(prefix)
                uris = {name: address for address, name in NAMESPACES.items()}
                self.tell(slips.undeclared(prefix, uris.get(prefix), offset, len(written) + 1))
            return written
        known = NAMESPACES.get(uri) or next((name for name, like in LIKE.items() if like.fullmatch(uri)), None)
        return f"{known}:{local}" if known else written
