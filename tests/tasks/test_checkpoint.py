"""A loop goes on where it was: no item is lost, and none is in the database twice.

The kills are random; `CHECKPOINT_SEEDS=20` in the environment tries as many seeds.
"""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from carboy.db import SQLAlchemy
from carboy.tasks import RunResult, Tasks, operations, track
from carboy.tasks.app_state import TasksState
from carboy.tasks.ledger.tables import EFFECT, QUEUE
from lib.services import list_tree
from tests.tasks import shop
from tests.tasks.conftest import MakeSite, StartWorker, wait_until

Items = Callable[[], object]


@pytest.fixture
def add_import(tasks: Tasks) -> Callable[..., list[int]]:
    """Declare a task over `items()`; return the list of those it has worked on."""

    def add(items: Items, *, fails_at: set[int], batch: int = 3) -> list[int]:
        seen: list[int] = []

        @tasks.task(name="shop.load", retries=9, backoff=0.001)
        def load() -> None:
            for item in track(items(), "Loading", resume=True, batch=batch):
                seen.append(item)
                if len(seen) in fails_at:
                    raise OSError

        return seen

    return add


def _run(tasks: Tasks, site: TasksState) -> RunResult:
    result = tasks.celery.tasks["shop.load"].delay()
    for _ in range(10):
        site.clock.advance(900)  # type: ignore[union-attr]  # the clock of the test
        tasks.drain()
    return result


def test_the_next_attempt_begins_after_the_last_batch(
    tasks: Tasks, site: TasksState, add_import: Callable[..., list[int]]
) -> None:
    seen = add_import(lambda: range(10), fails_at={5, 7})

    result = _run(tasks, site)

    # After the fifth, the fourth and fifth come again; after the seventh, those two.
    assert seen == [0, 1, 2, 3, 4, 3, 4, 3, 4, 5, 6, 7, 8, 9]
    assert result.run.state == "done"
    assert result.progress is not None
    assert (result.progress.current, result.progress.total) == (10, 10)


def test_an_iterator_without_a_length_goes_on_as_well(
    tasks: Tasks, site: TasksState, add_import: Callable[..., list[int]]
) -> None:
    seen = add_import(lambda: (n for n in range(7)), fails_at={5})

    assert _run(tasks, site).run.state == "done"
    assert seen == [0, 1, 2, 3, 4, 3, 4, 5, 6]


def test_a_slow_item_is_not_done_again(
    tasks: Tasks,
    site: TasksState,
    add_import: Callable[..., list[int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("carboy.tasks.checkpoint._SECONDS_BETWEEN", 0.0)
    seen = add_import(lambda: range(5), fails_at={4}, batch=1000)

    _run(tasks, site)

    assert seen == [0, 1, 2, 3, 3, 4]


@pytest.mark.parametrize(
    ("later", "problem"),
    [(["a", "b"], "only 2"), (["b", "c", "d", "e"], "another one now")],
)
def test_other_items_than_before_are_refused(
    tasks: Tasks,
    site: TasksState,
    add_import: Callable[..., list[int]],
    later: list[str],
    problem: str,
) -> None:
    attempts: Iterator[list[str]] = iter([["a", "b", "c", "d"]])
    seen = add_import(lambda: next(attempts, later), fails_at={4})

    run = _run(tasks, site).run

    assert seen == ["a", "b", "c", "d"]
    assert run.state == "failed"
    assert "goes on after 3 items" in str(run.error)
    assert problem in str(run.error)


def test_what_cannot_work_is_refused(tasks: Tasks, site: TasksState) -> None:
    @tasks.task
    def unordered() -> None:
        track({1, 2}, resume=True)

    @tasks.task
    def no_batch() -> None:
        track([1, 2], resume=True, batch=0)

    @tasks.task
    def twice() -> None:
        list(track([1, 2], "Loading", resume=True))
        list(track([1, 2], "Loading", resume=True))

    results = [each.delay() for each in (unordered, no_batch, twice)]
    tasks.drain()

    for result, text in zip(results, ("sorted(", "got 0", "twice"), strict=True):
        assert text in str(result.run.error)
        assert str(result.run.error).startswith("TaskUsageError: ")


def test_outside_of_a_task_it_is_a_plain_loop() -> None:
    assert list(track({1, 2}, resume=True)) == [1, 2]


def test_a_retry_by_hand_goes_on_after_a_failure_and_begins_anew_after_the_end(
    tasks: Tasks, site: TasksState, add_import: Callable[..., list[int]]
) -> None:
    seen = add_import(lambda: range(4), fails_at=set(range(4, 14)))
    result = _run(tasks, site)
    assert result.run.state == "failed"
    assert seen == [0, 1, 2, *[3] * 10]

    seen.extend([0])
    assert result.retry()
    tasks.drain()
    assert seen[14:] == [3]

    assert result.retry()
    tasks.drain()
    assert seen[15:] == [0, 1, 2, 3]

    assert operations.drop(site.ledger, site.live, result.id)
    with site.database.read() as connection:
        assert connection.execute(sa.select(EFFECT)).all() == []


def test_a_worker_whose_run_was_taken_over_writes_nothing_more(
    tasks: Tasks, make_site: MakeSite
) -> None:
    db = SQLAlchemy()

    class Row(db.Model):
        id: Mapped[int] = mapped_column(primary_key=True)

    site = make_site(tasks, db)

    @tasks.task
    def load() -> None:
        for number in track(range(4), "Loading", resume=True, batch=2):
            if number == 3:
                # As recovery does on another machine, and a new claim after it.
                raised = sa.update(QUEUE).values(token=QUEUE.c.token + 1)
                db.session.execute(raised)
                db.session.commit()
            db.session.add(Row(id=number))

    with site.app.app_context():
        db.create_all()
        result = load.delay()
        tasks.drain()

        assert db.session.scalars(sa.select(Row.id).order_by(Row.id)).all() == [0, 1, 2]
        assert result.run.state == "running"


class Killer:
    """Starts a worker and kills random processes of its tree, after some progress."""

    def __init__(self, start: StartWorker, folder: Path, seed: int) -> None:
        self._start = start
        self._notes = folder / "notes"
        self._random = random.Random(seed)
        self._worker = start("worker", "-c", "1")
        self.kills = 0

    def read_notes(self) -> list[int]:
        return [int(line) for line in self._notes.read_text().split()]

    def kill_after_progress(self, result: RunResult) -> None:
        goal = self._count() + self._random.randrange(20, 90)
        wait_until(lambda: self._count() >= goal or result.run.is_ended, 90)
        if result.run.is_ended:
            return
        tree = [*list_tree(self._worker.pid), self._worker.pid]
        os.kill(self._random.choice(tree), signal.SIGKILL)
        self.kills += 1
        time.sleep(0.1)
        if self._worker.poll() is not None:
            self._worker = self._start("worker", "-c", "1")

    def _count(self) -> int:
        return len(self.read_notes()) if self._notes.exists() else 0


@pytest.mark.timeout(400)
@pytest.mark.parametrize("seed", range(int(os.environ.get("CHECKPOINT_SEEDS", "1"))))
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_killed_import_goes_on_where_it_was(
    tmp_path: Path,
    start_worker: StartWorker,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    database: str,
    seed: int,
) -> None:
    if database != "sqlite":
        url = request.getfixturevalue(f"fresh_{database}")
        monkeypatch.setenv("SHOP_DATABASE", url)
    rows, app = 200, shop.create_app(str(tmp_path))
    killer = Killer(start_worker, tmp_path, seed)

    with app.app_context():
        result = shop.load.delay(rows)
        for _ in range(2):
            killer.kill_after_progress(result)
        wait_until(lambda: result.run.is_ended, 90)
        numbers = shop.db.session.scalars(sa.select(shop.Effect.number)).all()

    what = f"seed {seed}, {killer.kills} kills"
    assert result.run.state == "done", what
    assert sorted(numbers) == list(range(rows)), what
    noted = Counter(killer.read_notes())
    assert noted.keys() == set(range(rows)), what
    again = noted.total() - rows
    assert again <= 10 * killer.kills, f"{what}: {again} items again"
    assert killer.kills > 0
