"""What is scheduled starts once for each of its times, however many look."""

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from celery.schedules import crontab

from carboy.tasks import Tasks, TaskUsageError
from carboy.tasks.app_state import TasksState
from carboy.tasks.celery.beat import read_celery_schedule
from carboy.tasks.schedules.cron import Every
from carboy.tasks.schedules.scheduler import Scheduler, make_schedule
from tests.clock import Clock
from tests.tasks.conftest import MakeSite, wait_until


def _declare(tasks: Tasks, span: str = "60s") -> None:
    @tasks.every(span)
    @tasks.task(name="shop.tidy", queue="slow")
    def tidy() -> None: ...


@pytest.fixture
def scheduler(tasks: Tasks, site: TasksState) -> Scheduler:
    _declare(tasks)
    made = Scheduler(site, tasks.celery.schedules)
    made.sync()
    return made


def test_a_time_that_comes_starts_a_run(
    scheduler: Scheduler, site: TasksState, clock: Clock
) -> None:
    assert scheduler.tick() == []
    clock.advance(60)

    (run_id,) = scheduler.tick()

    assert scheduler.tick() == []
    run = site.runs.find(run_id)
    assert run is not None
    assert (run.task, run.queue, run.who) == ("shop.tidy", "slow", "schedule")


@pytest.mark.parametrize(("policy", "runs"), [("once", 1), ("all", 10), ("skip", 1)])
def test_missed_times_follow_the_policy(
    tasks: Tasks, make_site: MakeSite, clock: Clock, policy: str, runs: int
) -> None:
    site = make_site(tasks, TASKS_MISSED=policy)
    _declare(tasks)
    scheduler = Scheduler(site, tasks.celery.schedules)
    scheduler.sync()
    clock.advance(600)

    started = scheduler.tick()
    clock.advance(60)
    started += scheduler.tick()

    assert len(started) - (policy != "skip") == runs


def test_a_paused_schedule_rests_and_goes_on_without_catching_up(
    scheduler: Scheduler, clock: Clock
) -> None:
    assert scheduler.pause("shop.tidy")
    clock.advance(600)
    assert scheduler.tick() == []
    assert scheduler.pause("shop.tidy", paused=False)
    assert scheduler.tick() == []
    clock.advance(60)
    assert len(scheduler.tick()) == 1
    assert not scheduler.pause("nobody")


def test_it_can_be_started_by_hand(scheduler: Scheduler, site: TasksState) -> None:
    run_id = scheduler.run_now("shop.tidy")

    assert run_id is not None
    assert site.runs.find(run_id) is not None
    assert scheduler.run_now("nobody") is None


def test_what_the_code_says_no_more_is_forgotten(
    scheduler: Scheduler, tasks: Tasks, clock: Clock
) -> None:
    tasks.celery.schedules["shop.tidy"] = make_schedule(
        "shop.tidy", "shop.tidy", Every(10), (), {}
    )
    scheduler.sync()
    (stored,) = scheduler.list_schedules()
    assert (stored.rule, stored.next) == ("every 10s", clock() + 10)

    tasks.celery.schedules.clear()
    scheduler.sync()
    assert scheduler.list_schedules() == []


def test_celerys_own_schedule_is_read() -> None:
    read = read_celery_schedule(
        {
            "a": {"task": "t", "schedule": 30.0},
            "b": {"task": "t", "schedule": timedelta(minutes=1), "args": (1,)},
            "c": {"task": "t", "schedule": crontab(hour="3", minute="0")},
        },
        "UTC",
    )

    rules = {name: str(each.rule) for name, each in read.items()}
    assert rules == {"a": "every 30s", "b": "every 60s", "c": "cron 0 3 * * *"}
    with pytest.raises(TaskUsageError, match="'d'"):
        read_celery_schedule({"d": {"task": "t", "schedule": "soon"}}, "UTC")


def _beat(folder: Path) -> None:
    from flask import Flask  # noqa: PLC0415 - a process of its own

    from carboy.tasks import tasks_state  # noqa: PLC0415 - a process of its own

    clock_file = folder / "clock"
    tasks = Tasks(clock=lambda: float(clock_file.read_text()))
    app = Flask("beat", instance_path=str(folder))
    tasks.init_app(app)
    _declare(tasks, "1s")
    scheduler = Scheduler(tasks_state.of(app), tasks.celery.schedules)
    while True:
        scheduler.tick()
        time.sleep(0.002)


def _tell(folder: Path, moment: float) -> None:
    """Set the clock of all processes, in one step."""
    new = folder / "clock.new"
    new.write_text(str(moment))
    new.rename(folder / "clock")


def test_three_schedulers_that_get_killed_start_sixty_runs_for_sixty_times(
    tmp_path: Path, make_site: MakeSite
) -> None:
    now = 1000.0
    _tell(tmp_path, now)
    tasks = Tasks(clock=lambda: float((tmp_path / "clock").read_text()))
    site = make_site(tasks, TASKS_MISSED="all")
    _declare(tasks, "1s")
    scheduler = Scheduler(site, tasks.celery.schedules)
    scheduler.sync()
    context = multiprocessing.get_context("fork")
    dice = random.Random(17)

    def start() -> multiprocessing.process.BaseProcess:
        process = context.Process(target=_beat, args=(tmp_path,), daemon=True)
        process.start()
        return process

    beats = [start() for _ in range(3)]
    try:
        for tick in range(1, 61):
            _tell(tmp_path, now + tick)
            wait_until(lambda tick=tick: site.runs.count() >= tick, 30)
            if tick % 6 == 0:
                victim = beats.pop(dice.randrange(3))
                os.kill(victim.pid or 0, signal.SIGKILL)
                victim.join()
                beats.append(start())
    finally:
        for each in beats:
            each.kill()
            each.join()

    assert site.runs.count() == 60
    assert Counter(run.task for run in site.runs.list_runs(limit=99)) == {
        "shop.tidy": 60
    }
