"""`Model.query` does what the notes ask of it, and answers 404."""

from typing import Any

import pytest
from sqlalchemy.exc import MultipleResultsFound, NoResultFound
from werkzeug.exceptions import NotFound

from carboy.db import Query, SQLAlchemy


@pytest.fixture
def site(make_app) -> Any:
    db = SQLAlchemy()

    class User(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(9))
        posts = db.relationship(
            "Post", backref=db.backref("author", lazy="joined"), lazy="dynamic"
        )

    class Post(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        title = db.Column(db.String(9))
        user_id = db.Column(db.ForeignKey("user.id"))
        __mapper_args__ = {"order_by": title}  # noqa: RUF012 - as the notes write it

    app = make_app(db, DATABASE_URL="sqlite://")
    with app.app_context():
        db.create_all()
        for i, name in enumerate(("ann", "bob", "cid"), 1):
            User.create(id=i, name=name)
            Post.create(id=i, title=f"t{9 - i}", user_id=1)
        db.session.commit()
        db.User, db.Post = User, Post
        yield db


def test_get_and_404(site) -> None:
    query = site.User.query
    assert query.get(1) is query.get_or_404(1)
    assert query.get("1") is query.get(1)
    assert query.filter_by(name="bob").first_or_404().id == 2
    assert query.filter_by(name="bob").one_or_404().id == 2
    nobody = query.filter_by(name="x")
    for question in (
        lambda: query.get_or_404(9, "no such user"),
        nobody.first_or_404,
        nobody.one_or_404,
        query.one_or_404,
    ):
        with pytest.raises(NotFound):
            question()


def test_results(site) -> None:
    query = site.User.query.order_by(site.User.id)

    assert [user.id for user in query] == [1, 2, 3]
    assert [user.id for user in query[0:2]] == [1, 2]
    assert query[1].id == 2
    assert [user.id for user in query.slice(1, 3)] == [2, 3]
    assert (query.first().id, query.count()) == (1, 3)
    assert query.filter_by(id=9).first() is None
    assert query.filter_by(id=9).one_or_none() is None
    with pytest.raises(NoResultFound):
        query.filter_by(id=9).one()
    with pytest.raises(MultipleResultsFound):
        query.one()
    assert query.with_entities(site.User.name).all() == [("ann",), ("bob",), ("cid",)]
    assert site.session.query(site.User.id).filter_by(name="bob").scalar() == 2
    assert site.session.query(site.func.count(site.User.id)).scalar() == 3
    assert query.distinct().count() == 3
    assert query.limit(2).count() == 2


def test_each_object_is_there_once(site) -> None:
    joined = site.User.query.join(site.Post)

    assert [user.id for user in joined.all()] == [1]
    assert joined.count() == 3


@pytest.mark.parametrize("sign", ["-", ""])
def test_a_name_with_a_minus_sorts_downwards(site, sign) -> None:
    ids = [user.id for user in site.User.query.order_by(f"{sign}id")]

    assert ids == ([3, 2, 1] if sign else [1, 2, 3])


def test_a_label_with_a_minus_sorts_downwards(site) -> None:
    label = site.User.id.label("number")
    rows = site.session.query(site.User.name, label).order_by("-number").all()

    assert [row.number for row in rows] == [3, 2, 1]


def test_the_default_order_of_a_model(site) -> None:
    query = site.Post.query

    assert [post.id for post in query.all()] == [3, 2, 1]
    assert [post.id for post in query.limit(2)] == [3, 2]
    assert [post.id for post in query.order_by(site.Post.id)] == [1, 2, 3]
    assert [post.id for post in site.session.query(site.Post)] == [3, 2, 1]
    assert query.get(1).id == 1
    assert query.filter_by(id=1).update({"title": "x"}) == 1
    assert query.filter_by(id=1).delete() == 1
    assert query.count() == 2


def test_dynamic_relationships_are_queries(site) -> None:
    posts = site.User.query.get(1).posts

    assert isinstance(posts, Query)
    assert posts.filter_by(title="t8").one_or_404().id == 1
    assert posts.count() == 3
    assert posts.paginate(per_page=2).pages == 2
    posts.append(site.Post(id=7, title="t0"))
    site.session.commit()
    assert posts.filter_by(id=7).first().author.name == "ann"


def test_a_query_class_of_ones_own_is_used(make_app) -> None:
    class Own(Query[Any]):
        def shout(self) -> str:
            return "!"

    db = SQLAlchemy(query_class=Own)

    class User(db.Model):
        id = db.Column(db.Integer, primary_key=True)

    app = make_app(db, DATABASE_URL="sqlite://")
    with app.app_context():
        assert User.query.shout() == "!"
        assert db.session.query(User).shout() == "!"
