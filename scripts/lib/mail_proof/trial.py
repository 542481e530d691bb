"""Sends thousands of mails through a server that fails, kills workers, and counts."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from lib.services import list_tree
from tests.mail.smtp_server import SmtpServer, serve_smtp

from .hostile import HostileScript
from .site import PROGRAM, ROLLED_BACK, folder_of, list_orders

_COMMAND = (sys.executable, "-c", PROGRAM)
_NUMBER = re.compile(rb"(?m)^Subject: Order (\d+)")
# A mail that is in none of these states still moves.
_ENDED = {"failed", "undecided"}


@dataclass(frozen=True, slots=True)
class MailPlan:
    """What to do in one trial."""

    database: str
    pool: str
    seed: int
    mails: int = 10_000
    producers: int = 2
    workers: int = 2
    # Seconds between two kills, and how long to wait for the last mails.
    period: float = 3
    patience: float = 5400


@dataclass(slots=True)
class MailOutcome:
    """What came of one trial."""

    plan: MailPlan
    kills: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    ordered: int = 0
    arrived: int = 0
    states: Counter[str] = field(default_factory=Counter)
    # Neither delivered nor shown to anybody.
    lost: list[int] = field(default_factory=list)
    twice: list[int] = field(default_factory=list)
    after_rollback: list[int] = field(default_factory=list)
    # Delivered, and said to have failed.
    wrong: list[int] = field(default_factory=list)
    seconds: float = 0

    @property
    def is_good(self) -> bool:
        """Whether each mail arrived once or is shown as failed or undecided."""
        moving = set(self.states) - _ENDED
        bad = self.lost or self.twice or self.after_rollback or self.wrong or moving
        return bool(self.ordered) and not bad


def run_mails(plan: MailPlan, folder: Path, database_url: str = "") -> MailOutcome:
    """Do what the plan says in `folder`, and count."""
    outcome = MailOutcome(plan)
    with serve_smtp() as server:
        script = HostileScript(plan.seed)
        server.script = script
        trial = _Trial(plan, folder, database_url or folder_of(folder), server, outcome)
        try:
            trial.run()
        finally:
            trial.close()
        outcome.failures = script.failures
    return outcome


def write_mails(outcome: MailOutcome) -> str:
    """Write one line for a trial."""
    plan = outcome.plan
    killed = ", ".join(f"{number} {name}" for name, number in outcome.kills.items())
    bad = ", ".join(
        f"{name.replace('_', ' ')} {len(numbers)}{f' {numbers[:5]}' if numbers else ''}"
        for name, numbers in (
            ("lost", outcome.lost),
            ("twice", outcome.twice),
            ("after_rollback", outcome.after_rollback),
            ("wrong", outcome.wrong),
        )
    )
    states = ", ".join(f"{n} {name}" for name, n in sorted(outcome.states.items()))
    return (
        f"{'ok' if outcome.is_good else 'FAILED'}: {plan.database}, {plan.pool}, seed "
        f"{plan.seed}; killed {killed or 'nothing'}; the server failed "
        f"{outcome.failures.total()} times in {len(outcome.failures)} ways; "
        f"{outcome.ordered} mails: {bad}; {outcome.arrived} arrived, left {states}; "
        f"{outcome.seconds:.0f} s"
    )


class _Trial:
    def __init__(
        self,
        plan: MailPlan,
        folder: Path,
        database_url: str,
        server: SmtpServer,
        outcome: MailOutcome,
    ) -> None:
        self.plan, self.outcome = plan, outcome
        self._server = server
        self._log = folder / "worker.log"
        root = Path(__file__).parents[3]
        self._environment = os.environ | {
            "MAIL_PROOF_FOLDER": str(folder),
            "MAIL_PROOF_DATABASE": database_url,
            "MAIL_PROOF_PORT": str(server.port),
            "PYTHONPATH": f"{root / 'scripts'}:{root}",
        }
        self._engine = sa.create_engine(database_url)
        self._dice = random.Random(plan.seed)
        self._workers: list[subprocess.Popen[bytes]] = []
        self._producers: list[subprocess.Popen[bytes]] = []

    def run(self) -> None:
        """Order, kill, wait, count."""
        start = time.monotonic()
        self._call("create")
        share = -(-self.plan.mails // self.plan.producers)
        self._workers = [self._start_worker() for _ in range(self.plan.workers)]
        for first in range(1, self.plan.mails + 1, share):
            last = min(first + share, self.plan.mails + 1)
            self._producers.append(self._start("order", str(first), str(last)))
        end = start + self.plan.patience
        next_kill = time.monotonic() + self.plan.period
        while self._is_moving() and time.monotonic() < end:
            if time.monotonic() > next_kill:
                self._kill()
                next_kill = time.monotonic() + self._dice.uniform(
                    0, 2 * self.plan.period
                )
                self._call("mail", "sweep")
            time.sleep(0.2)
        if any(producer.returncode for producer in self._producers):
            raise RuntimeError(f"A producer failed: {self._log}")
        self.outcome.seconds = time.monotonic() - start
        self._count()

    def close(self) -> None:
        """End all processes."""
        for process in [*self._workers, *self._producers]:
            for pid in list_tree(process.pid) if process.poll() is None else ():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.wait()
        self._engine.dispose()

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [*_COMMAND, *arguments], env=self._environment, stdout=log, stderr=log
            )

    def _start_worker(self) -> subprocess.Popen[bytes]:
        return self._start("worker", "-c", "4", "-p", self.plan.pool)

    def _call(self, *arguments: str) -> None:
        if code := self._start(*arguments).wait():
            raise RuntimeError(f"{' '.join(arguments)} exited with {code}: {self._log}")

    def _kill(self) -> None:
        """Kill a process of a worker's tree."""
        number = self._dice.randrange(len(self._workers))
        tree = list_tree(self._workers[number].pid)
        victim = self._dice.choice(tree)
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
        name = (
            ("supervisor", "main")[tree.index(victim)]
            if victim in tree[:2]
            else "child"
        )
        self.outcome.kills[name] += 1
        if name == "supervisor":
            self._workers[number].wait()
            self._workers[number] = self._start_worker()

    def _is_moving(self) -> bool:
        if any(producer.poll() is None for producer in self._producers):
            return True
        return any(state not in _ENDED for _, state in self._list_rows())

    def _list_rows(self) -> list[tuple[int, str]]:
        query = sa.text("SELECT subject, state FROM carboy_mail")
        with self._engine.connect() as connection:
            return [
                (int(s.split()[1]), state) for s, state in connection.execute(query)
            ]

    def _count(self) -> None:
        outcome = self.outcome
        ordered, rows = set(list_orders(self._engine)), dict(self._list_rows())
        found = [_NUMBER.search(content) for _, content in self._server.accepted]
        arrived = Counter(int(match[1]) for match in found if match is not None)
        outcome.ordered = len(ordered)
        outcome.arrived = arrived.total()
        outcome.states = Counter(rows.values())
        outcome.lost = sorted(ordered - set(arrived) - set(rows))
        outcome.twice = sorted(n for n, times in arrived.items() if times > 1)
        outcome.after_rollback = sorted(n for n in {*arrived, *rows} if n > ROLLED_BACK)
        outcome.wrong = sorted(
            number for number, state in rows.items()
            if state == "failed" and number in arrived
        )  # fmt: skip
