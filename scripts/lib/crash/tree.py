"""Kills processes of the worker's tree while requests ask for tasks, and counts.

A web process answers requests, every fifth of which rolls back. Victims are drawn at
random: the supervisor, the worker's main process, or a process of its pool. Some are
paused for a while instead, and some trials run two supervisors.
"""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from lib.services import list_tree

from .probe import Probe
from .web import PROGRAM, ROLLED_BACK, Answer, Item

VICTIMS = ("supervisor", "main", "child")
_PERIOD = 0.05
_GRACE = 5.0
_LONGEST_STALL = 10.0
_PATIENCE = 60.0
# The other kills come while the worker starts.
_SHARE_READY = 0.8
_SHARE_PAUSED = 0.25
_LONGEST_PAUSE = 4.0
_SHARE_TWO_WORKERS = 0.3
_COMMAND = (sys.executable, "-c", PROGRAM)


@dataclass(frozen=True, slots=True)
class TreePlan:
    """What to do in one trial."""

    database: str
    broker: str
    pool: str
    seed: int
    requests: int = 400
    kills: int = 6


@dataclass(slots=True)
class TreeOutcome:
    """What came of one trial."""

    plan: TreePlan
    kills: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    lost: int = 0
    twice: int = 0
    after_rollback: int = 0
    # Runs of both tasks that are not done in the ledger.
    not_done: int = 0
    longest_stall: float = 0.0
    # What the machine granted of a core while the work stalled for longest.
    machine_share: float = 1.0
    left_over: int = 0
    broken_files: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether nothing at all is wrong."""
        wrong = self.lost + self.twice + self.after_rollback + self.not_done
        stalled = self.longest_stall > _LONGEST_STALL
        is_left = self.left_over or self.broken_files
        return bool(self.asked) and not (wrong or stalled or is_left)


def run_tree(
    plan: TreePlan, folder: Path, *, database_url: str = "", broker_url: str = ""
) -> TreeOutcome:
    """Do what the plan says in `folder`, and count."""
    trial = _Trial(plan, folder, database_url, broker_url)
    try:
        trial.run()
    finally:
        trial.close()
    return trial.outcome


def write_tree(outcome: TreeOutcome) -> str:
    """Write one line for a trial."""
    plan, kills = outcome.plan, outcome.kills
    killed = ", ".join(f"{kills[victim]} {victim}" for victim in VICTIMS)
    paused = sum(number for name, number in kills.items() if name not in VICTIMS)
    parts = (
        f"{plan.database}, {plan.broker or 'no broker'}, {plan.pool}, seed {plan.seed}",
        f"killed {killed}, paused {paused}",
        f"{outcome.asked} tasks: lost {outcome.lost}, twice {outcome.twice}, "
        f"after a rollback {outcome.after_rollback}, not done {outcome.not_done}",
        f"longest stall {outcome.longest_stall:.1f} s "
        f"(the machine gave {outcome.machine_share:.0%} of a core)",
        f"processes left {outcome.left_over}",
        f"broken files {', '.join(outcome.broken_files) or 'none'}",
    )
    return f"{'ok' if outcome.is_good else 'FAILED'}: {'; '.join(parts)}"


class _Trial:
    def __init__(
        self, plan: TreePlan, folder: Path, database_url: str, broker_url: str
    ) -> None:
        self.plan = plan
        self.outcome = TreeOutcome(plan)
        self._folder = folder
        self._log = folder / "worker.log"
        url = database_url or f"sqlite:///{folder / 'web.sqlite'}"
        self._environment = os.environ | {
            "CRASH_FOLDER": str(folder),
            "CRASH_BROKER": broker_url,
            "CRASH_DATABASE": url,
            "CRASH_LOOKS": "1",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        driver = {"postgresql:": "postgresql+psycopg:", "mysql:": "mysql+pymysql:"}
        for name, full in driver.items():
            if url.startswith(name):
                url = url.replace(name, full, 1)
        self._engine = sa.create_engine(url)
        self._dice = random.Random(plan.seed)
        self._worker: subprocess.Popen[bytes] | None = None
        self._second: subprocess.Popen[bytes] | None = None
        self._probe = Probe()
        self._web: subprocess.Popen[bytes] | None = None
        # When work went on last, and how much was done then.
        self._moved = time.monotonic()
        self._done = 0
        self._ready = self._moved
        self._starts = 0

    def run(self) -> None:
        """Ask, kill, wait, count."""
        subprocess.run([*_COMMAND, "create"], env=self._environment, check=True)
        self._start_worker()
        if self._dice.random() < _SHARE_TWO_WORKERS:
            self._second, self._worker = self._worker, None
            self._wait_for_start()
            self._start_worker()
        self._web = subprocess.Popen(
            [*_COMMAND, "ask", str(self.plan.requests)], env=self._environment
        )
        for number in range(self.plan.kills):
            share = self.plan.requests * (number + 1) / (self.plan.kills + 2)
            self._wait_for(int(share * self._dice.uniform(0.6, 1.0)))
            if self._dice.random() < _SHARE_READY:
                self._wait_until_ready()
            self._pause(self._dice.random())
            if self._dice.random() < _SHARE_PAUSED:
                self._stop_for_a_while()
            else:
                self._kill()
        self._web.wait()
        self._wait_for(len(self._read(Item)))
        self._wait_for_ends()
        if self._second is not None:
            self._second.kill()
            self._second.wait()
            self._second = None
        self._end_supervisor()
        self._count()

    def close(self) -> None:
        """End all processes."""
        self._probe.close()
        for process in (self._web, self._worker, self._second):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()
        for pid in self._list_processes():
            _kill(pid)
        self._engine.dispose()

    def _start_worker(self) -> None:
        command = [*_COMMAND, "worker", "-c", "2", "-p", self.plan.pool]
        with self._log.open("ab") as log:
            self._worker = subprocess.Popen(
                command, env=self._environment, stdout=log, stderr=log
            )

    def _kill(self) -> None:
        assert self._worker is not None  # noqa: S101 - for types
        tree = list_tree(self._worker.pid)[1:]
        choices = VICTIMS if len(tree) > 1 else VICTIMS[: 1 + len(tree)]
        victim = self._dice.choice(choices)
        self.outcome.kills[victim] += 1
        if victim == "supervisor":
            self._end_supervisor()
            self._start_worker()
        else:
            _kill(tree[0] if victim == "main" else self._dice.choice(tree[1:]))

    def _stop_for_a_while(self) -> None:
        """Pause a process, which then finds that the others went on without it."""
        assert self._worker is not None  # noqa: S101 - for types
        pid = self._dice.choice(list_tree(self._worker.pid))
        self.outcome.kills["paused"] += 1
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
        time.sleep(self._dice.uniform(0.2, _LONGEST_PAUSE))
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
        self._ready = time.monotonic()

    def _end_supervisor(self) -> None:
        """Kill it, and count the processes that outlive it."""
        assert self._worker is not None  # noqa: S101 - for types
        self._worker.kill()
        self._worker.wait()
        end = time.monotonic() + _GRACE
        while self._list_orphans() and time.monotonic() < end:
            time.sleep(_PERIOD)
        self.outcome.left_over += len(self._list_orphans())

    def _list_orphans(self) -> list[int]:
        second = self._second
        living = set() if second is None else set(list_tree(second.pid))
        return [pid for pid in self._list_processes() if pid not in living]

    def _list_processes(self) -> list[int]:
        """List the processes of the worker that are not ending."""
        mark = f"CRASH_FOLDER={self._folder}".encode()
        pids = []
        for entry in Path("/proc").iterdir():
            with suppress(OSError):
                if not entry.name.isdigit() or int(entry.name) == os.getpid():
                    continue
                is_ours = mark in (entry / "environ").read_bytes().split(b"\0")
                is_worker = b"worker" in (entry / "cmdline").read_bytes().split(b"\0")
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
                if is_ours and is_worker and state != "Z":
                    pids.append(int(entry.name))
        return pids

    def _wait_for(self, number: int) -> None:
        while self._watch() < number:
            if time.monotonic() - self._moved > _PATIENCE:
                return
            time.sleep(_PERIOD)

    def _wait_for_ends(self) -> None:
        end = time.monotonic() + _PATIENCE
        while self._count_not_done() and time.monotonic() < end:
            time.sleep(_PERIOD)

    def _count_not_done(self) -> int:
        query = "SELECT count(*) FROM carboy_task_run WHERE state <> 'done'"
        with self._engine.connect() as connection:
            return int(connection.execute(sa.text(query)).scalar_one())

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + _PATIENCE
        while self._starts_up() and time.monotonic() < end:
            self._watch()
            time.sleep(_PERIOD)

    def _pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._watch()
            time.sleep(_PERIOD)

    def _watch(self) -> int:
        """Measure stalls: work that waits while a worker is ready and does nothing."""
        done, asked = len(set(self._read(Answer))), len(self._read(Item))
        starts = self._log.read_text(errors="replace").count(" ready.")
        now = time.monotonic()
        if starts != self._starts:
            self._ready, self._starts = now, starts
        if done != self._done or done == asked:
            self._moved, self._done = now, done
        elif not self._starts_up():
            # What a process takes to start is not our concern here.
            stall = now - max(self._moved, self._ready)
            if stall > self.outcome.longest_stall:
                self.outcome.longest_stall = stall
                self.outcome.machine_share = self._probe.share(stall)
        return done

    def _wait_for_start(self) -> None:
        end = time.monotonic() + _PATIENCE
        while " ready." not in self._log.read_text(errors="replace"):
            if time.monotonic() > end:
                return
            time.sleep(_PERIOD)

    def _starts_up(self) -> bool:
        """Return whether a main process is there that is not ready yet."""
        assert self._worker is not None  # noqa: S101 - for types
        lines = self._log.read_text(errors="replace").splitlines()
        ready = [line for line in lines if line.endswith(" ready.")]
        mains = list_tree(self._worker.pid)[1:2]
        return not mains or not any(f"-{mains[0]}@" in line for line in ready)

    def _read(self, model: type[Item] | type[Answer]) -> list[int]:
        with self._engine.connect() as connection:
            return list(connection.scalars(sa.select(model.number)))

    def _count(self) -> None:
        outcome, wishes = self.outcome, self._read(Item)
        answers = Counter(self._read(Answer))
        outcome.asked = len(wishes)
        outcome.lost = len(set(wishes) - set(answers))
        outcome.not_done = self._count_not_done()
        outcome.twice = sum(number - 1 for number in answers.values())
        outcome.after_rollback = sum(number >= ROLLED_BACK for number in answers)
        for path in self._folder.rglob("*.sqlite"):
            with closing(sqlite3.connect(path, timeout=10)) as connection:
                row = connection.execute("PRAGMA integrity_check").fetchone()
            if row != ("ok",):
                outcome.broken_files.append(path.name)


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
