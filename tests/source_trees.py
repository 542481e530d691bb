"""The syntax trees of modules, parsed once for all rules about them."""

import ast
import functools
from pathlib import Path


def parse(path: Path) -> ast.Module:
    """Return the tree of a module."""
    return _parse(path, path.read_text())[0]


def walk(path: Path) -> tuple[ast.AST, ...]:
    """Return all nodes of a module, in the order of `ast.walk`."""
    return _parse(path, path.read_text())[1]


def forget_trees() -> None:
    """Free the trees: they are millions of objects."""
    _parse.cache_clear()


@functools.cache
def _parse(path: Path, text: str) -> tuple[ast.Module, tuple[ast.AST, ...]]:
    tree = ast.parse(text, str(path))
    return tree, tuple(ast.walk(tree))
