"""A small show without a recording of its own, quick to load, for tests that put hostile things into it."""

from __future__ import annotations

from pathlib import Path

from newsroom import PEOPLE, SHOW, STORIES, make

from podfeed.check import check
from podfeed.problem import Problem
from podfeed.source.load import load

EPISODE = """\
title: The harbour vote
date: 2026-03-02 06:00
audio: https://cdn.example/morning.mp3
length: 1000000
duration: 28:41
"""


def folder(where: Path, files: dict[str, str | bytes] | None = None) -> Path:
    """The show, with `files` added or put in place of its own."""
    ours: dict[str, str | bytes] = {
        "media/morning.mp3": b"",
        "episodes/vote.yaml": EPISODE,
    }
    return make(where, {**ours, **(files or {})})


def problems(where: Path, files: dict[str, str | bytes] | None = None) -> list[Problem]:
    """All that an editor is told of the show with `files`."""
    show, found = load(folder(where, files))
    return [*found, *(check(show) if show else ())]


__all__ = ["EPISODE", "PEOPLE", "SHOW", "STORIES", "folder", "problems"]
