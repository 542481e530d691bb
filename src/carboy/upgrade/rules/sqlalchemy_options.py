"""Leave out options that mean nothing any more."""

import ast
from collections.abc import Iterator

from carboy.upgrade.calls import (
    remove_argument,
)
from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule

_NAMES = {"convert_unicode", "use_native_unicode", "assert_unicode"}


def _check(module: Module) -> Iterator[Finding]:
    for call in module.nodes(ast.Call):
        path = module.path(call.func)
        kind = module.kind(getattr(call.func, "value", call.func))
        if not path.startswith(("sqlalchemy.", "flask_sqlalchemy.")) and not kind:
            continue
        for keyword in call.keywords:
            if keyword.arg in _NAMES:
                edits = (remove_argument(module, call, keyword),)
                yield Finding(module.start(keyword), f"{keyword.arg} is gone", edits)


RULE = UpgradeRule(
    id="sqlalchemy-options",
    title="Leave out options that mean nothing any more",
    why="SQLAlchemy 2.0 and Flask-SQLAlchemy 3.0 removed options of Python 2.",
    package="sqlalchemy",
    since="2.0",
    words=("convert_unicode", "use_native_unicode", "assert_unicode"),
    check=_check,
    examples=(
        (
            (
                "from sqlalchemy import create_engine\n"
                "\n"
                "create_engine(url, convert_unicode=True)\n"
            ),
            "from sqlalchemy import create_engine\n\ncreate_engine(url)\n",
        ),
    ),
)
