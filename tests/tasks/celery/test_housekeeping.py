"""The keeper rings, cleans up and gives signs of life."""

import os
import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from carboy.tasks import Tasks
from carboy.tasks.celery.housekeeping import Housekeeper, HousekeepingStep
from carboy.tasks.liveness import ProcessLock
from carboy.tasks.schedules.scheduler import Scheduler
from carboy.tasks.worker import PULSE, fork_lock
from tests.tasks.conftest import MakeSite, wait_until


def test_it_rings_for_what_is_due_and_starts_what_is_scheduled(
    make_site: MakeSite,
) -> None:
    tasks = Tasks()
    site = make_site(tasks)

    @tasks.every(0.2)
    @tasks.task(name="shop.tidy")
    def tidy() -> None: ...

    later = tidy.apply_async(countdown=0.1)
    housekeeper = Housekeeper(
        site, "prefork x 1", Scheduler(site, tasks.celery.schedules)
    )
    housekeeper.start()
    try:
        wait_until(lambda: later.run.sent_at is not None)
        wait_until(lambda: site.runs.count() >= 2)
        wait_until(lambda: [w.kind for w in site.live.list_workers()] == ["worker"])
    finally:
        housekeeper.stop()
        site.active_runs.close()

    assert site.live.list_workers() == []


@pytest.mark.parametrize("pool", ["prefork", "solo"])
def test_the_supervisor_hears_a_worker_whose_database_does_not_answer(
    make_site: MakeSite, monkeypatch: pytest.MonkeyPatch, pool: str
) -> None:
    reading, writing = os.pipe()
    monkeypatch.setenv(PULSE, str(writing))
    repeated: list[Callable[[], object]] = []
    tasks = Tasks()
    site = make_site(tasks)
    amqp = SimpleNamespace(queues=SimpleNamespace(consume_from=["default"]))
    worker = SimpleNamespace(
        app=SimpleNamespace(site=site, amqp=amqp, schedules=tasks.celery.schedules),
        timer=SimpleNamespace(call_repeatedly=lambda _, call: repeated.append(call)),
        pool_cls=type("TaskPool", (), {"__module__": f"celery.concurrency.{pool}"}),
        concurrency=1,
        pool=None,
        use_eventloop=True,
    )
    step = HousekeepingStep(worker)
    step.start(worker)
    try:
        if pool == "solo":
            # Its loop stands still while a task runs.
            assert os.read(reading, 1) == b"."
        # As a thread that waits for a statement does.
        with fork_lock.lock:
            for call in repeated:
                call()
            assert b"." in os.read(reading, 100)
    finally:
        step.stop(worker)
        site.end_queue.close()
        site.active_runs.close()
        os.close(reading)
        os.close(writing)


def test_files_of_dead_owners_are_removed(make_site: MakeSite) -> None:
    site = make_site(Tasks())
    folder = site.folder / "owners"
    pid = os.fork()
    if pid == 0:
        ProcessLock(folder)
        os._exit(0)
    os.waitpid(pid, 0)
    housekeeper = Housekeeper(site, "", None)

    housekeeper._clean()

    assert list(folder.iterdir()) == []


def test_a_job_that_fails_does_not_end_the_keeper(make_site: MakeSite) -> None:
    housekeeper = Housekeeper(make_site(Tasks()), "", None)

    def job() -> None:
        raise OSError("the database is away")

    housekeeper._do(job)


def test_a_job_that_goes_on_failing_is_logged_once_a_minute(
    make_site: MakeSite,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    housekeeper = Housekeeper(make_site(Tasks()), "", None)
    now, errors = [1000.0], [OSError("the database is away")]
    monkeypatch.setattr(
        "carboy.tasks.celery.housekeeping.time.monotonic", lambda: now[0]
    )

    def job() -> None:
        for error in errors:
            raise error

    def count_lines(after: float) -> int:
        now[0] += after
        housekeeper._do(job)
        return len(caplog.records)

    assert [count_lines(each) for each in (0, 0.5, 59, 1)] == [1, 1, 1, 2]
    error = errors.pop()
    assert count_lines(0.5) == 2
    errors.append(error)
    assert count_lines(0.5) == 3


def test_a_job_that_waited_for_the_broker_does_not_rest(make_site: MakeSite) -> None:
    site = make_site(Tasks())
    housekeeper = Housekeeper(site, "", None)
    long_ago = time.monotonic() - 10
    assert housekeeper._rest_since(long_ago) > 0

    site.broker_pause.trip()

    assert housekeeper._rest_since(long_ago) == 0
