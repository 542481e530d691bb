"""What users may import: the names of every front door, and what each stands for."""

import importlib
import inspect
import pkgutil
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "carboy"


def list_front_doors() -> list[str]:
    """List the package, its folders, and its single modules that users import."""
    doors = ["carboy", "carboy.errors", "carboy.testing"]
    doors += [
        f"carboy.{info.name}"
        for info in pkgutil.iter_modules([str(PACKAGE)])
        if info.ispkg
    ]
    return sorted(doors)


def list_exports(door: str) -> dict[str, object]:
    """Map each public name of a front door to what it stands for."""
    module = importlib.import_module(door)
    return {name: getattr(module, name) for name in _list_names(module)}


def list_names(door: str) -> list[str]:
    """List what a front door exports, as the snapshot has it."""
    exports = list_exports(door)
    return [f"{name}{_kind(exports[name])}" for name in sorted(exports)]


def read_snapshot(path: Path) -> dict[str, list[str]]:
    """Read the names that were public before, by front door."""
    snapshot: dict[str, list[str]] = {}
    lines = path.read_text().splitlines() if path.exists() else []
    for line in lines:
        if line.startswith(" "):
            snapshot[next(reversed(snapshot))].append(line.strip())
        else:
            snapshot[line.rstrip(":")] = []
    return snapshot


def write_snapshot(path: Path, snapshot: dict[str, list[str]]) -> None:
    """Write the names of each front door, one on a line."""
    lines: list[str] = []
    for door in sorted(snapshot):
        lines += [f"{door}:", *(f"    {name}" for name in snapshot[door])]
    path.write_text("\n".join(lines) + "\n")


def is_documented(value: object) -> bool:
    """Tell whether a class, function or module of ours says what it is for."""
    if not _is_ours(value):
        return True
    text = (getattr(value, "__doc__", None) or "").strip()
    # What dataclasses write by themselves says nothing.
    return bool(text) and not text.startswith(f"{getattr(value, '__name__', '')}(")


def _list_names(module: ModuleType) -> list[str]:
    names = getattr(module, "__all__", None)
    if names is not None:
        return list(names)
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and getattr(value, "__module__", "") == module.__name__
    ]


def _is_ours(value: object) -> bool:
    is_named = inspect.isclass(value) or inspect.isroutine(value)
    module = getattr(value, "__module__", None) or ""
    return (is_named and module.startswith("carboy")) or inspect.ismodule(value)


def _kind(value: object) -> str:
    if inspect.isclass(value):
        return ": class"
    return "()" if inspect.isroutine(value) else ""
