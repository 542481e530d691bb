"""A page that is ready goes out only where the long way would give the same."""

import pytest

from carboy import Carboy
from carboy.cache.hot_pages import LARGEST, MOST, Hits
from carboy.engine import ServerRequest, respond
from tests.profiling import list_calls

# Of Python and of C, for one kept page; a hello needs 60.
MOST_CALLS = 90


@pytest.fixture
def app(sites, count):
    app, cache = sites.make()
    app.add_url_rule("/", "page", cache.cached(50)(lambda: str(count())))
    app.cache = cache
    return app


def fill(app):
    client = app.test_client()
    return [client.get("/").text for _ in range(3)]


def environ_of(app, path="/", **more):
    with app.test_request_context(path) as context:
        environ = dict(context.request.environ)
    del environ["werkzeug.request"]
    return environ | more


def ask(app, environ):
    told = []
    body = b"".join(app(environ, lambda status, headers: told.append(headers)))
    return body, dict(told[0])


def test_a_ready_page_is_what_the_long_way_gives(app):
    long_way = app.test_client().get("/", headers={"If-None-Match": '"x"'})
    fill(app)

    body, headers = ask(app, environ_of(app))

    assert body == long_way.data
    assert headers == dict(long_way.headers)


def test_a_ready_page_costs_few_calls(app):
    fill(app)
    environ = environ_of(app)
    ask(app, dict(environ))

    calls = list_calls(lambda: app(dict(environ), lambda status, headers: None))

    assert len(calls) < MOST_CALLS


def test_a_deleted_page_is_not_given(app):
    assert fill(app) == ["1", "1", "1"]
    with app.app_context():
        app.cache.delete("view//")
    assert fill(app) == ["2", "2", "2"]
    with app.app_context():
        app.cache.clear()
    assert fill(app) == ["3", "3", "3"]
    with app.app_context():
        app.cache.set("view//", "set")
    assert fill(app) == ["set"] * 3


def test_the_edge_gets_it_without_an_environ(app):
    fill(app)
    respond(app, source())
    found = source()

    answer = respond(app, found)

    assert answer.body == b"1"
    assert found.built_environ is None


def source(**more):
    options = {
        "method": "GET",
        "scheme": "http",
        "http_version": "1.1",
        "path": "/",
        "query_string": "",
        "headers": [("host", "localhost")],
    }
    return ServerRequest(**(options | more))


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ({"headers": [("host", "localhost"), ("authorization", "x")]}, b"2"),
        ({"headers": [("host", "other")]}, b"2"),
        ({"scheme": "https"}, b"2"),
        ({"method": "HEAD"}, b""),
        ({"headers": [("host", "localhost"), ("if-none-match", '"x"')]}, b"1"),
        ({"extra": {"own": 1}}, b"1"),
    ],
)
def test_the_edge_gets_nothing_else(app, more, wanted):
    fill(app)
    respond(app, source())
    respond(app, source(headers=[("host", "other")], path="/missing"))

    assert respond(app, source(**more)).body == wanted


def test_the_query_tells_ready_pages_apart(sites, count):
    app, cache = sites.make()
    view = cache.cached(50, query_string=True)(lambda name: str(count()))
    app.add_url_rule("/<name>", "page", view)
    client = app.test_client()

    for path in ("/a?b=1", "/a?b=2", "/a%3Fb", "/a?b", "/a"):
        assert len({client.get(path).text for _ in range(3)}) == 1
    assert count() == 6


def test_large_pages_and_odd_paths_are_not_kept_ready():
    hits = Hits()
    page = type("Page", (), {"plain": ("200 OK", [], b"x" * (LARGEST + 1))})
    hits.keep("/", "", page)
    small = type("Page", (), {"plain": ("200 OK", [], b"x")})
    hits.keep("/ö", "", small)

    assert hits._pages == {}

    for number in range(MOST + 1):
        hits.keep(f"/{number}", "", small)

    assert len(hits._pages) == 1


def test_an_app_does_not_give_the_page_of_another(app, sites, count):
    fill(app)
    other = Carboy("other")
    sites.apps.append(other)
    app.cache.init_app(other)
    other.add_url_rule("/", "page", app.view_functions["page"])

    assert fill(other) == ["2", "2", "2"]
    assert fill(app) == ["1", "1", "1"]


def test_without_a_request_there_is_no_page():
    assert Hits().find() is None
