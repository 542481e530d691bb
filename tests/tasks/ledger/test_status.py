"""Progress, signs of life and lines can be told and read."""

from carboy.tasks.app_state import TasksState
from carboy.tasks.ledger.status import LogLine
from tests.clock import Clock


def test_a_second_attempt_never_moves_the_bar_back(site: TasksState) -> None:
    site.live.set_progress("1", 60, 100, "sixty")
    site.live.set_progress("1", 10, 100, "from the start")
    told = site.live.find_progress(["1"])["1"]

    assert (told.current, told.fraction, told.text) == (10, 0.6, "from the start")


def test_workers_are_listed_until_they_fall_silent(
    site: TasksState, clock: Clock
) -> None:
    site.live.heartbeat("a", "here", "worker", "prefork x 2")
    clock.advance(5)
    site.live.heartbeat("b", "here", "pool")

    assert {w.owner for w in site.live.list_workers()} == {"a", "b"}
    clock.advance(6)
    assert {w.owner for w in site.live.list_workers()} == {"b"}
    site.live.remove_worker("b")
    assert site.live.list_workers() == []
    clock.advance(4000)
    site.live.prune_workers()
    assert site.live.list_workers(within=1e9) == []


def test_lines_stay_in_order_until_they_are_cleared(site: TasksState) -> None:
    lines = [LogLine(at=1.0, level="INFO", text=f"line {n}") for n in range(3)]
    site.live.add_lines("1", lines)
    site.live.set_progress("1", 1, 2, "")

    assert site.live.list_lines("1") == lines
    site.live.clear(["1"])
    assert site.live.list_lines("1") == []
    assert site.live.find_progress(["1"]) == {}
