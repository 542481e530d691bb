#!/usr/bin/env python
"""Measures tasks: throughput, pickup, enqueueing, full tables, watchers, memory.

Run it as `python bench/tasks.py [PART ...]`; it prints the tables of
docs/benchmarks/tasks.md. Procrastinate and Oban are measured if BENCH_PEERS names the
Python of an environment that has them.
"""
# ruff: noqa: E402 - scripts/ has to be on the path first

import asyncio
import contextlib
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / part) for part in ("scripts", "bench", "bench/apps")]

from task_contenders import (
    Command,
    Figures,
    list_ticks,
    make_contenders,
    measure_pages,
    measure_round,
    run_enqueue,
    running,
)

from lib.services import find_free_port, list_tree

RUNS = int(os.environ.get("BENCH_RUNS", "3000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
FINISHED = int(os.environ.get("BENCH_FINISHED", "10000000"))
WAITING = int(os.environ.get("BENCH_WAITING", "1000000"))
WATCHERS = int(os.environ.get("BENCH_WATCHERS", "1000"))
WORKERS = 2


def measure_throughput(rounds: int) -> None:
    """Alternate between all contenders, and compare the medians of their rounds."""
    with contextlib.ExitStack() as stack:
        contenders = make_contenders(stack)
        figures: dict[str, list[Figures]] = {each.name: [] for each in contenders}
        for number in range(rounds):
            order = contenders if number % 2 == 0 else contenders[::-1]
            for each in order:
                figures[each.name].append(measure_round(each, RUNS, WORKERS))
                print(f"  {each.name}: {figures[each.name][-1]}", file=sys.stderr)
    print(
        "| queue | no-op runs/s | against plain Celery | processor for a run "
        "| pickup p50 | pickup p99 | idle processor |\n|---|--:|--:|--:|--:|--:|--:|"
    )
    plain = figures[contenders[0].name]
    for name, rows in figures.items():
        # Neighbours in time, because other work on the machine changes.
        ratio = median(a.rate / b.rate for a, b in zip(rows, plain, strict=True))
        print(
            f"| {name} | {median(row.rate for row in rows):.0f} | {ratio:.2f} "
            f"| {median(row.cpu_ms for row in rows):.2f} ms "
            f"| {median(row.p50_ms for row in rows):.1f} ms "
            f"| {median(row.p99_ms for row in rows):.1f} ms "
            f"| {median(row.idle for row in rows):.1f} % |",
            flush=True,
        )


def measure_full(rounds: int) -> None:
    """Compare empty tables with full ones, and time the pages of the console."""
    print(
        f"\n| tables with {FINISHED:,} finished and {WAITING:,} waiting runs "
        "| runs/s of the empty ones | slowest page of the console |\n|---|--:|--:|"
    )
    with contextlib.ExitStack() as stack:
        empty = {each.name: each for each in make_contenders(stack)}
        full = make_contenders(stack, finished=FINISHED, waiting=WAITING)
        for each in full:
            ratios = []
            for _ in range(rounds):
                base = measure_round(empty[each.name], RUNS, WORKERS).rate
                ratios.append(measure_round(each, RUNS, WORKERS).rate / base)
            page, took = measure_pages(each)
            print(f"| {each.name} | {median(ratios):.2f} | {page}: {took:.0f} ms |")


def measure_enqueue() -> None:
    """Measure what `delay()` adds to a request, until row and message are on disk."""
    with contextlib.ExitStack() as stack:
        for each in make_contenders(stack):
            if each.kind == "carboy":
                print(f"Enqueue in a request, {each.name}: {run_enqueue(each)}")


def measure_idle() -> None:
    """Measure the memory and CPU of an idle web worker and an idle task worker."""
    os.environ |= {
        "BENCH_FOLDER": tempfile.mkdtemp(prefix="carboy-bench-"),
        "BENCH_BROKER": "",
    }
    port = str(find_free_port())
    serve: Command = [sys.executable, "-m", "carboy", "serve", "tasks_site:create_app"]
    work: Command = [sys.executable, "-m", "tasks_site", "worker", "-c", "2"]
    with running([*serve, "-p", port]) as web, running(work) as worker:
        time.sleep(8)
        before = list_ticks(worker.pid)
        time.sleep(20)
        busy = (list_ticks(worker.pid) - before) / 20
        print("\n| idle | processes | RSS |\n|---|--:|--:|")
        for name, process in (("web, 1 worker", web), ("task worker -c 2", worker)):
            pids = [process.pid, *list_tree(process.pid)]
            total = sum(_rss_mb(pid) for pid in set(pids))
            print(f"| {name} | {len(set(pids))} | {total:.0f} MB |")
        print(f"\nProcessor of the idle task worker, all its processes: {busy:.1f} %")


def _rss_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure_watchers() -> None:
    """Measure event streams on one worker, each for a run of its own."""
    folder = tempfile.mkdtemp(prefix="carboy-bench-")
    os.environ |= {"BENCH_FOLDER": folder, "BENCH_BROKER": ""}
    import tasks_site  # it reads the folder when it is imported

    tasks_site.FOLDER = Path(folder)
    app = tasks_site.create_app()
    with app.app_context():
        ids = [tasks_site.noop.delay().id for _ in range(WATCHERS)]
    site = app.extensions["tasks"]
    port = find_free_port()
    serve: Command = [sys.executable, "-m", "carboy", "serve", "tasks_site:create_app"]
    with running([*serve, "-p", str(port)]):
        pings, delays = asyncio.run(_watch(port, ids, site))
    pings.sort()
    delays.sort()
    print(
        f"\n{len(ids)} watchers, 1 worker: /ping p50 {pings[len(pings) // 2]:.1f} ms, "
        f"p99 {pings[int(len(pings) * 0.99)]:.1f} ms; {len(delays)} changes seen, "
        f"p50 {delays[len(delays) // 2]:.2f} s, worst {delays[-1]:.2f} s"
    )


async def _watch(
    port: int, ids: list[str], site: Any
) -> tuple[list[float], list[float]]:
    await asyncio.sleep(4)
    options: dict[str, float] = {}
    seen: list[float] = []
    watchers = [
        asyncio.create_task(_one(port, run_id, n, options, seen))
        for n, run_id in enumerate(ids)
    ]
    await asyncio.sleep(6)
    pings = []
    for number in range(200):
        if number % 2 == 0:
            run_id = ids[number]
            options[run_id] = time.monotonic()
            set_progress = site.live.set_progress
            await asyncio.to_thread(set_progress, run_id, 50, 100, "half")
        pings += [await _ping(port)]
        await asyncio.sleep(0.04)
    await asyncio.sleep(2)
    for each in watchers:
        each.cancel()
    await asyncio.gather(*watchers, return_exceptions=True)
    return pings, seen


async def _ping(port: int) -> float:
    began = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = "GET /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    writer.write(head.encode())
    await reader.read()
    writer.close()
    return (time.monotonic() - began) * 1000


async def _one(
    port: int, run_id: str, number: int, options: dict[str, float], seen: list[float]
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = (
        f"GET /-/progress/{run_id}/events HTTP/1.1\r\nHost: localhost\r\n"
        f"X-User: user-{number}\r\n\r\n"
    )
    writer.write(head.encode())
    async for line in reader:
        began = options.pop(run_id, None) if b'"percent":50' in line else None
        seen += [] if began is None else [time.monotonic() - began]


PARTS = {
    "throughput": lambda: measure_throughput(ROUNDS),
    "enqueue": measure_enqueue,
    "idle": measure_idle,
    "full": lambda: measure_full(ROUNDS),
    "watchers": measure_watchers,
}


def main() -> None:
    """Measure the parts that are named, or all."""
    for name in sys.argv[1:] or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main()
