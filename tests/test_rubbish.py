"""What a server makes anew goes by itself when it is replaced, without anybody looking through all that there is."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from newsroom import EPISODE, make, mp3

from podfeed import memory, model, unchanged
from podfeed.check.xml import Element
from podfeed.cli import maker
from podfeed.output import Output, Part, Site
from podfeed.schedule import View
from podfeed.steps import take

NOW = datetime(2027, 1, 1, tzinfo=UTC)
LARGE = (Site, Part, Output, Element, *(kind for kind in vars(model).values() if isinstance(kind, type)))
"""What there is much of: sites, and everything that shows are made of."""


@pytest.fixture(autouse=True)
def nobody_looks(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Rubbish is not looked for, and files count as settled at once, so that a show is remembered."""
    monkeypatch.setattr(unchanged, "SETTLED", -(10**10))
    take(make(tmp_path_factory.mktemp("first")), View(now=NOW))  # imports all that has values of its own
    gc.collect()
    gc.disable()
    yield
    gc.unfreeze()
    gc.enable()


def there() -> Counter[str]:
    """What there is that somebody holds; what the next reading would have at hand is taken away."""
    memory._AT_HAND.clear()
    return Counter(type(one).__name__ for one in gc.get_objects() if type(one) in LARGE)


def test_a_show_that_is_replaced_goes_by_itself(tmp_path):
    """Read for the first time, as it was, and with edits of one of two episodes: nothing of it holds itself."""
    folder = make(tmp_path)
    file = folder / "episodes/2026-03-03-second.yaml"
    file.write_text(EPISODE.replace("2026-03-02", "2026-03-03").replace("morning", "evening"))
    (folder / "media/evening.mp3").write_bytes(mp3(1700))
    before = there()
    for number in range(4):
        taken = take(folder, View(now=NOW))
        assert taken.site is not None and len(taken.site.parts) > 3
        if number:
            file.write_text(file.read_text() + f"# edited {number}\n")
        del taken
        assert not there() - before


def test_every_part_goes_by_itself(tmp_path):
    """Parts that were worked out go with their site."""
    folder, before = make(tmp_path), there()
    site = take(folder, View(now=NOW)).site
    assert site is not None
    for one in site.parts.values():
        site.made(one)
    assert there()["Output"] > before["Output"] + 50
    del site, one
    assert not there() - before


MANY_RINGS = """
import gc
from podfeed import rubbish

def make(number):
    with rubbish.put_off():
        for _ in range(number):
            ring = []
            ring.append(ring)

rubbish.begin()
make(1)
first = gc.get_freeze_count()
for _ in range(12):
    make(first)
print(gc.get_freeze_count() / first)
"""


def test_what_does_not_go_by_itself_is_looked_for_in_the_end():
    """Twelve times as much as there is would have stayed; it never becomes much more than twice."""
    ended = subprocess.run([sys.executable, "-c", MANY_RINGS], capture_output=True, text=True, check=True)
    assert 1 <= float(ended.stdout) < 4


def test_asking_whether_there_is_a_site_works_out_nothing():
    """A site counts as a mapping does; to know whether one is empty by counting would work out all of it."""

    def never() -> Iterator[tuple[str, Output]]:
        raise AssertionError("nobody asked for it")

    assert Site({}, [Part("episodes/a/", "1", never)])
    assert not Site({})


def test_a_server_that_records_works_out_nothing(tmp_path):
    """To write down what goes out, as `serve --production` does, no part of the site is looked into."""
    made = maker(make(tmp_path), False, False, None, public=True)(NOW)
    assert made.site is not None and made.site.parts and not made.site._made
    assert (tmp_path / "ledger.json").exists()
