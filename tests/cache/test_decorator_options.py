"""Each option of `@cached` does what it is documented to do."""

import inspect

from carboy.cache import Cache
from tests.cache.conftest import get_twice


def test_unless_bypasses_the_cache(site, count):
    app, cache = site
    skip = []

    @app.route("/")
    @cache.cached(50, unless=lambda: bool(skip))
    def page():
        return str(count())

    assert get_twice(app) == ("1", "1")
    skip.append(1)
    assert get_twice(app) == ("2", "3")
    skip.clear()
    assert get_twice(app) == ("1", "1")


def test_an_update_may_be_forced(site, count):
    app, cache = site
    force = []

    @app.route("/")
    @cache.cached(50, forced_update=lambda: bool(force))
    def page():
        return str(count())

    assert get_twice(app) == ("1", "1")
    force.append(1)
    assert get_twice(app) == ("2", "3")
    force.clear()
    assert get_twice(app) == ("3", "3")


def test_what_a_filter_refuses_is_not_cached(site, count):
    app, cache = site

    @app.route("/")
    @cache.cached(50, response_filter=lambda value: value != "1")
    def page():
        return str(count())

    assert get_twice(app) == ("1", "2")
    assert get_twice(app) == ("2", "2")


def test_a_cached_value_may_be_declared_stale(site, count):
    app, cache = site

    @cache.cached(50, key_prefix="x", is_stale=lambda value: value < 3)
    def number():
        return count()

    with app.app_context():
        assert [number() for _ in range(5)] == [1, 2, 3, 3, 3]


def test_none_is_cached_only_with_cache_none(site):
    app, cache = site
    calls = []

    @cache.cached(50, key_prefix="no")
    def not_cached():
        calls.append("no")

    @cache.cached(50, key_prefix="yes", cache_none=True)
    def cached():
        calls.append("yes")

    with app.app_context():
        for _ in range(3):
            not_cached()
            cached()

    assert (calls.count("no"), calls.count("yes")) == (3, 1)


def test_a_hit_may_be_indicated(site):
    app, cache = site

    @app.route("/")
    @cache.cached(50, response_hit_indication=True)
    def page():
        return "page"

    client = app.test_client()

    assert "hit_cache" not in client.get("/").headers
    assert client.get("/").headers["hit_cache"] == "True"


def test_tags_of_a_page_may_come_from_its_arguments(site, count):
    app, cache = site

    @app.route("/<int:number>")
    @cache.cached(50, tags=lambda number: ["posts", f"post:{number}"])
    def page(number):
        return f"{number} {count()}"

    client = app.test_client()
    assert [client.get("/1").text, client.get("/2").text] == ["1 1", "2 2"]
    assert [client.get("/1").text, client.get("/2").text] == ["1 1", "2 2"]
    with app.app_context():
        cache.drop_tag("post:1")
    assert [client.get("/1").text, client.get("/2").text] == ["1 3", "2 2"]
    with app.app_context():
        cache.drop_tag("posts")
    assert [client.get("/1").text, client.get("/2").text] == ["1 4", "2 5"]


def test_new_source_code_ignores_the_results_of_the_old(sites):
    app, cache = sites.make({"CACHE_SOURCE_CHECK": True})

    @cache.cached(50, key_prefix="x")
    def one():
        return 1

    @cache.cached(50, key_prefix="x")
    def two():
        return 2

    with app.app_context():
        assert [one(), two(), one()] == [1, 2, 1]


def test_the_decorators_have_the_positional_order_of_flask_caching():
    cached = inspect.signature(Cache.cached).parameters
    memoize = inspect.signature(Cache.memoize).parameters

    assert list(cached)[:4] == ["self", "timeout", "key_prefix", "unless"]
    assert list(memoize)[:4] == ["self", "timeout", "make_name", "unless"]
    assert cached["per_user"].kind is inspect.Parameter.KEYWORD_ONLY
    assert memoize["args_to_ignore"].kind is inspect.Parameter.KEYWORD_ONLY
    assert {"self", "options"} & {*cached, *memoize} == {"self"}
