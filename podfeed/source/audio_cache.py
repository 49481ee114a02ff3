"""What was read from a recording before: one JSON file, by the file's identity, thrown away when in doubt."""

from __future__ import annotations

import errno
import json
import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from podfeed.digest import digest
from podfeed.own import FILE, is_own

VERSION = 2
"""Of the reader: raise it whenever the same file would be read differently."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What the file system says of a file; the bytes cannot change without one of these (but see `being-written`).

    A hash of the bytes would cost a hundred times as much as reading the tags.
    """

    size: int
    mtime: int
    ctime: int
    inode: int
    mode: int = field(compare=False)

    @property
    def ordinary(self) -> bool:
        return stat.S_ISREG(self.mode)

    @property
    def kind(self) -> str:
        kinds = ((stat.S_ISDIR, "a folder"), (stat.S_ISLNK, "a symbolic link"), (stat.S_ISFIFO, "a pipe"))
        return next((name for test, name in kinds if test(self.mode)), "a device")


def identify(file: str | Path) -> Identity:
    """Raises OSError if it is not there. A link is not followed."""
    found = os.lstat(file)
    return Identity(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_mode)


def stamp_of(identity: Identity) -> str:
    """A short text that changes when the file does."""
    return digest(identity.size, identity.mtime, identity.ctime, identity.inode)


@dataclass(frozen=True, slots=True)
class Cache:
    """Records by file name, relative to the cache's folder, so that a show may be moved."""

    folder: Path
    records: dict[str, dict]
    fresh: dict[str, dict] = field(default_factory=dict)
    _ways: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> Cache:
        """What is in the folder; nothing, if that is missing, damaged or of another version."""
        return cls(folder, _read(folder / "audio.json"))

    def get(self, file: Path, identity: Identity) -> dict | None:
        name = self._name(file)
        record = self.fresh.get(name) or self.records.get(name)
        return record["is"] if record and record["id"] == _as_list(identity) else None

    def put(self, file: Path, identity: Identity, facts: dict) -> None:
        self.fresh[self._name(file)] = {"id": _as_list(identity), "is": facts}

    def save(self) -> None:
        """Write what is new beside what others wrote meanwhile; forget files that are gone.

        A cache that cannot be written costs time, not correctness, so a full disk is no reason to stop here.
        """
        if not self.fresh:
            return
        records = {**_read(self.folder / "audio.json"), **self.fresh}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)  # first, for the names lead through it
            kept = {name: record for name, record in sorted(records.items()) if os.path.lexists(self.folder / name)}
            text = json.dumps({"version": VERSION, "files": kept}, separators=(",", ":"))
            write_atomically(self.folder / "audio.json", text.encode())
        except OSError:
            return

    def _name(self, file: Path) -> str:
        """The way to it from the cache's folder; of many files in one folder that is worked out once."""
        folder, name = os.path.split(file)
        if folder not in self._ways:
            try:
                self._ways[folder] = os.path.relpath(folder or ".", self.folder)
            except ValueError:  # another drive
                self._ways[folder] = os.path.abspath(folder)
        return os.path.join(self._ways[folder], name)


MAY_NOT_WRITE = {errno.EACCES, errno.EPERM, errno.EROFS}
"""What a system says to who may only read: an account that publishes somebody else's folder."""


def write_atomically(file: Path, data: bytes) -> None:
    """The file with these bytes, never half of them, whoever else writes it at the same time."""
    file.parent.mkdir(parents=True, exist_ok=True)
    made = file.with_name(f".making-{os.getpid()}-{secrets.token_hex(4)}")
    try:
        with open(made, "xb") as opened:  # not `mkstemp`: a web server must be able to read it
            opened.write(data)
            opened.flush()
            os.fsync(opened.fileno())
        os.replace(made, file)
    except BaseException:
        made.unlink(missing_ok=True)
        raise


def _as_list(identity: Identity) -> list[int]:
    return [identity.size, identity.mtime, identity.ctime, identity.inode]


def _read(file: Path) -> dict[str, dict]:
    if not is_own(str(file), FILE):
        return {}
    try:
        found = json.loads(file.read_bytes())
        if found["version"] != VERSION:
            return {}
        return {
            name: record
            for name, record in found["files"].items()
            if isinstance(record["id"], list) and isinstance(record["is"], dict)
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
