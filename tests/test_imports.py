"""The shape of the program, held by walking its imports: which way the arrows run, who touches what.

Adding a module to a layer needs nothing here; a new layer, a new package or a new arrow needs a line in a table.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "podfeed"

# One package, one place: the modules that would have to change if it were swapped.
PACKAGES = {
    "babel": ("render.translations",),
    "click": ("cli",),
    "feedgen": ("render.rss",),
    "lxml": ("render.rss", "importing.feed_worker", "importing.markup"),
    "markdown_it": ("render.notes",),
    "nh3": ("render.notes",),
    "jinja2": ("render.templating", "render.template_code"),
    "markupsafe": ("render.templating", "render.template_code"),  # comes with jinja2
    "mutagen": ("source.audio_read", "source.audio_tags", "source.audio_write"),  # run in the worker process
    "imagesize": ("source.images",),
    "pydantic": (
        "source.schema",
        "source.entries",
        "source.tag_entries",
        "source.fields",
        "source.validate",
        "source.json_schema",
    ),
    "pydantic_core": ("source.fields", "source.entries", "render.json_text"),  # comes with pydantic
    "yaml": ("source.yaml",),
    "slugify": ("text",),
    "segno": ("render.qr",),
    "PIL": ("source.picture_worker",),  # the extra `images`; run in the worker process
    "flask": ("web.app",),
    "werkzeug": ("web.app",),
    "waitress": ("web.server", "web.channel"),
    "granian": ("web.fast",),
    "watchfiles": ("web.watching",),
}
NAMES = {"pillow": "PIL", "markdown-it-py": "markdown_it", "python-slugify": "slugify", "pyyaml": "yaml"}
DATA_ONLY = {"tzdata"}  # read by zoneinfo, imported by nobody

# Plain values and pure functions, which every layer may know.
SHARED = (
    "",  # podfeed itself: the version
    "text", "problem", "model", "digest", "output", "paths", "media_types", "vocabulary", "schedule", "appearances", "cuts",
    "captions", "theme", "ledger", "colours", "search",
)  # fmt: skip

# Who may import whom; the longest name that fits a module is its layer.
ARROWS: dict[str, tuple[str, ...]] = {
    "": (),
    "text": (),
    "vocabulary": (),
    "media_types": (),
    "theme": ("digest",),
    "colours": (),
    "ledger": (),
    "digest": (),
    "output": ("", "digest"),
    "search": (),
    "problem": ("text",),
    "model": ("problem", "digest", "colours"),
    "schedule": ("model",),
    "appearances": ("model", "digest"),
    "abridged": ("model", "digest"),
    "cuts": ("model",),
    "captions": ("model", "text"),
    "paths": ("model", "text"),
    "worker_process": (),
    "worker": ("", "worker_process"),
    "net_addresses": ("text",),
    "net": ("", "text", "net_addresses"),
    "own": (),
    "unchanged": ("", "own"),
    "read_at": (),
    "rubbish": (),
    "memory": ("", "own", "unchanged", "read_at"),
    "source": (*SHARED, "own", "source", "worker", "worker_process", "memory", "abridged"),
    "check": (*SHARED, "check"),
    "render": (*SHARED, "render"),
    "site": (*SHARED, "render"),
    "publish": ("text", "paths", "output", "own", "publish"),
    "publish.ledger": (
        "paths",
        "model",
        "ledger",
        "publish.problem",
    ),  # writes down what was published, so it knows episodes
    "web": ("text", "paths", "media_types", "digest", "output", "search", "web", "read_at"),
    "web.live": (
        "text",
        "paths",
        "media_types",
        "digest",
        "output",
        "search",
        "web",
        "read_at",
        "problem",
    ),  # shows problems in the preview
    "steps": (
        *SHARED,
        "source",
        "check",
        "site",
        "render.feeds",
        "render.items",
        "render.pages",
        "memory",
        "unchanged",
    ),
    "listing": SHARED,
    "feed_check": (*SHARED, "check", "net", "worker"),
    "feed_check_worker": (*SHARED, "check", "worker_process", "source.images"),
    "feed_online": (*SHARED, "check", "net", "net_addresses", "worker"),
    "manual": ("source", "check", "publish", "feed_check"),
    "importing": (*SHARED, "source", "importing", "net", "worker", "worker_process"),
    "links": (*SHARED, "links", "net", "worker", "worker_process"),
    "cli": (
        "own",
        *SHARED,
        "rubbish",
        "steps",
        "listing",
        "manual",
        "check",
        "feed_check",
        "feed_online",
        "source",
        "publish",
        "web",
        "importing",
        "links",
        "unchanged",
    ),
    "__main__": ("", "cli", "unchanged"),
}

CLOCK = ("__main__", "cli", "web.live", "publish")
CLOCK_CALLS = r"(\w+\.)*(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|localtime|gmtime|ctime|strftime))"
# Both compare a file's age with its time stamp: to wait for a recording that is still being copied, and not to trust the
# dates of a file of this moment.
CLOCK_EXCEPTIONS = {("source.audio_read", "time.time"), ("memory", "time.time_ns")}

FILES = (
    "source",
    "publish",
    "web",
    "cli",
    "feed_check",
    "importing",
    "links",
    "output",
    "unchanged",
    "memory",
)  # output: an Output that is a file
FILE_CALLS = {"open", "read_bytes", "read_text", "write_bytes", "write_text", "scandir", "listdir", "iterdir", "rglob"}

PURE = (*SHARED[1:], "render", "check", "site", "listing")
IMPURE = {
    "os", "io", "time", "random", "secrets", "socket", "subprocess", "locale", "tempfile", "shutil", "threading",
    "multiprocessing", "sqlite3", "urllib.request", "http.client", "logging",
}  # fmt: skip

# One door to other servers: everything else would have to remember every guard that `net` has.
NETWORK = ("net",)
LISTENING = ("web",)  # serves; asks nobody
SPEAKS = {
    "socket", "ssl", "http.client", "urllib.request", "ftplib", "smtplib", "xmlrpc", "asyncio", "urllib3", "requests",
    "httpx", "aiohttp",
}  # fmt: skip
PARSES_STRANGERS = ("worker",)  # the one place that starts a process


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every module by its name without `podfeed.`, parsed."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        yield name, ast.parse(path.read_text("utf-8"), str(path))


MODULES = dict(modules())


def imported(tree: ast.Module) -> Iterator[str]:
    """The full names of all that a module imports, inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def ours(tree: ast.Module) -> set[str]:
    """Which of our modules it imports: `podfeed.text.plural` counts as `text`."""
    found = set()
    for name in imported(tree):
        if name == "podfeed" or name.startswith("podfeed."):
            inner = name.removeprefix("podfeed").removeprefix(".")
            while inner and inner not in MODULES:
                inner = inner.rpartition(".")[0]
            found.add(inner)
    return found


def called(tree: ast.Module, names: set[str]) -> set[str]:
    """The calls of functions and methods with these names, as written."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            last = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if last in names:
                found.add(ast.unparse(node.func))
    return found


def within(name: str, layers) -> bool:
    return any(name == layer or (layer and name.startswith(layer + ".")) for layer in layers)


def layer(name: str) -> str | None:
    fitting = [row for row in ARROWS if name == row or (row and name.startswith(row + "."))]
    return max(fitting, key=len, default=None)


def wrong_arrows(name: str, tree: ast.Module) -> set[str]:
    allowed = ARROWS[layer(name)]
    return {other for other in ours(tree) if not within(other, allowed)}


def packages(tree: ast.Module) -> set[str]:
    tops = {name.partition(".")[0] for name in imported(tree)}
    return {top for top in tops if top not in sys.stdlib_module_names and top != "podfeed"}


def clocks(name: str, tree: ast.Module) -> set[str]:
    if within(name, CLOCK):
        return set()
    return {call for call in clock_calls(tree) if (name, call) not in CLOCK_EXCEPTIONS}


def clock_calls(tree: ast.Module) -> set[str]:
    """Calls of the machine's clock, and its functions imported by name."""
    written = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return {name for name in written | set(imported(tree)) if re.fullmatch(CLOCK_CALLS, name)}


def impurities(tree: ast.Module) -> set[str]:
    names = set(imported(tree)) | {name.rpartition(".")[0] for name in imported(tree)}
    return {name for name in names if name in IMPURE or name.partition(".")[0] in IMPURE}


@pytest.mark.parametrize("name", MODULES)
def test_arrows_run_one_way(name):
    """Every module belongs to a layer and imports only what its layer may know; nothing imports the command line."""
    assert layer(name) is not None, f"podfeed/{name} belongs to no layer: give it a row in ARROWS"
    assert wrong_arrows(name, MODULES[name]) == set()


@pytest.mark.parametrize("name", MODULES)
def test_one_package_one_module(name):
    """A package from outside is imported in its own place only, so that swapping it touches that place."""
    strangers = {top for top in packages(MODULES[name]) if name not in PACKAGES.get(top, ())}
    assert strangers == set()


def test_every_dependency_is_used_and_named():
    """pyproject.toml names what is imported and nothing else; the tables here have no dead rows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = (*project["dependencies"], *extras["images"], *extras["fast"])
    declared = {NAMES.get(name, name) for name in map(_name, wanted)} - DATA_ONLY
    used = set().union(*(packages(tree) for tree in MODULES.values()))
    companions = {"pydantic_core"}  # comes with pydantic
    assert declared == used - companions
    assert set(PACKAGES) == used
    for package, places in PACKAGES.items():
        for place in places:
            assert package in packages(MODULES[place]), f"{place} no longer imports {package}"
    for name, call in CLOCK_EXCEPTIONS:
        assert call in clock_calls(MODULES[name])


def _name(requirement: str) -> str:
    return requirement.split(";")[0].split(">")[0].split("=")[0].split("[")[0].strip()


@pytest.mark.parametrize("name", MODULES)
def test_the_clock_is_read_where_time_comes_in(name):
    """`now` is an argument everywhere but at the edges: the same input gives the same bytes."""
    assert clocks(name, MODULES[name]) == set()


@pytest.mark.parametrize("name", [name for name in MODULES if not within(name, FILES)])
def test_files_are_touched_at_the_edges(name):
    """Only reading, publishing and serving open files."""
    assert called(MODULES[name], FILE_CALLS) == set()


@pytest.mark.parametrize("name", [name for name in MODULES if within(name, PURE)])
def test_values_and_renderers_are_pure(name):
    """No clock, no disk, no network, no chance and no process state between load and publish."""
    assert impurities(MODULES[name]) == set()


def speaks(name: str, tree: ast.Module) -> set[str]:
    """What it imports that can speak to other machines, or start a process that could."""
    allowed = SPEAKS if within(name, (*NETWORK, *LISTENING)) else set()
    forbidden = (SPEAKS - allowed) | (set() if within(name, PARSES_STRANGERS) else {"subprocess", "multiprocessing"})
    return {full for full in imported(tree) if full in forbidden or any(full.startswith(f + ".") for f in forbidden)}


@pytest.mark.parametrize("name", MODULES)
def test_one_door_to_other_servers(name):
    """Only `net` asks other servers, and only `worker` starts a process, so that no guard has to be remembered."""
    assert speaks(name, MODULES[name]) == set()


SLIPS = (
    ("render.chapters", "from podfeed.source.load import load", wrong_arrows),
    ("render.chapters", "def f():\n    from podfeed.web import app", wrong_arrows),
    ("model", "from podfeed import paths", wrong_arrows),
    ("check.rules", "import podfeed.publish.folder", wrong_arrows),
    ("web.app", "from podfeed.model import Show", wrong_arrows),
    ("publish.folder", "from podfeed.source import yaml", wrong_arrows),
    ("source.load", "from podfeed.cli import cli", wrong_arrows),
    ("render.feeds", "from datetime import datetime\ndatetime.now()", clocks),
    ("source.load", "import time\ntime.time()", clocks),
    ("site", "from datetime import date\ndate.today()", clocks),
    ("site", "from time import time as clock\nclock()", clocks),
    ("importing.media", "from urllib.request import urlopen", speaks),
    ("source.audio", "def f():\n    import subprocess", speaks),
    ("links", "import socket", speaks),
)


@pytest.mark.parametrize(("name", "code", "rule"), SLIPS, ids=lambda value: getattr(value, "__name__", str(value)[:40]))
def test_the_rules_see_what_they_forbid(name, code, rule):
    """Each rule finds a slip made on purpose, so that it cannot pass by not looking."""
    assert rule(name, ast.parse(code))


def test_the_other_rules_see_what_they_forbid():
    """The same for packages, files and impure modules."""
    assert packages(ast.parse("def f():\n    import yaml.nodes")) == {"yaml"}
    assert called(ast.parse("open('x'); p.read_text(); Path(x).write_bytes(b'')"), FILE_CALLS) == {
        "open",
        "p.read_text",
        "Path(x).write_bytes",
    }
    assert impurities(ast.parse("from os import path")) == {"os", "os.path"}
    assert impurities(ast.parse("import urllib.request")) == {"urllib.request"}
    assert impurities(ast.parse("from urllib.parse import quote; import uuid")) == set()
