"""Each change of a run is one that only the right one can do; on every database."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from carboy.tasks.json_values import pack, to_json
from carboy.tasks.ledger.database import Database, make_file_engine
from carboy.tasks.ledger.endings import End
from carboy.tasks.ledger.ledger import Ledger
from carboy.tasks.ledger.runs import NewRun, Run, Runs
from carboy.tasks.ledger.status import StatusTables
from carboy.tasks.ledger.tables import (
    DEAD,
    DONE,
    LIVE_METADATA,
    METADATA,
    QUEUE,
    READY_ROW,
    RUNNING,
    WAITING,
)
from carboy.tasks.liveness import ProcessLock, host_id
from tests.clock import Clock


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    if request.param == "sqlite":
        made = make_file_engine(tmp_path / "ledger.sqlite", synchronous="OFF")
    else:
        url = request.getfixturevalue(f"fresh_{request.param}")
        made = sa.create_engine(_with_driver(url))
    yield made
    made.dispose()


@pytest.fixture
def ledger(engine: sa.Engine, tmp_path: Path, clock: Clock) -> Ledger:
    database = Database(lambda: engine, METADATA)
    live = Database(lambda: engine, LIVE_METADATA)
    return Ledger(database, live, tmp_path / "owners", clock=clock)


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[ProcessLock]:
    made = ProcessLock(tmp_path / "owners")
    yield made
    made.close()


def _with_driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")


def _order(run_id: str = "1", **more: object) -> NewRun:
    told = {
        "task": "shop.add",
        "queue": "default",
        "args": "[[1], {}]",
        "options": "{}",
    }
    return NewRun(id=run_id, **(told | more))  # type: ignore[arg-type]  # a test's shorthand


def _find(ledger: Ledger, run_id: str = "1") -> Run:
    run = Runs(ledger.database).find(run_id)
    assert run is not None
    return run


def test_a_run_is_added_once(ledger: Ledger) -> None:
    assert ledger.add(_order())
    assert not ledger.add(_order())
    assert _find(ledger).state == WAITING


def test_only_one_run_holds_a_mutex_until_it_ends(
    ledger: Ledger, owner: ProcessLock
) -> None:
    assert ledger.add(_order("1", mutex="report"))
    assert not ledger.add(_order("2", mutex="report"))
    assert ledger.find_locked("report") == "1"

    claim = ledger.claim("1", owner.id, host_id(ledger.folder))
    ledger.fail("1", claim.token, "no", "")

    assert ledger.add(_order("2", mutex="report"))


def test_the_id_of_a_run_that_ended_is_not_used_again(
    ledger: Ledger, owner: ProcessLock
) -> None:
    ledger.add(_order())
    claim = ledger.claim("1", owner.id, host_id(ledger.folder))
    assert ledger.finish(None, "1", claim.token, "7")

    assert not ledger.add(_order())

    assert _find(ledger).state == DONE
    assert Runs(ledger.database).count_waiting("default") == 0


def test_a_run_goes_to_one_owner(ledger: Ledger, owner: ProcessLock) -> None:
    ledger.add(_order())
    place = host_id(ledger.folder)

    assert ledger.claim("1", owner.id, place).status == "claimed"
    assert ledger.claim("1", "somebody else", place).status == "running"
    assert ledger.claim("unknown", owner.id, place).status == "ended"


def test_a_run_is_not_begun_before_it_is_due(
    ledger: Ledger, owner: ProcessLock, clock: Clock
) -> None:
    ledger.add(_order(delay=60))
    place = host_id(ledger.folder)

    assert ledger.claim("1", owner.id, place).status == "not_due"
    clock.advance(61)
    assert ledger.claim("1", owner.id, place).status == "claimed"


def test_a_run_that_is_ready_is_begun_by_a_process_whose_clock_is_behind(
    ledger: Ledger, owner: ProcessLock
) -> None:
    ledger.add(_order(delay=3600))
    with ledger.database.write() as connection:
        connection.execute(sa.update(QUEUE).values(state=READY_ROW))

    claim = ledger.claim("1", owner.id, host_id(ledger.folder))

    assert claim.status == "claimed"


def test_who_lost_its_claim_can_write_nothing_more(
    ledger: Ledger, tmp_path: Path
) -> None:
    ledger.add(_order())
    place = host_id(ledger.folder)
    first = ledger.claim("1", "dead", place)
    second = ledger.claim("1", "dead too", place)

    with ledger.database.write() as connection:
        execute = connection.execute
        late = ledger.finish(execute, "1", first.token, "1", follow=False)
        held = ledger.finish(execute, "1", second.token, "2", follow=False)

    assert (late, held) == (False, True)
    assert _find(ledger).value == 2
    assert not ledger.fail("1", first.token, "late", "")


def test_several_runs_end_together_or_not_at_all(
    ledger: Ledger, owner: ProcessLock
) -> None:
    for number in range(3):
        ledger.add(_order(str(number)))
    runs = ledger.claim_ready(["default"], 3, owner.id, "host")
    ends = [End(run=run.id, state=DONE, token=1, result=f"1{run.id}") for run in runs]
    late = replace(ends[1], token=2)

    assert not ledger.end(ends[0], late, ends[2])
    assert {_find(ledger, run.id).state for run in runs} == {RUNNING}

    assert ledger.end(*ends)
    assert [_find(ledger, str(each)).value for each in range(3)] == [10, 11, 12]


def test_a_run_that_takes_its_worker_down_five_times_is_dead(ledger: Ledger) -> None:
    ledger.add(_order())
    place = host_id(ledger.folder)
    verdicts = [ledger.claim("1", f"dead {n}", place).status for n in range(6)]

    assert verdicts == ["claimed"] * 5 + ["dead"]
    run = _find(ledger)
    assert (run.state, run.losses) == (DEAD, 5)
    assert "5 times" in (run.error or "")


def test_far_away_owners_are_judged_by_their_last_sign_of_life(
    ledger: Ledger,
) -> None:
    live = StatusTables(ledger.live)
    live.heartbeat("far", "another machine", "pool")

    assert ledger.is_owner_alive("far", "another machine")
    assert not ledger.is_owner_alive("never seen", "another machine")


def test_neighbours_are_judged_by_the_kernel_whatever_the_clock_says(
    ledger: Ledger, owner: ProcessLock, clock: Clock
) -> None:
    clock.advance(3600)

    assert ledger.is_owner_alive(owner.id, host_id(ledger.folder))
    assert not ledger.is_owner_alive("gone", host_id(ledger.folder))


def test_what_follows_is_offered_again_until_it_was_sent(
    ledger: Ledger, owner: ProcessLock
) -> None:
    ledger.add(_order())
    place = host_id(ledger.folder)
    claim = ledger.claim("1", owner.id, place)
    with ledger.database.write() as connection:
        ledger.finish(connection.execute, "1", claim.token, "7", follow=True)

    assert ledger.claim("1", owner.id, place).status == "finished"
    ledger.mark_followed("1")
    assert ledger.claim("1", owner.id, place).status == "ended"
    assert _find(ledger).state == DONE


def test_a_run_waits_again_with_what_went_wrong(
    ledger: Ledger, owner: ProcessLock, clock: Clock
) -> None:
    ledger.add(_order())
    claim = ledger.claim("1", owner.id, host_id(ledger.folder))
    ledger.reschedule("1", claim.token, delay=30, error="no answer", retries=1)
    run = _find(ledger)

    assert (run.state, run.error, run.retries) == (WAITING, "no answer", 1)
    assert run.due == clock() + 30
    assert run.sent_at is None


def test_the_end_by_a_time_limit_is_noted_by_another_process(
    ledger: Ledger, owner: ProcessLock
) -> None:
    ledger.add(_order())
    ledger.claim("1", owner.id, host_id(ledger.folder))

    assert ledger.fail_lost("1", "TimeLimitExceeded: 5")
    assert not ledger.fail_lost("1", "TimeLimitExceeded: 5")


def test_what_is_no_json_is_told_with_a_way_out() -> None:
    with pytest.raises(TypeError, match="Hand over an id"):
        pack([object()], {})
    assert to_json({"a": [1, None]}, "x") == '{"a": [1, null]}'


def test_a_killed_claim_can_be_taken_at_once(ledger: Ledger) -> None:
    if ledger.database.dialect != "sqlite":
        pytest.skip("connections of servers do not pass a fork in this test")
    ledger.add(_order())
    pid = os.fork()
    if pid == 0:
        mine = ProcessLock(ledger.folder)
        ledger.claim("1", mine.id, host_id(ledger.folder))
        os.kill(os.getpid(), 9)
    os.waitpid(pid, 0)

    assert _find(ledger).state == RUNNING
    assert ledger.claim("1", "next", host_id(ledger.folder)).status == "claimed"
