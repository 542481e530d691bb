"""A relationship is loaded for all objects of a result, and holds what it held."""

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped, attribute_keyed_dict, mapped_column, relationship

from carboy.db import LazyLoadError, SQLAlchemy, peers
from carboy.db.engines import get_lazy_loading, set_lazy_loading

SEED = random.randrange(10**6)


def make_models(db: Any) -> dict[str, Any]:
    """Return models with each kind of relationship."""
    links = db.Table(
        "links",
        sa.Column("post_id", sa.ForeignKey("post.id"), primary_key=True),
        sa.Column("tag_id", sa.ForeignKey("tag.id"), primary_key=True),
    )

    class User(db.Model):  # type: ignore[misc]  # db is a variable
        id: Mapped[int] = mapped_column(primary_key=True)
        kind: Mapped[str] = mapped_column(sa.String(10))
        posts: Mapped[list["Post"]] = relationship(
            back_populates="author", foreign_keys="Post.author_id", order_by="Post.rank"
        )
        profile: Mapped["Profile"] = relationship(back_populates="user")
        __mapper_args__: ClassVar = {
            "polymorphic_on": "kind",
            "polymorphic_identity": "user",
        }

    class Editor(User):
        id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)
        edited: Mapped[list["Post"]] = relationship(
            back_populates="editor", foreign_keys="Post.editor_id"
        )
        __mapper_args__: ClassVar = {"polymorphic_identity": "editor"}

    class Profile(db.Model):  # type: ignore[misc]  # db is a variable
        id: Mapped[int] = mapped_column(primary_key=True)
        user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
        user: Mapped[User] = relationship(back_populates="profile")

    class Tag(db.Model):  # type: ignore[misc]  # db is a variable
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str] = mapped_column(sa.String(10))

    class Post(db.Model):  # type: ignore[misc]  # db is a variable
        id: Mapped[int] = mapped_column(primary_key=True)
        rank: Mapped[int]
        author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
        editor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("editor.id"))
        parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("post.id"))
        author: Mapped[User | None] = relationship(
            back_populates="posts", foreign_keys=[author_id]
        )
        editor: Mapped[Editor | None] = relationship(
            back_populates="edited", foreign_keys=[editor_id]
        )
        tags: Mapped[list[Tag]] = relationship(secondary=links, order_by="Tag.name")
        named: Mapped[dict[str, Tag]] = relationship(
            secondary=links,
            collection_class=attribute_keyed_dict("name"),
            viewonly=True,
        )
        parent: Mapped["Post | None"] = relationship(
            back_populates="replies", remote_side="Post.id"
        )
        replies: Mapped[list["Post"]] = relationship(
            back_populates="parent", order_by="Post.id"
        )
        lines: Mapped[list["Line"]] = relationship(
            order_by="Line.number", cascade="all, delete-orphan"
        )
        loud: Mapped[list["Line"]] = relationship(
            primaryjoin="and_(Post.id == foreign(Line.post_id), Line.number > 1)",
            order_by="Line.number.desc()",
            viewonly=True,
        )

    class Line(db.Model):  # type: ignore[misc]  # db is a variable
        post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"), primary_key=True)
        number: Mapped[int] = mapped_column(primary_key=True)
        words: Mapped[list["Word"]] = relationship(order_by="Word.id")

    class Word(db.Model):  # type: ignore[misc]  # db is a variable
        id: Mapped[int] = mapped_column(primary_key=True)
        post_id: Mapped[int]
        number: Mapped[int]
        line: Mapped[Line] = relationship(back_populates="words")
        __table_args__ = (
            sa.ForeignKeyConstraint(
                ["post_id", "number"], ["line.post_id", "line.number"]
            ),
        )

    models = (User, Editor, Profile, Tag, Post, Line, Word)
    return {model.__name__: model for model in models}


def fill(session: Any, models: dict[str, Any], randomness: random.Random) -> None:
    """Add a hundred rows that know each other by chance."""
    users = [models["User"](kind="user") for _ in range(6)]
    editors = [models["Editor"]() for _ in range(3)]
    people = [*users, *editors]
    for user in people[::2]:
        session.add(models["Profile"](user=user))
    tags = [models["Tag"](name=f"t{randomness.random():.5f}") for _ in range(5)]
    posts: list[Any] = []
    for _ in range(25):
        posts.append(
            models["Post"](
                rank=randomness.randrange(10**6),
                author=randomness.choice([None, *people]),
                editor=randomness.choice([None, *editors]),
                tags=randomness.sample(tags, randomness.randint(0, 4)),
                parent=randomness.choice([None, *posts]),
                lines=[
                    models["Line"](
                        number=number,
                        words=[
                            models["Word"]() for _ in range(randomness.randint(0, 2))
                        ],
                    )
                    for number in range(randomness.randint(0, 3))
                ],
            )
        )
    session.add_all([*people, *tags, *posts])
    session.commit()


class Program:
    """Does what a program may do, by chance, and keeps what it saw."""

    def __init__(
        self, db: Any, models: dict[str, Any], seed: int, queries: list[str]
    ) -> None:
        self.session = db.session()
        self.queries = queries
        self.uses_peers = get_lazy_loading(db.engine) == "peers"
        self.models = models
        self.random = random.Random(seed)
        self.seen: list[Any] = []
        self.kept: list[Any] = []

    def run(self) -> list[Any]:
        """Do sixty things; return what was seen."""
        for _ in range(self.random.randint(1, 3)):
            self.load()
        actions = [*ACTIONS.elements()]
        for _ in range(60 if self.kept else 0):
            item = self.random.choice(self.kept)
            names = [each.key for each in sa.inspect(type(item)).relationships]
            name = self.random.choice(names)
            action = self.random.choice(actions)
            try:
                getattr(self, action)(item, name)
            except (sa.exc.SQLAlchemyError, sa.exc.SAWarning, ValueError) as error:
                self.seen.append((name, type(error).__name__))
                self.session.rollback()
        self.session.rollback()
        self.session.close()
        return self.seen

    def load(self) -> None:
        """Load a model, or the beginning of it, or with something of it."""
        model = self.models[self.random.choice(["User", "Post", "Line", "Word"])]
        query = sa.select(model).order_by(*sa.inspect(model).primary_key)
        if self.random.random() < 0.3:
            query = query.limit(self.random.randint(0, 9))
        if model.__name__ == "Post" and self.random.random() < 0.3:
            query = query.options(orm.selectinload(model.tags))
        self.kept.extend(self.session.scalars(query).unique())

    def read(self, item: Any, name: str) -> None:
        """Read a relationship; without the module, of all peers, one by one.

        An object that is known, or a key that is None, needs no query: nothing is
        loaded for the others then.
        """
        state = sa.inspect(item)
        relationship = state.mapper.relationships[name]
        others: list[Any] = []
        if not self.uses_peers and peers._can_load(relationship, state):
            others = list(peers._list_peers(self.session, relationship, state))
        before = self.count_selects()
        value = getattr(item, name)
        if self.count_selects() > before:
            for each in others:
                getattr(each.obj(), name)
        self.seen.append((name, write(value)))

    def count_selects(self) -> int:
        return sum(each.startswith("SELECT") for each in self.queries)

    def expire(self, item: Any, name: str) -> None:
        self.session.expire(item, self.random.choice([None, [name]]))

    def set_key(self, item: Any, _name: str) -> None:
        if hasattr(item, "author_id"):
            item.author_id = self.random.choice([None, 1, 2, 3])

    def set_object(self, item: Any, _name: str) -> None:
        if hasattr(item, "author"):
            key = self.random.randint(1, 9)
            item.author = self.session.get(self.models["User"], key)

    def append(self, item: Any, _name: str) -> None:
        if hasattr(item, "tags"):
            item.tags.append(self.models["Tag"](name=f"n{self.random.random():.6f}"))

    def append_own(self, item: Any, _name: str) -> None:
        if hasattr(item, "replies"):
            rank = self.random.randrange(10**6)
            item.replies.append(self.models["Post"](rank=rank))

    def expunge(self, item: Any, _name: str) -> None:
        self.session.expunge(item)
        self.kept = [each for each in self.kept if each is not item] or [item]

    def delete(self, item: Any, _name: str) -> None:
        if type(item) is self.models["Word"]:
            self.session.delete(item)

    def flush(self, _item: Any, _name: str) -> None:
        self.session.flush()


ACTIONS = Counter(
    read=60, expire=3, set_key=3, set_object=3, append=3, append_own=3, expunge=1,
    delete=1, flush=3,
)  # fmt: skip


def write(value: Any) -> Any:
    """Return what tells the objects of a relationship apart, in their order."""
    if value is None:
        return None
    if isinstance(value, dict):
        return sorted((name, write(each)) for name, each in value.items())
    if isinstance(value, list):
        return [write(each) for each in value]
    # Numbers of new rows are not the same in each run.
    mark = getattr(value, "rank", None) or getattr(value, "name", None)
    return type(value).__name__, mark or sa.inspect(value).identity


@pytest.fixture
def counted(make_app: Any, any_url: str) -> Iterator[Any]:
    """Yield a database of each kind that is filled, and the list of its queries."""
    db: Any = SQLAlchemy()
    models = make_models(db)
    app = make_app(db, SQLALCHEMY_DATABASE_URI=any_url)
    queries: list[str] = []
    with app.app_context():
        db.create_all()
        fill(db.session, models, random.Random(7))
        db.session.remove()
        sa.event.listen(
            db.engine, "before_cursor_execute", lambda *a: queries.append(a[2])
        )
        yield db, models, queries


def test_programs_see_what_they_see_without_it(counted: Any) -> None:
    db, models, queries = counted
    saved = 0
    for seed in range(SEED, SEED + 15):
        set_lazy_loading(db.engine, "one")
        queries.clear()
        alone, before = Program(db, models, seed, queries).run(), len(queries)
        set_lazy_loading(db.engine, "peers")
        queries.clear()
        assert Program(db, models, seed, queries).run() == alone, f"seed {seed}"
        saved += before - len(queries)
    assert saved > 15, f"from seed {SEED}: nothing was loaded for others"


def test_a_page_of_a_hundred_rows_is_three_queries(counted: Any) -> None:
    db, models, queries = counted
    for _ in range(5):
        fill(db.session, models, random.Random(3))
    db.session.remove()
    queries.clear()

    for post in db.session.scalars(sa.select(models["Post"])):
        assert write(post.author) is None or post.author.id
        assert isinstance(post.tags, list)

    assert len(queries) <= 3


def test_no_more_than_some_hundred_are_loaded_at_once(
    counted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("carboy.db.peers.MOST_PEERS", 10)
    db, models, queries = counted
    posts = db.session.scalars(sa.select(models["Post"]).order_by("id")).all()
    queries.clear()

    assert all(isinstance(post.lines, list) for post in posts)

    assert len(queries) == 3


def test_a_mode_is_a_setting(make_app: Any) -> None:
    db: Any = SQLAlchemy()
    models = make_models(db)
    app = make_app(
        db, SQLALCHEMY_DATABASE_URI="sqlite://", DATABASE_LAZY_LOADING="raise"
    )
    with app.app_context():
        db.create_all()
        fill(db.session, models, random.Random(1))
        db.session.remove()
        post = db.session.scalars(
            sa.select(models["Post"]).where(models["Post"].author_id.is_not(None))
        ).first()
        with pytest.raises(LazyLoadError, match=r"^Post.author is not loaded"):
            assert post.author
        with pytest.raises(LazyLoadError, match=r"Post.tags"):
            assert post.tags
        query = sa.select(models["Post"]).options(orm.selectinload(models["Post"].tags))
        db.session.remove()
        assert isinstance(db.session.scalars(query).first().tags, list)


def test_a_column_that_is_deferred_is_no_relationship(counted: Any) -> None:
    db, models, _ = counted
    set_lazy_loading(db.engine, "raise")
    query = sa.select(models["Post"]).options(orm.defer(models["Post"].rank))
    assert db.session.scalars(query).first().rank is not None
    post = db.session.scalars(query).first()
    db.session.expire(post)
    assert post.rank is not None
