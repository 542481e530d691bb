"""Accept requests without JSON."""

import ast
from collections.abc import Iterator

from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule


def _check(module: Module) -> Iterator[Finding]:
    for node in module.nodes(ast.Attribute):
        if module.path(node) == "flask.request.json" and _may_be_none(module, node):
            code = f"{module.text(node.value)}.get_json(silent=True)"
            message = "request.json raises an error if there is no JSON"
            yield Finding(module.start(node), message, (module.replace(node, code),))
    for call in module.nodes(ast.Call):
        is_call = module.path(call.func) == "flask.request.get_json"
        if is_call and not (call.args or call.keywords) and _may_be_none(module, call):
            code = f"{module.text(call.func)}(silent=True)"
            message = "request.get_json() raises an error if there is no JSON"
            yield Finding(module.start(call), message, (module.replace(call, code),))


def _may_be_none(module: Module, node: ast.expr) -> bool:
    """Return whether the code expects that there may be no JSON."""
    parent = module.parent(node)
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1:
        return _is_asked_later(module, parent.targets[0])
    if isinstance(parent, ast.BoolOp):
        return parent.values[-1] is not node
    if isinstance(parent, ast.UnaryOp):
        return isinstance(parent.op, ast.Not)
    if isinstance(parent, ast.If | ast.IfExp):
        return parent.test is node
    if isinstance(parent, ast.Compare):
        last = parent.comparators[-1]
        is_none = isinstance(last, ast.Constant) and last.value is None
        return parent.left is node and is_none
    return False


def _is_asked_later(module: Module, target: ast.expr) -> bool:
    """Return whether a name is asked for None before anything else is done with it."""
    if not isinstance(target, ast.Name) or len(module.bindings(target)) != 1:
        return False
    uses = [use for use in module.uses(module.bindings(target)[0]) if use is not target]
    first = min(uses, key=module.start, default=None)
    return first is not None and _may_be_none(module, first)


RULE = UpgradeRule(
    id="flask-request-json",
    title="Accept requests without JSON",
    why=(
        "Since Flask 2.1 request.json answers 400 or 415 if there is no "
        "JSON in the request; it was None before."
    ),
    package="flask",
    since="2.1",
    words=("request.json", "request.get_json"),
    check=_check,
    examples=(
        (
            (
                "from flask import abort, request\n"
                "\n"
                "\n"
                "def create():\n"
                "    if not request.json:\n"
                "        abort(400)\n"
            ),
            (
                "from flask import abort, request\n"
                "\n"
                "\n"
                "def create():\n"
                "    if not request.get_json(silent=True):\n"
                "        abort(400)\n"
            ),
        ),
    ),
)
