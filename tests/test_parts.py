"""A site is worked out part by part, and what an earlier build worked out is as good as new."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pagesite
import pytest

from podfeed import output, site
from podfeed.output import Site
from tests import shows


def encoded(text: str) -> bytes:
    return text.encode()


class Notebook:
    """Remembers everything, as `podfeed.memory` does between two builds; `asked` counts what was found and what not."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], tuple[str, Any]] = {}
        self.found: list[str] = []
        self.missed: list[str] = []

    def recall(self, kind: str, name: str, key: str) -> Any:
        known, value = self.kept.get((kind, name), ("", None))
        (self.found if known == key else self.missed).append(name)
        return value if known == key else None

    def keep(self, kind: str, name: str, key: str, value: object) -> None:
        self.kept[kind, name] = key, value


def built(show, notebook: Notebook | None = None) -> Site:
    if notebook:
        notebook.found, notebook.missed = [], []
    return site.build(show, pagesite.theme(), notebook)


def keys(made: Site) -> dict[str, tuple[str, str]]:
    return {path: (one.media_type, one.key) for path, one in made.items()}


def test_what_is_remembered_is_what_would_be_made():
    show, notebook = shows.rich(), Notebook()
    first = built(show, notebook)
    assert not notebook.found
    second = built(show, notebook)
    assert notebook.found and not notebook.missed
    assert keys(second) == keys(first) == keys(built(show))
    for path, one in second.items():
        if one.make:
            assert one.body() == first[path].body(), path


@pytest.mark.parametrize("change", [{"title": "Another title"}, {"notes": "Other notes"}, {"tags": ("ferry",)}])
def test_an_edit_touches_the_parts_that_name_the_episode(change):
    """Its own part, its neighbours', its stories' and its people's; all others come from the build before."""
    show, notebook = shows.many(12), Notebook()
    built(show, notebook)
    edited = replace(show, episodes=(*show.episodes[:5], replace(show.episodes[5], **change), *show.episodes[6:]))
    after = built(edited, notebook)
    slugs = [episode.slug for episode in show.episodes]
    assert {name for name in notebook.missed if name.startswith("episode")} == {f"episode {s}" for s in slugs[4:7]}
    assert {name for name in notebook.found if name.startswith("episode")} == {
        f"episode {s}" for s in (*slugs[:4], *slugs[7:])
    }
    fresh = built(edited)
    assert keys(after) == keys(fresh)
    assert all(one.body() == fresh[path].body() for path, one in after.items() if one.make)


def test_a_part_is_worked_out_once_and_only_when_wanted():
    made = []

    def make(text: str):
        made.append(text)
        yield "a.txt", output.rendered("text/plain", encoded, text)
        yield "b.txt", output.rendered("text/plain", encoded, text)

    notebook = Notebook()
    one = output.part("one", make, "words")
    assert output.outputs_of(one, notebook)["a.txt"].body() == b"words" and made == ["words"]
    again = output.outputs_of(output.part("one", make, "words"), notebook)
    assert made == ["words"] and list(again) == ["a.txt", "b.txt"]
    assert again["a.txt"].body() == again["b.txt"].body() == b"words" and made == ["words", "words"]
    assert output.part("one", make, "words", salt="theme").key != one.key != output.part("one", make, "other").key
