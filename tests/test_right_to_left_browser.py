"""The Arabic show in a real Chromium: read by axe-core, narrow and wide, and heard."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests import pagesite
from tests.test_browser import AXE, LEVELS, LOOKS, TOO_SMALL, WIDE, browser, served, wait_for

pytestmark = pytest.mark.browser
__all__ = ["browser"]  # the fixture

EPISODE = "episodes/harbour-bridge/"
KINDS = {
    "home": "",
    "episode": EPISODE,
    "archive": "episodes/",
    "stories": "stories/",
    "story": "stories/bridge/",
    "story in English": "stories/costs/",
    "people": "people/",
    "person": "people/layla-haddad/",
    "about": "about/",
    "subscribe": "subscribe/",
    "search": "search/?q=جسر",
    "missing": "404.html",
    "card": EPISODE + "embed/",
    "card of a segment": EPISODE + "embed/2/",
    "card of a story": "stories/costs/embed/",
}


@pytest.fixture(scope="module")
def morning(tmp_path_factory):
    """The address of the show, with a slash at its end."""
    with served(replace(pagesite.arabic(), url="https://radio.example/"), tmp_path_factory.mktemp("morning")) as place:
        yield place


@pytest.fixture
def page(browser, request):
    context = browser.new_context(**{"viewport": WIDE, **getattr(request, "param", {})})
    yield context.new_page()
    context.close()


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed (npm ci in tests/clients)")
@pytest.mark.parametrize("page", [{"bypass_csp": True, **look} for look in LOOKS.values()], ids=LOOKS, indirect=True)
def test_axe_finds_nothing(page, morning):
    """No violation of WCAG 2.2 AA, and of axe's best practices, on any kind of page."""
    for kind, path in KINDS.items():
        page.goto(morning + path)
        for fold in page.locator("summary").all():
            fold.click()
        page.add_script_tag(path=str(AXE))
        found = page.evaluate("levels => axe.run({runOnly: levels})", LEVELS)["violations"]
        assert [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found] == [], kind


@pytest.mark.parametrize("width", [320, 640, 1280])
def test_nothing_is_cut_off(page, morning, width):
    """No page scrolls sideways, and everything to press is large enough."""
    page.set_viewport_size({"width": width, "height": 640})
    for kind, path in KINDS.items():
        page.goto(morning + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, kind
        assert page.evaluate(TOO_SMALL) == [], kind


def left(locator) -> float:
    return locator.bounding_box()["x"]


def test_the_page_is_turned_and_the_player_is_not(page, morning):
    """Times stand at the right; time itself runs as in the browser's own bar, from left to right."""
    page.goto(morning + EPISODE)
    assert left(page.locator(".segment .when").nth(1)) > left(page.locator(".segment .heard").nth(1))
    assert left(page.locator("[data-skip='-15']")) < left(page.locator("[data-skip='30']"))
    assert left(page.locator("[data-strip]").first) < left(page.locator("[data-strip]").last)
    heading = page.get_by_role("heading", name="Portrait: the last ferry pilot?").first
    assert heading.evaluate("e => [getComputedStyle(e).direction, getComputedStyle(e).textAlign]") == ["ltr", "end"]


def test_what_the_script_says_is_arabic(page, morning):
    """The line under the player, the button that shares, and the search."""
    page.goto(morning + EPISODE + "#t=2,14")
    status = page.locator(".player [role=status]")
    assert status.inner_text() == "جاهز للتشغيل من \u20680:02–0:14\u2069."
    page.locator(".segment .time").first.click()
    wait_for(page, "!audio.paused")
    assert status.inner_text() == "\u20680:00\u2069 \u2068العناوين\u2069"
    assert re.fullmatch(r"مشاركة عند \d:\d\d", page.locator("[data-share-button]").inner_text())
    page.goto(morning + "search/?q=جسر")
    page.get_by_role("heading", name="الفقرات").wait_for()
    assert re.search(r"«.?جسر.?»", page.locator("[role=status]").inner_text())
