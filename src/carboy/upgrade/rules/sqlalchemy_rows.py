"""Read the columns of rows by name."""

import ast
from collections.abc import Iterator

from carboy.upgrade.calls import string_value
from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule
from carboy.upgrade.source import Edit

_METHODS = {"execute", "exec_driver_sql"}
_FETCHES = {"fetchall", "fetchone", "first", "all", "one"}
_ONE = {"fetchone", "first", "one"}
_RECEIVERS = {"session", "db_session", "engine", "connection", "conn"}


def _check(module: Module) -> Iterator[Finding]:
    if not module.project.packages & {"sqlalchemy", "flask_sqlalchemy"}:
        return
    for call in module.nodes(ast.Call):
        function = call.func
        if not isinstance(function, ast.Attribute) or function.attr not in _METHODS:
            continue
        receiver = function.value
        name = getattr(receiver, "attr", getattr(receiver, "id", ""))
        if name in _RECEIVERS and _are_named(module, call):
            end = module.end(call)
            edits = (Edit(end, end, ".mappings()"),)
            yield Finding(module.start(call), "rows are tuples", edits)


def _are_named(module: Module, call: ast.Call) -> bool:
    """Return whether rows are read by the names of columns, and not otherwise."""
    outer: ast.AST = call
    fetch = ""
    parent = module.parent(call)
    if isinstance(parent, ast.Attribute):
        if parent.attr not in _FETCHES:
            return False
        fetch = parent.attr
        outer = module.parent(parent) or call
    names = _names_of(module, outer, is_row=fetch in _ONE)
    uses = [use for name in names for use in _uses(module, name)]
    kinds = [_kind(module, use) for use in uses]
    return bool(kinds) and all(kind != "other" for kind in kinds) and "name" in kinds


def _names_of(module: Module, outer: ast.AST, *, is_row: bool) -> list[ast.Name]:
    """Return the names that rows are bound to."""
    parent = module.parent(outer)
    if isinstance(parent, ast.For | ast.comprehension) and parent.iter is outer:
        return [parent.target] if isinstance(parent.target, ast.Name) else []
    if not isinstance(parent, ast.Assign) or not isinstance(
        parent.targets[0], ast.Name
    ):
        return []
    target = parent.targets[0]
    if is_row:
        return [target]
    rows: list[ast.Name] = []
    for use in _uses(module, target):
        loop = module.parent(use)
        if not isinstance(loop, ast.For | ast.comprehension) or loop.iter is not use:
            return []
        if not isinstance(loop.target, ast.Name):
            return []
        rows.append(loop.target)
    return rows


def _uses(module: Module, name: ast.Name) -> list[ast.Name]:
    scope = module.scope_of(name)
    bound = scope.find(name.id)
    if len(bound) != 1:
        return []
    return [
        node
        for node in module.nodes(ast.Name)
        if node.id == name.id
        and isinstance(node.ctx, ast.Load)
        and module.bindings(node) is bound
    ]


def _kind(module: Module, use: ast.Name) -> str:
    """Return how a row is used: by ``name``, as a condition, or in any other way."""
    parent = module.parent(use)
    if isinstance(parent, ast.Subscript):
        return "name" if string_value(parent.slice) else "other"
    if isinstance(parent, ast.Attribute):
        return "name" if parent.attr in {"items", "keys", "values"} else "other"
    if isinstance(parent, ast.Call) and getattr(parent.func, "id", "") == "dict":
        return "name"
    is_test = isinstance(parent, ast.If | ast.BoolOp | ast.UnaryOp | ast.Compare)
    return "test" if is_test else "other"


RULE = UpgradeRule(
    id="sqlalchemy-rows",
    title="Read the columns of rows by name",
    why=(
        "Rows of SQLAlchemy 2.0 are tuples: row['name'] and dict(row) work on"
        " mappings() only."
    ),
    package="sqlalchemy",
    since="2.0",
    words=("execute(", "exec_driver_sql("),
    check=_check,
    examples=(
        (
            "from app import db\n"
            "from sqlalchemy import text\n"
            "\n"
            'for row in db.session.execute(text("SELECT name FROM users")):\n'
            '    print(row["name"])\n',
            "from app import db\n"
            "from sqlalchemy import text\n"
            "\n"
            'for row in db.session.execute(text("SELECT name FROM users")).mappings():\n'
            '    print(row["name"])\n',
        ),
    ),
)
