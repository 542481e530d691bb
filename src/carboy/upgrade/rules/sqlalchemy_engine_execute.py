"""Execute on a connection."""

import ast
from collections.abc import Iterator

from carboy.upgrade.calls import (
    is_text_or_name,
)
from carboy.upgrade.imports import (
    add_import,
    is_alone,
)
from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule
from carboy.upgrade.source import Edit

_NAMES = ("connection", "conn", "engine_connection")
_FETCHES = {"fetchall", "fetchone", "first", "scalar", "all"}


def _check(module: Module) -> Iterator[Finding]:
    for call in module.nodes(ast.Call):
        function = call.func
        if isinstance(function, ast.Attribute) and _is_engine(module, function.value):
            if function.attr == "execute":
                yield _edit(module, call, function)
            elif function.attr == "table_names" and not call.args:
                yield _edit_names(module, call, function)


def _is_engine(module: Module, node: ast.expr) -> bool:
    if isinstance(node, ast.Attribute) and node.attr == "engine":
        return module.kind(node.value) == "flask_sqlalchemy.SQLAlchemy"
    return module.kind(node) in {
        "sqlalchemy.create_engine",
        "sqlalchemy.engine.create_engine",
    }


def _edit_names(module: Module, call: ast.Call, function: ast.Attribute) -> Finding:
    start = module.start(call)
    added = add_import(module, "sqlalchemy.inspect")
    if added is None:
        return Finding(start, "write sqlalchemy.inspect(engine).get_table_names()")
    name, edits = added
    code = f"{name}({module.text(function.value)}).get_table_names()"
    edits.append(module.replace(call, code))
    return Finding(start, "engine.table_names is inspect(engine)", tuple(edits))


def _edit(module: Module, call: ast.Call, function: ast.Attribute) -> Finding:
    """Put the statement into a block with a connection, if it ends with its rows."""
    start = module.start(call)
    engine = module.text(function.value)
    advice = f"write: with {engine}.begin() as connection: connection.execute(…)"
    statement = module.statement(call)
    outer = _outermost(module, call)
    kinds = (ast.Expr, ast.Assign, ast.Return)
    is_simple = isinstance(statement, kinds) and getattr(statement, "value", 0) is outer
    is_iterated = outer is call and _is_iterated(module, statement)
    is_used = outer is call and not isinstance(statement, ast.Expr) and not is_iterated
    if not is_simple or is_used or not is_alone(module, statement):
        return Finding(start, advice)
    connection = next(filter(module.is_free, _NAMES), "")
    if statement.lineno != statement.end_lineno or not connection:
        return Finding(start, advice)
    edits: list[Edit] = []
    name = "execute"
    if call.args and is_text_or_name(module, call.args[0]):
        name = "exec_driver_sql"
    begin = module.start(statement)
    line = f"with {engine}.begin() as {connection}:{module.source.newline}"
    step = "    " if "\t" not in module.indent(statement) else "\t"
    edits.append(Edit(begin, begin, f"{line}{module.indent(statement)}{step}"))
    edits.append(module.replace(function, f"{connection}.{name}"))
    edits += name_parameters(module, call)
    if is_iterated:
        end = module.end(call)
        edits.append(Edit(end, end, ".fetchall()"))
    return Finding(start, "engine.execute needs a connection", tuple(edits))


def _is_iterated(module: Module, statement: ast.stmt) -> bool:
    """Return whether the rows get a name, and are iterated over and nothing else."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    if len(targets) != 1 or not isinstance(targets[0], ast.Name):
        return False
    bound = module.bindings(targets[0])
    if len(bound) != 1 or module.is_shared(targets[0].id):
        return False
    uses = [use for use in module.uses(bound[0]) if use is not targets[0]]
    parents = [(use, module.parent(use)) for use in uses]
    loops = (ast.For, ast.comprehension)
    return bool(uses) and all(isinstance(p, loops) and p.iter is u for u, p in parents)


def name_parameters(module: Module, call: ast.Call) -> list[Edit]:
    """Return the edits that put the parameters of a statement into a dictionary."""
    keywords = call.keywords
    if len(call.args) != 1 or not keywords or not all(k.arg for k in keywords):
        return []
    pairs = [f'"{k.arg}": {module.text(k.value)}' for k in keywords]
    start, end = module.start(keywords[0]), module.end(keywords[-1])
    return [Edit(start, end, "{" + ", ".join(pairs) + "}")]


def _outermost(module: Module, call: ast.Call) -> ast.expr:
    """Return the call with `.fetchall()` and the like behind it."""
    parent = module.parent(call)
    if isinstance(parent, ast.Attribute) and parent.attr in _FETCHES:
        outer = module.parent(parent)
        if isinstance(outer, ast.Call):
            return outer
    return call


RULE = UpgradeRule(
    id="sqlalchemy-engine-execute",
    title="Execute on a connection",
    why="SQLAlchemy 2.0 removed engine.execute and its silent commit.",
    package="sqlalchemy",
    since="2.0",
    words=("engine.execute(", ".table_names("),
    check=_check,
    examples=(
        (
            (
                "from app import db\n"
                "\n"
                "\n"
                "def clear():\n"
                '    db.engine.execute("DELETE FROM visits")\n'
            ),
            (
                "from app import db\n"
                "\n"
                "\n"
                "def clear():\n"
                "    with db.engine.begin() as connection:\n"
                '        connection.exec_driver_sql("DELETE FROM visits")\n'
            ),
        ),
    ),
)
