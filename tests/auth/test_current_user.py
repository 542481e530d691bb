"""The user of a request."""

import pytest
from flask import Flask
from sqlalchemy import event

from carboy.auth import current_user
from carboy.auth.current_user import get_manager, get_user
from carboy.errors import WiringError


def test_outside_of_requests_there_is_nobody(site):
    with site.app.app_context():
        assert get_user() is None
        assert not current_user


def test_a_page_that_does_not_ask_sends_no_query(site, client):
    user = site.add()
    with client.session_transaction() as session:
        site.app.extensions["carboy.login"](session, user)
    sent = []
    with site.app.app_context():
        engine = site.db.engine
    event.listen(engine, "before_cursor_execute", lambda *args: sent.append(args[2]))

    assert client.get("/open").text == "open"
    assert sent == []
    assert client.get("/private").text == "private"
    assert len([text for text in sent if "user" in text.lower()]) == 1


def test_the_user_is_loaded_once_for_a_request(site):
    user = site.add()
    with site.app.test_request_context():
        from flask import session  # noqa: PLC0415 - of this request

        site.app.extensions["carboy.login"](session, user)
        assert current_user.id == user.id
        assert get_user() is get_user()


def test_an_app_without_logins_says_what_to_install():
    with (
        Flask(__name__).test_request_context(),
        pytest.raises(WiringError, match=r"app.use\(Auth\(\)\)"),
    ):
        get_manager()
