"""Each change of a run is one that only the right one can do; on every database."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from carboy.tasks.ledger.database import Database, make_file_engine
from carboy.tasks.ledger.ledger import Ledger, Order, pack, to_json
from carboy.tasks.ledger.runs import Run, Runs
from carboy.tasks.ledger.status import Live
from carboy.tasks.ledger.tables import (
    DEAD,
    DONE,
    LIVE_METADATA,
    METADATA,
    RUNNING,
    WAITING,
)
from carboy.tasks.liveness import Owner, place_of
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
def owner(tmp_path: Path) -> Iterator[Owner]:
    made = Owner(tmp_path / "owners")
    yield made
    made.close()


def _with_driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")


def _order(run_id: str = "1", **more: object) -> Order:
    told = {
        "task": "shop.add",
        "queue": "default",
        "args": "[[1], {}]",
        "options": "{}",
    }
    return Order(id=run_id, **(told | more))  # type: ignore[arg-type]  # a test's shorthand


def _find(ledger: Ledger, run_id: str = "1") -> Run:
    run = Runs(ledger.database).find(run_id)
    assert run is not None
    return run


def test_a_run_is_added_once(ledger: Ledger) -> None:
    assert ledger.add(_order())
    assert not ledger.add(_order())
    assert _find(ledger).state == WAITING


def test_only_one_run_holds_a_mutex_until_it_ends(ledger: Ledger, owner: Owner) -> None:
    assert ledger.add(_order("1", mutex="report"))
    assert not ledger.add(_order("2", mutex="report"))
    assert ledger.find_locked("report") == "1"

    claim = ledger.claim("1", owner.id, place_of(ledger.folder))
    ledger.fail("1", claim.token, "no", "")

    assert ledger.add(_order("2", mutex="report"))


def test_a_run_goes_to_one_owner(ledger: Ledger, owner: Owner) -> None:
    ledger.add(_order())
    place = place_of(ledger.folder)

    assert ledger.claim("1", owner.id, place).verdict == "claimed"
    assert ledger.claim("1", "somebody else", place).verdict == "busy"
    assert ledger.claim("unknown", owner.id, place).verdict == "gone"


def test_a_run_is_not_begun_before_it_is_due(
    ledger: Ledger, owner: Owner, clock: Clock
) -> None:
    ledger.add(_order(delay=60))
    place = place_of(ledger.folder)

    assert ledger.claim("1", owner.id, place).verdict == "early"
    clock.advance(61)
    assert ledger.claim("1", owner.id, place).verdict == "claimed"


def test_who_lost_its_claim_can_write_nothing_more(
    ledger: Ledger, tmp_path: Path
) -> None:
    ledger.add(_order())
    place = place_of(ledger.folder)
    first = ledger.claim("1", "dead", place)
    second = ledger.claim("1", "dead too", place)

    with ledger.database.write() as connection:
        late = connection.execute(
            ledger.finish("1", first.token, "1", follow=False)
        ).rowcount
        held = connection.execute(
            ledger.finish("1", second.token, "2", follow=False)
        ).rowcount

    assert (late, held) == (0, 1)
    assert _find(ledger).value == 2
    assert not ledger.fail("1", first.token, "late", "")


def test_a_run_that_takes_its_worker_down_five_times_is_dead(ledger: Ledger) -> None:
    ledger.add(_order())
    place = place_of(ledger.folder)
    verdicts = [ledger.claim("1", f"dead {n}", place).verdict for n in range(6)]

    assert verdicts == ["claimed"] * 5 + ["dead"]
    run = _find(ledger)
    assert (run.state, run.losses) == (DEAD, 5)
    assert "5 times" in (run.error or "")


def test_far_away_owners_are_judged_by_their_last_sign_of_life(
    ledger: Ledger,
) -> None:
    live = Live(ledger.live)
    live.sign("far", "another machine", "pool")

    assert ledger.is_owner_alive("far", "another machine")
    assert not ledger.is_owner_alive("never seen", "another machine")


def test_neighbours_are_judged_by_the_kernel_whatever_the_clock_says(
    ledger: Ledger, owner: Owner, clock: Clock
) -> None:
    clock.advance(3600)

    assert ledger.is_owner_alive(owner.id, place_of(ledger.folder))
    assert not ledger.is_owner_alive("gone", place_of(ledger.folder))


def test_what_follows_is_offered_again_until_it_was_sent(
    ledger: Ledger, owner: Owner
) -> None:
    ledger.add(_order())
    place = place_of(ledger.folder)
    claim = ledger.claim("1", owner.id, place)
    with ledger.database.write() as connection:
        connection.execute(ledger.finish("1", claim.token, "7", follow=True))

    assert ledger.claim("1", owner.id, place).verdict == "follow"
    ledger.followed("1")
    assert ledger.claim("1", owner.id, place).verdict == "gone"
    assert _find(ledger).state == DONE


def test_a_run_waits_again_with_what_went_wrong(
    ledger: Ledger, owner: Owner, clock: Clock
) -> None:
    ledger.add(_order())
    claim = ledger.claim("1", owner.id, place_of(ledger.folder))
    ledger.again("1", claim.token, delay=30, error="no answer", retries=1)
    run = _find(ledger)

    assert (run.state, run.error, run.retries) == (WAITING, "no answer", 1)
    assert run.due == clock() + 30
    assert run.rung is None


def test_the_end_by_a_time_limit_is_noted_by_another_process(
    ledger: Ledger, owner: Owner
) -> None:
    ledger.add(_order())
    ledger.claim("1", owner.id, place_of(ledger.folder))

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
        ledger.database.forget()
        mine = Owner(ledger.folder)
        ledger.claim("1", mine.id, place_of(ledger.folder))
        os.kill(os.getpid(), 9)
    os.waitpid(pid, 0)

    assert _find(ledger).state == RUNNING
    assert ledger.claim("1", "next", place_of(ledger.folder)).verdict == "claimed"
