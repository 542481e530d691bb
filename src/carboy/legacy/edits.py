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
    module = next(iter(rows.values())).module
    for node in _imports_of(file):
        is_here = node.lineno <= line <= (node.end_lineno or node.lineno)
        if is_here and node.module == module and not node.level:
            return rewrite(node, rows)
    return None


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
    try:
        tree = ast.parse("".join(linecache.getlines(file)))
    except (SyntaxError, ValueError):
        return ()
    return tuple(node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
