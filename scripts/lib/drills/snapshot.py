"""Runs come and go on PostgreSQL while another connection holds a snapshot open.

Such a snapshot (of a backup, a report, a forgotten `BEGIN`) keeps every version of
every row, so that claims which step over the old ones get slower and slower.
"""

import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import TypeAlias
from uuid import uuid4

import sqlalchemy as sa

from carboy.tasks.ledger.database import Database
from carboy.tasks.ledger.ledger import Ledger
from carboy.tasks.ledger.recovery import Recovery
from carboy.tasks.ledger.runs import NewRun
from carboy.tasks.ledger.tables import LIVE_METADATA, METADATA
from carboy.tasks.liveness import ProcessLock, host_id

_ROOM = 20
_BATCH = 8
_RECOVERY_PERIOD = 2.0

Count: TypeAlias = "Synchronized[int]"


@dataclass(frozen=True, slots=True)
class SnapshotResult:
    """Runs per second without a snapshot and with one, and what vacuum had to keep."""

    rate: float
    free: float
    held: list[float] = field(default_factory=list)
    dead: list[int] = field(default_factory=list)
    dead_after: int = 0
    runs: int = 0

    @property
    def share(self) -> float:
        """The last third of the time with the snapshot, of the time without."""
        last = self.held[-max(1, len(self.held) // 3) :]
        return sum(last) / len(last) / self.free


def run_snapshot(
    url: str,
    seconds: float,
    *,
    rate: float = 800.0,
    workers: int = 2,
    log: Callable[[str], None] = print,
) -> SnapshotResult:
    """Measure `seconds` without and with a snapshot, in slices."""
    url = url.replace("postgresql://", "postgresql+psycopg://")
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    _make_ledger(url)[1].database.read().close()
    count: Count = multiprocessing.Value("q", 0)
    jobs = [(_add, (url, rate))] + [(_work, (url, count))] * workers
    processes = [
        multiprocessing.Process(target=job, args=args, daemon=True)
        for job, args in jobs
    ]
    for process in processes:
        process.start()
    try:
        time.sleep(2)
        slices = max(3, int(seconds // 10))
        free = [_measure(count, seconds / slices) for _ in range(max(3, slices // 4))]
        log(f"without a snapshot: {free}")
        result = SnapshotResult(rate, sorted(free)[len(free) // 2])
        with _hold(url):
            for _ in range(slices):
                result.held.append(_measure(count, seconds / slices))
                result.dead.append(_count_dead(engine))
                log(f"with one: {result.held[-1]:.0f}/s, {result.dead[-1]} dead")
    finally:
        for process in processes:
            process.kill()
            process.join()
    for table in ("carboy_task_queue", "carboy_task_run"):
        with engine.connect() as connection:
            connection.exec_driver_sql(f"VACUUM {table}")
    engine_dead = _count_dead(engine)
    engine.dispose()
    return SnapshotResult(
        rate, result.free, result.held, result.dead, engine_dead, count.value
    )


def write_snapshot(result: SnapshotResult) -> str:
    """Return the result as one line."""
    return (
        f"{result.rate:.0f} runs/s asked for; without a snapshot {result.free:.0f}/s, "
        f"with one {result.held[0]:.0f}/s at first and {result.held[-1]:.0f}/s at last "
        f"({result.share:.0%}); dead rows {result.dead[-1]}, after it and a vacuum "
        f"{result.dead_after}; {result.runs} runs"
    )


def _measure(count: Count, seconds: float) -> float:
    before, began = count.value, time.monotonic()
    time.sleep(seconds)
    return (count.value - before) / (time.monotonic() - began)


def _count_dead(engine: sa.Engine) -> int:
    statement = (
        "SELECT sum(n_dead_tup) FROM pg_stat_user_tables "
        "WHERE relname IN ('carboy_task_queue', 'carboy_task_run')"
    )
    with engine.connect() as connection:
        return int(connection.exec_driver_sql(statement).scalar() or 0)


@contextmanager
def _hold(url: str) -> Iterator[None]:
    engine = sa.create_engine(url, isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM carboy_task_queue")
        yield
    engine.dispose()


def _make_ledger(url: str) -> tuple[Path, Ledger]:
    folder = Path(tempfile.gettempdir(), "carboy-drill-owners")
    engine = sa.create_engine(url)
    live = Database(lambda: engine, LIVE_METADATA)
    return folder, Ledger(Database(lambda: engine, METADATA), live, folder)


def _add(url: str, rate: float) -> None:
    """Ask for runs, a few in each transaction, and no faster than they end."""
    _, ledger = _make_ledger(url)
    due = time.monotonic()
    while True:
        due = max(due + _BATCH / rate, time.monotonic() - 1)
        time.sleep(max(0.0, due - time.monotonic()))
        with ledger.database.write() as connection:
            for _ in range(_BATCH):
                ledger.insert(connection.execute, _new_run())


def _new_run() -> NewRun:
    return NewRun(id=str(uuid4()), task="t", queue="q", args="[[], {}]", options="{}")


def _work(url: str, count: Count) -> None:
    """Claim and end runs, and recover what others left, as a worker does."""
    folder, ledger = _make_ledger(url)
    recovery = Recovery(ledger, None, lambda _queue: None)
    lock = ProcessLock(folder)
    recover_at = 0.0
    while True:
        now = time.monotonic()
        if now > recover_at:
            recovery.recover()
            took = time.monotonic() - now
            recover_at = time.monotonic() + max(_RECOVERY_PERIOD, 20 * took)
        runs = ledger.claim_ready(["q"], _ROOM, lock.id, host_id(folder))
        for run in runs:
            ledger.finish(None, run.id, run.token, "null")
        with count.get_lock():
            count.value += len(runs)
        if len(runs) < _ROOM:
            time.sleep(0.005)
