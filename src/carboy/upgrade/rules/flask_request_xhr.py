"""Ask for the header instead of request.is_xhr."""

import ast
from collections.abc import Iterator

from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule

_CODE = "request.headers.get('X-Requested-With') == 'XMLHttpRequest'"


def _check(module: Module) -> Iterator[Finding]:
    for node in module.nodes(ast.Attribute):
        if node.attr == "is_xhr" and module.path(node) == "flask.request.is_xhr":
            code = _CODE.replace("request", module.text(node.value), 1)
            parent = module.parent(node)
            is_whole = isinstance(parent, ast.If | ast.Return | ast.Assign | ast.BoolOp)
            if not is_whole:
                code = f"({code})"
            edits = (module.replace(node, code),)
            message = "request.is_xhr is gone"
            yield Finding(module.start(node), message, edits)


RULE = UpgradeRule(
    id="flask-request-xhr",
    title="Ask for the header instead of request.is_xhr",
    why="Werkzeug 1.0 removed is_xhr: the header is one of jQuery, not of HTTP.",
    package="werkzeug",
    since="1.0",
    words=("is_xhr",),
    check=_check,
    examples=(
        (
            (
                "from flask import request\n"
                "\n"
                "\n"
                "def index():\n"
                "    if request.is_xhr:\n"
                '        return ""\n'
            ),
            (
                "from flask import request\n"
                "\n"
                "\n"
                "def index():\n"
                "    if request.headers.get('X-Requested-With') == "
                "'XMLHttpRequest':\n"
                '        return ""\n'
            ),
        ),
    ),
)
