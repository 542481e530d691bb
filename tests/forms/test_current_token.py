"""The token of the visitor at work: one secret for each session, also for scripts."""

import re

import flask_wtf
import pytest
from flask import Flask, render_template_string, session

from carboy.forms import Forms, csrf_token, rotate_csrf_token
from carboy.forms.token import is_valid_token


@pytest.fixture
def app():
    app = Flask("shop")
    app.config["SECRET_KEY"] = "k" * 32
    Forms(app)
    return app


def test_a_token_is_valid_until_it_is_rotated(app):
    with app.test_request_context("/"):
        token = csrf_token()
        assert is_valid_token(session, token)

        rotate_csrf_token()

        assert not is_valid_token(session, token)
        assert is_valid_token(session, csrf_token())


def test_templates_have_the_field_and_the_element_of_the_head(app):
    with app.test_request_context("/"):
        page = render_template_string("{{ csrf_meta_tag() }}{{ ui_hidden() }}")

        tokens = re.findall(r'(?:content|value)="([^"]+)"', page)
        assert len(tokens) == 2
        assert all(is_valid_token(session, token) for token in tokens)
        assert '<meta name="csrf-token"' in page


def test_nothing_is_rendered_where_the_protection_is_off():
    app = Flask("shop")
    app.config["CSRF_ENABLED"] = False
    Forms(app)

    with app.test_request_context("/"):
        assert render_template_string("{{ csrf_meta_tag() }}{{ ui_hidden() }}") == ""


@pytest.mark.parametrize("is_first", [True, False])
def test_beside_flask_wtf_every_token_is_its_own(is_first):
    app = Flask("shop")
    app.config["SECRET_KEY"] = "k" * 32
    if is_first:
        flask_wtf.CSRFProtect(app)
    Forms(app)
    if not is_first:
        flask_wtf.CSRFProtect(app)

    @app.route("/", methods=["GET", "POST"])
    def home():
        return render_template_string("{{ csrf_token() }} {{ ui_hidden() }}")

    client = app.test_client()
    page = client.get("/").text
    field = re.search(r'value="([^"]+)"', page)[1]

    assert client.post("/").status_code == 400
    assert client.post("/", data={"csrf_token": field}).status_code == 200
    assert client.post("/", data={"csrf_token": page.split()[0]}).status_code == 200
