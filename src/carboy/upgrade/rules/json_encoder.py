"""Make a provider of the JSON encoder."""

import ast
from collections.abc import Iterator

from carboy.upgrade.calls import (
    remove_argument,
)
from carboy.upgrade.imports import (
    add_import,
    remove_aliases,
)
from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule

_OLD = {"flask.json.JSONEncoder"}
_NEW = "flask.json.provider.DefaultJSONProvider"


def _check(module: Module) -> Iterator[Finding]:
    for node in module.nodes(ast.ClassDef):
        if any(module.path(base) in _OLD for base in node.bases):
            yield _edit_class(module, node)
    for assign in module.nodes(ast.Assign):
        target = assign.targets[0]
        if isinstance(target, ast.Attribute) and target.attr == "json_encoder":
            yield _edit_app(module, assign, target)
    yield from _remove_import(module)


def _edit_class(module: Module, node: ast.ClassDef) -> Finding:
    start = module.start(node)
    advice = f"{node.name} is a class(DefaultJSONProvider), and app.json = it(app)"
    methods = {n.name for n in node.body if isinstance(n, ast.FunctionDef)}
    if methods != {"default"} or len(node.bases) != 1 or _is_used(module, node.name):
        return Finding(start, advice)
    added = add_import(module, _NEW)
    if added is None:
        return Finding(start, advice)
    name, edits = added
    edits.append(module.replace(node.bases[0], name))
    for call in ast.walk(node):
        function = call.func if isinstance(call, ast.Call) else None
        if not isinstance(call, ast.Call) or not isinstance(function, ast.Attribute):
            continue
        if function.attr == "default" and module.path(function.value) in _OLD:
            edits.append(module.replace(function.value, name))
            if len(call.args) == 2:
                edits.append(remove_argument(module, call, call.args[0]))
    return Finding(start, f"{node.name} is a provider of JSON", tuple(edits))


def _is_used(module: Module, name: str) -> bool:
    """Return whether a class is used otherwise than as the encoder of an app."""
    for node in module.nodes(ast.Name):
        if node.id == name and isinstance(node.ctx, ast.Load):
            parent = module.parent(node)
            target = parent.targets[0] if isinstance(parent, ast.Assign) else None
            is_super = getattr(getattr(parent, "func", None), "id", "") == "super"
            if getattr(target, "attr", "") != "json_encoder" and not is_super:
                return True
    return False


def _edit_app(module: Module, node: ast.Assign, target: ast.Attribute) -> Finding:
    start = module.start(node)
    message = "json_encoder is app.json"
    value = node.value
    advice = f"{message}: write a class(DefaultJSONProvider), app.json = it(app)"
    if not isinstance(value, ast.Name):
        return Finding(start, advice)
    app, code = module.text(target.value), module.text(value)
    base = _base_of(module, value)
    if base in {"json.JSONEncoder", "simplejson.JSONEncoder"}:
        edits = (
            module.replace(target, f"{app}.json.default"),
            module.replace(value, f"{code}().default"),
        )
        return Finding(start, message, edits)
    if base in {*_OLD, _NEW}:
        edits = (
            module.replace(target, f"{app}.json"),
            module.replace(value, f"{code}({app})"),
        )
        return Finding(start, message, edits)
    return Finding(start, advice)


def _base_of(module: Module, node: ast.Name) -> str:
    bound = module.bindings(node)
    classes = [b.node for b in bound if isinstance(b.node, ast.ClassDef)]
    if len(classes) == 1 and len(bound) == 1 and len(classes[0].bases) == 1:
        return module.path(classes[0].bases[0])
    return module.project.encoders.get(node.id, "") if bound and bound[0].path else ""


def _remove_import(module: Module) -> Iterator[Finding]:
    for node in module.nodes(ast.ImportFrom):
        for alias in node.names:
            name = alias.asname or alias.name
            is_used = any(n.id == name for n in module.nodes(ast.Name))
            if f"{node.module}.{alias.name}" not in _OLD or is_used:
                continue
            if not module.is_shared(name) and not module.is_guarded(node):
                edits = tuple(remove_aliases(module, node, [alias], []))
                yield Finding(module.start(node), "JSONEncoder is gone", edits)


RULE = UpgradeRule(
    id="json-encoder",
    title="Make a provider of the JSON encoder",
    why=(
        "Flask 2.3 removed app.json_encoder; app.json is an object with "
        "a method default."
    ),
    package="flask",
    since="2.3",
    words=("json_encoder", "JSONEncoder"),
    check=_check,
    examples=(
        (
            (
                "from flask import Flask\n"
                "from flask.json import JSONEncoder\n"
                "\n"
                "\n"
                "class Encoder(JSONEncoder):\n"
                "    def default(self, o):\n"
                "        if isinstance(o, set):\n"
                "            return list(o)\n"
                "        return JSONEncoder.default(self, o)\n"
                "\n"
                "\n"
                "app = Flask(__name__)\n"
                "app.json_encoder = Encoder\n"
            ),
            (
                "from flask import Flask\n"
                "from flask.json.provider import DefaultJSONProvider\n"
                "\n"
                "\n"
                "class Encoder(DefaultJSONProvider):\n"
                "    def default(self, o):\n"
                "        if isinstance(o, set):\n"
                "            return list(o)\n"
                "        return DefaultJSONProvider.default(o)\n"
                "\n"
                "\n"
                "app = Flask(__name__)\n"
                "app.json = Encoder(app)\n"
            ),
        ),
    ),
)
