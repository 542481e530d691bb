"""What visitors do on the pages of accounts."""

import time
from typing import Any

from carboy.auth.app_state import auth_state
from carboy.auth.pages.second_step_views import make_factor
from carboy.auth.second_factors.totp_codes import make_code, make_secret, step_of
from carboy.testing import Client
from tests.auth.conftest import PASSWORD, Site

ADA, EVE = "ada@example.com", "eve@example.net"
NEW_PASSWORD = PASSWORD[::-1]
LOGIN, STEP = "/account/login", "/account/second-step"


def log_in(client: Client, login: str = ADA, **values: str) -> Any:
    data = {"login": login, "password": PASSWORD, **values}
    return client.post(LOGIN, data=data)


def is_logged_in(client: Client) -> bool:
    return client.get("/private").text == "private"


def ask_for_reset(site: Site, client: Client, email: str = ADA) -> str:
    """Ask for a new password; return the link that was sent."""
    client.post("/account/forgot", data={"email": email})
    return str(site.outbox.sent[-1]["link"])


def ask_for_code(site: Site, client: Client, email: str = ADA) -> str:
    """Ask for a login by mail; return the code that was sent."""
    client.post("/account/code/request", data={"email": email})
    return str(site.outbox.sent[-1]["code"])


def ask_for_address(site: Site, client: Client, email: str) -> str:
    """Ask for another address; return the link that was sent to it."""
    client.post("/account/email", data={"email": email})
    mails = [mail for mail in site.outbox.sent if mail["name"] == "auth_email"]
    return str(mails[-1]["link"])


def set_up_app(site: Site, user: Any, *, now: float) -> str:
    """Set up an authenticator app whose first code was used a step ago."""
    with site.app.app_context():
        totp = make_factor(auth_state.of(site.app)).totp
        secret = make_secret()
        # The step of `now` may have ended by the time of the check.
        steps = (step_of(now) - 1, step_of(time.time()) - 1)
        assert any(
            totp.set_up(str(user.id), secret, make_code(secret, step)) for step in steps
        )
        site.db.session.commit()
    return secret
