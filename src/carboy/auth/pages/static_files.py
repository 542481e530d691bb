"""The script of passkeys, addressed by its content as the files of `carboy.ui` are."""

from pathlib import Path

from flask import Response, url_for

from carboy.ui import HashedFiles

_FILES = HashedFiles(Path(__file__).parent.parent / "static")


def auth_static(name: str) -> str:
    """Return the address of a file of the battery."""
    return url_for("auth.static", digest=_FILES.digest(name) or "missing", name=name)


def send_static(digest: str, name: str) -> Response:
    """Send a file of the battery."""
    return _FILES.respond(digest, name)
