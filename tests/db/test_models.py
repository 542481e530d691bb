"""Models are short to use, typed, and named as Flask-SQLAlchemy names them."""

import subprocess
import sys
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from carboy.db import Model, SQLAlchemy
from carboy.errors import WiringError


@pytest.fixture
def site(make_app) -> Any:
    db = SQLAlchemy()

    class Post(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        title = db.Column(db.String(50))

        @property
        def slug(self) -> str:
            return self.title.lower()

        @slug.setter
        def slug(self, value: str) -> None:
            self.title = value.upper()

    app = make_app(db, DATABASE_URL="sqlite://")
    with app.app_context():
        db.create_all()
        db.Post = Post
        yield db


def test_create_update_and_delete(site) -> None:
    post = site.Post.create(title="a")
    assert repr(post).startswith("<Post (pending ")
    site.session.commit()

    assert post.update(title="b") is post
    site.session.commit()
    assert repr(post) == "<Post 1>"
    assert site.get(site.Post, 1).title == "b"
    post.update(slug="c")
    assert post.title == "C"

    post.delete()
    site.session.commit()
    assert site.Post.query.count() == 0
    assert repr(site.Post()).startswith("<Post (transient ")


def test_an_unknown_name_is_an_error(site) -> None:
    with pytest.raises(TypeError, match=r"no attribute 'titel'.*id, title"):
        site.Post.create(title="a").update(titel="b")
    with pytest.raises(TypeError):
        site.Post.create(titel="b")


def test_a_typed_base_has_tables_of_its_own(make_app) -> None:
    class Base(Model):
        """What all models of this site share."""

    class Other(Model):
        pass

    db = SQLAlchemy(model_class=Base)

    class BlogPost(Base):
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        title: orm.Mapped[str | None]

    assert db.Model is Base
    assert db.metadata is Base.metadata is not Other.metadata
    assert list(db.metadata.tables) == ["blog_post"]
    app = make_app(db, DATABASE_URL="sqlite://")
    with app.app_context():
        db.create_all()
        BlogPost.create(title="x")
        assert BlogPost.query.one().title == "x"


def test_a_base_without_its_database_says_so() -> None:
    class Base(Model):
        pass

    class Lost(Base):
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)

    with pytest.raises(WiringError, match="model_class=Base"):
        _ = Lost.query
    with pytest.raises(WiringError, match="'logs'"):

        class Logged(Base):
            __bind_key__ = "logs"
            id: orm.Mapped[int] = orm.mapped_column(primary_key=True)


def test_a_base_may_bring_its_own_parts() -> None:
    metadata = sa.MetaData()

    class Base(Model):
        metadata = sa.MetaData(schema="own")
        type_annotation_map = {str: sa.String(7)}  # noqa: RUF012 - SQLAlchemy's way

    class Row(Base):
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        name: orm.Mapped[str]

    assert Row.__table__.schema == "own"
    assert Row.__table__.c.name.type.length == 7
    assert metadata.tables == {}


SITE = '''
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

import carboy.db
from carboy.db import Pagination, Query, SQLAlchemy, TimeOrderedKey, Timestamps


class Model(carboy.db.Model):
    """What all models share."""


db = SQLAlchemy(model_class=Model)


class Author(Timestamps, Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    posts: Mapped[list["Post"]] = relationship(back_populates="author")


class Post(TimeOrderedKey, Model):
    title: Mapped[str | None]
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))
    author: Mapped[Author] = relationship(back_populates="posts")


def show(number: int) -> str:
    author: Author = db.get_or_404(Author, number)
    found: Author | None = db.get(Author, number)
    query: Query[Author] = Author.query.filter_by(name="x").order_by("-id")
    page: Pagination[Author] = query.paginate(page=1)
    titles: list[str | None] = [post.title for post in author.posts]
    new: Post = Post.create(title="x", author=author).update(title="y")
    first: Author = Author.query.first_or_404()
    names = [row.name for row in db.session.scalars(select(Author)).all()]
    other: Author | None = db.session.get(Author, number)
    one: Author | None = db.session.scalar(select(Author))
    all_names: list[str] = list(db.session.scalars(select(Author.name)))
    rows = db.session.execute(select(Author.id, Author.name))
    pairs = [(key, name) for key, name in rows]
    add = pairs[0][0] + len(all_names) + (other or one or author).id
    db.session.commit()
    db.after_commit(lambda: None)
    return f"{found}{page.total}{titles}{new.id}{first.created_at}{names}{add}"
'''


def test_a_typed_site_passes_mypy_strict(tmp_path, mypy_cache) -> None:
    (tmp_path / "site_models.py").write_text(SITE)
    options = ["--strict", "--config-file=", "--cache-dir", str(mypy_cache)]

    result = subprocess.run(
        [sys.executable, "-m", "mypy", *options, "site_models.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout + result.stderr
