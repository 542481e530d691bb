"""Join paths safely with Werkzeug."""

import ast
from collections.abc import Iterator

from carboy.upgrade.imports import add_import
from carboy.upgrade.module import Module
from carboy.upgrade.moved import moved_names
from carboy.upgrade.rule import Finding, UpgradeRule
from carboy.upgrade.source import Edit

_OLD = ("flask.safe_join", "flask.helpers.safe_join")
_move = moved_names(
    dict.fromkeys([*_OLD, "werkzeug.security.safe_join"], "werkzeug.utils.safe_join")
)


def _check(module: Module) -> Iterator[Finding]:
    for call in module.nodes(ast.Call):
        if module.path(call.func) in _OLD and not module.is_guarded(call):
            yield from _keep_error(module, call)
    yield from _move(module)


def _keep_error(module: Module, call: ast.Call) -> Iterator[Finding]:
    """Answer with 404 where the path would leave the folder, as Flask's function did."""
    parent = module.parent(call)
    if isinstance(parent, ast.BoolOp):
        return
    start, end = module.start(call), module.end(call)
    message = "safe_join of Werkzeug returns None, where that of Flask raised NotFound"
    added = add_import(module, "flask.abort")
    if added is None:
        yield Finding(start, f"{message}: write abort(404) for None")
        return
    name, edits = added
    is_whole = isinstance(parent, ast.Assign | ast.Return)
    before, after = ("", "") if is_whole else ("(", ")")
    edits.append(Edit(end, end, f" or {name}(404){after}"))
    if before:
        edits.append(Edit(start, start, before))
    yield Finding(start, message, tuple(edits))


RULE = UpgradeRule(
    id="safe-join",
    title="Join paths safely with Werkzeug",
    why=(
        "Flask 2.1 removed safe_join. That of Werkzeug returns None for a path outside"
        " of the folder, where Flask answered with 404."
    ),
    package="flask",
    since="2.1",
    words=("safe_join",),
    check=_check,
    examples=(
        (
            'from flask import abort, safe_join\n\npath = safe_join("/srv", name)\n',
            "from flask import abort\n"
            "from werkzeug.utils import safe_join\n"
            "\n"
            'path = safe_join("/srv", name) or abort(404)\n',
        ),
    ),
)
