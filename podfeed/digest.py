"""Short names for values: equal values, equal names, on every machine and in every run.

What podfeed is made of are frozen values within frozen values, and one of them takes part in dozens of outputs. So each
remembers its own name, and is read once however often it is asked.
"""

from __future__ import annotations

import hashlib
from dataclasses import fields
from functools import cache
from typing import Any


class Immutable:
    """What frozen dataclasses inherit to remember their name. It is no field: it takes no part in comparing, in `repr`
    or in copying."""

    __slots__ = ("_name",)
    _name: str


def digest(*parts: object) -> str:
    """A short name for the values: 32 hexadecimal digits.

    Immutable values count with the fields that their `repr` shows. All else needs a `repr` that says all that matters
    and nothing else: no addresses in memory, no paths of this machine, no sets.

    >>> digest("a", 1) == digest("a", 1), digest("a", 1) == digest("a1")
    (True, False)
    """
    return _hashed("".join([_text(part) + "\0" for part in parts]))


def _text(value: object) -> str:
    if isinstance(value, Immutable):
        return _named(value)
    if type(value) is tuple:  # as its repr, but for the values in it
        return f"({', '.join(map(_text, value))}{',' if len(value) == 1 else ''})"
    return repr(value)


def _named(value: Immutable) -> str:
    try:
        return value._name
    except AttributeError:
        kind: Any = type(value)
        name = _hashed("\0".join([kind.__qualname__, *[_text(getattr(value, field)) for field in _shown(kind)]]))
        object.__setattr__(value, "_name", name)
        return name


@cache
def _shown(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.repr)


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
