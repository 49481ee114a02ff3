"""Every tag of the namespaces by itself: with all its attributes, with only the required ones, and absent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from podfeed import model as m
from podfeed.render import itunes, live, podcasting20
from podfeed.render.tags import tag
from tests import shows

SHOW, EPISODE = shows.minimal(), shows.BONUS
FILE = m.File(href="https://a.example/a.mp3", media_type="audio/mpeg")
NOBODY = m.Person(slug="n", name="N")


def show(**facts) -> m.Show:
    return replace(SHOW, **facts)


def episode(**facts) -> m.Episode:
    return replace(EPISODE, **facts)


CHANNEL = {
    "guid": (podcasting20.guid, SHOW, [tag("podcast:guid", SHOW.guid)]),
    "locked": (podcasting20.locked, SHOW, [tag("podcast:locked", "yes", owner="ann@small.example")]),
    "not locked": (podcasting20.locked, show(locked=False), [tag("podcast:locked", "no", owner="ann@small.example")]),
    "medium": (podcasting20.medium, show(medium="music"), [tag("podcast:medium", "music")]),
    "funding": (
        podcasting20.funding,
        show(funding=(m.Link(url="https://a.example/", title="word " * 40),)),
        [tag("podcast:funding", "word " * 24 + "word…", url="https://a.example/")],
    ),
    "no funding": (podcasting20.funding, SHOW, []),
    "person": (
        podcasting20.persons,
        show(hosts=(m.Credit(person=NOBODY, role="Co-Host", group="Cast"),)),
        [tag("podcast:person", "N", role="co-host", group="cast", href="https://small.example/people/n/")],
    ),
    "person in a role of one's own": (
        podcasting20.persons,
        show(hosts=(m.Credit(person=NOBODY, role="Captain"),)),
        [tag("podcast:person", "N", role="host", group="cast", href="https://small.example/people/n/")],
    ),
    "no person": (podcasting20.persons, SHOW, []),
    "license": (
        podcasting20.show_license,
        show(license=m.License(id="own", url="https://a.example/licence")),
        [tag("podcast:license", "own", url="https://a.example/licence")],
    ),
    "license by its slug": (
        podcasting20.show_license,
        show(license=m.License(id="CC-BY-4.0")),
        [tag("podcast:license", "CC-BY-4.0")],
    ),
    "no license": (podcasting20.show_license, SHOW, []),
    "trailer": (
        podcasting20.trailers,
        show(trailers=(m.Trailer(title="T", file=FILE, date=datetime(2026, 1, 1, tzinfo=UTC)),)),
        [
            tag(
                "podcast:trailer",
                "T",
                url="https://a.example/a.mp3",
                pubdate="Thu, 01 Jan 2026 00:00:00 +0000",
                type="audio/mpeg",
            )
        ],
    ),
    "no trailer": (podcasting20.trailers, SHOW, []),
    "block": (
        podcasting20.block,
        show(block=(m.Block(), m.Block(service="x"), m.Block(service="y", blocked=False))),
        [
            tag("podcast:block", "no", id="y"),
            tag("podcast:block", "yes", id="x"),
            tag("podcast:block", "yes"),
        ],
    ),
    "no block": (podcasting20.block, SHOW, []),
    "txt": (podcasting20.txt, show(txt=(m.Txt(text="a  b"),)), [tag("podcast:txt", "a  b")]),
    "no txt": (podcasting20.txt, SHOW, []),
    "podroll": (
        podcasting20.podroll,
        show(podroll=(m.RemoteItem(feed_guid="g"),)),
        [tag("podcast:podroll", None, tag("podcast:remoteItem", feedGuid="g"))],
    ),
    "no podroll": (podcasting20.podroll, SHOW, []),
    "update frequency": (
        podcasting20.update_frequency,
        show(update_frequency=m.UpdateFrequency(label="weekly")),
        [tag("podcast:updateFrequency", "weekly")],
    ),
    "no update frequency": (podcasting20.update_frequency, SHOW, []),
    "chat": (
        podcasting20.chat,
        show(chat=m.Chat(server="a.example", protocol="irc")),
        [tag("podcast:chat", server="a.example", protocol="irc")],
    ),
    "list": (
        podcasting20.remote_items,
        show(medium="mixed", remote_items=(m.RemoteItem(feed_guid="g", item_guid="i", medium="music"),)),
        [tag("podcast:remoteItem", feedGuid="g", itemGuid="i", medium="music")],
    ),
    "no podping": (podcasting20.podping, SHOW, []),
    "no publisher": (podcasting20.publisher, SHOW, []),
    "no live broadcast": (live.items, SHOW, []),
    "no keywords": (itunes.keywords, SHOW, []),
    "no chat": (podcasting20.chat, SHOW, []),
    "no value": (podcasting20.show_value, SHOW, []),
    "not blocked by Apple": (itunes.block, show(block=(m.Block(service="google"),)), []),
    "blocked by Apple": (itunes.block, show(block=(m.Block(service="apple"),)), [tag("itunes:block", "Yes")]),
    "not complete": (itunes.complete, SHOW, []),
    "complete": (itunes.complete, show(complete=True), [tag("itunes:complete", "Yes")]),
    "not moved": (itunes.new_feed_url, SHOW, []),
    "explicit": (itunes.explicit, show(explicit=True), [tag("itunes:explicit", "true")]),
    "any image address": (
        itunes.image,
        show(cover=m.Image(file=m.File(href="https://a.example/c.jpeg?v=2", media_type="image/jpeg"))),
        [tag("itunes:image", href="https://a.example/c.jpeg?v=2")],
    ),
    "nested category": (
        itunes.categories,
        show(categories=(m.Category(name="TV & Film", sub="Film History"),)),
        [tag("itunes:category", None, tag("itunes:category", text="Film History"), text="TV & Film")],
    ),
}

ITEM = {
    "season": (podcasting20.season, episode(season=0), [tag("podcast:season", "0")]),
    "no season": (podcasting20.season, EPISODE, []),
    "episode": (
        podcasting20.number,
        episode(number=3, number_display="x " * 20),
        [tag("podcast:episode", "3", display=("x " * 15).strip() + "…")],
    ),
    "no episode": (podcasting20.number, EPISODE, []),
    "nobody": (podcasting20.episode_persons, EPISODE, []),
    "location": (
        podcasting20.locations,
        episode(locations=(m.Location(name="L"),)),
        [tag("podcast:location", "L", rel="subject")],
    ),
    "no location": (podcasting20.locations, EPISODE, []),
    "no chapters": (podcasting20.chapters, EPISODE, []),
    "no transcript": (podcasting20.transcripts, EPISODE, []),
    "untimed transcript": (
        podcasting20.transcripts,
        episode(
            transcripts=(
                m.Transcript(
                    file=m.File(href="episodes/bonus/transcript.txt", media_type="text/plain"),
                    cues=(m.Cue(text="words"),),
                ),
            )
        ),
        [
            tag(
                "podcast:transcript",
                url="https://small.example/episodes/bonus/transcript.txt",
                type="text/plain",
                language="en",
            )
        ],
    ),
    "soundbite": (
        podcasting20.soundbites,
        episode(clips=(m.Clip(start=timedelta(seconds=0.25), duration=timedelta(seconds=20)),)),
        [tag("podcast:soundbite", startTime="0.25", duration="20")],
    ),
    "no soundbite": (podcasting20.soundbites, EPISODE, []),
    "alternate enclosure": (
        podcasting20.alternate_enclosures,
        episode(alternate_audio=(m.AlternateAudio(audio=m.Audio(file=FILE, duration=timedelta(1))),)),
        [
            tag(
                "podcast:alternateEnclosure",
                None,
                tag("podcast:source", uri="https://small.example/media/bonus.mp3", contentType="audio/mpeg"),
                type="audio/mpeg",
                length=41_700,
                default="true",
            ),
            tag(
                "podcast:alternateEnclosure",
                None,
                tag("podcast:source", uri="https://a.example/a.mp3", contentType="audio/mpeg"),
                type="audio/mpeg",
            ),
        ],
    ),
    "no alternate enclosure": (podcasting20.alternate_enclosures, EPISODE, []),
    "content link only over https": (
        podcasting20.content_links,
        episode(links=(m.Link(url="http://a.example/", title="a"), m.Link(url="https://b.example/", title="b"))),
        [tag("podcast:contentLink", "b", href="https://b.example/")],
    ),
    "social": (
        podcasting20.socials,
        episode(socials=(m.Social(protocol="disabled"),)),
        [tag("podcast:socialInteract", protocol="disabled")],
    ),
    "no social": (podcasting20.socials, EPISODE, []),
    "no value": (podcasting20.episode_value, EPISODE, []),
    "no image": (itunes.episode_image, EPISODE, []),
    "duration": (
        itunes.duration,
        replace(EPISODE, audio=replace(EPISODE.audio, duration=timedelta(seconds=22.5))),
        [tag("itunes:duration", "22")],
    ),
    "no number": (itunes.number, EPISODE, []),
    "author": (itunes.episode_author, EPISODE, [tag("itunes:author", "Ann")]),
    "authors": (
        itunes.episode_author,
        episode(hosts=(shows.HOST, shows.REPORTER)),
        [tag("itunes:author", "Ann Lee, Bob Frost")],
    ),
    "blocked": (itunes.episode_block, episode(block=(m.Block(),)), [tag("itunes:block", "Yes")]),
}


@pytest.mark.parametrize(("make", "value", "expected"), CHANNEL.values(), ids=CHANNEL)
def test_channel_tag(make, value, expected):
    """A tag of the channel says just what the show says."""
    assert list(make(value)) == expected


@pytest.mark.parametrize(("make", "value", "expected"), ITEM.values(), ids=ITEM)
def test_episode_tag(make, value, expected):
    """A tag of an item says just what the episode says."""
    assert list(make(SHOW, value)) == expected


def test_item_persons_repeat_the_hosts_and_the_crew():
    """An item's persons take the place of the channel's, so nobody of the show may be missing there."""
    made = podcasting20.episode_persons(replace(SHOW, crew=(shows.EDITOR,)), shows.CHAPTERED)
    assert [(row.text, dict(row.attributes)["role"]) for row in made] == [
        ("Ann Lee", "host"),
        ("Dana Reyes", "guest"),
        ("Eve Moss", "editor"),
    ]


LISTS = (podcasting20.remote_items,)  # only in feeds of a list medium


@pytest.mark.parametrize("module", [itunes, podcasting20], ids=["itunes", "podcast"])
def test_every_tag_is_written_by_the_rich_show(module):
    """No function of the tables is idle for a show that fills every field; each names its source."""
    rich = shows.rich()
    blocked = replace(shows.HARBOUR_VOTE, block=(m.Block(),))
    for make in module.CHANNEL_TAGS:
        assert list(make(rich)) or make in LISTS, make.__name__
        assert make.__doc__ and (".md" in make.__doc__ or "Apple" in make.__doc__), make.__name__
    for make in module.EPISODE_TAGS:
        assert list(make(rich, blocked)), make.__name__
        assert make.__doc__ and (".md" in make.__doc__ or "Apple" in make.__doc__), make.__name__
