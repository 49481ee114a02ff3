"""Inside the worker: a stranger's feed is read and asked every rule where no file and no connection can be opened."""

from __future__ import annotations

import codecs
import difflib
import html
import sys
from dataclasses import asdict
from datetime import datetime

from podfeed.check.feed import check_feed
from podfeed.check.online import asks, chapters_wrong
from podfeed.check.xml_slips import ENCODINGS
from podfeed.colours import paint
from podfeed.source.images import facts_of
from podfeed.worker_process import serve

# Used later, when nothing can be opened any more, so loaded now.
LOADED = (difflib, html, *map(codecs.lookup, ENCODINGS), facts_of(b"GIF89a\1\0\1\0"))
MOST = 10_000  # findings; a feed that has more of them is not mended line by line


def answer(request: dict, data: bytes) -> dict:
    """The findings as plain rows, how much there is in the feed, and with `online` the addresses to be asked.

    With `look` the bytes are not a feed but what came from one of these addresses.
    """
    if "look" in request:
        return _picture(data) if request["look"] == "artwork" else {"wrong": chapters_wrong(data)}
    now = datetime.fromisoformat(request["now"])
    feed, problems = check_feed(data, request["path"], addresses=tuple(request["addresses"]), now=now)
    rows = [asdict(problem) for problem in problems[:MOST]]
    items = len(feed.items) if feed else None
    found = {"problems": rows, "items": items, "more": max(0, len(problems) - MOST)}
    if feed and "online" in request:
        found["asks"] = [asdict(ask) for ask in asks(feed, request["online"])]
    return found


def _picture(data: bytes) -> dict:
    found, colours = facts_of(data), paint(data)
    if found is None:
        return {"picture": None}
    media_type, ending, width, height = found
    row = {"media_type": media_type, "ending": ending, "width": width, "height": height, "length": len(data)}
    return {"picture": {**row, "colours": colours.colours if colours else "RGB"}}


if __name__ == "__main__":
    serve(answer, float(sys.argv[1]), int(sys.argv[2]), alone=True)
