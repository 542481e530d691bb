"""Queries are recorded with their line, without secrets, on the fast path as well."""

import sqlalchemy as sa

from carboy.db import SQLAlchemy

from .conftest import LOCAL, get_last, get_ring_file


def test_queries_are_recorded_with_their_line_on_the_fast_path(make_site):
    db = SQLAlchemy()

    class Bottle(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(30))

    app = make_site(db)

    @app.get("/")
    def index():
        return str(len(Bottle.query.filter_by(name="a").all()))

    with app.app_context():
        db.create_all()
    app.test_client().get("/", **LOCAL)

    [query] = [one for one in get_last(app).detail.events if one.kind == "query"]
    assert "FROM bottle" in query.text
    assert query.data["values"] == ["'a'"]
    assert query.place.startswith(__file__)
    # The recorder must not change what it looks at.
    assert not db_has_listeners(app, db)


def db_has_listeners(app, db):
    with app.app_context():
        return db.engine._has_events


def test_values_of_secret_columns_are_hidden(make_site):
    db = SQLAlchemy()

    class Person(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(30))
        api_key = db.Column(db.String(99))

    app = make_site(db)

    @app.get("/")
    def index():
        db.session.add(Person(name="ada", api_key="canary-1"))
        db.session.commit()
        db.session.execute(
            sa.update(Person).where(Person.name == "ada").values(api_key="canary-2")
        )
        db.session.commit()
        Person.query.filter_by(api_key="canary-3").all()
        db.session.execute(
            sa.text("SELECT 1 FROM person WHERE api_key = :given"),
            {"given": "canary-4"},
        )
        rows = [{"name": f"p{n}", "api_key": f"canary-{n}"} for n in range(30)]
        db.session.execute(sa.insert(Person), rows)
        db.session.connection().exec_driver_sql(
            "INSERT INTO person (name, api_key) VALUES (?, ?)",
            [("eve", "canary-5"), ("mallory", "canary-6")],
        )
        return "done"

    with app.app_context():
        db.create_all()
    assert app.test_client().get("/", **LOCAL).text == "done"

    stored = get_ring_file(app).read_bytes()
    assert b"canary" not in stored
    assert b"ada" in stored
