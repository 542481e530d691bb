"""Which mails are sent again, and which are never: a table of outcomes."""

import pytest

from carboy.mail import MailNotSentError, Message
from carboy.mail.mail_url import parse_mail_url
from carboy.mail.mailers import Envelope, open_mailer
from carboy.mail.outbox import FAILED, HANDOVER, SENT, UNDECIDED, WAITING, Outbox

from .conftest import MakeMailSite
from .smtp_server import SmtpServer, find_free_port, serve_smtp

MAIL = Envelope(
    "id-1", "a@example.com", ("b@example.com",), b"Subject: x\r\n\r\nhi\r\n"
)
EARLY = ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA")
TABLE = [
    *[(step, "451 later", "temporary") for step in ("MAIL", "RCPT", "DATA", "END")],
    *[(step, "550 no", "permanent") for step in ("MAIL", "RCPT", "DATA", "END")],
    *[(step, "close", "temporary") for step in EARLY],
    *[(step, "silent", "temporary") for step in EARLY],
    *[(step, "421 closing", "temporary") for step in (*EARLY, "END")],
    ("CONNECT", "554 no", "temporary"),
    ("DATA", "250 odd", "temporary"),
    ("END", "close", "undecided"),
    ("END", "silent", "undecided"),
    ("END", "accept and close", "undecided"),
    ("END", "354 odd", "undecided"),
    ("END", "garbage", "undecided"),
    ("END", "250 ok", "sent"),
]


@pytest.mark.parametrize(("step", "wish", "expected"), TABLE)
def test_each_failure_of_a_server_has_one_outcome(
    smtp: SmtpServer, step: str, wish: str, expected: str
):
    smtp.script = lambda at, argument: wish if at == step else None
    handed: list[str] = []
    url = f"smtp://127.0.0.1:{smtp.port}?timeout=0.3"
    mailer = open_mailer(parse_mail_url(url))

    outcome = mailer.send(MAIL, lambda: handed.append("now"))
    mailer.close()

    assert outcome.state == expected, outcome
    assert bool(handed) == (step == "END")


def test_recipients_that_are_refused_do_not_keep_the_mail_from_the_others(
    smtp: SmtpServer, make_mail_site: MakeMailSite
):
    """Only who was refused for now is tried again."""
    answers = {"no@example.com": "550 unknown", "later@example.com": "450 greylisted"}
    smtp.script = lambda step, argument: answers.get(argument)
    app, _, state = make_mail_site(smtp)
    recipients = ("ok@example.com", *answers)
    mail = Envelope("m1", "a@example.com", recipients, b"Subject: x\r\n\r\nhi\r\n")

    with app.app_context():
        state.outbox.add(None, mail, mailer="default", subject="x")
        with pytest.raises(MailNotSentError):
            state.delivery.deliver("m1")
        answers.clear()
        result = state.delivery.deliver("m1")

    assert result == SENT
    assert [names for names, _ in smtp.accepted] == [
        ("ok@example.com",),
        ("later@example.com",),
    ]


@pytest.mark.parametrize(
    ("wish", "reaches_second"),
    [("451 later", True), ("550 no", False), ("close", False), ("silent", False)],
)
def test_the_second_mailer_is_asked_only_if_nobody_has_the_mail(
    smtp: SmtpServer, make_mail_site: MakeMailSite, wish: str, reaches_second: bool
):
    smtp.script = lambda step, argument: wish if step == "END" else None
    with serve_smtp() as second:
        app, _, state = make_mail_site(
            smtp,
            MAIL_MAILERS={"spare": f"smtp://127.0.0.1:{second.port}"},
            MAIL_FALLBACK="spare",
        )
        with app.app_context():
            state.outbox.add(None, MAIL, mailer="default", subject="x")

            result = state.delivery.deliver(MAIL.id)

        assert (result == SENT) is reaches_second
        assert len(second.accepted) == reaches_second


def test_an_unanswered_mail_is_sent_again_only_by_a_decision(
    smtp: SmtpServer, make_mail_site: MakeMailSite
):
    wishes = ["accept and close"]
    smtp.script = lambda step, argument: (
        wishes.pop() if step == "END" and wishes else None
    )
    app, _, state = make_mail_site(smtp)
    with app.app_context():
        state.outbox.add(None, MAIL, mailer="default", subject="x")

        results = [state.delivery.deliver(MAIL.id) for _ in range(3)]

        assert results == [UNDECIDED] * 3
        assert len(smtp.accepted) == 1

        sent = app.test_cli_runner().invoke(args=["mail", "send", MAIL.id])

        assert "is sent" in sent.output
        assert len(smtp.accepted) == 2


def test_a_mail_whose_process_died_in_the_hand_over_is_undecided(
    smtp: SmtpServer, make_mail_site: MakeMailSite
):
    app, _, state = make_mail_site(smtp)
    with app.app_context():
        state.outbox.add(None, MAIL, mailer="default", subject="x")
        assert state.outbox.claim(MAIL.id, "dead")
        assert state.outbox.mark_handover(MAIL.id, "dead")
        assert state.outbox.count(HANDOVER) == 1

        result = state.delivery.deliver(MAIL.id)

    assert result == UNDECIDED
    assert not smtp.accepted


def test_a_process_whose_mail_was_claimed_by_another_does_not_hand_it_over(
    smtp: SmtpServer, make_mail_site: MakeMailSite
):
    app, _, state = make_mail_site(smtp)

    def steal(step: str, argument: str) -> None:
        if step == "DATA":
            state.outbox.claim(MAIL.id, "other")

    smtp.script = steal
    with app.app_context():
        state.outbox.add(None, MAIL, mailer="default", subject="x")

        state.delivery.deliver(MAIL.id)

    assert not smtp.accepted


def test_a_mail_that_is_refused_too_often_is_kept_as_failed(
    make_mail_site: MakeMailSite,
):
    url = f"smtp://127.0.0.1:{find_free_port()}"
    app, _, state = make_mail_site(
        MAIL_SUPPRESS_SEND=False, MAIL_URL=url, MAIL_RETRIES=1
    )
    with app.app_context():
        state.outbox.add(None, MAIL, mailer="default", subject="x")
        with pytest.raises(MailNotSentError):
            state.delivery.deliver(MAIL.id)
        assert state.outbox.count(WAITING) == 1

        assert state.delivery.deliver(MAIL.id) == FAILED


def test_a_process_that_dies_behind_the_answer_leaves_no_mail_as_sent(
    smtp: SmtpServer, make_mail_site: MakeMailSite, monkeypatch: pytest.MonkeyPatch
):
    app, mail, state = make_mail_site(smtp)

    def die(*_: object) -> None:
        raise SystemExit

    monkeypatch.setattr(Outbox, "delete", die)
    with app.app_context(), pytest.raises(SystemExit):
        mail.send(Message("hi", ["b@example.com"], "x"))

    assert len(smtp.accepted) == 1
    assert [one.state for one in state.outbox.list_mails()] == [HANDOVER]
