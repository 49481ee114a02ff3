"""`waive:` in show.yaml and in an episode: the finding stays visible with its reason, and a waiver must be true."""

from __future__ import annotations

from pathlib import Path

import pytest
from newsroom import EPISODE, SHOW, make, mp3, png

from podfeed.problem import concise, count, github, show
from podfeed.steps import look

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
