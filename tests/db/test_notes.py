"""What the notes of learners name works as it is written there."""

import enum
from datetime import date, datetime, time
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import and_, create_engine, func, or_
from sqlalchemy.orm import sessionmaker

from carboy.db import Migrate, MigrateCommand, SQLAlchemy


class TagEnum(enum.Enum):
    python = "python"
    flask = "flask"


@pytest.fixture
def site(make_app, any_url) -> Any:
    db = SQLAlchemy()

    article_tag = db.Table(
        "article_tag",
        db.Column(
            "article_id", db.Integer, db.ForeignKey("article.id"), primary_key=True
        ),
        db.Column("tag_id", db.Integer, db.ForeignKey("tag.id"), primary_key=True),
    )

    class User(db.model):
        __tablename__ = "user"
        id = db.Column(db.Integer, primary_key=True, autoincrement=True)
        username = db.Column(db.String(50), nullable=False, unique=True)
        fullname = db.Column("full_name", db.String(50))
        age = db.Column(db.Integer, default=18, index=True)
        gender = db.Column(db.String(1))
        city = db.Column(db.String(20))

        def __repr__(self) -> str:
            return f"<User(username:{self.username})>"

    class UserExtend(db.Model):
        id = db.Column(db.Integer, primary_key=True, autoincrement=True)
        school = db.Column(db.String(50))
        uid = db.Column(db.Integer, db.ForeignKey("user.id"))
        user = db.relationship("User", backref=db.backref("extend", uselist=False))

    class Article(db.Model):
        id = db.Column(db.Integer, primary_key=True, autoincrement=True)
        title = db.Column(db.String(50), name="title", nullable=False)
        content = db.Column(db.Text)
        long = db.Column(db.LONGTEXT)
        price = db.Column(db.DECIMAL(10, 2))
        ratio = db.Column(db.Float)
        exact = db.Column(db.Double)
        hidden = db.Column(db.Boolean, default=False)
        tag = db.Column(db.Enum("python", "flask", "django", name="article_tags"))
        kind = db.Column(db.Enum(TagEnum))
        day = db.Column(db.Date)
        create_time = db.Column(db.DateTime, default=datetime.now)
        update_time = db.Column(
            db.DateTime, default=datetime.now, onupdate=datetime.now
        )
        at = db.Column(db.Time)
        uid = db.Column(db.Integer, db.ForeignKey("user.id", ondelete="CASCADE"))
        author = db.relationship(
            "User",
            backref=db.backref(
                "articles", lazy="dynamic", cascade="all, delete-orphan"
            ),
        )
        tags = db.relationship("Tag", secondary=article_tag, backref="articles")
        __mapper_args__ = {"order_by": title}  # noqa: RUF012 - as the notes write it

    class Tag(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(20))

    app = make_app(
        db,
        SQLALCHEMY_DATABASE_URI=any_url,
        SQLALCHEMY_POOL_SIZE=10,
        SQLALCHEMY_MAX_OVERFLOW=5,
        SQLALCHEMY_TRACK_MODIFICATIONS=False,
    )
    with app.app_context():
        db.drop_all()
        db.create_all()
        ed = User(username="ed", fullname="Ed Jones", age=17, gender="m", city="A")
        wendy = User(username="wendy", age=20, gender="f", city="B")
        jack = User(username="jack", age=20, gender="m", city="A")
        db.session.add(ed)
        db.session.add_all([wendy, jack])
        for i in range(3):
            ed.articles.append(Article(title=f"title{i}", tags=[Tag(name=f"t{i}")]))
        wendy.articles.append(Article(title="title3"))
        db.session.add(UserExtend(school="x", user=ed))
        db.session.commit()
        db.User, db.Article, db.Extend, db.Tag = User, Article, UserExtend, Tag
        yield db


def names(users: Any) -> list[str]:
    return sorted(user.username for user in users)


def test_finding(site) -> None:
    session, user = site.session, site.User

    assert len(session.query(user).all()) == 3
    assert names(session.query(user).filter_by(username="ed").all()) == ["ed"]
    assert session.query(user).filter(user.username == "ed").first().age == 17
    assert session.query(user).get(1).username == "ed"
    assert user.query.get(1) is session.query(user).get(1)
    assert [u.id for u in user.query.order_by(user.id.desc()).all()] == [3, 2, 1]
    assert session.query(user.username, user.age).filter_by(id=1).one() == ("ed", 17)


def test_changing_and_deleting(site) -> None:
    user = site.session.query(site.User).first()
    user.fullname = "ketang"
    site.session.commit()
    assert site.session.query(site.User).filter_by(fullname="ketang").count() == 1

    article = site.Article.query.first()
    before = article.update_time
    article.content = "new"
    site.session.commit()
    assert article.update_time >= before

    site.session.delete(article)
    site.session.commit()
    assert site.Article.query.count() == 3
    site.session.remove()


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (lambda u: u.username == "ed", ["ed"]),
        (lambda u: u.username != "ed", ["jack", "wendy"]),
        (lambda u: u.username.like("%ed%"), ["ed"]),
        (lambda u: u.username.in_(["ed", "jack"]), ["ed", "jack"]),
        (lambda u: ~u.username.in_(["ed", "jack"]), ["wendy"]),
        (lambda u: u.fullname == None, ["jack", "wendy"]),  # noqa: E711 - as the notes write it
        (lambda u: u.fullname.is_(None), ["jack", "wendy"]),
        (lambda u: u.fullname != None, ["ed"]),  # noqa: E711 - as the notes write it
        (lambda u: u.fullname.isnot(None), ["ed"]),
        (lambda u: and_(u.username == "ed", u.fullname == "Ed Jones"), ["ed"]),
        (lambda u: or_(u.username == "ed", u.username == "wendy"), ["ed", "wendy"]),
    ],
)
def test_filters(site, make, found) -> None:
    assert names(site.session.query(site.User).filter(make(site.User))) == found


def test_filters_together(site) -> None:
    query, user = site.session.query(site.User), site.User
    inner = site.session.query(user.username).filter(user.username.like("%ed%"))

    assert names(query.filter(user.username.in_(inner))) == ["ed"]
    assert names(query.filter(user.age == 20, user.city == "A")) == ["jack"]
    assert names(query.filter(user.age == 20).filter(user.city == "A")) == ["jack"]
    assert "WHERE" in str(query.filter(user.age == 20))


def test_types(site) -> None:
    site.session.add(
        site.Article(
            title="types",
            long="x" * 70_000,
            price=10,
            ratio=0.5,
            exact=0.1,
            tag="flask",
            kind=TagEnum.flask,
            day=date(2017, 10, 10),
            create_time=datetime(2011, 11, 11, 11, 11, 11),  # noqa: DTZ001 - as the notes write it
            at=time(hour=11, minute=11, second=11),
        )
    )
    site.session.commit()

    found = site.Article.query.filter_by(title="types").one()

    assert (found.kind, found.tag, found.exact) == (TagEnum.flask, "flask", 0.1)
    assert found.day == date(2017, 10, 10)
    assert found.at == time(11, 11, 11)
    assert found.create_time.year == 2011
    assert len(found.long) == 70_000
    assert found.hidden is False


def test_relationships_and_cascades(site) -> None:
    ed = site.User.query.filter_by(username="ed").one()

    assert ed.extend.school == "x"
    assert ed.extend.user is ed
    assert ed.articles.filter(site.Article.title == "title1").count() == 1
    assert ed.articles.first().author is ed
    tag = site.Tag.query.filter_by(name="t1").one()
    assert [a.title for a in tag.articles] == ["title1"]

    ed.articles.remove(ed.articles.filter_by(title="title0").one())
    site.session.commit()
    assert site.Article.query.count() == 3
    site.session.delete(ed.extend)
    site.session.delete(ed)
    site.session.commit()
    assert [a.title for a in site.Article.query] == ["title3"]


def make_author(make_app: Any, url: str, **options: Any) -> Any:
    db = SQLAlchemy()

    class Author(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(20))
        essays = db.relationship("Essay", backref="author", **options)

    class Essay(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        title = db.Column(db.String(20))
        author_id = db.Column(db.ForeignKey("author.id"))

    app = make_app(db, SQLALCHEMY_DATABASE_URI=url)
    with app.app_context():
        db.create_all()
        essays = [Essay(id=1, title="b"), Essay(id=2, title="a")]
        db.session.add(Author(id=1, essays=essays))
        db.session.add_all(essays)
        db.session.commit()
    db.app, db.Author, db.Essay = app, Author, Essay
    return db


def test_each_cascade_does_its_part(make_app, any_url) -> None:
    """`save-update`, `merge`, `expunge`, `refresh-expire`, `delete`: `all` has them."""
    db = make_author(make_app, any_url, cascade="all")
    with db.app.app_context():
        author, session = db.Author.query.get(1), db.session
        author.essays.append(db.Essay(id=3, title="c"))
        session.commit()
        assert db.Essay.query.count() == 3

        told = db.Author(id=1, essays=[db.Essay(id=1, title="merged")])
        assert session.merge(told).essays[0] is db.Essay.query.get(1)
        assert db.Essay.query.get(1).title == "merged"
        session.rollback()

        essay = author.essays[0]
        session.refresh(author)
        session.expire(author)
        assert sa.inspect(essay).expired
        essay = author.essays[0]
        session.expunge(author)
        assert essay not in session

        session.delete(db.Author.query.get(1))
        session.commit()
        assert db.Essay.query.count() == 0


def test_without_delete_the_foreign_key_becomes_null(make_app, any_url) -> None:
    db = make_author(make_app, any_url)
    with db.app.app_context():
        db.session.delete(db.Author.query.get(1))
        db.session.commit()

        assert [essay.author_id for essay in db.Essay.query] == [None, None]


def test_the_order_of_a_relationship(make_app, any_url) -> None:
    db = make_author(make_app, any_url, order_by="Essay.title", lazy="select")
    with db.app.app_context():
        assert [e.title for e in db.Author.query.get(1).essays] == ["a", "b"]


def test_order_limit_and_slices(site) -> None:
    article, session = site.Article, site.session

    assert [a.title for a in article.query] == [f"title{i}" for i in range(4)]
    downwards = session.query(article).order_by("-title").all()
    assert [a.title for a in downwards] == [f"title{i}" for i in (3, 2, 1, 0)]
    upwards = session.query(article).order_by("title").offset(1).limit(2).all()
    assert [a.title for a in upwards] == ["title1", "title2"]
    sliced = session.query(article).order_by(article.id.desc())[0:2]
    assert len(sliced) == len(session.query(article).slice(1, 3).all()) == 2


def test_groups_joins_and_subqueries(site) -> None:
    user, article, session = site.User, site.Article, site.session

    by_gender = session.query(user.gender, func.count(user.id)).group_by(user.gender)
    assert dict(tuple(row) for row in by_gender.all()) == {"m": 2, "f": 1}
    adults = (
        session
        .query(user.age, func.count(user.id))
        .group_by(user.age)
        .having(user.age >= 18)
        .all()
    )
    assert adults == [(20, 2)]
    for function, value in ((func.max, 20), (func.min, 17), (func.sum, 57)):
        assert session.query(function(user.age)).scalar() == value
    assert session.query(func.avg(user.age)).scalar() == 19
    ranked = (
        session
        .query(user, func.count(article.id))
        .join(article)
        .group_by(user.id)
        .order_by(func.count(article.id).desc())
        .all()
    )
    assert [(u.username, n) for u, n in ranked] == [("ed", 3), ("wendy", 1)]
    assert session.query(user).outerjoin(article).filter(article.id == None).all()  # noqa: E711 - as the notes write it

    stmt = (
        session
        .query(user.city.label("city"), user.age.label("age"))
        .filter(user.username == "jack")
        .subquery()
    )
    same = session.query(user).filter(user.city == stmt.c.city, user.age == stmt.c.age)
    assert names(same) == ["jack"]


def test_sqlalchemy_by_itself(site, any_url) -> None:
    engine = create_engine(site.engine.url)
    session = sessionmaker(engine)()
    site.Model.metadata.create_all(engine)

    assert session.query(site.User).count() == 3
    with engine.connect() as connection:
        assert connection.execute(sa.text("select 1")).fetchone() == (1,)
    session.close()
    engine.dispose()


def test_migrate_and_its_command(make_app) -> None:
    db = SQLAlchemy()

    class User(db.Model):
        id = db.Column(db.Integer, primary_key=True)

    app = make_app(db)
    runner = app.test_cli_runner()

    Migrate(app, db)

    with app.app_context():
        for command in ("init", "migrate", "upgrade", "downgrade", "heads", "current"):
            result = runner.invoke(MigrateCommand, [command], obj=None)
            assert result.exit_code == 0, result.output


def test_alembic_by_itself(make_app, tmp_path) -> None:
    """`alembic init`, with the URL and the models in its own files."""
    db = make_author(make_app, f"sqlite:///{tmp_path}/other.db")
    command.init(Config(str(tmp_path / "alembic.ini")), str(tmp_path / "alembic"))
    # Without the file, which would turn the logs of the other tests off.
    config = Config()
    config.set_main_option("sqlalchemy.url", f"sqlite:///{tmp_path}/own.db")
    config.set_main_option("script_location", str(tmp_path / "alembic"))
    config.attributes["models"] = db.metadata
    environment = tmp_path / "alembic" / "env.py"
    environment.write_text(
        environment.read_text().replace(
            "target_metadata = None", 'target_metadata = config.attributes["models"]'
        )
    )

    command.revision(config, "first", autogenerate=True)
    command.upgrade(config, "head")

    with create_engine(f"sqlite:///{tmp_path}/own.db").connect() as connection:
        assert sa.inspect(connection).has_table("essay")
        connection.engine.dispose()
