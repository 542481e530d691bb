"""Sessions on a server: ids are hashed, nothing is pickled, outages are reported."""

import itertools
import json
import os
import pickle
import subprocess
import sys
import textwrap
import time

import flask_sqlalchemy
import msgspec
import pytest
import redis
import sqlalchemy as sa
from flask import Flask, session

from carboy.db import SQLAlchemy
from carboy.errors import UnavailableError
from carboy.sessions import Sessions, regenerate
from carboy.sessions.record import Record, hash_id
from carboy.stores import MemoryStore, pack
from tests.stores.killing import kill_writer

from .conftest import Site, config_for, cookie_of


def make(config=None, **options):
    return Site({"SESSION_TYPE": "memory"} | (config or {}), **options)


def test_the_cookie_contains_the_id_and_the_store_its_hash():
    store = MemoryStore()
    site = make(store=store)
    browser = site.browser()
    site.visit(browser, lambda s: s.update(a=1))

    assert list(store._entries) == [f"session:s:{hash_id(cookie_of(browser))}"]


def test_the_settings_of_flask_session_are_honoured():
    store = MemoryStore()
    config = {
        "SESSION_KEY_PREFIX": "mine:",
        "SESSION_ID_LENGTH": 64,
        "SESSION_USE_SIGNER": True,
    }
    site = make(config, store=store)
    browser = site.browser()
    site.visit(browser, lambda s: s.update(a=1))
    session_id, _, signature = cookie_of(browser).rpartition(".")

    assert list(store._entries) == [f"mine:s:{hash_id(session_id)}"]
    assert len(session_id) == 86
    assert len(signature) == 43
    assert site.read(browser) == {"a": 1}
    other = "A" if signature[0] == "B" else "B"
    browser.set_cookie("session", f"{session_id}.{other}{signature[1:]}")
    assert site.read(browser) == {}


def test_a_signed_id_survives_a_new_secret_key():
    """S5."""
    site = make({"SESSION_USE_SIGNER": True})
    browser = site.browser()
    site.visit(browser, lambda s: s.update(a=1))

    site.app.config.update(SECRET_KEY="n" * 32, SECRET_KEY_FALLBACKS=["k" * 32])
    assert site.read(browser) == {"a": 1}
    site.visit(browser, regenerate)
    site.app.config.update(SECRET_KEY_FALLBACKS=[])

    assert site.read(browser) == {"a": 1}


def test_a_redis_py_client_is_accepted(fresh_redis):
    client = redis.from_url(fresh_redis)
    site = Site({"SESSION_TYPE": "redis", "SESSION_REDIS": client})
    browser = site.browser()
    site.visit(browser, lambda s: s.update(a=1))

    (key,) = client.keys("session:s:*")
    assert 43_000 < client.ttl(key) <= 43_200
    assert site.read(browser) == {"a": 1}
    site.app.extensions["sessions"].store.close()
    client.close()


@pytest.mark.parametrize("make_db", [SQLAlchemy, flask_sqlalchemy.SQLAlchemy])
def test_the_database_of_the_app_is_used(tmp_path, make_db):
    app = Flask("site", instance_path=str(tmp_path))
    app.config.update(
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path}/site.sqlite",
        SESSION_TYPE="sqlalchemy",
        SESSION_SQLALCHEMY_TABLE="visits",
    )
    db = make_db()
    app.config["SESSION_SQLALCHEMY"] = db
    db.init_app(app)
    Sessions(app)
    app.add_url_rule("/put", "put", lambda: session.update(a=1) or "")
    app.add_url_rule("/get", "get", lambda: dict(session))
    browser = app.test_client()
    browser.get("/put")

    assert browser.get("/get").json == {"a": 1}
    with app.app_context():
        assert "visits" in sa.inspect(db.engine).get_table_names()
        db.engine.dispose()


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_database_server_stores_sessions(request, kind):
    url = request.getfixturevalue(f"fresh_{kind}")
    site = Site({"SESSION_TYPE": "sqlalchemy", "SESSION_URL": url})
    browser = site.browser()
    site.visit(browser, lambda s: s.update(a=b"\x00\xff" * 50_000, b="日本"))
    site.log_in(browser)

    assert site.read(browser) == {
        "a": b"\x00\xff" * 50_000,
        "b": "日本",
        "_user_id": "ada",
    }
    with site.app.app_context():
        assert len(site.sessions.list_sessions("ada")) == 1
        site.sessions.revoke_user("ada")
    assert site.read(browser) == {}
    site.app.extensions["sessions"].store.close()


def test_a_missing_database_says_what_to_do():
    site = Site({"SESSION_TYPE": "sqlalchemy"})
    site.app.testing = False

    with site.app.test_request_context(), pytest.raises(UnavailableError, match="URL"):
        site.interface.session_store.find("x")


@pytest.mark.parametrize("how", ["kill", "pause"])
def test_without_its_store_no_client_is_silently_anonymous(private_redis, how):
    """R21: views that read the session return 503, public ones 200."""
    site = Site({"SESSION_TYPE": "redis", "SESSION_REDIS": private_redis.url})
    site.app.testing = False
    browser = site.browser()
    site.log_in(browser)

    getattr(private_redis, how)()
    responses = [site.visit(browser, lambda s: s.get("_user_id")) for _ in range(3)]
    public = browser.get("/public")
    started = time.monotonic()
    site.visit(browser, lambda s: s.get("_user_id"))
    took = time.monotonic() - started
    private_redis.start() if how == "kill" else private_redis.resume()
    back = time.monotonic()
    while site.visit(browser, lambda s: s.get("_user_id")).status_code != 200:
        assert time.monotonic() - back < 2

    assert [response.status_code for response in responses] == [503] * 3
    assert {response.headers["Retry-After"] for response in responses} == {"2"}
    assert public.status_code == 200
    assert took < 0.05
    assert site.read(browser) == {"_user_id": "ada"}
    site.app.extensions["sessions"].store.close()


def test_a_save_that_fails_is_not_confirmed(monkeypatch):
    site = make()
    site.app.testing = False
    browser = site.browser()

    def fail(*_):
        raise UnavailableError("away")

    monkeypatch.setattr(site.interface.session_store, "save", fail)
    response = site.visit(browser, lambda s: s.update(a=1))

    assert response.status_code == 503
    assert "Set-Cookie" not in response.headers
    assert b"done" not in response.data
    assert response.headers["Vary"] == "Cookie"


def test_a_planted_pickle_is_a_new_session_and_one_log_line(tmp_path, caplog):
    """S23: write access to the store does not allow to run code."""
    trace, store = tmp_path / "trace", MemoryStore()

    class Bomb:
        def __reduce__(self):
            return (os.mkdir, (str(trace),))

    site = make(store=store)
    for data in (pickle.dumps(Bomb()), pack({"a": 1}), b"", b"\xff" * 20):
        browser = site.browser()
        site.visit(browser, lambda s: s.update(a=1))
        store.set(f"session:s:{hash_id(cookie_of(browser))}", data)
        caplog.clear()

        assert site.read(browser) == {}
        assert len(caplog.records) == 1

    assert not trace.exists()


def test_a_value_of_a_later_version_is_a_new_session_and_one_log_line(caplog):
    """The entry is a session, but a value in it has an unknown tag."""
    store = MemoryStore()
    site = make(store=store)
    browser = site.browser()
    site.visit(browser, lambda s: s.update(a=1))
    unknown = msgspec.Raw(msgspec.msgpack.encode(msgspec.msgpack.Ext(99, b"x")))
    record = Record({"a": unknown}, time.time(), time.time())
    store.set(f"session:s:{hash_id(cookie_of(browser))}", record.pack())

    assert site.read(browser) == {}
    assert len(caplog.records) == 1
    site.visit(browser, lambda s: s.update(b=2))
    assert site.read(browser) == {"b": 2}


def test_the_table_setting_applies_to_a_url_too(tmp_path):
    site = Site({
        "SESSION_TYPE": "sqlalchemy",
        "SESSION_URL": f"sqlite:///{tmp_path}/sessions.sqlite",
        "SESSION_SQLALCHEMY_TABLE": "visits",
    })
    site.visit(site.browser(), lambda s: s.update(a=1))
    site.app.extensions["sessions"].store.close()

    engine = sa.create_engine(f"sqlite:///{tmp_path}/sessions.sqlite")
    assert sa.inspect(engine).get_table_names() == ["visits"]
    engine.dispose()


def test_devices_are_listed_and_one_is_revoked():
    site = make()
    phone, laptop = site.browser(), site.browser()
    site.visit(phone, lambda s: s.update(_user_id=7), headers={"User-Agent": "Phone"})
    site.visit(
        laptop, lambda s: s.update(_user_id=7), headers={"User-Agent": "L" * 999}
    )

    infos = site.ask(laptop, lambda s: site.sessions.list_sessions(7))

    assert {info.agent for info in infos} == {"Phone", "L" * 200}
    assert [info.agent for info in infos if info.is_current] == ["L" * 200]
    other = next(info.handle for info in infos if not info.is_current)
    with site.app.app_context():
        assert site.sessions.revoke(7, other) is True
        assert site.sessions.revoke(8, infos[0].handle) is False
    assert site.read(phone) == {}
    assert site.read(laptop) == {"_user_id": 7}


def test_killed_twenty_times_no_session_is_damaged_or_lost(tmp_path):
    """A process that writes sessions to files and to SQLite is killed with -9."""
    for kind in ("filesystem", "sqlalchemy"):
        config = {
            "SESSION_TYPE": kind,
            "SESSION_FILE_DIR": str(tmp_path / "files"),
            "SECRET_KEY": "k" * 32,
        }
        if kind == "sqlalchemy":
            config["SESSION_URL"] = f"sqlite:///{tmp_path}/sessions.sqlite"
        acknowledged = {}
        for _ in range(10):
            acknowledged |= dict(kill_writer(write, config, after=0.05))
        site = Site(config)
        for value, count in acknowledged.items():
            browser = site.browser()
            browser.set_cookie("session", value)
            values = site.read(browser)
            assert values["count"] in {count, count + 1}
            assert values["filler"] == "x" * 2000
        assert len(acknowledged) >= 10
        site.app.extensions["sessions"].store.close()
    engine = sa.create_engine(config["SESSION_URL"])
    with engine.connect() as connection:
        integrity = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
    engine.dispose()
    assert integrity == "ok"


@pytest.mark.parametrize("kind", ["filesystem", "sqlalchemy", "redis"])
def test_two_processes_of_four_threads_lose_no_key(request, tmp_path, kind):
    config = config_for(request, kind, tmp_path) | {"SECRET_KEY": "k" * 32}
    site = Site(config)
    browser = site.browser()
    site.visit(browser, lambda s: s.update(start=1))
    command = [sys.executable, "-c", textwrap.dedent(TABS), json.dumps(config)]

    tabs = [
        subprocess.Popen([*command, cookie_of(browser), name]) for name in ("a", "b")
    ]

    assert [tab.wait(60) for tab in tabs] == [0, 0]
    assert set(site.read(browser)) == {"start"} | {
        f"{name}{number}" for name in "ab" for number in range(40)
    }
    site.app.extensions["sessions"].store.close()


TABS = """
    import json, sys
    from concurrent.futures import ThreadPoolExecutor
    from flask import Flask, session
    from carboy.sessions import Sessions
    app = Flask("site")
    app.config.update(json.loads(sys.argv[1]))
    Sessions(app)
    app.add_url_rule("/<key>", "put", lambda key: session.update({key: 1}) or "")
    def visit(number):
        browser = app.test_client()
        browser.set_cookie("session", sys.argv[2])
        assert browser.get(f"/{sys.argv[3]}{number}").status_code == 200
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(visit, range(40)))
"""


def write(config, acknowledge):
    app = Flask("site")
    app.config.update(config)
    Sessions(app)
    counts = itertools.count()
    app.add_url_rule("/", "put", lambda: put(next(counts)))
    while True:
        browser = app.test_client()
        for _ in range(20):
            count = int(browser.get("/").text)
            acknowledge((cookie_of(browser), count))


def put(count):
    session.update(count=count, filler="x" * 2000)
    return str(count)
