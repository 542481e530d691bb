"""One trial: fill the queue, kill the worker repeatedly, and count the results."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from lib.services import Server, list_tree

from . import site as site_module

_PERIOD = 0.1
KINDS = ("worker", "main", "child")


@dataclass(frozen=True, slots=True)
class Plan:
    """The parameters of a trial."""

    broker: str
    pool: str
    short: int = 4000
    long: int = 500
    kills: int = 20
    outages: int = 2
    concurrency: int = 4
    timeout: float = 300.0
    seed: int = 1

    @property
    def total(self) -> int:
        """The number of tasks."""
        return self.short + self.long


@dataclass(slots=True)
class Outcome:
    """The result of a trial."""

    plan: Plan
    lost: int = 0
    duplicate_effects: int = 0
    duplicate_ends: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    outages: int = 0
    seconds: float = 0.0
    slowest_resume: float = 0.0

    @property
    def is_good(self) -> bool:
        """Whether nothing was lost, and under 1 % of the tasks ended twice."""
        few = self.duplicate_ends < 0.01 * self.plan.total
        return not self.lost and not self.duplicate_effects and few


class Worker:
    """The worker process, restarted after each kill."""

    def __init__(
        self, plan: Plan, folder: Path, broker_url: str, *, alone: bool = True
    ) -> None:
        self._plan = plan
        self._alone = ["--alone"] if alone else []
        self._folder = folder
        self._environment = os.environ | {
            "CRASH_FOLDER": str(folder),
            "CRASH_BROKER": broker_url,
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the worker in its own process group."""
        plan = self._plan
        program = [sys.executable, "-c", site_module.PROGRAM]
        command = [*program, "worker", *self._alone]
        command += ["-p", plan.pool, "-c", str(plan.concurrency), "-l", "WARNING"]
        with (self._folder / "worker.log").open("ab") as output:
            self._process = subprocess.Popen(
                command,
                env=self._environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def ensure_running(self) -> None:
        """Start the worker if it has ended."""
        if self._process is None or self._process.poll() is not None:
            self.start()

    def kill(self, kind: str, rng: random.Random) -> str:
        """Kill -9 the process group, the main process, or one child of the pool."""
        process = self._process
        if process is None:
            return "worker"
        children = [pid for pid in list_tree(process.pid) if pid != process.pid]
        if kind == "child" and children:
            _kill(rng.choice(children))
        elif kind == "main":
            _kill(process.pid)
            process.wait()
            self.start()
        else:
            kind = "worker"
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            self.start()
        return kind

    def stop(self) -> None:
        """Kill the worker with all its processes."""
        process = self._process
        if process is not None:
            for pid in [*list_tree(process.pid), process.pid]:
                _kill(pid)
            process.wait()


def run_trial(
    plan: Plan,
    folder: Path,
    *,
    broker_url: str = "",
    server: Server | None = None,
    log: Callable[[str], None] = lambda _line: None,
) -> Outcome:
    """Run the plan in `folder`, and count."""
    rng = random.Random(plan.seed)
    outcome = Outcome(plan)
    start = time.monotonic()
    worker = Worker(plan, folder, broker_url)
    os.environ["CRASH_FOLDER"], os.environ["CRASH_BROKER"] = str(folder), broker_url
    _fill(plan)
    worker.start()
    try:
        _kill_all(plan, folder, worker, server, rng, outcome, log)
        _wait(plan, folder, worker, log)
    finally:
        worker.stop()
    outcome.seconds = time.monotonic() - start
    _count(plan, folder, outcome)
    return outcome


def _fill(plan: Plan) -> None:
    app = site_module.create_app()
    with app.app_context():
        site_module.db.create_all()
        every = max(1, plan.total // max(1, plan.long))
        long_left = plan.long
        for number in range(plan.total):
            if number % every == 0 and long_left:
                long_left -= 1
                site_module.long.delay(number)
            else:
                site_module.short.delay(number)


def _kill_all(  # noqa: PLR0913, PLR0917 - the parts of one trial
    plan: Plan,
    folder: Path,
    worker: Worker,
    server: Server | None,
    rng: random.Random,
    outcome: Outcome,
    log: Callable[[str], None],
) -> None:
    step = max(1, int(plan.total * 0.9 / max(1, plan.kills)))
    outages = [plan.kills * (i + 1) // (plan.outages + 1) for i in range(plan.outages)]
    for number in range(plan.kills):
        before = time.monotonic()
        reached = _wait_for(folder, step * number + step // 2, worker, plan.timeout)
        if number:
            outcome.slowest_resume = max(
                outcome.slowest_resume, time.monotonic() - before
            )
        time.sleep(rng.random() * site_module.LONG_SECONDS)
        kind = worker.kill(KINDS[number % len(KINDS)], rng)
        outcome.kills[kind] += 1
        log(f"{reached} done, killed {kind}")
        if server is not None and number in outages:
            server.kill()
            time.sleep(1.0)
            server.start()
            outcome.outages += 1
            log("killed the broker")


def _wait(plan: Plan, folder: Path, worker: Worker, log: Callable[[str], None]) -> None:
    done = _wait_for(folder, plan.total, worker, plan.timeout)
    log(f"{done} of {plan.total} done")


def _wait_for(folder: Path, number: int, worker: Worker, timeout: float) -> int:
    last, since = -1, time.monotonic()
    while True:
        done = count_effects(folder)
        if done != last:
            last, since = done, time.monotonic()
        if done >= number or time.monotonic() - since > min(timeout, 60):
            return done
        worker.ensure_running()
        time.sleep(_PERIOD)


def count_effects(folder: Path) -> int:
    """Count the tasks that have ended."""
    with closing(sqlite3.connect(_database(folder), timeout=10)) as connection:
        row = connection.execute("SELECT count(DISTINCT number) FROM effect")
        return int(row.fetchone()[0])


def _count(plan: Plan, folder: Path, outcome: Outcome) -> None:
    with closing(sqlite3.connect(_database(folder), timeout=10)) as connection:
        numbers = [row[0] for row in connection.execute("SELECT number FROM effect")]
    effects = Counter(numbers)
    ends = Counter(int(line) for line in (folder / "ends").read_text().split())
    outcome.lost = plan.total - len(effects)
    outcome.duplicate_effects = sum(n - 1 for n in effects.values())
    outcome.duplicate_ends = sum(n - 1 for n in ends.values())


def _database(folder: Path) -> Path:
    return folder / site_module.DATABASE


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
