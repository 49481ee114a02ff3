"""What every tag of the podcast namespace has in common: where it stands, how often, what it must say, in which form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from podfeed.check.finding import Finding, doubtful, short, wrong
from podfeed.check.xml import Element, Feed
from podfeed.text import closest

CHANNEL, ITEM, LIVE = "channel", "item", "podcast:liveItem"
Text = Literal["none", "needed", "any"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The form of a value: a pattern for the whole of it, what it is called, and an example."""

    pattern: str
    what: str
    example: str

    def fits(self, value: str) -> bool:
        return re.fullmatch(self.pattern, value, re.ASCII) is not None


NUMBER = Shape(pattern=r"\d+", what="a whole number", example="50")
SECONDS = Shape(pattern=r"\d+(\.\d+)?", what="a number of seconds", example="135.5")
TRUE_FALSE = Shape(pattern=r"true|false", what="true or false", example="true")
UUID = Shape(
    pattern=r"(?i:[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12})",
    what="a podcast guid",
    example="917393e3-1b1e-5cef-ace4-edaa54e1f810",
)
MEDIA_TYPE = Shape(pattern=r"(?i:[\w.+-]+/[\w.+-]+(\s*;.*)?)", what="a media type", example="audio/mpeg")
LANGUAGE = Shape(pattern=r"(?i:[a-z]{2,3}(-[a-z\d]{2,8})*)", what="a language code", example="en-gb")
ISO_DATE = Shape(
    pattern=r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?",
    what="a date of ISO 8601",
    example="2026-03-02T06:00:00Z",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A row of the namespace's table. `inside` are the elements that may hold it; `once` says that one of them holds one.

    `needs` must be there; `knows` may; `words` are closed lists, compared as `fold` says; `longest` characters of text.
    """

    name: str
    inside: tuple[str, ...]
    once: bool = False
    needs: tuple[str, ...] = ()
    knows: tuple[str, ...] = ()
    text: Text = "any"
    longest: int | None = None
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)


def formal(feed: Feed, form: Form) -> Iterator[Finding]:
    """Everything in which the feed's elements of this name differ from the form."""
    seen: set[int] = set()
    for element in feed.all(form.name):
        parent = feed.parent(element)
        yield from _stands(element, parent, form, seen)
        yield from _attributes(element, form)
        yield from _text(element, form)


def _stands(element: Element, parent: Element | None, form: Form, seen: set[int]) -> Iterator[Finding]:
    if parent is None:
        return
    if parent.name not in form.inside:
        places = " or ".join(f"<{name}>" for name in form.inside)
        yield wrong(element, f"<{form.name}> stands inside <{parent.name}>", f"it belongs into {places}")
    if form.once and parent.offset in seen:
        yield wrong(element, f"<{form.name}> stands here a second time", "keep one of them")
    seen.add(parent.offset)


def _attributes(element: Element, form: Form) -> Iterator[Finding]:
    known = (*form.needs, *form.knows)
    for name in form.needs:
        if not (element.get(name) or "").strip():
            other = next((n for n in element.attributes if n not in known and not n.startswith("xml")), None)
            hint = f"write {name} for {other}" if other else f'add {name}="…"'
            yield wrong(element, f"<{form.name}> has no `{name}`", hint, other)
    for name in element.attributes:
        near = next((n for n in known if n.lower() == name.lower()), None)
        if name not in known and near and near in form.knows:
            yield doubtful(element, f"`{name}` is not read by apps", f"write {near}", name)
    for name, value in element.attributes.items():
        value = value.strip()
        if not value:
            continue
        if name in form.words and value not in form.words[name]:
            yield wrong(element, f"{short(value)} is not a value of `{name}`", _nearest(value, form.words[name]), name)
        elif name in form.shapes and not form.shapes[name].fits(value):
            shape = form.shapes[name]
            yield wrong(element, f"{short(value)} is not {shape.what}", f"write it like {shape.example}", name)
        elif len(value) > form.limits.get(name, 10**9):
            message = f"`{name}` has {len(value)} characters; apps may cut it after {form.limits[name]}"
            yield doubtful(element, message, "shorten it", name)


def _nearest(value: str, words: tuple[str, ...]) -> str:
    near = next((word for word in words if word.lower() == value.lower()), None) or closest(value, words)
    return f"did you mean {near}?" if near else f"write one of: {', '.join(words[:9])}{' …' if len(words) > 9 else ''}"


def _text(element: Element, form: Form) -> Iterator[Finding]:
    text = element.text.strip()
    if form.text == "needed" and not text:
        yield wrong(element, f"<{form.name}> is empty", "write its text, or take it out")
    elif form.text == "none" and text:
        yield doubtful(element, f"<{form.name}> has a text, which is not read", "take the text out")
    elif text and "" in form.words and text not in form.words[""]:
        yield wrong(element, f"{short(text)} is not a value of <{form.name}>", _nearest(text, form.words[""]))
    elif text and "" in form.shapes and not form.shapes[""].fits(text):
        shape = form.shapes[""]
        yield wrong(element, f"{short(text)} is not {shape.what}", f"write it like {shape.example}")
    elif form.longest and len(text) > form.longest:
        message = f"this text has {len(text):,} characters; apps may cut it after {form.longest:,}"
        yield doubtful(element, message, "shorten it")
