#!/usr/bin/env python3
"""Compare the memory of a worker of `carboy serve` with one of plain Granian.

Prints RSS and PSS of both workers after a few requests to Flask's hello page with a
session, in kilobytes. `bench/memory.py module:app` measures another app.
"""

import contextlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

APP = """
from flask import Flask, session

app = Flask(__name__)
app.secret_key = "k3y" * 20


@app.route("/")
def home():
    session["visits"] = session.get("visits", 0) + 1
    return {"visits": session["visits"]}
"""
DEADLINE = 60.0
REQUESTS = 50


def find_port() -> int:
    """Return a port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def ask(port: int) -> None:
    """Send requests as soon as the server answers."""
    end = time.monotonic() + DEADLINE
    left = REQUESTS
    while left and time.monotonic() < end:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()
            left -= 1
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    if left:
        raise SystemExit(f"The server at port {port} did not answer.")


def read_memory(pid: int) -> dict[str, int]:
    """Return RSS and PSS of a process in kilobytes."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.findall(r"^(Rss|Pss): +(\d+)", text, re.MULTILINE)
    return {name: int(size) for name, size in found}


def measure(command: list[str], port: int, folder: str) -> dict[str, int]:
    """Return the memory of the only worker of a server."""
    server = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        ask(port)
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text()
        sizes = []
        for pid in map(int, children.split()):
            # Helpers of the standard library end meanwhile.
            with contextlib.suppress(OSError):
                sizes.append(read_memory(pid))
        return max(sizes, key=lambda size: size["Rss"])
    finally:
        server.terminate()
        server.wait(DEADLINE)


def main() -> None:
    """Measure both and print the difference."""
    target = sys.argv[1] if len(sys.argv) > 1 else "page:app"
    programs = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "page.py").write_text(APP)
        where = folder if target == "page:app" else "."
        ports = find_port(), find_port()
        carboy = [str(programs / "carboy"), "serve", target]
        granian = [str(programs / "granian"), "--interface", "wsgi", target]
        bind = ["--bind", f"127.0.0.1:{ports[0]}"]
        ours = measure([*carboy, *bind], ports[0], where)
        plain = measure([*granian, "--port", str(ports[1])], ports[1], where)
    for name in ("Rss", "Pss"):
        more = (ours[name] - plain[name]) / 1024
        print(f"{name}: {ours[name]} kB, Granian {plain[name]} kB: {more:+.1f} MB")


if __name__ == "__main__":
    main()
