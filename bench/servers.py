"""Measures whole servers with wrk, each alone, in an order that changes by round."""

import argparse
import http.client
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from contenders import CONTENDERS, Contender
from results import describe, keep

BENCH = Path(__file__).parent
RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
P99 = re.compile(r"99%\s+([\d.]+)(us|ms|s)")
BAD = re.compile(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)")
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


def pick_port() -> int:
    """Return a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def started(contender: Contender, port: int, log: Path) -> Iterator[int]:
    """Run the server of a contender until the end of the block; yields its group.

    In the session of this process: Linux shares processors between sessions before it
    shares them between threads, and would give the client as much as the whole server.
    """
    command = [part.format(port=port) for part in contender.command]
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=BENCH, stdout=output, stderr=output, process_group=0
        )
    try:
        wait_until_right(contender, port, process)
        yield process.pid
    finally:
        stop(process)


def wait_until_right(contender: Contender, port: int, process: Any) -> None:
    """Return when the server gives the right answer; fail when it cannot."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if ask(contender, port):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{contender.name} did not start: {contender.command}")


def ask(contender: Contender, port: int) -> bool:
    """Return whether the server answers with the JSON that all answer with."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", contender.path)
        response = connection.getresponse()
        body = response.read().replace(b" ", b"").strip()
        kind = response.headers.get("Content-Type", "")
        right = b'{"message":"Hello,World!"}'
        return response.status == 200 and body == right and "json" in kind
    finally:
        connection.close()


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Stop the server and its children."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
            process.wait(timeout=5)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def count_processor_time(group: int) -> float:
    """Return the seconds of CPU time of all processes of a group."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def load(contender: Contender, port: int, seconds: int, connections: int) -> Any:
    """Return requests per second and the 99th percentile in milliseconds."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise RuntimeError(
            "wrk is not installed. Run bench/setup to see how to get it."
        )
    url = f"http://127.0.0.1:{port}{contender.path}"
    options = ["-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    done = subprocess.run(
        [wrk, *options, url], capture_output=True, text=True, check=True
    )
    bad = BAD.search(done.stdout)
    if bad:
        raise RuntimeError(f"{contender.name} failed under load: {bad[0]}")
    value, unit = P99.search(done.stdout).groups()
    return float(RATE.search(done.stdout)[1]), float(value) * UNITS[unit]


def measure(options: Any, chosen: list[Contender]) -> dict[str, list[Any]]:
    """Return the figures of each contender, one for each round."""
    seen: dict[str, list[Any]] = {}
    log = BENCH.parent / "var" / "bench-servers.log"
    log.parent.mkdir(exist_ok=True)
    for number in range(options.rounds):
        turn = number * len(chosen) // options.rounds
        for contender in (*chosen[turn:], *chosen[:turn]):
            key = f"{contender.group}|{contender.name}"
            port = pick_port()
            measured = try_one(contender, port, log, options)
            if measured is not None:
                seen.setdefault(key, []).append(measured)
                rate, p99, per_cpu = measured
                text = f"{rate:9.0f}/s {per_cpu:9.0f}/cpu s p99 {p99:.2f} ms"
                print(f"{number + 1} {contender.name:26} {text}", flush=True)
    return seen


def try_one(contender: Contender, port: int, log: Path, options: Any) -> Any:
    """Return the figures of a contender; report one that cannot run, return None."""
    try:
        with started(contender, port, log) as group:
            load(contender, port, options.warm, options.connections)
            before = count_processor_time(group)
            rate, p99 = load(contender, port, options.seconds, options.connections)
            spent = count_processor_time(group) - before
            return rate, p99, rate * options.seconds / spent
    except RuntimeError as error:
        print(f"left out: {error}", flush=True)
        return None


def summarise(contender: Contender, figures: list[Any]) -> dict[str, Any]:
    """Return the medians and the extremes of all rounds."""
    rates = sorted(rate for rate, _, _ in figures)
    return {
        "name": contender.name,
        "group": contender.group,
        "rate": round(statistics.median(rates)),
        "low": round(rates[0]),
        "high": round(rates[-1]),
        "p99": round(statistics.median(p99 for _, p99, _ in figures), 2),
        "per_cpu": round(statistics.median(each for _, _, each in figures)),
        "rounds": len(figures),
    }


def main() -> None:
    """Measure all contenders and store the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--warm", type=int, default=1)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--only", nargs="*", help="parts of names")
    options = parser.parse_args()
    chosen = [
        each
        for each in CONTENDERS
        if not options.only or any(part in each.name for part in options.only)
    ]
    busy = describe()["load"]
    seen = measure(options, chosen)
    table = [
        summarise(each, seen[f"{each.group}|{each.name}"])
        for each in chosen
        if f"{each.group}|{each.name}" in seen
    ]
    if not options.only:
        setting = {"connections": options.connections, "seconds": options.seconds}
        keep(
            "servers", {**setting, "rounds": options.rounds, "contenders": table}, busy
        )


if __name__ == "__main__":
    main()
