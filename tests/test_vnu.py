"""The checker of the W3C and WHATWG (vnu, the Nu Html Checker) finds no error on any kind of page, in CSS or SVG."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from podfeed.output import Site
from podfeed.schedule import EVERYTHING
from podfeed.steps import take
from tests import pagesite

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
JAR = ROOT / "tests" / "clients" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
UNFIT = (".css", ".svg", ".html")


SHOWS = {name: make for name, make in pagesite.SHOWS.items() if name != "forty"}


@pytest.fixture
def vnu(tmp_path):
    """`vnu()`: the messages about all that lies in the folder. Skips where Java or vnu is not to be had."""
    java = shutil.which("java")
    if not java:
        pytest.skip("there is no java on this machine (Debian: default-jre-headless)")
    if not JAR.exists():
        pytest.skip("vnu is not installed (npm ci in tests/clients)")

    def run() -> list[str]:
        command = [java, "-Xss4m", "-jar", str(JAR), "--format", "json", "--also-check-css", "--also-check-svg"]
        ended = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, timeout=240)
        messages = json.loads(ended.stderr)["messages"]
        rows = [m for m in messages if m["type"] != "info"]
        return [
            f"{m['url'].partition(tmp_path.name)[2]}:{m.get('lastLine')} {m['message']} {m.get('extract', '')[:120]!r}"
            for m in rows
        ]

    return run


def laid_out(site: Site, folder: Path) -> None:
    """What the checker can read of a site, as files; an editor's own transcript is not ours to judge."""
    for path, output in site.items():
        if path.endswith(UNFIT) and "/transcript." not in path:
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(output.body())


def test_no_error_on_any_page(vnu, tmp_path):
    """Every page, style sheet and drawing of the example show, and of a long, a hostile, an empty, a bare and other shows."""
    for name, make in SHOWS.items():
        laid_out(pagesite.build(make()), tmp_path / name)
    example = take(ROOT, EVERYTHING)
    assert example.site
    laid_out(example.site, tmp_path / "example")
    assert len(list(tmp_path.rglob("*.html"))) > 150
    assert vnu() == []


def test_it_would_find_one(vnu, tmp_path):
    """The checker is asked, and what it says is read."""
    laid_out(pagesite.build(pagesite.local()), tmp_path)
    page = tmp_path / "about" / "index.html"
    page.write_text(page.read_text().replace("</main>", "<p><div>", 1))
    (tmp_path / "static" / "style.css").write_text("a { colour: red }")
    found = vnu()
    assert any("about/index.html" in row for row in found) and any("colour" in row for row in found)
