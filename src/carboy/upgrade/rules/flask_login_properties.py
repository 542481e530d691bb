"""Read is_authenticated without parentheses."""

import ast
import re
from collections.abc import Iterator

from carboy.upgrade.calls import string_value
from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule
from carboy.upgrade.source import Edit

_NAMES = {"is_authenticated", "is_active", "is_anonymous"}
_CALL = re.compile(
    rb"(?:current_user|g\.user)\.(?:is_authenticated|is_active|is_anonymous)(\(\s*\))"
)
_RENDERERS = {"flask.render_template_string", "jinja2.Template"}
_SECURITY = (
    "Without @property the method itself counts as true: a user who is not active"
    " gets in."
)


def _check(module: Module) -> Iterator[Finding]:
    for call in module.nodes(ast.Call):
        function = call.func
        if not isinstance(function, ast.Attribute):
            continue
        is_user = function.attr in _NAMES and _is_user(module, function.value)
        if not call.args and not call.keywords and is_user:
            edits = (Edit(module.end(function), module.end(call), ""),)
            message = f"{function.attr} is a property"
            yield Finding(module.start(call), message, edits)
        kind = module.kind(function.value)
        if function.attr == "setup_app" and kind == "flask_login.LoginManager":
            edits = (module.rename(function, "init_app"),)
            yield Finding(module.start(call), "setup_app is init_app", edits)
    for node in module.nodes(ast.ClassDef):
        yield from _check_class(module, node)
    for text in _list_templates(module):
        yield from _check_template(module, text)


def _list_templates(module: Module) -> Iterator[ast.Constant]:
    """List the texts that are rendered: another one may only quote a template."""
    sources = [
        call.args[0]
        for call in module.nodes(ast.Call)
        if call.args and _is_renderer(module, call.func)
    ]
    names = {source.id for source in sources if isinstance(source, ast.Name)}
    for text in module.nodes(ast.Constant):
        parent = module.parent(text)
        targets = parent.targets if isinstance(parent, ast.Assign) else []
        is_named = any(isinstance(t, ast.Name) and t.id in names for t in targets)
        if string_value(text) and (is_named or text in sources):
            yield text


def _is_renderer(module: Module, function: ast.expr) -> bool:
    is_method = isinstance(function, ast.Attribute) and function.attr == "from_string"
    return is_method or module.path(function) in _RENDERERS


def _check_template(module: Module, node: ast.Constant) -> Iterator[Finding]:
    """Edit the text of a template that is in the code."""
    if isinstance(module.parent(node), ast.JoinedStr):
        return
    for match in _CALL.finditer(
        module.source.data, module.start(node), module.end(node)
    ):
        edits = (Edit(*match.span(1), ""),)
        yield Finding(match.start(), "this is a property of users", edits)


def _is_user(module: Module, node: ast.expr) -> bool:
    if module.path(node) in {"flask_login.current_user", "flask.g.user"}:
        return True
    is_name = isinstance(node, ast.Name) and node.id == "current_user"
    return is_name and not module.bindings(node) and bool(module.scope.stars)  # type: ignore[arg-type]  # a name


def _check_class(module: Module, node: ast.ClassDef) -> Iterator[Finding]:
    methods = [
        item
        for item in node.body
        if isinstance(item, ast.FunctionDef)
        and item.name in _NAMES
        and not item.decorator_list
        and len(item.args.args) == 1
    ]
    names = {getattr(item, "name", "") for item in node.body}
    bases = {module.path(base) for base in node.bases}
    if not ({"get_id"} & names or "flask_login.UserMixin" in bases):
        return
    for method in methods:
        if not _is_called(module, method.name):
            start = module.source.lines[method.lineno - 1]
            line = f"{module.indent(method)}@property{module.source.newline}"
            message = f"{method.name} is a property of users"
            edits = (Edit(start, start, line),)
            yield Finding(module.start(method), message, edits, _SECURITY)


def _is_called(module: Module, name: str) -> bool:
    """Return whether the module calls the method of an object that is not known."""
    return any(
        isinstance(call.func, ast.Attribute)
        and call.func.attr == name
        and not _is_user(module, call.func.value)
        for call in module.nodes(ast.Call)
    )


RULE = UpgradeRule(
    id="flask-login-properties",
    title="Read is_authenticated without parentheses",
    why=(
        "Since Flask-Login 0.3 is_authenticated, is_active and "
        "is_anonymous are properties."
    ),
    package="flask-login",
    since="0.3",
    words=("is_authenticated", "is_active", "is_anonymous", "setup_app"),
    check=_check,
    examples=(
        (
            (
                "from flask_login import current_user\n"
                "\n"
                "\n"
                "def index():\n"
                "    if current_user.is_authenticated():\n"
                '        return ""\n'
            ),
            (
                "from flask_login import current_user\n"
                "\n"
                "\n"
                "def index():\n"
                "    if current_user.is_authenticated:\n"
                '        return ""\n'
            ),
        ),
    ),
)
