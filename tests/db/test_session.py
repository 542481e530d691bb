"""A session knows its engine, whether it writes, and gives its connection back."""

import threading
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from carboy.db import SQLAlchemy
from carboy.db.session import same_signature
from tests.versions import needs


@pytest.fixture
def site(make_app, any_url) -> Any:
    db = SQLAlchemy()

    class Row(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        n = db.Column(db.Integer, default=0)

    app = make_app(db, DATABASE_URL=any_url)
    with app.app_context():
        db.create_all()
        db.session.add(Row())
        db.session.commit()
        db.session.remove()
        db.Row, db.app = Row, app
        yield db


def test_reading_is_not_writing(site) -> None:
    site.session.get(site.Row, 1)
    site.session.execute(sa.select(site.Row.n))
    site.session.execute(sa.text("SELECT 1"))
    site.Row.query.filter(site.Row.id.in_([1])).all()

    assert not site.session.is_writing()


@pytest.mark.parametrize("kind", ["add", "change", "delete", "statement", "text"])
def test_each_kind_of_writing_is_noticed(site, kind) -> None:
    row = site.session.get(site.Row, 1)
    if kind == "add":
        site.Row.create()
    elif kind == "change":
        row.n = 5
    elif kind == "delete":
        row.delete()
    elif kind == "statement":
        site.session.execute(sa.update(site.Row).values(n=1))
    else:
        site.session.execute(sa.text("DELETE FROM row WHERE id = 99"))

    assert site.session.is_writing()
    site.session.rollback()
    assert not site.session.is_writing()


def test_connections_come_back(site) -> None:
    pool = site.engine.pool
    for use in (
        lambda: site.session.get(site.Row, 1),
        lambda: site.session.execute(sa.text("SELECT 1")),
        site.Row.create,
    ):
        for end in (site.session.commit, site.session.rollback, site.session.remove):
            use()
            end()
            assert pool.checkedout() == 0
    site.session.get(site.Row, 1)
    site.session.execute(sa.text("SELECT 1"))
    assert pool.checkedout() == 1


def test_who_reads_and_writes_needs_one_connection(site) -> None:
    """Otherwise as many threads as the pool has places would wait for each other."""
    row = site.session.get(site.Row, 1)
    row.n = 7
    site.session.flush()
    assert site.engine.pool.checkedout() == 1

    site.session.rollback()
    site.session.get(site.Row, 1)
    site.Row.create()
    assert site.session.scalars(sa.select(site.Row)).all()
    assert site.engine.pool.checkedout() == 1

    site.session.rollback()
    site.session.get(site.Row, 1)
    site.session.bulk_update_mappings(site.Row, [{"id": 1, "n": 8}])
    assert site.engine.pool.checkedout() == 1

    site.session.rollback()
    site.session.get(site.Row, 1)
    with site.session.begin_nested():
        assert site.session.scalar(sa.text("SELECT 1")) == 1
    assert site.engine.pool.checkedout() == 1


def test_read_decide_write_without_anybody_in_between(site) -> None:
    turns = 20

    def count_up() -> None:
        with site.app.app_context():
            for _ in range(turns):
                site.session.begin_writing()
                query = sa.select(site.Row).filter_by(id=1).with_for_update()
                row = site.session.scalars(query).one()
                row.n += 1
                site.session.commit()

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert site.session.get(site.Row, 1).n == 4 * turns


def test_threads_have_sessions_of_their_own(site) -> None:
    found: list[Any] = []

    def look() -> None:
        with site.app.app_context():
            found.append(site.session())

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert found[0] is not site.session()


def test_a_session_outside_of_the_scope_works(site) -> None:
    factory = site.session.session_factory

    with factory() as session:
        assert session.get(site.Row, 1).id == 1
    with orm.Session(site.engine) as plain:
        assert plain.get(site.Row, 1).id == 1
    site.session.registry.set(factory())
    assert site.session.registry.has()
    site.session.registry.clear()


def test_a_bound_session_uses_what_it_is_bound_to(site) -> None:
    with site.engine.connect() as connection:
        transaction = connection.begin()
        session = site.session.session_factory(bind=connection)
        session.add(site.Row(id=9))
        session.commit()
        session.close()
        transaction.rollback()

    assert site.session.get(site.Row, 9) is None


@needs("sqlalchemy", 2, 1)
def test_two_phases_and_options_go_the_usual_way(site) -> None:
    session = site.session.session_factory(execution_options={"x": 1})

    assert session.load_fast(sa.select(site.Row)) is None
    assert session.get(site.Row, 1).id == 1
    session.close()


def test_it_reads_in_the_transaction_that_began(site) -> None:
    site.session.rollback()
    with site.session.begin():
        assert site.session.get(site.Row, 1).id == 1
        site.session.get(site.Row, 1).n = 3
    site.session.expire_all()
    assert site.session.get(site.Row, 1).n == 3


def test_snapshots_can_be_asked_for(make_app, any_url) -> None:
    db = SQLAlchemy()
    app = make_app(db, DATABASE_URL=any_url, DATABASE_SNAPSHOT_READS=True)

    class Row(db.Model):
        id = db.Column(db.Integer, primary_key=True)

    with app.app_context():
        db.create_all()
        Row.create(id=1)
        db.session.commit()

        assert db.session().load_fast(sa.select(Row)) is None
        assert db.session.get(Row, 1).id == 1


class Old:
    def greet(self, name: str) -> str:
        """Say hello."""
        return f"hello {name}"


class New(Old):
    @same_signature(Old.greet)
    def greet(self, *names: str) -> str:
        return f"hi {' '.join(names)}"


def test_a_method_with_the_same_signature_keeps_the_docstring() -> None:
    assert New().greet("ann") == "hi ann"
    assert New.greet.__doc__ == "Say hello."
