"""Templates mean what Jinja says they mean: ours are compiled to less Python, with the same words at the end."""

from __future__ import annotations

import decimal
import traceback
from collections.abc import Callable
from itertools import pairwise
from types import SimpleNamespace

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined, TemplateError
from markupsafe import Markup, escape

from podfeed.render import templating

MACROS = """{% macro linked(text, to="#", mark=none) %}<a href="{{ to }}">{{ text }}{{ mark or "" }}</a>{% endmacro %}
{% macro around(name) %}<p>{{ name }}: {{ caller() }}, {{ caller() | length }}</p>{% endmacro %}
{% macro any() %}{{ varargs | join("-") }}{{ kwargs | dictsort }}{% endmacro %}
{% macro told() %}{{ name }}{% endmacro %}"""

TEMPLATES = {
    "text": '{{ name }} {{ number }} {{ nothing }} {{ true }} {{ safe }} {{ odd }} {{ "<" ~ name ~ safe }}',
    "attribute": "{{ thing.real }} {{ pairs.a }} {{ pairs['a'] }} {{ pairs.items() | list }} {{ name.upper() }}",
    "attribute of anything": "{{ 'a b'.title() }}{{ [1, 2].count(1) }}{{ (1 + 2).real }}{{ pairs['a'].upper() }}{{ -thing.real }}",
    "item by its name": "{{ pairs.a }}{% for pair in [pairs, pairs] %}{{ pair.a }}{% endfor %}",
    "attribute that Python has not": "{{ pairs.class }}{{ pairs.é }}",
    "block by its name": "{% block a %}{{ name }}{% endblock %}{{ self.a() }}",
    "call": "{{ f() }}{{ f(1) }}{{ f(1, b=name) }}{{ f(*[1, 2]) }}{{ f(**{'b': 3}) }}{{ f(b=f(a=safe)) }}",
    "keyword": "{{ f(class=name) }}",
    "nested": "{% for a in range(3) %}{{ f(loop.index, b=loop.cycle('x', '<')) }}{% endfor %}",
    "imported": '{% import "macros" as ui %}{{ ui.linked(name) }}{{ ui.linked(safe, mark=1) }}{{ ui.any(1, "<", c=2) }}',
    "with context": '{% import "macros" as ui with context %}{{ ui.told() }}{{ ui.linked(ui.told(), to=ui.told()) }}',
    "with context after a set": '{% set name = "x" %}{% import "macros" as ui with context %}{{ ui.told() }}',
    "with context of an include": '{% set name = "x" %}{% include "with context" %}',
    "with context in a block": '{% block a %}{% set name = "x" %}{% import "macros" as ui with context %}{{ ui.told() }}{% endblock %}',
    "from": '{% from "macros" import linked as l %}{{ l(name, "<>") ~ "<" }}',
    "caller": '{% import "macros" as ui %}{% call ui.around(name) %}<i>{{ name }}</i>{% endcall %}',
    "block": "{% block a %}{{ f(1) }}{% block b scoped %}{{ name }}{% endblock %}{% endblock %}{{ self.b() }}",
    "extends": '{% extends "block" %}{% block b %}{{ super() }}!{{ super() | length }}{% endblock %}',
    "set": "{% set a %}<b>{{ name }}</b>{% endset %}{{ a }}{{ a | length }}{{ f(a) }}",
    "not escaped": '{% autoescape false %}{{ name }}{% import "macros" as ui %}{{ ui.linked(name) }}{% endautoescape %}',
    "filters": "{{ name | upper }}{{ [name, safe] | join(', ') }}{{ name | e }}{{ name | forceescape }}{{ name | safe }}",
    "unknown name": "{{ nobody }}",
    "unknown function": "\n{{ nobody(1) }}",
    "unknown attribute": "{{ name.nobody }}",
    "unknown attribute called": "{{ name.nobody() }}",
    "unknown macro": '{% import "macros" as ui %}{{ ui.nobody(1) }}',
    "is defined": "{{ nobody is defined }}{{ name.nobody is defined }}{{ nobody | default(name) }}",
    "not given": '{% import "macros" as ui %}{{ ui.linked() }}',
    "too many": '{% import "macros" as ui %}{{ ui.linked(1, 2, 3, 4) }}',
    "no such argument": '{% import "macros" as ui %}{{ ui.linked(1, nobody=4) }}',
    "ours fails": "a\nb\n{{ f(1, 2, 3) }}",
}


def function(a: object = "a", b: object = "b", **rest: object) -> str:
    return f"[{a} {b} {sorted(rest.items())}]"


class Written:
    def __html__(self) -> str:
        return Markup("<i>written</i>")


VALUES = {
    "name": '<Dana> & "Lee"\'s',
    "number": 1.5,
    "nothing": None,
    "safe": Markup("<b>safe</b>"),
    "odd": Written(),
    "thing": decimal.Decimal("1.0"),
    "pairs": {"a": "<a>", "class": "<b>", "é": "<c>"},
    "f": function,
}


def outcome(render: Callable[[], str]) -> tuple[object, ...]:
    """What a template comes to: its text, or the error with the template's line."""
    try:
        return (render(),)
    except (TemplateError, TypeError, LookupError) as problem:
        lines = [
            frame.lineno for frame in traceback.extract_tb(problem.__traceback__) if frame.filename == "<template>"
        ]
        return type(problem), str(problem), lines[-1:]


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_say_what_jinja_says(name):
    """The same text, and the same mistake at the same line."""
    templates = TEMPLATES | {"macros": MACROS}
    options = {"autoescape": True, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    jinja, ours = Environment(loader=DictLoader(templates), **options), templating.environment(templates, {})
    expected = outcome(lambda: jinja.get_template(name).render(VALUES))
    assert outcome(lambda: ours.said(name, VALUES)) == expected


def test_macros_are_made_once_as_long_as_all_that_they_ask_for_is_the_same():
    """Also what a filter of theirs looks up for itself."""
    macros = "{% macro told() %}{{ name }}{{ 1 | spoken }}{% endmacro %}"
    templates = {"a": '{% import "macros" as ui with context %}{{ ui.told() }}{{ page }}', "macros": macros}
    ours = templating.environment(templates, {})
    ours.filters["spoken"] = templating.pass_context(lambda context, value: f"{context['words']} {value} ")
    ours.of_filters = frozenset({"words"})
    made = []
    for name, words, page in ((1, "en", 1), (1, "en", 2), (2, "en", 3), (2, "de", 4), (2, "de", 5), (1, "en", 6)):
        assert ours.said("a", {"name": name, "words": words, "page": page}) == f"{name}{words} 1 {page}"
        made.append(ours._imported["macros"][1])
    assert [a is b for a, b in pairwise(made)] == [True, False, False, True, False]


ONCE = """{% for row in rows %}{% once here %}<a href="{{ link(row) }}">{% for a in range(2) %}{{ name }}{% endfor %}</a>
{% endonce %}{% endfor %}{% once (here, 1) %}{% set name = "set" %}{{ name }}{{ safe }}{% endonce %}{{ name }}"""


def test_what_is_made_once_says_what_it_would_say_each_time():
    """It is made anew for another key, and if anything that it names is another thing."""
    count = []

    def link(row: str) -> str:
        count.append(row)
        return f"{row}<"

    templates = {"a": ONCE}
    options = {"autoescape": True, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    jinja = Environment(loader=DictLoader(templates), extensions=[templating.Once], **options)
    ours = templating.environment(templates, {})
    values = {"link": link, "name": "Dana & Lee", "safe": Markup("<b>"), "rows": ("x", "x"), "here": 1}
    made = []
    for change in ({}, {}, {"here": 2}, {"name": "Kim"}, {"rows": ("x", "y", "x")}, {"rows": ("x",), "here": 2}):
        values |= change
        expected = jinja.get_template("a").render(values)
        count.clear()
        assert ours.said("a", values) == expected
        made.append(len(count))
    assert made == [1, 0, 1, 1, 2, 0]


def test_no_block_is_made_once():
    with pytest.raises(TemplateError, match="a block cannot stand"):
        templating.environment({"a": "{% once 1 %}{% block b %}{% endblock %}{% endonce %}"}, {}).said("a", {})


def test_templates_are_compiled_once(monkeypatch):
    """What was compiled is taken as it is, but for another source; and never where Jinja's own way is wanted."""
    compiled: dict[str, bytes] = {}
    templating.environment({"a": "{{ pairs.a }}"}, compiled).said("a", {"pairs": SimpleNamespace(a="x")})
    again = templating.environment({"a": "{{ pairs.a }}"}, compiled)
    assert again.said("a", VALUES) == "&lt;a&gt;"  # by an item: Jinja compiles it for itself
    assert len(compiled) == 1
    monkeypatch.setattr(templating.Templates, "code_generator_class", None)  # nothing can be compiled any more
    assert templating.environment({"a": "{{ pairs.a }}"}, compiled).said("a", {"pairs": SimpleNamespace(a="x")}) == "x"
    with pytest.raises(TypeError):
        templating.environment({"a": "{{ pairs.b }}"}, compiled).said("a", {"pairs": SimpleNamespace(b="x")})


def test_a_mistake_in_our_own_code_is_told():
    """That a page is made once more must not hide what went wrong."""

    def broken():
        raise AttributeError("ours")

    with pytest.raises(AttributeError, match="ours"):
        templating.environment({"a": "{{ f() }}"}, {}).said("a", {"f": broken})


@pytest.mark.parametrize("value", [*VALUES.values(), "", "a", "é", "\U0001f4fb>", True, 3, decimal.Decimal("1.10")])
def test_values_are_escaped_as_ever(value):
    assert templating.escape(value) == escape(value)


@pytest.mark.parametrize(
    "text",
    [
        "nothing to fill",
        "<b>{name}</b>, {number} & {name}",
        "{safe}{odd}{nothing}",
        "{{name}} {name}}}",
        "{number:>8} and {pairs[a]} and {thing.real} and {name!r}",
        "{nobody}",
        "{0} and {}",
    ],
)
def test_places_are_filled_as_markup_fills_them(text):
    """The same HTML, or the same mistake."""

    assert outcome(lambda: templating.filled(text, VALUES)) == outcome(lambda: Markup(text).format(**VALUES))
