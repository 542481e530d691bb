"""With the script, pages change in parts; without it, the same links and forms work."""

from pathlib import Path

import pytest
from flask import Flask, redirect, render_template_string, request, url_for

from carboy import ui
from carboy.site import Headers
from carboy.ui import UI
from tests.ui.serving import serve

WORDS = ["apple", "apricot", "banana", "cherry"]
PAGE = """
{% extends "carboy/page.html" %}
{% block title %}{{ q or "All" }}{% endblock %}
{% block main %}
<p id="made">{{ made }}</p>
<form data-update="#list" data-submit role="search">
  <input id="q" name="q" value="{{ q }}" type="search">
</form>
<div id="list">
  <ul>{% for word in words %}<li>{{ word }}</li>{% endfor %}</ul>
  <a id="c" href="?q=c" data-update="#list">Only c</a>
  <form method="post" action="{{ url_for('add') }}" data-update="#list">
    <input name="word" id="word" aria-label="Word">
    {% if error %}<p data-focus tabindex="-1" id="error">{{ error }}</p>{% endif %}
    <button id="add">Add</button>
  </form>
  <form method="post" action="{{ url_for('clear') }}"
      data-confirm="Delete all words?" data-yes="Delete all">
    <button id="clear">Clear</button>
  </form>
</div>
{% endblock %}
"""


@pytest.fixture
def app():
    app = Flask("shop")
    app.words = list(WORDS)
    app.made = 0
    Headers(app)
    UI(app)

    def show(error=None):
        app.made += 1
        q = request.args.get("q", "")
        words = [word for word in app.words if word.startswith(q)]
        return render_template_string(
            PAGE, q=q, words=words, made=app.made, error=error
        )

    app.add_url_rule("/", "home", show)

    @app.post("/add")
    def add():
        word = request.form["word"]
        if not word:
            return show("Enter a word"), 422
        app.words.append(word)
        return redirect(url_for("home"), 303)

    @app.post("/clear")
    def clear():
        app.words.clear()
        return redirect(url_for("home"), 303)

    return app


@pytest.fixture
def page(app, browser):
    with serve(app) as address:
        browser.goto(f"{address}/")
        yield browser
        assert browser.csp_violations == []
        browser.goto("about:blank")


def words(page):
    return page.texts("#list li")


def test_a_link_replaces_its_part_and_the_address(page):
    page.click("#c")
    page.wait_until(lambda: words(page) == ["cherry"], "the list stayed")

    assert page.url.endswith("?q=c")
    assert page.title == "c"
    assert page.text("#made") == "1"


def test_the_back_button_brings_the_part_back(page):
    page.click("#c")
    page.wait_until(lambda: words(page) == ["cherry"], "the list stayed")
    page.run("history.back()")

    page.wait_until(lambda: words(page) == WORDS, "the list did not come back")
    assert page.title == "All"


def test_a_filter_sends_itself_while_one_types_and_keeps_the_cursor(page):
    page.press("#q", "ap")
    page.wait_until(lambda: words(page) == ["apple", "apricot"], "nothing was filtered")
    page.press("#q", "r")
    page.wait_until(lambda: words(page) == ["apricot"], "nothing was filtered")

    assert page.value("#q") == "apr"
    assert page.run("return document.activeElement.id") == "q"


def test_a_form_that_posts_shows_the_page_that_it_leads_to(page, app):
    page.type("#word", "damson")
    page.click("#add")
    page.wait_until(lambda: "damson" in words(page), "the word is missing")

    assert page.text("#made") == "1"
    assert app.words[-1] == "damson"


def test_an_error_gets_the_focus(page):
    page.click("#add")
    page.wait_for("#error")

    assert page.run("return document.activeElement.id") == "error"


def test_a_question_is_asked_and_no_means_no(page, app):
    page.click("#clear")
    assert page.text("dialog p") == "Delete all words?"
    page.click("dialog button[value=no]")
    page.wait_until(lambda: not page.has("dialog"), "the dialog stayed")
    assert app.words == WORDS

    page.click("#clear")
    assert page.text("dialog button[value=yes]") == "Delete all"
    page.click("dialog button[value=yes]")
    page.wait_until(lambda: not app.words, "nothing was deleted")


def test_the_focus_stays_near_when_the_part_that_had_it_is_replaced(page):
    page.click("#c")
    page.wait_until(lambda: words(page) == ["cherry"], "the list stayed")

    assert page.run("return document.activeElement.id") == "c"
    page.run("carboy.update('/?q=b', '#list')")
    page.wait_until(lambda: words(page) == ["banana"], "the list stayed")
    assert page.run("return document.activeElement.closest('#list') !== null")


def test_a_message_of_a_script_is_read_aloud(page):
    page.run("carboy.toast('The word was <b>saved</b>.', 'good')")

    assert page.text(".ui-toasts[role=status] .ui-good") == "The word was <b>saved</b>."


def test_a_server_that_is_away_is_said_and_what_was_typed_is_kept(page):
    page.type("#word", "damson")
    page.run("window.fetch = () => Promise.reject(new TypeError('away'))")
    page.click("#add")

    page.wait_for_text("The server does not answer", ".ui-toasts")
    assert page.value("#word") == "damson"


def test_keys_open_a_link_of_the_page_elsewhere_as_usual(page):
    page.run(
        "document.querySelector('#c').dispatchEvent(new MouseEvent("
        "'click', {bubbles: true, cancelable: true, ctrlKey: true}))"
    )

    assert words(page) == WORDS


def test_a_page_that_lacks_the_part_is_shown_whole(page):
    page.run("document.querySelector('#c').href = '/static/none'")
    page.click("#c")

    page.wait_until(lambda: page.title == "404 Not Found", "the page stayed")


def test_everything_works_without_the_script(app):
    client = app.test_client()

    assert "cherry" in client.get("/?q=c").text
    assert "apple" not in client.get("/?q=c").text
    assert (
        "damson"
        in client.post("/add", data={"word": "damson"}, follow_redirects=True).text
    )


def test_the_script_and_the_styles_are_small():
    static = Path(ui.__file__).parent / "static"

    assert (static / "ui.js").stat().st_size < 8_000
    assert (static / "ui.css").stat().st_size < 20_000
