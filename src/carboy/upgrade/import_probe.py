"""A program: import each module of the current folder, and list the routes of its apps.

It runs in the environment of the project, so it imports nothing but the project.
"""

import contextlib
import importlib
import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_SKIPPED = {"tests", "test", "migrations", "alembic", "node_modules", "venv", "env"}
_FACTORIES = ("create_app", "make_app", "app_factory")


def list_modules(folder: Path) -> Iterator[str]:
    """Yield the dotted names of the modules below a folder."""
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if name not in _SKIPPED and not name.startswith((".", "_"))
        )
        for file in sorted(files):
            path = Path(root, file).relative_to(folder)
            name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
            is_test = file.startswith(("test_", "setup.", "conftest."))
            if file.endswith(".py") and not is_test and _is_name(name):
                yield name


def probe(folder: Path) -> dict[str, list[str]]:
    """Import all modules; return what could be imported, and each route, by name."""
    passed: list[str] = []
    failed: list[str] = []
    for name in list_modules(folder):
        try:
            module = importlib.import_module(name)
            routes = list(_list_routes(module))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - of any kind: it is theirs
            failed.append(f"import {name}: {type(error).__name__}: {error}")
        else:
            passed += [f"import {name}", *routes]
    return {"passed": passed, "failed": failed}


def _list_routes(module: Any) -> Iterator[str]:
    apps = [value for value in vars(module).values() if _is_app(value)]
    for name in _FACTORIES:
        factory = vars(module).get(name)
        if callable(factory) and factory.__module__ == module.__name__:
            with contextlib.suppress(TypeError):
                apps.append(factory())
    for app in apps:
        for rule in app.url_map.iter_rules():
            methods = ",".join(sorted(rule.methods or ()))
            yield f"route {rule.rule} {methods} {rule.endpoint}"


def _is_app(value: Any) -> bool:
    kinds = type(value).__mro__
    return any((k.__module__, k.__name__) == ("flask.app", "Flask") for k in kinds)


def _is_name(name: str) -> bool:
    return all(part.isidentifier() for part in name.split("."))


def main() -> None:
    """Print the result as JSON behind an @, whatever else the modules print."""
    sys.path[:1] = [str(Path.cwd())]
    with contextlib.redirect_stdout(io.StringIO()):
        values = probe(Path.cwd())
    sys.stdout.write("\n@" + json.dumps(values))
    sys.stdout.flush()
    # Threads that the modules have started do not matter.
    os._exit(0)


if __name__ == "__main__":
    main()
