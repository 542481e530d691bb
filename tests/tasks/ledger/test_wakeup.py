"""A worker notices in time that there may be something to claim."""

import os
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa

from carboy.tasks.ledger.database import Database, make_file_engine
from carboy.tasks.ledger.ledger import Ledger
from carboy.tasks.ledger.runs import NewRun
from carboy.tasks.ledger.tables import LIVE_METADATA, METADATA
from carboy.tasks.ledger.wakeup import FileWakeup, NotificationWakeup, Poll, make_wakeup
from tests.clock import Clock
from tests.tasks.conftest import wait_until

_RUN = NewRun(id="1", task="t", queue="q", args="[[], {}]", options="{}")


def _make_ledger(engine: sa.Engine, folder: Path) -> Ledger:
    live = Database(lambda: engine, LIVE_METADATA)
    return Ledger(Database(lambda: engine, METADATA), live, folder)


def test_a_poll_looks_after_each_period(clock: Clock) -> None:
    poll = Poll(2.0, clock)

    assert poll.has_changed()
    assert not poll.has_changed()
    clock.advance(2)
    assert poll.has_changed()
    assert poll.fileno() == -1


def test_a_write_of_another_connection_is_seen(tmp_path: Path) -> None:
    engine = make_file_engine(tmp_path / "ledger.sqlite", synchronous="OFF")
    ledger = _make_ledger(engine, tmp_path)
    wakeup = make_wakeup(ledger.database)
    assert isinstance(wakeup, FileWakeup)
    assert wakeup.has_changed()
    wakeup._next = float("inf")

    assert not wakeup.has_changed()
    ledger.add(_RUN)
    assert wakeup.has_changed()
    assert not wakeup.has_changed()
    wakeup.close()
    engine.dispose()


def test_a_file_is_closed_before_a_fork(tmp_path: Path) -> None:
    engine = make_file_engine(tmp_path / "ledger.sqlite", synchronous="OFF")
    ledger = _make_ledger(engine, tmp_path)
    wakeup = FileWakeup(str(tmp_path / "ledger.sqlite"))
    wakeup.has_changed()

    pid = os.fork()
    if pid == 0:
        os._exit(0 if wakeup._connection is None else 1)

    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    ledger.add(_RUN)
    assert wakeup.has_changed()
    wakeup.close()
    engine.dispose()


@pytest.fixture
def postgresql(fresh_postgresql: str) -> sa.Engine:
    url = fresh_postgresql.replace("postgresql://", "postgresql+psycopg://")
    return sa.create_engine(url)


def test_a_notification_of_another_process_is_heard(
    postgresql: sa.Engine, tmp_path: Path
) -> None:
    ledger = _make_ledger(postgresql, tmp_path)
    wakeup = make_wakeup(ledger.database)
    assert isinstance(wakeup, NotificationWakeup)
    wakeup.has_changed()
    assert wakeup.fileno() >= 0
    wait_until(lambda: wakeup.has_changed() and wakeup._is_heard)
    wakeup._next = float("inf")
    assert not wakeup.has_changed()

    ledger.add(_RUN)

    wait_until(wakeup.has_changed)
    wakeup.close()
    postgresql.dispose()


def test_it_looks_less_and_less_often_after_a_notification(
    postgresql: sa.Engine, tmp_path: Path, clock: Clock
) -> None:
    _make_ledger(postgresql, tmp_path)
    wakeup = NotificationWakeup(postgresql, clock)
    wakeup.has_changed()
    wait_until(lambda: wakeup.has_changed() or wakeup._is_heard)

    looks = []
    for _ in range(1000):
        clock.advance(0.01)
        if wakeup.has_changed():
            looks.append(round(clock(), 2))
    pauses = [after - before for before, after in pairwise(looks)]

    assert 8 <= len(looks) <= 12
    assert pauses == sorted(pauses)
    assert pauses[-1] == pytest.approx(2, abs=0.05)
    wakeup.close()
    postgresql.dispose()


def test_a_lost_connection_is_made_anew(postgresql: sa.Engine, tmp_path: Path) -> None:
    ledger = _make_ledger(postgresql, tmp_path)
    wakeup = NotificationWakeup(postgresql)
    wakeup.has_changed()
    pid = wakeup._connection.info.backend_pid
    with postgresql.begin() as connection:
        connection.execute(sa.select(sa.func.pg_terminate_backend(pid)))

    wait_until(lambda: wakeup._connection is None or not wakeup.has_changed())
    wait_until(lambda: wakeup.has_changed() and wakeup.fileno() >= 0)
    ledger.add(_RUN)
    wait_until(wakeup.has_changed)
    wakeup.close()
    postgresql.dispose()
