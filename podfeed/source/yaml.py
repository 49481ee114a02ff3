"""A YAML document with the place of every node; all scalars stay text.

The events of the parser are walked once with a stack of our own: nothing recurses, and a hostile file is left at the
first limit it passes. A file in which there is nothing unusual need not come to that (`yaml_plain`).

Of YAML there is what an editor needs: keys, lists, texts, block texts, comments. Anchors, aliases, tags, merge keys and second
documents are refused, since each turns a slip of the hand into something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from podfeed.problem import Problem, Span, error
from podfeed.source import yaml_slips as slips
from podfeed.source.lines import MAX_BYTES, Mark, decode, mark_at, span, split
from podfeed.source.yaml_plain import plain
from podfeed.source.yaml_words import MANUAL as MANUAL
from podfeed.source.yaml_words import Trouble, explain, in_backticks, with_quotes
from podfeed.text import illegal_character, legal

LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # libyaml, where PyYAML was built with it: 15 times faster
MAX_DEPTH = 20
MAX_NODES = 20_000
MAX_PROBLEMS = 50  # of a file; nobody mends more at a time

Steps = tuple[str | int, ...]
Places = dict[Steps, tuple[Any, Mark, Mark]]  # path → the event of its key, its beginning, its end

_DIRECTIVE = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*+%")


class Document:
    """A file that was read (an `Origin`). `data` is made of dict, list, str, and None where nothing is written."""

    __slots__ = ("_source", "_walk", "data", "path")

    def __init__(self, path: str, data: dict[str, Any], source: str) -> None:
        self.path = path
        self.data = data
        self._source = source
        self._walk: _Walk | None = None

    def __repr__(self) -> str:
        return f"Document({self.path!r})"

    def span(self, *path: str | int, key: bool = False) -> Span:
        """The place of the node at `path`, or of its key; of its deepest ancestor if there is no such node."""
        if self._walk is None:  # walked again only when somebody asks: a file without problems pays nothing
            self._walk = _Walk(self.path, self._source, places={})
            self._walk.run()
        places, lines = self._walk.places or {}, self._walk.lines
        while path and path not in places:
            path, key = path[:-1], False
        if path not in places:
            return Span(self.path)
        name, start, end = places[path]
        if name and (key or start == end):  # where nothing is written, the key shows where it belongs
            return span(self.path, lines, name.start_mark, name.end_mark)
        return span(self.path, lines, start, end)


class Reopened(Document):
    """A document that was read before, and let go: opened again only when somebody asks where something stands in it."""

    __slots__ = ("folder",)

    def __init__(self, path: str, folder: Path) -> None:
        self.path = path
        self.folder = folder

    @property
    def data(self) -> Any:  # type: ignore[override]
        return _opened(self).data

    def span(self, *path: str | int, key: bool = False) -> Span:
        return _opened(self).span(*path, key=key)


@lru_cache(8)  # who asks for one place mostly asks for others in the same file
def _opened(document: Reopened) -> Document:
    """What stands in the file now; where that cannot be read any more, the file as a whole is its place."""
    try:
        found, _ = read(document.path, (document.folder / document.path).read_bytes()[: MAX_BYTES + 1])
    except OSError:
        found = None
    return found or Document(document.path, {}, "")


def read(path: str, data: bytes) -> tuple[Document | None, tuple[Problem, ...]]:
    """The document, and what is wrong with it; None if what can be read is not what was meant.

    `path` is the file's name relative to the show's folder, as an editor knows it.
    """
    source = decode(path, data)
    if isinstance(source, Problem):
        return None, (source,)
    if values := plain(source, MAX_NODES):
        return Document(path, values, source), ()
    return parsed(path, source)


def parsed(path: str, source: str) -> tuple[Document | None, tuple[Problem, ...]]:
    """The same of a file's text, by the parser, whatever stands in it."""
    walk = _Walk(path, source)
    root = walk.run()
    if walk.broken or not isinstance(root, dict):
        return None, tuple(walk.problems)
    return Document(path, root, source), tuple(walk.problems)


class _Frame:
    """An open list or mapping. `waiting`: its key was read and its value comes next; `key` None: that is not kept."""

    __slots__ = ("event", "key", "keys", "node", "path", "waiting")

    def __init__(self, node: Any, event: Any, path: Steps | None) -> None:
        self.node = node
        self.event = event
        self.path = path
        self.keys: dict[str, Any] = {}  # key → the event that wrote it first
        self.key: str | None = None
        self.waiting = False

    @property
    def expects_key(self) -> bool:
        return not self.waiting and isinstance(self.node, dict)


class _Walk:
    """One walk over the events of `source`. With `places`, it notes where every node stands."""

    def __init__(self, path: str, source: str, places: Places | None = None) -> None:
        self.path = path
        self.source = source
        self.places = places
        self.problems: list[Problem] = []
        self.broken = False  # something was left out of the data, or reading stopped
        self._lines: list[str] = []
        self._frames: list[_Frame] = []
        self._roots: list[Any] = []
        self._nodes = 0
        self._quoted: Any = None  # the event of the last text in quotes
        self._cuts = re.search(r"\s#\d", source) is not None

    @property
    def lines(self) -> list[str]:
        self._lines = self._lines or split(self.source)
        return self._lines

    def run(self) -> Any:
        """The root node; None if there is none worth having."""
        for event in self._events():
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._scalar(event)
            elif kind is yaml.MappingStartEvent:
                self._open(event, {})
            elif kind is yaml.SequenceStartEvent:
                self._open(event, [])
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._close(event)
            elif kind is yaml.AliasEvent:
                rest = self.lines[event.start_mark.line][event.start_mark.column :]
                hint = f"to begin a text with *, write {with_quotes(rest)}"
                self._refuse("yaml-anchor", f"`*{event.anchor}` repeats another part of the file", event, hint)
                self._add(None, event)
            elif kind is yaml.DocumentStartEvent and self._roots:
                hint = "take the line --- out, or put what follows into a file of its own"
                self._refuse("yaml-second-document", "a second document begins here", event, hint)
                return None
            if len(self.problems) >= MAX_PROBLEMS and any(problem.is_error for problem in self.problems):
                self.broken = True
                return None
            if len(self._frames) > MAX_DEPTH:
                hint = "check the brackets and the indentation"
                self._refuse("yaml-too-deep", f"lists in lists, more than {MAX_DEPTH} deep", event, hint)
                return None
            if self._nodes > MAX_NODES:
                hint = "write stories into their episodes, or split the file"
                self._refuse("yaml-too-many-nodes", f"this file has more than {MAX_NODES:,} values", event, hint)
                return None
        return self._root()

    def _root(self) -> Any:
        root = self._roots[0] if self._roots else None
        if self.broken or isinstance(root, dict):
            return root
        self.broken = True
        if root is None:
            message, hint = "nothing is written in this file", "write its first line, such as title: …"
            self.problems.append(error("empty-file", message, Span(self.path), hint))
            return None
        what = "a list" if isinstance(root, list) else in_backticks(root)
        hint = "write keys with values, such as title: …, with a space after each colon"
        number = next(n for n, line in enumerate(self.lines) if line.strip() and line.lstrip()[0] != "#")
        place = span(self.path, self.lines, Mark(number, 0))
        self.problems.append(error("not-a-mapping", f"{what} stands where keys belong", place, hint))
        return None

    # --- events ----------------------------------------------------------------------------------

    def _events(self) -> Iterator[Any]:
        if match := _DIRECTIVE.match(self.source):  # many of them take libyaml quadratic time before its first event
            at = mark_at(match[0], match.end() - 1)
            self._refuse("yaml-directive", "a line with % gives orders to YAML", at, "take the line out")
            return
        try:
            yield from yaml.parse(self.source, Loader=LOADER)
        except Exception as wrong:  # beside YAMLError, PyYAML lets ValueError and others out
            self.broken = True
            self.problems.append(self._explained(wrong))

    def _explained(self, wrong: Exception) -> Problem:
        at, context = (_mark(getattr(wrong, name, None)) for name in ("problem_mark", "context_mark"))
        if at is None:  # an escape beyond Unicode, which the Python parser cannot place
            match = re.search(r"\\U(?!000|0010)[0-9A-Fa-f]{8}", self.source)
            at = mark_at(self.source, match.start()) if match else Mark(0, 0)
        said = f"{getattr(wrong, 'context', '')} | {getattr(wrong, 'problem', wrong)}"
        opened = (frame.event for frame in reversed(self._frames) if frame.event.flow_style)
        quoted = self._quoted
        found = explain(
            Trouble(
                words=said.casefold(),
                lines=self.lines,
                at=at,
                context=context or at,
                opened=next((_mark(event.start_mark) for event in opened), None),
                quoted=quoted and (_mark(quoted.start_mark), _mark(quoted.end_mark)),
            )
        )
        return error(found.code, found.message, span(self.path, self.lines, found.mark), found.hint)

    def _scalar(self, event: Any) -> None:
        value = event.value
        if event.anchor or event.tag:
            self.problems.append(slips.label(self.path, self.lines, event))
        if event.style == '"' or event.style == "'":
            self._quoted = event
            if illegal_character(value) is not None:
                self.problems.append(slips.escape(self.path, self.source, event))
                value = legal(value)
        elif not event.style:  # plain
            value = value or None
            if self._cuts and len(self.problems) < MAX_PROBLEMS:
                self.problems += slips.comment(self.path, self.lines, event)
        self._add(value, event)

    def _open(self, event: Any, node: Any) -> None:
        if event.anchor or event.tag:
            self.problems.append(slips.label(self.path, self.lines, event))
        self._frames.append(_Frame(node, event, self._add(node, event)))

    def _close(self, event: Any) -> None:
        frame = self._frames.pop()
        if self.places is not None and frame.path is not None:
            key, start, _ = self.places[frame.path]
            self.places[frame.path] = (key, start, _mark(event.end_mark))

    def _add(self, node: Any, event: Any) -> Steps | None:
        """Puts the node where it belongs. Its path, if it is kept and paths are asked for."""
        if self._frames and self._frames[-1].expects_key:
            frame = self._frames[-1]
            frame.key = self._key(frame, node, event)
            frame.waiting = True
            return None
        self._nodes += 1
        if not self._frames:
            self._roots.append(node)
            return self._note((), None, event)
        frame = self._frames[-1]
        frame.waiting = False
        if isinstance(frame.node, list):
            frame.node.append(node)
            step: str | int = len(frame.node) - 1
        elif frame.key is None:
            return None
        else:
            frame.node[frame.key] = node
            step = frame.key
        if self.places is None or frame.path is None:
            return None
        return self._note((*frame.path, step), frame.keys.get(frame.key or ""), event)

    def _note(self, path: Steps, key: Any, event: Any) -> Steps | None:
        if self.places is None:
            return None
        self.places[path] = (key, _mark(event.start_mark), _mark(event.end_mark))
        return path

    def _key(self, frame: _Frame, key: Any, event: Any) -> str | None:
        """The key if its value is to be kept."""
        if not isinstance(key, str):
            what = "nothing" if key is None else "a list or a group of keys"
            hint = "write a word before the colon, or quotes around a text that begins with [ or {"
            self._refuse("yaml-key-not-text", f"{what} stands where a key belongs", event, hint)
            return None
        if key == "<<" and not event.style:
            hint = "write the keys out"
            self._refuse("yaml-merge", "`<<` copies other keys into this group", event, hint)
            return None
        if key in frame.keys:
            first = span(self.path, self.lines, frame.keys[key].start_mark, frame.keys[key].end_mark)
            place = span(self.path, self.lines, event.start_mark, event.end_mark)
            message = f"{in_backticks(key)} is written twice in this group"
            hint = f"delete one of the two (the first is in line {first.line})"
            self.problems.append(error("duplicate-key", message, place, hint, related=((first, "first written here"),)))
            return None
        frame.keys[key] = event
        if not event.style and len(self._frames) > 1 and isinstance(self._frames[-2].node, list):
            found = slips.short_form(self.path, self.lines, event)
            self.problems += found
            self.broken |= bool(found)
        return key

    def _refuse(self, code: str, message: str, at: Any, hint: str | None = None) -> None:
        """An error after which the data is not what was meant. `at` is an event or a mark."""
        self.broken = True
        start, end = getattr(at, "start_mark", at), getattr(at, "end_mark", None)
        self.problems.append(error(code, message, span(self.path, self.lines, start, end), hint))


def _mark(mark: Any) -> Any:
    """A mark of the parser as one of ours."""
    return mark and Mark(mark.line, mark.column)
