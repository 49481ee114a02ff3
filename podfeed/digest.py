"""Short names for values: equal values, equal names, on every machine and in every run.

What podfeed is made of are frozen values within frozen values, and one of them takes part in dozens of outputs. So each
remembers its own name, and is read once however often it is asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import timedelta
from functools import cache, wraps
from operator import attrgetter
from typing import Any, TypeVar

V = TypeVar("V", bound="Immutable")
R = TypeVar("R")
Derived = Callable[[Any], object]
"""A function of one value, made by `derived`."""
PLAIN = frozenset({str, int, bool, type(None), timedelta})
MANY = 50
"""Of so many values it pays to see whether all have names."""


class Immutable:
    """What frozen dataclasses inherit to remember their name, and what was `derived` from them. Both are no fields: they
    take no part in comparing, in `repr` or in copying. The name goes with a value into a pickle."""

    __slots__ = ("_derived", "_name")
    _name: str
    _derived: dict[str, Any]

    def __reduce__(self) -> tuple[Any, ...]:
        """For pickle. What dataclasses with slots have for it takes twice as long to read, most of it per field."""
        try:
            name = object.__getattribute__(self, "_name")
        except AttributeError:
            name = None
        kind: Any = type(self)
        return _read_back, (kind, name, *_all(kind)(self))


def _read_back(kind: Any, name: str | None, *values: object) -> object:
    value = object.__new__(kind)
    for put, one in zip(setters(kind), values, strict=True):
        put(value, one)
    if name is not None:
        object.__setattr__(value, "_name", name)
    return value


@cache
def setters(kind: Any) -> tuple[Callable[[object, object], None], ...]:
    """What sets each field of a value that is being made, in their order: nobody else may."""
    return tuple(getattr(kind, field.name).__set__ for field in fields(kind))


@cache
def _all(kind: Any) -> Callable[[object], tuple[object, ...]]:
    return _getter([field.name for field in fields(kind)])


class Itself:
    """Stands for the value that something was derived from: nothing then holds itself, and all goes when nobody wants it."""


def derived(function: Callable[[V], R]) -> Callable[[V], R]:
    """A function of one immutable value whose result stays with the value: many ask for it, and it is made once."""

    name = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def once(value: V) -> R:
        try:
            kept = value._derived
        except AttributeError:
            kept = {}
            object.__setattr__(value, "_derived", kept)
        if name not in kept:
            found = function(value)
            kept[name] = found if found is not value else Itself
        found = kept[name]
        return found if found is not Itself else value  # type: ignore[return-value]

    return once


def names(functions: Iterable[Derived]) -> frozenset[str]:
    """Under which names the results of `derived` functions stay with their values."""
    return frozenset(f"{function.__module__}.{function.__qualname__}" for function in functions)


def digest(*parts: object) -> str:
    """A short name for the values: 32 hexadecimal digits.

    Immutable values count with the fields that their `repr` shows. All else needs a `repr` that says all that matters
    and nothing else: no addresses in memory, no paths of this machine, no sets.

    >>> digest("a", 1) == digest("a", 1), digest("a", 1) == digest("a1")
    (True, False)
    """
    texts = [repr(part) if not part or type(part) in PLAIN else _text(part) for part in parts]
    return _hashed("\0".join([*texts, ""]))


def name_of(value: Immutable) -> str:
    """The name that an immutable value remembers, and that stands for it in the name of others."""
    try:
        return value._name
    except AttributeError:
        return _named(value)


def _text(value: object) -> str:
    if not value or type(value) in PLAIN:
        return repr(value)
    if isinstance(value, Immutable):
        return name_of(value)
    if type(value) is tuple:  # as its repr, but for the values in it
        texts = _known(value) or [repr(v) if not v or type(v) in PLAIN else _text(v) for v in value]
        return f"({', '.join(texts)}{',' if len(value) == 1 else ''})"
    return repr(value)


def _known(values: tuple[object, ...]) -> list[str] | None:
    """The names of many values at once, where each has its own already, as a show's episodes have."""
    if len(values) < MANY:
        return None
    try:
        return [value._name for value in values]  # type: ignore[attr-defined]
    except AttributeError:
        return None


def _named(value: Immutable) -> str:
    """The name of a value that has none yet."""
    kind: Any = type(value)
    # Most of a build's values are plain or empty ones: they are spared a call.
    texts = [repr(v) if not v or type(v) in PLAIN else _text(v) for v in _shown(kind)(value)]
    name = _hashed("\0".join([kind.__qualname__, *texts]))
    object.__setattr__(value, "_name", name)
    return name


@cache
def _shown(kind: Any) -> Callable[[object], tuple[object, ...]]:
    """What gives the fields that take part, all at once."""
    return _getter([field.name for field in fields(kind) if field.repr])


def _getter(names: list[str]) -> Callable[[object], tuple[object, ...]]:
    get = attrgetter(*names)
    return get if len(names) > 1 else lambda value: (get(value),)


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
