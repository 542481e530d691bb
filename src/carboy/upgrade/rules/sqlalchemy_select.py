"""Write the columns of select and case without a list."""

import ast
from collections.abc import Iterator

from carboy.upgrade.calls import (
    find_keyword,
    remove_argument,
)
from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule
from carboy.upgrade.source import Edit

_SELECTS = {f"sqlalchemy.{module}select" for module in ("", "sql.", "sql.expression.")}
_CASES = {f"sqlalchemy.{module}case" for module in ("", "sql.", "sql.expression.")}
_DB = "flask_sqlalchemy.SQLAlchemy"


def _check(module: Module) -> Iterator[Finding]:
    for call in module.nodes(ast.Call):
        if _is_function(module, call, "select", _SELECTS):
            yield from _edit_select(module, call)
        elif _is_function(module, call, "case", _CASES):
            yield from _edit_case(module, call)


def _is_function(module: Module, call: ast.Call, name: str, paths: set[str]) -> bool:
    function = call.func
    if module.path(function) in paths:
        return True
    is_own = isinstance(function, ast.Attribute) and function.attr == name
    return is_own and module.kind(getattr(function, "value", function)) == _DB


def _edit_select(module: Module, call: ast.Call) -> Iterator[Finding]:
    columns = find_keyword(call, "columns")
    first = call.args[0] if call.args else columns.value if columns else None
    if not isinstance(first, ast.List):
        return
    start = module.start(call)
    message = "select takes columns, not a list of them"
    known = {"columns", "whereclause"}
    if len(call.args) > 2 or {k.arg for k in call.keywords} - known:
        yield Finding(start, f"{message}; write its other arguments as methods")
        return
    edits = [_unwrap(module, columns or first, first)]
    where = find_keyword(call, "whereclause")
    condition = where.value if where else call.args[1] if len(call.args) == 2 else None
    if condition is not None:
        edits.append(remove_argument(module, call, where or condition))
        end = module.end(call)
        edits.append(Edit(end, end, f".where({module.text(condition)})"))
    yield Finding(start, message, tuple(edits))


def _edit_case(module: Module, call: ast.Call) -> Iterator[Finding]:
    whens = find_keyword(call, "whens")
    first = call.args[0] if call.args else whens.value if whens else None
    if isinstance(first, ast.List) and first.elts:
        edits = (_unwrap(module, whens or first, first),)
        yield Finding(module.start(call), "case takes pairs, not a list", edits)


def _unwrap(module: Module, node: ast.AST, items: ast.List) -> Edit:
    if not items.elts:
        return module.replace(node, "")
    start, end = module.start(items.elts[0]), module.end(items.elts[-1])
    text = module.source.get(module.start(items) + 1, module.end(items) - 1)
    inner = module.source.get(start, end)
    is_multi_line = "\n" in text or isinstance(items.elts[0], ast.Tuple)
    return module.replace(node, text.rstrip().rstrip(",") if is_multi_line else inner)


RULE = UpgradeRule(
    id="sqlalchemy-select",
    title="Write the columns of select and case without a list",
    why="SQLAlchemy 2.0 takes columns and pairs as arguments.",
    package="sqlalchemy",
    since="2.0",
    words=("select(", "case("),
    check=_check,
    examples=(
        (
            "from sqlalchemy import select\n\nselect([users.c.id, users.c.name])\n",
            "from sqlalchemy import select\n\nselect(users.c.id, users.c.name)\n",
        ),
    ),
)
