"""Static folders: found safely, cached for good when their names say so."""

from __future__ import annotations

import mimetypes
import os
import re
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from werkzeug.http import http_date, is_resource_modified, parse_range_header

from carboy.engine import ServerRequest

from .granian_types import GranianProtocol, Headers
from .sendfile import FileRange

_HASHED = re.compile(r"[._-](?=[0-9a-z]*\d)[0-9a-z]{8,64}\.[^/]+$", re.IGNORECASE)
_FOREVER = "public, max-age=31536000, immutable"
_ENCODINGS = (("zstd", ".zst"), ("br", ".br"), ("gzip", ".gz"))
_NO_WEIGHT = re.compile(r"q\s*=\s*0(\.0*)?$")
_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class _StaticFile:
    path: str
    size: int
    changed: float
    encoding: str


class StaticFiles:
    """The folders of the options, asked before the app is."""

    def __init__(self, folders: tuple[tuple[str, Path], ...]) -> None:
        self._roots = tuple(
            (prefix.rstrip("/") + "/", str(folder.resolve()))
            for prefix, folder in folders
        )
        self._places: dict[str, str] = {}

    def send(self, conn: GranianProtocol, source: ServerRequest) -> tuple[int, int] | None:
        """Answer with a file; return status and size, or None if there is no such."""
        if source.method not in {"GET", "HEAD"}:
            return None
        path = self._find(source.path)
        if path is None:
            return None
        found = _choose(path, source)
        if found is None:
            return None
        return _answer(conn, source, path, found)

    def _find(self, url: str) -> str | None:
        for prefix, root in self._roots:
            if url.startswith(prefix):
                return self._places.get(url) or self._look_up(url, prefix, root)
        return None

    def _look_up(self, url: str, prefix: str, root: str) -> str | None:
        place = _resolve(root, url[len(prefix) :])
        if place and len(self._places) < _REMEMBERED:
            self._places[url] = place
        return place or None


def _resolve(root: str, rest: str) -> str:
    """Return the real path of a file below the root, or nothing."""
    try:
        relative = rest.encode("latin-1").decode()
    except UnicodeError:
        return ""
    for part in relative.split("/"):
        if not part or (part.startswith(".") and part != ".well-known"):
            return ""
    real = os.path.realpath(os.path.join(root, relative))  # noqa: PTH118 (a root slash must not win)
    inside = real.startswith(root + os.sep)
    return real if inside and os.path.isfile(real) else ""  # noqa: PTH113 (no exception for odd names)


def _choose(path: str, source: ServerRequest) -> _StaticFile | None:
    """Return the file, or its compressed form if the client takes that."""
    accepted = _read_accepted(source)
    for encoding, ending in _ENCODINGS:
        if encoding in accepted:
            found = _look(path + ending, encoding)
            if found is not None:
                return found
    return _look(path, "")


def _look(path: str, encoding: str) -> _StaticFile | None:
    try:
        seen = Path(path).stat(follow_symlinks=not encoding)
    except OSError:
        return None
    if not stat.S_ISREG(seen.st_mode):
        return None
    return _StaticFile(path, seen.st_size, seen.st_mtime, encoding)


def _read_accepted(source: ServerRequest) -> set[str]:
    said = [value for name, value in source.headers if name == "accept-encoding"]
    accepted = set()
    for part in ",".join(said).split(","):
        coding, _, weight = part.partition(";")
        if not _NO_WEIGHT.match(weight.strip()):
            accepted.add(coding.strip().lower())
    return accepted


def _answer(
    conn: GranianProtocol, source: ServerRequest, path: str, found: _StaticFile
) -> tuple[int, int]:
    headers = _make_headers(path, found)
    etag = headers[0][1]
    changed = datetime.fromtimestamp(int(found.changed), UTC)
    if not is_resource_modified(source.environ, etag, None, changed):
        conn.response_bytes(304, headers, b"")
        return 304, 0
    part, status = _take_range(source, found, etag, changed)
    if part is None:
        headers.append(("content-range", f"bytes */{found.size}"))
        conn.response_bytes(416, headers, b"")
        return 416, 0
    size = part.end - part.start
    headers.append(("content-length", str(size)))
    if status == 206:
        span = f"bytes {part.start}-{part.end - 1}/{found.size}"
        headers.append(("content-range", span))
    send_file_range(conn, source, status, headers, part)
    return status, size


def _make_headers(path: str, found: _StaticFile) -> Headers:
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    if kind.startswith("text/") or kind.endswith(("javascript", "json", "xml")):
        kind += "; charset=utf-8"
    mark = f"{int(found.changed * 1000):x}-{found.size:x}{found.encoding[:1]}"
    headers = [
        ("etag", f'"{mark}"'),
        ("content-type", kind),
        ("last-modified", http_date(found.changed)),
        ("cache-control", _FOREVER if _HASHED.search(path) else "no-cache"),
        ("vary", "accept-encoding"),
        ("accept-ranges", "bytes"),
        ("x-content-type-options", "nosniff"),
    ]
    if found.encoding:
        headers.append(("content-encoding", found.encoding))
    return headers


def _take_range(
    source: ServerRequest, found: _StaticFile, etag: str, changed: datetime
) -> tuple[FileRange | None, int]:
    """Return the part that is asked for; None if there is no such part."""
    whole = FileRange(found.path, 0, found.size)
    asked = {k: v for k, v in source.headers if k in {"range", "if-range"}}
    wanted = parse_range_header(asked.get("range"))
    condition = asked.get("if-range", etag)
    if wanted is None or len(wanted.ranges) != 1 or wanted.units != "bytes":
        return whole, 200
    if condition not in {etag, http_date(changed)}:
        return whole, 200
    span = wanted.range_for_length(found.size)
    if span is None:
        return None, 416
    return FileRange(found.path, span[0], span[1]), 206


def send_file_range(
    conn: GranianProtocol,
    source: ServerRequest,
    status: int,
    headers: Headers,
    part: FileRange,
) -> None:
    """Answer with a part of a file, without the bytes where none are wanted."""
    if source.method == "HEAD" or part.start >= part.end:
        conn.response_bytes(status, headers, b"")
    else:
        conn.response_file_range(status, headers, part.path, part.start, part.end)
