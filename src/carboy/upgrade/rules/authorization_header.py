"""Parse headers with the class Authorization."""

import ast
from collections.abc import Iterator

from carboy.upgrade.imports import add_import, remove_aliases
from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule

_OLD = "werkzeug.http.parse_authorization_header"
_NEW = "werkzeug.datastructures.Authorization"
_SECURITY = (
    "A header of another scheme, such as Bearer, was None; now it is an Authorization"
    " whose username is None. Check the username, or auth.type."
)


def _check(module: Module) -> Iterator[Finding]:
    for call in module.nodes(ast.Call):
        if module.path(call.func) != _OLD or module.is_guarded(call):
            continue
        start = module.start(call)
        added = add_import(module, _NEW)
        if added is None:
            yield Finding(start, "write Authorization.from_header(…)", (), _SECURITY)
            continue
        name, edits = added
        edits = [*edits, module.replace(call.func, f"{name}.from_header")]
        message = "the header is parsed by Authorization.from_header"
        yield Finding(start, message, tuple(edits), _SECURITY)
    yield from _check_imports(module)


def _check_imports(module: Module) -> Iterator[Finding]:
    """Remove the import when the last call is rewritten."""
    for node in module.nodes(ast.ImportFrom):
        for alias in node.names:
            if f"{node.module}.{alias.name}" != _OLD or module.is_guarded(node):
                continue
            name = alias.asname or alias.name
            used = any(use.id == name for use in module.nodes(ast.Name))
            if not used and not module.is_shared(name):
                edits = tuple(remove_aliases(module, node, [alias], []))
                yield Finding(module.start(node), f"{alias.name} is gone", edits)


RULE = UpgradeRule(
    id="authorization-header",
    title="Parse headers with the class Authorization",
    why="Werkzeug 3.0 removed parse_authorization_header; from_header does its work.",
    package="werkzeug",
    since="3.0",
    words=("parse_authorization_header",),
    check=_check,
    examples=(
        (
            "from werkzeug.http import parse_authorization_header\n"
            "\n"
            "auth = parse_authorization_header(header)\n",
            "from werkzeug.datastructures import Authorization\n"
            "\n"
            "auth = Authorization.from_header(header)\n",
        ),
    ),
)
