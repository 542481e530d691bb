"""Serves static folders without the app; a name with a hash is cached for good."""

import mimetypes
import os
import re
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from werkzeug.http import http_date, is_resource_modified, parse_range_header

from carboy.bounded_dict import BoundedDict
from carboy.engine import ServerRequest

from .checked_send import CheckedHead, check_head, send_bytes, send_file_range
from .granian_types import GranianProtocol, Headers
from .sendfile import FileRange

_HASHED = re.compile(r"[._-](?=[0-9a-z]*\d)[0-9a-z]{8,64}\.[^/]+$", re.IGNORECASE)
_IMMUTABLE = "public, max-age=31536000, immutable"
_ENCODINGS = (("zstd", ".zst"), ("br", ".br"), ("gzip", ".gz"))
_NO_WEIGHT = re.compile(r"q\s*=\s*0(\.0*)?$")
_MAX_CACHED = 4096


@dataclass(frozen=True, slots=True)
class _StaticFile:
    path: str
    size: int
    modified: float
    encoding: str


class StaticFiles:
    """The static folders of the options."""

    def __init__(self, folders: tuple[tuple[str, Path], ...]) -> None:
        self._roots = tuple(
            (prefix.rstrip("/") + "/", str(folder.resolve()))
            for prefix, folder in folders
        )
        self._paths = BoundedDict[str, str](_MAX_CACHED)

    def send(
        self, protocol: GranianProtocol, request: ServerRequest
    ) -> tuple[int, int] | None:
        """Send a file; return status and size, or None if there is no such file."""
        if request.method not in {"GET", "HEAD"}:
            return None
        path = self._find(request.path)
        if path is None:
            return None
        file = _choose(path, request)
        if file is None:
            return None
        return _answer(protocol, request, path, file)

    def _find(self, url: str) -> str | None:
        for prefix, root in self._roots:
            if url.startswith(prefix):
                return self._paths.get(url) or self._resolve_url(url, prefix, root)
        return None

    def _resolve_url(self, url: str, prefix: str, root: str) -> str | None:
        path = _resolve(root, url[len(prefix) :])
        if path:
            self._paths[url] = path
        return path or None


def _resolve(root: str, rest: str) -> str:
    """Return the real path of a file below the root, or an empty text."""
    try:
        relative = rest.encode("latin-1").decode()
    except UnicodeError:
        return ""
    if "\0" in relative:
        return ""
    for part in relative.split("/"):
        if not part or (part.startswith(".") and part != ".well-known"):
            return ""
    real = os.path.realpath(os.path.join(root, relative))  # noqa: PTH118 - an absolute path must not replace the root
    inside = real.startswith(root + os.sep)
    return real if inside and os.path.isfile(real) else ""  # noqa: PTH113 - it raises nothing for odd names


def _choose(path: str, request: ServerRequest) -> _StaticFile | None:
    """Return the file, or its compressed form if the client accepts that."""
    accepted = _accepted_encodings(request)
    for encoding, ending in _ENCODINGS:
        if encoding in accepted:
            file = _stat(path + ending, encoding)
            if file is not None:
                return file
    return _stat(path, "")


def _stat(path: str, encoding: str) -> _StaticFile | None:
    try:
        info = Path(path).stat(follow_symlinks=not encoding)
    except OSError:
        return None
    if not stat.S_ISREG(info.st_mode):
        return None
    return _StaticFile(path, info.st_size, info.st_mtime, encoding)


def _accepted_encodings(request: ServerRequest) -> set[str]:
    values = [value for name, value in request.headers if name == "accept-encoding"]
    accepted = set()
    for part in ",".join(values).split(","):
        coding, _, weight = part.partition(";")
        if not _NO_WEIGHT.match(weight.strip()):
            accepted.add(coding.strip().lower())
    return accepted


def _answer(
    protocol: GranianProtocol, request: ServerRequest, path: str, file: _StaticFile
) -> tuple[int, int]:
    headers = _make_headers(path, file)
    etag = headers[0][1]
    modified = datetime.fromtimestamp(int(file.modified), UTC)
    if not is_resource_modified(request.environ, etag, None, modified):
        send_bytes(protocol, check_head(304, headers, None), b"")
        return 304, 0
    part, status = _select_range(request, file, etag, modified)
    if part is None:
        headers.append(("content-range", f"bytes */{file.size}"))
        send_bytes(protocol, check_head(416, headers, 0), b"")
        return 416, 0
    headers.append(("content-length", str(part.size)))
    if status == 206:
        span = f"bytes {part.start}-{part.end - 1}/{file.size}"
        headers.append(("content-range", span))
    send_part(protocol, request, check_head(status, headers, part.size), part)
    return status, part.size


def _make_headers(path: str, file: _StaticFile) -> Headers:
    mimetype = mimetypes.guess_type(path)[0] or "application/octet-stream"
    if mimetype.startswith("text/") or mimetype.endswith(("javascript", "json", "xml")):
        mimetype += "; charset=utf-8"
    tag = f"{int(file.modified * 1000):x}-{file.size:x}{file.encoding[:1]}"
    headers = [
        ("etag", f'"{tag}"'),
        ("content-type", mimetype),
        ("last-modified", http_date(file.modified)),
        ("cache-control", _IMMUTABLE if _HASHED.search(path) else "no-cache"),
        ("vary", "accept-encoding"),
        ("accept-ranges", "bytes"),
        ("x-content-type-options", "nosniff"),
    ]
    if file.encoding:
        headers.append(("content-encoding", file.encoding))
    return headers


def _select_range(
    request: ServerRequest, file: _StaticFile, etag: str, modified: datetime
) -> tuple[FileRange | None, int]:
    """Return the requested range and the status; None if there is no such range."""
    whole = FileRange(file.path, 0, file.size)
    fields = {k: v for k, v in request.headers if k in {"range", "if-range"}}
    ranges = parse_range_header(fields.get("range"))
    condition = fields.get("if-range", etag)
    if ranges is None or len(ranges.ranges) != 1 or ranges.units != "bytes":
        return whole, 200
    if condition not in {etag, http_date(modified)}:
        return whole, 200
    span = ranges.range_for_length(file.size)
    if span is None:
        return None, 416
    return FileRange(file.path, span[0], span[1]), 206


def send_part(
    protocol: GranianProtocol,
    request: ServerRequest,
    head: CheckedHead,
    part: FileRange,
) -> None:
    """Send a part of a file, without its bytes for a HEAD request."""
    if request.method == "HEAD":
        send_bytes(protocol, head, b"")
    else:
        send_file_range(protocol, head, part)
