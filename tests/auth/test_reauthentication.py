"""Views that need a login, fresh or not."""

import pytest
from flask import session
from werkzeug.exceptions import HTTPException

from carboy.auth import is_fresh, login_user, require_fresh


def log_in(site):
    user = site.add()
    login_user(user)


def test_a_login_is_fresh_for_a_while(site, monkeypatch):
    with site.app.test_request_context():
        assert not is_fresh()
        log_in(site)
        assert is_fresh()
        session["_auth_time"] -= 901
        assert not is_fresh()
        # A clock that was put back makes nothing fresh.
        session["_auth_time"] += 5_000
        assert not is_fresh()


def test_a_view_stops_unless_the_login_is_fresh(site):
    with site.app.test_request_context("/x"):
        log_in(site)
        require_fresh()
        session["_fresh"] = False
        with pytest.raises(HTTPException) as caught:
            require_fresh()
    assert "/account/reauthenticate" in caught.value.get_response().location


def test_options_needs_no_login(site, client):
    assert client.options("/private").status_code == 200
    assert client.get("/private").status_code == 302


def test_tests_may_switch_logins_off(site, client):
    site.app.config["LOGIN_DISABLED"] = True
    assert client.get("/fresh").text == "fresh"
