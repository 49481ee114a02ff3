"""What a recording says about itself fills in what the editor left out."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import mutagen.id3 as id3
from newsroom import make, mp3, png

from podfeed.source.load import load


def test_title_segments_and_picture_come_from_the_recording(tmp_path: Path):
    """Without `title`, `segments` and `image` the tag's title, the file's chapters and its cover are used."""
    folder = make(tmp_path, {"episodes/vote.yaml": "date: 2026-03-02\naudio: morning.mp3\n"})
    tags = id3.ID3()
    tags.add(id3.TIT2(text="The harbour vote"))
    tags.add(id3.APIC(mime="image/png", type=3, data=png(600, 600)))
    for number, (start, title) in enumerate([(0, "Headlines"), (135_000, "The bridge")]):
        frames = [id3.TIT2(text=title), id3.WXXX(desc="story", url="https://news.example/bridge-vote")]
        end = 135_000 if number == 0 else 1_700_000
        tags.add(
            id3.CHAP(
                element_id=f"c{number}", start_time=start, end_time=end, sub_frames=frames if number else frames[:1]
            )
        )
    flags = id3.CTOCFlags.TOP_LEVEL | id3.CTOCFlags.ORDERED
    tags.add(id3.CTOC(element_id="toc", flags=flags, child_element_ids=["c0", "c1"], sub_frames=[]))
    tags.save(folder / "media/morning.mp3")
    show, problems = load(folder)
    assert show and not problems
    [episode] = show.episodes
    assert episode.title == "The harbour vote"
    assert [(s.title, s.start) for s in episode.segments] == [
        ("Headlines", timedelta(0)),
        ("The bridge", timedelta(seconds=135)),
    ]
    assert episode.segments[1].stories[0].story.url == "https://news.example/bridge-vote"
    assert episode.image and episode.image.width == 600
    assert episode.audio.file.length == len((folder / "media/morning.mp3").read_bytes()) > len(mp3())
