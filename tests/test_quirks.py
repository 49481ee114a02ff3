"""What the libraries do that podfeed relies on or guards against, each with a small test of the library alone.

When one of these fails, an upgrade has changed the library: see whether the guard that the test names is still right, or
can go. feedgen has a file of its own, test_feed_quirks.
"""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from tests import sound


def alone(code: str, *, stdin: bytes = b"", seconds: float = 10) -> subprocess.CompletedProcess[bytes]:
    """Python code in a process of its own, for what hangs or ends the process."""
    return subprocess.run([sys.executable, "-c", code], input=stdin, capture_output=True, timeout=seconds)


# --- PyYAML: why source/yaml.py walks events and keeps every scalar as text ------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12:30", 750),  # sexagesimal
        ("1:02:03", 3723),
        ("no", False),
        ("NO", False),
        ("on", True),
        ("017", 15),
        ("1.10", 1.1),
        ("1_000", 1000),
        ("2026-01-01 10:00", "2026-01-01 10:00"),  # text, but with seconds a naive datetime
        ("~", None),
    ],
)
def test_quirk_yaml_makes_values_of_texts(text, value):
    """What an editor writes as a time, a word or a number becomes something else."""
    import yaml

    assert yaml.safe_load(f"a: {text}") == {"a": value}


def test_quirk_yaml_last_duplicate_key_wins():
    """Silently; `_Walk._key` tells it."""
    import yaml

    assert yaml.safe_load("a: 1\na: 2\n") == {"a": 2}


def test_quirk_yaml_expands_aliases_without_limit():
    """Three hundred bytes stand for a billion values; `_Walk.run` refuses aliases."""
    import yaml

    rows = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"]
    rows += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    value = yaml.safe_load("\n".join(rows))["a8"]
    for _ in range(8):
        assert len(value) == 10
        value = value[0]


@pytest.mark.parametrize("text", ["2026-02-30", "!!int x", "!!bool x", "!!timestamp foo", "!!float ''"])
def test_quirk_yaml_lets_other_exceptions_out(text):
    """Not only YAMLError; `_Walk._events` catches Exception."""
    import yaml

    with pytest.raises((ValueError, KeyError, AttributeError, IndexError)):
        yaml.safe_load(f"a: {text}")


@pytest.mark.parametrize("escape", ["\\0", "\\uFFFE"])
def test_quirk_yaml_accepts_characters_that_xml_forbids(escape):
    """By an escape; `yaml_slips.escape` tells it."""
    import yaml

    assert yaml.safe_load(f'a: "{escape}"')["a"] in ("\0", "\ufffe")


def test_quirk_yaml_reads_utf16():
    """Without a word; `lines.decode` refuses it."""
    import yaml

    assert yaml.safe_load("a: b".encode("utf-16")) == {"a": "b"}


def test_quirk_yaml_cuts_a_text_at_a_hash():
    """`yaml_slips.comment` warns."""
    import yaml

    assert yaml.safe_load("a: Morning show #5") == {"a": "Morning show"}


@pytest.mark.slow
def test_quirk_libyaml_overflows_the_stack():
    """Thirty thousand brackets end the process when documents are composed; events do not recurse."""
    code = "import sys, yaml; yaml.load(sys.stdin.buffer.read(), Loader=yaml.CSafeLoader)"
    import yaml

    if not yaml.__with_libyaml__:
        pytest.skip("PyYAML was built without libyaml")
    assert alone(code, stdin=b"[" * 300_000, seconds=60).returncode < 0


@pytest.mark.slow
def test_quirk_yaml_python_parser_recurses():
    """RecursionError, which is no YAMLError."""
    import yaml

    with pytest.raises(RecursionError):
        yaml.load("[" * 20_000, Loader=yaml.SafeLoader)


def test_quirk_yaml_base_loader_keeps_texts():
    """What source/yaml.py builds on: BaseLoader's events keep every scalar as written."""
    import yaml

    assert yaml.load("a: 12:30\nb: no\nc: 017", Loader=yaml.CBaseLoader) == {"a": "12:30", "b": "no", "c": "017"}


# --- mutagen: why recordings are read in a worker, with our own checks around it --------------------------------------------


@pytest.mark.slow
def test_quirk_mutagen_never_ends_at_an_empty_name_in_a_cover():
    """188 bytes of M4A, an endless loop (`worker_process` ends it)."""
    from tests.test_audio_hostile import HOSTILE

    code = "import io, sys, mutagen.mp4; mutagen.mp4.MP4(io.BytesIO(sys.stdin.buffer.read()))"
    with pytest.raises(subprocess.TimeoutExpired):
        alone(code, stdin=HOSTILE["endless-cover.m4a"](), seconds=1.5)


def test_quirk_mutagen_unpacks_without_limit():
    """A frame of 30 kB becomes 30 MB; the worker's memory is limited."""
    from mutagen.id3 import ID3

    packed = zlib.compress(b"\0" + b"x" * 30_000_000, 9)
    frame = sound.raw_frame(b"TIT2", struct.pack(">I", 30_000_000) + packed, 0x0080)
    assert len(frame) < 40_000
    tags = ID3(io.BytesIO(sound.raw_id3(frame) + sound.mp3(1)))
    assert len(str(tags["TIT2"])) > 20_000_000


def test_quirk_mutagen_lets_other_exceptions_out():
    """RecursionError for nested chapters, IndexError and struct.error for damaged Ogg: the worker catches Exception."""
    from mutagen.id3 import ID3

    body = b""
    for _ in range(4000):
        body = sound.raw_frame(b"CHAP", b"a\0" + bytes(16) + body)
    with pytest.raises(RecursionError):
        ID3(io.BytesIO(sound.raw_id3(body) + sound.mp3(1)))


def test_quirk_mutagen_believes_a_wav_header():
    """44 bytes that claim two gigabytes last for hours; `audio_whole.wav` counts what is there."""
    from mutagen.wave import WAVE

    made = sound.wav(0).replace(b"data\0\0\0\0", b"data\xf0\xff\xff\x7e")
    assert WAVE(io.BytesIO(made)).info.length > 100_000


def test_quirk_mutagen_tells_negative_lengths():
    """An Opus whose last page lies; `audio_read.read` refuses it."""
    from mutagen.oggopus import OggOpus

    made = sound.opus(1)
    at = made.rindex(b"OggS")
    assert OggOpus(io.BytesIO(made[: at + 6] + struct.pack("<q", -50_000) + made[at + 14 :])).info.length < 0


def test_quirk_mutagen_half_a_flac_has_its_whole_length():
    """The header was written first; `audio_whole.flac` looks at the last frame."""
    from mutagen.flac import FLAC

    made = sound.flac(60)
    assert FLAC(io.BytesIO(made[: len(made) // 2])).info.length == pytest.approx(60)


def test_quirk_mutagen_guesses_varying_bitrate_and_is_sure():
    """Without a Xing header the length is a guess that nothing marks as one; `audio_mp3.walk` counts the frames."""
    from mutagen.mp3 import MP3

    made = sound.vbr([32] * 50 + [320] * 200)
    info = MP3(io.BytesIO(made)).info
    assert abs(info.length - 250 * sound.FRAME) > 1 and not info.sketchy


def test_quirk_mutagen_mime_types_are_its_own():
    """`audio/mp3` for what feeds call audio/mpeg; `media_types.AUDIO` goes by the ending."""
    from mutagen.mp3 import MP3
    from mutagen.wave import WAVE

    assert MP3(io.BytesIO(sound.mp3(1))).mime[0] == "audio/mp3"
    assert WAVE(io.BytesIO(sound.wav(1))).mime[0] == "audio/wav"


def test_quirk_mutagen_counts_255_chapters_in_contents():
    """One byte (`fields.MAX_SEGMENTS`, `audio_write.MOST_CHILDREN`)."""
    from mutagen.id3 import CTOC, ID3, CTOCFlags

    tags = ID3()
    tags.add(
        CTOC(element_id="t", flags=CTOCFlags.TOP_LEVEL, child_element_ids=[f"c{n}" for n in range(256)], sub_frames=[])
    )
    with pytest.raises((ValueError, struct.error)):
        tags.save(io.BytesIO())


def test_quirk_mutagen_sorts_what_is_inside_a_chapter():
    """By size, so an app that shows the first link would show the shortest; `audio_write` writes the frames itself."""
    from mutagen.id3 import ID3

    links = [sound.www("https://a.example/" + "x" * 50, "first"), sound.www("https://b.example/", "2")]
    tags = ID3(io.BytesIO(sound.id3_tags(sound.chap("a", 0, 9, *links)) + sound.mp3(1)))
    assert [frame.url[:18] for frame in tags["CHAP:a"].sub_frames.getall("WXXX")] == [
        "https://b.example/",
        "https://a.example/",
    ]


# --- lxml --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_quirk_lxml_refuses_what_xml_forbids(character):
    """One such character and there is no feed; `lines.decode` and `text.legal` keep them out."""
    from lxml import etree

    with pytest.raises(ValueError, match="XML compatible"):
        etree.Element("a").text = character


def test_quirk_lxml_cannot_encode_surrogates():
    """The same for half a character."""
    from lxml import etree

    with pytest.raises(UnicodeEncodeError):
        etree.Element("a").text = "\ud800"


@pytest.mark.parametrize("character", ["\x7f", "\x85", "\x9b", "\u2028", "\ufdd0", "\U0001fffe"])
def test_quirk_lxml_passes_what_xml_discourages(character):
    """DEL and C1 controls go through; `text.legal` takes them from texts of strangers."""
    from lxml import etree

    made = etree.Element("a")
    made.text = character
    assert etree.fromstring(etree.tostring(made, encoding="utf-8")).text == character


def test_quirk_lxml_splits_the_end_of_cdata():
    """`]]>` in a CDATA section does not end it."""
    from lxml import etree

    made = etree.Element("a")
    made.text = "x]]>y"
    assert etree.fromstring(etree.tostring(made)).text == "x]]>y"


def test_quirk_lxml_stops_entity_bombs():
    """Without help of ours."""
    from lxml import etree

    rows = '<!ENTITY a "x">' + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    parser = etree.XMLParser(resolve_entities=True, no_network=True)
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(f"<!DOCTYPE x [{rows}]><x>&j;</x>".encode(), parser)


# --- markdown-it and nh3: notes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["javascript:alert(1)", "JAVASCRIPT:x", "vbscript:x", "file:///x", "data:text/html,x"])
def test_quirk_markdown_refuses_links_that_run(url):
    """They stay text; nh3's list of schemes would take them out too."""
    from markdown_it import MarkdownIt

    assert "href" not in MarkdownIt("commonmark", {"html": False}).render(f"[x]({url})")


def test_quirk_markdown_shows_html_as_text_only_when_told():
    """`commonmark` lets HTML through unless `html` is off."""
    from markdown_it import MarkdownIt

    assert "<script>" in MarkdownIt("commonmark").render("<script>x</script>")
    assert "<script>" not in MarkdownIt("commonmark", {"html": False}).render("<script>x</script>")


@pytest.mark.parametrize("unit", ["[", "](", "![", "> ", "*_", "`", "<", "[a](", "\n- "])
def test_quirk_markdown_is_quick_on_repeats(unit):
    """64 kB of one thing take less than a few seconds (Python-Markdown took fifteen for 19 kB of brackets)."""
    import time

    from markdown_it import MarkdownIt

    begin = time.process_time()
    MarkdownIt("commonmark", {"html": False}).render(unit * (16_000 // len(unit)))
    assert time.process_time() - begin < 4


def test_quirk_nh3_keeps_controls_in_links():
    """Harmless in a browser, not XML; texts have none when they come here."""
    import nh3

    assert "\x01" in nh3.clean('<a href="https://a.example/\x01">x</a>', url_schemes={"https"})


def test_quirk_nh3_takes_schemes_handlers_and_scripts_out():
    """What `notes._clean` relies on."""
    import nh3

    made = nh3.clean('<a href="javascript:x" onclick="y">a</a><script>b</script><iframe src=c></iframe>')
    assert "javascript" not in made and "onclick" not in made and "<script" not in made and "<iframe" not in made


def test_quirk_nh3_link_rel_is_ours_to_set():
    """`rel` is written on each link."""
    import nh3

    assert 'rel="noopener nofollow"' in nh3.clean('<a href="https://a.example">x</a>', link_rel="noopener nofollow")


# --- Werkzeug and Flask: serving ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Range": "bytes=-20000"}, 416),  # RFC 9110 §14.1.2: the whole
        ({"Range": "items=0-5"}, 416),  # §14.2: to be ignored
        ({"Range": "bytes=0-1,5-6"}, 416),  # 200 or multipart
        ({"Range": "bytes=0-5", "If-Range": "Fri, 01 Jan 2100 00:00:00 GMT"}, 206),  # §13.1.5: 200
    ],
)
def test_quirk_werkzeug_ranges_break_the_rules(headers, status, tmp_path):
    """What web/ranges.py tidies before Flask sees it."""
    from flask import Flask, send_file

    (tmp_path / "a.bin").write_bytes(bytes(10_000))
    app = Flask("quirk", static_folder=None)
    app.add_url_rule("/", view_func=lambda: send_file(tmp_path / "a.bin", conditional=True))
    answer = app.test_client().get("/", headers=headers)
    answer.close()
    assert answer.status_code == status


def test_quirk_werkzeug_etag_misses_other_bytes(tmp_path):
    """Made from size, time and path: other bytes have the same; ours come from the content."""
    from flask import Flask, send_file

    file = tmp_path / "a.bin"
    app = Flask("quirk", static_folder=None)
    app.add_url_rule("/", view_func=lambda: send_file(file))
    tags = []
    for byte in (b"a", b"b"):
        file.write_bytes(byte * 100)
        os.utime(file, (1_700_000_000, 1_700_000_000))
        answer = app.test_client().get("/")
        tags.append(answer.headers["ETag"])
        answer.close()
    assert tags[0] == tags[1]


def test_quirk_flask_url_root_is_the_attackers():
    """A Host header reaches `request.url_root`; nothing of ours asks for it."""
    from flask import Flask, request

    app = Flask("quirk", static_folder=None)
    app.add_url_rule("/", view_func=lambda: request.url_root)
    assert b"evil.example" in app.test_client().get("/", headers={"Host": "evil.example"}).data


def test_quirk_werkzeug_refuses_line_breaks_in_headers():
    """A header cannot be split."""
    from werkzeug.datastructures import Headers

    with pytest.raises(ValueError, match="newline"):
        Headers().set("X", "a\r\nSet-Cookie: b")


def test_quirk_waitress_defaults_are_small():
    """A hundred connections and no poll; web/server.py sets its own."""
    from waitress.adjustments import Adjustments

    made = Adjustments()
    assert made.connection_limit == 100 and not made.asyncore_use_poll and made.threads == 4


# --- the rest ----------------------------------------------------------------------------------------------------------------


def test_quirk_jinja_does_not_escape_by_itself():
    """`autoescape` is off unless asked for; pages.py asks."""
    from jinja2 import Environment

    assert Environment().from_string("{{ a }}").render(a="<b>") == "<b>"
    assert Environment(autoescape=True).from_string("{{ a }}").render(a="<b>'\"") == "&lt;b&gt;&#39;&#34;"


def test_quirk_jinja_undefined_is_empty():
    """A misspelt name is an empty place unless StrictUndefined is asked for."""
    from jinja2 import Environment

    assert Environment().from_string("{{ nothing }}").render() == ""


def test_quirk_markup_in_an_attribute_is_not_escaped_twice():
    """Markup passes through: only notes and JSON-LD may be Markup."""
    from markupsafe import Markup, escape

    assert escape(Markup("<b>")) == "<b>"


@pytest.mark.parametrize(
    "data",
    [b"no picture at all, but long enough", b"\x89PNG\r\n\x1a\n" + bytes(5), b"\xff\xd8\xff\xe0\0\x10JFIF", b"GIF89a"],
)
def test_quirk_imagesize_answers_minus_one(data):
    """For what it cannot read (1.4 raised ValueError or struct.error); `images._size` takes both for no picture."""
    import imagesize

    assert imagesize.get(io.BytesIO(data)) == (-1, -1)


def test_quirk_imagesize_believes_a_header():
    """A picture of four billion pixels across is what its header says; `images._size` has a limit."""
    import imagesize

    made = sound.png()
    lying = made[:16] + struct.pack(">II", 0x7FFFFFFF, 0x7FFFFFFF) + made[24:]
    assert imagesize.get(io.BytesIO(lying))[0] > 1_000_000


def test_quirk_slugify_of_other_scripts():
    """Arabic becomes consonants unless unicode is allowed; marks alone become nothing."""
    from slugify import slugify

    assert slugify("المرفأ").isascii() and slugify("المرفأ", allow_unicode=True) == "المرفأ"
    assert slugify("!?") == ""


def test_quirk_click_lets_some_orders_through():
    """`echo` takes colours out where they do not belong, and no other control; `cli.clean` and `visible` do."""
    import click

    said = io.StringIO()
    click.echo("\x1b[31ma\x9b2J\x1b]0;owned\x07\u202e", file=said)
    assert "\x9b" in said.getvalue() and "\x07" in said.getvalue() and "\u202e" in said.getvalue()


def test_quirk_pydantic_repeats_what_was_written():
    """Its own wording and its paths are left out: `validate` asks for neither input nor address."""
    from pydantic import BaseModel, ValidationError

    class One(BaseModel):
        a: int

    with pytest.raises(ValidationError) as caught:
        One.model_validate({"a": "secret", "b": 1})
    (row,) = caught.value.errors(include_url=False, include_input=False)
    assert "input" not in row and "secret" in str(caught.value)


def test_quirk_pydantic_ignores_unknown_keys():
    """Unless `extra="forbid"`, which every Entry has."""
    from pydantic import BaseModel

    class One(BaseModel):
        a: int = 1

    assert One.model_validate({"b": 2}) == One()


def test_quirk_webvtt_passes_over_what_is_broken():
    """It reads on in silence, so `transcript_forms` reads by hand and names the line."""
    import webvtt

    made = webvtt.from_string("WEBVTT\n\n00:01.000 -> 00:02.000\nlost\n\n00:03.000 --> 00:04.000\nkept\n")
    assert [caption.text for caption in made] == ["kept"]


def test_quirk_urllib3_follows_redirects_by_itself():
    """Without asking where to; `net.fetch` turns it off and looks at each."""
    from urllib3.util.retry import Retry

    assert Retry.DEFAULT.redirect is None and Retry.DEFAULT.total == 3


def test_quirk_watchfiles_leaves_some_folders_out():
    """.git and the like are not watched by its default filter; our own output must be left out by us."""
    from watchfiles import Change, DefaultFilter

    chosen = DefaultFilter()
    assert not chosen(Change.modified, "/a/.git/index") and chosen(Change.modified, "/a/public/index.html")


def test_quirk_int_refuses_thousands_of_digits():
    """In its own words (Python 3.11's limit); `text.parse_time` limits the length first."""
    with pytest.raises(ValueError, match="integer string conversion"):
        int("9" * 5_000)


def test_quirk_html_parser_of_python_is_not_used_for_transcripts():
    """Our own reader takes 60 kB of `<a ` apart at once (Python's once took 50 s; later ones may be quick)."""
    import time

    from podfeed.source.transcript import read_transcript

    file = Path(os.environ.get("TMPDIR", "/tmp")) / f"quirk-{os.getpid()}.html"
    file.write_text("<a " * 20_000)
    begin = time.process_time()
    read_transcript(file)
    file.unlink()
    assert time.process_time() - begin < 0.5


def test_quirk_urlsplit_raises_at_some_addresses():
    """ValueError for half an IPv6 address; `is_web_address` answers False."""
    from urllib.parse import urljoin, urlsplit

    with pytest.raises(ValueError, match="IPv6"):
        urlsplit("http://[::1")
    with pytest.raises(ValueError, match="IPv6"):
        urljoin("https://a.example/", "http://[")
