"""R23: on a disk that is really full, each write says so, and room is all it needs."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, session

from carboy.cache import Cache
from carboy.db import SQLAlchemy
from carboy.errors import UnavailableError
from carboy.sessions import Sessions
from carboy.stores import FileStore, open_store
from tests.small_disk import mount_small_disk

SIZE = "2m"


@pytest.fixture
def disk(tmp_path) -> Iterator[Path]:
    """Mount a disk of two megabytes."""
    with mount_small_disk(tmp_path / "disk", SIZE) as folder:
        yield folder


def fill(disk: Path) -> None:
    """Leave no byte free."""
    with contextlib.suppress(OSError):
        (disk / "filler").write_bytes(bytes(4_000_000))
    assert os.statvfs(disk).f_bfree == 0


@pytest.fixture(params=["filesystem", "sqlalchemy"])
def site(request, make_app, disk) -> Iterator[tuple[Flask, SQLAlchemy]]:
    db = SQLAlchemy()

    class Row(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        data = db.Column(db.LargeBinary)

    app: Flask = make_app(
        db,
        SECRET_KEY="k" * 32,
        DATABASE_URL=f"sqlite:///{disk}/site.db",
        SESSION_TYPE=request.param,
        SESSION_FILE_DIR=str(disk / "sessions"),
        CACHE_TYPE="filesystem",
        CACHE_DIR=str(disk / "cache"),
    )
    Sessions(app)
    cache = Cache(app)

    def add() -> str:
        Row.create(data=bytes(100_000))
        db.session.commit()
        return "added"

    def remember() -> str:
        session["kept"] = session.get("kept", 0) + 1
        session["much"] = os.urandom(50_000)
        return str(session["kept"])

    app.add_url_rule("/add", "add", add)
    app.add_url_rule("/count", "count", lambda: str(Row.query.count()))
    app.add_url_rule("/remember", "remember", remember)
    app.add_url_rule("/kept", "kept", lambda: str(session.get("kept")))
    app.add_url_rule("/page/<n>", "page", cache.cached(60)(lambda n: n * 30_000))
    with app.app_context():
        db.create_all()
    yield app, db
    with app.app_context():
        db.engine.dispose()


def test_a_site_refuses_to_write_and_recovers(site, disk) -> None:
    app, db = site
    client = app.test_client()
    assert [client.get(p).status_code for p in ("/add", "/remember")] == [200, 200]
    fill(disk)

    refused = [client.get(path) for path in ("/add", "/remember") * 3]
    read = [client.get(path).text for path in ("/count", "/kept", "/page/7")]

    assert {answer.status_code for answer in refused} == {503}
    assert all("Retry-After" in answer.headers for answer in refused)
    assert read == ["1", "1", "7" * 30_000]
    assert is_sound(app, db)

    (disk / "filler").unlink()

    assert [client.get(p).status_code for p in ("/add", "/remember")] == [200, 200]
    assert [client.get(p).text for p in ("/count", "/kept")] == ["2", "2"]
    assert is_sound(app, db)


@pytest.mark.parametrize("kind", ["file", "database"])
def test_a_store_says_so_and_keeps_what_it_had(disk, kind) -> None:
    place = {"file": f"file://{disk}/store", "database": f"sqlite:///{disk}/store.db"}
    store = FileStore(disk / "store") if kind == "file" else open_store(place[kind])
    store.set("key", b"old")
    fill(disk)

    for _ in range(3):
        with pytest.raises(UnavailableError, match=r"full|room|No space"):
            store.set("key", b"x" * 200_000)
    assert store.get("key") == b"old"

    (disk / "filler").unlink()

    store.set("key", b"x" * 200_000)
    assert store.get("key") == b"x" * 200_000
    store.close()


def is_sound(app: Flask, db: Any) -> bool:
    with app.app_context():
        return bool(db.session.scalar(sa.text("PRAGMA integrity_check")) == "ok")
