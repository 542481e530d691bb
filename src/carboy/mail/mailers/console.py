"""Print mails, for development."""

import sys
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TextIO

from carboy.mail.outcome import SENT, Outcome

from .mailer import Envelope, Handover


class ConsoleMailer:
    """Prints the headers and the text of each mail."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.address = "console:"
        self._stream = stream

    def send(self, envelope: Envelope, before_handover: Handover) -> Outcome:
        """Print the mail."""
        before_handover()
        stream = self._stream or sys.stderr
        stream.write(_show(envelope))
        stream.flush()
        return SENT

    def close(self) -> None:
        """Do nothing: the stream belongs to the process."""


def _show(envelope: Envelope) -> str:
    mail = message_from_bytes(envelope.content, EmailMessage, policy=policy.default)
    names = ("From", "To", "Cc", "Subject")
    lines = [f"{name}: {mail[name]}" for name in names if mail[name]]
    part = mail.get_body(("plain", "html"))
    text = "" if part is None else str(part.get_content())
    files = [str(item.get_filename()) for item in mail.iter_attachments()]
    if files:
        lines.append(f"Attachments: {', '.join(files)}")
    body = "".join(
        c
        for c in "\n".join([*lines, "", text.rstrip()])
        if c.isprintable() or c == "\n"
    )
    rule = "-" * 72
    return f"{rule}\n{body}\n{rule}\n"
