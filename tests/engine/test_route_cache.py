"""A line is what matching would have found, for as long as that holds."""

from typing import Any

import pytest
from flask import Flask, request
from twins import Fast, call_app, check_same, make, warm_up
from werkzeug.routing import BaseConverter
from werkzeug.test import create_environ

from carboy.engine import route_cache
from carboy.engine.plan import get_plan


def pages(app: Any) -> None:
    app.add_url_rule("/", "index", lambda: "index")
    app.add_url_rule("/<int:n>", "number", lambda n: f"number {n}")
    app.add_url_rule("/7", "seven", lambda: "seven")
    app.add_url_rule("/<name>", "name", lambda name: f"name {name}")
    app.add_url_rule("/ü/<int:n>", "umlaut", lambda n: f"umlaut {n}")
    app.add_url_rule("/d", "d", lambda n: f"default {n}", defaults={"n": 1})
    app.add_url_rule("/p/<path:rest>", "path", lambda rest: rest, methods=["POST"])
    app.add_url_rule("/u/<uuid:n>/<float:x>", "uuid", lambda n, x: f"{n} {x}")


PATHS = (
    *("/", "/7", "/8", "/007", "/ada", "/ü", "/ü/5", "/Ã¼/5", "/d", "/p/a/b"),
    *("//8", "/8/", "/<int>", "/" + "9" * 700, "/9" * 3, "/p//x", "/²", "/-1"),
    "/u/12345678-1234-5678-1234-567812345678/1.5",
    "/u/12345678-1234-5678-1234-567812345678/x",
)


def test_every_path_finds_what_it_finds_in_stock_flask() -> None:
    for method in ("GET", "POST", "HEAD", "OPTIONS", "get"):
        check_same(pages, *PATHS, method=method)


def test_a_rule_that_is_added_later_is_found() -> None:
    app = warm_up(make(pages))
    assert call_app(app, create_environ("/new"))[2] == b"name new"
    assert call_app(app, create_environ("/5"))[2] == b"number 5"

    app._got_first_request = False
    app.add_url_rule("/new", "new", lambda: "new")
    app.add_url_rule("/5", "five", lambda: "five")

    assert call_app(app, create_environ("/new"))[2] == b"new"
    assert call_app(app, create_environ("/5"))[2] == b"five"


@pytest.mark.parametrize("path", ["/fixed", "/numbered/7", "/named/ada"])
def test_methods_that_a_rule_loses_are_refused_from_then_on(path: str) -> None:
    answers = []
    for kind in (Flask, Fast):
        app = kind("late")
        for rule in ("/fixed", "/numbered/<int:n>", "/named/<name>"):
            app.add_url_rule(rule, rule, lambda **_: "found", methods=["GET", "POST"])
        client = app.test_client()
        seen = [client.post(path).status_code]
        for found in app.url_map.iter_rules():
            assert found.methods is not None
            found.methods.discard("POST")
        seen += [client.post(path).status_code, client.get(path).status_code]
        answers.append(seen)

    assert answers[0] == answers[1] == [200, 405, 200]


def test_a_view_that_is_replaced_is_not_remembered() -> None:
    app = warm_up(make(pages))
    assert call_app(app, create_environ("/7"))[2] == b"seven"

    app.view_functions["seven"] = lambda: "other"

    assert call_app(app, create_environ("/7"))[2] == b"other"


def test_hosts_keep_their_own_lines() -> None:
    def build(app: Any) -> None:
        app.add_url_rule("/", "a", lambda: request.url, subdomain="a")
        app.add_url_rule("/", "b", lambda: request.url, subdomain="b")
        app.add_url_rule("/<int:n>", "n", lambda n: app.url_for("n", n=1))

    for base in (Flask, Fast):
        app = make(build, base, subdomain_matching=True)
        app.config["SERVER_NAME"] = "example.com"
        for _ in range(3):
            for name in ("a", "b"):
                url = f"http://{name}.example.com"
                replies = call_app(app, create_environ("/", url))[2]
                assert replies == f"{url}/".encode()


def test_a_line_of_one_host_is_not_used_for_another() -> None:
    def build(app: Any) -> None:
        app.add_url_rule(
            "/u/<name>", "u", lambda name: app.url_for("u", name=name, _external=True)
        )

    app = make(build)
    for _ in range(2):
        for host in ("one.example", "two.example:81"):
            replies = call_app(app, create_environ("/u/ada", f"http://{host}"))[2]
            assert replies == f"http://{host}/u/ada".encode()


def test_converters_of_the_app_see_the_request() -> None:
    class Own(BaseConverter):
        def to_python(self, value: str) -> str:
            return f"{value} {request.method} {request.endpoint}"

    def build(app: Any) -> None:
        app.url_map.converters["own"] = Own
        app.add_url_rule("/own/<own:x>", "own", lambda x: x)
        app.add_url_rule("/<name>", "name", lambda name: name)

    replies = check_same(build, "/own/1", "/ada")

    assert replies[0][2] == b"1 GET None"


def test_clients_cannot_fill_the_memory() -> None:
    app = warm_up(make(lambda app: app.add_url_rule("/", "i", lambda: "x")))
    for number in range(route_cache._MAX_ROUTES + 600):
        for _ in range(2):
            call_app(app, create_environ("/", f"http://h{number}.example"))

    routes = get_plan(app).routes

    assert routes is not None
    assert 0 < len(routes.cached) <= route_cache._MAX_ROUTES


def test_a_number_that_does_not_fit_is_refused_as_beside_a_web_socket() -> None:
    def build(app: Any) -> None:
        app.add_url_rule("/<float:x>/<int(fixed_digits=3):z>", "v", lambda x, z: "x")
        app.add_url_rule("/<x>/<int:z>", "w", lambda x, z: "x", websocket=True)
        app.add_url_rule("/<any(a):x>/<int:z>", "a", lambda x, z: "x", methods=["PUT"])
        app.add_url_rule("/a/<int(fixed_digits=3):z>", "b", lambda z: "x")

    check_same(build, "/3.0/42", "/3.0/042", "/x/42", "/a/42", "/a/042")
