"""Name relationships by attributes in the options of queries."""

import ast
from collections.abc import Iterator

from carboy.upgrade.calls import string_value
from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule

_LOADERS = {
    f"sqlalchemy.orm.{name}"
    for name in ("joinedload", "subqueryload", "selectinload", "lazyload", "noload")
}


def _check(module: Module) -> Iterator[Finding]:
    for call in module.nodes(ast.Call):
        if module.path(call.func) not in _LOADERS or len(call.args) != 1:
            continue
        name = string_value(call.args[0])
        if not name:
            continue
        start = module.start(call)
        model = _find_model(module, call)
        if model and name.isidentifier():
            edits = (module.replace(call.args[0], f"{model}.{name}"),)
            yield Finding(start, "relationships are attributes", edits)
        else:
            yield Finding(
                start, f"write the attribute of the model instead of {name!r}"
            )


def _find_model(module: Module, call: ast.Call) -> str:
    """Return the model in `Model.query.options(joinedload(…))`, or ``''``."""
    options = module.parent(call)
    if not isinstance(options, ast.Call) or call not in options.args:
        return ""
    function = options.func
    if not isinstance(function, ast.Attribute) or function.attr != "options":
        return ""
    query = function.value
    if isinstance(query, ast.Attribute) and query.attr == "query":
        name = module.text(query.value)
        return name if name[:1].isupper() else ""
    return ""


RULE = UpgradeRule(
    id="sqlalchemy-loaders",
    title="Name relationships by attributes in the options of queries",
    why="SQLAlchemy 2.0 takes no strings in joinedload() and the like.",
    package="sqlalchemy",
    since="2.0",
    words=("joinedload(", "subqueryload(", "selectinload(", "lazyload(", "noload("),
    check=_check,
    examples=(
        (
            "from sqlalchemy.orm import joinedload\n"
            "\n"
            'User.query.options(joinedload("posts")).all()\n',
            "from sqlalchemy.orm import joinedload\n"
            "\n"
            "User.query.options(joinedload(User.posts)).all()\n",
        ),
    ),
)
