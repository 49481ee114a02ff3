"""Lighthouse on the example show: at least 99 in each category, on a middling phone with a slow connection, as it simulates
them; and what the numbers are made of: little is sent, no recording is fetched, nothing is asked of another host.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import statistics
import subprocess
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from podfeed import paths
from podfeed.schedule import EVERYTHING
from podfeed.steps import take
from podfeed.web.app import Serving, create_app

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parent.parent
LIGHTHOUSE = ROOT / "tests" / "clients" / "node_modules" / "lighthouse" / "cli" / "index.js"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
ENOUGH = 0.99
MEDIA = ("Media",)

PAGES = {
    "home": paths.page(paths.HOME),
    "episode": paths.page(paths.episode("the-bogota-connection-on-wnur")),
    "story": paths.page(paths.story("atf-chief")),
}


@pytest.fixture(scope="module")
def address():
    """The example show of this repository, served under its own address."""
    waitress = pytest.importorskip("waitress.server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    place = f"http://127.0.0.1:{port}/"
    site = take(ROOT, EVERYTHING, place).site
    assert site and {paths.episode("the-bogota-connection-on-wnur"), paths.story("atf-chief")} <= site.keys()
    serving = Serving(site, now=lambda: datetime.now(UTC))
    server = waitress.create_server(create_app(lambda: serving), host="127.0.0.1", port=port)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield place
    server.close()
    thread.join(5)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """`report(address)`: what Lighthouse says of a page. Skips where it cannot run."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    node = shutil.which("node")
    if not chromium or not node:
        pytest.skip("there is no Chromium or no node on this machine")
    if not LIGHTHOUSE.exists():
        pytest.skip("Lighthouse is not installed (npm ci in tests/clients)")
    folder = tmp_path_factory.mktemp("lighthouse")

    def run(address: str, categories=CATEGORIES) -> dict:
        out = folder / "report.json"
        out.unlink(missing_ok=True)
        options = [f"--output-path={out}", "--output=json", "--quiet", f"--only-categories={','.join(categories)}"]
        flags = "--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage"
        around = {**os.environ, "CHROME_PATH": chromium, "TMPDIR": str(folder), "CI": "1"}
        command = [node, str(LIGHTHOUSE), address, *options, flags, "--no-enable-error-reporting"]
        ended = subprocess.run(command, env=around, capture_output=True, text=True, timeout=120)
        assert out.exists(), ended.stderr[-2000:]
        return json.loads(out.read_text())

    return run


@pytest.mark.parametrize("kind", PAGES)
def test_at_least_99_in_each_category(report, address, kind):
    """A busy machine makes the simulation doubtful, so performance is the median of three where the first is too low."""
    page = address + PAGES[kind]
    found = report(page)
    scores = {name: found["categories"][name]["score"] for name in CATEGORIES}
    if scores["performance"] < ENOUGH:
        runs = [scores["performance"], *(performance(report(page, ("performance",))) for _ in range(2))]
        scores["performance"] = statistics.median(runs)
    failed = {name: audit["title"] for name, audit in found["audits"].items() if audit["score"] == 0}
    assert all(score >= ENOUGH for score in scores.values()), (scores, failed)
    audits = found["audits"]
    # Chromium's own controls move inside themselves (0.011 at most); of the page nothing does: test_nothing_moves.
    assert audits["cumulative-layout-shift"]["numericValue"] <= 0.02
    assert audits["total-byte-weight"]["numericValue"] <= 60_000
    requests = audits["network-requests"]["details"]["items"]
    # The icons of Chromium's own audio controls are data: addresses; nobody is asked for them.
    assert [row["url"] for row in requests if not row["url"].startswith((address, "data:image/svg+xml;"))] == []
    assert [row["url"] for row in requests if row["resourceType"] in MEDIA] == []


def performance(found: dict) -> float:
    return found["categories"]["performance"]["score"]
