"""What is declared or listens after the first query of a model counts in the next.

SQLAlchemy itself keeps what it compiled: it ignores what is declared later.
"""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event, orm

from carboy.db import SQLAlchemy


@pytest.fixture
def site(make_app) -> Any:
    """A database with one model that was asked in all ways already."""
    db = SQLAlchemy()

    class Post(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(9))
        user_id = db.Column(db.Integer)

    app = make_app(db, DATABASE_URL="sqlite://")
    with app.app_context():
        db.create_all()
        db.session.add_all([Post(id=1, user_id=1), Post(id=2, user_id=1)])
        db.session.commit()
        db.Post = Post
        for ask in WAYS.values():
            db.session.remove()
            ask(db)
            ask(db)
        Post.query.paginate(per_page=1)
        db.session.remove()
        yield db


WAYS: dict[str, Callable[[Any], Any]] = {
    "get": lambda db: db.session.get(db.Post, 1),
    "query": lambda db: db.Post.query.all()[0],
    "filter": lambda db: db.Post.query.filter_by(id=1).one(),
    "select": lambda db: db.session.scalars(sa.select(db.Post)).first(),
    "page": lambda db: db.paginate(sa.select(db.Post), per_page=1).items[0],
}
each_way = pytest.mark.parametrize("way", WAYS)


def add_user(db: Any, **backref: Any) -> Any:
    class User(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        if backref:
            posts = orm.relationship(
                db.Post,
                primaryjoin=lambda: orm.foreign(db.Post.user_id) == User.id,
                backref=orm.backref("user", **backref),
            )

    User.__table__.create(db.engine)
    return User


@pytest.mark.fast_path
@each_way
def test_a_joined_relationship_that_comes_later_is_loaded(site, way) -> None:
    user = add_user(site)
    join = orm.foreign(site.Post.user_id) == user.id
    site.Post.user = orm.relationship(user, primaryjoin=join, lazy="joined")

    assert "user" in WAYS[way](site).__dict__


@pytest.mark.fast_path
@each_way
def test_a_model_that_is_not_configured_yet_counts(site, way) -> None:
    add_user(site, lazy="joined")

    assert "user" in WAYS[way](site).__dict__


@pytest.mark.fast_path
@each_way
def test_a_column_that_comes_later_is_loaded(site, way) -> None:
    with site.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE post ADD COLUMN extra INTEGER")
        connection.exec_driver_sql("UPDATE post SET extra = 7")
    site.Post.extra = site.Column(site.Integer)
    site.Post.twice = orm.column_property(site.Post.extra * 2)

    post = WAYS[way](site)

    assert (post.__dict__["extra"], post.__dict__["twice"]) == (7, 14)


@each_way
def test_a_subclass_that_comes_later_is_loaded(site, way) -> None:
    class Special(site.Post):
        id = site.Column(site.ForeignKey("post.id"), primary_key=True)
        __mapper_args__ = {"polymorphic_identity": "special"}  # noqa: RUF012 - SQLAlchemy's way

    Special.__table__.create(site.engine)
    site.session.add(Special(id=3, name="x"))
    site.session.commit()

    assert type(WAYS[way](site)) is site.Post
    assert site.Post.query.count() == 3
    assert site.session.get(Special, 3).name == "x"


@each_way
def test_criteria_of_a_statement_or_a_session_count(site, way) -> None:
    criteria = orm.with_loader_criteria(site.Post, site.Post.id > 1)
    plain = sa.select(site.Post)
    assert site.session.scalars(plain.options(criteria)).first().id == 2
    assert site.Post.query.options(criteria).first().id == 2

    def add(state: Any) -> None:
        if state.is_select:
            state.statement = state.statement.options(criteria)

    site.session.remove()
    event.listen(site.session.session_factory.class_, "do_orm_execute", add)
    try:
        if way in {"get", "filter"}:
            with pytest.raises((sa.exc.NoResultFound, AttributeError)):
                assert WAYS[way](site).id
        else:
            assert WAYS[way](site).id == 2
        assert site.Post.query.count() == 1
    finally:
        event.remove(site.session.session_factory.class_, "do_orm_execute", add)


@each_way
@pytest.mark.parametrize("name", ["load", "refresh"])
def test_a_listener_of_a_model_that_comes_later_is_called(site, way, name) -> None:
    post = WAYS[way](site)
    heard: list[Any] = []
    event.listen(site.Post, name, lambda *args: heard.append(args[0]))
    if name == "load":
        site.session.remove()
    else:
        site.session.expire(post)

    assert WAYS[way](site).name is None
    assert heard


@each_way
@pytest.mark.parametrize(
    "name", ["before_cursor_execute", "do_execute", "before_execute"]
)
def test_a_listener_of_the_engine_that_comes_later_is_called(site, way, name) -> None:
    heard: list[Any] = []

    def note(*args: Any) -> None:
        heard.append(args)

    event.listen(site.engine, name, note)

    WAYS[way](site)

    assert heard


@each_way
def test_a_listener_of_the_session_that_comes_later_is_called(site, way) -> None:
    heard: list[Any] = []
    event.listen(
        site.session(), "loaded_as_persistent", lambda *args: heard.append(args)
    )

    WAYS[way](site)

    assert heard


@pytest.mark.fast_path
def test_a_row_is_written_with_what_came_later(site) -> None:
    site.Post.query.first().name = "first"
    site.session.commit()
    with site.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE post ADD COLUMN extra INTEGER")
    site.Post.extra = site.Column(site.Integer)

    site.session.get(site.Post, 1).extra = 5
    site.session.commit()

    assert site.session.get(site.Post, 1).extra == 5
