"""A worker comes back when PostgreSQL fails over, and works through PgBouncer."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from kombu import Connection, Queue

from carboy.tasks import tasks_state
from carboy.tasks.celery.transport import register
from carboy.tasks.ledger.wakeup import NotificationWakeup
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
    site = tasks_state.of(app)
    messages: list[Any] = []
    register()
    find = {"find_site": lambda: site}
    link = stack.enter_context(
        Connection("carboy-ledger://localhost/", transport_options=find)
    )
    queue = Queue("default", channel=link.channel())
    receive = [lambda _body, message: messages.append(message)]
    link.Consumer([queue], callbacks=receive, accept=["json"]).consume()

    with app.app_context():
        for number in range(3):
            result = shop.add.delay(number, 1)
            link.drain_events(timeout=30)
            assert messages[-1].headers["id"] == result.id
            site.ledger.finish(None, result.id, 1, f"{number + 1}")
            messages[-1].ack()
            assert result.get(timeout=30) == number + 1

    # Nothing was heard, so the worker goes on to look five times a second.
    wakeup = link.transport._wakeup
    assert isinstance(wakeup, NotificationWakeup)
    assert (wakeup._is_heard, wakeup.period) == (False, 0.2)
    assert site.claiming.problem is None
    site.active_runs.close()


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
        # Else a failure here would be another test's unclosed connection.
        engine.dispose()

        assert result.get(timeout=60) == 4
    # It was not taken for dead meanwhile.
    assert "is silent" not in _log(tmp_path)
