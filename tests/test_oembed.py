"""oEmbed: a consumer that follows a discovery link gets a card it can put into its page as it is."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from dataclasses import replace
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pagesite
import pytest
import shows

from podfeed import model as m
from podfeed import paths
from podfeed.render import oembed

NUMBERS = {"width", "height", "thumbnail_width", "thumbnail_height"}


class Frames(HTMLParser):
    """What a browser makes of the `html` of an answer."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def answers(show: m.Show) -> dict[str, dict]:
    return {path: json.loads(output.body()) for path, output in oembed.outputs(show)}


@pytest.mark.parametrize("show", [shows.rich(), shows.minimal()], ids=["rich", "minimal"])
def test_every_answer_is_a_rich_one_of_version_1(show):
    """An answer has what oEmbed §2.3.4 requires of `rich`, and a thumbnail only with its size."""
    documents = answers(show)
    assert len(documents) == len(show.episodes) + sum(len(e.segments) for e in show.episodes) + len(show.stories)
    for document in documents.values():
        assert (document["version"], document["type"]) == ("1.0", "rich")
        assert document["provider_url"] == show.url
        assert all(isinstance(document[name], int) for name in NUMBERS & set(document))
        assert {"width", "height", "title", "html", "author_name", "provider_name"} <= set(document)
        assert len({"thumbnail_url", "thumbnail_width", "thumbnail_height"} & set(document)) in (0, 3)


def test_a_frame_shows_the_card_of_its_own_answer():
    """Episode, segment and story each point at their own card, with a title and a sandbox."""
    slug = shows.HARBOUR_VOTE.slug
    documents = answers(shows.rich())
    pairs = {
        paths.oembed(slug): paths.embed(slug),
        paths.oembed(slug, 2): paths.embed(slug, 2),
        paths.story_oembed("tides"): paths.story_embed("tides"),
    }
    for answer, card in pairs.items():
        document = documents[answer]
        ((tag, frame),) = Frames(document["html"]).tags
        assert (tag, frame["src"]) == ("iframe", paths.absolute(shows.rich(), card))
        assert frame["title"] == document["title"]
        assert (int(frame["width"] or 0), int(frame["height"] or 0)) == (document["width"], document["height"])
        assert {"allow-scripts", "allow-same-origin", "allow-popups"} <= set((frame["sandbox"] or "").split())
        assert "allow-top-navigation" not in (frame["sandbox"] or "")


def test_hostile_words_stay_words():
    """A title with quotes and tags is the frame's title, and nothing else in the page that embeds it."""
    evil = "\"><script>alert('1')</script> & <b>"
    show = replace(shows.rich(), episodes=(replace(shows.HARBOUR_VOTE, title=evil),))
    source = answers(show)[paths.oembed(shows.HARBOUR_VOTE.slug)]["html"]
    read = Frames(source)
    assert [(tag, attributes["title"]) for tag, attributes in read.tags] == [("iframe", evil)]
    assert read.text == ""


def test_a_picture_of_unknown_size_is_left_out():
    """Without width and height there is no thumbnail, as oEmbed wants."""
    cover = m.Image(file=shows.rich().cover.file)
    show = replace(shows.minimal(), cover=cover)
    assert "thumbnail_url" not in answers(show)[paths.oembed("bonus")]


def test_a_card_grows_with_its_lines_but_not_for_ever():
    """A segment with more stories has a higher card, up to a limit beyond which it scrolls."""
    link = m.StoryLink(story=shows.TIDES)

    def height(stories: int) -> int:
        segment = replace(shows.SEGMENTS[0], stories=(link,) * stories)
        show = replace(shows.rich(), episodes=(replace(shows.HARBOUR_VOTE, segments=(segment,)),))
        return answers(show)[paths.oembed(shows.HARBOUR_VOTE.slug, 1)]["height"]

    assert height(0) < height(1) < height(3) < height(9) == height(99)


# --- a consumer of others ------------------------------------------------------------------------------------

CLIENTS = Path(__file__).parent / "clients"
SLUG = shows.HARBOUR_VOTE.slug
KINDS = {
    "an episode's page": (paths.episode(SLUG), paths.embed(SLUG), "The harbour vote: what now?"),
    "a segment's card": (paths.embed(SLUG, 2), paths.embed(SLUG, 2), "Council approves the harbour bridge"),
    "a story's page": (paths.story("tides"), paths.story_embed("tides"), "Spring tides ahead"),
}


@pytest.fixture(scope="module")
def embedded(tmp_path_factory):
    """Kind of page → what @extractus/oembed-extractor is answered for it, over a static server on loopback."""
    node = shutil.which("node")
    if node is None or not (CLIENTS / "node_modules" / "@extractus").is_dir():
        pytest.skip("the npm readers are not installed: run `npm ci` in tests/clients")
    public = tmp_path_factory.mktemp("public")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_words):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=public)) as server:
        url = f"http://127.0.0.1:{server.server_port}/"
        for path, output in pagesite.build(replace(pagesite.local(), url=url)).items():
            if path.endswith((".html", "oembed.json")) and output.make:
                (public / path).parent.mkdir(parents=True, exist_ok=True)
                (public / path).write_bytes(output.body())
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        command = [node, "read_oembed.js", *(url + paths.page(page) for page, _card, _title in KINDS.values())]
        run = subprocess.run(command, cwd=CLIENTS, capture_output=True, timeout=60)
        server.shutdown()
    assert run.returncode == 0, run.stderr.decode()
    return url, dict(zip(KINDS, json.loads(run.stdout), strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_a_consumer_discovers_the_card(embedded, kind):
    """An oEmbed consumer that only has a page's address finds the ready answer, and in it the frame with the card."""
    url, answers = embedded
    _page, card, title = KINDS[kind]
    answer = answers[kind]
    assert (answer["method"], answer["type"], answer["title"]) == ("auto-discovery", "rich", title)
    ((tag, frame),) = Frames(answer["html"]).tags
    assert (tag, frame["src"]) == ("iframe", url + paths.page(card))
