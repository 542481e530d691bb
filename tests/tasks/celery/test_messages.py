"""A call becomes a row with all that it asked for."""

from datetime import UTC, datetime

import pytest

from carboy.tasks import Tasks
from carboy.tasks.app_state import TasksState
from carboy.tasks.celery.messages import (
    HEADER,
    find_lock,
    make_run,
    message_of,
    turn_priority,
)
from tests.clock import Clock


def test_what_a_call_says_stands_in_the_order(site: TasksState) -> None:
    site.who = lambda: "ada"
    when = datetime(2030, 1, 1, tzinfo=UTC)
    options = {"queue": "mail", "priority": 99, "eta": when, "time_limit": 7}

    order = make_run(site, "shop.add", (1,), {"b": 2}, options, None)

    assert (order.queue, order.priority, order.who) == ("mail", 9, "ada")
    assert order.due == when.timestamp()
    assert order.args == '[[1], {"b": 2}]'
    assert order.options == '{"time_limit": 7}'


def test_a_message_bears_no_arguments(site: TasksState) -> None:
    site.ledger.add(make_run(site, "t", ("secret",), {}, {"task_id": "1"}, None))
    run = site.runs.find("1")
    assert run is not None

    message = message_of(run, 5)

    assert "secret" not in str(message)
    assert message["headers"] == {HEADER: 1}


def test_expiry_is_counted_from_the_call(site: TasksState, clock: Clock) -> None:
    options = {"expires": 60, "task_id": "1"}
    site.ledger.add(make_run(site, "t", (), {}, options, None))
    run = site.runs.find("1")
    assert run is not None

    assert message_of(run, 5)["expires"].timestamp() == clock() + 60


def test_a_mutex_is_the_arguments_a_text_or_what_a_function_says(
    tasks: Tasks,
) -> None:
    def task(**options: object) -> object:
        def own(a: int) -> int:
            return a

        return tasks.task(name=f"t{options}", **options)(own)

    assert find_lock(task(), "t", (1,), {}) is None
    assert find_lock(task(unique=True), "t", (1,), {}) == "t:[[1], {}]"
    assert find_lock(task(unique="one"), "t", (1,), {}) == "t:one"
    assert find_lock(task(unique=lambda a: f"user-{a}"), "t", (1,), {}) == "t:user-1"
    assert find_lock(task(), "t", (1,), {}, "now") == "t:now"
    assert len(find_lock(task(), "t", (), {}, "x" * 500) or "") == 64


@pytest.mark.parametrize(("url", "turned"), [("redis://h", 0), ("amqp://h", 9)])
def test_for_redis_the_most_important_is_zero(url: str, turned: int) -> None:
    assert turn_priority(9, url) == turned
