"""What we serve and announce each kind of file as: one table, whatever this machine's own says.

Python's `mimetypes` reads /etc/mime.types, so the same file would be `audio/opus` here and unknown there. The feed
and the server must agree, to the letter.
"""

from __future__ import annotations

TEXT = "; charset=utf-8"

HTML = "text/html" + TEXT
CSS = "text/css" + TEXT
JAVASCRIPT = "text/javascript" + TEXT
JSON = "application/json"
# Browsers show application/rss+xml as source; as application/xml they apply the style sheet. Apps do not mind.
XML = "application/xml" + TEXT
FEED_JSON = "application/feed+json"
CHAPTERS_JSON = "application/json+chapters"

AUDIO = {
    # Apple's list (podcasters' guide): mp3 and m4a; the rest by RFC 3003, 4337, 7845, 9639, and usage.
    ".mp3": "audio/mpeg",
    ".m4a": "audio/x-m4a",
    ".m4b": "audio/x-m4b",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/opus",
    ".flac": "audio/flac",
    ".wav": "audio/wav",
}
STREAMS = {
    # What apps play live (podcast namespace, live-item.md: mp3 and mp4 first); HLS by RFC 8216 and usage.
    **AUDIO,
    ".aac": "audio/aac",
    ".mp4": "video/mp4",
    ".m3u8": "application/x-mpegURL",
}
IMAGES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".svg": "image/svg+xml",
}
TRANSCRIPTS = {
    # podcast namespace, transcript.md: the five types that apps know
    ".vtt": "text/vtt",
    ".srt": "application/x-subrip",
    ".json": "application/json",
    ".html": "text/html",
    ".txt": "text/plain",
}
OTHER = {
    ".html": HTML,
    ".css": CSS,
    ".js": JAVASCRIPT,
    ".json": JSON,
    ".xml": XML,
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",  # RFC 8081
    ".ics": "text/calendar" + TEXT,
    ".opml": "text/x-opml" + TEXT,
    ".pdf": "application/pdf",
    ".mp4": "video/mp4",  # a picture that moves: podcast namespace, image.md, canvas
    ".webm": "video/webm",
}
UNKNOWN = "application/octet-stream"
CHAPTERED = (".mp3", ".opus", ".ogg", ".oga", ".flac")
"""Recordings into which podfeed writes chapters."""


def suffix(name: str) -> str:
    """The ending of a file name, address or path, with its dot, in lower case; queries of addresses do not count.

    >>> suffix("https://cdn.example/a/ep.MP3?x=1.wav"), suffix("Episode #12.mp3"), suffix("noending")
    ('.mp3', '.mp3', '')
    """
    path = name.split("?", 1)[0].split("#", 1)[0] if "://" in name else name
    last = path.rsplit("/", 1)[-1]
    stem, dot, ending = last.rpartition(".")
    return "." + ending.lower() if dot and stem else ""


def with_charset(media_type: str) -> str:
    """The Content-Type of a file: our texts are UTF-8.

    >>> with_charset("text/vtt"), with_charset("audio/mpeg")
    ('text/vtt; charset=utf-8', 'audio/mpeg')
    """
    return media_type + TEXT if media_type.startswith("text/") and ";" not in media_type else media_type


def media_type(name: str) -> str:
    """The Content-Type of a file by its ending; text types carry their charset.

    >>> media_type("a.opus"), media_type("t.vtt"), media_type("what")
    ('audio/opus', 'text/vtt; charset=utf-8', 'application/octet-stream')
    """
    ending = suffix(name)
    for table in (AUDIO, IMAGES, TRANSCRIPTS, OTHER):
        if ending in table:
            return with_charset(table[ending])
    return UNKNOWN
