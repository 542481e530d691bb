"""The next runs of a queue are claimed once, in order, on every database."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from carboy.tasks.ledger.claims import Claimer
from carboy.tasks.ledger.database import Database, make_file_engine
from carboy.tasks.ledger.ledger import Ledger
from carboy.tasks.ledger.recovery import Recovery
from carboy.tasks.ledger.runs import NewRun, Runs
from carboy.tasks.ledger.tables import LIVE_METADATA, METADATA
from carboy.tasks.operations import cancel
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


@pytest.fixture
def postgresql(fresh_postgresql: str, tmp_path: Path) -> Iterator[Ledger]:
    url = fresh_postgresql.replace("postgresql://", "postgresql+psycopg://")
    engine = sa.create_engine(url)
    live = Database(lambda: engine, LIVE_METADATA)
    yield Ledger(Database(lambda: engine, METADATA), live, tmp_path)
    engine.dispose()


def _read_entries(ledger: Ledger) -> int:
    """Count the entries of the claim's index that were read so far."""
    statement = (
        "SELECT pg_stat_force_next_flush(), idx_tup_read FROM pg_stat_user_indexes "
        "WHERE indexrelname = 'ix_carboy_task_queue_claim'"
    )
    with ledger.database.read() as connection:
        # Figures are passed on when a transaction ends.
        connection.exec_driver_sql(statement)
        return int(connection.exec_driver_sql(statement).one()[1])


def _claim_and_end(ledger: Ledger, number: int) -> None:
    for each in range(number):
        _add(ledger, f"{ledger.read_now()}-{each}")
    for run in ledger.claim_ready(["q"], number, "owner", "host"):
        assert ledger.finish(None, run.id, run.token, "null")


def test_claims_do_not_step_over_the_runs_that_a_held_snapshot_keeps(
    postgresql: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_REST", "_LONGEST_REST", "_SHORT"):
        monkeypatch.setattr(f"carboy.tasks.ledger.claims.{name}", 1e9)
    _claim_and_end(postgresql, 1)
    engine = postgresql.database.engine.execution_options(
        isolation_level="REPEATABLE READ"
    )
    with engine.connect() as snapshot:
        snapshot.exec_driver_sql("SELECT count(*) FROM carboy_task_queue")
        for _ in range(10):
            _claim_and_end(postgresql, 30)
        before = _read_entries(postgresql)
        _claim_and_end(postgresql, 10)
        read = _read_entries(postgresql) - before

        # 300 runs are dead by now; each one left entries behind.
        assert 10 <= read < 100


def test_a_run_that_was_committed_late_is_claimed_though_later_ones_were(
    postgresql: Ledger,
) -> None:
    with postgresql.database.engine.begin() as connection:
        late = NewRun(id="late", task="t", queue="q", args="[[], {}]", options="{}")
        postgresql.insert(connection.execute, late)
        for run_id in ("a", "b"):
            _add(postgresql, run_id)
            assert _claim(postgresql) == [run_id]

    end = time.monotonic() + 30
    claimed: list[str] = []
    while not claimed and time.monotonic() < end:
        claimed = _claim(postgresql)

    assert claimed == ["late"]


def test_a_look_that_waited_for_a_lock_does_not_put_off_the_next_one(
    postgresql: Ledger, clock: Clock
) -> None:
    claimer = Claimer(postgresql.database, postgresql.now(), clock)
    later = NewRun(
        id="later", task="t", queue="q", args="[[], {}]", options="{}", delay=0.001
    )
    postgresql.add(later)
    _add(postgresql, "a")

    # A lock of the table is such a wait: neither costs the database anything.
    event.listen(
        postgresql.database.engine,
        "before_cursor_execute",
        lambda *_: clock.advance(4),
        once=True,
    )
    assert [run.id for run in claimer.claim(["q"], 1, "owner", "host")] == ["a"]
    # Its time was before that of the other one, and has only now come.
    assert Recovery(postgresql, None, lambda _queue: None).offer_due() == 1
    clock.advance(1)

    assert [run.id for run in claimer.claim(["q"], 1, "owner", "host")] == ["later"]


def test_a_claim_that_was_not_begun_is_offered_again_without_a_loss(
    ledger: Ledger,
) -> None:
    for run_id in ("a", "b", "c"):
        _add(ledger, run_id)
    runs = ledger.claim_ready(["q"], 3, "owner", "host")
    ledger.finish(None, "a", 1, "null")
    cancel(ledger, "b")

    ledger.unclaim(runs)

    found = Runs(ledger.database).find_many(["a", "b", "c"])
    assert {name: run.state for name, run in found.items()} == {
        "a": "done",
        "b": "cancelled",
        "c": "waiting",
    }
    (again,) = ledger.claim_ready(["q"], 3, "owner", "host")
    assert (again.id, again.token, again.losses) == ("c", 2, 0)
