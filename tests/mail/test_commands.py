"""`carboy mail` lists, shows and discards mails."""

from carboy.mail.mailers import Envelope
from carboy.mail.outbox import DISCARDED, UNDECIDED

from .conftest import MakeMailSite

MAIL = Envelope("m1", "a@example.com", ("b@example.com",), b"Subject: x\r\n\r\nhello")


def test_an_undecided_mail_is_listed_shown_and_discarded(make_mail_site: MakeMailSite):
    app, _, state = make_mail_site()
    state.outbox.add(None, MAIL, mailer="default", subject="Hi", state=UNDECIDED)
    run = app.test_cli_runner().invoke

    assert "m1  undecided  b@example.com  Hi" in run(args=["mail", "list"]).output
    assert "hello" in run(args=["mail", "show", "m1"]).output
    assert "is discarded" in run(args=["mail", "discard", "m1"]).output
    assert state.outbox.count(DISCARDED) == 1
    again = run(args=["mail", "discard", "m1"])
    assert again.exit_code == 1
    assert "cannot be discarded" in again.output


def test_an_unknown_mail_is_an_error(make_mail_site: MakeMailSite):
    app, _, _ = make_mail_site()
    result = app.test_cli_runner().invoke(args=["mail", "show", "none"])

    assert result.exit_code == 1
    assert "no mail 'none'" in result.output
