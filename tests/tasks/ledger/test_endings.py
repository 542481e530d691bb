"""An end needs the claim that it names, and takes the run out of the queue."""

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from carboy.tasks.app_state import TasksState
from carboy.tasks.ledger.endings import End, Endings, _make_statements
from carboy.tasks.ledger.runs import NewRun


@pytest.fixture
def endings(site: TasksState) -> Endings:
    run = NewRun(id="1", task="t", queue="q", args="[[], {}]", options="{}", mutex="m")
    site.ledger.add(run)
    return Endings(site.database.dialect, site.ledger.now())


def _end(site: TasksState, endings: Endings, end: End) -> bool:
    with site.database.write() as connection:
        return endings.end(connection.execute, [end])


def test_a_claim_of_another_token_ends_nothing(
    site: TasksState, endings: Endings
) -> None:
    site.ledger.claim_ready(["q"], 1, "owner", "host")

    assert not _end(site, endings, End(run="1", state="done", token=2))
    assert _end(site, endings, End(run="1", state="done", token=1, result="7"))

    run = site.runs.find("1")
    assert run is not None
    assert (run.state, run.token, run.value) == ("done", 1, 7)
    assert site.runs.count_waiting("q") == 0


def test_only_a_waiting_run_ends_as_waiting(site: TasksState, endings: Endings) -> None:
    end = End(run="1", state="cancelled", condition="waiting")
    site.ledger.claim_ready(["q"], 1, "owner", "host")
    assert not _end(site, endings, end)

    site.ledger.release("1", 1, lost=False)

    assert _end(site, endings, end)
    assert not _end(site, endings, end)


def test_a_run_with_followers_keeps_its_claim_and_frees_its_mutex(
    site: TasksState, endings: Endings
) -> None:
    site.ledger.claim_ready(["q"], 1, "owner", "host")

    assert _end(site, endings, End(run="1", state="done", token=1, follow=True))

    run = site.runs.find("1")
    assert run is not None
    assert run.follow
    assert site.ledger.find_locked("m") is None


def test_losses_are_those_of_the_queue_unless_the_end_names_them(
    site: TasksState, endings: Endings
) -> None:
    site.ledger.claim_ready(["q"], 1, "owner", "host")

    assert _end(site, endings, End(run="1", state="dead", token=1, losses=5))

    run = site.runs.find("1")
    assert run is not None
    assert run.losses == 5


def test_on_postgresql_an_end_is_one_statement() -> None:
    end = End(run="1", state="done")

    (statement,) = _make_statements("postgresql", sa.literal(1.0), end)

    assert str(statement.compile(dialect=postgresql.dialect())).startswith("WITH")
