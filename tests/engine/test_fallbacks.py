"""Whatever runs as in stock Flask is listed with its reason."""

from typing import Any

from flask import Flask, Request, Response
from flask.json.provider import JSONProvider
from flask.sessions import SessionInterface
from twins import Fast, make
from werkzeug.routing import Map

from carboy.engine import Fallback, list_fallbacks


def hello(app: Any) -> None:
    app.add_url_rule("/", "index", lambda: "hello")


def whys(app: Flask) -> str:
    return "\n".join(
        f"{reason.endpoint}: {reason.reason}" for reason in list_fallbacks(app)
    )


def test_a_usual_app_gives_no_reason() -> None:
    assert list_fallbacks(make(hello)) == []


def test_an_app_that_is_not_on_the_engine_says_so() -> None:
    assert list_fallbacks(make(hello, Flask)) == [
        Fallback(None, "Flask is not on the engine, or overrides wsgi_app.")
    ]


def test_each_unusual_thing_of_an_app_is_named() -> None:
    class OwnRequest(Request):
        def __init__(self, environ: Any) -> None:
            super().__init__(environ)

    class OwnMap(Map):
        def bind_to_environ(self, *args: Any, **kwargs: Any) -> Any:
            return super().bind_to_environ(*args, **kwargs)

    class OwnProvider(JSONProvider):
        pass

    class Own(Fast):
        request_class = OwnRequest
        url_map_class = OwnMap
        json_provider_class = OwnProvider
        response_class = type("OwnResponse", (Response,), {})
        session_interface = SessionInterface()

        def make_response(self, rv: Any) -> Any:
            return super().make_response(rv)

    app = Own("own")
    app.wsgi_app = lambda environ, start: []  # type: ignore[method-assign]  # as Flask advises

    text = whys(app)

    for name in (
        "wsgi_app is wrapped",
        "OwnResponse",
        "OwnProvider",
        "SessionInterface",
        "make_response()",
        "OwnRequest",
        "OwnMap",
    ):
        assert name in text


def test_each_unusual_endpoint_is_named() -> None:
    def build(app: Any) -> None:
        hello(app)
        app.add_url_rule("/old", "old", redirect_to="/")

        @app.route("/later")
        async def later() -> str:
            return "x"

    assert list_fallbacks(make(build)) == [
        Fallback("old", "The rule '/old' redirects or upgrades.", is_slower=False),
        Fallback("later", "The view is async: each call needs an event loop."),
    ]
