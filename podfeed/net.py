"""Asking other servers: the one place where podfeed speaks HTTP to the outside.

`fetch` gives an `Answer` or a `Refused` with a sentence for people, never an exception. What a stranger's address or
server can do is bounded: only http and https on their own ports; the name is resolved here, once, and the connection
goes to the very address that was looked at, so a name that moves between two look-ups gains nothing; addresses that
are not of the public internet are refused, on every redirect too; one deadline holds for the whole of it, whatever the
server drips; a cap holds for the bytes. Nothing comes from the environment (no proxy), nothing is kept (no cookies),
nothing is unpacked.

`http.client` on a socket of our own, because that pins the address by construction; a pool of urllib3 opens its own
socket, out of reach of the deadline until the headers are there.
"""

from __future__ import annotations

import http.client
import os
import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urljoin

from podfeed import __version__
from podfeed.net_addresses import Target, Unfit, is_public, target
from podfeed.text import format_bytes

USER_AGENT = f"podfeed/{__version__}"
PORTS = frozenset((80, 443))
REDIRECTS = 5
LOOKUPS = 4  # addresses of a name that are tried
CHUNK = 64 * 1024
MOVED = frozenset((301, 302, 303, 307, 308))  # RFC 9110 §15.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server said: `url` is where the redirects ended, `headers` have names in lower case."""

    url: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)
    length: int = 0

    @property
    def fine(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why there is no answer. `code` is a stable word, `message` a sentence, `url` the address that it is about."""

    code: str
    message: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ask:
    method: str
    headers: Mapping[str, str]
    max_bytes: int


def fetch(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    deadline: float = 10.0,
    max_bytes: int = 512 * 1024,
    allow_private: bool = False,
) -> Answer | Refused:
    """Ask `url`, following up to five redirects, within `deadline` seconds and `max_bytes` of body.

    An answer with any status is an `Answer`. `allow_private` lets in this computer, its network and every port: for an address
    that a person typed on purpose, never for one that was read somewhere, nor for another server to which it leads.
    """
    ask = _Ask(method=method, headers=headers or {}, max_bytes=max_bytes)
    until = time.monotonic() + deadline
    meant = _host(url) if allow_private else None
    for _ in range(REDIRECTS + 1):
        answer = _once(url, ask, until, private=meant is not None and _host(url) == meant)
        if isinstance(answer, Refused) or answer.status not in MOVED or "location" not in answer.headers:
            return answer
        try:
            url = urljoin(answer.url, answer.headers["location"].strip())
        except ValueError:
            return _refused("net-address", f"`{answer.url}` leads to an address that cannot be read", answer.url)
    return _refused("net-redirects", f"`{url}` is only one of more than {REDIRECTS} redirects", url)


def _host(url: str) -> str | None:
    found = target(url)
    return None if isinstance(found, Unfit) else found.host


def _once(url: str, ask: _Ask, until: float, *, private: bool) -> Answer | Refused:
    """One request, without its redirects."""
    found = target(url)
    if isinstance(found, Unfit):
        return _refused("net-address", found.message, url)
    if found.port not in PORTS and not private:
        return _refused("net-port", f"`{url}` is not on the ports of the web, 80 and 443", url)
    try:
        addresses = _resolve(found, until)
        if isinstance(addresses, Refused):
            return addresses
        if not private and (inside := [a for a in addresses if not is_public(a)]):
            return _refused("net-private", f"`{found.host}` is not on the public internet ({inside[0]})", url)
        with _connection(found, addresses, until) as connection:
            return _exchange(connection, found, ask, until)
    except _Stopped as stopped:
        return _refused(stopped.code, stopped.message, url)
    except ssl.SSLError as wrong:
        if time.monotonic() >= until:
            return _too_slow(found)
        reason = getattr(wrong, "verify_message", "") or (wrong.reason or "").replace("_", " ").lower()
        return _refused("net-certificate", f"the secure connection to `{found.host}` failed ({reason})", url)
    except Exception as wrong:  # http.client lets ValueError, UnicodeError and others out for what servers send
        if time.monotonic() >= until or isinstance(wrong, TimeoutError):
            return _too_slow(found)
        if isinstance(wrong, OSError) and not isinstance(wrong, ConnectionResetError) and wrong.strerror:
            return _refused("net-no-connection", f"`{found.host}` cannot be reached ({wrong.strerror.lower()})", url)
        return _refused("net-garbled", f"`{found.host}` gave an answer that cannot be read", url)


class _Stopped(Exception):
    """Something that ends a request, on its way to being a `Refused`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def _refused(code: str, message: str, url: str) -> Refused:
    return Refused(code=code, message=message, url=url)


def _too_slow(found: Target) -> Refused:
    return _refused("net-too-slow", f"`{found.host}` did not answer in time", found.url)


def _resolve(found: Target, until: float) -> list[str] | Refused:
    """The addresses of the name. The system's look-up knows no time limit, so it waits in a thread of its own."""
    answers: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            rows = socket.getaddrinfo(found.host, found.port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(row[4][0]) for row in rows)))
        except (OSError, UnicodeError) as wrong:
            answers.put(OSError(str(wrong)))

    threading.Thread(target=look_up, daemon=True).start()
    try:
        result = answers.get(timeout=max(0.0, until - time.monotonic()))
    except queue.Empty:
        return _too_slow(found)
    if isinstance(result, OSError):
        return _refused("net-unknown-host", f"there is no server of the name `{found.host}`", found.url)
    return result


@contextmanager
def _connection(found: Target, addresses: list[str], until: float) -> Iterator[http.client.HTTPConnection]:
    """A connection to one of the addresses that ends at `until`, whatever it is waiting for."""
    raw = _connect(found, addresses[:LOOKUPS], until)
    guard = socket.socket(fileno=os.dup(raw.fileno()))  # the same connection, whatever wraps the other handle
    timer = threading.Timer(max(0.0, until - time.monotonic()), _end, (guard,))
    timer.daemon = True
    timer.start()
    opened: socket.socket = raw
    try:
        raw.settimeout(max(0.01, until - time.monotonic()))
        if found.secure:
            opened = ssl.create_default_context().wrap_socket(raw, server_hostname=found.host)
        connection = http.client.HTTPConnection(found.host, found.port)
        connection.sock = opened
        connection.auto_open = 0  # it never opens a socket of its own
        yield connection
    finally:
        timer.cancel()
        opened.close()
        guard.close()


def _connect(found: Target, addresses: Sequence[str], until: float) -> socket.socket:
    wrong: OSError | None = None
    for number, address in enumerate(addresses):
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        try:  # one that is silent leaves time for the others
            return socket.create_connection((address, found.port), timeout=left / (len(addresses) - number))
        except OSError as refusal:
            wrong = refusal
    raise wrong or OSError("no address")


def _end(guard: socket.socket) -> None:
    with suppress(OSError):
        guard.shutdown(socket.SHUT_RDWR)


def _exchange(connection: http.client.HTTPConnection, found: Target, ask: _Ask, until: float) -> Answer:
    given = {"User-Agent": USER_AGENT, "Accept": "*/*", **ask.headers, "Accept-Encoding": "identity"}
    connection.request(ask.method, found.request, headers={**given, "Connection": "close"})
    with connection.getresponse() as response:
        headers = {name.lower(): value for name, value in reversed(response.getheaders())}  # the first of a name counts
        kept: list[bytes] = []
        length = 0
        if ask.method != "HEAD" and response.status not in MOVED:
            _plain(headers, found)
            for piece in _pieces(response, until):
                length += len(piece)
                if length > ask.max_bytes:
                    limit = format_bytes(ask.max_bytes)
                    raise _Stopped("net-too-big", f"`{found.url}` is bigger than {limit}")
                kept.append(piece)
        return Answer(url=found.url, status=response.status, headers=headers, body=b"".join(kept), length=length)


def _plain(headers: Mapping[str, str], found: Target) -> None:
    """Refuse what would have to be unpacked: we ask for `identity`, and a bomb needs a compression."""
    coding = headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("", "identity"):
        raise _Stopped("net-packed", f"`{found.host}` answers in a compressed form that was not asked for")


def _pieces(response: http.client.HTTPResponse, until: float) -> Iterator[bytes]:
    """The body piece by piece. A body that ends before its length says so, or at the deadline, is no body."""
    while piece := response.read1(CHUNK):
        yield piece
    if time.monotonic() >= until:
        raise TimeoutError
    if response.length:  # what was announced and did not come; read1 keeps silent about it
        raise _Stopped("net-broken-off", "the connection broke off before the end")
