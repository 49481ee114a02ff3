"""Themes: every documented block can be filled, the documentation has them all, and the example is a theme that works."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from podfeed import model as m
from podfeed import paths, site
from podfeed.source.theme import read_theme
from podfeed.theme import Theme
from tests import newsroom, pagesite, shows
from tests.command import typed

ROOT = Path(__file__).parent.parent
DOCUMENT = (ROOT / "docs" / "themes.md").read_text("utf-8")
EXAMPLE = ROOT / "docs" / "example-theme" / "templates"
BLOCK = re.compile(r"{% block (\w+)")


def blocks() -> dict[str, list[str]]:
    """Template → the blocks that it brings, without those of the template that it extends."""
    found = {path.name: path.read_text("utf-8") for path in sorted(pagesite.TEMPLATES.glob("*.html"))}
    brought = {}
    for name, text in found.items():
        parent = re.search(r'{% extends "([\w.]+)" %}', text)
        inherited = BLOCK.findall(found[parent[1]]) if parent else ()
        brought[name] = [block for block in BLOCK.findall(text) if block not in inherited]
    return {name: rows for name, rows in brought.items() if rows}


def documented() -> dict[str, list[str]]:
    rows: dict[str, list[str]] = {}
    for template, block in re.findall(r"^\| `([\w.]+\.html)` \| `(\w+)` \|", DOCUMENT, re.MULTILINE):
        rows.setdefault(template, []).append(block)
    return rows


def test_the_documentation_has_every_block_and_no_other():
    """A new block is documented; one that is documented cannot go unnoticed."""
    assert {name: sorted(rows) for name, rows in documented().items()} == {n: sorted(r) for n, r in blocks().items()}
    assert sum(map(len, documented().values())) > 50


def test_the_documentation_has_every_property_and_no_other():
    """The custom properties at the top of the style sheet are those of the table; dark sets no others."""
    style = (pagesite.TEMPLATES / "static" / "style.css").read_text("utf-8")
    light, dark = (set(re.findall(r"(--[\w-]+):", part)) for part in style.split(":root {")[1:3])
    told = set(re.findall(r"^\| `(--[\w-]+)` \|", DOCUMENT, re.MULTILINE))
    assert told == light - {"--bar"}  # how high the player is: the script sets it
    assert dark <= told


def shows_with_everything() -> tuple[m.Show, ...]:
    """Every template and every block of it has a page in one of them."""
    stream = m.Stream(url="https://live.example/a.mp3", media_type="audio/mpeg")
    start = shows.HARBOUR_VOTE.date
    live = m.Live(guid="l", title="Live", start=start, end=start + shows.at(hours=1), status="live", streams=(stream,))
    return replace(pagesite.local(), live=(live,)), shows.rich()


def pages_of(theme: Theme) -> dict[str, str]:
    return {
        f"{number}/{path}": text
        for number, show in enumerate(shows_with_everything())
        for path, text in pagesite.html(site.build(show, theme)).items()
    }


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A theme in which every block of every template says its name before what podfeed has there; and its pages."""
    folder = tmp_path_factory.mktemp("show") / "templates"
    folder.mkdir()
    for template in blocks():
        rows = BLOCK.findall((pagesite.TEMPLATES / template).read_text("utf-8"))
        filled = "".join(
            f"{{% block {block} %}}[[{template} {block}]]{{{{ super() }}}}{{% endblock %}}" for block in rows
        )
        (folder / template).write_text(f'{{% extends "podfeed/{template}" %}}\n{filled}')
    return pages_of(read_theme(folder.parent))


@pytest.mark.parametrize(
    ("template", "block"), [(name, block) for name, rows in documented().items() for block in rows]
)
def test_every_block_can_be_filled(filled, template, block):
    """What a theme writes into a block is on a page of that kind; what every page fills, in the page's own template."""
    pages = "[\\w.]+" if template in ("base.html", "card.html") else re.escape(template)
    mark = re.compile(rf"\[\[{pages} {block}\]\]")
    assert any(mark.search(text) for text in filled.values())


def test_filling_changes_nothing_else(filled, tmp_path):
    """With the marks taken out, every page is what it was: `super()` gives all of a block, with its values."""
    plain = pages_of(read_theme(tmp_path))
    bare = {path: re.sub(r"\[\[[\w. ]+\]\]", "", text) for path, text in filled.items()}
    assert bare.keys() == plain.keys()
    for path, text in plain.items():
        assert "".join(bare[path].split()) == "".join(text.split()), path


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    folder = tmp_path_factory.mktemp("example")
    shutil.copytree(EXAMPLE, folder / "templates")
    return read_theme(folder)


def test_the_example_is_as_printed():
    """docs/themes.md prints the files of the example theme to the letter."""
    files = [path for path in EXAMPLE.rglob("*") if path.is_file()]
    assert len(files) == 3
    for path in files:
        assert f"\n{path.read_text('utf-8')}```" in DOCUMENT


@pytest.mark.parametrize("kind", pagesite.SHOWS)
def test_the_example_works_on_every_show(example, kind):
    """Its pages are well formed, and have what it adds, on every show that we have."""
    pages = pagesite.html(site.build(pagesite.SHOWS[kind](), example))
    for path, text in pages.items():
        assert pagesite.Document(text).faults == [], path
        assert ('class="newsroom"' in text) == ("/embed/" not in path), path
        assert "static/show.css" in text
    assert 'class="anchor"' in pages[paths.ABOUT]


def test_a_template_of_the_same_name_extends_ours(tmp_path):
    """A show's episode.html may extend podfeed's, which extends the show's own base.html, which extends podfeed's."""
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "base.html").write_text('{% extends "podfeed/base.html" %}{% block menu %}OUR MENU{% endblock %}')
    (folder / "about.html").write_text('{% extends "podfeed/about.html" %}{% block made %}{% endblock %}')
    built = pagesite.html(site.build(pagesite.local(), read_theme(tmp_path)))
    assert (
        "OUR MENU" in built[paths.ABOUT] and 'id="made"' not in built[paths.ABOUT] and "<nav" not in built[paths.ABOUT]
    )
    assert "OUR MENU" in built[paths.HOME]


@pytest.mark.parametrize(
    ("template", "line", "words"),
    [
        ("home.html", 2, "Expected an expression"),
        ("home.html", 2, "'nosuch' is undefined"),
        ("person.html", 2, "division by zero"),
        ("home.html", 1, "there is no template none.html"),
    ],
)
def test_a_mistake_in_a_template(tmp_path, template, line, words):
    """It is told with its file and line before anything is published, and what is out stays."""
    text = {
        "Expected an expression": "<p>\n{% if %}",
        "'nosuch' is undefined": "<p>\n{{ nosuch }}",
        "division by zero": "<p>\n{{ 1 / 0 }}",
        "there is no template none.html": '{% extends "none.html" %}',
    }[words]
    folder = newsroom.make(tmp_path)
    assert typed("build", cwd=folder).returncode == 0
    before = (folder / "public/index.html").read_bytes()
    newsroom.make(folder, {f"templates/{template}": text})
    done = typed("build", cwd=folder)
    said = done.stderr.decode()
    assert done.returncode == 1 and f"error[template-mistake]: {words}" in said, said
    assert f"--> templates/{template}:{line}:" in said and (folder / "public/index.html").read_bytes() == before
