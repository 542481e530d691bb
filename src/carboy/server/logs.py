"""The log of the server and the access log."""

import json
import logging
import sys
import time
from collections import deque
from collections.abc import Callable

from carboy.engine import ServerRequest

log = logging.getLogger("carboy.server")
_LOG_FORMAT = "%(asctime)s [%(process)d] %(levelname)s %(message)s"
_UNSAFE = {n: f"\\x{n:02x}" for n in (*range(32), 127, ord('"'), ord("\\"))}

LineFormat = Callable[[ServerRequest, int, int, float], str]


def configure_logging() -> None:
    """Send the log of the server to standard error, unless it is configured already."""
    if not log.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter(_LOG_FORMAT))
        log.addHandler(handler)
        log.propagate = False
    if log.level == logging.NOTSET:
        log.setLevel(logging.INFO)


class AccessLog:
    """Collects a line for each response and writes the lines in batches."""

    def __init__(self, style: str) -> None:
        self._format = _FORMATS[style]
        self._lines: deque[str] = deque()

    def note(
        self, request: ServerRequest, status: int, size: int, started: float
    ) -> None:
        """Add a response; `started` is the `time.perf_counter` of its start."""
        seconds = time.perf_counter() - started
        self._lines.append(self._format(request, status, size, seconds))

    def flush(self) -> None:
        """Write the collected lines."""
        count = len(self._lines)
        if count:
            taken = [self._lines.popleft() for _ in range(count)]
            sys.stdout.write("".join(taken))
            sys.stdout.flush()


def _write_common(
    request: ServerRequest, status: int, size: int, seconds: float
) -> str:
    now = time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime())
    request_line = _escape(f"{request.method} {_get_target(request)}")
    return (
        f"{_escape(request.client[0]) or '-'} - - [{now}] "
        f'"{request_line} HTTP/{request.http_version}" {status} {size} '
        f'"{_get_header(request, "referer")}" "{_get_header(request, "user-agent")}" '
        f"{seconds * 1000:.1f}ms\n"
    )


def _write_json(request: ServerRequest, status: int, size: int, seconds: float) -> str:
    fields = {
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "client": request.client[0],
        "method": request.method,
        "path": _get_target(request),
        "protocol": f"HTTP/{request.http_version}",
        "status": status,
        "size": size,
        "milliseconds": round(seconds * 1000, 1),
        "referer": _find_header(request, "referer"),
        "user_agent": _find_header(request, "user-agent"),
    }
    return json.dumps(fields) + "\n"


_FORMATS: dict[str, LineFormat] = {"common": _write_common, "json": _write_json}


def _get_target(request: ServerRequest) -> str:
    query = f"?{request.query_string}" if request.query_string else ""
    return request.root_path + request.path + query


def _find_header(request: ServerRequest, wanted: str) -> str:
    return next((value for name, value in request.headers if name == wanted), "")


def _get_header(request: ServerRequest, wanted: str) -> str:
    return _escape(_find_header(request, wanted)) or "-"


def _escape(text: str) -> str:
    """Escape what would let a client begin a line or end a field."""
    return text.translate(_UNSAFE)
