"""The podcast namespace: one small function a tag, in the order in which they are written.

Source of every tag: Podcastindex-org/podcast-namespace at c0ff5ca, docs/tags/<tag>.md. Texts that "may be truncated
above" a length are shortened at a word, nothing else is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from podfeed import media_types, paths
from podfeed.model import AlternateAudio, Episode, Link, Show
from podfeed.render import chapters as marks
from podfeed.render import podcast_elements as elements
from podfeed.render import transcripts as files
from podfeed.render import words
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
    yield from elements.funding(words.of(show.language), show.funding, show.title)


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
    yield from elements.txt(show.txt)


def podroll(show: Show) -> Iterator[Tag]:
    """podroll.md: shows that this one recommends."""
    if show.podroll:
        yield tag("podcast:podroll", None, *elements.remote_items(show.podroll))


def remote_items(show: Show) -> Iterator[Tag]:
    """remoteItem.md: what a list (medium.md) or a publisher's feed consists of."""
    yield from elements.remote_items(show.remote_items)


def publisher(show: Show) -> Iterator[Tag]:
    """publisher.md: exactly one remote item, of medium publisher."""
    if show.publisher:
        yield tag("podcast:publisher", None, elements.remote_item(show.publisher))


def podping(show: Show) -> Iterator[Tag]:
    """podping.md: said only where it is true."""
    if show.podping:
        yield tag("podcast:podping", usesPodping="true")


def update_frequency(show: Show) -> Iterator[Tag]:
    """updateFrequency.md: text up to 128 characters; `dtstart` in ISO 8601; a complete show says so here too."""
    if row := show.update_frequency:
        yield tag(
            "podcast:updateFrequency",
            shorten(row.label, LONG),
            complete="true" if row.complete or show.complete else None,
            dtstart=row.start.isoformat() if row.start else None,
            rrule=row.rrule,
        )


def chat(show: Show) -> Iterator[Tag]:
    """chat.md"""
    yield from elements.chat(show.chat)


def show_socials(show: Show) -> Iterator[Tag]:
    """socialInteract.md: where the show as a whole is talked about."""
    yield from elements.socials(show.socials)


def show_locations(show: Show) -> Iterator[Tag]:
    """location.md: what place the show is about, or is made in."""
    for place in show.locations:
        yield elements.location(place)


def show_value(show: Show) -> Iterator[Tag]:
    """value.md"""
    yield from elements.value(show.value)


def images(show: Show) -> Iterator[Tag]:
    """image.md: the artwork with words for those who do not see it, then pictures for other uses."""
    if show.cover:
        yield elements.image(show, show.cover, "artwork")
    for row in show.images:
        yield elements.image(show, row)


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
    """alternateEnclosure.md, source.md, integrity.md: title and rel up to 32 characters.

    Where there are other forms of the recording, the enclosure itself is listed with them, first and as the default:
    apps that know the tag choose among what is in it.
    """
    if not episode.alternate_audio:
        return
    main = episode.audio.file
    same = [row for row in episode.alternate_audio if row.audio.file.href == main.href]
    first = replace(same[0], audio=episode.audio) if same else AlternateAudio(audio=episode.audio)
    yield _alternate(show, first, default=True)
    for row in episode.alternate_audio:
        if row.audio.file.href != main.href:
            yield _alternate(show, row, default=False)


def _alternate(show: Show, row: AlternateAudio, *, default: bool) -> Tag:
    file = row.audio.file
    return tag(
        "podcast:alternateEnclosure",
        None,
        *elements.audio_sources(show, row.audio, row.sources),
        type=file.media_type,
        length=file.length,
        bitrate=row.audio.bitrate,
        height=row.height,
        lang=row.language,
        title=shorten(row.title, SHORT) if row.title else None,
        rel=shorten(row.rel, SHORT) if row.rel else None,
        codecs=row.codecs,
        default="true" if default else None,
    )


def content_links(show: Show, episode: Episode) -> Iterator[Tag]:
    """contentLink.md: what there is outside the app: the episode's links and the primary story of every segment."""
    first = (marks.primary(segment) for segment in episode.segments)
    stories = (Link(url=link.story.link, title=link.story.label) for link in first if link)
    yield from elements.content_links((*episode.links, *stories))


def socials(show: Show, episode: Episode) -> Iterator[Tag]:
    """socialInteract.md"""
    yield from elements.socials(episode.socials)


def episode_funding(show: Show, episode: Episode) -> Iterator[Tag]:
    """funding.md: for this episode."""
    yield from elements.funding(words.of(show.language), episode.funding, episode.title)


def episode_txt(show: Show, episode: Episode) -> Iterator[Tag]:
    """txt.md: for this episode."""
    yield from elements.txt(episode.txt)


def episode_chat(show: Show, episode: Episode) -> Iterator[Tag]:
    """chat.md: takes the place of the channel's."""
    yield from elements.chat(episode.chat)


def episode_value(show: Show, episode: Episode) -> Iterator[Tag]:
    """value.md: takes the place of the channel's."""
    yield from elements.value(episode.value)


def episode_images(show: Show, episode: Episode) -> Iterator[Tag]:
    """image.md"""
    if image := episode.artwork:
        yield elements.image(show, image, "artwork")
    for row in episode.images:
        yield elements.image(show, row)


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
    publisher,
    podping,
    update_frequency,
    show_locations,
    chat,
    show_socials,
    show_value,
    images,
    remote_items,
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
    episode_chat,
    episode_funding,
    episode_txt,
    episode_value,
    episode_images,
)
