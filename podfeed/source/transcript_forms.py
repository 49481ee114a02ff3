"""Cues out of the text of a transcript: one reader a format, each going through its text once.

The standard library's `html.parser` takes 50 seconds for 60 kB of `<a `, so HTML is taken apart by hand. Formats:
podcast namespace, transcripts.md; W3C WebVTT §4.
"""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from podfeed.model import Cue
from podfeed.text import legal, squash

LONGEST_NAME = 60  # characters of a speaker's name
MOST_PIECES = 1_000_000  # tags of an HTML page


class Wrong(Exception):
    """A fault in the file: what is wrong, what to type, and the line (0: the whole file)."""

    def __init__(self, message: str, hint: str, line: int = 0, code: str = "transcript-wrong-shape") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.line = line
        self.code = code


def _cue(text: str, speaker: object = None, start: object = None, end: object = None) -> Cue | None:
    """A cue with what is sound of it; None if it says nothing."""
    said = squash(legal(text))
    named = squash(legal(speaker))[:LONGEST_NAME].strip() if isinstance(speaker, str) else ""
    first, last = _offset(start), _offset(end)
    if last is not None and (first is None or last < first):
        last = None
    return Cue(start=first, end=last, speaker=named or None, text=said) if said else None


def _offset(value: object) -> timedelta | None:
    """Seconds as a number or digits, or a clock time; None for anything else."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, str):
        if time := _time(value.strip()):
            return time
        try:
            value = float(value[:20])
        except ValueError:
            return None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 10_000_000:
        return timedelta(milliseconds=round(value * 1000)) if math.isfinite(value) else None
    return None


# --- WebVTT and SubRip --------------------------------------------------------------------------------------

_CLOCK = r"(?:(\d{1,3}):)?([0-5]?\d):([0-5]?\d)(?:[.,](\d{1,3}))?"
_TIME = re.compile(_CLOCK)
_AN_ATTEMPT = re.compile(r"\d:\d\d(?:[.,]\d+)?\s*\S{0,3}\s*\d+:\d\d")
_TIMING = re.compile(rf"\s*{_CLOCK}\s*-->\s*{_CLOCK}(?:\s.*)?")
_TAG = re.compile(r"<[^<>]*>")
_SPOKEN = re.compile(r"(?!https?:)([^\W_][^:]{0,59}?) ?: (.+)")


def _time(text: str) -> timedelta | None:
    match = _TIME.fullmatch(text)
    return _clock(match.groups()) if match else None


def _clock(parts: tuple[str | None, ...]) -> timedelta:
    hours, minutes, seconds, fraction = parts
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return timedelta(seconds=whole, milliseconds=int((fraction or "0").ljust(3, "0")))


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Lines between empty lines, with the number of the first."""
    block: list[str] = []
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _captions(text: str) -> Iterator[tuple[timedelta, timedelta, str]]:
    """The timed blocks; a name or number before the time is allowed, an empty line inside a caption forgiven."""
    before: tuple[timedelta, timedelta, str] | None = None
    for number, block in _blocks(text):
        if re.match(r"(NOTE|STYLE|REGION)\b", block[0]):
            continue
        row = next((i for i, line in enumerate(block[:2]) if "-->" in line), None)
        match = _TIMING.fullmatch(block[row]) if row is not None else None
        if row is not None and match:
            if before:
                yield before
            times = match.groups()
            before = _clock(times[:4]), _clock(times[4:]), "\n".join(block[row + 1 :])
        elif row is None and before and not _AN_ATTEMPT.search("\n".join(block[:2])):
            if len(block) > 1 or not block[0].strip().isdigit():  # a number without a caption says nothing
                before = (*before[:2], before[2] + "\n" + "\n".join(block))
        else:
            hint = "a caption begins with a line such as 00:01:02.500 --> 00:01:04.000"
            raise Wrong("a time is missing or misspelt", hint, number + (row or 0))
    if before:
        yield before


def _vtt(text: str) -> Iterator[Cue]:
    first, _, rest = text.partition("\n")
    if not re.match(r"WEBVTT(?:[ \t]|$)", first):
        raise Wrong("the file does not begin with WEBVTT", "write WEBVTT in its first line", 1)
    head, gap, body = rest.partition("\n\n")
    if not rest.startswith("\n") and not _AN_ATTEMPT.search(head):  # what may follow, such as `Kind: captions`
        rest = "\n" * head.count("\n") + gap + body
    for start, end, said in _captions("\n" + rest):
        for voice, words in _voices(said):
            if cue := _cue(_plain(words), _plain(voice), start, end):
                yield cue


def _plain(text: str) -> str:
    """With `&amp;` and the like as the letters they stand for."""
    try:
        return html.unescape(text)
    except ValueError:  # &#999…9; with thousands of digits
        return text


def _voices(text: str) -> Iterator[tuple[str, str]]:
    """A caption's words by `<v Name>`; other tags are taken out."""
    voice, words, at = "", [], 0
    for tag in _TAG.finditer(text):
        words.append(text[at : tag.start()])
        at = tag.end()
        name, _, rest = tag[0][1:-1].partition(" ")
        if name.lstrip("/").partition(".")[0] == "v":
            yield voice, "".join(words)
            voice, words = rest, []
    yield voice, "".join((*words, text[at:]))


def _srt(text: str) -> Iterator[Cue]:
    """A voice is named where it changes, as in the namespace's example: `Adam Curry: podcasting 2.0`."""
    speaker = None
    for start, end, said in _captions(text):
        words = _plain(_TAG.sub("", said))
        speaker, words = _named(words, speaker)
        if cue := _cue(words, speaker, start, end):
            yield cue


def _named(text: str, before: str | None) -> tuple[str | None, str]:
    """Who speaks, if the text begins with a name and a colon; else whoever spoke before."""
    match = _SPOKEN.fullmatch(squash(text))
    if match and len(words := match[1].split()) <= 5 and all(_like_a_name(word) for word in words):
        return match[1], match[2]
    return before, text


def _like_a_name(word: str) -> bool:
    first = word.lstrip("(\"'")[:1]
    return not first.islower() or word in ("de", "la", "van", "von", "der", "den", "al", "bin", "di", "da", "of", "the")


# --- JSON, HTML, plain text ------------------------------------------------------------------------------------


def _json(text: str) -> Iterator[Cue]:
    """The namespace's `segments` (startTime, endTime, body) or Whisper's (start, end, text)."""
    try:
        found: Any = json.loads(text)
    except json.JSONDecodeError as error:
        raise Wrong("the file is not JSON", "export it again", error.lineno) from None
    except (ValueError, RecursionError):
        raise Wrong("the file is not JSON that can be read", "export it again") from None
    rows = found.get("segments") if isinstance(found, dict) else found
    if not isinstance(rows, list):
        raise Wrong("the file has no list of segments", 'it looks like {"version": "1.0.0", "segments": [...]}')
    for row in rows:
        if not isinstance(row, dict):
            continue
        words = row.get("body", row.get("text"))
        start, end = row.get("startTime", row.get("start")), row.get("endTime", row.get("end"))
        if isinstance(words, str) and (cue := _cue(words, row.get("speaker"), start, end)):
            yield cue


_HIDDEN = ("script", "style", "head", "template", "noscript")
_BLOCKS = frozenset("p div ul ol dl table li h1 h2 h3 h4 h5 h6 blockquote section article tr dd dt hr".split())


def _html(text: str) -> Iterator[Cue]:
    """`<cite>` names the voice, `<time>` the moment, `<p>` has the words; text alone is kept."""
    speaker, start, place = "", "", ""
    words: list[str] = []
    for tag, data in _pieces(text):
        name = tag.strip("/")
        if name in _BLOCKS or name in ("cite", "time"):
            if place not in ("cite", "time") and (cue := _cue("".join(words), speaker, start)):
                yield cue
                start = ""
            words = []
            place = "" if tag.startswith("/") else name
            speaker, start = ("" if tag == "cite" else speaker), ("" if tag == "time" else start)
        elif name == "br":
            words.append(" ")
        if place == "cite":
            speaker = (speaker + data)[: 2 * LONGEST_NAME].strip().removesuffix(":")
        elif place == "time":
            start = (start + data)[:30].strip(" []()\n\t")
        else:
            words.append(data)
    if cue := _cue("".join(words), speaker, start):
        yield cue


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Tags (`p`, `/p`) and the text after each; comments, scripts and the head left out. Each letter is seen once."""
    lower = text.lower() if len(text.lower()) == len(text) else text
    at, tag, count = 0, "", 0
    while at < len(text):
        count += 1
        if count > MOST_PIECES:
            raise Wrong("the page has more tags than words", "export the transcript as .vtt or .txt")
        opening = text.find("<", at)
        yield tag, _plain(text[at : opening if opening >= 0 else len(text)])
        if opening < 0:
            return
        comment = text.startswith("<!--", opening)
        end = text.find("-->" if comment else ">", opening)
        if end < 0:
            return
        at, tag = end + (3 if comment else 1), ""
        if not comment and (match := re.match(r"/?[a-z][a-z0-9]*", lower[opening + 1 : opening + 20])):
            tag = match[0]
        if tag in _HIDDEN:
            end = lower.find(f"</{tag}", at)
            at, tag = (end if end >= 0 else len(text)), ""


_STAMP = re.compile(rf"[\[(]?{_CLOCK}[\])]?(?:\s*(?:-->|-|–)\s*[\[(]?{_CLOCK}[\])]?)?[\s:–-]*")


def _is_a_time(match: re.Match[str], words: str) -> bool:
    """`12:30 tomorrow` is not: a time is in brackets, on its own line, or before a name."""
    rest = words[match.end() :]
    return match[0][0] in "[(" or "\n" in match[0] or not rest or bool(_SPOKEN.match(squash(rest[:200])))


def _txt(text: str) -> Iterator[Cue]:
    """Paragraphs, each with an optional time (`[00:12:30]`) and an optional `NAME:`, in either order."""
    start: timedelta | None = None
    speaker: str | None = None
    for _number, block in _blocks(text):
        words = "\n".join(block).strip()
        times: tuple[timedelta | None, timedelta | None] = (None, None)
        for _ in range(2):
            if (match := _STAMP.match(words)) and _is_a_time(match, words):
                parts = match.groups()
                times = (_clock(parts[:4]), _clock(parts[4:]) if parts[5] else None)
                words = words[match.end() :]
            speaker, words = _named(words, speaker)
        if not words.strip():  # a line of its own for the time
            start = times[0]
            continue
        if cue := _cue(words, speaker, times[0] or start, times[1]):
            yield cue
        start = None


READERS = {".vtt": _vtt, ".srt": _srt, ".json": _json, ".html": _html, ".txt": _txt}
