"""The podcast namespace: one small function a tag, in the order in which they are written.

Source of every tag: Podcastindex-org/podcast-namespace at c0ff5ca, docs/tags/<tag>.md. Texts that "may be truncated
above" a length are shortened at a word, nothing else is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from podfeed import media_types, paths
from podfeed.model import Episode, Show
from podfeed.render import chapters as marks
from podfeed.render import podcast_elements as elements
from podfeed.render import transcripts as files
from podfeed.render.podcast_elements import LONG, SHORT
from podfeed.render.tags import Tag, tag
from podfeed.text import seconds, shorten

# --- the show ---------------------------------------------------------------------------------------------


def guid(show: Show) -> Iterator[Tag]:
    """guid.md: assigned once, kept for life."""
    yield tag("podcast:guid", show.guid)


def locked(show: Show) -> Iterator[Tag]:
    """locked.md: whether others may import the feed; the owner's address is where to ask."""
    yield tag("podcast:locked", "yes" if show.locked else "no", owner=show.owner.email)


def medium(show: Show) -> Iterator[Tag]:
    """medium.md"""
    yield tag("podcast:medium", show.medium)


def funding(show: Show) -> Iterator[Tag]:
    """funding.md: text up to 128 characters."""
    for link in show.funding:
        yield tag("podcast:funding", shorten(link.title, LONG), url=link.url)


def persons(show: Show) -> Iterator[Tag]:
    """person.md: who is heard in every episode that names nobody of its own."""
    for credit in show.hosts:
        yield elements.person(show, credit, "Host")
    for credit in show.crew:
        yield elements.person(show, credit, credit.role)


def show_license(show: Show) -> Iterator[Tag]:
    """license.md"""
    yield from elements.license(show.license)


def trailers(show: Show) -> Iterator[Tag]:
    """trailer.md: title up to 128 characters; the newest is the one that apps play."""
    for trailer in sorted(show.trailers, key=lambda trailer: trailer.date, reverse=True):
        yield elements.trailer(show, trailer)


def block(show: Show) -> Iterator[Tag]:
    """block.md: services that may, services that may not, then everybody."""
    for row in sorted(show.block, key=lambda row: (row.service is None, row.blocked)):
        yield tag("podcast:block", "yes" if row.blocked else "no", id=row.service)


def txt(show: Show) -> Iterator[Tag]:
    """txt.md: free text, mostly proofs of ownership, so never touched."""
    for row in show.txt:
        yield tag("podcast:txt", row.text, purpose=row.purpose)


def podroll(show: Show) -> Iterator[Tag]:
    """podroll.md: shows that this one recommends."""
    if show.podroll:
        yield tag("podcast:podroll", None, *(elements.remote_item(item) for item in show.podroll))


def update_frequency(show: Show) -> Iterator[Tag]:
    """updateFrequency.md: text up to 128 characters; `dtstart` in ISO 8601."""
    if row := show.update_frequency:
        yield tag(
            "podcast:updateFrequency",
            shorten(row.label, LONG),
            complete="true" if row.complete else None,
            dtstart=row.start.isoformat() if row.start else None,
            rrule=row.rrule,
        )


def chat(show: Show) -> Iterator[Tag]:
    """chat.md"""
    if row := show.chat:
        yield tag("podcast:chat", server=row.server, protocol=row.protocol, accountId=row.account, space=row.space)


def show_value(show: Show) -> Iterator[Tag]:
    """value.md"""
    yield from elements.value(show.value)


def cover(show: Show) -> Iterator[Tag]:
    """image.md: the artwork with words for those who do not see it."""
    yield elements.image(show, show.cover)


# --- an episode -------------------------------------------------------------------------------------------


def season(show: Show, episode: Episode) -> Iterator[Tag]:
    """season.md: name up to 128 characters."""
    if episode.season is not None:
        name = shorten(episode.season_name, LONG) if episode.season_name else None
        yield tag("podcast:season", str(episode.season), name=name)


def number(show: Show, episode: Episode) -> Iterator[Tag]:
    """episode.md: display up to 32 characters."""
    if episode.number is not None:
        display = shorten(episode.number_display, SHORT) if episode.number_display else None
        yield tag("podcast:episode", str(episode.number), display=display)


def episode_persons(show: Show, episode: Episode) -> Iterator[Tag]:
    """person.md: an item's persons take the place of the channel's, so hosts and the show's crew are repeated."""
    if not episode.credits:
        return
    hosts = {(credit.person.slug, credit.role.casefold()) for credit in episode.hosts}
    crew = {(credit.person.slug, credit.role.casefold()) for credit in (*episode.crew, *show.crew)}
    unique = {(credit.person.slug, credit.role.casefold()): credit for credit in (*episode.credits, *show.crew)}
    for key, credit in unique.items():
        yield elements.person(show, credit, "Host" if key in hosts else credit.role if key in crew else "Guest")


def locations(show: Show, episode: Episode) -> Iterator[Tag]:
    """location.md: name up to 128 characters."""
    for place in episode.locations:
        yield elements.location(place)


def episode_license(show: Show, episode: Episode) -> Iterator[Tag]:
    """license.md"""
    yield from elements.license(episode.license)


def chapters(show: Show, episode: Episode) -> Iterator[Tag]:
    """chapters.md"""
    if marks.has_chapters(episode):
        url = paths.absolute(show, paths.chapters(episode.slug))
        yield tag("podcast:chapters", url=url, type=media_types.CHAPTERS_JSON)


def transcripts(show: Show, episode: Episode) -> Iterator[Tag]:
    """transcript.md: every form there is; `rel="captions"` says that a form has time codes."""
    for form in files.forms(episode):
        url = form.href if paths.is_elsewhere(form.href) else paths.absolute(show, form.href)
        captions = "captions" if form.captions else None
        language = form.language or show.language
        yield tag("podcast:transcript", url=url, type=form.media_type, language=language, rel=captions)


def soundbites(show: Show, episode: Episode) -> Iterator[Tag]:
    """soundbite.md: plain decimals; the text may be blank, or up to 128 characters."""
    for clip in episode.clips:
        title = shorten(clip.title, LONG) if clip.title else None
        yield tag("podcast:soundbite", title, startTime=seconds(clip.start), duration=seconds(clip.duration))


def alternate_enclosures(show: Show, episode: Episode) -> Iterator[Tag]:
    """alternateEnclosure.md, source.md: title up to 32 characters."""
    for row in episode.alternate_audio:
        file = row.audio.file
        source = tag("podcast:source", uri=paths.audio_url(show, row.audio), contentType=file.media_type)
        yield tag(
            "podcast:alternateEnclosure",
            None,
            source,
            type=file.media_type,
            length=file.length,
            bitrate=row.audio.bitrate,
            lang=row.language,
            title=shorten(row.title, SHORT) if row.title else None,
        )


def content_links(show: Show, episode: Episode) -> Iterator[Tag]:
    """contentLink.md: what there is outside the app: the episode's links and the primary story of every segment.

    Addresses inside the namespace must be https (docs/1.0.md); others are on the page and in the notes.
    """
    named = [(link.url, link.title) for link in episode.links]
    first = (marks.primary(segment) for segment in episode.segments)
    named += [(link.story.link, link.story.label) for link in first if link]
    unique: dict[str, str] = {}
    for url, words in named:
        unique.setdefault(url, words)
    for url, words in unique.items():
        if url.startswith("https://"):
            yield tag("podcast:contentLink", words, href=url)


def socials(show: Show, episode: Episode) -> Iterator[Tag]:
    """socialInteract.md"""
    for row in episode.socials:
        yield tag(
            "podcast:socialInteract",
            protocol=row.protocol,
            uri=row.uri,
            accountId=row.account,
            accountUrl=row.account_url,
            priority=row.priority,
        )


def episode_value(show: Show, episode: Episode) -> Iterator[Tag]:
    """value.md: takes the place of the channel's."""
    yield from elements.value(episode.value)


def episode_image(show: Show, episode: Episode) -> Iterator[Tag]:
    """image.md"""
    if episode.image:
        yield elements.image(show, episode.image)


CHANNEL_TAGS: tuple[Callable[[Show], Iterator[Tag]], ...] = (
    guid,
    locked,
    medium,
    funding,
    persons,
    show_license,
    trailers,
    block,
    txt,
    podroll,
    update_frequency,
    chat,
    show_value,
    cover,
)

EPISODE_TAGS: tuple[Callable[[Show, Episode], Iterator[Tag]], ...] = (
    season,
    number,
    episode_persons,
    locations,
    episode_license,
    chapters,
    transcripts,
    soundbites,
    alternate_enclosures,
    content_links,
    socials,
    episode_value,
    episode_image,
)
