"""A required second factor: what was a login before is no way around it."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from carboy.auth.api_tokens import ApiTokens
from carboy.auth.app_state import auth_state
from carboy.auth.pages.second_step_views import make_factor
from carboy.auth.second_factors.totp_codes import make_code, step_of
from carboy.testing import Client, open_client
from tests.auth.conftest import PASSWORD, Site

from .steps import ADA, is_logged_in, log_in, set_up_app

PAGE, STEP = "/account/second-step/set-up", "/account/second-step"


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    return make_site(AUTH_SECOND_FACTOR_FOR=["*"])


@pytest.fixture
def old_site(make_site: Callable[..., Site]) -> Site:
    return make_site()


def _require(site: Site, *names: str) -> None:
    """Change the setting, as a site does that has people already."""
    state = auth_state.of(site.app)
    state.settings = state.settings.__class__(
        **{
            name: getattr(state.settings, name)
            for name in state.settings.__struct_fields__
            if name != "second_factor_for"
        },
        second_factor_for=names,
    )


def read_secret(page: Any) -> str:
    (secret,) = re.findall("<code>([A-Z2-7]{32})</code>", page.text)
    return secret


def _code(site: Site, secret: str, offset: int = 0) -> str:
    return make_code(secret, step_of(site.now) + offset)


def test_each_login_is_shown_a_secret_of_its_own(site: Site) -> None:
    """ASVS 6.3.3: who knows the password only is not shown what the owner sets up."""
    site.add()
    with open_client(site.app) as eve, open_client(site.app) as ada:
        log_in(eve)
        seen = read_secret(eve.get(PAGE))
        log_in(ada)
        own = read_secret(ada.get(PAGE))
        assert own != seen
        # A page that is loaded again has the same one.
        assert read_secret(ada.get(PAGE)) == own
        ada.post(PAGE, data={"code": _code(site, own)})
        assert is_logged_in(ada)

        answer = eve.post(PAGE, data={"code": _code(site, seen)})

        assert answer.location.startswith("/account/login")
        assert not is_logged_in(eve)
        with site.app.app_context():
            totp = make_factor(auth_state.of(site.app)).totp
            assert not totp.verify("1", _code(site, seen, 1))
            assert totp.verify("1", _code(site, own, 1))


def test_a_session_from_before_is_none(old_site: Site) -> None:
    """ASVS 6.3.3: a session from before the rule was a way around it."""
    old_site.add()
    with open_client(old_site.app) as client:
        log_in(client)
        assert is_logged_in(client)

        _require(old_site, "*")

        assert not is_logged_in(client)
        assert log_in(client).location.startswith(PAGE)


def test_a_remembered_login_from_before_is_none(old_site: Site) -> None:
    """ASVS 6.3.3: a remembered login from before was a way around it."""
    user = old_site.add()
    with open_client(old_site.app) as client:
        log_in(client, remember="y")
        client.delete_cookie("session")
        assert is_logged_in(client)

        client.delete_cookie("session")
        _require(old_site, "*")

        assert not is_logged_in(client)
        # Nor once the factor is there: it was set up without that browser.
        with open_client(old_site.app) as other:
            log_in(other)
            secret = read_secret(other.get(PAGE))
            other.post(PAGE, data={"code": _code(old_site, secret)})
            assert is_logged_in(other)
        client.delete_cookie("session")
        assert not is_logged_in(client)
        assert user.id == 1


def test_an_api_token_from_before_is_refused_until_there_is_a_factor(
    old_site: Site,
) -> None:
    """ASVS 6.3.3: a token from before was a way around it."""
    user = old_site.add()
    with old_site.app.app_context():
        tokens = ApiTokens(old_site.db.session(), time.time)
        text = tokens.create(str(user.id), "old", ["*"], lifetime=None).text
        old_site.db.session.commit()
    headers = {"Authorization": f"Bearer {text}"}
    with open_client(old_site.app) as client:
        assert client.get("/private", headers=headers).text == "private"
        _require(old_site, "*")
        assert client.get("/private", headers=headers).status_code == 401
        set_up_app(old_site, user, now=old_site.now)
        assert client.get("/private", headers=headers).text == "private"


def test_a_code_by_mail_and_a_new_password_are_no_way_around(
    site: Site, client: Client
) -> None:
    """ASVS 6.3.3: a mail was enough to log in."""
    site.add()
    client.post("/account/code/request", data={"email": ADA})
    code = site.outbox.sent[-1]["code"]
    assert client.post("/account/code", data={"code": code}).location.startswith(PAGE)
    assert not is_logged_in(client)
    client.post("/account/forgot", data={"email": ADA})
    client.post(site.outbox.sent[-1]["link"], data={"password": PASSWORD[::-1]})
    assert not is_logged_in(client)
    assert log_in(client, password=PASSWORD[::-1]).location.startswith(PAGE)


def test_a_required_factor_stays_on(site: Site, client: Client) -> None:
    """ASVS 6.3.3: who must have a factor could switch it off."""
    secret = set_up_app(site, site.add(), now=site.now)
    log_in(client)
    client.post(STEP, data={"code": _code(site, secret)})
    data = {"code": _code(site, secret, 1)}

    assert client.post("/account/two-step/off", data=data).status_code == 403
    assert client.get("/account/two-step/off").status_code == 403
