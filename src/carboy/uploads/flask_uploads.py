"""Flask-Uploads' names: `UploadSet`, `configure_uploads`, `IMAGES` and the others.

For code that stores names of files in its own columns. New code declares attachment
columns, which follow the transaction.
"""

from typing import Any

from flask import Flask, abort, send_from_directory
from werkzeug.datastructures import FileStorage

from carboy.core import get_current_app

from .serving import add_headers
from .upload_sets import (
    ALL,
    ARCHIVES,
    AUDIO,
    DATA,
    DEFAULTS,
    DOCUMENTS,
    EXECUTABLES,
    IMAGES,
    SCRIPTS,
    SOURCE,
    TEXT,
    AllExcept,
    UploadConfiguration,
    UploadNotAllowed,
    UploadSet,
    addslash,
    extension,
    is_shown_inline,
    lowercase_ext,
    sets_state,
)

__all__ = [
    "ALL",
    "ARCHIVES",
    "AUDIO",
    "DATA",
    "DEFAULTS",
    "DOCUMENTS",
    "EXECUTABLES",
    "IMAGES",
    "SCRIPTS",
    "SOURCE",
    "TEXT",
    "AllExcept",
    "TestingFileStorage",
    "UploadConfiguration",
    "UploadNotAllowed",
    "UploadSet",
    "addslash",
    "configure_uploads",
    "extension",
    "lowercase_ext",
    "patch_request_class",
]

_ENDPOINT = "_uploads.uploaded_file"


def configure_uploads(app: Flask, upload_sets: Any) -> None:
    """Configure one or several sets from `app.config`, and serve their files."""
    sets = [upload_sets] if isinstance(upload_sets, UploadSet) else list(upload_sets)
    known = sets_state.find(app)
    if known is None:
        known = sets_state.set(app, {})
    for each in sets:
        known[each.name] = each.read_configuration(app, known)
    if _ENDPOINT not in app.view_functions:
        rule = "/_uploads/<setname>/<path:filename>"
        app.add_url_rule(rule, _ENDPOINT, _send_file)


def patch_request_class(app: Flask, size: int | None = 64 * 1024 * 1024) -> None:
    """Limit the size of requests; with None, leave MAX_CONTENT_LENGTH alone.

    Flask has the setting now: a limit that is set already is not raised.
    """
    if size is None:
        return
    before = app.config.get("MAX_CONTENT_LENGTH")
    app.config["MAX_CONTENT_LENGTH"] = size if before is None else min(before, size)


def _send_file(setname: str, filename: str) -> Any:
    config = (sets_state.find(get_current_app()) or {}).get(setname)
    if config is None or config.base_url is not None:
        abort(404)
    is_inline = is_shown_inline(filename)
    response = send_from_directory(
        config.destination, filename, as_attachment=not is_inline, conditional=True
    )
    add_headers(response)
    return response


class TestingFileStorage(FileStorage):
    """A file for tests, which notes where it was saved."""

    # Not a class of tests, whatever its name says.
    __test__ = False

    saved: Any = None

    def save(self, dst: Any, buffer_size: int = 16384) -> None:
        """Note the destination; write nothing."""
        del buffer_size
        self.saved = dst if isinstance(dst, str) else getattr(dst, "name", dst)
