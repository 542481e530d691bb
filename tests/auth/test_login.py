"""Logins in one step and in two, and what they do to the session."""

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import session

from carboy.auth import (
    NoPendingLoginError,
    begin_login,
    current_user,
    finish_second_step,
    login_user,
    logout_user,
    register_factor,
)
from carboy.forms import csrf_token

from .conftest import Site


class Factor:
    """A second factor that everybody has set up."""

    name = "fake"
    title = "Code of an app"
    endpoint = "second"

    def is_set_up(self, user_id: str) -> bool:
        return bool(user_id)


def test_a_login_without_second_factor_is_complete(site: Site) -> None:
    user = site.add()

    with site.app.test_request_context():
        outcome = begin_login(user, method="password")

        assert outcome.is_logged_in
        assert current_user.id == user.id
        assert session["_auth_methods"] == ["password"]


def test_a_login_that_waits_for_its_second_step_has_no_rights(site: Site) -> None:
    user = site.add()
    register_factor(site.app, Factor())

    with site.app.test_request_context():
        outcome = begin_login(user, method="password")

        assert (outcome.is_logged_in, outcome.second_step) == (False, "second")
        assert not current_user.is_authenticated
        assert "_user_id" not in session


def test_the_second_step_completes_the_login(site: Site) -> None:
    user = site.add()
    register_factor(site.app, Factor())

    with site.app.test_request_context():
        begin_login(user, method="password", remember=True)
        outcome = finish_second_step("fake")

        assert outcome.is_logged_in
        assert session["_auth_methods"] == ["password", "fake"]
        assert session["_remember"] == "set"
        assert current_user.id == user.id


def test_a_second_step_without_a_first_is_refused(site: Site) -> None:
    with site.app.test_request_context(), pytest.raises(NoPendingLoginError):
        finish_second_step("fake")


def test_the_first_factor_does_not_count_twice(site: Site) -> None:
    user = site.add()
    register_factor(site.app, Factor())

    with site.app.test_request_context():
        begin_login(user, method="password")

        with pytest.raises(NoPendingLoginError):
            finish_second_step("password")


def test_a_waiting_login_ends_when_its_time_is_over(site: Site) -> None:
    user = site.add()
    register_factor(site.app, Factor())

    with site.app.test_request_context():
        begin_login(user, method="password")
        session["_auth_pending"] = {**session["_auth_pending"], "time": 1.0}

        with pytest.raises(NoPendingLoginError):
            finish_second_step("fake")
        assert "_auth_pending" not in session


def test_a_waiting_login_ends_when_the_password_changes(site: Site) -> None:
    user = site.add()
    register_factor(site.app, Factor())

    with site.app.test_request_context():
        begin_login(user, method="password")
        stored = site.db.session.get(site.User, user.id)
        stored.end_sessions()
        site.db.session.commit()

        with pytest.raises(NoPendingLoginError):
            finish_second_step("fake")


@pytest.mark.parametrize(
    ("column", "reason"),
    [("locked_at", "locked"), ("email_confirmed_at", "unconfirmed")],
)
def test_a_locked_or_unconfirmed_account_is_refused(
    site: Site, column: str, reason: str
) -> None:
    value: Any = datetime.now(UTC) if reason == "locked" else None
    user = site.add(**{column: value})

    with site.app.test_request_context():
        outcome = begin_login(user, method="password")

        assert outcome.refused == reason
        assert "_user_id" not in session


def test_the_token_against_forged_requests_changes_at_login(site: Site) -> None:
    user = site.add()

    with site.app.test_request_context():
        csrf_token()
        before = session["_csrf"]
        login_user(user)

        assert session.get("_csrf") != before


def test_a_login_as_somebody_else_takes_nothing_over(site: Site) -> None:
    first, second = site.add(), site.add("bob@example.com")

    with site.app.test_request_context():
        login_user(first)
        session["basket"] = ["secret"]
        login_user(second)

        assert "basket" not in session
        assert current_user.id == second.id


def test_a_visitor_keeps_the_basket_at_login(site: Site) -> None:
    user = site.add()

    with site.app.test_request_context():
        session["basket"] = ["book"]
        login_user(user)

        assert session["basket"] == ["book"]


def test_a_logout_deletes_the_waiting_login_too(site: Site) -> None:
    user = site.add()
    register_factor(site.app, Factor())

    with site.app.test_request_context():
        begin_login(user, method="password")
        logout_user()

        assert not session
        assert not current_user.is_authenticated
