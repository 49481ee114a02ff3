"""Byte ranges and conditional requests equal RFC 9110: a table of cases, a model, and an interrupted download."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podfeed.web import ranges

LENGTH = 10_000
TAG = '"a1"'
MODIFIED = datetime(2026, 3, 2, 6, tzinfo=UTC)
THEN = "Mon, 02 Mar 2026 06:00:00 GMT"
EARLIER = "Mon, 02 Mar 2026 05:59:59 GMT"
LATER = "Mon, 02 Mar 2026 06:00:01 GMT"
WHOLE = (200, 0, LENGTH)
NOTHING = (416, 0, 0)
CHANGED = (412, 0, 0)
FRESH = (304, 0, 0)

# (what it shows, request headers, status and bytes). All are GET for 10,000 bytes with TAG and MODIFIED.
CASES = [
    ("no header", {}, WHOLE),
    # --- one range: §14.1.2
    ("first byte", {"range": "bytes=0-0"}, (206, 0, 1)),
    ("first hundred", {"range": "bytes=0-99"}, (206, 0, 100)),
    ("last byte by number", {"range": "bytes=9999-9999"}, (206, 9999, LENGTH)),
    ("from the middle", {"range": "bytes=9990-"}, (206, 9990, LENGTH)),
    ("everything as a range", {"range": "bytes=0-"}, (206, 0, LENGTH)),
    ("an end beyond the end", {"range": "bytes=9990-20000"}, (206, 9990, LENGTH)),
    ("an end of 23 digits", {"range": "bytes=1-99999999999999999999999"}, (206, 1, LENGTH)),
    ("an end of 5,000 digits", {"range": "bytes=1-" + "9" * 5000}, (206, 1, LENGTH)),
    ("leading zeros", {"range": "bytes=0000-0009"}, (206, 0, 10)),
    ("leading zeros beyond 18 digits", {"range": "bytes=" + "0" * 30 + "5-" + "0" * 30 + "9"}, (206, 5, 10)),
    ("last byte by suffix", {"range": "bytes=-1"}, (206, 9999, LENGTH)),
    ("last 500", {"range": "bytes=-500"}, (206, 9500, LENGTH)),
    ("a suffix as long as the file", {"range": "bytes=-10000"}, (206, 0, LENGTH)),
    ("a suffix longer than the file is all of it", {"range": "bytes=-20000"}, (206, 0, LENGTH)),
    ("a suffix of 30 digits", {"range": "bytes=-" + "9" * 30}, (206, 0, LENGTH)),
    ("the unit's case does not count", {"range": "BYTES=0-4"}, (206, 0, 5)),
    ("blanks around the range", {"range": "bytes= 0-4 "}, (206, 0, 5)),
    # --- that cannot be met: §15.5.17
    ("a start at the end", {"range": "bytes=10000-"}, NOTHING),
    ("a start beyond the end", {"range": "bytes=10001-10002"}, NOTHING),
    ("a start of 23 digits", {"range": "bytes=99999999999999999999999-"}, NOTHING),
    ("an empty suffix", {"range": "bytes=-0"}, NOTHING),
    ("an empty suffix in many digits", {"range": "bytes=-" + "0" * 5000}, NOTHING),
    ("several, none of which can be met", {"range": "bytes=10000-,20000-20001,-0"}, NOTHING),
    # --- not ours to understand: §14.2
    ("another unit", {"range": "items=0-5"}, WHOLE),
    ("no unit", {"range": "0-5"}, WHOLE),
    ("a unit that begins like ours", {"range": "bytes2=0-5"}, WHOLE),
    ("nothing after the unit", {"range": "bytes="}, WHOLE),
    ("only commas", {"range": "bytes=,,"}, WHOLE),
    ("the end before the start", {"range": "bytes=5-3"}, WHOLE),
    ("letters", {"range": "bytes=a-b"}, WHOLE),
    ("a hyphen alone", {"range": "bytes=-"}, WHOLE),
    ("a number alone", {"range": "bytes=5"}, WHOLE),
    ("two hyphens", {"range": "bytes=1-2-3"}, WHOLE),
    ("a sign", {"range": "bytes=+1-2"}, WHOLE),
    ("a negative end", {"range": "bytes=1--2"}, WHOLE),
    ("digits of other scripts", {"range": "bytes=٠-٩"}, WHOLE),
    ("blanks inside", {"range": "bytes=0 - 4"}, WHOLE),
    ("hexadecimal", {"range": "bytes=0x1-0x5"}, WHOLE),
    ("a good range beside a bad one", {"range": "bytes=0-4,a-b"}, WHOLE),
    ("two Range lines, as servers join them", {"range": "bytes=0-1, bytes=5-6"}, WHOLE),
    ("an empty header", {"range": ""}, WHOLE),
    # --- several: one part or the whole, §15.3.7.2
    ("two parts with a gap", {"range": "bytes=0-1,5-6"}, WHOLE),
    ("two parts that touch", {"range": "bytes=0-4,5-9"}, (206, 0, 10)),
    ("two parts that overlap", {"range": "bytes=0-6,3-9"}, (206, 0, 10)),
    ("one part within the other", {"range": "bytes=0-9,3-5"}, (206, 0, 10)),
    ("in descending order", {"range": "bytes=5-9,0-4"}, (206, 0, 10)),
    ("the same twice", {"range": "bytes=3-5,3-5"}, (206, 3, 6)),
    ("one of two cannot be met", {"range": "bytes=0-4,20000-"}, (206, 0, 5)),
    ("empty elements", {"range": "bytes=,0-4,,5-9,"}, (206, 0, 10)),
    ("1,300 tiny ranges", {"range": "bytes=" + ",".join(f"{n}-{n}" for n in range(0, 2600, 2))}, WHOLE),
    # --- If-Range: §13.1.5
    ("If-Range with our tag", {"range": "bytes=0-4", "if-range": TAG}, (206, 0, 5)),
    ("If-Range with another tag", {"range": "bytes=0-4", "if-range": '"b2"'}, WHOLE),
    ("If-Range with our tag made weak", {"range": "bytes=0-4", "if-range": "W/" + TAG}, WHOLE),
    ("If-Range with the very date", {"range": "bytes=0-4", "if-range": THEN}, (206, 0, 5)),
    ("If-Range with a later date", {"range": "bytes=0-4", "if-range": LATER}, WHOLE),
    ("If-Range with an earlier date", {"range": "bytes=0-4", "if-range": EARLIER}, WHOLE),
    ("If-Range that is neither", {"range": "bytes=0-4", "if-range": "yesterday"}, WHOLE),
    ("If-Range with a tag without quotes", {"range": "bytes=0-4", "if-range": "a1"}, WHOLE),
    ("If-Range alone", {"if-range": TAG}, WHOLE),
    ("If-Range fails before the range is looked at", {"range": "bytes=10000-", "if-range": '"b2"'}, WHOLE),
    ("If-Range holds, the range cannot be met", {"range": "bytes=10000-", "if-range": TAG}, NOTHING),
    # --- If-None-Match and If-Modified-Since: §13.1.2, §13.1.3
    ("our tag", {"if-none-match": TAG}, FRESH),
    ("our tag, weak: here that is enough", {"if-none-match": "W/" + TAG}, FRESH),
    ("our tag in a list", {"if-none-match": '"x", "y,z", "a1"'}, FRESH),
    ("any tag", {"if-none-match": "*"}, FRESH),
    ("another tag", {"if-none-match": '"b2"'}, WHOLE),
    ("our tag inside another", {"if-none-match": '"xa1"'}, WHOLE),
    ("a tag without quotes", {"if-none-match": "a1"}, WHOLE),
    ("unchanged since that second", {"if-modified-since": THEN}, FRESH),
    ("unchanged since later", {"if-modified-since": LATER}, FRESH),
    ("changed since", {"if-modified-since": EARLIER}, WHOLE),
    ("the date in RFC 850's form", {"if-modified-since": "Monday, 02-Mar-26 06:00:00 GMT"}, FRESH),
    ("the date in C's form", {"if-modified-since": "Mon Mar  2 06:00:00 2026"}, FRESH),
    ("a date that no clock can say", {"if-modified-since": "Fri, 31 Dec 9999 23:59:59 -2359"}, WHOLE),
    ("no date at all", {"if-modified-since": "yesterday"}, WHOLE),
    ("a day that does not exist", {"if-modified-since": "Mon, 32 Mar 2026 06:00:00 GMT"}, WHOLE),
    ("the tag counts, not the date", {"if-none-match": '"b2"', "if-modified-since": LATER}, WHOLE),
    ("the tag counts, though the date is old", {"if-none-match": TAG, "if-modified-since": EARLIER}, FRESH),
    ("not modified before the range", {"if-none-match": TAG, "range": "bytes=0-4"}, FRESH),
    ("by date too", {"if-modified-since": THEN, "range": "bytes=0-4"}, FRESH),
    ("modified, so the range counts", {"if-none-match": '"b2"', "range": "bytes=0-4"}, (206, 0, 5)),
    # --- If-Match and If-Unmodified-Since: §13.1.1, §13.1.4
    ("If-Match with our tag", {"if-match": TAG}, WHOLE),
    ("If-Match with any", {"if-match": "*"}, WHOLE),
    ("If-Match in a list", {"if-match": '"b2", "a1"'}, WHOLE),
    ("If-Match with another", {"if-match": '"b2"'}, CHANGED),
    ("If-Match made weak: the comparison is strong", {"if-match": "W/" + TAG}, CHANGED),
    ("If-Match before the range", {"if-match": '"b2"', "range": "bytes=0-4"}, CHANGED),
    ("If-Match holds, then the range", {"if-match": TAG, "range": "bytes=0-4"}, (206, 0, 5)),
    ("If-Match before If-None-Match", {"if-match": '"b2"', "if-none-match": TAG}, CHANGED),
    ("If-Match holds, then If-None-Match", {"if-match": TAG, "if-none-match": TAG}, FRESH),
    ("If-Unmodified-Since that second", {"if-unmodified-since": THEN}, WHOLE),
    ("If-Unmodified-Since earlier", {"if-unmodified-since": EARLIER}, CHANGED),
    ("If-Unmodified-Since that is no date", {"if-unmodified-since": "x"}, WHOLE),
    ("If-Match counts, not the date", {"if-match": TAG, "if-unmodified-since": EARLIER}, WHOLE),
    ("If-Unmodified-Since before the range", {"if-unmodified-since": EARLIER, "range": "bytes=0-4"}, CHANGED),
]


@pytest.mark.parametrize(("headers", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_table(headers, expected):
    """Each request gets the status and the bytes that RFC 9110 says."""
    answer = ranges.answer("GET", headers, LENGTH, TAG, MODIFIED)
    assert (answer.status, answer.start, answer.stop) == expected
    said = dict(answer.headers).get("Content-Range")
    right = {206: f"bytes {answer.start}-{answer.stop - 1}/{LENGTH}", 416: f"bytes */{LENGTH}"}
    assert said == right.get(answer.status)


def test_the_table_is_long_enough():
    """At least sixty cases, each with a name of its own."""
    assert len({name for name, *_ in CASES}) == len(CASES) >= 60


@pytest.mark.parametrize("value", ["bytes=0-4", "bytes=10000-", "bytes=-0"])
def test_head_has_no_ranges(value):
    """Range is defined for GET only (§14.2)."""
    answer = ranges.answer("HEAD", {"range": value}, LENGTH, TAG, MODIFIED)
    assert (answer.status, answer.start, answer.stop) == WHOLE


def test_head_is_conditional():
    """HEAD answers 304 and 412 where GET does (§13.2.1)."""
    assert ranges.answer("HEAD", {"if-none-match": TAG}, LENGTH, TAG).status == 304
    assert ranges.answer("HEAD", {"if-match": '"b2"'}, LENGTH, TAG).status == 412


@pytest.mark.parametrize("name", ["if-modified-since", "if-unmodified-since"])
def test_without_a_date_conditions_on_dates_are_ignored(name):
    """§13.1.3 and §13.1.4: a recipient MUST ignore them if there is no modification date."""
    assert ranges.answer("GET", {name: EARLIER}, LENGTH, TAG).status == 200
    assert ranges.answer("GET", {name: LATER}, LENGTH, TAG).status == 200


def test_without_a_date_a_range_on_a_date_gets_everything():
    """If-Range with a date cannot hold for what has none."""
    assert ranges.answer("GET", {"range": "bytes=0-4", "if-range": THEN}, LENGTH, TAG).status == 200


@pytest.mark.parametrize("value", ["bytes=0-0", "bytes=0-", "bytes=-5", "bytes=-0", "bytes=5-"])
def test_an_empty_file_has_no_parts(value):
    """An empty file is sent as what it is: no range could be written down for it."""
    answer = ranges.answer("GET", {"range": value}, 0, TAG)
    assert (answer.status, answer.start, answer.stop) == (200, 0, 0)


def test_fractions_of_seconds_do_not_count():
    """HTTP's dates have whole seconds: a file of 06:00:00.9 is the one of 06:00:00."""
    modified = MODIFIED + timedelta(microseconds=900_000)
    assert ranges.answer("GET", {"if-modified-since": THEN}, LENGTH, TAG, modified).status == 304
    assert ranges.answer("GET", {"range": "bytes=0-4", "if-range": THEN}, LENGTH, TAG, modified).status == 206


# --- a model ---------------------------------------------------------------------------------------------------------


def wanted(spec: tuple[int | None, int | None], length: int) -> set[int]:
    """The positions a range names, as §14.1.2 says it, byte by byte."""
    first, last = spec
    if first is None:
        return set(range(length)[-last:]) if last else set()
    return {n for n in range(length) if first <= n and (last is None or n <= last)}


small = st.integers(0, 40)
specs = st.one_of(
    st.tuples(small, small).map(lambda pair: (min(pair), max(pair))),
    st.tuples(small, st.none()),
    st.tuples(st.none(), small),
)


def write(spec: tuple[int | None, int | None]) -> str:
    return "-".join("" if number is None else str(number) for number in spec)


@given(length=st.integers(0, 30), wants=st.lists(specs, min_size=1, max_size=5))
def test_model(length, wants):
    """For any ranges, the answer is exactly the bytes they name, or the whole, or 416 if they name none."""
    answer = ranges.answer("GET", {"range": "bytes=" + ",".join(map(write, wants))}, length, TAG)
    positions = set().union(*(wanted(spec, length) for spec in wants))
    if answer.status == 206:
        assert set(range(answer.start, answer.stop)) == positions
        assert 0 <= answer.start < answer.stop <= length
    elif answer.status == 416:
        assert not positions
    else:
        assert (answer.status, answer.start, answer.stop) == (200, 0, length)
        connected = positions and len(positions) == max(positions) - min(positions) + 1
        assert not length or (positions and not connected)


@given(st.text(max_size=40), st.sampled_from(["range", "if-range", "if-match", "if-none-match", "if-modified-since"]))
def test_any_text_gets_an_answer(text, name):
    """Nothing a client can write makes an exception, nor a part outside the file."""
    for value in (text, "bytes=" + text, '"' + text):
        answer = ranges.answer("GET", {"range": "bytes=1-2", name: value}, 30, TAG, MODIFIED)
        assert answer.status in (200, 206, 304, 412, 416)
        assert 0 <= answer.start <= answer.stop <= 30


@pytest.mark.parametrize("seed", range(100))
def test_an_interrupted_download_is_never_two_files_in_one(seed):
    """A client that takes up a download with If-Range has the old file whole or the new one whole."""
    chance = random.Random(seed)
    versions = [(f'"v{n}"', chance.randbytes(chance.randint(50, 300))) for n in range(3)]
    number, tag, got = 0, "", b""
    for _ in range(200):
        etag, data = versions[number]
        headers = {"range": f"bytes={len(got)}-", "if-range": tag} if got else {}
        answer = ranges.answer("GET", headers, len(data), etag)
        if answer.status == 416:
            break
        if answer.status == 200:
            got = b""
        tag = etag
        got += data[answer.start : answer.start + chance.randint(1, 60)]
        if number < 2 and chance.random() < 0.15:
            number += 1
        if len(got) >= len(data) and tag == versions[number][0]:
            break
    assert (tag, got) in versions
