"""From a YAML document to a typed entry, or to problems that say what to type and where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from podfeed.problem import Origin, Problem, Span, error
from podfeed.source.fields import Clock, quoted
from podfeed.source.schema import HOMES
from podfeed.text import closest

MAX_PROBLEMS = 50  # of a file; nobody mends more at a time, and each costs a search for the nearest word

Model = TypeVar("Model", bound=BaseModel)


class Document(Origin, Protocol):
    """A read YAML file (`podfeed.source.yaml.Document`)."""

    path: str

    @property
    def data(self) -> Any: ...


# What other tools call it: their key → (the tool, our key; where it is another for an episode, both). A few words of
# teaching instead of aliases.
FOREIGN: dict[str, tuple[str, str]] = {
    "podcast_file": ("Castanet", "audio"),
    "podcast_duration": ("Castanet", "audio"),
    "podcast_bytes": ("Castanet", "audio"),
    "publishdate": ("Castanet", "date"),
    "episode_image": ("Castanet", "image"),
    "itunes_author": ("Castanet", "author"),
    "itunes_summary": ("Castanet", "description summary"),
    "itunes_subtitle": ("Castanet", "tagline summary"),
    "itunes_image": ("Castanet", "cover image"),
    "itunes_top_category": ("Castanet", "category"),
    "media_prefix": ("Castanet", "audio_url"),
    "upcoming": ("Castanet", "draft"),
    "datum": ("octopod", "date"),
    "download_url": ("octopod", "audio_url"),
    "itunes_categories": ("octopod", "category"),
    "itunes_url": ("octopod", "subscribe"),
    "license_url": ("octopod", "license"),
    "filesize": ("octopod", "length"),
    "publicationdate": ("Podlove", "date"),
    "recording_date": ("Podlove", "aired"),
    "author_name": ("Podlove", "author"),
    "owner_name": ("Podlove", "owner"),
    "owner_email": ("Podlove", "owner"),
    "cover_art": ("Podlove", "image"),
    "cover_image": ("Podlove", "cover"),
    "poster": ("Podlove", "image"),
    "contributors": ("Podlove", "people"),
    "transcripts": ("Podlove", "transcript"),
    "funding_url": ("Podlove", "funding"),
    "published_at": ("Castopod", "date"),
    "description_markdown": ("Castopod", "notes"),
    "season_number": ("Castopod", "season"),
    "parental_advisory": ("Castopod", "explicit"),
    "publication_status": ("Castopod", "draft"),
    "soundbites": ("Castopod", "clips"),
    "persons": ("Castopod", "people"),
    "is_completed": ("Castopod", "complete"),
    "is_blocked": ("Castopod", "block"),
    "is_locked": ("Castopod", "locked"),
    "pubdate": ("the feed itself", "date"),
    "published": ("podcastparser", "date"),
    "enclosure": ("the feed itself", "audio"),
    "enclosures": ("podcastparser", "audio"),
    "description_html": ("podcastparser", "notes"),
    "total_time": ("podcastparser", "duration"),
    "file_size": ("podcastparser", "length"),
    "episode_art_url": ("podcastparser", "image"),
    "chapters": ("Podlove", "segments"),
    "chapter": ("Podlove", "segments"),
    "subtitle": ("Podlove", "summary"),
    "subtitles": ("other tools", "transcript"),
    "episode": ("Castanet", "number"),
    "episodetype": ("the feed itself", "type"),
    "shownotes": ("Podlove", "notes"),
    "show_notes": ("other tools", "notes"),
    "body": ("other tools", "notes"),
    "slug": ("Podlove", "file name"),
    "name": ("other tools", "title"),
    "keywords": ("iTunes", "tags"),
    "timezone": ("show.yaml", "timezone"),
    "link": ("the feed itself", "url"),
    "href": ("Podlove", "url"),
    "relation": ("other tools", "rel"),
    "time": ("other tools", "start"),
    "timestamp": ("other tools", "start"),
    "articles": ("other tools", "stories"),
    "sources": ("other tools", "stories"),
    "guest": ("other tools", "guests"),
    "host": ("other tools", "hosts"),
}


def validate(document: Document, kind: type[Model], clock: Clock, *inside: str) -> tuple[Model | None, list[Problem]]:
    """The entry at the path `inside` of the document (its whole if none), or None and what is wrong with it."""
    data = document.data
    for step in inside:
        data = data[step]
    if not isinstance(data, Mapping):
        what = "nothing is written here" if data is None else f"{quoted(data)} stands where keys belong"
        first = next(iter(_required(kind)), "title")
        return None, [error("wrong-shape", what, document.span(*inside), f"write keys below it, such as {first}: …")]
    with suppress(ValidationError):
        return kind.model_validate(data, context=clock, strict=True), []  # what is mostly written (`fields.Plainly`)
    try:
        return kind.model_validate(data, context=clock), []
    except ValidationError as wrong:
        return None, list(_problems(document, kind, wrong, inside))


def salvage(document: Document, kind: type[Model], clock: Clock) -> Model | None:
    """What is right in an episode's file that is partly wrong: so that all its mistakes can be told in one breath.

    The keys that were refused are left out, and what no episode can do without is made up. Never published.
    """
    if not isinstance(document.data, Mapping):
        return None
    data = dict(document.data)
    try:
        kind.model_validate(data, context=clock)
    except ValidationError as wrong:
        for row in wrong.errors(include_url=False, include_input=False):
            if row["loc"]:
                data.pop(row["loc"][0], None)
    try:
        return kind.model_validate({**_STAND_INS, **data}, context=clock)
    except ValidationError:
        return None


_STAND_INS = {
    "title": "-",
    "date": "2000-01-01",
    "audio": {"url": "https://stand-in.example/a.mp3", "length": "1", "duration": "47:00:00"},
}


def _problems(
    document: Document, kind: type[BaseModel], wrong: ValidationError, inside: tuple[str, ...]
) -> Iterator[Problem]:
    rows = wrong.errors(include_url=False, include_input=False)[:MAX_PROBLEMS]
    guessed: set[tuple[Any, ...]] = set()  # keys that are missing only because they are misspelt
    for row in rows:
        if row["type"] != "extra_forbidden":
            continue
        path = locate(document, (*inside, *row["loc"]))
        keys = _keys_at(kind, row["loc"][:-1])
        problem, meant = _unknown_key(str(row["loc"][-1]), keys, document.span(*path, key=True))
        guessed.add((*row["loc"][:-1], meant))
        yield problem
    for row in rows:
        loc = row["loc"]
        path = locate(document, (*inside, *loc))
        if row["type"] == "missing":
            if tuple(loc) not in guessed:
                yield _missing(kind, loc, document.span(*path))
        elif row["type"] == "podfeed":
            ctx = row["ctx"]
            yield error(ctx["code"], ctx["message"], document.span(*path), ctx["hint"])
        elif row["type"] != "extra_forbidden":
            yield _shape(row["type"], document.span(*path), _value_at(document, path))


def locate(document: Document, loc: tuple[Any, ...]) -> tuple[str | int, ...]:
    """A validation path as a path of the document: a step that a shorthand added is left out."""
    node: Any = document.data
    path: list[str | int] = []
    for step in loc:
        if isinstance(node, Mapping) and step in node:
            node = node[step]
        elif isinstance(node, list) and isinstance(step, int) and step < len(node):
            node = node[step]
        elif isinstance(step, int) or step == "[key]":
            continue  # one value stood for a list
        else:
            break
        path.append(step)
    return tuple(path)


def _value_at(document: Document, path: tuple[str | int, ...]) -> object:
    node: Any = document.data
    for step in path:
        node = node[step]
    return node


def _unknown_key(written: str, keys: Mapping[str, Any], span: Span) -> tuple[Problem, str | None]:
    folded = written.casefold().replace("-", "_")
    tool, words = FOREIGN.get(folded, FOREIGN.get(folded.replace("_", ""), ("", "")))
    ours = next((word for word in words.split() if word in keys), words)
    if folded in keys:
        return error(
            "unknown-key", f"{quoted(written)} is not a key here", span, f"write {folded}, in small letters"
        ), folded
    near = closest(written, keys)
    if ours == "file name" and "audio" in keys:
        hint = "the file's name is the episode's address; take the key out"
        return error("foreign-key", f"{quoted(written)} is {tool}'s word", span, hint), None
    if ours in keys and (near is None or near != folded):
        return error("foreign-key", f"{quoted(written)} is the word of {tool}", span, f"write {ours} instead"), ours
    homes = [home for home, kind in HOMES if folded in kind.model_fields]
    if homes:
        hint = f"move it: {folded} belongs to {' or '.join(homes)}"
        return error("unknown-key", f"{quoted(written)} is not a key here", span, hint), None
    if near:
        return error("unknown-key", f"{quoted(written)} is not a key here", span, f"did you mean {near}?"), near
    hint = "the keys here are " + ", ".join(keys) if len(keys) <= 16 else "take it out, or see the guide for the keys"
    return error("unknown-key", f"{quoted(written)} is not a key here", span, hint), None


def _missing(kind: type[BaseModel], loc: tuple[Any, ...], span: Span) -> Problem:
    name = str(loc[-1])
    field = _keys_at(kind, loc[:-1]).get(name)
    example = field.examples[0] if field is not None and field.examples else "…"
    if isinstance(example, dict):
        example = "{" + ", ".join(f"{k}: {v}" for k, v in example.items()) + "}"
    return error("missing-key", f"`{name}` is missing", span, f"add {name}: {example}")


def _shape(type_: str, span: Span, value: object) -> Problem:
    wanted = "keys" if "model" in type_ or "dict" in type_ else "a list" if "tuple" in type_ else "another value"
    return error("wrong-shape", f"{quoted(value)} stands where {wanted} belongs", span, "see the example in the guide")


def _required(kind: type[BaseModel]) -> list[str]:
    return [name for name, field in kind.model_fields.items() if field.is_required()]


def _keys_at(kind: type[BaseModel], loc: tuple[Any, ...]) -> Mapping[str, Any]:
    """The keys of the model that a validation path leads to."""
    for step in loc:
        if isinstance(step, int):
            continue
        field = kind.model_fields.get(step)
        inner = _model_in(field.annotation) if field else None
        if inner is None:
            return {}
        kind = inner
    return kind.model_fields


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model inside a type such as `tuple[Annotated[Model, …], ...] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        if found := _model_in(part):
            return found
    return None
