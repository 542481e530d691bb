"""The stylesheet and the script of file inputs."""

from pathlib import Path

from flask import Response, url_for

from carboy.ui import HashedFiles

_FILES = HashedFiles(Path(__file__).parent / "static")


def uploads_static(name: str) -> str:
    """Return the address of a file, with its digest."""
    digest = _FILES.digest(name) or "missing"
    return url_for("uploads.static", digest=digest, name=name)


def send_static(digest: str, name: str) -> Response:
    """Answer with a file."""
    return _FILES.respond(digest, name)
