"""A small site with accounts, on a database of its own."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from carboy import Carboy
from carboy.auth import (
    Auth,
    UserModel,
    auth_state,
    fresh_login_required,
    login_required,
)
from carboy.auth.accounts import create_user
from carboy.core import registry_of
from carboy.db import SQLAlchemy
from carboy.sessions import Sessions
from carboy.stores import MemoryStore
from carboy.testing import Client, open_client
from tests.auth.api_contract import ApiContract

PASSWORD = "correct horse battery staple"  # noqa: S105 - of a test


class Outbox:
    """A mailer that keeps what it was asked to send."""

    name = "mail"

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def send_template(self, name: str, **options: Any) -> None:
        """Keep a mail."""
        self.sent.append({"name": name, **options})


class Site:
    """The app, its database, its model and its mails."""

    def __init__(self, folder: Path, *, own_store: bool = False, **config: Any) -> None:
        """Make it; with `own_store` limits are in the database, as a site has them."""
        providers = config.pop("providers", ())
        self.db = SQLAlchemy()
        self.outbox = Outbox()

        class User(UserModel, self.db.Model):
            pass

        self.User = User
        self.clock = [1_800_000_000.0]
        self.store = MemoryStore(clock=lambda: self.clock[0])
        store = None if own_store else self.store
        self.app = Carboy(__name__)
        self.app.config.update({
            "SECRET_KEY": "a" * 32,
            "TESTING": True,
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'site.sqlite'}",
            "AUTH_ARGON2_MEMORY": 8,
            "AUTH_ARGON2_TIME": 1,
            **config,
        })
        if "SESSION_TYPE" in config:
            self.app.use(Sessions())
        self.app.use(self.db, Auth(model=User, store=store, providers=providers))
        # Stands still: a code must not expire while a busy machine runs the test.
        self.now = time.time()
        auth_state.of(self.app).clock = lambda: self.now
        registry_of(self.app).installed["mail"] = self.outbox
        # Each JSON answer of each test is as the document says.
        self.contract = ApiContract(self.app)

        @self.app.get("/private")
        @login_required
        def private() -> str:
            return "private"

        @self.app.get("/fresh")
        @fresh_login_required
        def fresh() -> str:
            return "fresh"

        @self.app.get("/open")
        def open_page() -> str:
            return "open"

        with self.app.app_context():
            self.db.create_all()

    def add(self, email: str = "ada@example.com", **values: Any) -> Any:
        """Add a user with the usual password and a confirmed address."""
        password = values.pop("password", PASSWORD)
        values.setdefault("email_confirmed_at", datetime.now(UTC))
        with self.app.app_context():
            state = auth_state.of(self.app)
            user = create_user(state, email, password, **values)
            self.db.session.commit()
            _ = user.id, user.email, user.auth_epoch
            self.db.session.expunge(user)
            return user


@pytest.fixture
def make_site(tmp_path: Path) -> Callable[..., Site]:
    return lambda **config: Site(tmp_path, **config)


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    return make_site()


@pytest.fixture
def client(site: Site) -> Iterator[Client]:
    with open_client(site.app) as opened:
        yield opened
