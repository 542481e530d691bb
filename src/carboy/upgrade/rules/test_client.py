"""Compare with what the test client of Werkzeug 3 has."""

import ast
import re
from collections.abc import Iterator

from carboy.upgrade.calls import (
    remove_argument,
    string_value,
)
from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule

_HOST = re.compile(r"https?://localhost(?=/)")


def _check(module: Module) -> Iterator[Finding]:
    for compare in module.nodes(ast.Compare):
        if len(compare.comparators) == 1:
            yield from _check_pair(module, compare.left, compare.comparators[0])
    for call in module.nodes(ast.Call):
        name = getattr(call.func, "attr", "")
        if name in {"assertEqual", "assertEquals", "assertIn"} and len(call.args) > 1:
            yield from _check_pair(module, call.args[0], call.args[1])
        first = string_value(call.args[0]) if call.args else ""
        enough = {"set_cookie": 3, "delete_cookie": 2}.get(name, 99)
        if first == "localhost" and len(call.args) >= enough:
            edits = (remove_argument(module, call, call.args[0]),)
            message = f"{name} of the test client begins with the name of the cookie"
            yield Finding(module.start(call), message, edits)


def _check_pair(module: Module, left: ast.expr, right: ast.expr) -> Iterator[Finding]:
    for one, other in ((left, right), (right, left)):
        match = _HOST.match(string_value(one))
        if match and _is_location(other):
            text = module.text(one)
            new = text.replace(match.group(), "", 1)
            edits = (module.replace(one, new),)
            yield Finding(module.start(one), "Location is a path", edits)


def _is_location(node: ast.expr) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == "location"
    if isinstance(node, ast.Subscript):
        return string_value(node.slice).lower() == "location"
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "get":
        return bool(node.args) and string_value(node.args[0]).lower() == "location"
    return False


RULE = UpgradeRule(
    id="test-client",
    title="Compare with what the test client of Werkzeug 3 has",
    why=(
        "Werkzeug 2.1 redirects to paths without the host, 2.3 sets "
        "cookies without the name of a server."
    ),
    package="werkzeug",
    since="2.1",
    words=("localhost",),
    check=_check,
    examples=(
        (
            'assert response.location == "http://localhost/login"\n',
            'assert response.location == "/login"\n',
        ),
    ),
)
