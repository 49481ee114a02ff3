"""A site in parts: a part is worked out when somebody wants one of its outputs, and published only where it changed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pagesite
import pytest
from longer import lots
from test_publish import tree

from podfeed import output, paths
from podfeed.appearances import by_story
from podfeed.output import Output, Site
from podfeed.publish import manifest, names, release, sharing
from podfeed.publish.folder import PublishProblem, Report, publish
from podfeed.publish.reading import read_built, read_standing
from tests import shows

WORKED_OUT: Counter[str] = Counter()
RENDERED: Counter[str] = Counter()


def encoded(text: str) -> bytes:
    RENDERED[text] += 1
    return text.encode()


def words(text: str) -> Output:
    return output.rendered("text/plain", encoded, text)


def part(
    folder: str,
    contents: dict[str, str],
    beside: tuple[str, ...] = (),
    more: tuple[str, ...] = (),
    small: bool = False,
) -> output.Part:
    """A part of text files, by their names in the folder, or by their paths where they lie beside it or in one of `more`."""

    def make(*rows: tuple[str, str]) -> Iterator[tuple[str, Output]]:
        WORKED_OUT[folder] += 1
        for name, text in rows:
            yield name if name in beside or name.startswith(more) else folder + name, words(text)

    return output.part(folder, make, *contents.items(), beside=beside, more=more, small=small)


@pytest.fixture(autouse=True)
def counted() -> None:
    WORKED_OUT.clear()
    RENDERED.clear()


@pytest.fixture
def public(tmp_path: Path) -> Path:
    return tmp_path / "public"


def contents(one: output.Part) -> set[str]:
    return {path for path, _ in one.make()}


def since(work: Callable[[], object]) -> set[str]:
    """The parts that are worked out by it."""
    WORKED_OUT.clear()
    work()
    return set(WORKED_OUT)


# --- a site -----------------------------------------------------------------------------------------------------


def three() -> Site:
    return Site(
        {"index.html": words("home"), "e/a/cover.jpg": words("cover")},
        [
            part("e/a/", {"x": "1", "y/z": "2"}),
            part("e/b/", {"x": "3"}),
            part("s/c/", {"x": "4", "s/1": "4"}, ("s/1",)),
        ],
    )


def test_a_site_is_a_mapping_of_all_its_outputs():
    site = three()
    bodies = {path: one.body().decode() for path, one in site.items()}
    assert bodies == {
        "index.html": "home", "e/a/cover.jpg": "cover", "e/a/x": "1", "e/a/y/z": "2", "e/b/x": "3", "s/c/x": "4", "s/1": "4",
    }  # fmt: skip
    assert len(site) == 7 and set(site) == site.keys() == dict(site).keys()


@pytest.mark.parametrize(
    ("path", "there", "wanted"),
    [
        ("index.html", True, set()),
        ("e/a/cover.jpg", True, set()),
        ("e/a/y/z", True, {"e/a/"}),
        ("e/a/none", False, {"e/a/"}),
        ("s/1", True, {"s/c/"}),
        ("s/2", False, set()),
        ("e/c/x", False, set()),
        ("e/a", False, set()),
        ("", False, set()),
    ],
)
def test_looking_up_works_out_no_other_part(path, there, wanted):
    site = three()
    assert site.known(path) is (None if wanted else there) and not WORKED_OUT
    assert since(lambda: site.get(path)) == wanted and site.known(path) is there
    assert (path in site, path in three()) == (there, there)
    assert since(lambda: site.get(path)) == set()  # and its own once


@pytest.mark.parametrize(
    ("loose", "parts"),
    [
        ({"a/x": "1"}, [part("a/", {"x": "2"})]),
        ({"s/1": "1"}, [part("a/", {"s/1": "2"}, ("s/1",))]),
        ({}, [part("a/", {"x": "2"}), part("a/", {"y": "2"})]),
        ({}, [part("a/", {"x": "2"}), part("a/b/", {"y": "2"})]),
        ({}, [part("a/", {"x": "2"}, more=("c/",)), part("b/", {"y": "2"}, more=("c/",))]),
        ({}, [part("a/", {"s/1": "2"}, ("s/1",)), part("b/", {"s/1": "2"}, ("s/1",))]),
        ({}, [part("a/", {"x": "2"}, ("s/1",))]),
        ({}, [output.Part("a/", "1", lambda: iter([("b/x", words("1"))]))]),
        ({}, [output.Part("a/", "1", lambda: iter([("a/x", words("1")), ("a/x", words("2"))]))]),
    ],
    ids=[
        "loose",
        "loose beside",
        "one folder",
        "a folder in another",
        "one of more",
        "one beside",
        "none beside",
        "outside",
        "twice",
    ],
)
def test_two_outputs_for_one_path_are_our_bug(loose, parts):
    with pytest.raises(AssertionError):
        dict(Site({path: words(text) for path, text in loose.items()}, parts))


def test_what_a_part_is_made_of_is_its_key():
    one, two = part("a/", {"x": "1"}), part("a/", {"x": "2"})
    assert one.key != two.key != part("b/", {"x": "2"}).key
    assert output.part("a/", encoded, "x", salt="theme").key != output.part("a/", encoded, "x").key


# --- of a show -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [{"title": "Another title"}, {"notes": "Other notes"}, {"tags": ("ferry",)}])
def test_an_edit_touches_the_parts_that_name_the_episode(change):
    """Its own part, its neighbours', its stories' and its people's."""
    show = shows.many(12)
    edited = replace(show, episodes=(*show.episodes[:5], replace(show.episodes[5], **change), *show.episodes[6:]))
    before, after = pagesite.build(show), pagesite.build(edited)
    assert before.parts.keys() == after.parts.keys()
    touched = {folder for folder, one in after.parts.items() if before.parts[folder].key != one.key}
    slugs = [episode.slug for episode in show.episodes]
    assert {folder for folder in touched if folder.startswith("episodes/")} == {f"episodes/{s}/" for s in slugs[4:7]}
    for folder in after.parts.keys() - touched:
        old, new = before.made(before.parts[folder]), after.made(after.parts[folder])
        assert {p: (o.media_type, o.key) for p, o in old.items()} == {p: (o.media_type, o.key) for p, o in new.items()}


def test_every_page_about_one_thing_is_in_its_part():
    site = pagesite.build(shows.rich())
    for path in site.loose:
        assert not path.endswith("/index.html") or site.part_of(path) is None, path


def test_a_story_answers_beside_its_folder():
    """The answers under its addresses are the story's own file, and known before it is worked out."""
    site = pagesite.build(shows.rich())
    story = site.folders[paths.page(paths.story(shows.BRIDGE.slug))]
    own = {paths.story_by_url(url) for url in (shows.BRIDGE.url, *shows.BRIDGE.same_as, shows.BRIDGE.archive)}
    answer = site.made(story)[paths.story_json(shows.BRIDGE.slug)]
    assert own == {path for path in story.beside if site.made(story)[path] is answer}


def test_a_story_of_one_episode_is_in_its_part():
    """Until another episode discusses it too."""
    show = shows.rich()
    (told,) = by_story(show.episodes)[shows.BRIDGE.slug]
    first, folder = (paths.page(path) for path in (paths.episode(told.slug), paths.story(shows.BRIDGE.slug)))
    assert pagesite.build(show).folders[folder].folder == first
    again = replace(told, slug="again", guid="2")
    assert pagesite.build(replace(show, episodes=(again, *show.episodes))).folders[folder].folder == folder


def test_another_program_may_make_other_parts():
    theme, show = pagesite.theme(), shows.rich()
    one, other = (pagesite.site.build(show, theme, program) for program in ("one", "other"))
    assert all(one.parts[folder].key != other.parts[folder].key for folder in one.parts)


# --- publishing --------------------------------------------------------------------------------------------------


def show_of(number: int, changed: str = "0", loose: str = "0") -> Site:
    """Some parts, one of which says `changed`, and loose outputs, one of which says so."""
    parts = [
        part(f"e/{n}/", {"a": f"{n}", "b/c": changed if not n else "b", f"by/{n}": f"{n}"}, (f"by/{n}",))
        for n in range(number)
    ]
    return Site({"index": words(loose), "about": words("about")}, parts)


def test_a_build_works_out_what_an_edit_touches(public):
    """From the first build after the edit on, and whichever release gives its files to the next."""
    assert since(lambda: publish(show_of(9), public)) == {f"e/{n}/" for n in range(9)}
    assert since(lambda: publish(show_of(9), public)) == set()
    for edit in range(1, 8):
        RENDERED.clear()
        assert since(lambda edit=edit: publish(show_of(9, changed=f"edit {edit}"), public)) == {"e/0/"}
        assert dict(RENDERED) == {f"edit {edit}": 1}
        assert tree(public) == {path: one.body() for path, one in show_of(9, changed=f"edit {edit}").items()}
    for edit in range(1, 5):
        assert since(lambda edit=edit: publish(show_of(9, "edit 7", loose=str(edit)), public)) == set()
        assert tree(public) == {path: one.body() for path, one in show_of(9, "edit 7", loose=str(edit)).items()}


def test_after_another_program_everything_is_worked_out_once(public):
    """And stays where it is: the same files count as the same, whatever their part is called."""

    def of(program: str, edit: int) -> Site:
        site = show_of(9, loose=str(edit))
        return Site(site.loose, [one._replace(key=one.key + program) for one in site.parts.values()])

    for edit in range(4):
        publish(of("old", edit), public)
    assert since(lambda: publish(of("new", 4), public)) == {f"e/{n}/" for n in range(9)}
    links = (public / "e/1/a").stat().st_nlink
    assert since(lambda: publish(of("new", 5), public)) == set() and (public / "e/1/a").stat().st_nlink == links


def test_the_report_counts_parts_that_nobody_looked_into(public):
    publish(show_of(9), public)
    report = publish(show_of(9, changed="22"), public)
    size = sum(map(len, tree(public).values()))
    assert report == Report(rendered=1, linked=28, total=29, bytes=size)
    report = publish(show_of(8, changed="22"), public)
    assert (report.rendered, report.linked, report.removed, report.total) == (0, 26, 3, 26)
    assert publish(show_of(8, changed="22"), public).total == 26
    assert publish(show_of(8, changed="22"), public, clean=True).rendered == 26


def test_a_line_stays_as_it_is(public):
    def held() -> manifest.Manifest:
        found = manifest.read(public.resolve().with_name(public.resolve().name + ".json"))
        assert found is not None
        return found

    publish(show_of(9), public)
    before = held()
    publish(show_of(9, changed="22"), public)
    after = held()
    assert {folder for folder in before if before[folder] != after[folder]} == {"e/0/"}
    assert after["e/0/"].files == 3 and after["e/0/"].beside == ("by/0",)
    assert manifest.parse(manifest.dump(after)) == after


@pytest.mark.parametrize("lost", ["e/1/a", "e/1/b/c", "by/1"])
def test_a_lost_file_of_an_unchanged_part_comes_back(public, lost):
    publish(show_of(3), public)
    (public / lost).unlink()
    assert since(lambda: publish(show_of(3, changed="2"), public)) == {"e/0/", "e/1/"}
    assert tree(public) == {path: one.body() for path, one in show_of(3, changed="2").items()}


def test_one_answer_under_several_paths_is_made_once(public):
    def make(text: str) -> Iterator[tuple[str, Output]]:
        answer = words(text)
        for path in ("s/a/z.json", "by/1", "by/9"):
            yield path, answer

    publish(Site({}, [output.part("s/a/", make, "answer", beside=("by/1", "by/9"))]), public)
    assert RENDERED["answer"] == 1 and set(tree(public)) == {"s/a/z.json", "by/1", "by/9"}


def test_an_address_moves_from_one_part_to_another(public):
    """In both directions, in all three releases that take turns."""
    for owner in "abbaabab":
        site = Site(
            {}, [part(f"s/{name}/", {"x": name, **({"by/1": name} if name == owner else {})}, ("by/1",) * (name == owner))
                 for name in "ab"],
        )  # fmt: skip
        publish(site, public)
        assert tree(public) == {"s/a/x": b"a", "s/b/x": b"b", "by/1": owner.encode()}


def test_an_output_leaves_its_part_and_comes_back(public, monkeypatch):
    """Whoever of several processes is quicker, in all three releases that take turns."""

    def backwards(work, number, *rest):
        for one in reversed(range(number)):
            work(one)
        return []

    monkeypatch.setattr(sharing, "processors", lambda: 2)
    monkeypatch.setattr(sharing, "share", backwards)
    monkeypatch.setattr(release, "MANY", 1)
    for turn, loose in enumerate((False, True, True, True, False, False, False, True, False, True)):
        inside = {"x": str(turn), **({} if loose else {"w": "1"})}
        publish(Site({"e/a/w": words("1")} if loose else {}, [part("e/a/", inside), part("e/b/", {"x": "1"})]), public)
        assert tree(public) == {"e/a/x": b"%d" % turn, "e/a/w": b"1", "e/b/x": b"1"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Site({}, [part("e/a/", {"x": "1"})]), Site({}, [part("e/a/", {"x": "1"}), part("e/A/", {"y": "1"})])),
        (Site({}, [part("e/a/", {"x": "1"})]), Site({}, [part("e/a/", {"x": "1"}), part("e/A/b/", {"y": "1"})])),
        (Site({}, [part("e/a/", {"x": "1"})]), Site({"e/A": words("1")}, [part("e/a/", {"x": "1"})])),
        (Site({}, [part("e/a/", {"x": "1"})]), Site({"e/A/X": words("1")}, [part("e/a/", {"x": "1"})])),
        (Site({}, [part("e/a/", {"x": "1"})]), Site({"e/a/x/y": words("1")}, [part("e/a/", {"x": "1"})])),
        (Site({"e/a/X": words("1")}, [part("e/a/", {})]), Site({"e/a/X": words("1")}, [part("e/a/", {"x": "1"})])),
        (
            Site({}, [part("e/a/", {"x": "1"})]),
            Site({}, [part("e/a/", {"x": "1"}), part("b/", {"e/a/X": "1"}, ("e/a/X",))]),
        ),
        (Site({}, [part("e/a/", {"x": "1"})]), Site({}, [part("e/../", {"x": "1"})])),
    ],
    ids=[
        "two folders", "a folder in another", "a file", "a file within", "a folder within", "an output", "beside", "leaving",
    ],
)  # fmt: skip
def test_names_that_meet_are_refused_without_looking_into_every_part(public, before, after):
    quiet = part("e/quiet/", {"x": "1"})
    publish(Site(before.loose, [*before.parts.values(), quiet]), public)
    site, was = Site(after.loose, [*after.parts.values(), quiet]), tree(public)
    WORKED_OUT.clear()
    with pytest.raises(PublishProblem):
        publish(site, public)
    assert "e/quiet/" not in WORKED_OUT and tree(public) == was


def test_a_loose_path_that_an_unchanged_part_has_is_our_bug(public):
    publish(Site({}, [part("a/", {"x": "1"})]), public)
    with pytest.raises(AssertionError):
        publish(Site({"a/x": words("2")}, [part("a/", {"x": "1"})]), public)


def test_files_may_lie_in_the_folder_of_a_part():
    names.check({"e/a/x", "e/a/transcript.vtt", "e/index.html"}, {"e/a/", "e/b/"})


@pytest.mark.parametrize("seed", lots(60, 15))
def test_after_any_edits_of_parts_the_tree_equals_a_clean_one(tmp_path, seed):
    """Parts come, go and change, paths and folders move between them and out: each release is what its site says."""
    chance, public = random.Random(seed), tmp_path / "public"
    parts: list[output.Part] = []
    for _ in range(12):
        free, spare = [f"by/{n}" for n in range(4)], ["s/0/", "s/1/", "s/2/"]
        chance.shuffle(free)
        chance.shuffle(spare)
        loose = {
            f"{chance.choice('pq')}/{chance.choice('xy')}/{name}": chance.choice("12")
            for name in "mn"
            if chance.random() < 0.6
        }
        loose |= {f"{folder}w": "1" for folder in ("p/x/", "q/x/") if chance.random() < 0.3}
        parts = parts if chance.random() < 0.3 else []
        for folder in () if parts else ("p/x/", "p/y/", "q/x/", spare.pop()):
            if chance.random() < 0.8:
                beside = tuple(free.pop() for _ in range(chance.randrange(2)))
                inside = {name: chance.choice("12") for name in ("a", "b/c", chance.choice(("d", "d/e")))}
                inside |= dict.fromkeys(beside, chance.choice("12"))
                more = (spare.pop(),) if spare and chance.random() < 0.5 else ()
                inside |= {f"{one}a": chance.choice("12") for one in more}
                inside |= {"w": "1"} if chance.random() < 0.5 else {}
                parts.append(part(folder, inside, beside, more, small=chance.random() < 0.5))
        loose = {path: text for path, text in loose.items() if not any(path in one for one in map(contents, parts))}
        site = Site({path: words(text) for path, text in loose.items()}, parts)
        expected = {path: one.body() for path, one in site.items()}
        was = tree(public) if public.exists() else {}
        report = publish(Site(site.loose, parts), public, clean=chance.random() < 0.1)
        assert tree(public) == expected
        assert (report.total, report.removed) == (len(expected), len(was.keys() - expected.keys()))
        root = public.resolve()
        held = manifest.read(root.with_name(root.name + ".json"))
        assert held is not None and manifest.entries(held).keys() == expected.keys()
        folders = {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_dir()}
        assert folders == {"/".join(path.split("/")[:n]) for path in expected for n in range(1, path.count("/") + 1)}


# --- reading -------------------------------------------------------------------------------------------------------


def spoil(public: Path, folder: str) -> None:
    """Damage the line of one part."""
    file = public.resolve().with_name(public.resolve().name + ".json")
    held = manifest.read(file)
    assert held is not None
    file.write_bytes(file.read_bytes().replace(held[folder].text, b"spoilt"))


@pytest.mark.parametrize("read", [read_built, read_standing])
def test_what_is_read_is_looked_into_when_somebody_asks(public, read):
    """The line of a part is read with the first of its paths, and no other: another one may even be damaged."""
    publish(show_of(4), public)
    spoil(public, "e/2/")
    site = read(public)
    assert site["e/1/b/c"].body() == b"b" and site["by/1"].body() == b"1" and site["index"].body() == b"0"
    assert "e/7/a" not in site and "by/2" in site
    with pytest.raises(manifest.Damaged):
        site.get("e/2/a")


def test_a_damaged_line_counts_as_no_manifest(public):
    """Once somebody has to read it."""
    publish(show_of(4), public)
    spoil(public, "e/2/")
    report = publish(show_of(3), public)
    assert (report.rendered, tree(public)) == (11, {path: one.body() for path, one in show_of(3).items()})
    spoil(public, manifest.LOOSE)
    with pytest.raises(PublishProblem):
        read_built(public)
    publish(show_of(3), public)
    assert read_built(public)["index"].body() == b"0"


def test_a_damaged_line_of_the_oldest_release_is_no_obstacle(public):
    for edit in "123":
        publish(show_of(4, changed=edit), public)
    spoil_oldest = public.parent / ".public.releases" / "1.json"
    held = manifest.read(spoil_oldest)
    assert held is not None
    spoil_oldest.write_bytes(spoil_oldest.read_bytes().replace(held["e/0/"].text, b"spoilt"))
    publish(show_of(4, changed="4"), public)
    assert tree(public) == {path: one.body() for path, one in show_of(4, changed="4").items()}
