"""The RSS feeds as documents: golden files, order, archives, derived feeds, the same bytes everywhere."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree

from podfeed import model, paths
from podfeed.render import chapters, feeds, jsonfeed, lists, media, rss, sitemap, transcripts
from podfeed.render.tags import Tag
from podfeed.source.load import load
from podfeed.text import legal
from tests import newsroom, shows

ROOT = Path(__file__).parent.parent
NS = rss.NAMESPACES


def document(show: model.Show, path: str = paths.FEED) -> etree._Element:
    return etree.fromstring(dict(feeds.outputs(show))[path].body())


def texts(root: etree._Element, path: str) -> list[str]:
    return root.xpath(path, namespaces=NS)


# --- golden files -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["feed.xml", "people/bob-frost/feed.xml", "stories/harbour-bridge/feed.xml"])
def test_feeds_of_the_rich_show(golden, path):
    """Every tag of the rich show's feeds is as it was read and approved."""
    golden(f"rich/{path}", dict(feeds.outputs(shows.rich()))[path].body())


def test_feed_of_the_minimal_show(golden):
    """A show with only what is required has a feed without a single empty or half-known tag."""
    golden("minimal/feed.xml", dict(feeds.outputs(shows.minimal()))[paths.FEED].body())


def test_json_and_chapters_of_the_rich_show(golden):
    """JSON Feed and JSON chapters are as they were read and approved."""
    show = shows.rich()
    golden("rich/feed.json", dict(jsonfeed.outputs(show))[paths.FEED_JSON].body())
    for path, output in chapters.outputs(show):
        golden(f"rich/{path}", output.body())


def test_lists_of_the_rich_show(golden):
    """OPML, sitemap and robots.txt are as they were read and approved."""
    for path, output in (*lists.outputs(shows.rich()), *sitemap.outputs(shows.rich())):
        golden(f"rich/{path}", output.body())


# --- what must hold of any feed --------------------------------------------------------------------------


def test_an_empty_show_has_a_feed_without_dates():
    """A show without episodes builds, and says no date that only this moment could give."""
    root = document(replace(shows.minimal(), episodes=()))
    assert root.find("channel/title").text == "Small"
    assert root.find("channel/lastBuildDate") is None
    assert root.findall("channel/item") == []


def test_newest_first():
    """Items come newest first by the moment of their release: an episode under embargo when that ends, in both feeds."""
    show = shows.many(5)
    third = show.episodes[2]
    late = replace(third, embargo=show.episodes[1].date + timedelta(hours=1))
    held = replace(show, episodes=(*show.episodes[:2], late, *show.episodes[3:]))
    assert third.title == "Day 3"
    for one, expected in ((show, (5, 4, 3, 2, 1)), (held, (5, 3, 4, 2, 1))):
        titles = [f"Day {n}" for n in expected]
        assert texts(document(one), "channel/item/title/text()") == titles
        ((_path, output),) = jsonfeed.outputs(one)
        assert [item["title"] for item in json.loads(output.body())["items"]] == titles


def test_last_build_date_is_the_last_change():
    """lastBuildDate says when an episode was last released or corrected or a live broadcast began, pubDate when the newest
    episode was released; RFC 2822 with offset."""
    show = replace(shows.rich(), live=())
    assert document(shows.rich()).find("channel/lastBuildDate").text == "Mon, 09 Mar 2026 06:00:00 -0500"
    assert document(show).find("channel/lastBuildDate").text == "Tue, 03 Mar 2026 00:00:00 -0500"
    assert document(show).find("channel/pubDate").text == "Mon, 02 Mar 2026 06:30:00 -0500"


def test_site_link_is_not_disturbed_by_other_links():
    """<link> is the page although hubs, archives and the feed itself are linked as well."""
    assert texts(document(shows.rich()), "channel/link/text()") == ["https://radio.example/morning/"]


def test_every_address_is_absolute():
    """Nothing in a feed is relative to where it is read."""
    root = document(shows.rich())
    names = ("url", "href", "uri", "img", "feedUrl")
    found = [value for name in names for value in texts(root, f"//@{name}")]
    found += texts(root, "//link/text() | //image/url/text()")
    assert len(found) > 40
    assert {address for address in found if not address.startswith("https://")} == {"ipfs://bafybeigdyrzt5s"}


def test_style_sheet_is_found_from_every_feed():
    """The style sheet is named relative to the feed, so that the site works under any prefix."""
    made = dict(feeds.outputs(shows.rich()))
    assert b'<?xml-stylesheet type="text/css" href="static/feed.css"?>' in made["feed.xml"].body()
    assert b'href="../../static/feed.css"?>' in made["people/bob-frost/feed.xml"].body()


def test_awkward_text_survives():
    """Angle brackets, `]]>`, astral and right-to-left letters come out of an XML parser as they went in."""
    title = "a <b> & ]]> \U0001f4fb مرفأ"
    episode = replace(shows.BONUS, title=title, summary=title, notes="x ]]> y", guid="g <&> ]]>")
    root = document(replace(shows.minimal(), title=title, episodes=(episode,)))
    assert root.find("channel/title").text == title
    assert root.find("channel/item/title").text == title
    assert root.find("channel/item/guid").text == "g <&> ]]>"
    assert "x ]]&gt; y" in texts(root, "channel/item/content:encoded/text()")[0]


def test_a_character_that_xml_forbids_does_not_stop_the_feed():
    """One stray control character (out of a recording's tags, say) costs itself, not the feed."""
    episode = replace(shows.BONUS, title="a\x0bb\ufffe", tags=("c\x00d",))
    root = document(replace(shows.minimal(), episodes=(episode,)))
    assert root.find("channel/item/title").text == "ab"
    assert root.find("channel/item/category").text == "cd"


# --- archives -------------------------------------------------------------------------------------------


def test_no_archive_up_to_the_limit():
    """A show of exactly as many episodes as the feed holds has no archive pages."""
    assert [path for path, _ in feeds.outputs(shows.many(300))] == ["feed.xml"]


def test_archives_hold_what_the_feed_does_not():
    """Feed and archive pages together hold every episode; following prev-archive from the feed finds them all."""
    show = replace(shows.many(37), limit=10)
    made = dict(feeds.outputs(show))
    assert list(made) == ["feed.xml", "feed/archive-1.xml", "feed/archive-2.xml", "feed/archive-3.xml"]
    path, seen = "feed.xml", []
    while path:
        root = etree.fromstring(made[path].body())
        seen += texts(root, "channel/item/guid/text()")
        assert (root.find("channel/fh:archive", NS) is not None) == (path != "feed.xml")
        before = texts(root, "channel/atom:link[@rel='prev-archive']/@href")
        path = before[0].removeprefix(show.url) if before else None
    assert set(seen) == {episode.guid for episode in show.episodes}
    assert len(texts(etree.fromstring(made["feed.xml"].body()), "channel/item")) == 10


def test_a_full_archive_page_never_changes():
    """A new episode leaves every archive page that existed as it was, but for its way on to the next one."""
    before, after = (dict(feeds.outputs(replace(shows.many(n), limit=10))) for n in (35, 36))
    assert list(before) == list(after)
    for path in before:
        assert (before[path].body() == after[path].body()) == (path != "feed.xml")
        assert (before[path].key == after[path].key) == (path != "feed.xml")


def test_archive_links():
    """An archive page names itself, the feed, and its neighbours on both sides."""
    root = document(replace(shows.many(35), limit=10), "feed/archive-2.xml")
    links = {link.get("rel"): link.get("href") for link in root.findall("channel/atom:link", NS)}
    assert links == {
        "self": "https://small.example/feed/archive-2.xml",
        "prev-archive": "https://small.example/feed/archive-1.xml",
        "next-archive": "https://small.example/feed/archive-3.xml",
        "current": "https://small.example/feed.xml",
    }


# --- feeds of people and stories ------------------------------------------------------------------------------


def test_a_person_s_feed_is_a_feed_of_its_own():
    """Same items, own name, own guid, left out by directories, and pointing at the show."""
    show = shows.rich()
    root = document(show, "people/bob-frost/feed.xml")
    assert root.find("channel/title").text == "Bob Frost on The Morning Companion"
    assert root.find("channel/link").text == "https://radio.example/morning/people/bob-frost/"
    assert texts(root, "channel/item/guid/text()") == [shows.HARBOUR_VOTE.guid]
    assert root.find("channel/itunes:block", NS).text == "Yes"
    guid = root.find("channel/podcast:guid", NS).text
    moved = document(replace(show, url="https://moved.example/"), "people/bob-frost/feed.xml")
    assert show.guid != guid == moved.find("channel/podcast:guid", NS).text, "kept for life, wherever the show moves"
    assert root.find("channel/podcast:podroll/podcast:remoteItem", NS).get("feedGuid") == show.guid
    for absent in ("itunes:new-feed-url", "itunes:complete", "podcast:txt", "podcast:trailer"):
        assert root.find(f"channel/{absent}", NS) is None, absent


def test_items_of_a_derived_feed_open_where_it_matters():
    """The link of an item leads to the second at which the person or the story comes up."""
    show = shows.rich()
    url = "https://radio.example/morning/episodes/2026-03-02-harbour-vote/"
    assert document(show, "people/bob-frost/feed.xml").find("channel/item/link").text == url + "#t=135"
    assert document(show, "stories/harbour-costs/feed.xml").find("channel/item/link").text == url + "#t=340"
    assert document(show, "people/ann-lee/feed.xml").find("channel/item/link").text == url


@pytest.mark.parametrize("odd", ["a & b < c > d \"e\" 'f'", "é \U0001f600 \u2028", "a\rb\nc\td", "\x0b]]>", ""])
def test_a_filled_form_is_the_feed_that_it_stands_for(odd):
    """Whatever is filled in is written as lxml writes it, in elements and in attributes."""

    def feed(title: str, link: str) -> rss.Feed:
        return rss.Feed(
            title=title,
            link=link,
            description=f"About {title}",
            language="en",
            copyright=title,
            image="https://a.example/1.jpg",
            published="Mon, 02 Mar 2026 06:00:00 +0000",
            updated=None,
            stylesheet="feed.css",
            tags=(Tag("itunes:title", title), Tag("atom:link", None, (("href", link), ("rel", title)))),
        )

    form = rss.Form(feed("@title@", "@link@"), ("@title@", "@link@"))
    values = {"@title@": f"Title {odd}", "@link@": f"https://a.example/?{legal(odd)}"}
    items = [b"    <item/>\n"]
    assert form.render(values, items) == rss.render(feed(*values.values()), items)


def test_a_story_s_feed_is_the_same_whether_it_was_filled_in_or_made():
    """A show that asks for money without words of its own puts the feed's name into them, so its feeds are made one by one."""
    show = replace(shows.rich(), funding=(model.Link(url="https://radio.example/give", title="Support"),))
    made = replace(show, funding=(*show.funding, model.Link(url="https://radio.example/more", title="")))
    for path, output in feeds.outputs(show):
        other = re.sub(rb" *<podcast:funding url=.*/more.*\n", b"", dict(feeds.outputs(made))[path].body())
        assert output.body() == other, path


def test_a_derived_feed_keeps_its_key_when_others_change():
    """An episode without the person changes nothing about that person's feed."""
    show = shows.rich()
    later = replace(shows.BONUS, slug="later", guid="later", date=shows.BONUS.date + timedelta(days=30))
    more = replace(show, episodes=(later, *show.episodes))
    before, after = dict(feeds.outputs(show)), dict(feeds.outputs(more))
    assert before["people/bob-frost/feed.xml"].key == after["people/bob-frost/feed.xml"].key
    assert before["feed.xml"].key != after["feed.xml"].key


# --- the same bytes, everywhere -------------------------------------------------------------------------------

EVERYTHING = """
import hashlib, locale
from tests import shows
from podfeed.render import chapters, feeds, jsonfeed, lists
locale.setlocale(locale.LC_ALL, "")
sha = hashlib.sha256()
for module in (feeds, jsonfeed, chapters, lists):
    for path, output in module.outputs(shows.rich()):
        sha.update(path.encode() + output.key.encode() + output.body())
print(sha.hexdigest())
"""
PLACES = (
    {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "1"},
    {"LC_ALL": "C.UTF-8", "TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "2"},
    {"LC_ALL": "de_DE.UTF-8", "TZ": "America/St_Johns", "PYTHONHASHSEED": "3"},
)


def test_same_bytes_whatever_the_process():
    """Locale, time zone, hash seed and the moment of building change neither a byte nor a key."""
    known = {line.strip() for line in subprocess.run(["locale", "-a"], capture_output=True, text=True).stdout.split()}
    runs = []
    for place in PLACES:
        if place["LC_ALL"].startswith("de") and "de_DE.utf8" not in known:
            place = {**place, "LC_ALL": "C"}
        env = {**os.environ, **place, "PYTHONPATH": str(ROOT)}
        runs.append(subprocess.Popen([sys.executable, "-c", EVERYTHING], env=env, cwd=ROOT, stdout=subprocess.PIPE))
    made = [run.communicate(timeout=60)[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0]
    assert len(set(made)) == 1


def test_rendering_leaves_the_locale_alone(monkeypatch):
    """No date is written by switching the locale of the whole process, which other threads would see."""
    import locale

    def refuse(*args):
        raise AssertionError(f"setlocale{args}")

    monkeypatch.setattr(locale, "setlocale", refuse)
    assert dict(feeds.outputs(shows.rich()))[paths.FEED].body()


# --- files -------------------------------------------------------------------------------------------------------


def local_files(value, seen: dict[str, model.File]) -> dict[str, model.File]:
    """Every file with a source inside a value, however deep."""
    if isinstance(value, model.File) and value.source:
        seen[value.href] = value
    elif isinstance(value, tuple):
        for item in value:
            local_files(item, seen)
    elif is_dataclass(value):
        for field in fields(value):
            local_files(getattr(value, field.name), seen)
    return seen


def test_every_local_file_is_published():
    """No file that the show names on this machine is forgotten; each comes as the type that the feed announces."""
    show = shows.rich()
    made = dict(media.outputs(show))
    words = set(dict(transcripts.outputs(show)))
    wanted = local_files(show, {})
    assert set(made) == set(wanted) - words
    assert len(made) > 10
    assert {path: output.media_type for path, output in made.items()} == {p: wanted[p].media_type for p in made}


def test_transcripts_come_in_every_form():
    """A timed transcript is published as WebVTT and SRT, whichever of them was given; that one as it is."""
    made = dict(transcripts.outputs(shows.rich()))
    assert sorted(made) == [
        "episodes/2026-03-02-harbour-vote/transcript.srt",
        "episodes/2026-03-02-harbour-vote/transcript.vtt",
    ]
    given = made["episodes/2026-03-02-harbour-vote/transcript.vtt"]
    assert (given.source, given.media_type) == (Path("media/harbour.vtt"), "text/vtt; charset=utf-8")


def test_a_translation_has_its_own_files(tmp_path: Path):
    """Two captions in two languages are four files, the given ones as they are; of one language what was given comes before what
    was made of the other, whichever is named first."""
    words = "WEBVTT\n\n00:01.000 --> 00:04.000\n{}\n"
    numbered = "1\n00:00:01,000 --> 00:00:04,000\nHand made.\n"
    named = "transcript: [{file: a.vtt, language: en-GB}, a.srt, {file: b.vtt, language: cy}]"
    files = {"a.vtt": words.format("Good day."), "a.srt": numbered, "b.vtt": words.format("Bore da.")}
    text = newsroom.EPISODE.replace("guests:", f"{named}\nguests:")
    written = {"episodes/vote.yaml": text, **{f"media/{name}": words for name, words in files.items()}}
    show, problems = load(newsroom.make(tmp_path, written))
    assert show is not None and not problems
    made = {path: output.body().decode() for path, output in transcripts.outputs(show)}
    place = "episodes/vote/transcript"
    assert made.keys() == {f"{place}.vtt", f"{place}.srt", f"{place}.cy.vtt", f"{place}.cy.srt"}
    assert made[f"{place}.srt"] == numbered
    assert "Bore da." in made[f"{place}.cy.vtt"] and "Bore da." in made[f"{place}.cy.srt"]
    root = document(show)
    rows = {one.get("url").rpartition("/")[2]: one.get("language") for one in root.iterfind(".//{*}transcript")}
    assert rows == {f"transcript{e}": "en-gb" for e in (".vtt", ".srt")} | {
        f"transcript.cy{e}": "cy" for e in (".vtt", ".srt")
    }


def test_captions_made_from_cues():
    """The SRT made from a WebVTT transcript holds its words and times."""
    pytest.importorskip("podfeed.captions", reason="podfeed/captions.py is not there yet")
    made = dict(transcripts.outputs(shows.rich()))
    text = made["episodes/2026-03-02-harbour-vote/transcript.srt"].body().decode()
    assert "00:00:01,000 --> 00:00:04,500" in text
    assert "Good morning." in text


@pytest.mark.parametrize(
    ("width", "height", "kind", "told"),
    [(1400, 1400, "png", True), (300, 200, "png", False), (1400, 1400, "gif", False)],
)
def test_a_picture_out_of_the_recording(width, height, kind, told):
    """Apps get it in place of the show's cover where directories would take it; a small logo that some program put there stays on
    the page. What the editor names is announced whatever it is (a rule warns)."""
    inside = m_image(width, height, kind)
    episode = replace(shows.BONUS, image=inside, audio=replace(shows.BONUS.audio, cover=inside))
    for one, expected in ((episode, told), (replace(episode, audio=replace(episode.audio, cover=None)), True)):
        item = document(replace(shows.minimal(), episodes=(one,))).find("channel/item")
        assert (item.find("itunes:image", NS) is not None, item.find("podcast:image", NS) is not None) == (
            expected,
        ) * 2


def m_image(width: int, height: int, kind: str) -> model.Image:
    return model.Image(
        file=model.File(href=f"episodes/bonus/cover.{kind}", media_type=f"image/{kind}"), width=width, height=height
    )


def test_a_recording_whose_name_has_signs_of_addresses(tmp_path: Path):
    """`#` and `?` are part of a file's name; in an address they are written out."""
    name = "Episode #12?.mp3"
    text = newsroom.EPISODE.replace("morning.mp3", f'"{name}"')
    folder = newsroom.make(tmp_path, {"episodes/vote.yaml": text, f"media/{name}": newsroom.mp3()})
    show, problems = load(folder)
    assert show is not None and not problems
    assert document(show).find("channel/item/enclosure").get("url").endswith("/media/Episode%20%2312%3F.mp3")
    assert f"media/{name}" in dict(media.outputs(show))
