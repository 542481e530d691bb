"""The engine gets under every Flask app and leaves without a trace."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, jsonify, render_template_string
from flask.json.provider import DefaultJSONProvider

from carboy.engine import Engine, install, uninstall

STOCK = Flask.wsgi_app


@pytest.fixture(autouse=True)
def _stock_again() -> Iterator[None]:
    yield
    uninstall()


def test_it_answers_for_apps_that_were_made_before() -> None:
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "hello")

    install()

    assert app.test_client().get("/").text == "hello"
    assert Flask.wsgi_app is not STOCK


def test_to_install_twice_and_uninstall_once_gives_stock_flask_back() -> None:
    before = dict(vars(Flask)), dict(vars(DefaultJSONProvider))

    install()
    install()
    uninstall()

    assert (dict(vars(Flask)), dict(vars(DefaultJSONProvider))) == before


def test_a_class_uses_the_engine_and_leaves_flask_alone() -> None:
    class Fast(Engine, Flask):
        pass

    app = Fast(__name__)
    app.add_url_rule("/<int:number>", view_func=lambda number: {"number": number})

    assert app.test_client().get("/7").json == {"number": 7}
    assert Flask.wsgi_app is STOCK


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (Flask, "wsgi_app"),
        (Flask, "create_jinja_environment"),
        (Flask, "update_template_context"),
        (DefaultJSONProvider, "response"),
    ],
)
@pytest.mark.parametrize("is_installed", [True, False])
def test_what_a_tracer_puts_into_flask_is_called(
    owner: type, name: str, is_installed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Fast(Engine, Flask):
        pass

    if is_installed:
        install()
    called: list[str] = []
    inner = getattr(owner, name)

    def trace(*args: Any, **kwargs: Any) -> Any:
        called.append(name)
        return inner(*args, **kwargs)

    monkeypatch.setattr(owner, name, trace)
    for base in (Flask, Fast):
        app = base(__name__)
        app.add_url_rule("/", "t", lambda: render_template_string("{{ 1 }}"))
        app.add_url_rule("/json", "j", lambda: jsonify(1))

        called.clear()
        assert app.test_client().get("/").text == "1"
        assert app.test_client().get("/json").json == 1
        assert called


def test_who_replaced_a_method_meanwhile_keeps_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def other(app: Flask, environ: Any, start_response: Any) -> Any:
        return STOCK(app, environ, start_response)

    install()
    monkeypatch.setattr(Flask, "wsgi_app", other)
    uninstall()

    assert Flask.wsgi_app is other
    monkeypatch.undo()
