"""No mail of a process that was killed is lost, and none is sent twice."""

import os
import signal
import time
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from carboy import Carboy
from carboy.db import SQLAlchemy
from carboy.mail import Mail, Message
from carboy.mail.app_state import MailState, mail_state
from carboy.mail.mailers import Envelope
from carboy.mail.outbox import FAILED, SENDING, UNDECIDED, WAITING
from carboy.tasks import Tasks
from tests.stores.killing import CONTEXT

from .conftest import MakeMailSite
from .smtp_server import SmtpServer

MAIL = Envelope("m1", "a@example.com", ("b@example.com",), b"Subject: x\r\n\r\nhi\r\n")
# More than the buffers of a socket hold: the rest is not sent yet.
LONG_LINE = "x" * 900 + "\n"
LONG = LONG_LINE * 13_000
UNTAKEN = ("COMMIT", "CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "BODY")


def open_site(
    folder: Path, port: int, *, with_tasks: bool
) -> tuple[Flask, Mail, SQLAlchemy, Tasks | None]:
    app = Flask("shop", instance_path=str(folder))
    app.testing = True
    app.config.update(
        DATABASE_URL=f"sqlite:///{folder}/app.sqlite",
        MAIL_DEFAULT_SENDER="shop@example.com",
        MAIL_SUPPRESS_SEND=False,
        MAIL_URL=f"smtp://127.0.0.1:{port}?timeout=20",
    )
    db = SQLAlchemy(app)
    tasks = Tasks(app) if with_tasks else None
    return app, Mail(app), db, tasks


def send_one(folder: Path, port: int, step: str, with_tasks: bool) -> None:
    """Order something, and be killed at a step of the mail about it."""
    app, mail, db, tasks = open_site(folder, port, with_tasks=with_tasks)
    with app.app_context():
        note = sa.Table("note", db.metadata, sa.Column("id", sa.Integer))
        db.create_all()
        db.session.execute(sa.insert(note).values(id=1))
        if step == "COMMIT":
            db.session().after_commit(lambda: os.kill(os.getpid(), signal.SIGKILL))
        text = LONG if step == "BODY" else "hi"
        mail.send(Message("Order", ["ada@example.com"], text))
        db.session.commit()
        if tasks is not None:
            tasks.drain()


def kill_at(smtp: SmtpServer, folder: Path, step: str, *, with_tasks: bool) -> None:
    CONTEXT.set_forkserver_preload([__name__])
    arguments = (folder, smtp.port, step, with_tasks)
    process: BaseProcess = CONTEXT.Process(target=send_one, args=arguments)

    def kill(at: str, argument: str) -> str | None:
        if at != step:
            return None
        process.kill()
        # Not join(): the exit code is read once, by the thread of the test.
        wait([process.sentinel], 60)
        return "accept and close" if at == "END" else "close"

    smtp.script = kill
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    smtp.script = lambda step, argument: None


@pytest.mark.parametrize(
    ("step", "with_tasks"),
    [
        *((step, False) for step in UNTAKEN),
        *((step, True) for step in ("MAIL", "BODY")),
    ],
)
def test_a_mail_that_was_not_handed_over_is_sent_once_after_the_kill(
    smtp: SmtpServer, tmp_path: Path, step: str, with_tasks: bool
):
    kill_at(smtp, tmp_path, step, with_tasks=with_tasks)
    assert not smtp.accepted
    app, _, _, tasks = open_site(tmp_path, smtp.port, with_tasks=with_tasks)
    state = mail_state.of(app)
    with app.app_context():
        for _ in range(2):
            state.sweep(time.time() + 1)
            if tasks is not None:
                tasks.drain()

        assert [names for names, _ in smtp.accepted] == [("ada@example.com",)]
        assert state.outbox.list_mails() == []
        state.delivery.close()


def test_a_mail_whose_task_has_failed_gets_another_one(
    smtp: SmtpServer, tmp_path: Path
):
    """A database that was locked for long had ended the task; the mail waited on."""
    app, mail, db, tasks = open_site(tmp_path, smtp.port, with_tasks=True)
    assert tasks is not None
    state = mail_state.of(app)
    with app.app_context():
        db.create_all()
        mail.send(Message("Order", ["ada@example.com"], "hi"))
        db.session.commit()
        db.session.execute(sa.text("UPDATE carboy_task_run SET state = 'failed'"))
        db.session.execute(sa.text("DELETE FROM carboy_task_queue"))
        db.session.commit()
        tasks.drain()
        assert state.outbox.count(WAITING) == 1

        state.sweep()
        assert db.session.scalar(sa.text("SELECT count(*) FROM carboy_task_queue")) == 0
        for _ in range(3):
            state.sweep(time.time() + 1)
        assert db.session.scalar(sa.text("SELECT count(*) FROM carboy_task_queue")) == 1
        db.session.rollback()
        tasks.drain()

        assert len(smtp.accepted) == 1
        assert state.outbox.list_mails() == []
        state.delivery.close()


@pytest.mark.parametrize("with_tasks", [False, True])
def test_a_mail_that_was_handed_over_is_left_to_a_decision_after_the_kill(
    smtp: SmtpServer, tmp_path: Path, with_tasks: bool
):
    kill_at(smtp, tmp_path, "END", with_tasks=with_tasks)
    app, _, _, tasks = open_site(tmp_path, smtp.port, with_tasks=with_tasks)
    state = mail_state.of(app)
    with app.app_context():
        for _ in range(2):
            state.sweep(time.time() + 1)
            if tasks is not None:
                tasks.drain()

        assert len(smtp.accepted) == 1
        assert [one.state for one in state.outbox.list_mails()] == [UNDECIDED]
        state.delivery.close()


def test_a_mail_that_is_being_sent_is_left_alone(make_mail_site: MakeMailSite):
    _, _, state = make_mail_site()
    claim(state, "alive")

    swept = state.sweep()

    assert swept.returned == ()
    assert state.outbox.count(SENDING) == 1


def test_a_mail_that_ends_each_process_fails_in_the_end(make_mail_site: MakeMailSite):
    _, _, state = make_mail_site(MAIL_RETRIES=1)
    claim(state, "one")
    state.outbox.claim(MAIL.id, "two")

    swept = state.sweep(time.time() + 1)

    assert swept.failed == (MAIL.id,)
    assert state.outbox.count(FAILED) == 1


def test_a_process_that_was_only_slow_does_not_hand_over_what_a_sweep_returned(
    smtp: SmtpServer, make_mail_site: MakeMailSite
):
    app, mail, state = make_mail_site(smtp)
    swept = []

    def sweep_meanwhile(step: str, argument: str) -> None:
        if step == "DATA" and not swept:
            swept.append(1)
            state.sweep(time.time() + 1)

    smtp.script = sweep_meanwhile
    with app.app_context():
        mail.send(Message("hi", ["b@example.com"], "x"))

    assert len(smtp.accepted) == 1
    assert state.outbox.list_mails() == []


def test_the_command_sends_what_was_left_behind(
    smtp: SmtpServer, make_mail_site: MakeMailSite
):
    app, _, state = make_mail_site(smtp, MAIL_CLAIM_TIMEOUT=1)
    state.outbox.add(None, MAIL, mailer="default", subject="x")

    result = app.test_cli_runner().invoke(args=["mail", "sweep"])

    assert "0 mails were returned" in result.output
    assert state.outbox.count(WAITING) == 0
    assert len(smtp.accepted) == 1


def test_a_site_sends_at_its_start_what_was_left_behind(
    smtp: SmtpServer, tmp_path: Path
):
    app = Carboy("shop", instance_path=str(tmp_path))
    app.config.update(
        MAIL_SUPPRESS_SEND=False, MAIL_URL=f"smtp://127.0.0.1:{smtp.port}"
    )
    app.use(Mail())
    state = mail_state.of(app)
    state.outbox.add(None, MAIL, mailer="default", subject="x")

    app.run_start_hooks()
    smtp.wait_for_mails(1)

    assert len(smtp.accepted) == 1
    state.delivery.close()


def claim(state: MailState, token: str) -> None:
    state.outbox.add(None, MAIL, mailer="default", subject="x")
    assert state.outbox.claim(MAIL.id, token)
