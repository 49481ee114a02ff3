"""The same show as a Hugo site: front matter instead of our YAML, and the theme in bench/hugo.

Hugo reads no recordings, so it is given their lengths and sizes. It checks nothing, keeps no ledger, writes no chapters
into recordings, and makes everything anew each time.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import yaml
from mutagen import File

from podfeed import media_types
from podfeed.text import parse_time

HERE = Path(__file__).parent / "hugo"
EXTENTS = ("pages", "stories", "everything")
"""How much the theme makes: an episode's page and chapters, an index in pages, people's pages and a feed of all; a
page a story besides; or every kind of file that podfeed publishes but one (see NOT_MADE)."""
NOT_MADE = "the addresses by which other sites look stories up (one small file a story)"
URL = "https://radio.example/long-morning/"

CONFIG = """\
baseURL = "{url}"
title = "The Long Morning"
languageCode = "en-gb"
disableKinds = [{off}]
enableRobotsTXT = false
timeZone = "Europe/London"
[params]
author = "Radio Example"
description = "A daily programme about the stories of the day, with the people who wrote them."
everything = {everything}
[taxonomies]
{taxonomies}
[outputs]
home = ["HTML", "RSS"]
page = [{page}]
term = [{term}]
taxonomy = ["HTML"]
section = ["HTML"]
[outputFormats.RSS]
baseName = "feed"
[outputFormats.chapters]
mediaType = "application/json"
baseName = "chapters"
isPlainText = true
[outputFormats.companion]
mediaType = "application/json"
baseName = "companion"
isPlainText = true
[outputFormats.oembed]
mediaType = "application/json"
baseName = "oembed"
isPlainText = true
[outputFormats.story]
mediaType = "application/json"
baseName = "story"
isPlainText = true
[outputFormats.embed]
mediaType = "text/html"
path = "embed"
baseName = "index"
isHTML = true
"""


def version() -> str | None:
    """What Hugo is here; None if there is none."""
    if not shutil.which("hugo"):
        return None
    said = subprocess.run(["hugo", "version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"v([\d.]+)", said)
    return f"Hugo {found[1] if found else said}{' (Debian)' if 'debian' in said else ''}"


def make(show: Path, site: Path, extent: str) -> None:
    """Write the show as a site into `site`; the content that is there already stays."""
    everything = extent == "everything"
    episode = ["HTML", "chapters", *(("companion", "oembed") if everything else ())]
    term = ["HTML", *(("RSS", "story", "oembed", "embed") if everything else ())]
    config = CONFIG.format(
        url=URL,
        everything=str(everything).lower(),
        taxonomies='person = "people"\n' + ("" if extent == "pages" else 'story = "stories"'),
        page=", ".join(f'"{name}"' for name in episode),
        term=", ".join(f'"{name}"' for name in term),
        off='"404"' if everything else '"404", "sitemap"',
    )
    if not (site / "content").exists():
        (site / "content" / "episodes").mkdir(parents=True)
        for path in sorted((show / "episodes").glob("*.yaml")):
            (site / "content" / "episodes" / f"{path.stem}.md").write_text(_page(show, path), "utf-8")
        shutil.copytree(HERE / "layouts", site / "layouts")
        # There is no story of a person: without these two Hugo only warns, but a thousand times.
        for name in ("story.json", "oembed.json", "embed.html"):
            (site / "layouts" / "people" / f"term.{name}").write_text("")
    (site / "config.toml").write_text(config, "utf-8")


def build(site: Path) -> list[str | Path]:
    """The command that builds it."""
    return ["hugo", "--quiet", "-s", site]


def _page(show: Path, path: Path) -> str:
    """An episode as Hugo wants it. What it cannot know by itself is in the front matter."""
    data = yaml.load(path.read_text("utf-8"), yaml.CBaseLoader)
    notes = data.pop("notes", "")
    audio = show / "media" / data["audio"]
    recording = File(audio)
    assert recording is not None
    data["segments"] = list(map(_segment, data["segments"]))
    data |= {
        "date": data["date"].replace(" ", "T") + ":00Z",
        "slug": path.stem,
        "people": ["dana-reyes", *data.pop("guests")],
        "stories": sorted({story["key"] for segment in data["segments"] for story in segment["stories"]}),
        "duration": round(recording.info.length),
        "length": audio.stat().st_size,
        "type": "episodes",
        "media_type": media_types.media_type(audio.name),
        "audio_url": f"{URL}media/{audio.name}",
        "guid": hashlib.sha256(path.stem.encode()).hexdigest()[:32],
    }
    # JSON is YAML, and Hugo reads no front matter faster.
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n\n" + notes


def _segment(entry: dict | str) -> dict:
    if isinstance(entry, str):
        start, _, title = entry.partition(" ")
        entry = {"start": start, "title": title}
    stories = [{**s, "key": hashlib.sha256(s["url"].encode()).hexdigest()[:16]} for s in entry.get("stories", ())]
    seconds = int(parse_time(entry["start"]).total_seconds())
    return {"people": [], "summary": "", **entry, "seconds": seconds, "stories": stories}


def files(site: Path) -> Iterator[Path]:
    """What the last build wrote."""
    return (path for path in (site / "public").rglob("*") if path.is_file())
