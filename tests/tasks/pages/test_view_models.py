"""What pages show of a run is plain and right."""

import pytest

from carboy.tasks.app_state import TasksState
from carboy.tasks.ledger.ledger import NewRun
from carboy.tasks.pages.view_models import read_run_views, write_span
from tests.clock import Clock


def _add(site: TasksState) -> None:
    site.ledger.add(
        NewRun(
            id="1", task="shop.import_rows", queue="q", args="[[], {}]", options="{}"
        )
    )


def test_a_waiting_run_can_only_be_cancelled(site: TasksState) -> None:
    _add(site)
    shown = read_run_views(site, ["1"], with_reasons=True)["1"]

    assert (shown["label"], shown["title"]) == ("Waiting", "Import rows")
    assert (shown["can_cancel"], shown["can_retry"]) == (True, False)


def test_the_time_that_is_left_follows_from_the_time_that_went_by(
    site: TasksState, clock: Clock
) -> None:
    _add(site)
    site.ledger.claim("1", "dead", "nowhere")
    clock.advance(10)
    site.live.set_progress("1", 25, 100, "row 25")
    shown = read_run_views(site, ["1"], with_reasons=True)["1"]

    assert (shown["percent"], shown["text"]) == (25, "row 25")
    assert shown["left"] == "about 30 s left"


def test_a_few_seconds_are_whole_and_the_last_step_is_not_shown_after_the_end(
    site: TasksState, clock: Clock
) -> None:
    _add(site)
    claim = site.ledger.claim("1", "dead", "nowhere")
    clock.advance(3)
    site.live.set_progress("1", 50, 100, "Importing")
    running = read_run_views(site, ["1"], with_reasons=False)["1"]
    with site.ledger.database.write() as connection:
        site.ledger.finish(connection.execute, "1", claim.token, "1", follow=False)
    done = read_run_views(site, ["1"], with_reasons=False)["1"]

    assert (running["left"], running["text"]) == ("about 3 s left", "Importing")
    assert (done["state"], done["text"], done["left"]) == ("done", "", "")


def test_a_failed_run_shows_its_error_and_can_be_tried_again(site: TasksState) -> None:
    _add(site)
    claim = site.ledger.claim("1", "dead", "nowhere")
    site.ledger.fail("1", claim.token, "ValueError: no", "")
    shown = read_run_views(site, ["1"], with_reasons=True)["1"]

    assert (shown["error"], shown["ended"]) == ("ValueError: no", True)
    assert shown["can_retry"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "200 ms"), (3.14, "3.1 s"), (42, "42 s"), (75, "1 min 15 s")],
)
def test_spans_are_short(seconds: float, text: str) -> None:
    assert write_span(seconds) == text


def test_hours_come_with_minutes() -> None:
    assert write_span(3 * 3600 + 300) == "3 h 05 min"
