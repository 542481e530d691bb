"""The next runs of a queue are claimed once, in order, on every database."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from carboy.tasks.ledger.database import Database, make_file_engine
from carboy.tasks.ledger.ledger import Ledger
from carboy.tasks.ledger.runs import NewRun
from carboy.tasks.ledger.tables import LIVE_METADATA, METADATA
from tests.clock import Clock


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def ledger(
    request: pytest.FixtureRequest, tmp_path: Path, clock: Clock
) -> Iterator[Ledger]:
    if request.param == "sqlite":
        engine = make_file_engine(tmp_path / "ledger.sqlite", synchronous="OFF")
    else:
        url = request.getfixturevalue(f"fresh_{request.param}")
        engine = sa.create_engine(
            url.replace("postgresql://", "postgresql+psycopg://"), pool_size=8
        )
    live = Database(lambda: engine, LIVE_METADATA)
    yield Ledger(Database(lambda: engine, METADATA), live, tmp_path, clock=clock)
    engine.dispose()


def _add(ledger: Ledger, run_id: str, queue: str = "q", priority: int = 5) -> None:
    run = NewRun(
        id=run_id,
        task="t",
        queue=queue,
        args="[[], {}]",
        options="{}",
        priority=priority,
    )
    ledger.add(run)


def _claim(ledger: Ledger, *queues: str, room: int = 10) -> list[str]:
    runs = ledger.claim_ready(queues or ("q",), room, "owner", "host")
    assert all(run.token == 1 and run.state == "running" for run in runs)
    return [run.id for run in runs]


def test_the_most_important_and_oldest_come_first(ledger: Ledger, clock: Clock) -> None:
    for run_id, priority in (("a", 1), ("b", 9), ("c", 1), ("d", 9)):
        _add(ledger, run_id, priority=priority)
        clock.advance(1)

    assert _claim(ledger, room=3) == ["b", "d", "a"]
    assert _claim(ledger) == ["c"]
    assert _claim(ledger) == []


def test_a_queue_with_a_more_important_run_comes_first(ledger: Ledger) -> None:
    _add(ledger, "a", "mail")
    _add(ledger, "b", "bulk", priority=9)
    _add(ledger, "c", "other")

    assert _claim(ledger, "mail", "bulk", room=1) == ["b"]
    assert _claim(ledger, "mail", "bulk") == ["a"]


def test_no_run_is_claimed_by_two_workers(ledger: Ledger) -> None:
    for number in range(60):
        _add(ledger, str(number))
    claimed: list[str] = []

    def work() -> None:
        while ids := _claim(ledger, room=3):
            claimed.extend(ids)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(claimed, key=int) == [str(number) for number in range(60)]
