"""What a rule of the feed found: which element, what is wrong, what to write. The runner adds code and place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from podfeed.check.xml import Element, Feed
from podfeed.problem import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`attribute` is where in the element, if not its text; `others` are further elements, with a word for each."""

    level: Level
    element: Element
    message: str
    hint: str
    attribute: str | None = None
    others: tuple[tuple[Element, str], ...] = ()


FeedRule: TypeAlias = Callable[[Feed], Iterator[Finding]]


def wrong(element: Element, message: str, hint: str, attribute: str | None = None, **more) -> Finding:
    """Something that apps or directories refuse, or that loses episodes."""
    return Finding(level="error", element=element, message=message, hint=hint, attribute=attribute, **more)


def doubtful(element: Element, message: str, hint: str, attribute: str | None = None, **more) -> Finding:
    """Something that works in some apps only, or worse than it could."""
    return Finding(level="warning", element=element, message=message, hint=hint, attribute=attribute, **more)


def short(text: str, limit: int = 60) -> str:
    """What was written, in backticks, on one line.

    >>> short("  a\\n b ")
    '`a b`'
    """
    words = " ".join(text.split())
    return f"`{words if len(words) <= limit else words[: limit - 1] + '…'}`"


def code(rule: Any) -> str:
    """The word by which a rule is known: its name with hyphens.

    >>> code(wrong)
    'wrong'
    """
    return rule.__name__.removesuffix("_").replace("_", "-")
