"""Items of feeds stay at hand for all feeds in which they stand, however many there are."""

from __future__ import annotations

from podfeed.render import items
from podfeed.render.items import Recent


def item(number: int) -> bytes:
    return b"<item>%d</item>" % number * 100


def test_what_does_not_fit_is_packed_and_what_then_does_not_is_gone():
    recent = Recent(5_000)
    for number in range(10):
        assert recent.put(f"i{number}", item(number)) == item(number)
    assert len(recent.made) < 10 == len(recent)
    assert [recent.get(f"i{number}") for number in range(10)] == [item(number) for number in range(10)]
    assert list(recent.rows()) == [(f"i{number}", item(number)) for number in range(10)]
    for number in range(10, 1_000):
        recent.put(f"i{number}", item(number))
    assert recent.get("i0") is None and recent.get("i999") == item(999)


def test_one_that_is_larger_than_the_room_is_at_hand():
    recent = Recent(10)
    assert recent.put("a", b"x" * 100) == recent.get("a") == b"x" * 100


def test_another_process_hears_of_all_that_is_new(monkeypatch):
    monkeypatch.setattr(items, "_made", Recent(5_000))
    monkeypatch.setattr(items, "_heard", 0)
    items.hear({"i0": item(0)})
    for number in range(1, 20):
        items.at_hand(f"i{number}", lambda number=number: item(number))
    assert items.news() == {f"i{number}": item(number) for number in range(1, 20)}
    items.hear({})
    assert items.news() == {}
