"""Measures servers under load: uploads, downloads, large JSON, waiting views.

Each server is started alone, with one worker, and gets all kinds of work in turn; the
order of the servers changes by round. `--write` only writes the page again.
"""

import argparse
import http.client
import json
import shutil
import statistics
import subprocess
import tempfile
from dataclasses import dataclass
from typing import Any

from contenders import BIN, Contender, granian, gunicorn, uvicorn
from results import ROOT, describe, keep, load as load_result
from servers import (
    BAD,
    BENCH,
    P99,
    RATE,
    UNITS,
    count_processor_time,
    pick_port,
    started,
)

PAGE = ROOT / "docs" / "benchmarks" / "edge.md"
BEGIN, END = "<!-- bench -->", "<!-- /bench -->"
UPLOAD = b"x" * 1_048_576
FLASK = "edge_flask:app"


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of request."""

    name: str
    title: str
    path: str
    connections: int = 32
    body: bytes = b""


WORKS = [
    Work("upload", "1 MB upload", "/upload", body=UPLOAD),
    Work("download", "1 MB download", "/download"),
    Work("items", "100 kB of JSON", "/items"),
    Work("nap", "a view that sleeps 50 ms, 100 connections", "/nap", 100),
]
ALL = tuple(work.name for work in WORKS)


def carboy(threads: int) -> tuple[str, ...]:
    """Return the command for this server, with all its protections on."""
    return (
        *(f"{BIN}/carboy", "serve", f"apps.{FLASK}", "--skip-checks"),
        *("--host", "127.0.0.1", "--port", "{port}", "--threads", str(threads)),
    )


CONTENDERS: list[tuple[Contender, tuple[str, ...]]] = [
    (Contender("carboy serve, 8 threads", "edge", carboy(8)), ALL),
    (Contender("carboy serve, 100 threads", "edge", carboy(100)), ("nap",)),
    (Contender("Flask, Granian WSGI", "edge", granian("wsgi", FLASK)), ALL),
    (Contender("Flask, gunicorn sync", "edge", gunicorn("sync", FLASK)), ALL),
    (
        Contender(
            "Flask, gunicorn gthread, 8 threads",
            "edge",
            gunicorn("gthread", FLASK, "--threads", "8"),
        ),
        ALL,
    ),
    (
        Contender(
            "Flask, gunicorn gthread, 100 threads",
            "edge",
            gunicorn("gthread", FLASK, "--threads", "100"),
        ),
        ("nap",),
    ),
    (Contender("Flask, gunicorn gevent", "edge", gunicorn("gevent", FLASK)), ALL),
    (Contender("FastAPI, uvicorn", "edge", uvicorn("edge_fastapi:app")), ALL),
]


def check(work: Work, port: int) -> None:
    """Fail unless the server gives the right answer to this kind of request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        method = "POST" if work.body else "GET"
        connection.request(method, work.path, body=work.body or None)
        response = connection.getresponse()
        body = response.read()
    finally:
        connection.close()
    right = {
        "upload": lambda: json.loads(body) == {"size": len(UPLOAD)},
        "download": lambda: body == UPLOAD,
        "items": lambda: len(json.loads(body)) == 1800 and 90_000 < len(body) < 130_000,
        "nap": lambda: json.loads(body) == {"message": "rested"},
    }
    if response.status != 200 or not right[work.name]():
        raise RuntimeError(f"{work.title}: wrong answer, status {response.status}")


def drive(work: Work, port: int, seconds: int) -> tuple[float, float]:
    """Load the server; return requests per second and the 99th percentile in ms."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise SystemExit("wrk is not installed. Run bench/setup to see how to get it.")
    options = ["-t1", f"-c{work.connections}", f"-d{seconds}s", "--timeout", "60s"]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        if work.body:
            script.write(
                'wrk.method = "POST"\n'
                f'wrk.body = string.rep("x", {len(work.body)})\n'
                'wrk.headers["Content-Type"] = "application/octet-stream"\n'
            )
            script.flush()
            options += ["-s", script.name]
        url = f"http://127.0.0.1:{port}{work.path}"
        done = subprocess.run(
            [wrk, *options, "--latency", url],
            capture_output=True,
            text=True,
            check=True,
        )
    bad = BAD.search(done.stdout)
    if bad:
        raise RuntimeError(f"{work.title}: {bad[0]}")
    value, unit = P99.search(done.stdout).groups()
    return float(RATE.search(done.stdout)[1]), float(value) * UNITS[unit]


def measure(options: Any, chosen: list[Any]) -> dict[tuple[str, str], list[Any]]:
    """Return the figures of each server and kind of work, one for each round."""
    seen: dict[tuple[str, str], list[Any]] = {}
    log = BENCH.parent / "var" / "bench-edge.log"
    log.parent.mkdir(exist_ok=True)
    for number in range(options.rounds):
        # Neighbours in time are compared, so each order comes equally often.
        turn = number % len(chosen)
        for contender, names in (*chosen[turn:], *chosen[:turn]):
            port = pick_port()
            with started(contender, port, log) as group:
                outcomes = _try_all(contender, names, port, group, options)
            for name, figures in outcomes.items():
                seen.setdefault((name, contender.name), []).append(figures)
    return seen


def _try_all(
    contender: Contender, names: tuple[str, ...], port: int, group: int, options: Any
) -> dict[str, Any]:
    """Return the figures of a server that runs, by kind of work."""
    outcomes = {}
    for work in WORKS:
        if work.name in names and work.name in options.work:
            figures = _try_one(contender, work, port, group, options)
            if figures is not None:
                outcomes[work.name] = figures
    return outcomes


def _try_one(
    contender: Contender, work: Work, port: int, group: int, options: Any
) -> Any:
    """Return the figures; report a server that fails under load, and return None."""
    try:
        check(work, port)
        drive(work, port, options.warm)
        # What was cut off at the end may still be in the queue of the server.
        check(work, port)
        before = count_processor_time(group)
        rate, p99 = drive(work, port, options.seconds)
        spent = max(count_processor_time(group) - before, 0.01)
        check(work, port)
    except (RuntimeError, OSError) as error:
        print(f"left out: {contender.name}, {error}", flush=True)
        return None
    per_cpu = rate * options.seconds / spent
    print(
        f"{contender.name:38} {work.name:9} {rate:8.0f}/s {per_cpu:8.0f}/cpu s "
        f"p99 {p99:.1f} ms",
        flush=True,
    )
    return rate, p99, per_cpu


def summarise(seen: dict[tuple[str, str], list[Any]]) -> list[dict[str, Any]]:
    """Return medians and extremes of all rounds, by kind of work."""
    table = []
    for (work, name), figures in seen.items():
        rates = sorted(rate for rate, _, _ in figures)
        table.append({
            "work": work,
            "name": name,
            "rate": round(statistics.median(rates)),
            "low": round(rates[0]),
            "high": round(rates[-1]),
            "p99": round(statistics.median(p99 for _, p99, _ in figures), 1),
            "per_cpu": round(statistics.median(each for _, _, each in figures)),
            "rounds": len(figures),
        })
    return table


def print_ratios(rows: list[dict[str, Any]]) -> None:
    """Print each median against the first contender's of the same kind of work."""
    first: dict[str, dict[str, Any]] = {}
    for row in rows:
        base = first.setdefault(row["work"], row)
        print(
            f"{row['name']:38} {row['work']:9} {row['rate'] / base['rate']:.2f} of the "
            f"rate, {row['per_cpu'] / base['per_cpu']:.2f} per processor second"
        )


def write_section() -> None:
    """Write the stored result between its markers on the server page."""
    result = load_result("edge")
    if result is None:
        return
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(
        f"{before}{BEGIN}\n\n{make_section(result)}\n{END}{after}", encoding="utf-8"
    )
    print(f"wrote {PAGE.relative_to(ROOT)}")


def make_section(result: dict[str, Any]) -> str:
    """Return the tables, the fastest first, with what they were measured on."""
    versions = ", ".join(f"{name} {each}" for name, each in result["versions"].items())
    parts = [
        f"{result['date']}, {result['system']}, {result['cores']} cores, Python "
        f"{result['python']}, {versions}, load {result['load']} before the start: one "
        f"worker each, `wrk` on the same machine, {result['seconds']} s after a "
        f"warm-up, median of {result['rounds']} rounds.\n"
    ]
    for work in WORKS:
        rows = [row for row in result["rows"] if row["work"] == work.name]
        if rows:
            parts.append(_make_table(work, rows))
    return "\n".join(parts)


def _make_table(work: Work, rows: list[dict[str, Any]]) -> str:
    lines = [
        f"| {row['name']} | {row['rate']:,} | {row['low']:,} - {row['high']:,} "
        f"| {row['p99']:,} | {row['per_cpu']:,} |"
        for row in sorted(rows, key=lambda row: -float(row["rate"]))
    ]
    head = (
        f"| {work.title} | requests/s | range | p99, ms | per processor second |\n"
        "|---|---:|---:|---:|---:|"
    )
    return f"{head}\n{chr(10).join(lines)}\n"


def main() -> None:
    """Measure all servers, store the result and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--warm", type=int, default=1)
    parser.add_argument("--only", nargs="*", help="parts of names; keeps nothing")
    parser.add_argument("--work", nargs="*", default=ALL, help="kinds; keeps nothing")
    parser.add_argument("--write", action="store_true", help="measure nothing")
    options = parser.parse_args()
    if not options.write:
        busy = describe()["load"]
        chosen = [
            pair
            for pair in CONTENDERS
            if not options.only or any(part in pair[0].name for part in options.only)
        ]
        rows = summarise(measure(options, chosen))
        if options.only or set(options.work) != set(ALL):
            print_ratios(rows)
            return
        setting = {"seconds": options.seconds, "rounds": options.rounds}
        keep("edge", {**setting, "rows": rows}, busy)
    write_section()


if __name__ == "__main__":
    main()
