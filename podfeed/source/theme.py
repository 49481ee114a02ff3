"""What the pages are made with, read from the show's own templates and from podfeed's, once."""

from __future__ import annotations

import os
from pathlib import Path

from podfeed.digest import digest
from podfeed.source.picture_sizes import picture_sizes
from podfeed.theme import Theme

MAX_BYTES = 1 << 20
TEMPLATES = (".html", ".xml", ".txt")
STATIC = "static/"
OURS = "podfeed/"
"""Before a template's name: podfeed's own, which a show's template of the same name can extend."""


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
    sizes = picture_sizes()
    stamp = digest(sorted(templates.items()), sorted(static.items()), bool(sizes))
    return Theme(templates=templates, static=static, stamp=stamp, sizes=sizes)


def _files(root: Path) -> dict[str, bytes]:
    """The ordinary files below `root`: no links, no hidden files."""
    found = {}
    for folder, folders, names in os.walk(root):  # does not follow links to folders
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        for name in sorted(names):
            path = Path(folder, name)
            if not name.startswith(".") and path.is_file() and not path.is_symlink():
                found[path.relative_to(root).as_posix()] = path.read_bytes()
    return found


def _template(name: str, body: bytes) -> str | None:
    if name.startswith(STATIC) or not name.endswith(TEMPLATES) or len(body) > MAX_BYTES:
        return None
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
