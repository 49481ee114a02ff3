"""Files that the YAML names: found inside `media/` and nowhere else, or refused with what to do."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from podfeed import paths
from podfeed.media_types import media_type, suffix
from podfeed.model import File, Image
from podfeed.problem import Problem, Span, error
from podfeed.source.fields import quoted
from podfeed.source.images import ImageRefused, read_image
from podfeed.text import closest, is_device, is_web_address, visible

MANUAL = {
    "outside-media": "Every file that an episode names lies in the show's media/ folder. A path that leads out of it, "
    "an absolute path or a drive letter could publish a file that was never meant for the public, so it is refused. "
    "Copy the file into media/ and write its name.",
    "file-missing": "The file is not in media/. Check the spelling, capital letters too: they count on the web server "
    "even where they do not on your computer. If it is still being copied, wait and build again.",
    "file-is-folder": "A folder stands where a file is meant. Write the name of the file inside it, such as "
    "2026/morning.mp3.",
    "file-is-link": "A symbolic link can point anywhere on this machine, so none is followed out of caution. Copy the "
    "file itself into media/.",
    "file-special": "Only ordinary files are read and published: no pipes, sockets or devices. Copy the file itself here.",
    "bad-file-name": "The file's name would be lost on the way: Windows keeps names such as CON and AUX for devices and, like "
    "many web hosts, drops dots and spaces at the end; no file system takes more than 255 bytes; and a character that "
    "cannot be seen cannot be typed. Rename the file.",
}


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a file cannot be used: the parts of a Problem without its place."""

    code: str
    message: str
    hint: str

    def at(self, span: Span) -> Problem:
        return error(self.code, self.message, span, self.hint)


def find(media: Path, name: str) -> Path | Refused:
    """The file `name` of the `media` folder; never through a link, never outside."""
    pure = PurePosixPath(name)
    if name.startswith(("media/", "./")) and not (media / name).exists() and (media / name.partition("/")[2]).exists():
        right = name.partition("/")[2]
        return Refused("file-missing", f"{quoted(name)} is already looked for in media/", f"write {right}")
    if bad := next(filter(None, map(_unsuitable, pure.parts)), None):
        return Refused("bad-file-name", f"{quoted(name)} {bad}", "rename the file, and write the new name here")
    if pure.is_absolute() or ".." in pure.parts or "\\" in name or ":" in name or not pure.parts:
        return Refused("outside-media", f"{quoted(name)} leads out of media/", "write the name of a file in media/")
    path = media
    for part in pure.parts:
        path = _entry(path, part)
        try:
            mode = os.lstat(path).st_mode
        except (OSError, ValueError):
            return _missing(media, name)
        if stat.S_ISLNK(mode):
            message = f"{quoted(str(path.relative_to(media)))} is {kind(path)}"
            return Refused("file-is-link", message, "copy the file itself into media/")
    if stat.S_ISDIR(mode):
        return Refused("file-is-folder", f"{quoted(name)} is a folder", "write the name of a file in it")
    if not stat.S_ISREG(mode):
        return Refused("file-special", f"{quoted(name)} is {kind(path)}", "copy it into media/ as a file")
    return path


KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISLNK, "a symbolic link"),
)


def kind(path: Path) -> str | None:
    """What stands there in place of an ordinary file; None if it is one. Nothing is opened: a pipe might never answer.

    Raises OSError if nothing stands there.
    """
    mode = os.lstat(path).st_mode
    if stat.S_ISREG(mode):
        return None
    if stat.S_ISLNK(mode):
        return f"a symbolic link to {quoted(os.readlink(path), 300)}"
    return next((word for test, word in KINDS if test(mode)), "a device")


def _unsuitable(part: str) -> str | None:
    """Why no file should have this name."""
    if part != visible(part):
        return "has a character in its name that cannot be seen"
    if part not in (".", "..") and part != part.rstrip(" ."):
        return "ends with a dot or a space, which other computers drop"
    if is_device(part):
        return "is the name of a device on Windows"
    return "is longer than a file's name can be (255 bytes)" if len(part.encode()) > 255 else None


def _entry(folder: Path, part: str) -> Path:
    """The entry called so; an accent counts as itself, whichever way the disk spells it (macOS takes it apart)."""
    path = folder / part
    if part.isascii() or os.path.lexists(path):
        return path
    wanted = unicodedata.normalize("NFC", part)
    try:
        names = sorted(entry.name for entry in os.scandir(folder))
    except OSError:
        return path
    return next((folder / name for name in names if unicodedata.normalize("NFC", name) == wanted), path)


def _missing(media: Path, name: str) -> Refused:
    folder = media / PurePosixPath(name).parent
    try:
        names = sorted(entry.name for entry in os.scandir(folder))
    except OSError:
        names = []
    near = closest(PurePosixPath(name).name, names)
    if near:
        hint = f"did you mean {PurePosixPath(name).parent / near}?"
    elif not media.is_dir():
        hint = "there is no media/ folder yet: make it and put the file in"
    else:
        hint = "put the file into media/, or correct the name"
    return Refused("file-missing", f"there is no file {quoted(name)} in media/", hint)


def image(media: Path, value: str, span: Callable[[], Span]) -> Image | Problem:
    """A picture by its name in media/ or its https address; `span` says where that is written, if something is wrong."""
    if "://" in value:
        if not value.startswith("https://") or not is_web_address(value):
            return error(
                "not-an-address",
                f"{quoted(value)} is not an https address",
                span(),
                "write https://… or a file of media/",
            )
        return Image(file=File(href=value, media_type=media_type(value)))
    found = find(media, value)
    if isinstance(found, Refused):
        return found.at(span())
    facts = read_image(found)
    if isinstance(facts, ImageRefused):
        return error(facts.code, facts.message, span(), facts.hint)
    file = File(
        href=paths.media(str(PurePosixPath(value))),
        source=found,
        media_type=facts.media_type,
        length=facts.length,
        stamp=facts.stamp,
    )
    return Image(file=file, width=facts.width, height=facts.height, paint=facts.paint)


def beside(media: Path, name: str, endings: tuple[str, ...]) -> str | None:
    """The first file with the same stem as `name` and one of the endings, as a name in media/."""
    for candidate in candidates(name, endings):
        # Most episodes have none: ask the file system first, `find` looks for similar names and that takes its time.
        if os.path.lexists(media / candidate) and not isinstance(find(media, candidate), Refused):
            return candidate
    return None


def candidates(name: str, endings: tuple[str, ...]) -> tuple[str, ...]:
    """What a file beside `name` may be called, in the order in which `beside` looks."""
    stem = name.removesuffix(suffix(name))
    return tuple(stem + ending for ending in endings)
