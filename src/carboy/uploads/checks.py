"""Checks of the settings of uploads."""

import json
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from carboy.core import Check, check_obsolete, registry_of

from .app_state import uploads_state
from .settings import UploadsSettings
from .storages import LocalStorage, MemoryStorage, S3Storage


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
    if isinstance(storage, S3Storage) and "headers" in registry_of(app).installed:
        yield from _check_policy(app, storage)
    yield from check_obsolete(app.config, UploadsSettings.obsolete, "uploads.W001")


def _check_policy(app: Flask, storage: S3Storage) -> Iterator[Check]:
    """Yield a check if pages of the site may not show files of the bucket.

    A link leads to S3, and browsers apply the policy of the page to that address, too.
    """
    address = storage.address
    origin = address.url.removesuffix(address.root)
    allowed = app.config.get("HEADERS_CSP") or {}
    if origin in str(allowed):
        return
    value = dict.fromkeys(("img-src", "media-src", "connect-src"), origin)
    yield Check(
        "uploads.W002",
        f"Files are sent by {origin}, from which pages of this site show nothing: "
        f"their Content-Security-Policy does not name it.",
        f"Set HEADERS_CSP to {json.dumps(value)}, or to those of the three that pages "
        f"need.",
    )
