"""Where a user is logged in."""

import pytest
from flask import session

from carboy.auth.devices import (
    begin_device,
    end_other_sessions,
    list_devices,
    revoke_device,
)
from carboy.testing import open_client
from tests.auth.conftest import PASSWORD

JSON = {"Accept": "application/json"}


def log_in(site, user, client):
    with client.session_transaction() as session:
        site.app.extensions["carboy.login"](session, user)


def test_without_the_battery_nothing_is_listed(site):
    user = site.add()
    with site.app.test_request_context():
        assert list_devices(user) == []
        assert not revoke_device(user, "x")
        end_other_sessions(user)


KINDS = ["sqlalchemy", "cookie"]


@pytest.mark.parametrize("kind", KINDS)
def test_sessions_of_a_user_are_listed_and_ended(make_site, kind):
    site = make_site(SESSION_TYPE=kind)
    user, other = site.add(), site.add("bob@example.com")
    body = {"login": user.email, "password": "correct horse battery staple"}
    with open_client(site.app) as first, open_client(site.app) as second:
        for client in (first, second):
            assert client.post("/account/login", data=body).status_code == 303
        with site.app.test_request_context():
            devices = list_devices(user)
            assert len(devices) == 2
            assert list_devices(other) == []
            # Nobody ends a session of somebody else.
            assert not revoke_device(other, devices[0].handle)
            assert revoke_device(user, devices[0].handle)
            assert len(list_devices(user)) == 1
        statuses = sorted(c.get("/private").status_code for c in (first, second))
    assert statuses == [200, 302]


def log_in_with_password(client, **data):
    body = {"login": "ada@example.com", "password": PASSWORD, **data}
    assert client.post("/account/login", data=body).status_code == 303


def list_handles(client):
    listed = client.get("/account/sessions", headers=JSON).json["sessions"]
    return [each["handle"] for each in listed if not each["is_current"]]


def forget_session(client):
    """As a browser that was closed, or whose session is too old."""
    client.delete_cookie("session")


@pytest.mark.parametrize("kind", KINDS)
def test_ending_a_session_ends_the_remembered_login_of_that_device(make_site, kind):
    site = make_site(SESSION_TYPE=kind)
    site.add()
    with (
        open_client(site.app) as stolen,
        open_client(site.app) as own,
        open_client(site.app) as tablet,
    ):
        for client in (stolen, own, tablet):
            log_in_with_password(client, remember="y")
        forget_session(stolen)
        # Remembered: a new session of the same device.
        assert stolen.get("/private").text == "private"
        handles = list_handles(own)
        assert len(handles) in {2, 3}

        for handle in handles:
            own.post(f"/account/sessions/{handle}/end")

        assert stolen.get("/private").status_code == 302
        forget_session(stolen)
        assert stolen.get("/private").status_code == 302
        forget_session(own)
        assert own.get("/private").text == "private"


def test_a_session_in_a_cookie_is_ended_alone(make_site):
    site = make_site(SESSION_TYPE="cookie")
    site.add()
    with open_client(site.app) as first, open_client(site.app) as second:
        log_in_with_password(first)
        log_in_with_password(second)
        cookie = first.get_cookie("session").value
        (handle,) = list_handles(second)
        second.post(f"/account/sessions/{handle}/end")

        assert first.get("/private").status_code == 302
        first.set_cookie("session", cookie)
        assert first.get("/private").status_code == 302
        assert second.get("/private").text == "private"
        assert list_handles(second) == []


def test_a_logout_takes_a_cookie_session_off_the_list(make_site):
    site = make_site(SESSION_TYPE="cookie")
    site.add()
    with open_client(site.app) as first, open_client(site.app) as second:
        log_in_with_password(first)
        log_in_with_password(second)
        first.post("/account/logout")
        assert list_handles(second) == []
        log_in_with_password(first)
        second.post("/account/sessions/others")
        assert list_handles(second) == []
        assert first.get("/private").status_code == 302


def test_old_notes_of_cookie_sessions_make_room(make_site):
    site = make_site(SESSION_TYPE="cookie", AUTH_THROTTLE=False)
    user = site.add()
    with site.app.test_request_context():
        for _ in range(60):
            begin_device(user.get_id())
            session.clear()
        assert len(list_devices(user)) == 50
