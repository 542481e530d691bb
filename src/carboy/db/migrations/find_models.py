"""Import a site's models, so that none is missing when tables are compared."""

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from flask import Flask

from .folder import project_of

_ELSEWHERE = frozenset({"tests", "test", "migrations", "venv", "env", "node_modules"})
MAX_DEPTH = 4


def import_models(app: Flask, configured: list[str]) -> list[str]:
    """Import the modules that declare models; give their names."""
    names = list(configured) or sorted(_find(app))
    project = str(project_of(app))
    if project not in sys.path:
        sys.path.insert(0, project)
    for name in names:
        import_module(name)
    return names


def _find(app: Flask) -> Iterator[str]:
    """Find modules and packages called `models` without importing any other."""
    project = project_of(app)
    package = Path(app.root_path)
    root = (
        project / package.relative_to(project).parts[0] if package != project else None
    )
    if root is None:
        yield from _names(project, project, depth=1)
    else:
        yield from _names(root, project, depth=MAX_DEPTH)


def _names(folder: Path, project: Path, *, depth: int) -> Iterator[str]:
    if (folder / "models.py").exists():
        yield _name(folder / "models.py", project)
    if (folder / "models" / "__init__.py").exists():
        for path in (folder / "models").rglob("*.py"):
            yield _name(path, project)
    if depth == 0:
        return
    for child in folder.iterdir():
        is_package = (child / "__init__.py").exists()
        if is_package and child.name != "models" and child.name not in _ELSEWHERE:
            yield from _names(child, project, depth=depth - 1)


def _name(path: Path, project: Path) -> str:
    parts = path.relative_to(project).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
