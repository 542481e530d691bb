"""If this passes, Flask-Bootstrap's templates need no other host."""

import pytest
from flask import Flask, render_template_string
from wtforms import FileField, Form, StringField, SubmitField
from wtforms.validators import InputRequired

from carboy.legacy.packages.flask_bootstrap import LocalBootstrap, find_template

NAMES = ("base", "wtf", "utils", "pagination")


class NameForm(Form):
    name = StringField("Name", validators=[InputRequired()])
    photo = FileField("Photo")
    submit = SubmitField("Go")


@pytest.mark.parametrize("name", NAMES)
def test_no_template_loads_from_another_host(name):
    found = find_template(f"bootstrap/{name}.html")

    assert found is not None
    assert "http://" not in found[0]
    assert "https://" not in found[0]


def test_other_templates_are_not_ours():
    assert find_template("bootstrap/other.html") is None


def test_a_form_is_drawn_with_its_errors():
    app = Flask("site")
    LocalBootstrap(app)
    form = NameForm()
    form.validate()

    with app.test_request_context():
        page = render_template_string(
            '{% extends "bootstrap/base.html" %}'
            '{% import "bootstrap/wtf.html" as wtf %}'
            '{% from "bootstrap/utils.html" import flashed_messages %}'
            "{% block content %}{{ flashed_messages() }}{{ wtf.quick_form(form) }}{% endblock %}",
            form=form,
        )

    assert "multipart/form-data" in page
    assert '<p class="help-block">This field is required.</p>' in page
    assert page.count("<input") == 3
