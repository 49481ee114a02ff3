"""What can be wrong with a show as a whole: `check(show)` asks every rule of `rules.RULES`."""

from __future__ import annotations

from podfeed.check.rules import RULES
from podfeed.model import Show
from podfeed.problem import Problem, by_place


def check(show: Show) -> tuple[Problem, ...]:
    """Every finding of every rule, in the order of the files; findings in drafts never stop the show."""
    from dataclasses import replace

    drafts = {e.origin.span().path for e in show.episodes if e.draft and e.origin}
    found = (problem for rule in RULES for problem in rule(show))
    return by_place(replace(p, level="warning") if p.is_error and p.span.path in drafts else p for p in found)
