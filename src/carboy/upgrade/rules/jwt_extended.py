"""Write the decorators and names of Flask-JWT-Extended 4."""

import ast
from collections.abc import Iterator

from carboy.upgrade.calls import (
    renamed_keywords,
    string_value,
)
from carboy.upgrade.imports import (
    is_alone,
    remove_aliases,
)
from carboy.upgrade.module import Module
from carboy.upgrade.moved import moved_names
from carboy.upgrade.rule import Finding, UpgradeRule
from carboy.upgrade.source import Edit

_DECORATORS = {
    "jwt_required": "",
    "jwt_optional": "optional=True",
    "fresh_jwt_required": "fresh=True",
    "jwt_refresh_token_required": "refresh=True",
}
_FUNCTIONS = {
    "get_raw_jwt": "get_jwt",
    "get_jwt_claims": "get_jwt",
    "get_raw_jwt_header": "get_jwt_header",
}
_LOADERS = {
    "user_claims_loader": "additional_claims_loader",
    "token_in_blacklist_loader": "token_in_blocklist_loader",
    "user_loader_callback_loader": "user_lookup_loader",
    "user_loader_error_loader": "user_lookup_error_loader",
    "claims_verification_loader": "token_verification_loader",
    "claims_verification_failed_loader": "token_verification_failed_loader",
}
# Their callbacks get the header of the token as well, before its payload.
_WITH_HEADER = {"token_in_blacklist_loader", "user_loader_callback_loader"}
# Their callbacks had no argument, and get the header and the payload now.
_WITH_BOTH = {
    "expired_token_loader",
    "needs_fresh_token_loader",
    "revoked_token_loader",
    "claims_verification_failed_loader",
}
_PACKAGE = "flask_jwt_extended."
_SECURITY = "Tokens that version 3 has issued are refused: users have to log in again."
_move = moved_names({_PACKAGE + a: _PACKAGE + b for a, b in _FUNCTIONS.items()})
_keywords = renamed_keywords(
    {
        f"{_PACKAGE}create_{kind}_token": {"user_claims": "additional_claims"}
        for kind in ("access", "refresh")
    },
    security=_SECURITY,
)


def _check(module: Module) -> Iterator[Finding]:
    yield from _move(module)
    yield from _keywords(module)
    for node in module.nodes(ast.Name):
        yield from _check_decorator(module, node)
    for attribute in module.nodes(ast.Attribute):
        yield from _check_decorator(module, attribute)
        yield from _check_loader(module, attribute)
    for statement in module.nodes(ast.ImportFrom):
        if statement.module == "flask_jwt_extended":
            yield from _check_import(module, statement)


def _check_import(module: Module, node: ast.ImportFrom) -> Iterator[Finding]:
    """Remove names of decorators of old, when nothing uses them any more."""
    bound = module.scope.bindings
    unused = [
        alias
        for alias in node.names
        if alias.name in _DECORATORS
        and alias.name != "jwt_required"
        and not any(
            n.id == (alias.asname or alias.name) for n in module.nodes(ast.Name)
        )
        and not module.is_shared(alias.asname or alias.name)
    ]
    if not unused:
        return
    has_new = "jwt_required" in bound
    if len(unused) == len(node.names) or not has_new:
        edits = [module.replace(unused[0], "jwt_required")] if not has_new else []
        unused = unused[1:] if not has_new else unused
        if (unused and len(unused) < len(node.names)) or unused:
            edits += remove_aliases(module, node, unused, [])
    else:
        edits = remove_aliases(module, node, unused, [])
    yield Finding(module.start(node), "jwt_required has arguments", tuple(edits))


def _check_decorator(module: Module, node: ast.expr) -> Iterator[Finding]:
    name = module.path(node).removeprefix(_PACKAGE)
    if name not in _DECORATORS or not module.path(node).startswith(_PACKAGE):
        return
    parent = module.parent(node)
    is_call = isinstance(parent, ast.Call) and parent.func is node
    if name == "jwt_required" and is_call:
        return
    is_decorator = isinstance(
        parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    )
    is_listed = isinstance(parent, ast.List | ast.Tuple)
    new = f"jwt_required({_DECORATORS[name]})"
    if not is_decorator and not is_listed:
        yield Finding(module.start(node), f"{name} is {new}")
        return
    if isinstance(node, ast.Attribute):
        new = f"{module.text(node.value)}.{new}"
    edits = (module.replace(node, new),)
    yield Finding(module.start(node), f"{name} is {new}", edits, _SECURITY)


def _check_loader(module: Module, node: ast.Attribute) -> Iterator[Finding]:
    if node.attr in _WITH_BOTH:
        yield from _add_arguments(module, node)
    new = _LOADERS.get(node.attr)
    if new is None or isinstance(module.parent(node), ast.ClassDef):
        return
    function = module.parent(node)
    edits = [module.rename(node, new)]
    message = f"{node.attr} is {new}"
    if node.attr in _WITH_HEADER:
        if not isinstance(function, ast.FunctionDef) or len(function.args.args) != 1:
            yield Finding(module.start(node), f"{message}(header, payload)")
            return
        first = function.args.args[0]
        start = module.start(first)
        edits.append(Edit(start, start, "_jwt_header, "))
        if node.attr == "user_loader_callback_loader":
            body = [s for s in function.body if not _is_doc(s)]
            if not body or not is_alone(module, body[0]):
                yield Finding(module.start(node), f"{message}(header, payload)")
                return
            line = module.source.lines[body[0].lineno - 1]
            text = f'{module.indent(body[0])}{first.arg} = {first.arg}["sub"]'
            edits.append(Edit(line, line, text + module.source.newline))
    yield Finding(module.start(node), message, tuple(edits), _SECURITY)


def _add_arguments(module: Module, node: ast.Attribute) -> Iterator[Finding]:
    """Accept the header and the payload of a token in a callback that has neither."""
    function = module.parent(node)
    if not isinstance(function, ast.FunctionDef):
        return
    arguments = function.args
    if len(arguments.args) > 1 or arguments.vararg or arguments.kwonlyargs:
        return
    if arguments.args:
        start, text = module.start(arguments.args[0]), "_jwt_header, "
    else:
        name = f"{function.name}(".encode()
        start = module.source.data.find(name, module.start(function))
        start, text = start + len(name), "_jwt_header, _jwt_payload"
        if start < len(name):
            return
    message = f"{node.attr} calls with the header and the payload of the token"
    yield Finding(module.start(node), message, (Edit(start, start, text),))


def _is_doc(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and bool(string_value(node.value))


RULE = UpgradeRule(
    id="jwt-extended",
    title="Write the decorators and names of Flask-JWT-Extended 4",
    why=(
        "Version 4 replaced four decorators by jwt_required() with "
        "arguments, and renamed callbacks and functions."
    ),
    package="flask-jwt-extended",
    since="4.0",
    words=("flask_jwt_extended", "jwt", "JWT"),
    check=_check,
    examples=(
        (
            (
                "from flask_jwt_extended import jwt_required\n"
                "\n"
                "\n"
                '@app.route("/me")\n'
                "@jwt_required\n"
                "def me(): ...\n"
            ),
            (
                "from flask_jwt_extended import jwt_required\n"
                "\n"
                "\n"
                '@app.route("/me")\n'
                "@jwt_required()\n"
                "def me(): ...\n"
            ),
        ),
    ),
)
