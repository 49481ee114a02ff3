"""The pages of a show for their tests: the repository's theme, whole sites, and a reader of HTML that misses nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

from podfeed import model as m
from podfeed import site
from podfeed.output import Site
from podfeed.theme import Theme
from tests import shows

TEMPLATES = Path(__file__).parent.parent / "templates"
VOID = set("area base br col embed hr img input link meta source track wbr".split())


def theme() -> Theme:
    """The templates and static files as they are in this checkout."""
    templates = {path.name: path.read_text("utf-8") for path in sorted(TEMPLATES.glob("*.html"))}
    static = {path.name: path.read_bytes() for path in sorted((TEMPLATES / "static").iterdir())}
    stamp = hashlib.sha256(repr((templates, static)).encode()).hexdigest()
    return Theme(templates=templates, static=static, stamp=stamp)


def build(show: m.Show) -> Site:
    """Everything that the show publishes."""
    return site.build(show, theme())


def html(site: Site) -> dict[str, str]:
    """Its pages, by path; transcripts that an editor gave are not pages."""
    pages = (path for path in site if path.endswith(".html") and "/transcript." not in path)
    return {path: site[path].body().decode("utf-8") for path in pages}


# --- shows to try ---------------------------------------------------------------------------------------


def local() -> m.Show:
    """The rich show, with its recordings on the site itself and its feed where it was."""
    return replace(shows.rich(), audio_url=None, new_feed_url=None)


def without_episodes() -> m.Show:
    return replace(shows.minimal(), episodes=())


def long() -> m.Show:
    """One episode of sixty segments with very long titles, told in Arabic, and nobody's picture."""
    title = "ما الذي يعنيه التصويت على جسر الميناء لسكان المدينة القديمة ولمن يعبرون كل صباح بالعبّارة؟ " * 2
    story = m.Story(
        slug="long",
        url="https://news.example/" + "a-very-long-address-" * 10,
        title="Supercalifragilistic" * 6,
        language="en",
    )
    segments = tuple(
        m.Segment(
            number=n + 1,
            start=shows.at(minutes=n),
            end=shows.at(minutes=n + 1),
            title=f"{title} {n}",
            people=(m.Credit(person=m.Person(slug="layla", name="ليلى"), role="Guest"),),
            stories=(m.StoryLink(story=story),) * (n % 3 == 0),
        )
        for n in range(60)
    )
    episode = replace(
        shows.BONUS, title=title, segments=segments, audio=replace(shows.BONUS.audio, duration=shows.at(hours=1))
    )
    people = (m.Person(slug="layla", name="ليلى"),)
    return replace(shows.minimal(), language="ar", episodes=(episode,), stories=(story,), people=people)


def long_titled(language: str) -> m.Show:
    """The long show in another language: its titles stay Arabic."""
    return replace(long(), language=language)


def arabic() -> m.Show:
    """A morning programme in Arabic, with an English story, an English guest, a correction and a transcript."""
    layla = m.Person(slug="layla-haddad", name="ليلى حداد", role="Host", bio="تقدّم ليلى البرنامج منذ **2009**.")
    karim = m.Person(slug="karim-nasser", name="كريم ناصر", role="آخر مرشد للعبّارة")
    dana = m.Person(slug="dana-reyes", name="Dana Reyes")
    host, pilot, guest = (
        m.Credit(person=layla, role="Host"),
        m.Credit(person=karim, role="آخر مرشد للعبّارة"),
        m.Credit(person=dana, role="Guest"),
    )
    bridge = m.Story(
        slug="bridge",
        url="https://news.radio.example/2026/03/02/bridge",
        title="المجلس البلدي يقرّ مشروع جسر الميناء",
        publisher="أخبار الميناء",
        authors=("سامي الخطيب", "Kim Hart"),
        date=date(2026, 3, 2),
        corrections=(m.Correction(date=date(2026, 3, 3), text="القرض 40 مليونًا لا 14."),),
    )
    costs = m.Story(
        slug="costs",
        url="https://citypaper.example/harbour-costs",
        title="Who pays for the bridge, and when?",
        publisher="City Paper",
        authors=("Lee Moss",),
        date=date(2026, 2, 27),
        language="en",
    )
    tides = m.Story(
        slug="tides", url="https://weather.example/tides", title="Spring tides ahead!", publisher="مرصد الطقس"
    )
    segments = (
        m.Segment(number=1, start=shows.at(), end=shows.at(minutes=2, seconds=15), title="العناوين"),
        m.Segment(
            number=2,
            start=shows.at(minutes=2, seconds=15),
            end=shows.at(minutes=14, seconds=5),
            title="المجلس البلدي يوافق على جسر الميناء",
            summary="جاءت النتيجة تسعة أصوات مقابل ثمانية بعد جلسة استمرت حتى منتصف الليل.",
            people=(guest,),
            stories=(
                m.StoryLink(story=bridge),
                m.StoryLink(story=costs, rel="mentions", at=shows.at(minutes=5, seconds=40)),
            ),
        ),
        m.Segment(
            number=3,
            start=shows.at(minutes=14, seconds=5),
            end=shows.at(minutes=28, seconds=41),
            title="Portrait: the last ferry pilot?",
            summary="حديث مع كريم ناصر عن أربعين عامًا على متن العبّارة.",
            people=(pilot,),
            stories=(m.StoryLink(story=tides, rel="background"),),
        ),
    )
    cues = tuple(
        m.Cue(start=shows.at(seconds=start), speaker=speaker, text=said)
        for start, speaker, said in (
            (0, "ليلى حداد", "صباح الخير. هذه عناوين اليوم."),
            (135, "ليلى حداد", "وافق المجلس البلدي مساء أمس على بناء الجسر."),
            (150, "Dana Reyes", "كان التصويت متقاربًا: تسعة مقابل ثمانية."),
            (845, "كريم ناصر", "بدأتُ العمل على العبّارة عام 1986."),
        )
    )
    audio = replace(shows.BONUS.audio, duration=shows.at(minutes=28, seconds=41))
    newest = replace(
        shows.BONUS,
        slug="harbour-bridge",
        title="جسر الميناء: ماذا بعد التصويت؟",
        summary="المجلس يوافق على الجسر، وآخر مرشد للعبّارة يستعيد ذكرياته.",
        number=212,
        type="full",
        hosts=(host,),
        guests=(pilot, guest),
        segments=segments,
        clips=(m.Clip(start=shows.at(minutes=3, seconds=2), duration=shows.at(seconds=45), title="تسعة مقابل ثمانية"),),
        notes="موسيقى الحلقة: *Tides* لفرقة [The Buoys](https://buoys.example/).\n\n- للتواصل معنا: 15:00 كل يوم.",
        transcripts=(replace(shows.captions("harbour-bridge", *cues), language="ar"),),
        airings=(m.Airing(station="KXYZ 91.5", at=datetime(2026, 3, 2, 4, tzinfo=UTC)),),
        audio=audio,
    )
    earlier = replace(
        newest,
        slug="ferry",
        guid="ferry",
        title="Farewell to the ferry?",
        number=211,
        date=newest.date - timedelta(days=1),
        segments=(replace(segments[1], stories=(m.StoryLink(story=bridge),)),),
        clips=(),
        airings=(),
        transcripts=(),
    )
    return replace(
        shows.minimal(),
        title="صباح الميناء",
        tagline="الأخبار وما وراءها، كل صباح في السادسة.",
        description="برنامج صباحي عن أخبار المدينة ومينائها.",
        language="ar",
        timezone="Asia/Beirut",
        author="إذاعة الميناء",
        station=m.Station(name="إذاعة الميناء", url="https://radio.example/", call_sign="KXYZ"),
        hosts=(host,),
        license=m.License(id="CC-BY-4.0"),
        episodes=(newest, earlier),
        stories=(bridge, costs, tides),
        people=(layla, karim, dana),
    )


WORDY = (
    "An extraordinarily long title in which the council, the harbour authority and three ministries disagree about who is "
    "to pay for the bridge, and what the Donaudampfschifffahrtsgesellschaftskapitäne think of it"
)


def wordy() -> m.Show:
    """Very long titles and names everywhere, with words that are longer than a phone is wide; many corrections."""
    show = local()
    segments = tuple(
        replace(
            segment,
            title=WORDY,
            summary=WORDY,
            corrections=(m.Correction(date=date(2026, 3, 4), text=WORDY),),
            stories=tuple(replace(link, story=_wordy(link.story), note=WORDY) for link in segment.stories),
        )
        for segment in show.episodes[0].segments
    )
    newest = replace(show.episodes[0], title=WORDY, summary=WORDY, segments=segments)
    people = tuple(replace(person, name=f"{person.name} {WORDY}", role=WORDY) for person in show.people)
    stories = tuple(map(_wordy, show.stories))
    station = m.Station(name=WORDY)
    episodes = (newest, *show.episodes[1:])
    return replace(show, title=WORDY, tagline=WORDY, station=station, episodes=episodes, people=people, stories=stories)


def _wordy(story: m.Story) -> m.Story:
    authors = ("Maximiliane von und zu Hohenfels-Wittgenstein", "x" * 90)
    return replace(story, title=WORDY, publisher=WORDY, authors=authors, summary=WORDY)


def bare() -> m.Show:
    """No cover, nobody's picture, one episode of one segment."""
    segment = replace(shows.SEGMENTS[1], image=None, people=())
    episode = replace(shows.BONUS, segments=(segment,), image=None, guests=())
    stories = tuple(link.story for link in segment.stories)
    return replace(shows.minimal(), cover=None, episodes=(episode,), stories=stories)


def hostile() -> m.Show:
    """Texts that would be markup if they were let."""
    evil = "</title></script><script>alert(1)</script>\"'><img src=x onerror=alert(1)> {{ show }} {% raw %}"
    story = m.Story(slug="s", url="https://news.example/?a=1&b='x", title=evil, publisher=evil, authors=(evil,))
    person = m.Person(slug="p", name=evil, bio=evil, role=evil)
    credit = m.Credit(person=person, role=evil)
    link = m.StoryLink(story=story, note=evil)
    segment = m.Segment(
        number=1, start=shows.at(), end=shows.at(seconds=2), title=evil, summary=evil, people=(credit,), stories=(link,)
    )
    episode = replace(
        shows.BONUS,
        title=evil,
        summary=evil,
        notes=evil,
        segments=(segment,),
        guests=(credit,),
        transcripts=(shows.captions(shows.BONUS.slug, m.Cue(text=evil, speaker=evil)),),
    )
    return replace(
        shows.minimal(),
        title=evil,
        description=evil,
        tagline=evil,
        episodes=(episode,),
        stories=(story,),
        people=(person,),
    )


SHOWS = {
    "rich": shows.rich,
    "local": local,
    "minimal": shows.minimal,
    "forty": lambda: shows.many(40),
    "without-episodes": without_episodes,
    "long-and-arabic": long,
    "arabic": arabic,
    "hostile": hostile,
    "wordy": wordy,
    "bare": bare,
}


# --- reading HTML ---------------------------------------------------------------------------------------


@dataclass
class Element:
    name: str
    attributes: dict[str, str]
    text: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        return " ".join("".join(self.text).split())


class Document(HTMLParser):
    """A page's elements in order, each with the text inside it. `faults` says what is not well formed."""

    def __init__(self, source: str):
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.faults: list[str] = []
        self._open: list[Element] = []
        self.feed(source)
        self.close()
        self.faults += [f"<{element.name}> is never closed" for element in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"<{tag}> has an attribute twice: {names}")
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag == "path":  # of SVG, where a stroke at the end closes
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1].name == tag:
            self._open.pop()
        else:
            self.faults.append(f"</{tag}> at {self.getpos()} closes {[e.name for e in self._open[-2:]]}")

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text.append(data)

    def all(self, name: str, **attributes: str | None) -> list[Element]:
        """Elements by name (`*` for any) and attributes; None asks only that it is there."""
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
        return [
            element
            for element in self.elements
            if name in ("*", element.name)
            and all(k in element.attributes and v in (None, element.attributes[k]) for k, v in wanted.items())
        ]
