"""`ResumableUploads`: the views of tus 1.0 for one attachment column."""

from collections.abc import Callable, Iterator
from typing import Any

from flask import Response, request, url_for
from markupsafe import Markup
from werkzeug.exceptions import ClientDisconnected

from carboy.translation import gettext as _
from carboy.uploads.app_state import uploads_state
from carboy.uploads.attachment import AttachedFile
from carboy.uploads.errors import FileMissingError, UploadRefusedError
from carboy.uploads.incoming.incoming_file import IncomingFile
from carboy.uploads.incoming.upload_blueprint import UploadBlueprint

from .errors import ProtocolError
from .headers import (
    ALGORITHMS,
    EXTENSIONS,
    VERSION,
    format_time,
    parse_checksum,
    parse_metadata,
    parse_number,
)
from .store import UploadStore

_CHUNK = 256 * 1024
_BODY_TYPE = "application/offset+octet-stream"
_DAY = 86_400


class ResumableUploads(UploadBlueprint):
    """Takes large files in parts, and continues them after a break.

    Register it as any blueprint. `allow` decides in each request whether the visitor
    may send files. A file that no form takes is removed after `expires` seconds.
    """

    def __init__(
        self,
        name: str,
        column: Any,
        *,
        allow: Callable[[], bool],
        expires: int = _DAY,
    ) -> None:
        super().__init__(name, __name__, column, allow=allow, expires=expires)
        self.add_url_rule(
            "/",
            "create",
            self._create,
            methods=["POST", "OPTIONS"],
            provide_automatic_options=False,
        )
        self.add_url_rule(
            "/<file_id>",
            "upload",
            self._upload,
            methods=["HEAD", "PATCH", "DELETE", "POST", "OPTIONS"],
            provide_automatic_options=False,
        )
        self.add_url_rule("/<file_id>/token", "token", self._token, methods=["POST"])

    def take(self, file_id: str) -> AttachedFile:
        """Return the attachment of a complete upload, for an attribute of a row.

        Raise `UploadRefusedError` if the column does not accept it, and
        `FileMissingError` if it is not complete, expired, or taken already.
        """
        store = self._open()
        try:
            file = store.get(file_id)
            is_complete = store.is_complete(file)
        except ProtocolError as error:
            raise FileMissingError(str(error)) from error
        if not is_complete:
            raise FileMissingError(f"The upload {file.name!r} is not complete.")
        return self._intake.accept(uploads_state.current().storage, file.key, file.name)

    def field(self, name: str, **attributes: str) -> Markup:
        """Return the HTML of a file field that sends its file in parts.

        Without JavaScript it is a plain file field. The form needs
        `enctype="multipart/form-data"`.
        """
        texts = {
            "data-resumable": url_for(f"{self.name}.create"),
            "data-max": str(self._intake.max_size),
            "data-pause": _("Pause"),
            "data-resume": _("Continue"),
            "data-waiting": _("The connection is interrupted. Trying again."),
            "data-large": _("The file is too large."),
        }
        return self.render_field(name, "resumable.js", texts, attributes)

    def _token(self, file_id: str) -> Any:
        """Answer with a token for the form, or with the reason of a refusal."""
        self.check_visitor()
        store = self._open()
        try:
            file = store.get(file_id)
            if not store.is_complete(file):
                return {"message": _("The file is not complete.")}, 409
            return {"token": self._intake.make_token(file.key, file.name)}
        except ProtocolError as error:
            return {"message": str(error)}, error.status
        except UploadRefusedError as error:
            return {"message": str(error)}, error.status

    def _create(self) -> Response:
        return self._answer(self._begin)

    def _upload(self, file_id: str) -> Response:
        method = request.method
        if method == "POST":
            # For networks that let through no other method.
            method = request.headers.get("X-HTTP-Method-Override", "").upper()
        actions = {"HEAD": self._head, "PATCH": self._patch, "DELETE": self._delete}
        action = actions.get(method)
        if request.method != "OPTIONS" and action is None:
            return _respond(405, {"Allow": "HEAD, PATCH, DELETE, OPTIONS"})
        return self._answer(lambda store: action(store, file_id) if action else {})

    def _answer(self, action: Callable[[UploadStore], Any]) -> Response:
        """Check the version and the visitor, and answer as the protocol wants it."""
        if request.method == "OPTIONS":
            return _respond(
                204,
                {
                    "Tus-Version": VERSION,
                    "Tus-Extension": EXTENSIONS,
                    "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
                    "Tus-Max-Size": str(self._intake.max_size),
                },
            )
        if request.headers.get("Tus-Resumable") != VERSION:
            return _respond(412, {"Tus-Version": VERSION})
        self.check_visitor()
        try:
            status, headers = action(self._open())
        except ProtocolError as error:
            return _respond(error.status, {}, str(error))
        return _respond(status, headers)

    def _begin(self, store: UploadStore) -> tuple[int, dict[str, str]]:
        length = parse_number("Upload-Length", request.headers.get("Upload-Length"))
        metadata = parse_metadata(request.headers.get("Upload-Metadata"))
        self._intake.check_length(length)
        file = store.create(metadata.get("filename", ""), length)
        location = url_for(f"{self.name}.upload", file_id=file.id)
        return 201, {"Location": location, "Upload-Expires": format_time(file.expires)}

    def _head(self, store: UploadStore, file_id: str) -> tuple[int, dict[str, str]]:
        file = store.get(file_id)
        store.is_complete(file)
        headers = {
            "Upload-Offset": str(store.get_offset(file)),
            "Upload-Length": str(file.length),
            "Upload-Expires": format_time(file.expires),
            "Cache-Control": "no-store",
        }
        return 200, headers

    def _patch(self, store: UploadStore, file_id: str) -> tuple[int, dict[str, str]]:
        if request.mimetype != _BODY_TYPE:
            raise ProtocolError(415, f"Content-Type must be {_BODY_TYPE}.")
        offset = parse_number("Upload-Offset", request.headers.get("Upload-Offset"))
        checksum = parse_checksum(request.headers.get("Upload-Checksum"))
        file = store.get(file_id)
        stored = store.append(file, offset, _read_body(), checksum)
        return 204, _describe(file, stored)

    def _delete(self, store: UploadStore, file_id: str) -> tuple[int, dict[str, str]]:
        store.remove(store.get(file_id))
        return 204, {}

    def _open(self) -> UploadStore:
        return UploadStore(uploads_state.current().storage, self._expires)


def _describe(file: IncomingFile, offset: int) -> dict[str, str]:
    return {
        "Upload-Offset": str(offset),
        "Upload-Expires": format_time(file.expires),
    }


def _read_body() -> Iterator[bytes]:
    try:
        while data := request.stream.read(_CHUNK):
            yield data
    except ClientDisconnected as error:
        raise ConnectionError("The client is gone.") from error


def _respond(status: int, headers: dict[str, str], text: str = "") -> Response:
    response = Response(text, status, headers, mimetype="text/plain")
    response.headers["Tus-Resumable"] = VERSION
    response.headers.setdefault("Cache-Control", "no-store")
    return response
