#!/usr/bin/env python
"""Measures how fast pages are while a hundred people log in at once.

Run it as `python bench/logins.py`: it starts `carboy serve` with one process, asks for
a page with queries alone and beside a flood of logins, in turn, and prints both. The
flood comes from a process of its own: threads beside the one that measures would make
it wait for Python's lock, which visitors on other machines do not.
"""

import argparse
import http.client
import json
import multiprocessing
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path

PASSWORD = "correct horse battery staple"  # noqa: S105 - of a benchmark
APP = """
import sqlalchemy as sa
from carboy import Carboy
from carboy.auth import Auth, UserModel, auth_state
from carboy.auth.accounts import confirm_email, create_user
from carboy.db import SQLAlchemy

db = SQLAlchemy()


class User(UserModel, db.Model):
    pass


app = Carboy(__name__)
app.config.update(
    SECRET_KEY="a" * 32,
    SQLALCHEMY_DATABASE_URI="sqlite:///FOLDER/site.sqlite",
    AUTH_THROTTLE=False,
    TRUSTED_HOSTS=["127.0.0.1"],
)
app.use(db, Auth(model=User))
with app.app_context():
    db.create_all()
    if not db.session.query(User).count():
        confirm_email(create_user(auth_state.of(app), "ada@example.com", "PASSWORD"))
        user = db.session.query(User).first()
        db.session.commit()


@app.get("/page")
def page():
    rows = [db.session.execute(sa.select(User)).scalars().all() for _ in range(3)]
    return str(len(rows))
"""


def ask_for_pages(port: int, count: int) -> list[float]:
    """Return the sorted milliseconds of each of `count` pages."""
    taken, connection = [], http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for _ in range(count):
        started = time.perf_counter()
        connection.request("GET", "/page")
        connection.getresponse().read()
        taken.append((time.perf_counter() - started) * 1000)
        time.sleep(0.01)
    connection.close()
    return sorted(taken)


def flood(port: int, logins: int, stop: Event, results: "Queue[Counter[int]]") -> None:
    """Log in with many connections at once until `stop` is set."""
    seen = Counter[int]()
    threads = [
        threading.Thread(target=log_in_until, args=(port, stop, seen))
        for _ in range(logins)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put(seen)


def log_in_until(port: int, stop: Event, seen: Counter[int]) -> None:
    """Log in again and again; one that is refused waits as long as it was told."""
    body = json.dumps({"login": "ada@example.com", "password": PASSWORD})
    while not stop.is_set():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Content-Type": "application/json"}
        connection.request("POST", "/account/login", body, headers)
        response = connection.getresponse()
        response.read()
        seen[response.status] += 1
        wait = float(response.headers.get("Retry-After") or 0)
        connection.close()
        stop.wait(wait)


def measure(port: int, logins: int, rounds: int) -> None:
    """Print the times of pages alone and beside logins, in turn."""
    for _ in range(rounds):
        _print("alone", ask_for_pages(port, 200))
        context = multiprocessing.get_context("spawn")
        stop, results = context.Event(), context.Queue()
        process = context.Process(target=flood, args=(port, logins, stop, results))
        process.start()
        # The process begins to log in after its imports.
        time.sleep(1)
        _print(f"beside {logins} logins", ask_for_pages(port, 200))
        stop.set()
        print(f"  logins by status: {dict(results.get())}", flush=True)
        process.join()


def _print(name: str, taken: list[float]) -> None:
    half, last = taken[len(taken) // 2], taken[int(len(taken) * 0.99)]
    print(f"{name:20} median {half:6.1f} ms, p99 {last:6.1f} ms")


def main() -> None:
    """Start the server, measure, and stop it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--logins", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        text = APP.replace("FOLDER", folder).replace("PASSWORD", PASSWORD)
        (Path(folder) / "site_app.py").write_text(text)
        program = Path(sys.executable).with_name("carboy")
        command = [program, "--app", "site_app", "serve", "--port", str(port)]
        server = subprocess.Popen(
            [*command, "--workers", "1"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": folder},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait(port)
            measure(port, options.logins, options.rounds)
        finally:
            server.terminate()
            server.wait(30)


def _wait(port: int) -> None:
    for _ in range(600):
        try:
            ask_for_pages(port, 1)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The server did not start within a minute.")


if __name__ == "__main__":
    main()
