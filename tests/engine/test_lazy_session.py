"""Sessions open late only where nobody can tell."""

from typing import Any

import pytest
from flask import Flask, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from carboy.engine.lazy_session import (
    SessionPolicy,
    has_original_cookie_methods,
    may_need_refresh,
    session_policy_of,
)


class Opens(SecureCookieSessionInterface):
    def open_session(self, app: Any, request: Any) -> Any:
        return super().open_session(app, request)


class Saves(SecureCookieSessionInterface):
    def save_session(self, app: Any, session: Any, response: Any) -> None:
        super().save_session(app, session, response)


class Named(SecureCookieSessionInterface):
    def get_cookie_domain(self, app: Any) -> str:
        return "example.org"


class Late(Opens):
    lazy = True


class Kept(SecureCookieSessionInterface):
    class session_class(SecureCookieSession):  # noqa: N801 - Flask's name for it
        pass


@pytest.mark.parametrize(
    ("interface", "opening"),
    [
        (SecureCookieSessionInterface(), SessionPolicy.REFRESH),
        (Named(), SessionPolicy.REFRESH),
        (Opens(), SessionPolicy.EAGER),
        (Saves(), SessionPolicy.SAVE),
        (Late(), SessionPolicy.LAZY),
        (Kept(), SessionPolicy.EAGER),
        (object(), SessionPolicy.EAGER),
    ],
)
def test_an_interface_says_how_late_it_may_open(
    interface: object, opening: SessionPolicy
) -> None:
    assert session_policy_of(interface) is opening


def test_a_cookie_with_its_own_domain_is_not_the_stock_cookie() -> None:
    assert has_original_cookie_methods(SecureCookieSessionInterface())
    assert not has_original_cookie_methods(Named())


KEY = "k" * 16


def sign(data: dict[str, Any]) -> str:
    app = Flask(__name__)
    app.secret_key = KEY
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # stock
    text: str = signer.dumps(data)
    return text


@pytest.mark.parametrize(
    ("cookies", "expected"),
    [
        ("", False),
        ("other=1; theme=dark", False),
        (f"session={sign({'user': 1})}", False),
        (f"session={sign({'user': 1, '_permanent': True})}", True),
        (f"a=1; session={sign({'_permanent': True})}; b=2", True),
        (f"session={sign({'long': 'x' * 500})}", True),
        ("session=", True),
        ("session=%%%", True),
        ('session="quoted"', True),
    ],
    # The cookies have the time in them: as names they would change from run to run.
    ids=["none", "others", "used", "kept", "between", "long", "empty", "odd", "quoted"],
)
def test_only_a_permanent_session_may_need_refresh_unused(
    cookies: str, expected: bool
) -> None:
    assert may_need_refresh(cookies, "session") is expected


def test_the_session_proxy_is_flasks() -> None:
    app = Flask(__name__)
    app.secret_key = KEY

    with app.test_request_context():
        session["a"] = 1

        assert dict(session) == {"a": 1}
