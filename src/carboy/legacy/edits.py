"""The exact edit of an import statement that names something old."""

import ast
import linecache
from collections.abc import Mapping
from functools import lru_cache

from .rows import Row


def edit_import(file: str, line: int, rows: Mapping[str, Row]) -> str | None:
    """Return what to write instead of the import at this line, or None.

    `rows` are the old names of one module, under the names that it has there.
    """
    node = _find_import(file, line, rows)
    if node is None:
        return None
    if _is_star(node):
        used = _names_used_in(file) & rows.keys() or rows.keys()
        names = [ast.alias(name) for name in sorted(used - {"*"})]
        node = ast.ImportFrom(node.module, names or node.names, 0)
    return rewrite(node, rows)


def is_unused(
    file: str, line: int, name: str, rows: Mapping[str, Row], *, is_living: bool
) -> bool:
    """Return whether `from module import *` is what asks for a name, in vain.

    A star import of a module of today asks for its old names, too; one of an old module
    in a file that uses none of its names is there for other files.
    """
    node = _find_import(file, line, rows)
    if node is None or not _is_star(node):
        return False
    used = _names_used_in(file) & rows.keys()
    return name not in used if used else is_living


def _find_import(
    file: str, line: int, rows: Mapping[str, Row]
) -> ast.ImportFrom | None:
    module = next(iter(rows.values())).module
    for node in _imports_of(file):
        is_here = node.lineno <= line <= (node.end_lineno or node.lineno)
        if is_here and node.module == module and not node.level:
            return node
    return None


def _is_star(node: ast.ImportFrom) -> bool:
    return node.names[0].name == "*"


def rewrite(statement: ast.ImportFrom, rows: Mapping[str, Row]) -> str:
    """Return the statements that import the same names from where they are now."""
    groups: dict[str, list[str]] = {}
    others = []
    for alias in statement.names:
        row = rows.get(alias.name)
        if row is not None and row.edit:
            if row.edit not in others:
                others.append(row.edit)
            continue
        here = row.here if row else f"{statement.module}:{alias.name}"
        module, _, attribute = here.partition(":")
        as_name = alias.asname or alias.name
        suffix = "" if as_name == attribute else f" as {as_name}"
        groups.setdefault(module, []).append(f"{attribute}{suffix}")
    lines = [f"from {module} import {', '.join(n)}" for module, n in groups.items()]
    return "; ".join(lines + others)


@lru_cache(maxsize=256)
def _imports_of(file: str) -> tuple[ast.ImportFrom, ...]:
    """Return the `from … import …` statements of a file; none if it is not Python."""
    nodes = ast.walk(_parse(file))
    return tuple(node for node in nodes if isinstance(node, ast.ImportFrom))


@lru_cache(maxsize=256)
def _names_used_in(file: str) -> frozenset[str]:
    nodes = ast.walk(_parse(file))
    return frozenset(node.id for node in nodes if isinstance(node, ast.Name))


def _parse(file: str) -> ast.Module:
    try:
        return ast.parse("".join(linecache.getlines(file)))
    except (SyntaxError, ValueError):
        return ast.Module([], [])
