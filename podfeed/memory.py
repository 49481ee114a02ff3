"""What was worked out in earlier builds, so that a build works out only what an edit touches: the one such store.

Whoever works something out asks first: `recall(kind, name, key)`. The key is a digest of everything that the value is made
from, so a value that is found is the one that would be made; deleting the store changes nothing but time. It is one file
of pickled values, `.podfeed/cache/memory`, and pickles can do anything to who reads them, so it begins with a seal: a keyed
hash of the rest (BLAKE2, RFC 7693), whose key is in the user's own state folder. A store that came with the show's folder
from somebody else, is damaged or was written by another version of the program is as if it were not there.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import secrets
import sys
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from podfeed import __version__, unchanged

SEAL = 32  # bytes


class Memory:
    """Values by kind and name, each with the key of what it was made from.

    What was neither recalled nor kept between `open` and `save` is forgotten, kind by kind: nobody has it any more.
    """

    def __init__(self, file: Path | None, secret: bytes, records: dict[str, dict[str, tuple[str, bytes]]]) -> None:
        self._file, self._secret, self._records = file, secret, records
        self._used: dict[str, dict[str, tuple[str, bytes]]] = {}
        self._news = False
        self._began = time.time_ns()

    @classmethod
    def open(cls, file: Path) -> Memory:
        """The store at `file`; empty if there is none that we wrote, and never written where we can keep no secret."""
        secret = _secret()
        if secret is None:
            return cls(None, b"", {})
        with suppress(OSError, ValueError, KeyError):
            data = file.read_bytes()
            if secrets.compare_digest(data[:SEAL], _seal(secret, memoryview(data)[SEAL:])):
                found = pickle.loads(memoryview(data)[SEAL:])
                if found["form"] == _form():
                    return cls(file, secret, found["records"])
        return cls(file, secret, {})

    def recall(self, kind: str, name: str, key: str) -> Any:
        """The value that was kept under this name and key; None if there is none."""
        used = self._used.setdefault(kind, {})
        record = self._records.get(kind, {}).get(name)
        if record is None or record[0] != key:
            return None
        used[name] = record
        return pickle.loads(record[1])

    def keep(self, kind: str, name: str, key: str, value: object) -> None:
        """Remember the value for the next build."""
        if self._file:
            self._used.setdefault(kind, {})[name] = key, pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
            self._news = True

    def settled(self, moment: int) -> bool:
        """Whether a file that changed last at `moment` (nanoseconds since the epoch) had rested when we began, so that
        its dates alone tell of the next change (see `unchanged.SETTLED`)."""
        return moment + unchanged.SETTLED < self._began

    def save(self) -> None:
        """Write down what is new. What stands in the way costs time, not correctness, so it is no mistake."""
        fewer = any(len(rows) < len(self._records.get(kind, {})) for kind, rows in self._used.items())
        if self._file is None or not (self._news or fewer):
            return
        body = pickle.dumps({"form": _form(), "records": {**self._records, **self._used}}, pickle.HIGHEST_PROTOCOL)
        made = self._file.with_name(f".making-{os.getpid()}-{secrets.token_hex(4)}")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with open(made, "xb", buffering=0) as opened:  # not settled on the disk: the seal tells of half a file
                opened.write(_seal(self._secret, body))
                opened.write(body)
            os.replace(made, self._file)
        except OSError:
            with suppress(OSError):
                made.unlink()
        self._news = False


def _seal(secret: bytes, body: bytes | memoryview) -> bytes:
    return hashlib.blake2b(body, digest_size=SEAL, key=secret).digest()


@cache
def _form() -> str:
    """Which program wrote it, with everything that it is made of: another one might work out something else."""
    program = sorted(unchanged.program().items())
    return hashlib.sha256(repr((__version__, sys.version, program)).encode()).hexdigest()


def _secret() -> bytes | None:
    """32 bytes that nobody but this user knows, made once; None if there is no place for them.

    The place is that of the XDG Base Directory Specification for state; other systems have the same in the home folder.
    """
    home = os.environ.get("XDG_STATE_HOME", "")
    file = Path(home) / "podfeed/seal" if os.path.isabs(home) else Path("~/.local/state/podfeed/seal")
    try:
        file = file.expanduser()
        found = _own(file)
        if found is None:
            file.parent.mkdir(parents=True, exist_ok=True)
            made = file.with_name(f".making-{os.getpid()}-{secrets.token_hex(4)}")
            with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
                opened.write(secrets.token_bytes(32))
            os.replace(made, file)
            found = _own(file)
        return found
    except (OSError, RuntimeError):  # no home
        return None


def _own(file: Path) -> bytes | None:
    """What is in it, if nobody else can have written or read it."""
    with suppress(FileNotFoundError), open(file, "rb") as opened:
        stat = os.fstat(opened.fileno())
        mine = not hasattr(os, "getuid") or (stat.st_uid == os.getuid() and not stat.st_mode & 0o077)
        found = opened.read(64)
        if mine and len(found) == 32:
            return found
        raise OSError(f"{file} is not ours")
    return None
