"""Leave out extensions that are part of Jinja."""

import ast
from collections.abc import Iterator

from carboy.upgrade.calls import remove_argument, string_value
from carboy.upgrade.imports import remove_statement
from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule
from carboy.upgrade.source import Edit

_GONE = {"jinja2.ext.autoescape", "jinja2.ext.with_"}


def _check(module: Module) -> Iterator[Finding]:
    for call in module.nodes(ast.Call):
        is_add = getattr(call.func, "attr", "") == "add_extension"
        if not is_add or not call.args or not _is_gone(module, call.args[0]):
            continue
        statement = module.statement(call)
        if isinstance(statement, ast.Expr) and statement.value is call:
            edits = (remove_statement(module, statement),)
            yield Finding(module.start(call), "Jinja has this built in", edits)
    for items in module.nodes(ast.List):
        gone = [node for node in items.elts if _is_gone(module, node)]
        if gone:
            # One after the other: the next pass removes the next.
            edits = (_remove_item(module, items, gone[0]),)
            yield Finding(module.start(gone[0]), "Jinja has this built in", edits)


def _is_gone(module: Module, node: ast.expr) -> bool:
    return string_value(node) in _GONE or module.path(node) in _GONE


def _remove_item(module: Module, items: ast.List, item: ast.expr) -> Edit:
    call = ast.Call(ast.Name("list", ast.Load()), items.elts, [])
    return remove_argument(module, call, item)


RULE = UpgradeRule(
    id="jinja-extensions",
    title="Leave out extensions that are part of Jinja",
    why="Jinja 3.1 removed the extensions with_ and autoescape: both are built in.",
    package="jinja2",
    since="3.1",
    words=("jinja2.ext.autoescape", "jinja2.ext.with_", "with_", "autoescape"),
    check=_check,
    examples=(
        (
            'app.jinja_env.add_extension("jinja2.ext.do")\n'
            'app.jinja_env.add_extension("jinja2.ext.with_")\n',
            'app.jinja_env.add_extension("jinja2.ext.do")\n',
        ),
    ),
)
