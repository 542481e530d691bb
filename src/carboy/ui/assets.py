"""Static files with their content's digest in the address, cached for ever."""

import gzip
import hashlib
import mimetypes
import threading
from pathlib import Path

from flask import Response, request, send_from_directory
from werkzeug.security import safe_join

_DIGEST_LENGTH = 12
_YEAR = 31_536_000
# A compressed form has to save at least this to be worth its header.
_WORTH = 0.95
_TEXT = {".css", ".js", ".svg", ".json", ".html", ".txt", ".xml", ".map", ".mjs"}


class HashedFiles:
    """The files of one folder, found by name, addressed by content.

    The digest of a file is taken when its address is first asked for. While `watch`
    is true (development) it is taken again as soon as the file has changed.
    """

    def __init__(self, folder: str | Path, *, watch: bool = False) -> None:
        self.folder = Path(folder)
        self._watch = watch
        self._digests: dict[str, tuple[float, str]] = {}
        self._packed: dict[str, bytes | None] = {}
        self._lock = threading.Lock()

    def digest(self, name: str) -> str | None:
        """Return the digest of the file `name`, or None if there is none."""
        known = self._digests.get(name)
        if known is not None and not self._watch:
            return known[1]
        joined = safe_join(str(self.folder), name)
        path = Path(joined) if joined else None
        if path is None or not path.is_file():
            return None
        changed = path.stat().st_mtime
        if known is not None and known[0] == changed:
            return known[1]
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:_DIGEST_LENGTH]
        with self._lock:
            self._digests[name] = changed, digest
            self._packed.pop(name, None)
        return digest

    def respond(self, digest: str, name: str) -> Response:
        """Answer with a file; one whose digest is today's may be kept for ever."""
        is_current = self.digest(name) == digest
        # An older page may still ask for an older file: today's is the best there is.
        age = _YEAR if is_current else None
        packed = self._pack(name) if is_current else None
        takes_gzip = request.accept_encodings.quality("gzip") > 0
        if packed is not None and takes_gzip:
            response = Response(packed, mimetype=_mimetype(name))
            response.headers["Content-Encoding"] = "gzip"
            response.set_etag(f"{digest}-gzip")
            response.cache_control.max_age = age
        else:
            response = send_from_directory(
                self.folder.absolute(), name, max_age=age, etag=digest
            )
        if is_current:
            response.cache_control.public = True
            response.cache_control.immutable = True
        if packed is not None:
            response.headers["Vary"] = "Accept-Encoding"
        response.make_conditional(request)
        return response

    def _pack(self, name: str) -> bytes | None:
        """Return the compressed content of a text file, made once."""
        if Path(name).suffix not in _TEXT:
            return None
        if name not in self._packed:
            content = (self.folder / name).read_bytes()
            packed = gzip.compress(content, 9, mtime=0)
            is_worth = len(packed) < _WORTH * len(content)
            self._packed[name] = packed if is_worth else None
        return self._packed[name]


def _mimetype(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
