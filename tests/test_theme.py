"""Which templates and static files the pages are made with."""

from __future__ import annotations

import os

from newsroom import make

from podfeed.manual import manual
from podfeed.source.theme import passed_over, read_theme
from podfeed.steps import look


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
