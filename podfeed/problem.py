"""What is wrong with a show, where, and what to type instead: values, never exceptions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from podfeed.text import plural, readable_json, visible

Level = Literal["error", "warning", "info"]
LEVELS: tuple[Level, ...] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file of the show: lines and columns count characters from 1.

    `path` is relative to the show's folder, with forward slashes. `line` 0 means the file as a whole.
    `text` is the line itself, kept so that a problem can be drawn without opening the file again.
    """

    path: str
    line: int = 0
    column: int = 0
    width: int = 1
    text: str = field(default="", compare=False)


class Origin(Protocol):
    """Knows where in the editor's files the parts of a value were written."""

    def span(self, *path: str | int, key: bool = False) -> Span:
        """The place of the node at `path` (keys and indices); of its key if `key`.

        A path that does not exist gives the place of its deepest existing ancestor.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding. `code` is a stable kebab-case word that `podfeed explain` knows.

    `message` says what is wrong, `hint` what to type; `related` names other places with a word for each.
    `waived` is why the newsroom lives with it; such a finding is shown and counts for nothing.
    """

    level: Level
    code: str
    message: str
    span: Span
    hint: str | None = None
    related: tuple[tuple[Span, str], ...] = ()
    waived: str | None = None

    @property
    def is_error(self) -> bool:
        return self.level == "error" and self.waived is None

    @property
    def is_warning(self) -> bool:
        return self.level == "warning" and self.waived is None

    @property
    def word(self) -> str:
        """What to call it: its level, or `waived`."""
        return self.level if self.waived is None else "waived"


def error(code: str, message: str, span: Span, hint: str | None = None, **more) -> Problem:
    return Problem(level="error", code=code, message=message, span=span, hint=hint, **more)


def warning(code: str, message: str, span: Span, hint: str | None = None, **more) -> Problem:
    return Problem(level="warning", code=code, message=message, span=span, hint=hint, **more)


def info(code: str, message: str, span: Span, hint: str | None = None, **more) -> Problem:
    return Problem(level="info", code=code, message=message, span=span, hint=hint, **more)


def by_place(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """In the order in which an editor would walk through the files; each finding once."""
    unique = dict.fromkeys(problems)
    return tuple(sorted(unique, key=lambda p: (p.span, LEVELS.index(p.level), p.code, p.message)))


def count(problems: Iterable[Problem]) -> str:
    """`2 errors, 1 warning`, or the empty string.

    >>> count([error("x", "y", Span("a")), warning("x", "y", Span("a")), error("z", "y", Span("a"))])
    '2 errors, 1 warning'
    """
    words = [p.word for p in problems]
    counted = [(level, words.count(level)) for level in LEVELS]
    parts = [plural(n, "note" if level == "info" else level) for level, n in counted if n]
    waived = words.count("waived")
    return ", ".join((*parts, f"{waived:,} waived") if waived else parts)


# --- how they are shown -------------------------------------------------------------------------


def _place(span: Span) -> str:
    """`episodes/a.yaml:3:7`, or the path alone for a whole file."""
    path = visible(span.path)
    return f"{path}:{span.line}:{span.column}" if span.line else path


def _excerpt(span: Span) -> list[str]:
    """The line and a caret below the place, cut to a readable width."""
    if not span.line or not span.text:
        return []
    start = max(span.column - 1, 0)
    shift = max(0, start - 60)
    line = span.text[shift : shift + 100].replace("\t", " ")
    width = max(1, min(span.width, len(span.text) - start, 100 - (start - shift)))
    gutter = str(span.line)
    blank = " " * len(gutter)
    return [f"{blank} |", f"{gutter} | {visible(line)}", f"{blank} | {' ' * (start - shift)}{'^' * width}"]


def full(problem: Problem) -> str:
    """Several lines: the sentence, the place, the excerpt with a caret, the other places, the help.

    >>> span = Span("episodes/a.yaml", 31, 12, 5, "  - start: 41:05")
    >>> print(full(error("segment-past-end", "this segment starts after the end (28:41)", span, "is it 14:05?")))
    error[segment-past-end]: this segment starts after the end (28:41)
      --> episodes/a.yaml:31:12
       |
    31 |   - start: 41:05
       |            ^^^^^
       = help: is it 14:05?
    """
    pad = " " * len(str(problem.span.line or ""))
    head = f"{problem.word}[{problem.code}]: {visible(problem.message)}"
    lines = [head, f"{pad}--> {_place(problem.span)}", *_excerpt(problem.span)]
    lines += [f"{pad} = {visible(word)}: {_place(span)}" for span, word in problem.related]
    if problem.waived:
        lines += [f"{pad} = waived: {visible(problem.waived)}"]
    elif problem.hint:
        lines += [f"{pad} = help: {visible(problem.hint)}"]
    return "\n".join(lines)


def concise(problem: Problem) -> str:
    """One line a problem.

    >>> concise(error("missing-key", "`title` is missing", Span("show.yaml", 1, 1), "add title: ..."))
    'show.yaml:1:1: error[missing-key]: `title` is missing (add title: ...)'
    """
    more = f"waived: {problem.waived}" if problem.waived else problem.hint
    hint = f" ({visible(more)})" if more else ""
    return f"{_place(problem.span)}: {problem.word}[{problem.code}]: {visible(problem.message)}{hint}"


def github(problem: Problem) -> str:
    """A workflow command that GitHub shows beside the line."""

    def data(text: str) -> str:
        text = "\n".join(map(visible, text.split("\n")))
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def value(text: str) -> str:
        return data(text).replace(":", "%3A").replace(",", "%2C")

    level = {"error": "error", "warning": "warning"}.get(problem.word, "notice")
    span = problem.span
    where = f"file={value(span.path)}"
    if span.line:
        where += f",line={span.line},col={span.column},endColumn={span.column + span.width}"
    text = problem.message + (f"\nhelp: {problem.hint}" if problem.hint and not problem.waived else "")
    text += f"\nwaived: {problem.waived}" if problem.waived else ""
    return f"::{level} {where},title={value(problem.code)}::{data(text)}"


def as_json(problems: Iterable[Problem]) -> str:
    """An array of objects, for programs."""

    def place(span: Span) -> dict:
        return {"file": span.path, "line": span.line, "column": span.column, "width": span.width}

    rows = [
        {
            "level": p.level,
            "code": p.code,
            "message": p.message,
            **place(p.span),
            "hint": p.hint,
            "waived": p.waived,
            "related": [{"what": word, **place(span)} for span, word in p.related],
        }
        for p in problems
    ]
    return readable_json(rows)


FORMATS = ("full", "concise", "json", "github")


def show(problems: Iterable[Problem], form: str = "full") -> str:
    """The problems as text in one of `FORMATS`; the empty string if there are none (`[]` for JSON)."""
    if form == "json":
        return as_json(problems)
    draw = {"full": full, "concise": concise, "github": github}[form]
    return ("\n\n" if form == "full" else "\n").join(draw(p) for p in problems)


def show_some(problems: Iterable[Problem], most: int = 3) -> str:
    """All errors, and of each other kind of finding the first few and how many more there are: a build of a long archive
    would else say the same thing hundreds of times, and what is new would not be seen."""
    rows = tuple(problems)
    seen: Counter[tuple[str, str]] = Counter()
    shown = []
    for problem in rows:
        seen[problem.word, problem.code] += 1
        if problem.is_error or seen[problem.word, problem.code] <= most:
            shown.append(full(problem))
    for (word, code), count in seen.items():
        if word != "error" and count > most:
            shown.append(f"{word}[{code}]: {plural(count - most, 'more place')}; podfeed check shows them all")
    return "\n\n".join(shown)
