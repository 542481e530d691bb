"""Keys sort by time and times have a zone, on each database."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Mapped

from carboy.db import Model, SQLAlchemy, TimeOrderedKey, Timestamps, uuid7
from carboy.db.types import UtcDateTime


@pytest.fixture
def site(make_app, any_url) -> Any:
    class Base(Model):
        pass

    db = SQLAlchemy(model_class=Base)

    class Post(TimeOrderedKey, Timestamps, Base):
        title: Mapped[str | None]

    app = make_app(db, DATABASE_URL=any_url)
    Post.__table__.c.title.type.length = 20
    with app.app_context():
        db.create_all()
        db.Post = Post
        yield db


def test_uuid7_is_of_its_version_and_sorts_by_time() -> None:
    made = [uuid7() for _ in range(200)]

    assert {value.version for value in made} == {7}
    assert {value.variant for value in made} == {"specified in RFC 4122"}
    assert len(set(made)) == 200
    times = [value.int >> 80 for value in made]
    assert times == sorted(times)
    assert abs(times[0] / 1000 - datetime.now(UTC).timestamp()) < 60


def test_times_are_kept(site) -> None:
    post = site.Post.create(title="a")
    site.session.commit()
    created, updated = post.created_at, post.updated_at

    post.update(title="b")
    site.session.commit()

    assert isinstance(post.id, UUID)
    assert created.tzinfo is UTC
    assert abs(datetime.now(UTC) - created) < timedelta(minutes=1)
    assert post.created_at == created
    assert post.updated_at >= updated
    assert list(site.Post.__table__.columns.keys()) == [
        "id",
        "title",
        "created_at",
        "updated_at",
    ]


def test_a_zone_is_asked_for_and_kept(site) -> None:
    east = timezone(timedelta(hours=5))
    moment = datetime(2026, 1, 1, 12, tzinfo=east)
    post = site.Post.create(created_at=moment)
    site.session.commit()

    assert post.created_at == moment
    assert post.created_at.hour == 7
    found = site.Post.query.filter(site.Post.created_at == moment).one()
    assert found is post
    with pytest.raises(ValueError, match="no time zone"):
        UtcDateTime().process_bind_param(datetime(2026, 1, 1), site.engine.dialect)  # noqa: DTZ001 - what is refused
    assert UtcDateTime().process_bind_param(None, site.engine.dialect) is None
    assert UtcDateTime().process_result_value(None, site.engine.dialect) is None
