"""Long lists: pages that keep their addresses and their bytes while the show goes on."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from functools import cache
from urllib.parse import urljoin

import pagesite
import pytest
import shows
from pagesite import Document

from podfeed import model as m
from podfeed import paths
from podfeed.output import Site
from podfeed.render import page_lists, page_values, paging, sitemap
from podfeed.render.paging import numbered_pages, parts

FRONTS = (
    paths.EPISODES,
    paths.STORIES,
    paths.PEOPLE,
    paths.person(shows.ANN.slug),
    paths.story("bridge"),
)


def daily(count: int) -> m.Show:
    """A programme of `count` days, each with a story and a guest of its own; Ann and the bridge are in all of them."""
    bridge = m.Story(slug="bridge", url="https://news.example/bridge", title="The bridge", publisher="City Paper")
    stories, people, episodes = [bridge], [shows.ANN], []
    for episode in shows.many(count).episodes:
        story = m.Story(slug=f"on-{episode.slug}", url=f"https://news.example/{episode.slug}", title=episode.title)
        guest = m.Person(slug=f"guest-{episode.slug}", name=f"Guest of {episode.title}")
        links = tuple(m.StoryLink(story=other) for other in (story, bridge))
        segment = replace(shows.SEGMENTS[0], people=(m.Credit(person=guest, role="Guest"),), stories=links)
        episodes.append(replace(episode, segments=(segment,), hosts=(shows.HOST,)))
        stories.append(story)
        people.append(guest)
    return replace(shows.minimal(), episodes=tuple(episodes), stories=tuple(stories), people=tuple(people))


@cache
def built(count: int) -> Site:
    return pagesite.build(daily(count))


@cache
def read(count: int, path: str) -> Document:
    return Document(built(count)[path].body().decode())


SIZE = 10
COUNT = 3 * SIZE + 7


@pytest.fixture(scope="module", autouse=True)
def small_pages():
    """Ten rows a page, so that a short show has long lists."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paging, "PER_PAGE", SIZE)
        yield


def numbered(site: Site) -> set[str]:
    return {path for path in site if re.search(r"(^|/)page/\d+/index\.html$", path)}


def test_a_page_keeps_its_rows_for_good():
    """Whatever the number of rows: each is on one page, in order; and what a numbered page has, it has for ever."""
    known: dict[str, tuple[int, ...]] = {}
    for count in range(60):
        rows = list(range(count, 0, -1))
        found = list(parts("a/index.html", rows, size=7))
        front, *others = found
        assert [row for part in found for row in part.rows] == rows
        assert [part.number for part in others] == list(range(numbered_pages(count, 7), 0, -1))
        assert all(len(part.rows) == 7 for part in others)
        assert len(front.rows) < 14 and (not others or len(front.rows) >= 7)
        for part in others:
            assert known.setdefault(part.path, part.rows) == part.rows


def test_a_new_episode_changes_few_pages():
    """A day more in a long programme: of the pages that list things the fronts alone are new, and the one that has the
    row of somebody who was heard again. Every numbered page is as it was, byte for byte."""
    before, after = built(COUNT), built(COUNT + 1)
    new = f"day-{COUNT + 1}"
    added = set(after) - set(before)
    assert all(new in path or path.startswith("stories/by-url/") for path in added)
    changed = {path for path in before if after[path].key != before[path].key and not path.endswith((".xml", ".json"))}
    pages = {path for path in changed if after[path].body() != before[path].body()}
    assert pages == {
        paths.HOME,
        *FRONTS,
        paths.episode(f"day-{COUNT}"),  # names the next one
        paths.numbered(paths.PEOPLE, 1),  # Ann was first heard long ago, and her hours grow
        paths.numbered(paths.STORIES, 1),  # so was the bridge
        paths.story_embed("bridge"),
        paths.publisher("city-paper"),  # that of the bridge
    }
    data = {path for path in before if path.endswith((".xml", ".json")) and after[path].key != before[path].key}
    assert len(data) < 20, sorted(data)
    assert len(numbered(before)) == len(FRONTS) * numbered_pages(COUNT)


@pytest.mark.parametrize("front", FRONTS)
def test_a_reader_gets_from_page_to_page(front):
    """From the front by "older" to the first page and back by "newer": each page is there, none twice, every row once,
    and neither title nor description is that of another page."""
    site = built(COUNT)
    walked, path = [front], front
    while older := read(COUNT, path).all("a", rel="next", class_="next"):
        path = urljoin("/" + path, older[0].attributes["href"]).lstrip("/") + "index.html"
        walked.append(path)
    assert walked[1:] == [paths.numbered(front, n) for n in range(numbered_pages(COUNT), 0, -1)]
    for newer, path in zip(walked, walked[1:], strict=False):
        back = read(COUNT, path).all("a", rel="prev")[0].attributes["href"]
        assert urljoin("/" + path, back).lstrip("/") + "index.html" == newer
        (ahead,) = read(COUNT, path).all("link", rel="prev")
        assert ahead.attributes["href"] == paths.absolute(daily(1), newer)
        (self,) = read(COUNT, path).all("link", rel="canonical")
        assert self.attributes["href"] == paths.absolute(daily(1), path)
    documents = [read(COUNT, path) for path in walked]
    assert len({document.all("title")[0].words for document in documents}) == len(walked)
    assert all(document.faults == [] and len(document.all("h1")) == 1 for document in documents)
    linked = [
        urljoin("/" + path, link.attributes["href"]).partition("#")[0].lstrip("/")
        for path, document in zip(walked, documents, strict=True)
        for link in document.all("a", href=None)
    ]
    assert [path for path in linked if "://" not in path and paths_of(path) not in site] == []
    row = {
        paths.STORIES: "stories/on-day-{}/",
        paths.PEOPLE: "people/guest-day-{}/",
    }.get(front, "episodes/day-{}/")
    assert [n for n in range(1, COUNT + 1) if row.format(n) not in linked] == []


def paths_of(address: str) -> str:
    return address + "index.html" if not address or address.endswith("/") else address


def test_each_year_has_a_way_in():
    """The front of a long list leads to the page with each year's newest episode."""
    show = shows.many(400)
    found = page_lists.episodes(show)
    several = {
        row.path: dict((row.page(show, row) if isinstance(row, page_values.Sheet) else row).values) for row in found
    }
    assert several[paths.EPISODES]["years"] == ((2021, paths.EPISODES), (2020, paths.numbered(paths.EPISODES, 37)))
    months = dict(several[paths.numbered(paths.EPISODES, 37)]["months"])
    assert "day-365" in {row.slug for row in months["December 2020"]}
    assert several[paths.numbered(paths.EPISODES, 37)]["years"] == ()


def test_short_lists_have_one_page():
    """Up to two pages' rows there is one page, without a word of others."""
    site = built(2 * SIZE - 2)  # with Ann and the bridge, one more person and one more story
    assert numbered(site) == set()
    for front in FRONTS:
        document = Document(site[front].body().decode())
        assert not document.all("link", rel="next") and not document.all("nav", class_="between")


def test_the_sitemap_has_every_page():
    """Numbered pages are in the sitemap too; more addresses than one may hold are in several, which it lists."""
    show = daily(COUNT)
    listed = {url for url, _day in rows_of_sitemap(show)}
    assert {paths.absolute(show, path) for path in numbered(built(COUNT))} <= listed
    body = built(COUNT)[paths.SITEMAP].body()
    assert body.count(b"<loc>") == len(listed)


def rows_of_sitemap(show: m.Show) -> list[sitemap.Row]:
    made = sitemap.plan(show)
    return [*sitemap.addresses(made), *sitemap.further(made)]


def test_more_pages_than_a_sitemap_holds(monkeypatch):
    """Several, each as full as may be, the lists in the last one; and a list that is still too long is cut."""
    monkeypatch.setattr(sitemap, "MOST", 50)
    show = daily(COUNT)
    site = dict(sitemap.outputs(show))
    made = sitemap.plan(show)
    head, lists = list(sitemap.addresses(made)), list(sitemap.further(made))
    files = re.findall(rb"<loc>https://small\.example/(sitemap/\d+\.xml)</loc>", site[paths.SITEMAP].body())
    assert len(files) == -(-len(head) // 50) + 1 > 2 and b"<sitemapindex" in site[paths.SITEMAP].body()
    assert len(head) == made.count and {name.decode() for name in files} == site.keys() - {paths.SITEMAP}
    told = [loc for name in files for loc in re.findall(rb"<loc>(.*?)</loc>", site[name.decode()].body())]
    assert told == [url.encode() for url, _day in (*head, *lists)]
    monkeypatch.setattr(sitemap, "MOST", 5)
    assert sitemap.whole(made).count(b"<loc>") == 5


def test_the_sitemap_is_written_when_an_address_or_a_day_is_another():
    """Ten thousand episodes have fifty thousand addresses, and another title touches none."""
    show = daily(4)
    first, *rest = show.episodes

    def key(*changed: m.Episode, **values) -> str:
        [(_, made)] = sitemap.outputs(replace(show, episodes=(*changed, *rest), **values))
        return made.key

    same = key(first)
    assert key(replace(first, title="Another", summary="Another", notes="Another")) == same
    segment = first.segments[0]
    late = m.Correction(date=first.date.date() + timedelta(days=9), text="It was two.")
    others = [
        key(replace(first, tags=("sea",))),
        key(replace(first, segments=(replace(segment, stories=()),))),
        key(replace(first, segments=(replace(segment, corrections=(late,)),))),
        key(replace(first, segments=(replace(segment, people=()),))),
        key(replace(first, date=first.date + timedelta(days=1))),
        key(),
        key(first, stories=show.stories[1:]),
        key(first, people=show.people[1:]),
        key(first, url="https://other.example/"),
    ]
    assert len({same, *others}) == 10


# --- by tag, by publisher, by year -------------------------------------------------------------------------------


def test_tags_and_publishers_have_pages():
    """However it is written, a tag is one page with all its episodes, and a publisher one with all its stories on air;
    the lists lead to them, and so does an episode."""
    show = daily(SIZE)
    tags = [("Harbour", "Sea"), ("harbour",), (), ("Sea",)]
    episodes = tuple(replace(e, tags=tags[n % 4]) for n, e in enumerate(show.episodes))
    spelt = ("The Post", "THE POST", None)
    stories = {s.slug: replace(s, publisher=spelt[n % 3]) for n, s in enumerate(show.stories)}
    episodes = tuple(
        replace(e, segments=tuple(
            replace(s, stories=tuple(m.StoryLink(story=stories[link.story.slug]) for link in s.stories)) for s in e.segments
        ))
        for e in episodes
    )  # fmt: skip
    never = m.Story(slug="never", url="https://news.example/never", title="Never on air", publisher="Nobody")
    site = pagesite.build(replace(show, episodes=episodes, stories=(*stories.values(), never)))
    assert {path for path in site if path.startswith(("tags/", "publishers/"))} == {
        paths.tag("harbour"),
        paths.tag("sea"),
        paths.publisher("the-post"),
    }

    def linked(path: str) -> set[str]:
        document = Document(site[path].body().decode())
        assert document.faults == []
        hrefs = (urljoin("/" + path, e.attributes["href"]).lstrip("/") for e in document.all("a", href=None))
        return {paths_of(href.partition("#")[0]) for href in hrefs}

    with_tag = {paths.episode(e.slug) for e in episodes if {t.casefold() for t in e.tags} & {"harbour"}}
    assert {path for path in linked(paths.tag("harbour")) if path.startswith("episodes/day")} == with_tag
    theirs = {paths.story(s.slug) for s in stories.values() if s.publisher}
    assert {path for path in linked(paths.publisher("the-post")) if path.startswith("stories/")} - {
        paths.STORIES
    } == theirs
    assert {paths.tag("harbour"), paths.tag("sea")} <= linked(paths.EPISODES)
    assert paths.tag("sea") in linked(paths.episode(episodes[0].slug))
    listed = {url for url, _day in rows_of_sitemap(replace(show, episodes=episodes, stories=tuple(stories.values())))}
    assert (
        paths.absolute(show, paths.tag("sea")) in listed and paths.absolute(show, paths.publisher("the-post")) in listed
    )


def test_a_story_of_many_years_is_a_timeline():
    """On air in more than one year: each year has its heading, the newest first, and a mention says what it is. A story of
    one year is by relation, as before."""
    old = replace(shows.HARBOUR_VOTE, slug="old", guid="old", date=shows.HARBOUR_VOTE.date.replace(year=2019))
    show = replace(shows.rich(), episodes=(*shows.rich().episodes, old))

    def headings(show: m.Show, slug: str) -> list[str]:
        body = pagesite.build(show)[paths.story(slug)].body().decode()
        return [e.words for e in Document(body).elements if e.name == "h3"]

    assert headings(show, shows.BRIDGE.slug) == ["2026", "2019"]
    assert "Discussed" in headings(shows.rich(), shows.BRIDGE.slug)
    page = Document(pagesite.build(show)[paths.story(shows.COSTS.slug)].body().decode())
    kinds = {link.rel for s in shows.SEGMENTS for link in s.stories if link.story.slug == shows.COSTS.slug}
    said = [e.words for e in page.all("p", class_="kicker")]
    assert kinds != {"about"} and len(said) >= 2 * len(kinds - {"about"})
