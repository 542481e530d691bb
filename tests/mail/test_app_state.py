"""A mail of a session that has nothing to commit is sent at once."""

from carboy.db import SQLAlchemy
from carboy.mail import Message

from .conftest import MakeMailSite


def test_without_a_transaction_a_mail_is_sent_at_once(make_mail_site: MakeMailSite):
    app, mail, state = make_mail_site(db=SQLAlchemy())
    with app.app_context():
        assert state.find_session() is None
        mail.send(Message("hi", ["a@example.com"]))

        assert len(mail.outbox) == 1
