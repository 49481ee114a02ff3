"""Where the releases of a public folder lie, and which of them is public."""

from __future__ import annotations

import errno
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from podfeed.publish import files
from podfeed.publish.problem import PublishProblem

LOCK = "lock"
NEXT = "next"
OLD = "old"


@dataclass(frozen=True, slots=True)
class Place:
    """A public folder and the releases beside it."""

    folder: Path

    @property
    def releases(self) -> str:
        return f"{self.folder.parent}/.{self.folder.name}.releases"

    def release(self, number: int) -> str:
        return f"{self.releases}/{number}"

    def manifest(self, number: int) -> str:
        return f"{self.releases}/{number}.json"

    def target(self, number: int) -> str:
        """What the public link says: relative, so that all of it can be moved together."""
        return f".{self.folder.name}.releases/{number}"

    def current(self) -> int | None:
        """The number of the release that is public; None if nothing is yet. Refuses what podfeed did not make."""
        advice = "move it away, or name another folder with --output"
        try:
            target = os.readlink(self.folder)
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            if os.path.isdir(self.folder) and not os.listdir(self.folder):
                return None
            raise PublishProblem(f"{self.folder} is already there and was not made by podfeed", advice) from None
        number = target.removeprefix(self.target(0)[:-1])
        if not re.fullmatch(r"[1-9][0-9]{0,17}", number) or target != self.target(int(number)):
            raise PublishProblem(f"{self.folder} is a symbolic link that podfeed did not make", advice)
        return int(number)

    def switch(self, number: int) -> None:
        """Makes a release public, in one step."""
        made = f"{self.releases}/{NEXT}"
        os.symlink(self.target(number), made)
        if os.path.isdir(self.folder) and not os.path.islink(self.folder):
            os.rmdir(self.folder)  # an empty folder that somebody prepared
        os.replace(made, self.folder)
        files.settle_one(str(self.folder.parent))


def is_published(folder: Path) -> bool:
    """Whether a release of ours is public at `folder`."""
    with suppress(PublishProblem, OSError):
        return Place(Path(os.path.abspath(folder))).current() is not None
    return False
