#!/usr/bin/env python
"""Measures pages with a database on Carboy, Flask-SQLAlchemy and Django, in turn.

`python bench/db.py` writes docs/benchmarks/db.md; `--short` checks that all parts work;
`--only /updates /queries` prints these pages and writes nothing, with `--on sqlite` or
`--on postgresql` for one database. Django needs the environment of bench/setup.
"""
# ruff: noqa: E402 - scripts/ has to be on the path first

import argparse
import contextlib
import datetime
import importlib.metadata
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "scripts")]

import sqlalchemy as sa
from flask import Flask

from carboy.db import SQLAlchemy
from lib.services import Server, make_server

PEERS = ROOT / "bench/db_peers"
DJANGO = ROOT / "var/bench-venv/bin/python"
PAGE = ROOT / "docs/benchmarks/db.md"
WORLDS = 10_000
SITES = {
    "carboy_site": "Carboy + carboy.db",
    "flask_carboy_db_site": "Flask + carboy.db",
    "flask_sqlalchemy_site": "Flask + Flask-SQLAlchemy",
    "django_site": "Django 5.2",
}
SHAPES = {
    "/single": "single query",
    "/queries": "20 queries",
    "/fortunes": "fortunes",
    "/updates": "20 updates",
    "/page": "page of 20 rows",
    "/counted": "page 4 of 10, with their number",
    "/again": "the same row 20 times",
    "/nothing": "no query",
}
DATABASES = ["sqlite", "postgresql"]
OUTAGE, RATE = 5.0, 100
SPIN = """
import os, sys
parent = int(sys.argv[1])
os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
while os.getppid() == parent:
    sum(range(100_000))
"""

Table = dict[str, dict[str, float]]


def main() -> None:
    """Measure on both databases, then stop one of them."""
    options = read_arguments()
    rounds, batches = (1, 2) if options.short else (5, 15)
    tables: dict[str, Table] = {}
    outage: dict[str, Any] = {}
    server = make_server("postgresql")
    server.start()
    try:
        with tempfile.TemporaryDirectory() as folder, awake():
            urls = {"sqlite": f"sqlite:///{folder}/bench.db", "postgresql": server.url}
            for name in options.on:
                tables[name] = measure(urls[name], rounds, batches, options.only)
        if not options.only:
            outage = watch_outage(server)
    finally:
        server.close()
    if options.only:
        for name, table in tables.items():
            print(f"{name}\n\n{write_table(table, options.only)}\n")
        return
    page = write_page(tables["sqlite"], tables["postgresql"], outage)
    if not options.short:
        PAGE.write_text(page, encoding="utf-8")
    print(page)


def read_arguments() -> argparse.Namespace:
    """Read what to measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--only", nargs="+", choices=SHAPES, default=[])
    parser.add_argument("--on", choices=DATABASES)
    options = parser.parse_args()
    if options.on and not options.only:
        parser.error("--on leaves the other database out, so it needs --only, too.")
    options.on = [options.on] if options.on else DATABASES
    return options


@contextlib.contextmanager
def awake() -> Iterator[None]:
    """Keep the cores at full clock, with processes of the lowest priority.

    A round trip otherwise costs twice as much on a virtual machine with nothing else
    to do, most of it the waking up of a core.
    """
    if not hasattr(os, "SCHED_IDLE"):
        yield
        return
    command = [sys.executable, "-c", SPIN, str(os.getpid())]
    spinning = [subprocess.Popen(command) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for process in spinning:
            process.kill()
            process.wait()


def measure(url: str, rounds: int, batches: int, only: list[str]) -> Table:
    """Measure the sites in turn; return the best of each."""
    fill(url)
    best: Table = {}
    for _ in range(rounds):
        for site in SITES:
            for page, cost in run(site, url, batches, only).items():
                costs = best.setdefault(site, {})
                costs[page] = min(cost, costs.get(page, cost))
    return best


def fill(url: str) -> None:
    """Create the tables of the public framework benchmark."""
    engine = sa.create_engine(url)
    metadata = sa.MetaData()
    number = sa.Column("id", sa.Integer, primary_key=True)
    world = sa.Table("world", metadata, number, sa.Column("randomnumber", sa.Integer))
    number = sa.Column("id", sa.Integer, primary_key=True)
    message = sa.Column("message", sa.String(2048))
    fortune = sa.Table("fortune", metadata, number, message)
    metadata.create_all(engine)
    worlds = [
        {"id": i, "randomnumber": random.randint(1, WORLDS)}  # noqa: S311 - rows by chance
        for i in range(1, WORLDS + 1)
    ]
    fortunes = [{"id": i, "message": f"Fortune <{i}> is 幸."} for i in range(1, 13)]
    with engine.begin() as connection:
        connection.execute(world.insert(), worlds)
        connection.execute(fortune.insert(), fortunes)
    engine.dispose()


def run(site: str, url: str, batches: int, only: list[str]) -> dict[str, float]:
    """Measure one site in a separate process."""
    python = str(DJANGO) if site == "django_site" else sys.executable
    if site == "django_site" and not DJANGO.exists():
        return {}
    drivers = sysconfig.get_paths()["purelib"]
    command = [python, f"{site}.py", url, str(batches), drivers, *only]
    if site == "flask_sqlalchemy_site":
        command[2] = url.replace("postgresql://", "postgresql+psycopg://")
    done = subprocess.run(
        command, cwd=PEERS, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{site} failed: {done.stdout}{done.stderr}")
    results: dict[str, float] = json.loads(done.stdout)
    return results


def watch_outage(server: Server) -> dict[str, Any]:
    """Send 100 requests a second while PostgreSQL is down for 5 seconds."""
    app = make_watched_app(server.url)
    answers: list[tuple[float, str, int, float]] = []
    start = time.perf_counter()
    stopped = {"at": 0.0, "back": 0.0}

    def interrupt() -> None:
        time.sleep(2)
        stopped["at"] = time.perf_counter() - start
        server.stop()
        time.sleep(OUTAGE)
        server.start()
        stopped["back"] = time.perf_counter() - start

    def visit() -> None:
        client = app.test_client()
        number = 0
        while not stopped["back"] or time.perf_counter() - start < stopped["back"] + 3:
            time.sleep(max(0.0, start + number / RATE - time.perf_counter()))
            path = ("/row", "/other")[number % 2]
            began = time.perf_counter()
            status = client.get(path).status_code
            answers.append((began - start, path, status, time.perf_counter() - began))
            number += 1

    thread = threading.Thread(target=visit)
    thread.start()
    # A server ends with the thread that started it, so that is this one.
    interrupt()
    thread.join()
    return sum_up(answers, stopped, app)


def make_watched_app(url: str) -> Flask:
    """Create a site with a page that needs the database and one that does not."""
    db = SQLAlchemy()
    app = Flask("watched")
    app.config["DATABASE_URL"] = url
    db.init_app(app)
    query = sa.text("SELECT count(*) FROM world WHERE id < 9")
    app.add_url_rule("/row", "row", lambda: str(db.session.scalar(query)))
    app.add_url_rule("/other", "other", lambda: "fine")
    return app


def sum_up(
    answers: list[tuple[float, str, int, float]], stopped: dict[str, float], app: Flask
) -> dict[str, Any]:
    """Count the failed and slow requests of the outage."""
    rows = [a for a in answers if a[1] == "/row"]
    others = [a for a in answers if a[1] == "/other"]
    failed = [a for a in rows if a[2] != 200]
    after = [a for a in rows if a[0] > stopped["back"]]
    well = next((a[0] for a in after if a[2] == 200), float("inf"))
    pool: Any = app.extensions["carboy.db"].engines[None].pool
    return {
        "asked": len(answers),
        "refused": len(failed),
        "statuses": sorted({a[2] for a in failed}),
        "slowest": max(a[3] for a in rows),
        "median": statistics.median(a[3] for a in failed) if failed else 0.0,
        "others": sum(a[2] != 200 for a in others),
        "recovery": well - stopped["back"],
        "leaked": pool.checkedout(),
    }


def write_page(sqlite: Table, postgresql: Table, outage: dict[str, Any]) -> str:
    """Write the page of the docs."""
    versions = ", ".join(
        f"{name} {importlib.metadata.version(name)}"
        for name in ("flask", "sqlalchemy", "flask-sqlalchemy", "psycopg")
    )
    today = datetime.datetime.now(tz=datetime.UTC).date()
    return f"""# Databases

Written by `bench/db.py` on {today}, Python {platform.python_version()},
{os.cpu_count()} cores, {versions}.

Microseconds for one request in process, without a server: the best of many batches,
the sites in turns, each in a process of its own. The pages are those of the public
framework benchmark, in JSON, and fortunes as a page. The Flask sites and Carboy run the
same file with the same views; Django has persistent connections and no middleware. The
ratio is the cost of Flask + Flask-SQLAlchemy over that of the row. Compare within one
table only: the machine had other work. Processes that run only when nobody else does
keep the cores awake meanwhile: waking one up takes longer than PostgreSQL's answer.

## SQLite

{write_table(sqlite, [])}

Flask-SQLAlchemy and Django keep SQLite's defaults (each commit is synced); the commits
of Carboy go to a write-ahead log with `synchronous=NORMAL`, which is part of why they
cost less. Each site keeps its own settings, on one file: where the log is on, it is on
for all.

## PostgreSQL

{write_table(postgresql, [])}

## PostgreSQL goes away for {OUTAGE:.0f} seconds at {RATE} requests a second

Half of the requests need the database.

| | |
|---|--:|
| requests | {outage["asked"]} |
| refused while it was away | {outage["refused"]}, each with {outage["statuses"]} |
| slowest answer of a page that needs it | {outage["slowest"] * 1000:.0f} ms |
| median of the refusals | {outage["median"] * 1000:.1f} ms |
| other pages that failed | {outage["others"]} |
| from its return to the first good answer | {outage["recovery"] * 1000:.0f} ms |
| connections that were not given back | {outage["leaked"]} |
"""


def write_table(table: Table, only: list[str]) -> str:
    """Write the costs, and how many times less than Flask-SQLAlchemy they are."""
    shapes = {page: SHAPES[page] for page in only or SHAPES}
    lines = [
        "| | " + " | ".join(shapes.values()) + " |",
        "|---|" + "--:|" * len(shapes),
    ]
    basis = table["flask_sqlalchemy_site"]
    for site, title in SITES.items():
        if not table.get(site):
            continue
        cells = [
            f"{table[site][page]:.0f} ({basis[page] / table[site][page]:.1f}×)"
            for page in shapes
        ]
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
