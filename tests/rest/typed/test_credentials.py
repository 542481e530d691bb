"""Who sends a request: what a scheme accepted, otherwise the address."""

import pytest
from flask import Flask

from carboy.rest import SecurityScheme, session_cookie
from carboy.rest.typed.credentials import identify_address, identify_credential


@pytest.fixture
def app():
    app = Flask("app")
    app.secret_key = "x" * 32
    return app


def test_a_user_of_a_session_is_one_in_all_browsers(app):
    scheme = session_cookie(lambda _scopes: True)
    names = []
    for _ in range(2):
        with app.test_request_context() as context:
            context.session["_user_id"] = "7"
            context.session["other"] = len(names)
            names.append(identify_credential(scheme))
    with app.test_request_context():
        assert identify_credential(scheme) == identify_address()

    assert names[0] == names[1] != identify_of_address(app)


def test_credentials_of_an_unknown_kind_are_counted_by_address(app):
    scheme = SecurityScheme("own", {"type": "mutualTLS"}, lambda _scopes: True)

    with app.test_request_context(headers={"Authorization": "x"}):
        assert identify_credential(scheme) == identify_address()


def identify_of_address(app):
    with app.test_request_context():
        return identify_address()
