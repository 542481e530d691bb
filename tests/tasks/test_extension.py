"""What a site writes with `tasks`, without a worker: the ledger and the drain."""

import pytest
from celery import chain, chord, group
from flask import Flask
from sqlalchemy.orm import Mapped, mapped_column

from carboy.db import SQLAlchemy
from carboy.errors import ConfigError, WiringError
from carboy.tasks import (
    RunResult,
    Tasks,
    TaskUsageError,
    UnknownRunError,
    make_celery,
    once,
    progress,
)
from carboy.tasks.app_state import TasksState
from tests.clock import Clock

from .conftest import MakeSite


def test_a_wrong_argument_fails_at_the_call(tasks: Tasks, site: TasksState) -> None:
    @tasks.task
    def add(a: int, b: int) -> int:
        return a + b

    with pytest.raises(TypeError, match="'b'"):
        add.delay(1)  # type: ignore[call-arg]  # that is the point
    assert site.runs.count() == 0


def test_a_call_in_code_is_a_call(tasks: Tasks, site: TasksState) -> None:
    @tasks.task
    def add(a: int, b: int) -> int:
        return a + b

    assert add(1, 2) == 3
    assert site.runs.count() == 0


def test_a_result_is_there_after_the_run(tasks: Tasks, site: TasksState) -> None:
    @tasks.task
    def add(a: int, b: int) -> int:
        return a + b

    result = add.delay(1, b=2)

    assert result.state == "PENDING"
    assert tasks.drain() == [result.id]
    assert (result.state, result.get()) == ("SUCCESS", 3)
    assert tasks.get(result.id).run.attempts == 1


def test_an_unknown_id_is_said_to_be_unknown(tasks: Tasks, site: TasksState) -> None:
    assert tasks.find("nobody") is None
    with pytest.raises(UnknownRunError, match="nobody"):
        tasks.get("nobody")
    unknown = tasks.celery.AsyncResult("nobody")
    assert unknown.state == "UNKNOWN"


def test_an_error_is_kept_with_its_traceback(tasks: Tasks, site: TasksState) -> None:
    @tasks.task
    def charge() -> None:
        raise ValueError("declined")

    result = charge.delay()
    tasks.drain()

    assert result.state == "FAILURE"
    assert "declined" in result.traceback
    with pytest.raises(ValueError, match="declined"):
        result.get()


def test_a_result_that_is_no_json_fails_the_run(tasks: Tasks, site: TasksState) -> None:
    @tasks.task
    def give() -> object:
        return object()

    result = give.delay()
    tasks.drain()

    assert result.run.state == "failed"
    assert "must be JSON" in (result.run.error or "")


def test_a_task_is_tried_again_with_growing_pauses(
    tasks: Tasks, site: TasksState, clock: Clock
) -> None:
    tries: list[float] = []

    @tasks.task(retries=2, backoff=10, jitter=False, retry_on=(OSError,))
    def call() -> str:
        tries.append(clock())
        if len(tries) < 3:
            raise OSError("no answer")
        return "answered"

    result = call.delay()
    tasks.drain()
    assert result.state == "RETRY"
    for seconds in (10, 20):
        clock.advance(seconds - 1)
        assert tasks.drain() == []
        clock.advance(1)
        tasks.drain()

    assert result.get() == "answered"
    assert [round(t - tries[0]) for t in tries] == [0, 10, 30]


def test_when_all_tries_are_used_up_the_run_has_failed(
    tasks: Tasks, site: TasksState, clock: Clock
) -> None:
    @tasks.task(retries=1, backoff=1, jitter=False)
    def call() -> None:
        raise OSError("no answer")

    result = call.delay()
    tasks.drain()
    clock.advance(5)
    tasks.drain()

    assert result.run.state == "failed"
    assert result.run.attempts == 2


def test_a_task_that_retries_itself_keeps_its_arguments(
    tasks: Tasks, site: TasksState, clock: Clock
) -> None:
    @tasks.celery.task(bind=True, shared=False, max_retries=3)  # type: ignore[untyped-decorator]  # Celery has no types
    def own(self: object, n: int) -> int:
        if self.request.retries < 2:  # type: ignore[attr-defined]  # Celery's task
            raise self.retry(countdown=1)  # type: ignore[attr-defined]  # Celery's task
        return n

    result = own.delay(7)
    for _ in range(3):
        tasks.drain()
        clock.advance(2)

    assert result.get() == 7


def test_a_unique_task_waits_or_runs_once_at_a_time(
    tasks: Tasks, site: TasksState
) -> None:
    @tasks.task(unique=True)
    def report(month: int) -> int:
        return month

    first, second, other = report.delay(1), report.delay(1), report.delay(2)

    assert first.id == second.id
    assert other.id != first.id
    tasks.drain()
    assert report.delay(1).id != first.id


def test_chains_groups_and_chords_are_celerys_own(
    tasks: Tasks, site: TasksState, clock: Clock
) -> None:
    @tasks.task
    def add(a: int, b: int) -> int:
        return a + b

    @tasks.task
    def total(numbers: list[int]) -> int:
        return sum(numbers)

    in_a_row = chain(add.s(1, 2), add.s(10), add.s(100)).apply_async()
    together = group(add.s(n, n) for n in range(3)).apply_async()
    summed = chord([add.s(n, n) for n in range(3)], total.s()).apply_async()
    for _ in range(4):
        tasks.drain()
        clock.advance(2)

    assert in_a_row.get() == 113
    assert together.get() == [0, 2, 4]
    assert summed.get() == 6
    assert in_a_row.run.parent is not None


def test_a_later_run_waits_for_its_time(
    tasks: Tasks, site: TasksState, clock: Clock
) -> None:
    @tasks.task
    def add(a: int, b: int) -> int:
        return a + b

    result = add.apply_async((1, 2), countdown=60)

    assert tasks.drain() == []
    clock.advance(61)
    assert tasks.drain() == [result.id]


def test_a_cancelled_run_never_begins_and_can_be_tried_again(
    tasks: Tasks, site: TasksState
) -> None:
    @tasks.task
    def add(a: int, b: int) -> int:
        return a + b

    result = add.delay(1, 2)
    assert result.cancel()
    assert tasks.drain() == []
    assert result.state == "REVOKED"

    again: RunResult = tasks.get(result.id)
    assert again.retry()
    tasks.drain()
    assert again.get() == 3


def _make_db() -> tuple[SQLAlchemy, type]:
    db = SQLAlchemy()

    class Order(db.Model):  # type: ignore[name-defined]  # made for this test
        id: Mapped[int] = mapped_column(primary_key=True)

    return db, Order


def test_a_run_exists_if_its_transaction_does(
    tasks: Tasks, make_site: MakeSite
) -> None:
    db, order_class = _make_db()
    site = make_site(tasks, db)

    @tasks.task
    def ship(order: int) -> int:
        assert db.session.get(order_class, order) is not None
        return order

    with site.app.app_context():
        db.create_all()
        order = order_class()
        db.session.add(order)
        db.session.flush()
        rolled_back = ship.delay(order.id)
        db.session.rollback()
        order = order_class()
        db.session.add(order)
        db.session.flush()
        kept = ship.delay(order.id)
        db.session.commit()

        assert tasks.drain() == [kept.id]
        assert kept.get() == order.id
        assert tasks.find(rolled_back.id) is None


def test_a_call_without_anything_to_commit_is_written_at_once(
    tasks: Tasks, make_site: MakeSite
) -> None:
    db, order_class = _make_db()
    site = make_site(tasks, db)

    @tasks.task
    def ship() -> None: ...

    with site.app.app_context():
        db.create_all()
        db.session.scalars(db.select(order_class)).all()
        result = ship.delay()

    assert tasks.get(result.id).run.state == "waiting"


def test_what_a_failed_task_wrote_is_rolled_back(
    tasks: Tasks, make_site: MakeSite
) -> None:
    db, order_class = _make_db()
    site = make_site(tasks, db)

    @tasks.task
    def half() -> None:
        db.session.add(order_class())
        db.session.flush()
        raise ValueError("half way")

    with site.app.app_context():
        db.create_all()
        result = half.delay()
        tasks.drain()
        assert db.session.scalars(db.select(order_class)).all() == []
        assert result.run.state == "failed"


def test_run_now_runs_after_the_commit(tasks: Tasks, make_site: MakeSite) -> None:
    db, order_class = _make_db()
    site = make_site(tasks, db)
    seen: list[int] = []

    @tasks.task
    def ship() -> None:
        seen.append(1)

    with site.app.app_context(), tasks.run_now():
        db.create_all()
        db.session.add(order_class())
        result = ship.delay()
        assert seen == []
        db.session.commit()

        assert seen == [1]
        assert result.run.state == "done"


def test_an_effect_outside_of_the_database_is_kept_between_tries(
    tasks: Tasks, site: TasksState, clock: Clock
) -> None:
    calls: list[str] = []

    @tasks.task(retries=3, backoff=1, jitter=False)
    def pay() -> str:
        paid = once("charge", lambda key: calls.append(key) or f"receipt {len(calls)}")
        if len(calls) == 1 and pay.request.retries == 0:  # type: ignore[attr-defined]  # Celery's task
            raise OSError("after the payment")
        return paid

    result = pay.delay()
    tasks.drain()
    clock.advance(5)
    tasks.drain()

    assert result.get() == "receipt 1"
    assert calls == [f"{result.id}:charge"]


def test_progress_is_seen_while_the_task_runs(tasks: Tasks, site: TasksState) -> None:
    seen: list[object] = []

    @tasks.task
    def climb() -> None:
        progress(3, 10, "third step")
        seen.append(result.progress)
        seen.append(result.state)

    result = climb.delay()
    tasks.drain()

    assert seen[0].fraction == 0.3  # type: ignore[attr-defined]  # it is there
    assert seen[1] == "PROGRESS"


def test_a_guard_and_a_name_may_be_told_before_and_after(site: TasksState) -> None:
    late = site.app.extensions["tasks"]
    tasks = Tasks()
    tasks.identify(lambda: "ada")
    tasks.guard(lambda: True)

    assert late.who is None
    assert tasks._who is not None


def test_make_celery_gives_what_the_notes_expect(tmp_path: object) -> None:
    app = Flask("notes", instance_path=str(tmp_path))
    app.config["CELERY_BROKER_URL"] = "redis://localhost:6379/0"
    app.config["CELERY_TIMEZONE"] = "Asia/Shanghai"
    app.config["result_expires"] = 5
    celery = make_celery(app)

    assert make_celery(app) is celery
    assert celery.conf.broker_url == "redis://localhost:6379/0"
    assert celery.conf.timezone == "Asia/Shanghai"


def test_tasks_without_an_app_say_how_to_get_one() -> None:
    tasks = Tasks()

    @tasks.task
    def add() -> None: ...

    with pytest.raises(ConfigError, match=r"app\.use"):
        add.delay()


def test_tasks_are_installed_once(tasks: Tasks, site: TasksState) -> None:
    with pytest.raises(WiringError):
        tasks.init_app(site.app)


def test_a_schedule_needs_a_task(tasks: Tasks) -> None:
    with pytest.raises(TaskUsageError, match="above"):
        tasks.every("1h")(print)
