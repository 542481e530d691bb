"""What changed in plain objects is written as SQLAlchemy does it, in fewer steps."""

import tempfile
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DataError, IntegrityError, PendingRollbackError
from sqlalchemy.orm.exc import StaleDataError

from carboy.db import (
    DatabaseUnavailableError,
    SQLAlchemy,
    Timestamps,
)
from carboy.db.fastpath import flush as writer
from carboy.db.session import Session
from tests.profiling import count_calls

db = SQLAlchemy()


class Shop(db.Model):  # type: ignore[name-defined]  # bases are made at run time
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(20), unique=True)


class Good(db.Model):  # type: ignore[name-defined]  # as above
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(20))
    count = db.Column(db.Integer, nullable=False)
    shop_id = db.Column(db.ForeignKey("shop.id"))
    shop = db.relationship("Shop", backref="goods")


class Entry(Timestamps, db.Model):  # type: ignore[name-defined]  # as above
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(20))


asked: list[int] = []


def count_up() -> int:
    asked.append(1)
    return len(asked)


class Counted(db.Model):  # type: ignore[name-defined]  # as above
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(20))
    turn = db.Column(db.Integer, onupdate=count_up)
    mark = db.Column(db.String(20), onupdate=sa.func.lower("SQL"))


def fill() -> None:
    db.create_all()
    old = datetime(2026, 1, 1, tzinfo=UTC)
    db.session.add_all([Entry(id=i, updated_at=old) for i in (1, 2)])
    db.session.add_all([Counted(id=i) for i in (1, 2)])
    for i in range(1, 5):
        shop = Shop(id=i, name=f"s{i}")
        db.session.add(shop)
        for j in range(5):
            db.session.add(Good(id=10 * i + j, name="g", count=j, shop=shop))
    db.session.commit()


@pytest.fixture
def site(make_app, any_url) -> Any:
    app = make_app(db, DATABASE_URL=any_url)
    with app.app_context():
        fill()
    return app


def get(model: Any, number: int) -> Any:
    found = db.session.get(model, number)
    assert found is not None
    return found


def change_counts(*numbers: int) -> None:
    for good in [get(Good, number) for number in numbers]:
        good.count += 1


def is_plain_flush() -> bool:
    """Flush, and tell whether it went the short way."""
    with patch.object(writer, "_send", side_effect=writer._send) as sending:
        db.session.flush()
    return bool(sending.called)


@pytest.mark.parametrize("gone", [(11,), (11, 12)])
def test_a_row_that_is_gone_is_an_error(site, gone) -> None:
    with site.app_context():
        is_told = db.engine.dialect.supports_sane_multi_rowcount or len(gone) == 1
        change_counts(*gone)
        with db.engine.begin() as other:
            other.execute(sa.delete(Good).where(Good.id.in_(gone)))

        if not is_told:
            db.session.commit()
            return
        with pytest.raises(StaleDataError, match=rf"update {len(gone)} row\(s\); 0 "):
            db.session.commit()
        db.session.rollback()
        assert get(Good, 10).count == 0


@pytest.mark.parametrize("numbers", [(1,), (1, 2, 3)])
def test_a_refused_row_takes_all_back(site, numbers) -> None:
    with site.app_context():
        shops = [get(Shop, number) for number in numbers]
        for shop in shops:
            shop.name = "s4"

        with pytest.raises(IntegrityError) as caught:
            db.session.flush()
        assert str(caught.value.statement).startswith("UPDATE shop SET name=")
        with pytest.raises(PendingRollbackError):
            db.session.scalar(sa.select(sa.func.count(Good.id)))
        db.session.rollback()

        assert [shop.name for shop in shops] == [f"s{i}" for i in numbers]
        for shop in shops:
            shop.name += "!"
        db.session.commit()
        assert [shop.name for shop in shops] == [f"s{i}!" for i in numbers]
    assert site.extensions["carboy.db"].engines[None].pool.checkedout() == 0


def test_a_value_that_does_not_fit_is_wrapped(site, any_url) -> None:
    if any_url.startswith("sqlite"):
        pytest.skip("SQLite takes texts of any length")
    with site.app_context():
        get(Good, 10).name = "x" * 50

        with pytest.raises(DataError):
            db.session.commit()


def test_a_rolled_back_savepoint_keeps_what_was_before(site) -> None:
    with site.app_context():
        get(Good, 10).count = 40
        nested = db.session.begin_nested()
        change_counts(10, 11)
        db.session.flush()
        nested.rollback()
        assert (get(Good, 10).count, get(Good, 11).count) == (40, 1)
        db.session.commit()
        assert (get(Good, 10).count, get(Good, 11).count) == (40, 1)


@pytest.mark.fast_path
def test_whoever_listens_hears_it(site) -> None:
    """Mappers, sessions and engines: with a listener SQLAlchemy does it itself."""
    with site.app_context():
        session = db.session()
        heard: list[str] = []

        def note(*told: Any, **_more: Any) -> None:
            heard.append("once")

        for target, name in (
            (Good, "before_update"),
            (Good, "after_update"),
            (session, "before_flush"),
            (session, "after_flush"),
            (session, "after_flush_postexec"),
            (db.engine, "before_cursor_execute"),
            (db.engine, "do_executemany"),
        ):
            heard.clear()
            change_counts(10, 11)
            assert is_plain_flush()
            event.listen(target, name, note)
            change_counts(10, 11)
            assert not is_plain_flush()
            event.remove(target, name, note)
            assert heard
            if name.startswith("do_") or name.endswith("execute"):
                return


@pytest.mark.fast_path
@pytest.mark.parametrize("numbers", [(1,), (1, 2)])
def test_the_time_of_a_change_is_kept_by_itself(site, numbers) -> None:
    """In the row and in the object, as `Timestamps` promise."""
    with site.app_context():
        entries = [get(Entry, number) for number in numbers]
        before = [entry.updated_at for entry in entries]
        for entry in entries:
            entry.name = "new"
        assert is_plain_flush()

        told = [entry.updated_at for entry in entries]
        assert all(new > old for new, old in zip(told, before, strict=True))
        db.session.commit()
        for entry, moment in zip(entries, told, strict=True):
            assert abs(entry.updated_at - moment) < timedelta(seconds=1)
        assert not db.session.dirty


def test_what_python_says_on_update_is_asked_once_for_a_row(site) -> None:
    """Also where another row turns out to need SQL, and all go the usual way."""
    with site.app_context():
        first, second = get(Counted, 1), get(Counted, 2)
        first.name = second.name = "new"
        first.mark = "own"
        asked.clear()

        assert not is_plain_flush()

        assert len(asked) == 2
        assert [first.mark, second.mark] == ["own", "sql"]


@pytest.mark.fast_path
def test_two_models_at_once_go_the_usual_way(site) -> None:
    """Which of them is written first is for the unit of work to find out."""
    with site.app_context():
        shop, good = get(Shop, 1), get(Good, 10)
        shop.name, good.name = "new", "old"
        assert not is_plain_flush()

        good.shop = get(Shop, 2)
        assert not is_plain_flush()

        good.name = "new"
        assert is_plain_flush()


def test_a_relationship_that_comes_later_is_seen(make_app, tmp_path) -> None:
    own = SQLAlchemy()

    class Early(own.Model):  # type: ignore[name-defined]  # as above
        id = own.Column(own.Integer, primary_key=True)
        name = own.Column(own.String(9), unique=True)

    app = make_app(own, DATABASE_URL=f"sqlite:///{tmp_path}/late.db")
    with app.app_context():
        own.create_all()
        early = Early.create(id=1, name="a")
        own.session.commit()
        early.name = "b"
        own.session.commit()

        class Late(own.Model):  # type: ignore[name-defined]  # as above
            id = own.Column(own.Integer, primary_key=True)
            early_name = own.Column(own.ForeignKey("early.name"))
            backref = own.backref("late", passive_updates=False)
            early = own.relationship(Early, backref=backref)

        own.create_all()
        own.session.execute(sa.text("PRAGMA foreign_keys=OFF"))
        late = Late.create(id=1, early=early)
        own.session.commit()
        assert early.name == "b"
        early.name = "c"
        own.session.commit()

        assert late.early_name == "c"


@pytest.mark.parametrize("numbers", [(10,), (10, 11)])
@pytest.mark.parametrize("is_begun", [True, False])
def test_a_lost_connection_is_an_outage(site, any_url, is_begun, numbers) -> None:
    if any_url.startswith("sqlite"):
        pytest.skip("there is no server that could hang up")
    with site.app_context():
        change_counts(*numbers)
        if is_begun:
            db.session.flush()
            change_counts(*numbers)
        hang_up(db.session.connection())

        with pytest.raises(DatabaseUnavailableError):
            db.session.commit()
        db.session.rollback()
        assert (get(Good, 10).count, get(Good, 11).count) == (0, 1)


def hang_up(connection: sa.Connection) -> None:
    own: Any = connection.connection.dbapi_connection
    if hasattr(own, "pgconn"):
        number = own.info.backend_pid
        ask = f"SELECT pg_terminate_backend({number})"
    else:
        ask = f"KILL {own.thread_id()}"
    with connection.engine.connect() as other:
        other.exec_driver_sql(ask)


# What it saves


@pytest.mark.fast_path
def test_a_commit_of_many_rows_takes_half_the_steps(make_app, tmp_path) -> None:
    """In calls of functions, for the twenty rows of the benchmark."""
    app = make_app(db, DATABASE_URL=f"sqlite:///{tmp_path}/steps.db")
    with app.app_context():
        fill()
        session = Session(db)
        goods = session.scalars(sa.select(Good)).all()

        def flush() -> None:
            for good in goods:
                good.count += 1
            session.flush()

        short = count_calls(flush)
        with patch.object(writer, "collect_updates", return_value=None):
            usual = count_calls(flush)
        session.close()

    assert short <= usual / 2, (short, usual)


def test_begin_is_not_a_question_of_its_own(fresh_postgresql, make_app) -> None:
    """PostgreSQL answers twice: to BEGIN with all the rows, and to COMMIT."""
    app = make_app(db, DATABASE_URL=fresh_postgresql)
    with app.app_context():
        fill()
        change_counts(10, 11, 12)
        own: Any = db.session.connection().connection.dbapi_connection
        with tempfile.TemporaryFile() as file:
            own.pgconn.trace(file.fileno())
            db.session.commit()
            own.pgconn.untrace()
            file.seek(0)
            lines = file.read().decode().splitlines()

    answers = [line for line in lines if "\tReadyForQuery" in line]
    assert len(answers) == 2, lines[:5]
