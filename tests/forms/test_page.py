"""One line makes the content of a page; its parts are tested in test_rendering.py."""

from contextvars import copy_context

import pytest
from flask import Flask, render_template_string
from wtforms import StringField

from carboy.forms import Form, Forms
from carboy.forms.page import form_page
from carboy.ui import UI
from tests.profiling import count_calls


class Name(Form):
    name = StringField("Name")


@pytest.fixture
def app():
    app = Flask("shop")
    app.secret_key = "k" * 32
    UI(app)
    Forms(app)
    return app


def test_a_whole_page_is_one_line_in_its_main_block(app):
    template = """{% extends "carboy/page.html" %}{% block title %}Name{% endblock %}
    {% block main %}{{ form_page(form, "Who?") }}{% endblock %}"""
    with app.test_request_context("/"):
        page = render_template_string(template, form=Name())

    assert page.count("<h1>") == page.count("<h1>Who?</h1>") == 1
    assert page.count('name="csrf_token"') == 1


def test_an_option_that_does_not_exist_is_named(app):
    with app.test_request_context("/"), pytest.raises(TypeError, match="buton"):
        render_template_string("{{ form_page(form, buton='x') }}", form=Name())


def test_a_single_field_looks_as_on_a_whole_page(app):
    with app.test_request_context("/"):
        form = Name()
        one = render_template_string(
            "{{ form_field(form.name, hint='As in your passport') }}", form=form
        )
        page = render_template_string("{{ form_page(form) }}", form=Name())

    assert "As in your passport" in one
    assert '<label for="name">Name' in one
    assert '<label for="name">Name' in page


def test_a_page_of_eight_fields_costs_a_few_calls_for_each(app):
    fields = {f"field{number}": StringField(str(number)) for number in range(8)}
    with app.test_request_context("/"):
        form = type("EightFields", (Form,), fields)()
        context = copy_context()

        # The widgets and Markup.format of WTForms take twice as many.
        assert count_calls(lambda: context.run(form_page, form)) <= 420


def test_a_button_with_which_something_is_lost_looks_like_danger(app):
    with app.test_request_context("/"):
        page = render_template_string(
            "{{ form_page(form, submit='Delete', kind='danger') }}", form=Name()
        )

    assert '<button class="ui-button ui-danger" type="submit">Delete' in page
    assert "ui-primary" not in page
