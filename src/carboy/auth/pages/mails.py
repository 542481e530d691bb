"""The mails of accounts, and what happens where no battery for mail is installed."""

from typing import Any

from flask import render_template

from carboy.core import get_current_app, registry_of


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
