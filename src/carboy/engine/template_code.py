"""Compiles Jinja templates to Python code that does the same in less time.

Jinja's own generator writes the code. What a page does hundreds of times is written
another way: a call, an attribute, a name that is looked up, a value that is escaped.
"""

from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame, optimizeconst
from jinja2.idtracking import VAR_LOAD_RESOLVE

from .template_escape import escape_text

_RUNTIME = (
    "from carboy.engine.template_runtime import "
    "get_call, get_lookup, get_read, nothing, read_item; "
    "from carboy.engine.template_escape import escape_text, escape_value"
)
# Keyword arguments with a meaning of their own in `Context.call`.
_RESERVED = frozenset({"_loop_vars", "_block_vars", "_Context__self", "_Context__obj"})


def make_code_generator(
    environment: Environment,
    name: str | None,
    filename: str | None,
    *options: Any,
    **named: Any,
) -> CodeGenerator:
    """Return the generator for a template: Jinja's own where the code is kept.

    A cache of bytecode and compiled modules may be read by a process without us.
    """
    generator = FastCodeGenerator(environment, name, filename, *options, **named)
    is_kept = generator.defer_init or environment.bytecode_cache is not None
    is_other = environment.is_async or environment.sandboxed or escape_text is None
    if is_kept or is_other:
        return CodeGenerator(environment, name, filename, *options, **named)
    return generator


class FastCodeGenerator(CodeGenerator):
    """Jinja's code generator with faster expressions."""

    def write_template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        """Write the module, which starts with an import of what it calls."""
        self.writeline(_RUNTIME)
        super().visit_Template(node, frame)

    def write_commons(self) -> None:
        """Write what each function of a template starts with."""
        super().write_commons()
        self.writeline("context_vars, context_get = get_lookup(context)")
        self.writeline("call = get_call(context)")
        self.writeline("read, plain = get_read(environment)")

    def enter_frame(self, frame: Frame) -> None:
        """Write the names of a frame: those of the context are looked up here."""
        if self.get_resolve_func() != "resolve":
            super().enter_frame(frame)
            return
        loads = frame.symbols.loads
        others = {}
        for target, (action, name) in loads.items():
            if action == VAR_LOAD_RESOLVE:
                self.writeline(
                    f"{target} = context_vars[{name!r}] if {name!r} in context_vars"
                    f" else context_get({name!r}, missing)"
                )
            else:
                others[target] = (action, name)
        frame.symbols.loads = others
        try:
            super().enter_frame(frame)
        finally:
            frame.symbols.loads = loads

    def write_attribute(self, node: nodes.Getattr, frame: Frame) -> None:
        """Write an attribute without a frame of its own."""
        self.write("(v if (v := read((o := ")
        self.visit(node.node, frame)
        self.write(
            f"), {node.attr!r}, nothing)) is not nothing"
            f" else read_item(environment, o, {node.attr!r}))"
        )

    def write_item(self, node: nodes.Getitem, frame: Frame) -> None:
        """Write an item: that of a dict is read at once."""
        key = node.arg.value if isinstance(node.arg, nodes.Const) else None
        if type(key) is not str:
            super().visit_Getitem(node, frame)
            return
        self.write(f"(o[{key!r}] if type(o := ")
        self.visit(node.node, frame)
        self.write(f") is plain and {key!r} in o else environment.getitem(o, {key!r}))")

    def write_call(self, node: nodes.Call, frame: Frame, **options: Any) -> None:
        """Write a call that goes through the context only if it has to."""
        if node.dyn_kwargs or not _RESERVED.isdisjoint(k.key for k in node.kwargs):
            super().visit_Call(node, frame, **options)
            return
        loop_vars = "_loop_vars" if frame.loop_frame else "None"
        block_vars = "_block_vars" if frame.block_frame else "None"
        self.write(f"call(context, {loop_vars}, {block_vars}, ")
        self.visit(node.node, frame)
        has_caller = options.get("forward_caller", False)
        self.signature(node, frame, {"caller": "caller"} if has_caller else None)
        self.write(")")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if self._is_stock_output(frame, finalize):
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("(escape_text(v) if type(v := ")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if self._is_stock_output(frame, finalize):
            super()._output_child_post(node, frame, finalize)
        else:
            self.write(") is str else escape_value(v))")

    @staticmethod
    def _is_stock_output(frame: Frame, finalize: Any) -> bool:
        context = frame.eval_ctx
        return bool(
            context.volatile or not context.autoescape or finalize.src is not None
        )


# By the names that Jinja calls.
for _name, _visitor in (
    ("Template", FastCodeGenerator.write_template),
    ("Getattr", optimizeconst(FastCodeGenerator.write_attribute)),
    ("Getitem", optimizeconst(FastCodeGenerator.write_item)),
    ("Call", optimizeconst(FastCodeGenerator.write_call)),
):
    setattr(FastCodeGenerator, f"visit_{_name}", _visitor)
