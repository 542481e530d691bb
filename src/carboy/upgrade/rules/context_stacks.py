"""Keep values in g, and read request_ctx."""

import ast
from collections.abc import Iterator

from carboy.upgrade.imports import (
    add_import,
    remove_aliases,
)
from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule

_TOPS = {
    **{f"{m}._app_ctx_stack.top": "flask.g" for m in ("flask", "flask.globals")},
    **{
        f"{m}._request_ctx_stack.top": "flask.globals.request_ctx"
        for m in ("flask", "flask.globals")
    },
}
_STACKS = {"_app_ctx_stack", "_request_ctx_stack"}


def _check(module: Module) -> Iterator[Finding]:
    for node in module.nodes(ast.Attribute):
        new = _TOPS.get(module.path(node))
        if new is None or module.is_guarded(node):
            continue
        start = module.start(node)
        message = f"{module.text(node)} is {new}"
        if _may_be_absent(module, node):
            yield Finding(start, f"{message}. Ask has_app_context() before it")
            continue
        added = add_import(module, new)
        if added is None:
            yield Finding(start, message)
            continue
        code, edits = added
        edits = [*edits, module.replace(node, code)]
        yield Finding(start, message, tuple(edits))
    yield from _remove_imports(module)


def _may_be_absent(module: Module, node: ast.Attribute) -> bool:
    parent = module.parent(node)
    return isinstance(parent, ast.BoolOp | ast.Compare | ast.If | ast.UnaryOp)


def _remove_imports(module: Module) -> Iterator[Finding]:
    for node in module.nodes(ast.ImportFrom):
        if node.module not in {"flask", "flask.globals"} or module.is_guarded(node):
            continue
        for alias in node.names:
            name = alias.asname or alias.name
            is_used = any(n.id == name for n in module.nodes(ast.Name))
            if alias.name in _STACKS and not is_used and not module.is_shared(name):
                edits = tuple(remove_aliases(module, node, [alias], []))
                yield Finding(module.start(node), f"{alias.name} is gone", edits)


RULE = UpgradeRule(
    id="context-stacks",
    title="Keep values in g, and read request_ctx",
    why="Flask 2.3 removed the stacks of contexts.",
    package="flask",
    since="2.2",
    words=("_ctx_stack",),
    check=_check,
    examples=(
        (
            (
                "from flask import Flask, _app_ctx_stack\n"
                "\n"
                "\n"
                "def get_db():\n"
                "    top = _app_ctx_stack.top\n"
                '    if not hasattr(top, "db"):\n'
                "        top.db = connect()\n"
                "    return top.db\n"
            ),
            (
                "from flask import Flask\n"
                "from flask import g\n"
                "\n"
                "\n"
                "def get_db():\n"
                "    top = g\n"
                '    if not hasattr(top, "db"):\n'
                "        top.db = connect()\n"
                "    return top.db\n"
            ),
        ),
    ),
)
