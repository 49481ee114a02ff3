"""Make the example show's placeholder recordings, their transcripts and the show's cover.

    python bench/make_recordings.py [SHOW]

For each episode of SHOW (this repository, if left out): a machine reads the segments' titles at the times that the
YAML gives, a soft tone of its own fills each segment, so that seeking can be heard. Needs espeak-ng, ffmpeg, Pillow
and mutagen. Nothing in podfeed calls this: what it makes is committed.
"""

from __future__ import annotations

import base64
import io
import math
import subprocess
import sys
import tempfile
import wave
from array import array
from dataclasses import dataclass
from pathlib import Path

import yaml
from mutagen.flac import Picture
from mutagen.id3 import APIC, COMM, ID3, TALB, TIT2, TPE1
from mutagen.mp4 import MP4, MP4Cover
from mutagen.oggopus import OggOpus
from PIL import Image, ImageDraw, ImageFilter

from podfeed.cuts import to_podcast
from podfeed.model import Cut
from podfeed.text import parse_time

RATE = 22_050  # what espeak-ng speaks at; opus is resampled to 24,000
LIMIT = 120_000  # bytes of a recording, cover included
TAIL = 4  # seconds after the last segment's words
SPEED = 165  # words a minute
COMMENT = "A placeholder made for the podfeed example show. The broadcast itself is elsewhere."

ENCODERS = {
    # 16 kbit/s constant; LAME writes its header (Xing) at variable bitrate, so that the length can be known
    ("borders-borders-borders", ".mp3"): ("-c:a", "libmp3lame", "-b:a", "16k"),
    ("", ".mp3"): ("-c:a", "libmp3lame", "-q:a", "9", "-compression_level", "0", "-write_xing", "1"),
    ("", ".m4a"): ("-c:a", "aac", "-b:a", "15k", "-movflags", "+faststart"),
    ("", ".opus"): ("-c:a", "libopus", "-b:a", "14k", "-ar", "24000", "-application", "voip"),
}


@dataclass(frozen=True)
class Spoken:
    """Words said from `start` to `end`, in seconds."""

    start: float
    end: float
    text: str


# --- sound ----------------------------------------------------------------------------------------------


def say(text: str) -> array:
    """The words as samples at RATE, without the silence around them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "words.wav"
        subprocess.run(["espeak-ng", "-v", "en-gb", "-s", str(SPEED), "-w", str(path), text], check=True)
        with wave.open(str(path)) as file:
            assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
            samples = array("h", file.readframes(file.getnframes()))
    while samples and abs(samples[-1]) < 200:
        samples.pop()
    return samples


def tone(number: int, seconds: float) -> array:
    """A soft tone that swells and fades, a step higher for each segment."""
    steps = (0, 2, 4, 7, 9, 12, 14, 16, 19, 21)  # a pentatonic scale: any two sound well together
    pitch = 196 * 2 ** (steps[number % len(steps)] / 12)
    count = int(seconds * RATE)
    samples = array("h")
    for i in range(count):
        swell = math.sin(math.pi * i / count) ** 2
        wave_ = math.sin(2 * math.pi * pitch * i / RATE) + 0.3 * math.sin(4 * math.pi * pitch * i / RATE)
        samples.append(int(3500 * swell * wave_))
    return samples


def perform(episode: dict) -> tuple[array, list[Spoken]]:
    """The whole recording and what is said in it when."""
    cuts = [Cut(at=parse_time(c["at"]), removed=parse_time(c["removed"])) for c in episode.get("cuts", ())]
    segments = [start_and_title(entry, cuts) for entry in episode["segments"]]
    sound, spoken = array("h"), []
    for number, (start, title) in enumerate(segments):
        pad(sound, start)
        sentences = [title + "."]
        if number == 0:
            about = "This is a placeholder, read by a machine."
            sentences = [about, "The broadcast itself is elsewhere.", episode["title"] + ".", title + "."]
        for sentence in sentences:
            begin = len(sound) / RATE
            sound.extend(say(sentence))
            spoken.append(Spoken(begin, len(sound) / RATE, sentence))
            sound.extend(array("h", bytes(2 * int(0.25 * RATE))))
        following = segments[number + 1][0] if number + 1 < len(segments) else None
        room = (following if following is not None else len(sound) / RATE + TAIL) - len(sound) / RATE
        if room < 0.8:
            raise SystemExit(f"{title!r} needs {0.8 - room:.1f} s more before the next segment")
        sound.extend(tone(number, room - 0.2))
    pad(sound, math.ceil(len(sound) / RATE))
    return sound, spoken


def start_and_title(entry: dict | str, cuts: list[Cut]) -> tuple[float, str]:
    """Where a segment starts in the recording, in seconds, and what it is called."""
    if isinstance(entry, str):
        start, _, title = entry.partition(" ")
        entry = {"start": start, "title": title}
    return to_podcast(parse_time(entry["start"]), cuts).total_seconds(), entry["title"]


def pad(sound: array, seconds: float) -> None:
    missing = int(seconds * RATE) - len(sound)
    assert missing >= 0, f"the words before {seconds} s are too long"
    sound.extend(array("h", bytes(2 * missing)))


def encode(sound: array, target: Path) -> None:
    """Write the samples in the format of the target's ending, without ffmpeg's own tags."""
    options = ENCODERS.get((target.stem, target.suffix)) or ENCODERS["", target.suffix]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sound.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(sound.tobytes())
        quiet = ("-hide_banner", "-loglevel", "error", "-y", "-bitexact")
        subprocess.run(
            ["ffmpeg", *quiet, "-i", str(path), "-map_metadata", "-1", *options, "-fflags", "+bitexact", str(target)],
            check=True,
        )


# --- words ----------------------------------------------------------------------------------------------


def vtt(spoken: list[Spoken]) -> str:
    """A transcript of what the machine says."""
    cues = [f"{stamp(s.start)} --> {stamp(s.end)}\n<v The machine>{s.text.replace('&', '&amp;')}" for s in spoken]
    return "\n\n".join(["WEBVTT", *cues]) + "\n"


def stamp(seconds: float) -> str:
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    return f"00:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"


# --- pictures -------------------------------------------------------------------------------------------

PAPER, INK, SIGNAL = (243, 238, 226), (31, 46, 66), (196, 78, 52)
TINTS = ((94, 122, 103), (196, 78, 52), (82, 104, 141), (150, 112, 62))


def cover(size: int, signal: tuple[int, int, int] = SIGNAL, step: int = 90) -> Image.Image:
    """Rings of sound that meet a page with lines of text: radio on the left, an article on the right.

    `step` is the distance of the rings; wide apart, they make a small file.
    """
    scale = 2  # drawn larger and reduced, which makes the edges smooth
    side = size * scale
    unit = side / 1400
    picture = Image.new("RGB", (side, side), PAPER)
    draw = ImageDraw.Draw(picture)
    middle = (500 * unit, 700 * unit)
    for radius in range(30 + step, 1200, step):
        ring(draw, middle, radius * unit, 26 * unit, blend(signal, PAPER, min(0.9, (radius - 120) / 860)))
    ring(draw, middle, 60 * unit, 60 * unit, signal)
    page = tuple(round(v * unit) for v in (760, 330, 1190, 1070))
    draw.rounded_rectangle(page, radius=18 * unit, fill=INK)
    for number, width in enumerate((250, 320, 320, 180, 0, 320, 320, 320, 120)):
        if width:
            top = (420 + number * 66) * unit
            colour = signal if number == 0 else PAPER
            draw.rounded_rectangle((815 * unit, top, (815 + width) * unit, top + 22 * unit), 11 * unit, fill=colour)
    return picture.resize((size, size), Image.Resampling.LANCZOS).filter(ImageFilter.SMOOTH)


def ring(draw: ImageDraw.ImageDraw, middle: tuple[float, float], radius: float, width: float, colour) -> None:
    x, y = middle
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=colour, width=round(width))


def blend(one, other, share: float) -> tuple[int, ...]:
    return tuple(round(a + (b - a) * share) for a, b in zip(one, other, strict=True))


def jpeg(picture: Image.Image, quality: int) -> bytes:
    stream = io.BytesIO()
    # Progressive, because then flat areas cost next to nothing.
    picture.save(stream, "JPEG", quality=quality, optimize=True, progressive=True, subsampling="4:2:0")
    return stream.getvalue()


# --- tags -----------------------------------------------------------------------------------------------


def tag_mp3(path: Path, tags: dict[str, str], art: bytes) -> None:
    id3 = ID3()
    frames = (
        TIT2(encoding=3, text=tags["title"]),
        TPE1(encoding=3, text=tags["artist"]),
        TALB(encoding=3, text=tags["album"]),
        COMM(encoding=3, lang="eng", desc="", text=COMMENT),
        APIC(encoding=0, mime="image/jpeg", type=3, desc="Cover", data=art),
    )
    for frame in frames:
        id3.add(frame)
    id3.save(path, padding=lambda info: 0)


def tag_m4a(path: Path, tags: dict[str, str], art: bytes) -> None:
    file = MP4(path)
    file["\xa9nam"], file["\xa9ART"], file["\xa9alb"] = tags["title"], tags["artist"], tags["album"]
    file["\xa9cmt"] = COMMENT
    file["covr"] = [MP4Cover(art, imageformat=MP4Cover.FORMAT_JPEG)]
    file.save(padding=lambda info: 0)


def tag_opus(path: Path, tags: dict[str, str], art: bytes) -> None:
    picture = Picture()
    picture.type, picture.mime, picture.desc, picture.data = 3, "image/jpeg", "Cover", art
    picture.width = picture.height = 1400
    picture.depth = 24
    file = OggOpus(path)
    file.update({**tags, "comment": COMMENT})
    file["metadata_block_picture"] = [base64.b64encode(picture.write()).decode("ascii")]
    file.save(padding=lambda info: 0)


TAGGERS = {".mp3": tag_mp3, ".m4a": tag_m4a, ".opus": tag_opus}


def make(episode: dict, folder: Path, people: dict, number: int) -> None:
    """One episode's recording and transcript."""
    target = folder / episode["audio"]
    sound, spoken = perform(episode)
    encode(sound, target)
    hosts = ", ".join(people[host.partition(" (")[0]]["name"] for host in episode["hosts"])
    tags = {"title": episode["title"], "artist": hosts, "album": "Border Stories on Air (placeholders)"}
    TAGGERS[target.suffix](target, tags, jpeg(cover(1400, TINTS[number % len(TINTS)], 250), 25))
    target.with_suffix(".vtt").write_text(vtt(spoken), encoding="utf-8", newline="\n")
    size = target.stat().st_size
    print(f"{target.name:45} {len(sound) / RATE:5.0f} s {size:8,} bytes")
    if size > LIMIT:
        raise SystemExit(f"{target.name} is larger than {LIMIT:,} bytes")


def main(show: Path) -> None:
    def read(path: Path) -> dict:
        return yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)

    folder = show / "media"
    folder.mkdir(exist_ok=True)
    (folder / "cover.jpg").write_bytes(jpeg(cover(1400), 80))
    print(f"{'cover.jpg':53} {(folder / 'cover.jpg').stat().st_size:8,} bytes")
    people = read(show / "people.yaml")
    episodes = sorted((read(path) for path in (show / "episodes").glob("*.yaml")), key=lambda e: int(e["number"]))
    for number, episode in enumerate(episodes):
        make(episode, folder, people, number)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
