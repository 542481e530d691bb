"""The scheduler runs as a process of its own, and gives signs of life."""

import threading

from carboy.tasks import Tasks
from carboy.tasks.schedules.beat import run_beat
from tests.tasks.conftest import MakeSite, wait_until


def _declare(tasks: Tasks) -> None:
    @tasks.every(0.1)
    @tasks.task(name="shop.tidy")
    def tidy() -> None: ...


def test_it_starts_what_is_due_and_gives_a_sign_of_life(make_site: MakeSite) -> None:
    tasks = Tasks()
    site = make_site(tasks)
    _declare(tasks)
    stop = threading.Event()
    thread = threading.Thread(
        target=run_beat, args=(site, tasks.celery.schedules, stop)
    )
    thread.start()
    try:
        wait_until(lambda: site.runs.count() > 0)
        wait_until(lambda: [w.kind for w in site.live.list_workers()] == ["beat"])
    finally:
        stop.set()
        thread.join(10)

    assert site.live.list_workers() == []
