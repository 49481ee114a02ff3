"""What the kinds of file in `schema` are built of: a group of keys, and the groups that many places share."""

# mypy: disable-error-code="valid-type"

# Annotations are not put off here: pydantic would compile each of them anew, a tenth of what the models cost.

import os
import re
from typing import Annotated, Any

# No plug-in of another package's changes what a key may be. Looking for some reads what is installed, 7 ms of each start.
os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo
from pydantic_core import CoreSchema
from pydantic_core.core_schema import with_info_plain_validator_function

from podfeed.source.fields import MAX_LINE, ContactAddress, Line, Positive, many, pattern
from podfeed.text import squash


class Entry(BaseModel):
    """A group of keys. An unknown key is a problem; `shorthand` names the key that a bare value stands for."""

    # Its validator is built when a file of its kind is read: those that are within another need none of their own.
    model_config = ConfigDict(extra="forbid", frozen=True, regex_engine="python-re", defer_build=True)


def opens(name: str) -> Any:
    """A bare value stands for the key `name`: `owner: X` for `owner: {name: X}`."""
    return BeforeValidator(lambda value: {name: value} if isinstance(value, str) else value)


class Rare:
    """Reads a group of keys with a validator that is built when the first one comes."""

    def __init__(self, kind: type[Entry]) -> None:
        self.kind = kind

    def __call__(self, value: object, info: ValidationInfo) -> object:
        return self.kind.model_validate(
            value, context=info.context
        )  # pydantic puts our place before those of its errors

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return with_info_plain_validator_function(self)


def rare(kind: Any) -> Any:
    """A group of keys that few files have. There are two dozen, and building them took a twentieth of every start."""
    return Annotated[kind, Rare(kind)]


class BareSchema:
    """In the JSON Schema: a bare value, or the group of keys."""

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [{"type": ["string", "number"]}, handler(core_schema)]}


def bare(kind: Any, name: str) -> Any:
    return Annotated[kind, opens(name), BareSchema()]


def key(description: str, *examples: Any, default: Any = None) -> Any:
    """A key of a file with what an editor's completion says about it."""
    return Field(default=default, description=description, examples=list(examples))


def need(description: str, *examples: Any) -> Any:
    """A key that must be there."""
    return Field(description=description, examples=list(examples))


class LinkEntry(Entry):
    url: ContactAddress = need("The address.", "https://news.example/about")
    title: Line | None = key("What the link says; the address if left out.", "About the desk")


Links = many(bare(LinkEntry, "url"))

_NAME_AND_ROLE = re.compile(r"(?P<person>[^()]+?)\s*\((?P<role>[^()]+)\)")


def _credit(value: object) -> object:
    if isinstance(value, str):
        match = "(" in value and _NAME_AND_ROLE.fullmatch(squash(value)[: 2 * MAX_LINE])  # cut: it takes quadratic time
        return match.groupdict() if match else {"person": value}
    return value


class CreditEntry(Entry):
    person: Line = need("A key of people.yaml, or a plain name.", "dana-reyes", "Dana Reyes")
    role: Line | None = key("The role here and now.", "Guest", "harbour pilot")
    group: Line | None = key("The role's group in the podcast taxonomy.", "Writing")


Credits = many(Annotated[CreditEntry, BeforeValidator(_credit), BareSchema()])


class ImageEntry(Entry):
    """A picture with words for those who do not see it."""

    file: Line = need("A picture in media/, or an https address.", "cover.jpg")
    alt: Line | None = key("What it shows, for those who do not see it.", "A harbour at dawn")


Picture = bare(ImageEntry, "file")


class ArtEntry(ImageEntry):
    """A picture for a certain use (`podcast:image`); size and ratio are read from it where it lies in media/."""

    purpose: many(Line) = key(
        "What it is for: artwork, social, canvas, banner, publisher, circular, or an app's own word.",
        ["banner"],
        default=(),
    )
    width: Positive | None = key("Its width in pixels, if it lies elsewhere.", 1920)
    height: Positive | None = key("Its height in pixels, if it lies elsewhere.", 1080)
    ratio: pattern(r"[1-9]\d{0,4}/[1-9]\d{0,4}", "a ratio of width to height", "16/9") | None = key(
        "Width to height, if it lies elsewhere.", "16/9"
    )
