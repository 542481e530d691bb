"""Where migrations lie, and the folder of the site that they belong to."""

from pathlib import Path

from flask import Flask

from carboy.core import registry_of

from .migrate import find_migrate


def find_folder(app: Flask, setting: str) -> Path:
    """Return the folder of the migrations: beside the site's package, or as set."""
    migrate = find_migrate(app)
    folder = Path((migrate.directory if migrate else None) or setting)
    return folder if folder.is_absolute() else project_of(app) / folder


def list_version_folders(app: Flask, setting: str) -> list[Path]:
    """Return the folders with the migrations of the site and of its modules."""
    folders = [find_folder(app, setting) / "versions"]
    folders += registry_of(app).migrations.values()
    return [folder for folder in folders if folder.is_dir()]


def project_of(app: Flask) -> Path:
    """Return the folder in which the site's package or module lies."""
    folder = Path(app.root_path)
    while (folder / "__init__.py").exists():
        folder = folder.parent
    return folder
