"""Accept identities in tokens that are no strings."""

import ast
import re
from collections.abc import Iterator

from carboy.upgrade.imports import is_alone
from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule
from carboy.upgrade.source import Edit

_MANAGER = "flask_jwt_extended.JWTManager"
_SECURITY = (
    "PyJWT's check of the subject is off: tokens whose identity is no string get in,"
    " as before. Make identities strings to switch it on."
)


def _check(module: Module) -> Iterator[Finding]:
    words = module.project.words
    is_used = (
        "create_access_token(" in words or b"create_access_token(" in module.source.data
    )
    if not is_used or "JWT_VERIFY_SUB" in words | _words(module):
        return
    for call in module.nodes(ast.Call):
        app = _app_of(module, call)
        statement = module.statement(call)
        if app is None or not isinstance(statement, ast.Assign | ast.Expr):
            continue
        line = f'{app}.config.setdefault("JWT_VERIFY_SUB", False)'
        message = "PyJWT refuses an identity that is no string"
        if not is_alone(module, statement):
            yield Finding(module.start(call), f"{message}: write {line}")
            continue
        # Before: the manager sets the default of each of its settings.
        start, newline = module.start(statement), module.source.newline
        text = f"{line}{newline}{module.indent(statement)}"
        edits = (Edit(start, start, text),)
        yield Finding(module.start(call), message, edits, _SECURITY)


def _words(module: Module) -> set[str]:
    return set(re.findall("JWT_VERIFY_SUB", module.source.data.decode()))


def _app_of(module: Module, call: ast.Call) -> str | None:
    """Return the app that a manager of tokens is given, as it is written."""
    function = call.func
    is_made = module.path(function) == _MANAGER
    is_init = (
        isinstance(function, ast.Attribute)
        and function.attr == "init_app"
        and module.kind(function.value) == _MANAGER
    )
    first = call.args[0] if len(call.args) == 1 else None
    if (is_made or is_init) and isinstance(first, ast.Name | ast.Attribute):
        return module.text(first)
    return None


RULE = UpgradeRule(
    id="jwt-subject",
    title="Accept identities in tokens that are no strings",
    why=(
        "PyJWT 2.10 refuses a token whose subject is no string, such as the number of a"
        " user. JWT_VERIFY_SUB of Flask-JWT-Extended 4.7 accepts it as before."
    ),
    package="flask-jwt-extended",
    since="4.7",
    words=("JWTManager", "init_app"),
    check=_check,
    examples=(
        (
            "from flask_jwt_extended import JWTManager, create_access_token\n"
            "\n"
            "jwt = JWTManager(app)\n"
            "token = create_access_token(identity=user.id)\n",
            "from flask_jwt_extended import JWTManager, create_access_token\n"
            "\n"
            'app.config.setdefault("JWT_VERIFY_SUB", False)\n'
            "jwt = JWTManager(app)\n"
            "token = create_access_token(identity=user.id)\n",
        ),
    ),
)
