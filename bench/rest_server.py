#!/usr/bin/env python3
"""Measure whole servers that list 20 rows of PostgreSQL as JSON, in turns.

Each side has its advised server with two workers. `make bench-rest-server` installs
the others into an environment of their own and writes docs/benchmarks/rest-server.md.
"""
# ruff: noqa: E402 - scripts/ has to be on the path first

import argparse
import http.client
import importlib.metadata
import json
import os
import resource
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "bench/rest_peers")]

import sqlalchemy as sa
from models import Article, Author, Base, Tag
from results import describe
from servers import BAD, RATE, count_processor_time, pick_port, stop

from lib.services import make_server

PEERS = ROOT / "bench/rest_peers"
PAGE = ROOT / "docs/benchmarks/rest-server.md"
BIN = Path(sys.executable).parent
WORKERS = "2"
WARM = 50
WARM_SECONDS = 3
UVICORN = (
    *(f"{BIN}/uvicorn", "--workers", WORKERS, "--host", "127.0.0.1"),
    *("--port", "{port}", "--log-level", "error", "--no-access-log"),
    # On a busy machine its supervisor ends workers that are slow to start.
    *("--timeout-worker-healthcheck", "120"),
)
SIDES: dict[str, tuple[str, ...]] = {
    "Carboy, `carboy serve`": (
        *(f"{BIN}/carboy", "serve", "carboy_site:app", "--skip-checks"),
        *("--host", "127.0.0.1", "--port", "{port}", "--workers", WORKERS),
    ),
    "FastAPI + SQLAlchemy (psycopg, `def`), uvicorn": (*UVICORN, "fastapi_sync:app"),
    "FastAPI + SQLAlchemy (asyncpg, `async def`), uvicorn": (
        *UVICORN,
        "fastapi_async:app",
    ),
    "Django REST framework, gunicorn": (
        *(f"{BIN}/gunicorn", "--workers", WORKERS, "--log-level", "error"),
        *("--bind", "127.0.0.1:{port}", "drf_site:app"),
    ),
}
PATHS = {"/nested": "with author and 3 tags each", "/flat": "6 columns"}
# Requests per second; milliseconds of processors per request: server, database, wrk.
Figure = tuple[float, float, float, float]
Figures = dict[tuple[str, str], list[Figure]]


def main() -> None:
    """Measure all sides, print a table, and write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    before = describe()["load"]
    server = make_server("postgresql")
    server.start()
    try:
        postmaster = fill(server.url)
        figures = measure(server.url, postmaster, options)
    finally:
        server.close()
    page = make_page(figures, options, before)
    print(page)
    if options.write:
        PAGE.write_text(page, encoding="utf-8")


def fill(url: str) -> int:
    """Create 200 articles with three tags each; return the id of the server."""
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    Base.metadata.create_all(engine)
    authors = [
        {"id": each, "name": f"Author {each}", "email": f"{each}@example.com"}
        for each in range(1, 21)
    ]
    articles = [
        {
            "id": each,
            "title": f"Article {each}",
            "body": "word " * 40,
            "views": each * 7,
            "rating": each / 3,
            "published": each % 2 == 0,
            "author_id": each % 20 + 1,
        }
        for each in range(1, 201)
    ]
    tags = [
        {"name": f"tag {number}", "article_id": each}
        for each in range(1, 201)
        for number in range(3)
    ]
    with engine.begin() as connection:
        connection.execute(sa.insert(Author), authors)
        connection.execute(sa.insert(Article), articles)
        connection.execute(sa.insert(Tag), tags)
        connection.execute(sa.text("ANALYZE"))
        backend = connection.scalar(sa.text("SELECT pg_backend_pid()"))
        postmaster = int(_read_stat(Path(f"/proc/{backend}/stat"))[1])
    engine.dispose()
    return postmaster


def measure(url: str, postmaster: int, options: Any) -> Figures:
    """Return the figures of each round."""
    figures: Figures = {}
    expected: dict[str, Any] = {}
    names = list(SIDES)
    for number in range(options.rounds):
        turn = number % len(names)
        for name in (*names[turn:], *names[:turn]):
            with started(SIDES[name], url) as (group, port):
                measured = measure_side(group, postmaster, port, expected, options)
            for path, figure in measured.items():
                figures.setdefault((name, path), []).append(figure)
                words = " ".join(f"{each:8.2f}" for each in figure)
                print(f"{number + 1} {name:54} {path:8} {words}", flush=True)
    return figures


def measure_side(
    group: int, postmaster: int, port: int, expected: dict[str, Any], options: Any
) -> dict[str, Figure]:
    """Return the figures of one server; all of them have to return the same data."""
    measured = {}
    for path in PATHS:
        data = json.loads(ask(port, path))
        if expected.setdefault(path, data) != data:
            raise RuntimeError(f"{path} returns other data: {data}")
        # Statements are compiled and connections opened, also on a busy machine.
        for _ in range(WARM):
            ask(port, path)
        load(port, path, WARM_SECONDS, options.connections)
        before = _count_times(group, postmaster)
        rate = load(port, path, options.seconds, options.connections)
        after = _count_times(group, postmaster)
        count = rate * options.seconds
        server, database, generator = (
            (end - start) / count * 1000
            for start, end in zip(before, after, strict=True)
        )
        measured[path] = rate, server, database, generator
    return measured


def _count_times(group: int, postmaster: int) -> tuple[float, float, float]:
    """Return the seconds of processors of a server, of PostgreSQL, and of wrk."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    generator = children.ru_utime + children.ru_stime
    return count_processor_time(group), _count_database_time(postmaster), generator


def _count_database_time(postmaster: int) -> float:
    """Return the seconds of all processes of PostgreSQL, also of those that ended."""
    own = _read_stat(Path(f"/proc/{postmaster}/stat"))
    ticks = sum(map(int, own[11:15]))
    for path in Path("/proc").glob("[0-9]*/stat"):
        fields = _read_stat(path)
        if fields and int(fields[1]) == postmaster:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _read_stat(path: Path) -> list[str]:
    try:
        return path.read_text().rpartition(")")[2].split()
    except OSError:
        return []


@contextmanager
def started(command: tuple[str, ...], url: str) -> Iterator[tuple[int, int]]:
    """Run a server until the end of the block; yield its group and port."""
    port = pick_port()
    log = ROOT / "var" / "bench-rest-server.log"
    log.parent.mkdir(exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            [part.format(port=port) for part in command],
            cwd=PEERS,
            env={**os.environ, "BENCH_URL": url, "PYTHONPATH": str(PEERS)},
            stdout=output,
            stderr=output,
            process_group=0,
        )
    try:
        deadline = time.monotonic() + 300
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command} did not start; see {log.name}.")
            time.sleep(0.1)
        yield process.pid, port
    finally:
        stop(process)


def _answers(port: int) -> bool:
    try:
        return bool(ask(port, "/flat"))
    except OSError:
        return False


def ask(port: int, path: str) -> bytes:
    """Return the body of a page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read()
    finally:
        connection.close()
    if response.status != 200:
        raise RuntimeError(f"{path} is {response.status}: {body[:500]!r}")
    return body


def load(port: int, path: str, seconds: int, connections: int) -> float:
    """Return the requests per second that wrk sees."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s"]
    done = subprocess.run(
        [*command, f"http://127.0.0.1:{port}{path}"],
        capture_output=True,
        text=True,
        check=True,
    )
    if bad := BAD.search(done.stdout):
        raise RuntimeError(f"{path} failed under load: {bad[0]}")
    found = RATE.search(done.stdout)
    return float(found[1]) if found else 0.0


def make_page(figures: Figures, options: Any, load_before: float) -> str:
    """Return the page with the tables."""
    about = describe()
    names = ("fastapi", "uvicorn", "sqlalchemy", "psycopg", "asyncpg", "django")
    versions = [
        f"{name} {importlib.metadata.version(name)}"
        for name in (*names, "djangorestframework", "gunicorn", "granian")
    ]
    lines = [
        "# REST: whole servers\n",
        f"Written by `bench/rest_server.py` on {about['date']}, Python "
        f"{about['python']},\n{about['cores']} cores, load {load_before} before,\n"
        f"{', '.join(versions)}.\n"
        f"A list of 20 articles of PostgreSQL as JSON, two workers each, "
        f"{options.connections} connections\nof wrk, {options.rounds} rounds in turns "
        "of which the medians are shown. The bodies are equal.\n"
        "Milliseconds of processors per request: of all processes of the server, of\n"
        "PostgreSQL, and of wrk; what else the machine does hardly changes them.\n"
        "All three share the cores: requests per second depend on the sum of the\n"
        "three times, so the faster a server is, the larger is the part of the\n"
        "database. Repeat it with `make bench-rest-server`.\n",
    ]
    for path, words in PATHS.items():
        best = {
            name: [
                statistics.median(each)
                for each in zip(*figures[name, path], strict=True)
            ]
            for name in SIDES
        }
        ours = best[next(iter(SIDES))]
        lines += [
            f"## {words}\n",
            "| | requests/s | server, ms | PostgreSQL, ms | wrk, ms | "
            "Carboy: rate, time of the server, of all three |",
            "|---|--:|--:|--:|--:|--:|",
        ]
        for name, (rate, *times) in best.items():
            ratio = (
                f"{ours[0] / rate:.1f}× / {times[0] / ours[1]:.1f}× / "
                f"{sum(times) / sum(ours[1:]):.1f}×"
            )
            ratio = "" if rate == ours[0] else ratio
            shown = " | ".join(f"{each:.2f}" for each in times)
            lines.append(f"| {name} | {rate:.0f} | {shown} | {ratio} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    main()
