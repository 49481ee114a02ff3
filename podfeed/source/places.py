"""Where a value was written: a document and a path inside it, as the `origin` that the model's values carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from podfeed.problem import Span
from podfeed.source.validate import Document, locate


@dataclass(frozen=True, slots=True)
class Place:
    """A node of a document. Paths may contain the steps that shorthands add."""

    document: Document
    path: tuple[str | int, ...] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        """For pickle, quicker than what a frozen dataclass has for it."""
        return Place, (self.document, self.path)

    def span(self, *path: str | int, key: bool = False) -> Span:
        return self.document.span(*locate(self.document, (*self.path, *path)), key=key)

    def below(self, *path: str | int) -> Place:
        return Place(self.document, (*self.path, *path))
