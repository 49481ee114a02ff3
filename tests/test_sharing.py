"""Work that is shared with copies of the process: each part is done once, and no copy outlives its parent."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Collection
from functools import partial
from pathlib import Path

import pytest
from newsroom import make, mp3

from podfeed.output import Early, Output, Site, part
from podfeed.publish import files, release, sharing
from podfeed.publish.folder import publish

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only there are processes copied")

PROGRAM = """
import os, signal, sys, time
from pathlib import Path
from podfeed.publish.sharing import share
folder, here, did = Path(sys.argv[1]), os.getpid(), []
def work(number):
    {body}
    did.append(number)
print(share(work, {parts}, lambda: did, {helpers}), did, flush=True)
"""


BEGUN = """open(folder / ("began-" + str(os.getpid())), "a").close()
while len(list(folder.glob("began-*"))) < {processes}: time.sleep(0.001)
"""
"""At its first part each process waits for the others: on a busy machine one of them might do all before the rest begins."""


def run(folder: Path, body: str, parts: int = 200, helpers: int = 2) -> subprocess.Popen[str]:
    program = PROGRAM.format(body=textwrap.indent(body, "    ").strip(), parts=parts, helpers=helpers)
    command = [sys.executable, "-c", program, str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_every_part_is_done_once(tmp_path):
    body = BEGUN.format(processes=3) + "open(folder / str(number), 'x').close()"
    out, err = run(tmp_path, body).communicate(timeout=60)
    assert not err
    others, own = eval(out.replace("]] [", "]], ["))
    assert sorted((*own, *others[0], *others[1])) == list(range(200))
    assert own and others[0] and others[1]
    assert len(os.listdir(tmp_path)) == 200 + 3


@pytest.mark.parametrize("helpers", [0, 1])
@pytest.mark.parametrize("parts", [0, 1])
def test_little_to_do(tmp_path, parts, helpers):
    out, err = run(tmp_path, "pass", parts, helpers).communicate()
    assert not err and out.count("0") == parts


def test_an_error_of_a_copy_is_raised_here(tmp_path):
    body = "if os.getpid() != here: raise OSError(28, 'No space left on device', 'a/b')"
    program = run(tmp_path, BEGUN.format(processes=2) + body)
    _, err = program.communicate(timeout=60)
    assert program.returncode == 1
    assert "OSError: [Errno 28] No space left on device: 'a/b'" in err


def test_a_problem_that_a_copy_meets_keeps_its_advice(tmp_path):
    problem = (
        "from podfeed.publish.problem import PublishProblem as P\nif os.getpid() != here: raise P('in use', 'wait')"
    )
    program = run(tmp_path, BEGUN.format(processes=2) + problem)
    _, err = program.communicate(timeout=60)
    assert program.returncode == 1 and "PublishProblem: in use" in err


def one_file(path: str) -> list[tuple[str, Output]]:
    return [(path, Output("text/plain", path, path.encode))]


def test_what_others_draw_on_is_done_before(tmp_path, monkeypatch):
    """By all processes, each of which then has all of it; and a page for each template, by the one that is copied. Neither
    where little is to be made."""
    monkeypatch.setattr(sharing, "processors", lambda: 2)
    drawn: dict[int, int] = {}
    drafts: list[int] = []

    def work(number: int) -> None:
        drawn[number] = os.getpid()
        time.sleep(0.05)

    def draft() -> bytes:
        drafts.append(os.getpid())
        return b"draft"

    def site(word: str, many: int) -> Site:
        rest = {f"{n:04}": Output("text/plain", f"{word} {n}", lambda: b"%d" % len(drawn)) for n in range(many)}
        early = Early(tuple(partial(work, n) for n in range(6)), lambda: drawn, drawn.update, ("zz", "nowhere"))
        return Site({**rest, "zz": Output("text/plain", word, draft)}, early=early)

    publish(site("a", release.MANY), tmp_path / "public")
    assert len(set(drawn.values())) == 2 and drafts[0] == os.getpid()
    assert {path.read_bytes() for path in (tmp_path / "public").iterdir()} == {b"6", b"draft"}
    drawn.clear()
    publish(site("b", 3), tmp_path / "public")
    assert not drawn
    parts = [part(f"e/{number}/", one_file, f"e/{number}/x") for number in range(9)]
    publish(Site({}, parts), tmp_path / "public")
    few = site("c", release.MANY)
    publish(Site(few.loose, parts, few.early), tmp_path / "public")
    assert not drawn  # most of the site is there


def test_what_stays_is_linked_by_all(tmp_path, monkeypatch):
    """Into a release that begins with nothing; and a file that is lost is made. Each brings its folders to the disk."""
    monkeypatch.setattr(sharing, "processors", lambda: 2)
    monkeypatch.setattr(release, "MANY_LINKS", 10)
    real, settle, public = files.link, files.settle, tmp_path / "public"
    began, settled = tmp_path / "began", tmp_path / "settled"
    began.mkdir()

    def link(source: str, target: str) -> bool:
        (began / str(os.getpid())).touch()
        wait_for(lambda: len(os.listdir(began)) == 2)
        return real(source, target)

    def settling(files: Collection[str], folders: Collection[str]) -> None:
        settle(files, folders)
        with settled.open("a") as file:
            file.writelines(f"{folder}\n" for folder in folders)

    def site(word: str) -> Site:
        return Site({"x": Output("text/plain", word, word.encode)}, parts)

    parts = [part(f"e/{number}/", two_files, f"e/{number}/") for number in range(9)]
    publish(site("a"), public)
    first = public.resolve()
    (first / "e/3/b").unlink()
    monkeypatch.setattr(files, "link", link)
    monkeypatch.setattr(files, "settle", settling)
    done = publish(site("b"), public)
    second = public.resolve()
    assert {str(second / f"e/{number}") for number in range(9)} <= set(settled.read_text().split("\n"))
    assert (done.rendered, done.linked, done.total) == (2, 17, 19) and len(os.listdir(began)) == 2
    for number in range(9):
        a, b = public / f"e/{number}/a", public / f"e/{number}/b"
        assert (a.read_text(), b.read_text()) == (f"e/{number}/a", f"e/{number}/b")
        assert os.path.samefile(a, first / f"e/{number}/a")
        assert number == 3 or os.path.samefile(b, first / f"e/{number}/b")


def two_files(folder: str) -> list[tuple[str, Output]]:
    return [*one_file(f"{folder}a"), *one_file(f"{folder}b")]


def test_a_copy_that_is_killed_is_noticed(tmp_path):
    body = "if os.getpid() != here: os.kill(os.getpid(), signal.SIGKILL)"
    _, err = run(tmp_path, BEGUN.format(processes=2) + body).communicate(timeout=60)
    assert "ChildProcessError" in err


def test_an_error_here_ends_the_copies(tmp_path):
    body = "open(folder / str(os.getpid()), 'a').close(); time.sleep(0.01)\nif os.getpid() == here: raise ValueError"
    _, err = run(tmp_path, body, 4000).communicate(timeout=60)
    assert "ValueError" in err
    assert not any(alive(int(pid)) for pid in os.listdir(tmp_path))


def test_a_killed_process_leaves_no_copy_at_work(tmp_path):
    """What an orphan makes would be in the way of the next build."""
    with run(tmp_path, "open(folder / str(os.getpid()), 'a').close(); time.sleep(0.01)", 4000) as program:
        wait_for(lambda: len(os.listdir(tmp_path)) == 3)
        program.kill()
    wait_for(lambda: not any(alive(int(pid)) for pid in os.listdir(tmp_path)))


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()


def wait_for(ready) -> None:
    until = time.monotonic() + 20
    while not ready():
        assert time.monotonic() < until
        time.sleep(0.01)


BUILD = """
import sys
from podfeed.publish import files, release, sharing
from podfeed.__main__ import main
release.MANY, number = {many}, sharing.processors()
sharing.processors = lambda: 3
real = sharing.share
def share(work, parts, found, helpers):
    if helpers: print("MANY HANDS", file=sys.stderr)
    return real(work, parts, found, helpers)
sharing.share = share
main()
"""


@pytest.mark.parametrize(
    "fault",
    [
        None,
        pytest.param(
            "from podfeed.publish import files\nreal_write = files.write\ndef write(t, d):\n    if '/e1/' in t and 'embed' in t: raise OSError(28, 'No space left on device', t)\n    real_write(t, d)\nfiles.write = write\n",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_a_shared_build_is_the_build(tmp_path, fault):
    folder = make(tmp_path / "show")
    for day in range(1, 5):
        text = f"title: Day {day}\ndate: 2026-02-0{day}\naudio: {day}.mp3\nsegments: [0:00 One, 0:02 Two]\n"
        (folder / f"episodes/e{day}.yaml").write_text(text)
        (folder / f"media/{day}.mp3").write_bytes(mp3(4 + day))
    ended = []
    for many, name in ((10**9, "alone"), (1, "shared")):
        program = (fault or "") + BUILD.format(many=many)
        command = [sys.executable, "-c", program, "-C", str(folder), "build", "-o", str(tmp_path / name)]
        ended.append(subprocess.run(command, capture_output=True, text=True))
    assert ("MANY HANDS" in ended[0].stderr, "MANY HANDS" in ended[1].stderr) == (False, True)
    if fault:
        assert [e.returncode for e in ended] == [3, 3]
        assert "No space left on device; nothing was published" in ended[1].stderr
        assert not (tmp_path / "shared").exists() and os.listdir(tmp_path / ".shared.releases") == ["lock"]
        return
    assert [e.returncode for e in ended] == [0, 0]
    assert ended[0].stdout.replace("alone", "shared") == ended[1].stdout
    same = subprocess.run(["diff", "-r", f"{tmp_path}/alone/", f"{tmp_path}/shared/"], capture_output=True, text=True)
    assert same.stdout == ""
    a, b = (sorted((tmp_path / f".{n}.releases/1.json").read_text().split("],")) for n in ("alone", "shared"))
    assert a == b
