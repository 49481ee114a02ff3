"""`podfeed --help` costs little more than starting Python."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests import newsroom

HEAVY = {"yaml", "lxml", "feedgen", "flask", "werkzeug", "jinja2", "pydantic", "mutagen", "markdown_it", "nh3", "babel"}
HEAVY |= {"waitress", "watchfiles", "asyncio", "multiprocessing"}


@pytest.mark.parametrize("words", [["--help"], ["build", "--help"], ["serve", "--help"]])
def test_help_imports_nothing_heavy(words):
    """What a verb needs is imported inside the verb, so help and completion answer at once."""
    command = [sys.executable, "-X", "importtime", "-m", "podfeed", *words]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    imported = {
        line.rpartition("|")[2].strip() for line in ended.stderr.splitlines() if line.startswith("import time:")
    }
    assert "click" in imported  # the listing was understood
    assert {name.partition(".")[0] for name in imported} & HEAVY == set()


def test_the_version_is_one_in_both_places():
    """`podfeed --version` is answered before click is there; among other words click answers it."""
    run = [
        subprocess.run([sys.executable, "-m", "podfeed", *w, "--version"], capture_output=True, text=True, check=True)
        for w in ([], ["-q"])
    ]
    assert run[0].stdout == run[1].stdout != ""


WATCHED = """
import gc, sys
collections = []
gc.callbacks.append(lambda phase, info: collections.append(phase))
from podfeed.__main__ import run
gc.set_threshold(5000)
try:
    collections.clear()
    run()
except SystemExit as ended:
    print(ended.code, len(collections) > 0, gc.isenabled())
"""


@pytest.mark.parametrize(
    ("verb", "looked", "later"),
    [("check", False, False), ("build", False, True), ("list", False, False), ("schema", True, True)],
)
def test_rubbish_is_not_looked_for_while_a_show_is_read(tmp_path, verb, looked, later):
    """Looking through what stays was a tenth of a check. What is made of a show leaves some: there it is done, though not
    in the build of a small one."""
    show = newsroom.make(tmp_path / "show")
    command = [sys.executable, "-c", WATCHED, "-q", "-C", str(show), verb]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == f"0 {looked} {later}"


ENDED = """
import atexit, sys
atexit.register(print, "taken apart")
from podfeed.__main__ import main
main()
"""


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--version"], 0),
        (["check"], 0),
        (["build"], 0),
        (["build"], 0),
        (["-C", "nowhere", "check"], 2),
        (["chekc"], 2),
    ],
)
def test_what_the_system_takes_back_is_not_taken_apart(tmp_path, words, status):
    """All is said before, and the status is the same: this was a tenth of an edit of a small show."""
    show = newsroom.make(tmp_path / "show")
    told = subprocess.run([sys.executable, "-m", "podfeed", *words], capture_output=True, text=True, cwd=show)
    ended = subprocess.run([sys.executable, "-c", ENDED, *words], capture_output=True, text=True, cwd=show)
    assert told.returncode == ended.returncode and "taken apart" not in ended.stdout
    assert ended.returncode == status and told.stdout + told.stderr != ""


def test_a_server_ends_in_its_own_way(tmp_path):
    show = newsroom.make(tmp_path / "show")
    command = [sys.executable, "-c", "import podfeed.web" + ENDED, "check"]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=show, check=True)
    assert ended.stdout.endswith("taken apart\n")


def test_nobody_reads_what_is_said(tmp_path):
    """The program then ends as any does, without a word about it."""
    show = newsroom.make(tmp_path / "show")
    command = [sys.executable, "-m", "podfeed", "-C", str(show), "check", "--format", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        assert program.stdout and program.stderr
        program.stdout.close()
        assert "Traceback" not in program.stderr.read()


def test_no_plugin_of_pydantic_is_looked_for():
    """One could change what a key means, and looking for them reads about every package that is installed."""
    words = "import podfeed.source.schema; from pydantic.plugin import _loader; print(_loader._plugins)"
    ended = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert ended.stdout == "None\n"


def test_a_check_of_what_was_read_before_imports_no_more_than_it_needs(tmp_path):
    """The worker for recordings, the reader of transcripts and the releases cost 15 ms of every check."""
    show = newsroom.make(tmp_path / "show")
    check = ["-m", "podfeed", "-q", "-C", str(show), "check"]
    subprocess.run([sys.executable, *check], check=True)
    ended = subprocess.run([sys.executable, "-X", "importtime", *check], capture_output=True, text=True, check=True)
    imported = {line.rpartition("|")[2].strip() for line in ended.stderr.splitlines()}
    assert "podfeed.render.rss" in imported
    late = {"podfeed.worker", "podfeed.source.transcript", "podfeed.publish.release", "flask", "jinja2", "babel"}
    assert imported & late == set()


def test_groups_of_keys_that_few_files_have_are_built_when_one_is_met(tmp_path):
    """Each validator costs a millisecond of every start; a mistake in such a group has its own line all the same."""
    show = newsroom.make(tmp_path / "show")
    words = """if True:
        import sys
        from pathlib import Path
        from podfeed.source.load import load
        from podfeed.source.tag_entries import ChatEntry, ValueEntry
        for text in ("", "\\nchat: {server: irc.radio.example, protocol: smoke}\\n"):
            with open(sys.argv[1] + "/show.yaml", "a") as file:
                file.write(text)
            _, problems = load(Path(sys.argv[1]))
            said = [p.span.text[p.span.column - 1 :] for p in problems if p.is_error]
            print(ChatEntry.__pydantic_complete__, ValueEntry.__pydantic_complete__, said)
    """
    ended = subprocess.run([sys.executable, "-c", words, str(show)], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines() == ["False False []", "True False ['smoke}']"]
