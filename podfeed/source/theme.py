"""What the pages are made with, read from the show's own templates and from podfeed's, once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from podfeed.digest import digest
from podfeed.problem import Problem, Span, warning
from podfeed.text import visible
from podfeed.theme import OURS, Theme

MANUAL = {
    "template-unused": "A file in the show's templates/ is not used, so the page looks as if it were not there. Symbolic links are "
    "not followed, since what they name may be outside the show, or gone on another machine; a template has to be a file of "
    "at most 1 MB in UTF-8. Put the file itself there, or take it away.",
    "template-mistake": "A template of the show's own cannot be used as it stands: a sign is missing, a name is not known, or it does "
    "something that fails. A page of each kind is tried before anything is published. Correct the line, or take the file out of "
    "templates/, and podfeed's own is used.",
}
MAX_BYTES = 1 << 20
TEMPLATES = (".html", ".xml", ".txt")
STATIC = "static/"


def read_theme(folder: Path) -> Theme:
    """The templates and static files for the show in `folder`: its own before podfeed's, file by file.

    podfeed's lie inside the package when it is installed, and beside it in a checkout. Its templates are there under
    `podfeed/` too, so that a show's own `episode.html` can extend `podfeed/episode.html` and fill only some of its blocks.
    """
    package = Path(__file__).parent.parent
    ours = next((root for root in (package / "templates", package.parent / "templates") if root.is_dir()), None)
    files: dict[str, bytes] = {}
    for root in (ours, folder / "templates"):
        if root and root.is_dir():
            found = _files(root)
            if root is ours:
                files |= {OURS + name: body for name, body in found.items() if not name.startswith(STATIC)}
            files |= found
    templates = {name: text for name, body in files.items() if (text := _template(name, body)) is not None}
    static = {name.removeprefix(STATIC): body for name, body in files.items() if name.startswith(STATIC)}
    from podfeed.source.picture_sizes import picture_sizes  # 5 ms that a check, which makes no pages, does without

    sizes = picture_sizes()
    stamp = digest(sorted(templates.items()), sorted(static.items()), bool(sizes))
    return Theme(templates=templates, static=static, stamp=stamp, sizes=sizes)


def passed_over(folder: Path) -> tuple[Problem, ...]:
    """What lies in the show's own templates and is not used, although it was put there to be."""
    found = []
    for path in _walk(folder / "templates"):
        name = path.relative_to(folder).as_posix()
        why, hint = _unused(path, name.removeprefix("templates/"))
        if why:
            found.append(warning("template-unused", f"{visible(name)} {why}: podfeed's own is used", Span(name), hint))
    return tuple(found)


def _unused(path: Path, name: str) -> tuple[str, str]:
    """Why, and what to do; nothing to say of what is used, and of what is no template by its name."""
    if path.is_symlink():
        return "is a symbolic link, which is not followed", "copy the file itself there"
    if not path.is_file():
        return "is not an ordinary file", "put the file itself there"
    if name.startswith(STATIC) or not name.endswith(TEMPLATES):
        return "", ""
    if path.stat().st_size > MAX_BYTES:
        return "is larger than 1 MB", "a template that large is a mistake; make it smaller"
    if _template(name, path.read_bytes()) is None:
        return "is not UTF-8", "save it as UTF-8 in your editor"
    return "", ""


def _walk(root: Path) -> Iterator[Path]:
    """Everything below `root` that is no folder and not hidden, sorted; links to folders too, which are not followed."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        yield from (Path(folder, name) for name in sorted([*names, *links]) if not name.startswith("."))


def _files(root: Path) -> dict[str, bytes]:
    """The ordinary files below `root`: no links, no hidden files."""
    paths = (path for path in _walk(root) if path.is_file() and not path.is_symlink())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


def _template(name: str, body: bytes) -> str | None:
    if name.startswith(STATIC) or not name.endswith(TEMPLATES) or len(body) > MAX_BYTES:
        return None
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
