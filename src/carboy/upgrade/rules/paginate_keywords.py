"""Name the arguments of paginate."""

import ast
from collections.abc import Iterator

from carboy.upgrade.calls import (
    is_plain,
)
from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule
from carboy.upgrade.source import Edit

_NAMES = ("page", "per_page", "error_out", "max_per_page")


def _check(module: Module) -> Iterator[Finding]:
    if not any(p.startswith(("flask_sqlalchemy", "flask")) for p in _packages(module)):
        return
    for call in module.nodes(ast.Call):
        function = call.func
        if not isinstance(function, ast.Attribute) or function.attr != "paginate":
            continue
        if not call.args or len(call.args) > 4 or not is_plain(call):
            continue
        if module.kind(function.value) == "flask_sqlalchemy.SQLAlchemy":
            continue
        edits = tuple(
            Edit(module.start(arg), module.start(arg), f"{name}=")
            for arg, name in zip(call.args, _NAMES, strict=False)
        )
        yield Finding(module.start(call), "paginate takes keywords only", edits)


def _packages(module: Module) -> set[str]:
    paths = {b.path for bound in module.scope.bindings.values() for b in bound}
    return {*module.project.packages, *module.scope.stars, *paths}


RULE = UpgradeRule(
    id="paginate-keywords",
    title="Name the arguments of paginate",
    why="Flask-SQLAlchemy 3.0 takes them by name only.",
    package="flask-sqlalchemy",
    since="3.0",
    words=(".paginate(",),
    check=_check,
    examples=(
        (
            (
                "from app.models import Post\n"
                "from flask import request\n"
                "\n"
                "posts = Post.query.order_by(Post.id).paginate(page, 20, False)\n"
            ),
            (
                "from app.models import Post\n"
                "from flask import request\n"
                "\n"
                "posts = Post.query.order_by(Post.id).paginate(page=page, "
                "per_page=20, error_out=False)\n"
            ),
        ),
    ),
)
