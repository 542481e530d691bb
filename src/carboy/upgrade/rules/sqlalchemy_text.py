"""Mark SQL that is written as text."""

import ast
import re
from collections.abc import Iterator

from carboy.upgrade.calls import (
    is_text_or_name,
    string_value,
)
from carboy.upgrade.imports import (
    add_import,
)
from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule
from carboy.upgrade.source import Edit

_DIRECTION = re.compile(r"^\w[\w.]* (?:asc|desc)\b", re.IGNORECASE)
_SECURITY = "Never put what visitors write into such a text: give it as a parameter."


def _check(module: Module) -> Iterator[Finding]:
    for call in module.nodes(ast.Call):
        function = call.func
        if not isinstance(function, ast.Attribute) or not call.args:
            continue
        first = call.args[0]
        if not is_text_or_name(module, first) or module.is_guarded(call):
            continue
        if function.attr in {"execute", "scalar"} and _is_session(
            module, function.value
        ):
            yield _edit(module, call, first)
        elif isinstance(first, ast.Name):
            continue
        elif function.attr in {"order_by", "filter"} and _is_query(function.value):
            value = string_value(first)
            if " " in value.strip() or function.attr == "filter":
                yield _edit(module, call, first)
        elif function.attr == "order_by" and _is_direction(module, first):
            yield _edit(module, call, first)


def _is_direction(module: Module, node: ast.expr) -> bool:
    """Return whether a query that is made elsewhere is sorted by such a text."""
    is_known = module.project.packages & {"sqlalchemy", "flask_sqlalchemy"}
    return bool(is_known and _DIRECTION.search(string_value(node)))


def _edit(module: Module, call: ast.Call, first: ast.expr) -> Finding:
    start = module.start(call)
    added = add_import(module, "sqlalchemy.text")
    if added is None:
        return Finding(start, "Write sqlalchemy.text(…) around the SQL")
    name, edits = added
    begin, end = module.start(first), module.end(first)
    edits += [Edit(begin, begin, f"{name}("), Edit(end, end, ")")]
    is_made = not string_value(first)
    security = _SECURITY if is_made else ""
    return Finding(start, "SQL as a string is text(…)", tuple(edits), security)


def _is_session(module: Module, node: ast.expr) -> bool:
    if isinstance(node, ast.Attribute) and node.attr == "session":
        return module.kind(node.value) == "flask_sqlalchemy.SQLAlchemy"
    if not isinstance(node, ast.Name):
        return False
    makers = ("sqlalchemy.orm.scoped_session", "sqlalchemy.orm.Session")
    if module.kind(node) in makers:
        return True
    bound = module.bindings(node)
    values = [b.value for b in bound if isinstance(b.value, ast.Call)]
    factory = values[0].func if len(values) == len(bound) == 1 else None
    return factory is not None and module.kind(factory) in {
        "sqlalchemy.orm.sessionmaker",
        *makers,
    }


def _is_query(node: ast.expr) -> bool:
    """Return whether an expression is a query of a model, or of a session."""
    while isinstance(node, ast.Call | ast.Attribute):
        if isinstance(node, ast.Attribute) and node.attr == "query":
            return True
        node = node.func if isinstance(node, ast.Call) else node.value
    return False


RULE = UpgradeRule(
    id="sqlalchemy-text",
    title="Mark SQL that is written as text",
    why="SQLAlchemy 2.0 executes no plain strings: text() says that the SQL is meant.",
    package="sqlalchemy",
    since="2.0",
    words=("execute(", "order_by(", "filter("),
    check=_check,
    examples=(
        (
            'from app import db\n\ndb.session.execute("SELECT 1")\n',
            (
                "from app import db\n"
                "from sqlalchemy import text\n"
                "\n"
                'db.session.execute(text("SELECT 1"))\n'
            ),
        ),
    ),
)
