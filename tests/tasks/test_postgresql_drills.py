"""A worker comes back when PostgreSQL fails over, and works through PgBouncer."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from carboy.tasks import tasks_state
from carboy.tasks.readiness import find_problem
from lib.services import Server, make_pgbouncer, make_standby

from . import shop
from .conftest import StartWorker, wait_until

StartServer = Callable[..., Server]
# `make drills` sets 30.
_LOCKED_FOR = float(os.environ.get("DRILL_SECONDS", "3"))


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def _log(folder: Path) -> str:
    return (folder / "worker.log").read_text()


def _ask(url: str, statement: str) -> object:
    engine = sa.create_engine(
        url.replace("postgresql://", "postgresql+psycopg://"),
        isolation_level="AUTOCOMMIT",
        poolclass=sa.NullPool,
    )
    with engine.connect() as connection:
        return connection.exec_driver_sql(statement).scalar()


def test_a_worker_goes_on_at_the_standby_when_the_primary_is_gone(
    tmp_path: Path,
    open_folder: Path,
    stack: ExitStack,
    start_server: StartServer,
    start_worker: StartWorker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    primary = start_server("postgresql", durable=True)
    parts = urlsplit(primary.url)
    standby = make_standby(primary, str(parts.password), parent=open_folder)
    stack.callback(standby.close)
    standby.start()
    hosts = f"host=127.0.0.1:{primary.port}&host=127.0.0.1:{standby.port}"
    user = f"{parts.username}:{parts.password}"
    url = f"postgresql://{user}@/postgres?{hosts}&target_session_attrs=read-write"
    monkeypatch.setenv("SHOP_DATABASE", url)
    app = shop.create_app(str(tmp_path))
    start_worker("worker", "--alone", "-c", "1")
    with app.app_context():
        assert shop.add.delay(1, 1).get(timeout=60) == 2
        written = _ask(primary.url, "SELECT pg_current_wal_lsn()")
        behind = f"SELECT pg_last_wal_replay_lsn() >= '{written}'"
        wait_until(lambda: _ask(standby.url, behind), 30)

        primary.kill()
        wait_until(lambda: "No run can be claimed" in _log(tmp_path), 30)
        assert _ask(standby.url, "SELECT pg_promote()") is True

        wait_until(lambda: "can be claimed again" in _log(tmp_path), 30)
        assert shop.add.delay(2, 2).get(timeout=30) == 4
        wait_until(lambda: find_problem(tasks_state.of(app)) is None, 20)


def test_a_run_is_picked_up_through_a_pooler_that_passes_no_notification_on(
    tmp_path: Path,
    open_folder: Path,
    stack: ExitStack,
    fresh_postgresql: str,
    start_worker: StartWorker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pooler = make_pgbouncer(fresh_postgresql, parent=open_folder)
    stack.callback(pooler.close)
    pooler.start()
    monkeypatch.setenv("SHOP_DATABASE", pooler.url)
    # Prepared statements need PgBouncer 1.21.
    options = '{"connect_args": {"prepare_threshold": null}}'
    monkeypatch.setenv("SHOP_ENGINE_OPTIONS", options)
    app = shop.create_app(str(tmp_path))
    start_worker("worker", "--alone", "-c", "1")
    with app.app_context():
        assert shop.add.delay(1, 1).get(timeout=60) == 2
        waits = []
        for number in range(5):
            # Longer than a worker looks around after a run.
            time.sleep(1.2)
            result = shop.add.delay(number, 1)
            assert result.get(timeout=20) == number + 1
            run = result.run
            assert run.started is not None
            waits.append(run.started - run.created)

    assert "No run can be claimed" not in _log(tmp_path)
    # Twice the period of the poll; the least of them, for the machine may be busy.
    assert sorted(waits)[len(waits) // 2] < 1.0, waits


def test_a_locked_table_is_waited_for_and_work_goes_on(
    tmp_path: Path,
    fresh_postgresql: str,
    start_worker: StartWorker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SHOP_DATABASE", fresh_postgresql)
    app = shop.create_app(str(tmp_path))
    start_worker("worker", "-c", "1")
    with app.app_context():
        assert shop.add.delay(1, 1).get(timeout=60) == 2
        result = shop.add.apply_async((2, 2), countdown=0.5)
        engine = sa.create_engine(
            fresh_postgresql.replace("postgresql://", "postgresql+psycopg://")
        )
        with engine.begin() as connection:
            connection.exec_driver_sql("LOCK TABLE carboy_task_queue")
            time.sleep(_LOCKED_FOR)

        assert result.get(timeout=30) == 4
    engine.dispose()
