"""What is wrong with a text that cannot be read as YAML, in words that say what to type.

Both parsers (libyaml and the Python one) are told apart from neither: `explain` looks at the few words that they
share, and at the lines themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from podfeed.source.lines import Mark

MANUAL = {
    "file-too-large": "An episode is a few kilobytes of text. podfeed reads YAML files up to 1 MiB, so that a recording "
    "saved under the wrong name, or a hostile file, cannot occupy the program. Put recordings into media/; split a "
    "large stories.yaml by writing stories into their episodes.",
    "not-utf8": "Files are read as UTF-8, the encoding that every current text editor writes unless told otherwise. In "
    "another encoding, letters with accents would be wrong in every podcast app. Save the file again and choose UTF-8.",
    "empty-file": "The file has no keys at all, or only comments. Write the first line, such as title: …, or delete the "
    "file if it is not needed.",
    "not-a-mapping": "A file of the show is made of keys with values, one key a line: title: The harbour vote. This one "
    "is a list or a single text. A space must follow each colon.",
    "duplicate-key": "The same key stands twice in one group. Most YAML readers silently keep the last one, so a line "
    "that was pasted twice would hide the other. Delete one of the two, or join them into one list.",
    "yaml-key-not-text": "What stands before a colon is a word, such as title. A list, a group of keys or nothing at all "
    "stands there now. If a text should begin with [ or {, put it in quotes.",
    "yaml-anchor": "In YAML, a value that begins with & or * names or repeats another part of the file, and a few lines "
    "of it can grow to gigabytes. podfeed does not use this. Put a text that begins so in quotes; write a repeated "
    "story once in stories.yaml and name it.",
    "yaml-merge": "The key << copies another group of keys into this one. podfeed does not use it, since it makes the "
    "same line mean two things. Write the keys out.",
    "yaml-tag": "In YAML, a value that begins with ! says which type it has, and its first word is lost. podfeed knows "
    "the type of every field by itself. Put a text that begins with ! in quotes.",
    "yaml-directive": "A line that begins with % before the first key gives instructions to a YAML program. podfeed "
    "needs none. Take the line out.",
    "yaml-second-document": "A line of three hyphens or three dots ends a YAML document, and what follows would be "
    "another one. Each episode has a file of its own. Take the line out, or move what follows into a new file.",
    "yaml-too-deep": "Lists and groups stand inside each other more than 20 deep. An episode needs five or six levels, "
    "so this is a slip or a hostile file. Check the brackets and the indentation.",
    "yaml-too-many-nodes": "The file has more than 20,000 values. This limit keeps a hostile file from occupying the "
    "program. Split stories.yaml by writing stories into their episodes.",
    "forbidden-character": "The file has a character that XML, and so a podcast feed, cannot carry (XML 1.0, section "
    "2.2), or an invisible one that breaks lines. It usually comes from copying out of another program. Delete it.",
    "yaml-tab": "YAML indents with spaces; a tab counts differently in every program and is refused. Replace the tab by "
    "two spaces for each level. Most text editors can be told to insert spaces.",
    "yaml-colon": "A colon with a space after it ends a key, so a text that has one inside must stand in quotes: "
    'title: "Harbour: the vote". The same holds for the short form of a segment: - "0:00 Harbour: the vote".',
    "comment-cuts-text": "A # after a space begins a comment, so the rest of the line is not part of the text: an episode "
    "called Morning show #5 would be published as Morning show. Put the text in quotes. If it is a comment, put a "
    "space after the #.",
    "yaml-syntax": "The file cannot be read beyond this line. Usually a quote or a bracket is not closed, a line is not "
    "indented like its neighbours, or a text begins with a character that means something in YAML (@ ` % & * ! | > [ {) "
    "and needs quotes around it.",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A Problem before its span is drawn."""

    code: str
    message: str
    mark: Mark
    hint: str | None


@dataclass(frozen=True, slots=True)
class Trouble:
    """Where the parser stopped. `words` is what it said; `context` where that began; `opened` the innermost bracket;
    `quoted` the beginning and the end of the text in quotes that was read last."""

    words: str
    lines: list[str]
    at: Mark
    context: Mark
    opened: Mark | None
    quoted: tuple[Mark, Mark] | None

    def line(self, number: int) -> str:
        return self.lines[number] if 0 <= number < len(self.lines) else ""

    @property
    def here(self) -> str:
        """What stands at the place, to the end of its line."""
        return self.line(self.at.line)[self.at.column :]

    @property
    def before(self) -> str:
        return self.line(self.at.line)[: self.at.column]


def in_backticks(text: str) -> str:
    """What was written, for a message: short.

    >>> in_backticks("a`b")
    '`a`b`'
    """
    text = " ".join(text.split())
    return f"`{text if len(text) <= 60 else text[:59] + '…'}`"


def with_quotes(text: str) -> str:
    """The text as a value in quotes, whatever it contains.

    >>> with_quotes('The "vote": it\\'s over')
    '"The \\\\"vote\\\\": it\\'s over"'
    """
    text = text.strip()
    if len(text) > 200:  # a hint is read, not copied, then
        text = text[:199] + "…"
    if '"' in text and "'" not in text:
        return f"'{text}'"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def explain(trouble: Trouble) -> Found:
    """The words of ours for what the parser stumbled over."""
    found = next((row(trouble) for needle, row in _ROWS if re.search(needle, trouble.words)), None) or _other(trouble)
    for number in (found.mark.line, trouble.at.line):
        indent = re.match(r" *\t", trouble.line(number))
        if indent:
            mark = Mark(number, indent.end() - 1)
            return Found("yaml-tab", "this line is indented with a tab", mark, "replace the tab by spaces")
    return found


# --- one function a mistake --------------------------------------------------------------------------


def _colon(trouble: Trouble) -> Found | None:
    key = re.match(r"(\s*(?:- +)*[^\s:#'\"\[{-][^:]*?: +)(\S.*)$", trouble.line(trouble.at.line))
    if key and trouble.at.column >= key.end(1):
        hint = f"put the text in quotes: {key[1].strip()} {with_quotes(key[2])}"
        return Found("yaml-colon", "a second colon on this line, in a text without quotes", trouble.at, hint)
    previous = _line_above(trouble)
    above, line = trouble.line(previous), trouble.line(trouble.at.line)
    if previous >= 0 and _indent(above) >= _indent(line) and not re.search(r":(\s|$)", above):
        return _no_colon_at(trouble, previous)
    if previous >= 0 and _indent(above) < _indent(line):
        mark = Mark(trouble.at.line, _indent(line))
        hint = "begin it in the same column as the line above, or put the text above it in quotes"
        return Found("yaml-syntax", "this line is indented further than the line above it", mark, hint)
    return None


def _no_colon(trouble: Trouble) -> Found:
    return _no_colon_at(trouble, trouble.context.line)


def _no_colon_at(trouble: Trouble, number: int) -> Found:
    line = trouble.line(number)
    mark = Mark(number, _indent(line))
    if glued := re.match(r"\s*(?:- +)*([\w-]+):(\S.*)", line):
        return Found(
            "yaml-syntax", "a space is missing after the colon", mark, f"write {glued[1]}: {glued[2].strip()}"[:300]
        )
    word = line.strip()[:200].partition(" ")
    hint = f"write {word[0]}: {word[2] or '…'}, or indent the line if it belongs to the text above"
    return Found("yaml-syntax", f"{in_backticks(line)} has no colon", mark, hint)


def _start(trouble: Trouble) -> Found:
    if trouble.here[:1] == "\t":
        return Found("yaml-tab", "a tab stands here", trouble.at, "replace the tab by a space")
    return _begins(trouble, "yaml-syntax", trouble.at)


def _begins(trouble: Trouble, code: str, mark: Mark) -> Found:
    rest = trouble.line(mark.line)[mark.column :]
    message = f"a text cannot begin with {in_backticks(rest[:1])} unless it stands in quotes"
    return Found(code, message, mark, f"write {with_quotes(rest)}")


def _anchor(trouble: Trouble) -> Found:
    return _begins(trouble, "yaml-anchor", trouble.context)


def _tag(trouble: Trouble) -> Found:
    return _begins(trouble, "yaml-tag", trouble.context)


def _dash(trouble: Trouble) -> Found:
    hint = f"put the first - on a line of its own below, or write {with_quotes(trouble.here)} if it is a text"
    return Found("yaml-syntax", "a list cannot begin on the line of its key", trouble.at, hint)


def _question(trouble: Trouble) -> Found:
    return _begins(trouble, "yaml-syntax", trouble.at)


def _block(trouble: Trouble) -> Found:
    rest = trouble.line(trouble.context.line)[trouble.context.column :]
    message = f"after {in_backticks(rest[:1])} the text begins on the next line, indented"
    hint = f"move the text one line down, or write {with_quotes(rest)} if {rest[:1]} belongs to it"
    return Found("yaml-syntax", message, trouble.context, hint)


def _open_quote(trouble: Trouble) -> Found:
    quote = trouble.line(trouble.context.line)[trouble.context.column :][:1]
    hint = f"put {quote} at its end"
    return Found("yaml-syntax", "the text that begins with this quote is never closed", trouble.context, hint)


def _escape(trouble: Trouble) -> Found:
    column = trouble.line(trouble.at.line).rfind("\\", 0, trouble.at.column + 1)
    mark = Mark(trouble.at.line, max(column, 0))
    if "unicode" in trouble.words or "chr()" in trouble.words:
        message, hint = "this escape names a character that does not exist", "type the character itself"
        return Found("forbidden-character", message, mark, hint)
    written = in_backticks(trouble.line(mark.line)[mark.column :][:2])
    hint = "write two backslashes, or single quotes around the whole text"
    return Found("yaml-syntax", f"{written} means nothing between double quotes", mark, hint)


def _open_bracket(trouble: Trouble) -> Found:
    start = trouble.opened or trouble.context
    bracket = trouble.line(start.line)[start.column :][:1]
    closing = {"[": "]", "{": "}"}.get(bracket, "]")
    if trouble.at.line == start.line and trouble.here:
        message = f"a comma or {in_backticks(closing)} is missing before this"
        return Found("yaml-syntax", message, trouble.at, "put a text with commas, colons or brackets in quotes")
    message = f"the bracket {in_backticks(bracket)} is not closed"
    hint = f"put {closing} at its end, or quotes around the text if the bracket belongs to it"
    if re.search(r"[\s\[{,]#", trouble.line(start.line)[start.column :]):
        hint = f"everything after # is a comment: put words that begin with # in quotes, and {closing} at the end"
    return Found("yaml-syntax", message, start, hint)


def _no_content(trouble: Trouble) -> Found:
    if trouble.opened and (not trouble.here or trouble.at.line > trouble.opened.line):
        return _open_bracket(trouble)
    if trouble.here[:1] == ":":
        return _no_key(trouble)
    return _begins(trouble, "yaml-syntax", trouble.at)


def _no_key(trouble: Trouble) -> Found:
    return Found("yaml-key-not-text", "no word stands before this colon", trouble.at, "write the key before it")


def _not_an_entry(trouble: Trouble) -> Found:
    before = trouble.before.rstrip()
    if trouble.quoted and before and trouble.quoted[1] == Mark(trouble.at.line, len(before)):
        start, end = trouble.quoted
        hint = "put the whole text between quotes of the other kind, or double the quote inside it"
        if start.line < end.line:
            message = f"the quote that closes before this was opened in line {start.line + 1}; one is missing there"
            return Found("yaml-syntax", message, trouble.at, f"close the quote in line {start.line + 1}")
        return Found("yaml-syntax", "the quote before this ends the text, and more follows", trouble.at, hint)
    if before.endswith(("]", "}")):
        hint = "put the whole text in quotes"
        return Found("yaml-syntax", "the bracket before this ends the list, and more follows", trouble.at, hint)
    if before.strip(" -"):
        return _other(trouble)
    if trouble.here[:1] == ":":
        return _no_key(trouble)
    if trouble.here[:1] in ("]", "}"):
        return Found("yaml-syntax", "this bracket closes nothing", trouble.at, "take it out, or open it above")
    line, above = trouble.line(trouble.at.line), trouble.line(_line_above(trouble))
    mark = Mark(trouble.at.line, _indent(line))
    dashes = re.match(r"\s*(?:- +)*", above)
    column = _indent(above) if line.lstrip().startswith("-") or not dashes else dashes.end()
    hint = f"begin it in column {column + 1}, like the line above, or below the lines that it belongs with"
    return Found("yaml-syntax", "this line does not line up with the lines above it", mark, hint)


def _not_an_item(trouble: Trouble) -> Found:
    found = _not_an_entry(trouble)
    if "line up" in found.message and not trouble.here.startswith("-"):
        hint = f"begin it with - if it is a new entry; if not, {found.hint}"
        return Found("yaml-syntax", "this line stands in a list and does not begin with -", found.mark, hint)
    return found


def _document(trouble: Trouble) -> Found:
    if not any(line.startswith(("...", "---")) for line in trouble.lines[: trouble.at.line + 1]):
        return _not_an_entry(trouble)
    message = "something stands after the line that ends the document"
    return Found("yaml-second-document", message, trouble.at, "take out the line ... or --- above")


def _other(trouble: Trouble) -> Found:
    hint = "check the indentation and the quotes, here and in the line above"
    return Found("yaml-syntax", "this line cannot be read as YAML", trouble.at, hint)


def _line_above(trouble: Trouble) -> int:
    for number in range(trouble.at.line - 1, -1, -1):
        line = trouble.line(number).strip()
        if line and not line.startswith("#"):
            return number
    return -1


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


_ROWS = (
    ("mapping values are not allowed", _colon),
    ("could not find expected ':'", _no_colon),
    ("cannot start any token", _start),
    ("entries are not allowed", _dash),
    ("mapping keys are not allowed", _question),
    ("scanning an? (alias|anchor)", _anchor),
    ("(scanning|parsing) a (tag|%tag)|tag handle|parsing a node", _tag),
    ("unexpected end of stream|unexpected document", _open_quote),
    ("escape character|escape code|hexd?ec|escape sequence|chr\\(\\)", _escape),
    ("scanning a block scalar", _block),
    ("expected ',' or", _open_bracket),
    ("node content", _no_content),
    ("parsing a block mapping", _not_an_entry),
    ("parsing a block collection", _not_an_item),
    ("<document start>", _document),
)
"""What the parsers say → what we say; the first that fits."""
