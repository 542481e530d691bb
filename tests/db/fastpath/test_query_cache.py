"""Compiled queries are made once, are limited in number, and only models have any."""

from typing import Any

import pytest
import sqlalchemy as sa

from carboy.db import SQLAlchemy
from carboy.db.fastpath.query_cache import QueryCache, query_cache_of

pytestmark = pytest.mark.fast_path


@pytest.fixture
def site(make_app) -> Any:
    db = SQLAlchemy()

    class Thing(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(50))
        day = db.Column(db.Date)

    app = make_app(db, DATABASE_URL="sqlite://")
    with app.app_context():
        db.create_all()
        db.Thing = Thing
        yield db


def test_a_query_is_compiled_once_for_all_values(site) -> None:
    cache = QueryCache(site.engine)

    statements = [sa.select(site.Thing).limit(1).offset(i) for i in (1, 2)]
    first, second = (cache.for_query(statement) for statement in statements)

    assert first is not None
    assert second is not None
    assert first[0] is second[0]
    assert first[1] != second[1]
    assert query_cache_of(site.engine) is query_cache_of(site.engine)


def test_their_number_is_limited(site, monkeypatch) -> None:
    monkeypatch.setattr("carboy.db.fastpath.query_cache.MAX_QUERIES", 2)
    cache = QueryCache(site.engine)

    for column in (site.Thing.id, site.Thing.name, site.Thing.day):
        cache.for_query(sa.select(site.Thing).order_by(column))

    assert len(cache._by_statement) <= 2
    assert len(cache._by_key) <= 2


def test_only_a_model_can_be_looked_up_by_its_key(site) -> None:
    cache = QueryCache(site.engine)

    assert cache.for_get(site.Thing) is cache.for_get(site.Thing) is not None
    for entity in (str, "Thing", [], None, site.Thing.__table__):
        assert cache.for_get(entity) is None


def test_a_query_of_a_model_that_has_changed_is_compiled_again(site) -> None:
    cache = QueryCache(site.engine)
    before = cache.for_get(site.Thing)
    site.Thing.other = sa.orm.column_property(site.Thing.id + 1)

    after = cache.for_get(site.Thing)

    assert before is not after
    assert not before.is_current()
    assert after.is_current()
