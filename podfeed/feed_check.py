"""Any feed asked the rules of a feed: from a file, an address or the input; for whoever wants to know if it validates."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from podfeed import net
from podfeed.check.online import Ask
from podfeed.check.xml import LARGEST
from podfeed.problem import Problem, Span, error
from podfeed.text import visible
from podfeed.worker import Died, Limits, Worker

LIMITS = Limits(seconds=30, memory=1536 * 1024 * 1024, patience=120, longest=64_000_000)

MANUAL = {
    "feed-too-costly": "Reading the feed took more than half a minute or a gigabyte and a half of memory, so it was given up. "
    "Apps on a phone would give up much earlier. Make the feed smaller, or check that nothing repeats itself.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A feed's bytes; `name` is what to call it, `addresses` those under which it was served."""

    name: str
    data: bytes
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unheard:
    """Why there is nothing to check; `network` tells a server's refusal from a file that is not there."""

    message: str
    network: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """`items` counts the feed's items, None if it could not be read as one; `more` findings are left out; `asks` are the
    addresses to be asked, if that is wanted."""

    problems: tuple[Problem, ...]
    items: int | None
    more: int = 0
    asks: tuple[Ask, ...] = ()


def get(where: str) -> Body | Unheard:
    """The feed at `where`: `-` for the input, an address of the web, or a file."""
    if where == "-":
        return Body(name="(input)", data=sys.stdin.buffer.read(LARGEST + 1))
    if where.lower().startswith(("http://", "https://")):
        found = net.fetch(where, deadline=60, max_bytes=LARGEST, allow_private=True)  # a person typed it
        if isinstance(found, net.Refused):
            return Unheard(message=found.message, network=True)
        if not found.fine:
            return Unheard(message=f"`{visible(found.url)}` answers {found.status}", network=True)
        return Body(name=where, data=found.body, addresses=(where, found.url))
    try:
        with open(Path(where), "rb") as opened:
            return Body(name=where, data=opened.read(LARGEST + 1))
    except (OSError, ValueError) as wrong:
        reason = getattr(wrong, "strerror", None) or str(wrong)
        return Unheard(message=f"`{visible(where)}` cannot be read ({reason.lower()})")


def judge(body: Body, now: datetime, online: bool = False, items: int | None = None) -> Checked:
    """What the rules find. The feed is read in a process that may be killed.

    With `online` also which addresses of its first `items` items are to be asked (None: of all).
    """
    request: dict[str, object] = {"path": body.name, "addresses": body.addresses, "now": now.isoformat()}
    if online:
        request["online"] = items
    with Worker("podfeed.feed_check_worker", LIMITS) as worker:
        found = worker.ask(request, body.data)
    if isinstance(found, Died):
        message = "this feed takes more time or memory to read than an app would give it"
        return Checked(problems=(error("feed-too-costly", message, Span(body.name), "make it smaller"),), items=None)
    asks = tuple(Ask(**{**row, "span": Span(**row["span"])}) for row in found.get("asks", ()))
    return Checked(
        problems=tuple(map(_problem, found["problems"])), items=found["items"], more=found["more"], asks=asks
    )


def _problem(row: dict) -> Problem:
    related = tuple((Span(**span), word) for span, word in row.pop("related"))
    return Problem(**{**row, "span": Span(**row["span"]), "related": related})
