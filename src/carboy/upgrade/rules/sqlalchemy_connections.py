"""Execute and commit on connections as SQLAlchemy 2 does."""

import ast
from collections.abc import Iterator

from carboy.upgrade.calls import is_text, string_value
from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule
from carboy.upgrade.source import Edit

from .sqlalchemy_engine_execute import name_parameters

_ENGINES = {"sqlalchemy.create_engine", "sqlalchemy.engine.create_engine"}
_OWN = {"begin", "commit", "begin_nested", "execution_options"}
_AUTOCOMMIT = '.execution_options(isolation_level="AUTOCOMMIT")'


def _check(module: Module) -> Iterator[Finding]:
    for call in module.nodes(ast.Call):
        function = call.func
        if not isinstance(function, ast.Attribute):
            continue
        if function.attr == "connect" and _is_engine(module, function.value):
            yield from _check_connection(module, call)


def _is_engine(module: Module, node: ast.expr) -> bool:
    if isinstance(node, ast.Attribute) and node.attr == "engine":
        return module.kind(node.value) == "flask_sqlalchemy.SQLAlchemy"
    return module.kind(node) in _ENGINES


def _check_connection(module: Module, call: ast.Call) -> Iterator[Finding]:
    """Edit what is executed on the connection that a call opens."""
    parent = module.parent(call)
    target: ast.expr | None = None
    if isinstance(parent, ast.Assign):
        target = parent.targets[0]
    elif isinstance(parent, ast.withitem):
        target = parent.optional_vars
    if not isinstance(target, ast.Name):
        return
    scope = module.scope_of(target)
    uses = [
        attribute
        for attribute in module.nodes(ast.Attribute)
        if isinstance(attribute.value, ast.Name)
        and attribute.value.id == target.id
        and module.scope_of(attribute.value) is scope
    ]
    executed = [
        outer
        for use in uses
        if use.attr in {"execute", "exec_driver_sql"}
        and isinstance(outer := module.parent(use), ast.Call)
    ]
    for outer in executed:
        function = outer.func
        if (
            outer.args
            and is_text(outer.args[0])
            and isinstance(function, ast.Attribute)
        ) and function.attr == "execute":
            edits = (module.rename(function, "exec_driver_sql"),)
            yield Finding(module.start(outer), "SQL is text(…)", edits)
    for outer in executed:
        named = tuple(name_parameters(module, outer))
        if named:
            yield Finding(module.start(outer), "parameters are a dictionary", named)
    has_own = any(use.attr in _OWN for use in uses)
    if not has_own and any(_writes(outer) for outer in executed):
        end = module.end(call)
        edits = (Edit(end, end, _AUTOCOMMIT),)
        yield Finding(module.start(call), "a connection commits no more", edits)


def _writes(call: ast.Call) -> bool:
    """Return whether a statement changes something: SQLAlchemy 1 committed it."""
    first = call.args[0] if call.args else call
    sql = string_value(first).lstrip().upper()
    if sql:
        return not sql.startswith(("SELECT", "PRAGMA", "WITH", "SHOW"))
    names = {getattr(n, "attr", getattr(n, "id", "")) for n in ast.walk(first)}
    return bool(names & {"insert", "update", "delete"})


RULE = UpgradeRule(
    id="sqlalchemy-connections",
    title="Execute and commit on connections as SQLAlchemy 2 does",
    why=(
        "SQLAlchemy 2.0 executes no plain strings, and no longer commits what a"
        " connection changes: AUTOCOMMIT does, as before."
    ),
    package="sqlalchemy",
    since="2.0",
    words=(".connect()",),
    check=_check,
    examples=(
        (
            "from sqlalchemy import create_engine\n"
            "\n"
            "engine = create_engine(url)\n"
            "connection = engine.connect()\n"
            'connection.execute("DELETE FROM visits")\n',
            "from sqlalchemy import create_engine\n"
            "\n"
            "engine = create_engine(url)\n"
            'connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")\n'
            'connection.exec_driver_sql("DELETE FROM visits")\n',
        ),
    ),
)
