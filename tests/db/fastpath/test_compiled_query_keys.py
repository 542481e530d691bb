"""A plan finds rows by keys of more than one column too."""

import pytest
import sqlalchemy as sa

from carboy.db import SQLAlchemy
from carboy.db.fastpath.eligibility import compile_simple

pytestmark = pytest.mark.fast_path


def test_a_key_of_several_columns(make_app) -> None:
    db = SQLAlchemy()

    class Pair(db.Model):
        a = db.Column(db.Integer, primary_key=True)
        b = db.Column(db.Integer, primary_key=True)

    app = make_app(db, DATABASE_URL="sqlite://")
    with app.app_context():
        db.create_all()
        db.session.add_all([Pair(a=1, b=2), Pair(a=1, b=3)])
        db.session.commit()
        db.session.remove()

        found = db.session.scalars(sa.select(Pair)).all()

        assert sorted((p.a, p.b) for p in found) == [(1, 2), (1, 3)]
        assert db.session.get(Pair, (1, 2)) in found
        assert compile_simple(sa.select(Pair), db.engine) is not None
