"""Mails are sent after the commit, through tasks if they are on, and never twice."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from carboy.db import SQLAlchemy
from carboy.mail import Mail, MailError, MailNotSentError, Message, email_dispatched
from carboy.mail.outbox import UNDECIDED
from carboy.tasks import Tasks
from tests.clock import Clock

from .conftest import MakeMailSite
from .smtp_server import SmtpServer


def make_note_table(db: SQLAlchemy) -> sa.Table:
    table = sa.Table("note", db.metadata, sa.Column("id", sa.Integer, primary_key=True))
    db.create_all()
    return table


def test_tests_send_nothing_and_see_the_messages(make_mail_site: MakeMailSite):
    app, mail, _ = make_mail_site()
    with app.app_context(), mail.record_messages() as outbox:
        mail.send_message(subject="testing", body="test", recipients=["a@example.com"])

        assert len(outbox) == 1
        assert outbox[0].subject == "testing"
        assert mail.outbox == outbox


def test_many_mails_use_one_connection(smtp: SmtpServer, make_mail_site: MakeMailSite):
    app, mail, _ = make_mail_site(smtp)
    with app.app_context(), mail.connect() as connection:
        for number in range(20):
            connection.send(Message(f"hello {number}", ["a@example.com"], "..."))

    assert len(smtp.accepted) == 20
    assert smtp.connections == 1


def test_each_mail_sends_the_signal(make_mail_site: MakeMailSite):
    app, mail, _ = make_mail_site()
    seen = []

    def note(message: Message, app: object) -> None:
        seen.append((message.subject, app))

    with email_dispatched.connected_to(note), app.app_context():
        mail.send(Message("hi", ["a@example.com"]))

    assert seen == [("hi", app)]


@pytest.mark.parametrize("commits", [True, False])
@pytest.mark.parametrize("with_tasks", [True, False])
def test_a_mail_leaves_after_the_commit_and_never_after_a_rollback(
    smtp: SmtpServer,
    make_mail_site: MakeMailSite,
    clock: Clock,
    commits: bool,
    with_tasks: bool,
):
    db = SQLAlchemy()
    tasks = Tasks(clock=clock) if with_tasks else None
    app, mail, state = make_mail_site(smtp, db=db, tasks=tasks)
    with app.app_context():
        table = make_note_table(db)
        db.session.execute(sa.insert(table).values(id=1))
        mail.send(Message("hi", ["a@example.com"], "x"))
        assert not smtp.accepted
        if commits:
            db.session.commit()
        else:
            db.session.rollback()
        if tasks is not None:
            assert not smtp.accepted
            tasks.drain()

        assert len(smtp.accepted) == commits
        assert state.outbox.list_mails() == []


def test_an_unanswered_mail_of_a_request_is_kept_for_a_decision(
    smtp: SmtpServer, make_mail_site: MakeMailSite
):
    app, mail, state = make_mail_site(smtp)
    smtp.script = lambda step, argument: "close" if step == "END" else None
    with app.app_context():
        with pytest.raises(MailNotSentError, match="carboy mail discard"):
            mail.send(Message("hi", ["a@example.com"], "x"))

        assert [one.state for one in state.outbox.list_mails()] == [UNDECIDED]


def test_a_mail_that_is_too_large_is_refused(make_mail_site: MakeMailSite):
    app, mail, _ = make_mail_site(MAIL_MAX_SIZE=5000)
    message = Message("hi", ["a@example.com"])
    message.attach("a.bin", "application/octet-stream", b"x" * 6000)
    with app.app_context(), pytest.raises(MailError, match="MAIL_MAX_SIZE"):
        mail.send(message)


def test_templates_have_text_html_a_subject_and_languages(
    make_mail_site: MakeMailSite, tmp_path: Path
):
    app, mail, _ = make_mail_site()
    folder = tmp_path / "templates" / "mail"
    folder.mkdir(parents=True)
    (folder / "hi.txt").write_text("Subject: Hello {{ who }}\n\nText for {{ who }}\n")
    (folder / "hi.zh.txt").write_text("Subject: 你好 {{ who }}\n\n正文\n")
    (folder / "hi.html").write_text(
        '{% extends "mail/layout.html" %}'
        "{% block main %}<h1>{{ who }}</h1>{% endblock %}"
    )
    app.template_folder = str(tmp_path / "templates")
    app.jinja_loader.searchpath[:] = [app.template_folder]
    with app.app_context():
        mail.send_template("hi", to="a@example.com", who="A<b>")
        mail.send_template("hi", to=["a@example.com"], language="zh-CN", who="李")

    english, chinese = mail_of(mail)
    assert english.subject == "Hello A<b>"
    assert english.body == "Text for A<b>"
    assert "A&lt;b&gt;</h1>" in str(english.html)
    assert '<h1 style="' in str(english.html)
    assert (chinese.subject, chinese.body) == ("你好 李", "正文")


def mail_of(mail: Mail) -> list[Message]:
    return mail.outbox


def test_a_missing_template_is_named(make_mail_site: MakeMailSite):
    app, mail, _ = make_mail_site()
    with app.app_context(), pytest.raises(MailError, match=r"mail/none\.txt"):
        mail.send_template("none", to="a@example.com")


@pytest.mark.parametrize("site_name", ["Shop", None])
def test_mails_of_tests_and_development_need_no_sender(
    make_mail_site: MakeMailSite, site_name: str | None
):
    app, mail, state = make_mail_site(MAIL_DEFAULT_SENDER=None, SITE_NAME=site_name)

    with app.app_context():
        mail.send_message("Hello", recipients=["a@example.com"])

    (message,) = mail_of(mail)
    assert message.sender == (site_name or app.name, "noreply@example.com")
    assert state.settings.default_sender is None


def test_a_production_site_sends_no_mail_without_a_sender(make_mail_site: MakeMailSite):
    app, mail, state = make_mail_site(MAIL_DEFAULT_SENDER=None)
    state.sender = state.settings.default_sender

    with app.app_context(), pytest.raises(MailError, match="MAIL_DEFAULT_SENDER"):
        mail.send_message("Hello", recipients=["a@example.com"])
