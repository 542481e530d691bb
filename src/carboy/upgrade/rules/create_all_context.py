"""Create tables in a context of the app."""

import ast
from collections.abc import Iterator

from carboy.upgrade.calls import (
    find_keyword,
    remove_argument,
)
from carboy.upgrade.imports import (
    is_alone,
)
from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule
from carboy.upgrade.source import Edit

_DB = "flask_sqlalchemy.SQLAlchemy"


def _check(module: Module) -> Iterator[Finding]:
    for call in module.nodes(ast.Call):
        function = call.func
        if not isinstance(function, ast.Attribute):
            continue
        if function.attr not in {"create_all", "drop_all"}:
            continue
        if module.kind(function.value) == _DB:
            yield from _edit(module, call, function)


def _edit(module: Module, call: ast.Call, function: ast.Attribute) -> Iterator[Finding]:
    statement = module.statement(call)
    keyword = find_keyword(call, "app")
    start = module.start(statement)
    message = f"{function.attr} needs a context of the app"
    if keyword is not None:
        app = module.text(keyword.value)
    elif call.args or call.keywords or not _is_at_import(module, statement):
        return
    else:
        app = _find_app(module)
    is_simple = isinstance(statement, ast.Expr) and statement.value is call
    if not app or not is_simple or not is_alone(module, statement):
        yield Finding(start, f"{message}: with app.app_context(): …")
        return
    newline, indent = module.source.newline, module.indent(statement)
    text = f"with {app}.app_context():{newline}{indent}    "
    edits = [Edit(start, start, text)]
    if keyword is not None:
        edits.append(remove_argument(module, call, keyword))
    yield Finding(start, message, tuple(edits))


def _is_at_import(module: Module, statement: ast.stmt) -> bool:
    parent = module.parent(statement)
    if isinstance(parent, ast.If):
        test = module.text(parent.test)
        return "__name__" in test and module.parent(parent) is module.tree
    return parent is module.tree


def _find_app(module: Module) -> str:
    for name, bound in module.scope.bindings.items():
        if len(bound) == 1 and _is_app(module, bound[0].path, bound[0].value):
            return name
    return ""


def _is_app(module: Module, path: str, value: ast.expr | None) -> bool:
    if path:
        return module.project.find(path.rpartition(".")[2]) == "flask.Flask"
    return isinstance(value, ast.Call) and module.kind(value) == "flask.Flask"


RULE = UpgradeRule(
    id="create-all-context",
    title="Create tables in a context of the app",
    why="Flask-SQLAlchemy 3.0 needs a context for everything that concerns an app.",
    package="flask-sqlalchemy",
    since="3.0",
    words=("create_all(", "drop_all("),
    check=_check,
    examples=(
        (
            (
                "from flask import Flask\n"
                "from flask_sqlalchemy import SQLAlchemy\n"
                "\n"
                "app = Flask(__name__)\n"
                "db = SQLAlchemy(app)\n"
                "\n"
                'if __name__ == "__main__":\n'
                "    db.create_all()\n"
                "    app.run()\n"
            ),
            (
                "from flask import Flask\n"
                "from flask_sqlalchemy import SQLAlchemy\n"
                "\n"
                "app = Flask(__name__)\n"
                "db = SQLAlchemy(app)\n"
                "\n"
                'if __name__ == "__main__":\n'
                "    with app.app_context():\n"
                "        db.create_all()\n"
                "    app.run()\n"
            ),
        ),
    ),
)
