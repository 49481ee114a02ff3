"""What can be wrong with a feed as a document: its bytes, its letters, its XML; and what to do about it."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from xml.parsers.expat import errors

from podfeed.problem import Level, Problem, Span
from podfeed.text import format_bytes, illegal_character

MANUAL = {
    "feed-too-large": "The feed is larger than 32 MB, nested deeper than 60 elements or has more than a million of them. "
    "Apps fetch a feed many times a day and give up long before. Put older episodes into archive pages (RFC 5005), and "
    "check that nothing repeats itself.",
    "feed-not-rss": "The file is something else: a web page, JSON, an Atom feed. Podcast directories take RSS 2.0, a "
    "document whose root is <rss> with one <channel> (Apple, Podcast RSS feed requirements; PSP-1). Check the address.",
    "feed-encoding": "The feed is not UTF-8, or has bytes that are not. Apple asks for UTF-8 (Podcast RSS feed "
    "requirements); other letters come out as gibberish in some apps. Save or send it as UTF-8 and say so in the "
    'first line: <?xml version="1.0" encoding="UTF-8"?>.',
    "feed-blank-start": "XML wants its declaration to be the very first thing (XML 1.0 §2.8). A blank line in front, often "
    "from a template or plug-in, makes strict readers refuse the whole feed. Take away what is written before <?xml.",
    "feed-not-well-formed": "XML has no tolerance: a reader that meets one wrong character stops, and listeners get no new "
    "episode (XML 1.0 §1.2, fatal errors). The message says where it stopped and what it met. Write & as &amp;, < as "
    "&lt;, close what is opened, and let a program write the feed rather than a template for text.",
    "feed-document-type": "A document type declaration can make a reader fetch other files or grow a short text to "
    "gigabytes, so careful readers refuse it, and so does this check. RSS 2.0 needs none. Take the <!DOCTYPE …> out; "
    "write its entities as numbers, &#160; for &nbsp;.",
    "feed-prefix": "A prefix such as itunes: must be bound to its namespace on the <rss> element (Namespaces in XML §3). "
    "Without it most readers refuse the feed or see none of these elements. Add the xmlns attribute that is shown.",
}

ENCODINGS = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "ascii", "cp437", "koi8-r", "koi8-u", "shift_jis",
    "euc-jp", "iso-2022-jp", "euc-kr", "gb2312", "gbk", "gb18030", "big5", "mac-roman",
    *(f"iso8859-{n}" for n in range(1, 17) if n != 12), *(f"cp{n}" for n in range(1250, 1259)),
)  # fmt: skip
"""How text is sent in practice; Python knows other names that are no encodings of text."""
_KNOWN = {codecs.lookup(name).name for name in ENCODINGS}
_DECLARATION = re.compile(r"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"'][^>]*\?>")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A problem before its place is known: `offset` counts characters of the text."""

    code: str
    message: str
    hint: str
    offset: int = 0
    width: int = 1
    level: Level = "error"

    def at(self, span: Span) -> Problem:
        return Problem(level=self.level, code=self.code, message=self.message, span=span, hint=self.hint)


# --- bytes ----------------------------------------------------------------------------------------------


def too_large(limit: int) -> Slip:
    message = f"the feed is larger than {format_bytes(limit)}"
    return Slip(code="feed-too-large", message=message, hint="put older episodes into archive pages")


def other_kind(data: bytes) -> Slip | None:
    """What the first bytes say, where they say something else than XML."""
    head = data[:400].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not head:
        what = "the file is empty"
    elif data[:2] == b"\x1f\x8b":
        what = "the file is compressed (gzip)"
    elif head.startswith((b"<!doctype html", b"<html")):
        what = "this is a web page, not a feed"
    elif head.startswith((b"{", b"[")):
        what = "this is JSON, not an RSS feed"
    elif b"<" not in data[:4000] and b"\0" not in data[:4]:
        what = "this is not XML"
    else:
        return None
    return Slip(code="feed-not-rss", message=what, hint="check the address: a podcast feed begins with <?xml and <rss")


def decode(data: bytes) -> tuple[str, list[Slip]]:
    """The text, with line ends as XML counts them (§2.11), and what is wrong with its letters."""
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    head = data[:400].decode("latin-1").replace("\0", "")
    declared = _DECLARATION.match(head.removeprefix("ï»¿"))
    slips: list[Slip] = []
    if encoding is None:
        named = declared[1].strip() if declared else "utf-8"
        encoding = named if _known(named) else "utf-8"
        if not _known(named):
            message = f"the first line names the encoding `{named[:40]}`, which many readers do not know"
            slips.append(
                Slip(code="feed-encoding", message=message, hint='send it as UTF-8 and write encoding="UTF-8"')
            )
    plain = encoding.lower().replace("_", "-")
    if not slips and plain not in ("utf-8", "utf8", "utf-8-sig", "ascii", "us-ascii"):
        message = f"the feed is sent as {encoding.upper()}; directories ask for UTF-8"
        slips.append(Slip(code="feed-encoding", message=message, hint="send it as UTF-8 and say so in its first line"))
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as wrong:
        text = data.decode(encoding, errors="replace")
        offset = len(_normal(data[: wrong.start].decode(encoding, errors="replace")))
        byte = data[wrong.start : wrong.start + 1]
        meant = byte.decode("cp1252", errors="ignore")
        if slips:
            return _normal(text), slips  # in an encoding that is not known no byte can be judged
        message = f"the byte {byte[0]:#04x} is not {encoding.upper()}" + (
            f" (perhaps {meant} of Windows-1252)" if meant else ""
        )
        slips.append(Slip(code="feed-encoding", message=message, hint="save the text anew as UTF-8", offset=offset))
    return _normal(text), slips


def _normal(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _known(name: str) -> bool:
    try:
        return codecs.lookup(name).name in _KNOWN
    except (LookupError, ValueError, OSError):
        return False


def without_blank_start(text: str) -> tuple[str, int]:
    """The text from its `<?xml`, and how much stood before it."""
    shift = len(text) - len(text.lstrip("\ufeff \t\n"))
    blank = shift and text.startswith("<?xml", shift) and text[:shift] != "\ufeff"
    return (text[shift:], shift) if blank or text.startswith("\ufeff") else (text, 0)


def blank_start() -> Slip:
    return Slip(
        code="feed-blank-start",
        message="something stands before the XML declaration: a blank line or a space",
        hint="let <?xml be the first characters of the file",
    )


# --- elements -------------------------------------------------------------------------------------------


def not_rss(root: str, offset: int) -> Slip:
    kinds = {"feed": "an Atom feed", "atom:feed": "an Atom feed", "rdf:RDF": "an RSS 1.0 feed", "opml": "a list of feeds",
             "html": "a web page", "rss": "an RSS feed without a channel"}  # fmt: skip
    what = kinds.get(root, f"a document of <{root}>")
    hint = 'podcast directories take RSS 2.0: <rss version="2.0"> with one <channel>'
    return Slip(code="feed-not-rss", message=f"this is {what}, not a podcast feed", hint=hint, offset=offset)


def doctype(offset: int) -> Slip:
    message = "the feed has a document type declaration, which was not followed"
    hint = "take <!DOCTYPE …> out; RSS needs none"
    return Slip(code="feed-document-type", message=message, hint=hint, offset=offset, width=9)


def too_many(offset: int, depth: int, number: int) -> Slip:
    message = f"the feed is nested deeper than {depth} elements, or has more than {number:,}"
    return Slip(code="feed-too-large", message=message, hint="check that nothing repeats itself", offset=offset)


def undeclared(prefix: str, uri: str | None, offset: int, width: int) -> Slip:
    message = f"the prefix `{prefix}:` is not declared"
    hint = f'add xmlns:{prefix}="{uri or "…"}" to the <rss> element'
    return Slip(code="feed-prefix", message=message, hint=hint, offset=offset, width=width)


def not_well_formed(number: int, text: str, offset: int, opened: list[tuple[str, int]]) -> Slip:
    """What expat's error means, in words; `opened` are the elements that were open, with their lines."""
    name = errors.messages[number]
    if name in (errors.XML_ERROR_UNDEFINED_ENTITY,):
        found = re.match(r"&[^;\s<]{1,40};", text[offset : offset + 50])
        entity = found[0] if found else "this entity"
        return _slip(
            f"`{entity}` is a word of HTML that XML does not know", f"write {_number(entity)}", offset, len(entity)
        )
    if (where := _ampersand(text, offset)) is not None:
        return _slip("an & stands by itself", "write &amp; for it", where)
    if (bad := illegal_character(text[offset : offset + 1])) is not None:
        what = f"the character U+{ord(text[offset + bad]):04X} may not stand in XML"
        return _slip(what, "take it out; it cannot be seen and comes in by copying", offset)
    if re.match(r"<{5,}|={5,}|>{5,}", text[text.rfind("\n", 0, offset) + 1 :][:7]):
        return _slip("marks of an unsettled merge stand in the feed", "settle the conflict and build it again", offset)
    if opened and name in (errors.XML_ERROR_TAG_MISMATCH, errors.XML_ERROR_NO_ELEMENTS, errors.XML_ERROR_UNCLOSED_TOKEN,
                           errors.XML_ERROR_UNCLOSED_CDATA_SECTION, errors.XML_ERROR_ASYNC_ENTITY):  # fmt: skip
        tag, line = opened[-1]
        return _slip(
            f"<{tag}> of line {line} is not closed before this place", f"write </{tag}> in front of it", offset
        )
    message, hint = _OTHERS.get(name, (f"the XML cannot be read further ({name})", "look at this place"))
    return _slip(message, hint, offset)


def _slip(message: str, hint: str, offset: int, width: int = 1) -> Slip:
    return Slip(code="feed-not-well-formed", message=message, hint=hint, offset=offset, width=width)


_OTHERS = {
    errors.XML_ERROR_DUPLICATE_ATTRIBUTE: ("an attribute is given twice", "keep one of the two"),
    errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT: ("something stands after the end of </rss>", "take it out"),
    errors.XML_ERROR_BAD_CHAR_REF: ("this number stands for a character that XML forbids", "take it out"),
    errors.XML_ERROR_MISPLACED_XML_PI: (
        "<?xml … ?> stands in the middle of the feed",
        "only the first line may have it",
    ),
    errors.XML_ERROR_NO_ELEMENTS: ("the feed ends before it has begun", "check that it was sent whole"),
    errors.XML_ERROR_INVALID_TOKEN: ("this character may not stand here", "a < in a text is written &lt;"),
    errors.XML_ERROR_SYNTAX: ("this may not stand here", "everything belongs inside <rss>…</rss>"),
}


def _ampersand(text: str, offset: int) -> int | None:
    for where in range(offset, max(-1, offset - 60), -1):
        if text[where : where + 1] == "&":
            return None if re.match(r"&(#\d+|#x[\da-fA-F]+|\w+);", text[where : where + 60]) else where
        if text[where : where + 1] in ("<", ">", "\n"):
            return None
    return None


def _number(entity: str) -> str:
    from html import unescape

    meant = unescape(entity)
    return f"&#{ord(meant)}; or the character itself" if len(meant) == 1 else "the character itself"
