"""The kinds of value an editor writes: text in, typed value out, or a sentence that says what to type.

Each is an annotated type for the models in `schema`, with its JSON Schema beside it, so that the program and the
editor's completion know the same. A validator refuses by `refuse(code, message, hint)`; `validate` turns that into
a Problem with a place. YAML scalars all arrive as text (see `source.yaml`), empty ones as None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, NamedTuple, NoReturn
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, PlainValidator, ValidationInfo, WithJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from podfeed.source.lines import MAX_BYTES
from podfeed.text import closest, is_web_address, parse_time, squash

# Numbers and booleans are fine where text is meant: an editor's YAML reader makes `1984` a number, ours does not.
TEXT_SCHEMA: dict[str, Any] = {"type": ["string", "number", "boolean"]}
MAX_LINE = 1_000  # characters: what the longest headline has, four times over
MAX_ADDRESS = 2_000  # characters: browsers and apps take no more for sure
MAX_TEXT = 64_000  # bytes, as the Markdown reader counts (`render.notes.LONGEST`): more would be cut in silence
MAX_NODE = MAX_BYTES  # no value is longer than its file
MAX_LIST = 500  # entries
MAX_SEGMENTS = 255  # the contents of an MP3's chapters count them in one byte (ID3v2 Chapter Frame Addendum §3.2)


@dataclass(frozen=True, slots=True)
class Clock:
    """How the show reads a date: its zone, and the time of day of a date alone."""

    zone: ZoneInfo
    publish_time: time


def refuse(code: str, message: str, hint: str | None = None) -> NoReturn:
    """Refuse a value in our own words."""
    raise PydanticCustomError("podfeed", "{message}", {"code": code, "message": message, "hint": hint})


def quoted(value: object, most: int = 60) -> str:
    """What was written, for a message: short, in backticks."""
    if isinstance(value, dict):
        return "a group of keys"
    if isinstance(value, list):
        return "a list"
    text = squash(str(value))
    return f"`{text if len(text) <= most else text[: most - 1] + '…'}`"


def _scalar(value: object, what: str, most: int = MAX_LINE) -> str:
    """What stands there, without the white space around it. Its length is limited before anything else looks at it:
    some of the patterns below take quadratic time."""
    if value is None:
        refuse("empty-value", "nothing is written here", f"write {what}, or take the key out")
    if not isinstance(value, str):
        refuse("wrong-shape", f"{quoted(value)} stands where {what} belongs", f"write {what} on this line")
    text = value.strip()
    if len(text) > most:
        refuse("text-too-long", f"{len(text):,} characters stand where {what} belongs", f"write {most:,} at most")
    return text


class Plainly:
    """What is mostly written is seen by pydantic itself, in a fifth of the time: `schema` takes only values that the function
    before it would take, and makes the same of them. It is asked in strict mode (`validate` does), all others otherwise."""

    def __init__(self, schema: CoreSchema) -> None:
        self.schema = schema

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.lax_or_strict_schema(handler(source), self.schema)


def text_of(pattern: str, most: int, *, strip: bool = False) -> CoreSchema:
    """Text of this form (Rust's regular expressions, without white space at its ends if `strip`), of `most` characters."""
    whole = f"^(?:{pattern})$"
    return core_schema.str_schema(
        pattern=whole, max_length=most, strip_whitespace=strip, strict=True, regex_engine="rust-regex"
    )


# --- text -----------------------------------------------------------------------------------------


def _line(value: object) -> str:
    text = squash(_scalar(value, "one line of text", MAX_NODE))
    if not text:
        refuse("empty-value", "nothing is written here", "write one line of text, or take the key out")
    if len(text) > MAX_LINE:
        refuse("text-too-long", f"this line has {len(text):,} characters", f"write {MAX_LINE:,} at most")
    return text


def _text(value: object) -> str:
    text = _scalar(value, "text", MAX_NODE)
    if 4 * len(text) <= MAX_TEXT:  # no character has more bytes
        return text
    size = len(text.encode())
    if size > MAX_TEXT:
        hint = f"write {MAX_TEXT:,} at most; a letter with an accent is two, others up to four"
        refuse("text-too-long", f"this text has {size:,} bytes", hint)
    return text


def _exact(value: object) -> str:
    _line(value)
    return str(value)


Exact = Annotated[str, PlainValidator(_exact), WithJsonSchema(TEXT_SCHEMA)]
"""One line of which every character counts, blanks at its ends too: apps compare guids to the letter."""

Line = Annotated[
    str,
    PlainValidator(_line),
    Plainly(text_of(r"[^\s\x00-\x1f]+(?: [^\s\x00-\x1f]+)*", MAX_LINE)),
    WithJsonSchema({**TEXT_SCHEMA, "maxLength": MAX_LINE}),
]
"""One line: titles, names. White space is folded."""

Text = Annotated[
    str,
    PlainValidator(_text),
    # No character has more than four bytes.
    Plainly(text_of(r"[^\x00-\x09\x0b-\x1f\x7f-\x9f]*", MAX_TEXT // 4, strip=True)),
    WithJsonSchema({**TEXT_SCHEMA, "maxLength": MAX_TEXT}),
]
"""Text of any number of lines."""


def limited(most: int) -> Any:
    """Text that is never touched, so a longer one than the readers take is refused."""

    def check(value: object) -> str:
        text = _text(value)
        if not text:
            refuse("empty-value", "nothing is written here", "write a text, or take the key out")
        if most < len(text):
            refuse("text-too-long", f"this text has {len(text):,} characters", f"keep it to {most:,}")
        return text

    return Annotated[str, PlainValidator(check), WithJsonSchema(TEXT_SCHEMA)]


# --- numbers and choices ----------------------------------------------------------------------------


_DIGITS = re.compile(r"\d{1,15}").fullmatch


def _number(value: object) -> int:
    text = _scalar(value, "a whole number").replace(",", "").replace("_", "")
    if not _DIGITS(text):
        refuse("not-a-number", f"{quoted(value)} is not a whole number", "write digits only, such as 212")
    return int(text)


def _positive(value: object) -> int:
    number = _number(value)
    if number == 0:
        refuse("not-a-number", "numbers start at 1 here", "write 1 or more, or take the key out")
    return number


Number = Annotated[int, PlainValidator(_number), WithJsonSchema({"type": ["integer", "string"]})]
Positive = Annotated[int, PlainValidator(_positive), WithJsonSchema({"type": ["integer", "string"], "minimum": 1})]

_YES = frozenset(("yes", "true", "on", "y"))
_NO = frozenset(("no", "false", "off", "n"))


def _yes_or_no(value: object) -> bool:
    text = _scalar(value, "yes or no").casefold()
    if text in _YES:
        return True
    if text in _NO:
        return False
    refuse("not-yes-or-no", f"{quoted(value)} is neither yes nor no", "write yes or no")


YesNo = Annotated[
    bool,
    PlainValidator(_yes_or_no),
    WithJsonSchema({"anyOf": [{"type": "boolean"}, {"enum": ["yes", "no"]}]}),
]


def choice(*words: str) -> Any:
    """One of the words, whatever its case; the nearest is offered."""

    def check(value: object) -> str:
        text = _scalar(value, f"one of {', '.join(words)}")
        for word in words:
            if word.casefold() == text.casefold():
                return word
        near = closest(text, words)
        hint = f"did you mean {near}?" if near else f"write one of: {', '.join(words)}"
        refuse("not-a-choice", f"{quoted(text)} is not one of the words for this key", hint)

    plainly = Plainly(core_schema.literal_schema(list(words)))
    return Annotated[str, PlainValidator(check), plainly, WithJsonSchema({"enum": list(words)})]


# --- times and dates --------------------------------------------------------------------------------


def _time(value: object) -> timedelta:
    text = _scalar(value, "a time such as 2:15")
    try:
        return parse_time(text)
    except ValueError as wrong:
        refuse("not-a-time", f"{quoted(text)} is not a time", str(wrong))


Time = Annotated[
    timedelta,
    PlainValidator(_time),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": r"\d"}, {"type": "number", "minimum": 0}]}),
]
"""An offset into the recording, or a length."""


def _time_text(value: object) -> str:
    _time(value)
    return str(value).strip()


TimeText = Annotated[
    str,
    PlainValidator(_time_text),
    Plainly(text_of(r"[0-9]{1,3}:[0-5][0-9](?::[0-5][0-9])?", 9)),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": r"\d"}, {"type": "number", "minimum": 0}]}),
]
"""A time kept as written: in an episode with `on_air` it is a time of day, otherwise an offset."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}").fullmatch
_DATE_HINT = "write a date as 2026-03-02, with a time as 2026-03-02 06:30"


def _day(value: object) -> date:
    text = _scalar(value, "a date such as 2026-03-02")
    try:
        if not _DAY(text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        refuse("not-a-date", f"{quoted(text)} is not a day of the calendar", "write a date as 2026-03-02")


Day = Annotated[date, PlainValidator(_day), WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"})]

_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[Tt ]\s*(\d{1,2}:\d{2}(?::\d{2})?)\s*(Z|z|[+-]\d{2}:?\d{2})?)?")


def parse_moment(text: str, clock: Clock) -> datetime:
    """A day, a local time in the show's zone, or a time with its own offset; always aware.

    Refuses a local time that a clock change skips or repeats, showing both readings.
    """
    match = _MOMENT.fullmatch(text)
    if not match:
        refuse("not-a-date", f"{quoted(text)} is not a date", _DATE_HINT)
    day, of_day, offset = match.groups()
    try:
        local = of_day.zfill(5) if of_day and len(of_day) < 5 else of_day
        local = local.zfill(8) if local and len(local) == 7 else local
        naive = datetime.combine(date.fromisoformat(day), time.fromisoformat(local) if local else clock.publish_time)
        if naive.year < 1900 or naive.year > 2200:
            raise ValueError
        if offset:
            return datetime.fromisoformat(naive.isoformat() + ("+00:00" if offset in "zZ" else offset))
    except ValueError:
        refuse("not-a-date", f"{quoted(text)} is not a moment of the calendar", _DATE_HINT)
    return _in_zone(naive, clock.zone, text)


def _in_zone(naive: datetime, zone: ZoneInfo, text: str) -> datetime:
    first, second = naive.replace(tzinfo=zone, fold=0), naive.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first
    readings = [f"{naive.isoformat(sep=' ').removesuffix(':00')} {_offset(m)}" for m in (first, second)]
    if first.utcoffset() < second.utcoffset():  # type: ignore[operator]
        code, what = "time-skipped", f"the clocks of {zone.key} skip {quoted(text)} that night"
    else:
        code, what = "time-ambiguous", f"{quoted(text)} comes twice that night in {zone.key}"
    refuse(code, what, f"write {readings[0]} or {readings[1]}")


def _offset(moment: datetime) -> str:
    text = moment.strftime("%z")
    return f"{text[:3]}:{text[3:]}"


def _moment(value: object, info: ValidationInfo) -> datetime:
    clock: Clock = info.context  # type: ignore[assignment]
    return parse_moment(_scalar(value, "a date such as 2026-03-02 06:30"), clock)


Moment = Annotated[
    datetime,
    PlainValidator(_moment),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}([Tt ].*)?$"}),
]
"""A moment; a day alone takes the show's `publish_time`, a time without offset the show's `timezone`."""


class OnAir(NamedTuple):
    """When something was on air: `timed` where the hour is known too."""

    moment: datetime
    timed: bool


def _on_air(value: object, info: ValidationInfo) -> OnAir:
    moment = _moment(value, info)
    return OnAir(moment, timed=not _DAY(str(value)))


DayOrMoment = Annotated[
    OnAir,
    PlainValidator(_on_air),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}([Tt ].*)?$"}),
]
"""A moment, or a day of which the hour is not known."""


def _zone(value: object) -> str:
    text = _scalar(value, "a time zone such as Europe/London")
    try:
        ZoneInfo(text)
    except (ValueError, KeyError, OSError):
        from zoneinfo import available_timezones

        names = available_timezones()
        near = closest(text, names) or closest(text, (n.rpartition("/")[2] for n in names))
        full = near if near in names else next((n for n in sorted(names) if near and n.endswith("/" + near)), None)
        hint = f"did you mean {full}?" if full else "write a name such as Europe/London or America/Chicago"
        refuse("unknown-timezone", f"{quoted(text)} is not a time zone", hint)
    return text


Zone = Annotated[str, PlainValidator(_zone), WithJsonSchema({"type": "string"})]


def _of_day(value: object) -> time:
    text = _scalar(value, "a time of day such as 06:30")
    try:
        return time.fromisoformat(text.zfill(5) if re.fullmatch(r"\d:\d\d", text) else text)
    except ValueError:
        refuse("not-a-time", f"{quoted(text)} is not a time of day", "write 06:30 or 18:00")


TimeOfDay = Annotated[time, PlainValidator(_of_day), WithJsonSchema({"type": "string", "pattern": r"^\d{1,2}:\d{2}"})]


# --- addresses --------------------------------------------------------------------------------------


def check_address(value: object) -> str:
    text = _scalar(value, "a web address", MAX_ADDRESS)
    if is_web_address(text):
        return text
    if " " in text and is_web_address(text.replace(" ", "%20")):
        refuse("not-an-address", f"{quoted(text)} has a space in it", f"write {text.replace(' ', '%20')}")
    if re.match(r"[\w.-]+\.[a-z]{2,}(/|$)", text, re.IGNORECASE) and is_web_address("https://" + text):
        refuse("not-an-address", f"{quoted(text)} lacks https:// in front", f"write https://{text}")
    refuse("not-an-address", f"{quoted(text)} is not a web address", "write it in full, such as https://news.example/a")


def _secure(value: object) -> str:
    text = check_address(value)
    if not text.lower().startswith("https://"):
        hint = f"write https{text[4:]} if the site offers it"
        refuse("address-not-secure", f"{quoted(text)} is http, and apps take only https here", hint)
    return text


_PLAIN_ADDRESS = r"https?://[a-zA-Z0-9.-]+(?:[/?#][a-zA-Z0-9_/\-.~!$&'()*+,;=:@%?#\[\]]*)?"

Address = Annotated[
    str,
    PlainValidator(check_address),
    Plainly(text_of(_PLAIN_ADDRESS, MAX_ADDRESS)),
    WithJsonSchema({"type": "string", "pattern": "^https?://"}),
]
SecureAddress = Annotated[str, PlainValidator(_secure), WithJsonSchema({"type": "string", "pattern": "^https://"})]
"""The podcast namespace asks for https in all its addresses (docs/1.0.md)."""


_NEVER_RAW = re.compile(r"[ <>\"\\^`{|}]")


def _recording(value: object) -> str:
    """Kept as written, since apps may know an episode by it: http too, and characters that should be encoded."""
    text = _scalar(value, "a web address")
    check_address(_NEVER_RAW.sub(lambda match: f"%{ord(match[0]):02X}", text))
    return text


RecordingAddress = Annotated[
    str, PlainValidator(_recording), WithJsonSchema({"type": "string", "pattern": "^https?://"})
]


def _contact(value: object) -> str:
    text = _scalar(value, "an address", MAX_ADDRESS)
    if re.fullmatch(r"mailto:[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\"]+", text):
        return text
    return check_address(text)


ContactAddress = Annotated[
    str, PlainValidator(_contact), WithJsonSchema({"type": "string", "pattern": "^(https?://|mailto:)"})
]


def _email(value: object) -> str:
    text = _scalar(value, "an e-mail address")
    if not re.fullmatch(r"[^@\s<>\",;]+@[^@\s<>\",;]+\.[^@\s<>\",;.]+", text):
        refuse("not-an-email", f"{quoted(text)} is not an e-mail address", "write it as desk@radio.example")
    return text


Email = Annotated[str, PlainValidator(_email), WithJsonSchema({"type": "string", "format": "email"})]


def _language(value: object) -> str:
    text = _scalar(value, "a language such as en-gb")
    # BCP 47 in the shapes that feeds use: language, script, region.
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|\d{3}))?(-[A-Za-z0-9]{5,8})*", text):
        refuse("not-a-language", f"{quoted(text)} is not a language code", "write en, en-gb, es, de, fr, ar …")
    return text.lower()


Language = Annotated[
    str, PlainValidator(_language), WithJsonSchema({"type": "string", "pattern": "^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$"})
]


def pattern(regex: str, what: str, example: str) -> Any:
    """Text of a fixed form."""

    def check(value: object) -> str:
        text = _scalar(value, what)
        if not re.fullmatch(regex, text, re.ASCII):
            refuse("wrong-form", f"{quoted(text)} is not {what}", f"write it as {example}")
        return text

    return Annotated[str, PlainValidator(check), WithJsonSchema({"type": "string", "pattern": f"^{regex}$"})]


# --- several of a thing -------------------------------------------------------------------------------


class _OneOrMany:
    """In the JSON Schema: the thing itself, or a list of it."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Any) -> dict[str, Any]:
        array = {**handler(core_schema), "maxItems": self.most}
        return {"anyOf": [array["items"], array]} if "items" in array else array


def many(kind: Any, most: int = MAX_LIST) -> Any:
    """None, one, or a list of `kind` with `most` entries; always a tuple."""

    def as_list(value: object) -> object:
        if value is None:
            return ()
        if not isinstance(value, list | tuple):
            return (value,)
        if len(value) > most:
            refuse("list-too-long", f"this list has {len(value):,} entries", f"write {most:,} at most")
        return tuple(value)  # strict mode takes no list

    return Annotated[tuple[kind, ...], BeforeValidator(as_list), _OneOrMany(most)]
