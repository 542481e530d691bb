"""A page is computed once and served until its timeout passes."""

import datetime

import pytest
from flask import Response, make_response, request

from carboy.cache import CachedResponse
from tests.cache.conftest import get_twice


def test_a_page_is_computed_once(site, count):
    app, cache = site

    @app.route("/")
    @cache.cached(timeout=50)
    def page():
        return f"page {count()}"

    client = app.test_client()
    answers = [client.get("/") for _ in range(4)]

    assert [answer.text for answer in answers] == ["page 1"] * 4
    assert {str(answer.headers) for answer in answers} == {str(answers[0].headers)}


@pytest.mark.parametrize(
    "value",
    [
        "text", b"bytes", {"a": 1}, [1, 2], ("text", 200), ("text", {"X-Own": "1"}),
        ("text", 200, [("X-Own", "1")]),
    ],
    ids=repr,
)  # fmt: skip
def test_every_return_type_of_a_view_is_cached_as_its_page(site, count, value):
    app, cache = site

    @app.route("/plain")
    def plain():
        return value

    @app.route("/")
    @cache.cached(50)
    def page():
        count()
        return value

    client = app.test_client()
    wanted, first, second = client.get("/plain"), client.get("/"), client.get("/")

    assert count() == 2
    assert wanted.data == first.data == second.data
    assert wanted.content_type == second.content_type
    assert wanted.headers.get("X-Own") == second.headers.get("X-Own")


def test_the_page_of_a_generator_is_cached_as_a_whole(site, count):
    app, cache = site

    @app.route("/")
    @cache.cached(50)
    def page():
        def pieces():
            yield "a"
            yield f"b{count()}"

        return pieces()

    assert get_twice(app) == ("ab1", "ab1")


def test_a_timeout_passes(sites, clock, count):
    app, cache = sites.make(clock=clock)

    @app.route("/")
    @cache.cached(datetime.timedelta(seconds=50))
    def page():
        return str(count())

    client = app.test_client()
    texts = []
    for seconds in (0, 49, 1, 0):
        clock.advance(seconds)
        texts.append(client.get("/").text)

    assert texts == ["1", "1", "2", "2"]


def test_a_response_may_set_its_own_timeout(sites, clock, count):
    app, cache = sites.make(clock=clock)

    @app.route("/")
    @cache.cached(50)
    def page():
        return CachedResponse(make_response(str(count())), 5)

    assert get_twice(app) == ("1", "1")
    clock.advance(6)
    assert get_twice(app) == ("2", "2")


def test_head_is_answered_from_the_page_of_get(site, count):
    app, cache = site

    @app.route("/")
    @cache.cached(50)
    def page():
        return f"page {count()}"

    client = app.test_client()
    client.get("/")
    answer = client.head("/")

    assert answer.data == b""
    assert answer.headers["Content-Length"] == "6"
    assert count() == 2


def test_post_always_calls_the_view(site, count):
    app, cache = site

    @app.route("/", methods=["GET", "POST"])
    @cache.cached(50)
    def page():
        return f"{request.method} {count()}"

    client = app.test_client()

    assert [client.post("/").text, client.post("/").text] == ["POST 1", "POST 2"]
    assert [client.get("/").text, client.get("/").text] == ["GET 3", "GET 3"]
    assert client.post("/").text == "POST 4"


def test_a_client_that_has_the_page_gets_a_304(site):
    app, cache = site

    @app.route("/")
    @cache.cached(50)
    def page():
        return "page", {"Cache-Control": "max-age=5", "X-Own": "1"}

    client = app.test_client()
    tag = client.get("/").headers["ETag"]
    for value in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        answer = client.get("/", headers={"If-None-Match": value})

        assert (answer.status_code, answer.data) == (304, b"")
        assert answer.headers["ETag"] == tag
        assert answer.headers["Cache-Control"] == "max-age=5"
        assert "Content-Length" not in answer.headers

    assert client.get("/", headers={"If-None-Match": '"other"'}).text == "page"


def test_a_page_computed_now_may_be_answered_with_a_304(site):
    app, cache = site

    @app.route("/<name>")
    @cache.cached(50)
    def page(name):
        return Response("page", headers={"ETag": '"mine"'})

    answer = app.test_client().get("/a", headers={"If-None-Match": '"mine"'})

    assert answer.status_code == 304


def test_the_answer_to_head_is_not_cached_as_the_page(site):
    app, cache = site

    @app.route("/")
    @cache.cached(50)
    def page():
        return "" if request.method == "HEAD" else "page"

    client = app.test_client()
    client.head("/")

    assert client.get("/").text == "page"
    assert client.head("/").headers["Content-Length"] == "4"
