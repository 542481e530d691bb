"""What the notes write in SQLAlchemy 1's way works on our engines, with an edit."""

import re
from typing import Any

import pytest
import sqlalchemy as sa

from carboy.db import SQLAlchemy
from carboy.db.engines import create_engine, report_uses_to


@pytest.fixture
def site(make_app, any_url) -> Any:
    db = SQLAlchemy()

    class Item(db.Model):
        id = db.Column(db.Integer, primary_key=True, autoincrement=False)
        name = db.Column(db.String(9))

    app = make_app(db, DATABASE_URL=any_url)
    with app.app_context():
        db.create_all()
        db.Item = Item
        yield db


def rows_of(db: Any) -> list[Any]:
    """Read them on another connection: only what is committed."""
    engine = sa.create_engine(db.engine.url)
    if db.engine.url.database in {None, "", ":memory:"}:
        engine = db.engine
    with engine.connect() as connection:
        found = connection.execute(sa.select(db.Item.__table__).order_by(sa.text("id")))
        rows = [tuple(row) for row in found]
    engine.dispose()
    return rows


def warned(says: str, call: Any, *values: Any, **named: Any) -> Any:
    """Call, and see that the warning names the edit and the line."""
    with pytest.warns(DeprecationWarning, match=says) as told:
        result = call(*values, **named)
    assert [warning.filename for warning in told] == [__file__]
    return result


def test_a_connection_takes_plain_text(site) -> None:
    edit = re.escape(
        "connection.execute('select 1') is SQLAlchemy 1's, and gone from SQLAlchemy 2. "
        "Write: connection.execute(text('select 1')), with values as "
        '{"name": value}.'
    )
    with site.engine.connect() as connection:
        assert warned(edit, connection.execute, "select 1").fetchone() == (1,)
        assert warned(r"scalar\(text\(", connection.scalar, "select 2") == 2


def test_a_session_takes_plain_text(site) -> None:
    edit = r"Write: db\.session\.\w+\(db\.text\("
    scoped, session = site.session, site.session()

    assert warned(edit, scoped.execute, "select 1").fetchone() == (1,)
    assert warned(edit, session.execute, "select 1").fetchone() == (1,)
    assert warned(edit, scoped.scalar, "select :x", {"x": 2}) == 2
    assert warned(edit, scoped.scalars, "select 3").all() == [3]


def test_an_engine_executes_by_itself_and_commits(site) -> None:
    mark = "?" if site.engine.dialect.name == "sqlite" else "%s"
    insert = f"insert into item (id, name) values ({mark}, {mark})"  # noqa: S608 - a mark
    edit, execute = r"with engine\.begin\(\) as connection", site.engine.execute

    assert warned(edit, execute, insert, 1, "a").rowcount == 1
    warned(edit, execute, insert, (2, "b"))
    warned(edit, execute, insert, (3, "c"), (4, "d"))
    warned(edit, execute, site.Item.__table__.insert(), id=5, name="e")

    assert rows_of(site) == [(1, "a"), (2, "b"), (3, "c"), (4, "d"), (5, "e")]


def test_an_engine_reads_by_itself(site) -> None:
    site.session.add_all(site.Item(id=i, name="ab"[i]) for i in range(2))
    site.session.commit()
    edit, execute = r"with engine\.connect\(\)", site.engine.execute
    query = sa.text("select name from item where id = :i")

    result = warned(edit, execute, "select id, name from item order by id")

    assert [(row.id, row.name) for row in result] == [(0, "a"), (1, "b")]
    assert warned(edit, execute, query, i=1).scalar() == "b"
    assert warned(edit, site.engine.scalar, "select count(*) from item") == 2


def test_a_connection_commits_unless_a_transaction_was_begun(site) -> None:
    write, edit = "insert into item (id, name) values ({}, 'x')", r"connection\.execute"

    with site.engine.connect() as connection:
        warned(edit, connection.execute, "select 1").fetchall()
        warned(edit, connection.execute, write.format(1))
    with site.engine.connect() as connection:
        connection.execute(sa.select(site.Item.id)).all()
        warned(edit, connection.execute, write.format(2))
    with site.engine.connect() as connection, connection.begin() as transaction:
        warned(edit, connection.execute, write.format(3))
        transaction.rollback()

    assert rows_of(site) == [(1, "x")]


def test_an_engine_tells_what_is_there(site) -> None:
    edit = r"sqlalchemy\.inspect\(engine\)"

    assert warned(edit, site.engine.table_names) == ["item"]
    assert warned(edit, site.engine.has_table, "item")
    assert not warned(edit, site.engine.has_table, "nothing")


def test_a_base_may_know_its_engine(tmp_path) -> None:
    db = SQLAlchemy()
    engine = db.create_engine(f"sqlite:///{tmp_path}/x.db")
    with pytest.warns(
        DeprecationWarning, match=r"Base\.metadata\.create_all\(engine\)"
    ):
        base = db.declarative_base(engine)

    class Person(base):
        __tablename__ = "person"
        id = db.Column(db.Integer, primary_key=True)

    base.metadata.create_all()
    with db.sessionmaker(engine)() as session:
        session.add(Person(id=1))
        session.commit()
        assert session.query(Person).count() == 1
    base.metadata.drop_all()
    assert sa.inspect(engine).get_table_names() == []
    engine.dispose()
    assert db.declarative_base().metadata.tables == {}


def test_todays_ways_warn_of_nothing(site) -> None:
    with site.engine.connect() as connection:
        assert connection.execute(sa.text("select :x"), {"x": 1}).scalar() == 1
        assert connection.scalar(sa.text("select 1")) == 1
        options = {"stream_results": False}
        connection.execute(sa.text("select 1"), execution_options=options).all()
    assert site.session.scalar(sa.text("select 1")) == 1


def test_sqlalchemy_itself_is_as_it_was(site) -> None:
    engine = sa.create_engine("sqlite://")

    assert not hasattr(engine, "execute")
    with engine.connect() as connection, pytest.raises(sa.exc.ObjectNotExecutableError):
        connection.execute("select 1")
    engine.dispose()


def test_uses_may_be_reported_instead_of_warned_about():
    engine = create_engine("sqlite://")
    uses = []

    report_uses_to(lambda old, new: uses.append((old, new)))
    try:
        assert engine.execute("select 1").scalar() == 1
    finally:
        report_uses_to(None)

    assert uses[0][0] == "engine.execute('select 1')"
    assert "text('select 1')" in uses[0][1]
    with pytest.warns(DeprecationWarning, match="SQLAlchemy 1"):
        engine.execute("select 1")
    engine.dispose()
