"""Measures a whole site, assembled from extensions and on Carboy, in turn."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from results import ROOT, keep, load

PAGE = ROOT / "docs" / "benchmarks" / "site.md"
CASES = {"hello": "hello page, anonymous", "page": "logged in: session, user, 20 rows"}
BUDGET = 0.4
TEXT = """\
# A whole site

Thirteen usual extensions, compared with Carboy with every battery on (headers,
request ids, error pages, health, database, sessions in files, cache, tasks). Both keep
sessions in files and data in SQLite. In process, environ in, bytes out;
{about}

| | assembled Flask | Carboy | ratio |
|---|---|---|---|
{rows}

The extensions: Admin, Babel, Caching, Limiter, Login, Mail, Migrate, Principal,
RESTful, Session, SQLAlchemy, Talisman, WTF. Carboy has no rate limit, CSRF, mail, admin
or REST yet: those of the assembled side have no counterpart, so the first row
favours Carboy.

Repeat it with `bench/setup && cd bench && ../var/bench-venv/bin/python site.py`.
"""


def measure_here(side: str) -> dict[str, float]:
    """Measure one side in this process: start, and microseconds for each case."""
    began = time.perf_counter()
    from site_apps import SIDES

    app = SIDES[side]()
    figures = {"boot": time.perf_counter() - began}
    import logging

    logging.getLogger().setLevel(logging.WARNING)
    client = app.test_client()
    client.get("/in")
    cookie = "; ".join(
        f"{c.key}={c.value}"
        for c in client._cookies.values()  # noqa: SLF001 - to send it without the client's own work
    )
    figures["hello"] = time_path(app, "/", "")
    figures["page"] = time_path(app, "/page", cookie)
    return figures


def time_path(app: Any, path: str, cookie: str) -> float:
    """Return the microseconds of one request."""
    from werkzeug.test import EnvironBuilder

    environ = EnvironBuilder(path, headers={"Cookie": cookie} if cookie else {})
    base = environ.get_environ()
    status: list[str] = []

    def call() -> bytes:
        answer = app(dict(base), lambda line, headers, info=None: status.append(line))
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        return body

    body = call()
    if not status[0].startswith("200") or (cookie and b"name 19" not in body):
        raise RuntimeError(f"{path} answered {status[0]}: {body[:200]!r}")
    count, began = 0, time.process_time()
    while time.process_time() - began < BUDGET:
        for _ in range(20):
            call()
        count += 20
        del status[:]
    return (time.process_time() - began) / count * 1e6


def measure(side: str) -> dict[str, float]:
    """Measure one side in a separate process."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", __file__, "--side", side],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def main() -> None:
    """Measure both sides in turn, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    if options.side:
        print(json.dumps(measure_here(options.side)))
        return
    load_before = round(os.getloadavg()[0], 2)
    seen: dict[str, list[dict[str, float]]] = {"assembled": [], "carboy": []}
    for number in range(options.rounds):
        for side in sorted(seen, reverse=bool(number % 2)):
            seen[side].append(measure(side))
    middle = {
        side: {key: statistics.median(one[key] for one in rounds) for key in rounds[0]}
        for side, rounds in seen.items()
    }
    keep("site", {"rounds": options.rounds, "sides": middle}, load_before)
    write_page()
    print(PAGE.read_text("utf-8"))


def write_page() -> None:
    """Write the page from the stored result."""
    result = load("site")
    if result is None:
        return
    before, after = result["sides"]["assembled"], result["sides"]["carboy"]
    rows = [
        f"| {title} | {before[key]:.0f} µs | {after[key]:.1f} µs | "
        f"{before[key] / after[key]:.1f}× |"
        for key, title in CASES.items()
    ]
    ratio = before["boot"] / after["boot"]
    boot = f"{before['boot']:.2f} s | {after['boot']:.2f} s | {ratio:.1f}× |"
    rows.append(f"| start: import, install, create tables | {boot}")
    about = (
        f"medians of {result['rounds']} processes a side, in turn, on "
        f"{result['date']}, {result['cores']} cores, Python {result['python']}, "
        f"load before {result['load']}."
    )
    text = TEXT.format(about=about, rows="\n".join(rows))
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
