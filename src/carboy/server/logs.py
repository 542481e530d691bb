"""What the server tells its operator: its own log, and the access log."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections import deque
from collections.abc import Callable

from carboy.engine import ServerRequest

log = logging.getLogger("carboy.server")
_FORMAT = "%(asctime)s [%(process)d] %(levelname)s %(message)s"
_UNSAFE = {n: f"\\x{n:02x}" for n in (*range(32), 127, ord('"'), ord("\\"))}

Line = Callable[[ServerRequest, int, int, float], str]


def configure_logging() -> None:
    """Send the server's log to standard error, unless someone configured it."""
    if not log.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter(_FORMAT))
        log.addHandler(handler)
        log.propagate = False
    if log.level == logging.NOTSET:
        log.setLevel(logging.INFO)


class AccessLog:
    """Collects a line for each answer and writes them in batches."""

    def __init__(self, style: str) -> None:
        self._line = _LINES[style]
        self._lines: deque[str] = deque()

    def note(self, source: ServerRequest, status: int, size: int, began: float) -> None:
        """Note an answer; `began` is what `time.perf_counter` said at its start."""
        took = time.perf_counter() - began
        self._lines.append(self._line(source, status, size, took))

    def flush(self) -> None:
        """Write what was noted."""
        count = len(self._lines)
        if count:
            taken = [self._lines.popleft() for _ in range(count)]
            sys.stdout.write("".join(taken))
            sys.stdout.flush()


def _write_common(source: ServerRequest, status: int, size: int, took: float) -> str:
    now = time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime())
    line = _escape(f"{source.method} {_get_target(source)}")
    return (
        f"{_escape(source.client[0]) or '-'} - - [{now}] "
        f'"{line} HTTP/{source.http_version}" {status} {size} '
        f'"{_get_header(source, "referer")}" "{_get_header(source, "user-agent")}" '
        f"{took * 1000:.1f}ms\n"
    )


def _write_json(source: ServerRequest, status: int, size: int, took: float) -> str:
    said = {
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "client": source.client[0],
        "method": source.method,
        "path": _get_target(source),
        "protocol": f"HTTP/{source.http_version}",
        "status": status,
        "size": size,
        "milliseconds": round(took * 1000, 1),
        "referer": _find_header(source, "referer"),
        "user_agent": _find_header(source, "user-agent"),
    }
    return json.dumps(said) + "\n"


_LINES: dict[str, Line] = {"common": _write_common, "json": _write_json}


def _get_target(source: ServerRequest) -> str:
    query = f"?{source.query_string}" if source.query_string else ""
    return source.root_path + source.path + query


def _find_header(source: ServerRequest, wanted: str) -> str:
    return next((value for name, value in source.headers if name == wanted), "")


def _get_header(source: ServerRequest, wanted: str) -> str:
    return _escape(_find_header(source, wanted)) or "-"


def _escape(text: str) -> str:
    """Make sure that nothing a client sent can begin a line or end a field."""
    return text.translate(_UNSAFE)
