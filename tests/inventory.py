"""All that a user can name: settings, commands, checks and hooks, found in the code."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import carboy
from carboy.core import Section, Wiring

CHECK = re.compile(r"[\"']([a-z]+\.[EW]\d{3})[\"']")
COMMAND = {"command", "group"}


def list_settings() -> dict[str, str]:
    """Map the name of each setting to the section that it belongs to."""
    for info in pkgutil.walk_packages(carboy.__path__, "carboy."):
        if not info.name.endswith("__main__"):
            importlib.import_module(info.name)
    return {
        field.key: section.__qualname__
        for section in _list_below(Section)
        if section.__module__.startswith("carboy")
        for field in section.fields()
    }


def list_hooks() -> list[str]:
    """List what a battery can call on its wiring."""
    return [name for name in vars(Wiring) if not name.startswith("_")]


def list_checks(source: Path) -> dict[str, str]:
    """Map the id of each check to the file that makes it."""
    return {
        name: path.name
        for path in sorted(source.rglob("*.py"))
        for name in CHECK.findall(path.read_text())
    }


def list_commands(source: Path) -> dict[str, str]:
    """Map each command, as a person types it, to the file that defines it."""
    found: dict[str, str] = {}
    trees = {path: ast.parse(path.read_text()) for path in sorted(source.rglob("*.py"))}
    # Groups of other files: users.add_command(tokens).
    within = dict(pair for tree in trees.values() for pair in _list_attached(tree))
    for path, tree in trees.items():
        functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
        named = {f.name: pair for f in functions if (pair := _find_command(f))}
        for function, (name, above) in named.items():
            group = f"{named[above][0]} " if above in named else ""
            outer = within.get(above if above in named else function, "")
            found[f"carboy {outer}{group}{name}"] = path.name
    return found


def _list_attached(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield the groups that a file adds to its own groups, each with its prefix."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(
                ast.Call(
                    ast.Attribute(ast.Name(outer), "add_command"), [ast.Name(inner)]
                )
            ):
                yield inner, f"{outer} "


def _find_command(function: ast.FunctionDef) -> tuple[str, str] | None:
    """Return the name of a command, and the name of what it was attached to."""
    for decorator in function.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else None
        named = call.func if call else decorator
        if not isinstance(named, ast.Attribute) or named.attr not in COMMAND:
            continue
        if call is not None and _is_hidden(call):
            continue
        first = call.args[0] if call and call.args else None
        given = first.value if isinstance(first, ast.Constant) else None
        name = str(given or function.name.strip("_").replace("_", "-"))
        return name, ast.unparse(named.value)
    return None


def _is_hidden(call: ast.Call) -> bool:
    return any(
        keyword.arg == "hidden" and ast.unparse(keyword.value) == "True"
        for keyword in call.keywords
    )


def _list_below(kind: type[Section]) -> Iterator[type[Section]]:
    for below in kind.__subclasses__():
        yield below
        yield from _list_below(below)
