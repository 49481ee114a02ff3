"""Publishing to a folder: the tree equals the site, only what changed is made, and nothing foreign is touched."""

from __future__ import annotations

import fcntl
import hashlib
import os
import random
import shutil
import stat
import subprocess
import threading
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from podfeed.output import Site, copied, rendered
from podfeed.publish import files, manifest
from podfeed.publish.folder import PublishProblem, publish, turn
from podfeed.publish.reading import read_built, read_standing

MADE: list[str] = []


def text(content: str) -> bytes:
    MADE.append(content)
    return content.encode()


def site_of(**contents: str) -> Site:
    """A site of text files: `a__b` stands for the path a/b."""
    return {name.replace("__", "/"): rendered("text/plain", text, words) for name, words in contents.items()}


def tree(folder: Path) -> dict[str, bytes]:
    """What a web server would find."""
    root = folder.resolve()
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def releases(folder: Path) -> set[str]:
    return set(os.listdir(folder.parent / f".{folder.name}.releases")) - {"lock"}


@pytest.fixture
def public(tmp_path: Path) -> Path:
    MADE.clear()
    return tmp_path / "public"


def test_what_stands_is_the_site_that_was_published(public, tmp_path):
    (tmp_path / "a.mp3").write_bytes(b"sound")
    site = {
        **site_of(**{"index.html": "one", "feed.xml": "two"}),
        "a.mp3": copied("audio/mpeg", "1", tmp_path / "a.mp3"),
    }
    publish(site, public)
    again = read_standing(public)
    assert {path: (o.media_type, o.key, o.body()) for path, o in again.items()} == {
        path: (o.media_type, o.key, o.body()) for path, o in site.items()
    }
    assert again["a.mp3"].source and again["index.html"].make  # recordings are streamed, pages can be decorated


def test_the_tree_equals_the_site(public):
    """Every output under its path, nothing else, and the report counts them."""
    report = publish(site_of(index="home", a__b__index="page", feed="feed"), public)
    assert tree(public) == {"index": b"home", "a/b/index": b"page", "feed": b"feed"}
    assert (report.rendered, report.linked, report.removed, report.total, report.bytes) == (3, 0, 0, 3, 12)


def test_outputs_are_made_in_order_of_their_paths(public):
    """Renderers may rely on ascending paths, whatever the order of the mapping."""
    publish(site_of(c="3", a__z="1", b="2", a__b="0"), public)
    assert MADE == ["0", "1", "2", "3"]


def test_nothing_changed_makes_nothing(public):
    """A second build of the same site renders nothing, writes nothing and leaves the link as it is."""
    publish(site_of(a="1", b="2"), public)
    before, link = releases(public), public.lstat()
    MADE.clear()
    report = publish(site_of(a="1", b="2"), public)
    assert (MADE, releases(public), public.lstat()) == ([], before, link)
    assert (report.rendered, report.linked, report.total, report.bytes) == (0, 2, 2, 2)


def test_only_what_changed_is_made(public):
    """An unchanged output is the same file with another name; a changed one is rendered."""
    publish(site_of(a="1", b="2", c="3"), public)
    old = (public / "a").resolve()
    MADE.clear()
    report = publish(site_of(a="1", b="22", d="4"), public)
    assert MADE == ["22", "4"]
    assert os.path.samefile(public / "a", old)
    assert tree(public) == {"a": b"1", "b": b"22", "d": b"4"}
    assert (report.rendered, report.linked, report.removed) == (2, 1, 1)


def test_the_release_before_stays_whole(public):
    """Readers that are still in the last release find it complete while the next becomes public."""
    publish(site_of(a="1", b="x"), public)
    for number in range(2, 9):
        inside, was = public.resolve(), tree(public)
        publish(site_of(**{"a": str(number), f"only{number}": "y"}), public)
        assert tree(inside) == was
        assert len(releases(public)) <= 6


def test_a_reader_that_stands_in_a_release_never_sees_a_mixture(public):
    """A program that works inside the folder, as rsync does, finds its release whole or, much later, gone."""
    pages = {f"p{n}__index": "x" for n in range(9)}
    for number in range(8):
        publish(site_of(**pages, **{f"v{n}": str(number) for n in range(9)}), public)
        inside = os.open(public, os.O_RDONLY)
        for later in range(number + 10, number + 14):
            publish(site_of(**pages, **{f"v{n}": str(later) for n in range(9)}), public)
            seen = {os.open(name, os.O_RDONLY, dir_fd=inside) for name in os.listdir(inside) if name[0] == "v"}
            assert {os.read(file, 9) for file in seen} <= {str(number).encode()}
            for file in seen:
                os.close(file)
        os.close(inside)


def test_a_small_change_costs_little(public):
    """From the fourth release on the oldest is turned into the newest: what did not change is not even linked."""
    pages = {f"p{n}__index": str(n) for n in range(50)}
    for number in range(4):
        publish(site_of(**pages, feed=str(number)), public)
    inode = os.stat(public.resolve() / "p7").st_ino
    seen = {inode}
    for number in range(4, 7):
        publish(site_of(**pages, feed=str(number)), public)
        seen.add(os.stat(public.resolve() / "p7").st_ino)
    assert len(seen) == 3
    assert tree(public)["feed"] == b"6" and len(tree(public)) == 51


def test_the_same_bytes_made_another_way_keep_their_file(public):
    """When only the key changes, as with a new version of the program, caches of web servers stay valid."""
    publish({"a": rendered("text/plain", text, "x", salt=1)}, public)
    file = (public / "a").stat()
    report = publish({"a": rendered("text/plain", text, "x", salt=2)}, public)
    assert ((public / "a").stat().st_ino, report.rendered) == (file.st_ino, 1)
    assert publish({"a": rendered("text/plain", text, "x", salt=2)}, public).rendered == 0


def test_clean_makes_everything_anew(public):
    """`clean` trusts nothing that lies there, not even a file that somebody has spoiled."""
    publish(site_of(a="1", b="2"), public)
    (public / "a").write_bytes(b"spoilt")
    report = publish(site_of(a="1", b="2"), public, clean=True)
    assert (tree(public), report.rendered) == ({"a": b"1", "b": b"2"}, 2)


def test_a_file_that_was_removed_by_hand_comes_back(public):
    """When an unchanged file is missing from the public folder, the next release has it again."""
    publish(site_of(a="1", b="2"), public)
    (public / "a").unlink()
    publish(site_of(a="1", b="3"), public)
    assert tree(public) == {"a": b"1", "b": b"3"}


@pytest.mark.parametrize("lost", ["link", "release", "manifest", "everything"])
def test_whatever_is_lost_is_made_again(public, lost):
    """A public folder of which somebody removed a part is whole after the next build."""
    for words in "123":
        publish(site_of(a=words, b="2"), public)
    place, target = public.parent / ".public.releases", public.resolve()
    if lost in ("link", "everything"):
        public.unlink()
    if lost == "release":
        shutil.rmtree(target)
    if lost == "manifest":
        (place / f"{target.name}.json").unlink()
    if lost == "everything":
        shutil.rmtree(place)
    publish(site_of(a="3", b="2"), public)
    assert tree(public) == {"a": b"3", "b": b"2"}


def test_going_back_to_an_older_release_by_hand(public):
    """The link may be set to an older release; builds go on from there."""
    for words in "12":
        publish(site_of(a=words), public)
    public.unlink()
    public.symlink_to(".public.releases/1")
    assert tree(public) == {"a": b"1"}
    publish(site_of(a="3"), public)
    assert tree(public) == {"a": b"3"}


def test_leftovers_of_killed_builds_go(public):
    """What a killed build left is removed by the next, even if that has nothing to do."""
    publish(site_of(a="1"), public)
    place = public.parent / ".public.releases"
    (place / "2" / "x").mkdir(parents=True)
    (place / "2.json").write_text("{")
    (place / "next").symlink_to(".public.releases/2")
    publish(site_of(a="1"), public)
    assert releases(public) == {"1", "1.json"}


def test_a_manifest_lies_beside_the_release(public):
    """The manifest tells SHA-256 and length of every file, and no reader can ask for it."""
    publish(site_of(a="1", b__c="22"), public)
    held = manifest.read(public.parent / ".public.releases" / "1.json")
    assert held is not None
    assert {path: (e.sha256, e.length) for path, e in manifest.entries(held).items()} == {
        path: (hashlib.sha256(data).hexdigest(), len(data)) for path, data in tree(public).items()
    }


UNREADABLE = (
    b"", b"{", b"[]\n", b"null\n", b'{"format": 1, "files": {}}', b'{"format": 0, "parts": []}\n', b'{"format": 2}\n', b"\xff\n",
    b'{"format": 2, "parts": [["", "", [], 1, 2]]}\n', b'{"format": 2, "parts": [["", "", [], 1, 2]]}\n{"a": [', b'{"format": 2, "parts": [7]}\n{}\n',
)  # fmt: skip


@pytest.mark.parametrize("data", UNREADABLE)
def test_a_manifest_that_cannot_be_read_counts_as_none(data):
    """A damaged manifest, or one of another version, only means that everything is made again."""
    assert manifest.parse(data) is None


def test_a_changed_file_has_a_later_date(public):
    """However fast builds follow, a date in whole seconds tells two contents of a path apart."""
    dates = []
    for words in "abcabc":
        publish(site_of(a=words), public)
        dates.append(int((public / "a").stat().st_mtime))
    assert dates == sorted(set(dates))


def test_moving_the_folder_keeps_it_working(tmp_path):
    """Link and releases may be moved together: the link is relative."""
    (tmp_path / "one").mkdir()
    publish(site_of(a="1"), tmp_path / "one" / "public")
    (tmp_path / "one").rename(tmp_path / "two")
    assert tree(tmp_path / "two" / "public") == {"a": b"1"}


def test_folders_above_are_made(tmp_path):
    """`--output out/site/public` needs no preparation."""
    publish(site_of(a="1"), tmp_path / "out" / "site" / "public")
    assert tree(tmp_path / "out" / "site" / "public") == {"a": b"1"}


def test_an_empty_folder_is_replaced(public):
    """A folder that somebody prepared for us is in nobody's way."""
    public.mkdir()
    publish(site_of(a="1"), public)
    assert tree(public) == {"a": b"1"}


def as_it_is(place: Path) -> tuple[int, ...]:
    """All that the file system says of it, but for when it was looked at."""
    found = place.lstat()
    return (found.st_ino, found.st_mode, found.st_uid, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


@pytest.mark.parametrize("kind", ["folder", "file", "link", "link to a release of another folder", "dangling link"])
def test_what_podfeed_did_not_make_is_left_alone(public, kind):
    """A folder with things in it, a file or a foreign link is refused with what to do, and stays as it is."""
    if kind == "folder":
        public.mkdir()
        (public / "precious").write_text("mine")
    elif kind == "file":
        public.write_text("mine")
    elif kind == "dangling link":
        public.symlink_to("nowhere")
    elif kind == "link":
        (public.parent / "other").mkdir()
        public.symlink_to("other")
    else:
        public.symlink_to(".other.releases/1")
    before = as_it_is(public)
    with pytest.raises(PublishProblem) as caught:
        publish(site_of(a="1"), public)
    assert "podfeed did not" in str(caught.value) or "not made by podfeed" in str(caught.value)
    assert "--output" in caught.value.hint
    assert as_it_is(public) == before
    assert kind != "folder" or (public / "precious").read_text() == "mine"


@pytest.mark.parametrize(
    "path", ["../a", "/a", "a//b", "a/./b", "a/../b", "", "a/", "a\\b", "a\0b", "x" * 256, "é" * 128, "d/" + "x" * 256]
)
def test_paths_that_leave_the_folder_are_refused(public, path):
    """No path can name a file outside, or one that file systems cannot hold."""
    with pytest.raises(PublishProblem):
        publish({"ok": rendered("text/plain", text, "1"), path: rendered("text/plain", text, "2")}, public)
    assert not public.exists()


@pytest.mark.parametrize(
    ("one", "other"),
    [("A", "a"), ("é", "e\u0301"), ("straße", "STRASSE"), ("a", "a/b"), ("A", "a/b"), ("x/y", "X/Y/z")],
)
def test_paths_that_meet_on_some_computers_are_refused(public, one, other):
    """Two paths that are one file where case or accents do not count are refused, both named."""
    with pytest.raises(PublishProblem) as caught:
        publish({path: rendered("text/plain", text, path) for path in (one, other)}, public)
    assert repr(one) in str(caught.value) and repr(other) in str(caught.value)


# --- files of the editor -------------------------------------------------------------------------------------


def recording(folder: Path, data: bytes = b"sound") -> Path:
    path = folder / "a.mp3"
    path.write_bytes(data)
    return path


def test_recordings_are_copied_never_shared(public):
    """An editor who overwrites a recording in place does not change what is public."""
    source = recording(public.parent)
    publish({"media/a.mp3": copied("audio/mpeg", "1", source)}, public)
    source.write_bytes(b"SPOIL")
    assert tree(public) == {"media/a.mp3": b"sound"}
    assert (public / "media/a.mp3").stat().st_nlink == 1


def test_a_private_recording_becomes_readable(public):
    """The copy has the rights of published files, not those of the editor's file."""
    source = recording(public.parent)
    source.chmod(0o600)
    publish({"media/a.mp3": copied("audio/mpeg", "1", source), "b": rendered("text/plain", text, "1")}, public)
    modes = {stat.S_IMODE((public / name).stat().st_mode) for name in ("media/a.mp3", "b")}
    assert len(modes) == 1


def test_a_touched_recording_is_no_change(public):
    """A new stamp with the same bytes (a fresh clone of the show) keeps the file that is there."""
    source = recording(public.parent)
    publish({"media/a.mp3": copied("audio/mpeg", "1", source)}, public)
    inode = (public / "media/a.mp3").stat().st_ino
    publish({"media/a.mp3": copied("audio/mpeg", "2", source)}, public)
    assert (public / "media/a.mp3").stat().st_ino == inode


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("missing", "no longer there"),
        ("link", "symbolic link"),
        ("folder", "not an ordinary file"),
        ("pipe", "not an ordinary file"),
    ],
)
def test_what_is_no_file_is_not_published(public, kind, says):
    """A recording that vanished or was replaced by something else between loading and publishing is a problem."""
    source = public.parent / "a.mp3"
    if kind == "link":
        source.symlink_to(recording(public.parent).rename(public.parent / "b.mp3"))
    if kind == "folder":
        source.mkdir()
    if kind == "pipe":
        os.mkfifo(source)
    publish(site_of(a="old"), public)
    with pytest.raises(PublishProblem) as caught:
        publish({"a.mp3": copied("audio/mpeg", "1", source)}, public)
    assert "a.mp3" in str(caught.value) and says in str(caught.value) and caught.value.hint
    assert tree(public) == {"a": b"old"} and releases(public) == {"1", "1.json"}


@pytest.mark.skipif(not hasattr(fcntl, "F_SETLEASE"), reason="only Linux can tell")
def test_a_recording_that_is_open_for_writing_is_refused(public):
    """A copy that pauses cannot be told from a finished one by its size or date; that it is open can."""
    source = recording(public.parent)
    with source.open("ab"), pytest.raises(PublishProblem, match="still being copied"):
        publish({"a.mp3": copied("audio/mpeg", "1", source)}, public)
    publish({"a.mp3": copied("audio/mpeg", "1", source)}, public)
    assert tree(public) == {"a.mp3": b"sound"}


def test_a_recording_that_changes_while_it_is_copied_is_refused(public, monkeypatch):
    """A program that writes, and closes the file again before anybody looks, shows in its size or date."""
    copy, source = files._copy_bytes, recording(public.parent)
    publish(site_of(a="old"), public)
    for change in (lambda: source.write_bytes(b"SOUND"), lambda: source.write_bytes(b"sound and more")):

        def meanwhile(origin, made, change=change):
            copy(origin, made)
            change()

        monkeypatch.setattr(files, "_copy_bytes", meanwhile)
        with pytest.raises(PublishProblem, match="still being copied"):
            publish({"a.mp3": copied("audio/mpeg", "1", source)}, public)
    assert tree(public) == {"a": b"old"}


def test_a_growing_recording_is_never_published_in_part(public):
    """While a program appends piece by piece, opening the file anew each time, a build fails or has it all."""
    source, stop = recording(public.parent, bytes(20 << 20)), threading.Event()

    def grow() -> None:
        while not stop.is_set():
            with source.open("ab") as file:
                file.write(bytes(1000))

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        for _ in range(5):
            try:
                publish({"a.mp3": copied("audio/mpeg", str(time.monotonic()), source)}, public)
            except PublishProblem as problem:
                assert "still being copied" in str(problem)
            else:
                assert len(tree(public)["a.mp3"]) <= source.stat().st_size
    finally:
        stop.set()
        writer.join()
    publish({"a.mp3": copied("audio/mpeg", "end", source)}, public)
    assert tree(public)["a.mp3"] == source.read_bytes()


# --- failure, turns, reading back ------------------------------------------------------------------------------


def fail(words: str) -> bytes:
    raise ValueError(words)


def test_a_renderer_that_fails_leaves_everything_as_it_was(public):
    """A bug in a page costs the build, not the site; and no half release stays on the disk."""
    publish(site_of(a="1"), public)
    with pytest.raises(ValueError, match="bug"):
        publish({**site_of(a="2", b="3"), "c": rendered("text/plain", fail, "bug")}, public)
    assert tree(public) == {"a": b"1"} and releases(public) == {"1", "1.json"}


def test_builds_take_turns(public):
    """Eight builds at once: each is whole, and the last one to have its turn is what is public."""
    sites = [site_of(**{f"f{n}": str(number) for n in range(20)}) for number in range(8)]
    threads = [threading.Thread(target=publish, args=(site, public)) for site in sites]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(tree(public).values())) == 1 and len(tree(public)) == 20


def test_a_turn_covers_loading_too(public):
    """Whoever loads within a turn cannot overwrite what was published meanwhile with something older."""
    order = []
    with turn(public) as publish_now:
        other = threading.Thread(target=lambda: (publish(site_of(a="new"), public), order.append("other")))
        other.start()
        time.sleep(0.05)
        publish_now(site_of(a="old"), False, None)
        order.append("first")
    other.join()
    assert (order, tree(public)) == (["first", "other"], {"a": b"new"})


def test_reading_back_what_was_built(public):
    """The published site knows paths, types and bytes of the one it came from; its keys are their SHA-256."""
    site = {**site_of(a="1", b__c="2"), "m.mp3": copied("audio/mpeg", "1", recording(public.parent))}
    publish(site, public)
    again = read_built(public)
    assert {p: (o.media_type, o.body()) for p, o in again.items()} == {
        p: (o.media_type, o.body()) for p, o in site.items()
    }
    assert all(output.key == hashlib.sha256(output.body()).hexdigest() for output in again.values())


@pytest.mark.parametrize("kind", ["missing", "empty"])
def test_reading_what_was_never_built(public, kind):
    """`serve --built` before any build says what to do first."""
    if kind == "empty":
        public.mkdir()
    with pytest.raises(PublishProblem) as caught:
        read_built(public)
    assert "podfeed build" in caught.value.hint


def test_progress_hears_what_is_made(public):
    """A progress line is told how much is done, of how much, up to the end."""
    heard: list[tuple[int, int]] = []
    pages = {f"p{n:03}": str(n) for n in range(100)}
    publish(site_of(**pages), public, progress=lambda reached, of: heard.append((reached, of)))
    assert heard == [(32, 100), (64, 100), (96, 100), (100, 100)]


names = st.sampled_from(["a", "b", "c", "d/index", "d/e/index", "d/f/index", "g/h/i/index", "g/index"])


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states=st.lists(st.dictionaries(names, st.sampled_from("xyz")), min_size=2, max_size=10))
def test_after_any_edits_the_tree_equals_a_clean_one(tmp_path, states):
    """However a site changes from build to build, what is public equals a build from nothing, folders included."""
    public = tmp_path / f"public{random.getrandbits(64)}"
    for state in states:
        publish({path: rendered("text/plain", text, words) for path, words in state.items()}, public)
        assert tree(public) == {path: words.encode() for path, words in state.items()}
        folders = {p.relative_to(public.resolve()).as_posix() for p in public.resolve().rglob("*") if p.is_dir()}
        assert folders == {"/".join(path.split("/")[:n]) for path in state for n in range(1, path.count("/") + 1)}


@pytest.mark.skipif(not shutil.which("nginx") or not shutil.which("curl"), reason="needs nginx and curl")
def test_nginx_serves_the_folder_as_it_is(public):
    """An ordinary web server needs nothing but the folder: pages, a new release at once, byte ranges."""
    site = {
        "index.html": rendered("text/html", text, "home"),
        "episodes/a/index.html": rendered("text/html", text, "A"),
    }
    publish({**site, "media/a.mp3": copied("audio/mpeg", "1", recording(public.parent))}, public)
    place = public.parent
    (place / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {place}/pid; error_log {place}/log; events {{}} http {{ access_log off; "
        + "".join(f"{kind}_temp_path {place}/t; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        + f"server {{ listen unix:{place}/s; root {public}; }} }}"
    )
    server = subprocess.Popen(["nginx", "-c", place / "nginx.conf", "-p", place, "-e", place / "log"])
    try:
        for _ in range(200):
            if (place / "s").exists():
                break
            time.sleep(0.01)

        def get(path: str, *options: str) -> str:
            command = ["curl", "-s", "--unix-socket", place / "s", *options, f"http://localhost{path}"]
            return subprocess.run(command, capture_output=True, text=True, check=True).stdout

        assert (get("/"), get("/episodes/a/")) == ("home", "A")
        assert get("/media/a.mp3", "-r", "1-2") == "ou"
        publish({**site, "index.html": rendered("text/html", text, "news")}, public)
        assert get("/") == "news"
    finally:
        server.terminate()
        server.wait(10)
