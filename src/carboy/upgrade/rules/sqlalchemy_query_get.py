"""Get rows from the session."""

import ast
from collections.abc import Iterator

from carboy.upgrade.calls import (
    is_plain,
)
from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule
from carboy.upgrade.source import Edit


def _check(module: Module) -> Iterator[Finding]:
    session = _find_session(module)
    if not session:
        return
    for call in module.nodes(ast.Call):
        get = call.func
        if not isinstance(get, ast.Attribute) or get.attr != "get":
            continue
        query = get.value
        if not isinstance(query, ast.Attribute) or query.attr != "query":
            continue
        model = query.value
        if not isinstance(model, ast.Name) or not model.id[:1].isupper():
            continue
        if len(call.args) != 1 or not is_plain(call) or call.keywords:
            continue
        start = module.start(call.args[0])
        edits = (
            module.replace(get, f"{session}.get"),
            Edit(start, start, f"{model.id}, "),
        )
        message = f"{model.id}.query.get is {session}.get"
        yield Finding(module.start(call), message, edits)


def _find_session(module: Module) -> str:
    """Return the code of the session of Flask-SQLAlchemy, or an empty text."""
    for name, bound in module.scope.bindings.items():
        kinds = {_kind(module, b.path, b.value) for b in bound}
        if kinds == {"flask_sqlalchemy.SQLAlchemy"}:
            return f"{name}.session"
    return ""


def _kind(module: Module, path: str, value: ast.expr | None) -> str:
    if path:
        return module.project.find(path.rpartition(".")[2])
    return module.kind(value) if isinstance(value, ast.Call) else ""


RULE = UpgradeRule(
    id="sqlalchemy-query-get",
    title="Get rows from the session",
    why="SQLAlchemy 2.0 calls Query.get legacy: it warns, and will be gone.",
    package="sqlalchemy",
    since="2.0",
    words=("query.get(",),
    check=_check,
    examples=(
        (
            (
                "from flask_sqlalchemy import SQLAlchemy\n"
                "\n"
                "db = SQLAlchemy()\n"
                "\n"
                "\n"
                "def load(id):\n"
                "    return User.query.get(int(id))\n"
            ),
            (
                "from flask_sqlalchemy import SQLAlchemy\n"
                "\n"
                "db = SQLAlchemy()\n"
                "\n"
                "\n"
                "def load(id):\n"
                "    return db.session.get(User, int(id))\n"
            ),
        ),
    ),
)
