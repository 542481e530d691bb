"""Edits of calls: arguments that are renamed, removed or named."""

import ast
from collections.abc import Callable, Iterator, Mapping

from .module import Module
from .rule import Finding
from .source import Edit


def renamed_keywords(
    functions: Mapping[str, Mapping[str, str]], *, security: str = ""
) -> Callable[[Module], Iterator[Finding]]:
    """Return a check for keywords of functions, by path, that have other names now."""

    def check(module: Module) -> Iterator[Finding]:
        for call in module.nodes(ast.Call):
            keywords = functions.get(module.class_path(call.func), {})
            for keyword in call.keywords:
                new = keywords.get(keyword.arg or "")
                if new:
                    start = module.start(keyword)
                    edit = Edit(start, start + len(keyword.arg or ""), new)
                    message = f"{keyword.arg}=… is {new}=…"
                    yield Finding(start, message, (edit,), security)

    return check


def remove_argument(
    module: Module, call: ast.Call, argument: ast.expr | ast.keyword
) -> Edit:
    """Return the edit that removes an argument of a call, with its comma."""
    every = [*call.args, *call.keywords]
    every.sort(key=module.start)
    index = every.index(argument)
    if index + 1 < len(every):
        return Edit(module.start(argument), module.start(every[index + 1]), "")
    start = module.end(every[index - 1]) if index else module.start(argument)
    return Edit(start, module.end(argument), "")


def find_keyword(call: ast.Call, name: str) -> ast.keyword | None:
    """Return the keyword argument of a name, or None."""
    return next((k for k in call.keywords if k.arg == name), None)


def is_plain(call: ast.Call) -> bool:
    """Return whether a call has neither `*args` nor `**options`."""
    return not any(isinstance(a, ast.Starred) for a in call.args) and all(
        keyword.arg for keyword in call.keywords
    )


def string_value(node: ast.AST | None) -> str:
    """Return the value of a string literal, or ``''``."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return ""


def is_text(node: ast.expr) -> bool:
    """Return whether an expression is certainly a string, and not a variable."""
    if isinstance(node, ast.BinOp):
        return is_text(node.left)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in {"format", "join"} and is_text(node.func.value)
    return isinstance(node, ast.JoinedStr) or bool(string_value(node))


def is_text_or_name(module: Module, node: ast.expr) -> bool:
    """Return whether an expression is a string, or a name of nothing but strings."""
    if not isinstance(node, ast.Name):
        return is_text(node)
    values = [binding.value for binding in module.bindings(node)]
    return bool(values) and all(isinstance(v, ast.expr) and is_text(v) for v in values)
