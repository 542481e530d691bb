"""The log of requests: an id, a line and counts for metrics."""

import logging
import os
import re
import secrets
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter

from flask import Flask, Response, got_request_exception, has_request_context, request

from carboy.core import AppState, ContextState, Extension, Wiring, redact_query

from .log import log_settings

log = logging.getLogger("carboy.request")

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_VALID_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SERVER_ERROR = 500


@dataclass(slots=True)
class RequestCounts:
    """How many requests this process has handled, and how long they took."""

    by_status: Counter[tuple[str, int]] = field(default_factory=Counter)
    by_time: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    seconds: float = 0.0

    def add(self, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        # Clients can invent methods; each would be a new line in the metrics.
        name = method if method in _METHODS else "OTHER"
        self.by_status[name, status] += 1
        self.by_time[bisect_left(BUCKETS, seconds)] += 1
        self.seconds += seconds


@dataclass(slots=True)
class _RequestStart:
    id: str
    time: float


class _Ids:
    """Ids that no other process makes.

    An id has to be unique, not secret: counting from a random start takes a fifth of
    the time that a random id takes.
    """

    def __init__(self) -> None:
        self.restart()
        # Workers are forked after the import: each would count from the same start.
        os.register_at_fork(after_in_child=self.restart)

    def restart(self) -> None:
        self.prefix = secrets.token_hex(4)
        self.numbers = count(secrets.randbits(32))


_ids = _Ids()


def _start_request() -> _RequestStart:
    value = request.headers.get("X-Request-ID") if has_request_context() else None
    if value is None or not _VALID_ID.fullmatch(value):
        value = f"{_ids.prefix}{next(_ids.numbers):08x}"
    return _RequestStart(value, perf_counter())


_started: ContextState[_RequestStart] = ContextState("request", _start_request)
counts: AppState[RequestCounts] = AppState("carboy.requests")


def request_id() -> str | None:
    """Return the id of the current request, which is in its log lines and response."""
    return _started.get().id if has_request_context() else None


class RequestLog(Extension):
    """The battery that logs requests, each with an id."""

    name = "requests"

    def install(self, wiring: Wiring) -> None:
        """Log each request when its response is there."""
        request_counts = counts.set(wiring.app, RequestCounts())
        section = log_settings.find(wiring.app)
        writes = section is None or section.requests
        _add_id_to_records()

        def begin() -> None:
            _started.get()

        def finish(response: Response) -> Response:
            start = _started.get()
            seconds = perf_counter() - start.time
            status, method = response.status_code, request.method
            request_counts.add(method, status, seconds)
            # The list behind the headers: `headers.add` searches for an older value.
            response.headers._list.append(("X-Request-ID", start.id))  # noqa: SLF001 - see above
            if writes and log.isEnabledFor(logging.INFO):
                _write(method, status, seconds)
            return response

        # The signal keeps this for ever, so that it must not refer to the app.
        def fail(app: Flask, exception: BaseException, **_: object) -> None:
            """Log what the debugger shows: there will be no response to finish."""
            if not app.debug or app.testing or not propagates(app):
                return
            start = _started.get()
            seconds = perf_counter() - start.time
            # The debugger writes to the log what is not in it already.
            request.environ["carboy.error_logged"] = True
            request_counts.add(request.method, _SERVER_ERROR, seconds)
            if writes:
                _write(request.method, _SERVER_ERROR, seconds, error=exception)

        got_request_exception.connect(fail, wiring.app, weak=False)
        wiring.before_request(begin)
        wiring.after_request(finish)


def propagates(app: Flask) -> bool:
    """Return whether exceptions leave the app instead of becoming a response."""
    setting = app.config["PROPAGATE_EXCEPTIONS"]
    return bool(app.testing or app.debug if setting is None else setting)


def _write(
    method: str, status: int, seconds: float, error: BaseException | None = None
) -> None:
    level = logging.ERROR if status >= _SERVER_ERROR else logging.INFO
    milliseconds = seconds * 1000
    path = request.path
    query = redact_query(request.query_string.decode("latin-1"))
    target = f"{path}?{query}" if query else path
    fields = {
        "method": method,
        "path": path,
        **({"query": query} if query else {}),
        "status": status,
        "ms": round(milliseconds, 1),
        "client": request.remote_addr,
    }
    log.log(
        level,
        "%s %s %s in %.1f ms",
        method,
        target,
        status,
        milliseconds,
        exc_info=error,
        extra={"fields": fields},
    )


def _add_id_to_records() -> None:
    """Add the request id to every log record that is made during a request."""
    make = logging.getLogRecordFactory()
    if getattr(make, "knows_requests", False):
        return

    def make_record(*args: object, **kwargs: object) -> logging.LogRecord:
        record = make(*args, **kwargs)
        if has_request_context():
            start = _started.find()
            if start is not None:
                record.request_id = start.id
        return record

    make_record.knows_requests = True  # type: ignore[attr-defined]  # so that it is done once
    logging.setLogRecordFactory(make_record)
