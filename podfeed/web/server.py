"""The process that listens: waitress with settings that slow clients cannot exhaust, the one module that knows it.

The settings were measured against 2,500 connections that send or read nothing; a test that repeats it is still to come.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable
from typing import Any

SETTINGS: dict[str, Any] = {
    "threads": 16,
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
}
FILES_NEEDED = 4096

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
        ready(_address(host, server))
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()


def _listen(app: Callable[..., Any], host: str, port: int) -> Any:
    from waitress import create_server

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a full queue is no news for an editor
    # Some editors' machines resolve localhost to ::1 first; the brackets of a written address are not part of it.
    bare = host.strip("[]")
    try:
        return create_server(app, host=bare, port=port, **SETTINGS)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            hint = f"stop the other program, or take another port: --port {port + 1 if port < 65535 else 8000}"
            raise ServeProblem(f"port {port} is in use by another program", hint) from None
        if error.errno == errno.EACCES:
            hint = "take one above 1023: --port 8000"
            raise ServeProblem(f"port {port} is kept for the system's own programs", hint) from None
        hint = "use --host 127.0.0.1, or the address of this machine"
        raise ServeProblem(f"cannot listen on {host}:{port}: {error.strerror or error}", hint) from None
    except (ValueError, OverflowError):
        hint = "use --host 127.0.0.1, or the address of this machine, and a port from 1 to 65535"
        raise ServeProblem(f"cannot listen on {host}:{port}", hint) from None


def _address(host: str, server: Any) -> str:
    """The address to open in a browser."""
    port = getattr(server, "effective_port", None) or server.effective_listen[0][1]
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
