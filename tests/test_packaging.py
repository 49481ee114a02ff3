"""The wheel and the source archive have all that a show needs, wherever they are installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEMPLATES = {path.relative_to(ROOT).as_posix() for path in (ROOT / "templates").rglob("*") if path.is_file()}
CODE = {
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "podfeed").rglob("*")
    if path.suffix in (".py", ".js", ".css", ".po")
}

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("packaging")]


def run(*command, cwd=None) -> str:
    ended = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def archives(tmp_path_factory) -> dict[str, Path]:
    """Both, made with the locked build tool."""
    pytest.importorskip("hatchling", reason="the build tool is in the extra `dev`")
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-t", "sdist", "-d", folder, cwd=ROOT)
    return {"wheel": next(folder.glob("*.whl")), "sdist": next(folder.glob("*.tar.gz"))}


@pytest.fixture(scope="module")
def show(tmp_path_factory) -> Path:
    """The example show without the program and its templates."""
    folder = tmp_path_factory.mktemp("show")
    for name in ("show.yaml", "people.yaml", "stories.yaml"):
        shutil.copy(ROOT / name, folder)
    for name in ("episodes", "media"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def test_the_wheel_has_the_code_and_the_templates(archives):
    """Every template and static file is inside the package, every module too, and nothing of the example show."""
    names = set(zipfile.ZipFile(archives["wheel"]).namelist())
    assert {f"podfeed/{name}" for name in TEMPLATES} <= names
    assert names >= CODE
    outside = {name.partition("/")[0] for name in names if not name.startswith("podfeed/")}
    assert all(name.endswith(".dist-info") for name in outside)
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_source_archive_builds_the_same_wheel(archives, tmp_path):
    """What is in the source archive suffices to build the wheel, with the same files in it."""
    with tarfile.open(archives["sdist"]) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    assert all((source / name).is_file() for name in TEMPLATES | CODE)
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "again", cwd=source)
    (again,) = (tmp_path / "again").glob("*.whl")
    first, second = (zipfile.ZipFile(path) for path in (archives["wheel"], again))
    assert first.namelist() == second.namelist()
    assert all(first.read(name) == second.read(name) for name in first.namelist())


@pytest.mark.parametrize("kind", ["wheel", "sdist", "editable"])
def test_an_installed_podfeed_builds_a_show(archives, show, tmp_path, kind):
    """From the wheel, the source archive and a checkout: a show without templates of its own gets podfeed's."""
    venv.create(tmp_path / "env", with_pip=False)
    inside = tmp_path / "env" / ("Scripts" if sys.platform == "win32" else "bin")
    python = inside / Path(sys.executable).name
    packages = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    # podfeed comes from this environment, what it depends on from the one that runs the tests
    borrowed = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    (packages / "borrowed.pth").write_text("\n".join(borrowed) + "\n")
    what = ["--editable", ROOT] if kind == "editable" else [archives[kind]]
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-index", "--no-deps"]
    run(*pip, "--no-build-isolation", "--ignore-installed", *what)
    where = Path(run(python, "-c", "import podfeed; print(podfeed.__file__)", cwd=tmp_path).strip())
    assert where.is_relative_to(ROOT if kind == "editable" else tmp_path)

    podfeed = inside / ("podfeed.exe" if sys.platform == "win32" else "podfeed")
    run(podfeed, "-C", show, "build", "--output", tmp_path / "public")
    assert (tmp_path / "public/static/style.css").read_bytes() == (ROOT / "templates/static/style.css").read_bytes()
    assert "<html" in (tmp_path / "public/index.html").read_text("utf-8")
    assert "preview.js" not in (tmp_path / "public/index.html").read_text("utf-8")
    run(
        python,
        "-c",
        "from importlib import resources; resources.files('podfeed.web').joinpath('preview.js').read_bytes()",
    )
