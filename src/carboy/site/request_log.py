"""What is noted about each request: an id, a log line, counts for metrics."""

from __future__ import annotations

import logging
import re
import secrets
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter

from flask import Response, has_request_context, request

from carboy.core import AppState, ContextState, Extension, Wiring

from .log import log_settings

log = logging.getLogger("carboy.request")

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_GOOD_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SERVER_ERROR = 500


@dataclass(slots=True)
class RequestCounts:
    """How many requests this process answered, and how long they took."""

    by_status: Counter[tuple[str, int]] = field(default_factory=Counter)
    by_time: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    seconds: float = 0.0

    def add(self, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        # Anybody can make up methods; each would be a new line in the metrics.
        name = method if method in _METHODS else "OTHER"
        self.by_status[name, status] += 1
        self.by_time[bisect_left(BUCKETS, seconds)] += 1
        self.seconds += seconds


@dataclass(slots=True)
class _Noted:
    id: str
    began: float


# An id has to be found in a log, not kept from anybody: counting on from a random
# start costs a fifth of new randomness each time.
_numbers = count(secrets.randbits(32))
_START = secrets.token_hex(4)


def _note() -> _Noted:
    told = request.headers.get("X-Request-ID") if has_request_context() else None
    if told is None or not _GOOD_ID.fullmatch(told):
        told = f"{_START}{next(_numbers):08x}"
    return _Noted(told, perf_counter())


_noted: ContextState[_Noted] = ContextState("request", _note)
counts: AppState[RequestCounts] = AppState("carboy.requests")


def request_id() -> str | None:
    """Give the id of the request at work: it is in its log lines and its answer."""
    return _noted.get().id if has_request_context() else None


class RequestLog(Extension):
    """The battery that gives requests an id and writes a line for each."""

    name = "requests"

    def install(self, wiring: Wiring) -> None:
        """Note the start of each request, and what came of it."""
        kept = counts.set(wiring.app, RequestCounts())
        section = log_settings.find(wiring.app)
        writes = section is None or section.requests
        _mark_records()

        def begin() -> None:
            _noted.get()

        def finish(response: Response) -> Response:
            noted = _noted.get()
            seconds = perf_counter() - noted.began
            status, method = response.status_code, request.method
            kept.add(method, status, seconds)
            # The list behind the headers: the public way looks for an older value.
            response.headers._list.append(("X-Request-ID", noted.id))  # noqa: SLF001 - see above
            if writes and log.isEnabledFor(logging.INFO):
                _write(method, status, seconds)
            return response

        wiring.before_request(begin)
        wiring.after_request(finish)


def _write(method: str, status: int, seconds: float) -> None:
    level = logging.ERROR if status >= _SERVER_ERROR else logging.INFO
    milliseconds = seconds * 1000
    path = request.path
    fields = {
        "method": method,
        "path": path,
        "status": status,
        "ms": round(milliseconds, 1),
        "client": request.remote_addr,
    }
    log.log(
        level,
        "%s %s %s in %.1f ms",
        method,
        path,
        status,
        milliseconds,
        extra={"fields": fields},
    )


def _mark_records() -> None:
    """Put the request id on every log record that is made during a request."""
    make = logging.getLogRecordFactory()
    if getattr(make, "knows_requests", False):
        return

    def make_record(*args: object, **kwargs: object) -> logging.LogRecord:
        record = make(*args, **kwargs)
        if has_request_context():
            noted = _noted.find()
            if noted is not None:
                record.request_id = noted.id
        return record

    make_record.knows_requests = True  # type: ignore[attr-defined]  # so that it is put on once
    logging.setLogRecordFactory(make_record)
