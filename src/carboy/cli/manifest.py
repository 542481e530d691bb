"""What `carboy new` has written into a project, by which version.

The texts are kept in full: they are the common ancestor when a newer Carboy would write
something else and people have edited their files.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from carboy.errors import ConfigError

MANIFEST = Path(".carboy", "project.json")
# Secrets belong to one machine.
_PRIVATE = frozenset({".env"})


@dataclass(frozen=True, slots=True)
class Manifest:
    """The version and the options of a project, and the text of each generated file."""

    version: str
    options: dict[str, str]
    files: dict[Path, str]

    def render(self) -> str:
        """Return the text of the manifest."""
        files = {str(path): text for path, text in sorted(self.files.items())}
        values = {"version": self.version, "options": self.options, "files": files}
        return json.dumps(values, indent=1, ensure_ascii=False) + "\n"


def make_manifest(
    version: str, options: dict[str, str], files: Mapping[Path, str]
) -> Manifest:
    """Return the manifest of files that were generated, without private ones."""
    public = {path: text for path, text in files.items() if path.name not in _PRIVATE}
    return Manifest(version, options, public)


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a project, or raise if there is none that can be read."""
    path = folder / MANIFEST
    if not path.is_file():
        msg = (
            f"There is no {MANIFEST} in {folder}, so nobody knows what was generated. "
            f"Run this in the folder of a project that `carboy new` has created."
        )
        raise ConfigError(msg)
    try:
        values: Any = json.loads(path.read_text("utf-8"))
        files = {
            _check_path(Path(name)): str(values["files"][name])
            for name in values["files"]
        }
        return Manifest(str(values["version"]), dict(values["options"]), files)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        msg = f"{MANIFEST} cannot be read ({error}). Restore it from version control."
        raise ConfigError(msg) from None


def _check_path(path: Path) -> Path:
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{path} is outside of the project")
    return path
