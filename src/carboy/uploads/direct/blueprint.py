"""`DirectUploads`: the views that let a browser send one file to S3, and confirm it.

The file waits below `incoming/`. One that is never confirmed, or whose form is not
sent, is an orphan that the sweeper removes.
"""

import secrets
import time
from collections.abc import Callable
from typing import Any

from flask import request, url_for
from markupsafe import Markup

from carboy.errors import ConfigError
from carboy.translation import gettext as _
from carboy.uploads.app_state import uploads_state
from carboy.uploads.errors import FileMissingError, UploadRefusedError
from carboy.uploads.incoming.incoming_file import (
    IncomingFile,
    find_incoming,
    make_id,
    write_incoming,
)
from carboy.uploads.incoming.upload_blueprint import UploadBlueprint
from carboy.uploads.storages import S3Storage

_HOUR = 3600
_MAX_NAME = 1000
# A type that no browser shows; what the file is, is seen when it is confirmed.
_TYPE = "application/octet-stream"
_CONFIRMED = "confirmed-"


class DirectUploads(UploadBlueprint):
    """Signs forms with which browsers send files to S3, for one attachment column.

    Register it as any blueprint. `allow` decides in each request whether the visitor
    may send files. A form is valid for `expires` seconds.
    """

    def __init__(
        self,
        name: str,
        column: Any,
        *,
        allow: Callable[[], bool],
        expires: int = _HOUR,
    ) -> None:
        super().__init__(name, __name__, column, allow=allow, expires=expires)
        self.add_url_rule("/", "create", self._create, methods=["POST"])
        self.add_url_rule("/<file_id>/token", "token", self._token, methods=["POST"])

    def field(self, name: str, **attributes: str) -> Markup:
        """Return the HTML of a file field that sends its file straight to S3.

        Without JavaScript it is a plain file field. The form needs
        `enctype="multipart/form-data"`.
        """
        texts = {"data-direct": url_for(f"{self.name}.create")}
        return self.render_field(name, "direct.js", texts, attributes)

    def _create(self) -> Any:
        """Answer with the address and the fields of a form for one file."""
        self.check_visitor()
        size = request.form.get("size", "")
        if not (size.isascii() and size.isdecimal() and len(size) <= 15):
            return {"message": _("The file cannot be sent.")}, 400
        try:
            self._intake.check_length(int(size))
        except UploadRefusedError as error:
            return {"message": str(error)}, error.status
        name = request.form.get("name", "")[:_MAX_NAME]
        expires = time.time() + self._expires
        file = IncomingFile(make_id(), name, int(size), expires)
        storage = _get_storage()
        write_incoming(storage, file)
        form = storage.make_post(
            file.key, max_size=file.length, expires=self._expires, content_type=_TYPE
        )
        confirm = url_for(f"{self.name}.token", file_id=file.id)
        return {"url": form.url, "fields": form.fields, "confirm": confirm}, 201

    def _token(self, file_id: str) -> Any:
        """Check the file that S3 has now; answer with a token for the form."""
        self.check_visitor()
        storage = _get_storage()
        file = find_incoming(storage, file_id, time.time)
        if file is None:
            return {"message": _("The file cannot be sent.")}, 404
        try:
            key = _settle(storage, file)
            return {"token": self._intake.make_token(key, file.name)}
        except FileMissingError:
            return {"message": _("The file is not complete.")}, 409
        except UploadRefusedError as error:
            return {"message": str(error)}, error.status


def _settle(storage: S3Storage, file: IncomingFile) -> str:
    """Move a file that has come to where its form cannot write; return that key.

    The form is valid for a while: else the browser could send another file to the key
    of the one that was checked. A file that came first stays, so that a confirmation
    can be repeated.
    """
    for stored in storage.list_files(f"{file.root}/{_CONFIRMED}"):
        return stored.key
    key = f"{file.root}/{_CONFIRMED}{secrets.token_hex(16)}"
    storage.move(file.key, key)
    return key


def _get_storage() -> S3Storage:
    storage = uploads_state.current().storage
    if not isinstance(storage, S3Storage):
        raise ConfigError(
            f"Direct uploads need a storage of the scheme s3, and UPLOADS_STORAGE is "
            f"of {storage.scheme!r}. Set it to s3://bucket, or use ResumableUploads."
        )
    return storage
