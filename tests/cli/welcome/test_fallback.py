"""If this passes, the welcome shows where an app answers 404 at /, and nowhere else."""

import random

import pytest
from flask import Flask, abort, redirect
from werkzeug.test import Client

from carboy import Carboy, Settings
from carboy.cli.welcome import with_welcome

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
WELCOME = "is running"


def make_plain():
    app = Flask("shop")
    app.add_url_rule("/hello/<name>", "hello", lambda name: name)
    app.add_url_rule("/about", "about", lambda: "about")
    return app


def make_site(tmp_path):
    settings = Settings.load(root=tmp_path, environ={"CARBOY_PROFILE": "development"})
    return Carboy("shop", settings=settings)


def get(app, path="/", headers=HTML, method="GET"):
    return Client(with_welcome(app, app)).open(path, headers=headers, method=method)


@pytest.mark.parametrize("make", [make_plain, lambda: Carboy("shop")])
def test_an_app_without_a_page_at_its_root_is_welcomed_with_its_routes(make):
    app = make()
    app.add_url_rule("/bottles/<int:number>", "bottles", lambda number: "")

    page = get(app)

    assert page.status_code == 404
    assert page.content_type == "text/html; charset=utf-8"
    assert "shop is running" in page.text
    assert "/bottles/&lt;int:number&gt;" in page.text
    assert '@app.get("/")' in page.text.replace("&#34;", '"')
    assert "unsafe" not in page.headers["Content-Security-Policy"]


def test_pages_without_parameters_are_links():
    page = get(make_plain()).text

    assert 'href="/about"' in page
    assert 'href="/hello' not in page


def test_the_stylesheet_of_the_welcome_is_served():
    app = make_plain()
    page = get(app).text
    sheet = page.split('rel="stylesheet" href="')[1].split('"')[0]

    with get(app, sheet, headers={"Accept": "text/css,*/*;q=0.1"}) as response:
        assert (response.status_code, response.mimetype) == (200, "text/css")
        assert "--ui-accent" in response.text


def test_a_site_shows_its_built_in_pages_apart(tmp_path):
    page = get(make_site(tmp_path)).text

    assert "Pages that every site has" in page
    assert 'href="/-/ready"' in page
    assert "No routes yet" in page


def test_an_app_with_a_page_is_left_alone():
    views = [lambda: "mine", lambda: abort(404), lambda: redirect("/about")]
    for view in views:
        app = make_plain()
        app.add_url_rule("/", "home", view)
        assert WELCOME not in get(app).text


def test_a_catch_all_that_answers_404_is_left_alone():
    app = Flask("shop")
    app.add_url_rule("/", "root", lambda: abort(404))
    app.add_url_rule("/<path:path>", "page", lambda path: abort(404))

    assert WELCOME not in get(app).text


@pytest.mark.parametrize("error", [404, Exception])
def test_a_404_page_of_the_app_is_left_alone(error):
    app = make_plain()
    app.register_error_handler(error, lambda _error: ("nothing here", 404))

    assert get(app).text == "nothing here"


def test_hooks_of_the_app_come_first():
    app = make_plain()
    seen = []

    @app.before_request
    def hook():
        seen.append(1)
        return

    assert WELCOME in get(app).text
    assert seen == [1]

    app = make_plain()
    app.before_request(lambda: redirect("/login"))
    assert get(app).status_code == 302


def test_programs_get_what_the_app_answers():
    app = make_plain()
    plain = Client(app).get("/")

    for accept in ({}, {"Accept": "*/*"}, {"Accept": "application/json"}):
        response = get(app, headers=accept)
        assert (response.status_code, response.data) == (404, plain.data)


def test_every_other_request_is_answered_by_the_app_alone():
    """Random requests get the same bytes with and without the welcome."""
    seed = random.randrange(2**32)
    rng = random.Random(seed)
    paths = ["/", "/about", "/about/", "/x", "//", "/hello/a", "/-/x", "/static/a"]
    for _ in range(300):
        path, method = rng.choice(paths), rng.choice(["GET", "POST", "HEAD", "PUT"])
        if path == "/" and method in {"GET", "HEAD"}:
            continue
        plain = Client(make_plain()).open(path, method=method, headers=HTML)
        wrapped = get(make_plain(), path, method=method)
        assert (plain.status, plain.data, [*plain.headers]) == (
            wrapped.status,
            wrapped.data,
            [*wrapped.headers],
        ), (seed, path, method)
