"""Jinja as podfeed uses it: an unknown name is a mistake, and what pages do thousands of times is compiled to less.

Only this module and `template_code` import jinja2, and `pages` loads them with the first page. Templates mean what Jinja's
documentation says; only the Python that is made of them is shorter (`template_code`), and what is the same for one page after the
other is kept.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, MutableMapping
from functools import cached_property, lru_cache
from operator import is_
from string import Formatter
from types import TracebackType
from typing import Any

import jinja2
from jinja2 import BytecodeCache, DictLoader, Environment, StrictUndefined, Template, pass_context
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, missing
from markupsafe import Markup

from podfeed.render.template_code import DirectCode, Once, escape, marked

__all__ = ["Markup", "Templates", "environment", "escape", "filled", "pass_context"]


def environment(templates: Mapping[str, str], compiled: dict[str, bytes]) -> Templates:
    """Jinja with these templates: name → source. What they are compiled to is taken from `compiled`, or put there."""
    return Templates(
        loader=DictLoader(templates),
        extensions=[Once],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=-1,
        auto_reload=False,
        bytecode_cache=Compiled(compiled),
    )


class Compiled(BytecodeCache):
    """Templates as Python's own code. Jinja looks whether it is of the same source, and of this Python."""

    def __init__(self, rows: dict[str, bytes]):
        self.rows = rows

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        return f"{name} {jinja2.__version__}"

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self.rows.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.rows[bucket.key] = bucket.bytecode_to_string()


def filled(text: str, values: Mapping[str, object]) -> Markup:
    """HTML with its places filled: what `Markup(text).format(**values)` says, without reading the text each time.

    >>> filled("With <b>{people}</b>", {"people": "Kim & Lee"})
    Markup('With <b>Kim &amp; Lee</b>')
    """
    form = _form(text)
    if form is None:
        return Markup(text).format(**values)
    return marked(form[0] % tuple([escape(values[name]) for name in form[1]]))


@lru_cache(maxsize=1024)
def _form(text: str) -> tuple[str, tuple[str, ...]] | None:
    """A text with `%s` in its places, and their names; None where one is more than a name (`{n:>3}`, `{a.b}`, `{}`)."""
    rows = tuple(Formatter().parse(text))
    if any(name is not None and (not name.isidentifier() or spec or kind) for _, name, spec, kind in rows):
        return None
    form = "".join(literal.replace("%", "%%") + ("%s" if name else "") for literal, name, _, _ in rows)
    return form, tuple(name for _, name, _, _ in rows if name)


def _places(traceback: TracebackType | None) -> Iterator[tuple[str, int]]:
    """The templates in which something went wrong, by name, each with its line; the innermost last."""
    while traceback:
        template = traceback.tb_frame.f_globals.get("__jinja_template__")
        if template is not None:
            yield template.name, template.get_corresponding_lineno(traceback.tb_lineno)
        traceback = traceback.tb_next


def mistake(wrong: Exception, own: Container[str]) -> tuple[str, int, str] | None:
    """Which of a show's `own` templates is to be mended, in which line, and what is wrong there; None if it is none of these."""
    if isinstance(wrong, jinja2.TemplateSyntaxError):
        places = [(wrong.name or "", wrong.lineno)]
    else:
        places = getattr(wrong, "templates", [])
    name, line = next((place for place in reversed(places) if place[0] in own), ("", 0))
    said = f"there is no template {wrong}" if isinstance(wrong, jinja2.TemplateNotFound) else str(wrong) or repr(wrong)
    return (name, line, said) if name else None


class Names(dict[str, Any]):
    """What a template sees, by name."""

    def __missing__(self, name: str) -> Any:
        return missing


class Known(Context):
    """Jinja's context with all names in one dict, which is asked without a call of Python: a page asks five hundred times."""

    def __init__(self, environment: Environment, parent: dict[str, Any], *rest: Any, **more: Any) -> None:
        super().__init__(environment, parent, *rest, **more)
        self.know(Names(parent))

    def know(self, names: Names) -> None:
        self.vars = self.parent = names
        self.resolve_or_missing = names.__getitem__  # type: ignore

    def get_all(self) -> dict[str, Any]:
        return self.vars


class Templates(Environment):
    """Jinja's environment, with what it gives to all templates set before the first of them is read."""

    code_generator_class: type[CodeGenerator] = DirectCode
    context_class: type[Context] = Known

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.of_filters: frozenset[str] = frozenset()  # names that filters look up in the context
        self._imported: dict[str, tuple[list[object], TemplateModule]] = {}
        self._found: dict[str, Template] = {}

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> Template:
        """A page asks three times for a template by its name, which Jinja would look up with care each time."""
        found = self._found.get(name) if globals is None else None
        if found is None:
            found = super().get_template(name, parent, globals)
            if globals is None and isinstance(name, str):
                self._found[name] = found
        return found

    def imported(self, name: str, parent: str, context: Known, local: Mapping[str, object]) -> TemplateModule:
        """The macros of the template of this name with the context of the template that imports it. They are made once as
        long as all that they ask for is the same; `local` are variables of the importing template that are not in its context."""
        template = self.get_template(name, parent)
        asked = template.root_render_func.__globals__["asked"]
        if asked is None or any(value is not missing for value in local.values()):
            return template.make_module(context.get_all(), True, local)  # type: ignore[arg-type]
        seen = [*map(context.vars.__getitem__, asked)]
        kept = self._imported.get(name)
        if kept is None or not all(map(is_, kept[0], seen)):
            kept = self._imported[name] = seen, template.make_module(context.get_all(), True)
        return kept[1]

    def said(self, name: str, values: Mapping[str, object]) -> str:
        """What the template of this name makes of the values."""
        try:
            return self._joined(self.get_template(name), values)
        except AttributeError:  # Jinja's own `a.b` looks for `a["b"]` too, and may ask whether it is there
            return self.careful.get_template(name).render(values)

    def _joined(self, template: Template, values: Mapping[str, object]) -> str:
        """`Template.render`, which would copy the values three times."""
        context = Known(self, {}, template.name, template.blocks)
        context.know(Names({**template.globals, **values}))
        try:
            return "".join(template.root_render_func(context))
        except Exception as wrong:
            wrong.templates = list(_places(wrong.__traceback__))  # type: ignore[attr-defined]
            self.handle_exception()  # with the template's line in the traceback

    @cached_property
    def careful(self) -> Environment:
        """The same templates, as Jinja compiles them. podfeed's own need it never."""
        made = self.overlay()
        made.code_generator_class, made.context_class, made.bytecode_cache = CodeGenerator, Context, None
        made._found = {}
        return made

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One dict: Jinja's is a `ChainMap`, which each page copied slowly."""
        return {**self.globals, **(d or {})}
