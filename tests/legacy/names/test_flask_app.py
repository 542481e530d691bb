"""If this passes, apps have their old attributes, and debug stays on this machine."""

import threading

import flask
import pytest
from flask import Blueprint, Flask
from werkzeug import serving

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")


def test_functions_are_called_once_before_the_first_request(door):
    app, calls = Flask("site"), []
    blueprint = Blueprint("b", "site")
    app.before_request(lambda: calls.append("request"))
    app.before_first_request(lambda: calls.append(flask.request.path))
    blueprint.before_app_first_request(lambda: calls.append("blueprint"))
    app.register_blueprint(blueprint)

    for _ in range(2):
        app.test_client().get("/x")

    assert calls == ["/x", "blueprint", "request", "request"]


def test_requests_wait_until_the_first_functions_are_done(door):
    app, calls = Flask("site"), []
    gate, started = threading.Event(), threading.Event()
    app.add_url_rule("/", view_func=lambda: str(len(calls)))

    @app.before_first_request
    def prepare():
        started.set()
        gate.wait(60)
        calls.append(1)

    pages = []
    get = lambda: pages.append(app.test_client().get("/").text)  # noqa: E731 - one line
    threads = [threading.Thread(target=get) for _ in range(3)]
    for thread in threads:
        thread.start()
    started.wait(60)
    gate.set()
    for thread in threads:
        thread.join()

    assert pages == ["1"] * 3


def test_a_first_function_that_fails_is_called_again(door):
    app, calls = Flask("site"), []
    app.add_url_rule("/", view_func=lambda: "ok")

    @app.before_first_request
    def prepare():
        calls.append(1)
        if len(calls) == 1:
            raise ValueError

    client = app.test_client()

    assert [client.get("/").status_code for _ in range(3)] == [500, 200, 200]
    assert len(calls) == 2


@pytest.mark.parametrize(
    ("env", "debug"), [("development", True), ("production", False)]
)
def test_the_environment_turns_debug_on(door, monkeypatch, env, debug):
    monkeypatch.setenv("FLASK_ENV", env)
    monkeypatch.delenv("FLASK_DEBUG", raising=False)

    app = Flask("site", static_path="/assets")

    assert (app.env, app.debug) == (env, debug)
    assert app.static_url_path == "/assets"


def test_settings_are_attributes(door):
    app = Flask("site")
    app.session_cookie_name = "old"

    assert app.config["SESSION_COOKIE_NAME"] == app.session_cookie_name == "old"


@pytest.mark.parametrize(
    ("host", "has_debugger"),
    [("0.0.0.0", False), ("127.0.0.1", True), (None, True)],  # noqa: S104 - refused
)
def test_the_debugger_is_never_open_to_the_network(
    door, monkeypatch, host, has_debugger
):
    monkeypatch.delenv("FLASK_RUN_FROM_CLI", raising=False)
    options = {}
    monkeypatch.setattr(
        serving, "run_simple", lambda *_, **given: options.update(given)
    )

    Flask("site").run(host=host, debug=True, load_dotenv=False)

    assert options["use_debugger"] is has_debugger


def test_subdomains_are_matched_where_a_rule_has_one(door):
    app, plain = Flask("site"), Flask("plain")
    for each in (app, plain):
        each.config["SERVER_NAME"] = "jd.com:5000"
        each.add_url_rule("/", "index", lambda: "main")
    app.add_url_rule("/", "cms", lambda: "cms", subdomain="cms")

    assert app.test_client().get("/", base_url="http://cms.jd.com:5000").text == "cms"
    assert app.test_client().get("/", base_url="http://jd.com:5000").text == "main"
    assert plain.test_client().get("/", base_url="http://127.0.0.1").text == "main"


def test_what_is_registered_late_is_no_error(door):
    app, blueprint = Flask("site"), Blueprint("b", "site")
    app.register_blueprint(blueprint)
    blueprint.add_url_rule("/late", view_func=lambda: "never")
    app.test_client().get("/")
    app.add_url_rule("/after", "after", lambda: "after")

    assert app.test_client().get("/after").text == "after"
    assert app.test_client().get("/late").status_code == 404
