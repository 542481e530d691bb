"""Without settings an app behaves as Flask; with them it is a site."""

import gc
import weakref

import flask
import pytest

from carboy import Carboy, Settings
from carboy.errors import ConfigError


def test_without_settings_a_response_is_that_of_flask():
    def answers(kind):
        app = kind("shop")
        app.add_url_rule("/", "home", lambda: "hello")
        client = app.test_client()
        return [
            (r.status, list(r.headers), r.data) for r in map(client.get, ["/", "/x"])
        ]

    assert answers(Carboy) == answers(flask.Flask)


def test_without_settings_the_config_is_that_of_flask():
    assert dict(Carboy("shop").config) == dict(flask.Flask("shop").config)


def test_settings_can_be_an_object_a_class_or_a_path(tmp_path, monkeypatch):
    monkeypatch.setenv("CARBOY_PROFILE", "testing")
    monkeypatch.chdir(tmp_path)

    class Config:
        SHOP = "class"

    assert Carboy("shop", settings=Config).config["SHOP"] == "class"
    assert Carboy("shop", settings={"SHOP": "mapping"}).config["SHOP"] == "mapping"
    assert Carboy("shop", settings=Settings(testing=True)).testing is True
    assert Carboy("shop", settings=Settings).settings.profile == "testing"


def test_an_app_without_settings_says_how_to_make_one_with_them():
    with pytest.raises(ConfigError, match=r"Carboy\(__name__, settings=Settings.load"):
        _ = Carboy("shop").settings


def test_use_accepts_batteries_and_blueprints_only():
    blueprint = flask.Blueprint("pages", "shop")
    blueprint.add_url_rule("/p", "p", lambda: "p")

    app = Carboy("shop").use(blueprint)

    assert app.test_client().get("/p").text == "p"
    with pytest.raises(ConfigError, match="neither a battery nor a blueprint"):
        Carboy("shop").use("cache")


def test_only_the_configured_number_of_proxies_is_trusted(tmp_path):
    def client_address(hops):
        settings = Settings(profile="testing", proxy_hops=hops, secret_key="k" * 40)
        app = Carboy("shop", settings=settings)
        app.add_url_rule("/", "home", lambda: flask.request.remote_addr)
        headers = {"X-Forwarded-For": "6.6.6.6, 1.1.1.1"}
        return app.test_client().get("/", headers=headers).text

    assert client_address(0) == "127.0.0.1"
    assert client_address(1) == "1.1.1.1"


def test_hops_that_the_server_has_counted_are_not_counted_again():
    settings = Settings(profile="testing", proxy_hops=1, secret_key="k" * 40)
    app = Carboy("shop", settings=settings)
    app.add_url_rule("/", "home", lambda: flask.request.remote_addr)

    response = app.test_client().get(
        "/",
        headers={"X-Forwarded-For": "6.6.6.6"},
        environ_base={"REMOTE_ADDR": "1.1.1.1", "carboy.proxies_counted": True},
    )

    assert response.text == "1.1.1.1"
    assert "wsgi_app" not in vars(app)


def test_middleware_added_later_sees_the_address_of_the_visitor():
    settings = Settings(profile="testing", proxy_hops=1, secret_key="k" * 40)
    app = Carboy("shop", settings=settings)
    app.add_url_rule("/", "home", lambda: "hello")
    inner, seen = app.wsgi_app, []

    def middleware(environ, start_response):
        seen.append(environ["REMOTE_ADDR"])
        return inner(environ, start_response)

    app.wsgi_app = middleware
    app.test_client().get("/", headers={"X-Forwarded-For": "1.1.1.1"})

    assert seen == ["1.1.1.1"]


def test_an_unknown_host_is_refused():
    settings = Settings(
        profile="testing", trusted_hosts=("shop.example",), secret_key="k" * 40
    )
    app = Carboy("shop", settings=settings)
    app.add_url_rule("/", "home", lambda: "hello")
    client = app.test_client()

    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/", headers={"Host": "shop.example"}).status_code == 200


def test_an_async_view_needs_no_asgiref(monkeypatch):
    app = Carboy("shop")
    app.testing = True

    @app.get("/")
    async def cellar():
        return "cellar"

    monkeypatch.setattr("carboy.core.app.find_spec", lambda _: None)

    assert app.test_client().get("/").text == "cellar"


def test_an_app_is_freed_when_it_is_not_used_any_more():
    gc.collect()
    gc.disable()
    try:
        app = Carboy("shop", static_folder=None)
        app.on_stop(list)
        app.add_url_rule("/", "home", lambda: "home")
        with app.app_context():
            reference = weakref.ref(app)
        del app
        assert reference() is None
    finally:
        gc.enable()
