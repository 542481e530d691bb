"""The pages for developers: welcome, solutions, and a site that cannot start."""

import operator
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import jsonify, render_template, render_template_string, request, url_for
from wtforms import StringField

from carboy import Carboy, Settings
from carboy.cli.dev.failure_page import FailurePage
from carboy.cli.welcome.fallback import with_welcome
from carboy.db import SQLAlchemy
from carboy.forms import Form, Forms
from carboy.i18n import Babel
from carboy.mail import Mail, Message
from carboy.mail.app_state import mail_state
from carboy.mail.mailers import Envelope
from carboy.site import make_debugger
from carboy.translation import gettext
from tests.ui.visits import Visit, Visits

HOST = "127.0.0.1"
LINES = [
    '  File "/home/ada/bookshop/views.py", line 7',
    "    return render_template('home.html'",
    "                          ^",
    "SyntaxError: '(' was never closed",
]


class NameForm(Form):
    """A form with a field."""

    name = StringField()


def make_developer_site(
    folder: Path, environ: Mapping[str, str]
) -> tuple[Visits, dict[str, str]]:
    """Return a site in development with a page for each usual mistake."""
    app, db = _make_app("bookshop", folder, environ), SQLAlchemy()
    app.use(db, Forms())
    app.debug = True

    class Book(db.Model):
        id = db.Column(db.Integer, primary_key=True)

    mistakes: dict[str, Callable[[], Any]] = {
        "template": lambda: render_template("hom.html"),
        "template name": lambda: render_template_string("{{ titel.text }}"),
        "template filter": lambda: render_template_string("{{ 1|lowr }}"),
        "template syntax": lambda: render_template_string("{% if %}"),
        "endpoint": lambda: url_for("templat"),
        "endpoint values": lambda: url_for("show_book"),
        "attribute": lambda: operator.attrgetter("uper")("text"),
        "name": _raise_name_error,
        "no response": lambda: None,
        "json": lambda: jsonify(object()),
        "field": lambda: request.form["titel"],
        "table": lambda: str(db.session.query(Book).all()),
    }
    for name, view in mistakes.items():
        app.add_url_rule(f"/{name.replace(' ', '-')}", name.replace(" ", "_"), view)
    app.add_url_rule("/books/<int:number>", "show_book", str)
    app.add_url_rule("/post", "post", str, methods=["POST"])
    visits = {
        f"mistake {name}": Visit(f"/{name.replace(' ', '-')}") for name in mistakes
    }
    visits |= {
        "mistake method": Visit("/post"),
        "mistake path": Visit("/boks/1"),
        "refused form": Visit("/post", {"书名": "三体"}, origin="cross-site"),
        "refused token": Visit("/post", {"书名": "三体"}, origin=""),
    }
    both = Visits(make_debugger(app, HOST), visits)
    return both, both.paths


def make_welcome(
    folder: Path, environ: Mapping[str, str], *, is_empty: bool = False
) -> tuple[Any, dict[str, str]]:
    """Return a new app without a first page."""
    app = _make_app("bookshop", folder, environ)
    if not is_empty:
        app.add_url_rule("/books/", "books", str)
        app.add_url_rule("/books/<int:number>", "book", str, methods=["GET", "POST"])
    name = "welcome empty" if is_empty else "welcome"
    return with_welcome(app, app.wsgi_app), {name: "/"}


def make_mails(
    folder: Path, environ: Mapping[str, str]
) -> tuple[Carboy, dict[str, str]]:
    """Return a site with mails in its inbox, and a preview."""
    app, mail = _make_app("bookshop", folder, environ), Mail()
    app.use(SQLAlchemy(), Babel(), mail)
    mail.guard(lambda: True)

    @mail.preview("welcome")
    def welcome() -> Message:
        return Message(
            gettext("Welcome"),
            ["ada@example.com"],
            html=f"<h1>{gettext('Welcome')}</h1>",
        )

    for state, subject in (("sent", "三体"), ("undecided", "INV-4711")):
        message = Message(subject, html=f"<h1>{subject}</h1>", to="ada@example.com")
        message.sender = "shop@example.com"
        content = message.as_bytes()
        envelope = Envelope(state, "shop@example.com", ("ada@example.com",), content)
        mail_state.of(app).outbox.add(
            None, envelope, mailer="default", subject=subject, state=state
        )
    message_path = "/-/mail/messages/undecided"
    return app, {
        "mail inbox": "/-/mail",
        "mail message": message_path,
        "mail text": f"{message_path}?view=text",
        "mail previews": "/-/mail/previews",
        "mail preview": "/-/mail/previews/welcome",
    }


@contextmanager
def serve_failure() -> Iterator[dict[str, str]]:
    """Serve the page of a site that cannot start."""
    page = FailurePage()
    with socket.create_server((HOST, 0)) as listener:
        page.open(listener, LINES)
        try:
            yield {"failure": f"http://{HOST}:{listener.getsockname()[1]}/"}
        finally:
            page.close()


def _raise_name_error() -> str:
    raise NameError("name 'Boook' is not defined", name="Boook")


def _make_app(name: str, folder: Path, environ: Mapping[str, str]) -> Carboy:
    folder.mkdir(parents=True)
    environ = {**environ, "DATABASE_URL": f"sqlite:///{folder / 'site.db'}"}
    settings = Settings.load({}, root=folder, environ=environ)
    return Carboy(name, settings=settings, instance_path=str(folder))
