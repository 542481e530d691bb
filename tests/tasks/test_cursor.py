"""A cursor is committed with the work, lives through failures, and needs the claim."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from carboy.db import SQLAlchemy
from carboy.tasks import TaskCancelledError, Tasks, TaskUsageError, open_cursor
from carboy.tasks.ledger.tables import QUEUE
from tests.tasks.conftest import MakeSite

db = SQLAlchemy()


class Effect(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]


def test_the_next_attempt_goes_on_at_the_cursor(
    tasks: Tasks, make_site: MakeSite
) -> None:
    fails = {3, 5}

    @tasks.task(name="shop.load", retries=9, backoff=0.001)
    def load() -> int:
        cursor = open_cursor("Loading")
        for number in range((cursor.value or 0) + 1, 8):
            db.session.add(Effect(number=number))
            if number in fails:
                fails.discard(number)
                raise OSError
            cursor.save(number)
        return int(cursor.value)

    site = make_site(tasks, db)
    with site.app.app_context():
        db.create_all()
        result = load.delay()
        for _ in range(5):
            site.clock.advance(900)  # type: ignore[union-attr]  # the clock of the test
            tasks.drain()

        assert result.get() == 7
        numbers = db.session.scalars(db.select(Effect.number)).all()
        assert sorted(numbers) == [1, 2, 3, 4, 5, 6, 7]


def test_a_run_that_was_taken_over_commits_nothing(
    tasks: Tasks, make_site: MakeSite
) -> None:
    seen: list[object] = []

    @tasks.task(name="shop.load")
    def load() -> None:
        cursor = open_cursor("Loading")
        with site.database.write() as connection:
            connection.execute(sa.update(QUEUE).values(token=QUEUE.c.token + 1))
        with pytest.raises(TaskCancelledError):
            cursor.save(1)
        seen.append(cursor.value)

    site = make_site(tasks)
    with site.app.app_context():
        load.delay()
        tasks.drain()

    assert seen == [None]


def test_one_name_is_one_loop(tasks: Tasks, make_site: MakeSite) -> None:
    @tasks.task(name="shop.load")
    def load() -> None:
        open_cursor("Loading")
        with pytest.raises(TaskUsageError, match="Pass another text"):
            open_cursor("Loading")

    site = make_site(tasks)
    with site.app.app_context():
        result = load.delay()
        tasks.drain()

        assert result.get() is None


def test_outside_of_a_run_it_only_commits(tasks: Tasks, make_site: MakeSite) -> None:
    with make_site(tasks).app.app_context():
        cursor = open_cursor("Loading")
        cursor.save([1, "a"])

        assert cursor.value == [1, "a"]
        assert open_cursor("Loading").value is None
