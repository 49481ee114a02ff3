"""Findings that a newsroom has looked at and lives with: `waive: {rule: reason}`, for a show or one episode.

A waived finding is still shown, with its reason, and counts for nothing. A waiver that says nothing true is a finding
itself: of no rule, of a rule that protects listeners, or one that no longer meets anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from podfeed.model import Show, Waiver
from podfeed.problem import Origin, Problem, Span, error, warning
from podfeed.text import closest

PROTECTED = frozenset(("same-guid", "guid-missing", "guid-twice", "guid-form", "two-files-one-name"))
"""Without these an episode is lost, comes twice, or goes out too early: no reason is good enough."""

OF_EMBEDDING = frozenset(("embed-unsupported", "embed-failed"))
OF_READING = OF_EMBEDDING | frozenset((
    "address-not-encoded", "audio-estimated-duration", "audio-misleading-length", "audio-odd-chapters", "audio-truncated",
    "comment-cuts-text", "recording-not-secure", "story-contradiction", "stray-file", "template-unused",
))  # fmt: skip
"""Warnings of reading the files, which can be lived with too; where the same code is an error, it cannot. Those of embedding
come only with a build."""

MANUAL = {
    "waiver-unknown": "Under waive: stands a word that is no rule, so it waives nothing. Only the findings of rules and "
    "warnings can be waived (docs/rules.md lists them); what a feed cannot do without has to be written. Correct the word, or take it out.",
    "waiver-refused": "The rule keeps listeners from losing an episode, getting it twice or hearing it too early. No reason "
    "makes that right, so it cannot be waived. Take the waiver out and mend what the rule found.",
    "waiver-unused": "The rule finds nothing any more that this waiver could be for. Left in place it would hide the next "
    "mistake. Take it out.",
}


def apply(
    show: Show, problems: Iterable[Problem], rules: Collection[str], *, asked: Collection[str]
) -> tuple[Problem, ...]:
    """The problems with those marked that are waived, and what is wrong with the waivers.

    `rules` are the codes of all rules, `asked` of those whose findings are in `problems`.
    """
    problems = tuple(problems)
    waivers = tuple(_waivers(show))
    if not waivers:
        return problems
    used: set[int] = set()
    unasked = set(rules) - set(asked)
    marked = tuple(_marked(problem, waivers, used) for problem in problems)
    return (
        *marked,
        *(
            p
            for number, row in enumerate(waivers)
            for p in _judged(*row, rules, number in used or row[0].rule in unasked)
        ),
    )


def marked(show: Show, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems with those marked that are waived; of the waivers themselves nothing is said."""
    waivers = tuple(_waivers(show))
    return tuple(_marked(problem, waivers, set()) for problem in problems)


def _waivers(show: Show) -> Iterator[tuple[Waiver, Span, str | None]]:
    """Each with its place, and the file that it holds for (None: every file); an episode's come before the show's."""
    for episode in show.episodes:
        for waiver in episode.waive:
            yield waiver, _place(episode.origin, waiver), _place(episode.origin, waiver).path
    for waiver in show.waive:
        yield waiver, _place(show.origin, waiver), None


def _place(origin: Origin | None, waiver: Waiver) -> Span:
    return origin.span("waive", waiver.rule, key=True) if origin else Span("show.yaml")


def _marked(problem: Problem, waivers: tuple[tuple[Waiver, Span, str | None], ...], used: set[int]) -> Problem:
    for number, (waiver, _, path) in enumerate(waivers):
        fits = waiver.rule == problem.code and path in (None, problem.span.path)
        fits = fits and (problem.is_warning or problem.code not in OF_READING)
        if fits and waiver.rule not in PROTECTED:
            used.add(number)
            return replace(problem, waived=waiver.reason)
    return problem


def _judged(waiver: Waiver, span: Span, path: str | None, rules: Collection[str], used: bool) -> Iterator[Problem]:
    if waiver.rule in PROTECTED:
        message = f"the rule {waiver.rule} protects listeners and cannot be waived"
        yield error("waiver-refused", message, span, "take it out, and mend what the rule finds")
    elif waiver.rule not in rules:
        near = closest(waiver.rule, rules)
        hint = f"did you mean {near}?" if near else "docs/rules.md lists the rules"
        yield error("waiver-unknown", f"there is no rule `{waiver.rule}` that could be waived", span, hint)
    elif not used:
        yield warning(
            "waiver-unused", f"the rule {waiver.rule} finds nothing here any more", span, "take the waiver out"
        )
