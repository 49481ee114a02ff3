"""The two commands for newcomers: what they say on a bad day, and that a fresh copy sets itself up."""

from __future__ import annotations

import ast
import itertools
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements.lock").read_text("utf-8")


def dev(*words, folder=ROOT, python=(sys.executable,), timeout=60, **environment):
    """`python dev.py words` without a terminal."""
    return subprocess.run(
        [*python, str(folder / "dev.py"), *words],
        cwd=folder.parent,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        env={**os.environ, **environment},
    )


def entries() -> dict[str, str]:
    """The entries of the lock: name → version, marker and hashes."""
    found = re.split(r"(?m)^(?=[a-z0-9])", LOCK)
    return {entry.partition("==")[0]: entry.partition("==")[2] for entry in found if entry.strip()}


# --- words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [[], ["demo"], ["--help"]])
def test_an_unknown_verb_is_answered_with_the_two(words):
    """Whatever is typed, the answer is one line with what to type."""
    ended = dev(*words)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr == "dev.py: say what to do: python3 dev.py run, or python3 dev.py test\n"


def test_old_pythons_can_read_it():
    """The script parses on Python 3.6, so that the version check itself can run."""
    source = (ROOT / "dev.py").read_text("ascii")
    tree = ast.parse(source, feature_version=(3, 6))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]  # 3.5 has no f-strings
    imports = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    assert imports <= {"ensurepip", "hashlib", "os", "shutil", "subprocess", "sys", "tempfile", "venv"}


def test_an_old_python_is_told_so(tmp_path):
    """Python 3.10 and older get one line and exit status 2; nothing is set up."""
    shutil.copy(ROOT / "dev.py", tmp_path)
    code = "import sys, runpy; sys.version_info = (3, 9, 18); sys.argv = ['dev.py', 'run']; runpy.run_path({!r}, run_name='__main__')"
    ended = subprocess.run(
        [sys.executable, "-c", code.format(str(tmp_path / "dev.py"))], capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 2
    assert ended.stderr == "dev.py: Python 3.11 or newer is needed, and this is 3.9\n"
    assert [path.name for path in tmp_path.iterdir()] == ["dev.py"]


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_environments_is_told_so(tmp_path, module):
    """Debian's Python without python3-venv gets the line that names the package."""
    for name in ("dev.py", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path)
    code = f"import sys, runpy; sys.modules[{module!r}] = None; sys.argv = ['dev.py', 'test']; "
    code += f"runpy.run_path({str(tmp_path / 'dev.py')!r}, run_name='__main__')"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 2
    assert (
        ended.stderr == "dev.py: this Python cannot make environments; on Debian and Ubuntu: apt install python3-venv\n"
    )
    assert not (tmp_path / ".venv").exists()


# --- the lock ----------------------------------------------------------------------------------------


def test_the_lock_is_complete():
    """Every package is pinned with hashes, every dependency of pyproject.toml is there, and no address is named."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *itertools.chain(*project["optional-dependencies"].values())]
    locked = entries()
    assert {re.match(r"[\w-]+", name)[0].lower() for name in wanted} <= set(locked)
    assert all("--hash=sha256:" in entry for entry in locked.values())
    assert not re.search(r"https?:|file:|index-url|find-links|@ ", LOCK)
    assert all(line.startswith(("    --hash=", *locked)) for line in LOCK.splitlines())


def test_only_two_are_built_from_source():
    """The two packages without a wheel are those that dev.py builds with the locked setuptools."""
    assert re.search(r'SOURCE_ONLY = \("feedgen", "jstyleson"\)', (ROOT / "dev.py").read_text("ascii"))
    assert {"setuptools", "hatchling", "editables"} <= set(entries())
    assert entries()["feedgen"].count("--hash=") == entries()["jstyleson"].count("--hash=") == 1


# --- a fresh copy ------------------------------------------------------------------------------------


def fresh_copy(folder: Path) -> Path:
    """What a clone would have."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True
    )
    if names.returncode:
        pytest.skip("not a git checkout: there is no list of what belongs to the project")
    for name in filter(None, names.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.mark.slow
def test_a_fresh_copy_sets_itself_up(tmp_path):
    """From a half-made environment to a built show in one command; the second start is quick; a damaged one mends."""
    folder = fresh_copy(tmp_path / "a show")
    (folder / ".venv/bin").mkdir(parents=True)
    (folder / ".venv/bin/python").write_text("half made")
    first = dev("run", folder=folder, timeout=600)
    assert first.returncode == 0, first.stderr
    assert "Making anew .venv" in first.stdout
    assert "borders-borders-borders" in first.stdout
    assert (folder / "public/feed.xml").is_file()

    begin = time.monotonic()
    second = dev("run", folder=folder)
    assert (second.returncode, "Installing" in second.stdout) == (0, False)
    assert time.monotonic() - begin < 15

    test = dev("test", "-q", "tests/test_yaml.py", "-k", "every_scalar", folder=folder, timeout=120)
    assert test.returncode == 0, test.stdout
    assert "passed" in test.stdout

    with open(folder / "pyproject.toml", "a") as file:
        file.write("\n# changed\n")
    changed = dev("run", folder=folder, timeout=600)
    assert changed.returncode == 0, changed.stderr
    assert "Bringing .venv up to date" in changed.stdout

    filled = dev("wheels", folder=folder, timeout=600)
    assert filled.returncode == 0, filled.stderr
    assert len(list((folder / "wheels").glob("*.whl"))) >= len(entries()) - 8  # some are for other systems
    shutil.rmtree(folder / ".venv")
    nowhere = "http://127.0.0.1:9/"
    offline = dev(
        "run", folder=folder, timeout=600, PIP_INDEX_URL=nowhere, PIP_EXTRA_INDEX_URL=nowhere, PIP_RETRIES="0"
    )
    assert offline.returncode == 0, offline.stderr
    assert "without network" in offline.stdout
