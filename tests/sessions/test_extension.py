"""The battery is installed on any Flask app, and imports only what is used."""

import subprocess
import sys

import pytest
from flask import Flask, session

from carboy import Carboy
from carboy.core import registry_of
from carboy.errors import SettingsError, UnavailableError
from carboy.sessions import Session, Sessions, regenerate

from .conftest import Site


def make_app(**config):
    app = Flask("site")
    app.config.update(SECRET_KEY="k" * 32, **config)
    app.add_url_rule("/put", "put", lambda: session.update(a=1) or "put")
    app.add_url_rule("/get", "get", lambda: dict(session))
    app.add_url_rule("/public", "public", lambda: "public")
    return app


def test_the_name_of_flask_session_works():
    app = make_app(SESSION_TYPE="memory")
    Session(app)
    browser = app.test_client()
    browser.get("/put")

    assert browser.get("/get").json == {"a": 1}


def test_init_app_works_as_well():
    app, sessions = make_app(SESSION_TYPE="memory"), Session()
    sessions.init_app(app)

    assert "sessions" in registry_of(app).installed


def test_a_wrong_type_stops_the_start():
    with pytest.raises(SettingsError, match="SESSION_TYPE = 'memcached'"):
        Sessions(make_app(SESSION_TYPE="memcached"))


def test_regenerate_with_the_sessions_of_flask_has_no_effect():
    app = make_app()

    with app.test_request_context():
        session["a"] = 1
        regenerate(session)
        assert session["a"] == 1


def make_flask():
    app = make_app(SESSION_TYPE="memory")
    Sessions(app)
    return app


def make_carboy():
    app = Carboy("site", settings={"SECRET_KEY": "k" * 32, "SESSION_TYPE": "memory"})
    app.config["TRUSTED_HOSTS"] = ["localhost"]
    app.add_url_rule("/put", "put", lambda: session.update(a=1) or "put")
    app.add_url_rule("/get", "get", lambda: dict(session))
    app.add_url_rule("/public", "public", lambda: "public")
    if "sessions" not in registry_of(app).installed:
        app.use(Sessions())
    return app


@pytest.mark.parametrize("make", [make_flask, make_carboy])
def test_a_public_view_reads_no_store(make, monkeypatch):
    app, reads = make(), []
    store = app.extensions["sessions"].store
    get = store.get
    monkeypatch.setattr(store, "get", lambda key: reads.append(key) or get(key))
    browser, https = app.test_client(), {"base_url": "https://localhost"}
    browser.get("/put", **https)
    reads.clear()

    response = browser.get("/public", **https)

    assert response.data == b"public"
    assert reads == []
    assert browser.get("/get", **https).json == {"a": 1}
    assert len(reads) == 1


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"SESSION_TYPE": "cookie"}, ["sessions.W002"]),
        ({"SESSION_TYPE": "filesystem", "SESSION_USE_SIGNER": True}, ["sessions.W002"]),
        ({"SESSION_TYPE": "filesystem", "SESSION_USE_SIGNER": False}, []),
        ({"SESSION_TYPE": "cookie", "SECRET_KEY": "k" * 32}, []),
    ],
)
def test_a_missing_secret_key_is_reported_by_a_check(config, expected):
    app = make_app()
    app.config.update({"SECRET_KEY": None} | config)
    Sessions(app)
    (checker,) = registry_of(app).checkers

    with app.app_context():
        assert [check.id for check in checker(app)] == expected


def test_the_memory_type_is_reported_where_it_loses_sessions():
    app = make_app(SESSION_TYPE="memory")
    Sessions(app)
    (checker,) = registry_of(app).checkers

    with app.app_context():
        assert [check.id for check in checker(app)] == ["sessions.W001"]
        app.debug = True
        assert list(checker(app)) == []


def test_readiness_reports_a_store_that_does_not_answer():
    app = make_app(SESSION_TYPE="redis", SESSION_REDIS="redis://127.0.0.1:1/0")
    Sessions(app)
    probe = registry_of(app).readiness_checks["sessions"]

    assert "does not answer" in probe()
    app.extensions["sessions"].store.close()

    site = Site({"SESSION_TYPE": "memory"})
    assert registry_of(site.app).readiness_checks["sessions"]() is None


def test_the_error_page_of_the_site_is_used_if_it_has_one():
    app = make_app(SESSION_TYPE="redis", SESSION_REDIS="redis://127.0.0.1:1/0")
    app.register_error_handler(UnavailableError, lambda _: ("my page", 503))
    Sessions(app)
    browser = app.test_client()
    browser.set_cookie("session", "x" * 43)

    assert browser.get("/get").data == b"my page"
    app.extensions["sessions"].store.close()


def test_unused_drivers_are_not_imported(tmp_path):
    script = (
        "import sys; from flask import Flask; from carboy.sessions import Sessions; "
        "app = Flask('x'); app.secret_key = 'x'; Sessions(app); "
        "print([m for m in ('redis', 'sqlalchemy') if m in sys.modules])"
    )
    process = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )

    assert process.stdout.strip() == "[]"
