"""What a preview adds to a page: the script that looks for changes and, while problems stand, what they are."""

from __future__ import annotations

import html
import re

_BODY = re.compile(rb"<body\b[^>]*>", re.IGNORECASE)
_SCRIPT = b'<script src="/-/preview.js" defer></script>'
_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Nothing to show yet</title></head>
<body><main><p>There is no page to show yet.</p></main></body></html>
"""


def decorate(page: bytes, problems: str) -> bytes:
    """The page with the script; with the problems at its top, which need no script to be read."""
    head, end, rest = page.partition(b"</head>")
    page = head + _SCRIPT + end + rest if end else _SCRIPT + page
    if not problems:
        return page
    body = _BODY.search(page)
    place = body.end() if body else 0
    return page[:place] + notice(problems).encode() + page[place:]


def notice(problems: str) -> str:
    """The problems as HTML, word for word as the terminal shows them."""
    return (
        '<aside id="podfeed-problems" role="alert"><link rel="stylesheet" href="/-/preview.css">'
        "<p>These problems stand in the way of a newer page:</p>"
        f"<pre>{html.escape(problems)}</pre></aside>"
    )


def nothing_yet() -> bytes:
    """A page to show while there is no site at all."""
    return _PAGE.encode()
