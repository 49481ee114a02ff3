"""The addresses of a feed asked over the network, a few at a time, through the one guarded client.

What comes back (pictures, chapters) is a stranger's and is looked at in the worker that may be killed. The guard lets
nobody's feed lead to this computer or its network, with one exception: a feed that was itself fetched from there, by an
address that a person typed, may name files of that same server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from ipaddress import ip_address
from urllib.parse import urlsplit

from podfeed import net
from podfeed.check.online import ORIGIN, Ask, Picture, Reply, Said, findings
from podfeed.net_addresses import is_public
from podfeed.problem import Problem
from podfeed.worker import Died, Limits, Worker

AT_ONCE = 4
SECONDS = 20.0  # for one question
LOOKING = Limits(seconds=5, memory=1024 * 1024 * 1024, patience=60)
MOST = {"recording": 64 * 1024, "artwork": 5_000_000, "transcript": 5_000_000, "chapters": 2_000_000}
"""Bytes that are read of an answer."""
ITEMS = 10
"""Of so many items, the first ones, the addresses are asked, unless all are wanted."""

NOWHERE = ("net-unknown-host", "net-no-connection")


def judge(
    asks: Iterable[Ask], addresses: tuple[str, ...], step: Callable[[str], object] | None = None
) -> tuple[Problem, ...] | str:
    """What the rules of the answers find; a sentence if nobody could be reached at all, so that nothing can be said.

    `addresses` are those under which the feed itself was served; `step` is called after each address.
    """
    asks = tuple(asks)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = []
        for answer in pool.map(lambda ask: _asked(ask, _is_own(ask.url, addresses)), asks):
            answers.append(answer)
            if step:
                step(answer[0].ask.url)
    if asks and all(reason in NOWHERE for _, _, reason in answers):
        return "no server that the feed names could be reached; is there a connection to the internet?"
    with Worker("podfeed.feed_check_worker", LOOKING) as worker:
        replies = [_looked_at(reply, body, worker) for reply, body, _ in answers]
    return tuple(problem for reply in replies for problem in findings(reply))


def _is_own(url: str, addresses: tuple[str, ...]) -> bool:
    """Whether the address is of the server inside this network that the person named."""
    if not addresses:
        return False
    typed, asked = urlsplit(addresses[0]), urlsplit(url)
    return _inside(typed.hostname or "") and (typed.scheme, typed.netloc) == (asked.scheme, asked.netloc)


def _inside(host: str) -> bool:
    """By what is written alone: a name could be led anywhere by whoever answers for it."""
    try:
        return not is_public(str(ip_address(host)))
    except ValueError:
        return host == "localhost"


def _asked(ask: Ask, own: bool) -> tuple[Reply, bytes, str]:
    """HEAD and GET; the body; the code of the guard's refusal, if that is what came."""
    headers = {"Origin": ORIGIN} if ask.kind in ("transcript", "chapters") else {}
    if ask.kind == "recording":
        headers = {"Range": "bytes=0-1"}
    head = net.fetch(ask.url, method="HEAD", deadline=SECONDS, allow_private=own)
    got = net.fetch(ask.url, headers=headers, deadline=SECONDS, max_bytes=MOST[ask.kind], allow_private=own)
    body = got.body if isinstance(got, net.Answer) and got.fine else b""
    reason = got.code if isinstance(got, net.Refused) else ""
    return Reply(ask=ask, head=_said(head), get=_said(got, head)), body, reason


def _said(answer: net.Answer | net.Refused, head: net.Answer | net.Refused | None = None) -> Said:
    if isinstance(answer, net.Answer):
        return Said(status=answer.status, headers=answer.headers)
    if answer.code == "net-too-big":  # it was there, and too much of it: what it is, HEAD may have said
        headers = head.headers if isinstance(head, net.Answer) and head.fine else {}
        return Said(headers=headers, endless=True)
    return Said(wrong=answer.message)


def _looked_at(reply: Reply, body: bytes, worker: Worker) -> Reply:
    if not body or reply.ask.kind not in ("artwork", "chapters"):
        return reply
    found = worker.ask({"look": reply.ask.kind}, body)
    if isinstance(found, Died):
        return (
            replace(reply, chapters="takes too much time or memory to read") if reply.ask.kind == "chapters" else reply
        )
    if reply.ask.kind == "chapters":
        return replace(reply, chapters=found["wrong"])
    return replace(reply, picture=Picture(**found["picture"]) if found["picture"] else None)
