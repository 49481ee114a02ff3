"""What a publication would do to those who listen already: a show beside what its ledger says went out before.

Apps know an episode by its guid, some by its recording's address. So a changed guid or address, or an episode that is
suddenly missing, stops the publication until an editor says that it is meant. A recording that was replaced while
the times that were written for it stayed is told here too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from podfeed import paths
from podfeed.digest import digest
from podfeed.ledger import NAME, Entry, Ledger
from podfeed.model import Audio, Episode, Show
from podfeed.problem import Origin, Problem, Span, error
from podfeed.schedule import View
from podfeed.text import format_time, plural, quote_path

MANUAL = {
    "episode-lost": "An episode that was published would no longer be in the feed: its file is gone, it became a draft, or "
    "its date or embargo was moved into the future. Apps take away what is no longer in a feed, and who subscribes later "
    "never sees it. Bring it back, or say that it is meant: podfeed build --accept lost:NAME. That is recorded in "
    "ledger.json, so it is asked once; the guid stays known in case the episode comes back.",
    "guid-changed": "Apps know an episode by its guid (RSS 2.0: a string that uniquely identifies the item). With "
    "another one it is a new episode to them: every app downloads it again, and who heard it sees it as unheard. Take the "
    "new guid out of the file, or say that it is meant: podfeed build --accept guid:NAME.",
    "enclosure-changed": "The address of a recording (RSS: enclosure) changes with its name. The guid stays, so most apps "
    "see no new episode, but some know it by the address and download it again, and who has the old address finds nothing "
    "there. Give the recording its old name, or redirect the old address and say that it is meant: podfeed build "
    "--accept enclosure:NAME.",
    "site-moved": "With another url (or audio_url) in show.yaml every recording gets a new address. The guids stay. Keep "
    "the old addresses working: redirect them to the new ones (status 301), the feed's too, and for at least four weeks "
    "have the old feed say new_feed_url (Apple's guide on moving a feed). Then podfeed build --accept moved.",
    "feed-guid-changed": "The feed's own guid (podcast:guid) is assigned once and kept for life, wherever the feed moves "
    "(podcast namespace, guid.md). With another one directories take it for another show. Take guid out of show.yaml, "
    "or say that it is meant: podfeed build --accept feed-guid.",
    "ledger-missing": "The show has been published from here, but ledger.json, in which every publication is recorded, is not "
    "there (or has no line). Without it nobody can tell whether an episode would be lost, or come to every listener "
    "again under another guid. Bring it back: git checkout ledger.json, or a backup. If there was only a trial, or the ledger is "
    "lost for good, compare the new feed with the old one and say that it is meant: podfeed build --accept ledger. A new "
    "one is written then.",
    "recording-changed": "The times of segments, stories and clips were written for a recording of another length: the "
    "ledger remembers it from the last publication. Every chapter and every link would lead to the wrong moment. If "
    "something was taken out, say where with cuts; or correct the times; or, if they are right as they are, add checked "
    "with the word from the message, which stands for this one recording. A recording that lasts as long as the old one, "
    "to half a second, is not asked about: new tags or another encoding do not move times.",
}

KINDS = ("lost", "guid", "enclosure", "moved", "feed-guid", "ledger")
"""What can be accepted; the first three for one episode (`lost:vote`) or for all (`lost`)."""

SAME_LENGTH = timedelta(seconds=0.5)
"""Encoders add up to a tenth of a second of silence; nobody cuts less than half a second out of a broadcast."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A problem, and the word that accepts it (`lost:vote`); None if no flag does."""

    problem: Problem
    accept: str | None = None


def continuity(
    show: Show,
    ledger: Ledger,
    now: datetime,
    stamps: Mapping[str, str],
    problems: Collection[Problem] = (),
    released: bool = False,
) -> tuple[Finding, ...]:
    """All findings about `show` (drafts and future episodes too) if it were published at `now`.

    `stamps` are the SHA-256 of those recordings that `suspects` named, by slug; `problems` what else is wrong: a file
    with an error stops a publication anyway. `released` says that a publication lies in the public folder already.
    """
    pairs = _pairs(show, ledger)
    return (
        *_unrecorded(ledger, released, problems),
        *_feed_guid(show, ledger),
        *_lost(show, ledger, View(now=now), problems),
        *(finding for slug, episode, row in pairs for finding in _guid(slug, episode, row)),
        *_enclosures(show, pairs, stamps),
        *(f for _, episode, row in pairs if not episode.draft for f in _recording(episode, row, stamps)),
    )


def suspects(show: Show, ledger: Ledger) -> tuple[Episode, ...]:
    """The episodes whose recording must be known by its bytes before `continuity` can speak of them."""
    pairs = _pairs(show, ledger)
    return tuple(e for _, e, row in pairs if _moved_times(e, row) or row.enclosure != paths.audio_url(show, e.audio))


def accepted(findings: Iterable[Finding], words: Collection[str]) -> tuple[Finding, ...]:
    """Those that one of the words accepts; a kind alone (`lost`) accepts all of the kind."""
    return tuple(f for f in findings if f.accept and (f.accept in words or f.accept.partition(":")[0] in words))


Pair = tuple[str, Episode, Entry]


def _pairs(show: Show, ledger: Ledger) -> tuple[Pair, ...]:
    """Each published episode that is there still, with what was published of it and the name it was known under."""
    by_guid = {row.guid: (slug, row) for slug, row in ledger.episodes.items()}
    own = {episode.guid for episode in show.episodes}
    found: list[Pair] = []
    for episode in show.episodes:
        if episode.guid in by_guid:
            found.append((episode.slug, episode, by_guid[episode.guid][1]))
        elif (row := ledger.episodes.get(episode.slug)) and row.guid not in own and row.removed is None:
            found.append((episode.slug, episode, row))
    return tuple(found)


def _place(origin: Origin | None, *path: str | int) -> Span:
    return origin.span(*path) if origin else Span("show.yaml")


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


# --- lost, and known by another guid -------------------------------------------------------------------


def _unrecorded(ledger: Ledger, released: bool, problems: Collection[Problem]) -> Iterator[Finding]:
    if released and ledger == Ledger() and not any(p.span.path == NAME for p in problems):
        message = "the show is out already, and the record of it is gone: nobody can tell what listeners would notice"
        hint = "restore ledger.json (git checkout ledger.json); if it is lost for good, or there was only a trial: "
        problem = error("ledger-missing", message, Span(NAME), hint + "podfeed build --accept ledger")
        yield Finding(problem=problem, accept="ledger")


def _feed_guid(show: Show, ledger: Ledger) -> Iterator[Finding]:
    if ledger.guid and ledger.guid.lower() != show.guid:
        message = f"apps and directories would take this feed for another show: its guid was {ledger.guid}"
        hint = "take guid out of show.yaml, or accept it with: podfeed build --accept feed-guid"
        yield Finding(
            problem=error("feed-guid-changed", message, _place(show.origin, "guid"), hint), accept="feed-guid"
        )


def _lost(show: Show, ledger: Ledger, view: View, problems: Collection[Problem]) -> Iterator[Finding]:
    paired = {row.guid: episode for _, episode, row in _pairs(show, ledger)}
    of_file: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        of_file[problem.span.path.partition(".")[0]].append(problem)
    for slug, row in ledger.episodes.items():
        episode = paired.get(row.guid)
        told = of_file.get(f"episodes/{slug}", [])
        if row.removed or (episode is None and any(p.is_error for p in told)):
            continue
        if episode is None:
            yield _gone(slug, row, there=bool(told))
        elif not view.shows(draft=episode.draft, release=episode.release, published=row.published):
            yield _hidden(slug, episode, row)


def _gone(slug: str, row: Entry, there: bool) -> Finding:
    why = "it is a draft now, with mistakes" if there else "its file is gone"
    message = f"the episode `{slug}`, out since {_day(row.published)}, would vanish from every app: {why}"
    hint = f"put the file back; if it has a new name and a new recording, add guid: {row.guid} to it; if it shall go: "
    if there:
        hint = "take draft out and correct the mistakes; if it shall go: "
    word = f"lost:{slug}"
    problem = error("episode-lost", message, Span(f"episodes/{slug}.yaml"), f"{hint}podfeed build --accept {word}")
    return Finding(problem=problem, accept=word)


def _hidden(slug: str, episode: Episode, row: Entry) -> Finding:
    """`slug` is the name that the ledger has, which a renamed file no longer bears."""
    if episode.draft:
        key, why, what = "draft", "it is a draft now", "take draft out"
    elif episode.embargo and episode.embargo > episode.date:
        key, why, what = "embargo", "its embargo has not ended", "take the embargo out"
    else:
        key, why, what = "date", "its date has not come", "write a date that has passed"
    message = f"this episode, out since {_day(row.published)}, would vanish from every app: {why}"
    word = f"lost:{slug}"
    hint = f"{what}; if it shall go: podfeed build --accept {word}"
    return Finding(problem=error("episode-lost", message, _place(episode.origin, key), hint), accept=word)


def _guid(slug: str, episode: Episode, row: Entry) -> Iterator[Finding]:
    if episode.guid != row.guid and not episode.draft:
        message = f"every app would download this episode again: it went out with the guid {row.guid}"
        word = f"guid:{slug}"
        hint = f"take guid out, or accept it with: podfeed build --accept {word}"
        yield Finding(problem=error("guid-changed", message, _place(episode.origin, "guid"), hint), accept=word)


# --- recordings at other addresses ---------------------------------------------------------------------


def _enclosures(show: Show, pairs: Iterable[Pair], stamps: Mapping[str, str]) -> Iterator[Finding]:
    moved: dict[str, list[Episode]] = defaultdict(list)
    for slug, episode, row in pairs:
        address = paths.audio_url(show, episode.audio)
        if episode.draft or address == row.enclosure or row.removed:
            continue
        base = _base(episode.audio, row)
        if base is not None:
            moved[base].append(episode)
        else:
            yield _renamed(slug, episode, row, stamps)
    for base, episodes in moved.items():
        yield _moved(show, base, episodes)


def _base(audio: Audio, row: Entry) -> str | None:
    """Where recordings were, if only that part of the address is another; None if the recording's own name is."""
    if paths.is_elsewhere(audio.file.href):
        return None
    name = quote_path(audio.file.href.removeprefix(paths.MEDIA))
    return row.enclosure.removesuffix(name) if row.enclosure.endswith("/" + name) else None


def _moved(show: Show, base: str, episodes: list[Episode]) -> Finding:
    first = episodes[0].audio
    name = quote_path(first.file.href.removeprefix(paths.MEDIA))
    new = paths.audio_url(show, first).removesuffix(name)
    message = f"the recordings of {plural(len(episodes), 'episode')} get new addresses: they were in {base}, and would be in {new}"
    hint = (
        "some apps would download them again and others find nothing: redirect the old addresses (podfeed explain "
        "site-moved), then podfeed build --accept moved"
    )
    origin = show.origin
    place = _place(origin, "audio_url" if show.audio_url else "url")
    return Finding(problem=error("site-moved", message, place, hint), accept="moved")


def _renamed(slug: str, episode: Episode, row: Entry, stamps: Mapping[str, str]) -> Finding:
    old = row.enclosure.rpartition("/")[2]
    if row.stamp and stamps.get(episode.slug) == row.stamp:
        what, do = "this recording went out before under another name", "give it that name again"
    else:
        what, do = "this episode went out with a recording of another name", "give the recording that name"
    message = f"{what}, {old}: apps that know an episode by the address of its recording would download it again"
    word = f"enclosure:{slug}"
    hint = f"{do}; or redirect {row.enclosure} to the new address, and accept it: podfeed build --accept {word}"
    return Finding(problem=error("enclosure-changed", message, _place(episode.origin, "audio"), hint), accept=word)


# --- times bound to a recording ------------------------------------------------------------------------


def _moved_times(episode: Episode, row: Entry) -> bool:
    """Whether the recording lasts longer or shorter than the one for which the times were written."""
    if row.duration is None or not row.times or row.times != episode.times:
        return False
    if paths.is_elsewhere(episode.audio.file.href) and episode.audio.file.length == row.length:
        return False  # only its duration was corrected in the file
    return abs(episode.audio.duration - timedelta(seconds=row.duration)) > SAME_LENGTH


def _recording(episode: Episode, row: Entry, stamps: Mapping[str, str]) -> Iterator[Finding]:
    stamp = stamps.get(episode.slug) or _said(episode.audio)
    if not _moved_times(episode, row) or row.stamp == stamp:
        return
    word = stamp[:8]
    if (episode.checked or "").casefold() == word:
        return
    old, new = timedelta(seconds=row.duration or 0), episode.audio.duration
    lengths = [format_time(old), format_time(new)]
    if lengths[0] == lengths[1]:
        lengths = [f"{length.total_seconds():.1f} seconds" for length in (old, new)]
    message = f"the times here were written for a recording of {lengths[0]}; this one lasts {lengths[1]}"
    if episode.checked:
        message += f" (checked: {episode.checked} is about another recording)"
    hint = f"if the times are right as they are, add the line checked: {word}; if not, correct them"
    if old - new >= timedelta(seconds=1):
        cut = format_time(timedelta(seconds=round((old - new).total_seconds())))
        hint += (
            f", or say where the {cut} were taken out, such as cuts: [{{at: {format_time(old / 2)}, removed: {cut}}}]"
        )
    yield Finding(problem=error("recording-changed", message, _place(episode.origin, "audio"), hint))


def _said(audio: Audio) -> str:
    """Stands for a recording elsewhere, which cannot be read: a digest of what the editor says of it."""
    return digest(audio.file.href, audio.file.length, audio.duration)


def as_notes(findings: Iterable[Finding]) -> tuple[Problem, ...]:
    """The findings where nothing is published: in a preview of drafts nobody loses anything."""
    return tuple(replace(f.problem, level="warning") for f in findings)
