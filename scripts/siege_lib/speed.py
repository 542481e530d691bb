"""The price of all protections: against a bare callable on the same Rust side."""

import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager

from .report import Row
from .served import served

_RATE = re.compile(r"Requests/sec: +([\d.]+)")
_ROUNDS = 5
_BARE = """
import sys
from granian import Granian
BODY = b'{"hello":"world"}'
HEADERS = [("content-type", "application/json")]
async def app(scope, proto):
    proto.response_bytes(200, HEADERS, BODY)
Granian("bare", port=int(sys.argv[1]), interface="rsgi", log_enabled=False,
        websockets=False).serve(target_loader=lambda _: app)
"""


def race(seconds: float, scale: float) -> list[Row]:
    """Alternate between the two, so that a busy machine slows both."""
    del scale
    if shutil.which("wrk") is None:
        return [
            Row("speed", "JSON hello", "wrk is not installed", "≥ 0.6", is_good=False)
        ]
    each = min(seconds, 3)
    rows = []
    for threads in (8, 1):
        with served("--threads", str(threads)) as ours, _bare() as port:
            pairs = [
                (_drive(ours.port, each), _drive(port, each)) for _ in range(_ROUNDS)
            ]
        mine = statistics.median(one for one, _ in pairs)
        bare = statistics.median(other for _, other in pairs)
        share = statistics.median(one / other for one, other in pairs)
        rows.append(
            Row(
                "speed",
                f"JSON hello, {threads} view threads, wrk -t1 -c64",
                f"{mine:,.0f} requests/s, {share:.2f} of a bare callable ({bare:,.0f})",
                "≥ 0.6 of the bare callable",
                share >= 0.6,
            )
        )
        print(rows[-1], flush=True)
    return rows


def _drive(port: int, seconds: float) -> float:
    command = ["wrk", "-t1", "-c64", f"-d{seconds:g}s", f"http://127.0.0.1:{port}/"]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    match = _RATE.search(done.stdout.decode())
    return float(match[1]) if match else 0.0


@contextmanager
def _bare():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", _BARE, str(port)])
    try:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()
