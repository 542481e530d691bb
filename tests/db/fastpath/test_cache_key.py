"""An outline tells queries apart as SQLAlchemy's key does, or there is none."""

from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import event, orm

from carboy.db import Query, SQLAlchemy
from carboy.db.fastpath.cache_key import is_stable, make_key
from carboy.db.fastpath.query_cache import query_cache_of


@pytest.fixture
def site(make_app) -> Any:
    db = SQLAlchemy()

    class Item(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(9))
        on = db.Column(db.Boolean)
        price = db.Column(db.Numeric(8, 2))
        others = db.relationship("Other", lazy="dynamic")

    class Other(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(9))
        item_id = db.Column(db.ForeignKey("item.id"))

    app = make_app(db, DATABASE_URL="sqlite://")
    with app.app_context():
        db.create_all()
        for i in range(1, 13):
            name = None if i == 5 else f"n{i % 3}"
            Item.create(id=i, name=name, on=bool(i % 2), price=i)
            Other.create(id=i, name=f"n{i % 2}", item_id=1 + i % 2)
        db.session.commit()
        db.Item, db.Other = Item, Other
        yield db


CRITERIA = {
    "id": lambda item, n: item.id > n,
    "reflected": lambda item, n: n >= item.id,
    "name": lambda item, n: item.name == f"n{n % 3}",
    "not": lambda item, n: ~(item.name == f"n{n % 3}"),
    "none": lambda item, n: item.name == (None if n % 2 else "n1"),
    "some": lambda item, _: item.name.is_not(None),
    "on": lambda item, n: item.on == bool(n % 2),
    "like": lambda item, n: item.name.like(f"%{n % 3}"),
    "escaped": lambda item, n: item.name.like(f"%{n % 3}", escape="/"),
    "whole": lambda item, n: item.price < n,
    "broken": lambda item, n: item.price < n + 0.5,
    "columns": lambda item, _: item.price == item.id,
    "several": lambda item, n: item.id.in_([n, n + 1]),
    "either": lambda item, n: sa.or_(item.id == n, item.name == "n0"),
    "sum": lambda item, n: item.id + n == 7,
}
ORDERS = {
    "id": lambda item: item.id,
    "down": lambda item: item.id.desc(),
    "up": lambda item: item.id.asc(),
    "nulls": lambda item: item.name.desc().nulls_last(),
    "column": lambda item: item.__table__.c.price,
    "word": lambda _: "name",
}


@pytest.mark.fast_path
@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    criteria=st.lists(st.tuples(st.sampled_from(sorted(CRITERIA)), st.integers(0, 9))),
    orders=st.lists(st.sampled_from(sorted(ORDERS)), max_size=3),
    limit=st.none() | st.integers(0, 12),
    offset=st.none() | st.integers(0, 12),
    way=st.sampled_from(["query", "select", "paginate"]),
)
def test_found_by_key_is_found_by_sqlalchemy(
    site, criteria, orders, limit, offset, way
) -> None:
    item = site.Item
    where = [CRITERIA[name](item, n) for name, n in criteria]
    order = [ORDERS[name](item) for name in orders] + [item.id]
    statement = sa.select(item).where(*where).order_by(*order)
    query = item.query.filter(*where).order_by(*order)
    with orm.Session(site.engine) as session:
        sliced = statement.limit(limit).offset(offset)
        expected = [found.id for found in session.scalars(sliced)]
        counted = sa.select(sa.func.count()).select_from(statement.subquery())
        total = session.scalar(counted)

    # Twice: the first time learns the outline, the second goes by it.
    for _ in range(2):
        if way == "query":
            found = query.limit(limit).offset(offset).all()
        elif way == "select":
            found = list(site.session.scalars(statement.limit(limit).offset(offset)))
        else:
            page = site.paginate(statement, page=1, per_page=5)
            found = site.session.scalars(statement.limit(limit).offset(offset)).all()
            assert page.total == total
        assert [thing.id for thing in found] == expected
        assert query.count() == total


def test_values_make_no_difference_and_all_else_does(site) -> None:
    item = site.Item
    query = item.query.filter(item.id > 3).order_by(item.id).limit(3)
    same = item.query.filter(item.id > 4).order_by(item.id).limit(9)
    others = [
        item.query.filter(item.id >= 3).order_by(item.id).limit(3),
        item.query.filter(item.id > 3.5).order_by(item.id).limit(3),
        item.query.filter(item.id > 3).order_by(item.id.desc()).limit(3),
        item.query.filter(item.id > 3).order_by(item.name).limit(3),
        item.query.filter(item.id > 3).order_by(item.id).offset(3),
        item.query.filter(item.id > 3).order_by(item.id),
        item.query.filter(item.price > 3).order_by(item.id).limit(3),
        item.query.filter(item.name.is_(None)).order_by(item.id).limit(3),
        item.query.filter(item.name.is_not(None)).order_by(item.id).limit(3),
        item.query.filter(item.on == True).order_by(item.id).limit(3),  # noqa: E712 - as SQL
        item.query.filter(item.on == False).order_by(item.id).limit(3),  # noqa: E712 - as SQL
        site.Other.query.filter(site.Other.id > 3).order_by(site.Other.id).limit(3),
    ]

    keys = [key_of(asked) for asked in (query, *others)]

    assert key_of(same) == keys[0]
    assert len(set(keys)) == len(keys)


def key_of(asked: Any) -> Any:
    key = make_key(asked)
    assert key is not None
    return key.rows, key.limits


def test_what_is_more_than_that_has_none(site) -> None:
    item = site.Item
    plain = item.query

    for asked in (
        plain.distinct(),
        plain.group_by(item.id),
        plain.join(item.others),
        plain.with_entities(item.id, item.name),
        plain.options(orm.lazyload("*")),
        plain.execution_options(populate_existing=True),
        plain.with_for_update(),
        plain.params(x=1),
        plain.filter(item.id.in_([1])),
        plain.filter(item.id == sa.bindparam("x")),
        plain.filter(
            item.id == sa.bindparam("x", 1, unique=True, literal_execute=True)
        ),
        plain.filter(item.name.like("a", escape="/")),
        plain.filter(sa.or_(item.id == 1, item.id == 2)),
        plain.limit(sa.literal(1) + 1),
        plain.from_statement(sa.select(item)),
        sa.text("SELECT 1"),
        "SELECT 1",
    ):
        assert make_key(asked) is None, asked


@pytest.mark.fast_path
def test_only_what_stays_is_kept(site) -> None:
    item = site.Item
    alias = orm.aliased(item)
    subquery = sa.select(site.Other).where(site.Other.id > 3).limit(1).subquery()

    assert is_stable(make_key(item.query.order_by(item.name, item.__table__.c.id)))
    for asked in (
        sa.select(alias).where(alias.id > 1),
        sa.select(item).where(alias.id > 1),
        sa.select(item).order_by(sa.func.lower(item.name)),
        sa.select(item).where(item.id == subquery.c.item_id),
        sa.select(item.__table__),
        sa.select(item.id),
    ):
        assert not is_stable(make_key(asked))
        known = len(query_cache_of(site.engine)._by_key)
        site.session.execute(asked).all()
        assert len(query_cache_of(site.engine)._by_key) == known


def test_whoever_rewrites_queries_is_asked_each_time(site) -> None:
    item = site.Item

    class Watched(Query[Any]):
        pass

    query = Watched(item, session=site.session())
    assert len(query.all()) == 12

    def rewrite(asked: Any) -> Any:
        return asked.filter(item.id < 3)

    event.listen(Watched, "before_compile", rewrite, retval=True)

    assert len(query.all()) == 2
    assert len(Watched(item, session=site.session()).all()) == 2


def test_a_session_of_sqlalchemys_own_has_our_queries_too(site) -> None:
    with orm.Session(site.engine) as session:
        others = session.get(site.Item, 1).others

        assert [other.id for other in others.order_by("id")] == [2, 4, 6, 8, 10, 12]
        assert others.count() == 6
        assert others.filter_by(name="n0").paginate(per_page=4).total == 6
