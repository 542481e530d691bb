"""The queues that bench/tasks.py compares, and one round with one of them."""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from lib.services import Server, list_tree, make_server, wait_until

ROOT = Path(__file__).parent.parent
Command = list[str | Path]
Kind = Literal["plain", "carboy", "procrastinate"]
_PICKUPS = 60
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Contender:
    """One queue with its services, which stay there for all rounds."""

    name: str
    kind: Kind
    environment: dict[str, str]
    folder: Path = field(
        default_factory=lambda: Path(tempfile.mkdtemp(prefix="carboy-bench-"))
    )
    server_pid: int = 0

    @property
    def python(self) -> str:
        """The interpreter that has it."""
        return os.environ["BENCH_PEERS"] if self.kind in PEERS else sys.executable

    def run(self, code: str) -> str:
        """Run code in its environment; return what it printed."""
        done = subprocess.run(
            [self.python, "-c", code],
            env=self.full_environment(),
            stdout=subprocess.PIPE,
            check=True,
        )
        return done.stdout.decode().strip()

    def full_environment(self) -> dict[str, str]:
        """Return the variables for its processes."""
        paths = [str(ROOT / part) for part in ("src", "bench/apps", "scripts")]
        if self.kind in PEERS:
            paths = [str(ROOT / "bench/apps")]
        own = {"BENCH_FOLDER": str(self.folder), "PYTHONPATH": ":".join(paths)}
        return os.environ | self.environment | own

    def fill(self, runs: int) -> None:
        """Ask for no-op runs."""
        self.run(_FILL[self.kind].format(runs=runs))

    def command(self, workers: int) -> Command:
        """Return the command of its worker."""
        if self.kind == "procrastinate":
            return [self.python, "-m", "peer_procrastinate", "worker", str(workers)]
        tail = ["-l", "WARNING", "-c", str(workers)]
        if self.kind == "plain":
            binary = Path(sys.executable).parent / "celery"
            return [binary, "-A", "tasks_site.plain", "worker", *tail]
        return [self.python, "-m", "tasks_site", "worker", "--alone", *tail]


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one round."""

    rate: float
    cpu_ms: float
    p50_ms: float
    p99_ms: float
    idle: float


PEERS = ("procrastinate",)
_SITE = "import time, tasks_site as s\nwith s.create_app().app_context():\n"
_FILL = {
    "plain": ("import tasks_site as s\nfor _ in range({runs}): s.plain_noop.delay()"),
    "carboy": _SITE + " for _ in range({runs}): s.noop.delay()",
    "procrastinate": "import peer_procrastinate as s; s.fill({runs})",
}
# Asks for one run at a time, as requests do, from a process that has started already.
_PICKUP = {
    "plain": (
        "import time, tasks_site as s\n"
        "for _ in range({n}): s.plain_pickup.delay(time.time()); time.sleep(0.11)"
    ),
    "carboy": (
        _SITE + " s.pickup.delay(time.time()); time.sleep(0.5)\n"
        " for _ in range({n}): s.pickup.delay(time.time()); time.sleep(0.11)"
    ),
    "procrastinate": "import peer_procrastinate as s; s.pick_up({n})",
}


def make_contenders(
    stack: contextlib.ExitStack, *, finished: int = 0, waiting: int = 0
) -> list[Contender]:
    """Start the services; with `finished` or `waiting` only those that keep rows."""
    redis = _start(stack, "redis")
    environment = {"BENCH_REDIS": redis.url, "BENCH_BROKER": "", "BENCH_DATABASE": ""}
    made = [
        Contender(
            "plain Celery on Redis",
            "plain",
            environment | {"BENCH_BROKER": redis.url},
            server_pid=redis.pid,
        )
    ]
    made += [Contender("Carboy on SQLite", "carboy", environment)]
    postgresql = _start(stack, "postgresql")
    made += [
        Contender(
            "Carboy on PostgreSQL",
            "carboy",
            environment | {"BENCH_DATABASE": postgresql.url},
            server_pid=postgresql.pid,
        )
    ]
    if finished or waiting:
        made = made[1:]
        for each in made:
            each.run(
                "import fill_ledger as f, tasks_site as s\n"
                f"f.fill(s.create_app(), {finished}, {waiting})"
            )
        return made
    made += [
        Contender(
            "Carboy on SQLite and Redis",
            "carboy",
            environment | {"BENCH_BROKER": redis.url},
            server_pid=redis.pid,
        )
    ]
    if os.environ.get("BENCH_PEERS"):
        peer = _start(stack, "postgresql")
        variables = {"BENCH_DATABASE": peer.url}
        made += [
            Contender("Procrastinate", "procrastinate", variables, server_pid=peer.pid)
        ]
    return made


def _start(stack: contextlib.ExitStack, name: str) -> Server:
    server = make_server(name, durable=name == "postgresql")
    server.start()
    stack.callback(server.close)
    return server


@contextlib.contextmanager
def running(command: Command, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process with its children until the context ends."""
    paths = ":".join(str(ROOT / part) for part in ("src", "bench/apps", "scripts"))
    environment = os.environ | {"PYTHONPATH": paths} | more
    log = Path(environment["BENCH_FOLDER"]) / "log"
    with log.open("ab") as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
    try:
        yield process
    finally:
        for pid in [*list_tree(process.pid), process.pid]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)
        process.wait()


def measure_round(contender: Contender, runs: int, workers: int) -> Figures:
    """Run no-op tasks that wait already, then pick up single ones, then be idle."""
    ends, pickups = contender.folder / "ends", contender.folder / "pickups"
    ends.unlink(missing_ok=True)
    pickups.unlink(missing_ok=True)
    contender.fill(runs)
    variables = contender.full_environment()
    with running(contender.command(workers), **variables) as worker:
        wait_until(lambda: _size(ends) > runs // 10, 90)
        first, began, used = _size(ends), time.monotonic(), _used(contender, worker.pid)
        wait_until(lambda: _size(ends) >= runs, 120)
        number = _size(ends) - first
        seconds = time.monotonic() - began
        used = _used(contender, worker.pid) - used
        contender.run(_PICKUP[contender.kind].format(n=_PICKUPS))
        time.sleep(1)
        before = list_ticks(worker.pid)
        time.sleep(4)
        idle = (list_ticks(worker.pid) - before) / 4
    times = sorted(float(line) * 1000 for line in pickups.read_text().split())
    return Figures(
        number / seconds,
        used / number * 1000,
        times[len(times) // 2],
        times[int(len(times) * 0.99)],
        idle,
    )


def run_enqueue(contender: Contender) -> str:
    """Time a call in a request."""
    return contender.run("""
import time, tasks_site as s
app = s.create_app()
def view():
    began = time.perf_counter(); s.noop.delay(); return str(time.perf_counter() - began)
app.add_url_rule("/go", view_func=view)
client = app.test_client()
for _ in range(50): client.get("/go")
times = sorted(float(client.get("/go").text) * 1000 for _ in range(1000))
print(f"{times[500]:.2f} ms median, {times[990]:.2f} ms p99")
""")


def measure_pages(contender: Contender) -> tuple[str, float]:
    """Return the slowest page of the console and the milliseconds that it takes."""
    page, took = contender.run("""
import fill_ledger as f, tasks_site as s
print(*f.time_pages(s.create_app()))
""").split()
    return page, float(took)


def list_ticks(pid: int) -> float:
    """Return the processor time of a tree of processes, in ticks."""
    total = 0
    for each in {pid, *list_tree(pid)}:
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
    return total


def _used(contender: Contender, pid: int) -> float:
    """Return the seconds of processor of the worker and of its server."""
    server = contender.server_pid
    return (list_ticks(pid) + (list_ticks(server) if server else 0)) / _TICKS


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
