"""Which templates and static files the pages are made with."""

from __future__ import annotations

import os
import re
from dataclasses import replace

import pagesite
import pytest
from newsroom import make

from podfeed.manual import manual
from podfeed.output import Site
from podfeed.source.theme import passed_over, read_theme
from podfeed.steps import look
from podfeed.theme import ANY, Theme, _names
from tests import shows


def write(root, name, body):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)


def test_podfeeds_own(tmp_path):
    """A show without templates gets podfeed's, read as text, with the static files beside them."""
    theme = read_theme(tmp_path)
    assert "episode.html" in theme.templates
    assert "style.css" in theme.static
    assert not any(name.startswith("static/") for name in theme.templates)
    assert theme == read_theme(tmp_path / "nowhere")


def test_a_shows_own_file_goes_before(tmp_path):
    """One file of the show replaces the same one of podfeed's; all others stay; the stamp changes with any byte."""
    plain = read_theme(tmp_path)
    write(tmp_path, "templates/home.html", b"\xef\xbb\xbfours")
    write(tmp_path, "templates/parts/foot.html", b"foot")
    write(tmp_path, "templates/static/fonts/a.woff2", b"\xff\x00")
    theme = read_theme(tmp_path)
    assert theme.templates == {**plain.templates, "home.html": "ours", "parts/foot.html": "foot"}
    assert theme.static == {**plain.static, "fonts/a.woff2": b"\xff\x00"}
    write(tmp_path, "templates/static/fonts/a.woff2", b"\xff\x01")
    assert len({plain.stamp, theme.stamp, read_theme(tmp_path).stamp}) == 3


def test_what_is_no_template(tmp_path):
    """Links, hidden files, other kinds and what is not text are left alone, and nothing outside is read."""
    plain = read_theme(tmp_path / "empty")
    write(tmp_path, "secret.html", b"secret")
    for name, body in (
        ("templates/.home.html.swp", b"x"),
        ("templates/.git/base.html", b"x"),
        ("templates/__pycache__/x.html", b"x"),
        ("templates/notes.md", b"x"),
        ("templates/latin.html", "é".encode("latin-1")),
        ("templates/huge.html", b"x" * (1 << 20) + b"x"),
    ):
        write(tmp_path, name, body)
    (tmp_path / "templates/home.html").symlink_to(tmp_path / "secret.html")
    (tmp_path / "templates/loop").symlink_to(tmp_path / "templates")
    assert read_theme(tmp_path) == plain


def test_what_is_passed_over_is_told(tmp_path):
    """A link, a pipe, a file of another encoding or far too large: each is named, with why; what is no template is not."""
    folder = make(tmp_path / "show")
    assert passed_over(folder) == ()
    write(tmp_path, "secret.html", b"secret")
    write(folder, "templates/latin.html", "é".encode("latin-1"))
    write(folder, "templates/huge.xml", b"x" * (1 << 20) + b"x")
    write(folder, "templates/home.html", b"ours")
    write(folder, "templates/notes.md", b"\xff")
    write(folder, "templates/static/a.woff2", b"\xff" * (1 << 21))
    write(folder, "templates/.hidden.html", b"\xff")
    os.mkfifo(folder / "templates/pipe.html")
    (folder / "templates/link.html").symlink_to(tmp_path / "secret.html")
    (folder / "templates/static/logo.svg").symlink_to("nowhere")
    (folder / "templates/parts").symlink_to(tmp_path)
    found = {problem.span.path: problem for problem in passed_over(folder)}
    assert {
        path.removeprefix("templates/"): p.message.split(" is ", 1)[1].split(":")[0] for path, p in found.items()
    } == {
        "huge.xml": "larger than 1 MB",
        "latin.html": "not UTF-8",
        "link.html": "a symbolic link, which is not followed",
        "parts": "a symbolic link, which is not followed",
        "pipe.html": "not an ordinary file",
        "static/logo.svg": "a symbolic link, which is not followed",
    }
    assert all(p.is_warning and p.hint and manual(p.code) for p in found.values())
    assert set(found.values()) <= set(look(folder).problems)


# --- what a page is made with ----------------------------------------------------------------------------------


def marked(source: str) -> str:
    """A template that says one thing more: in its first block if it has any."""
    block = re.search(r"{%-? *block \w+ *-?%}|{%-? *macro [^%]*%}", source)
    at = block.end() if block else 0
    return f"{source[:at]}<!-- marked -->{source[at:]}"


TEMPLATES = sorted(pagesite.theme().templates)


@pytest.fixture(scope="module")
def before() -> tuple[Site, dict[str, bytes]]:
    site = pagesite.build(shows.rich())
    return site, {path: out.body() for path, out in site.items() if path.endswith(".html")}


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_page_that_looks_otherwise_has_another_key(name, before):
    """Whichever template was changed; and so has its part. Else it would not be made again."""
    site, pages = before
    theme = pagesite.theme()
    changed = replace(theme, templates={**theme.templates, name: marked(theme.templates[name])}, stamp=f"{name} marked")
    again = pagesite.site.build(shows.rich(), changed)
    for path, body in pages.items():
        if again[path].body() != body:
            assert again[path].key != site[path].key, path
            part = again.part_of(path)
            assert path in again.loose or (part and part.key != site.parts[part.folder].key), path


def test_a_template_of_some_pages_is_nothing_to_the_others():
    theme = pagesite.theme()

    def changed(**values: object) -> Theme:
        return replace(theme, stamp="another", **values)

    about = changed(templates={**theme.templates, "about.html": "{% extends 'base.html' %}"})
    base = changed(templates={**theme.templates, "base.html": "plain"})
    style = changed(static={**theme.static, "style.css": b"plain"})
    own = changed(static={**theme.static, "show.css": b"ours"})
    again = replace(own, static={**theme.static, "show.css": b"ours again"})
    worked_out = changed(templates={**theme.templates, "about.html": "{% include kind ~ '.html' %}"})
    assert about.look("about.html") != theme.look("about.html") and about.look("home.html") == theme.look("home.html")
    assert base.look("home.html") != theme.look("home.html") and base.look("embed.html") == theme.look("embed.html")
    assert style.look("home.html") == theme.look("home.html") != own.look("home.html") == again.look("home.html")
    other = replace(worked_out, templates={**worked_out.templates, "parts/new.html": ""})
    assert other.look("about.html") != worked_out.look("about.html")
    assert other.look("home.html") == worked_out.look("home.html")


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ('{% extends "a.html" %}', ["a.html"]),
        ("{%- include 'a.html' -%}", ["a.html"]),
        ('{% include "a.html" ignore missing with context %}', ["a.html"]),
        ('{%+ import "a.html" as ui with context %}', ["a.html"]),
        ('{% from "a.html" import b, c %}', ["a.html"]),
        ('{%\n  from\n "a.html"\n import b %}', ["a.html"]),
        ('{%extends"a.html"%}', ["a.html"]),
        ('{% include ["a.html", "b.html"] %}', [ANY]),
        ('{% include "a" ~ ".html" %}', [ANY]),
        ('{% extends "a.html" if show.title else "b.html" %}', [ANY]),
        ("{% extends layout %}", [ANY]),
        ("{% set included = 1 %}{% block from %}", []),
    ],
)
def test_a_template_says_what_it_uses(statement, names):
    assert list(_names(statement)) == names
