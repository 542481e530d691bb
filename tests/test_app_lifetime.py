"""An app that nothing refers to any more goes away, with all that it has made.

Whoever makes an app for each test would keep all of them else.
"""

import gc
import re
import threading
import time
from weakref import ref

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from carboy import Carboy, Settings
from carboy.admin import Admin
from carboy.auth import Auth, UserModel
from carboy.cache import Cache
from carboy.db import SQLAlchemy
from carboy.forms import Forms
from carboy.mail import Mail
from carboy.rest import Api
from carboy.sessions import Sessions
from carboy.tasks import Tasks
from carboy.uploads import Uploads

# The locked file of a process, which is named by its id.
LIFE = re.compile(r"[0-9a-f]{16}")


def make_app(folder, *batteries):
    settings = Settings.load(
        {},
        root=folder,
        environ={
            "CARBOY_PROFILE": "testing",
            "DATABASE_URL": f"sqlite:///{folder / 'site.db'}",
        },
    )
    app = Carboy("shop", instance_path=str(folder), settings=settings)
    app.use(*batteries)
    Api(app, prefix="/api")
    app.add_url_rule("/", "home", lambda: "hello")
    assert app.test_client().get("/").text == "hello"
    return app


def write_and_read(app, db, model):
    """Use the compiled queries and statements of an engine."""
    with app.app_context():
        db.create_all()
        db.session.add(model(name="pen"))
        db.session.commit()
        row = db.session.scalars(sa.select(model)).one()
        row.name = "ink"
        db.session.commit()
        assert db.session.get(model, row.id).name == "ink"


def use_no_battery(folder):
    return make_app(folder)


def use_the_database(folder):
    db = SQLAlchemy()

    class Item(db.Model):
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str]

    app = make_app(folder, db)
    write_and_read(app, db, Item)
    return app


def use_all_batteries(folder):
    db, tasks = SQLAlchemy(), Tasks()

    class User(UserModel, db.Model):
        pass

    @tasks.task
    def add(one, other):
        return one + other

    app = make_app(
        folder,
        db,
        Sessions(),
        Cache(),
        tasks,
        Mail(),
        Uploads(),
        Forms(),
        Auth(),
        Admin(),
    )
    with app.app_context():
        db.create_all()
        db.session.add(User(email="ann@example.org"))
        db.session.commit()
        assert db.session.scalars(sa.select(User)).one().email == "ann@example.org"
        add.delay(1, 2)
        tasks.drain()
    assert app.test_client().get("/-/admin/").status_code == 404
    return app


@pytest.mark.parametrize("use", [use_no_battery, use_the_database, use_all_batteries])
def test_an_app_that_nothing_refers_to_is_collected(use, tmp_path):
    (tmp_path / "next").mkdir()
    kept = ref(use(tmp_path))
    # The handlers of a worker know the last app that has tasks.
    use(tmp_path / "next")

    wait_until(lambda: kept() is None)


def test_an_app_that_is_gone_gives_no_signs_of_life(tmp_path):
    """It had run tasks: one thread and one locked file for each app would stay."""
    # Apps of other tests may still be there.
    others = list_threads()
    for number in range(3):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        use_all_batteries(folder)

    wait_until(lambda: len(list_threads() - others) <= 1)
    locked = [path for path in tmp_path.rglob("*") if LIFE.fullmatch(path.name)]
    assert len(locked) <= 1


def list_threads():
    return {each for each in threading.enumerate() if each.name == "carboy-tasks"}


def wait_until(is_true):
    """Collect garbage until it is: a thread may have the object in its hands."""
    deadline = time.monotonic() + 30
    while True:
        gc.collect()
        if is_true():
            return
        assert time.monotonic() < deadline
        time.sleep(0.02)
