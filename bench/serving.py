"""What our server answers in a second, beside nginx and beside an ordinary Flask program, on the same folder.

wrk asks over 16 connections, for each server in turn; what counts is the median of the rounds' ratios. Client and
server share the processor, which is harsh on slow servers.
"""

from __future__ import annotations

import contextlib
import gzip
import http.client
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import commands
import measure
from commands import clear, podfeed
from measure import Failed, run
from table import Row, Skipped

FRAME = bytes.fromhex("fffb50c0") + bytes(204)  # MPEG-1 layer III, mono, 44.1 kHz, 64 kbit/s, silent
HOUR = 137_813  # such frames
SECONDS = 2
ASKED = ("304", "page", "64 KB of a recording", "feed, gzipped")
RATES = {"304": 2000, "64 KB of a recording": 1000, "feed, gzipped": 1000}
"""What must be held on two cores, requests a second; half of it on a machine that is busy."""


@dataclass(frozen=True, slots=True)
class Load:
    """Answers a second, how long 99 of 100 clients waited at most, in milliseconds, and what an answer took of the
    server's processor time, in seconds."""

    rate: float
    p99: float
    cpu: float


def prepare(show: Path) -> tuple[str, str]:
    """Publish the show with one recording of an hour; the addresses of a page and of that recording."""
    episode = max((show / "episodes").glob("*.yaml"))
    sound = show / "media" / f"{episode.stem}.mp3"
    sound.write_bytes(FRAME * HOUR)
    text = re.sub(r"(?m)^audio: .*$", f"audio: {sound.name}", episode.read_text("utf-8"))
    episode.write_text(text, "utf-8")
    clear(show)
    run(podfeed(show, "build"))
    return f"/episodes/{episode.stem}/", f"/media/{sound.name}"


def serving(show: Path, work: Path) -> Iterator[Row | Skipped]:
    if not shutil.which("wrk"):
        yield Skipped("G12, G13, G14", "serving", "wrk is not installed (apt install wrk)")
        return
    page, sound = prepare(show)
    copy = work / "site"
    shutil.copytree((show / "public").resolve(), copy, symlinks=False)
    (copy / "feed.xml.gz").write_bytes(gzip.compress((copy / "feed.xml").read_bytes(), 6))
    rounds: dict[str, dict[str, list[Load]]] = {}
    with contextlib.ExitStack() as stack:
        servers = dict(_servers(show, work, stack))
        for _ in range(min(3, measure.MOST)):
            for name, (port, pid) in servers.items():
                for what, load in _asked(port, pid, page, sound):
                    rounds.setdefault(name, {}).setdefault(what, []).append(load)
    yield from _compared(rounds)
    yield from swap(show)


def _servers(show: Path, work: Path, stack: contextlib.ExitStack) -> Iterator[tuple[str, tuple[int, int]]]:
    """(name, (port, process)) of each server that can be had; all end with `stack`."""
    here, copy = Path(__file__).parent, work / "site"
    if shutil.which("nginx"):
        port = free_port()
        text = (here / "nginx.conf").read_text()
        user = (
            "user root;\n" if os.geteuid() == 0 else ""
        )  # else it would give up root's rights, and the folder is ours
        for name, value in (("%FOLDER%", work), ("%PORT%", port), ("%USER%", user)):
            text = text.replace(name, str(value))
        (work / "nginx.conf").write_text(text)
        process = start(["nginx", "-c", work / "nginx.conf", "-e", work / "nginx.log"], port, stack)
        yield "nginx", (port, process.pid)
    port = free_port()
    process = start([sys.executable, here / "ordinary_server.py", copy, port], port, stack)
    yield "ordinary", (port, process.pid)
    for kind in ("waitress", "granian") if find_spec("granian") else ("waitress",):
        port = free_port()
        process = start(podfeed(show, "serve", "--built", "--server", kind, "--port", str(port)), port, stack)
        yield kind, (port, process.pid)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def start(command: list, port: int, stack: contextlib.ExitStack) -> subprocess.Popen[bytes]:
    """Starts a server and waits until it accepts connections; it is ended with `stack`."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([str(word) for word in command], stdout=quiet, stderr=quiet)

    def end() -> None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    stack.callback(end)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return process
        time.sleep(0.05)
    raise Failed(f"{' '.join(map(str, command))} does not answer")


def _asked(port: int, pid: int, page: str, sound: str) -> Iterator[tuple[str, Load]]:
    tag = _get(port, "/feed.xml", {"Accept-Encoding": "gzip"}, 200)["ETag"]
    _get(port, sound, {"Range": "bytes=100000-165535"}, 206)
    _get(port, page, {}, 200)
    asked = (
        ("/feed.xml", f"If-None-Match: {tag}", "Accept-Encoding: gzip"),
        (page,),
        (sound, "Range: bytes=100000-165535"),
        ("/feed.xml", "Accept-Encoding: gzip"),
    )
    for what, (path, *headers) in zip(ASKED, asked, strict=True):
        yield what, wrk(port, pid, path, *headers)


def _get(port: int, path: str, headers: dict[str, str], status: int) -> http.client.HTTPMessage:
    """The headers of an answer, which must have this status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != status:
        raise Failed(f"{answer.status} for {path}")
    return answer.headers


def wrk(port: int, pid: int, path: str, *headers: str) -> Load:
    """What wrk finds over 16 connections."""
    before = measure.busy(pid)
    command = ["wrk", "-t1", "-c16", f"-d{1 if measure.MOST == 1 else SECONDS}s", "--latency"]
    for header in headers:
        command += ["-H", header]
    said = subprocess.run([*command, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True)
    spent = measure.busy(pid) - before
    count = re.search(r"(\d+) requests in", said.stdout)
    rate = re.search(r"Requests/sec:\s*([\d.]+)", said.stdout)
    late = re.search(r"99%\s+([\d.]+)(us|ms|s)", said.stdout)
    if not rate or not late or not count:
        raise Failed(f"wrk: {said.stdout or said.stderr}")
    return Load(
        float(rate[1]), float(late[1]) * {"us": 0.001, "ms": 1, "s": 1000}[late[2]], spent / max(1, int(count[1]))
    )


def _compared(rounds: dict[str, dict[str, list[Load]]]) -> Iterator[Row | Skipped]:
    def ratio(one: str, other: str, what: str) -> tuple[float, str]:
        pairs = zip(rounds[one][what], rounds[other][what], strict=True)
        rates = [statistics.median(load.rate for load in rounds[name][what]) for name in (one, other)]
        return statistics.median(a.rate / b.rate for a, b in pairs), f"{rates[0]:,.0f}/s by {rates[1]:,.0f}/s"

    def against(goal: str, ours: str, theirs: str, words: str, targets: tuple[float | None, ...]) -> Iterator[Row]:
        for what, target in zip(ASKED, targets, strict=True):
            value, note = ratio(ours, theirs, what)
            yield Row(goal, f"{words}: {what}", value, target, least=True, note=note)

    if "granian" not in rounds:
        yield Skipped("G12", "granian by nginx", "granian is not installed (pip install podfeed[fast])")
    if "nginx" not in rounds:
        yield Skipped("G12, G14", "serving by nginx", "nginx is not installed (apt install nginx-light)")
    else:
        if "granian" in rounds:
            yield from against("G12", "granian", "nginx", "granian by nginx", (0.40, 0.70, 0.45, 1.0))
        yield from against("", "waitress", "nginx", "waitress by nginx", (None,) * 4)
        for what in ASKED[:2]:
            ours, theirs = (statistics.median(one.p99 for one in rounds[n][what]) for n in ("waitress", "nginx"))
            note = f"{ours:.1f} ms, 99 of 100, by three times nginx's {theirs:.1f} ms + 5 ms"
            yield Row("G14", f"waitress, the slow ones: {what}", ours / (3 * theirs + 5), 1.0, note=note)
    for what, target in zip(ASKED, (2.0, 2.8, 5.0, 2.5), strict=True):
        # Both are one process whose processor time is what limits it, so that time is what is judged.
        pairs = zip(rounds["ordinary"][what], rounds["waitress"][what], strict=True)
        value = statistics.median(theirs.cpu / ours.cpu for theirs, ours in pairs)
        note = "answers a second: {:.1f}x, {}".format(*ratio("waitress", "ordinary", what))
        yield Row("G13", f"CPU of an ordinary Flask program by waitress: {what}", value, target, least=True, note=note)
    for what, target in RATES.items():
        rate = statistics.median(load.rate for load in rounds["waitress"][what])
        yield Row("load", f"waitress holds: {what}", rate, target / 2, "a second", least=True, gate=False)


def swap(show: Path) -> Iterator[Row | Skipped]:
    """How long the slowest reader waits while a new release is built and taken up, and how long without."""
    with contextlib.ExitStack() as stack:
        port = free_port()
        start(podfeed(show, "serve", "--built", "--server", "waitress", "--port", str(port)), port, stack)
        commands.edited(show)
        before = _slowest(port, lambda: time.sleep(5))
        during = _slowest(port, lambda: commands.edited(show))
    note = f"{during * 1000:.0f} ms of a release, {before * 1000:.0f} ms without"
    yield Row("5", "the slowest of 4 readers' requests while a release is built and taken up", during, 0.5, "s",
              gate=False, note=note)  # fmt: skip


def following(show: Path) -> Iterator[Row | Skipped]:
    """How soon a server that follows the editors, as `serve --production` does, shows an edit, and how long readers wait
    meanwhile."""
    count = f"{commands.episodes(show):,} episodes"
    commands.warm(show)
    waits: list[float] = []
    spent: list[float] = []
    slowest: list[float] = []

    def until_it_is_there() -> None:
        slug, word = commands.retitle(show)
        began = time.perf_counter()
        while word not in _read(port, f"/episodes/{slug}/"):
            if time.perf_counter() > began + 120:
                raise Failed(f"serve --production does not show {word}")
            time.sleep(0.02)
        waits.append(time.perf_counter() - began)

    with contextlib.ExitStack() as stack:
        port = free_port()
        process = start(podfeed(show, "serve", "--production", "--port", str(port)), port, stack)
        for _ in range(min(4, measure.MOST + 1)):  # the first is the first time that it reads the show
            before = measure.busy(process.pid)
            slowest.append(_slowest(port, until_it_is_there))
            spent.append(measure.busy(process.pid) - before)
            time.sleep(commands.RIPE)
        memory = measure.resident(process.pid) >> 20
    note = f"CPU {statistics.median(spent[1:]):.2f} s with the readers'; {memory} MB; {waits[0]:.2f} s the first time"
    yield Row(
        "5", f"serve --production shows an edit after, {count}", statistics.median(waits[1:]), unit="s", note=note
    )
    yield Row("5", "the slowest of 4 readers' requests meanwhile", max(slowest), 0.5, "s", gate=False)


def _read(port: int, path: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    text = connection.getresponse().read().decode()
    connection.close()
    return text


def _slowest(port: int, work) -> float:
    """The longest wait, in seconds, of four readers of a page while `work` is done, and half a second more."""
    stop, waits = threading.Event(), [0.0]

    def reader() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while not stop.wait(0.01):
            began = time.perf_counter()
            connection.request("GET", "/about/")
            connection.getresponse().read()
            waits.append(time.perf_counter() - began)
        connection.close()

    readers = [threading.Thread(target=reader) for _ in range(4)]
    for one in readers:
        one.start()
    work()
    time.sleep(0.5)
    stop.set()
    for one in readers:
        one.join()
    return max(waits)
