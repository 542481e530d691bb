"""The folder of a project, recognized by the files in it."""

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
