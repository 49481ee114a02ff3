"""Pictures in the sizes of the pages: what is made, that it is the same every time, and that no picture stops a build."""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zlib
from dataclasses import replace

import pytest
from PIL import Image, features

from podfeed import model as m
from podfeed import paths, site
from podfeed.render import pictures
from podfeed.source.picture_sizes import Maker, picture_sizes
from podfeed.theme import LARGEST_PICTURE, PICTURE_WIDTHS
from podfeed.worker import Limits
from tests import pagesite, shows
from tests.test_surfaces import documented

pytestmark = pytest.mark.usefixtures("own_workers")

ORIENTATION, GPS = 0x0112, 0x8825


def painted(size=(900, 600), mode="RGB") -> Image.Image:
    """Red at the left, green at the right."""
    picture = Image.new("RGB", size, "red")
    picture.paste("green", (size[0] // 2, 0, *size))
    return picture.convert(mode)


def saved(picture: Image.Image, form: str, **options) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def turned() -> bytes:
    """Lies on its side, as a phone takes it, and says so; it also says where it was taken."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[GPS] = {1: "N", 2: (51.0, 30.0, 0.0)}
    return saved(painted((600, 900)).rotate(90, expand=True), "JPEG", exif=exif)


def claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is enormous."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


def moving(form: str) -> bytes:
    return saved(painted(), form, save_all=True, append_images=[painted().rotate(180)])


@pytest.fixture(scope="module")
def maker():
    return Maker()


@pytest.fixture
def made(maker, tmp_path):
    """`made(data, width)`: what becomes of a picture."""

    def make(data: bytes, width: int, by: Maker = maker) -> bytes:
        path = tmp_path / "picture"
        path.write_bytes(data)
        return by.make(path, hashlib.sha256(data).hexdigest()[:16], width)

    return make


READABLE = {
    "jpeg": saved(painted(), "JPEG"),
    "jpeg-cmyk": saved(painted(mode="CMYK"), "JPEG"),
    "jpeg-grey": saved(painted(mode="L"), "JPEG"),
    "png": saved(painted(), "PNG"),
    "png-palette": saved(painted(mode="P"), "PNG", transparency=3),
    "png-alpha": saved(painted(mode="RGBA"), "PNG"),
    "png-grey-alpha": saved(painted(mode="LA"), "PNG"),
    "png-one-bit": saved(painted(mode="1"), "PNG"),
    "webp": saved(painted(), "WEBP"),
    "jpeg-turned": saved(painted().transpose(Image.Transpose.ROTATE_90), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0"),
}  # fmt: skip


@pytest.mark.parametrize("kind", READABLE)
def test_every_kind_comes_out_small_and_upright(made, kind):
    """Each kind that is published becomes a WebP of that width, the right way up, in its colours."""
    for width in PICTURE_WIDTHS:
        picture = Image.open(io.BytesIO(made(READABLE[kind], width)))
        assert picture.format == "WEBP" and picture.size == (width, round(width * 2 / 3))
    left, right = (picture.convert("RGB").getpixel((x, 100)) for x in (20, 700))
    if kind not in ("jpeg-grey", "png-grey-alpha", "png-one-bit"):
        assert left[0] > 180 and left[1] < 90 and right[1] > 70 and right[0] < 90


def test_what_the_camera_said_is_left_out(made):
    """A portrait's file may say where somebody lives; the sizes do not."""
    data = turned()
    assert Image.open(io.BytesIO(data)).getexif().get_ifd(GPS)
    small = Image.open(io.BytesIO(made(data, 96)))
    assert small.size == (96, 144) and not small.getexif() and b"EXIF" not in made(data, 96)


def test_the_same_bytes_every_time(made):
    """Two makers, each with a process of its own, agree to the byte."""
    data = READABLE["jpeg"]
    assert [made(data, width) for width in PICTURE_WIDTHS] == [made(data, width, Maker()) for width in PICTURE_WIDTHS]


BAD = {
    "enormous": claiming(60_000, 60_000),
    "just-too-large": claiming(LARGEST_PICTURE // 1000 + 1, 1000),
    "cut": saved(painted(), "JPEG")[:2000],
    "cut-png": saved(painted(), "PNG")[:-40],
    "empty-png": claiming(500, 500),
    "gif": saved(painted(), "GIF"),
    "moving": moving("WEBP"),
    "moving-png": moving("PNG"),
    "noise": b"\xff\xd8\xff" + bytes(range(256)) * 20,
    "another-kind": saved(painted(), "TIFF"),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_cannot_be_made_smaller_stays(made, kind):
    """A bomb, a damaged picture, one that moves: the page gets the original, and the next picture is made as ever."""
    assert made(BAD[kind], 96) == BAD[kind]
    assert made(READABLE["jpeg"], 96)[:4] == b"RIFF"


@pytest.fixture(scope="module")
def huge() -> bytes:
    return saved(painted((5000, 5000)), "PNG")


@pytest.mark.parametrize("limits", [Limits(seconds=0.001), Limits(memory=90 << 20), Limits(patience=0.01)])
def test_a_picture_that_costs_too_much_stays(made, huge, limits):
    """Too slow, too large for the memory, no answer: the worker ends, the original is used."""
    assert made(huge, 96, Maker(limits)) == huge


def test_a_changed_file_is_no_picture_of_ours(tmp_path):
    """Equal keys, equal bytes: a file that was replaced since it was read is refused, and nothing is published."""
    path = tmp_path / "a.jpg"
    path.write_bytes(READABLE["png"])
    with pytest.raises(OSError, match="changed"):
        Maker().make(path, hashlib.sha256(READABLE["jpeg"]).hexdigest()[:16], 96)


# --- in the site -------------------------------------------------------------------------------------------


@pytest.fixture
def illustrated(tmp_path):
    """A show with a large cover, a small picture of an episode, and a portrait, as files."""

    def picture(name: str, size: tuple[int, int], form: str = "JPEG") -> m.Image:
        data = saved(painted(size), form)
        path = tmp_path / name
        path.write_bytes(data)
        stamp = hashlib.sha256(data).hexdigest()[:16]
        kind = f"image/{form.lower()}"
        file = m.File(href=f"media/{name}", source=path, media_type=kind, length=len(data), stamp=stamp)
        return m.Image(file=file, width=size[0], height=size[1], alt="A wall, red and green")

    show = shows.with_files(pagesite.local(), tmp_path)
    portrait = picture("a portrait, é.jpg", (500, 700))
    people = tuple(replace(person, image=portrait) for person in show.people)
    segments = tuple(replace(segment, image=None) for segment in show.episodes[0].segments)
    episode = replace(show.episodes[0], segments=segments, image=picture("small.png", (300, 300), "PNG"))
    moving = replace(show.episodes[1], image=picture("moving.gif", (900, 900), "GIF"))
    cover = picture("cover.jpg", (2000, 2000))
    return replace(show, cover=cover, people=people, episodes=(episode, moving, *show.episodes[2:]))


def candidates(page: str) -> list[tuple[str, int]]:
    return [
        (address, int(width[:-1]))
        for each in re.findall(r'srcset="([^"]+)"', page)
        for address, width in (row.split() for row in each.split(", "))
    ]


def test_pages_offer_the_sizes(illustrated):
    """Every address that a page offers is in the site, has that width, and is lighter than the original."""
    theme = replace(pagesite.theme(), sizes=picture_sizes())
    built = site.build(illustrated, theme)
    seen = set()
    for path, page in pagesite.html(built).items():
        for address, width in candidates(page):
            assert "%2F" not in address and " " not in address
            target = paths.MEDIA + "small.png" if width == 300 else _resolve(path, address)
            picture = Image.open(io.BytesIO(built[target].body()))
            assert picture.size[0] == width
            seen.add(target)
    sizes = {path for path in built if path.startswith(paths.PICTURES)}
    assert sizes <= seen | {p for p in sizes if p.endswith("/768.webp")}  # for lock screens
    assert "pictures/media/cover.jpg/768.webp" in sizes and "pictures/media/small.png/192.webp" in sizes
    assert not [path for path in sizes if "gif" in path or "small.png/384" in path]
    address = documented()["pictures/<path>/<width>.webp"]
    assert all(address.fullmatch(path) for path in sizes)
    assert len(built["pictures/media/cover.jpg/384.webp"].body()) < 20_000
    assert features.check("webp")


def _resolve(page: str, address: str) -> str:
    from urllib.parse import unquote, urljoin

    return unquote(urljoin("http://x/" + page, address).removeprefix("http://x/"))


def test_without_pillow_everything_is_there(illustrated):
    """Nothing is offered but the original, and no page says otherwise."""
    built = site.build(illustrated, pagesite.theme())
    assert not [path for path in built if path.startswith(paths.PICTURES)]
    for page in pagesite.html(built).values():
        assert "srcset" not in page and "pictures/" not in page
    known = site.build(illustrated, replace(pagesite.theme(), sizes=picture_sizes()))
    assert known.keys() > built.keys()


def test_keys_follow_the_picture_and_the_maker(illustrated):
    """A size is made anew when the picture, its width or the maker is another, and at no other time."""

    def key(show: m.Show, stamp: str = "Pillow 1", width: int = 96) -> str:
        sizes = replace(picture_sizes(), stamp=stamp)
        return dict(pictures.outputs(show, replace(pagesite.theme(), sizes=sizes)))[
            paths.picture("media/cover.jpg", width)
        ].key

    other = replace(illustrated, cover=replace(illustrated.cover, file=replace(illustrated.cover.file, stamp="1")))
    retitled = replace(illustrated, title="Another title")
    assert key(illustrated) == key(retitled)
    assert len({key(illustrated), key(other), key(illustrated, "Pillow 2"), key(illustrated, width=192)}) == 4


def test_every_picture_has_room_before_it_comes(illustrated):
    """Width and height stand at each picture, in its proportions; what is not at the head of a page waits until it is near."""
    for path, page in pagesite.html(site.build(illustrated, replace(pagesite.theme(), sizes=picture_sizes()))).items():
        document = pagesite.Document(page)
        for number, element in enumerate(document.all("img")):
            wide, high = (int(element.attributes[side]) for side in ("width", "height"))
            ratio = 700 / 500 if "portrait" in element.attributes["src"] else 1
            assert high == round(wide * ratio), path
            assert number == 0 or element.attributes.get("loading") == "lazy", path
