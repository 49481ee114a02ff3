"""An editor's mistakes, one file each: the first lines say which problem to expect where, and a word of its hint."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from newsroom import make, png

from podfeed.check import check
from podfeed.manual import codes, manual
from podfeed.problem import Span, error, full, info, show, show_some, warning
from podfeed.source.load import load

CASES = sorted((Path(__file__).parent / "problems").glob("*.yaml"))
BESIDE = {
    "media/one.txt": "ANN: Good morning.\n",
    "media/two.txt": "ANN: Good day.\n",
    "media/small.png": png(300, 300),
}
EXPECT = re.compile(r"# expect: (?:(?P<level>warning) )?(?P<code>[\w-]+) (?P<place>\d+:\d+)(?: (?P<hint>.+))?")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_problem(case: Path, tmp_path: Path):
    """Each mistake is answered at its line and column, in its words, and with nothing else beside it."""
    text = case.read_text()
    expected = [match.groupdict() for match in EXPECT.finditer(text)]
    name = re.search(r"# file: (.+)", text)
    folder = make(tmp_path, {name[1] if name else "episodes/case.yaml": text, **BESIDE})
    if not name:
        (folder / "episodes/vote.yaml").unlink()
    show, problems = load(folder)
    found = [*problems, *(check(show) if show else ())]
    assert [(p.code, f"{p.span.line}:{p.span.column}") for p in found] == [(e["code"], e["place"]) for e in expected]
    for problem, wanted in zip(found, expected, strict=True):
        assert problem.level == (wanted["level"] or "error")
        assert (wanted["hint"] or "") in (problem.hint or "")
        assert problem.span.text in text.split("\n")
        assert "Traceback" not in full(problem)
        assert manual(problem.code)


def test_good_show_has_no_problem(tmp_path: Path):
    """The show that the mistakes are made in has none itself."""
    show, problems = load(make(tmp_path))
    assert show and not problems and not check(show)


def test_every_code_in_the_source_has_a_manual():
    """Whatever code a message carries, `podfeed explain` knows it."""
    source = Path(__file__).parent.parent / "podfeed"
    pattern = re.compile(r'(?:error|warning|refuse|Refused|_stop|_refuse)\(\s*"([a-z]+(?:-[a-z0-9]+)+)"')
    used = {code for file in source.rglob("*.py") for code in pattern.findall(file.read_text())}
    assert len(used) > 40 and used <= set(codes())


def test_a_build_says_the_same_thing_three_times_at_most():
    """All errors are shown, of each other kind the first three and how many more; `check` shows all."""
    places = [Span(f"episodes/{n}.yaml", 3, 1, 5, "audio: a.flac") for n in range(9)]
    rows = [warning("enclosure-format", "Apple does not play it", span, "publish an MP3") for span in places]
    rows += [info("embed-unsupported", "not written into it", span) for span in places[:4]]
    rows += [error("audio-missing", "it is not there", span) for span in places]
    rows += [replace(row, waived="Radio only") for row in rows[:3]]
    text = show_some(rows)
    assert text.count("warning[enclosure-format]: Apple") == 3 and text.count("info[embed-unsupported]: not") == 3
    assert text.count("error[audio-missing]") == 9 and text.count("waived[enclosure-format]") == 3
    assert "warning[enclosure-format]: 6 more places; podfeed check shows them all" in text
    assert "info[embed-unsupported]: 1 more place; podfeed check shows them all" in text
    assert show_some(rows[:3]) == show(rows[:3])
