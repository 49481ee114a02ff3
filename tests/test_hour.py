"""Recordings of an hour in every format, as ffmpeg makes them: how long they are, to a tenth of a second."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import pytest
from mutagen.mp3 import MP3

from podfeed.source.audio import AudioFacts, read_all
from podfeed.source.audio_read import read

pytestmark = [
    pytest.mark.xdist_group("hour"),
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("ffmpeg"), reason="ffmpeg is not installed"),
]

HOUR = 3600
# Noise that swells every twenty seconds, so that a bitrate that may vary does; a minute of it, sixty times over.
SOUND = "aevalsrc='(random(0)-0.5)*(0.5+0.5*sin(2*PI*t/20))^4':s=24000:d=60"
LOW = "-ar 8000"
ENCODED = {
    "constant.mp3": "-c:a libmp3lame -b:a 32k -compression_level 9",
    "varying.mp3": "-c:a libmp3lame -q:a 9 -compression_level 9",
    "plain.m4a": "-ar 16000 -c:a aac -b:a 12k -aac_coder fast",
    "speech.opus": "-c:a libopus -b:a 12k -compression_level 0 -frame_duration 60",
    "music.ogg": f"{LOW} -c:a libvorbis -q:a 0",
    "whole.flac": f"{LOW} -c:a flac -compression_level 0",
    "whole.wav": f"{LOW} -c:a pcm_u8",
}
COPIED = {
    "constant-bare.mp3": ("constant.mp3", "-write_xing 0 -id3v2_version 0"),
    "varying-bare.mp3": ("varying.mp3", "-write_xing 0 -id3v2_version 0"),
    "fast-start.m4a": ("plain.m4a", "-movflags +faststart"),
    "fragments.m4a": ("plain.m4a", "-f mp4 -movflags frag_keyframe+empty_moov -frag_duration 5000000"),
}
FORMATS = (*ENCODED, *COPIED)


@pytest.fixture(scope="module")
def hours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hours")
    quiet = ["ffmpeg", "-v", "error"]
    subprocess.run([*quiet, "-f", "lavfi", "-i", SOUND, folder / "minute.wav"], check=True)
    command = [*quiet, "-stream_loop", "59", "-i", str(folder / "minute.wav")]
    for name, options in ENCODED.items():
        command += [*options.split(), str(folder / name)]
    subprocess.run(command, check=True, timeout=600)
    for name, (source, options) in COPIED.items():
        subprocess.run([*quiet, "-i", folder / source, "-c", "copy", *options.split(), folder / name], check=True)
    return folder


def test_an_hour_is_an_hour(hours: Path, tmp_path: Path) -> None:
    """In every format, also where no header says it, the duration is right to a tenth of a second and no guess."""
    files = [hours / name for name in FORMATS]
    found = read_all(files, tmp_path / "cache")
    wrong = {}
    for file in files:
        facts = found[file]
        assert isinstance(facts, AudioFacts), file.name
        off = facts.duration.total_seconds() - HOUR
        if abs(off) > 0.1 or facts.estimated:
            wrong[file.name] = off
    assert wrong == {}
    # quirk: without a header mutagen takes the first frame's bitrate for all; if this fails, it has learnt better
    assert abs(MP3(hours / "varying-bare.mp3").info.length - HOUR) > 60


def test_the_ordinary_file_pays_nothing_for_it(hours: Path, tmp_path: Path) -> None:
    """Only a file without header is walked: the others cost what a few looks cost, not what reading them does."""

    def seconds(name: str) -> float:
        times = []
        for _ in range(5):
            began = time.process_time()
            read(str(hours / name), str(tmp_path))
            times.append(time.process_time() - began)
        return min(times)

    walked = seconds("varying-bare.mp3")
    for name in ("constant.mp3", "varying.mp3", "plain.m4a", "speech.opus", "whole.wav"):
        assert seconds(name) < walked / 3, (name, walked)
    assert walked < 0.5
