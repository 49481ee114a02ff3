"""A show without a cover: pages with a picture made of its title, feeds without one, and a warning."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from podfeed import paths, site
from podfeed.model import File, Image
from podfeed.render import cover
from podfeed.schedule import View
from podfeed.steps import look, take
from tests import pagesite
from tests.newsroom import SHOW, make

SVG = "{http://www.w3.org/2000/svg}"
TITLES = {
    "short": "News",
    "usual": "Border Stories on Air",
    "one-long-word": "Donaudampfschifffahrtsgesellschaftskapitän " + "x" * 300,
    "very-long": "What the papers said and what we asked them about it, every weekday at six " * 20,
    "arabic": "ما الذي يعنيه التصويت على جسر الميناء لسكان المدينة القديمة",
    "japanese": "深夜のラジオ新聞、港町から",
    "markup": "</title><script>alert(1)</script> \"a\" & 'b'",
    "controls": "a\x00b\x1b[0m\ud800 c",
    "blank": "  ",
}


def bare():
    return replace(pagesite.local(), cover=None, images=())


@pytest.mark.parametrize("kind", TITLES)
def test_every_title_makes_a_picture(kind):
    """It is a whole SVG that says its title in words, and every line fits into it."""
    body = cover.drawn(TITLES[kind], "Radio Example", "ar" if kind == "arabic" else "en", "#7a1f23")
    root = ET.fromstring(body)
    assert root.attrib["role"] == "img" and {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "title", "rect", "path", "text", "tspan",
    }  # fmt: skip
    size, lines = cover.fitted(TITLES[kind])
    assert len(lines) * size * cover.LINE <= cover.ROOM
    assert all(cover._width(line) * size <= cover.SIDE - 2 * cover.MARGIN + size for line in lines)
    shown = "".join(span.text or "" for span in root.iter(SVG + "tspan")).replace(" ", "")
    written = "".join(TITLES[kind].split())
    if kind in ("short", "usual", "arabic", "japanese", "markup"):
        assert shown == written
        assert root.findtext(SVG + "title") == TITLES[kind]


def test_white_letters_are_read_on_every_colour():
    """WCAG 1.4.6 asks 7 to 1 for ordinary letters; a show's own accent is taken only if it gives that."""
    assert all(1.05 / (cover._luminance(colour) + 0.05) >= 7 for colour in cover.COLOURS)
    theme = pagesite.theme()
    ours = cover.colour(theme, "A title")
    own = {
        style: cover.colour(replace(theme, static={"show.css": style}), "A title")
        for style in (b":root{--accent: light-dark(#0A4C5c, #ffcc00)}", b":root { --accent:#ffcc00 }", b"--accent: red")
    }
    assert list(own.values()) == ["#0a4c5c", ours, ours]
    assert len({cover.colour(theme, f"Title {n}") for n in range(100)}) == len(cover.COLOURS)


def test_pages_show_it_and_nothing_else_names_it():
    """Each page has its picture; feeds, data and cards for social networks go without, since none of them takes an SVG."""
    built = pagesite.build(bare())
    assert ET.fromstring(built[paths.COVER].body()).findtext(SVG + "title") == bare().title
    for path, output in built.items():
        if output.make and path != paths.COVER:
            body = output.body().decode()
            assert path.endswith(".html") or paths.COVER not in body, path
    about = pagesite.Document(built[paths.ABOUT].body().decode())
    (picture,) = about.all("img")
    assert picture.attributes["src"] == "../cover.svg" and picture.attributes["height"] == "176"
    assert not about.all("meta", property="og:image")
    assert "icon" not in json.loads(built[paths.FEED_JSON].body())
    assert paths.COVER not in pagesite.build(pagesite.local())


def test_only_the_title_and_the_colour_make_it_anew():
    """Its key is that of what it shows."""

    def key(show, theme=None):
        return site.build(show, theme or pagesite.theme())[paths.COVER].key

    show = bare()
    assert key(show) == key(replace(show, description="Another.", episodes=()))
    coloured = replace(pagesite.theme(), static={"show.css": b"--accent: #0a4c5c"})
    assert len({key(show), key(replace(show, title="Another")), key(show, coloured)}) == 3


def test_it_is_a_warning(tmp_path):
    """The show is published, with one warning that says what directories do and what to write."""
    text = "\n".join(line for line in SHOW.splitlines() if not line.startswith("cover:")) + "\n"
    folder = make(tmp_path, {"show.yaml": text})
    found = [(p.level, p.code, p.span.path) for p in look(folder).problems]
    assert found == [("warning", "cover-missing", "show.yaml")]
    taken = take(folder, View(now=datetime(2030, 1, 1, tzinfo=UTC)))
    assert taken.site and b"<itunes:image" not in taken.site[paths.FEED].body()
    assert b"<image>" not in taken.site[paths.FEED].body()


def test_cards_take_the_picture_for_social_networks():
    """Where a show or an episode has a picture of purpose `social`, og:image is that one; an episode's own comes first."""

    def social(name: str) -> Image:
        return Image(
            file=File(href=f"https://cdn.example/{name}.jpg", media_type="image/jpeg"), purpose=("banner", "social")
        )

    def cards(show) -> dict[str, str]:
        pages = {"home": paths.HOME, "episode": paths.episode(show.episodes[-1].slug)}
        built = pagesite.build(show)
        found = {
            n: pagesite.Document(built[p].body().decode()).all("meta", property="og:image") for n, p in pages.items()
        }
        return {name: rows[0].attributes["content"].rpartition("/")[2] for name, rows in found.items()}

    show = replace(pagesite.local(), images=())
    assert cards(show)["home"].startswith("cover")
    shown = replace(show, images=(social("show"),))
    assert cards(shown) == {"home": "show.jpg", "episode": "show.jpg"}
    last = replace(show.episodes[-1], images=(social("own"),))
    shown = replace(shown, episodes=(*show.episodes[:-1], last))
    assert cards(shown) == {"home": "show.jpg", "episode": "own.jpg"}
