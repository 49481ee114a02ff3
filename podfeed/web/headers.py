"""The headers that every answer carries, by the path and media type of what is sent."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from podfeed import media_types

Headers = tuple[tuple[str, str], ...]

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' https: data:; media-src 'self' https:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
)
_EMBED = re.compile(r"(?:episodes|stories)/[^/]+/embed/(?:[^/]+/)?index\.html")

# What apps and players of other sites fetch by script: feeds, chapters, transcripts, oEmbed, companion data, calendars,
# recordings and their pictures. Pages are not for them.
_FOR_APPS = (
    "application/xml",
    "application/json",
    "application/feed+json",
    "application/json+chapters",
    "application/x-subrip",
    "text/vtt",
    "text/calendar",
    "text/x-opml",
    "audio/",
)
_TEXT = ("text/", "application/xml", "application/json", "application/feed+json", "application/x-subrip", "image/svg")


def security(path: str = "") -> Headers:
    """Nothing foreign runs in a page, nothing is guessed, and only embed pages may stand in other people's frames."""
    ancestors = "*" if _EMBED.fullmatch(path) else "'self'"
    return (
        ("Content-Security-Policy", _POLICY + ancestors),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "strict-origin-when-cross-origin"),
    )


def fixed(path: str, media_type: str) -> Headers:
    """What is the same for every request for this path."""
    lines = [("Content-Type", media_type), ("Accept-Ranges", "bytes"), *security(path)]
    if is_for_apps(path, media_type):
        lines.append(("Access-Control-Allow-Origin", "*"))
        lines.append(("Access-Control-Expose-Headers", "Accept-Ranges, Content-Range, ETag"))
    if is_text(media_type):
        lines.append(("Vary", "Accept-Encoding"))
    return tuple(lines)


def is_for_apps(path: str, media_type: str) -> bool:
    """Whether scripts of other sites may read it.

    >>> is_for_apps("feed.xml", "application/xml; charset=utf-8"), is_for_apps("index.html", media_types.HTML)
    (True, False)
    >>> is_for_apps("episodes/a/transcript.html", media_types.HTML), is_for_apps("media/a.mp3", "audio/mpeg")
    (True, True)
    """
    is_transcript = path.rpartition("/")[2].startswith("transcript.")
    return media_type.startswith(_FOR_APPS) or path.startswith("media/") or is_transcript


def is_text(media_type: str) -> bool:
    """Whether it gets shorter when compressed."""
    return media_type.startswith(_TEXT)


def is_page(media_type: str) -> bool:
    return media_type == media_types.HTML


def lifetime(now: datetime, next_change: datetime | None) -> int:
    """For how many seconds an answer may be kept: to the end of the minute, never beyond the next change.

    Always to the end of the minute, because a lifetime that shortens only before an episode comes out would tell of
    it; and episodes come out on the minute, so nearly always the second rule has nothing to do.

    >>> from datetime import UTC
    >>> lifetime(datetime(2026, 3, 2, 5, 59, 20, tzinfo=UTC), datetime(2026, 3, 2, 6, tzinfo=UTC))
    40
    >>> lifetime(datetime(2026, 3, 2, 5, 59, 20, tzinfo=UTC), datetime(2026, 3, 2, 5, 59, 30, 500, tzinfo=UTC))
    10
    """
    return max(0, int((expiry(now, next_change) - now).total_seconds()))


def expiry(now: datetime, next_change: datetime | None) -> datetime:
    """The moment up to which an answer may be kept."""
    end = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    if next_change is not None:
        end = min(end, next_change)
    return end


def caching(seconds: int) -> tuple[str, str]:
    """For how long a copy may be used without asking.

    >>> caching(60), caching(0)
    (('Cache-Control', 'public, max-age=60'), ('Cache-Control', 'no-cache'))
    """
    return ("Cache-Control", f"public, max-age={seconds}" if seconds > 0 else "no-cache")


def accepts_gzip(value: str) -> bool:
    """Whether an Accept-Encoding asks for gzip (RFC 9110 §12.5.3).

    >>> [accepts_gzip(v) for v in ("gzip, br", "gzip;q=0", "*", "br", "GZIP; q=0.5", "*;q=0.1, gzip;q=0", "")]
    [True, False, True, False, True, False, False]
    """
    if not value:
        return False
    if value == "gzip" or value.startswith(("gzip, ", "gzip,")):
        return True  # what nearly all clients say, without a parser
    weights: dict[str, bool] = {}
    for item in value.lower().split(","):
        name, _, parameters = item.partition(";")
        weights[name.strip()] = not re.fullmatch(r"\s*q\s*=\s*0(\.0{0,3})?\s*", parameters)
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", False)))
