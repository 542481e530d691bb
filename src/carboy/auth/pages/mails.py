"""The mails of accounts, and what happens where no battery for mail is installed."""

from typing import Any

from flask import render_template

from carboy.auth.events import record_event
from carboy.core import get_current_app, registry_of

from .event_texts import event_text


def send_mail(name: str, to: str, **context: Any) -> None:
    """Send the mail `auth_NAME`; without a battery for mail it is logged."""
    app = get_current_app()
    mailer: Any = registry_of(app).installed.get("mail")
    if mailer is not None:
        mailer.send_template(f"auth_{name}", to=to, **context)
    elif app.debug:
        # Links of mails are secrets: only development prints them.
        app.logger.info(
            "Mail to %s:\n%s", to, render_template(f"mail/auth_{name}.txt", **context)
        )
    else:
        app.logger.error(
            "The mail %s was not sent: no battery for mail is installed. Install it "
            "with app.use(ext.mail).",
            name,
        )


def report_login_change(user: Any, kind: str) -> None:
    """Record that the ways to log in have changed, and tell the user by mail."""
    record_event(user, kind)
    send_mail("logins_changed", user.email, user=user, what=event_text(kind))
