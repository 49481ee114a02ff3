"""The same show as a Pelican site: an article an episode, its segments written out as Markdown, people as tags.

Pelican is a generator in Python. It is given no recordings; it makes no chapters, no stories' pages, no podcast tags in
its feed, and checks nothing.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import yaml

HERE = Path(__file__).parent / "pelican"
SETTINGS = """\
SITENAME = "The Long Morning"
SITEURL = "https://radio.example/long-morning"
AUTHOR = "Radio Example"
PATH = "content"
OUTPUT_PATH = "public"
THEME = {theme!r}
THEME_STATIC_PATHS = []
TIMEZONE = "Europe/London"
DEFAULT_LANG = "en"
DEFAULT_PAGINATION = 50
DIRECT_TEMPLATES = ["index"]
ARTICLE_URL = ARTICLE_SAVE_AS = "episodes/{{slug}}/index.html"
TAG_URL = TAG_SAVE_AS = "people/{{slug}}/index.html"
AUTHOR_SAVE_AS = CATEGORY_SAVE_AS = TAGS_SAVE_AS = AUTHORS_SAVE_AS = CATEGORIES_SAVE_AS = ARCHIVES_SAVE_AS = ""
FEED_ALL_RSS = "feed.xml"
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = TRANSLATION_FEED_ATOM = None
FEED_MAX_ITEMS = 10_000_000
LOG_FILTER = []
"""


def install(folder: Path) -> str | None:
    """Puts Pelican from PyPI into an environment of its own; its version, or None if it cannot be had."""
    python = folder / "bin" / "python"
    try:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True, capture_output=True)
        words = [python, "-m", "pip", "install", "-q", "pelican", "markdown"]
        subprocess.run(words, check=True, capture_output=True, timeout=180)
        asked = [python, "-c", "import importlib.metadata as m; print(m.version('pelican'))"]
        return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
    except (subprocess.SubprocessError, OSError):
        return None


def make(show: Path, site: Path) -> None:
    """Write the show as a Pelican site into `site`."""
    (site / "content").mkdir(parents=True)
    (site / "settings.py").write_text(SETTINGS.format(theme=str(HERE)), "utf-8")
    for path in sorted((show / "episodes").glob("*.yaml")):
        (site / "content" / f"{path.stem}.md").write_text(_article(path), "utf-8")


def build(site: Path, environment: Path) -> list[str | Path]:
    """The command that builds it."""
    return [environment / "bin" / "pelican", "-q", "-s", site / "settings.py", site / "content", "-o", site / "public"]


def _article(path: Path) -> str:
    data = yaml.load(path.read_text("utf-8"), yaml.CBaseLoader)
    lines = [
        f"Title: {data['title']}",
        f"Date: {data['date']}",
        f"Slug: {path.stem}",
        f"Tags: {', '.join(data['guests'])}",
        f"Lead: {data['summary']}",
        f"Audio: https://radio.example/long-morning/media/{data['audio']}",
        "",
    ]
    for entry in data["segments"]:
        if isinstance(entry, str):
            lines += [f"## {entry}", ""]
            continue
        lines += [f"## {entry['start']} {entry['title']}", "", entry["summary"], ""]
        lines += [f"* [{s['title']}]({s['url']}) *{s['publisher']}*, {s['date']}, {s['rel']}" for s in entry["stories"]]
        lines.append("")
    return "\n".join(lines) + "\n" + data["notes"]
