"""What a companion file looks like, as a JSON Schema (2020-12): the contract with its readers.

`docs/companion.schema.json` is this value, written out. A new member may be added within version 1; a member that is
here keeps its meaning. So readers ignore what they do not know, and the schema allows it.
"""

from __future__ import annotations

VERSION = "1.0"

_TEXT = {"type": "string", "minLength": 1}
_ADDRESS = {"type": "string", "pattern": "^https?://[^\\s]+$"}
_SECONDS = {"type": "number", "minimum": 0}
_DAY = {"type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}$"}
_MOMENT = {
    "type": "string",
    "pattern": "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?([+-]\\d{2}:\\d{2}(:\\d{2})?|Z)$",
}
_DAY_OR_MOMENT = {
    "type": "string",
    "pattern": "^\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?([+-]\\d{2}:\\d{2}(:\\d{2})?|Z))?$",
}


def _object(required: str, **properties: object) -> dict[str, object]:
    return {"type": "object", "required": required.split(), "properties": properties}


def _list(of: str) -> dict[str, object]:
    return {"type": "array", "items": {"$ref": f"#/$defs/{of}"}}


def _said(what: object, words: str) -> dict[str, object]:
    return {**what, "description": words} if isinstance(what, dict) else {"description": words}


_PERSON = _object(
    "name role url",
    name=_TEXT,
    role=_said(_TEXT, "as the editor wrote it: Host, Guest, harbour pilot"),
    url=_said(_ADDRESS, "the person's page on the show's site"),
)
_CORRECTION = _object("date text", date=_DAY, text=_TEXT)
_STORY = _object(
    "linkType medium motive title url page displayStartTime displayDuration rel at",
    linkType=_said({"const": "generic"}, "recommendations draft: a web page"),
    medium=_said({"const": "html"}, "recommendations draft"),
    motive=_said({"enum": ["references", "additional content"]}, "recommendations draft"),
    title=_said(_TEXT, "the headline, else the address without its scheme"),
    url=_said(_ADDRESS, "the article's own address; with `listed`, the page that lists it"),
    listed=_said({"const": True}, "the article's own address is not known"),
    page=_said(_ADDRESS, "the story's page on the show's site: every segment that discusses it"),
    publisher=_TEXT,
    authors={"type": "array", "minItems": 1, "items": _TEXT},
    date=_said(_DAY, "when the article was published"),
    language=_TEXT,
    archive=_said(_ADDRESS, "an archived copy"),
    gone=_said({"const": True}, "the original can no longer be reached: send readers to `archive`"),
    corrections=_list("correction"),
    displayStartTime=_said(_SECONDS, "recommendations draft: the same as `at`"),
    displayDuration=_said(_SECONDS, "recommendations draft: from `at` to the end of the segment"),
    rel=_said(
        {"enum": ["about", "mentions", "source", "background", "follow-up"]}, "what the segment does with the story"
    ),
    at=_said(_SECONDS, "when the story comes up in the recording"),
    note=_said(_TEXT, "a word about the story in this segment"),
)
_SEGMENT = _object(
    "number title start end url people stories corrections",
    number={"type": "integer", "minimum": 1},
    title=_TEXT,
    start=_said(_SECONDS, "offset into the recording, in seconds"),
    end=_SECONDS,
    url=_said(_ADDRESS, "plays this segment (#t=start,end)"),
    people=_list("person"),
    summary=_TEXT,
    stories=_said(_list("story"), "in the editor's order, the most important first"),
    corrections=_list("correction"),
)
_AUDIO = _object(
    "url type duration",
    url=_ADDRESS,
    type=_said({"type": "string", "pattern": "^[a-z]+/[^ ]+$"}, "media type, as in the feed"),
    length=_said({"type": "integer", "minimum": 0}, "bytes"),
    duration=_SECONDS,
)
_EPISODE = _object(
    "title guid url date audio people",
    title=_TEXT,
    guid=_said(_TEXT, "as in the feed; never changes"),
    url=_ADDRESS,
    date=_MOMENT,
    number={"type": "integer"},
    season={"type": "integer"},
    summary=_TEXT,
    audio={"$ref": "#/$defs/audio"},
    people=_said(_list("person"), "hosts, guests and crew; who is in one segment is with that segment"),
)

SCHEMA: dict[str, object] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Companion of a radio episode",
    "description": "Which articles an episode discusses, in which segment, and when.",
    **_object(
        "version show episode segments aired",
        version={"type": "string", "pattern": "^1\\.\\d+$"},
        show=_object("title url guid feed", title=_TEXT, url=_ADDRESS, guid=_TEXT, feed=_ADDRESS),
        episode={"$ref": "#/$defs/episode"},
        segments=_list("segment"),
        aired=_said(_list("airing"), "when it was on air, apart from the date of the episode"),
    ),
    "$defs": {
        "episode": _EPISODE,
        "audio": _AUDIO,
        "segment": _SEGMENT,
        "story": _STORY,
        "person": _PERSON,
        "correction": _CORRECTION,
        "airing": _object("station at repeat", station=_TEXT, at=_DAY_OR_MOMENT, repeat={"type": "boolean"}),
    },
}
