"""The templates of accounts, for a project that wants to change them."""

from importlib.resources import files
from pathlib import Path

from carboy.errors import ConfigError

from .changes import FileChanges


def add_auth_templates(
    changes: FileChanges, folder: Path, names: tuple[str, ...]
) -> None:
    """Copy templates that the project does not have; all of them without names.

    `folder` is that of the templates of the project. A file there goes first.
    """
    shipped = _list_shipped()
    for name in names or sorted(shipped):
        if name not in shipped:
            msg = (
                f"There is no template {name!r} of accounts. There are: "
                f"{', '.join(sorted(shipped))}."
            )
            raise ConfigError(msg)
        changes.create_missing(folder / name, shipped[name])


def _list_shipped() -> dict[str, str]:
    root = files("carboy.auth") / "templates"
    return {
        f"{part.name}/{file.name}": file.read_text("utf-8")
        for part in root.iterdir()
        for file in part.iterdir()
        if file.is_file()
    }
