"""From the bytes of a feed to text that an XML reader accepts: encodings that lie, entities of HTML, stray characters.

Runs in the worker. A feed says in which encoding it is, and apps believe it; so do we, as long as the bytes agree.
"""

from __future__ import annotations

import codecs
import html
import re
from encodings.aliases import aliases

ENCODINGS = """utf_8 utf_16 utf_16_le utf_16_be utf_32 ascii latin_1 iso8859_1 iso8859_2 iso8859_5 iso8859_7 iso8859_8 iso8859_9
iso8859_15 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 koi8_r shift_jis euc_jp gb2312 gbk gb18030 big5 euc_kr""".split()
MARKS = (
    (codecs.BOM_UTF8, "utf_8"),
    (codecs.BOM_UTF32_LE, "utf_32"),
    (codecs.BOM_UTF16_LE, "utf_16"),
    (codecs.BOM_UTF16_BE, "utf_16"),
    (b"<\x00", "utf_16_le"),
    (b"\x00<", "utf_16_be"),
)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}\?>")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});)(\w{1,32};)?")


def preload() -> None:
    """Load every codec: the worker opens no file later."""
    for name in ENCODINGS:
        codecs.lookup(name)


def decode(data: bytes) -> tuple[str, list[str]]:
    """The text without its XML declaration, and what was odd about its encoding."""
    declared = re.match(rb"\s*<\?xml[^>]{0,150}encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']", data[:400])
    said = declared[1].decode("ascii", "replace") if declared else "utf-8"
    marked = next((name for mark, name in MARKS if data.startswith(mark)), None)
    names = [marked] if marked else [_codec(said), "utf_8", "cp1252"]
    for name in filter(None, names):
        try:
            text = data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
        if name in ("latin_1", "iso8859_1") and re.search("[\x80-\x9f]", text):
            continue  # as browsers have it: nobody writes control characters, many write Windows' quotes
        odd = (
            [] if marked or name == _codec(said) else [f"it says that it is {said}, but it is {name.replace('_', '-')}"]
        )
        return _tidy(text), odd
    return _tidy(data.decode("latin_1")), [f"its letters do not fit the encoding that it names, {said}"]


def _codec(name: str) -> str | None:
    folded = name.lower().replace("-", "_").replace(".", "_").replace(":", "_")
    found = aliases.get(folded, folded)
    return found if found in ENCODINGS else None


def _tidy(text: str) -> str:
    text = text.removeprefix("\ufeff").lstrip()
    return _DECLARATION.sub("", text, count=1).lstrip()


def without_doctype(text: str) -> tuple[str, bool]:
    """The text without a document type: nothing that it could declare is wanted (entities that swell, files to open).

    >>> without_doctype('<!DOCTYPE rss [<!ENTITY a "b">]><rss/>')
    ('<rss/>', True)
    """
    start = re.match(
        r"(?:<!--.{0,5000}?-->|<\?.{0,5000}?\?>|\s)*(?=<!DOCTYPE)", text[:20_000], re.DOTALL | re.IGNORECASE
    )
    if not start:
        return text, False
    begin = start.end()
    close, opened = text.find(">", begin), text.find("[", begin)
    if 0 <= opened < close:
        end = re.compile(r"\]\s*>").search(text, opened)
        return (text[:begin] + text[end.end() :] if end else ""), True
    return text[:begin] + (text[close + 1 :] if close >= 0 else ""), True


def mended(text: str) -> str:
    """With a bare `&` escaped and HTML's entities as characters, outside CDATA; without what XML forbids.

    >>> mended("<a>Q&A &nbsp;&eacute; &x; <![CDATA[a & b]]></a>")
    '<a>Q&amp;A \\xa0é &amp;x; <![CDATA[a & b]]></a>'
    """
    parts = re.split(r"(<!\[CDATA\[|\]\]>)", _ILLEGAL.sub("", text))
    inside = False
    for number, part in enumerate(parts):
        if part == "<![CDATA[":
            inside = True
        elif part == "]]>":
            inside = False
        elif not inside:
            parts[number] = _ENTITY.sub(_character, part)
    return "".join(parts)


def _character(match: re.Match[str]) -> str:
    name = match[1]
    found = html.unescape(f"&{name}") if name else ""
    return "&amp;" + (name or "") if not name or found == f"&{name}" else html.escape(found)
