"""A plan is dropped as soon as what it rests on has changed."""

from typing import Any

import pytest
from flask import Flask, session
from flask.sessions import SecureCookieSession, SessionInterface
from twins import Fast, call_app, make
from werkzeug.routing import Rule
from werkzeug.test import create_environ

from carboy.engine.plan import _MAX_HOSTS, get_plan
from tests.versions import needs


def hello(app: Any) -> None:
    app.add_url_rule("/", "index", lambda: "hello")


def test_a_plan_is_kept_while_nothing_changes() -> None:
    app = make(hello)

    assert get_plan(app) is get_plan(app)


@pytest.mark.parametrize(
    "name",
    [
        "full_dispatch_request",
        "preprocess_request",
        "dispatch_request",
        "ensure_sync",
        "make_response",
        "process_response",
        "finalize_request",
        "do_teardown_request",
        "do_teardown_appcontext",
        "create_url_adapter",
        "request_context",
        "app_context",
    ],
)
def test_an_override_is_called_from_the_next_request_on(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make(hello)
    client = app.test_client()
    client.get("/")
    for place in (app, Fast):
        called: list[str] = []
        stock = getattr(place, name)

        def override(*args: Any, stock: Any = stock, called: Any = called) -> Any:
            called.append(name)
            return stock(*args)

        monkeypatch.setattr(place, name, override)
        assert client.get("/").text == "hello"
        assert called, place
        monkeypatch.undo()
        called.clear()
        assert client.get("/").text == "hello"
        assert not called


def test_a_subclass_may_override_every_step() -> None:
    class Own(Fast):
        def dispatch_request(self) -> Any:
            return f"<{super().dispatch_request()}>"

    app = Own("own")
    hello(app)

    assert app.test_client().get("/").text == "<hello>"


def test_a_new_session_interface_is_used_at_once() -> None:
    class Fixed(SessionInterface):
        def open_session(self, app: Any, request: Any) -> Any:
            return SecureCookieSession({"from": "fixed"})

        def save_session(self, app: Any, session: Any, response: Any) -> None:
            response.headers["X-Saved"] = "1"

    def build(app: Any) -> None:
        app.add_url_rule("/", "index", lambda: str(session.get("from")))

    app = make(build)
    assert app.test_client().get("/").text == "None"

    app.session_interface = Fixed()
    answer = app.test_client().get("/")

    assert (answer.text, answer.headers["X-Saved"]) == ("fixed", "1")


@needs("flask", 3, 1)
def test_trusted_hosts_may_change_in_place() -> None:
    app = make(hello)
    app.config["TRUSTED_HOSTS"] = ["localhost"]
    assert app.test_client().get("/").status_code == 200

    app.config["TRUSTED_HOSTS"].append("other.example")
    app.config["TRUSTED_HOSTS"].remove("localhost")

    assert app.test_client().get("/").status_code == 400
    base = "http://other.example"
    assert app.test_client().get("/", base_url=base).status_code == 200


def test_a_rule_that_comes_late_is_found() -> None:
    app = make(hello)
    assert app.test_client().get("/late").status_code == 404

    app.url_map.add(Rule("/late", endpoint="index"))
    list(app.url_map.iter_rules())

    assert app.test_client().get("/late").text == "hello"


def test_clients_cannot_fill_the_memory_with_host_names() -> None:
    app = make(hello)
    plan = get_plan(app)

    for number in range(_MAX_HOSTS + 10):
        call_app(app, create_environ("/", base_url=f"http://h{number}.example"))

    assert plan is get_plan(app)
    assert len(plan.bindings["http"]) <= _MAX_HOSTS


def test_a_missing_host_and_an_empty_one_are_two_things() -> None:
    def build(app: Any) -> None:
        app.url_map.add(Rule("/old", endpoint="old", redirect_to="new"))

    for base in (Flask, Fast):
        app = make(build, base)
        empty, missing = create_environ("/old"), create_environ("/old")
        empty["HTTP_HOST"] = ""
        del missing["HTTP_HOST"]
        call_app(app, empty)

        location = dict(call_app(app, missing)[1])["Location"]
        assert location == "http://localhost/new"


def test_a_server_name_that_is_none_is_refused_as_in_stock_flask() -> None:
    errors = []
    for base in (Flask, Fast):
        app = make(hello, base)
        app.config["SERVER_NAME"] = "a..b"

        # Flask 3.0 warns, and Python then shows it as an error.
        with pytest.raises((LookupError, UserWarning)) as raised:
            app.test_client().get("/", base_url="http://x")
        errors.append(repr(raised.value))

    assert errors[0] == errors[1]


def test_subdomains_and_hosts_are_matched() -> None:
    def build(app: Any) -> None:
        app.add_url_rule("/", "sub", lambda name: name, subdomain="<name>")
        app.add_url_rule("/", "top", lambda: "top")

    app = Fast("sub", subdomain_matching=True)
    build(app)
    app.config["SERVER_NAME"] = "example.org"
    client = app.test_client()

    for _ in range(2):
        assert client.get("/", base_url="http://example.org").text == "top"
        assert client.get("/", base_url="http://shop.example.org").text == "shop"

    hosts = Fast("hosts", host_matching=True, static_folder=None)
    hosts.add_url_rule("/", "one", lambda: "one", host="one.example")
    hosts.add_url_rule("/", "two", lambda: "two", host="two.example")
    client = hosts.test_client()
    for _ in range(2):
        assert client.get("/", base_url="http://two.example").text == "two"
        assert client.get("/", base_url="http://x.example").status_code == 404


def test_an_override_may_go_while_another_attribute_comes() -> None:
    """As many attributes as before, and the last is the same."""
    app: Any = make(hello)
    app.dispatch_request = lambda: "mine"
    app.late = 1
    client = app.test_client()
    assert client.get("/").text == "mine"
    assert client.get("/").text == "mine"

    last = next(reversed(vars(app)))
    value = vars(app).pop(last)
    del app.dispatch_request
    app.new = 1
    vars(app)[last] = value

    assert client.get("/").text == "hello"


def test_properties_of_a_class_are_asked_each_time() -> None:
    class Odd(Fast):
        is_subdomain = False

        @property
        def subdomain_matching(self) -> bool:  # type: ignore[override]  # an attribute
            return self.is_subdomain

        @subdomain_matching.setter
        def subdomain_matching(self, value: bool) -> None:
            pass

    app: Any = Odd("odd")
    hello(app)
    first = get_plan(app)
    assert get_plan(app) is first
    app.full_dispatch_request = app.full_dispatch_request
    second = get_plan(app)
    app.full_dispatch_request = lambda: app.make_response("mine")

    assert second is not first
    assert get_plan(app) is not second
    assert app.test_client().get("/").text == "mine"
    third = get_plan(app)
    app.is_subdomain = True
    assert get_plan(app) is not third
