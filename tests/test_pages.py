"""The pages: whole, well formed, closed in themselves, and right about who discussed what and when."""

from __future__ import annotations

import gzip
import json
import posixpath
import re
from dataclasses import replace
from datetime import timedelta
from functools import cache
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from podfeed import model as m
from podfeed import paths
from podfeed.appearances import appearances
from podfeed.output import Site
from podfeed.render import page_transcript, page_values, pages
from podfeed.text import iso_duration
from tests import pagesite, shows
from tests.pagesite import Document

EPISODE = paths.episode(shows.HARBOUR_VOTE.slug)
CARD = re.compile(r".*/embed/(\d+/)?index\.html")


@cache
def built(name: str) -> tuple[m.Show, Site, dict[str, str], dict[str, Document]]:
    show = pagesite.SHOWS[name]()
    site = pagesite.build(show)
    html = pagesite.html(site)
    return show, site, html, {path: Document(source) for path, source in html.items()}


@pytest.fixture(params=pagesite.SHOWS)
def every(request):
    return built(request.param)


# --- every page ------------------------------------------------------------------------------------------


def test_well_formed(every):
    """Every element is closed where it should be, and no id is given twice."""
    _show, _site, _html, documents = every
    for path, document in documents.items():
        assert document.faults == [], path
        ids = [element.attributes["id"] for element in document.all("*", id=None)]
        assert len(ids) == len(set(ids)), (path, sorted(i for i in ids if ids.count(i) > 1))
        assert all(ids) and not any(re.search(r"\s", i) for i in ids), path


def test_one_heading_and_a_title(every):
    """A page has one h1, no step of its headings is left out, and its title and description say something."""
    _show, _site, _html, documents = every
    for path, document in documents.items():
        levels = [int(element.name[1]) for element in document.elements if re.fullmatch("h[1-6]", element.name)]
        assert levels.count(1) == 1 and levels[0] == 1, path
        assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False)), (path, levels)
        assert [element.words for element in document.all("title") if element.words], path
        if not CARD.fullmatch(path):
            assert document.all("meta", name_="description")[0].attributes["content"] or path == paths.HOME


def test_nothing_inline(every):
    """The strict Content-Security-Policy stands: no script, style or handler is written into a page."""
    _show, _site, html, documents = every
    for path, document in documents.items():
        for element in document.elements:
            assert "style" not in element.attributes, path
            assert not [name for name in element.attributes if name.startswith("on")], (path, element)
            assert element.name not in ("style", "base"), path
            assert element.name != "form" or element.attributes["action"] == "./", path
            if element.name == "script" and "src" not in element.attributes:
                assert element.attributes["type"] == "application/ld+json"
                json.loads("".join(element.text))
        assert "javascript:" not in html[path]


def test_texts_of_others_stay_text():
    """Whatever an editor types into a title is shown, never run."""
    _show, _site, html, documents = built("hostile")
    for path, document in documents.items():
        assert not [e for e in document.all("img") if e.attributes["src"] == "x"], path
        assert "alert(1)" not in [e.words for e in document.all("script")], path
        assert "{{ show }}" in html[path], path


def test_language_and_direction(every):
    """The page says its language, and which way it is written."""
    show, _site, _html, documents = every
    for path, document in documents.items():
        (root,) = document.all("html")
        assert root.attributes == {"lang": show.language, "dir": "rtl" if show.language == "ar" else "ltr"}, path


def test_pictures_keep_their_place(every):
    """Every picture has its width, its height and an alt text, so that nothing jumps."""
    _show, _site, _html, documents = every
    for path, document in documents.items():
        for image in document.all("img"):
            assert {"width", "height", "alt"} <= image.attributes.keys(), path
            assert int(image.attributes["width"]) > 0 and int(image.attributes["height"]) > 0, path


def test_no_third_party(every):
    """A page loads nothing from elsewhere but the pictures and recordings that the show itself keeps there."""
    show, _site, _html, documents = every
    kept_elsewhere = {"https://cdn.example", show.audio_url or show.url}
    kept_elsewhere |= {live.streams[0].url for live in show.live}  # played when the reader says so, never before
    for path, document in documents.items():
        loaded = [e.attributes.get("src", "") for e in document.elements if e.name != "a"]
        loaded += [e.attributes["href"] for e in document.all("link") if e.attributes["rel"] in ("stylesheet", "icon")]
        for address in loaded:
            assert "://" not in address or address.startswith(tuple(kept_elsewhere)), (path, address)


# --- links -------------------------------------------------------------------------------------------------


def test_every_link_resolves(every):
    """Every internal link leads to something that is published, and its fragment to something on that page."""
    show, site, _html, documents = every
    ids = {path: {e.attributes["id"] for e in document.all("*", id=None)} for path, document in documents.items()}
    broken = []
    for path, document in documents.items():
        for element in document.elements:
            for name in ("href", "src"):
                address = element.attributes.get(name)
                if address is not None:
                    broken += _broken(show, site, ids, path, address, element)
    assert broken == []


def _broken(show, site, ids, path, address, element):
    whole = urlsplit(urljoin(show.url + paths.page(path), address))
    root = urlsplit(show.url)
    ours = (whole.scheme, whole.netloc) == (root.scheme, root.netloc) and whole.path.startswith(root.path)
    if ("://" in address and not ours) or whole.scheme not in ("http", "https"):
        return
    if not ours:
        yield path, address, "leaves the show's address"
        return
    target = unquote(whole.path.removeprefix(root.path))
    target = target + "index.html" if target.endswith("/") or not target else target
    new_home = show.new_feed_url and address == show.new_feed_url
    if target not in site and not new_home:
        yield path, address, "is not published"
    elif whole.fragment and target in ids and whole.fragment not in ids[target]:
        yield path, address, "has no such place on the page"


def test_links_are_relative(every):
    """In the text of a page no link names the show's host: the site works under any address."""
    show, _site, _html, documents = every
    for path, document in documents.items():
        for link in document.all("a", href=None):
            address = link.attributes["href"]
            assert not address.startswith(show.url) or address.startswith(show.audio_url or "?"), (path, address)


def test_not_found_is_served_at_any_depth():
    """Links of the page for missing addresses start at the site's root, with the path of the show's address."""
    _show, _site, _html, documents = built("rich")
    document = documents[paths.NOT_FOUND]
    links = [e.attributes["href"] for e in document.all("a", href=None)] + [
        e.attributes["href"] for e in document.all("link", rel="stylesheet")
    ]
    assert "/morning/static/style.css" in links and "/morning/episodes/" in links
    assert all(link.startswith(("/morning/", "#", "https://")) for link in links)


@pytest.mark.parametrize("name", ["rich", "local", "long-and-arabic"])
def test_times_play_without_javascript(name):
    """Every time is a link to the recording at that second, with the range where there is one."""
    _show, _site, _html, documents = built(name)
    seen = 0
    for document in documents.values():
        sources = {e.attributes["src"].partition("#")[0] for e in document.all("audio")}
        for link in document.all("a", data_seek=None):
            address, _, fragment = link.attributes["href"].partition("#")
            end = link.attributes.get("data-end")
            assert address in sources
            assert fragment == f"t={link.attributes['data-seek']}" + (f",{end}" if end else "")
            seen += 1
    assert seen > 10


def test_a_second_of_radio_has_an_address():
    """Without JavaScript, `#t=135` on an episode's page scrolls to the segment that starts there."""
    _show, _site, _html, documents = built("local")
    document = documents[EPISODE]
    for segment in shows.SEGMENTS:
        (heading,) = document.all("h3", id=paths.at(segment.start)[1:])
        assert heading.words == segment.title
        assert document.all("li", id=paths.at(segment.start, segment.end)[1:])


# --- what the pages say -----------------------------------------------------------------------------------


def test_story_lists_every_segment():
    """A story's page has, under each relation, a link that plays exactly the segment that discusses it."""
    show, _site, _html, documents = built("local")
    for story in show.stories:
        document = documents[paths.story(story.slug)]
        links = {posixpath.normpath(posixpath.join("stories/x", link.attributes["href"].replace("/#", "#")))
                 for link in document.all("a", data_go=None)}  # fmt: skip
        expected = {
            f"episodes/{episode.slug}{paths.at(link.at or segment.start, segment.end)}"
            for episode in show.episodes
            for segment in episode.segments
            for link in segment.stories
            if link.story.slug == story.slug
        }
        assert links == expected and expected


def test_relations_are_headings():
    """A story that is discussed here and background there shows both, the more important one first."""
    _show, _site, _html, documents = built("local")
    words = [e.words for e in documents[paths.story(shows.BRIDGE.slug)].all("h3")]
    assert words == ["Discussed", "Given as background"]


def test_segment_carries_its_stories():
    """An episode's page links each story once in each segment that names it, and its own page beside it."""
    _show, _site, html, documents = built("local")
    document = documents[EPISODE]
    for segment in shows.SEGMENTS:
        for link in segment.stories:
            assert document.all("a", href=link.story.link, rel="noopener")
            assert document.all("a", href=f"../../stories/{link.story.slug}/")
    assert "https://archive.example/abc" in html[EPISODE]
    assert "citypaper.example" not in re.sub(r"<script.*?</script>", "", html[EPISODE], flags=re.DOTALL)


def test_corrections_stand_where_the_claim_does():
    """A correction is dated, inside its segment or story, and announced at the top of the page."""
    _show, _site, _html, documents = built("local")
    notes = [e.words for e in documents[EPISODE].all("p", role="note")]
    assert notes == [
        "Correction, 1 March 2026: The loan is 40 million, not 14.",
        "Correction, 3 March 2026: The ferry began in 1911, not 1919.",
    ]
    (segment,) = [e for e in documents[EPISODE].all("li", class_="segment has-stories") if notes[1] in e.words]
    assert "Portrait: the last ferry pilot" in segment.words
    (top,) = documents[EPISODE].all("a", href="#t=845")
    assert top.words.startswith("Corrected on 3 March 2026")


def test_hours_are_right_to_the_second():
    """A person's page totals the time they are heard, in all and in each role; nobody's second counts twice."""
    show, _site, _html, documents = built("local")
    rows = appearances(show)["dana-reyes"]
    total = sum((row.duration for row in rows), timedelta(0))
    assert total == timedelta(minutes=7, seconds=35.5) + timedelta(hours=1, minutes=2, seconds=3)
    times = [e.attributes["datetime"] for e in documents[paths.person("dana-reyes")].all("time")]
    assert times[0] == iso_duration(total)


def test_a_second_in_two_roles_counts_once():
    """Overlapping segments and two roles do not make a day longer than it is."""
    show = pagesite.local()
    heard = appearances(show)["ann-lee"]
    assert page_values.hours((*heard, *heard)) == page_values.hours(heard)


def test_earlier_conversations():
    """An episode's page lists where its guests were heard before, and never later."""
    _show, _site, _html, documents = built("local")
    newest, before = documents[EPISODE], documents[paths.episode(shows.CHAPTERED.slug)]
    assert [e.words for e in newest.all("h2", id="earlier")] == ["Earlier conversations"]
    assert newest.all("a", href=f"../{shows.CHAPTERED.slug}/")
    assert not before.all("h2", id="earlier")


def test_also_discussed():
    """A story says in how many other episodes it is discussed, on the episode's page and not on the only one."""
    link = m.StoryLink(story=shows.BRIDGE)
    again = replace(shows.SEGMENTS[0], end=shows.at(seconds=2), stories=(link,))
    show = replace(pagesite.local(), episodes=(shows.HARBOUR_VOTE, replace(shows.BONUS, segments=(again,))))
    html = pagesite.html(dict(_pages(show)))
    assert html[EPISODE].count("Also discussed in 1 other episode<") == 2  # it stands in two segments
    assert "Also discussed" not in html[paths.story(shows.BRIDGE.slug)]


def test_titles_in_another_language_say_so():
    """A story in another language than the page is marked with it; one in the page's own is not."""
    show = pagesite.long()
    document = Document(dict(_pages(show))[paths.story("long")].body().decode())
    (heading,) = document.all("h1")
    assert {name: heading.attributes.get(name) for name in ("lang", "dir")} == {"lang": "en", "dir": "auto"}


def test_transcript_is_cut_by_segment_and_voice():
    """Cues of one voice in one segment are one paragraph; the voice is named where it begins and tied to its person."""
    cues = tuple(
        m.Cue(start=shows.at(seconds=s), speaker=who, text=text)
        for s, who, text in (
            (1, "Ann Lee", "Good"),
            (3, "Ann Lee", "morning."),
            (5, "A caller", "Hello."),
            (134.8, "A caller", "The vote."),
            (140, "bob  frost", "Nine."),
        )
    )
    parts = page_transcript.parts(shows.HARBOUR_VOTE, replace(shows.CAPTIONS, cues=cues))
    said = [(p.segment.number, [(q.speaker, q.person and q.person.slug, q.text) for q in p.paragraphs]) for p in parts]
    assert said == [
        (1, [("Ann Lee", "ann-lee", "Good morning."), ("A caller", None, "Hello.")]),
        (2, [("A caller", None, "The vote."), ("bob  frost", "bob-frost", "Nine.")]),
    ]


def test_long_speech_is_broken_at_a_sentence():
    """Somebody who talks for long gets paragraphs, and each ends with a sentence."""
    cues = tuple(m.Cue(start=shows.at(seconds=n), text="So it went on and on" + "." * (n % 4 == 3)) for n in range(120))
    (part,) = page_transcript.parts(shows.BONUS, replace(shows.CAPTIONS, cues=cues))
    assert len(part.paragraphs) > 2 and all(p.text.endswith(".") for p in part.paragraphs)
    assert " ".join(p.text for p in part.paragraphs) == " ".join(c.text for c in cues)


def test_cards_are_not_for_search_engines():
    """A card says `noindex` and names the page it belongs to."""
    show, _site, _html, documents = built("rich")
    cards = {path: document for path, document in documents.items() if CARD.fullmatch(path)}
    assert len(cards) == 3 + len(shows.SEGMENTS) + len(show.stories)
    for document in cards.values():
        assert document.all("meta", name_="robots", content="noindex")
        assert document.all("link", rel="canonical")[0].attributes["href"].startswith(show.url)


def test_search_finds_everything():
    """The index has every episode, segment, story and person, by the addresses of their pages."""
    show, site, _html, _documents = built("local")
    found = json.loads(site[paths.SEARCH_INDEX].body())["fresh"]
    assert [row[0] for row in found["episodes"]] == [episode.slug for episode in reversed(show.episodes)]
    assert {row[0] for row in found["stories"]} == {story.slug for story in show.stories}
    assert {row[0] for row in found["people"]} == {person.slug for person in show.people}
    assert [row[:4] for row in found["segments"]] == [
        [2, str(s.start.seconds), str(s.end.total_seconds()).removesuffix(".0"), s.title]
        for s in reversed(shows.SEGMENTS)
    ]
    assert "Bob Frost" in found["segments"][-2][4] and "9 to 8" in found["segments"][-2][4]


# --- keys ---------------------------------------------------------------------------------------------------


def _pages(show: m.Show):
    return pages.outputs(show, pagesite.theme())


def _with_episode(show: m.Show, **changes) -> m.Show:
    return replace(show, episodes=(replace(show.episodes[0], **changes), *show.episodes[1:]))


def _with_segment(show: m.Show, **changes) -> m.Show:
    first, second, *rest = show.episodes[0].segments
    return _with_episode(show, segments=(first, replace(second, **changes), *rest))


EDITS = {
    "show title": lambda show: replace(show, title="Another name"),
    "licence": lambda show: replace(show, license=None),
    "station": lambda show: replace(show, station=None),
    "episode title": lambda show: _with_episode(show, title="Another title"),
    "notes": lambda show: _with_episode(show, notes="Other words."),
    "transcript": lambda show: _with_episode(show, transcripts=()),
    "length": lambda show: _with_episode(show, audio=replace(show.episodes[0].audio, duration=shows.at(minutes=30))),
    "date": lambda show: _with_episode(show, date=show.episodes[0].date + timedelta(days=1)),
    "segment title": lambda show: _with_segment(show, title="Another segment"),
    "segment end": lambda show: _with_segment(show, end=shows.at(minutes=13)),
    "no stories": lambda show: _with_segment(show, stories=()),
    "correction": lambda show: _with_segment(show, corrections=shows.COSTS.corrections),
    "one episode less": lambda show: replace(show, episodes=show.episodes[1:]),
    "the last one gone": lambda show: replace(show, episodes=show.episodes[:-1]),
    "biography": lambda show: replace(show, people=(replace(show.people[0], bio="Another life."), *show.people[1:])),
    "cover": lambda show: replace(show, cover=shows.picture("other.jpg")),
}


@pytest.mark.parametrize("edit", EDITS)
def test_equal_keys_equal_bytes(edit):
    """After any edit, a page whose key is as before has the same bytes; and the edit does change a page."""
    _show, before, html, _documents = built("local")
    after = dict(_pages(EDITS[edit](pagesite.local())))
    changed = {path for path, output in after.items() if path in html and output.body().decode() != html[path]}
    assert changed
    assert [path for path in changed if after[path].key == before[path].key] == []


def test_an_edit_of_notes_touches_one_page():
    """Notes are on the episode's page only, so only that page is made anew."""
    before, after = dict(_pages(pagesite.local())), dict(_pages(EDITS["notes"](pagesite.local())))
    assert {path for path in before if before[path].key != after[path].key} == {EPISODE}


def test_same_show_same_bytes():
    """Building twice gives the same keys and the same bytes."""
    _show, before, html, _documents = built("local")
    again = dict(_pages(pagesite.local()))
    assert {path: again[path].key for path in html} == {path: before[path].key for path in html}
    assert {path: again[path].body().decode() for path in html} == html


# --- themes and weight ---------------------------------------------------------------------------------------


def test_a_show_has_its_own_style_and_templates():
    """`show.css` is loaded after ours on every page; a template of the show stands in for ours, block by block."""
    ours = pagesite.theme()
    own = {"about.html": '{% extends "base.html" %}{% block content %}<h1>Us</h1>{% endblock %}'}
    theme = replace(ours, templates={**ours.templates, **own}, static={**ours.static, "show.css": b"a{}"}, stamp="own")
    site = dict(pages.outputs(pagesite.local(), theme))
    assert site["static/show.css"].body() == b"a{}"
    document = Document(site[paths.ABOUT].body().decode())
    sheets = [e.attributes["href"] for e in document.all("link", rel="stylesheet")]
    assert sheets == ["../static/style.css", "../static/show.css"]
    assert [e.words for e in document.all("h1")] == ["Us"]


def test_a_mistake_in_a_template_is_not_a_hole():
    """A name that a template does not know is an error, never an empty place."""
    from jinja2 import UndefinedError

    ours = pagesite.theme()
    theme = replace(ours, templates={**ours.templates, "about.html": "{{ shwo.title }}"}, stamp="broken")
    with pytest.raises(UndefinedError, match="shwo"):
        dict(pages.outputs(pagesite.local(), theme))[paths.ABOUT].body()


def test_our_own_templates_take_the_short_way(every):
    """No page of podfeed's is made a second time, as one is that asks for an attribute which is not there."""
    _show, site, _html, _documents = every
    templates = pages.environment(pagesite.theme())
    pagesite.html(site)
    assert "careful" not in vars(templates)


def test_a_feed_in_a_browser_is_styled():
    """The style sheet that the feed names is published, and it hides whatever it does not know."""
    _show, site, _html, _documents = built("local")
    (style,) = re.findall(rb'<\?xml-stylesheet [^>]*href="([^"]+)"', site[paths.FEED].body())
    assert b"channel > *|*, item > *|* { display: none; }" in site[style.decode()].body()


def test_weight():
    """An episode's page with style and script is at most 60 kB compressed, of which 8 kB script; the style is 20 kB."""
    _show, site, html, _documents = built("long-and-arabic")
    style, script = site["static/style.css"].body(), site["static/player.js"].body()
    page = html[paths.episode(shows.BONUS.slug)].encode()
    assert len(style) <= 20_000
    assert len(gzip.compress(script)) <= 8_000
    assert sum(len(gzip.compress(part)) for part in (style, script, page)) <= 60_000
