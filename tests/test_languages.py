"""The words of pages and feeds: none is left out of what translators see, and every catalogue says all of them."""

from __future__ import annotations

import gettext
import pkgutil
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from jinja2 import Environment

import dev
from podfeed import model as m
from podfeed import paths
from podfeed.render import pages, words
from tests import pagesite, shows

ROOT = Path(__file__).parent.parent
CATALOGUES = {path.stem: path for path in sorted((ROOT / "podfeed/locale").glob("*.po"))}
TEMPLATES = pagesite.theme().templates
EPISODE = paths.episode(shows.HARBOUR_VOTE.slug)
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


# --- templates ---------------------------------------------------------------------------------------


class Literal(HTMLParser):
    """What a template's HTML says of itself: text, and attributes that are read out."""

    def __init__(self, source: str):
        super().__init__()
        self.said: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if dict(attrs).get("rel") == "alternate":  # a program reads it
            return
        for name, value in attrs:
            if value and (name in SPOKEN or (name.startswith("data-") and " " in value)):
                self.said.append(value)

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def unwrapped(source: str) -> list[str]:
    """Words that stand in a template as they are, and so in every language."""
    gaps = {"block_begin": " "}
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


# --- catalogues ----------------------------------------------------------------------------------------


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.stem)


def said(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def english(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def places(text: str) -> set[str]:
    """The named places of a text.

    >>> sorted(places("{n} found for {words}"))
    ['n', 'words']
    """
    return {name for _text, name, _form, _conversion in string.Formatter().parse(text) if name is not None}


@pytest.fixture(scope="module")
def texts(tmp_path_factory) -> set[tuple[str | None, tuple[str, ...]]]:
    """Every text of the code and the templates, with its context."""
    file = tmp_path_factory.mktemp("texts") / "podfeed.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", *dev.EXTRACTING.split(), "-o", str(file), "."]
    subprocess.run(command, cwd=ROOT, check=True)
    found = {(message.context, english(message)) for message in read(file) if message.id}
    assert (None, ("With {people}",)) in found and len(found) > 150
    return found


def test_the_five_languages_are_there():
    assert {"ar", "de", "es", "fr"} <= set(CATALOGUES)


@pytest.mark.parametrize("language", CATALOGUES)
def test_a_catalogue_says_everything(language, texts):
    """No text is missing, and none is kept that nothing says any more. `python3 dev.py translate` brings both about."""
    catalogue = read(CATALOGUES[language])
    entries = {(message.context, english(message)) for message in catalogue if message.id}
    empty = [message.id for message in catalogue if message.id and (message.fuzzy or not all(said(message) or [""]))]
    assert (sorted(texts - entries, key=str), sorted(entries - texts, key=str), empty) == ([], [], [])


def numbers_of(catalogue: Catalog) -> dict[int, list[int]]:
    """Plural form → the numbers up to 200 that take it."""
    form = gettext.c2py(catalogue.plural_expr)
    found: dict[int, list[int]] = {}
    for n in range(201):
        found.setdefault(form(n), []).append(n)
    return found


def faults(catalogue: Catalog) -> Iterator[str]:
    """What is wrong with the entries of a catalogue."""
    numbers = numbers_of(catalogue)
    for message in catalogue:
        if not message.id:
            continue
        wanted = set().union(*map(places, english(message)))
        forms = said(message)
        if len(forms) > 1 and len(forms) != len(numbers):
            yield f"{message.id}: {len(forms)} forms, not {len(numbers)}"
        for index, text in enumerate(forms):
            # A form for one number alone may say it in words: "two episodes" is one word in Arabic.
            may_miss = {"n"} if len(forms) > 1 and (index == 0 or len(numbers.get(index, ())) == 1) else set()
            if not wanted - may_miss <= places(text) <= wanted:
                yield f"{text!r} has other named places than {message.id!r}"
            if set(text) & set('<>&"'):
                yield f"{text!r} has a character of HTML: quotation marks are typographic here"
            if text != text.strip() and message.context is None:
                yield f"{text!r} has space around it"


@pytest.mark.parametrize("language", CATALOGUES)
def test_entries_are_in_order(language):
    """Every named place is filled, every plural form is there, and nothing can be taken for HTML."""
    assert list(faults(read(CATALOGUES[language]))) == []


def test_what_is_not_in_order_is_found():
    """Each fault is seen in an entry made wrong on purpose."""
    catalogue = Catalog(locale="ar")
    catalogue.add("Share at {time}", "مشاركة عند {tmie}")
    catalogue.add("Live", '"مباشر"')
    catalogue.add(("{n} hour", "{n} hours"), ("", "", "", "ساعات", "{n}", "{n}"))
    found = list(faults(catalogue))
    assert [("named places" in one, "HTML" in one) for one in found] == [(True, False), (False, True), (True, False)]


@pytest.mark.parametrize(("language", "wrong"), [
    ("fr", r"[^\u202f][;!?]|[^\u00a0]:|«[^\u00a0]|[^\u00a0]»|[“”]|'"),
    ("de", r"[”«»]|'"),
    ("es", r"[“”„]|'"),
    ("ar", r"[“”„,;?]|'"),
])  # fmt: skip
def test_marks_are_set_as_the_language_sets_them(language, wrong):
    """French spaces and guillemets, German and Spanish quotation marks, Arabic commas."""
    texts = [text for message in read(CATALOGUES[language]) if message.id for text in said(message)]
    assert [text for text in texts if re.search(wrong, text)] == []
    assert sum(bool(re.search(r"[„«]", text)) for text in texts) > 5


# --- words ---------------------------------------------------------------------------------------------

AT = datetime(2026, 3, 2, 6, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "day", "moment", "size", "one", "two"),
    [
        ("en", "2 March 2026", "Monday 2 March 2026, 06:05", "13.8 MB", "1 episode", "2 episodes"),
        ("de", "2. März 2026", "Montag, 2. März 2026, 06:05 Uhr", "13,8 MB", "1 Folge", "2 Folgen"),
        ("es", "2 de marzo de 2026", "lunes, 2 de marzo de 2026, 6:05", "13,8 MB", "1 episodio", "2 episodios"),
        ("fr", "2 mars 2026", "lundi 2 mars 2026 à 06:05", "13,8 Mo", "1 épisode", "2 épisodes"),
        ("ar", "2 مارس 2026", "الاثنين، 2 مارس 2026، 6:05 ص", "13.8 ميغابايت", "حلقة واحدة", "حلقتان"),
        ("ar-SY", "2 آذار 2026", "الاثنين، 2 آذار 2026، 6:05 ص", "13.8 ميغابايت", "حلقة واحدة", "حلقتان"),
    ],
)
def test_dates_and_numbers(language, day, moment, size, one, two):
    """As the language writes them, and as its region does."""
    _ = words.of(language)
    plain = [re.sub(r"\s", " ", text) for text in (_.day(AT, "UTC"), _.moment(AT, "UTC"), _.size(13_812_345))]
    assert plain == [day, moment, size]
    counted = [_.many("{n} episode, {time}", "{n} episodes, {time}", n, time="") for n in (1, 2)]
    assert [text.rstrip(" ,،") for text in counted] == [one, two]


def test_arabic_has_six_forms():
    _ = words.of("ar")
    hours = [re.sub(r"\s", " ", _.spoken(timedelta(hours=n))) for n in (1, 2, 3, 10, 11, 99, 100, 103, 111)]
    assert hours == [
        "ساعة واحدة", "ساعتان", "3 ساعات", "10 ساعات", "11 ساعة", "99 ساعة", "100 ساعة", "103 ساعات", "111 ساعة",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "found"),
    [("de-AT", "de"), ("DE", "de"), ("ar-EG", "ar"), ("es-419", "es"), ("fr-XX", "fr"), ("en-GB", "en"), ("pl", "en"), ("../de", "en"), ("x-klingon", "en"), ("", "en")],
)  # fmt: skip
def test_the_nearest_language_is_taken(language, found):
    """The language, else the language without its region, else English."""
    assert words.of(language).language == found


def test_roles_are_translated_and_editors_words_are_not():
    _ = words.of("de")
    assert [_.role(role) for role in ("Host", "guest", "Harbour pilot")] == ["Moderation", "Gast", "Harbour pilot"]


def test_how_often_is_translated_and_editors_words_are_not():
    _ = words.of("fr")
    assert [_.frequency(label) for label in ("Weekdays", "à marée haute")] == ["du lundi au vendredi", "à marée haute"]


# --- whole sites -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=CATALOGUES)
def site(request):
    show = replace(pagesite.local(), language=request.param)
    return request.param, pagesite.build(show)


def test_no_page_says_a_thing_in_english(site):
    """What stands on a page is either the show's own or in its language."""
    language, built = site
    whole, parts = set(), set()
    for message in read(CATALOGUES[language]):
        for text in english(message) if message.id and message.id != message.string else ():
            pieces = {piece.strip(" .:") for piece, *_place in string.Formatter().parse(text)}
            whole |= {text} if text[:1].isupper() and len(text) > 3 else set()
            parts |= {piece for piece in pieces if len(re.findall(r"[^\W\d]{2,}", piece)) > 1}
    whole -= {"Guest Host", "Editor", "Host", "Reporter", "Text"}  # names of roles, and a show's own words
    for path, html in pagesite.html(built).items():
        page = Said(html)
        assert page.language == language
        left = {text for text in page.said if text in whole or any(part in text for part in parts)}
        assert left == set(), path


class Said(HTMLParser):
    """The texts of a page, and its language."""

    def __init__(self, html: str):
        super().__init__()
        self.said: list[str] = []
        self.language: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.language = given["lang"]
        self.said += [value for name, value in attrs if value and (name in SPOKEN or name.startswith("data-"))]

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.said.append(" ".join(data.split()))


def test_feeds_speak_the_language(site):
    """The notes of an episode, and the feed of a person."""
    language, built = site
    feed = built[paths.FEED].body().decode()
    _ = words.of(language)
    said = "All of this, with the recording"
    assert _(said) in feed and said not in feed
    assert _("Source") + ("\u00a0:" if language == "fr" else ":") in feed


def test_the_feeds_banner(site):
    """A feed that is opened in a browser says what it is."""
    language, built = site
    style = built[paths.static("feed.css")].body().decode()
    assert words.of(language)(pages.BANNER) in style and pages.BANNER not in style
    assert ("direction: rtl" in style) == (language == "ar")


def test_an_english_show_never_reads_babel():
    """It costs a tenth of a second."""
    code = (
        "import sys; sys.path.insert(0, '.')\n"
        "from tests import pagesite\n"
        "site = pagesite.build(pagesite.local())\n"
        "bodies = [output.make() for output in site.values() if output.make]\n"
        "assert len(bodies) > 50\n"
        "print([name for name in sys.modules if name.partition('.')[0] == 'babel'])"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


def test_a_corrected_word_makes_its_outputs_anew(monkeypatch):
    """A build that keeps what did not change notices a catalogue that did."""
    show = replace(pagesite.local(), language="de")
    before = dict(pagesite.build(show))
    read_data = pkgutil.get_data
    monkeypatch.setattr(pkgutil, "get_data", lambda *where: read_data(*where).replace(b"Abspielen", b"Spielen"))
    words.of.cache_clear()
    after = dict(pagesite.build(show))
    monkeypatch.undo()
    words.of.cache_clear()
    changed = {path for path in before if before[path].key != after[path].key}
    assert {EPISODE, paths.FEED, paths.FEED_JSON, paths.static("feed.css")} <= changed
    assert paths.chapters("2026-03-02-harbour-vote") not in changed


def test_a_link_for_donations_needs_no_words():
    """A show's own words come first; else there are some in its language, in the feed and on the page."""
    gives = (m.Link(url="https://radio.example/give", title=""),)
    site = pagesite.build(replace(pagesite.local(), language="fr", funding=gives))
    said = "Soutenir The Morning Companion"
    assert said in site[paths.FEED].body().decode() and said in site[paths.ABOUT].body().decode()
