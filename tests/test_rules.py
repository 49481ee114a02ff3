"""Every rule of the feed finds what it is for, at its place and in its words, and nothing in what is right.

tests/rules/<code>.yaml holds the examples of one rule: each puts a few lines into a feed that is right (`channel`, `item`
or whole `items`; elements of the same name give way, and so do those of `without`), and says what is found and where:
line and column inside those lines, or the tag outside them. Without `expect` nothing is found by any rule.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import shows
import yaml

from podfeed.check import check, check_rendered
from podfeed.check.feed import FEED_RULES, PODCAST_RULES, check_feed
from podfeed.check.finding import code
from podfeed.problem import Problem
from podfeed.render.feeds import main_feed

FOLDER = Path(__file__).parent / "rules"
RULES = {code(rule): rule for rule in (*FEED_RULES, *PODCAST_RULES)}
NOW = datetime(2026, 3, 3, tzinfo=UTC)
ADDRESS = "https://radio.example/feed.xml"

HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:psc="http://podlove.org/simple-chapters">
<channel>
"""
CHANNEL = (
    "<title>The Morning Tide</title>",
    "<link>https://radio.example/</link>",
    "<description>News of the harbour.</description>",
    "<language>en-gb</language>",
    f'<atom:link rel="self" href="{ADDRESS}"/>',
    "<itunes:author>Radio Example</itunes:author>",
    '<itunes:image href="https://radio.example/cover.jpg"/>',
    '<itunes:category text="News"/>',
    "<itunes:explicit>false</itunes:explicit>",
    "<podcast:guid>917393e3-1b1e-5cef-ace4-edaa54e1f810</podcast:guid>",
    "<podcast:locked>no</podcast:locked>",
)
ITEM = (
    "<title>The harbour vote</title>",
    "<link>https://radio.example/vote</link>",
    '<guid isPermaLink="false">vote</guid>',
    "<pubDate>Mon, 02 Mar 2026 06:00:00 +0000</pubDate>",
    '<enclosure url="https://radio.example/vote.mp3" length="13812345" type="audio/mpeg"/>',
    "<itunes:duration>1721</itunes:duration>",
)


@dataclass(frozen=True)
class Case:
    rule: str
    number: int
    row: dict

    def __str__(self) -> str:
        return f"{self.rule}-{self.number}"


QUICKER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # without libyaml it takes half a second
CASES = [
    Case(path.stem, number, row)
    for path in sorted(FOLDER.glob("*.yaml"))
    for number, row in enumerate(yaml.load(path.read_text(encoding="utf-8"), QUICKER), 1)
]


def _kept(base: tuple[str, ...], row: dict, kind: str) -> list[str]:
    """The lines of the base that the case leaves in place."""
    given = row.get(kind)
    if given is None:
        return list(base)
    names = {*re.findall(r"^<([\w:]+)", given, re.MULTILINE), *row.get("without", ())}
    return [line for line in base if re.match(r"<([\w:]+)", line)[1] not in names]  # type: ignore[index]


def compose(row: dict) -> tuple[str, int, int]:
    """The feed of a case, and the first and last line of what the case wrote."""
    if "feed" in row:
        return row["feed"], 1, row["feed"].count("\n") + 1
    given = next(row[key] for key in ("channel", "item", "items") if key in row)
    head = HEAD.replace(*row.get("replace", ("", "")))
    before = head.splitlines() + _kept(CHANNEL, row, "channel")
    item = ["<item>", *_kept(ITEM, row, "item"), "</item>"]
    if "channel" in row:
        lines, first = [*before, given.rstrip("\n"), *item], len(before) + 1
    elif "items" in row:
        lines, first = [*before, given.rstrip("\n")], len(before) + 1
    else:
        lines, first = [*before, *item[:-1], given.rstrip("\n"), item[-1]], len(before) + len(item)
    return "\n".join([*lines, "</channel></rss>"]), first, first + given.rstrip("\n").count("\n")


def told(problem: Problem, first: int, last: int) -> str:
    line = problem.span.line
    place = f"{line - first + 1}:{problem.span.column}" if first <= line <= last else problem.span.text.split()[0]
    return f"{place} {problem.level}: {problem.message} ({problem.hint})"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_example(case: Case):
    """The findings are exactly those that stand in the file, and all of them are of its rule."""
    text, first, last = compose(case.row)
    addresses = (case.row["served"],) if "served" in case.row else ()
    _, found = check_feed(text.encode(), "feed.xml", addresses=addresses, now=NOW)
    assert [told(problem, first, last) for problem in found] == case.row.get("expect", [])
    assert {problem.code for problem in found} <= {case.rule}


def test_every_rule_has_an_example_of_right_and_wrong():
    """No rule is without both, and no file without rule."""
    wrong = {case.rule for case in CASES if case.row.get("expect")}
    right = {case.rule for case in CASES if not case.row.get("expect")}
    assert wrong == right == set(RULES)


@pytest.mark.parametrize("rule", RULES.values(), ids=code)
def test_every_rule_is_its_own_manual(rule):
    """What, why and how to mend stand in the docstring, and where the rule comes from."""
    parts = (rule.__doc__ or "").strip().split("\n\n")
    assert len(parts) == 4, "what; why; how to mend; source"
    assert parts[3].strip().startswith("Source: https://")
    assert not re.search(r"\binvalid\b|!", rule.__doc__.replace("<!", ""))


@pytest.mark.parametrize("show", [shows.rich(), shows.minimal()], ids=["rich", "minimal"])
def test_our_own_feeds_have_no_finding(show):
    """What podfeed renders from a show that is right is right."""
    assert check_rendered(show, main_feed(show)) == ()
    assert [p.code for p in check(show)] in ([], ["no-transcript"])  # the rich show's bonus has none
