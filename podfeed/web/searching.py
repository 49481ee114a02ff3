"""The search form without JavaScript: the search page as it is published, with what is found put into it.

It looks in the published index and in nothing else, so it cannot find what is not published. What it says, and in which
language, stands in the page itself, in the `data-` attributes that the page's script goes by.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache
from html import escape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, quote, urlencode

from podfeed import media_types, paths, search
from podfeed.text import format_time
from podfeed.web import headers
from podfeed.web.body import Body, compressed
from podfeed.web.serving import Serving, Unsettled

LONGEST = 2_000
"""Characters of a query string; a longer one is not looked at."""
SHOWN = (("segments", 10), ("stories", 5), ("people", 5), ("episodes", 5))
MORE = 30
"""Rows on a page of one kind alone."""
SAID, SAID_SHOWN = "said", 5
"""What was said: its section, and the episodes on a page of it."""

RESULTS = "<div data-results></div>"
STATUS = '<p class="status" role="status"></p>'


def answer(serving: Serving, query_string: str, *, packed: bool = False) -> Body | None:
    """The search page with what is found for `?q=…`; None where nothing is asked, or nothing can be put into the page.

    `in` asks for one kind alone and `page` for more of it. Raises Unsettled, as `Serving.find` does.
    """
    try:
        given = parse_qs(query_string, max_num_fields=10) if len(query_string) <= LONGEST else {}
    except ValueError:
        return None
    asked = "".join(c if c.isprintable() else " " for c in given.get("q", [""])[0]).strip()[: search.LONGEST_QUERY]
    shell = serving.find(paths.SEARCH)
    if not asked or shell is None or shell.data is None:
        return None
    page = shell.data.decode()
    words = _words(page)
    if words is None or RESULTS not in page:
        return None
    kind, number = given.get("in", [""])[0], given.get("page", [""])[0]
    only = kind if kind in (*search.KINDS, SAID) else None
    speech = bool(given.get("said")) or only == SAID
    from_page = int(number) if re.fullmatch("[1-9][0-9]{0,2}", number) else 1
    index = search.Index(_head(_data(serving, "index.json")), lambda name: _parsed(_data(serving, name)))
    terms = search.query(asked)
    found = index.find(terms)
    html = "".join(_sections(index, found, words, asked, only, from_page))
    count = sum(map(len, found.values()))
    if speech:
        heard = index.said(terms)
        count += len(heard)
        html += _speech(index, heard, terms, words, asked, from_page if only == SAID else None) if heard else ""
        page = page.replace(' name="said"', ' name="said" checked', 1)
    said = (words["data-some"] if count else words["data-none"]).replace("{n}", str(count)).replace("{words}", asked)
    page = page.replace(RESULTS, f"<div data-results>{html}</div>", 1)
    page = page.replace(STATUS, f'<p class="status" role="status">{escape(said)}</p>', 1)
    page = page.replace(' name="q"', f' name="q" value="{escape(asked)}"', 1).replace(
        " data-plain>", " data-plain hidden>", 1
    )
    data = page.encode("utf-8", "replace")
    etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    body = Body(etag, len(data), (*headers.fixed(paths.SEARCH, media_types.HTML), ("ETag", etag)), data=data)
    return compressed(body) if packed else body


# --- the index ------------------------------------------------------------------------------------------


def _data(serving: Serving, name: str) -> bytes:
    body = serving.find(paths.SEARCH.replace("index.html", name))
    if body is None or body.data is None:
        raise Unsettled(name)
    return body.data


@lru_cache(maxsize=64)
def _parsed(data: bytes) -> Any:
    return json.loads(data)


@lru_cache(maxsize=2)
def _head(data: bytes) -> search.Head:
    return search.Head(json.loads(data))


# --- as HTML --------------------------------------------------------------------------------------------


class _Form(HTMLParser):
    """The attributes of the page's search form."""

    found: dict[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and "data-search" in given:
            self.found = given


@lru_cache(maxsize=4)
def _words(page: str) -> dict[str, str] | None:
    form = _Form()
    form.feed(page)
    needed = {
        "data-root",
        "data-some",
        "data-none",
        "data-play",
        "data-kinds",
        "data-more",
        "data-said",
        "data-passage",
    }
    return form.found if form.found and needed <= form.found.keys() else None


def _sections(
    index: search.Index, found: dict[str, list[int]], words: dict[str, str], asked: str, only: str | None, page: int
) -> Iterator[str]:
    """One section for each kind that has something; for `only` one kind, the given page of it."""
    for (kind, first), heading in zip(SHOWN, words["data-kinds"].split("|"), strict=False):
        numbers = found[kind]
        start, count = ((page - 1) * MORE, MORE) if only else (0, first)
        shown = numbers[start : start + count]
        if not shown or only not in (None, kind):
            continue
        rows = "".join(_item(index.row(number), words) for number in shown)
        more = ""
        if len(numbers) > start + count:
            further = {"q": asked, "in": kind, **({"page": page + 1} if only else {})}
            label = words["data-more"].replace("{kind}", heading)
            more = f'<p><a class="more" href="./?{escape(urlencode(further))}">{escape(label)}</a></p>'
        yield (
            f'<section aria-labelledby="found-{kind}"><h2 id="found-{kind}">{escape(heading)}'
            f' <span class="soft">{len(numbers)}</span></h2><ul class="lines">{rows}</ul>{more}</section>'
        )


def _speech(
    index: search.Index, heard: list[int], terms: tuple[str, ...], words: dict[str, str], asked: str, page: int | None
) -> str:
    """The section of episodes in which it was said; `page` of it where nothing else is shown."""
    start = ((page or 1) - 1) * SAID_SHOWN
    rows = "".join(_said_in(*index.passages(number, terms), words) for number in heard[start : start + SAID_SHOWN])
    heading, more = escape(words["data-said"]), ""
    if len(heard) > start + SAID_SHOWN:
        further = escape(urlencode({"q": asked, "in": SAID, "page": (page or 1) + 1}))
        more = f'<p><a class="more" href="./?{further}">{escape(words["data-more"]).replace("{kind}", heading)}</a></p>'
    return (
        f'<section aria-labelledby="found-said"><h2 id="found-said">{heading} <span class="soft">{len(heard)}</span></h2>'
        f'<ul class="lines said">{rows}</ul>{more}</section>'
    )


def _said_in(row: list[Any], passages: list[search.Passage], words: dict[str, str]) -> str:
    href = _page(words, "episodes", row[0])
    lines = []
    for start, voice, parts in passages:
        time = ""
        if start is not None:
            clock = format_time(timedelta(seconds=int(float(start))))
            label = escape(words["data-passage"].replace("{title}", str(row[1])))
            time = f'<a class="time" href="{href}#t={escape(start)}" data-go><span class="hidden">{label} </span>{clock}</a> '
        text = " ".join(f"<mark>{escape(part)}</mark>" if marked else escape(part) for part, marked in parts)
        lines.append(f'<p dir="auto">{time}{f"<b>{escape(voice)}</b> " if voice else ""}{text}</p>')
    title, day = escape(str(row[1])), escape(str(row[2]))
    return f'<li><a href="{href}" dir="auto">{title}</a> <span class="soft">{day}</span>{"".join(lines)}</li>'


def _item(found: search.Found, words: dict[str, str]) -> str:
    row = [escape(str(value)) for value in found.row]
    if found.episode is None:
        href = _page(words, found.kind, found.row[0])
        return f'<li><a href="{href}" dir="auto">{row[1]}</a> <span class="soft">{row[2]}</span></li>'
    href = _page(words, "episodes", found.episode[0])
    title, day = escape(str(found.episode[1])), escape(str(found.episode[2]))
    play = escape(words["data-play"].replace("{title}", str(found.row[3])))
    clock = format_time(timedelta(seconds=int(float(found.row[1]))))
    return (
        f'<li><a class="time" href="{href}#t={row[1]},{row[2]}" data-go><span class="hidden">{play} </span>{clock}</a>'
        f' <span dir="auto">{row[3]}</span> <span class="soft"><a href="{href}">{title}</a> · {day}</span></li>'
    )


def _page(words: dict[str, str], folder: str, slug: object) -> str:
    return f"{escape(words['data-root'])}{folder}/{quote(str(slug), safe='')}/"
