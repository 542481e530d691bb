"""Checks a list of calls against the source code, without importing it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path


class CallError(Exception):
    """Raised when the code does not have a listed call; names every one."""


@dataclass(frozen=True, slots=True)
class Call:
    """One step of a journey: `caller` calls `callee`, both `module:function`.

    An indirect call names the attribute or parameter that the caller uses in `by`,
    and the function that sets it in `bound_in`.
    """

    caller: str
    callee: str
    text: str
    by: str = ""
    bound_in: str = ""

    @property
    def name(self) -> str:
        """The name of the called function, without its class."""
        return self.callee.rpartition(":")[2].rpartition(".")[2]


def check_calls(package: Path, calls: list[Call]) -> None:
    """Raise a CallError unless every call is in the code of `package`."""
    problems = [problem for call in calls for problem in _check(package, call)]
    if problems:
        raise CallError("\n".join(dict.fromkeys(problems)))


def _check(package: Path, call: Call) -> Iterator[str]:
    places = [call.caller, call.callee, *filter(None, [call.bound_in])]
    missing = [place for place in places if _find_function(package, place) is None]
    for place in missing:
        yield f"There is no {place}."
    if missing:
        return
    used = call.by or call.name
    if used not in _list_names(package, call.caller):
        yield f"{call.caller} does not use {used}, so it cannot call {call.callee}."
    if call.bound_in and call.name not in _list_names(package, call.bound_in):
        yield f"{call.bound_in} does not mention {call.name} of {call.callee}."


@cache
def _list_names(package: Path, place: str) -> frozenset[str]:
    """List all names, attributes, keywords and strings in a function."""
    function = _find_function(package, place)
    names: set[str] = set()
    for node in ast.walk(function) if function is not None else ():
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.keyword(arg=name):
                names.add(name or "")
            case ast.Constant(value=str(text)):
                names.add(text)
    return frozenset(names)


@cache
def _find_function(package: Path, place: str) -> ast.AST | None:
    """Return the function or method at `module:name` or `module:Class.name`."""
    module, _, path = place.partition(":")
    file = package.joinpath(*module.split("."))
    source = file.with_suffix(".py")
    source = source if source.exists() else file / "__init__.py"
    if not source.exists():
        return None
    node: ast.AST = ast.parse(source.read_text())
    for name in path.split("."):
        inner = [each for each in ast.iter_child_nodes(node) if _is_named(each, name)]
        if not inner:
            return None
        node = inner[0]
    return node


def _is_named(node: ast.AST, name: str) -> bool:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return isinstance(node, kinds) and node.name == name
