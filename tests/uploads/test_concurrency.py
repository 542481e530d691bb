"""Transactions that change one row at once leave one file, and none of the others."""

import random
import threading

import pytest

from carboy.uploads.sweep import find_dangling, find_orphans

from .conftest import make_file

ROUNDS = 12
THREADS = 3


def change(shop, number, text, barrier):
    """Replace or remove the file of a row, or delete the row; at times roll back."""
    session = shop.db.session
    choice = random.Random(text)  # noqa: S311 - repeatable
    with shop.app.app_context():
        try:
            user = session.get(shop.User, number)
            barrier.wait(60)
            if choice.random() < 0.15:
                session.delete(user)
            else:
                user.letter = make_file(text, "a.txt")
            session.flush()
            session.rollback() if choice.random() < 0.3 else session.commit()
        except Exception:  # noqa: BLE001 - deadlocks, rows that are gone, busy databases
            session.rollback()


@pytest.mark.parametrize("database", ["sqlite", "postgresql", "mariadb"])
def test_one_row_has_one_file(make_shop, request, database):
    url = None
    if database != "sqlite":
        url = request.getfixturevalue(f"fresh_{database}")
    shop = make_shop(url)
    for number in range(1, ROUNDS + 1):
        with shop.app.app_context():
            user = shop.User(id=number, name=f"{number}", letter=make_file(b"0"))
            shop.db.session.add(user)
            shop.db.session.commit()
        barrier = threading.Barrier(THREADS)
        threads = [
            threading.Thread(
                target=change, args=(shop, number, b"%d %d" % (number, each), barrier)
            )
            for each in range(THREADS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    with shop.app.app_context():
        state = shop.app.extensions["carboy_uploads"]
        columns = state.list_columns()
        assert find_orphans(state, columns, older_than=0).orphans == []
        assert find_dangling(state, columns) == []
        rows = shop.db.session.scalars(shop.db.select(shop.User)).all()
        assert len(shop.list_files()) == sum(row.letter is not None for row in rows)
