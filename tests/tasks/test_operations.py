"""People can stop, repeat and forget runs, and old ones go by themselves."""

from carboy.tasks import operations as service
from carboy.tasks.app_state import TasksState
from carboy.tasks.ledger.ledger import NewRun
from tests.clock import Clock


def _add(site: TasksState, run_id: str, queue: str = "default") -> None:
    order = NewRun(id=run_id, task="t", queue=queue, args="[[], {}]", options="{}")
    site.ledger.add(order)


def _state(site: TasksState, run_id: str) -> str | None:
    run = site.runs.find(run_id)
    return run.state if run else None


def test_what_waits_is_cancelled_and_what_runs_is_asked_to_stop(
    site: TasksState,
) -> None:
    _add(site, "1")
    _add(site, "2")
    site.ledger.claim("2", "dead", "nowhere")

    assert service.cancel(site.ledger, "1")
    assert service.cancel(site.ledger, "2")
    assert not service.cancel(site.ledger, "1")
    assert _state(site, "1") == "cancelled"
    assert site.ledger.find_stopped(["1", "2"]) == {"2"}


def test_what_ended_can_run_again_with_all_its_tries(site: TasksState) -> None:
    _add(site, "1")
    service.cancel(site.ledger, "1")
    site.live.set_progress("1", 9, 10, "")

    assert service.retry(site.ledger, site.live, "1")
    assert not service.retry(site.ledger, site.live, "1")
    assert _state(site, "1") == "waiting"
    assert site.live.find_progress(["1"]) == {}


def test_only_what_ended_can_be_dropped(site: TasksState) -> None:
    _add(site, "1")

    assert not service.drop(site.ledger, site.live, "1")
    service.cancel(site.ledger, "1")
    assert service.drop(site.ledger, site.live, "1")
    assert _state(site, "1") is None


def test_purging_cancels_what_waits_in_a_queue(site: TasksState) -> None:
    _add(site, "1")
    _add(site, "2", queue="mail")

    assert service.purge(site.ledger, "mail") == 1
    assert service.purge(site.ledger) == 1


def test_errors_are_kept_longer_than_results(site: TasksState, clock: Clock) -> None:
    for run_id in ("good", "bad", "new"):
        _add(site, run_id)
    service.cancel(site.ledger, "good")
    claim = site.ledger.claim("bad", "dead", "nowhere")
    site.ledger.fail("bad", claim.token, "no", "")
    clock.advance(100)
    service.cancel(site.ledger, "new")

    pruned = service.prune(site.ledger, site.live, keep_results=50, keep_errors=500)

    assert pruned == 1
    assert _state(site, "good") is None
    assert _state(site, "bad") == "failed"
    assert _state(site, "new") == "cancelled"


def test_nothing_is_retried_if_the_position_cannot_be_saved(site: TasksState) -> None:
    """As where another worker has taken the run over that retries."""
    for run_id in ("1", "2"):
        _add(site, run_id)
        service.cancel(site.ledger, run_id)
    counted = []

    def save(_execute: object, number: int) -> bool:
        counted.append(number)
        return False

    assert service.retry_many(site.ledger, site.live, ["1", "2"], save) == []
    assert counted == [2]
    assert _state(site, "1") == _state(site, "2") == "cancelled"
    assert service.retry_many(site.ledger, site.live, ["1", "2"]) == ["1", "2"]
