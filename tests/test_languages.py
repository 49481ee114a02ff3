"""The words of pages and feeds: none is left out of what translators see."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from jinja2 import Environment

from tests import pagesite

TEMPLATES = pagesite.theme().templates
SPOKEN = {
    "alt",
    "aria-label",
    "aria-description",
    "aria-roledescription",
    "aria-valuetext",
    "label",
    "placeholder",
    "title",
}
NAMES = {"JSON", "OPML", "RSS", "podfeed"}
"""Names that are the same in every language."""


class Literal(HTMLParser):
    """What a template's HTML says of itself: text, and attributes that are read out."""

    def __init__(self, source: str):
        super().__init__()
        self.said: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("rel") == "alternate":  # a program reads it
            return
        self.said += [
            value or ""
            for name, value in attrs
            if name in SPOKEN or (name.startswith("data-") and " " in (value or ""))
        ]

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def unwrapped(source: str) -> list[str]:
    """Words that stand in a template as they are, and so in every language."""
    gaps = {"variable_begin": "\0", "block_begin": " "}
    html = "".join(value if kind == "data" else gaps.get(kind, "") for _line, kind, value in Environment().lex(source))
    found = [word for text in Literal(html).said for word in re.findall(r"[^\W\d_]{2,}", text)]
    return [word for word in found if word not in NAMES]


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_hold_no_words_of_their_own(name):
    """Every visible word goes through `_`, `many` or `pgettext`."""
    assert unwrapped(TEMPLATES[name]) == []


def test_words_of_their_own_are_found():
    """In texts and in attributes that are read out; not in classes, scripts or what is wrapped."""
    assert unwrapped('<p class="soft">{{ _("Right") }} wrong</p>') == ["wrong"]
    assert unwrapped('<a aria-label="Wrong {{ name }}" data-x="so wrong" href="right">{% if a %}×{% endif %}</a>') == [
        "Wrong",
        "so",
        "wrong",
    ]
