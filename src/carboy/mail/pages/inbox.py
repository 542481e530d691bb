"""The inbox at /-/mail: the mails of the outbox, and the decisions about them."""

from contextlib import suppress
from typing import Any

from flask import Response, abort, redirect, request, url_for

from carboy.core import Wiring
from carboy.mail.app_state import MailState
from carboy.mail.errors import MailNotSentError
from carboy.mail.outbox import DISCARDED, STATES, WAITING, StoredMail
from carboy.translation import lazy_gettext
from carboy.ui import make_time

from .mail_content import read_content
from .responses import choose_view, guarded, show_html, show_page

_LABELS = {
    "waiting": lazy_gettext("Waiting"),
    "sending": lazy_gettext("Sending"),
    "handover": lazy_gettext("Handing over"),
    "sent": lazy_gettext("Sent"),
    "failed": lazy_gettext("Failed"),
    "undecided": lazy_gettext("Undecided"),
    "discarded": lazy_gettext("Discarded"),
}


def add_inbox(wiring: Wiring, state: MailState) -> None:
    """Add the pages, each behind the guard."""
    inbox = Inbox(state)
    for rule, name, view in (
        ("", "inbox", inbox.list_mails),
        ("/messages/<mail_id>", "message", inbox.show),
        ("/messages/<mail_id>/html", "message_html", inbox.show_html),
        ("/messages/<mail_id>/mail.eml", "message_file", inbox.download),
    ):
        wiring.route(f"/-/mail{rule}", guarded(state, view), endpoint=f"mail.{name}")
    wiring.route(
        "/-/mail/messages/<mail_id>/<any(send,discard):action>",
        guarded(state, inbox.decide, writes=True),
        endpoint="mail.decide",
        methods=["POST"],
    )


class Inbox:
    """The views of the inbox."""

    def __init__(self, state: MailState) -> None:
        self._state = state

    def list_mails(self) -> Response:
        """List mails, the newest first."""
        search = request.args.get("q", "").strip()
        wanted = request.args.get("state", "")
        states = (wanted,) if wanted in STATES else STATES
        rows = self._state.outbox.list_mails(states, search=search)
        return show_page(
            "inbox",
            here="inbox",
            rows=rows,
            search=search,
            wanted=wanted,
            labels=_LABELS,
            when=make_time,
        )

    def show(self, mail_id: str) -> Response:
        """Show one mail as HTML, as text, or as it is sent."""
        mail = self._get(mail_id)
        content = read_content(mail.envelope.content)
        return show_page(
            "message",
            here="inbox",
            mail=mail,
            content=content,
            view=choose_view(content),
            labels=_LABELS,
            when=make_time,
        )

    def show_html(self, mail_id: str) -> Response:
        """Show the HTML of a mail, for the frame of the page."""
        return show_html(read_content(self._get(mail_id).envelope.content))

    def download(self, mail_id: str) -> Response:
        """Answer with the mail as a file that mail programs open."""
        answer = Response(
            self._get(mail_id).envelope.content, mimetype="message/rfc822"
        )
        answer.headers.set("Content-Disposition", "attachment", filename="mail.eml")
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer

    def decide(self, mail_id: str, action: str) -> Any:
        """Send a mail again, or never; its page then shows what became of it."""
        self._get(mail_id)
        outbox = self._state.outbox
        if action == "discard":
            outbox.decide(mail_id, DISCARDED)
        elif outbox.decide(mail_id, WAITING):
            # The row keeps the reason.
            with suppress(MailNotSentError):
                self._state.delivery.deliver(mail_id)
        if outbox.find(mail_id) is None:
            return redirect(url_for("mail.inbox"), 303)
        return redirect(url_for("mail.message", mail_id=mail_id), 303)

    def _get(self, mail_id: str) -> StoredMail:
        mail = self._state.outbox.find(mail_id)
        return abort(404) if mail is None else mail
