"""Inside the worker: a stranger's feed is read and asked every rule where no file and no connection can be opened."""

from __future__ import annotations

import codecs
import difflib
import html
import sys
from dataclasses import asdict
from datetime import datetime

from podfeed.check.feed import check_feed
from podfeed.check.xml_slips import ENCODINGS
from podfeed.worker_process import serve

# Used later, when nothing can be opened any more, so loaded now.
LOADED = (difflib, html, *map(codecs.lookup, ENCODINGS))
MOST = 10_000  # findings; a feed that has more of them is not mended line by line


def answer(request: dict, data: bytes) -> dict:
    """The findings as plain rows, and how much there is in the feed."""
    now = datetime.fromisoformat(request["now"])
    feed, problems = check_feed(data, request["path"], addresses=tuple(request["addresses"]), now=now)
    rows = [asdict(problem) for problem in problems[:MOST]]
    items = len(feed.items) if feed else None
    return {"problems": rows, "items": items, "more": max(0, len(problems) - MOST)}


if __name__ == "__main__":
    serve(answer, float(sys.argv[1]), int(sys.argv[2]), alone=True)
