"""A row and its task stand and fall together, however a request ends."""

import threading
from pathlib import Path

import pytest
from flask import Flask

from carboy.tasks import tasks_state
from lib.crash import run_requests

from . import shop
from .conftest import StartWorker, wait_until

_HALF = 50


@pytest.mark.parametrize("broker", ["sqlite", "redis"])
def test_web_processes_that_are_killed_leave_no_row_without_task(
    tmp_path: Path, request: pytest.FixtureRequest, broker: str
) -> None:
    url = request.getfixturevalue("fresh_redis") if broker == "redis" else ""

    found = run_requests(12, tmp_path, url)

    assert found.is_good, found
    assert found.rows >= 12


def test_no_task_of_a_hundred_requests_misses_its_row(
    tmp_path: Path, start_worker: StartWorker
) -> None:
    app = shop.create_app(str(tmp_path))
    app.add_url_rule("/keep/<int:number>", "keep", _keep)
    app.add_url_rule("/undo/<int:number>", "undo", _undo)
    start_worker("worker", "--alone", "-c", "2")

    threads = [
        threading.Thread(target=app.test_client().get, args=(f"/{name}/{number}",))
        for number in range(_HALF)
        for name in ("keep", "undo")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    site = tasks_state.of(app)
    wait_until(lambda: all(run.is_ended for run in site.runs.list_runs()), 40)
    runs = site.runs.list_runs(limit=1000)
    assert sorted(run.value for run in runs) == list(range(_HALF))
    assert _count_rows(app) == _HALF


def _keep(number: int) -> str:
    return _ask(number, keep=True)


def _undo(number: int) -> str:
    return _ask(number + 1000, keep=False)


def _ask(number: int, *, keep: bool) -> str:
    session = shop.db.session
    session.add(shop.Effect(number=number))
    shop.see.delay(number)
    if keep:
        session.commit()
    else:
        session.rollback()
    return "done"


def _count_rows(app: Flask) -> int:
    with app.app_context():
        return len(shop.db.session.scalars(shop.db.select(shop.Effect)).all())
