"""Static files with their content's digest in the address, cached for ever."""

import hashlib
import mimetypes
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import normpath

from flask import Response, request, send_file, send_from_directory
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from .compression import SUFFIXES, choose_encoding, compress, list_encodings

# Where `carboy static build` puts compressed files, below the static folder.
BUILD = ".carboy"
_DIGEST_LENGTH = 12
_YEAR = 31_536_000
# What is larger is compressed by the build only: a request would wait for it.
_MAX_SIZE = 1_048_576
_TEXT = frozenset({
    *(".css", ".js", ".mjs", ".map", ".wasm", ".html", ".svg", ".ico", ".ttf", ".otf"),
    *(".txt", ".md", ".csv", ".json", ".xml", ".webmanifest"),
})


@dataclass(slots=True)
class _Known:
    """What is known of a file: when it changed, its digest, its compressed forms."""

    name: str
    changed: float
    digest: str
    encoded: dict[str, bytes | Path | None] = field(default_factory=dict)


class HashedFiles:
    """The files of one folder, found by name, addressed by content.

    The digest of a file is taken when its address is first asked for. While `watch`
    is true (development) it is taken again as soon as the file has changed. Text is
    sent compressed: as the build has left it, or else compressed at first use.
    """

    def __init__(self, folder: str | Path, *, watch: bool = False) -> None:
        self.folder = Path(folder).absolute()
        self._watch = watch
        self._known: dict[str, _Known] = {}
        self._lock = threading.Lock()

    def digest(self, name: str) -> str | None:
        """Return the digest of the file `name`, or None if there is none."""
        known = self._find(name)
        return known.digest if known is not None else None

    def respond(self, digest: str, name: str) -> Response:
        """Answer with a file; one whose digest is today's may be kept for ever."""
        known = self._find(name)
        if known is None:
            raise NotFound
        # An older page may still ask for an older file: today's is the best there is.
        is_current = known.digest == digest
        age = _YEAR if is_current else None
        has_forms = is_text(known.name)
        encoding = has_forms and choose_encoding(
            request.accept_encodings, list_encodings()
        )
        source = self._encode(known, encoding) if encoding else None
        if encoding and source is not None:
            tag = f"{known.digest}-{encoding}"
            response = _respond_encoded(source, known.name, age, tag)
            response.headers["Content-Encoding"] = encoding
        else:
            response = send_from_directory(
                self.folder, known.name, max_age=age, etag=known.digest
            )
        if is_current:
            response.cache_control.public = True
            response.cache_control.immutable = True
        if has_forms:
            response.headers["Vary"] = "Accept-Encoding"
        return response

    def _find(self, name: str) -> _Known | None:
        # One entry for a file, however a client writes its name.
        name = normpath(name)
        known = self._known.get(name)
        if known is not None and not self._watch:
            return known
        joined = safe_join(str(self.folder), name)
        path = Path(joined) if joined else None
        if path is None or not path.is_file():
            # Not remembered: the names that clients make up are without end.
            return None
        changed = path.stat().st_mtime
        if known is None or known.changed != changed:
            known = _Known(name, changed, make_digest(path.read_bytes()))
            self._known[name] = known
        return known

    def _encode(self, known: _Known, encoding: str) -> bytes | Path | None:
        """Return a compressed form of a file, made or found once."""
        if encoding not in known.encoded:
            # One at a time: requests for the same file wait, and do not repeat it.
            with self._lock:
                if encoding not in known.encoded:
                    known.encoded[encoding] = self._make_encoded(known, encoding)
        return known.encoded[encoding]

    def _make_encoded(self, known: _Known, encoding: str) -> bytes | Path | None:
        built = self.folder / BUILD / f"{known.digest}{SUFFIXES[encoding]}"
        if built.is_file():
            return built
        file = self.folder / known.name
        if file.stat().st_size > _MAX_SIZE:
            return None
        return compress(encoding, file.read_bytes(), best=False)


def make_digest(content: bytes) -> str:
    """Return the digest of a file's content, as addresses have it."""
    return hashlib.sha256(content).hexdigest()[:_DIGEST_LENGTH]


def is_text(name: str) -> bool:
    """Return whether files of this name become smaller by compression."""
    return Path(name).suffix.lower() in _TEXT


def list_text_files(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder that are worth a try."""
    for path in sorted(folder.rglob("*")):
        is_built = BUILD in path.relative_to(folder).parts
        if path.is_file() and not is_built and is_text(path.name):
            yield path


def _respond_encoded(
    source: bytes | Path, name: str, age: int | None, tag: str
) -> Response:
    mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if isinstance(source, Path):
        return send_file(source, mimetype, max_age=age, etag=tag)
    response = Response(source, mimetype=mimetype)
    response.set_etag(tag)
    if age is None:
        response.cache_control.no_cache = True
    else:
        response.cache_control.max_age = age
    response.make_conditional(request, accept_ranges=True, complete_length=len(source))
    return response
