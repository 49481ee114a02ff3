"""granian as the server of a published folder: several processes, HTTP in Rust. The one module that knows it.

It comes with the extra `fast` and has to be asked for: slow clients can stop it, which they cannot with waitress as
`web.server` sets it up, so it belongs behind another web server (docs/deploying.md).
"""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from importlib.util import find_spec
from typing import Any

from podfeed.web.server import allow_many_files, refused, shown_address

THREADS = 64
"""Python threads of one process, started as they are needed. Whoever stops reading a recording holds one until he goes;
a thousand of them were tried, and stood in each other's way."""
HEADER_SECONDS = 20
LONGEST_HEAD = 16384
LOOK = 0.001
"""For how many seconds a process answers for the same moment, and so for the same release, without looking again."""


def is_installed() -> bool:
    return find_spec("granian") is not None


def serve(
    make: Callable[[], Callable[..., Any]],
    host: str = "127.0.0.1",
    port: int = 8000,
    *,
    workers: int = 0,
    ready: Callable[[str], None] = lambda address: None,
) -> None:
    """Serves what `make()` gives, called once in each of `workers` processes (0: one for each core), until Ctrl-C.

    `ready` is told the address as soon as connections are accepted; port 0 takes a free one. Raises ServeProblem if it
    cannot listen there. `make` must be a function of a module, or a `partial` of one: where processes cannot be forked
    it is sent to them by name.
    """
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings

    _load(make)  # before the processes are made: they then share it, and what is wrong is told here
    allow_many_files()
    host = host.strip("[]")
    port = _free(host, port)
    server = Granian(
        "podfeed",
        host,
        port,
        interface=Interfaces.WSGI,
        workers=workers or os.cpu_count() or 1,
        blocking_threads=THREADS,
        backpressure=3000,  # connections at once, as with waitress; more wait
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000, max_buffer_size=LONGEST_HEAD),
        respawn_failed_workers=True,
        log_enabled=False,
    )
    server.on_startup(_ended_from_the_first_moment)
    server.on_startup(lambda: _announcing(host, port, ready))
    server.serve(target_loader=partial(_load, make), wrap_loader=False)


@cache
def _load(make: Callable[[], Callable[..., Any]]) -> Callable[..., Any]:
    application = make()
    front = application.wsgi_app  # type: ignore[attr-defined]
    front.look = _now_and_then(front.look)

    def listed(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        # granian sends a list at once and anything else piece by piece, at several times the cost.
        body = application(environ, start)
        return list(body) if isinstance(body, tuple) else body

    return listed


def _now_and_then(look: Callable[[], Any]) -> Callable[[], Any]:
    """`look`, at most once in LOOK seconds: asking the system where a link points is a good part of a short answer, and
    in most of them nothing has changed."""
    known: tuple[float, Any] | None = None

    def looked() -> Any:
        nonlocal known
        now = time.monotonic()
        if known is None or now - known[0] > LOOK:
            known = now, look()
        return known[1]

    return looked


def _ended_from_the_first_moment() -> None:
    """Lets a process that has just been made end when it is told to.

    Until it serves, it has the copies of what the first process does at a signal: note it, for a loop that the copy does
    not run. The first process then waits for it for ever. Ctrl-C goes to all at once; the first tells the others.
    """
    if not hasattr(os, "register_at_fork"):
        return
    signals = {signal.SIGINT, signal.SIGTERM}

    def in_child() -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)

    os.register_at_fork(
        before=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, signals),  # what comes meanwhile waits
        after_in_parent=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, signals),
        after_in_child=in_child,
    )


def _announcing(host: str, port: int, ready: Callable[[str], None]) -> None:
    """Tells the address once a process accepts connections: granian itself says so before it does.

    No process is made while the thread does something: a copy would have the locks that the thread holds (of a module
    that it imports, of the terminal), and nobody there to let them go.
    """
    still = threading.Lock()
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=still.acquire, after_in_parent=still.release, after_in_child=still.release)
    address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)

    def announce() -> None:
        for _ in range(6000):
            with still, suppress(OSError), socket.create_connection((address, port), 1):
                ready(shown_address(host, port))
                return
            time.sleep(0.01)

    threading.Thread(target=announce, daemon=True).start()


def _free(host: str, port: int) -> int:
    """The port, or a free one for 0; raises ServeProblem if it cannot be had."""
    try:
        if not 0 <= port <= 65535:
            raise ValueError(port)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as trial:
            if os.name != "nt":
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((host, port))
            return int(trial.getsockname()[1])
    except (OSError, ValueError, OverflowError) as error:
        raise refused(host, port, error) from None
