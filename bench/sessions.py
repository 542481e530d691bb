#!/usr/bin/env python
"""Measures sessions on each backend, and checks that no reply reaches another user.

Run it as `python bench/sessions.py`; it writes docs/benchmarks/sessions.md.
"""
# ruff: noqa: E402 - scripts/ has to be on the path first

import contextlib
import ctypes
import datetime
import gc
import importlib.metadata
import logging
import os
import platform
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "scripts")]

import flask_session
import redis
from cachelib import FileSystemCache
from flask import Flask, session
from flask_sqlalchemy import SQLAlchemy

from carboy import Carboy
from carboy.errors import UnavailableError
from carboy.sessions import Sessions
from carboy.stores import Store, open_store
from lib.services import make_server

PAGE = ROOT / "docs/benchmarks/sessions.md"
ROUNDS, BATCH, ABORTS, THREADS = 12, 100, 10_000, 8
PATHS = ("/none", "/read", "/write")
KEYS = 50
SECRET = "k" * 32


class AbortError(BaseException):
    """The exception that a server raises in the thread of an aborted request."""


def add_views(app: Flask) -> Flask:
    """Add the three measured pages to the app."""
    numbers = iter(range(10**9))

    def write() -> str:
        session["count"] = next(numbers)
        return "ok"

    def begin() -> str:
        session.update(_user_id="7", cart=[1, 2, 3], name="Ada Lovelace")
        return "ok"

    app.add_url_rule("/begin", "begin", begin)
    app.add_url_rule("/none", "none", lambda: "ok")
    app.add_url_rule("/read", "read", lambda: session["name"] and "ok")
    app.add_url_rule("/write", "write", write)
    return app


def make_plain(**config: Any) -> Flask:
    """Create a plain Flask app."""
    app = Flask("benched", instance_path=tempfile.gettempdir())
    app.config.update(SECRET_KEY=SECRET, **config)
    return app


def make_stock(_: dict[str, Any]) -> Flask:
    """Flask's own signed cookie."""
    return add_views(make_plain())


def make_flask_session(config: dict[str, Any]) -> Flask:
    """Flask-Session on plain Flask."""
    app = make_plain(**config)
    if config["SESSION_TYPE"] == "sqlalchemy":
        app.config["SESSION_SQLALCHEMY"] = SQLAlchemy(app)
    flask_session.Session(app)
    return add_views(app)


def make_on_flask(config: dict[str, Any]) -> Flask:
    """Carboy's sessions on plain Flask."""
    app = make_plain(**config)
    Sessions(app)
    return add_views(app)


def make_on_carboy(config: dict[str, Any]) -> Flask:
    """Carboy's sessions on Carboy."""
    settings = {"SECRET_KEY": SECRET, "TRUSTED_HOSTS": ["localhost"], "HTTPS": False}
    app = Carboy("benched", settings=settings | config)
    if "sessions" not in app.extensions:
        app.use(Sessions())
    return add_views(app)


def prepare(app: Flask) -> dict[str, Any]:
    """Return the environ of a client with a session."""
    client = app.test_client()
    begun = client.get("/begin").headers.getlist("Set-Cookie")
    cookies = "; ".join(cookie.partition(";")[0] for cookie in begun)
    environ: dict[str, Any] = client.get("/read").request.environ
    return environ | {"HTTP_COOKIE": cookies}


def measure(apps: list[Flask]) -> list[dict[str, float]]:
    """Return microseconds per request for each app and page: the best of all rounds.

    The apps take turns in each round, so that other load on the machine affects all.
    """
    environs = [prepare(app) for app in apps]
    results = [dict.fromkeys(PATHS, float("inf")) for _ in apps]
    for _ in range(ROUNDS):
        for app, environ, best in zip(apps, environs, results, strict=True):
            for path in PATHS:
                best[path] = min(best[path], time_batch(app, environ, path))
    return results


def time_batch(app: Flask, environ: dict[str, Any], path: str) -> float:
    """Return microseconds per request of one batch."""
    gc.collect()
    started = time.perf_counter()
    for _ in range(BATCH):
        ask(app, environ, path)
    return (time.perf_counter() - started) / BATCH * 1e6


def ask(app: Flask, environ: dict[str, Any], path: str) -> None:
    """Send one request through the app as a server would."""
    statuses: list[str] = []
    given = {k: v for k, v in environ.items() if not k.startswith("werkzeug.")}
    body = app(given | {"PATH_INFO": path}, lambda s, *_: statuses.append(s))
    b"".join(body)
    close = getattr(body, "close", None)
    if close is not None:
        close()
    if statuses != ["200 OK"]:
        raise SystemExit(f"{path} answered {statuses}.")


def list_contenders(folder: Path, url: str) -> list[tuple[str, str, Any, dict]]:
    """Yield the kind, the name, the factory and the settings of each app."""
    files = FileSystemCache(str(folder / "cachelib"))
    lite = f"sqlite:///{folder}/sessions.sqlite"
    theirs = {
        "filesystem": {"SESSION_TYPE": "cachelib", "SESSION_CACHELIB": files},
        "sqlalchemy": {
            "SESSION_TYPE": "sqlalchemy",
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder}/theirs.sqlite",
        },
        "redis": {"SESSION_TYPE": "redis", "SESSION_REDIS": redis.from_url(url)},
    }
    ours = {
        "cookie": {"SESSION_TYPE": "cookie", "SESSION_FILE_DIR": str(folder / "end")},
        "memory": {"SESSION_TYPE": "memory"},
        "filesystem": {
            "SESSION_TYPE": "filesystem",
            "SESSION_FILE_DIR": str(folder / "files"),
        },
        "sqlalchemy": {"SESSION_TYPE": "sqlalchemy", "SESSION_URL": lite},
        "redis": {"SESSION_TYPE": "redis", "SESSION_REDIS": url},
    }
    rows = [("cookie", "Flask", make_stock, {})]
    for kind, config in ours.items():
        if kind in theirs:
            name = "Flask + Flask-Session"
            rows.append((kind, name, make_flask_session, theirs[kind]))
        rows.append((kind, "Flask + carboy.sessions", make_on_flask, config))
        rows.append((kind, "Carboy", make_on_carboy, config))
    return rows


class Worker:
    """A server thread whose request can be aborted at any moment."""

    def __init__(self, store: Store, number: int) -> None:
        self.store, self.number = store, number
        self.aborted = self.foreign = self.answered = self.spared = 0
        self.stop = self.inside = False
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def abort(self) -> None:
        """Raise in the thread at its current point, after its next response."""
        if self.inside and self.answered > self.spared:
            self.spared = self.answered
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(self.thread.ident), ctypes.py_object(AbortError)
            )

    def run(self) -> None:
        """Send requests until `stop` is set."""
        while not self.stop:
            with contextlib.suppress(UnavailableError, AbortError):
                self.ask()

    def ask(self) -> None:
        """Request values that name their owner."""
        try:
            self.inside = True
            while not self.stop:
                self.number += 1
                number = self.number % KEYS
                value = self.store.get(f"k{number}")
                self.answered += 1
                self.foreign += value != b"v%d" % number
        except AbortError:
            self.aborted += 1
        finally:
            self.inside = False


def mix_up(store: Store) -> tuple[int, int, int]:
    """Abort requests; count the aborted, the completed and the wrong responses."""
    store.set_many({f"k{n}": b"v%d" % n for n in range(KEYS)})
    workers = [Worker(store, number) for number in range(THREADS)]
    pause, turn = threading.Event(), 0
    while sum(worker.aborted for worker in workers) < ABORTS:
        workers[turn % THREADS].abort()
        turn += 1
        pause.wait(0.0003)
    for worker in workers:
        worker.stop = True
    for worker in workers:
        worker.thread.join(20)
    totals = [(w.aborted, w.answered, w.foreign) for w in workers]
    aborted, answered, foreign = map(sum, zip(*totals, strict=True))
    return aborted, answered, foreign


def make_page(rows: list[str], mixed: list[str]) -> str:
    """Write the page."""
    names = ("flask", "werkzeug", "flask-session", "redis", "sqlalchemy", "msgspec")
    versions = ", ".join(f"{n} {importlib.metadata.version(n)}" for n in names)
    today = datetime.datetime.now(datetime.UTC).date()
    return f"""# Sessions

Written by `bench/sessions.py` on {today}, Python {platform.python_version()},
{os.cpu_count()} cores, {versions}.

## What a session costs

Microseconds for one request in process, without a server, the best of {ROUNDS} rounds
of {BATCH}, in turns: a page that leaves the session alone, one that reads a name from
it, one that changes a number in it. Redis runs on the same machine. The Carboy rows
have all standard batteries on. Compare within this table only: the machine had other
work.

| stored in | on | none | read | write |
|---|---|--:|--:|--:|
{chr(10).join(rows)}

Flask-Session opens and reads its store on the page that leaves the session alone, too.
On `cookie`, Carboy asks the store of ended sessions in `read` and `write`, so that a
cookie is worth nothing after its logout.

## No reply reaches a stranger

{THREADS} threads request values that name their owner, and are aborted during their
requests wherever they happen to be (an exception set from another thread).

| store | requests thrown out | answered | with somebody else's value |
|---|--:|--:|--:|
{chr(10).join(mixed)}
"""


@contextlib.contextmanager
def services(*names: str) -> Iterator[list[str]]:
    """Start private servers, and stop them."""
    servers = [make_server(name, durable=False) for name in names]
    try:
        for server in servers:
            server.start()
        yield [server.url for server in servers]
    finally:
        for server in servers:
            server.close()


def main() -> None:
    """Measure everything, and write the page."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    rows, mixed = [], []
    with (
        tempfile.TemporaryDirectory() as folder,
        services("redis", "postgresql") as (
            redis_url,
            postgresql_url,
        ),
    ):
        contenders = list_contenders(Path(folder), redis_url)
        times = measure([make(config) for _, _, make, config in contenders])
        for (kind, name, *_), best in zip(contenders, times, strict=True):
            cells = " | ".join(f"{best[path]:.0f}" for path in PATHS)
            rows.append(f"| {kind} | {name} | {cells} |")
        print("\n".join(rows), flush=True)
        for name, url in (("Redis", redis_url), ("PostgreSQL", postgresql_url)):
            store = open_store(url)
            aborted, answered, foreign = mix_up(store)
            mixed.append(f"| {name} | {aborted:,} | {answered:,} | {foreign} |")
            print(mixed[-1], flush=True)
            store.close()
    PAGE.write_text(make_page(rows, mixed))


if __name__ == "__main__":
    main()
