#!/usr/bin/env python3
"""Compare the memory of a worker of `carboy serve` with one of plain Granian.

Run it as `python bench/memory.py`; it writes docs/benchmarks/memory.md. The app is the
site of Flask's tutorial. `bench/memory.py module:app` measures another app of the
folder, and writes nothing.
"""
# ruff: noqa: E402 - scripts/ has to be on the path first

import argparse
import concurrent.futures
import contextlib
import http.client
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "scripts")]

from results import describe, keep, load

from lib.apps import TARGETS, fetch_sdist, find_port

PAGE = ROOT / "docs" / "benchmarks" / "memory.md"
TUTORIAL = "flaskr_site:app"
SIDES = ("carboy serve", "Granian")
SIZES = ("Rss", "Pss", "all processes")
MOMENTS = ("one request", "load")
DEADLINE = 60.0
CLIENTS = 8
# Of each client: pages with a query and without, files, and pages that are not there.
REQUESTS = 500
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

Sizes = dict[str, int]


def read_options() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", nargs="?", default=TUTORIAL, help="module:app")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--no-record", action="store_true", help="write nothing")
    return parser.parse_args()


def main() -> None:
    """Measure both sides in turns, print each round and write the page."""
    options = read_options()
    load_before = round(os.getloadavg()[0], 2)
    rounds = []
    for number in range(options.rounds):
        sides = SIDES if number % 2 == 0 else SIDES[::-1]
        measured = {side: measure(side, options.target) for side in sides}
        rounds.append(measured)
        for moment in MOMENTS:
            sys.stdout.write(f"round {number + 1}, {write_round(measured, moment)}\n")
            sys.stdout.flush()
    if options.target == TUTORIAL and not options.no_record:
        keep("memory", {"rounds": rounds}, load_before)
        PAGE.write_text(write_page())


def measure(side: str, target: str) -> dict[str, Sizes]:
    """Return the sizes of the only worker after one request and after the load."""
    with serve(side, target) as (server, port):
        wait_until_it_answers(port)
        sizes = {MOMENTS[0]: read_worker(server)}
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            for done in [
                pool.submit(visit, port, number, target) for number in range(CLIENTS)
            ]:
                done.result(DEADLINE * 5)
        return {**sizes, MOMENTS[1]: read_worker(server)}


@contextlib.contextmanager
def serve(side: str, target: str) -> Iterator[tuple[int, int]]:
    """Serve a target as its documentation says, with one worker; yield pid and port."""
    programs = Path(sys.executable).parent
    port = find_port()
    command = [str(programs / "granian"), "--interface", "wsgi", "--port", str(port)]
    if side == SIDES[0]:
        command = [str(programs / "carboy"), "serve", "--bind", f"127.0.0.1:{port}"]
    source = fetch_sdist("flask==3.1.3") / "examples" / "tutorial"
    with tempfile.TemporaryDirectory() as folder:
        places = [str(TARGETS), str(source), str(Path.cwd())]
        server = subprocess.Popen(
            [*command, "--workers", "1", target],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": ":".join(places), "STATE": folder},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield server.pid, port
        finally:
            server.terminate()
            server.wait(DEADLINE)


def wait_until_it_answers(port: int) -> None:
    """Send requests until one is answered."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with contextlib.suppress(OSError, http.client.HTTPException):
            client.request("GET", "/")
            client.getresponse().read()
            return
        time.sleep(0.1)
    raise SystemExit(f"The server at port {port} did not answer.")


def visit(port: int, number: int, target: str) -> None:
    """Send the requests of one client over one connection."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
    paths = ["/"]
    if target == TUTORIAL:
        account = urlencode({"username": f"client {number}", "password": "secret"})
        _send(client, "POST", "/auth/register", account)
        cookie = _send(client, "POST", "/auth/login", account)
        post = urlencode({"title": "First", "body": "word " * 200})
        _send(client, "POST", "/create", post, cookie)
        paths = ["/", "/auth/login", "/static/style.css", "/nowhere"]
    for place in range(REQUESTS):
        _send(client, "GET", paths[place % len(paths)])
    client.close()


def _send(
    client: http.client.HTTPConnection,
    method: str,
    path: str,
    body: str | None = None,
    cookie: str = "",
) -> str:
    head = {**(FORM if body else {}), **({"Cookie": cookie} if cookie else {})}
    client.request(method, path, body, head)
    reply = client.getresponse()
    reply.read()
    if reply.status >= 500:
        raise SystemExit(f"{method} {path} was answered with {reply.status}.")
    return (reply.getheader("Set-Cookie") or "").partition(";")[0]


def read_worker(server: int) -> Sizes:
    """Return the sizes in kilobytes of the largest child of a server, and of all."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text()
    sizes = []
    for pid in [server, *map(int, children.split())]:
        # Helpers of the standard library end meanwhile.
        with contextlib.suppress(OSError):
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
            found = re.findall(r"^(Rss|Pss): +(\d+)", text, re.MULTILINE)
            sizes.append({name: int(size) for name, size in found})
    worker = max(sizes[1:], key=lambda size: size["Rss"])
    return {**worker, SIZES[2]: sum(size["Pss"] for size in sizes)}


def write_round(measured: dict[str, dict[str, Sizes]], moment: str) -> str:
    """Return one line about one round."""
    parts = []
    for size in SIZES:
        ours, plain = (measured[side][moment][size] / 1024 for side in SIDES)
        parts.append(f"{size} {ours:.1f} MB, Granian {plain:.1f}: {ours - plain:+.1f}")
    return f"after {moment}: {'; '.join(parts)}"


def write_page() -> str:
    """Return the text of the page from the kept result."""
    result = load("memory") or {**describe(), "rounds": []}
    rounds = result["rounds"]
    versions = ", ".join(f"{name} {text}" for name, text in result["versions"].items())
    return _PAGE.format(
        date=result["date"],
        python=result["python"],
        versions=versions,
        rounds=len(rounds),
        clients=CLIENTS,
        requests=CLIENTS * REQUESTS,
        rows="\n".join(
            write_row(rounds, moment, size) for moment in MOMENTS for size in SIZES
        ),
    )


def write_row(rounds: list[dict[str, dict[str, Sizes]]], moment: str, size: str) -> str:
    """Return one line of the table."""
    pairs = [[each[side][moment][size] / 1024 for side in SIDES] for each in rounds]
    ours, plain = (statistics.median(side) for side in zip(*pairs, strict=True))
    more = [ours - plain for ours, plain in pairs]
    label = size.upper() if size in {"Rss", "Pss"} else size
    spread = f"{statistics.median(more):+.1f} | {min(more):+.1f} to {max(more):+.1f}"
    return f"| {moment} | {label} | {ours:.1f} | {plain:.1f} | {spread} |"


_PAGE = """# Memory of a worker

Written by `bench/memory.py` on {date}, Python {python}, {versions}.

`carboy serve` and `granian --interface wsgi` serve the site of Flask's tutorial in
turns, with one worker and their own defaults. The table has the median of {rounds}
rounds of the worker's memory in megabytes: after one request, and after {requests}
requests of {clients} clients (pages with a query, forms, logins, static files, pages
that are not there). PSS counts memory that several processes share in parts, and
`all processes` is the sum of it over the supervisor and its children.

| after | measured as | carboy serve | Granian | more | of all rounds |
|---|---|--:|--:|--:|--:|
{rows}
"""


if __name__ == "__main__":
    main()
