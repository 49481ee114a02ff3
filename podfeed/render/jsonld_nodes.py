"""The nodes of the JSON-LD graph: how shows, episodes, segments, articles and people are said in schema.org's words.

`podfeed.render.jsonld` puts them together, one graph a page, and explains the choices.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import timedelta

from podfeed import cuts, paths
from podfeed.appearances import Appearance, Mention
from podfeed.model import Airing, Correction, Credit, Episode, Image, License, Person, Relation, Segment, Show, Story
from podfeed.render import transcripts
from podfeed.render.chapters import number
from podfeed.render.companion import modified, on_air, present, segment_url
from podfeed.text import format_bytes, iso_duration, squash

PROPERTIES: dict[Relation, str] = {
    "about": "about",
    "mentions": "mentions",
    "source": "isBasedOn",
    "background": "citation",
    "follow-up": "mentions",
}

Node = dict[str, object]


# --- the show and its episodes -------------------------------------------------------------------------


def series_id(show: Show) -> str:
    return f"{show.url}#show"


def series_brief(show: Show, **more: object) -> Node:
    return present(
        **{"@type": ["RadioSeries", "PodcastSeries"], "@id": series_id(show)},
        name=show.title,
        url=show.url,
        webFeed=paths.absolute(show, paths.FEED),
        **more,
    )


def series_node(show: Show, **more: object) -> Node:
    station = show.station
    return series_brief(
        show,
        alternateName=show.tagline,
        description=squash(show.description),
        inLanguage=show.language,
        image=_picture(show, show.cover),
        author={"@type": "Organization", "name": show.author},
        actor=_roles(show, show.hosts, "actor"),
        contributor=_roles(show, show.crew, "contributor"),
        publisher=station and {"@type": "RadioStation", **present(name=station.name, url=station.url)},
        license=_license(show.license),
        copyrightNotice=show.copyright,
        **more,
    )


def _picture(show: Show, image: Image | None) -> str | None:
    return paths.image_url(show, image) if image else None


def _episode_id(show: Show, episode: Episode) -> str:
    return paths.episode_url(show, episode) + "#episode"


def episode_brief(show: Show, episode: Episode, **more: object) -> Node:
    return present(
        **{"@type": ["PodcastEpisode", "RadioEpisode"], "@id": _episode_id(show, episode)},
        name=episode.title,
        url=paths.episode_url(show, episode),
        datePublished=episode.date.isoformat(),
        partOfSeries={"@id": series_id(show)},
        **more,
    )


def episode_node(show: Show, episode: Episode) -> Node:
    return episode_brief(
        show,
        episode,
        identifier=episode.guid,
        description=episode.summary and squash(episode.summary),
        dateModified=changed.isoformat() if (changed := modified(episode)) else None,
        episodeNumber=episode.number,
        partOfSeason=_season(episode),
        inLanguage=show.language,
        image=_picture(show, episode.image or show.cover),
        keywords=", ".join(episode.tags) or None,
        isFamilyFriendly=False if episode.explicit else None,
        duration=iso_duration(episode.audio.duration),
        associatedMedia=_audio(show, episode),
        hasPart=[{"@id": segment_url(show, episode, segment)} for segment in episode.segments] or None,
        actor=_roles(show, (*episode.hosts, *episode.guests), "actor"),
        contributor=_roles(show, episode.crew, "contributor"),
        publication=[_airing(show, episode, airing) for airing in episode.airings] or None,
        license=_license(episode.license or show.license),
    )


def _season(episode: Episode) -> Node | None:
    if episode.season is None:
        return None
    return present(**{"@type": ["PodcastSeason", "RadioSeason"]}, seasonNumber=episode.season, name=episode.season_name)


def _audio(show: Show, episode: Episode) -> Node:
    file = episode.audio.file
    forms = transcripts.forms(episode)
    address = {form.href: _file(show, form.href) for form in forms}
    captions = [
        present(
            **{"@type": "MediaObject"},
            contentUrl=address[form.href],
            encodingFormat=form.media_type,
            inLanguage=form.language or show.language,
        )
        for form in forms
        if form.captions
    ]
    return present(
        **{"@type": "AudioObject"},
        contentUrl=paths.audio_url(show, episode.audio),
        encodingFormat=file.media_type,
        contentSize=format_bytes(file.length) if file.length else None,
        duration=iso_duration(episode.audio.duration),
        transcript=address[forms[0].href] if forms else None,  # an address is a kind of Text there (schema.org/URL)
        caption=captions or None,
    )


def _file(show: Show, href: str) -> str:
    return href if paths.is_elsewhere(href) else paths.absolute(show, href)


def _airing(show: Show, episode: Episode, airing: Airing) -> Node:
    station = show.station
    lasted = timedelta(seconds=math.ceil(cuts.to_air(episode.audio.duration, episode.cuts).total_seconds()))
    ours = station is not None and airing.station in (station.name, station.call_sign)
    return present(
        **{"@type": "BroadcastEvent"},
        name=episode.title,
        startDate=on_air(show, airing),
        endDate=(airing.at + lasted).isoformat() if airing.timed else None,
        # A repeat is not live. Whether a first airing was, nobody has told us.
        isLiveBroadcast=False if airing.repeat else None,
        publishedOn=present(
            **{"@type": "BroadcastService"},
            name=airing.station,
            url=station.url if ours and station else None,
            callSign=station.call_sign if ours and station else None,
        ),
    )


def _license(license: License | None) -> object:
    """An address where there is one; the address of a Creative Commons licence follows from its name.

    >>> _license(License(id="CC-BY-NC-4.0")), _license(License(id="ARR"))
    ('https://creativecommons.org/licenses/by-nc/4.0/', {'@type': 'CreativeWork', 'name': 'ARR'})
    """
    if license is None:
        return None
    kind, _, version = license.id.casefold().removeprefix("cc-").rpartition("-")
    if license.url:
        return license.url
    if license.id.casefold().startswith("cc-by"):
        return f"https://creativecommons.org/licenses/{kind}/{version}/"
    return {"@type": "CreativeWork", "name": license.id}


# --- segments ----------------------------------------------------------------------------------------


def clip_node(show: Show, episode: Episode, segment: Segment, articles: bool = True) -> Node:
    address = segment_url(show, episode, segment)
    node = present(
        **{"@type": ["RadioClip", "Clip"], "@id": address},
        name=segment.title,
        url=address,
        description=segment.summary and squash(segment.summary),
        clipNumber=segment.number,
        startOffset=number(segment.start),
        endOffset=number(segment.end),
        partOfEpisode={"@id": _episode_id(show, episode)},
        actor=_roles(show, segment.people, "actor"),
        correction=_corrections(segment.corrections),
    )
    if articles:
        _point(node, [(link.rel, story_id(show, link.story)) for link in segment.stories])
    return node


def _point(node: Node, rows: Iterable[tuple[Relation, str]]) -> None:
    found: dict[str, dict[str, None]] = {}
    for rel, story in rows:
        found.setdefault(PROPERTIES[rel], {})[story] = None
    node.update({name: [{"@id": story} for story in stories] for name, stories in found.items()})


def mention_clips(show: Show, mentions: Iterable[Mention]) -> Iterator[Node]:
    """One clip for each segment, pointing at the one story of the page, by each of its relations."""
    clips: dict[str, list[Mention]] = {}
    for mention in mentions:
        clips.setdefault(segment_url(show, mention.episode, mention.segment), []).append(mention)
    for rows in clips.values():
        node = clip_node(show, rows[0].episode, rows[0].segment, articles=False)
        _point(node, [(mention.link.rel, story_id(show, mention.link.story)) for mention in rows])
        yield node


# --- articles ----------------------------------------------------------------------------------------


def story_id(show: Show, story: Story) -> str:
    return paths.story_url(show, story) + "#story"


def article_node(show: Show, story: Story, **more: object) -> Node:
    """`url` is the article's own address, even when it is gone; a page that lists it is not its address."""
    return present(
        **{"@type": "NewsArticle", "@id": story_id(show, story)},
        headline=story.label,
        url=story.url,
        sameAs=list(story.same_as) or None,
        isPartOf={"@type": "WebPage", "url": story.listed} if story.listed and not story.url else None,
        datePublished=story.date and story.date.isoformat(),
        inLanguage=story.language,
        publisher={"@type": "Organization", "name": story.publisher} if story.publisher else None,
        author=[{"@type": "Person", "name": author} for author in story.authors] or None,
        archivedAt=story.archive,
        correction=_corrections(story.corrections),
        **more,
    )


def _corrections(rows: tuple[Correction, ...]) -> list[Node] | None:
    return [
        {"@type": "CorrectionComment", "text": row.text, "datePublished": row.date.isoformat()} for row in rows
    ] or None


# --- people ------------------------------------------------------------------------------------------


def person_id(show: Show, person: Person) -> str:
    return paths.person_url(show, person) + "#person"


def person_node(show: Show, person: Person) -> Node:
    return present(
        **{"@type": "Person", "@id": person_id(show, person)},
        name=person.name,
        url=paths.person_url(show, person),
        image=person.image and paths.image_url(show, person.image),
        sameAs=[link.url for link in person.links] or None,
    )


def people(show: Show, credits: Iterable[Credit]) -> list[Node]:
    unique = {credit.person.slug: credit.person for credit in credits}
    return [person_node(show, person) for person in unique.values()]


def _roles(show: Show, credits: Iterable[Credit], name: str) -> list[Node] | None:
    """schema.org/Role: the property, then the role, then the property again with the person."""
    return [
        {"@type": "Role", "roleName": credit.role, name: {"@id": person_id(show, credit.person)}} for credit in credits
    ] or None


def heard(show: Show, appearances: Iterable[Appearance]) -> Iterator[Node]:
    nodes: dict[str, Node] = {}
    for row in appearances:
        episode = nodes.setdefault(_episode_id(show, row.episode), episode_brief(show, row.episode))
        clips = [
            nodes.setdefault(
                segment_url(show, row.episode, segment), clip_node(show, row.episode, segment, articles=False)
            )
            for segment in row.segments
        ]
        for node in clips or [episode]:
            roles = _roles(show, [row.credit], "actor") or []
            there = node.get("actor")
            known = there if isinstance(there, list) else []
            node["actor"] = known + [role for role in roles if role not in known]
    return iter(nodes.values())
