"""What a plan loads is what SQLAlchemy loads, and where no plan fits, none is used."""

import datetime
import decimal
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import event, orm

from carboy.db import SQLAlchemy


@pytest.fixture
def site(make_app, any_url) -> Any:
    db = SQLAlchemy()

    class Thing(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column("title", db.String(50))
        price = db.Column(db.Numeric(10, 2))
        day = db.Column(db.Date)
        at = db.Column(db.DateTime)
        on = db.Column(db.Boolean)
        mark = db.Column(db.Uuid)
        kind = db.Column(db.Enum("a", "b", name="thing_kind"))
        data = db.Column(db.JSON)
        raw = db.Column(db.LargeBinary)
        ratio = db.Column(db.Double)
        owner_id = db.Column(db.ForeignKey("owner.key"))

    class Owner(db.Model):
        key = db.Column(db.String(20), primary_key=True)
        things = db.relationship(Thing, backref="owner", lazy="dynamic")

    app = make_app(db, DATABASE_URL=any_url)
    with app.app_context():
        db.create_all()
        db.session.add(Owner(key="ann"))
        db.session.flush()
        db.session.add_all(make_thing(Thing, i) for i in range(1, 8))
        db.session.add(Thing(id=8))
        db.session.commit()
        db.session.remove()
        db.Thing, db.Owner = Thing, Owner
        yield db


def make_thing(kind: Any, i: int) -> Any:
    return kind(
        id=i,
        name=f"thing {i % 3}",
        price=decimal.Decimal(i) / 4,
        day=datetime.date(2026, 1, i),
        at=datetime.datetime(2026, 1, i, 1, 2, 3),  # noqa: DTZ001 - without a zone, as the column is
        on=bool(i % 2),
        mark=uuid.UUID(int=i),
        kind="ab"[i % 2],
        data={"i": [i, None]},
        raw=bytes([i]),
        ratio=i / 3,
        owner_id="ann" if i % 2 else None,
    )


def values_of(thing: Any) -> dict[str, Any]:
    state = sa.inspect(thing)
    return {k: v for k, v in state.dict.items() if k != "_sa_instance_state"}


def load_both(db: Any, statement: Any) -> tuple[list[Any], list[Any]]:
    """Load once by a plan and once by SQLAlchemy's own way; give both as values."""
    with plain_session(db) as session:
        expected = [describe(row) for row in session.execute(statement)]
    session = db.session()
    loaded = session.load_fast(statement)
    assert loaded is not None, str(statement)
    session.expunge_all()
    found = [describe(row) for row in session.execute(statement)]
    return expected, found


def plain_session(db: Any) -> orm.Session:
    return orm.Session(db.engine)


def describe(row: Any) -> Any:
    return tuple(
        values_of(item) if hasattr(item, "_sa_instance_state") else item for item in row
    ), tuple(row._mapping.keys())


@pytest.mark.fast_path
def test_each_type_is_loaded_alike(site) -> None:
    expected, found = load_both(site, sa.select(site.Thing).order_by(site.Thing.id))

    assert found == expected
    assert len(found) == 8


@pytest.mark.fast_path
def test_columns_are_loaded_alike(site) -> None:
    thing = site.Thing
    for statement in (
        sa.select(thing.id, thing.name, thing.price).order_by(thing.id),
        sa.select(sa.func.count()).select_from(thing),
        sa
        .select(thing.name, sa.func.max(thing.day))
        .group_by(thing.name)
        .order_by(thing.name),
        sa.select((thing.id + 1).label("next")).order_by(thing.id),
    ):
        expected, found = load_both(site, statement)
        assert found == expected


def test_rows_answer_to_columns_and_names(site) -> None:
    thing = site.Thing
    statement = sa.select(thing.id, thing.name.label("n")).where(thing.id == 2)

    row = site.session.execute(statement).one()

    assert row == (2, "thing 2")
    assert (row.id, row.n, row._mapping[thing.id]) == (2, "thing 2", 2)
    assert site.session.scalar(statement) == 2
    assert site.session.scalars(statement).all() == [2]
    core = site.session.execute(sa.select(thing.__table__.c.title).limit(1))
    assert isinstance(core, sa.CursorResult)
    assert core.scalar() is not None


@pytest.mark.fast_path
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    low=st.integers(-1, 9),
    name=st.sampled_from(["thing 0", "thing 1", "x", None]),
    limit=st.integers(0, 9),
    offset=st.integers(0, 9),
    down=st.booleans(),
)
def test_the_values_of_each_statement_get_in(
    site, low, name, limit, offset, down
) -> None:
    thing = site.Thing
    order = thing.id.desc() if down else thing.id
    statement = (
        sa
        .select(thing)
        .where(sa.or_(thing.id > low, thing.name == name))
        .order_by(order)
        .limit(limit)
        .offset(offset)
    )

    expected, found = load_both(site, statement)

    assert found == expected


def test_objects_are_in_the_session_like_any_other(site) -> None:
    thing = site.session.get(site.Thing, 3)
    state = sa.inspect(thing)

    assert state.persistent
    assert site.session.get(site.Thing, 3) is thing
    assert site.session.scalars(sa.select(site.Thing).filter_by(id=3)).one() is thing
    assert thing.owner.key == "ann"
    assert thing.owner.things.count() == 4
    thing.name = "new"
    assert list(site.session.dirty) == [thing]
    site.session.commit()
    assert site.session.scalar(sa.select(site.Thing.name).filter_by(id=3)) == "new"


def test_what_was_changed_in_the_session_is_not_overwritten(site) -> None:
    thing = site.session.get(site.Thing, 3)
    with site.session.no_autoflush:
        thing.name = "mine"
        again = site.session.scalars(sa.select(site.Thing).filter_by(id=3)).one()

        assert again is thing
        assert again.name == "mine"


def test_pending_changes_are_written_before_a_read(site) -> None:
    site.session.get(site.Thing, 1).name = "pending"

    found = site.session.scalars(sa.select(site.Thing).filter_by(name="pending")).all()

    assert [thing.id for thing in found] == [1]
    assert site.session.get(site.Owner, "new") is None
    site.Owner.create(key="new")
    assert site.Owner.query.filter_by(key="new").one().key == "new"


def test_expired_objects_are_filled_again(site) -> None:
    thing = site.session.get(site.Thing, 1)
    other = site.session.get(site.Thing, 2)
    site.session.expire(thing)
    site.session.expire(other, ["name"])
    other.price = decimal.Decimal(77)
    with site.session.no_autoflush:
        site.session.scalars(sa.select(site.Thing)).all()

    assert values_of(thing)["name"] == "thing 1"
    assert (other.name, other.price) == ("thing 2", 77)
    assert "name" not in sa.inspect(thing).expired_attributes
    assert sa.inspect(other).modified
    assert thing.owner.key == "ann"


def test_a_rollback_makes_objects_be_read_anew(site) -> None:
    thing = site.session.get(site.Thing, 1)
    with plain_session(site) as other:
        other.get(site.Thing, 1).name = "from elsewhere"
        other.commit()

    assert thing.name == "thing 1"
    site.session.rollback()
    assert thing.name == "from elsewhere"


def test_a_commit_makes_objects_be_read_anew(site) -> None:
    thing = site.session.get(site.Thing, 1)
    with plain_session(site) as other:
        other.get(site.Thing, 1).name = "from elsewhere"
        other.commit()

    site.session.commit()

    assert thing.name == "from elsewhere"


def test_reads_in_a_transaction_see_what_it_wrote(site) -> None:
    site.session.execute(sa.update(site.Thing).values(name="all"))

    names = site.session.scalars(sa.select(site.Thing)).all()

    assert {thing.name for thing in names} == {"all"}
    site.session.rollback()
    assert site.session.get(site.Thing, 1).name == "thing 1"


def test_a_lookup_knows_what_sqlalchemys_knows(site) -> None:
    session = site.session
    assert session.get(site.Thing, 99) is None
    assert session.get(site.Thing, (1,)).id == 1
    assert session.get(site.Thing, {"id": 1}).id == 1
    assert session.get(site.Thing, 1, populate_existing=True).id == 1
    assert session.get(site.Thing, 2, with_for_update=True).id == 2
    with pytest.raises(sa.exc.InvalidRequestError):
        session.get(site.Thing, (1, 2))
    with pytest.raises(sa.exc.NoInspectionAvailable):
        session.get(str, 1)


def test_results_have_all_methods(site) -> None:
    statement = sa.select(site.Thing).where(site.Thing.id < 3).order_by(site.Thing.id)
    result = site.session.execute

    assert [row[0].id for row in result(statement)] == [1, 2]
    assert result(statement).scalars().first().id == 1
    assert len(result(statement).unique().all()) == 2
    assert [r[0].id for r in result(statement).partitions(1).__next__()] == [1]
    assert result(statement).mappings().first()["Thing"].id == 1
    with pytest.raises(sa.exc.MultipleResultsFound):
        result(statement).one()
    with pytest.raises(sa.exc.NoResultFound):
        result(sa.select(site.Thing).where(site.Thing.id < 0)).scalar_one()


def count_plain(db: Any, *statements: Any) -> int:
    session = db.session()
    return sum(session.load_fast(statement) is not None for statement in statements)


@pytest.mark.fast_path
def test_what_is_not_plain_has_no_plan(site) -> None:
    thing, owner = site.Thing, site.Owner
    alias = orm.aliased(thing)
    plain = sa.select(thing)

    assert count_plain(site, plain) == 1
    assert not count_plain(
        site,
        plain.options(orm.joinedload(thing.owner)),
        plain.with_for_update(),
        plain.execution_options(populate_existing=True),
        plain.where(thing.id.in_([1, 2])),
        plain.where(thing.id == sa.bindparam("later")),
        plain.where(thing.id == sa.bindparam("now", 1)).params(now=2),
        sa.select(alias),
        sa.select(thing.__table__),
        sa.select(thing.__table__.c.id),
        sa.select(thing, owner),
        sa.select(orm.Bundle("b", thing.id)),
        sa.union(plain, plain),
        sa.text("SELECT 1"),
        sa.insert(thing),
        sa.select(sa.func.my_function(1)),
    )


def test_statements_with_lists_work_all_the_same(site) -> None:
    thing = site.Thing
    for ids in ([1], [1, 2], []):
        found = site.session.scalars(sa.select(thing).where(thing.id.in_(ids))).all()
        assert sorted(t.id for t in found) == ids


def test_eager_and_inherited_models_go_the_usual_way(make_app) -> None:
    db = SQLAlchemy()

    class Animal(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        kind = db.Column(db.String(9))
        __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "any"}  # noqa: RUF012 - SQLAlchemy's way

    class Cat(Animal):
        __mapper_args__ = {"polymorphic_identity": "cat"}  # noqa: RUF012 - as above

    class Box(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        cat_id = db.Column(db.ForeignKey("animal.id"))
        cat = db.relationship(Cat, lazy="joined")

    app = make_app(db, DATABASE_URL="sqlite://")
    with app.app_context():
        db.create_all()
        db.session.add_all([Cat(id=1), Box(id=1, cat_id=1)])
        db.session.commit()
        db.session.remove()

        assert Cat.__table__ is Animal.__table__
        assert type(db.session.get(Animal, 1)) is Cat
        assert "cat" in values_of(db.session.get(Box, 1))
        assert not count_plain(db, sa.select(Animal), sa.select(Box))


def test_whoever_listens_hears_everything(site) -> None:
    heard: list[str] = []
    event.listen(site.engine, "before_cursor_execute", lambda *a: heard.append(a[2]))
    site.session.get(site.Thing, 1)
    assert len(heard) == 1

    event.listen(site.Thing, "load", lambda *_: heard.append("load"))
    site.session.get(site.Thing, 2)
    assert heard[-1] == "load"

    event.listen(site.session(), "do_orm_execute", lambda _: heard.append("orm"))
    site.session.get(site.Thing, 3)
    assert "orm" in heard


def test_a_mistake_in_a_statement_is_wrapped_as_ever(site) -> None:
    broken = sa.select(sa.table("nowhere", sa.column("id")))

    with pytest.raises(sa.exc.DBAPIError) as caught:
        site.session.execute(broken)
    assert "nowhere" in str(caught.value)
    site.session.rollback()

    site.session.execute(sa.update(site.Thing).values(name="x"))
    with pytest.raises(sa.exc.DBAPIError, match="nowhere"):
        site.session.execute(broken)
    site.session.rollback()
    assert site.session.get(site.Thing, 1).name == "thing 1"
