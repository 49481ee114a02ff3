"""Which web addresses may be asked, and which addresses of the network are of the public internet: pure functions.

Python's `is_global` lets pass what leads into private networks by a detour (6to4, NAT64, `fec0::/10`), so IPv6 is
told by what is allowed: global unicast (RFC 4291 §2.4), less the registries' special blocks (RFC 6890 and later).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from podfeed.text import ascii_url

GLOBAL_V6 = IPv6Network("2000::/3")
SPECIAL_V6 = (
    IPv6Network("2001::/23"),  # Teredo, benchmarking, ORCHID and other protocols (RFC 2928)
    IPv6Network("2001:db8::/32"),  # documentation
    IPv6Network("2002::/16"),  # 6to4: an IPv4 address of anybody's choice is inside
    IPv6Network("3fff::/20"),  # documentation (RFC 9637)
)
SPECIAL_V4 = (
    IPv4Network("192.0.0.0/24"),  # protocols; Python counts two of its addresses as global
    IPv4Network("192.88.99.0/24"),  # relays of 6to4
    IPv4Network("168.63.129.16/32"),  # answers inside one cloud as its own metadata server
)


def is_public(address: str) -> bool:
    """Whether a numeric address is one of the public internet, and of one machine there.

    >>> [is_public(a) for a in ("93.184.216.34", "10.0.0.1", "100.64.0.1", "::1", "::ffff:8.8.8.8", "fe80::1%eth0")]
    [True, False, False, False, False, False]
    """
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv4Address):
        return found.is_global and not found.is_multicast and not any(found in block for block in SPECIAL_V4)
    if found.scope_id is not None:
        return False
    return found in GLOBAL_V6 and not any(found in block for block in SPECIAL_V6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An address that may be asked: `host` in ASCII, `request` what stands in the request's first line."""

    url: str
    secure: bool
    host: str
    port: int
    request: str


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why an address cannot be asked, as a sentence."""

    message: str


def target(url: str) -> Target | Unfit:
    """What to ask for `url`, which may hold characters outside ASCII.

    >>> target("https://zeitung.example/straße?q=1#top").request
    '/stra%C3%9Fe?q=1'
    >>> target("file:///etc/passwd").message
    '`file:///etc/passwd` is not a web address: it begins with http:// or https://'
    >>> target("http://2130706433/").message
    '`http://2130706433/` has a number in place of a name'
    """
    shown = url if len(url) <= 200 else url[:199] + "…"
    try:
        plain = ascii_url(re.sub(r"[ \"<>\\^`{|}]", lambda m: f"%{ord(m[0]):02X}", url.strip()))
        parts = urlsplit(plain)
        port = parts.port
    except ValueError:
        return Unfit(f"`{shown}` is not an address that can be read")
    if parts.scheme not in ("http", "https"):
        return Unfit(f"`{shown}` is not a web address: it begins with http:// or https://")
    if re.search(r"[\x00-\x20\x7f]", plain) or "%" in parts.netloc:
        return Unfit(f"`{shown}` has characters that no web address has")
    if "@" in parts.netloc:
        return Unfit(f"`{shown}` has a name or password in it; leave it out")
    host = (parts.hostname or "").rstrip(".")
    if wrong := _unfit_host(host):
        return Unfit(f"`{shown}` has {wrong}")
    secure = parts.scheme == "https"
    request = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(url=plain, secure=secure, host=host, port=port or (443 if secure else 80), request=request)


def _unfit_host(host: str) -> str | None:
    """What is wrong with a host: numbers that some systems read as an address, and what is no name."""
    if ":" in host:
        try:
            return "a zone in its address" if IPv6Address(host).scope_id else None
        except ValueError:
            return "no server's name"
    if re.fullmatch(r"(0x[0-9a-f]*|\d+)", host.rpartition(".")[2]):
        try:
            IPv4Address(host)  # four decimal numbers without leading zeros, nothing else
            return None
        except ValueError:
            return "a number in place of a name"
    if not re.fullmatch(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*", host) or len(host) > 253:
        return "no server's name"
    return None
