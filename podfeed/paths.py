"""Where every output lives: one function each, and how one page points at another.

A path has no leading slash and names a file (`episodes/a/index.html`). An address in a page is relative, so that
the site works under any prefix; an address in a feed is absolute and starts with the show's `url`.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from podfeed.model import Audio, Episode, File, Image, Person, Segment, Show, Story
from podfeed.text import normalise_url, quote_path, seconds

FEED = "feed.xml"
FEED_JSON = "feed.json"
HOME = "index.html"
EPISODES = "episodes/index.html"
STORIES = "stories/index.html"
STORIES_JSON = "stories.json"
PEOPLE = "people/index.html"
ABOUT = "about/index.html"
SUBSCRIBE = "subscribe/index.html"
SEARCH = "search/index.html"
SEARCH_INDEX = "search/index.json"
SEARCH_SAID_FRESH = "search/said-fresh.json"
NOT_FOUND = "404.html"
SITEMAP = "sitemap.xml"
ROBOTS = "robots.txt"
COVER = "cover.svg"
OPML = "opml.xml"
CALENDAR = "airings.ics"
LIVE_CALENDAR = "live.ics"
COMPANION_SCHEMA = "companion.schema.json"
MEDIA = "media/"
STATIC = "static/"
PICTURES = "pictures/"


def episode(slug: str) -> str:
    return f"episodes/{slug}/index.html"


def chapters(slug: str) -> str:
    return f"episodes/{slug}/chapters.json"


def transcript(slug: str, ending: str, language: str | None = None) -> str:
    """`ending` with its dot; `language` where it is not the show's.

    >>> transcript("vote", ".vtt"), transcript("vote", ".vtt", "es-MX")
    ('episodes/vote/transcript.vtt', 'episodes/vote/transcript.es-mx.vtt')
    """
    return f"episodes/{slug}/transcript{'.' + language.lower() if language else ''}{ending}"


def episode_art(slug: str) -> str:
    """An episode's picture that came out of its recording, without its ending."""
    return f"episodes/{slug}/cover"


def chapter_art(slug: str, number: int) -> str:
    """The picture of a chapter inside the recording, without its ending."""
    return f"episodes/{slug}/chapter-{number}"


def companion(slug: str) -> str:
    return f"episodes/{slug}/companion.json"


def calendar(slug: str) -> str:
    """Airings that are still to come, or have been, for a calendar program."""
    return f"episodes/{slug}/airings.ics"


def embed(slug: str, number: int | None = None) -> str:
    """The card that plays an episode, or just its segment with that number."""
    return f"episodes/{slug}/embed/{f'{number}/' if number else ''}index.html"


def oembed(slug: str, number: int | None = None) -> str:
    return f"episodes/{slug}/{f'embed/{number}/' if number else ''}oembed.json"


def story(slug: str) -> str:
    return f"stories/{slug}/index.html"


def story_json(slug: str) -> str:
    return f"stories/{slug}/story.json"


def story_feed(slug: str) -> str:
    return f"stories/{slug}/feed.xml"


def story_oembed(slug: str) -> str:
    return f"stories/{slug}/oembed.json"


def story_embed(slug: str) -> str:
    return f"stories/{slug}/embed/index.html"


def story_by_url(url: str) -> str:
    """A ready answer to "was this article on air?": named after SHA-256 of the normalised address, 16 hex digits."""
    return f"stories/by-url/{hashlib.sha256(normalise_url(url).encode()).hexdigest()[:16]}.json"


def search_batch(number: int) -> str:
    """Rows of the search index, numbered from the oldest."""
    return f"search/batch-{number}.json"


def search_words(volume: int, shard: int) -> str:
    """Words of the search index, of two hundred batches."""
    return f"search/words-{volume}-{shard}.json"


def search_said_words(volume: int, shard: int) -> str:
    """Words of transcripts, of a thousand episodes."""
    return f"search/said-{volume}-{shard}.json"


def search_said(slug: str) -> str:
    """What was said in one episode, as the search page looks through it."""
    return f"search/said/{slug}.json"


def sitemap(number: int) -> str:
    """One of several sitemaps, where one cannot hold all pages."""
    return f"sitemap/{number}.xml"


def tag(slug: str) -> str:
    """The episodes with a tag."""
    return f"tags/{slug}/index.html"


def publisher(slug: str) -> str:
    """The stories of one publisher."""
    return f"publishers/{slug}/index.html"


def person_feed(slug: str) -> str:
    return f"people/{slug}/feed.xml"


def feed_archive(number: int, feed: str = FEED) -> str:
    """A page of a feed's older episodes (RFC 5005 §4), numbered from the oldest.

    >>> feed_archive(1), feed_archive(2, person_feed("bob"))
    ('feed/archive-1.xml', 'people/bob/feed/archive-2.xml')
    """
    return f"{feed.removesuffix('.xml')}/archive-{number}.xml"


def person(slug: str) -> str:
    return f"people/{slug}/index.html"


def numbered(front: str, number: int) -> str:
    """A further page of a long list whose first page is at `front`, numbered from the oldest.

    >>> numbered(EPISODES, 3), numbered(person("bob"), 1)
    ('episodes/page/3/index.html', 'people/bob/page/1/index.html')
    """
    return f"{front.removesuffix('index.html')}page/{number}/index.html"


def media(name: str) -> str:
    """A file of the show's `media/` folder, `name` relative to it."""
    return MEDIA + name


def picture(href: str, width: int) -> str:
    """The picture at `href`, a path of the site, made `width` pixels wide.

    >>> picture("media/cover.jpg", 192)
    'pictures/media/cover.jpg/192.webp'
    """
    return f"{pictures(href)}{width}.webp"


def pictures(href: str) -> str:
    """The folder of the sizes of the picture at `href`."""
    return f"{PICTURES}{href}/"


def static(name: str) -> str:
    return STATIC + name


# --- from paths to addresses -------------------------------------------------------------------------


def page(path: str) -> str:
    """The path as it is linked: a folder stands for its `index.html`.

    >>> page("episodes/a/index.html"), page("index.html"), page("feed.xml")
    ('episodes/a/', '', 'feed.xml')
    """
    return path[: -len(HOME)] if path.endswith("/index.html") or path == HOME else path


def relative(path: str, here: str) -> str:
    """The address of `path` in the page at `here`.

    >>> relative("episodes/a/index.html", here="stories/b/index.html")
    '../../episodes/a/'
    >>> relative("index.html", here="index.html"), relative("feed.xml", here="about/index.html")
    ('./', '../feed.xml')
    >>> relative("a/index.html", here="a/index.html"), relative("a/b.vtt", here="a/index.html")
    ('./', 'b.vtt')
    """
    links = Links()
    links.stand_at(here)
    return links.link(path)


class Links:
    """`relative` for all links of a page, and then of the next: `link` gives them as they are at the page where it stands."""

    __slots__ = ("_folder", "_to_the_top", "_top", "place")
    place: tuple[str, str]
    """Equal places, equal links to all that lies at the top of the site or in a folder there."""

    def stand_at(self, here: str) -> None:
        inside = quote_path(here)
        self._folder = inside[: inside.rfind("/") + 1]
        self._top = self._folder[: self._folder.find("/") + 1]
        self._to_the_top = "../" * self._folder.count("/")
        self.place = self._top, self._to_the_top

    def stand_anywhere(self, url: str) -> None:
        """On a page that is served at any depth: its links begin at the root of the site at `url`."""
        self._top, self._to_the_top = "\n", urlsplit(url).path or "/"  # no path begins with the first
        self.place = self._top, self._to_the_top

    def link(self, path: str) -> str:
        target = _quoted(path)
        if not target.startswith(self._top):
            return self._to_the_top + target
        around, up = self._folder, ""
        while not target.startswith(around):  # by hand: posixpath.relpath took an eighth of a build
            around = around[: around.rfind("/", 0, -1) + 1]
            up += "../"
        return up + target[len(around) :] or "./"


@lru_cache(maxsize=8192)  # one address stands on many pages
def _quoted(path: str) -> str:
    return quote_path(page(path))


def absolute(show: Show, path: str) -> str:
    """The address of `path` for the world, under the show's `url`.

    >>> from types import SimpleNamespace as Values
    >>> absolute(Values(url="https://radio.example/morning/"), "episodes/é/index.html")
    'https://radio.example/morning/episodes/%C3%A9/'
    """
    return show.url + _quoted(path)


def is_elsewhere(href: str) -> bool:
    """Whether a `File.href` is an absolute address rather than a path of the site."""
    return "://" in href


def file_url(show: Show, file: File) -> str:
    """The absolute address of a published file."""
    return file.href if is_elsewhere(file.href) else absolute(show, file.href)


def audio_url(show: Show, audio: Audio) -> str:
    """The enclosure's address: under `audio_url` where the show keeps its recordings elsewhere."""
    href = audio.file.href
    if show.audio_url and not is_elsewhere(href):
        return show.audio_url + quote_path(href.removeprefix(MEDIA))
    return file_url(show, audio.file)


def at(start: timedelta, end: timedelta | None = None) -> str:
    """A media fragment (W3C Media Fragments §4.2.1) that plays from `start`, to `end` if given.

    >>> at(timedelta(seconds=135)), at(timedelta(seconds=135), timedelta(seconds=240.5))
    ('#t=135', '#t=135,240.5')
    """
    return f"#t={seconds(start)}" + (f",{seconds(end)}" if end is not None else "")


def episode_url(show: Show, ep: Episode, segment: Segment | None = None) -> str:
    """An episode's page, at a segment if one is given."""
    return absolute(show, episode(ep.slug)) + (at(segment.start) if segment else "")


def story_url(show: Show, s: Story) -> str:
    return absolute(show, story(s.slug))


def person_url(show: Show, p: Person) -> str:
    return absolute(show, person(p.slug))


def image_url(show: Show, image: Image) -> str:
    return file_url(show, image.file)
