"""Plans are for the main database, and lead nobody to the wrong one."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from carboy.db import SQLAlchemy
from carboy.db.session import Session


@pytest.mark.fast_path
def test_a_site_with_binds_has_plans_for_its_main_database(make_app, tmp_path) -> None:
    """And whatever lies in another one is asked for there, by any road."""
    db = SQLAlchemy()

    class Here(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(9))

    class There(db.Model):
        __bind_key__ = "logs"
        __tablename__ = "here"
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(9))

    binds = {"logs": f"sqlite:///{tmp_path}/there.db"}
    url = f"sqlite:///{tmp_path}/here.db"
    app = make_app(db, DATABASE_URL=url, DATABASE_BINDS=binds)
    with app.app_context():
        db.create_all()
        db.session.add_all([Here(id=1, name="here"), There(id=1, name="there")])
        db.session.add(There(id=2, name="there"))
        db.session.commit()
        db.session.remove()

        session = db.session()
        for model, is_planned, found in ((Here, True, "here"), (There, False, "there")):
            assert (session.load_fast(sa.select(model)) is not None) is is_planned
            alias = orm.aliased(model)
            for statement in (
                sa.select(model.name).where(model.id == 1),
                sa.select(alias.name).where(alias.id == 1),
                sa.select(sa.func.min(model.name)),
            ):
                assert session.scalar(statement) == found
            assert session.get(model, 1).name == found
            assert model.query.filter_by(id=1).one().name == found
            assert model.query.paginate(per_page=1).total == (1 if is_planned else 2)
            assert model.query.count() == (1 if is_planned else 2)
            session.get(model, 1).name = f"{found}!"
            session.commit()
            assert session.get(model, 1).name == f"{found}!"
            assert db.engine.pool.checkedout() <= 1
        session.get(Here, 1).name = session.get(There, 2).name = "both"
        session.commit()
        assert [t.name for t in There.query.order_by("id")] == ["there!", "both"]
        assert [h.name for h in Here.query] == ["both"]


class Router(Session):
    """Reads from a copy, as sites with a replica do."""

    def get_bind(self, mapper: Any = None, **options: Any) -> Any:
        if not self._flushing:
            return self._engines["copy"]
        return super().get_bind(mapper, **options)


def test_a_session_that_chooses_its_database_itself_is_asked(
    make_app, tmp_path
) -> None:
    db = SQLAlchemy(session_options={"class_": Router})

    class Row(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(9))

    binds = {"copy": f"sqlite:///{tmp_path}/copy.db"}
    app = make_app(db, DATABASE_URL=f"sqlite:///{tmp_path}/a.db", DATABASE_BINDS=binds)
    with app.app_context():
        for engine, name in ((db.engine, "main"), (db.engines["copy"], "copy")):
            db.metadata.create_all(engine)
            with engine.begin() as connection:
                connection.execute(sa.insert(Row), [{"id": 1, "name": name}])

        row = db.session.get(Row, 1)
        assert row.name == Row.query.one().name == "copy"
        row.name = "written"
        db.session.commit()

        with db.engine.connect() as connection:
            assert connection.scalar(sa.select(Row.name)) == "written"
        assert db.session.scalar(sa.select(Row.name)) == "copy"
