"""A real worker, killed and stopped: nothing is lost, and all of it is seen."""

import os
import signal
from pathlib import Path

import pytest
from flask import Flask

from carboy.tasks import RunResult, tasks_state
from carboy.tasks.app_state import TasksState
from carboy.tasks.celery.worker import list_queues
from tests.tasks import shop
from tests.tasks.conftest import StartWorker, wait_until


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return shop.create_app(str(tmp_path))


@pytest.fixture
def here(app: Flask) -> TasksState:
    return tasks_state.of(app)


def _state(result: RunResult) -> str:
    return result.run.state


def _is_running(site: TasksState, result: RunResult) -> bool:
    told = site.live.find_progress([result.id]).get(result.id)
    return told is not None and told.fraction > 0


def test_a_worker_takes_all_queues_that_tasks_name(here: TasksState) -> None:
    assert list_queues(here.celery) == ["default", "bulk"]


@pytest.mark.parametrize("pool", ["prefork", "threads", "solo"])
def test_every_pool_works_cancels_and_gives_results(
    app: Flask, here: TasksState, start_worker: StartWorker, pool: str
) -> None:
    start_worker("worker", "--alone", "-p", pool, "-c", "2")
    with app.app_context():
        results = [shop.add.delay(n, n) for n in range(5)]
        assert [each.get(timeout=20) for each in results] == [0, 2, 4, 6, 8]
        assert shop.bulk.delay().get(timeout=20) == "moved"
        shop.write.delay(7).get(timeout=20)
        assert [
            row.number for row in shop.db.session.scalars(shop.db.select(shop.Effect))
        ] == [7]

        long = shop.wait.delay(30)
        wait_until(lambda: _is_running(here, long))
        assert long.cancel()
        wait_until(lambda: _state(long) == "cancelled", 5)
        assert shop.add.delay(1, 1).get(timeout=20) == 2


def test_a_sleep_in_the_kernel_is_interrupted_by_a_cancel(
    app: Flask, start_worker: StartWorker
) -> None:
    start_worker("worker", "--alone", "-c", "1")
    with app.app_context():
        result = shop.sleep.delay(60)
        wait_until(lambda: _state(result) == "running")
        result.cancel()
        wait_until(lambda: _state(result) == "cancelled", 5)


def test_a_poisonous_task_is_given_up_and_hinders_nobody(
    app: Flask, start_worker: StartWorker
) -> None:
    start_worker("worker", "--alone", "-c", "2")
    with app.app_context():
        bad = shop.poison.delay()
        good = [shop.add.delay(n, 1) for n in range(10)]

        assert [each.get(timeout=30) for each in good] == list(range(1, 11))
        wait_until(lambda: _state(bad) == "dead", 40)
        assert bad.run.losses == 5


def test_a_killed_worker_is_started_again_and_its_work_goes_on(
    app: Flask, here: TasksState, start_worker: StartWorker
) -> None:
    process = start_worker("worker", "-c", "1")
    with app.app_context():
        first = shop.pid.delay().get(timeout=20)
        result = shop.wait.delay(2)
        wait_until(lambda: _is_running(here, result))
        os.killpg(os.getpgid(first), signal.SIGKILL)

        assert result.get(timeout=30) == "rested"
        assert result.run.losses == 1
        assert process.poll() is None


def test_a_worker_that_is_told_to_stop_finishes_what_it_began(
    app: Flask, here: TasksState, start_worker: StartWorker
) -> None:
    process = start_worker("worker", "-c", "1")
    with app.app_context():
        result = shop.wait.delay(2)
        wait_until(lambda: _is_running(here, result))
        process.send_signal(signal.SIGTERM)

        assert process.wait(20) == 0
        assert result.run.state == "done"
        assert result.run.attempts == 1


def test_a_run_whose_web_process_died_before_the_message_still_runs(
    app: Flask, here: TasksState, start_worker: StartWorker
) -> None:
    pid = os.fork()
    if pid == 0:
        here.notify = lambda _run: os.kill(os.getpid(), signal.SIGKILL)
        with app.app_context():
            shop.db.engine.dispose(close=False)
            shop.db.session.add(shop.Effect(number=1))
            shop.add.delay(20, 22)
            shop.db.session.commit()
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
    (run,) = here.runs.list_runs()
    assert run.state == "waiting"

    start_worker("worker", "--alone", "-c", "1")

    with app.app_context():
        result = shop.tasks.get(run.id)
        assert result.get(timeout=20) == 42


def test_redis_that_forgets_everything_loses_no_run(
    app: Flask, tmp_path: Path, start_worker: StartWorker, private_redis: object
) -> None:
    os.environ["SHOP_BROKER"] = private_redis.url  # type: ignore[attr-defined]  # a server
    try:
        here = tasks_state.of(shop.create_app(str(tmp_path)))
    finally:
        del os.environ["SHOP_BROKER"]
    with here.app.app_context():
        results = [shop.add.delay(n, 1) for n in range(20)]
        private_redis.kill()  # type: ignore[attr-defined]  # a server
        in_outage = shop.add.delay(100, 1)
        private_redis.start()  # type: ignore[attr-defined]  # a server
        start_worker("worker", "--alone", "-c", "2", SHOP_BROKER=private_redis.url)  # type: ignore[attr-defined]  # a server

        assert [each.get(timeout=30) for each in results] == list(range(1, 21))
        assert in_outage.get(timeout=30) == 101
