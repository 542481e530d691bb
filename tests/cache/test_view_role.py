"""A view may be decorated, a class, or shared by several apps."""

import functools

import pytest
from flask import Response, jsonify, make_response, request, session
from flask.views import MethodView, View
from werkzeug.datastructures import Headers

from carboy import Carboy
from tests.cache.conftest import get_twice


def test_an_outer_decorator_gets_what_the_view_returns(site, count):
    app, cache = site

    def shout(view):
        @functools.wraps(view)
        def shouted(*args, **kwargs):
            return view(*args, **kwargs).upper()

        return shouted

    @app.route("/")
    @shout
    @cache.cached(50)
    def page():
        return f"page {count()}"

    @app.route("/private")
    @shout
    @cache.cached(50)
    def private():
        session.get("x")
        return f"private {count()}"

    assert get_twice(app) == ("PAGE 1", "PAGE 1")
    assert get_twice(app, "/private") == ("PRIVATE 2", "PRIVATE 3")


def pass_through(view):
    @functools.wraps(view)
    def passed():
        return view()

    return passed


@pytest.mark.parametrize(
    "others",
    [
        (404,), ("404 NOT FOUND",), ({"Set-Cookie": "a=1"},), (200, {"Vary": "Cookie"}),
        (None, [("Cache-Control", "private")]), (Headers({"Vary": "*"}),),
    ],
    ids=repr,
)  # fmt: skip
def test_status_and_headers_in_a_tuple_count_inside_a_decorator(site, count, others):
    app, cache = site

    @app.route("/")
    @pass_through
    @cache.cached(50)
    def page():
        return f"{count()}", *others

    assert get_twice(app) == ("1", "2")


def test_a_harmless_tuple_is_cached_inside_a_decorator(site, count):
    app, cache = site

    @app.route("/")
    @pass_through
    @cache.cached(50)
    def page():
        return f"{count()}", 200, {"X-Own": "1"}

    assert get_twice(app) == ("1", "1")


def test_a_response_in_a_tuple_is_not_cached_inside_a_decorator(site, count):
    app, cache = site

    @app.route("/")
    @pass_through
    @cache.cached(50)
    def page():
        return make_response(f"{count()}"), 200

    assert get_twice(app) == ("1", "2")


def test_views_may_be_classes(site, count):
    app, cache = site

    class Method(MethodView):
        @cache.cached(50)
        def get(self):
            return jsonify(number=count())

        def post(self):
            return str(count())

    class Whole(View):
        decorators = (cache.cached(50),)

        def dispatch_request(self):
            return str(count())

    app.add_url_rule("/method", view_func=Method.as_view("method"))
    app.add_url_rule("/whole", view_func=Whole.as_view("whole"))

    assert get_twice(app, "/method") == ('{"number":1}\n', '{"number":1}\n')
    assert get_twice(app, "/whole") == ("2", "2")
    client = app.test_client()
    assert [client.post("/method").text, client.post("/method").text] == ["3", "4"]


def test_hooks_run_for_cached_pages_too(site, count):
    app, cache = site
    app.add_url_rule("/", "page", cache.cached(50)(lambda: "page"))

    @app.after_request
    def mark(response):
        response.headers["X-Number"] = str(count())
        return response

    client = app.test_client()

    assert [client.get("/").headers["X-Number"] for _ in range(3)] == ["1", "2", "3"]


def test_a_cached_page_has_the_response_class_of_the_site(site):
    app, cache = site

    class Own(Response):
        default_mimetype = "text/plain"

    app.response_class = Own
    types = []
    app.after_request(lambda response: types.append(type(response)) or response)
    app.add_url_rule("/", "page", cache.cached(50)(lambda: "page"))

    assert get_twice(app) == ("page", "page")
    assert types == [Own, Own]


def test_a_view_may_be_async(site, count):
    app, cache = site

    @app.route("/")
    @cache.cached(50)
    async def page():
        return str(count())

    assert get_twice(app) == ("1", "1")


def test_one_cache_serves_several_apps(sites, count):
    one, cache = sites.make()
    two = Carboy("two")
    sites.apps.append(two)
    cache.init_app(two)

    @cache.cached(50)
    def page():
        return str(count())

    for app in (one, two):
        app.add_url_rule("/", "page", page)

    assert get_twice(one) == ("1", "1")
    assert get_twice(two) == ("2", "2")
    assert get_twice(one) == ("1", "1")


def test_a_value_that_was_set_under_the_key_is_the_page(site):
    app, cache = site
    app.add_url_rule("/", "page", cache.cached(50)(lambda: "computed"))
    with app.app_context():
        cache.set("view//", "set")

    assert get_twice(app) == ("set", "set")


def test_an_unknown_option_is_refused(site):
    _, cache = site

    with pytest.raises(TypeError, match="unlesss"):
        cache.cached(50, unlesss=None)


def test_a_view_below_a_decorator_without_wraps_obeys_the_rules_of_views(site):
    app, cache = site
    user = {}

    def hide(view):
        def inner():
            return view()

        return inner

    @app.before_request
    def load():
        user["name"] = session.get("name", "nobody")

    @app.route("/in/<name>")
    def log_in(name):
        session["name"] = name
        return ""

    @app.route("/", methods=["GET", "POST"], endpoint="page")
    @hide
    @cache.cached(50)
    def page():
        return f"{user['name']} {request.method}"

    ada, nobody = app.test_client(), app.test_client()
    ada.get("/in/ada")

    assert ada.get("/").text == "ada GET"
    assert nobody.get("/").text == "nobody GET"
    assert nobody.post("/").text == "nobody POST"
