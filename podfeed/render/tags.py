"""A namespaced element of a feed as a value, so that what a tag says is decided without an XML library."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tag:
    """`name` has its prefix (`podcast:person`); attributes are (name, value) pairs in the order of writing."""

    name: str
    text: str | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple[Tag, ...] = ()


def tag(name: str, text: str | None = None, /, *children: Tag, **attributes: str | int | None) -> Tag:
    """A `Tag` from what is known: an attribute that is None is left out.

    >>> tag("podcast:season", "4", name="The harbour year", display=None)
    Tag(name='podcast:season', text='4', attributes=(('name', 'The harbour year'),), children=())
    """
    known = tuple((key, str(value)) for key, value in attributes.items() if value is not None)
    return Tag(name, text, known, children)


def true_false(value: bool) -> str:
    """As the namespaces spell it: Apple and the podcast namespace both want the lower-case word.

    >>> true_false(True)
    'true'
    """
    return "true" if value else "false"
