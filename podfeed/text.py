"""Pure functions on text: clock times, names for addresses, web addresses, what may stand where."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from datetime import timedelta
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

# --- clock times ---------------------------------------------------------------------------------

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})(?:[.,](\d{1,3}))?")
_UNITS = re.compile(r"(?:(\d+)h)?\s*(?:(\d+)m(?:in)?)?\s*(?:(\d+)(?:[.,](\d{1,3}))?s?)?", re.IGNORECASE)
_SECONDS = re.compile(r"(\d+)(?:[.,](\d{1,3}))?")
LONGEST_TIME = 40  # characters; `_UNITS` takes quadratic time, and `int` refuses thousands of digits in its own words
HOW_TO_WRITE_A_TIME = "write a time as 2:15, 1:02:03, 45s or 1h2m3s"


def parse_time(text: str) -> timedelta:
    """An offset or a length: `M:SS`, `H:MM:SS`, each with a fraction, `45s`, `1h2m3s`, or seconds.

    Two parts are always minutes and seconds. Raises ValueError with what to type.

    >>> [str(parse_time(t)) for t in ("2:15", "1:02:03.5", "45s", "1h2m3s", "90", "12m")]
    ['0:02:15', '1:02:03.500000', '0:00:45', '1:02:03', '0:01:30', '0:12:00']
    >>> parse_time("12:60")
    Traceback (most recent call last):
    ValueError: seconds go up to 59: write 13:00
    """
    text = text.strip()
    if len(text) > LONGEST_TIME:
        raise ValueError(HOW_TO_WRITE_A_TIME)
    if match := _CLOCK.fullmatch(text):
        hours, minutes, seconds, fraction = match.groups()
        if int(seconds) > 59:
            right = timedelta(hours=int(hours or 0), minutes=int(minutes), seconds=int(seconds))
            raise ValueError(f"seconds go up to 59: write {format_time(right)}")
        if hours and int(minutes) > 59:
            right = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))
            raise ValueError(f"after hours, minutes go up to 59: write {format_time(right)}")
        return _timedelta(hours, minutes, seconds, fraction)
    if match := _SECONDS.fullmatch(text):
        return _timedelta(None, None, *match.groups())
    if text and text[-1:].lower() in "hmsn" and (match := _UNITS.fullmatch(text)):
        return _timedelta(*match.groups())
    raise ValueError(HOW_TO_WRITE_A_TIME)


def _timedelta(hours, minutes, seconds, fraction) -> timedelta:
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    if whole > 10_000_000:
        raise ValueError("that is longer than any recording")
    return timedelta(seconds=whole, milliseconds=int((fraction or "0").ljust(3, "0")))


@lru_cache(maxsize=1 << 13)  # the times of an episode stand on dozens of pages
def format_time(time: timedelta) -> str:
    """As people write it, whole seconds.

    >>> format_time(timedelta(seconds=135)), format_time(timedelta(seconds=3723.9)), format_time(timedelta(0))
    ('2:15', '1:02:03', '0:00')
    """
    minutes, seconds = divmod(int(time.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


@lru_cache(maxsize=1 << 13)
def seconds(time: timedelta) -> str:
    """Plain decimals, as media fragments and the podcast namespace want them.

    >>> seconds(timedelta(seconds=135)), seconds(timedelta(seconds=135.25)), seconds(timedelta(milliseconds=50))
    ('135', '135.25', '0.05')
    """
    if not time.microseconds:
        return str(time.days * 86400 + time.seconds)
    milliseconds = round(time / timedelta(milliseconds=1))
    whole, rest = divmod(milliseconds, 1000)
    return f"{whole}.{rest:03}".rstrip("0") if rest else str(whole)


@lru_cache(maxsize=1 << 13)
def iso_duration(time: timedelta) -> str:
    """An ISO 8601 duration, as `<time datetime>` and schema.org want it.

    >>> iso_duration(timedelta(seconds=1721)), iso_duration(timedelta(hours=2)), iso_duration(timedelta(0))
    ('PT28M41S', 'PT2H', 'PT0S')
    """
    minutes, rest = divmod(int(time.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (rest, "S")) if n)
    return "PT" + (parts or "0S")


# --- words ----------------------------------------------------------------------------------------


def plural(number: int, noun: str, many: str | None = None) -> str:
    """The number with its noun.

    >>> plural(1, "error"), plural(1431, "segment"), plural(2, "story", "stories")
    ('1 error', '1,431 segments', '2 stories')
    """
    return f"{number:,} {noun if number == 1 else many or noun + 's'}"


def format_bytes(length: int) -> str:
    """A size for people, in powers of ten, as file managers show it.

    >>> format_bytes(13_812_345), format_bytes(999), format_bytes(120_400)
    ('13.8 MB', '999 bytes', '120 kB')
    """
    if length < 1000:
        return plural(length, "byte")
    if length < 1_000_000:
        return f"{length / 1000:.0f} kB"
    if length < 1_000_000_000:
        return f"{length / 1_000_000:.1f} MB"
    return f"{length / 1_000_000_000:.1f} GB"


def closest(word: str, candidates) -> str | None:
    """The candidate that was probably meant, or None.

    >>> closest("stroies", ["start", "title", "stories"])
    'stories'
    """
    from difflib import get_close_matches

    folded = {str(c).casefold(): str(c) for c in candidates}
    found = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None


# Characters that XML 1.0 §2.2 does not allow, those that it discourages (controls; a calendar may not have DEL, RFC 5545
# §3.1), and lone surrogates, which no encoding carries.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# What may not reach a terminal: controls (C0, DEL, C1) and marks that reorder the line.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def illegal_character(text: str) -> int | None:
    """Where the first character stands that a feed may not carry, or None.

    >>> illegal_character("fine"), illegal_character("a\\x0bb")
    (None, 1)
    """
    match = _ILLEGAL.search(text)
    return match.start() if match else None


def legal(text: str) -> str:
    """The text without what a feed may not carry: for texts of strangers (tags in recordings), never of editors."""
    if text.isprintable():  # quicker to see, and then it is legal
        return text
    return _ILLEGAL.sub("", text)


def visible(text: str) -> str:
    """The text with controls and reordering marks written out, so that a terminal shows it as it is.

    >>> visible("a\\x1b[31mb\\u202e")
    'a\\\\x1b[31mb\\\\u202e'
    """
    return _UNPRINTABLE.sub(lambda m: m[0].encode("unicode_escape", "surrogatepass").decode(), text)


def readable_json(value: object) -> str:
    """JSON for people and programs: letters as they are, but nothing that a terminal obeys.

    >>> print(readable_json(["é", "\x9b31m\u202e"]))
    [
      "é",
      "\\u009b31m\\u202e"
    ]
    """
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return _UNPRINTABLE.sub(lambda m: m[0] if m[0] == "\n" else f"\\u{ord(m[0]):04x}", text)


def squash(text: str) -> str:
    """The text on one line, with single spaces.

    >>> squash("  a\\n b\\t c ")
    'a b c'
    """
    return " ".join(text.split())


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words.

    >>> shorten("The council approves the bridge", 20)
    'The council…'
    """
    text = squash(text)
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:.-–") + "…"


def shorten_bytes(text: str, limit: int) -> str:
    """At most `limit` bytes of UTF-8, never half a character.

    >>> shorten_bytes("ééé", 5)
    'éé'
    """
    return text.encode()[:limit].decode(errors="ignore")


# --- names for addresses ----------------------------------------------------------------------------


_IS_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def slugify(text: str) -> str:
    """A name for an address: lower case, hyphens; letters of other scripts stay where ASCII cannot say them.

    >>> slugify("Dana Reyes"), slugify("Café à Paris!"), slugify("المرفأ")
    ('dana-reyes', 'cafe-a-paris', 'المرفأ')
    """
    if len(text) <= 80 and _IS_SLUG.fullmatch(text):
        return f"{text}-1" if is_device(text) else text
    from slugify import slugify as to_slug

    ascii_form = to_slug(text, max_length=80, word_boundary=True)
    if is_device(ascii_form):
        return f"{ascii_form}-1"
    if text.isascii():
        return ascii_form
    letters = sum(c.isalpha() for c in text)
    outside = sum(c.isalpha() and ord(c) > 0x24F for c in text)
    if outside * 2 > letters:  # mostly a script that text-unidecode renders poorly
        return to_slug(text, max_length=80, word_boundary=True, allow_unicode=True) or ascii_form
    return ascii_form


def is_device(name: str) -> bool:
    """Whether Windows takes a file of this name for a device, whatever its ending; no folder there can be called so.

    >>> is_device("CON.mp3"), is_device("lpt1"), is_device("convent.mp3")
    (True, True, False)
    """
    return re.fullmatch(r"(con|prn|aux|nul|(com|lpt)[0-9¹²³])", name.partition(".")[0].strip().casefold()) is not None


def same_name(name: str) -> str:
    """What two names share that some file system would take for one: NFC and case-folded.

    >>> same_name("Émile.MP3") == same_name("E\\u0301mile.mp3")
    True
    """
    if name.isascii():  # a build asks for every path
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


# --- web addresses ---------------------------------------------------------------------------------


_PLAIN_ADDRESS = re.compile(
    r"https?://[a-z0-9.-]+([/?#][\w/\-.~!$&'()*+,;=:@%?#\[\]]*)?", re.ASCII | re.IGNORECASE
).fullmatch  # most are: five times quicker than taking one apart


def is_web_address(text: str) -> bool:
    """An absolute http or https address with a host and without blanks or controls.

    >>> [is_web_address(t) for t in ("https://a.example/x", "javascript:alert(1)", "https://", "http://a b/")]
    [True, False, False, False]
    """
    if _PLAIN_ADDRESS(text):
        return True
    if not re.match(r"https?://[^\s/?#\x00-\x20\x7f]", text, re.IGNORECASE):
        return False
    if re.search(r"[\s\x00-\x20\x7f-\x9f<>\"\\^`{|}]", text):
        return False
    try:
        parts = urlsplit(text)
        _ = parts.port  # raises ValueError beyond 65535
        return bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


_PLAIN_PATH = re.compile(
    r"[\w/\-.~!$&'()*+,;=:@]*", re.ASCII
).fullmatch  # ten times quicker than quote, and mostly true


def quote_path(path: str) -> str:
    """A path of the site as it stands in an address.

    >>> quote_path("media/Émile und ich.mp3")
    'media/%C3%89mile%20und%20ich.mp3'
    """
    return path if _PLAIN_PATH(path) else quote(path, safe="/-._~!$&'()*+,;=:@")


def ascii_url(url: str) -> str:
    """The address in plain ASCII: characters outside it percent-encoded, the host in IDNA.

    >>> ascii_url("https://zeitung.example/straße?q=ü")
    'https://zeitung.example/stra%C3%9Fe?q=%C3%BC'
    """
    if url.isascii():
        return url
    parts = urlsplit(url)
    try:
        netloc = parts.netloc.encode("idna").decode("ascii")
    except UnicodeError:
        netloc = quote(parts.netloc, safe=":[]@.-")
    safe = "%/-._~!$&'()*+,;=:@?[]"
    return urlunsplit(
        (
            parts.scheme,
            netloc,
            quote(parts.path, safe=safe),
            quote(parts.query, safe=safe),
            quote(parts.fragment, safe=safe),
        )
    )


# Parameters that say how a reader came, not what is read. Names, and the beginnings of names.
TRACKING = frozenset(
    """fbclid gclid dclid gbraid wbraid msclkid twclid yclid igshid mc_cid mc_eid _hsenc _hsmi mkt_tok vero_id
    oly_anon_id oly_enc_id ref_src cmpid ncid smid wt_mc xtor at_medium at_campaign guccounter""".split()
)
TRACKING_PREFIXES = ("utm_", "pk_", "mtm_", "matomo_", "hsa_")


@lru_cache(1 << 16)  # every link is asked for several times
def normalise_url(url: str) -> str:
    """The same article, the same text: what two addresses of one story have in common.

    Scheme and `www.` say how it is reached, a fragment where on the page, a tracking parameter how the reader
    came; a trailing slash and a default port say nothing. Everything else counts, the case of the path too.
    The result is for comparing, not for visiting.

    >>> normalise_url("http://WWW.News.example:80/A/?utm_source=x&id=7#top")
    'news.example/A?id=7'
    """
    plain = _PLAIN_URL(url)
    return plain[1].removeprefix("www.") + plain[2].rstrip("/") if plain else _normalised(url)


_PLAIN_URL = re.compile(r"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)+)((?:/[\w.~-]*)*)", re.ASCII).fullmatch
"""Nine of ten addresses of articles: to take them apart by the book takes five times as long."""


def _normalised(url: str) -> str:
    parts = urlsplit(ascii_url(url.strip()))
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    port = parts.port
    if port and port not in (80, 443):
        host += f":{port}"
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name.casefold() not in TRACKING and not name.casefold().startswith(TRACKING_PREFIXES)
    ]
    path = parts.path.rstrip("/")
    return host + path + ("?" + urlencode(query) if query else "")


def short_hash(text: str) -> str:
    """Six hexadecimal digits that tell two names apart.

    >>> short_hash("news.example/a")
    'a034b7'
    """
    return hashlib.sha256(text.encode()).hexdigest()[:6]
