"""A program that publishes a small site, for the tests that kill it, starve it or run it twenty times at once.

    python tests/publishing.py FOLDER STATE SOUND

Every page says STATE, so a mixture of two states shows. It exits as the command line does: 0, or 3 with one line when
the storage fails. Between its two `access` calls, and only there, it publishes to FOLDER.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from podfeed.output import Site, copied, rendered
from podfeed.publish.folder import publish
from tests.faulty import between_marks


def page(path: str, state: str) -> bytes:
    return f"{path} of {state}\n".encode()


def site(state: str, sound: Path, top: str = "") -> Site:
    """Pages that change with every state, pages and a recording that never do, and a page of this state alone."""
    changing = ["index.html", "feed.xml", "episodes/a/index.html", "episodes/b/index.html"]
    changing = [top + path for path in (*changing, f"only/{state}/index.html")]
    made = {path: rendered("text/plain", page, path, state) for path in changing}
    made |= {path: rendered("text/plain", page, path, "always") for path in ("about/index.html", "static/style.css")}
    return made | {"media/a.mp3": copied("audio/mpeg", sound.name, sound)}


def expected(state: str, sound: Path) -> dict[str, bytes]:
    """What has to be public for a state."""
    return {path: output.body() for path, output in site(state, sound).items()}


def main(folder: str, state: str, sound: str) -> None:
    with tempfile.TemporaryDirectory() as elsewhere:  # everything is imported before the faults begin
        for warm in "1234":
            publish(site(warm, Path(sound), f"{warm}/"), Path(elsewhere) / "public")
    ours = site(state, Path(sound))
    if "LARGEST_FILE" in os.environ:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(os.environ["LARGEST_FILE"]),) * 2)
    between_marks(lambda: publish(ours, Path(folder)))


if __name__ == "__main__":
    main(*sys.argv[1:])
