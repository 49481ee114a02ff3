"""YAML files as editors and enemies write them: what is read, what is refused, and where the caret points."""

from __future__ import annotations

import random
import subprocess
import sys
import time

import pytest
import yaml as library

from podfeed.problem import full
from podfeed.source import yaml
from podfeed.source.yaml import read

EPISODE = """\
title: "The harbour vote: what now?"   # the show's best
date: 2026-03-02 06:00
audio: 2026-03-02-morning.mp3
number: 017
explicit: no
guests: [bob-frost, Dana Reyes (harbour pilot), "no"]
nothing:
empty: ""
aired: [{station: KXYZ 91.5, at: 2026-03-02 06:00}]
segments:
  - 0:00 Headlines
  - start: 12:30
    title: Großer 🎈 Hafen   # a comment
    stories:
    - https://news.radio.example/2026/03/02/harbour-bridge#top
    - url: https://citypaper.example/costs
      title: 'It''s "over"'
notes: |
  Music, thanks.

    indented
folded: >-
  one
  line
"""
DATA = {
    "title": "The harbour vote: what now?",
    "date": "2026-03-02 06:00",
    "audio": "2026-03-02-morning.mp3",
    "number": "017",
    "explicit": "no",
    "guests": ["bob-frost", "Dana Reyes (harbour pilot)", "no"],
    "nothing": None,
    "empty": "",
    "aired": [{"station": "KXYZ 91.5", "at": "2026-03-02 06:00"}],
    "segments": [
        "0:00 Headlines",
        {
            "start": "12:30",
            "title": "Großer 🎈 Hafen",
            "stories": [
                "https://news.radio.example/2026/03/02/harbour-bridge#top",
                {"url": "https://citypaper.example/costs", "title": 'It\'s "over"'},
            ],
        },
    ],
    "notes": "Music, thanks.\n\n  indented\n",
    "folded": "one line",
}


@pytest.fixture(params=["libyaml", "python"])
def parser(request, monkeypatch):
    """Both parsers of PyYAML: the fast one, and the one for machines without libyaml."""
    if request.param == "libyaml" and not library.__with_libyaml__:
        pytest.skip("PyYAML was built without libyaml")
    monkeypatch.setattr(yaml, "LOADER", library.CBaseLoader if request.param == "libyaml" else library.BaseLoader)
    return request.param


# --- reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_every_scalar_is_text(parser, ending, mark):
    """Times, yes and no, and numbers arrive as they were written, whatever the line ends and byte order mark."""
    document, problems = read("episodes/a.yaml", mark + EPISODE.replace("\n", ending).encode())
    assert problems == ()
    assert document is not None
    assert document.data == DATA


PLACES = (  # path, of the key?, line, column, what the caret underlines
    ((), False, 1, 1, 'title: "The harbour vote: what now?"   # the show\'s best'),
    (("title",), False, 1, 8, '"The harbour vote: what now?"'),
    (("title",), True, 1, 1, "title"),
    (("date",), False, 2, 7, "2026-03-02 06:00"),
    (("guests",), False, 6, 9, '[bob-frost, Dana Reyes (harbour pilot), "no"]'),
    (("guests", 1), False, 6, 21, "Dana Reyes (harbour pilot)"),
    (("guests", 2), True, 6, 49, '"no"'),
    (("nothing",), False, 7, 1, "nothing"),
    (("empty",), False, 8, 8, '""'),
    (("aired", 0, "at"), False, 9, 34, "2026-03-02 06:00"),
    (("segments", 0), False, 11, 5, "0:00 Headlines"),
    (("segments", 1), False, 12, 5, "start: 12:30"),
    (("segments", 1, "start"), False, 12, 12, "12:30"),
    (("segments", 1, "title"), False, 13, 12, "Großer 🎈 Hafen"),
    (("segments", 1, "stories", 0), False, 15, 7, "https://news.radio.example/2026/03/02/harbour-bridge#top"),
    (("segments", 1, "stories", 1, "title"), True, 17, 7, "title"),
    (("segments", 1, "stories", 1, "title"), False, 17, 14, "'It''s \"over\"'"),
    (("notes",), False, 18, 8, "|"),
    (("folded",), False, 22, 9, ">-"),
    (("segments", 1, "rel"), False, 12, 5, "start: 12:30"),  # not there: its deepest ancestor
    (("segments", 1, "rel"), True, 12, 5, "start: 12:30"),
    (("segments", 7, "x", 1), False, 11, 3, "- 0:00 Headlines"),
    (("owner", "email"), False, 1, 1, 'title: "The harbour vote: what now?"   # the show\'s best'),
)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_every_node_knows_its_place(parser, ending):
    """Lines and columns count characters from 1, as text editors do, and the width is that of the first line."""
    document, _ = read("episodes/a.yaml", b"\xef\xbb\xbf" + EPISODE.replace("\n", ending).encode())
    for path, key, line, column, underlined in PLACES:
        span = document.span(*path, key=key)
        assert (span.path, span.line, span.column) == ("episodes/a.yaml", line, column), path
        assert span.text == EPISODE.splitlines()[line - 1]
        assert span.text[span.column - 1 :][: span.width] == underlined, path


# --- refusing -------------------------------------------------------------------------------------

# Each: the file, then code, line and column of every problem, in order.
REFUSED: tuple[tuple[str | bytes, str], ...] = (
    # the file as a whole
    ("", "empty-file 0:0"),
    ("# only a comment\n\n", "empty-file 0:0"),
    ("---\n", "empty-file 0:0"),
    ("- a\n- b\n", "not-a-mapping 1:1"),
    ("\n# x\ntitle:foo\n", "not-a-mapping 3:1"),
    ("[a]\n", "not-a-mapping 1:1"),
    (b"a: b\n" * 300_000, "file-too-large 0:0"),
    # encodings
    ("title: Café\n".encode("latin-1"), "not-utf8 1:11"),
    ("a: é\nb: 'x\n".encode() + b"\xff\n", "not-utf8 3:1"),
    (b"a: b\r\nc: \x93quoted\x94\r\n", "not-utf8 2:4"),
    ("title: a\n".encode("utf-16"), "not-utf8 1:1"),
    ("title: a\n".encode("utf-16-be"), "not-utf8 1:1"),
    ("title: a\n".encode("utf-32"), "not-utf8 1:1"),
    (b"title: a\n" + b"\xed\xa0\x80", "not-utf8 2:1"),
    # characters
    ("a: b\nc: d\x00e\n", "forbidden-character 2:5"),
    ("a: \x1b[31m\n", "forbidden-character 1:4"),
    ("notes: |\n  a\u2028b\n", "forbidden-character 2:4"),
    ("a: b\x85\n", "forbidden-character 1:5"),
    ("a: 🎈🎈\ufffe\n", "forbidden-character 1:6"),
    ("a: b\n\ufeffc: d\n", "forbidden-character 2:1"),
    ("\ufeff\ufeffa: b\n", "forbidden-character 1:1"),
    ('a: "b\\0"\n', "forbidden-character 1:6"),
    ('a: b\nc: "x\n  y\\x0b"\n', "forbidden-character 3:4"),
    ('a: "\\uFFFE"\n', "forbidden-character 1:5"),
    ('a: "\\uD800"\n', "forbidden-character 1:5"),
    ('a: "x \\ud83d\\ude00"\n', "forbidden-character 1:7"),
    ('a: "\\U00110000"\n', "forbidden-character 1:5"),
    # what YAML can do and an editor does not need
    ("a: &x b\n", "yaml-anchor 1:4"),
    ("a: &x b\nc: *x\n", "yaml-anchor 1:4, yaml-anchor 2:4"),
    ("a: &x [*x]\n", "yaml-anchor 1:4, yaml-anchor 1:8"),
    ("title: *** News ***\n", "yaml-anchor 1:8"),
    ("title: & more\n", "yaml-anchor 1:8"),
    ("title: *News* today\n", "yaml-anchor 1:8"),
    ("<<: {a: b}\n", "yaml-merge 1:1"),
    ("title: !Breaking news\n", "yaml-tag 1:8"),
    ("a: !!int x\nb: !!bool x\nc: !!timestamp foo\nd: !!float ''\n", ", ".join(f"yaml-tag {n}:4" for n in range(1, 5))),
    ("a: !!python/object:os.system x\n", "yaml-tag 1:4"),
    ("a: !h!x y\n", "yaml-tag 1:4"),
    ("%YAML 1.2\n---\na: b\n", "yaml-directive 1:1"),
    ("# c\n\n%TAG ! x\n---\na: b\n", "yaml-directive 3:1"),
    ("a: b\n---\nc: d\n", "yaml-second-document 2:1"),
    ("a: b\n...\nc: d\n", "yaml-second-document 3:1"),
    ("? [a, b]\n: c\n", "yaml-key-not-text 1:3"),
    ("{a: b}: c\n", "yaml-key-not-text 1:1"),
    ("{a: b, [c]: d}\n", "yaml-key-not-text 1:8"),
    (": x\n", "yaml-key-not-text 1:1"),
    ("? \n: x\n", "yaml-key-not-text 1:2"),
    # keys
    ("a: b\nc: d\na: e\n", "duplicate-key 3:1"),
    ("x:\n  - {a: 1, b: 2, a: 3, a: 4}\n", "duplicate-key 2:18, duplicate-key 2:24"),
    ('a: b\n"a": c\n', "duplicate-key 2:1"),
    (".nan: 1\n.nan: 2\n", "duplicate-key 2:1"),
    # slips
    ("title: Harbour: the vote\n", "yaml-colon 1:15"),
    ("title: 🎈 Harbour: the vote\n", "yaml-colon 1:17"),
    ('title: "The vote": what now\n', "yaml-colon 1:18"),
    ("a: b\nsegments:\n  - start: 1:00\n    title: Live: x\n", "yaml-colon 4:16"),
    ("segments:\n  - 0:00 Headlines: the vote\n", "yaml-colon 2:19"),
    ("title: A #5\n", "comment-cuts-text 1:10"),
    ("number: #5\n", "comment-cuts-text 1:9"),
    ("segments:\n\t- 0:00 x\n", "yaml-tab 2:1"),
    ("a:\n  b: 1\n\tc: 2\n", "yaml-tab 3:1"),
    ("a:\n  b: 1\n \tc: 2\n", "yaml-tab 3:2"),
    ("title: a\ndate 2026-03-02\naudio: x\n", "yaml-syntax 2:1"),
    ("title:a\ndate: x\n", "yaml-syntax 1:1"),
    ("title: a\n  date: x\n", "yaml-syntax 2:3"),
    ("a:\n    b: 1\n  c: 2\n", "yaml-syntax 3:3"),
    ("segments:\n  - a\n - b\n", "yaml-syntax 3:2"),
    ("segments:\n  - a\n  b: c\n", "yaml-syntax 3:3"),
    ("notes: |\n  a\n b\nc: d\n", "yaml-syntax 3:2"),
    ("guests: [a, b\ntitle: c\n", "yaml-syntax 1:9"),
    ("guests: [a, b\n", "yaml-syntax 1:9"),
    ("tags: [#a, #b]\n", "yaml-syntax 1:7"),
    ("a: {b: c\n", "yaml-syntax 1:4"),
    ('guests: ["a" "b"]\n', "yaml-syntax 1:14"),
    ("a: b\n}\n", "yaml-syntax 2:1"),
    ("a: ]\n", "yaml-syntax 1:4"),
    ("title: [Live] at the pier\n", "yaml-syntax 1:15"),
    ('title: "abc\ndate: x\n', "yaml-syntax 1:8"),
    ('title: "abc\ndate: "x"\n', "yaml-syntax 2:8"),
    ("title: 'it's fine'\n", "yaml-syntax 1:12"),
    ('title: "a" b\n', "yaml-syntax 1:12"),
    ('a: "C:\\path"\n', "yaml-syntax 1:7"),
    ('a: "\\xZZ"\n', "yaml-syntax 1:5"),
    ("chat: @harbour\n", "yaml-syntax 1:7"),
    ("a: `x`\n", "yaml-syntax 1:4"),
    ("a: %x\n", "yaml-syntax 1:4"),
    ("title: - foo\n", "yaml-syntax 1:8"),
    ("title: ? foo\n", "yaml-syntax 1:8"),
    ("title: > 5 things\n", "yaml-syntax 1:8"),
    ("notes: | text\n", "yaml-syntax 1:8"),
    ("notes: |0\n  text\n", "yaml-syntax 1:8"),
    # one after the other: all that can be told at once is told at once
    ("a: 1\na: 2\nb: !x y\nc: A #5\n", "duplicate-key 2:1, yaml-tag 3:4, comment-cuts-text 4:6"),
    # limits
    ("[" * 30_000, "yaml-too-deep 1:21"),
    ("[" * 30_000 + "]" * 30_000, "yaml-too-deep 1:21"),
    ("a: " + "[" * 20 + "]" * 20, "yaml-too-deep 1:23"),
    ("- " * 30_000, "yaml-too-deep 1:41"),
    ("a: [" + "b, " * 20_000 + "]", "yaml-too-many-nodes 1:59999"),
)


@pytest.mark.parametrize(("source", "expected"), REFUSED, ids=lambda value: repr(value[:40]))
def test_what_is_refused_says_where(parser, source, expected):
    """Every slip and every trap has its own code and points at its own place, with either parser."""
    data = source if isinstance(source, bytes) else source.encode("utf-8", "surrogatepass")
    document, problems = read("episodes/a.yaml", data)
    assert ", ".join(f"{p.code} {p.span.line}:{p.span.column}" for p in problems) == expected
    assert document is not None or any(p.is_error for p in problems)
    for problem in problems:
        assert problem.code in yaml.MANUAL
        assert "invalid" not in full(problem).casefold()
        assert problem.hint


WORDS = (
    (
        "title: Harbour: the vote\n",
        """\
error[yaml-colon]: a second colon on this line, in a text without quotes
 --> episodes/a.yaml:1:15
  |
1 | title: Harbour: the vote
  |               ^^^^^^^^^^
  = help: put the text in quotes: title: "Harbour: the vote\"""",
    ),
    (
        "title: Morning show #5\n",
        """\
warning[comment-cuts-text]: # begins a comment here, so the text is `Morning show`
 --> episodes/a.yaml:1:21
  |
1 | title: Morning show #5
  |                     ^^
  = help: write "Morning show #5"; if it is a comment, put a space after the #""",
    ),
    (
        "a: 1\na: 2\n",
        """\
error[duplicate-key]: `a` is written twice in this group
 --> episodes/a.yaml:2:1
  |
2 | a: 2
  | ^
  = first written here: episodes/a.yaml:1:1
  = help: delete one of the two (the first is in line 1)""",
    ),
    (
        'title: "The harbour\ndate: "2026"\n',
        """\
error[yaml-syntax]: the quote that closes before this was opened in line 1; one is missing there
 --> episodes/a.yaml:2:8
  |
2 | date: "2026"
  |        ^^^^^
  = help: close the quote in line 1""",
    ),
    (
        "title: Café\n".encode("latin-1"),
        """\
error[not-utf8]: byte E9 is not UTF-8; in Windows-1252 it would be `é`
 --> episodes/a.yaml:1:11
  |
1 | title: Caf\ufffd
  |           ^
  = help: save the file again, with the encoding UTF-8""",
    ),
)


@pytest.mark.parametrize(("source", "shown"), WORDS, ids=lambda value: repr(value[:20]))
def test_the_whole_message(parser, source, shown):
    """What an editor reads, to the letter."""
    _, problems = read("episodes/a.yaml", source if isinstance(source, bytes) else source.encode())
    assert "\n\n".join(full(problem) for problem in problems) == shown


FINE = (
    ("title: 12:30\n", {"title": "12:30"}),
    ("a: yes\nb: 1.10\nc: 1_000\nd: =\ne: ~\nf: null\ng: 0x1f\nh: .nan\n", dict(a="yes", b="1.10", c="1_000", d="=",
        e="~", f="null", g="0x1f", h=".nan")),
    ("a: 2026-02-30\nb: 25:00:00\n", {"a": "2026-02-30", "b": "25:00:00"}),
    ("a: " + "1:" * 100_000 + "1\n", {"a": "1:" * 100_000 + "1"}),
    ("a: " + "9" * 100_000 + "\n", {"a": "9" * 100_000}),
    ("'<<': x\n", {"<<": "x"}),
    ("---\na: b\n...\n", {"a": "b"}),
    ("a: b#c\nd: e # f\ng: h  # 5 things\n", {"a": "b#c", "d": "e", "g": "h"}),
    ("a: 'x #5'\n", {"a": "x #5"}),
    ("notes: |\n  # Heading\n  A #5\n  \ttab\n", {"notes": "# Heading\nA #5\n\ttab\n"}),
    ('a: "\\u00e9\\n\\t\\U0001F388"\n', {"a": "é\n\t🎈"}),
    ("a: http://x.example:80/y?z#w\n", {"a": "http://x.example:80/y?z#w"}),
    ("a: " + "[" * 19 + "]" * 19, None),
)  # fmt: skip


@pytest.mark.parametrize(("source", "data"), FINE, ids=lambda value: repr(value)[:30])
def test_what_is_read_as_text(parser, source, data):
    """What other readers turn into numbers, dates and nulls, or choke on, stays what was written."""
    document, problems = read("show.yaml", source.encode())
    assert problems == ()
    assert data is None or document.data == data


def test_a_first_key_wins_and_keeps_its_place():
    """After a duplicate key the document is still there, with what was written first."""
    document, problems = read("a.yaml", b"a: {b: 1}\na: {b: 2, c: 3}\nd: e\n")
    assert [problem.code for problem in problems] == ["duplicate-key"]
    assert document.data == {"a": {"b": "1"}, "d": "e"}
    assert (document.span("a", "b").line, document.span("a", "c").line) == (1, 1)


def test_tabs_between_words():
    """A tab that does not indent is read, as YAML 1.2 allows; PyYAML's slow parser says that it cannot."""
    document, problems = read("a.yaml", b"title:\tfoo\n")
    assert document is None or document.data == {"title": "foo"}
    assert [problem.code for problem in problems] in ([], ["yaml-tab"])


# --- enduring --------------------------------------------------------------------------------------

HOSTILE = {  # all of these once took seconds, or the process with them
    "brackets": b"[" * 1_000_000,
    "braces": b"{" * 1_000_000,
    "brackets on lines": b"[\n" * 500_000,
    "hyphens": b"- " * 500_000,
    "question marks": b"? " * 500_000,
    "keys in keys": b"a: " * 300_000,
    "tag directives": b"".join(b"%%TAG !a%d! x\n" % n for n in range(60_000)) + b"---\na: b\n",
    "blank lines before %": b" \n" * 500_000 + b"%x",
    "duplicates": b"a: b\n" * 200_000,
    "aliases": b"a: &a [" + b"*a," * 300_000 + b"]",
    "bomb": b"a: &a [x,x,x,x,x,x,x,x,x]\n"
    + b"".join(b"%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n" % (n + 1, n + 1, *[n] * 8) for n in range(97, 107)),
    "merges": b"a0: &a0 {x: y}\n"
    + b"".join(b"a%d: &a%d {<<: [*a%d,*a%d]}\n" % (n, n, n - 1, n - 1) for n in range(1, 25)),
    "comments that cut": b"- a #5\n" * 140_000,
    "tags": b"- !a b\n" * 140_000,
    "escapes": b'a: "' + b"\\0" * 500_000 + b'"',
    "quotes": b'"a" ' * 200_000,
    "carriage returns": b"\r" * 1_000_000,
    "tabs": b"\t" * 1_000_000,
    "commas": b"[" + b"," * 1_000_000,
    "no colons": b"a\n" * 500_000,
    "many keys": b"".join(b"k%d: v\n" % n for n in range(80_000)),
}

READ_ALL = """
import sys, time
from podfeed.source.yaml import read
data = sys.stdin.buffer.read()
begin = time.perf_counter()
document, problems = read("a.yaml", data)
print(document is None, problems[0].code, len(problems), round(time.perf_counter() - begin, 3))
"""


@pytest.mark.parametrize("name", ["brackets", "braces", "hyphens", "question marks", "bomb"])
def test_a_hostile_file_never_ends_the_process(name):
    """What makes libyaml's composer overflow the stack is refused, in a process of its own to be sure."""
    ended = subprocess.run([sys.executable, "-c", READ_ALL], input=HOSTILE[name], capture_output=True, timeout=60)
    assert ended.returncode == 0, ended.stderr.decode()[-500:]
    assert ended.stdout.startswith(b"True yaml-")


READ_IN_TURN = """
import re, sys
from podfeed.source.yaml import read
lengths = map(int, sys.argv[1:])
for length in lengths:
    read("a.yaml", sys.stdin.buffer.read(length))
    print(int(re.search("VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1]) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux how much memory was needed at most")
def test_no_file_fills_the_memory():
    """All of them in one process, which never needs 100 MB."""
    command = [sys.executable, "-c", READ_IN_TURN, *(str(len(data)) for data in HOSTILE.values())]
    ended = subprocess.run(command, input=b"".join(HOSTILE.values()), capture_output=True, timeout=120)
    grown = [int(megabytes) for megabytes in ended.stdout.split()]
    assert len(grown) == len(HOSTILE) and max(grown) < 100, dict(zip(HOSTILE, grown, strict=False))


@pytest.mark.skipif(not library.__with_libyaml__, reason="the promise of speed is libyaml's")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_quickly(name):
    """No file of up to 1 MiB occupies the program for long, and none floods the editor with messages."""
    begin = time.process_time()
    _, problems = read("a.yaml", HOSTILE[name])
    assert time.process_time() - begin < 1  # 0.4 s at most on the slowest machine we had
    assert any(problem.is_error for problem in problems)
    assert 1 <= len(problems) <= 60


PIECES = (
    b":",
    b": ",
    b" #5",
    b"\t",
    b"\n",
    b"- ",
    b"[",
    b"]",
    b"{",
    b"}",
    b"&a ",
    b"*a",
    b"!x ",
    b"'",
    b'"',
    b"|",
    b">",
)
PIECES += (
    b"%",
    b"@",
    b"?",
    b"? ",
    b"---\n",
    b"...\n",
    b"<<: ",
    b"\\x",
    b"\x00",
    b"\xff",
    b"\xc3",
    b"\r",
    b"\xe2\x80\xa8",
)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """`data` with one to six bytes or pieces changed, dropped, doubled or put in."""
    body = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(body))
        match chance.randrange(5):
            case 0:
                body[at] = chance.randrange(256)
            case 1:
                del body[at : at + chance.randint(1, 12)]
            case 2:
                body[at:at] = body[at : at + chance.randint(1, 40)] * chance.randint(1, 3)
            case _:
                body[at:at] = chance.choice(PIECES)
        if not body:
            break
    return bytes(body)


def endure(seeds: range) -> None:
    slowest = 0.0
    for seed in seeds:
        data = mutated(EPISODE.encode(), random.Random(seed))
        begin = time.process_time()
        document, problems = read("episodes/a.yaml", data)
        for problem in problems:
            assert full(problem), seed
            assert problem.code in yaml.MANUAL, seed
            assert problem.span.line or problem.code in ("empty-file", "file-too-large"), (seed, problem)
        if document:
            document.span("segments", 1, "start")
        assert document is not None or any(problem.is_error for problem in problems), seed
        slowest = max(slowest, time.process_time() - begin)
    assert slowest < 0.5


def test_mutated_files():
    """Whatever is done to a file: no exception, always a place, each in under half a second."""
    endure(range(1_500))


def test_mutated_files_in_the_python_parser(monkeypatch):
    """The same without libyaml."""
    monkeypatch.setattr(yaml, "LOADER", library.BaseLoader)
    endure(range(150))


@pytest.mark.slow
def test_many_mutated_files():
    """The same at length."""
    endure(range(10_000, 30_000))
