"""Names of files that lead elsewhere, hang, or are two files in one: each is told, naming both, and nothing is opened."""

from __future__ import annotations

import os
import socket
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from newsroom import mp3

from podfeed.problem import Problem
from podfeed.schedule import View
from podfeed.source import files
from podfeed.steps import take
from tests import evil
from tests.command import typed
from tests.evil import EPISODE, PEOPLE

SECRET = b"outside the show"
KEYS = {
    # key → how an episode names a file by it, and the ending that it must have
    "audio": (EPISODE.replace("https://cdn.example/morning.mp3", "{name}").replace("length: 1000000\nduration: 28:41\n", ""), ".mp3"),
    "image": (EPISODE + "image: {name}\n", ".png"),
    "transcript": (EPISODE + "transcript: {name}\n", ".vtt"),
    "segment's image": (EPISODE + "segments: [{{start: 0, title: x, image: {name}}}]\n", ".png"),
    "alternate_audio": (EPISODE + "alternate_audio: {{file: {name}}}\n", ".mp3"),
}  # fmt: skip


def symlink_out(media: Path, outside: Path, ending: str) -> tuple[str, str]:
    (media / f"link{ending}").symlink_to(outside)
    return f"link{ending}", str(outside)


def symlink_inside(media: Path, outside: Path, ending: str) -> tuple[str, str]:
    (media / f"real{ending}").write_bytes(SECRET)
    (media / f"link{ending}").symlink_to(f"real{ending}")
    return f"link{ending}", f"real{ending}"


def through_a_linked_folder(media: Path, outside: Path, ending: str) -> tuple[str, str]:
    (media / "far").symlink_to(outside.parent)
    return f"far/{outside.name}", str(outside.parent)


def symlink_to_itself(media: Path, outside: Path, ending: str) -> tuple[str, str]:
    (media / f"link{ending}").symlink_to(f"link{ending}")
    return f"link{ending}", "symbolic link"


def symlink_to_nothing(media: Path, outside: Path, ending: str) -> tuple[str, str]:
    (media / f"link{ending}").symlink_to("/nowhere/at-all")
    return f"link{ending}", "/nowhere/at-all"


def pipe(media: Path, outside: Path, ending: str) -> tuple[str, str]:
    os.mkfifo(media / f"pipe{ending}")
    return f"pipe{ending}", "a pipe"


def a_socket(media: Path, outside: Path, ending: str) -> tuple[str, str]:
    here = os.getcwd()
    os.chdir(media)  # a socket's name is short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(f"s{ending}")
    finally:
        os.chdir(here)
    return f"s{ending}", "a socket"


def device(media: Path, outside: Path, ending: str) -> tuple[str, str]:
    try:
        os.mknod(media / f"zero{ending}", 0o020666, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only root makes devices")
    return f"zero{ending}", "a device"


def folder(media: Path, outside: Path, ending: str) -> tuple[str, str]:
    (media / f"folder{ending}").mkdir()
    return f"folder{ending}", "a folder"


def file_as_folder(media: Path, outside: Path, ending: str) -> tuple[str, str]:
    return "cover.png/x" + ending, "there is no file"


def named(name: str, words: str) -> Callable[[Path, Path, str], tuple[str, str]]:
    """A name that is refused whatever lies on the disk; `{}` is the ending."""
    return lambda media, outside, ending: (name.format(ending), words)


TRAPS = {
    "a link out of the folder": symlink_out,
    "a link inside the folder": symlink_inside,
    "through a linked folder": through_a_linked_folder,
    "a link to itself": symlink_to_itself,
    "a link to nothing": symlink_to_nothing,
    "a pipe": pipe,
    "a socket": a_socket,
    "a device": device,
    "a folder": folder,
    "a file where a folder is meant": file_as_folder,
    "up and out": named("../outside{}", "leads out of media/"),
    "up and out, later": named("a/../../outside{}", "leads out of media/"),
    "an absolute path": named("/etc/passwd{}", "leads out of media/"),
    "a drive": named('"C:/x{}"', "leads out of media/"),
    "a backslash": named("'a\\b{}'", "leads out of media/"),
    "a device of Windows": named("CON{}", "device on Windows"),
    "a device of Windows as a folder": named("aux/x{}", "device on Windows"),
    "a dot at the end": named("x{}.", "ends with a dot"),
    "a folder that ends with a space": named('"a /x{}"', "ends with a dot or a space"),
    "a name longer than any file's": named("x" * 300 + "{}", "255 bytes"),
    "accents that make it longer": named("é" * 130 + "{}", "255 bytes"),
    "a mark that turns the line around": named('"x\\u202egpj{}"', "cannot be seen"),
}


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("trap", TRAPS)
def test_a_name_that_leads_elsewhere(trap: str, key: str, tmp_path: Path):
    """One problem at its line; it names what was written and what is there; in no time, though a pipe never answers."""
    yaml, ending = KEYS[key]
    outside = tmp_path / f"outside{ending}"
    outside.write_bytes(SECRET)
    show = evil.folder(tmp_path / "show")
    written, words = TRAPS[trap](show / "media", outside, ending)
    found = evil.problems(show, {"episodes/vote.yaml": yaml.format(name=written)})
    assert len(found) == 1, found
    problem = found[0]
    assert problem.is_error and problem.code in files.MANUAL
    assert problem.span.path == "episodes/vote.yaml" and problem.span.line
    name = written.strip("\"'").split("\\u")[0]
    assert name[:50] in problem.message or name.split("/")[0] in problem.message
    assert words in problem.message
    assert problem.hint


def told(where: Path, name: str) -> list[Problem]:
    return [p for p in evil.problems(where) if p.span.path == name]


@pytest.mark.parametrize("name", ["show.yaml", "people.yaml", "stories.yaml", "episodes/vote.yaml", "ledger.json"])
@pytest.mark.parametrize("trap", [symlink_out, symlink_to_itself, pipe, folder], ids=lambda trap: trap.__name__)
def test_the_shows_own_files(name: str, trap, tmp_path: Path):
    """A link, a pipe or a folder in place of the show's own files is told too; before, some were passed over."""
    outside = tmp_path / "outside.yaml"
    outside.write_bytes(SECRET)
    show = evil.folder(tmp_path / "show")
    (show / name).unlink(missing_ok=True)
    (tmp_path / "made").mkdir()
    made, words = trap(tmp_path / "made", outside, ".yaml")
    (tmp_path / "made" / made).rename(show / name)
    found = [p for p in load_only(show) if p.span.path == name]
    assert len(found) == 1 and found[0].is_error
    assert words in found[0].message or name == "ledger.json"


def load_only(show: Path) -> list[Problem]:
    from podfeed.source.load import load

    return list(load(show)[1])


def test_a_hard_link_is_the_file_itself(tmp_path: Path):
    """Nothing tells a hard link from the file (backups and our own releases make them), so it is published as what it
    is: the bytes that stand there."""
    show = evil.folder(tmp_path / "show")
    os.link(show / "media/cover.png", show / "media/again.png")
    assert evil.problems(show, {"episodes/vote.yaml": EPISODE + "image: again.png\n"}) == []


TWINS = (("A.png", "a.png"), ("stra\xdfe.png", "strasse.png"), ("\xe9.png", "e\u0301.png"), ("K.png", "\u212a.png"))
# the last: K and the Kelvin sign


@pytest.mark.parametrize(("one", "two"), TWINS)
def test_two_files_that_are_one_elsewhere(one: str, two: str, tmp_path: Path):
    """Names that differ in capitals, or in how an accent is stored, are told with both places."""
    show = evil.folder(tmp_path / "show")
    cover = (show / "media/cover.png").read_bytes()
    for name in (one, two):
        (show / "media" / name).write_bytes(cover)
    assert len(list((show / "media").glob("*.png"))) == 3
    segments = f"segments: [{{start: 0, title: a, image: {two}}}]\n"
    found = evil.problems(show, {"episodes/vote.yaml": EPISODE + f"image: {one}\n" + segments})
    assert [p.code for p in found] == ["two-files-one-name"]
    assert one in found[0].message and two in found[0].message and found[0].related


def test_an_accent_is_found_however_it_is_stored(tmp_path: Path):
    """A Mac stores é as e and an accent, an editor types one letter: the file is found, and published as typed."""
    show = evil.folder(tmp_path / "show")
    (show / "media" / unicodedata.normalize("NFD", "Émile.png")).write_bytes((show / "media/cover.png").read_bytes())
    evil.folder(show, {"episodes/vote.yaml": EPISODE + "image: Émile.png\n"})
    taken = take(show, View(now=datetime(2026, 11, 24, tzinfo=UTC)))
    assert taken.problems == () and taken.site is not None and "media/Émile.png" in taken.site


EPISODE_NAMES = {
    # the name of a file in episodes/ → the code of what is said; None: nothing
    "wote.yaml": None,
    "con.yaml": "bad-name",
    "LPT1.yaml": "bad-name",
    "a b.yaml": "bad-name",
    "a..yaml": "bad-name",
    "..yaml": None,  # hidden
    ".x.yaml": None,
    "-rf.yaml": "bad-name",
    "<script>.yaml": "bad-name",
    "a\nb.yaml": "bad-name",
    "a\x1b[31m.yaml": "bad-name",
    "a\u202eb.yaml": "bad-name",
    "x" * 196 + ".yaml": "bad-name",
    "é" * 98 + ".yaml": "bad-name",
    "a.yml": "bad-name",
    "a.YAML": "bad-name",
    "notes.txt": "stray-file",
    "\udcff.yaml": "bad-name",
    "\udcff.txt": "stray-file",
    "a'\";.yaml": "bad-name",
    "%2e%2e.yaml": "bad-name",
    "x" * 195 + ".yaml": None,
    "المرفأ.yaml": None,
}


@pytest.mark.parametrize("name", EPISODE_NAMES, ids=ascii)
def test_names_of_episodes(name: str, tmp_path: Path):
    """A name that cannot be an address is told at the file itself, and every form of the message can be printed."""
    from podfeed.problem import FORMATS, show

    where = evil.folder(tmp_path)
    try:
        (where / "episodes" / name).write_text(EPISODE.replace("morning", "other"))
    except OSError:
        pytest.skip("this file system does not take the name")
    found = [p for p in evil.problems(where) if p.span.path.endswith(name)]
    wanted = EPISODE_NAMES[name]
    assert [p.code for p in found] == ([wanted] if wanted else [])
    for form in FORMATS:
        show(found, form).encode()


@pytest.mark.parametrize("name", ["Vote.yaml", "VOTE.yaml"])
def test_two_episodes_that_are_one_elsewhere(name: str, tmp_path: Path):
    """Two files whose names differ in capitals are told at one of them, and the other is named."""
    found = evil.problems(tmp_path, {f"episodes/{name}": EPISODE.replace("morning", "other")})
    assert [p.code for p in found] == ["same-slug"]
    assert {found[0].span.path, found[0].related[0][0].path} == {f"episodes/{name}", "episodes/vote.yaml"}


PEOPLE_KEYS = {
    "Dana-Reyes": "same-slug",
    "nul": "bad-name",
    '"a/b"': "bad-name",
    '"../x"': "bad-name",
    "k" * 196: "bad-name",
}


@pytest.mark.parametrize("key", PEOPLE_KEYS)
def test_names_of_people(key: str, tmp_path: Path):
    """The key of a person becomes a folder of the site, with the same rules."""
    found = evil.problems(tmp_path, {"people.yaml": PEOPLE + f"{key}: {{name: Lee Moss}}\n"})
    assert [(p.code, p.span.line) for p in found] == [(PEOPLE_KEYS[key], 3)]


def test_a_name_that_is_met_becomes_no_device(tmp_path: Path):
    """Nobody's page is a folder that Windows cannot have."""
    where = evil.folder(tmp_path, {"episodes/vote.yaml": EPISODE + "guests: [Con, Aux]\n"})
    taken = take(where, View(now=datetime(2026, 11, 24, tzinfo=UTC)))
    assert taken.site and {"people/con-1/index.html", "people/aux-1/index.html"} <= set(taken.site)


def test_a_pipe_never_hangs_the_program(tmp_path: Path):
    """The whole command, with a pipe wherever a file is read, ends by itself."""
    show = evil.folder(tmp_path, {"media/real.mp3": mp3(5)})
    yaml = KEYS["audio"][0].format(name="real.mp3") + "image: pipe.png\ntranscript: pipe.vtt\n"
    for name in ("media/pipe.png", "media/pipe.vtt", "media/real.vtt", "people.yaml", "ledger.json", "episodes/p.yaml"):
        (show / name).unlink(missing_ok=True)
        os.mkfifo(show / name)
    (show / "templates").mkdir()
    os.mkfifo(show / "templates/pipe.html")
    (show / "episodes/vote.yaml").write_text(yaml)
    ended = typed("-C", str(show), "check", "--format", "concise", seconds=30)
    said = ended.stdout.decode()
    assert ended.returncode == 1 and said.count("a pipe") == 5 and "ledger.json: error[file-special]" in said
