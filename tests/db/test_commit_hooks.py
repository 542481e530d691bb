"""Callbacks run once, after the transaction, only when it ended as they wait for."""

from typing import Any

import pytest
import sqlalchemy as sa

from carboy.db import SQLAlchemy


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def site(request, make_app, tmp_path) -> Any:
    url = f"sqlite:///{tmp_path}/h.db"
    if request.param != "sqlite":
        url = request.getfixturevalue(f"fresh_{request.param}")
    db = SQLAlchemy()

    class Row(db.Model):
        id = db.Column(db.Integer, primary_key=True)

    app = make_app(db, DATABASE_URL=url)
    with app.app_context():
        db.create_all()
        db.Row, db.app = Row, app
        db.seen = []
        db.note = lambda text: lambda: db.seen.append(text)
        yield db


def test_nothing_to_wait_for_means_at_once(site) -> None:
    site.after_commit(site.note("a"))
    site.session.get(site.Row, 1)
    site.after_commit(site.note("b"))

    assert site.seen == ["a", "b"]


def test_they_wait_for_the_commit_in_order(site) -> None:
    site.Row.create(id=1)
    site.after_commit(site.note("a"))
    site.session.flush()
    site.session.after_commit(site.note("b"))
    assert site.seen == []

    site.session.commit()
    site.session.commit()

    assert site.seen == ["a", "b"]


def test_a_rollback_forgets_them_and_runs_the_others(site) -> None:
    site.Row.create(id=1)
    site.session.flush()
    site.after_commit(site.note("commit"))
    site.after_rollback(site.note("rollback"))

    site.session.rollback()
    site.Row.create(id=2)
    site.session.commit()

    assert site.seen == ["rollback"]


def test_the_end_of_the_context_without_commit_is_a_rollback(site) -> None:
    with site.app.app_context():
        site.Row.create(id=1)
        site.after_commit(site.note("commit"))
        site.after_rollback(site.note("rollback"))

    assert site.seen == ["rollback"]


def test_a_savepoint_that_is_rolled_back_takes_its_own_along(site) -> None:
    site.Row.create(id=1)
    site.after_commit(site.note("outer"))
    savepoint = site.session.begin_nested()
    site.Row.create(id=2)
    site.after_commit(site.note("inner"))
    site.after_rollback(site.note("undone"))
    savepoint.rollback()
    with site.session.begin_nested():
        site.Row.create(id=3)
        site.after_commit(site.note("kept"))
    site.after_commit(site.note("last"))

    site.session.commit()

    assert site.seen == ["undone", "outer", "kept", "last"]


def test_savepoints_in_savepoints(site) -> None:
    site.Row.create(id=1)
    outer = site.session.begin_nested()
    site.Row.create(id=2)
    with site.session.begin_nested():
        site.Row.create(id=3)
        site.after_commit(site.note("innermost"))
    outer.rollback()

    site.session.commit()

    assert site.seen == []


def test_they_run_outside_the_transaction_and_may_write(site) -> None:
    def more() -> None:
        assert not site.session.is_writing()
        site.Row.create(id=2)
        site.after_commit(site.note("second"))
        site.session.commit()

    site.Row.create(id=1)
    site.after_commit(more)

    site.session.commit()

    assert site.seen == ["second"]
    assert site.Row.query.count() == 2


def test_an_error_is_logged_and_stops_nobody(site, caplog) -> None:
    site.Row.create(id=1)
    site.after_commit(lambda: 1 / 0)
    site.after_commit(site.note("next"))

    site.session.commit()

    assert site.seen == ["next"]
    assert "A callback failed after the commit" in caplog.text


def test_a_commit_that_fails_is_a_rollback(site) -> None:
    site.session.execute(sa.insert(site.Row).values(id=1))
    site.session.commit()
    site.Row.create(id=1)
    site.after_commit(site.note("commit"))
    site.after_rollback(site.note("rollback"))

    with pytest.raises(sa.exc.IntegrityError):
        site.session.commit()
    site.session.rollback()

    assert site.seen == ["rollback"]


def test_a_block_of_a_transaction_counts(site) -> None:
    site.session.rollback()
    with site.session.begin():
        site.Row.create(id=1)
        site.after_commit(site.note("a"))

    assert site.seen == ["a"]
