"""The key of a page is its whole address."""

import pytest
from flask import request

from carboy.cache.argument_keys import name_of, source_digest, text_digest
from carboy.errors import ConfigError
from tests.cache.conftest import get_twice


def test_the_query_is_part_of_the_key_with_query_string(site, count):
    app, cache = site

    @app.route("/")
    @cache.cached(50, query_string=True)
    def page():
        return f"{request.args.get('a')} {count()}"

    client = app.test_client()

    assert client.get("/?a=1&b=2").text == client.get("/?b=2&a=1").text == "1 1"
    assert client.get("/?a=2&a=1").text == "2 2"
    assert client.get("/?a=1&a=2").text == "1 3"
    assert client.get("/").text == "None 4"


def test_the_query_does_not_matter_to_a_page_that_does_not_read_it(site, count):
    app, cache = site
    app.add_url_rule("/", "page", cache.cached(50)(lambda: str(count())))

    assert get_twice(app, "/?utm=1") == ("1", "1")
    assert get_twice(app, "/?utm=2") == ("1", "1")


@pytest.mark.parametrize("path", ["/größe", "/a b", "/%C3%B6", "/a%2Fb", "/Ã¶", "/ö"])
def test_any_path_is_a_key(site, path, count):
    app, cache = site

    @app.route("/<path:name>")
    @cache.cached(50)
    def page(name):
        return f"{name} {count()}"

    client = app.test_client()
    client.get("/other")
    client.get("/Ã¶")
    first = client.get(path).text

    assert client.get(path).text == first
    assert not first.startswith("other")


def test_a_function_may_have_a_fixed_key(site, count):
    app, cache = site

    @cache.cached(timeout=50, key_prefix="all_posts")
    def get_all_posts():
        return [count()]

    @app.route("/")
    def page():
        return {"posts": get_all_posts()}

    assert get_twice(app)[0] == get_twice(app)[1]
    with app.app_context():
        assert cache.get("all_posts") == [1]


def test_a_function_does_not_share_the_key_of_the_page(site, count):
    app, cache = site

    @cache.cached(50)
    def part():
        return {"part": count()}

    @app.route("/")
    @cache.cached(50)
    def page():
        return f"page of {part()['part']}"

    assert get_twice(app) == ("page of 1", "page of 1")


def test_without_a_request_a_key_with_a_path_is_refused(site):
    app, cache = site

    @cache.cached(50)
    def part():
        return 1

    with app.app_context(), pytest.raises(ConfigError, match="key_prefix without"):
        part()


def test_a_function_may_build_the_key(site, count):
    app, cache = site

    @app.route("/<int:number>")
    @cache.cached(50, make_cache_key=lambda number: f"parity/{number % 2}")
    def page(number):
        return f"{number} {count()}"

    client = app.test_client()

    assert client.get("/1").text == client.get("/3").text == "1 1"
    assert client.get("/2").text == "2 2"


def test_pages_are_deleted_by_their_view(site, count):
    app, cache = site

    @app.route("/works/<int:number>")
    @cache.cached(50, query_string=True)
    def works(number):
        return f"{request.args.get('page')} {count()}"

    client = app.test_client()
    client.get("/works/1?page=2")
    with app.app_context():
        assert not cache.delete_cached(works, path="/works/1")
        assert cache.delete_cached(works, number=1, query_args={"page": 2})

    assert client.get("/works/1?page=2").text == "2 2"
    with app.app_context():
        assert cache.delete_cached(works, "/works/1", "page=2")


@pytest.fixture
def catch_all(site):
    """A site that caches a page under any path that a visitor makes up."""
    app, cache = site

    @app.route("/<path:name>")
    @cache.cached(50)
    def other(name):
        return "other"

    return app, cache


def test_a_path_cannot_have_the_key_of_another_path_with_a_query(catch_all):
    app, cache = catch_all

    @app.route("/page")
    @cache.cached(50, query_string=True)
    def page():
        return f"page {request.args['a']}"

    client = app.test_client()
    client.get(f"/page%3F{text_digest([('a', '1')])}")

    assert client.get("/page?a=1").text == "page 1"


def test_a_path_cannot_have_the_key_of_another_path_with_a_source(catch_all):
    app, cache = catch_all

    @app.route("/page")
    @cache.cached(50, source_check=True)
    def page():
        return "page"

    client = app.test_client()
    client.get(f"/page/{source_digest(page.uncached)}")

    assert client.get("/page").text == "page"


def test_a_path_cannot_have_the_key_of_a_function(catch_all):
    app, cache = catch_all

    @cache.cached(50)
    def part():
        return 1

    @app.route("/page")
    def page():
        return str(part() + 1)

    client = app.test_client()
    client.get(f"/page%23{name_of(part.uncached)}")

    assert client.get("/page").text == "2"
