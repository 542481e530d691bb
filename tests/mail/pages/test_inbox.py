"""The inbox lists and shows mails, and takes decisions."""

import pytest

from carboy.mail import Message
from carboy.mail.mailers import Envelope
from carboy.mail.outbox import DISCARDED, UNDECIDED
from tests.mail.conftest import MakeMailSite
from tests.mail.smtp_server import SmtpServer

HERE = {"Origin": "http://localhost"}


def make_envelope(mail_id: str, subject: str) -> Envelope:
    message = Message(subject, ["b@example.com"], "a text", sender="a@example.com")
    return Envelope(mail_id, "a@example.com", ("b@example.com",), message.as_bytes())


def test_mails_are_listed_newest_first_and_searched(make_mail_site: MakeMailSite):
    app, mail, state = make_mail_site()
    mail.guard(lambda: True)
    for number, subject in enumerate(("Invoice", "Welcome <b>")):
        envelope = make_envelope(f"m{number}", subject)
        state.outbox.add(None, envelope, mailer="default", subject=subject)
    client = app.test_client()

    page = client.get("/-/mail").text

    assert page.index("Welcome &lt;b&gt;") < page.index("Invoice")
    assert "Invoice" not in client.get("/-/mail?q=welc").text
    assert "no such mails" in client.get("/-/mail?q=none").text
    assert "no such mails" in client.get("/-/mail?state=sent").text


def test_a_mail_is_shown_as_text_as_source_and_as_a_file(make_mail_site: MakeMailSite):
    app, mail, state = make_mail_site()
    mail.guard(lambda: True)
    envelope = make_envelope("m1", "Invoice")
    state.outbox.add(None, envelope, mailer="default", subject="Invoice")
    client = app.test_client()

    assert "a text" in client.get("/-/mail/messages/m1").text
    assert "MIME-Version" in client.get("/-/mail/messages/m1?view=source").text
    file = client.get("/-/mail/messages/m1/mail.eml")
    assert file.data == envelope.content
    assert file.headers["Content-Disposition"] == "attachment; filename=mail.eml"
    assert client.get("/-/mail/messages/m1/html").status_code == 404
    assert client.get("/-/mail/messages/none").status_code == 404


@pytest.mark.parametrize(("action", "arrived"), [("send", 1), ("discard", 0)])
def test_an_undecided_mail_is_decided_once(
    smtp: SmtpServer, make_mail_site: MakeMailSite, action: str, arrived: int
):
    app, mail, state = make_mail_site(smtp)
    mail.guard(lambda: True)
    envelope = make_envelope("m1", "x")
    state.outbox.add(None, envelope, mailer="default", subject="x", state=UNDECIDED)
    client = app.test_client()
    path = f"/-/mail/messages/m1/{action}"
    assert path in client.get("/-/mail/messages/m1").text

    answers = [client.post(path, headers=HERE).status_code for _ in range(2)]

    assert answers == [303, 404 if action == "send" else 303]
    assert len(smtp.accepted) == arrived
    assert state.outbox.count(UNDECIDED) == 0
    assert state.outbox.count(DISCARDED) == 1 - arrived
