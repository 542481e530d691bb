"""The store of an app: one, opened when it is needed, in its database if it has one."""

import sqlalchemy as sa
from flask import Flask

from carboy.db import SQLAlchemy
from carboy.rest.store import STORE_TABLE, make_store_getter
from carboy.stores import MemoryStore


def test_an_app_without_a_database_has_one_in_memory():
    get_store = make_store_getter(Flask("app"), "")

    assert get_store() is get_store()
    assert isinstance(get_store().store, MemoryStore)


def test_the_table_is_made_when_it_is_needed(tmp_path):
    app = Flask("app")
    app.config["DATABASE_URL"] = f"sqlite:///{tmp_path}/site.db"
    db = SQLAlchemy(app)
    get_store = make_store_getter(app, "")

    with app.app_context():
        assert not sa.inspect(db.engine).has_table(STORE_TABLE)
        get_store().set("key", b"1")
        assert sa.inspect(db.engine).has_table(STORE_TABLE)


def test_a_url_is_stronger_than_the_database(tmp_path):
    app = Flask("app")
    app.config["DATABASE_URL"] = f"sqlite:///{tmp_path}/site.db"
    SQLAlchemy(app)

    assert isinstance(make_store_getter(app, "memory://")().store, MemoryStore)
