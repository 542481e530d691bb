"""A connection has the methods of Flask-Mail's."""

from carboy.mail.connection import MailConnection
from carboy.mail.message import Message


def test_a_message_sends_itself_by_a_connection():
    sent = []
    with MailConnection(
        lambda message, envelope_from: sent.append(message)
    ) as connection:
        Message("one", ["a@example.com"]).send(connection)
        connection.send_message("two", ["a@example.com"])

    assert [message.subject for message in sent] == ["one", "two"]
