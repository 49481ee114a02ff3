"""A show in Arabic: its pages run from right to left, and what runs the other way is kept apart."""

from __future__ import annotations

import re

import pytest

from podfeed import paths
from tests import pagesite
from tests.pagesite import Document

SHOW = pagesite.arabic()
EPISODE = paths.episode(SHOW.episodes[0].slug)


@pytest.fixture(scope="module")
def built():
    return pagesite.html(pagesite.build(SHOW))


def test_every_page_says_its_direction(built):
    for path, html in built.items():
        page = Document(html).all("html")[0].attributes
        assert (page["lang"], page["dir"]) == ("ar", "rtl"), path


def test_a_title_in_another_language_is_marked(built):
    """A story's language comes from its record; without one, its letters still say in which direction it runs."""
    links = {link.words: link.attributes for link in Document(built[EPISODE]).all("a", rel="noopener")}
    costs = links["Who pays for the bridge, and when?"]
    assert (costs["lang"], costs["hreflang"], costs["dir"]) == ("en", "en", "auto")
    tides = links["Spring tides ahead!"]
    assert "lang" not in tides and tides["dir"] == "ltr"
    assert "dir" not in links["المجلس البلدي يقرّ مشروع جسر الميناء"]


LATIN_END = re.compile(r"[A-Za-z][?!.]$")


@pytest.mark.parametrize("path", [EPISODE, paths.HOME, paths.EPISODES, paths.STORIES, paths.story("tides")])
def test_no_mark_falls_to_the_wrong_side(built, path):
    """A Latin text that ends with a mark has a direction of its own, or the mark would stand before it."""
    found = 0
    for element in Document(built[path]).elements:
        if element.name in ("title", "meta", "option", "textarea", "script") or "hidden" in element.attributes.values():
            continue
        if LATIN_END.search(element.words) and not re.search("[\u0600-\u06ff]", element.words):
            found += 1
            own = "dir" in element.attributes or "\u2066" in "".join(element.text)
            around = re.search(rf'dir="[a-z]+"[^<>]*>{re.escape(element.words)}<', built[path])
            assert own or around, element
    assert found


def test_a_sentence_keeps_what_is_filled_in_apart(built):
    """In an attribute there are no elements, so marks of Unicode do it."""
    player = Document(built[EPISODE])
    labels = [e.attributes["aria-label"] for e in player.all("ul", aria_label=None, class_="stories")]
    assert "مقالات «\u2066Portrait: the last ferry pilot?\u2069»" in labels


def test_an_english_page_marks_what_is_arabic():
    """The other way round too; and an English title on an English page has no mark at all."""
    pages = pagesite.html(pagesite.build(pagesite.long_titled("en")))
    heading = Document(pages[paths.episode("bonus")]).all("h1")[0]
    assert heading.attributes["dir"] == "rtl"


PHYSICAL = re.compile(
    r"(?:^|[;{]\s*)((?:margin|padding|border)-(?:left|right|top|bottom)[\w-]*|left|right|top|bottom|float|clear|"
    r"text-align:\s*(?:left|right))\s*[:;]"
)
ON_PURPOSE = {("style.css", "border-left"), ("style.css", "border-left-color")}  # the play triangle


@pytest.mark.parametrize("name", ["style.css", "embed.css", "feed.css"])
def test_style_sheets_know_no_left_and_right(name):
    """Logical properties only, so that a page turns round as a whole."""
    style = re.sub(r"/\*.*?\*/", "", (pagesite.TEMPLATES / "static" / name).read_text("utf-8"), flags=re.DOTALL)
    found = {(name, match[1]) for match in PHYSICAL.finditer(style)}
    assert found <= ON_PURPOSE
    assert PHYSICAL.search("a { color: red; margin-left: 1px; }") and PHYSICAL.search("a { left: 0; }")
