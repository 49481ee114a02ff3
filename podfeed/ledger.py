"""What was published, as a value: the facts that an editor's files cannot say by themselves.

`ledger.json` stands beside show.yaml, is committed with it, and is written by the program only: which guid the feed
has, and for every published episode its guid, its enclosure, the recording that its times were made for, and the
moment it first went out. Guids are read from it, never computed anew, so that a renamed file or a moved site does not
make an app fetch everything again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

NAME = "ledger.json"
VERSION = 2
"""Of the form: 1 had no `version`, `times` and `removed`. Raise it when an older podfeed would misread the file."""

_CONFLICT = re.compile(r"^(<{7}|={7}|>{7}|\|{7})( |$)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One published episode. `enclosure` is its absolute address, `length` in bytes, `duration` in seconds.

    `stamp` is the SHA-256 of the recording as the editor gave it; `times` is a digest of the times that were written
    for it ("" if none were). Both are None where an older ledger does not say. `removed` is when the episode was taken
    out of the feed on purpose; its guid stays known in case it comes back.
    """

    guid: str
    enclosure: str
    length: int | None = None
    duration: float | None = None
    stamp: str | None = None
    times: str | None = None
    published: datetime
    removed: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """`guid` is the feed's own (`podcast:guid`); `episodes` maps slugs to what was published."""

    guid: str | None = None
    episodes: Mapping[str, Entry] = field(default_factory=dict)


_HEAD = f'{{\n "what": "Written by podfeed; commit it with the show, do not edit it.",\n "version": {VERSION},\n'


def is_current(text: str) -> bool:
    """Whether a ledger's text has the form that we write: then it says what we would, and need not be written again."""
    return text.startswith(_HEAD)


class Unreadable(ValueError):
    """Why a text is no ledger: `code`, `message` and `hint` of a problem, and its `line` and `column` from 1."""

    def __init__(self, message: str, hint: str, line: int = 0, column: int = 1, code: str = "ledger-damaged"):
        super().__init__(message)
        self.message, self.hint, self.line, self.column, self.code = message, hint, line, column, code


RESTORE = "restore it from your version control or a backup; it keeps apps from fetching every episode again"


def load(data: bytes) -> Ledger:
    """The ledger in the bytes of its file; raises Unreadable as `parse` does."""
    try:
        return parse(data.decode("utf-8-sig"))
    except UnicodeDecodeError as wrong:
        before = data[: wrong.start].decode("utf-8-sig")
        message = f"byte {data[wrong.start]:02X} is not UTF-8"
        raise Unreadable(message, RESTORE, _line(before, len(before))) from None


@lru_cache(maxsize=1)  # a build reads it twice: at its beginning, and before it writes
def parse(text: str) -> Ledger:
    """The ledger in the text; raises Unreadable, with the place, if it is not one or not one that we know."""
    if conflict := _CONFLICT.search(text):
        message = "two versions of the ledger stand here, since two people published at once"
        hint = "keep the lines of the episodes from both sides, and delete the lines with <<<<<<<, ======= and >>>>>>>"
        raise Unreadable(message, hint, _line(text, conflict.start()))
    try:
        data = json.loads(_commas(text), object_pairs_hook=_once)
    except _Twice as twice:
        message, at = f"`{twice}` stands here twice", text.rfind(json.dumps(str(twice), ensure_ascii=False))
        hint = "keep the line that was published first, and delete the other"
        raise Unreadable(message, hint, _line(text, at) if at >= 0 else 0) from None
    except json.JSONDecodeError as wrong:
        raise Unreadable(f"the ledger cannot be read: {wrong.msg}", RESTORE, wrong.lineno, wrong.colno) from None
    except RecursionError:
        raise Unreadable("the ledger cannot be read", RESTORE, 1) from None
    return _ledger(data, text)


def text(ledger: Ledger) -> str:
    """One line an episode, sorted, so that a version control system shows and merges changes well."""

    def row(slug: str, entry: Entry) -> str:
        fields = {name: value for name, value in asdict(entry).items() if value is not None}
        for name in ("published", "removed"):
            if name in fields:
                fields[name] = fields[name].astimezone(UTC).isoformat(timespec="seconds")
        return f"  {json.dumps(slug, ensure_ascii=False)}: {json.dumps(fields, ensure_ascii=False)}"

    rows = ",\n".join(row(slug, ledger.episodes[slug]) for slug in sorted(ledger.episodes))
    return f'{_HEAD} "guid": {json.dumps(ledger.guid)},\n "episodes": {{\n{rows}\n }}\n}}\n'


# --- reading ------------------------------------------------------------------------------------------


class _Twice(ValueError):
    """A key that stands twice in one object, of which json would keep the last in silence."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _Twice(name)
        found[name] = value
    return found


_ROW = re.compile(r'^( *"(?:[^"\\]|\\.)*": \{.*\}),?[ \t\r]*$')


def _commas(text: str) -> str:
    """The text with a comma between rows and none after the last: what is left wrong when two sides were merged."""
    lines = text.split("\n")
    rows = {number: match for number, line in enumerate(lines) if (match := _ROW.match(line))}
    for number, match in rows.items():
        lines[number] = match[1] + ("," if number + 1 in rows else "")
    return "\n".join(lines)


def _line(text: str, index: int) -> int:
    return text.count("\n", 0, index) + 1


def _ledger(data: Any, text: str) -> Ledger:
    if not isinstance(data, dict) or not isinstance(data.get("episodes"), dict):
        raise Unreadable("this is not a ledger", RESTORE, 1)
    version = data.get("version", 1)
    if not isinstance(version, int) or version > VERSION:
        message = f"a newer podfeed wrote this ledger (form {version}; this one knows form {VERSION})"
        at = _line(text, max(0, text.find('"version"')))
        raise Unreadable(message, "install the newer podfeed here too", at, code="ledger-newer")
    guid = data.get("guid")
    if guid is not None and not (
        isinstance(guid, str) and re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", guid)
    ):
        raise Unreadable("the feed's guid cannot be read", RESTORE, _line(text, max(0, text.find('"guid"'))))
    entries = {}
    for slug, row in data["episodes"].items():
        try:
            entries[slug] = _entry(row)
        except (KeyError, TypeError, ValueError) as wrong:
            at = text.find(json.dumps(slug, ensure_ascii=False) + ":")
            what = (
                f"`{wrong.args[0]}` is missing" if isinstance(wrong, KeyError) else "one of its facts has another form"
            )
            raise Unreadable(
                f"what is written of `{slug}` cannot be read: {what}", RESTORE, _line(text, max(0, at))
            ) from None
    return Ledger(guid=guid, episodes=entries)


def _entry(row: Any) -> Entry:
    fields = {name: row[name] for name in ("guid", "enclosure", "published")}
    fields |= {
        name: row[name] for name in ("length", "duration", "stamp", "times", "removed") if row.get(name) is not None
    }
    forms: dict[str, Any] = {"length": int, "duration": (int, float)}
    for name, value in fields.items():
        if not isinstance(value, forms.get(name, str)) or isinstance(value, bool):
            raise TypeError(name)
    if not fields["guid"] or ("stamp" in fields and not re.fullmatch(r"[0-9a-f]{64}", fields["stamp"])):
        raise ValueError("guid")
    for name in ("published", "removed"):
        if name in fields:
            fields[name] = datetime.fromisoformat(fields[name])
            if fields[name].tzinfo is None:
                raise ValueError(name)
    return Entry(**fields)
