"""The QR code of the feed's address, read back by a program that reads them from pictures."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from podfeed import paths
from podfeed.render import qr
from tests import pagesite

ADDRESSES = (
    "https://radio.example/feed.xml",
    "https://radio.example/" + "a-long-way/" * 60 + "feed.xml",
    "https://xn--e1aybc.example/%D1%8D%D1%84%D0%B8%D1%80/feed.xml?a=1&b=%27",
    "http://a.example/é",
)


def drawn(side: int, path: str, scale: int = 4) -> Image.Image:
    """The drawing as a picture. Every bar is `M<x> <y>h<wide>v1h-<wide>z`."""
    picture = Image.new("L", (side * scale, side * scale), 255)
    pen = ImageDraw.Draw(picture)
    bars = re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", path)
    assert "".join(f"M{x} {y}h{wide}v1h-{wide}z" for x, y, wide in bars) == path
    for x, y, wide in (map(int, bar) for bar in bars):
        pen.rectangle((x * scale, y * scale, (x + wide) * scale - 1, (y + 1) * scale - 1), fill=0)
    return picture


@pytest.mark.parametrize("address", ADDRESSES, ids=range(len(ADDRESSES)))
def test_it_is_read_as_it_was_written(address):
    """A reader of QR codes finds the address in it, to the letter, also with a blot on it."""
    code = qr.code(address)
    picture = drawn(code.side, code.path)
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [address]
    middle, blot = code.side * 2, code.side * 4 // 8
    ImageDraw.Draw(picture).rectangle((middle, middle, middle + blot, middle + blot), fill=255)
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [address]


@pytest.mark.parametrize("moved", [None, "https://elsewhere.example/feed.xml"])
def test_subscribe_page_has_it(moved):
    """The page shows the code of the address that it gives to copy, says so in words, and leaves white around it."""
    show = replace(pagesite.local(), new_feed_url=moved)
    document = pagesite.Document(pagesite.build(show)[paths.SUBSCRIBE].body().decode())
    (drawing,) = document.all("svg", class_="qr")
    (path,) = document.all("path")
    side = int(drawing.attributes["viewbox"].split()[2])
    (field,) = document.all("input", id="feed")
    assert field.attributes["value"] == (moved or paths.absolute(show, paths.FEED))
    assert [found.text for found in zxingcpp.read_barcodes(drawn(side, path.attributes["d"]))] == [
        field.attributes["value"]
    ]
    assert field.attributes["value"] in drawing.attributes["aria-label"] and drawing.attributes["role"] == "img"
    assert min(int(x) for x in re.findall(r"M(\d+)", path.attributes["d"])) == qr.QUIET
