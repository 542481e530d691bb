"""Parts of a page follow an event stream or the clock, and disturb nobody."""

import queue

import pytest
from flask import Flask, Response, render_template_string

from carboy.site import Headers
from carboy.ui import UI
from tests.ui.serving import serve

PAGE = """
{% extends "carboy/page.html" %}
{% block main %}
<p id="made">{{ made }}</p>
<p id="shown" data-live="/texts">nothing yet</p>
<div id="list" data-live="/changes" data-refresh>
  <p id="count">{{ count }}</p>
  <input id="q" aria-label="Search"><a id="a" href="/other">Other</a>
</div>
{% endblock %}
"""
EVERY = """
{% extends "carboy/page.html" %}
{% block main %}
<p id="clock"{% if made < 3 %} data-every="0.1"{% endif %}>{{ made }}</p>
{% endblock %}
"""


@pytest.fixture
def app():
    app = Flask("shop")
    app.made = app.count = app.streams = 0
    app.events = {"texts": queue.Queue(), "changes": queue.Queue()}
    Headers(app)
    UI(app)

    @app.get("/")
    def home():
        app.made += 1
        return render_template_string(PAGE, made=app.made, count=app.count)

    @app.get("/every")
    def every():
        app.made += 1
        return render_template_string(EVERY, made=app.made)

    @app.get("/<any(texts, changes):name>")
    def stream(name):
        app.streams += 1

        def read():
            yield "retry: 100\n\n"
            while (text := app.events[name].get()) is not None:
                yield f"data: {text}\n\n"

        return Response(read(), mimetype="text/event-stream")

    return app


@pytest.fixture
def page(app, browser):
    with serve(app) as address:
        browser.goto(f"{address}/")
        browser.wait_until(lambda: app.streams == 2, "the page does not listen")
        try:
            yield browser
            assert browser.csp_violations == []
        finally:
            for events in app.events.values():
                events.put(None)
            browser.goto("about:blank")


def test_an_element_shows_what_the_stream_sends(app, page):
    app.events["texts"].put("<b>12</b> in stock")
    page.wait_for_text("12 in stock", "#shown")
    app.events["texts"].put("sold out")
    page.wait_for_text("sold out", "#shown")

    assert app.made == 1


def test_a_part_is_loaded_again_at_each_change_over_one_stream(app, page):
    app.events["changes"].put("0")
    for count in (1, 2, 3):
        app.count = count
        app.events["changes"].put(str(count))
        page.wait_until(lambda c=count: page.text("#count") == str(c), "no change")

    assert app.streams == 2
    assert app.made == 4
    # Only the part: the rest of the page stands as it was.
    assert page.text("#made") == "1"
    assert page.url.endswith("/")


def test_the_first_event_and_the_same_again_load_nothing(app, page):
    for _ in range(3):
        app.events["changes"].put("0")
    app.events["texts"].put("done")
    page.wait_for_text("done", "#shown")

    assert app.made == 1


def test_nothing_is_taken_from_under_a_typing_hand(app, page):
    page.press("#q", "abc")
    app.events["changes"].put("0")
    app.count = 1
    app.events["changes"].put("1")
    app.events["texts"].put("done")
    page.wait_for_text("done", "#shown")
    assert (page.value("#q"), page.text("#count")) == ("abc", "0")

    page.run("document.activeElement.blur()")

    page.wait_until(lambda: page.text("#count") == "1", "the change was forgotten")


def test_the_focus_stays_on_a_link_of_a_part_that_is_replaced(app, page):
    page.run("document.querySelector('#a').focus()")
    app.events["changes"].put("0")
    app.count = 1
    app.events["changes"].put("1")
    page.wait_until(lambda: page.text("#count") == "1", "no change")

    assert page.run("return document.activeElement.id") == "a"


def test_a_part_is_loaded_by_the_clock_as_long_as_the_server_says(app, browser):
    with serve(app) as address:
        browser.goto(f"{address}/every")
        browser.wait_until(lambda: browser.text("#clock") == "3", "it stands still")
        browser.goto("about:blank")

    assert app.made == 3
