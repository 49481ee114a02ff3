"""The Python that is made of a template: Jinja's own, without what is asked for cases that podfeed does not have.

* `{{ f(x) }}` calls `f`. Jinja's own call asks every time whether the function wants to know its context; none of ours
  does, and no macro needs it.
* `{{ a.b }}` is an attribute. If there is none, `templating` has the page made as Jinja would.
* What is written out is escaped, but not made a `Markup` first, since nothing but joining it comes after; and it is put into one
  list for each block, where Jinja hands every piece from generator to generator.
* `{% import … with context %}` asks `templating` for the macros, which need not be made for each page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from keyword import iskeyword
from operator import is_
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame, MacroRef
from jinja2.ext import Extension
from jinja2.idtracking import VAR_LOAD_RESOLVE
from jinja2.parser import Parser
from markupsafe import Markup
from markupsafe import escape as escaped

try:
    from markupsafe._speedups import _escape_inner as escaped_text
except ImportError:  # a build without C, or another version: the same text, a little later
    escaped_text = escaped


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


class DirectCode(CodeGenerator):
    """Makes Python of a template."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        self.asked: set[str] = set()
        super().visit_Template(node, frame)
        # The first stands in the place of Jinja's own, which is imported at the top.
        names = "escape, escaped_text, marked as _marked, refuse as _refuse, same as _same"
        self.writeline(f"from {__name__} import {names}")
        others = any(node.find(kind) for kind in (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport))
        asked = self.asked | self.environment.of_filters  # type: ignore[attr-defined]
        self.writeline("_once = {}")
        self.writeline(f"asked = {None if others else tuple(sorted(asked))!r}")  # the others ask for more

    def enter_frame(self, frame: Frame) -> None:
        super().enter_frame(frame)
        self.asked |= {name for action, name in frame.symbols.loads.values() if action == VAR_LOAD_RESOLVE and name}

    def _import_common(self, node: nodes.Import | nodes.FromImport, frame: Frame) -> None:
        if not node.with_context:
            super()._import_common(node, frame)
            return
        self.write("environment.imported(")
        self.visit(node.template, frame)
        self.write(f", {self.name!r}, context, {self.dump_local_context(frame)})")

    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Frame) -> None:
        if frame.buffer is not None:
            super().blockvisit(nodes, frame)
            return
        self.buffer(frame)
        super().blockvisit(nodes, frame)
        self.writeline(f"yield concat({frame.buffer})")

    def visit_CallBlock(self, node: nodes.CallBlock, frame: Frame) -> None:
        if not isinstance(node.call.node, nodes.ExtensionAttribute):
            super().visit_CallBlock(node, frame)
            return
        if node.find(nodes.Block):
            self.fail("a block cannot stand in {% once %}", node.lineno)
        inner = frame.inner()
        inner.symbols.analyze_node(node)
        self.enter_frame(inner)
        key, seen, kept = (self.temporary_identifier() for _ in range(3))
        self.writeline(f"{key} = ({key!r}, ", node)
        self.visit(node.call.args[0], frame)
        self.write(")")
        found = {name.name for child in node.body for name in child.find_all(nodes.Name) if name.ctx == "load"}
        rows = [inner.symbols.find_ref(name) or f"resolve({name!r})" for name in sorted(found)]
        self.writeline(f"{seen} = ({''.join(f'{row}, ' for row in rows)})")
        self.writeline(f"{kept} = _once.get({key})")
        self.writeline(f"if {kept} is None or not _same({kept}[0], {seen}):")
        self.indent()
        self.buffer(inner)
        self.blockvisit(node.body, inner)
        self.writeline(f"{kept} = _once[{key}] = {seen}, concat({inner.buffer})")
        self.outdent()
        self.simple_write(f"{kept}[1]", frame)
        self.leave_frame(inner)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        escaping = frame.eval_ctx.autoescape and not frame.eval_ctx.volatile
        if escaping:  # in place, for texts: a page writes out several hundred
            self.write("(escaped_text(_text) if (_type := type(_text := ")
        else:
            super()._output_child_pre(node, frame, finalize)

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        escaping = frame.eval_ctx.autoescape and not frame.eval_ctx.volatile
        if escaping:
            self.write(")) is str else _text if _type is Markup else escape(_text))")
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
        name, arguments = getattr(node, "name", None), [argument.name for argument in node.args]
        if any(map(iskeyword, arguments)):
            super().macro_def(macro_ref, frame)
            return
        # A function of Python's, which knows how to be called: each page calls a hundred. `_made` is bound here and now.
        head = "".join(f"{argument}=missing, " for argument in arguments)
        self.write(f"(lambda {head}*_rest, _made=macro, **_more: _marked(_made({', '.join(arguments)}))")
        self.write(f" if not (_rest or _more) else _refuse({name!r}, {len(arguments)}, _more))")


class Once(Extension):
    """`{% once here %} … {% endonce %}`: what stands there is made once for each value of `here`, as long as everything
    else that it names is the very same. A block cannot stand in it, since nobody knows what a theme fills in."""

    tags = {"once"}  # noqa: RUF012

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        call = nodes.Call(self.attr("said"), [parser.parse_expression()], [], None, None)
        body = parser.parse_statements(("name:endonce",), drop_needle=True)
        return nodes.CallBlock(call, [], [], body).set_lineno(line)

    def said(self, here: object, caller: Callable[[], str]) -> str:
        """For Jinja's own code, which makes it each time."""
        return caller()


def same(these: tuple[object, ...], those: tuple[object, ...]) -> bool:
    """Whether each is the very same as the other in its place."""
    return all(map(is_, these, those))


def refuse(macro: str | None, arguments: int, more: Mapping[str, object]) -> None:
    """Raises what Jinja says of a call with too much: `more` has what is none of the macro's arguments."""
    if more:
        raise TypeError(f"macro {macro!r} takes no keyword argument {next(iter(more))!r}")
    raise TypeError(f"macro {macro!r} takes not more than {arguments} argument(s)")
