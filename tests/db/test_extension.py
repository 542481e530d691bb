"""`db` has Flask-SQLAlchemy's API, on any Flask app."""

import gc
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError, UnboundExecutionError
from werkzeug.exceptions import NotFound

from carboy.core import Carboy, registry_of
from carboy.db import Model, SQLAlchemy
from carboy.errors import WiringError


@pytest.fixture
def db() -> Any:
    db = SQLAlchemy()

    class User(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(50))

    db.User = User
    return db


@pytest.fixture
def app(db, make_app) -> Flask:
    app: Flask = make_app(db, SQLALCHEMY_DATABASE_URI="sqlite:///a.db")
    with app.app_context():
        db.create_all()
        db.session.add_all([db.User(id=i, name=f"u{i}") for i in range(1, 4)])
        db.session.commit()
    return app


def test_others_find_it_where_they_look(db, app) -> None:
    assert app.extensions["sqlalchemy"] is db
    assert app.extensions["migrate"].db is db


def test_all_names_of_sqlalchemy_are_attributes(db) -> None:
    assert db.Column is sa.Column
    assert db.joinedload is orm.joinedload
    assert db.func is sa.func
    assert db.event is sa.event
    assert db.model is db.Model
    assert isinstance(db.relation("User"), orm.RelationshipProperty)
    with pytest.raises(AttributeError, match="'Colum'"):
        _ = db.Colum


def test_an_app_works_from_its_constructor(tmp_path) -> None:
    app = Flask("site", instance_path=str(tmp_path))
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///x.db"

    db = SQLAlchemy(app)

    with app.app_context():
        assert db.engine.url.database == str(tmp_path / "x.db")


def test_without_a_url_there_is_a_file_in_the_instance_folder(
    db, make_app, tmp_path
) -> None:
    app = make_app(db)
    with app.app_context():
        db.create_all()

    assert (tmp_path / "site.db").exists()


def test_a_second_installation_is_refused(db, app) -> None:
    with pytest.raises(WiringError, match="already installed"):
        db.init_app(app)


def test_one_object_serves_two_apps(db, app, make_app) -> None:
    other = make_app(db, DATABASE_URL="sqlite:///other.db")
    with other.app_context():
        db.create_all()
        assert db.session.get(db.User, 1) is None
    with app.app_context():
        assert db.session.get(db.User, 1).name == "u1"


def test_outside_of_a_context_the_error_is_flasks(db, app) -> None:
    with pytest.raises(RuntimeError, match="application context"):
        _ = db.session.get(db.User, 1)
    assert repr(db) == "<SQLAlchemy>"


def test_questions_find_or_answer_404(db, app) -> None:
    with app.app_context():
        everybody = db.select(db.User).order_by(db.User.id)
        nobody = everybody.where(db.User.id > 9)

        assert db.get(db.User, 1) is db.get_or_404(db.User, 1)
        assert db.first_or_404(everybody).id == 1
        assert db.one_or_404(everybody.where(db.User.id == 2)).id == 2
        for question in (
            lambda: db.get_or_404(db.User, 9, description="no such user"),
            lambda: db.first_or_404(nobody),
            lambda: db.one_or_404(nobody),
            lambda: db.one_or_404(everybody),
        ):
            with pytest.raises(NotFound):
                question()


@pytest.mark.parametrize("is_writing", [False, True])
def test_a_key_that_no_column_holds_is_404(make_app, any_url, is_writing) -> None:
    """As of `/user/99999999999999999999999`, which anybody can ask for."""
    db = SQLAlchemy()

    class User(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(9), nullable=False)

    class Log(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        user = db.relationship(User, lazy="joined")
        user_id = db.Column(db.ForeignKey("user.id"))

    with make_app(db, DATABASE_URL=any_url).app_context():
        db.create_all()
        asked = [(User, 10**30), (User, 2**40), (Log, 10**30)]
        roads = [db.get_or_404, lambda model, number: model.query.get_or_404(number)]
        for road, (model, number) in product(roads, asked):
            if is_writing:
                db.session.add(User(name="x"))
            with pytest.raises(NotFound):
                road(model, number)
            db.session.rollback()

        # What waits to be written and is refused is no 404.
        db.session.add(User())
        with pytest.raises(IntegrityError):
            db.get_or_404(User, 1)


def test_binds_hold_tables_of_their_own(make_app) -> None:
    db = SQLAlchemy()

    class Here(db.Model):
        id = db.Column(db.Integer, primary_key=True)

    class There(db.Model):
        __bind_key__ = "logs"
        id = db.Column(db.Integer, primary_key=True)

    side = db.Table("side", db.Column("id", db.Integer), bind_key="logs")
    app = make_app(
        db,
        SQLALCHEMY_DATABASE_URI="sqlite:///here.db",
        SQLALCHEMY_BINDS={"logs": {"url": "sqlite:///there.db"}},
    )
    with app.app_context():
        db.create_all()
        db.session.add_all([Here(id=1), There(id=2)])
        db.session.commit()

        assert sa.inspect(db.engine).get_table_names() == ["here"]
        assert sa.inspect(db.engines["logs"]).get_table_names() == ["side", "there"]
        assert db.get_engine("logs") is db.engines["logs"]
        assert db.session.get(There, 2).id == 2
        assert db.session.execute(side.insert().values(id=3)).rowcount == 1
        db.session.rollback()
        db.drop_all("logs")
        assert sa.inspect(db.engines["logs"]).get_table_names() == []
        assert isinstance(side, db.Table)


def test_a_bind_that_is_not_set_is_named(make_app) -> None:
    db = SQLAlchemy()

    class There(db.Model):
        __bind_key__ = "logs"
        id = db.Column(db.Integer, primary_key=True)

    app = make_app(db, DATABASE_BINDS={"other": "sqlite:///o.db"})
    with app.app_context():
        with pytest.raises(UnboundExecutionError, match="'logs' in DATABASE_BINDS"):
            db.create_all("logs")
        with pytest.raises(UnboundExecutionError, match="'logs'"):
            db.session.get(There, 1)


def test_tables_can_be_read_from_the_database(db, app, make_app) -> None:
    other = SQLAlchemy()
    reader = make_app(other, SQLALCHEMY_DATABASE_URI="sqlite:///a.db")
    with reader.app_context():
        other.reflect()

        class User(other.Model):
            __table__ = other.metadata.tables["user"]

        assert other.session.get(User, 2).name == "u2"


def test_tables_that_point_to_each_other_can_be_dropped(make_app) -> None:
    db = SQLAlchemy()
    for name, other in (("a", "b"), ("b", "a")):
        key = db.ForeignKey(f"{other}.id", name=f"fk_{name}", use_alter=True)
        db.Table(
            name, db.Column("id", db.Integer, primary_key=True), db.Column("o", key)
        )
    app = make_app(db)
    with app.app_context():
        db.create_all()

        db.drop_all()

        assert sa.inspect(db.engine).get_table_names() == []
        assert db.session.scalar(sa.text("PRAGMA foreign_keys")) == 1


def test_classes_of_ones_own_are_used(make_app) -> None:
    class Odd(orm.DeclarativeBase):
        def shout(self) -> str:
            return "!"

    class Plain:
        def shout(self) -> str:
            return "?"

    for base, sound in ((Odd, "!"), (Plain, "?")):
        db = SQLAlchemy(model_class=base, session_options={"expire_on_commit": False})

        class User(db.Model):
            id = db.Column(db.Integer, primary_key=True)

        app = make_app(db, DATABASE_URL="sqlite://")
        with app.app_context():
            db.create_all()
            user = User.create(id=1)
            db.session.commit()
            assert (User.__tablename__, user.shout()) == ("user", sound)
            assert "id" in sa.inspect(user).dict


def test_an_old_declarative_base_is_used(make_app) -> None:
    db = SQLAlchemy(model_class=orm.declarative_base())

    class BlogPost(db.Model):
        id = db.Column(db.Integer, primary_key=True)

    app = make_app(db, DATABASE_URL="sqlite://")
    with app.app_context():
        db.create_all()
        assert BlogPost.__tablename__ == "blog_post"
        assert BlogPost.query.all() == []


def test_names_can_be_left_to_the_site() -> None:
    db = SQLAlchemy(disable_autonaming=True)

    with pytest.raises(sa.exc.InvalidRequestError, match="__tablename__"):

        class User(db.Model):
            id = db.Column(db.Integer, primary_key=True)


def test_metadata_of_ones_own_is_used() -> None:
    metadata = sa.MetaData(naming_convention={"pk": "key_%(table_name)s"})
    db = SQLAlchemy(metadata=metadata)

    class User(db.Model):
        id = db.Column(db.Integer, primary_key=True)

    assert db.metadata is metadata
    assert User.__table__.primary_key.name == "key_user"
    assert db.metadata_of("x").naming_convention["pk"] == "key_%(table_name)s"


def test_a_session_ends_with_its_context(db, app) -> None:
    with app.app_context():
        outer = db.session()
        outer.get(db.User, 1)
        with app.app_context():
            assert db.session() is not outer
        assert db.session() is outer
        assert db.engine.pool.checkedout() == 1

    with app.app_context():
        assert db.engine.pool.checkedout() == 0
        assert not db.session.registry.has()


def test_a_request_that_uses_nothing_checks_out_nothing(db, app) -> None:
    seen = []
    app.add_url_rule("/", view_func=lambda: str(seen.append(1)))
    with app.app_context():
        sa.event.listen(db.engine, "checkout", lambda *_: seen.append("checkout"))

    app.test_client().get("/")

    assert seen == [1]


def test_sessions_can_be_scoped_otherwise(make_app) -> None:
    db = SQLAlchemy(session_options={"scopefunc": lambda: 1})
    app = make_app(db)
    with app.app_context():
        first = db.session()
        with app.app_context():
            assert db.session() is first
        assert not db.session.registry.has()


def test_probe_gauges_and_shell(db, app) -> None:
    site = registry_of(app)
    with app.app_context():
        db.session.get(db.User, 1)

        assert site.readiness_checks["db"]() is None
        assert site.gauges["carboy_db_pool_in_use"]() == 1
        assert site.gauges["carboy_db_pool_size"]() == 8
    assert app.make_shell_context()["User"] is db.User


def test_the_command_line_has_the_group(db, app) -> None:
    result = app.test_cli_runner().invoke(args=["db", "--help"])

    assert result.exit_code == 0
    for name in ("init", "migrate", "upgrade", "downgrade", "seed", "shell", "stamp"):
        assert f"  {name} " in result.output


def test_it_is_a_battery_of_carboy(tmp_path) -> None:
    db = SQLAlchemy()
    app = Carboy("site", instance_path=str(tmp_path))

    app.use(db)

    assert app.extensions["sqlalchemy"] is db


def test_apps_can_be_forgotten(db, make_app, tmp_path) -> None:
    app = Flask("gone", instance_path=str(tmp_path))
    db.init_app(app)
    with app.app_context():
        db.engine.dispose()
    assert isinstance(db.Model, type(Model))
    del app
    gc.collect()
