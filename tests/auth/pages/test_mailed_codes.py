"""A code works once, in one browser, for one purpose, and for a while."""

import pytest
from flask import session

from carboy.auth import InvalidTokenError, auth_state
from carboy.auth.pages.mailed_codes import make_code, redeem_code


@pytest.fixture
def state(site):
    with site.app.test_request_context():
        yield auth_state.of(site.app)


def test_a_code_returns_its_values_once(state):
    code = make_code(state, "login", "1", "ada@example.com")
    nonce = session["_auth_code_login"]

    assert len(code) == 8
    spaced = f"{code[:4]} {code[4:]}"
    assert redeem_code(state, "login", spaced) == ["1", "ada@example.com"]
    # As a second request of the same browser, with the cookie from before.
    session["_auth_code_login"] = nonce
    with pytest.raises(InvalidTokenError):
        redeem_code(state, "login", code)


def test_a_code_is_for_one_purpose_and_one_browser(state):
    code = make_code(state, "login", "1")
    with pytest.raises(InvalidTokenError):
        redeem_code(state, "social", code)
    nonce = session.pop("_auth_code_login")
    with pytest.raises(InvalidTokenError):
        redeem_code(state, "login", code)

    session["_auth_code_login"] = nonce
    assert redeem_code(state, "login", code) == ["1"]


def test_an_old_code_is_refused(site, state):
    code = make_code(state, "login", "1")
    site.clock[0] += 601

    with pytest.raises(InvalidTokenError):
        redeem_code(state, "login", code)


def test_a_new_code_replaces_the_one_before(state):
    first = make_code(state, "login", "1")
    second = make_code(state, "login", "2")

    assert first != second
    with pytest.raises(InvalidTokenError):
        redeem_code(state, "login", first)
    assert redeem_code(state, "login", second) == ["2"]
