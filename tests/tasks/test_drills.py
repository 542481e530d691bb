"""A worker is never silently idle: it says what is wrong, and comes back by itself."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from carboy.tasks import Tasks, tasks_state
from carboy.tasks.app_state import TasksState
from carboy.tasks.readiness import find_problem
from lib.services import Server
from tests.small_disk import mount_small_disk

from . import shop
from .conftest import MakeSite, StartWorker, wait_until

_NOISE = os.urandom(4096) * 4


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return shop.create_app(str(tmp_path))


def _log(folder: Path) -> str:
    return (folder / "worker.log").read_text()


def test_a_live_file_of_noise_is_set_aside_and_made_anew(
    tasks: Tasks, make_site: MakeSite, tmp_path: Path
) -> None:
    site, neighbour = make_site(tasks), make_site(Tasks())
    site.live.heartbeat("a", "here", "worker")
    assert len(neighbour.live.list_workers(within=1e12)) == 1
    path = tmp_path / "tasks" / "live.sqlite"

    path.write_bytes(_NOISE)
    path.with_name("live.sqlite-wal").write_bytes(_NOISE)
    for each in (site, neighbour):
        each.live_database.engine.dispose()
    wait_until(lambda: _writes(site), 5)

    assert _writes(neighbour)
    owners = {each.owner for each in site.live.list_workers(within=1e12)}
    assert owners == {"b"}
    assert len(list(path.parent.glob("live.sqlite.broken-*"))) == 1


def _writes(site: TasksState) -> bool:
    try:
        site.live.heartbeat("b", "here", "worker")
    except sa.exc.DatabaseError:
        return False
    return True


def test_a_file_with_the_runs_of_a_site_is_never_touched(
    tasks: Tasks, site: TasksState, tmp_path: Path
) -> None:
    site.runs.count()
    site.database.engine.dispose()
    path = tmp_path / "tasks" / "ledger.sqlite"
    path.write_bytes(_NOISE)

    for _ in range(2):
        assert "cannot be read" in (find_problem(site) or "")

    assert path.read_bytes() == _NOISE


def test_a_worker_works_on_while_its_live_file_is_overwritten(
    app: Flask, tmp_path: Path, start_worker: StartWorker
) -> None:
    start_worker("worker", "--alone", "-c", "1")
    with app.app_context():
        assert shop.add.delay(1, 1).get(timeout=40) == 2
        (tmp_path / "tasks" / "live.sqlite").write_bytes(_NOISE)
        (tmp_path / "tasks" / "live.sqlite-wal").write_bytes(_NOISE)

        assert shop.add.delay(2, 2).get(timeout=40) == 4
        wait_until(lambda: find_problem(tasks_state.of(app)) is None, 20)


def test_a_locked_table_is_logged_and_work_goes_on_after_it(
    app: Flask, tmp_path: Path, start_worker: StartWorker
) -> None:
    start_worker("worker", "--alone", "-c", "1")
    with app.app_context():
        assert shop.add.delay(1, 1).get(timeout=40) == 2
        result = shop.add.apply_async((2, 2), countdown=0.5)
        path = tmp_path / "shop.sqlite"
        with closing(sqlite3.connect(path, isolation_level=None)) as link:
            link.execute("BEGIN IMMEDIATE")
            link.execute("UPDATE carboy_task_queue SET state = 1")
            link.execute("COMMIT")
            link.execute("BEGIN IMMEDIATE")
            wait_until(
                lambda: (
                    "No run can be claimed" in _log(tmp_path)
                    or result.run.state == "done"
                ),
                30,
            )
            link.execute("COMMIT")

        assert result.get(timeout=30) == 4


def test_a_worker_survives_a_restart_of_postgresql(
    tmp_path: Path,
    start_server: Callable[..., Server],
    start_worker: StartWorker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = start_server("postgresql", durable=True)
    monkeypatch.setenv("SHOP_DATABASE", server.url)
    app = shop.create_app(str(tmp_path))
    start_worker("worker", "--alone", "-c", "1")
    with app.app_context():
        assert shop.add.delay(1, 1).get(timeout=40) == 2

        server.kill()
        wait_until(lambda: "No run can be claimed" in _log(tmp_path), 20)
        assert find_problem(tasks_state.of(app)) is not None
        server.start()

        wait_until(lambda: "can be claimed again" in _log(tmp_path), 20)
        assert shop.add.delay(2, 2).get(timeout=30) == 4
        wait_until(lambda: find_problem(tasks_state.of(app)) is None, 20)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of four megabytes."""
    with mount_small_disk(tmp_path / "disk", "4m") as folder:
        yield folder


def test_a_full_disk_is_logged_and_work_goes_on_after_it(
    small_disk: Path, tmp_path: Path, start_worker: StartWorker
) -> None:
    app = shop.create_app(str(small_disk))
    start_worker("worker", "--alone", "-c", "1", SHOP_FOLDER=str(small_disk))
    with app.app_context():
        assert shop.add.delay(1, 1).get(timeout=40) == 2
        result = shop.add.apply_async((2, 2), countdown=1.0)
        _fill(small_disk / "filler")
        # The run is due, and nothing can be written about it.
        wait_until(lambda: "the disk is full" in _log(tmp_path), 20)
        (small_disk / "filler").unlink()

        assert result.get(timeout=30) == 4


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(1024))
