"""JSON as podfeed publishes it: the bytes that Python's own `json` writes, in a third to a tenth of its time.

pydantic's serialiser writes them, which is compiled and there anyway. It says small fractions otherwise (0.00001 for 1e-05), but
no time is shorter than a millisecond, and nothing else that is published is a fraction.
"""

from __future__ import annotations

from pydantic_core import to_json


def compact(value: object) -> bytes:
    """In the fewest bytes, UTF-8. `value` is made of dicts with texts as keys, lists, tuples, texts, numbers, booleans and
    None. Raises ValueError for a lone surrogate, which no encoding carries.

    >>> print(compact({"a": ["é", 1.5, None]}).decode())
    {"a":["é",1.5,null]}
    """
    return to_json(value)


def indented(value: object, front: str = "") -> bytes:
    """As people can read it: a line for each member, a space for each level. Every line but the first begins with `front`.

    >>> print(indented({"a": ["é", 1.5, None], "b": {}}, "  ").decode())
    {
       "a": [
        "é",
        1.5,
        null
       ],
       "b": {}
      }
    """
    made = to_json(value, indent=1)
    return made.replace(b"\n", b"\n" + front.encode()) if front else made  # inside a text a line break is written \n
