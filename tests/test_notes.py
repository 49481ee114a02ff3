"""Notes are safe HTML; descriptions keep to Apple's and Spotify's form and to 4,000 bytes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from markdown_it import MarkdownIt

from podfeed import model, paths
from podfeed.render import chapters, description, notes
from tests import shows

# --- Markdown ---------------------------------------------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:x)",
    "![a](javascript:alert(1))",
    '<a href="https://a.example" onclick="alert(1)">a</a>',
    "<https://a.example/\"onmouseover='x'>",
    "<iframe src=https://a.example></iframe>",
    '[a](https://a.example "t\\" onclick=\\"x")',
    "<style>*{}</style>",
)


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_markdown_is_harmless(source):
    """No element or attribute that could run anything comes out, for pages and for apps."""
    for made in (notes.markdown(source), notes.feed_markdown(source, "https://a.example/")):
        root = lxml_html.fragment_fromstring(made or "<p></p>", create_parent="div")
        for element in root.iterdescendants():
            assert element.tag in notes.PAGE_TAGS
            assert set(element.attrib) <= {"href", "title", "rel", "start"}
            assert not re.match(r"\s*(javascript|data|vbscript)", element.get("href", ""), re.IGNORECASE)


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_markdown_gives_only_the_allowed_elements(source):
    """Whatever is typed, only allowed elements come out, and links carry their rel."""
    root = lxml_html.fragment_fromstring(notes.markdown(source) or "<p></p>", create_parent="div")
    for element in root.iterdescendants():
        assert element.tag in notes.PAGE_TAGS
        assert element.tag != "a" or element.get("rel") == "noopener nofollow"


def test_markdown_for_a_page():
    """Headings start below the page's own; pictures give their words; links do not vouch."""
    made = notes.markdown("# Music\n\n![a bridge](https://a.example/b.png) *Tides* by [B](https://b.example/)")
    assert made == (
        '<h3>Music</h3>\n<p>a bridge <em>Tides</em> by <a href="https://b.example/" rel="noopener nofollow">B</a></p>\n'
    )


def test_markdown_for_apps():
    """Only the nine elements that all apps know, and every address absolute."""
    made = notes.feed_markdown("# Music\n\n> quoted `code`\n\n1. [x](../b/)", "https://a.example/e/a/")
    assert "<p><strong>Music</strong></p>" in made
    assert 'href="https://a.example/e/b/"' in made
    assert set(re.findall(r"<(\w+)", made)) <= notes.FEED_TAGS


@given(st.from_regex(notes.PLAIN_LINK, fullmatch=True))
def test_a_plain_link_is_what_markdown_it_makes_of_it(url):
    """What is passed over for its plainness would have stayed as it is."""
    assert MarkdownIt("commonmark").normalizeLink(url) == url


def test_very_long_markdown_ends():
    """Input beyond 64 KB is cut before it is parsed, so that nesting cannot hold up a build."""
    assert len(notes.plain("word " * 40_000)) <= notes.LONGEST


# --- show notes ---------------------------------------------------------------------------------------------


def test_show_notes_say_everything():
    """Segments with their times, stories with publisher and relation, corrections, guests, links, air log, notes."""
    made = notes.show_notes(shows.rich(), shows.HARBOUR_VOTE)
    for expected in (
        '<a href="https://radio.example/morning/episodes/2026-03-02-harbour-vote/#t=135">2:15</a>',
        "Also mentioned: ",
        '<a href="https://archive.example/abc">Who pays for the bridge &amp; when</a>',
        "City Paper, 27 February 2026, archived copy",
        "<em>Correction, 3 March 2026:</em> The ferry began in 1911, not 1919.",
        '<a href="https://radio.example/morning/people/bob-frost/">Bob Frost</a> (Reporter)',
        '<a href="https://council.example/live">The council\'s live stream</a>',
        "First aired on KXYZ 91.5, 2 March 2026, 06:00",
        "Repeated on KQRS, 3 March 2026, 19:00",
        "<em>Tides</em>",
    ):
        assert expected in made
    order = [made.index(word) for word in ("looks back", "With ", "2:15", "Links", "First aired", "Music:")]
    assert order == sorted(order)


@pytest.mark.parametrize("episode", [shows.HARBOUR_VOTE, shows.CHAPTERED, shows.BONUS], ids=lambda e: e.slug)
def test_show_notes_use_only_what_directories_allow(episode):
    """content:encoded holds p, ol, ul, li, a, b, i, strong, em, and is well formed."""
    made = notes.show_notes(shows.rich(), episode)
    root = lxml_html.fragment_fromstring(made, create_parent="div")
    assert {element.tag for element in root.iterdescendants()} <= notes.FEED_TAGS
    assert {name for element in root.iterdescendants() for name in element.attrib} <= {"href", "rel"}


# --- description ----------------------------------------------------------------------------------------------

STAMP = re.compile(r"^(?:\d{2}:)?\d{2}:\d{2} \S")


def lines(made: str) -> list[str]:
    """What a client that strips tags shows, line by line."""
    return [
        text for text in (lxml_html.fromstring(f"<div>{row}</div>").text_content() for row in made.splitlines()) if text
    ]


def stamps(made: str) -> list[str]:
    return [line for line in lines(made) if STAMP.match(line)]


def long_episode(segments: int, words: int = 12) -> model.Episode:
    """An episode with more to say than fits."""
    story = replace(shows.BRIDGE, note=None)
    rows = tuple(
        model.Segment(
            number=n + 1,
            start=timedelta(minutes=n),
            end=timedelta(minutes=n + 1),
            title=f"Segment {n + 1} " + "title " * (words // 4),
            summary="summary " * words,
            stories=(
                model.StoryLink(story=replace(story, url=f"https://news.example/{'p' * 80}/{n}", title=f"Primary {n}")),
                model.StoryLink(story=replace(story, url=f"https://o.example/{n}", title=f"Other {n}"), rel="mentions"),
            ),
            corrections=(model.Correction(date=date(2026, 3, 3), text="corrected " * 5),),
        )
        for n in range(segments)
    )
    return replace(shows.HARBOUR_VOTE, segments=rows, notes="notes " * 300, summary="what it is about " * 10)


def test_timestamps_in_the_form_that_apps_read():
    """One a line, MM:SS and the title, the first at 00:00, ascending."""
    assert stamps(description.of_episode(shows.rich(), shows.HARBOUR_VOTE)) == [
        "00:00 Headlines",
        "02:15 Council approves the harbour bridge",
        "14:05 Portrait: the last ferry pilot",
        "22:00 Letters <& calls>",
    ]


def test_a_long_text_keeps_its_paragraphs():
    """Of what does not fit the end is cut, between words; the paragraphs before it stay paragraphs."""
    text = "First of all.\n\nThen this.\n\n" + "and so on " * 500
    made = description.paragraphs(text)
    assert made.startswith("<p>First of all.</p>\n<p>Then this.</p>\n<p>and so on and")
    assert made.endswith("…</p>") and 3900 < len(made.encode()) <= description.LIMIT
    assert len(description.paragraphs("é " * 4000).encode()) <= description.LIMIT
    assert description.paragraphs("x" * 3990 + "\n\nThe rest of it.") == f"<p>{'x' * 3990}</p>"


def test_hours_in_all_lines_if_in_one():
    """An episode of more than an hour writes HH:MM:SS throughout."""
    made = description.of_episode(shows.rich(), shows.CHAPTERED)
    assert stamps(made) == ["00:00:00 Ebb", "00:10:00 Flood", "01:00:00 Slack"]


@pytest.mark.parametrize(
    "segments",
    [
        shows.SEGMENTS[:2],
        shows.SEGMENTS[1:],
        (shows.SEGMENTS[0], replace(shows.SEGMENTS[1], start=timedelta(0)), shows.SEGMENTS[2]),
    ],
    ids=["two", "not from 0", "two at once"],
)
def test_no_timestamps_where_apps_would_refuse_them(segments):
    """Too few, a late start or two at one second: the list stays a list, and nothing looks like a chapter."""
    made = description.of_episode(shows.rich(), replace(shows.HARBOUR_VOTE, segments=segments))
    assert stamps(made) == []
    assert "Council approves the harbour bridge (from " in made


def test_lines_survive_without_tags():
    """Who strips the tags sees each timestamp on its own line; who shows HTML sees it as a paragraph."""
    made = description.of_episode(shows.rich(), shows.HARBOUR_VOTE)
    assert "02:15 Council approves the harbour bridge" in re.sub("<[^>]+>", "", made).splitlines()
    assert "<p>02:15 Council approves the harbour bridge</p>" in made
    assert set(re.findall(r"<(\w+)", made)) <= notes.FEED_TAGS


@pytest.mark.parametrize("segments", [3, 8, 12, 15, 20, 25, 30, 60, 120, 400])
def test_never_more_than_4000_bytes(segments):
    """However much there is to say it fits, ends with the page's address, and keeps the times the longest."""
    show, episode = shows.rich(), long_episode(segments)
    made = description.of_episode(show, episode)
    assert len(made.encode()) <= description.LIMIT
    assert lines(made)[-1] == paths.episode_url(show, episode)
    assert len(stamps(made)) == segments or segments > 60


def test_dropped_in_order():
    """As an episode grows its parts go in the order that DROPS names, and none comes back."""
    show = shows.rich()
    signs = (
        "notes notes",
        "live stream",
        "Other 0",
        "corrected corrected",
        'href="https://news.example',
        "summary summary",
    )
    kept = []
    for segments in range(3, 40):
        made = description.of_episode(show, long_episode(segments))
        kept.append([sign in made for sign in signs])
    for row in kept:
        assert row == sorted(row), row  # what goes first is False first
    for earlier, later in pairwise(kept):
        assert all(now or not then for then, now in zip(later, earlier, strict=True))
    assert kept[0] != kept[-1]


@given(st.text(max_size=400), st.text(max_size=60), st.integers(0, 12))
@settings(max_examples=60, deadline=None)
def test_any_words_fit_and_stay_words(summary, title, segments):
    """Whatever an editor types comes out as text, within the limit."""
    episode = long_episode(segments)
    named = tuple(replace(segment, title=title) for segment in episode.segments)
    made = description.of_episode(shows.rich(), replace(episode, summary=summary, segments=named))
    assert len(made.encode()) <= description.LIMIT
    assert set(re.findall(r"<(\w+)", made)) <= notes.FEED_TAGS


@given(
    st.lists(st.text("é漢🎙&<\"'a 7:", max_size=700), min_size=3, max_size=6), st.integers(3, 200), st.integers(0, 40)
)
@settings(max_examples=60, deadline=None)
def test_apps_find_chapters_whatever_has_to_go(titles, segments, words):
    """In any script and at any length: 4,000 bytes, a first chapter at zero, at least three, ascending, the address last."""
    show, episode = shows.rich(), long_episode(segments, words)
    rows = (replace(row, title=f"x{titles[n % len(titles)]}y") for n, row in enumerate(episode.segments))
    made = description.of_episode(show, replace(episode, segments=tuple(rows)))
    assert len(made.encode()) <= description.LIMIT
    found = stamps(made)
    assert len(found) >= description.FEWEST and re.match(r"00:00(:00)? x", found[0])
    assert [line.split()[0] for line in found] == sorted(line.split()[0] for line in found)
    assert lines(made)[-1] == paths.episode_url(show, episode)


def test_show_description_fits():
    """A show's description is cut at a word to the same limit."""
    made = description.paragraphs("wörter " * 2000)
    assert 3000 < len(made.encode()) <= description.LIMIT


# --- chapters -------------------------------------------------------------------------------------------------------


def test_every_story_is_in_the_chapters():
    """The primary story is the chapter's address; each other one a silent mark; starts ascend without a double."""
    marks = chapters.all_marks(shows.HARBOUR_VOTE)
    starts = [mark.start for mark in marks]
    assert starts == sorted(set(starts))
    told = [link.story.link for segment in shows.SEGMENTS for link in segment.stories]
    assert sorted(mark.url for mark in marks if mark.url) == sorted(told)
    assert [mark.title for mark in marks if not mark.silent] == [segment.title for segment in shows.SEGMENTS]


def test_a_story_is_marked_at_the_second_it_is_named():
    """`at: 5:40` becomes a silent chapter at 340 seconds, which lasts until the segment ends."""
    costs = next(mark for mark in chapters.all_marks(shows.HARBOUR_VOTE) if mark.url == shows.COSTS.link)
    assert (costs.start, costs.end, costs.silent) == (timedelta(seconds=340), shows.SEGMENTS[1].end, True)


@given(st.lists(st.one_of(st.none(), st.integers(0, 130)), max_size=20), st.integers(1, 100))
@settings(max_examples=200, deadline=None)
def test_silent_marks_stay_inside_their_segment(offsets, length):
    """However many stories a segment has and wherever they are named, marks ascend strictly and stay inside."""
    stories = tuple(
        model.StoryLink(
            story=replace(shows.TIDES, slug=f"s{n}", url=f"https://a.example/{n}"),
            at=None if at is None else timedelta(seconds=60 + at),
        )
        for n, at in enumerate(offsets)
    )
    start = timedelta(seconds=60)
    segment = model.Segment(number=1, start=start, end=start + timedelta(seconds=length), title="t", stories=stories)
    marks = tuple(chapters.silent_marks(segment))
    starts = [segment.start, *(mark.start for mark in marks), segment.end]
    assert starts == sorted(set(starts))
    assert all(mark.start < mark.end <= segment.end for mark in marks)


def test_every_surface_has_the_same_chapters():
    """JSON chapters, Podlove chapters and the description agree on titles and times."""
    show = shows.rich()
    for episode in (shows.HARBOUR_VOTE, shows.CHAPTERED):
        marks = [(mark.title, int(mark.start.total_seconds())) for mark in chapters.marks(episode)]
        (inline,) = chapters.simple_chapters(show, episode)
        assert [dict(row.attributes)["title"] for row in inline.children] == [title for title, _ in marks]
        assert len(stamps(description.of_episode(show, episode))) == len(marks)
