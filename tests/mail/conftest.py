"""A mail server, and sites that send to it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from carboy.db import SQLAlchemy
from carboy.mail import Mail
from carboy.mail.app_state import MailState, mail_state
from carboy.tasks import Tasks

from .smtp_server import SmtpServer, serve_smtp

MakeMailSite = Callable[..., tuple[Flask, Mail, MailState]]


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    with serve_smtp() as server:
        yield server


@pytest.fixture
def make_mail_site(tmp_path: Path) -> Iterator[MakeMailSite]:
    """Make an app with mail: `make_mail_site(server, db=db, tasks=tasks)`."""
    states: list[MailState] = []

    def make(
        server: SmtpServer | None = None,
        *,
        db: SQLAlchemy | None = None,
        tasks: Tasks | None = None,
        **config: object,
    ) -> tuple[Flask, Mail, MailState]:
        app = Flask("shop", instance_path=str(tmp_path))
        app.testing = True
        app.config["MAIL_DEFAULT_SENDER"] = ("Shop", "shop@example.com")
        if server is not None:
            app.config["MAIL_SUPPRESS_SEND"] = False
            url = f"smtp://127.0.0.1:{server.port}?timeout=0.5"
            app.config["MAIL_URL"] = url
        app.config.update(config)
        if db is not None:
            app.config["DATABASE_URL"] = f"sqlite:///{tmp_path}/app.sqlite"
            db.init_app(app)
        if tasks is not None:
            tasks.init_app(app)
        mail = Mail(app)
        states.append(mail_state.of(app))
        return app, mail, states[-1]

    yield make
    for state in states:
        state.delivery.close()
