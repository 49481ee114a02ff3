"""The rows of the benchmark's table, and how they are shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from measure import Ratio

SLACK = 1.25
"""Machines are noisy: up to so many times its target a figure fails nobody."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was measured. `measured` is judged against `target`: at most that, or at least where `least`.

    `gate` is False where the figure is wall time or says more about the machine than about us: shown, never failed.
    """

    goal: str
    what: str
    measured: float
    target: float | None = None
    unit: str = "x"
    least: bool = False
    gate: bool = True
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.target is None:
            return ""
        share = self.target / self.measured if self.least and self.measured else self.measured / self.target
        if share <= 1:
            return "met"
        return "within slack" if share <= SLACK else f"missed by {share:.1f}x"

    @property
    def fails(self) -> bool:
        return self.gate and self.verdict.startswith("missed")


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that could not be measured here, and why."""

    goal: str
    what: str
    why: str


def compared(goal: str, what: str, ratio: Ratio, *, cpu: float | None = None, wall: float | None = None) -> list[Row]:
    """A comparison as rows: processor time, which gates, and wall time, which is reported."""
    note = f"{seconds(ratio.ours.cpu)} by {seconds(ratio.theirs.cpu)}, {ratio.pairs} pairs"
    walls = f"{seconds(ratio.ours.wall)} by {seconds(ratio.theirs.wall)}"
    return [
        Row(goal, f"{what}: CPU", ratio.cpu, cpu, note=note),
        Row(goal, f"{what}: wall", ratio.wall, wall, gate=False, note=walls),
    ]


def seconds(value: float) -> str:
    """A time as it is easily read."""
    return f"{value:.1f} s" if value >= 1 else f"{value * 1000:.0f} ms" if value >= 0.01 else f"{value * 1e6:.0f} µs"


def figure(value: float, unit: str) -> str:
    """A number as it is easily read: three digits that matter, and what it counts."""
    text = f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 100 else f"{value:,.0f}"
    return text + ("" if unit == "x" else f" {unit}")


HEAD = ("goal", "what", "target", "measured", "", "from")


def cells(row: Row | Skipped) -> tuple[str, ...]:
    if isinstance(row, Skipped):
        return (row.goal, row.what, "", "", "skipped", row.why)
    target = "" if row.target is None else ("≥ " if row.least else "≤ ") + figure(row.target, row.unit)
    return (row.goal, row.what, target, figure(row.measured, row.unit), row.verdict, row.note)


def text(rows: Iterable[Row | Skipped]) -> str:
    """The table for a terminal."""
    table = [HEAD, *map(cells, rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(HEAD))]
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in table)


def markdown(rows: Iterable[Row | Skipped]) -> str:
    """The table for a README."""
    lines = [HEAD, ("---",) * len(HEAD), *map(cells, rows)]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
