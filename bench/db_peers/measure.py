"""Measures the time of each page of a WSGI app in this process."""

import gc
import io
import json
import sys
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any

WORLDS, QUERIES, PAGE = 10_000, 20, 20
# Page → calls in one batch.
PAGES = {
    "/single": 60,
    "/queries": 12,
    "/fortunes": 40,
    "/updates": 5,
    "/page": 30,
    "/counted": 20,
    "/again": 40,
    "/nothing": 200,
}


def measure(
    app: Callable[..., Iterable[bytes]], batches: int, only: list[str]
) -> dict[str, float]:
    """Return the cost of each page in microseconds, the best of many batches."""
    best: dict[str, float] = {}
    pages = {path: PAGES[path] for path in only or PAGES}
    for path in pages:
        call(app, path)
    gc.collect()
    gc.freeze()
    for _ in range(batches):
        for path, count in pages.items():
            start = perf_counter()
            for _ in range(count):
                call(app, path)
            cost = (perf_counter() - start) / count * 1e6
            best[path] = min(cost, best.get(path, cost))
    return best


def call(app: Callable[..., Iterable[bytes]], path: str) -> bytes:
    """Request a page and return its body."""
    statuses: list[str] = []

    def start(status: str, _headers: Any, _error: Any = None) -> Any:
        statuses.append(status)

    answer = app(environ(path), start)
    body = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    if statuses != ["200 OK"]:
        sys.exit(f"{path} answered {statuses}: {body[:500]!r}")
    return body


def environ(path: str) -> dict[str, Any]:
    """Return the environ that a server would create."""
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def tell(app: Callable[..., Iterable[bytes]]) -> None:
    """Measure the pages that the command line names, or all, and print JSON."""
    print(json.dumps(measure(app, int(sys.argv[2]), sys.argv[4:])))
