"""In Chromium, lists change and keep the focus, with scripts and without them."""

import pytest
import wtforms
from flask import Flask, redirect, render_template_string

from carboy.forms import Form, Forms
from carboy.forms.validators import DataRequired, Optional
from carboy.ui import UI
from tests.browser import ENTER
from tests.ui.serving import serve

PAGE = """{% extends "carboy/page.html" %}{% block title %}Order{% endblock %}
{% block main %}{{ form_page(form, "Order", update="#main") }}{% endblock %}"""
FOCUS = "return document.activeElement.value || document.activeElement.name"


class LineForm(Form):
    drink = wtforms.StringField("Drink", [DataRequired("Enter a drink")])
    count = wtforms.IntegerField("Bottles", [Optional()])


class OrderForm(Form):
    name = wtforms.StringField("Name", [DataRequired("Enter a name")])
    lines = wtforms.FieldList(
        wtforms.FormField(LineForm, "Line"), "Lines", min_entries=1, max_entries=4
    )
    label = wtforms.FileField("Label")


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def page(browser, request):
    app = Flask("shop")
    app.secret_key = "k" * 32
    app.sent = []
    UI(app)
    Forms(app)

    @app.route("/", methods=["GET", "POST"])
    def order():
        form = OrderForm()
        if form.validate_on_submit():
            app.sent.append(form.lines.data)
            return redirect("/done", 303)
        return render_template_string(PAGE, form=form)

    app.add_url_rule("/done", "done", lambda: "Thanks.")
    browser.devtools("Emulation.setScriptExecutionDisabled", value=not request.param)
    try:
        with serve(app) as address:
            browser.app = app
            browser.goto(f"{address}/")
            # Lost if the page is loaded again instead of changed.
            browser.run("document.mark = 1")
            browser.has_script = request.param
            yield browser
            assert browser.csp_violations == []
            browser.goto("about:blank")
    finally:
        browser.devtools("Emulation.setScriptExecutionDisabled", value=False)


def press(page, intent):
    page.click(f'button[value="{intent}"]')


def drinks(page):
    selector = "input[name$=drink]"
    return page.run(
        f"return [...document.querySelectorAll('{selector}')].map(e => e.value)"
    )


def wait_for_focus(page, wanted):
    page.wait_until(
        lambda: page.run(FOCUS) == wanted, f"the focus is at {page.run(FOCUS)!r}"
    )


def wait_for_drinks(page, expected):
    """Wait until the list has these entries."""
    page.wait_until(lambda: drinks(page) == expected, f"entries: {drinks(page)}")


def test_entries_are_added_moved_and_removed_and_the_focus_stays(page):
    page.type("#name", "Ada")
    page.type("#lines-0-drink", "Cider")
    press(page, "add:lines-")
    wait_for_focus(page, "lines-1-drink")
    page.type("#lines-1-drink", "Perry")
    press(page, "add:lines-")
    wait_for_focus(page, "lines-2-drink")
    page.type("#lines-2-drink", "Mead")

    press(page, "up:lines-2")
    wait_for_focus(page, "up:lines-1")
    assert drinks(page) == ["Cider", "Mead", "Perry"]
    # By the keyboard: the same entry goes on.
    page.press('button[value="up:lines-1"]', ENTER)
    wait_for_focus(page, "down:lines-0")
    assert drinks(page) == ["Mead", "Cider", "Perry"]
    press(page, "remove:lines-1")
    # The button that was pressed has the focus before the answer, too.
    wait_for_drinks(page, ["Mead", "Perry"])
    wait_for_focus(page, "remove:lines-1")
    press(page, "remove:lines-1")
    wait_for_focus(page, "add:lines-")
    assert drinks(page) == ["Mead"]

    assert page.value("#name") == "Ada"
    assert page.run("return document.mark === 1") == page.has_script
    page.click("button.ui-primary")
    page.wait_for_text("Thanks.")
    assert page.app.sent == [[{"drink": "Mead", "count": None}]]


def test_enter_in_a_field_sends_the_form_and_removes_nothing(page):
    page.type("#lines-0-drink", "Cider")
    page.type("#name", "Ada")
    page.press("#lines-0-drink", ENTER)

    page.wait_for_text("Thanks.")
    assert page.app.sent[0][0]["drink"] == "Cider"


def test_an_error_gets_the_focus_and_leads_to_its_field(page):
    page.type("#lines-0-drink", "Cider")
    page.type("#lines-0-count", "12")
    page.click("button.ui-primary")
    page.wait_for("[role=alert]")

    assert page.texts(".ui-summary a") == ["Enter a name"]
    assert page.value("#lines-0-drink") == "Cider"
    assert page.value("#lines-0-count") == "12"
    page.click(".ui-summary a")
    if page.has_script:
        wait_for_focus(page, "name")


def test_a_file_has_to_be_chosen_again_after_a_button_or_an_error(page, tmp_path):
    file = tmp_path / "label & co.txt"
    file.write_text("x")
    for selector in ('button[value="add:lines-"]', "button.ui-primary"):
        page.upload("#label", file)
        page.click(selector)
        page.wait_for_text("Choose the file again: label & co.txt")
        assert page.value("#label") == ""
        described = "return document.getElementById('label').ariaDescribedByElements"
        assert page.run(f"{described}.map(e => e.textContent).join()").startswith(
            "Choose the file again"
        )
        page.goto(page.url)
