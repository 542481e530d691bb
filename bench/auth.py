#!/usr/bin/env python
"""Measures pages that know who is there, and whether time tells who has an account.

Run it as `python bench/auth.py`; it writes docs/benchmarks/auth.md.
"""
# ruff: noqa: E402 - scripts/ has to be on the path first

import argparse
import datetime
import importlib.metadata
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from auth_apps import make_assembled, make_carboy

PAGE = ROOT / "docs" / "benchmarks" / "auth.md"
ROUNDS, BATCH, SAMPLES = 15, 60, 2000
KNOWN, UNKNOWN = "ada@example.com", "eva@example.com"
FORMS: dict[str, Callable[[str], dict[str, str]]] = {
    "/account/login": lambda email: {"login": email, "password": "wrong"},
    "/account/forgot": lambda email: {"email": email},
    "/account/register": lambda email: {"email": email},
    "/account/code/request": lambda email: {"email": email},
}


def ask(app: Any, environ: dict[str, Any]) -> tuple[str, bytes]:
    """Send one request through the app as a server would."""
    statuses: list[str] = []
    answer = app(dict(environ), lambda status, *_: statuses.append(status))
    body = b"".join(answer)
    close = getattr(answer, "close", None)
    if close is not None:
        close()
    return statuses[0], body


def make_environ(app: Any, path: str, *, logged_in: bool) -> dict[str, Any]:
    """Return the environ of a client."""
    from werkzeug.test import EnvironBuilder

    headers = {"Sec-Fetch-Site": "same-origin"}
    if logged_in:
        client = app.test_client()
        client.get("/in")
        jar = client._cookies.values()  # noqa: SLF001 - to send it without a client
        headers["Cookie"] = "; ".join(f"{c.key}={c.value}" for c in jar)
    return EnvironBuilder(path, headers=headers).get_environ()


def measure_pages(sides: dict[str, tuple[Any, str, bool]]) -> dict[str, float]:
    """Return microseconds of processor time per request: the best of all rounds.

    The sides take turns in each round, so that other load on the machine affects all.
    """
    environs = {}
    for name, (app, path, logged_in) in sides.items():
        environ = make_environ(app, path, logged_in=logged_in)
        status, body = ask(app, environ)
        if status != "200 OK" or (logged_in and b"Ada" not in body):
            raise SystemExit(f"{name} answered {status}: {body[:200]!r}")
        environs[name] = environ
    best = dict.fromkeys(sides, float("inf"))
    for number in range(ROUNDS):
        names = list(sides) if number % 2 else list(reversed(sides))
        for name in names:
            app, environ = sides[name][0], environs[name]
            began = time.process_time()
            for _ in range(BATCH):
                ask(app, environ)
            spent = (time.process_time() - began) / BATCH * 1e6
            best[name] = min(best[name], spent)
    return best


def measure_times(app: Any, path: str, count: int) -> dict[str, list[float]]:
    """Return microseconds of `count` requests for a known and an unknown address.

    Their order is random, so that nothing that grows or wanes favours one of them.
    """
    client = app.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    make_form = FORMS[path]
    order = [KNOWN, UNKNOWN] * (count // 2)
    random.Random(7).shuffle(order)  # noqa: S311 - the same order each time
    for email in (KNOWN, UNKNOWN) * 10:
        client.post(path, data=make_form(email))
    seen: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
    for email in order:
        form = make_form(email)
        began = time.process_time()
        client.post(path, data=form)
        seen[email].append((time.process_time() - began) * 1e6)
    return seen


def compare(seen: dict[str, list[float]]) -> tuple[float, float, float]:
    """Return both medians, and what medians of the same address differ by.

    The noise: the 95th percentile of that difference for random halves of one side.
    """
    chance = random.Random(7)  # noqa: S311 - the same halves each time
    differences = []
    for _ in range(200):
        mixed = [*seen[KNOWN], *seen[UNKNOWN]]
        chance.shuffle(mixed)
        half = len(mixed) // 2
        first, second = statistics.median(mixed[:half]), statistics.median(mixed[half:])
        differences.append(abs(first - second))
    noise = sorted(differences)[189]
    return statistics.median(seen[KNOWN]), statistics.median(seen[UNKNOWN]), noise


def write_page(pages: dict[str, float], times: Iterable[str]) -> str:
    """Write the page."""
    names = ("flask", "flask-login", "flask-session", "flask-sqlalchemy", "sqlalchemy")
    versions = ", ".join(f"{n} {importlib.metadata.version(n)}" for n in names)
    today = datetime.datetime.now(datetime.UTC).date()
    ratio = pages["assembled"] / pages["carboy"]
    timing = "\n".join(times)
    return f"""# Accounts

Written by `bench/auth.py` on {today}, Python {platform.python_version()},
{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {versions}.

## A page that knows who is there

A session in files, its user, one query of 20 rows, a template. Microseconds of
processor time for one request in process, the best of {ROUNDS} rounds of {BATCH}, in
turns.

| | µs | |
|---|--:|--:|
| Flask, Flask-Login, Flask-Session, Flask-SQLAlchemy | {pages["assembled"]:.0f} | |
| Carboy with db, sessions, auth, forms, mail | {pages["carboy"]:.0f} | {ratio:.1f}× |

## A page that does not ask

`hello`, for a visitor without cookies, with every battery that has something to do
with requests: **{pages["hello"]:.1f} µs** ({pages["plain"]:.1f} µs on plain Flask in
the same run).

## Time tells nobody who has an account

{SAMPLES:,} requests for each page, half of them about an account that exists, in
random order, with argon2id of 19 MiB and two rounds. The noise is what two medians
differ by if the same requests are dealt to both sides at random, at most, 95 times
of 100.

| page | known | unknown | difference | noise |
|---|--:|--:|--:|--:|
{timing}

Where the difference is above the noise, it is the work to load the person from the
database: under two percent and a tenth of a millisecond.
"""


def main() -> None:
    """Measure everything, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=SAMPLES)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        full = make_carboy(root)
        sides = {
            "assembled": (make_assembled(root), "/page", True),
            "carboy": (full, "/page", True),
            "hello": (full, "/", False),
            "plain": (make_assembled(root, plain=True), "/", False),
        }
        pages = measure_pages(sides)
        print(pages, flush=True)
        rows = []
        for path in FORMS:
            seen = measure_times(full, path, options.samples)
            known, unknown, noise = compare(seen)
            rows.append(
                f"| `{path}` | {known:.0f} µs | {unknown:.0f} µs "
                f"| {abs(known - unknown):.1f} µs | {noise:.1f} µs |"
            )
            print(rows[-1], flush=True)
    PAGE.write_text(write_page(pages, rows))


if __name__ == "__main__":
    main()
