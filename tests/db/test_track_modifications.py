"""Signals carry the objects that a commit writes, when a setting asks for it."""

from typing import Any

import pytest

from carboy.db import SQLAlchemy, before_models_committed, models_committed


@pytest.fixture
def site(make_app) -> Any:
    db = SQLAlchemy()

    class Row(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        n = db.Column(db.Integer)

    app = make_app(
        db,
        DATABASE_URL="sqlite://",
        SQLALCHEMY_TRACK_MODIFICATIONS=True,
    )
    with app.app_context():
        db.create_all()
    db.Row, db.app = Row, app
    return db


def test_changes_are_sent_before_and_after_a_commit(site) -> None:
    received: list[Any] = []

    def receive(_app: object, changes: Any) -> None:
        received.append([(item.id, operation) for item, operation in changes])

    with (
        models_committed.connected_to(receive),
        before_models_committed.connected_to(receive),
        site.app.app_context(),
    ):
        row = site.Row.create(id=1)
        site.session.commit()
        assert received[-1] == [(1, "insert")]
        row.n = 2
        site.session.flush()
        row.n = 3
        site.session.commit()
        assert received[-1] == [(1, "update")]
        row.delete()
        site.session.flush()
        site.session.rollback()
        site.session.commit()
        assert len(received) == 4
        site.session.delete(site.session.get(site.Row, 1))
        site.session.commit()
        assert len(received) == 6
