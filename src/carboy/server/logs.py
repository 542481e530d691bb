"""The log of the server and the access log."""

import json
import logging
import multiprocessing
import os
import sys
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime

from carboy.engine import ServerRequest
from carboy.redact import redact_query

log = logging.getLogger("carboy.server")
_LOG_FORMAT = "%(asctime)s [%(process)d] %(levelname)s %(message)s"
_UNSAFE = {n: f"\\x{n:02x}" for n in (*range(32), 127, ord('"'), ord("\\"))}

LineFormat = Callable[[ServerRequest, int, int, float], str]


class JsonLineFormatter(logging.Formatter):
    """Formats a record of the supervisor as the log of a site does: as JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return `record` as one JSON object."""
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": _get_process_name(record),
            "pid": record.process,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["error"] = self.formatException(record.exc_info)
        return json.dumps(entry)


def _get_process_name(record: logging.LogRecord) -> str | None:
    # A worker has a name of its own as soon as its app is there.
    is_main = record.processName == "MainProcess"
    return "supervisor" if is_main else record.processName


def configure_logging() -> None:
    """Send the log of the server to standard error, unless it is configured already."""
    if not log.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter(_LOG_FORMAT))
        log.addHandler(handler)
        log.propagate = False
        # The supervisor never loads the app: until a worker reports what its site
        # uses, the environment is all that is known.
        use_json(is_expected=_expects_json())
    if log.level == logging.NOTSET:
        log.setLevel(logging.INFO)


def use_json(*, is_expected: object) -> None:
    """Write the log of the supervisor as JSON, or as text; None changes nothing."""
    for handler in log.handlers if is_expected is not None else ():
        if _is_ours(handler):
            handler.setFormatter(
                JsonLineFormatter() if is_expected else logging.Formatter(_LOG_FORMAT)
            )


def _is_ours(handler: logging.Handler) -> bool:
    """Return whether the handler is not one that the site has added."""
    formatter = handler.formatter
    text = getattr(formatter, "_fmt", None)
    return isinstance(formatter, JsonLineFormatter) or text == _LOG_FORMAT


def is_json() -> bool:
    """Return whether the log of the supervisor is JSON."""
    return any(isinstance(one.formatter, JsonLineFormatter) for one in log.handlers)


def _expects_json() -> bool:
    chosen = os.environ.get("LOG_FORMAT", "").lower()
    if chosen in {"json", "text"}:
        return chosen == "json"
    is_production = os.environ.get("CARBOY_PROFILE") == "production"
    return is_production and not sys.stderr.isatty()


def join_log_of_app(name: str) -> bool:
    """Name this worker in the log; write our lines as the app does if that is JSON.

    Return whether it is. A site is recognized by its formatter: the server does not
    know the app's class.
    """
    # The name that `logging` writes as `processName`.
    multiprocessing.current_process().name = name
    # Its lines name neither the site nor the right worker, and ours say the same.
    logging.getLogger("_granian").setLevel(logging.WARNING)
    if not is_app_log_json():
        use_json(is_expected=False)
        return False
    for handler in filter(_is_ours, log.handlers[:]):
        log.removeHandler(handler)
        log.propagate = True
    return True


def is_app_log_json() -> bool:
    """Return whether the app of this process logs as JSON, as a site does."""
    handlers = logging.getLogger().handlers
    return any(getattr(one.formatter, "is_json", False) for one in handlers)


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
    referer = _escape(_get_referer(request)) or "-"
    return (
        f"{_escape(request.client[0]) or '-'} - - [{now}] "
        f'"{request_line} HTTP/{request.http_version}" {status} {size} '
        f'"{referer}" "{_get_header(request, "user-agent")}" '
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
        "referer": _get_referer(request),
        "user_agent": _find_header(request, "user-agent"),
    }
    return json.dumps(fields) + "\n"


_FORMATS: dict[str, LineFormat] = {"common": _write_common, "json": _write_json}


def _get_target(request: ServerRequest) -> str:
    query = f"?{redact_query(request.query_string)}" if request.query_string else ""
    return request.root_path + request.path + query


def _get_referer(request: ServerRequest) -> str:
    # A page whose address has a secret sends it with each of its requests.
    address, mark, query = _find_header(request, "referer").partition("?")
    return f"{address}{mark}{redact_query(query)}"


def _find_header(request: ServerRequest, wanted: str) -> str:
    return next((value for name, value in request.headers if name == wanted), "")


def _get_header(request: ServerRequest, wanted: str) -> str:
    return _escape(_find_header(request, wanted)) or "-"


def _escape(text: str) -> str:
    """Escape what would let a client begin a line or end a field."""
    return text.translate(_UNSAFE)
