"""The console shows the headers and the text."""

import io

from carboy.mail import Message
from carboy.mail.mailers import Envelope
from carboy.mail.mailers.console import ConsoleMailer


def test_a_mail_is_printed_without_control_characters():
    stream = io.StringIO()
    content = bytes(Message("Hi", ["a@b.co"], "text \x1b[31m"))
    ConsoleMailer(stream).send(Envelope("m", "s@b.co", ("a@b.co",), content), print)

    assert "Subject: Hi" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()
