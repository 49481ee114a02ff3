"""The pages that people read: HTML by Jinja templates, with the style sheet and the script they use.

What a page may show is decided in `page_kinds`; here it is rendered. How Jinja is used is in `templating`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, Any

from podfeed import __version__, media_types, paths, text
from podfeed.model import Audio, Episode, File, Image, License, Person, Show, Story
from podfeed.output import Output, Remembers, Site, rendered
from podfeed.render import cover, oembed, outward, page_kinds, page_search, page_transcript, pictures, topics, words
from podfeed.render.page_kinds import Around
from podfeed.render.page_values import Page, Sheet, index, masthead
from podfeed.render.words import N_, Words
from podfeed.theme import Theme

if TYPE_CHECKING:
    from podfeed.render.templating import Templates

FEED_STYLE = "feed.css"  # has words of its own, for a feed that somebody opens in a browser
BANNER = N_(
    "This is a podcast feed. To hear the show, copy the address of this page from the bar above and paste it into a "
    "podcast app. The episodes below are the newest."
)

LICENSES = {
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-NC-4.0": "https://creativecommons.org/licenses/by-nc/4.0/",
    "CC-BY-NC-ND-4.0": "https://creativecommons.org/licenses/by-nc-nd/4.0/",
}


def outputs(show: Show, theme: Theme) -> Iterator[tuple[str, Output]]:
    """Every page of the show, and the static files of its theme."""
    head = masthead(show)
    told, heard = index(show).told, index(show).heard
    yield from of_show(theme, show)
    for episode, around in page_kinds.arounds(show):
        yield from of_episode(theme, head, episode, around)
    for story in show.stories:
        yield from of_story(theme, head, story, told.get(story.slug, ()))
    for person in show.people:
        yield from of_person(theme, head, person, heard.get(person.slug, ()))


def of_show(theme: Theme, show: Show) -> Iterator[tuple[str, Output]]:
    """The pages about the whole show, search, pictures, and what comes with the theme."""
    for kind in page_kinds.PAGES:
        yield from _pages(theme, masthead(show), kind(show))
    yield from page_search.outputs(show)
    yield from pictures.outputs(show, theme)
    yield from cover.outputs(show, theme)
    said = words.of(show.language).stamp
    for name, body in theme.static.items():
        served = media_types.media_type(name)
        if name == FEED_STYLE:
            yield paths.static(name), rendered(served, feed_style, body, show.language, salt=said)
        else:
            yield paths.static(name), rendered(served, bytes, body)


def of_episode(theme: Theme, head: Show, this: Episode, around: Around) -> Iterator[tuple[str, Output]]:
    """An episode's page and its cards; `head` is the show without its episodes."""
    yield from _pages(theme, head, page_kinds.episode(head, this, around), OF_EPISODE)
    yield from _pages(theme, head, page_kinds.cards(head, this), OF_EPISODE)


def of_story(theme: Theme, head: Show, this: Story, episodes: tuple[Episode, ...]) -> Iterator[tuple[str, Output]]:
    """A story's pages and its card; `episodes` are those that discuss it, newest first."""
    yield from _pages(theme, head, page_kinds.story(head, this, episodes), OF_STORY)
    yield from _pages(theme, head, page_kinds.story_card(head, this, episodes), OF_STORY)


def of_person(theme: Theme, head: Show, this: Person, episodes: tuple[Episode, ...]) -> Iterator[tuple[str, Output]]:
    """A person's pages; `episodes` are those in which they are heard, newest first."""
    yield from _pages(theme, head, page_kinds.person(head, this, episodes), OF_PERSON)


OF_EPISODE, OF_STORY, OF_PERSON = ("episode.html", "embed.html"), ("story.html", "embed_story.html"), ("person.html",)
"""The templates of the pages about one: what the part of the site depends on in which they are (`podfeed.site`)."""


def _pages(
    theme: Theme, head: Show, several: Iterable[Page | Sheet], templates: tuple[str, ...] | None = None
) -> Iterator[tuple[str, Output]]:
    """Pages, each with one of these `templates`, if there are any."""

    def render(page: Page, show: Show) -> bytes:
        return _render(theme, page, show)

    def render_sheet(sheet: Sheet, show: Show) -> bytes:
        return _render(theme, sheet.page(show, sheet), show)

    salts = cache(partial(salt, theme, head))
    for page in several:
        if templates and page.template not in templates:
            raise AssertionError(f"{page.template} is not among the templates of these pages")
        made = render_sheet if isinstance(page, Sheet) else render
        yield page.path, rendered(media_types.HTML, made, page, head, salt=salts(page.template))


def salt(theme: Theme, head: Show, *templates: str) -> str:
    """What pages of these templates depend on beside their values, with the words of the show's language."""
    return theme.look(*templates) + words.of(head.language).stamp


def _render(theme: Theme, page: Page, show: Show) -> bytes:
    try:
        desk = _free.pop()
    except IndexError:
        desk = Desk(show, theme)
    if desk.show is not show or desk.theme is not theme:
        desk = Desk(show, theme)
    try:
        return environment(theme).said(page.template, desk.names(page)).encode()
    finally:
        _free.append(desk)


def mistake(site: Site, theme: Theme) -> tuple[str, int, str] | None:
    """What is wrong in a show's own templates, by a page of each kind: the template, its line, and what; they are programs, and may
    fail at any time. Nothing is asked where a show has none."""
    own = theme.own_templates
    for path in site.early.paths if own else ():
        try:
            site[path].body()
        except Exception as wrong:
            from podfeed.render import templating

            if found := templating.mistake(wrong, own):
                return found
            raise
    return None


def feed_style(body: bytes, language: str) -> bytes:
    """The feed's style sheet in the show's language. CSS cannot translate, so our sentence is found and replaced."""
    said = words.of(language)(BANNER).replace("\\", "").replace('"', "”")
    style = body.decode("utf-8", "surrogateescape").replace(BANNER, said)
    if words.direction(language) == "rtl":
        style += "rss { direction: rtl; text-align: right; }\n"
    return style.encode("utf-8", "surrogateescape")


# --- what templates can use -------------------------------------------------------------------------

_environments: dict[str, Templates] = {}  # one at a time, by the theme's stamp: compiled templates are costly


def environment(theme: Theme) -> Templates:
    """Jinja with the theme's templates. An unknown name in a template is an error, never an empty place."""
    if theme.stamp not in _environments:
        made = _environment(theme)
        _environments.clear()
        _environments[theme.stamp] = made
    return _environments[theme.stamp]


_compiled: dict[str, bytes] = {}
"""What the templates were compiled to, by name: to do it anew takes a tenth of a build after an edit."""


def recall(memory: Remembers) -> None:
    """Has at hand what the templates were compiled to in an earlier build."""
    _compiled.update(memory.recall("templates", "", "") or {})


def keep(memory: Remembers) -> None:
    """Keeps it for the next."""
    if _compiled != (memory.recall("templates", "", "") or {}):
        memory.keep("templates", "", "", dict(_compiled))


def _environment(theme: Theme) -> Templates:
    from podfeed.render import templating

    env = templating.environment(theme.templates, _compiled)
    env.globals.update(_functions())
    env.globals.update(version=__version__, paths=paths)
    env.filters.update(_filters())
    env.of_filters = frozenset({"words", "show"})
    env.filters.update(
        clock=text.format_time,
        iso=text.iso_duration,
        seconds=text.seconds,
        ending=lambda name: media_types.suffix(name)[1:].upper(),
        paragraphs=_paragraphs,
        initials=_initials,
    )
    return env


def _functions() -> dict[str, Callable[..., Any]]:
    """Functions that need no page."""
    from podfeed.render import jsonld, notes, qr
    from podfeed.render.templating import Markup

    return {
        "direction": words.direction,
        "at": paths.at,
        "locale": words.locale,
        "anchors": anchors,
        "frame": oembed.frame,
        "qr_code": qr.code,
        "is_elsewhere": paths.is_elsewhere,
        "license_link": license_link,
        "topic": topics.slug,
        "chat_link": outward.chat_link,
        "map_link": outward.map_link,
        "transcript": page_transcript.chosen,
        "transcript_parts": page_transcript.parts,
        "markdown": lambda source: Markup(notes.markdown(source)),
        "home_data": lambda *values: Markup(jsonld.home_page(*values)),
        "episode_data": lambda *values: Markup(jsonld.episode_page(*values)),
        "story_data": lambda *values: Markup(jsonld.story_page(*values)),
        "person_data": lambda *values: Markup(jsonld.person_page(*values)),
    }


def _filters() -> dict[str, Callable[..., Any]]:
    """Filters that speak the show's language, which is in the page's context (`of_filters`)."""
    from podfeed.render.templating import pass_context

    def through(method: Callable[..., str]) -> Callable[..., str]:
        return pass_context(lambda context, value: method(context["words"], value))

    return {
        "lasting": through(lambda words, time: words.length(time)),
        "spoken": through(lambda words, time: words.spoken(time)),
        "size": through(lambda words, length: words.size(length)),
        "role": through(lambda words, role: words.role(role)),
        "names": pass_context(_names),
        "isolated": pass_context(lambda context, value: words.isolated(value, context["show"].language)),
    }


def _names(context: Any, names: Iterable[str]) -> str:
    """Names one after the other, each in its own direction."""
    said: str = context["words"].names(words.isolated(name, context["show"].language) for name in names)
    return said


def _said(_: Words, language: str) -> dict[str, Callable[..., Any]]:
    """The functions with which templates say something. What they are given to fill in is escaped if it is not HTML,
    and kept apart from the sentence if it runs the other way; `turned` says so of an element's whole text.
    """
    from podfeed.render.templating import Markup, filled

    often = lru_cache(maxsize=4096)  # titles and names stand on many pages
    apart = often(lambda text: words.isolated(text, language))

    def place(value: object) -> object:
        return apart(value) if type(value) is str else value

    @lru_cache(maxsize=1024)
    def said(text: str) -> Markup:
        return Markup(_.gettext(text))

    def say(text: str, **values: object) -> Markup:
        if not values:
            return said(text)
        return filled(_.gettext(text), {name: place(value) for name, value in values.items()})

    def many(one: str, more: str, n: int, **values: object) -> Markup:
        return filled(
            _.ngettext(one, more, n), {"n": _.number(n), **{name: place(value) for name, value in values.items()}}
        )

    against = "ltr" if words.direction(language) == "rtl" else "rtl"
    opposite, nothing = Markup(f' dir="{against}"'), Markup("")

    @often
    def turned(text: str) -> Markup:
        return opposite if words.own_direction(text) == against else nothing

    def marked(story: Story) -> Markup:
        """The attributes of an element with the story's title: its language and its direction, where they are its own."""
        own = foreign(language, story)
        return filled(' lang="{own}" dir="auto"', {"own": own}) if own else turned(story.label)

    return {"_": say, "many": many, "pgettext": _.pgettext, "turned": turned, "marked": marked}


class Desk:
    """Where one page is made after the other: what the templates of all of them see stays there for the next. `link`, and what
    uses it, is about the page that is being made."""

    def __init__(self, show: Show, theme: Theme) -> None:
        self.show, self.theme, self.links = show, theme, paths.Links()
        self._same = _of_show(show, theme, self.links.link)

    def names(self, page: Page) -> dict[str, object]:
        """What the template of this page sees."""
        if page.path == paths.NOT_FOUND:
            self.links.stand_anywhere(self.show.url)
        else:
            self.links.stand_at(page.path)
        at_the_top = page.path if page.path.count("/") < 2 else None
        return {**self._same, **dict(page.values), "page": page, "here": self.links.place, "at_the_top": at_the_top}


_free: list[Desk] = []  # desks at which nobody works; a server has several threads


def _of_show(show: Show, theme: Theme, link: Callable[[str], str]) -> dict[str, object]:
    """What the templates of all pages see. `link` is relative to the page that is being made."""
    _ = words.of(show.language)
    often = lru_cache(maxsize=4096)  # one day stands in many lists

    def file(one: File) -> str:
        return one.href if paths.is_elsewhere(one.href) else link(one.href)

    def art(image: Image) -> str:
        """A picture large enough for a lock screen, and no larger if that can be had."""
        made = pictures.largest(image, theme)
        return link(made) if made else file(image.file)

    return {
        "link": link,
        "file": file,
        "art": art,
        "srcset": lambda image: pictures.offered(image, theme, file, link),
        "recording": partial(recording, show, link),
        **_said(_, show.language),
        "words": _,
        "relation_label": _.relation_label,
        "relation_heading": _.relation_heading,
        "transcript_files": partial(page_transcript.files, _),
        "show": show,
        "absolute": partial(paths.absolute, show),
        "absolute_file": partial(paths.file_url, show),
        "audio_url": partial(paths.audio_url, show),
        "day": often(lambda moment: _.day(moment, show.timezone)),
        "moment": lambda moment: _.moment(moment, show.timezone),
        "local": often(lambda moment: words.local(moment, show.timezone)),
        "foreign": partial(foreign, show.language),
        "picture": partial(picture, show),
        "cover": cover.image(show),
        "social": social,
        "own_style": theme.own_style,
    }


def social(value: Show | Episode) -> Image | None:
    """The picture for cards of social networks (image.md: purpose `social`), if there is one of its own."""
    return next((image for image in value.images if "social" in image.purpose), None)


def recording(show: Show, link: Callable[[str], str], audio: Audio) -> str:
    """Where the page's player finds a recording."""
    if show.audio_url or paths.is_elsewhere(audio.file.href):
        return paths.audio_url(show, audio)
    return link(audio.file.href)


def picture(show: Show, episode: Episode) -> Image:
    """An episode's picture: its own, else the show's."""
    return episode.image or cover.image(show)


def foreign(language: str, story: Story) -> str | None:
    """The story's language where it is not the page's."""
    return story.language if story.language and story.language.casefold() != language.casefold() else None


def license_link(license: License | None) -> str | None:
    """Where a licence can be read."""
    return (license.url or LICENSES.get(license.id)) if license else None


def anchors(episode: Episode) -> dict[tuple[int, str], str]:
    """(Segment's number, story's slug) → the id of the story's card, where it is named later than its segment begins.

    A link to that moment then finds the card without JavaScript. An id is given once on a page.
    """
    taken = {fragment_id(segment.start, segment.end) for segment in episode.segments}
    found: dict[tuple[int, str], str] = {}
    for segment in episode.segments:
        for link in segment.stories:
            mark = fragment_id(link.at, segment.end) if link.at is not None else ""
            if mark and mark not in taken:
                taken.add(mark)
                found[segment.number, link.story.slug] = mark
    return found


def fragment_id(start: timedelta, end: timedelta | None = None) -> str:
    """The id that a media fragment scrolls to.

    >>> fragment_id(timedelta(seconds=135))
    't=135'
    """
    return paths.at(start, end).removeprefix("#")


def _paragraphs(source: str) -> tuple[str, ...]:
    """Plain text by its paragraphs."""
    return tuple(text.squash(part) for part in source.split("\n\n") if part.strip())


def _initials(name: str) -> str:
    """The letters that stand for somebody without a picture.

    >>> _initials("Dana Reyes"), _initials("Cher"), _initials("Lee van der Moss")
    ('DR', 'C', 'LM')
    """
    parts = name.split()
    letters = [part[0].upper() for part in (parts[0], *parts[1:][-1:])] if parts else []
    return ("\u200c" if words.own_direction(name) == "rtl" else "").join(letters)  # Arabic ones must not join
