"""Which views are exempt is known from the view and its blueprints alone."""

import pytest
from flask import Flask

from carboy.forms import CsrfSettings, csrf_exempt
from carboy.forms.csrf import CsrfError, check_request, is_exempt, make_protection


@pytest.fixture
def app():
    app = Flask("shop")
    app.add_url_rule("/", "closed", lambda: "")
    app.add_url_rule("/hook", "open", csrf_exempt(lambda: ""))
    return app


def test_a_marked_view_is_exempt_and_no_other(app):
    assert is_exempt(app, "open")
    assert not is_exempt(app, "closed")
    assert not is_exempt(app, None)
    assert not is_exempt(app, "nowhere")


def test_origins_that_cannot_be_meant_trust_nobody():
    settings = CsrfSettings(trusted_origins=("nonsense", "https://A.b:443"))

    assert make_protection(settings).trusted_origins == {"https://a.b"}


def test_a_request_is_checked_once(app):
    protection = make_protection(CsrfSettings())
    with app.test_request_context("/", method="POST") as context:
        check_request(protection)
        context.request.environ["HTTP_ORIGIN"] = "https://evil.example"

        check_request(protection)

    with app.test_request_context(
        "/", method="POST", headers={"Origin": "https://evil.example"}
    ):
        with pytest.raises(CsrfError) as caught:
            check_request(protection)
        assert not caught.value.may_retry
