"""`Uploads`: the object that the code of a site calls `uploads`."""

import logging
from pathlib import Path
from typing import Any, ClassVar

from flask import Flask, Response, has_request_context, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import (
    HTTPException,
    NotFound,
    ServiceUnavailable,
    default_exceptions,
)

from carboy.core import Extension, Wiring, get_current_app, registry_of
from carboy.db import SQLAlchemy
from carboy.errors import ConfigError, RefusedError

from . import (
    commands,
    row_files as row_files,  # its listeners
)
from .app_state import UploadsState, list_keys, uploads_state
from .attachment import AttachedFile
from .checks import check_site
from .content.images import ImageLimits, ImageProcesses
from .errors import (
    FileMissingError,
    LinkExpiredError,
    StorageError,
    UploadRefusedError,
)
from .intake import Intake
from .links import Link, Links
from .rules import make_rules
from .serving import send_stored, serve_link
from .settings import UploadsSettings, parse_size
from .static_files import send_static
from .storages import Storage, open_storage
from .sweep import sweep

_log = logging.getLogger("carboy.uploads")
_SWEEP_PERIOD = "6h"
_SWEEP = "carboy.uploads.sweep"


class Uploads(Extension):
    """Stores the files of attachment columns, checks them, and serves them."""

    name: ClassVar[str] = "uploads"

    def install(self, wiring: Wiring) -> None:
        """Open the storage, and add the route, the checks, commands and the task."""
        app = wiring.app
        settings = wiring.settings(UploadsSettings)
        state = uploads_state.set(app, _make_state(app, settings))
        prefix = settings.url.rstrip("/")
        wiring.route(
            f"{prefix}/<path:path>",
            lambda path: serve_link(state, path),
            endpoint="uploads.file",
        )
        wiring.route(
            "/-/uploads/<digest>/<path:name>", send_static, endpoint="uploads.static"
        )
        tasks = registry_of(app).installed.get("tasks")
        if tasks is not None:
            _declare_task(tasks)
        wiring.error(UploadRefusedError, _answer_error)
        wiring.error(LinkExpiredError, _answer_error)
        wiring.error(StorageError, _answer_error)
        wiring.check(check_site)
        wiring.command(commands.uploads)
        wiring.shell(uploads=self)

    @property
    def storage(self) -> Storage:
        """The storage of the current app."""
        return uploads_state.current().storage

    def accept(
        self,
        file: FileStorage,
        value_class: type[AttachedFile] = AttachedFile,
        *,
        owner: str = "incoming",
        **rules: Any,
    ) -> AttachedFile:
        """Check a file without a column; raise `UploadRefusedError` if it is refused.

        The rules are those of `attachment()`. Nothing is stored.
        """
        checked = make_rules(value_class, **rules)
        return uploads_state.current().intake.accept(file, checked, owner)

    def send(
        self, attachment: AttachedFile | None, *, download: bool = False
    ) -> Response:
        """Return the response with a file: in a view that decides who may have it.

        A row without a file, and one whose file is lost, is answered with 404.
        """
        if attachment is None:
            raise NotFound
        state = uploads_state.current()
        link = Link(
            attachment.key,
            attachment.name,
            attachment.kind.name,
            is_inline=attachment.is_inline and not download,
        )
        try:
            response = send_stored(state.storage, attachment.key, link)
        except FileMissingError as error:
            _log.error("%s", error)
            raise NotFound from error
        response.headers["Cache-Control"] = "private, no-cache"
        return response


def _declare_task(tasks: Any) -> None:
    if _SWEEP not in tasks.battery_tasks:
        task = tasks.task(name=_SWEEP)(sweep_uploads)
        tasks.battery_tasks[_SWEEP] = tasks.every(_SWEEP_PERIOD)(task)


def _answer_error(error: Any) -> Any:
    """Answer as `abort()` with the status of the error does."""
    text = str(error) if isinstance(error, RefusedError) else None
    known = {**default_exceptions, 507: InsufficientStorage}
    http_error = known.get(error.status, ServiceUnavailable)(text)
    return get_current_app().handle_http_exception(http_error)


class InsufficientStorage(HTTPException):
    """The status 507, which Werkzeug does not have."""

    code = 507
    description = "The server cannot store this file now. Try again later."


def sweep_uploads() -> int:
    """Remove the files that no row has; the task of this name calls it."""
    state = uploads_state.current()
    age = state.settings.sweep_age
    return len(sweep(state, state.list_columns(), older_than=age).orphans)


def _make_state(app: Flask, settings: UploadsSettings) -> UploadsState:
    url = settings.storage or ("memory:" if app.testing else "local:uploads")
    limits = ImageLimits(
        settings.image_pixels, settings.image_frames, settings.image_timeout
    )
    images = ImageProcesses(settings.image_processes, limits)
    db = app.extensions.get("sqlalchemy")
    prefix = settings.url.rstrip("/")

    def find_base(*, external: bool) -> str:
        if not has_request_context():
            return _outside_base(app, prefix, external=external)
        root = request.host_url if external else f"{request.script_root}/"
        return f"{root}{prefix.lstrip('/')}"

    return UploadsState(
        app,
        settings,
        open_storage(url, Path(app.instance_path)),
        images,
        Intake(images, parse_size(settings.max_size)),
        Links(find_base, lambda: list_keys(app)),
        db=db if isinstance(db, SQLAlchemy) else None,
    )


def _outside_base(app: Flask, prefix: str, *, external: bool) -> str:
    name = app.config.get("SERVER_NAME")
    root = str(app.config.get("APPLICATION_ROOT") or "/").rstrip("/")
    if not external:
        return f"{root}{prefix}"
    if not name:
        raise ConfigError(
            "SERVER_NAME is not set; outside of a request there is no external link. "
            "Set it to the host of the site."
        )
    scheme = app.config.get("PREFERRED_URL_SCHEME", "http")
    return f"{scheme}://{name}{root}{prefix}"
