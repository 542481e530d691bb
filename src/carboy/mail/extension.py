"""`Mail`: the object that the code of a site calls `mail`."""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from flask import Flask, has_app_context

from carboy.core import Extension, Wiring, get_current_app, registry_of
from carboy.db import SQLAlchemy
from carboy.errors import ConfigError, SettingsError, UnavailableError
from carboy.ui import UI

from . import commands
from .addresses import AddressLike, parse_address
from .app_state import MailState, mail_state
from .checks import check_site
from .connection import MailConnection
from .delivery import Delivery
from .dkim import open_signer
from .errors import MailError
from .mailers import Envelope, open_mailer
from .message import Message
from .outbox import FAILED, UNDECIDED, Outbox, make_file_engine
from .pages import add_inbox, add_previews
from .settings import MailSettings
from .signals import email_dispatched
from .templates import render_mail

log = logging.getLogger("carboy.mail")

_SWEEP_PERIOD = "5m"
MakePreview = Callable[[], Message]
_FOLDER = Path(__file__).parent
_TASKS: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()


class Mail(Extension):
    """Sends mails after the commit, by tasks if they are on; Flask-Mail's API."""

    name: ClassVar[str] = "mail"

    def __init__(self, app: Flask | None = None) -> None:
        self.app: Flask | None = None
        self._previews: dict[str, Callable[[], Message]] = {}
        self._guard: Callable[[], bool] | None = None
        self._states: list[MailState] = []
        super().__init__(app)

    def install(self, wiring: Wiring) -> None:
        """Make the mailers, and add checks, commands and pages."""
        app = wiring.app
        settings = wiring.settings(MailSettings)
        state = mail_state.set(app, _make_state(app, settings))
        state.previews = self._previews
        state.guard = self._guard
        self._states.append(state)
        app.extensions["mail"] = self
        self.app = app
        tasks = registry_of(app).installed.get("tasks")
        if tasks is not None:
            state.task = _declare_tasks(tasks, settings.retries)
        elif not state.suppress and hasattr(app, "on_start"):
            wiring.on_start(lambda: _sweep_in_thread(state))
        wiring.templates(_FOLDER / "templates")
        UI().init_app(app)
        add_previews(wiring, state, self.make_message)
        add_inbox(wiring, state)
        wiring.table(settings.table)
        wiring.check(check_site)
        wiring.command(commands.mail)
        wiring.shell(mail=self)
        wiring.panel(lambda: resolve_name("carboy.mail.panel:make_panel")(state))
        wiring.gauge("undecided", lambda: state.outbox.count(UNDECIDED))
        wiring.gauge("failed", lambda: state.outbox.count(FAILED))

    @property
    def state(self) -> MailState:
        """What the current app has: mailers, outbox, settings."""
        if has_app_context():
            return mail_state.current()
        if self.app is None:
            raise ConfigError(
                "Mail is used without an app. Install it with app.use(mail), and use "
                "it in a request, or inside `with app.app_context():`."
            )
        return mail_state.of(self.app)

    @property
    def outbox(self) -> list[Message]:
        """The messages that were sent in tests, where nothing leaves the process."""
        return self.state.records[0]

    def send(self, message: Message, envelope_from: str | None = None) -> None:
        """Send a message after the commit, and never after a rollback.

        With the battery `tasks`, a worker sends it, and tries again after a failure.
        """
        state = self.state
        envelope = _make_envelope(state, message, envelope_from)
        mailer = message.mailer or "default"
        if mailer not in state.delivery.mailers:
            raise SettingsError(
                f"There is no mailer {mailer!r}. Add it to MAIL_MAILERS; there are "
                f"{', '.join(state.delivery.mailers)}."
            )
        state.dispatch(envelope, mailer, message.subject)
        session = state.find_session()
        if session is None:
            _announce(state, message)
        else:
            session.after_commit(lambda: _announce(state, message))

    def send_message(self, *args: Any, **kwargs: Any) -> None:
        """Make a message of the arguments, and send it."""
        self.send(Message(*args, **kwargs))

    def send_template(
        self,
        name: str,
        *,
        to: AddressLike | Iterable[AddressLike],
        language: str | None = None,
        sender: AddressLike | None = None,
        reply_to: AddressLike | None = None,
        mailer: str | None = None,
        **context: Any,
    ) -> Message:
        """Send the mail of the templates `mail/NAME.txt` and `mail/NAME.html`."""
        message = self.make_message(name, to=to, language=language, **context)
        message.sender = sender
        message.reply_to = reply_to
        message.mailer = mailer
        self.send(message)
        return message

    def make_message(
        self,
        name: str,
        *,
        to: AddressLike | Iterable[AddressLike],
        language: str | None = None,
        **context: Any,
    ) -> Message:
        """Return the message of templates without sending it."""
        parts = render_mail(name, language, context)
        return Message(
            parts["subject"],
            body=parts.get("body"),
            html=parts.get("html"),
            to=to,
            is_automatic=True,
        )

    def connect(self) -> MailConnection:
        """Return a connection for several mails: `with mail.connect() as c:`."""
        return MailConnection(self.send)

    @contextlib.contextmanager
    def record_messages(self) -> Iterator[list[Message]]:
        """Record the messages that are sent inside of the block."""
        messages: list[Message] = []
        records = self.state.records
        records.append(messages)
        try:
            yield messages
        finally:
            # By identity: two empty lists are equal.
            records[:] = [record for record in records if record is not messages]

    def preview(self, name: str) -> Callable[[MakePreview], MakePreview]:
        """Show the message of a function at /-/mail/previews: `@mail.preview("hi")`.

        It is called once for each language, which is that of its templates and texts.
        """

        def register(function: MakePreview) -> MakePreview:
            self._previews[name] = function
            return function

        return register

    def guard(self, function: Callable[[], bool]) -> Callable[[], bool]:
        """Register the function that decides who may see the pages below /-/mail."""
        self._guard = function
        for state in self._states:
            state.guard = function
        return function


def deliver_mail(mail_id: str) -> str:
    """Send the mail of a row; the task of this name calls it."""
    return mail_state.current().delivery.deliver(mail_id)


def sweep_mails() -> None:
    """Find the mails of processes that ended; the task of this name calls it."""
    mail_state.current().sweep()


def _sweep_in_thread(state: MailState) -> None:
    """Sweep beside the first requests: a server that is away must not delay them."""

    def run() -> None:
        try:
            state.sweep()
        except Exception:
            log.exception("The mails of earlier processes were not looked for.")

    threading.Thread(target=run, name="carboy-mail-sweep", daemon=True).start()


def _make_state(app: Flask, settings: MailSettings) -> MailState:
    is_debug = app.debug or app.config.get("PROFILE") == "development"
    addresses = settings.find_addresses(testing=app.testing, debug=is_debug)
    if settings.fallback and settings.fallback not in addresses:
        raise SettingsError(
            f"MAIL_FALLBACK = {settings.fallback!r} is no mailer. Add it to "
            f"MAIL_MAILERS."
        )
    default = addresses["default"]
    suppress = default.kind in {"memory", "null"} and default.url == "memory:"
    if suppress:
        addresses = dict.fromkeys(addresses, default)
    db = app.extensions.get("sqlalchemy")
    own_db = db if isinstance(db, SQLAlchemy) else None
    outbox = Outbox(_engine_finder(app, own_db), settings.table)
    delivery = Delivery(
        {name: open_mailer(one, app.instance_path) for name, one in addresses.items()},
        settings.fallback,
        outbox,
        settings.retries,
        keeps_sent=is_debug and not suppress,
    )
    signer = open_signer(
        settings.dkim_key, settings.dkim_selector, settings.dkim_domain
    )
    state = MailState(settings, delivery, outbox, own_db, suppress, signer)
    state.sender = settings.default_sender
    if state.sender is None and (is_debug or app.testing):
        state.sender = _local_sender(app)
    return state


def _local_sender(app: Flask) -> tuple[str, str]:
    """Return the sender where mails are for developers and tests only."""
    return str(app.config.get("SITE_NAME") or app.name), "noreply@example.com"


def _engine_finder(app: Flask, db: SQLAlchemy | None) -> Callable[[], Any]:
    engines: list[Any] = []

    def find() -> Any:
        if db is not None:
            with app.app_context():
                return db.engine
        if not engines:
            engines.append(make_file_engine(Path(app.instance_path) / "mail.sqlite"))
        return engines[0]

    return find


def _declare_tasks(tasks: Any, retries: int) -> Any:
    if tasks not in _TASKS:
        tasks.every(_SWEEP_PERIOD)(tasks.task(name="carboy.mail.sweep")(sweep_mails))
        _TASKS[tasks] = tasks.task(
            name="carboy.mail.deliver",
            # The outbox counts the attempts; the last one does not raise.
            retries=retries + 1,
            retry_on=(MailError, UnavailableError),
            backoff=5,
            backoff_max=3600,
            # So that a sweep may ask for it again.
            unique=True,
        )(deliver_mail)
    return _TASKS[tasks]


def _make_envelope(
    state: MailState, message: Message, envelope_from: str | None
) -> Envelope:
    if message.sender is None:
        message.sender = state.sender
    if message.sender is None:
        raise MailError(
            f"The mail {message.subject!r} has no sender. Set MAIL_DEFAULT_SENDER, or "
            f"pass sender=."
        )
    domain = parse_address(message.sender, "From").domain
    message.msgId = message.msgId.replace("@mail.invalid>", f"@{domain}>")
    content = message.as_bytes()
    if state.signer is not None:
        content = state.signer.sign(content, domain)
    if len(content) > state.settings.max_size:
        raise MailError(
            f"The mail {message.subject!r} has {len(content)} bytes, and MAIL_MAX_SIZE "
            f"is {state.settings.max_size}. Send a link to the file."
        )
    sender = parse_address(envelope_from or message.sender, "From").addr_spec
    return Envelope(
        message.message_id.strip("<>").partition("@")[0],
        sender,
        tuple(one.addr_spec for one in message.list_recipients()),
        content,
        tuple(message.mail_options),
        tuple(message.rcpt_options),
    )


def _announce(state: MailState, message: Message) -> None:
    records = state.records if state.suppress else state.records[1:]
    for record in records:
        record.append(message)
    email_dispatched.send(message, app=get_current_app())
