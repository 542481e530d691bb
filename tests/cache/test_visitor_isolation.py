"""In thousands of mixed requests nobody gets what was computed for another."""

import pytest
from flask import Flask, make_response, render_template_string, request, session

from carboy import Carboy
from carboy.cache.shareability import ReadTracker, current_request_context
from tests.cache.visits import count_foreign_answers

VISITS = 3000


@pytest.mark.parametrize("kind", [Carboy, Flask])
def test_no_visitor_gets_the_page_of_another(sites, kind):
    app, cache = sites.make({"CACHE_STALE": 5}, kind=kind)

    result = count_foreign_answers(app, cache, VISITS, seed=7)

    assert result.foreign == []
    assert result.hits > VISITS / 10


def test_no_visitor_gets_the_page_of_another_from_a_shared_store(sites, fresh_redis):
    app, cache = sites.make({"CACHE_URL": fresh_redis, "CACHE_TYPE": "redis"})

    result = count_foreign_answers(app, cache, VISITS // 3, seed=8)

    assert result.foreign == []


def test_a_result_that_depends_on_the_session_is_not_shared(site, count):
    app, cache = site

    @cache.memoize(50)
    def greeting():
        return f"{session.get('name')} {count()}"

    app.add_url_rule("/", "page", greeting)
    client = app.test_client()

    assert [client.get("/").text for _ in range(2)] == ["None 1", "None 2"]


def test_a_fragment_that_depends_on_the_session_is_not_shared(site, count):
    app, _ = site
    text = "{% cache 50, 'top' %}{{ session.get('name') }} {{ count() }}{% endcache %}"
    app.add_url_rule("/", "page", lambda: render_template_string(text, count=count))
    client = app.test_client()

    assert [client.get("/").text for _ in range(2)] == ["None 1", "None 2"]


def test_a_page_that_calls_a_function_that_reads_the_session_is_not_shared(site, count):
    app, cache = site

    @cache.memoize(50)
    def part():
        return session.get("name")

    @app.route("/")
    @cache.cached(50)
    def page():
        part()
        return str(count())

    client = app.test_client()

    assert [client.get("/").text for _ in range(2)] == ["1", "2"]


def test_tracking_restores_the_request(site):
    app, _ = site
    with app.test_request_context("/?a=1", headers={"Cookie": "b=2"}):
        session.get("x")
        cookies, args = request.cookies, request.args
        tracker = ReadTracker(current_request_context())
        tracker.stop()

        assert request.cookies is cookies
        assert request.args is args
        assert session.accessed
        assert tracker.reads == set()


def test_without_a_request_nothing_is_tracked():
    tracker = ReadTracker(None)
    tracker.stop()

    assert tracker.why_not_shareable() is None


def test_a_session_written_before_the_call_does_not_prevent_caching(site):
    app, cache = site

    @cache.cached(50, key_prefix="part")
    def part():
        return 1

    @app.route("/")
    def page():
        session["x"] = 1
        part()
        return make_response(str(cache.get("part")))

    assert app.test_client().get("/").text == "1"
