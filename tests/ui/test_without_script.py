"""Each piece of the kit works where scripts are switched off, and by the keyboard."""

import pytest
from flask import Flask, flash, redirect, render_template_string, request, url_for
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, validators

from carboy.site import Headers
from carboy.ui import UI
from tests.browser import ENTER, TAB
from tests.ui.serving import serve

WORDS = ["apple", "apricot", "banana", "cherry"]
LIST = """
{% extends "carboy/page.html" %}
{% block main %}
<h1>Words</h1>
{% call ui.filter(update="#list") %}
<div class="ui-field"><label for="q">Search</label>
<input class="ui-input" id="q" name="q" value="{{ request.args.q or '' }}"></div>
{% endcall %}
<div id="list">
  {{ ui.table(words, [{"heading": "Word", "value": 0, "sort": "word"}],
     sort=request.args.sort) }}
  <a id="cherry" href="?q=c" data-update="#list">Only c</a>
</div>
{{ ui.post_button("Delete all", url_for("clear"), confirm="Delete all words?") }}
{% call ui.dialog("about", "About", open="About words") %}<p>Four.</p>{% endcall %}
{% endblock %}
"""
FORM = """
{% extends "carboy/page.html" %}
{% block title %}Add a word{% endblock %}
{% block main %}{{ ui.form(form) }}{% endblock %}
"""


class WordForm(FlaskForm):
    word = StringField("Word", [validators.InputRequired("Enter a word")])
    kind = RadioField(
        "Kind", [validators.InputRequired("Choose a kind")], choices=["fruit", "tree"]
    )


@pytest.fixture
def app():
    app = Flask("shop")
    app.config.update(SECRET_KEY="k" * 32, WTF_CSRF_ENABLED=False)
    app.words = list(WORDS)
    Headers(app)
    UI(app)

    @app.get("/")
    def home():
        q = request.args.get("q", "")
        turned = request.args.get("sort") == "-word"
        words = sorted((w for w in app.words if w.startswith(q)), reverse=turned)
        return render_template_string(LIST, words=[(word,) for word in words])

    @app.post("/clear")
    def clear():
        app.words.clear()
        flash("All words were deleted.", "success")
        return redirect(url_for("home"), 303)

    @app.route("/add", methods=["GET", "POST"])
    def add():
        form = WordForm()
        if form.validate_on_submit():
            app.words.append(form.word.data)
            return redirect(url_for("home"), 303)
        return render_template_string(FORM, form=form)

    return app


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def page(app, browser, request):
    browser.devtools("Emulation.setScriptExecutionDisabled", value=not request.param)
    try:
        with serve(app) as address:
            browser.address = address
            browser.goto(f"{address}/")
            yield browser
            assert browser.csp_violations == []
            browser.goto("about:blank")
    finally:
        browser.devtools("Emulation.setScriptExecutionDisabled", value=False)


def words(page):
    return page.texts("#list td")


def test_scripts_are_off_if_they_should_be(page, request):
    has_script = "no script" not in request.node.name

    assert page.run("return 'carboy' in window") == has_script


def test_a_filter_filters(page):
    page.type("#q", "ap")
    page.press("#q", ENTER)

    page.wait_until(lambda: words(page) == ["apple", "apricot"], "nothing was filtered")
    assert page.url.endswith("?q=ap")


def test_a_link_to_a_part_leads_there(page):
    page.click("#cherry")

    page.wait_until(lambda: words(page) == ["cherry"], "the list stayed")
    assert page.url.endswith("?q=c")


@pytest.mark.parametrize("width", [1280, 400])
def test_a_heading_sorts_also_on_a_phone(page, width):
    page.resize(width, 900)
    page.click("th[aria-sort] a")
    page.wait_until(lambda: page.has("th[aria-sort=ascending]"), "not sorted")
    page.click("th[aria-sort] a")

    page.wait_until(lambda: words(page) == [*reversed(WORDS)], "not turned")
    assert page.overflow <= 0


def test_on_a_phone_a_row_is_a_card_that_names_its_cells(page):
    page.resize(400, 900)

    cell = "getComputedStyle(document.querySelector('#list td')%s)"
    assert page.run("return " + cell % ", '::before'" + ".content") == '"Word"'
    assert page.run("return " + cell % "" + ".display") == "flow-root"


def test_a_dangerous_button_asks_first(page, app):
    page.click("[popovertarget^=id-]")
    dialog = "[popover]:popover-open"
    assert page.text(f"{dialog} p") == "Delete all words?"
    page.click(f"{dialog} [popovertargetaction=hide]")
    page.wait_until(lambda: not page.has(dialog), "it stayed open")
    assert app.words == WORDS

    page.click("[popovertarget^=id-]")
    page.click(f"{dialog} form button")
    page.wait_for_text("All words were deleted.", "[role=status]")
    assert app.words == []


def test_a_dialog_opens(page):
    page.click("[popovertarget=about]")

    assert page.text("#about:popover-open h2") == "About"


def test_errors_come_first_with_links_into_their_fields(page):
    page.goto(f"{page.address}/add")
    page.click("main button")
    page.wait_for(".ui-summary")

    assert page.title == "Error: Add a word"
    assert page.texts(".ui-summary a") == ["Enter a word", "Choose a kind"]
    page.click(".ui-summary a")
    assert page.run("return document.querySelector(':target, :focus').id") == "word"


def test_the_first_tab_leads_past_the_navigation(page):
    page.press("body", TAB)
    assert page.run("return document.activeElement.className") == "ui-skip"
    page.press(".ui-skip", ENTER)

    assert page.url.endswith("#main")


def test_with_a_script_the_summary_has_the_focus_and_its_links_fill_it(app, browser):
    with serve(app) as address:
        browser.goto(f"{address}/add")
        browser.click("main button")
        browser.wait_for(".ui-summary")
        focused = "return document.activeElement.className"
        assert browser.run(focused) == "ui-summary"

        browser.click(".ui-summary li:nth-child(2) a")
        assert browser.run("return document.activeElement.id") == "kind-0"
        browser.goto("about:blank")
