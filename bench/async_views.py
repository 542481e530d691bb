"""Measures `async def` views in process: plain Flask, and a site on its shared loop.

Both answer the same text. The site has all that a site has by default (headers, log,
error pages), so the ratio is that of whole requests; the cost of the call alone is the
difference between an async view and a plain one of the same app.
"""

import argparse
import asyncio
import logging
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from itertools import product
from pathlib import Path
from typing import Any

import flask
from results import describe, keep
from werkzeug.test import EnvironBuilder

from carboy import Carboy, Settings

PATHS = {
    "/plain": "a plain view",
    "/return": "an async view that waits for nothing",
    "/sleep": "an async view with one `await`",
    "/gather": "an async view that gathers ten awaits",
}


def add_views(app: flask.Flask) -> flask.Flask:
    """Add the same views to both apps."""

    @app.get("/plain")
    def plain() -> str:
        return "hello"

    @app.get("/return")
    async def immediate() -> str:
        return "hello"

    @app.get("/sleep")
    async def sleep() -> str:
        await asyncio.sleep(0)
        return "hello"

    @app.get("/gather")
    async def gather() -> str:
        await asyncio.gather(*(asyncio.sleep(0) for _ in range(10)))
        return "hello"

    return app


def make_call(app: flask.Flask, path: str) -> Callable[[], bytes]:
    """Return a function that sends one request through WSGI."""
    environ = EnvironBuilder(path).get_environ()

    def start_response(*_: Any) -> Any:
        return None

    def call() -> bytes:
        body: Iterable[bytes] = app(dict(environ), start_response)
        answer = b"".join(body)
        close = getattr(body, "close", None)
        if close is not None:
            close()
        return answer

    return call


def time_calls(call: Callable[[], bytes], count: int) -> float:
    """Return the microseconds of processor time of one call, in all threads."""
    began = time.process_time()
    for _ in range(count):
        call()
    return (time.process_time() - began) / count * 1e6


def measure(apps: dict[str, flask.Flask], rounds: int, count: int) -> dict[str, Any]:
    """Return the medians of each path and side, and their ratio."""
    results: dict[str, Any] = {}
    for path, title in PATHS.items():
        calls = {side: make_call(app, path) for side, app in apps.items()}
        seen: dict[str, list[float]] = {side: [] for side in calls}
        for call in calls.values():
            time_calls(call, count)  # warms up
        for _, (side, call) in product(range(rounds), calls.items()):
            seen[side].append(time_calls(call, count))
        pairs = zip(seen["flask"], seen["site"], strict=True)
        medians = {side: round(statistics.median(v), 1) for side, v in seen.items()}
        ratio = round(statistics.median(a / b for a, b in pairs), 2)
        results[path] = {"title": title, **medians, "ratio": ratio}
    return results


def main() -> None:
    """Measure and print; `--keep` writes docs/benchmarks/results/async.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    load_before = describe()["load"]
    os.environ["CARBOY_PROFILE"] = "production"
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.load(
            root=Path(folder), secret_key="k" * 40, trusted_hosts="localhost"
        )
        apps = {
            "flask": add_views(flask.Flask("flask_app")),
            "site": add_views(Carboy("site_app", settings=settings)),
        }
        logging.getLogger("carboy.request").setLevel(logging.WARNING)
        results = measure(apps, options.rounds, options.count)
    plain = {side: results["/plain"][side] for side in apps}
    for one in results.values():
        added = {side: round(one[side] - plain[side], 1) for side in apps}
        one["added"] = added
        print(
            f"{one['title']:42} flask {one['flask']:7.1f} µs   "
            f"site {one['site']:7.1f} µs   {one['ratio']:.2f}x   "
            f"the call alone {added['flask']:.0f} / {added['site']:.0f} µs"
        )
    if options.keep:
        keep("async", {"cases": results}, load_before)


if __name__ == "__main__":
    main()
