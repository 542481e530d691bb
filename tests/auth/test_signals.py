"""Signals of logins."""

from carboy.auth import (
    login_user,
    logout_user,
    signals,
    user_logged_in,
    user_logged_out,
)


def test_a_login_and_a_logout_are_sent(site):
    seen = []

    def see_login(_sender, user):
        seen.append(("in", user.email))

    def see_logout(_sender, user):
        seen.append(("out", user.email))

    user = site.add()
    with (
        site.app.test_request_context(),
        user_logged_in.connected_to(see_login, site.app),
        user_logged_out.connected_to(see_logout, site.app),
    ):
        login_user(user)
        logout_user()
    assert seen == [("in", user.email), ("out", user.email)]


def test_the_names_are_those_of_flask_login():
    assert signals.user_needs_refresh.name == "needs-refresh"
    assert signals.user_unauthorized.name == "unauthorized"
