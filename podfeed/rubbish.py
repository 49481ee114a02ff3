"""When Python looks for what nobody needs any more and what counting references does not find: values that hold each other.

A show of twenty years is two million values. To look through them takes a second, in which nothing else happens, and Python does it
once for each quarter that is added: reading such a show anew would take twice the time. So what a build or a server keeps is *frozen*,
which is Python's word for never being looked through. What is replaced goes by itself, since a show and its site hold nothing
in a circle (`tests/test_rubbish.py`); what is left after all is looked for when it has become as much again.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_kept = 0
"""How many values were frozen the first time, or after they were last looked through."""


def begin() -> None:
    """From here on rubbish is looked for, which `__main__` put off; what is there by now stays, and is not looked at."""
    gc.freeze()
    gc.enable()


@contextmanager
def put_off() -> Iterator[None]:
    """Something large is made inside, which stays."""
    global _kept
    if _kept and gc.get_freeze_count() > 2 * _kept:
        gc.unfreeze()
        gc.collect()
        _kept = 0
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        _kept = _kept or gc.get_freeze_count()
        gc.enable()
