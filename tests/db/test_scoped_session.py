"""`db.session` is the session of each context, and ends with it."""

from typing import Any

import pytest
import sqlalchemy as sa

from carboy.db import Session, SQLAlchemy
from carboy.db.scoped_session import ContextRegistry


@pytest.fixture
def site(make_app) -> Any:
    db = SQLAlchemy()

    class Row(db.Model):
        id = db.Column(db.Integer, primary_key=True)

    app = make_app(db, DATABASE_URL="sqlite://")
    with app.app_context():
        db.create_all()
        db.session.add(Row(id=1))
        db.session.commit()
    db.Row, db.app = Row, app
    return db


def test_each_context_has_a_session_of_its_own(site) -> None:
    with site.app.app_context():
        outer = site.session()
        with site.app.app_context():
            assert site.session() is not outer
        assert site.session() is outer


def test_a_registry_keeps_replaces_and_ends_a_session(site) -> None:
    registry: ContextRegistry = site.session.registry
    with site.app.app_context():
        assert not registry.has()
        session = registry()
        assert isinstance(session, Session)
        assert registry.has()
        registry.clear()
        assert not registry.has()
        registry.set(session)
        assert registry() is session
        registry.end()
        registry.end()
        assert not registry.has()


def test_it_calls_the_session_of_the_context(site) -> None:
    calls: list[str] = []
    with site.app.app_context():
        statement = sa.select(site.Row)
        row = site.session.get(site.Row, 1)

        assert site.session.execute(statement).scalar_one() is row
        assert site.session.scalars(statement).one() is row
        assert site.session.scalar(statement) is row
        assert not site.session.is_writing()
        site.session.begin_writing()
        assert site.session.is_writing()
        site.session.after_commit(lambda: calls.append("commit"))
        site.session.after_rollback(lambda: calls.append("rollback"))
        site.session.rollback()
        assert calls == ["rollback"]
