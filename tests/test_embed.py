"""Segments as chapters inside the published copy: what it carries, that it is the same sound, and that nothing else moves."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from mutagen import id3
from mutagen.flac import FLAC
from mutagen.mp3 import MP3
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis

from podfeed import model as m
from podfeed.problem import Problem
from podfeed.render import media
from podfeed.source.audio import AudioFacts, AudioRefused, read_all
from podfeed.source.embed import embed, prune
from tests import antennapod, shows, sound

FFPROBE = pytest.mark.skipif(not shutil.which("ffprobe"), reason="ffprobe is not installed")


def story(number: int, title: str | None = "A story") -> m.Story:
    return m.Story(slug=f"s{number}", url=f"https://news.example/ä/{number}", title=title)


SEGMENTS = (
    m.Segment(number=1, start=timedelta(0), end=timedelta(seconds=1), title="Opening & hello"),
    m.Segment(
        number=2,
        start=timedelta(seconds=1),
        end=timedelta(seconds=2.5),
        title="Ünïted: 日本",
        stories=(
            m.StoryLink(
                story=story(1, "A story with a very long title, so that it is the larger frame"), rel="mentions"
            ),
            m.StoryLink(story=story(2), rel="about"),
            m.StoryLink(story=story(3), rel="about"),
        ),
    ),
)


def an_episode(folder: Path, name: str, data: bytes, **more) -> m.Episode:
    """An episode whose recording has these bytes."""
    return some_episodes(folder, {name: data}, **more)[0]


def some_episodes(folder: Path, recordings: dict[str, bytes], **more) -> list[m.Episode]:
    """An episode for each recording, called like it."""
    (folder / "media").mkdir(exist_ok=True)
    for name, data in recordings.items():
        (folder / "media" / name).write_bytes(data)
    found = read_all([folder / "media" / name for name in recordings], folder / "cache")
    return [_episode(file, facts, more) for file, facts in found.items()]


def _episode(file: Path, found: AudioFacts | AudioRefused, more: dict) -> m.Episode:
    assert isinstance(found, AudioFacts), found
    href, name = f"media/{file.name}", file.name
    published = m.File(href=href, source=file, media_type=found.media_type, length=found.length, stamp=found.stamp)
    audio = m.Audio(file=published, duration=found.duration)
    fields = {"segments": SEGMENTS, "embed_chapters": True, **more}
    return replace(shows.HARBOUR_VOTE, slug=name, guid=name, audio=audio, **fields)


def embedded(folder: Path, *episodes: m.Episode) -> tuple[tuple[m.Episode, ...], tuple[Problem, ...]]:
    show, problems = embed(replace(shows.minimal(), episodes=episodes), folder / "cache")
    return show.episodes, problems


def copy_of(episode: m.Episode) -> Path:
    assert episode.audio.file.source
    return episode.audio.file.source


TAGS = (
    sound.title("Kept"),
    id3.TXXX(encoding=3, desc="mine", text=["x", "y"]),
    id3.COMM(encoding=3, lang="deu", desc="", text=["Grüße"]),
    id3.PRIV(owner="somebody", data=b"\0\1\2"),
    id3.TDRC(encoding=3, text=["2026-03-02"]),
    id3.TSOP(encoding=3, text=["Lee, Ann"]),
    id3.TMOO(encoding=3, text=["grave"]),
    sound.apic(sound.png()),
    sound.chap("old", 0, 500, sound.title("Old")),
    id3.CTOC(element_id="oldtoc", flags=3, child_element_ids=["old"]),
)


TAIL = b"TAG" + b"Kept".ljust(125, b"\0")
EXTRA = sound.raw_frame(b"XABC", b"kept")
TAGGED = {
    "none.mp3": b"",
    "2.mp3": sound.raw_id3(b"TT2\0\0\5\0Kept", 2),
    "3.mp3": sound.id3_tags(*TAGS, version=3, extra=EXTRA),
    "4.mp3": sound.id3_tags(*TAGS, version=4, extra=EXTRA),
}
MOVED = ("CHAP", "CTOC", "TDRC", "TYER", "TDAT")


def test_mp3(tmp_path: Path) -> None:
    """The copy has the segments as chapters with every story's link, the primary one last, in a tag of version 2.3;
    other tags, the sound and what stands after it are those of the original."""
    recordings = {name: sound.mp3(3, tags) + TAIL for name, tags in TAGGED.items()}
    made, problems = embedded(tmp_path, *some_episodes(tmp_path, recordings))
    assert problems == () and len(made) == 4
    for episode in made:
        original, copy = tmp_path / "media" / episode.slug, copy_of(episode)
        assert copy != original and original.read_bytes() == recordings[episode.slug]
        after = id3.ID3(copy, translate=False, load_v1=False)
        assert copy.read_bytes()[after.size :] == sound.mp3(3) + TAIL
        assert after.version == (2, 3, 0)
        assert MP3(copy).info.length == pytest.approx(3, abs=0.05)
        _has_the_chapters(after)
        if episode.slug != "none.mp3":
            assert str(after["TIT2"]) == "Kept"
        if episode.slug in ("3.mp3", "4.mp3"):
            before = id3.ID3(original, translate=False, load_v1=False)
            kept = {key: frame for key, frame in before.items() if not key.startswith(MOVED)}
            assert {key: frame for key, frame in after.items() if not key.startswith(MOVED)} == kept
            assert len(kept) == (5 if episode.slug == "3.mp3" else 7) and after.unknown_frames == [EXTRA]
            assert (str(after["TYER"]), str(after["TDAT"])) == ("2026", "0203")


def _has_the_chapters(tags: id3.ID3) -> None:
    contents, chapters = tags.getall("CTOC"), tags.getall("CHAP")
    assert [(c.element_id, int(c.flags), c.child_element_ids) for c in contents] == [("toc", 3, ["chp0", "chp1"])]
    assert [(c.element_id, c.start_time, c.end_time, c.start_offset) for c in chapters] == [
        ("chp0", 0, 1000, 0xFFFFFFFF),
        ("chp1", 1000, 2500, 0xFFFFFFFF),
    ]
    assert [str(c.sub_frames["TIT2"]) for c in chapters] == ["Opening & hello", "Ünïted: 日本"]
    assert [(frame.desc, frame.url) for frame in chapters[1].sub_frames.getall("WXXX")] == [
        ("A story with a very long title, so that it is the larger frame", "https://news.example/%C3%A4/1"),
        ("A story (2)", "https://news.example/%C3%A4/3"),
        ("A story", "https://news.example/%C3%A4/2"),
    ]


@pytest.mark.parametrize("version", [3, 4])
def test_antennapod_shows_the_main_story(tmp_path: Path, version: int) -> None:
    """A reader that goes about it as AntennaPod does finds every title and time, and the primary story's link."""
    data = sound.mp3(3, sound.id3_tags(*TAGS, version=version, extra=EXTRA))
    (made,), _ = embedded(tmp_path, an_episode(tmp_path, "a.mp3", data))
    assert [(c.start, c.title, c.link) for c in antennapod.chapters(copy_of(made).read_bytes())] == [
        (0, "Opening & hello", None),
        (1, "Ünïted: 日本", "https://news.example/%C3%A4/2"),
    ]


def test_facts_of_the_copy(tmp_path: Path) -> None:
    """The episode keeps its address and duration, and gets the size of the copy; our own reader finds the chapters."""
    episode = an_episode(tmp_path, "a.mp3", sound.mp3(3))
    (made,), _ = embedded(tmp_path, episode)
    copy = copy_of(made)
    assert made.audio.file.href == "media/a.mp3" and made.audio.duration == episode.audio.duration
    assert made.audio.file.length == copy.stat().st_size and copy.name == "a.mp3"
    assert made.audio.file.stamp == copy.parent.name != episode.audio.file.stamp
    assert replace(made, audio=episode.audio) == episode
    found = read_all([copy], tmp_path / "other")[copy]
    assert isinstance(found, AudioFacts)
    assert [(c.start.total_seconds(), c.title, c.url) for c in found.chapters] == [
        (0, "Opening & hello", None),
        (1, "Ünïted: 日本", "https://news.example/%C3%A4/2"),
    ]


FORMS = {
    "a.opus": (sound.opus(3, [("TITLE", "Kept"), ("chapter007", "00:00:00.000"), ("CHAPTER007NAME", "Old")]), OggOpus),
    "a.ogg": (sound.vorbis(), OggVorbis),
    "a.flac": (sound.flac(3, [("TITLE", "Kept"), ("CHAPTER007URL", "old")], sound.png()), FLAC),
}


def test_comments(tmp_path: Path) -> None:
    """Ogg and FLAC carry CHAPTERxxx with name and link; the rest of the comments, the pictures and the sound stay."""
    short = tuple(replace(s, start=s.start / 2, end=s.end / 2) for s in SEGMENTS)
    recordings = {name: data for name, (data, _form) in FORMS.items()}
    made, problems = embedded(tmp_path, *some_episodes(tmp_path, recordings, segments=short))
    assert problems == () and len(made) == 3
    for episode in made:
        form = FORMS[episode.slug][1]
        before, after = form(tmp_path / "media" / episode.slug), form(copy_of(episode))
        pairs = {key.upper(): value for key, value in after.tags}
        chapters = {key: value for key, value in pairs.items() if key.startswith("CHAPTER")}
        assert chapters == {
            "CHAPTER000": "00:00:00.000",
            "CHAPTER000NAME": "Opening & hello",
            "CHAPTER001": "00:00:00.500",
            "CHAPTER001NAME": "Ünïted: 日本",
            "CHAPTER001URL": "https://news.example/%C3%A4/2",
        }
        kept = {key.upper(): value for key, value in before.tags if not key.upper().startswith("CHAPTER")}
        assert {key: value for key, value in pairs.items() if key not in chapters} == kept
        assert after.info.length == before.info.length
        assert getattr(after, "pictures", None) == getattr(before, "pictures", None)


@FFPROBE
@pytest.mark.slow
def test_ffprobe_finds_them(tmp_path: Path) -> None:
    """An independent program reads the same chapters out of every form, and hears the same sound."""
    names = {"a.mp3": sound.mp3(3, sound.id3_tags(*TAGS)), "b.opus": FORMS["a.opus"][0], "c.flac": FORMS["a.flac"][0]}
    long = replace(
        story(9, "L" * 200), url="https://news.example/" + "a" * 200
    )  # ffmpeg loses such chapters in ID3v2.4
    segments = (SEGMENTS[0], replace(SEGMENTS[1], stories=(*SEGMENTS[1].stories, m.StoryLink(story=long))))
    made, _ = embedded(tmp_path, *some_episodes(tmp_path, names, segments=segments))
    for episode in made:
        probe = ["ffprobe", "-v", "error", "-show_chapters", "-of", "json", str(copy_of(episode))]
        found = json.loads(subprocess.run(probe, capture_output=True, check=True).stdout)["chapters"]
        rows = [(float(c["start_time"]), c["tags"]["title"]) for c in found]
        if episode.slug == "b.opus":  # ffmpeg 5.1 takes Opus' pre-skip for part of the time
            rows = [(round(start, 1), title) for start, title in rows]
        assert rows == [(0, "Opening & hello"), (1, "Ünïted: 日本")], episode.slug
        assert _sound(copy_of(episode)) == _sound(tmp_path / "media" / episode.slug)


def _sound(file: Path) -> str:
    """The hash of the packets, without the tags around them."""
    command = ["ffmpeg", "-v", "error", "-i", str(file), "-map", "0:a", "-c", "copy", "-f", "hash", "-"]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def test_same_input_same_bytes(tmp_path: Path) -> None:
    """Made twice, the copy is the same to the byte; other chapters make another copy, and nothing is made twice."""
    episode = an_episode(tmp_path, "a.mp3", sound.mp3(3, sound.id3_tags(*TAGS)))
    (first,), _ = embedded(tmp_path, episode)
    bytes_of = copy_of(first).read_bytes()
    inode = copy_of(first).stat().st_ino
    (again,), _ = embedded(tmp_path, episode)
    assert copy_of(again).stat().st_ino == inode
    shutil.rmtree(tmp_path / "cache" / "published")
    (anew,), _ = embedded(tmp_path, episode)
    assert anew == first and copy_of(anew).read_bytes() == bytes_of
    renamed = replace(episode, segments=(replace(SEGMENTS[0], title="Other"), SEGMENTS[1]))
    (other,), _ = embedded(tmp_path, renamed)
    assert other.audio.file.stamp != first.audio.file.stamp


def test_pictures(tmp_path: Path) -> None:
    """A segment's picture from media/ goes into its chapter if listeners can afford it; elsewhere and GIF do not."""

    def image(name: str, data: bytes) -> m.Image:
        file = tmp_path / name
        file.write_bytes(data)
        stamp = hashlib.sha256(data).hexdigest()
        return m.Image(file=m.File(href=name, source=file, media_type="x", length=len(data), stamp=stamp))

    images = (
        image("a.png", sound.png()),
        image("b.png", sound.png(extra=bytes(600_000))),
        image("c.gif", sound.GIF),
        m.Image(file=m.File(href="https://x.example/a.png", media_type="image/png")),
    )
    segments = tuple(
        replace(SEGMENTS[0], start=timedelta(seconds=n / 2), end=timedelta(seconds=n / 2 + 0.5), image=one)
        for n, one in enumerate(images)
    )
    (made,), _ = embedded(tmp_path, an_episode(tmp_path, "a.mp3", sound.mp3(3), segments=segments))
    chapters = MP3(copy_of(made)).tags.getall("CHAP")
    assert [[p.data for p in c.sub_frames.getall("APIC")] for c in chapters] == [[sound.png()], [], [], []]


def test_many_segments(tmp_path: Path) -> None:
    """A table of contents has room for 255; the rest stays out rather than break it."""
    segments = tuple(replace(SEGMENTS[0], start=timedelta(seconds=n), end=timedelta(seconds=n + 1)) for n in range(300))
    (made,), _ = embedded(tmp_path, an_episode(tmp_path, "a.mp3", sound.mp3(3), segments=segments))
    tags = MP3(copy_of(made)).tags
    assert len(tags.getall("CHAP")) == len(tags.getall("CTOC")[0].child_element_ids) == 255


def test_left_alone(tmp_path: Path) -> None:
    """No copy for M4A and WAV (a note says so), nor without segments, nor where the editor says no, nor for a recording
    of two episodes or one elsewhere."""
    recordings = {"a.m4a": sound.m4a(3), "a.wav": sound.wav(3)}
    recordings |= dict.fromkeys(("b.mp3", "c.mp3", "d.mp3"), sound.mp3(3))
    m4a, wav, bare, unwanted, twice = some_episodes(tmp_path, recordings)
    bare, unwanted = replace(bare, segments=()), replace(unwanted, embed_chapters=False)
    elsewhere = replace(twice, audio=replace(twice.audio, file=m.File(href="https://x.example/a.mp3", media_type="x")))
    episodes = (m4a, wav, bare, unwanted, twice, replace(twice, slug="again"), elsewhere)
    made, problems = embedded(tmp_path, *episodes)
    assert made == episodes
    assert [copy_of(one) for one in made[:-1]] == [copy_of(one) for one in episodes[:-1]]
    assert [(p.level, p.code) for p in problems] == [("info", "embed-unsupported")] * 2


def test_other_uses(tmp_path: Path) -> None:
    """A recording that is announced elsewhere too, as a trailer or as another episode's other form, stays the file that was
    given: its length and digest stand there. An episode's own among its forms does not count."""
    names = ("trailer.mp3", "form.mp3", "own.mp3")
    trailer, form, own = some_episodes(tmp_path, dict.fromkeys(names, sound.mp3(3)))
    own = replace(own, alternate_audio=(m.AlternateAudio(audio=own.audio), m.AlternateAudio(audio=form.audio)))
    show = replace(
        shows.minimal(),
        episodes=(trailer, form, own),
        trailers=(m.Trailer(title="Hear", file=trailer.audio.file, date=trailer.date),),
    )
    made, _ = embed(show, tmp_path / "cache")
    assert [copy_of(one).parent.name for one in made.episodes][:2] == ["media", "media"]
    assert copy_of(made.episodes[2]).parent.name == made.episodes[2].audio.file.stamp
    published = dict(media.outputs(made))
    for file in (made.trailers[0].file, *(one.audio.file for one in made.episodes)):
        assert len(published[file.href].body()) == file.length


def test_changed_meanwhile(tmp_path: Path) -> None:
    """A recording that is not the one that was read gets no copy, and a warning."""
    episode = an_episode(tmp_path, "a.mp3", sound.mp3(3))
    (tmp_path / "media" / "a.mp3").write_bytes(sound.mp3(4))
    (made,), problems = embedded(tmp_path, episode)
    assert copy_of(made) == copy_of(episode)
    assert [(p.level, p.code) for p in problems] == [("warning", "embed-failed")]
    assert list((tmp_path / "cache" / "published").iterdir()) == []


def test_a_damaged_copy_is_made_again(tmp_path: Path) -> None:
    """Cut off, longer or other bytes: it is not what was made, and is not published."""
    episode = an_episode(tmp_path, "a.mp3", sound.mp3(3))
    (made,), _ = embedded(tmp_path, episode)
    whole = copy_of(made).read_bytes()
    for damage in (whole[:1000], whole + b"x", whole[:-9] + b"x" * 9, b""):
        copy_of(made).write_bytes(damage)
        (again,), problems = embedded(tmp_path, episode)
        assert (again, problems) == (made, ()) and copy_of(again).read_bytes() == whole


def test_prune(tmp_path: Path) -> None:
    """Copies of the past go, those in use and those that another process is making stay."""
    (made,), _ = embedded(tmp_path, an_episode(tmp_path, "a.mp3", sound.mp3(3)))
    published = tmp_path / "cache" / "published"
    for name in ("0" * 32, f".making-{os.getpid()}-aa", ".making-999999999-aa", ".making-x"):
        (published / name).mkdir()
    prune(tmp_path / "cache", {made.audio.file.stamp})
    assert {path.name for path in published.iterdir()} == {made.audio.file.stamp, f".making-{os.getpid()}-aa"}
    assert copy_of(made).exists()
    prune(tmp_path / "nowhere", ())
