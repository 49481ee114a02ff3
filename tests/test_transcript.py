"""Transcripts in five formats become the same cues; cues become captions that can be read back."""

from __future__ import annotations

import random
import time
from datetime import timedelta
from pathlib import Path

import pytest
import webvtt

from podfeed.captions import to_srt, to_vtt
from podfeed.model import Cue
from podfeed.source.transcript import LARGEST, MANUAL, TranscriptFacts, TranscriptRefused, read_transcript
from podfeed.text import illegal_character


def at(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def cue(start: float | None, end: float | None, speaker: str | None, text: str) -> Cue:
    return Cue(
        start=None if start is None else at(start), end=None if end is None else at(end), speaker=speaker, text=text
    )


def read(folder: Path, name: str, text: str | bytes) -> TranscriptFacts | TranscriptRefused:
    data = text if isinstance(text, bytes) else text.encode()
    (folder / name).write_bytes(data)
    return read_transcript(folder / name)


def cues(folder: Path, name: str, text: str | bytes) -> list[Cue]:
    answer = read(folder, name, text)
    assert isinstance(answer, TranscriptFacts), answer
    return list(answer.cues)


TWO = [cue(1, 4.5, "Ann Lee", "Good morning & welcome."), cue(3605, 3609, "Bob", "Nine to eight.")]

SAME = {
    # the same two cues in every format that has times
    "a.vtt": """WEBVTT - The show
Kind: captions

NOTE
by hand

STYLE
::cue { color: red }

1
00:00:01.000 --> 00:00:04.500 align:start
<v.loud Ann Lee>Good <i>morning</i> &amp;
welcome.</v>

01:00:05.000 --> 01:00:09.000
<v Bob>Nine to eight.
""",
    "b.vtt": "\ufeffWEBVTT\r\n\r\n00:01.000 --> 00:04.500\r\n<v Ann Lee>Good morning &amp; welcome.\r\n\r\n"
    "1:00:05.000 --> 1:00:09.000\r\n<v Bob>Nine to eight.",
    "c.vtt": "WEBVTT\n00:01.000 --> 00:04.500\n<v Ann Lee>Good morning &amp; welcome.\n\n"
    "NOTE no\n\n1:00:05.000 --> 1:00:09.000\n<v Bob>Nine to eight.",
    "a.srt": "1\n00:00:01,000 --> 00:00:04,500\nAnn Lee: Good <b>morning</b>\n& welcome.\n\n"
    "2\n01:00:05,000 --> 01:00:09,000\nBob: Nine to\n\neight.\n\n3\n",
    "a.json": '{"version": "1.0.0", "segments": [{"speaker": "Ann Lee", "startTime": 1, "endTime": 4.5, '
    '"body": "Good morning & welcome."}, {"speaker": "Bob", "startTime": 3605.0, "endTime": "3609", '
    '"body": "Nine to eight."}, {"body": " "}, 7]}',
    "whisper.json": '{"text": "…", "language": "en", "segments": [{"id": 0, "start": 1.0, "end": 4.5, "speaker": '
    '"Ann Lee", "text": " Good morning & welcome."}, {"start": 3605, "end": 3609, "speaker": "Bob", "text": '
    '"Nine to eight."}]}',
}


@pytest.mark.parametrize("name", SAME)
def test_timed_forms(name: str, tmp_path: Path) -> None:
    """WebVTT, SubRip and both kinds of JSON give the same times, voices and words."""
    assert cues(tmp_path, name, SAME[name]) == TWO


HTML = """<!doctype html><html><head><title>Not said</title><style>p {}</style></head><body>
<!-- <p>not said</p> -->
<cite><b>Ann</b> Lee:</cite>
<time>0:01</time>
<p>Good <em>morning</em> &amp; welcome.<br>To all.</p>
<script>alert("not said")</script>
<cite>Bob:</cite><time>1:00:05</time><p>Nine to eight.</p><p>Yes.</p>
</body></html>"""


def test_html(tmp_path: Path) -> None:
    """The namespace's form: cite, time, p; markup, comments, scripts and the head are not said."""
    assert cues(tmp_path, "a.html", HTML) == [
        cue(1, None, "Ann Lee", "Good morning & welcome. To all."),
        cue(3605, None, "Bob", "Nine to eight."),
        cue(None, None, "Bob", "Yes."),
    ]


def test_any_html(tmp_path: Path) -> None:
    """A page of another shape gives its text, a paragraph a cue."""
    found = cues(tmp_path, "a.html", "<div>One<br/>two</div><h2>Three</h2><ul><li>4<li>5</ul> 6 &lt;7")
    assert [c.text for c in found] == ["One two", "Three", "4", "5", "6 <7"]


TXT = """ANN LEE: Good morning.
It is Monday: the council votes.

[00:12:30] Bob Frost: Nine to eight.

(1:00:05)
What now?

1:02:03 ANN LEE:  Well.

12:30 is when the ferry leaves.

Read more: https://a.example/
"""


def test_txt(tmp_path: Path) -> None:
    """Paragraphs, with times and names where they are meant as such."""
    assert cues(tmp_path, "a.txt", TXT) == [
        cue(None, None, "ANN LEE", "Good morning. It is Monday: the council votes."),
        cue(750, None, "Bob Frost", "Nine to eight."),
        cue(3605, None, "Bob Frost", "What now?"),
        cue(3723, None, "ANN LEE", "Well."),
        cue(None, None, "ANN LEE", "12:30 is when the ferry leaves."),
        cue(None, None, "ANN LEE", "Read more: https://a.example/"),
    ]


def test_several_voices_in_a_caption(tmp_path: Path) -> None:
    """Each has a cue of its own; a voice is text, not markup."""
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n- <v A&amp;B>Yes.</v> <v Čapek>No, <c.x>3 &lt; 4</c>.\n"
    assert cues(tmp_path, "a.vtt", text) == [
        cue(1, 2, None, "-"),
        cue(1, 2, "A&B", "Yes."),
        cue(1, 2, "Čapek", "No, 3 < 4."),
    ]


def test_facts(tmp_path: Path) -> None:
    """Type, size and a stamp that follows the bytes."""
    first, second = read(tmp_path, "a.vtt", SAME["a.vtt"]), read(tmp_path, "a.vtt", SAME["a.vtt"] + "\n")
    assert isinstance(first, TranscriptFacts) and isinstance(second, TranscriptFacts)
    assert (first.media_type, first.length) == ("text/vtt", len(SAME["a.vtt"].encode()))
    assert first.stamp != second.stamp and first.cues == second.cues


def test_utf16(tmp_path: Path) -> None:
    """What Windows calls Unicode is read when it says so."""
    assert cues(tmp_path, "a.txt", "Ann: Grüße".encode("utf-16")) == [cue(None, None, "Ann", "Grüße")]


REFUSED = [
    ("a.vtt", "", "transcript-wrong-shape", 1),
    ("a.vtt", "WEBVTT\n", "transcript-empty", 0),
    ("a.vtt", "WEBVTTX\n\n00:01.000 --> 00:02.000\nx", "transcript-wrong-shape", 1),
    ("a.vtt", SAME["a.srt"], "transcript-wrong-shape", 1),
    ("a.vtt", "WEBVTT\n\n00:01.000 -> 00:02.000\nx", "transcript-wrong-shape", 3),
    ("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nx\n\nn\n00:0z.000 --> 1\ny", "transcript-wrong-shape", 7),
    ("a.vtt", "WEBVTT\n\n00:01.000 --> 00:99.000\nx", "transcript-wrong-shape", 3),
    ("a.srt", "", "transcript-empty", 0),
    ("a.srt", "hello", "transcript-wrong-shape", 1),
    ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\n\n", "transcript-empty", 0),
    ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\nx\n\n2\n00:00:03,000 - 00:00:04,000\ny", "transcript-wrong-shape", 5),
    ("a.json", "", "transcript-wrong-shape", 1),
    ("a.json", '{\n"segments": [}', "transcript-wrong-shape", 2),
    ("a.json", "[" * 100_000, "transcript-wrong-shape", 0),
    ("a.json", '{"words": []}', "transcript-wrong-shape", 0),
    ("a.json", '{"segments": []}', "transcript-empty", 0),
    ("a.html", "", "transcript-empty", 0),
    ("a.html", "<p></p>", "transcript-empty", 0),
    ("a.txt", " \n\n", "transcript-empty", 0),
    ("a.txt", b"one\ntw\xf6", "transcript-not-text", 2),
    ("a.pdf", "x", "transcript-unknown-type", 0),
    ("a.txt", "x" * (LARGEST + 1), "transcript-too-big", 0),
    ("a.txt", "x\n\n" * 50_001, "transcript-too-big", 0),
]


@pytest.mark.parametrize(("name", "text", "code", "line"), REFUSED)
def test_refused(name: str, text: str | bytes, code: str, line: int, tmp_path: Path) -> None:
    """Empty and unparseable files of every format are refused with a code, words and the line."""
    answer = read(tmp_path, name, text)
    assert isinstance(answer, TranscriptRefused)
    assert (answer.code, answer.line) == (code, line) and answer.code in MANUAL
    assert answer.message and answer.hint and "Error" not in answer.message


def test_not_a_file(tmp_path: Path) -> None:
    """Absent, a folder, a link."""
    (tmp_path / "folder.vtt").mkdir()
    (tmp_path / "link.vtt").symlink_to("x")
    for name in ("absent.vtt", "folder.vtt", "link.vtt"):
        answer = read_transcript(tmp_path / name)
        assert isinstance(answer, TranscriptRefused) and answer.code == "transcript-missing"


def test_nonsense_in_json(tmp_path: Path) -> None:
    """Times that are none are absent; other types are no words."""
    text = """{"segments": [{"startTime": NaN, "endTime": 1e999, "body": "a"}, {"startTime": -1, "endTime": 5, "body": "b"},
    {"startTime": true, "speaker": 7, "body": "c"}, {"startTime": 9, "endTime": 3, "body": "d\\u0000\\ud800"},
    {"startTime": "0:02", "endTime": [], "body": "e"}, {"body": null}, {"body": ["f"]}, {"startTime": 1e300, "body": "g"}]}"""
    assert cues(tmp_path, "a.json", text) == [
        cue(None, None, None, "a"),
        cue(None, None, None, "b"),
        cue(None, None, None, "c"),
        cue(9, None, None, "d"),
        cue(2, None, None, "e"),
        cue(None, None, None, "g"),
    ]


def test_escapes_in_json(tmp_path: Path) -> None:
    """Half characters and controls that an escape brings leave the words and the names of who speaks."""
    text = r'{"segments": [{"speaker": "A\ud800nn\u001b[31m\ufffe", "body": "x\udc00\u0000y\u009b"}]}'
    assert cues(tmp_path, "a.json", text) == [cue(None, None, "Ann[31m", "xy")]
    assert cues(tmp_path, "a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v A&#x1b;>x&#xD800;&#0;y\n")[0].speaker == "A"


UNITS = (
    "<!--",
    "<a ",
    "<v ",
    "&#9",
    "<",
    ">",
    "<v a>x",
    "<script>",
    "<script></script>",
    "<p>",
    "<cite>a<b>",
    "<time>1",
)
UNITS += ("[", "\n\n", "a: ", "A ", "00:00:01.000 --> 00:00:02.000\n", "-->", " ", "1", "</", "0:", "İ", "[1:00] ")
HEADS = {
    ".vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\n",
    ".srt": "1\n00:00:01,000 --> 00:00:02,000\n",
    ".json": "",
    ".html": "",
    ".txt": "",
}


def _every_unit(folder: Path, size: int, limit: float) -> None:
    for ending, head in HEADS.items():
        for unit in UNITS:
            start = time.process_time()
            answer = read(folder, "a" + ending, head + unit * (size // len(unit.encode())))
            assert time.process_time() - start < limit, (ending, unit)
            assert isinstance(answer, TranscriptFacts) or answer.code in MANUAL


def test_no_file_takes_long(tmp_path: Path) -> None:
    """Whatever is repeated, 100 kB take no time to speak of (a quadratic reader needs minutes)."""
    _every_unit(tmp_path, 100_000, 0.5)


@pytest.mark.slow
def test_the_largest_files(tmp_path: Path) -> None:
    """The same with the largest file that is read; ten seconds of it on the machines that we know, less than twenty on others."""
    _every_unit(tmp_path, LARGEST - 100, 20)


def test_damaged(tmp_path: Path) -> None:
    """1,000 damaged transcripts: legal cues or a refusal."""
    chance = random.Random(3)
    seeds = {**{name.rpartition(".")[2]: text for name, text in SAME.items()}, "html": HTML, "txt": TXT}
    for number in range(1000):
        ending = list(seeds)[number % len(seeds)]
        letters = list(seeds[ending])
        for _ in range(chance.randint(1, 12)):
            letters[chance.randrange(len(letters))] = chance.choice("<>&:-\n\t[]{}\"'0\0\x0b\ufffe\u202e9 ")
        answer = read(tmp_path, f"a.{ending}", "".join(letters))
        for one in answer.cues if isinstance(answer, TranscriptFacts) else ():
            assert illegal_character(one.text + (one.speaker or "")) is None
            assert one.end is None or (one.start is not None and one.start <= one.end)


# --- captions --------------------------------------------------------------------------------------------------------

WORDS = "The council approves the bridge, nine to eight, and the last ferry pilot looks back & <laughs> --> out loud."
CUES = (
    cue(0.5, 3, "Ann & <Lee>", "Good morning."),
    cue(3, 9, "Ann & <Lee>", WORDS),
    cue(9, None, None, "Music"),
    cue(12, 12, "Bob", "x" * 100),
    cue(None, None, "Bob", "never timed"),
    cue(20, 21, "Bob", "  "),
)


def test_vtt(tmp_path: Path) -> None:
    """Our WebVTT is what an independent reader and our own take for the same cues, in lines of 65 characters."""
    text = to_vtt(CUES, "en-GB")
    (tmp_path / "a.vtt").write_text(text)
    found = webvtt.read(tmp_path / "a.vtt")
    assert [(c.start, c.end) for c in found.captions][:3] == [
        ("00:00:00.500", "00:00:03.000"),
        ("00:00:03.000", "00:00:09.000"),
        ("00:00:09.000", "00:00:10.000"),
    ]
    assert text.startswith("WEBVTT\n\nNOTE Language: en-GB\n\n") and text.endswith("x\n")
    own = cues(tmp_path, "a.vtt", text)
    assert [(c.speaker, c.text) for c in own][:3] == [
        ("Ann & <Lee>", "Good morning."),
        ("Ann & <Lee>", WORDS),
        (None, "Music"),
    ]
    assert "".join(own[3].text.split()) == "x" * 100 and len(own) == 4
    lines = [line.rpartition("<v ")[2].partition(">")[2] or line for line in text.split("\n")]
    assert max(len(line.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")) for line in lines) <= 65
    assert all("-->" not in line or line[0].isdigit() for line in lines)


def test_srt(tmp_path: Path) -> None:
    """SubRip has two lines of 32 characters at most; a long cue is cut in time without a gap, and voices are named once."""
    text = to_srt(CUES, "en")
    blocks = [block.split("\n") for block in text.strip().split("\n\n")]
    assert [block[0] for block in blocks] == [str(number) for number in range(1, len(blocks) + 1)]
    assert all(len(block) <= 4 and all(len(line) <= 32 for line in block[2:]) for block in blocks)
    times = [block[1].split(" --> ") for block in blocks]
    assert times[0] == ["00:00:00,500", "00:00:03,000"]
    assert times[1][0] == "00:00:03,000" and times[1][1] == times[2][0] and times[2][1] == "00:00:09,000"
    assert text.count("Ann & <Lee>: ") == 1 and "-->" not in " ".join(" ".join(block[2:]) for block in blocks)
    (tmp_path / "a.vtt").write_text("WEBVTT\n\n" + text.replace(",", "."))
    assert len(webvtt.read(tmp_path / "a.vtt").captions) == len(blocks)


def test_round_trip(tmp_path: Path) -> None:
    """What every timed form says survives our own WebVTT and SubRip."""
    assert cues(tmp_path, "a.vtt", to_vtt(TWO)) == TWO
    assert cues(tmp_path, "a.srt", to_srt(TWO)) == TWO
    assert to_vtt(()) == "WEBVTT\n"
