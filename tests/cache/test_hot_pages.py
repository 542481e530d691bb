"""A hot page is served only where the full lookup would return the same."""

import pytest

from carboy import Carboy
from carboy.cache.hot_pages import MAX_BYTES, MAX_PAGES, HotPages
from carboy.engine import ServerRequest, respond
from tests.profiling import list_calls

# Calls of Python and C functions for one hot page; a hello page needs 60.
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
    headers_sent = []
    body = b"".join(app(environ, lambda status, headers: headers_sent.append(headers)))
    return body, dict(headers_sent[0])


def test_a_hot_page_equals_the_full_lookup(app):
    full_lookup = app.test_client().get("/", headers={"If-None-Match": '"x"'})
    fill(app)

    body, headers = ask(app, environ_of(app))

    assert body == full_lookup.data
    assert headers == dict(full_lookup.headers)


def test_a_hot_page_costs_few_calls(app):
    fill(app)
    environ = environ_of(app)
    ask(app, dict(environ))

    calls = list_calls(lambda: app(dict(environ), lambda status, headers: None))

    assert len(calls) < MOST_CALLS


def test_a_deleted_page_is_not_served(app):
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


def test_the_server_gets_a_hot_page_without_an_environ(app):
    fill(app)
    respond(app, source())
    request = source()

    answer = respond(app, request)

    assert answer.body == b"1"
    assert request.built_environ is None


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
def test_the_server_gets_the_page_of_its_own_request_only(app, more, wanted):
    fill(app)
    respond(app, source())
    respond(app, source(headers=[("host", "other")], path="/missing"))

    assert respond(app, source(**more)).body == wanted


def test_hot_pages_are_separate_for_each_query(sites, count):
    app, cache = sites.make()
    view = cache.cached(50, query_string=True)(lambda name: str(count()))
    app.add_url_rule("/<name>", "page", view)
    client = app.test_client()

    for path in ("/a?b=1", "/a?b=2", "/a%3Fb", "/a?b", "/a"):
        assert len({client.get(path).text for _ in range(3)}) == 1
    assert count() == 6


def test_large_pages_and_unicode_paths_are_not_hot():
    hot_pages = HotPages()
    page = type("Page", (), {"raw": ("200 OK", [], b"x" * (MAX_BYTES + 1))})
    hot_pages.add("/", "", page)
    small = type("Page", (), {"raw": ("200 OK", [], b"x")})
    hot_pages.add("/ö", "", small)

    assert hot_pages._pages == {}

    for number in range(MAX_PAGES + 1):
        hot_pages.add(f"/{number}", "", small)

    assert len(hot_pages._pages) == 1


def test_an_app_does_not_serve_the_page_of_another(app, sites, count):
    fill(app)
    other = Carboy("other")
    sites.apps.append(other)
    app.cache.init_app(other)
    other.add_url_rule("/", "page", app.view_functions["page"])

    assert fill(other) == ["2", "2", "2"]
    assert fill(app) == ["1", "1", "1"]


def test_without_a_request_there_is_no_hot_page():
    assert HotPages().get() is None


def test_deleting_the_key_deletes_the_hot_page_of_every_host(app):
    def get(host):
        return app.test_client().get("/", base_url=f"http://{host}").text

    assert [get(host) for host in ("a.example", *["b.example"] * 3)] == [*"1222"]
    with app.app_context():
        app.cache.delete("view//")

    assert get("b.example") == "3"
