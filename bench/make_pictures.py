"""The pictures of docs/pictures: pages of the example show and of odd shows, as a real Chromium shows them.

    python bench/make_pictures.py [NAME...]     all of them, or those named

Needs what the tests need (playwright, Pillow, Chromium). Each picture is reduced to 48 colours and at most 100 kB; look at
every one before you commit it. Nothing in podfeed calls this.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from PIL import Image  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from waitress.server import create_server  # noqa: E402

from podfeed.output import Site  # noqa: E402
from podfeed.schedule import EVERYTHING  # noqa: E402
from podfeed.steps import take  # noqa: E402
from podfeed.web.app import Serving, create_app  # noqa: E402
from tests import pagesite, shows  # noqa: E402

WIDE, PHONE = (1100, 800), (390, 720)
LARGEST = 100_000  # bytes
EPISODE = "episodes/conroy-on-atf-fnf-and-mexico/"

PICTURES = {
    # name: show, page, size, what Chromium is told, what is clicked or scrolled to
    "episode": ("example", EPISODE, WIDE, {}, ".segment:nth-child(2) .time"),
    "story": ("example", "stories/court-pleadings/", WIDE, {}, ""),
    "person-phone-dark": ("example", "people/bill-conroy/", PHONE, {"color_scheme": "dark"}, ""),
    "subscribe-phone": ("example", "subscribe/", PHONE, {}, "#phone"),
    "sixty-segments-phone": ("sixty", "episodes/2026-03-02-harbour-vote/", PHONE, {}, ".segment:nth-child(23)"),
    "arabic-phone": ("arabic", "episodes/bonus/", PHONE, {}, ""),
    "no-cover-phone": ("bare", "", PHONE, {}, ""),
    "forced-colours": ("example", EPISODE, WIDE, {"forced_colors": "active"}, ""),
    "print": ("example", EPISODE, (794, 900), {"media": "print"}, ""),
    "card": ("example", EPISODE + "embed/2/", (500, 230), {}, ""),
}


def sixty():
    """Sixty segments of a minute."""
    show = pagesite.local()
    segments = tuple(
        replace(
            shows.SEGMENTS[n % 4],
            number=n + 1,
            start=shows.at(minutes=n),
            end=shows.at(minutes=n + 1),
            image=None,
            stories=tuple(replace(link, at=None) for link in shows.SEGMENTS[n % 4].stories),
        )
        for n in range(60)
    )
    audio = replace(show.episodes[0].audio, duration=shows.at(hours=1))
    return replace(show, episodes=(replace(show.episodes[0], segments=segments, audio=audio), *show.episodes[1:]))


SHOWS = {"sixty": sixty, "arabic": pagesite.long, "bare": pagesite.bare}


def site(name: str, folder: Path) -> Site:
    if name == "example":
        made = take(ROOT, EVERYTHING).site
        assert made, "the example show has problems"
        return made
    show = shows.with_files(SHOWS[name](), folder)
    for picture in folder.rglob("*.[jp][pn]g"):  # a single point, as the tests need it; here it is to be seen
        picture.write_bytes((ROOT / "media" / "cover.jpg").read_bytes())
    return pagesite.build(show)


def serve(what: Site) -> str:
    server = create_server(create_app(lambda: Serving(what, now=lambda: datetime.now(UTC))), host="127.0.0.1", port=0)
    threading.Thread(target=server.run, daemon=True).start()
    return f"http://127.0.0.1:{server.effective_port}/"


def small(shot: bytes) -> bytes:
    out = io.BytesIO()
    picture = Image.open(io.BytesIO(shot)).convert("RGB").quantize(48, dither=Image.Dither.NONE)
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def main(names: list[str]) -> None:
    target = ROOT / "docs" / "pictures"
    target.mkdir(exist_ok=True)
    addresses: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        for name in names or PICTURES:
            show, path, (width, height), told, place = PICTURES[name]
            if show not in addresses:
                addresses[show] = serve(site(show, Path(scratch) / show))
            told = dict(told)
            media = told.pop("media", None)
            page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce", **told)
            page.emulate_media(media=media)
            page.goto(addresses[show] + path, wait_until="networkidle")
            if place.endswith(".time"):
                page.locator(place).first.click()
                page.wait_for_timeout(600)
                page.evaluate("document.querySelector('audio').pause()")
                page.mouse.move(0, 0)
            elif place:
                page.locator(place).evaluate("e => e.scrollIntoView()")
            page.wait_for_timeout(150)
            made = small(page.screenshot())
            assert len(made) <= LARGEST, (name, len(made))
            (target / f"{name}.png").write_bytes(made)
            print(f"{name}.png  {len(made):,} bytes")
            page.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
