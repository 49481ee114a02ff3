"""What the stages of a build cost, each beside what an ordinary program would do, in one process.

python bench/stages.py SHOW      prints one row of JSON a stage
"""

from __future__ import annotations

import gc
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from itertools import count as count_from
from pathlib import Path
from zoneinfo import ZoneInfo

import ordinary
from measure import Cost, Ratio, of_pairs, paired, within
from mutagen import File

from podfeed.output import copied
from podfeed.publish.folder import publish
from podfeed.render import feeds
from podfeed.schedule import EVERYTHING
from podfeed.site import build
from podfeed.source import yaml
from podfeed.source.audio_read import read as read_audio
from podfeed.source.fields import Clock
from podfeed.source.load import load
from podfeed.source.schema import EpisodeFile
from podfeed.source.theme import read_theme
from podfeed.source.validate import validate

NOTHING = Cost(1.0, 1.0)


def tell(goal: str, what: str, ratio: Ratio, target: float | None = None) -> None:
    note = [ratio.ours.cpu, ratio.theirs.cpu]
    print(json.dumps({"goal": goal, "what": what, "measured": ratio.cpu, "target": target, "note": note}), flush=True)


def compare(goal: str, what: str, ours: Callable, theirs: Callable, target: float | None = None) -> None:
    ratio = paired(lambda: within(ours), lambda: within(theirs), most=5, seconds=8)
    tell(goal, what, ratio, target)


def main(folder: Path) -> None:
    files = sorted((folder / "episodes").glob("*.yaml"))[-300:]
    clock = Clock(ZoneInfo("Europe/London"), _midnight())

    def parse() -> None:
        for path in files:
            document, _ = yaml.read(path.name, path.read_bytes())
            assert document is not None and validate(document, EpisodeFile, clock)[0]

    compare(
        "G9",
        "YAML and validation, by CSafeLoader and plain models",
        parse,
        lambda: list(map(ordinary.read, files)),
        0.35,
    )

    sounds = sorted(p for p in (folder / "media").iterdir() if p.suffix != ".png")[-300:]
    with tempfile.TemporaryDirectory() as cache:
        compare(
            "",
            "reading recordings with tags, chapters and art, by mutagen.File",
            lambda: [read_audio(str(path), cache) for path in sounds],
            lambda: [File(path) for path in sounds],
        )

    show, problems = load(folder, EVERYTHING)
    assert show is not None, problems[:3]
    notes = {e.slug: "<p>" + (e.notes or "") + "</p>" for e in show.episodes}
    count = len(show.episodes)

    def feed() -> list[bytes]:
        return [out.body() for _path, out in feeds.of_show(show)]

    def theirs() -> bytes:
        return ordinary.feed(show, show.episodes, notes)

    known = {path: out.key for path, out in feeds.of_show(show)}
    old, *newer = reversed(show.episodes)
    edits = count_from(1)

    def edit() -> list[bytes]:
        """As a build after an edit does it: every page is asked for its key, and made where that is another."""
        other = replace(old, title=f"Edited {next(edits)}")
        outputs = feeds.of_show(replace(show, episodes=(*reversed(newer), other)))
        made = [out.body() for path, out in outputs if known[path] != out.key]
        assert 0 < len(made) < len(known)
        return made

    first = of_pairs([(within(feed), within(theirs))])
    tell("", f"feed and archive of {count:,} episodes with all tags, by feedgen alone", first)
    gc.collect()
    gc.freeze()  # neither is to look through the show for rubbish while it works
    compare("", "the same once more, each page put together of items that are there, by feedgen alone", feed, theirs)
    target = 0.02 if count >= 5000 else None
    compare("G10", "the same after one episode was edited, by feedgen alone", edit, theirs, target)

    site = build(show, read_theme(folder))
    pages = [out for path, out in site.items() if path.startswith("episodes/") and path.endswith("index.html")]
    made = [out for out in pages if out.make][:300]
    texts = within(lambda: [out.body() for out in made])
    each = Cost(texts.wall / len(made), texts.cpu / len(made))
    tell("", "an episode's page or card", Ratio(each.wall, each.cpu, 0, each, NOTHING, 1))

    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        source = Path(place) / "source"
        source.mkdir()
        ready = {}
        for number, out in enumerate(made):
            path = source / str(number)
            path.write_bytes(out.body())
            ready[f"pages/{number}/index.html"] = copied(out.media_type, str(number), path)

        def write() -> None:
            for path in ready:
                target = Path(place) / "plain" / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(ready[path].body())

        tell(
            "",
            f"publishing {len(ready)} files, by writing them",
            paired(lambda: within(lambda: publish(ready, Path(place) / "public", clean=True)), lambda: within(write)),
        )


def _midnight():
    from datetime import time

    return time(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
