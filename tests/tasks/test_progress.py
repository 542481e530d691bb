"""Telling progress costs little, and nothing outside of tasks."""

from carboy.tasks import Tasks, progress, track
from carboy.tasks.app_state import TasksState


def test_outside_of_a_task_it_does_nothing() -> None:
    progress(1, 2, "nobody looks")

    assert list(track([1, 2, 3])) == [1, 2, 3]


def test_track_tells_how_many_items_are_done(tasks: Tasks, site: TasksState) -> None:
    @tasks.task
    def count() -> int:
        return sum(1 for _ in track(range(500), "Counting"))

    result = count.delay()
    tasks.drain()

    assert result.get() == 500
    told = site.live.find_progress([result.id])[result.id]
    assert (told.current, told.total, told.text) == (500, 500, "Counting")


def test_track_ends_at_the_end_when_the_number_is_not_known(
    tasks: Tasks, site: TasksState
) -> None:
    @tasks.task
    def count() -> int:
        return sum(1 for _ in track((n for n in range(9)), "Counting"))

    result = count.delay()
    tasks.drain()

    assert site.live.find_progress([result.id])[result.id].fraction == 1.0
