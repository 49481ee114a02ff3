"""What was worked out in earlier builds, so that a build works out only what an edit touches: the one such store.

Whoever works something out asks first: `recall(kind, name, key)`. The key is a digest of everything that the value is made
from, so a value that is found is the one that would be made; deleting the store changes nothing but time. The values are
pickled, and pickles can do anything to who reads them, so nothing is read back that does not bear our seal: a keyed hash
(BLAKE2, RFC 7693), whose key is in the user's own state folder. A store that came with the show's folder from somebody else,
is damaged or was written by another version of the program is as if it were not there.

Two files in `.podfeed/cache`: `memory` lists which values there are, and is read whole; the values lie one after the other in
`memory-…`, where only those are read that somebody recalls. New ones are written behind the others, and when half of that file is
no longer wanted, it is written anew under another name.
"""

from __future__ import annotations

import errno
import hashlib
import os
import pickle
import secrets
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeVar

from podfeed import __version__, unchanged
from podfeed.own import FILE, is_own
from podfeed.read_at import read_at

T = TypeVar("T")
SEAL = 32  # bytes
ROOM = 1 << 20
"""Bytes that may lie unused in any case: to write the file anew for less is not worth it."""
WAITING = 16 << 20
"""New values wait for `save` while they are no more bytes than this: a first build makes a sixth of its memory of them."""


class Damaged(OSError):
    """A value was not read back as it was written. The store has been taken away: without it all goes well."""

    again = True  # the command line tries once more

    def __init__(self, file: Path) -> None:
        super().__init__(errno.EIO, "what was remembered of earlier builds is damaged; try again", str(file))


class Place(NamedTuple):
    """Where a value lies in the file of values, and its seal."""

    start: int
    length: int
    seal: bytes


Record = tuple[str, Place | bytes]
"""The key of what a value was made from, and where it lies; while it is new, the value."""
Records = dict[str, dict[str, Record]]


_AT_HAND: dict[tuple[Path | None, str, str], tuple[bytes, Any]] = {}
"""Values that were unpacked, each with its seal: a server reads its show anew after each edit, and most of it is as it was."""


class Values:
    """The open file in which the values lie, until nobody wants it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._opened = os.open(file, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0))

    def __del__(self, close: Callable[[int], None] = os.close) -> None:
        try:  # noqa: SIM105 - when Python ends, nothing that is imported may be there any more
            close(self._opened)
        except (AttributeError, OSError):
            pass

    def read(self, place: Place) -> bytes:
        return read_at(self._opened, place.length, place.start)

    def size(self) -> int:
        return os.fstat(self._opened).st_size


class Memory:
    """Values by kind and name, each with the key of what it was made from.

    What was neither recalled nor kept between `open` and `save` is forgotten, kind by kind: nobody has it any more.
    """

    def __init__(self, file: Path | None, secret: bytes, records: Records, values: Values | None = None) -> None:
        self._file, self._secret, self._records, self._values = file, secret, records, values
        self._used: Records = {}
        self._news = False
        self._waiting = 0
        self._began = time.time_ns()

    @classmethod
    def open(cls, file: Path) -> Memory:
        """The store at `file`; empty if there is none that we wrote, and never written where we can keep no secret."""
        secret = _secret()
        if secret is None:
            return cls(None, b"", {})
        with suppress(OSError, ValueError, KeyError):
            data = file.read_bytes() if is_own(str(file), FILE) else b""
            if secrets.compare_digest(data[:SEAL], _seal(secret, memoryview(data)[SEAL:])):
                found = pickle.loads(memoryview(data)[SEAL:])
                if found["form"] == _form():
                    return cls(file, secret, found["records"], Values(file.with_name(found["values"])))
        return cls(file, secret, {})

    def has(self, kind: str, name: str, key: str) -> bool:
        """Whether a value was kept under this name and key. It then stays for the next build too."""
        used = self._used.setdefault(kind, {})
        record = used.get(name) or self._records.get(kind, {}).get(name)
        if record is None or record[0] != key:
            return False
        used[name] = record
        return True

    def recall(self, kind: str, name: str, key: str) -> Any:
        """The value that was kept under this name and key; None if there is none. Raises Damaged."""
        return pickle.loads(self._read(self._used[kind][name][1])) if self.has(kind, name, key) else None

    def unpacked(self, kind: str, name: str, key: str, unpack: Callable[[Any], T]) -> T | None:
        """What `unpack` makes of the value; nobody may alter it, for whoever recalls the same again in this process is given
        the same."""
        if not self.has(kind, name, key):
            return None
        value, where = self._used[kind][name][1], (self._file, kind, name)
        seal = value.seal if isinstance(value, Place) else b""
        if seal and (known := _AT_HAND.get(where)) and known[0] == seal:
            return known[1]  # type: ignore[no-any-return]
        made = unpack(pickle.loads(self._read(value)))
        _AT_HAND[where] = seal, made
        return made

    def _read(self, value: Place | bytes) -> bytes:
        if isinstance(value, bytes):
            return value
        assert self._file and self._values
        found = self._values.read(value)
        if not secrets.compare_digest(_seal(self._secret, found), value.seal):
            self._file.unlink(missing_ok=True)
            raise Damaged(self._file)
        return found

    def keep(self, kind: str, name: str, key: str, value: object) -> bool:
        """Remember the value for the next build; from now on it can be recalled, unless we can keep no secret (False)."""
        if self._file is None:
            return False
        data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        self._used.setdefault(kind, {})[name] = key, data
        self._news = True
        self._waiting += len(data)
        if self._waiting > WAITING:
            self._waiting = 0
            with suppress(OSError):
                self._values = self._values or self._new_values()
                self._used = self._added(self._values, self._used)
        return True

    def stay(self, kind: str, room: int) -> None:
        """Of this kind also what nobody asked for stays for the next build, as much as fits into `room` bytes."""
        used = self._used.setdefault(kind, {})
        room -= sum(_length(value) for _, value in used.values())
        for name, record in self._records.get(kind, {}).items():
            if name not in used and (room := room - _length(record[1])) >= 0:
                used[name] = record

    def settled(self, moment: int) -> bool:
        """Whether a file that changed last at `moment` (nanoseconds since the epoch) had rested when we began, so that
        its dates alone tell of the next change (see `unchanged.SETTLED`)."""
        return moment + unchanged.SETTLED < self._began

    def save(self) -> None:
        """Write down what is new. What stands in the way costs time, not correctness, so it is no mistake."""
        fewer = any(len(rows) < len(self._records.get(kind, {})) for kind, rows in self._used.items())
        if self._file is None or not (self._news or fewer):
            return
        self._news = False
        with suppress(OSError):
            values, records = self._written({**self._records, **self._used})
            listed = {"form": _form(), "values": values.file.name, "records": records}
            body = pickle.dumps(listed, pickle.HIGHEST_PROTOCOL)
            _replace(self._file, _seal(self._secret, body) + body)
            self._values, self._records = values, records
            self._used = {kind: records[kind] for kind in self._used}
            for other in self._file.parent.glob(f"{self._file.name}-*"):
                if other.name != values.file.name and other.stat().st_mtime_ns < self._began - 3600 * 10**9:
                    other.unlink()  # nobody who still runs began with it

    def _written(self, records: Records) -> tuple[Values, Records]:
        """The same with every value in a file of values: that of before, or a new one if half of it is not wanted."""
        rows = [value for named in records.values() for _key, value in named.values()]
        wanted = sum(value.length for value in rows if isinstance(value, Place))
        values = self._values
        if values is None or values.size() > 2 * wanted + ROOM:
            records = {
                kind: {name: (key, self._read(value)) for name, (key, value) in named.items()}
                for kind, named in records.items()
            }
            values = self._new_values()
        return values, self._added(values, records)

    def _new_values(self) -> Values:
        assert self._file
        self._file.parent.mkdir(parents=True, exist_ok=True)
        made = self._file.with_name(f"{self._file.name}-{secrets.token_hex(4)}")
        made.touch(mode=0o600, exist_ok=False)
        return Values(made)

    def _added(self, values: Values, records: Records) -> Records:
        """The same after the new values of them were written behind the others."""
        found: Records = {kind: {} for kind in records}
        with open(values.file, "ab", buffering=1 << 20) as file:
            _alone(file)
            start = file.seek(0, os.SEEK_END)
            for kind, named in records.items():
                for name, (key, value) in named.items():
                    if isinstance(value, bytes):
                        file.write(value)
                        value, start = Place(start, len(value), _seal(self._secret, value)), start + len(value)
                    found[kind][name] = key, value
        return found


def _length(value: Place | bytes) -> int:
    return len(value) if isinstance(value, bytes) else value.length


def _alone(file: BinaryIO) -> None:
    """Waits until nobody else writes to the file, and keeps others waiting until it is closed."""
    with suppress(ImportError):
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX)


def _replace(file: Path, data: bytes) -> None:
    """Not settled on the disk: the seal tells of half a file."""
    made = file.with_name(f".making-{os.getpid()}-{secrets.token_hex(4)}")
    try:
        with open(made, "xb", buffering=0) as opened:
            opened.write(data)
        os.replace(made, file)
    except OSError:
        with suppress(OSError):
            made.unlink()
        raise


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
