"""README and guides say what is true: their samples build, their commands, links and keys exist."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
GUIDE = ROOT / "docs" / "writing-episodes.md"
DEPLOYING = ROOT / "docs" / "deploying.md"
DOCUMENTS = (README, GUIDE, DEPLOYING, ROOT / "docs" / "decisions.md")

# MPEG-2 layer III, mono, 22.05 kHz, 8 kbit/s: a header and silence, 26 bytes and 576 samples a frame.
QUIET_FRAME = b"\xff\xf3\x10\xc0" + bytes(22)
HALF_AN_HOUR = QUIET_FRAME * 69_000


@dataclass(frozen=True)
class Sample:
    """A code block: the document, the line it starts on, its language, and its text."""

    document: Path
    line: int
    language: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.document.name}:{self.line}"

    @property
    def head(self) -> str:
        """What its first line says it is: `show.yaml`, `in an episode`."""
        first = self.text.partition("\n")[0]
        return first.removeprefix("#").strip() if first.startswith("#") else ""


def samples(document: Path, language: str) -> list[Sample]:
    text = document.read_text(encoding="utf-8")
    blocks = re.finditer(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return [Sample(document, text.count("\n", 0, b.start()) + 2, language, b[1]) for b in blocks]


def inside(document: Path) -> list[Sample]:
    """The guide's samples: parts of a file, headed `# in show.yaml` or `# in an episode`."""
    return [sample for sample in samples(document, "yaml") if sample.head.startswith("in ")]


BASE = {sample.head: sample.text for sample in samples(README, "yaml")}
EPISODE = "episodes/2026-03-02-harbour-vote.yaml"
STORIES = "council-minutes: {url: https://council.example/minutes/118, title: Minutes of the council}\n"
PEOPLE = "dana-reyes: {name: Dana Reyes, role: harbour pilot}\n"


def without(text: str, keys: set[str]) -> str:
    """The YAML text without these keys of its top level."""
    parts = re.split(r"^(?=\S)", text, flags=re.MULTILINE)
    return "".join(part for part in parts if part.partition(":")[0] not in keys)


def write_show(folder: Path, files: dict[str, str]) -> Path:
    """A show's folder with these YAML files and every recording and picture that the guides name."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    media = folder / "media"
    for name in ("2026-03-02-morning.mp3", "trailer.mp3"):
        media.mkdir(exist_ok=True)
        (media / name).write_bytes(HALF_AN_HOUR)
    for name in ("cover.jpg", "2026-03-02.jpg", "bridge.jpg", "people/dana.jpg", "stories/bridge.jpg"):
        (media / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / "media" / "cover.jpg", media / name)
    shutil.copyfile(ROOT / "media" / "the-bogota-connection-on-wnur.opus", media / "2026-03-02-morning.opus")
    (media / "2026-03-02-corrected.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nGood morning.\n")
    return folder


def whole_show(sample: Sample | None = None) -> dict[str, str]:
    """The README's show, with a sample of the guide put in for the keys that it gives."""
    files = dict(BASE)
    files["stories.yaml"] += STORIES
    files["people.yaml"] += PEOPLE
    if sample is None:
        return files
    name = {"in show.yaml": "show.yaml", "in an episode": EPISODE}.get(sample.head, sample.head.removeprefix("in "))
    keys = set(re.findall(r"^([\w-]+):", sample.text, re.MULTILINE))
    files[name] = without(files[name], keys) + sample.text
    return files


def loaded(folder: Path):
    from podfeed.schedule import EVERYTHING
    from podfeed.source.load import load

    show, problems = load(folder, EVERYTHING)
    errors = [f"{p.span.path}:{p.span.line}: {p.message}" for p in problems if p.is_error]
    return show, errors


# --- the samples --------------------------------------------------------------------------------------------


def test_readme_show_builds(tmp_path: Path) -> None:
    """The README's files are a whole show: it loads without a word and its segments know their stories."""
    show, errors = loaded(write_show(tmp_path, BASE))
    assert errors == []
    [episode] = show.episodes
    assert episode.slug == "2026-03-02-harbour-vote"
    assert [segment.title for segment in episode.segments] == [
        "Headlines",
        "Council approves the harbour bridge",
        "Portrait: the last ferry pilot",
    ]
    links = [(link.story.slug, link.rel) for segment in episode.segments for link in segment.stories]
    assert links == [("harbour-bridge", "about"), ("harbour-costs", "mentions"), ("ferry-pilot", "about")]
    assert [credit.person.name for credit in episode.hosts] == ["Bob Frost"]


@pytest.mark.parametrize("sample", inside(GUIDE), ids=lambda sample: sample.place)
def test_guide_sample_loads(sample: Sample, tmp_path: Path) -> None:
    """Every sample of the editor's guide, put into the README's show, loads without an error."""
    show, errors = loaded(write_show(tmp_path, whole_show(sample)))
    assert errors == []
    assert show is not None


def models(annotation) -> set[type]:
    """The groups of keys inside a type such as `tuple[Annotated[Group, …], ...] | None`."""
    if isinstance(annotation, type) and hasattr(annotation, "model_fields"):
        return {annotation}
    return {found for part in getattr(annotation, "__args__", ()) for found in models(part)}


def test_guide_knows_every_key() -> None:
    """Whatever an editor may write stands in one of the guide's samples."""
    from podfeed.source import schema

    written = "\n".join(sample.text for sample in samples(GUIDE, "yaml"))
    written_keys = set(re.findall(r"(?:^|[{,\s])([a-z_]+):(?=\s|$)", written, re.MULTILINE))
    kinds, waiting = set(), list(schema.KINDS.values())
    while waiting:
        kind = waiting.pop()
        kinds.add(kind)
        waiting += {found for field in kind.model_fields.values() for found in models(field.annotation)} - kinds
    keys = {f"{kind.__name__}.{name}" for kind in kinds for name in kind.model_fields}
    # A bare value stands for these in every sample, which is how an editor writes them.
    shorthand = {"LinkEntry.title"}
    assert {key for key in keys - shorthand if key.partition(".")[2] not in written_keys} == set()


# --- commands, links -----------------------------------------------------------------------------------------


def podfeed_help(*arguments: str) -> str:
    run = [sys.executable, "-m", "podfeed", *arguments, "--help"]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def commands_named() -> dict[str, set[str]]:
    """Command → the options with which the documents name it, from `code` and from blocks of code."""
    found: dict[str, set[str]] = {}
    for document in (README, GUIDE, DEPLOYING):
        text = document.read_text(encoding="utf-8")
        for match in re.finditer(r"\bpodfeed (?:-C \S+ )?([a-z]+)((?: +(?:-{1,2}[\w-]+|[\d.]+))*)(?=[`\s])", text):
            if re.search(r"(`|bin/)$", text[: match.start()].split("\n")[-1]):
                found.setdefault(match[1], set()).update(re.findall(r"--[\w-]+", match[2]))
    return found


def test_commands_exist() -> None:
    """Every command and option that the documents name is one that the program has, and none is left out."""
    named = commands_named()
    for command, options in named.items():
        text = podfeed_help(command)
        assert {option for option in options if option not in text} == set(), command
    listed = podfeed_help().partition("Commands:")[2]
    assert set(re.findall(r"^  ([a-z]+)", listed, re.MULTILINE)) == set(
        re.findall(r"^\| `podfeed ([a-z]+)`", README.read_text(encoding="utf-8"), re.MULTILINE)
    )


def test_first_two_commands_exist() -> None:
    """The two commands at the top of the README are those of dev.py."""
    commands = re.findall(r"^python3 dev\.py (\w+)", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert commands == ["run", "test"]
    script = (ROOT / "dev.py").read_text(encoding="utf-8")
    assert [word for word in commands if f'"{word}"' not in script] == []


def anchors(document: Path) -> set[str]:
    """The anchors of a document's headings, as forges make them."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.casefold()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    """Every link to a file or a heading of the repository finds it."""
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8")):
        path, _, anchor = target.partition("#")
        if "://" in path:
            continue
        file = (document.parent / path) if path else document
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)
    assert broken == []


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")
@pytest.mark.parametrize("sample", samples(DEPLOYING, "nginx"), ids=lambda sample: sample.place)
def test_nginx_accepts_its_samples(sample: Sample, tmp_path: Path) -> None:
    """nginx itself reads its samples without a complaint."""
    config = tmp_path / "nginx.conf"
    config.write_text(f"pid {tmp_path}/pid; events {{}} http {{ access_log off; {sample.text} }}", encoding="utf-8")
    run = ["nginx", "-t", "-p", str(tmp_path), "-e", "stderr", "-c", str(config)]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "[" in line]) == (0, [])


# --- the example show ----------------------------------------------------------------------------------------

# What was published, and nothing else on anybody's domain.
PUBLISHED = {
    "http://www.expertwitnessradio.org/site/borders-borders-borders/",
    "http://www.expertwitnessradio.org/site/conroy-on-atf-fnf-mexico/",
    "http://www.expertwitnessradio.org/site/the-mexican-diplomate-stratfor-and-wikileaks-part-two/",
    "https://countervortex.org/node/8752",
    "https://narconews.com/printc060c060.html?ArticleID=1847&lang=en",
}


def example_files() -> list[Path]:
    names = ("show.yaml", "people.yaml", "stories.yaml")
    return [*(ROOT / name for name in names), *sorted((ROOT / "episodes").glob("*.yaml"))]


def test_example_invents_no_address() -> None:
    """The example show links what was published, or a reserved domain, and nothing else."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in example_files())
    addresses = set(re.findall(r"https?://[^\s)\"'\]}>]+", text))
    assert {a for a in addresses if not re.match(r"https://[\w.-]+\.example(/|$)", a)} == PUBLISHED


def test_example_loads() -> None:
    """The example show loads without an error; every segment lies within its recording and is heard."""
    show, errors = loaded(ROOT)
    assert errors == []
    assert len(show.episodes) == 4
    for episode in show.episodes:
        assert episode.transcripts and episode.image is not None
        assert all(segment.duration.total_seconds() >= 3 for segment in episode.segments), episode.slug
        assert episode.segments[-1].end == episode.audio.duration


def test_example_recordings_are_small_and_say_what_they_are() -> None:
    """Each placeholder is under 120 kB and its transcript says that it is one."""
    recordings = [path for path in (ROOT / "media").iterdir() if path.suffix in (".mp3", ".m4a", ".opus")]
    assert sorted(path.suffix for path in recordings) == [".m4a", ".mp3", ".mp3", ".opus"]
    for path in recordings:
        assert path.stat().st_size < 120_000, path.name
        assert "This is a placeholder" in path.with_suffix(".vtt").read_text(encoding="utf-8"), path.name
