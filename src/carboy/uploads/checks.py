"""Checks of the settings of uploads."""

from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from carboy.core import Check

from .app_state import uploads_state
from .storages import LocalStorage, MemoryStorage


def check_site(app: Flask) -> Iterator[Check]:
    """Yield a check for each setting with which files are lost or read by others."""
    storage = uploads_state.of(app).storage
    is_production = app.config.get("PROFILE") == "production"
    if is_production and isinstance(storage, MemoryStorage):
        yield Check(
            "uploads.E001",
            "UPLOADS_STORAGE is memory: files are gone when the process ends.",
            "Set it to local:uploads, or to another folder.",
        )
    static = Path(app.static_folder) if app.static_folder else None
    if (
        static is not None
        and isinstance(storage, LocalStorage)
        and storage.folder.resolve().is_relative_to(static.resolve())
    ):
        yield Check(
            "uploads.E002",
            f"The folder of uploads {storage.folder.name!r} is below the static files: "
            f"everybody reads every file, and browsers run what is in them.",
            "Set UPLOADS_STORAGE to a folder outside of the static files.",
        )
