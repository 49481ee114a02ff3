"""One source, every surface: what a segment says about a story is the same wherever it comes out."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import damage
import pagesite
import pytest
import shows
import sound
import surfaces
from lxml import html
from newsroom import mp3

from podfeed import model as m
from podfeed import paths
from podfeed.output import Output, Site, copied
from podfeed.source.audio import read_all
from podfeed.source.embed import embed

EPISODE = replace(shows.HARBOUR_VOTE, links=())  # links of the episode stand below the last segment, and are not its


def with_episode(episode: m.Episode) -> m.Show:
    return replace(shows.rich(), episodes=(episode, *shows.rich().episodes[1:]))


@cache
def built(mutation: str | None = None) -> Site:
    """The site of the rich show, or of the show that a mutation has damaged."""
    episode = MUTATIONS[mutation](EPISODE) if mutation else EPISODE
    return pagesite.build(with_episode(episode))


# --- the same everywhere ---------------------------------------------------------------------------------


@pytest.mark.parametrize("surface", surfaces.SURFACES, ids=lambda surface: surface.name)
def test_every_surface_tells_the_same(surface):
    """Segments, their order, their times to a second, and their stories are those of the episode."""
    assert surface.read(built(), EPISODE)
    assert surfaces.faults(surface, built(), EPISODE) == []


def segments(change: Callable[[m.Segment], m.Segment | None]) -> Callable[[m.Episode], m.Episode]:
    """An episode with its second segment changed or dropped; it has three stories, of three relations."""

    def damage(episode: m.Episode) -> m.Episode:
        rows = (change(row) if row.number == 2 else row for row in episode.segments)
        return replace(episode, segments=tuple(row for row in rows if row))

    return damage


MUTATIONS: dict[str, Callable[[m.Episode], m.Episode]] = {
    "a segment is lost": segments(lambda row: None),
    "a segment begins two seconds late": segments(lambda row: replace(row, start=row.start + timedelta(seconds=2))),
    "a title is another": segments(lambda row: replace(row, title=row.title + " again")),
    "the main story is lost": segments(lambda row: replace(row, stories=row.stories[1:])),
    "the main story leads elsewhere": segments(
        lambda row: replace(
            row,
            stories=(
                replace(row.stories[0], story=replace(shows.BRIDGE, slug="elsewhere", url="https://x.example/")),
                *row.stories[1:],
            ),
        )
    ),
    "a further story is lost": segments(lambda row: replace(row, stories=row.stories[:1])),
    "two segments change places": lambda episode: replace(
        episode,
        segments=(
            replace(episode.segments[0], title=episode.segments[1].title),
            replace(episode.segments[1], title=episode.segments[0].title),
            *episode.segments[2:],
        ),
    ),
}
UNSEEN = {("Podlove Simple Chapters", "a further story is lost")}  # one address a chapter: it never was there


@pytest.mark.parametrize("mutation", MUTATIONS)
@pytest.mark.parametrize("surface", surfaces.SURFACES, ids=lambda surface: surface.name)
def test_a_broken_renderer_is_noticed(surface, mutation):
    """Whichever surface loses or moves something, and whatever it is, the comparison says so.

    The damaged show's site stands for the broken renderer's output; the truth is still the whole episode.
    """
    noticed = surfaces.faults(surface, built(mutation), EPISODE)
    assert bool(noticed) is ((surface.name, mutation) not in UNSEEN)


# --- inside the recording --------------------------------------------------------------------------------


def recordings(folder: Path) -> dict[str, Path]:
    """Silence of the episode's length in each format that carries chapters."""
    length = EPISODE.audio.duration.total_seconds()
    made = {"mp3": mp3(length), "opus": sound.opus(length), "flac": sound.flac(length)}
    files = {ending: folder / f"morning.{ending}" for ending in (*made, "ogg")}
    for ending, data in made.items():
        files[ending].write_bytes(data)
    silence = ["-f", "lavfi", "-t", str(length), "-i", "anullsrc=r=8000:cl=mono", "-c:a", "libvorbis"]
    subprocess.run(["ffmpeg", "-v", "error", *silence, files["ogg"]], check=True, capture_output=True)
    return files


@pytest.fixture(scope="module")
def embedded(tmp_path_factory) -> dict[str, tuple[Site, m.Episode]]:
    """Format → the site of the rich show with its chapters written into a recording of it, and the episode."""
    if not (shutil.which("ffmpeg") and shutil.which("ffprobe")):
        pytest.skip("ffmpeg is not installed")
    folder = tmp_path_factory.mktemp("sound")
    found = read_all(list(recordings(folder).values()), folder / "cache")
    episodes = {file.suffix[1:]: _recorded(file, facts) for file, facts in found.items()}
    show, problems = embed(replace(shows.minimal(), episodes=tuple(episodes.values())), folder / "cache")
    assert problems == ()
    return {
        ending: (pagesite.build(with_episode(replace(made, slug=EPISODE.slug, guid=EPISODE.guid))), made)
        for ending, made in zip(episodes, show.episodes, strict=True)
    }


def _recorded(file: Path, facts) -> m.Episode:
    """The episode with this recording, and without pictures that are no files."""
    published = m.File(
        href=f"media/{file.name}", source=file, media_type=facts.media_type, length=facts.length, stamp=facts.stamp
    )
    rows = tuple(replace(row, image=None) for row in EPISODE.segments)
    audio = replace(EPISODE.audio, file=published, duration=facts.duration)
    return replace(EPISODE, slug=file.name, guid=file.name, audio=audio, segments=rows)


INSIDE = [
    pytest.param(ending, surface, id=surface.name) for ending, rows in surfaces.EMBEDDED.items() for surface in rows
]


@pytest.mark.parametrize(("ending", "surface"), INSIDE)
def test_the_recording_tells_the_same(embedded, ending, surface):
    """Chapters inside the published copy, read by mutagen, ffprobe and in AntennaPod's way, are those of the episode;
    the enclosure is the copy's, by length and type."""
    site, episode = embedded[ending]
    assert surface.read(site, episode)
    assert surfaces.faults(surface, site, episode) == []
    enclosure = surfaces.item(site, EPISODE).find("enclosure")
    assert enclosure is not None
    assert int(enclosure.get("length", 0)) == surfaces.recording(site, episode).stat().st_size
    assert enclosure.get("type") == site[episode.audio.file.href].media_type


@pytest.mark.parametrize("deed", damage.DEEDS)
@pytest.mark.parametrize(("ending", "surface"), INSIDE)
def test_damage_inside_a_recording_is_noticed(embedded, ending, surface, deed, tmp_path):
    """A time moved by two seconds, a story or a segment lost in the tags: each reader of them notices."""
    site, episode = embedded[ending]
    broken = tmp_path / f"broken.{ending}"
    shutil.copy(surfaces.recording(site, episode), broken)
    damage.recording(broken, deed)
    path = surface.path(episode)
    damaged = {**site, path: copied(site[path].media_type, deed, broken)}
    unseen = deed == damage.STORY and surface.stories == surfaces.NONE
    assert bool(surfaces.faults(surface, damaged, episode)) is not unseen


# --- any renderer ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("deed", damage.DEEDS)
@pytest.mark.parametrize("surface", surfaces.SURFACES, ids=lambda surface: surface.name)
def test_damage_in_one_document_is_noticed_there(surface, deed):
    """When a renderer's output has a time moved by two seconds, a story or a segment lost, the comparison names it,
    and nothing else that stands in the same document."""
    path = surface.path(EPISODE)
    site = built()
    body = damage.document(surface.name, deed, site[path].body())
    damaged = {**site, path: Output(site[path].media_type, deed, make=lambda: body)}
    beside = [other for other in surfaces.SURFACES if other.path(EPISODE) == path]
    assert [other.name for other in beside if surfaces.faults(other, damaged, EPISODE)] == [surface.name]


def test_every_surface_is_damaged():
    """A surface that is added to the list must be given its damage."""
    assert set(damage.DOCUMENTS) == {surface.name for surface in surfaces.SURFACES}


def test_every_address_of_ours_in_data_leads_somewhere():
    """Whatever JSON we publish, an address under the show's own is an output of the same site."""
    show = replace(shows.rich(), audio_url=None)
    site = pagesite.build(show)
    for path, output in site.items():
        if not path.endswith(".json") or path == paths.COMPANION_SCHEMA:
            continue
        text = json.dumps(json.loads(output.body()), ensure_ascii=False)
        for url in re.findall(re.escape(show.url) + r"[^\s\"\\<>#?]*", text):
            target = url.removeprefix(show.url)
            target += "index.html" if target.endswith("/") or not target else ""
            assert target in site or url == show.new_feed_url, f"{path} links {url}"


# --- a guest in five episodes -----------------------------------------------------------------------------

PARTS = (421.4, 1234.8, 305.4, 2399.7, 663.7)  # seconds; cut to whole ones each they are two short
TOTAL = timedelta(seconds=5025)


def interview() -> m.Show:
    """Five parts of one interview, in five episodes, between two other segments each."""
    episodes = []
    for number, length in enumerate(PARTS, 1):
        start, end = timedelta(seconds=90.25), timedelta(seconds=90.25 + length)
        rows = (
            m.Segment(number=1, start=timedelta(0), end=start, title="Headlines", people=(shows.REPORTER,)),
            m.Segment(number=2, start=start, end=end, title=f"Part {number}", people=(shows.PILOT,)),
            m.Segment(number=3, start=end, end=end + timedelta(seconds=60), title="Letters"),
        )
        episodes.append(
            m.Episode(
                slug=f"part-{number}",
                guid=f"part-{number}",
                title=f"Day {number}",
                date=datetime(2026, 3, number, 6, tzinfo=UTC),
                audio=replace(shows.BONUS.audio, duration=rows[2].end),
                hosts=(shows.HOST,),
                guests=(shows.PILOT,),
                segments=rows,
            )
        )
    people = (shows.ANN, shows.BOB, shows.DANA)
    return replace(shows.minimal(), people=people, episodes=tuple(reversed(episodes)))


def test_a_guests_page_totals_the_hours_of_five_episodes():
    """The page of a guest in five parts says 1:23:45 to the second, over all and for the role, and lists five segments."""
    page = html.document_fromstring(pagesite.build(interview())[paths.person("dana-reyes")].body().decode())
    assert page.xpath("string(//p[@class='standfirst']/time/@datetime)") == "PT1H23M45S"
    assert page.xpath("//h2//time/@datetime") == ["PT1H23M45S"]
    assert "5 episodes" in page.xpath("string(//p[@class='standfirst'])")
    links = page.xpath("//ol[@class='mentions']/li/p[@class='when']/a/@href")
    assert len(links) == 5
    lengths = [float(end) - float(start) for start, end in (link.partition("#t=")[2].split(",") for link in links)]
    assert timedelta(seconds=sum(lengths)) == TOTAL


def test_a_guests_feed_totals_the_same_hours():
    """A reader of the guest's feed finds the five episodes, the main feed's guids, and 1:23:45 of the guest in their notes."""
    show = interview()
    site = pagesite.build(show)
    heard = timedelta(0)
    for episode in show.episodes:
        entry = surfaces.item(site, episode, paths.person_feed("dana-reyes"))
        assert entry.findtext("enclosure") is not None
        ends = {row.title: row.end for row in surfaces.json_chapters(site, episode)}
        notes = html.fromstring(f"<div>{entry.findtext(surfaces.CONTENT)}</div>")
        with_guest = notes.xpath("./ul/li[p/a[contains(@href, '/people/dana-reyes/')]]/p[1]")
        assert len(with_guest) == 1
        for line in with_guest:
            start = float(line.xpath("string(a/@href)").partition("#t=")[2])
            heard += timedelta(seconds=(ends[line.xpath("string(strong)")] or 0) - start)
    assert heard == TOTAL


def test_a_guests_data_name_the_same_segments():
    """JSON-LD of the guest's page has the five clips, and companion.json of the five episodes the same ones."""
    show = interview()
    site = pagesite.build(show)
    page = html.document_fromstring(site[paths.person("dana-reyes")].body().decode())
    graph = json.loads(page.xpath("string(//script[@type='application/ld+json'])"))["@graph"]
    clips = {node["url"]: node["endOffset"] - node["startOffset"] for node in graph if "RadioClip" in node["@type"]}
    assert timedelta(seconds=round(sum(clips.values()), 3)) == TOTAL
    told = {
        segment["url"]
        for episode in show.episodes
        for segment in json.loads(site[paths.companion(episode.slug)].body())["segments"]
        if any(person["name"] == "Dana Reyes" for person in segment["people"])
    }
    assert told == set(clips)


# --- the list of addresses ---------------------------------------------------------------------------------

ADDRESSES = Path(__file__).parent.parent / "docs" / "addresses.md"
HOLES = {
    "<slug>": r"[^/]+", "<n>": r"\d+", "<ending>": r"[a-z0-9]+", "<hash>": r"[0-9a-f]{16}", "<file>": r".+",
    "<path>": r".+", "<width>": r"\d+",
}  # fmt: skip
# more than 300 episodes; pictures inside a recording's chapters; pictures' sizes, where something makes them;
# a show without a cover
SOMETIMES = {
    "page/<n>",
    "batch-<n>",
    "words-<n>",
    "said-<n>",
    "sitemap/<n>",
    "archive-<n>",
    "chapter-<n>",
    "<width>",
    "cover.svg",
}


def documented() -> dict[str, re.Pattern[str]]:
    """Address in the documentation → what it matches."""
    rows = re.findall(r"^\| `/([^`]*)` \|", ADDRESSES.read_text("utf-8"), re.MULTILINE)
    patterns = {}
    for row in rows:
        path = row + "index.html" if row.endswith("/") or not row else row
        parts = re.split(r"(<[a-z]+>)", path)
        patterns[row] = re.compile("".join(HOLES.get(part) or re.escape(part) for part in parts))
    return patterns


def test_every_address_is_documented_and_no_other():
    """docs/addresses.md has each path that a show with everything publishes, and nothing that is never published."""
    patterns = documented()
    site = built()
    assert [path for path in site if not any(pattern.fullmatch(path) for pattern in patterns.values())] == []
    unused = {row for row, pattern in patterns.items() if not any(pattern.fullmatch(path) for path in site)}
    assert {row for row in unused if not any(word in row for word in SOMETIMES)} == set()
