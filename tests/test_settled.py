"""What is public is on the disk: no power failure leaves a site, or a ledger, of which only the names have arrived.

A real build runs under strace(1). Its calls are followed as a disk may follow them that keeps nothing until it is asked:
a file is settled by fsync(2) after its last write, a name by fsync(2) of its folder, everything by sync(2). Nothing of
a release may be unsettled when it becomes public, nothing of it may change before its manifest is gone from the disk.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from podfeed.publish.ledger import record
from tests import faults, faulty, recording_ledger

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux") or not shutil.which("strace"), reason="needs strace"),
]

WRITES = ("write", "pwrite64", "copy_file_range", "sendfile", "ftruncate")
TWO_NAMES = ("rename", "renameat", "renameat2", "link", "linkat")
NEW_NAME = ("mkdir", "mkdirat", "symlink", "symlinkat")
GONE = ("unlink", "unlinkat", "rmdir")
OPENS = ("open", "openat", "creat")
SETTLES = ("fsync", "fdatasync", "sync", "syncfs")
TRACED = (*WRITES, *TWO_NAMES, *NEW_NAME, *GONE, *SETTLES, *OPENS, "utimensat", "access")


@dataclass
class Disk:
    """What has not arrived on a disk that keeps only what it was told to: files by their bytes, folders by their names."""

    files: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)

    def unsettled(self, place: str) -> set[str]:
        return {path for path in self.files | self.folders if path == place or path.startswith(f"{place}/")}

    def follow(self, call: str, words: str, paths: list[str]) -> None:
        """One call that went well. `paths` are those that it names."""
        if call in SETTLES:
            done = set(paths) if call in ("fsync", "fdatasync") else self.files | self.folders
            self.files -= done
            self.folders -= done
        elif call in (*WRITES, "utimensat"):
            self.files.add(paths[-1 if call == "copy_file_range" else 0])
        elif call in OPENS:
            if call == "creat" or "O_CREAT" in words:
                self.files.add(paths[0])
                self.folders.add(parent(paths[0]))
        else:
            self.folders |= {parent(path) for path in paths}
            if call in GONE or call.startswith("rename"):
                self.files -= self.unsettled(paths[0])
                self.folders -= self.unsettled(paths[0])


def parent(path: str) -> str:
    return path.rpartition("/")[0]


def calls(log: Path) -> Iterator[tuple[str, str, list[str]]]:
    """The calls between the two marks that went well: name, arguments, the paths among them in their order."""
    inside = False
    for line in log.read_text(errors="replace").splitlines():
        match = re.match(r"\d+\s+(\w+)\((.*)\)\s+= (-?\d+)", line)
        if not match:
            continue
        name, words, result = match.groups()
        if name == "access" and faulty.END in words:
            return
        if inside and not result.startswith("-"):
            opened = re.findall(r"(?:\d+|AT_FDCWD)<(/[^>]*)>", words)  # strace -y: a descriptor and what it stands for
            named = re.findall(r'"((?:[^"\\]|\\.)*)"', words)[
                -1 if name in NEW_NAME else 0 :
            ]  # a link's text is no name
            named = [os.path.join(*opened[:1], path) for path in named]
            yield name, words, opened if name in (*WRITES, *SETTLES) else named
        inside = inside or (name == "access" and faulty.START in words)


def traced(command: list[object], folder: Path) -> Iterator[tuple[str, str, list[str]]]:
    log = folder / "log"
    strace = ["strace", "-f", "-y", "-s", "4096", "-o", log, "-e", "trace=" + ",".join(f"?{c}" for c in TRACED)]
    done = subprocess.run([str(w) for w in (*strace, *command)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return calls(log)


@pytest.mark.parametrize("history", faults.HISTORIES.values(), ids=faults.HISTORIES)
def test_a_release_is_on_the_disk_before_it_is_public(tmp_path, history):
    """Every new file and every new name of the release, its manifest last, are settled before the link is renamed, and
    the link's own folder afterwards; a release that gives its files to the next one is no release any more by then."""
    public = faults.show(tmp_path / "show", history)
    releases = f"{public.parent}/.public.releases"
    new = f"{releases}/{history + 1}"
    disk, seen = Disk(), []
    for call, words, paths in traced([*faults.BUILD, public, "new", public.parent / "sound.mp3"], tmp_path):
        if call in OPENS and "O_CREAT" in words:
            if paths[0].startswith(f"{new}/"):
                seen.append("file")
            elif paths[0] == f"{new}.json":
                assert disk.unsettled(new) == set(), "a manifest says that the release is whole: too early"
                seen.append("manifest")
        elif call in TWO_NAMES and paths[0] == f"{releases}/{history - 2}":
            assert releases not in disk.folders, "its manifest may come back"
            seen.append("adopted")
        elif call in NEW_NAME and paths == [f"{releases}/next"]:
            assert disk.unsettled(new) == disk.unsettled(f"{new}.json") == set(), "public before it is on the disk"
            assert releases not in disk.folders, "public before its name is on the disk"
            seen.append("next")
        elif call in TWO_NAMES and paths[1] == str(public):
            assert disk.unsettled(new) == set() and seen[-1] == "next"
            seen.append("public")
        disk.follow(call, words, paths)
    assert str(public.parent) not in disk.folders, "nobody may be told that it is out before it is"
    assert seen.count("file") >= 5 and seen[-3:] == ["manifest", "next", "public"]
    assert ("adopted" in seen) == (history > 3)


def test_a_ledger_is_on_the_disk_before_it_counts(tmp_path):
    """The new ledger's bytes are settled before it takes the old one's name, and the name before the command ends."""
    base = tmp_path / "show"
    base.mkdir()
    record(base, recording_ledger.show(2), recording_ledger.NOW, {})
    disk, seen = Disk(), 0
    command = [sys.executable, "-I", "-S", recording_ledger.__file__, base]
    for call, words, paths in traced(command, tmp_path):
        if call.startswith("rename") and paths[1] == str(base / "ledger.json"):
            assert paths[0] not in disk.files, "a name before its bytes"
            seen += 1
        disk.follow(call, words, paths)
    assert seen == 1 and disk.files == disk.folders == set()
