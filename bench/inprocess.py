"""Measures requests in process, Flask and the engine in turn: environ in, bytes out."""

import argparse
import gc
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask
from cases import Case, list_cases, make_app, make_call
from results import describe, keep

import carboy.engine

SIDES = ("flask", "engine")


def make_side(side: str) -> type[flask.Flask]:
    """Return the app class of a side."""
    if side == "flask":
        return flask.Flask
    return type("Flask", (carboy.engine.Engine, flask.Flask), {})


def measure(calls: dict[str, Callable[[], bytes]], rounds: int, budget: float) -> Any:
    """Return the microseconds per request of each side, one figure for each round."""
    counts = {side: calibrate(call, budget) for side, call in calls.items()}
    seen: dict[str, list[float]] = {side: [] for side in calls}
    for number in range(rounds):
        for side in (*SIDES[::-1],) if number % 2 else SIDES:
            gc.collect()
            seen[side].append(time_calls(calls[side], counts[side]))
    return seen


def calibrate(call: Callable[[], bytes], budget: float) -> int:
    """Return how many calls take about the budget of seconds; warms up on the way."""
    for _ in range(20):
        call()
    each = time_calls(call, 30) / 1e6
    return max(5, int(budget / each))


def time_calls(call: Callable[[], bytes], count: int) -> float:
    """Return the microseconds of CPU time of one call."""
    began = time.process_time()
    for _ in range(count):
        call()
    return (time.process_time() - began) / count * 1e6


def run_case(case: Case, folder: Path, rounds: int, budget: float) -> dict[str, Any]:
    """Return the figures of one case; both sides must answer the same bytes."""
    calls = {
        side: make_call(make_app(make_side(side), folder, case.routes), case)
        for side in SIDES
    }
    bodies = {side: call() for side, call in calls.items()}
    if bodies["flask"] != bodies["engine"]:
        raise RuntimeError(f"{case.name} has two answers: {bodies!r}")
    seen = measure(calls, rounds, budget)
    pairs = zip(seen["flask"], seen["engine"], strict=True)
    result: dict[str, Any] = {"title": case.title, "target": case.target}
    for side in SIDES:
        result[side] = summarise(seen[side])
    result["ratio"] = round(statistics.median(a / b for a, b in pairs), 2)
    return result


def summarise(values: list[float]) -> dict[str, float]:
    """Return the median and the middle half."""
    low, middle, high = statistics.quantiles(values, n=4)
    return {"median": round(middle, 2), "low": round(low, 2), "high": round(high, 2)}


def measure_harness() -> float:
    """Return the microseconds that the measurement adds to each figure."""

    def answer(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return [b""]

    with tempfile.TemporaryDirectory() as name:
        call = make_call(answer, list_cases(Path(name))[0])
    return min(time_calls(call, 20_000) for _ in range(5))


def measure_memory(side: str) -> float:
    """Return the megabytes of a process that has served some requests of each case."""
    command = [sys.executable, __file__, "--memory-of", side]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout)


def serve_and_weigh(side: str) -> float:
    """Serve requests in this process and return its private memory in megabytes."""
    if side == "engine":
        carboy.engine.install()
    with tempfile.TemporaryDirectory() as name:
        folder = make_folder(Path(name))
        small = [case for case in list_cases(folder) if case.name != "upload"]
        for case in small:
            call = make_call(make_app(flask.Flask, folder, case.routes), case)
            time_calls(call, 200)
    gc.collect()
    rows = Path("/proc/self/smaps_rollup").read_text().splitlines()
    private = [int(row.split()[1]) for row in rows if row.startswith("Private_")]
    return sum(private) / 1024


def make_folder(folder: Path) -> Path:
    """Create a static file."""
    (folder / "static").mkdir()
    (folder / "static" / "page.css").write_text("p { color: red }\n" * 241)
    return folder


def run_cases(options: argparse.Namespace) -> dict[str, Any]:
    """Return the figures of the chosen cases, and print them as they come."""
    cases = {}
    with tempfile.TemporaryDirectory() as name:
        folder = make_folder(Path(name))
        for case in list_cases(folder):
            if options.only and case.name not in options.only:
                continue
            measured = run_case(case, folder, options.rounds, options.budget)
            cases[case.name] = measured
            flask_median, median = (
                measured["flask"]["median"],
                measured["engine"]["median"],
            )
            print(
                f"{case.title:36} flask {flask_median:8.2f} µs   "
                f"engine {median:8.2f} µs   {measured['ratio']:5.2f}×",
                flush=True,
            )
    return cases


def main() -> None:
    """Measure all cases, print and store the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--budget", type=float, default=0.06, help="seconds in a round")
    parser.add_argument("--only", nargs="*", help="names of cases")
    parser.add_argument("--memory-of", choices=SIDES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.memory_of:
        print(serve_and_weigh(options.memory_of))
        return
    load = describe()["load"]
    cases = run_cases(options)
    if options.only:
        return
    weights = {side: [measure_memory(side) for _ in range(3)] for side in SIDES}
    memory = {side: round(statistics.median(weights[side]), 1) for side in SIDES}
    print(f"memory of a worker, MB: {memory}")
    result = {"rounds": options.rounds, "harness": round(measure_harness(), 2)}
    keep("inprocess", {**result, "cases": cases, "memory": memory}, load)


if __name__ == "__main__":
    main()
