"""What a page says to machines: JSON-LD with schema.org's types, and above all what the radio did to an article.

Every page carries one graph whose nodes are joined by `@id`, so that what two pages say about one segment, article or
person belongs together. An article is said once, and a segment (`RadioClip`) points at it by its relation:

    about → about      mentions → mentions      source → isBasedOn      background → citation      follow-up → mentions

A source is what the segment was made from; background is another work that is referred to; that something came
afterwards has no property in schema.org, and `mentions` claims the least. On a story's page `subjectOf`, the inverse of
`about`, leads from the article to the segments that are about it.

PodcastSeries and PodcastEpisode are pending in schema.org; so every node is the established radio type as well.
A person in a role is a `Role` between the work and the person (schema.org/Role), because the role is what we know.
"""

from __future__ import annotations

from podfeed import paths
from podfeed.appearances import Appearance, Mention
from podfeed.model import Episode, Person, Show, Story
from podfeed.render import json_text
from podfeed.render import jsonld_nodes as nodes
from podfeed.render.companion import segment_url
from podfeed.render.jsonld_nodes import Node


def home_page(show: Show) -> str:
    """The series, with the episodes that it is given."""
    listed = [nodes.episode_brief(show, episode) for episode in show.episodes]
    return _text(
        [
            nodes.series_node(show, hasPart=[{"@id": node["@id"]} for node in listed] or None),
            *listed,
            *nodes.people(show, (*show.hosts, *show.crew)),
        ]
    )


def episode_page(show: Show, episode: Episode) -> str:
    """The episode, its segments, the articles that they discuss, and who is heard."""
    articles = {link.story.slug: link.story for segment in episode.segments for link in segment.stories}
    return _text(
        [
            nodes.series_brief(show),
            nodes.episode_node(show, episode),
            *(nodes.clip_node(show, episode, segment) for segment in episode.segments),
            *(nodes.article_node(show, story) for story in articles.values()),
            *nodes.people(show, episode.credits),
        ]
    )


def story_page(show: Show, story: Story, mentions: tuple[Mention, ...]) -> str:
    """The article, and every segment that discusses it."""
    episodes = {mention.episode.slug: mention.episode for mention in mentions}
    about = [
        {"@id": segment_url(show, mention.episode, mention.segment)}
        for mention in mentions
        if mention.link.rel == "about"
    ]
    page: Node = {
        "@type": "WebPage",
        "@id": paths.story_url(show, story),
        "url": paths.story_url(show, story),
        "about": {"@id": nodes.story_id(show, story)},
        "isPartOf": {"@id": nodes.series_id(show)},
    }
    return _text(
        [
            page,
            nodes.article_node(show, story, subjectOf=about or None),
            *nodes.mention_clips(show, mentions),
            *(nodes.episode_brief(show, episode) for episode in episodes.values()),
            nodes.series_brief(show),
            *nodes.people(show, (credit for mention in mentions for credit in mention.segment.people)),
        ]
    )


def person_page(show: Show, person: Person, appearances: tuple[Appearance, ...]) -> str:
    """The person, and what they are heard in: segments where those are known, else the whole episode."""
    page: Node = {
        "@type": "ProfilePage",
        "@id": paths.person_url(show, person),
        "url": paths.person_url(show, person),
        "mainEntity": {"@id": nodes.person_id(show, person)},
        "isPartOf": {"@id": nodes.series_id(show)},
    }
    return _text([page, nodes.person_node(show, person), *nodes.heard(show, appearances), nodes.series_brief(show)])


# --- as text -----------------------------------------------------------------------------------------


def _text(graph: list[Node]) -> str:
    """The graph as a `script` element may hold it: nothing in it can end the element, or a line of JavaScript."""
    text = json_text.compact({"@context": "https://schema.org", "@graph": graph}).decode()
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
