"""Addresses of what lies outside: chats in their own programs, places on a map."""

from __future__ import annotations

from urllib.parse import quote

from podfeed.model import Chat, Location

_OSM = {"N": "node", "W": "way", "R": "relation"}


def chat_link(chat: Chat) -> str | None:
    """What opens the chat: a scheme that its programs know, or a page; None where there is none for what is said.

    IRC: draft-butcher-irc-url; XMPP: XEP-0045 §17; Matrix: matrix.to; Nostr: NIP-21.

    >>> chat_link(Chat(server="irc.example", protocol="irc", space="#morning"))
    'ircs://irc.example/morning'
    >>> chat_link(Chat(server="example.com", protocol="matrix", space="#vote:example.com"))
    'https://matrix.to/#/%23vote%3Aexample.com'
    >>> chat_link(Chat(server="x.example", protocol="xmpp", space="desk@rooms.x.example"))
    'xmpp:desk@rooms.x.example?join'
    """
    room = chat.space or ""
    if chat.protocol == "irc":
        return f"ircs://{chat.server}/{quote(room.removeprefix('#'), safe='')}"
    if chat.protocol == "matrix" and (room or chat.account):
        return f"https://matrix.to/#/{quote(room or chat.account or '', safe='@')}"
    if chat.protocol == "xmpp" and (room or chat.account):
        return f"xmpp:{quote(room, safe='@')}?join" if room else f"xmpp:{quote(chat.account or '', safe='@')}"
    if chat.protocol == "nostr" and chat.account:
        return f"nostr:{quote(chat.account, safe='')}"
    return None


def map_link(place: Location) -> str | None:
    """The place on OpenStreetMap: the object itself, else a pin at its coordinates.

    >>> map_link(Location(name="Harbour", osm="R113314#2"))
    'https://www.openstreetmap.org/relation/113314'
    >>> map_link(Location(name="Harbour", geo="geo:43.66,-70.25;u=35"))
    'https://www.openstreetmap.org/?mlat=43.66&mlon=-70.25#map=15/43.66/-70.25'
    """
    if place.osm:
        return f"https://www.openstreetmap.org/{_OSM[place.osm[0]]}/{place.osm[1:].partition('#')[0]}"
    if place.geo:
        latitude, longitude = place.geo.removeprefix("geo:").partition(";")[0].split(",")[:2]
        pin = f"mlat={latitude}&mlon={longitude}#map=15/{latitude}/{longitude}"
        return f"https://www.openstreetmap.org/?{pin}"
    return None
