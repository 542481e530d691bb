"""Where a user is logged in."""

from carboy.auth.devices import end_other_sessions, list_devices, revoke_device
from carboy.testing import open_client


def log_in(site, user, client):
    with client.session_transaction() as session:
        site.app.extensions["carboy.login"](session, user)


def test_with_cookie_sessions_nothing_is_listed(site):
    user = site.add()
    with site.app.test_request_context():
        assert list_devices(user) == []
        assert not revoke_device(user, "x")
        end_other_sessions(user)


def test_sessions_of_a_user_are_listed_and_ended(make_site):
    site = make_site(SESSION_TYPE="sqlalchemy")
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
