"""Whom a site requires to have a second factor, and which logins show one."""

from collections.abc import Callable

import pytest

from carboy.auth import Auth, UserModel, auth_state
from carboy.auth.required_factors import (
    has_second_factor,
    is_admitted,
    is_missing_factor,
    needs_second_factor,
)
from carboy.core import Carboy
from carboy.db import SQLAlchemy
from tests.auth.conftest import Site
from tests.auth.museum.steps import set_up_app


def test_nobody_needs_one_by_default(site: Site) -> None:
    user = site.add()
    with site.app.test_request_context():
        state = auth_state.current()
        assert not needs_second_factor(state, user)
        assert is_admitted(state, user, ["password"])
        assert is_admitted(state, user)


@pytest.mark.parametrize(
    ("methods", "is_enough"),
    [
        (["password"], False),
        (["email_code", "password"], False),
        (["social:google"], False),
        ([], False),
        (None, False),
        (["password", "totp"], True),
        (["password", "recovery_code"], True),
        (["passkey"], True),
        (["password", "trusted_browser"], True),
        (["social:google", "provider_factor"], True),
    ],
)
def test_one_factor_is_not_enough(
    make_site: Callable[..., Site], methods: list[str] | None, is_enough: bool
) -> None:
    site = make_site(AUTH_SECOND_FACTOR_FOR=["*"])
    user = site.add()
    with site.app.test_request_context():
        state = auth_state.current()
        assert is_missing_factor(state, user)
        assert is_admitted(state, user, methods) is is_enough


def test_a_remembered_login_is_enough_with_a_factor(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(AUTH_SECOND_FACTOR_FOR=["*"])
    user = site.add()
    set_up_app(site, user, now=site.now)
    with site.app.test_request_context():
        state = auth_state.current()
        assert has_second_factor(state, user)
        assert not is_missing_factor(state, user)
        assert is_admitted(state, user, None)
        assert not is_admitted(state, user, ["password"])


def test_a_function_of_the_site_decides(tmp_path) -> None:
    db = SQLAlchemy()

    class User(UserModel, db.Model):
        pass

    app = Carboy(__name__)
    app.config.update(
        SECRET_KEY="a" * 32, SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path}/s.sqlite"
    )
    app.use(db, Auth(model=User, needs_second_factor=lambda user: user.name == "Ann"))
    with app.test_request_context():
        state = auth_state.current()
        assert needs_second_factor(state, User(email="a@example.com", name="Ann"))
        assert not needs_second_factor(state, User(email="b@example.com", name="Bob"))
