"""Edits of a project's `create_app`: an import, and a line before `return app`."""

import ast
import re

from .imports import render_imports


class UnknownShapeError(Exception):
    """Raised when a file has no place for an edit that is certain to be right."""


def add_line(source: str, line: str) -> str:
    """Insert a line before the `return` of `create_app`."""
    function = _find_factory(source)
    last = function.body[-1]
    if not isinstance(last, ast.Return) or last.col_offset != 4:
        raise UnknownShapeError
    lines = source.splitlines(keepends=True)
    lines.insert(last.lineno - 1, f"    {line}\n")
    return "".join(lines)


def find_app_name(source: str) -> str:
    """Return what `create_app` calls the app that it returns."""
    last = _find_factory(source).body[-1]
    if isinstance(last, ast.Return) and isinstance(last.value, ast.Name):
        return last.value.id
    raise UnknownShapeError


def add_sibling_import(source: str, name: str) -> str:
    """Add a name to `from . import …`, or write that line."""
    siblings = [
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.ImportFrom) and node.level == 1 and not node.module
    ]
    if siblings:
        names = [
            alias.name + (f" as {alias.asname}" if alias.asname else "")
            for node in siblings
            for alias in node.names
        ]
        text = render_imports({(".", each) for each in [*names, name]}, "")
        return _replace(source, siblings[0], siblings[-1], text)
    relative = [
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    if not relative:
        return _after_imports(source, f"\nfrom . import {name}")
    lines = source.splitlines(keepends=True)
    lines.insert(relative[0].lineno - 1, f"from . import {name}\n")
    return "".join(lines)


def add_package_import(source: str, module: str, name: str) -> str:
    """Add `from module import name` where ruff and isort want it."""
    nodes = [
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.ImportFrom) and not node.level and node.module
    ]
    for node in nodes:
        if node.module == module:
            pairs = {(module, alias.name) for alias in node.names if not alias.asname}
            if len(pairs) == len(node.names):
                return _replace(
                    source, node, node, render_imports({*pairs, (module, name)}, "")
                )
    top = module.partition(".")[0]
    same = [node for node in nodes if str(node.module).partition(".")[0] == top]
    if not same:
        raise UnknownShapeError
    line = f"from {module} import {name}\n"
    lines = source.splitlines(keepends=True)
    earlier = [node for node in same if str(node.module) < module]
    at = (earlier[-1].end_lineno or 0) if earlier else same[0].lineno - 1
    lines.insert(at, line)
    return "".join(lines)


def _find_factory(source: str) -> ast.FunctionDef:
    try:
        tree = ast.parse(source)
    except SyntaxError:
        raise UnknownShapeError from None
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and re.fullmatch(
            "(create|make)_app", node.name
        ):
            return node
    raise UnknownShapeError


def _replace(source: str, first: ast.stmt, last: ast.stmt, text: str) -> str:
    lines = source.splitlines(keepends=True)
    end = last.end_lineno or last.lineno
    return "".join([*lines[: first.lineno - 1], f"{text}\n", *lines[end:]])


def _after_imports(source: str, text: str) -> str:
    nodes = [
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    if not nodes:
        raise UnknownShapeError
    lines = source.splitlines(keepends=True)
    lines.insert(nodes[-1].end_lineno or 0, f"{text}\n")
    return "".join(lines)
