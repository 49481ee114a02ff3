"""Getting a foreign feed: from a file or an address, with its older pages and the chapters that it points to."""

from __future__ import annotations

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from podfeed import net
from podfeed.importing.feed import Tree, join, plain
from podfeed.importing.segments import Mark
from podfeed.text import is_web_address, visible
from podfeed.worker import Limits, Worker

LARGEST = 20_000_000  # bytes of a feed; apps give up long before
LIMITS = Limits(seconds=5.0, longest=200_000_000)
MOST_PAGES = 100
AT_ONCE = 4  # chapters that are fetched beside each other
LARGEST_CHAPTERS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """A feed as trees. `address` is where it was read, empty for a file; `remarks` are what was odd about it."""

    address: str
    channel: list[Tree]
    items: list[dict[str, Any]]
    remarks: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why there is no feed, as a sentence; `network` if a server is the reason."""

    message: str
    network: bool = False


def gather(where: str, private_pages: bool = False) -> Gathered | Refused:
    """The feed at `where`, an address or a file. `private_pages` lets its older pages be on this computer (for tests)."""
    body = _typed(where)
    if isinstance(body, Refused):
        return body
    address, data = body
    with Worker("podfeed.importing.feed_worker", LIMITS) as worker:
        found = _parse(worker, data, where)
        if isinstance(found, Refused):
            return found
        channel, items, remarks = found["channel"], found["items"], list(found["remarks"])
        seen, page = {address}, address and _older(channel, address)
        while page and page not in seen and len(seen) < MOST_PAGES:
            seen.add(page)
            answer = net.fetch(page, deadline=60, max_bytes=LARGEST, allow_private=private_pages)
            if isinstance(answer, net.Refused) or not answer.fine:
                remarks.append(f"an older page could not be read, so episodes may be missing: {page}")
                break
            more = _parse(worker, answer.body, page)
            if isinstance(more, Refused):
                remarks.append(f"an older page could not be read, so episodes may be missing: {more.message}")
                break
            items += more["items"]
            page = _older(more["channel"], page)
    return Gathered(address=address, channel=channel, items=items, remarks=remarks)


def _typed(where: str) -> tuple[str, bytes] | Refused:
    """Its address and bytes. What a person typed may be inside their own network; where it leads may not."""
    if not where.lower().startswith(("http://", "https://")):
        try:
            with Path(where).open("rb") as file:
                data = file.read(LARGEST + 1)
        except OSError as wrong:
            return Refused(message=f"`{visible(where)}` cannot be read ({(wrong.strerror or '').lower()})")
        return ("", data) if len(data) <= LARGEST else Refused(message=f"`{visible(where)}` is bigger than any feed")
    answer = net.fetch(where, deadline=60, max_bytes=LARGEST, allow_private=True)
    if isinstance(answer, net.Refused):
        return Refused(message=answer.message, network=True)
    if not answer.fine:
        return Refused(message=f"`{visible(answer.url)}` answers {answer.status}", network=True)
    return answer.url, answer.body


def _parse(worker: Worker, data: bytes, where: str) -> dict[str, Any] | Refused:
    answer = worker.ask({}, data)
    name = visible(where)
    if not isinstance(answer, dict):
        return Refused(message=f"`{name}` takes more time or memory to read than any feed should")
    if "feed" not in answer:
        return Refused(message=f"`{name}` is no feed: {visible(str(answer.get('refused')))}")
    found: dict[str, Any] = answer["feed"]
    return found


def itself(channel: Iterable[Tree]) -> str:
    """Where a feed says that it stands."""
    links = (t["attributes"] for t in channel if t["name"] == "atom:link")
    found = next((link.get("href", "") for link in links if link.get("rel") == "self"), "").strip()
    return found if is_web_address(found) else ""


def _older(channel: Iterable[Tree], address: str) -> str:
    """The page with older episodes: an archive (RFC 5005 §4) or the next page (§3)."""
    links = {t["attributes"].get("rel"): t["attributes"].get("href", "") for t in channel if t["name"] == "atom:link"}
    found = links.get("prev-archive") or links.get("next")
    return join(address, found) if found else ""


def chapters(addresses: Iterable[str], private: bool = False) -> dict[str, list[Mark] | None]:
    """The chapters at each address; None where they could not be read."""
    unique = tuple(dict.fromkeys(addresses))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(unique, pool.map(lambda url: _chapters(url, private), unique), strict=True))


def _chapters(url: str, private: bool) -> list[Mark] | None:
    answer = net.fetch(url, deadline=10, max_bytes=LARGEST_CHAPTERS, allow_private=private)
    if isinstance(answer, net.Refused) or not answer.fine:
        return None
    try:
        return list(_marks(json.loads(answer.body)["chapters"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        return None


def _marks(rows: list[dict[str, Any]]) -> Iterable[Mark]:
    """JSON chapters 1.2 (podcast namespace, jsonChapters.md)."""
    from datetime import timedelta

    for row in rows[:1000]:
        start = timedelta(milliseconds=round(float(row["startTime"]) * 1000))
        if timedelta(0) <= start < timedelta(hours=48):
            url, image = (value if isinstance(value := row.get(key), str) else None for key in ("url", "img"))
            title = plain(str(row.get("title") or ""))
            yield Mark(start=start, title=title, url=url, image=image, hidden=row.get("toc") is False)
