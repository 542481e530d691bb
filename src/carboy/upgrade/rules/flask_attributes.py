"""Read settings from app.config."""

import ast
from collections.abc import Iterator

from carboy.upgrade.imports import (
    add_import,
)
from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule
from carboy.upgrade.source import Edit

_SETTINGS = {
    "session_cookie_name": "SESSION_COOKIE_NAME",
    "send_file_max_age_default": "SEND_FILE_MAX_AGE_DEFAULT",
    "use_x_sendfile": "USE_X_SENDFILE",
    "propagate_exceptions": "PROPAGATE_EXCEPTIONS",
    "templates_auto_reload": "TEMPLATES_AUTO_RELOAD",
}


def _check(module: Module) -> Iterator[Finding]:
    for node in module.nodes(ast.Attribute):
        if node.attr in _SETTINGS and module.kind(node.value) == "flask.Flask":
            name = _SETTINGS[node.attr]
            quote = "'" if "'" in module.text(module.statement(node)) else '"'
            code = f"{module.text(node.value)}.config[{quote}{name}{quote}]"
            message = f"app.{node.attr} is app.config[{name!r}]"
            edits = (module.replace(node, code),)
            yield Finding(module.start(node), message, edits)
    for call in module.nodes(ast.Call):
        function = call.func
        if isinstance(function, ast.Attribute) and function.attr == "from_json":
            yield from _edit_from_json(module, call, function)


def _edit_from_json(
    module: Module, call: ast.Call, function: ast.Attribute
) -> Iterator[Finding]:
    config = function.value
    is_config = isinstance(config, ast.Attribute) and config.attr == "config"
    if not is_config or not call.args:
        return
    added = add_import(module, "json.load")
    if added is None:
        return
    code, edits = added
    end = module.end(call.args[0])
    edits += [module.rename(function, "from_file"), Edit(end, end, f", load={code}")]
    message = "config.from_json is config.from_file"
    yield Finding(module.start(call), message, tuple(edits))


RULE = UpgradeRule(
    id="flask-attributes",
    title="Read settings from app.config",
    why="Flask 2.3 removed the attributes of the app that repeat a setting.",
    package="flask",
    since="2.3",
    words=(
        "session_cookie_name",
        "send_file_max_age_default",
        "use_x_sendfile",
        "propagate_exceptions",
        "templates_auto_reload",
        "from_json",
    ),
    check=_check,
    examples=(
        (
            (
                "from flask import Flask\n"
                "\n"
                "app = Flask(__name__)\n"
                'app.session_cookie_name = "sid"\n'
            ),
            (
                "from flask import Flask\n"
                "\n"
                "app = Flask(__name__)\n"
                'app.config["SESSION_COOKIE_NAME"] = "sid"\n'
            ),
        ),
    ),
)
