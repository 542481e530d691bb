#!/usr/bin/env python
"""Measures tasks: throughput, enqueueing, watchers, memory.

Run it as `python bench/tasks.py`; it prints the tables of docs/benchmarks/tasks.md.
"""
# ruff: noqa: E402 - scripts/ has to be on the path first

import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "bench/apps")]

from lib.services import find_free_port, list_tree, make_server, wait_until

RUNS = int(os.environ.get("BENCH_RUNS", "3000"))
WATCHERS = int(os.environ.get("BENCH_WATCHERS", "1000"))
Command = list[str | Path]


@contextlib.contextmanager
def running(command: Command, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process with its children until the context ends."""
    paths = f"{ROOT / 'src'}:{ROOT / 'bench/apps'}:{ROOT / 'scripts'}"
    environment = os.environ | {"PYTHONPATH": paths} | more
    log = Path(os.environ["BENCH_FOLDER"]) / "log"
    with log.open("ab") as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
    try:
        yield process
    finally:
        for pid in [*list_tree(process.pid), process.pid]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)
        process.wait()


def measure_throughput(redis_url: str) -> None:
    """Run no-op tasks on two pool processes, all enqueued before the worker starts."""
    print("| broker | no-op tasks/s | against plain Celery |\n|---|--:|--:|")
    plain = _throughput("plain", redis_url, redis_url)
    print(f"| plain Celery on Redis, results in Redis | {plain:.0f} | 1.00 |")
    for name, broker in (("Redis", redis_url), ("SQLite", "")):
        rate = _throughput("noop", redis_url, broker)
        print(f"| Carboy on {name}, row kept | {rate:.0f} | {rate / plain:.2f} |")


def _throughput(kind: str, redis_url: str, broker: str) -> float:
    folder = tempfile.mkdtemp(prefix="carboy-bench-")
    options = {"BENCH_FOLDER": folder, "BENCH_REDIS": redis_url, "BENCH_BROKER": broker}
    os.environ |= options
    task = "plain_noop" if kind == "plain" else "noop"
    fill = (
        "import tasks_site as s\n"
        "with s.create_app().app_context():\n"
        f"  for _ in range({RUNS}): s.{task}.delay()"
    )
    with running([sys.executable, "-c", fill]) as filler:
        filler.wait()
    command: Command = [sys.executable, "-m", "tasks_site", "worker", "--alone"]
    if kind == "plain":
        binary = Path(sys.executable).parent / "celery"
        command = [binary, "-A", "tasks_site.plain", "worker", "-l", "WARNING"]
    else:
        command += ["-l", "WARNING"]
    ends = Path(folder) / "ends"
    with running([*command, "-c", "2"]):
        wait_until(lambda: _size(ends) > RUNS // 10, 60)
        first, began = _size(ends), time.monotonic()
        wait_until(lambda: _size(ends) >= RUNS, 120)
        return (_size(ends) - first) / (time.monotonic() - began)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def measure_enqueue() -> None:
    """Measure what `delay()` adds to a request, until row and message are on disk."""
    os.environ |= {
        "BENCH_FOLDER": tempfile.mkdtemp(prefix="carboy-bench-"),
        "BENCH_BROKER": "",
    }
    code = """
import statistics, time, tasks_site as s
app = s.create_app()
def view():
    began = time.perf_counter(); s.noop.delay(); return str(time.perf_counter() - began)
app.add_url_rule("/go", view_func=view)
client = app.test_client()
for _ in range(50): client.get("/go")
times = sorted(float(client.get("/go").text) * 1000 for _ in range(1000))
print(f"{times[500]:.2f} ms median, {times[990]:.2f} ms p99")
"""
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'bench/apps'}"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, check=True
    )
    print(f"\nEnqueue in a request, SQLite: {done.stdout.decode().strip()}")


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
        before = _ticks(worker.pid)
        time.sleep(20)
        busy = (_ticks(worker.pid) - before) / 20
        print("\n| idle | processes | RSS |\n|---|--:|--:|")
        for name, process in (("web, 1 worker", web), ("task worker -c 2", worker)):
            pids = [process.pid, *list_tree(process.pid)]
            total = sum(_rss_mb(pid) for pid in set(pids))
            print(f"| {name} | {len(set(pids))} | {total:.0f} MB |")
        print(f"\nProcessor of the idle task worker, all its processes: {busy:.1f} %")


def _rss_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _ticks(pid: int) -> float:
    total = 0
    for each in {pid, *list_tree(pid)}:
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total


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


def main() -> None:
    """Measure everything, one after the other."""
    server = make_server("redis", durable=False)
    server.start()
    try:
        measure_throughput(server.url)
    finally:
        server.close()
    measure_enqueue()
    measure_idle()
    measure_watchers()


if __name__ == "__main__":
    main()
