"""Commit at the end of requests."""

import ast
from collections.abc import Iterator

from carboy.upgrade.calls import (
    string_value,
)
from carboy.upgrade.imports import (
    insert_after,
    is_alone,
    remove_statement,
)
from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule

_NAME = "SQLALCHEMY_COMMIT_ON_TEARDOWN"
_DB = "flask_sqlalchemy.SQLAlchemy"
_CODE = """\
@{app}.teardown_appcontext
def commit_on_teardown(error):
    if error is None:
        {db}.session.commit()
"""


def _check(module: Module) -> Iterator[Finding]:
    if _NAME not in module.project.words and _NAME.encode() not in module.source.data:
        return
    for node in module.nodes(ast.Assign):
        target = node.targets[0]
        is_key = (
            isinstance(target, ast.Subscript) and string_value(target.slice) == _NAME
        )
        if is_key or getattr(target, "id", "") == _NAME:
            edits = (remove_statement(module, node),)
            yield Finding(module.start(node), f"{_NAME} is gone", edits)
    if b"commit_on_teardown" in module.source.data:
        return
    for call in module.nodes(ast.Call):
        names = _names(module, call)
        if names is not None and is_alone(module, module.statement(call)):
            text = _CODE.format(app=names[0], db=names[1]).splitlines()
            edits = (insert_after(module, module.statement(call), text),)
            message = "the session is committed at the end of each request"
            yield Finding(module.start(call), message, edits)


def _names(module: Module, call: ast.Call) -> tuple[str, str] | None:
    """Return the code of the app and of the database that a call connects."""
    if len(call.args) != 1 or not isinstance(call.args[0], ast.Name):
        return None
    function = call.func
    is_init = isinstance(function, ast.Attribute) and function.attr == "init_app"
    if is_init and isinstance(function, ast.Attribute):
        if module.kind(function.value) == _DB:
            return call.args[0].id, module.text(function.value)
        return None
    statement = module.statement(call)
    if module.kind(call) == _DB and isinstance(statement, ast.Assign):
        return call.args[0].id, module.text(statement.targets[0])
    return None


RULE = UpgradeRule(
    id="commit-on-teardown",
    title="Commit at the end of requests",
    why="Flask-SQLAlchemy 3.0 removed SQLALCHEMY_COMMIT_ON_TEARDOWN.",
    package="flask-sqlalchemy",
    since="3.0",
    words=("COMMIT_ON_TEARDOWN", "SQLAlchemy", "init_app"),
    check=_check,
    examples=(
        (
            (
                "from flask import Flask\n"
                "from flask_sqlalchemy import SQLAlchemy\n"
                "\n"
                "app = Flask(__name__)\n"
                'app.config["SQLALCHEMY_COMMIT_ON_TEARDOWN"] = True\n'
                "db = SQLAlchemy(app)\n"
            ),
            (
                "from flask import Flask\n"
                "from flask_sqlalchemy import SQLAlchemy\n"
                "\n"
                "app = Flask(__name__)\n"
                "db = SQLAlchemy(app)\n"
                "@app.teardown_appcontext\n"
                "def commit_on_teardown(error):\n"
                "    if error is None:\n"
                "        db.session.commit()\n"
            ),
        ),
    ),
)
