"""Prepare the app in before_request, once."""

import ast
from collections.abc import Iterator

from carboy.upgrade.calls import (
    string_value,
)
from carboy.upgrade.imports import (
    add_import,
    is_alone,
)
from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule
from carboy.upgrade.source import Edit

_GUARD = """\
{i}if "{n}" in current_app.extensions:
{i}    return
{i}current_app.extensions["{n}"] = True
"""


def _check(module: Module) -> Iterator[Finding]:
    for node in module.nodes(ast.Attribute):
        if node.attr == "before_first_request" and not _is_own(node):
            yield _edit_app(module, node)
        elif node.attr == "before_app_first_request":
            yield _edit_blueprint(module, node)


def _is_own(node: ast.Attribute) -> bool:
    is_super = isinstance(node.value, ast.Call)
    return is_super or getattr(node.value, "id", "") in {"self", "cls"}


def _edit_app(module: Module, node: ast.Attribute) -> Finding:
    advice = "before_first_request is gone. Call the function in the app's factory"
    start = module.start(node)
    function = _decorated(module, node)
    call = module.parent(node)
    is_call = isinstance(call, ast.Call) and call.func is node and len(call.args) == 1
    if function is None and not is_call:
        return Finding(start, advice)
    if function is not None and not _is_plain(function):
        return Finding(start, f"{advice}: it returns a value or is asynchronous")
    added = add_import(module, "functools.cache")
    if added is None:
        return Finding(start, f"{advice}: the name cache is taken")
    name, edits = added
    edits.append(module.rename(node, "before_request"))
    if function is not None:
        line = f"{module.source.newline}{module.indent(node)}@{name}"
        edits.append(Edit(module.end(node), module.end(node), line))
    elif isinstance(call, ast.Call):
        edits.append(
            module.replace(call.args[0], f"{name}({module.text(call.args[0])})")
        )
    message = "before_first_request is before_request, kept by functools.cache"
    return Finding(start, message, tuple(edits))


def _edit_blueprint(module: Module, node: ast.Attribute) -> Finding:
    advice = "before_app_first_request is gone. Call the function in the app's factory"
    start = module.start(node)
    function = _decorated(module, node)
    if function is None or not _is_plain(function):
        return Finding(start, advice)
    added = add_import(module, "flask.current_app")
    body = [s for s in function.body if not _is_doc(s)]
    if added is None or not body or not is_alone(module, body[0]):
        return Finding(start, advice)
    name, edits = added
    first = module.source.lines[body[0].lineno - 1]
    text = _GUARD.format(i=module.indent(body[0]), n=function.name)
    text = text.replace("current_app", name).replace("\n", module.source.newline)
    edits += [Edit(first, first, text), module.rename(node, "before_app_request")]
    message = "before_app_first_request is before_app_request, once for each app"
    return Finding(start, message, tuple(edits))


def _is_doc(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and bool(string_value(node.value))


def _decorated(module: Module, node: ast.Attribute) -> ast.FunctionDef | None:
    parent = module.parent(node)
    if isinstance(parent, ast.FunctionDef) and node in parent.decorator_list:
        return parent
    return None


def _is_plain(function: ast.FunctionDef) -> bool:
    returns = [n for n in ast.walk(function) if isinstance(n, ast.Return) and n.value]
    yields = [n for n in ast.walk(function) if isinstance(n, ast.Yield | ast.YieldFrom)]
    return not returns and not yields and not function.args.args


RULE = UpgradeRule(
    id="flask-before-first-request",
    title="Prepare the app in before_request, once",
    why=(
        "Flask 2.3 removed before_first_request. A function that is kept "
        "by functools.cache runs before the first request only."
    ),
    package="flask",
    since="2.3",
    words=("before_first_request", "before_app_first_request"),
    check=_check,
    examples=(
        (
            (
                "from flask import Flask\n"
                "\n"
                "app = Flask(__name__)\n"
                "\n"
                "\n"
                "@app.before_first_request\n"
                "def create_tables():\n"
                "    db.create_all()\n"
            ),
            (
                "from flask import Flask\n"
                "from functools import cache\n"
                "\n"
                "app = Flask(__name__)\n"
                "\n"
                "\n"
                "@app.before_request\n"
                "@cache\n"
                "def create_tables():\n"
                "    db.create_all()\n"
            ),
        ),
    ),
)
