"""Jinja as podfeed uses it: an unknown name is a mistake, and what pages do thousands of times is compiled to less.

The only module that imports jinja2, which `pages` loads with the first page. Templates mean what Jinja's documentation
says; only the Python that is made of them is shorter:

* `{{ f(x) }}` calls `f`. Jinja's own call asks every time whether the function wants to know its context; none of ours
  does, and no macro needs it.
* `{{ a.b }}` is an attribute. If there is none, the page is made once more as Jinja would, which knows what else it may mean.
* What is written out is escaped, but not made a `Markup` first, since nothing but joining it comes after.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from functools import cached_property, lru_cache, partial
from keyword import iskeyword
from string import Formatter
from typing import Any

import jinja2
from jinja2 import BytecodeCache, DictLoader, Environment, StrictUndefined, Template, nodes, pass_context
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame, MacroRef
from jinja2.runtime import missing
from markupsafe import Markup
from markupsafe import escape as escaped

try:
    from markupsafe._speedups import _escape_inner as escaped_text
except ImportError:  # a build without C, or another version: the same text, a little later
    escaped_text = escaped

__all__ = ["Markup", "Templates", "environment", "escape", "filled", "pass_context"]


def environment(templates: Mapping[str, str], compiled: dict[str, bytes]) -> Templates:
    """Jinja with these templates: name → source. What they are compiled to is taken from `compiled`, or put there."""
    return Templates(
        loader=DictLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=-1,
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


def escape(value: object) -> str:
    """A value as HTML text.

    >>> escape("a < b"), escape(Markup("<b>"))
    ('a &lt; b', Markup('<b>'))
    """
    kind = type(value)
    if kind is str:
        return escaped_text(value)  # type: ignore[arg-type]
    return value if kind is Markup else escaped(value)  # type: ignore[return-value]


marked = partial(str.__new__, Markup)
"""`Markup(text)` for a text of ours, in a third of the time."""


def filled(text: str, values: Mapping[str, object]) -> Markup:
    """HTML with its places filled: what `Markup(text).format(**values)` says, without reading the text each time.

    >>> filled("With <b>{people}</b>", {"people": "Kim & Lee"})
    Markup('With <b>Kim &amp; Lee</b>')
    """
    pieces = _pieces(text)
    if pieces is None:
        return Markup(text).format(**values)
    return marked("".join([f"{literal}{escape(values[name])}" if name else literal for literal, name in pieces]))


@lru_cache(maxsize=1024)
def _pieces(text: str) -> tuple[tuple[str, str | None], ...] | None:
    """A text cut at its places; None where one is more than a name (`{n:>3}`, `{a.b}`, `{}`)."""
    rows = tuple(Formatter().parse(text))
    plain = all(name is None or (name.isidentifier() and not spec and not kind) for _, name, spec, kind in rows)
    return tuple((literal, name) for literal, name, _, _ in rows) if plain else None


class DirectCode(CodeGenerator):
    """Makes Python of a template."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        super().visit_Template(node, frame)
        names = "PlainMacro, escape, escaped_text"  # the second in the place of Jinja's own, imported at the top
        self.writeline(f"from {__name__} import {names}")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        escaping = frame.eval_ctx.autoescape and not frame.eval_ctx.volatile
        if escaping:  # in place, for texts: a page writes out several hundred
            self.write("(escaped_text(_text) if type(_text := ")
        else:
            super()._output_child_pre(node, frame, finalize)

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        escaping = frame.eval_ctx.autoescape and not frame.eval_ctx.volatile
        if escaping:
            self.write(") is str else escape(_text))")
        else:
            super()._output_child_post(node, frame, finalize)

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        rare = forward_caller or node.dyn_args or node.dyn_kwargs or any(iskeyword(row.key) for row in node.kwargs)
        if rare:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for number, argument in enumerate((*node.args, *node.kwargs)):
            self.write(", " if number else "")
            self.visit(argument, frame)
        self.write(")")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        of_jinja = isinstance(node.node, nodes.Name) and node.node.name == "self"  # the blocks, which it looks up
        if of_jinja or iskeyword(node.attr) or not node.attr.isascii():
            super().visit_Getattr(node, frame)
            return
        self.write("(")
        self.visit(node.node, frame)
        self.write(f").{node.attr}")

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        takes_more = macro_ref.accesses_caller or macro_ref.accesses_kwargs or macro_ref.accesses_varargs
        if takes_more or frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super().macro_def(macro_ref, frame)
            return
        node = macro_ref.node
        names = tuple(argument.name for argument in node.args)
        self.write(f"PlainMacro(macro, {getattr(node, 'name', None)!r}, {names!r})")


class PlainMacro:
    """A macro with named arguments and nothing else: each page makes a few dozen and calls them a hundred times."""

    __slots__ = ("arguments", "made", "name")

    def __init__(self, made: Callable[..., str], name: str | None, arguments: tuple[str, ...]):
        self.made, self.name, self.arguments = made, name, arguments

    def __call__(self, *values: object, **named: object) -> Markup:
        rest = self.arguments[len(values) :]
        if named:
            values += tuple([named.pop(name, missing) for name in rest])
        elif rest:
            values += (missing,) * len(rest)
        if named or len(values) > len(self.arguments):
            raise self._refusal(named)
        return marked(self.made(*values))

    def _refusal(self, named: Mapping[str, object]) -> TypeError:
        """What Jinja says of such a call."""
        if named:
            return TypeError(f"macro {self.name!r} takes no keyword argument {next(iter(named))!r}")
        return TypeError(f"macro {self.name!r} takes not more than {len(self.arguments)} argument(s)")


class Templates(Environment):
    """Jinja's environment, with what it gives to all templates set before the first of them is read."""

    code_generator_class: type[CodeGenerator] = DirectCode

    def said(self, name: str, values: Mapping[str, object]) -> str:
        """What the template of this name makes of the values."""
        try:
            return self._joined(self.get_template(name), values)
        except AttributeError:  # Jinja's own `a.b` looks for `a["b"]` too, and may ask whether it is there
            return self.careful.get_template(name).render(values)

    def _joined(self, template: Template, values: Mapping[str, object]) -> str:
        """`Template.render`, which would copy the values three times."""
        context = self.context_class(self, {**template.globals, **values}, template.name, template.blocks)
        try:
            return "".join(template.root_render_func(context))
        except Exception:
            self.handle_exception()  # with the template's line in the traceback

    @cached_property
    def careful(self) -> Environment:
        """The same templates, as Jinja compiles them. podfeed's own need it never."""
        made = self.overlay()
        made.code_generator_class, made.bytecode_cache = CodeGenerator, None
        return made

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One dict: Jinja's is a `ChainMap`, which each page copied slowly."""
        return {**self.globals, **(d or {})}
