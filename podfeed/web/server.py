"""The process that listens: waitress with settings that slow clients cannot exhaust. It and `web.channel` know it.

tests/test_slow_clients.py holds it against 2,500 connections that send or read nothing, or a byte now and then.
"""

from __future__ import annotations

import errno
import logging
import socket
import warnings
from collections.abc import Callable
from typing import Any

SETTINGS: dict[str, Any] = {
    # None of them waits for a client, so few are enough; with sixteen they wait for each other, and two answers come
    # where three would.
    "threads": 4,
    # With the default of 100, a hundred slow connections are the end of the site.
    "connection_limit": 3000,
    # select() ends the process at the 1,024th socket.
    "asyncore_use_poll": True,
    "channel_timeout": 20,
    "cleanup_interval": 5,
    "channel_request_lookahead": 0,
    # Nobody has to send us anything: bodies are refused.
    "max_request_body_size": 1024,
    "max_request_header_size": 16384,
    # The defaults halve the speed of pages and send larger answers by way of a temporary file.
    "send_bytes": 262144,
    "outbuf_overflow": 64 << 20,
    "ident": None,
    # Nothing reads what a proxy says of itself, so it need not be taken out.
    "clear_untrusted_proxy_headers": False,
}
FILES_NEEDED = 4096
REQUEST_SECONDS = 20
"""How long a request may take to come, in whole. `channel_timeout` alone would let those stay for ever who send a byte
now and then. It is looked at every `cleanup_interval`, so it may be that much more."""
SEND_BUFFER = 131072
"""What the system may hold of an answer for a reader who does not read: left alone it takes megabytes for each, and
waitress reads as much of a file again whenever a little of it could be sent. Linux doubles the figure."""

log = logging.getLogger("podfeed")


class ServeProblem(Exception):
    """Why the server cannot start: `message` says what is in the way, `hint` what to do."""

    def __init__(self, message: str, hint: str):
        super().__init__(message)
        self.message = message
        self.hint = hint


def serve(
    app: Callable[..., Any],
    host: str = "127.0.0.1",
    port: int = 8000,
    *,
    ready: Callable[[str], None] = lambda address: None,
    warn: Callable[[str], None] = log.warning,
) -> None:
    """Serves until Ctrl-C. `ready` is told the address as soon as connections are accepted; port 0 takes a free one.

    Raises ServeProblem if it cannot listen there.
    """
    files = allow_many_files()
    if files < FILES_NEEDED:
        warn(
            f"this system lets the server have {files:,} connections and files open at once; "
            f"for the public internet it should be {FILES_NEEDED:,} or more (ulimit -n {FILES_NEEDED})"
        )
    server = _listen(app, host, port)
    try:
        port = getattr(server, "effective_port", None) or server.effective_listen[0][1]
        ready(shown_address(host, port))
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()


def _listen(app: Callable[..., Any], host: str, port: int) -> Any:
    """A waitress server that accepts connections; `run()` answers them."""
    from waitress import create_server
    from waitress.adjustments import Adjustments

    from podfeed.web.channel import answer_at_once

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a full queue is no news for an editor
    known = {name: value for name, value in SETTINGS.items() if hasattr(Adjustments, name)}
    at_hand = getattr(getattr(app, "wsgi_app", app), "at_hand", None)
    sockets: dict[int, Any] = {}
    try:
        if not 0 <= port <= 65535:
            raise ValueError(port)  # getaddrinfo would take what is left after dividing by 65,536
        with warnings.catch_warnings():
            # It announces that send_bytes will go; while it is there, pages come twice as fast with it.
            warnings.simplefilter("ignore", DeprecationWarning)
            server = create_server(app, host=host.strip("[]"), port=port, map=sockets, **known)
    except (OSError, ValueError, OverflowError) as error:
        for one in [*sockets.values()]:
            one.close()
        raise refused(host, port, error) from None
    for listener in [one for one in sockets.values() if getattr(one, "accepting", False)]:
        listener.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)  # its connections inherit it
        _accept_in_bulk(listener)
        _lose_patience(listener)
        answer_at_once(listener, at_hand)
    return server


def refused(host: str, port: int, error: Exception) -> ServeProblem:
    """Why nobody can listen there, in words."""
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRINUSE:
        hint = f"stop the other program, or take another port: --port {port + 1 if port < 65535 else 8000}"
        return ServeProblem(f"port {port} is in use by another program", hint)
    if number == errno.EACCES:
        return ServeProblem(f"port {port} is kept for the system's own programs", "take one above 1023: --port 8000")
    hint = "use --host 127.0.0.1, or an address of this machine, and a port from 1 to 65535"
    return ServeProblem(f"cannot listen on {host}:{port}", hint)


def _accept_in_bulk(listener: Any) -> None:
    """Takes up to a hundred new connections at a time.

    waitress takes one each time it has looked at all sockets; with thousands of slow ones that is 200 a second, and
    the reader who comes last waits for all of them.
    """
    one = listener.handle_accept

    def several() -> None:
        for _ in range(100):
            before = len(listener.active_channels)
            one()
            if len(listener.active_channels) == before or not listener.readable():
                return

    listener.handle_accept = several


def _lose_patience(listener: Any) -> None:
    """Closes connections whose request has been coming for too long, each time waitress looks for idle ones."""
    usual = listener.maintenance

    def maintenance(now: float) -> None:
        usual(now)
        for channel in listener.active_channels.values():
            if channel.request is not channel.coming:
                channel.coming, channel.seen = channel.request, now
            elif channel.coming is not None and channel.seen <= now - REQUEST_SECONDS:
                channel.will_close = True

    listener.maintenance = maintenance


def shown_address(host: str, port: int) -> str:
    """The address to open in a browser."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "*": "127.0.0.1"}.get(host, host)
    if ":" in shown and not shown.startswith("["):
        shown = f"[{shown}]"
    return f"http://{shown}:{port}/"


def allow_many_files() -> int:
    """Lets this process have as many files and connections open as the system allows it; how many that is."""
    try:
        import resource
    except ImportError:
        return FILES_NEEDED  # Windows has no such limit
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65536 if hard == resource.RLIM_INFINITY else min(hard, 65536)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
        except (ValueError, OSError):
            pass
    return 65536 if soft == resource.RLIM_INFINITY else soft
