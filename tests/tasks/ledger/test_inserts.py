"""A new run is written with all that was asked for."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from carboy.tasks.app_state import TasksState
from carboy.tasks.ledger.inserts import get_values, make_inserts
from carboy.tasks.ledger.runs import NewRun
from carboy.tasks.ledger.tables import READY_ROW, SCHEDULED_ROW
from tests.clock import Clock


def _make_run(delay: float = 0.0) -> NewRun:
    return NewRun(
        id="1",
        task="t",
        queue="q",
        args="[[], {}]",
        options="{}",
        priority=7,
        who="ada",
        mutex="m",
        delay=delay,
    )


def test_only_a_run_without_delay_is_ready() -> None:
    assert get_values(_make_run())["new_state"] == READY_ROW
    assert get_values(_make_run(delay=1))["new_state"] == SCHEDULED_ROW


def test_the_row_says_what_was_asked_for(site: TasksState, clock: Clock) -> None:
    site.ledger.add(_make_run(delay=5))

    run = site.runs.find("1")
    assert run is not None
    assert (run.task, run.queue, run.priority, run.who) == ("t", "q", 7, "ada")
    assert (run.mutex, run.state, run.sent_at) == ("m", "waiting", None)
    assert (run.created, run.due) == (clock(), clock() + 5)


def test_on_postgresql_both_rows_are_one_statement_without_an_ended_run_twice() -> None:
    (statement,) = make_inserts("postgresql", sa.literal(1.0))

    text = str(statement.compile(dialect=postgresql.dialect()))

    assert text.startswith("WITH queued AS")
    assert "NOT (EXISTS" in text
