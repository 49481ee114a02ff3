"""From chapters, or from times in the notes, to segments with their stories.

A line of the notes that begins with a time is a segment. What stands between two such lines belongs to the first of
them; after the last one only what others had too (a list of links), since general notes usually follow there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from podfeed.importing.dates import offset
from podfeed.text import is_web_address, normalise_url, squash

STAMP = re.compile(r"[\[(]?((?:\d{1,2}:)?\d{1,3}:[0-5]\d)[\])]?(?:\s*[-–—:|.]+\s*|\s+)(\S.*)")
NO_TITLES = frozenset("here link article more read this source website hier mehr aquí ici".split())
FEWEST = 3  # times that make a list of segments; two are enough if the first is the beginning

Blocks = list[dict[str, Any]]  # as `markup.blocks` gives them


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An article that a segment names; `at` where it is named later than the segment's start."""

    url: str
    title: str | None = None
    at: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A segment as it was found."""

    start: timedelta
    title: str
    end: timedelta | None = None
    summary: str | None = None
    image: str | None = None
    stories: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A chapter of the old feed; `hidden` ones (`toc: false`) carry only a link."""

    start: timedelta
    title: str
    url: str | None = None
    end: timedelta | None = None
    image: str | None = None
    hidden: bool = False


def from_marks(marks: list[Mark], duration: timedelta | None) -> tuple[list[Part], list[str]]:
    """Segments in order of time, each with the links of its own chapter and of the hidden ones in it; and what fits
    nowhere, in words."""
    parts: list[Part] = []
    left: list[str] = []
    for mark in sorted(marks, key=lambda m: (m.start, m.hidden)):
        title = squash(mark.title)
        title_below = _headline(title, mark.url) if mark.hidden else None
        link = (Link(url=mark.url, title=title_below),) if mark.url and _good(mark.url) else ()
        late = duration is not None and mark.start >= duration
        if mark.hidden and parts and link and not late:
            at = mark.start if mark.start > parts[-1].start else None
            parts[-1] = _with(parts[-1], tuple(replace(story, at=at) for story in link))
        elif mark.hidden and not link:
            continue
        elif late or not title or (parts and parts[-1].start == mark.start) or mark.hidden:
            left.append(f"chapter at {mark.start}: {title or mark.url}")
        else:
            image = (
                mark.image if mark.image and mark.image.startswith("https://") and is_web_address(mark.image) else None
            )
            parts.append(Part(start=mark.start, title=title[:1000], image=image, stories=link))
    return parts, left


def from_notes(blocks: Blocks, duration: timedelta | None) -> tuple[list[Part], Blocks]:
    """The segments that the notes list, and the notes without them; no segments where it is not certain."""
    rows = [(b, n, line) for b, block in enumerate(blocks) for n, line in enumerate(block["lines"])]
    stamps = [(i, offset(m[1]), m[2]) for i, row in enumerate(rows) if (m := STAMP.fullmatch(row[2]["plain"]))]
    times = [time for _, time, _ in stamps if time is not None]
    certain = len(times) == len(stamps) >= (2 if times and times[0] < timedelta(seconds=60) else FEWEST)
    if not certain or times != sorted(set(times)) or (duration and times[-1] >= duration):
        return [], blocks
    parts: list[Part] = []
    used: set[tuple[int, int]] = set()
    ends = [index for index, _, _ in stamps[1:]]
    for (index, start, title), end in zip(stamps, [*ends, None], strict=True):
        own = rows[index][2]
        below = rows[index + 1 : end] if end is not None else _tail(rows[index + 1 :], parts, blocks, rows[index][0])
        links = [tuple(link) for link in own["links"]]
        links += [tuple(link) for row in below for link in row[2]["links"]]
        words = [row[2]["plain"] for row in below if not _only_links(row[2])]
        used.update((b, n) for b, n, _ in (rows[index], *below))
        parts.append(
            Part(start=start or timedelta(0), title=_title(title)[:1000], summary="\n\n".join(words) or None,
                 stories=_stories(links))
        )  # fmt: skip
    rest = [
        {**block, "lines": [line for n, line in enumerate(block["lines"]) if (b, n) not in used]}
        for b, block in enumerate(blocks)
    ]
    return parts, [block for block in rest if block["lines"] or block["kind"] == "hr"]


def merged(parts: list[Part], noted: list[Part]) -> list[Part] | None:
    """The parts with what the notes say about the same times; None if the notes tell other times."""
    starts = {round(part.start.total_seconds()): n for n, part in enumerate(parts)}
    found = list(parts)
    for part in noted:
        second = round(part.start.total_seconds())
        number = next((starts[s] for s in (second, second - 1, second + 1) if s in starts), None)
        if number is None:
            return None
        found[number] = _with(replace(found[number], summary=part.summary), part.stories)
    return found


def _with(part: Part, stories: tuple[Link, ...]) -> Part:
    """The part with more stories, each address once; the first title that is known counts."""
    known: dict[str, Link] = {}
    for story in (*part.stories, *stories):
        name = normalise_url(story.url)
        known[name] = replace(known[name], title=known[name].title or story.title) if name in known else story
    return replace(part, stories=tuple(known.values()))


def _tail(rows: list[Any], parts: list[Part], blocks: Blocks, number: int) -> list[Any]:
    """After the last time: what is nested in its list item, or links alone if an earlier segment had some too."""
    own = blocks[number]
    found = []
    for row in rows:
        nested = own["kind"] == "li" and blocks[row[0]]["depth"] > own["depth"]
        if not nested and not (_only_links(row[2]) and any(part.stories for part in parts)):
            break
        found.append(row)
    return found


def _only_links(line: dict[str, Any]) -> bool:
    rest = line["plain"]
    for _, words in line["links"]:
        rest = rest.replace(words, "", 1)
    return bool(line["links"]) and not re.search(r"\w{3}", rest)


def _title(text: str) -> str:
    return squash(text).rstrip(" –—-:|") or squash(text)


def _stories(links: list[Any]) -> tuple[Link, ...]:
    found: dict[str, Link] = {}
    for url, words in links:
        if _good(url) and "#t=" not in url and not re.fullmatch(r"[\d:()\[\] ]+", words):
            found.setdefault(normalise_url(url), Link(url=url, title=_headline(words, url)))
    return tuple(found.values())


def _good(url: str | None) -> bool:
    return bool(url) and is_web_address(url or "") and len(url or "") <= 2000


def _headline(words: str, url: str | None) -> str | None:
    """The words of a link, where they can be a headline."""
    text = squash(words)
    plain = text.casefold().strip(" .:…")
    return None if not text or plain in NO_TITLES or text == url or "://" in text or len(text) > 300 else text


@dataclass(slots=True)
class Written:
    """What becomes of an episode's notes."""

    parts: list[Part] = field(default_factory=list)
    blocks: Blocks = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def arrange(marks: list[Mark], blocks: Blocks, duration: timedelta | None) -> Written:
    """Chapters first, then the notes: where both tell the same times, the notes add their links."""
    noted, rest = from_notes(blocks, duration)
    parts, left = from_marks(marks, duration)
    if not parts:
        return Written(noted, rest, left)
    both = merged(parts, noted) if noted else None
    return Written(both, rest, left) if both else Written(parts, blocks, left)


def markdown(blocks: Blocks) -> str:
    """The blocks as CommonMark."""
    made: list[str] = []
    before = None
    for block in blocks:
        lines = [line["markdown"] for line in block["lines"]]
        if block["kind"] == "li":
            pad = "    " * max(block["depth"] - 1, 0)
            inner = pad + " " * (len(block["marker"]) + 1)
            text = f"{pad}{block['marker']} " + f"\\\n{inner}".join(lines)
            gap = "\n" if before == "li" else "\n\n"
        else:
            text = (
                "---"
                if block["kind"] == "hr"
                else f"### {' '.join(lines)}"
                if block["kind"] == "h"
                else "\\\n".join(lines)
            )
            gap = "\n\n"
        made += [gap if made else "", text]
        before = block["kind"]
    return "".join(made).strip()


def plain(blocks: Blocks) -> str:
    """What the blocks say, a line each."""
    return "\n".join(line["plain"] for block in blocks for line in block["lines"])
