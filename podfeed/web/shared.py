"""A file that several answers read at once, each from its own place."""

from __future__ import annotations

import os
from io import SEEK_CUR, SEEK_SET, FileIO, RawIOBase

from podfeed.read_at import read_at


class Shared(FileIO):
    """A file that is open for several answers. None of them moves it or closes it: it is closed when the last lets go."""

    def __del__(self) -> None:
        self.close()

    def part(self, start: int, length: int) -> bytes:
        """So many bytes. Raises EOFError if the file has become shorter than that."""
        data = read_at(self.fileno(), length, start)
        if len(data) < length:
            raise EOFError(f"{self.name} ends before byte {start + length}")
        return data


class View(RawIOBase):
    """A shared file as one answer reads it, from byte `place` on."""

    def __init__(self, file: Shared, place: int):
        self._shared, self._place = file, place

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            size = max(0, self._end() - self._place)
        data = read_at(self._shared.fileno(), size, self._place)
        self._place += len(data)
        return data

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        start = 0 if whence == SEEK_SET else self._place if whence == SEEK_CUR else self._end()
        self._place = start + offset
        return self._place

    def tell(self) -> int:
        return self._place

    def _end(self) -> int:
        return os.fstat(self._shared.fileno()).st_size
