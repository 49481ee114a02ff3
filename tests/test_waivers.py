"""`waive:` in show.yaml and in an episode: the finding stays visible with its reason, and a waiver must be true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from newsroom import EPISODE, SHOW, make, mp3, png

from podfeed.check.waivers import OF_EMBEDDING, OF_READING, marked
from podfeed.problem import Span, concise, count, error, github, show, warning
from podfeed.steps import look
from tests import sound

CLIP = EPISODE + "clips: {start: 0:10, length: 5s}\n"


def problems(folder: Path, show: str = "", episode: str = "", second: str | None = None):
    files = {"show.yaml": SHOW + show, "episodes/vote.yaml": CLIP + episode}
    made = make(folder, files)
    if second is not None:
        (made / "media/second.mp3").write_bytes(mp3(1700))
        text = CLIP.replace("morning.mp3", "second.mp3").replace('title: "The harbour vote: what now?"', "title: B")
        (made / "episodes/second.yaml").write_text(text + second)
    return look(made).problems


def test_a_show_waives_with_a_reason(tmp_path: Path):
    """Every finding of the rule is marked, shown with its reason in each form, and counts for nothing."""
    found = problems(tmp_path, show="waive: {clip-length: we like them short}\n", second="")
    assert [(p.code, p.waived) for p in found] == [("clip-length", "we like them short")] * 2
    assert not any(p.is_error or p.is_warning for p in found) and count(found) == "2 waived"
    assert "waived[clip-length]" in concise(found[0]) and "we like them short" in concise(found[0])
    assert github(found[0]).startswith("::notice ") and "waived: we like them short" in show(found, "full")
    assert '"waived": "we like them short"' in show(found, "json")


def test_an_episode_waives_for_itself(tmp_path: Path):
    """The same finding in another episode still counts."""
    found = problems(tmp_path, episode="waive: {clip-length: a jingle}\n", second="")
    assert [(p.span.path, p.waived) for p in found] == [
        ("episodes/second.yaml", None),
        ("episodes/vote.yaml", "a jingle"),
    ]


@pytest.mark.parametrize(("waiver", "code", "level", "hint"), [
    ("{clip-lenght: a jingle, clip-length: a jingle}", "waiver-unknown", "error", "did you mean clip-length?"),
    ("{same-guid: moved, clip-length: a jingle}", "waiver-refused", "error", "mend what the rule finds"),
    ("{cover-size: later, clip-length: a jingle}", "waiver-unused", "warning", "take the waiver out"),
    ("{podcast-person: later, clip-length: a jingle}", "waiver-unused", "warning", "take the waiver out"),
])  # fmt: skip
def test_a_waiver_that_is_not_true(tmp_path: Path, waiver: str, code: str, level: str, hint: str):
    """No such rule, a rule that protects listeners, a rule that finds nothing: each is told at its place."""
    found = [p for p in problems(tmp_path, show=f"waive: {waiver}\n") if not p.waived]
    assert [(p.code, p.level) for p in found] == [(code, level)]
    assert hint in (found[0].hint or "") and (found[0].span.path, found[0].span.line) == ("show.yaml", 11)


@pytest.mark.parametrize("waiver", ["{clip-length: }", "{clip-length: ''}", "[clip-length]", "clip-length"])
def test_a_waiver_without_reason(tmp_path: Path, waiver: str):
    """A waiver needs its reason; the message says where it is missing."""
    found = [p for p in problems(tmp_path, show=f"waive: {waiver}\n") if p.code != "clip-length"]
    assert len(found) == 1 and found[0].is_error and found[0].span.line == 11, found


def test_errors_of_the_feed_are_told_at_the_yaml(tmp_path: Path):
    """What only the rendered feed shows is found, at the line that the editor wrote."""
    found = problems(tmp_path, show=f"copyright: {'x' * 256}\n", episode="waive: {clip-length: x}\n")
    assert [(p.code, p.span.path, p.span.line) for p in found if not p.waived] == [("value-length", "show.yaml", 11)]


def test_a_heavy_cover_is_told(tmp_path: Path):
    """A cover of more than 512 kB is a warning at its line; one below is none."""
    files = {"media/cover.png": png() + bytes(600_000)}
    assert [(p.code, p.span.line) for p in look(make(tmp_path, files)).problems] == [("cover-heavy", 8)]


RATES = [128, 128, 320] * 900
JOINED = sound.xing(RATES, frames=100) + sound.vbr(RATES)  # joined of two: the header knows of the first only
ELSEWHERE = EPISODE.replace("audio: morning.mp3", "audio: http://cdn.example/a b.mp3\nduration: 28:41\nlength: 1722202")
SHORT = EPISODE.partition("segments:")[0]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (SHORT, ["audio-misleading-length"]),
        (ELSEWHERE, ["address-not-encoded", "recording-not-secure"]),
    ],
)
def test_warnings_about_a_recording_can_be_waived(tmp_path: Path, text: str, codes: list[str]):
    """What reading a recording warns of is waived like the findings of rules, by the show and by the episode."""
    waiver = "waive: {" + ", ".join(f"{code}: an old recording" for code in codes) + "}\n"
    plain = {"episodes/vote.yaml": text, "media/morning.mp3": JOINED}
    found = look(make(tmp_path / "plain", plain)).problems
    assert [p.code for p in found if p.code in codes and p.is_warning] == codes, found
    for number, files in enumerate(({"show.yaml": SHOW + waiver}, {"episodes/vote.yaml": text + waiver})):
        found = look(make(tmp_path / str(number), {**plain, **files})).problems
        assert [(p.code, p.waived) for p in found if p.code in codes] == [(c, "an old recording") for c in codes], found
        assert not any(p.code.startswith("waiver-") for p in found)


def test_an_error_of_reading_cannot_be_waived(tmp_path: Path):
    """The same word waives a warning, and never what stops a publication."""
    folder = make(tmp_path, {"show.yaml": SHOW + "waive: {audio-truncated: an old recording}\n"})
    shown = look(folder).everything
    assert shown is not None
    span = Span("episodes/vote.yaml", 3, 8)
    both = (warning("audio-truncated", "cut", span), error("audio-truncated", "cut", span))
    assert [problem.waived for problem in marked(shown, both)] == ["an old recording", None]


def test_every_warning_of_reading_is_in_the_list():
    """A new warning in the sources is one that an editor can live with, or is named here with the reason."""
    source = Path(__file__).parent.parent / "podfeed" / "source"
    texts = [path.read_text() for path in source.rglob("*.py")]
    found = {code for text in texts for code in re.findall(r'warning\(\s*"([a-z-]+)"', text)}
    found |= {code for text in texts for code in re.findall(r'remarks? ?(?:=|\.append\()\s*\(\s*"([a-z-]+)"', text)}
    found |= {code for text in texts for code in re.findall(r'return ready, \[\("([a-z-]+)"', text)}
    assert found and found <= OF_READING and found >= OF_READING - OF_EMBEDDING, found ^ OF_READING
