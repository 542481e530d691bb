"""Checks of the mail settings."""

from collections.abc import Iterator

from flask import Flask

from carboy.core import Check, check_obsolete, registry_of

from .app_state import mail_state
from .settings import MailSettings

_PLAIN_PORT = 25


def check_site(app: Flask) -> Iterator[Check]:
    """Yield a check for each setting with which mails are lost or read by others."""
    settings = MailSettings.read(app.config)
    is_production = app.config.get("PROFILE") == "production"
    if is_production and not (settings.url or settings.server):
        yield Check(
            "mail.E001",
            "No mail server is set: mails would go to port 25 of this machine.",
            "Set MAIL_URL, for example smtp://user:password@host:587.",
        )
    is_local = app.config.get("PROFILE") in {"development", "testing"}
    if settings.default_sender is None and not is_local:
        yield Check(
            "mail.W001",
            "MAIL_DEFAULT_SENDER is not set: each message must name its sender.",
            "Set MAIL_DEFAULT_SENDER to an address such as 'Shop <shop@example.com>'.",
        )
    for name, address in settings.find_addresses(
        testing=False, debug=not is_production
    ).items():
        plain = address.kind == "smtp" and not address.starttls
        if plain and address.password:
            yield Check(
                "mail.E002",
                f"The mailer {name!r} sends its password without encryption.",
                "Use smtps://, or port 587 with starttls=true (MAIL_USE_TLS).",
            )
        if address.kind.startswith("smtp") and not address.verify:
            yield Check(
                "mail.W002",
                f"The mailer {name!r} does not verify the certificate of its server.",
                "Remove verify=false, or name the certificate with ca=path.",
            )
    state = mail_state.find(app)
    has_task = state is None or state.task is not None
    if not has_task and "tasks" in registry_of(app).installed:
        yield Check(
            "mail.W003",
            "tasks is installed after mail, and mails are sent in the request.",
            "Install tasks first: app.use(ext.tasks, ext.mail).",
        )
    yield from check_obsolete(app.config, MailSettings.obsolete, "mail.W004")
