"""The folder of a project, recognized by the files in it."""

import sys
from collections.abc import Iterable
from pathlib import Path

_MARKERS = ("pyproject.toml", "manage.py", "settings.toml", ".env")
_MAX_LEVELS = 3


def find_project_folder(start: Path, markers: Iterable[str] = _MARKERS) -> Path | None:
    """Return the nearest folder at or above `start` that has one of `markers`."""
    for folder in (start, *start.parents[:_MAX_LEVELS]):
        if any((folder / marker).exists() for marker in markers):
            return folder
    return None


def find_project_of(cls: type) -> Path:
    """Return the project folder of a settings class, or else the folder it is in."""
    module = sys.modules.get(cls.__module__)
    file = getattr(module, "__file__", None)
    if file is None or cls.__module__.startswith("carboy."):
        return Path.cwd()
    folder = Path(file).resolve().parent
    return find_project_folder(folder) or folder
