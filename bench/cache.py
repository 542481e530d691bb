#!/usr/bin/env python
"""Measures cached pages and cached results against Flask-Caching, in one run.

`python bench/cache.py` writes docs/benchmarks/cache.md; `--short` checks that all parts
work. Also counts wrong responses in 10,000 mixed visits, and measures an outage.
"""
# ruff: noqa: E402 - the tests' visitors and the services have to be on the path first

import argparse
import gc
import importlib.metadata
import io
import logging
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT)]

import flask_caching
from flask import Flask, request
from results import describe, keep

from carboy import Carboy
from carboy.cache import Cache
from carboy.cache.make_service import cache_state
from lib.services import Server, make_server
from tests.cache.visits import count_foreign_answers

PAGE = ROOT / "docs" / "benchmarks" / "cache.md"
SIDES = ("Flask + Flask-Caching", "Flask + carboy.cache", "Carboy + carboy.cache")
TEXT = "Hello, World!" * 40
Call = Callable[[], object]


def make_site(side: str, config: dict[str, Any]) -> tuple[Flask, Any]:
    """Create the same site on one of the sides."""
    kind = Carboy if side.startswith("Carboy") else Flask
    app = kind("bench")
    make = flask_caching.Cache if side.endswith("Caching") else Cache
    cache: Any = make(app, config=config)

    @app.route("/hello")
    def hello() -> str:
        return TEXT

    @app.route("/page")
    @cache.cached(timeout=3600)
    def page() -> str:
        return TEXT

    @app.route("/query")
    @cache.cached(timeout=3600, query_string=True)
    def query() -> str:
        return TEXT + request.args["a"]

    @cache.memoize(timeout=3600)
    def result(number: int, name: str) -> dict[str, Any]:
        return {"number": number, "name": name}

    app.extensions["bench"] = result
    return app, cache


def make_calls(app: Flask) -> dict[str, Call]:
    """Return the measured calls: requests in process, and a function call."""
    result = app.extensions["bench"]
    context = app.app_context()

    def remember() -> object:
        with context:
            return [result(7, "seven") for _ in range(20)]

    return {
        "hello, not cached": visit(app, "/hello"),
        "page hit": visit(app, "/page"),
        "page hit, query in the key": visit(app, "/query", "a=1&b=2"),
        "memoize hit, 20 times": remember,
    }


def visit(app: Flask, path: str, query: str = "") -> Call:
    """Return a function that handles one request from environ to bytes."""
    environ = {
        "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": path,
        "QUERY_STRING": query, "SERVER_NAME": "localhost", "SERVER_PORT": "80",
        "HTTP_HOST": "localhost", "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1", "HTTP_ACCEPT": "text/html",
        "HTTP_USER_AGENT": "bench", "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr, "wsgi.multithread": True, "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }  # fmt: skip
    body = io.BytesIO()

    def start_response(status: str, _headers: Any, _info: Any = None) -> None:
        if status != "200 OK":
            raise RuntimeError(f"{path} got {status}.")

    def call() -> bytes:
        answer = app({**environ, "wsgi.input": body}, start_response)
        data = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        return data

    return call


def measure(
    calls: dict[str, Call], rounds: int, budget: float, clock: Callable[[], float]
) -> dict[str, float]:
    """Return the median microseconds of each call, the sides taking turns."""
    counts = {}
    for side, call in calls.items():
        call()
        call()
        counts[side] = max(3, int(budget / (time_calls(call, 20) / 1e6)))
    seen: dict[str, list[float]] = {side: [] for side in calls}
    for number in range(rounds):
        for side in reversed(calls) if number % 2 else calls:
            gc.collect()
            seen[side].append(time_calls(calls[side], counts[side], clock))
    return {side: round(statistics.median(values), 1) for side, values in seen.items()}


def time_calls(
    call: Call, count: int, clock: Callable[[], float] = time.perf_counter
) -> float:
    """Return the microseconds of one call."""
    began = clock()
    for _ in range(count):
        call()
    return (clock() - began) / count * 1e6


def compare(config: dict[str, Any], rounds: int, budget: float) -> dict[str, Any]:
    """Measure all sides on one kind of store."""
    sites = {side: make_site(side, config) for side in SIDES}
    calls = {side: make_calls(app) for side, (app, _) in sites.items()}
    # On Redis what counts is the wait too.
    is_local = config["CACHE_TYPE"] == "SimpleCache"
    clock = time.process_time if is_local else time.perf_counter
    figures = {}
    for case in calls[SIDES[0]]:
        of_sides = {side: calls[side][case] for side in SIDES}
        figures[case] = measure(of_sides, rounds, budget, clock)
        print(f"{config['CACHE_TYPE']:12} {case:28} {figures[case]}", flush=True)
    for app, cache in sites.values():
        if isinstance(cache, Cache):
            cache_state.of(app).close()
    return figures


def count_leaks(visits: int) -> dict[str, Any]:
    """Count responses with another user's name, on the engine and on stock Flask."""
    logging.getLogger("carboy.cache").setLevel(logging.ERROR)
    figures: dict[str, Any] = {}
    for kind in (Carboy, Flask):
        app = kind("visits")
        app.secret_key = "k" * 40
        result = count_foreign_answers(app, Cache(app), visits, seed=1)
        figures[kind.__name__] = {"foreign": len(result.foreign), "hits": result.hits}
    print(f"{visits} visits: {figures}", flush=True)
    return {"visits": visits, **figures}


def watch_outages(server: Server, requests: int) -> dict[str, Any]:
    """Stop Redis in two ways, and measure the requests during the outage."""
    figures: dict[str, Any] = {}
    ways = {
        "killed": (server.kill, server.start),
        "stopped": (server.pause, server.resume),
    }
    for name, (leave, come) in ways.items():
        app, cache = make_site(
            SIDES[2], {"CACHE_TYPE": "redis", "CACHE_URL": server.url}
        )
        call = visit(app, "/page")
        usual = sorted(time_calls(call, 1) for _ in range(requests))
        leave()
        first = time_calls(call, 1)
        taken = sorted(time_calls(call, 1) for _ in range(requests))
        come()
        began = time.monotonic()
        while cache.cache.store.is_unavailable and time.monotonic() - began < 10:
            call()
        figures[name] = {
            "usual": round(usual[len(usual) // 2] / 1000, 2),
            "first": round(first / 1000, 1),
            "median": round(taken[len(taken) // 2] / 1000, 2),
            "slowest": round(taken[-1] / 1000, 2),
            "back": round(time.monotonic() - began, 2),
        }
        cache.cache.close()
        print(f"Redis {name}: {figures[name]}", flush=True)
    return figures


def write(figures: dict[str, Any], busy: float) -> None:
    """Write the page."""
    about = describe()
    lines = [
        "# Cache",
        "",
        f"Written by `bench/cache.py` on {about['date']}, Python {about['python']}, "
        f"{about['cores']} cores, load {busy} before,",
        f"flask {about['versions']['flask']}, flask-caching {figures['rival']}. "
        "Microseconds for one call in process, environ in and",
        "bytes out, without a server: the median of many batches, the sides in turns. "
        "In memory it is CPU time,",
        "on Redis wall clock time. The machine had other work; compare within one "
        "table only.",
        "",
    ]
    for title, name in (("In memory", "memory"), ("On Redis", "redis")):
        lines += [f"## {title}", "", f"| | {' | '.join(SIDES)} | less |"]
        lines += ["|---|--:|--:|--:|--:|"]
        for case, times in figures[name].items():
            ratio = times[SIDES[0]] / times[SIDES[2]]
            cells = " | ".join(f"{times[side]:.1f}" for side in SIDES)
            lines.append(f"| {case} | {cells} | {ratio:.1f}× |")
        lines.append("")
    lines += [
        "The bar is 6 µs for a page hit in memory on a bare Carboy app. Flask-Caching "
        "pickles; carboy.cache writes",
        "tagged msgpack, checks whose page it is, and answers with an ETag.",
        "",
        "## Whose page it is",
        "",
        f"{figures['leaks']['visits']} mixed visits of four users and a stranger to 13 "
        "kinds of pages (`tests/cache/visits.py`):",
        "",
        "| | answers of another | hits |",
        "|---|--:|--:|",
    ]
    for kind in ("Carboy", "Flask"):
        one = figures["leaks"][kind]
        lines.append(f"| {kind} | {one['foreign']} | {one['hits']} |")
    lines += ["", "## Redis outage", "", "Milliseconds for a request of a cached page."]
    lines += ["", "| | usual | the first | median | slowest | back after, s |"]
    lines += ["|---|--:|--:|--:|--:|--:|"]
    for name, one in figures["outages"].items():
        cells = " | ".join(str(value) for value in one.values())
        lines.append(f"| {name} | {cells} |")
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Measure everything, and write the page unless it was a short run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    short = parser.parse_args().short
    rounds, budget = (2, 0.01) if short else (15, 0.1)
    busy = round(os.getloadavg()[0], 2)
    server = make_server("redis", durable=False)
    server.start()
    try:
        figures = {
            "rival": importlib.metadata.version("flask-caching"),
            "memory": compare({"CACHE_TYPE": "SimpleCache"}, rounds, budget),
            "redis": compare(
                {"CACHE_TYPE": "RedisCache", "CACHE_REDIS_URL": server.url},
                rounds,
                budget,
            ),
            "leaks": count_leaks(300 if short else 10_000),
            "outages": watch_outages(server, 50 if short else 300),
        }
    finally:
        server.close()
    if not short:
        keep("cache", figures, busy)
        write(figures, busy)


if __name__ == "__main__":
    main()
