"""The pages of accounts, each as its visitor sees it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from carboy import Carboy, Settings
from carboy.auth import Auth, UserModel, auth_state
from carboy.auth.accounts import create_user
from carboy.auth.credential_tables import PASSKEYS, prepare
from carboy.auth.events import record_event
from carboy.auth.pages.second_step_views import make_factor
from carboy.auth.second_factors import TrustedBrowsers
from carboy.auth.second_factors.totp_codes import make_code, make_secret, step_of
from carboy.auth.social import Identities, Identity, github, wechat
from carboy.core import registry_of
from carboy.db import SQLAlchemy
from carboy.sessions import Sessions
from carboy.testing import Client
from tests.auth.conftest import PASSWORD, Outbox
from tests.ui.visits import AGENT, Visit, Visits

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Safari/604.1"
NEW = "a much longer sentence 42"


class Accounts:
    """A site with accounts: Ada logs in with a password, Bob with a second step."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        folder.mkdir(parents=True)
        self.db, self.outbox = SQLAlchemy(), Outbox()

        class User(UserModel, self.db.Model):
            pass

        environ = {
            **environ,
            "DATABASE_URL": f"sqlite:///{folder / 'accounts.db'}",
            "AUTH_ARGON2_MEMORY": "8",
            "AUTH_ARGON2_TIME": "1",
            "AUTH_PASSKEYS": "both",
            "AUTH_THROTTLE": "false",
            "SESSION_TYPE": "sqlalchemy",
            "SITE_NAME": "Bookshop",
        }
        settings = Settings.load({}, root=folder, environ=environ)
        self.app = Carboy("bookshop", settings=settings, instance_path=str(folder))
        providers = [github("id", "secret"), wechat("id", "secret")]
        auth = Auth(
            model=User,
            providers=providers,
            needs_second_factor=lambda user: user.email == "cy@example.com",
        )
        self.app.use(self.db, Sessions(), auth)
        registry_of(self.app).installed["mail"] = self.outbox
        self.in_context(self.db.create_all)
        self.ada = self.add("ada@example.com", name="Ada")
        self.bob = self.add("bob@example.com", name="Bob", username="bob")
        self.cy = self.add("cy@example.com", name="Cy")
        self.secret = self.in_context(self._switch_two_step_on)
        self.in_context(self._add_credentials)

    def in_context(self, call: Callable[[], Any]) -> Any:
        with self.app.app_context():
            return call()

    def add(self, email: str, **values: Any) -> Any:
        def add() -> Any:
            values.setdefault("email_confirmed_at", datetime.now(UTC))
            user = create_user(auth_state.of(self.app), email, PASSWORD, **values)
            self.db.session.commit()
            _ = user.id, user.email, user.auth_epoch
            self.db.session.expunge(user)
            return user

        return self.in_context(add)

    def open_client(self, agent: str = AGENT) -> Client:
        client = Client(self.app, use_cookies=True)
        client.environ_base["HTTP_USER_AGENT"] = agent
        return client

    def log_in(self, user: Any, agent: str = AGENT) -> Client:
        client = self.open_client(agent)
        client.post("/account/login", data={"login": user.email, "password": PASSWORD})
        if user is self.bob:
            client.post("/account/second-step", data=self.make_recovery_code())
        client.get("/account/")
        return client

    def link_of(self, template: str) -> str:
        """Return the path of the last link that was sent by mail."""
        sent = [mail for mail in self.outbox.sent if mail["name"] == template]
        return urlsplit(sent[-1]["link"]).path

    def make_recovery_code(self) -> dict[str, str]:
        def make() -> dict[str, str]:
            factor = make_factor(auth_state.of(self.app))
            codes = factor.recovery_codes.create(self.bob.get_id())
            self.db.session.commit()
            return {"code": codes[0]}

        made: dict[str, str] = self.in_context(make)
        return made

    def _add_credentials(self) -> None:
        """Add a passkey and a trusted browser of Bob, and a linked login of Ada."""
        session, now = self.db.session(), datetime.now(UTC).timestamp()
        TrustedBrowsers(session, lambda: now).trust(self.bob.get_id(), PHONE, days=30)
        identity = Identity("github", "7", name="Ada")
        Identities(session, lambda: now).add(self.ada.get_id(), identity)
        prepare(session).execute(
            sa.insert(PASSKEYS).values(
                user_id=self.bob.get_id(),
                id_digest="0" * 64,
                credential_id="00",
                public_key="00",
                sign_count=0,
                name="iPhone",
                is_synced=True,
                created_at=now,
                last_used_at=now,
            )
        )
        session.commit()

    def _switch_two_step_on(self) -> str:
        factor, user_id = make_factor(auth_state.of(self.app)), self.bob.get_id()
        secret = make_secret()
        now = datetime.now(UTC).timestamp()
        assert factor.totp.set_up(user_id, secret, make_code(secret, step_of(now)))
        self.db.session.commit()
        return secret


def make_accounts(
    folder: Path, environ: Mapping[str, str]
) -> tuple[Visits, dict[str, str]]:
    """Return a site with accounts, and the path of each of its pages."""
    site = Accounts(folder, environ)
    visits = Visits(
        site.app, {**_list_open(site), **_list_own(site), **_list_links(site)}
    )
    return visits, visits.paths


def _list_open(site: Accounts) -> dict[str, Visit]:
    """Return the pages before the login."""
    half = site.open_client()
    half.post("/account/login", data={"login": "bob@example.com", "password": PASSWORD})
    code = site.open_client()
    code.post("/account/code/request", data={"email": "ada@example.com"})
    # Must have a second factor, and has none.
    new = site.open_client()
    new.post("/account/login", data={"login": site.cy.email, "password": PASSWORD})
    wrong = {"login": "ada@example.com", "password": "wrong"}
    return {
        "account login": Visit("/account/login"),
        "account login empty": Visit("/account/login", {}),
        "account login wrong": Visit("/account/login", wrong),
        "account register": Visit("/account/register"),
        "account register errors": Visit("/account/register", {"email": "ada"}),
        "account register sent": Visit("/account/register", {"email": "x@example.com"}),
        "account forgot": Visit("/account/forgot"),
        "account forgot sent": Visit("/account/forgot", {"email": "x@example.com"}),
        "account code request": Visit("/account/code/request"),
        "account code": Visit("/account/code", cookie=_cookie(code)),
        "account code wrong": Visit("/account/code", {"code": "1"}, _cookie(code)),
        "account second step": Visit("/account/second-step", cookie=_cookie(half)),
        "account second step wrong": Visit(
            "/account/second-step", {"code": "123456"}, _cookie(half)
        ),
        "account set up factor": Visit(
            "/account/second-step/set-up", None, _cookie(new)
        ),
        "account set up factor wrong": Visit(
            "/account/second-step/set-up", {"code": "123456"}, _cookie(new)
        ),
        "account passkey step": Visit(
            "/account/second-step/passkey", None, _cookie(half)
        ),
        "account passkey step wrong": Visit(
            "/account/second-step/passkey", {"answer": "x"}, _cookie(half)
        ),
    }


def _list_own(site: Accounts) -> dict[str, Visit]:
    """Return the pages of the own account."""
    site.log_in(site.ada, PHONE)
    client = site.log_in(site.ada)
    ada, bob = _cookie(client), _cookie(site.log_in(site.bob))
    site.in_context(lambda: _record(site))
    weak = {"current": PASSWORD, "password": "aaaaaaaaaaaaaaaa"}
    short = {"current": PASSWORD, "password": "a"}
    pages = ("", "profile", "email", "password", "sessions", "activity", "delete")
    return {
        **{
            f"account {name or 'overview'}": Visit(f"/account/{name}", cookie=ada)
            for name in (*pages, "two-step", "reauthenticate", "logins", "passkeys")
        },
        "account reauthenticate both": Visit("/account/reauthenticate", cookie=bob),
        "account passkeys of bob": Visit("/account/passkeys", cookie=bob),
        "account passkeys wrong": Visit("/account/passkeys", {"name": ""}, bob),
        "account sessions trusted": Visit("/account/sessions", cookie=bob),
        "account logins last": Visit("/account/logins/wechat/unlink", {}, ada),
        "account profile wrong": Visit("/account/profile", {"username": "a@b"}, ada),
        "account profile taken": Visit("/account/profile", {"username": "bob"}, ada),
        "account password weak": Visit("/account/password", weak, ada),
        "account password short": Visit("/account/password", short, ada),
        "account email wrong": Visit("/account/email", {"email": "ada"}, ada),
        "account delete wrong": Visit("/account/delete", {}, ada),
        "account two-step wrong": Visit("/account/two-step", {"code": "1"}, ada),
        "account two-step off": Visit("/account/two-step/off", cookie=bob),
        "account new codes": Visit("/account/two-step/codes", cookie=bob),
        "account recovery codes": Visit(
            "/account/two-step/codes", site.make_recovery_code, bob
        ),
    }


def _list_links(site: Accounts) -> dict[str, Visit]:
    """Return the pages that links in mails lead to."""
    unconfirmed = site.add("eve@example.com", email_confirmed_at=None)
    client = site.log_in(site.ada)
    site.open_client().post("/account/register", data={"email": "new@example.com"})
    site.open_client().post("/account/forgot", data={"email": "ada@example.com"})
    client.post("/account/email", data={"email": "other@example.com"})
    site.open_client().post(
        "/account/login", data={"login": unconfirmed.email, "password": PASSWORD}
    )
    register, reset = site.link_of("auth_register"), site.link_of("auth_reset")
    return {
        "account register link": Visit(register),
        "account register weak": Visit(register, {"password": "a"}),
        "account reset link": Visit(reset),
        "account reset weak": Visit(reset, {"password": "aaaaaaaaaaaaaaaa"}),
        "account confirm link": Visit(site.link_of("auth_confirm")),
        "account void link": Visit("/account/reset/void"),
    }


def _record(site: Accounts) -> None:
    for kind in ("login_failed", "password_changed", "session_ended", "two_step_off"):
        record_event(site.ada, kind)
    site.db.session.commit()


def _cookie(client: Client) -> str:
    cookie = client.get_cookie("session")
    assert cookie is not None
    return f"session={cookie.value}"
