"""The keeper rings, cleans up and gives signs of life."""

import os

from carboy.tasks import Tasks
from carboy.tasks.celery.housekeeping import Keeper
from carboy.tasks.liveness import Owner
from carboy.tasks.schedules.scheduler import Scheduler
from tests.tasks.conftest import MakeSite, wait_until


def test_it_rings_for_what_is_due_and_starts_what_is_scheduled(
    make_site: MakeSite,
) -> None:
    tasks = Tasks()
    site = make_site(tasks)

    @tasks.every(0.2)
    @tasks.task(name="shop.tidy")
    def tidy() -> None: ...

    later = tidy.apply_async(countdown=0.1)
    keeper = Keeper(site, "prefork x 1", Scheduler(site, tasks.celery.schedules))
    keeper.start()
    try:
        wait_until(lambda: later.run.rung is not None)
        wait_until(lambda: site.runs.count() >= 2)
        wait_until(lambda: [w.kind for w in site.live.list_workers()] == ["worker"])
    finally:
        keeper.stop()

    assert site.live.list_workers() == []


def test_files_of_dead_owners_are_removed(make_site: MakeSite) -> None:
    site = make_site(Tasks())
    folder = site.folder / "owners"
    pid = os.fork()
    if pid == 0:
        Owner(folder)
        os._exit(0)
    os.waitpid(pid, 0)
    keeper = Keeper(site, "", None)

    keeper._clean()

    assert list(folder.iterdir()) == []


def test_a_job_that_fails_does_not_end_the_keeper(make_site: MakeSite) -> None:
    keeper = Keeper(make_site(Tasks()), "", None)

    def job() -> None:
        raise OSError("the database is away")

    keeper._do(job)
