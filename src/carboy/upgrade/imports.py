"""Edits of import statements."""

import ast
import re

from .module import Module
from .scopes import Statement
from .source import Edit

_FROM = re.compile(rb"from[ \t]+([\w.]+)[ \t]+import")


def import_text(path: str, name: str = "") -> str:
    """Return the statement that imports a dotted path, under a name if it differs."""
    module, _, last = path.rpartition(".")
    suffix = f" as {name}" if name and name != (last or path) else ""
    return (
        f"from {module} import {last}{suffix}" if module else f"import {path}{suffix}"
    )


def add_import(module: Module, path: str) -> tuple[str, list[Edit]] | None:
    """Return the code for `path`, and the edits that import it; None if it cannot be.

    A module without a dot is imported whole, everything else with `from` if its name is
    free.
    """
    for name, bindings in module.scope.bindings.items():
        if all(binding.path == path for binding in bindings):
            return name, []
    parent, _, last = path.rpartition(".")
    for name, bindings in module.scope.bindings.items():
        whole = all(b.path == parent and b.alias for b in bindings)
        if parent and "." not in parent and whole:
            return f"{name}.{last}", []
    if not module.is_free(last):
        # The name is taken: import the module instead, if its own name is free.
        if not parent or "." in parent or not module.is_free(parent):
            return None
        added = add_import(module, parent)
        return None if added is None else (f"{added[0]}.{last}", added[1])
    position = end_of_imports(module)
    text = import_text(path) + module.source.newline
    if position and module.source.data[position - 1 : position] not in {b"\n", b"\r"}:
        text = module.source.newline + text.rstrip()
    return last, [Edit(position, position, text)]


def end_of_imports(module: Module) -> int:
    """Return the position of the line after the imports at the top of a module."""
    last: ast.stmt | None = None
    for node in module.tree.body:
        is_doc = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if isinstance(node, ast.Import | ast.ImportFrom) or (is_doc and last is None):
            last = node
        elif (last is not None and not is_doc) or not is_doc:
            break
    if last is None:
        return _first_code(module)
    return module.source.line_end(module.end(last))


def _first_code(module: Module) -> int:
    """Return the position of the first line that is no comment."""
    for number, start in enumerate(module.source.lines, start=1):
        line = module.source.get(start, module.source.line_end(start)).strip()
        if number > 2 or not line.startswith("#"):
            return start
    return 0


def is_alone(module: Module, node: ast.stmt) -> bool:
    """Return whether a statement has its lines for itself, but for a comment."""
    source = module.source
    start = module.start(node)
    before = source.get(source.lines[node.lineno - 1], start)
    after = source.get(module.end(node), source.line_end(module.end(node))).strip()
    return not before.strip() and (not after or after.startswith("#"))


def remove_statement(module: Module, node: ast.stmt) -> Edit:
    """Return the edit that removes a statement; `pass` stays in an empty block."""
    parent = module.parent(node) or module.tree
    blocks = [getattr(parent, name, []) for name in ("body", "orelse", "finalbody")]
    is_only = any(block == [node] for block in blocks) and parent is not module.tree
    if is_only or not is_alone(module, node):
        return module.replace(node, "pass")
    start = module.source.lines[node.lineno - 1]
    return Edit(start, module.source.line_end(module.end(node)), "")


def insert_after(module: Module, node: ast.stmt, lines: list[str]) -> Edit:
    """Return the edit that writes statements behind one, in its block."""
    end = module.end(node)
    if not is_alone(module, node):
        return Edit(end, end, "".join(f"; {line}" for line in lines))
    newline, indent = module.source.newline, module.indent(node)
    position = module.source.line_end(end)
    text = "".join(f"{indent}{line}{newline}" for line in lines)
    if module.source.data[position - 1 : position] not in {b"\n", b"\r"}:
        text = newline + text.removesuffix(newline)
    return Edit(position, position, text)


def remove_aliases(
    module: Module, node: Statement, removed: list[ast.alias], added: list[str]
) -> list[Edit]:
    """Return the edits that take names out of a statement, and add others."""
    kept = [alias for alias in node.names if alias not in removed]
    if not kept:
        if not added:
            return [remove_statement(module, node)]
        lines = [f"{module.source.newline}{module.indent(node)}{x}" for x in added[1:]]
        if not is_alone(module, node):
            lines = [f"; {line}" for line in added[1:]]
        return [module.replace(node, added[0] + "".join(lines))]
    edits = []
    tail = [a for a in removed if module.start(a) > module.start(kept[-1])]
    for alias in (a for a in removed if a not in tail):
        following = node.names[node.names.index(alias) + 1]
        edits.append(Edit(module.start(alias), module.start(following), ""))
    if tail:
        edits.append(Edit(module.end(kept[-1]), module.end(tail[-1]), ""))
    return edits + ([insert_after(module, node, added)] if added else [])


def rename_source(module: Module, node: ast.ImportFrom, name: str) -> Edit:
    """Return the edit that changes the module which a statement imports from."""
    match = _FROM.match(module.source.data, module.start(node))
    if match is None:
        return Edit(-1, -1, "")
    return Edit(*match.span(1), name)
