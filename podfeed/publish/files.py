"""Single files of a release: written, copied or linked, and brought safely to the disk."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

from podfeed.publish.problem import PublishProblem

MANY = 200
"""From so many new files on, one `sync` of everything goes before the single ones: it saves a wait for each."""

NO_LINKS = {errno.EPERM, errno.EXDEV, errno.EMLINK, errno.ENOTSUP, errno.ENOENT}
"""Why a hard link may be refused although all is well: the file system knows none or has enough of them, or
somebody removed the file by hand. Then the file is made anew."""

NO_KERNEL_COPY = {errno.EXDEV, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL, errno.EPERM, errno.EBADF}
"""Why the kernel may refuse to copy between two files by itself (copy_file_range(2)); plain reading then does."""


def write(target: str, data: bytes) -> None:
    """A new file with these bytes."""
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)  # half as long as open()
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
    finally:
        os.close(descriptor)


def link(source: str, target: str) -> bool:
    """A second name for a published file; False if the file system cannot give it one."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno in NO_LINKS:
            return False
        raise
    return True


def copy(source: Path, target: str) -> tuple[str, int]:
    """A copy of the editor's file, with its SHA-256 and length in bytes.

    Never a link: what an editor does to the file later must not reach the public. The digest is of the copy, so it
    is right whatever happens to the source. Raises PublishProblem if the source is not a whole file at rest.
    """
    with _opened(source) as origin, open(target, "x+b", buffering=0) as made:
        before = os.fstat(origin.fileno())
        if _being_written(origin.fileno()):
            raise _unfinished(source)
        _copy_bytes(origin, made)
        made.seek(0)
        digest = hashlib.file_digest(made, "sha256").hexdigest()
        length = os.fstat(made.fileno()).st_size
        after = _now_at(source)
    facts = [(s.st_dev, s.st_ino, s.st_size, s.st_mtime_ns) for s in (before, after)]
    if facts[0] != facts[1] or length != after.st_size:
        raise _unfinished(source)
    return digest, length


def _opened(source: Path) -> BinaryIO:
    try:
        # O_NONBLOCK: a pipe that took the file's place must not make us wait for ever.
        descriptor = os.open(source, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError):
        raise _gone(source) from None
    except PermissionError:
        raise PublishProblem(f"{source} cannot be read", "give this account the right to read the file") from None
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        raise PublishProblem(f"{source} is a symbolic link", "put the file itself there") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise PublishProblem(f"{source} is not an ordinary file", "put the file itself there")
    return open(descriptor, "rb", buffering=0)


def _now_at(source: Path) -> os.stat_result:
    try:
        return os.lstat(source)
    except FileNotFoundError:
        raise _gone(source) from None


def _gone(source: Path) -> PublishProblem:
    return PublishProblem(f"{source} is no longer there", "put it back, or take it out of the episode")


def _unfinished(source: Path) -> PublishProblem:
    return PublishProblem(f"{source} is still being copied or written", "wait until it is complete, then build again")


def _being_written(descriptor: int) -> bool:
    """Whether a program has the file open for writing, where the system can tell.

    fcntl(2), F_SETLEASE: a read lease is refused with EAGAIN while a writer has the file open. Only for our own
    files on a local Linux file system; elsewhere the comparison before and after the copy has to do.
    """
    try:
        import fcntl
        import signal

        # A lease that is broken in the moment we hold it sends a signal: one that nobody minds, not SIGIO.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    except (ImportError, AttributeError):
        return False
    return False


def _copy_bytes(origin: BinaryIO, made: BinaryIO) -> None:
    """All bytes, within the kernel where it can (a file system with reflinks then copies none)."""
    try:
        while os.copy_file_range(origin.fileno(), made.fileno(), 1 << 30):
            pass
        return
    except AttributeError:
        pass
    except OSError as error:
        if error.errno not in NO_KERNEL_COPY:
            raise
    # Both positions stand where the kernel left them, so reading goes on from there.
    shutil.copyfileobj(origin, made, 1 << 20)


def settle(files: Collection[str], folders: Collection[str]) -> None:
    """Returns when the files and the folders' entries are on the disk; raises OSError if the disk refused any."""
    if len(files) + len(folders) > MANY and hasattr(os, "sync"):
        os.sync()
    for path in (*files, *folders):
        settle_one(path)


def settle_one(path: str) -> None:
    """One file or folder, brought to the disk (fsync(2): a new file also needs its folder brought there)."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
