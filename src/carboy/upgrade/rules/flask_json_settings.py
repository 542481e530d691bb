"""Set the options of app.json."""

import ast
from collections.abc import Iterator

from carboy.upgrade.calls import (
    string_value,
)
from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule

_OPTIONS = {
    "JSON_AS_ASCII": "ensure_ascii",
    "JSON_SORT_KEYS": "sort_keys",
    "JSONIFY_MIMETYPE": "mimetype",
    "JSONIFY_PRETTYPRINT_REGULAR": "compact",
}
_OPPOSITES = {"True": "False", "False": "True"}


def _check(module: Module) -> Iterator[Finding]:
    for node in module.nodes(ast.Assign):
        for target in node.targets:
            name = _key(target)
            if name in _OPTIONS and len(node.targets) == 1:
                yield _edit(module, node, target, name)
            elif getattr(target, "id", "") in _OPTIONS:
                advice = f"app.json.{_OPTIONS[getattr(target, 'id', '')]} = …"
                message = f"{module.text(target)} is ignored. Write {advice}"
                yield Finding(module.start(node), message)


def _key(target: ast.expr) -> str:
    if not isinstance(target, ast.Subscript):
        return ""
    if getattr(target.value, "attr", "") != "config":
        return ""
    return string_value(target.slice)


def _edit(module: Module, node: ast.Assign, target: ast.expr, name: str) -> Finding:
    option = _OPTIONS[name]
    value = module.text(node.value)
    new = _OPPOSITES.get(value, "") if option == "compact" else value
    start = module.start(node)
    message = f"{name} is app.json.{option}"
    if not isinstance(target, ast.Subscript) or not new:
        return Finding(start, f"{message}, the opposite. Write it by hand")
    if not isinstance(target.value, ast.Attribute):
        return Finding(start, message)
    app = module.text(target.value.value)
    edits = [module.replace(target, f"{app}.json.{option}")]
    if new != value:
        edits.append(module.replace(node.value, new))
    return Finding(start, message, tuple(edits))


RULE = UpgradeRule(
    id="flask-json-settings",
    title="Set the options of app.json",
    why=(
        "Flask 2.3 removed the settings JSON_AS_ASCII, JSON_SORT_KEYS, "
        "JSONIFY_MIMETYPE and JSONIFY_PRETTYPRINT_REGULAR."
    ),
    package="flask",
    since="2.3",
    words=("JSON_AS_ASCII", "JSON_SORT_KEYS", "JSONIFY_"),
    check=_check,
    examples=(
        ('app.config["JSON_AS_ASCII"] = False\n', "app.json.ensure_ascii = False\n"),
    ),
)
