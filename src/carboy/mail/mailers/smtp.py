"""Hand mails over by SMTP, and know at each step whether the server has the mail."""

import re
import smtplib
import ssl

from carboy.mail.mail_url import MailAddress
from carboy.mail.outcome import SENT, Outcome

from .mailer import Envelope, Handover
from .smtp_pool import SmtpPool

_LINE_START_DOT = re.compile(rb"(?m)^\.")
_NEWLINE = re.compile(rb"\r\n|\r|\n")
# The classes of answers: done, and refused for good.
_OK, _NO = 2, 5
_FAILURES = (OSError, smtplib.SMTPException)


class SmtpMailer:
    """Sends by SMTP, with connections that are used again."""

    def __init__(self, address: MailAddress) -> None:
        self.address = address.shown
        self._pool = SmtpPool(address)

    def send(self, envelope: Envelope, before_handover: Handover) -> Outcome:
        """Hand a mail over."""
        try:
            connection = self._pool.acquire()
        except ssl.SSLCertVerificationError as error:
            # It is not the server that was meant, or the site trusts another one.
            return Outcome("temporary", f"certificate: {error.verify_message}")
        except smtplib.SMTPAuthenticationError as error:
            return Outcome("temporary", f"log in: {error.smtp_code} {_text(error)}")
        except _FAILURES as error:
            return Outcome("temporary", f"connect: {describe(error)}")
        try:
            outcome = _send(connection, envelope, before_handover)
        except BaseException:
            self._pool.discard(connection)
            raise
        if outcome.state == "sent" or _can_reset(connection):
            self._pool.release(connection)
        else:
            self._pool.discard(connection)
        return outcome

    def close(self) -> None:
        """Close the idle connections."""
        self._pool.close()


def _send(
    connection: smtplib.SMTP, envelope: Envelope, before_handover: Handover
) -> Outcome:
    step = "MAIL"
    try:
        options = [*envelope.mail_options, *_size_option(connection, envelope)]
        if not envelope.sender.isascii() or not all(
            recipient.isascii() for recipient in envelope.recipients
        ):
            if not connection.has_extn("smtputf8"):
                return Outcome(
                    "permanent", "The server has no SMTPUTF8 for these addresses."
                )
            connection.command_encoding = "utf-8"
            options.append("SMTPUTF8")
        code, answer = connection.mail(envelope.sender, options)
        if code // 100 != 2:
            return _refused(step, code, answer)
        step = "RCPT"
        refused = _name_recipients(connection, envelope)
        if len(refused) == len(envelope.recipients):
            return _all_refused(refused)
        step = "DATA"
        code, answer = connection.docmd("DATA")
        if code != 354:
            return _refused(step, code, answer)
        connection.send(quote_content(envelope.content))
    except _FAILURES as error:
        # Without the last line, the server has no mail.
        return Outcome("temporary", f"{step}: {describe(error)}")
    before_handover()
    return _finish(connection, refused)


def _finish(connection: smtplib.SMTP, refused: dict[str, tuple[int, bytes]]) -> Outcome:
    """Send the last line; from here on the mail may be delivered."""
    try:
        connection.send(b".\r\n")
        code, answer = connection.getreply()
    except _FAILURES as error:
        return Outcome("undecided", f"no answer to the mail: {describe(error)}")
    if code // 100 in {4, 5}:
        return _refused("mail", code, answer)
    if code // 100 != 2:
        return Outcome("undecided", f"the answer to the mail was {code}")
    if not refused:
        return SENT
    reasons = _describe_refused(refused)
    later = _list_later(refused)
    return Outcome("sent", "", reasons, later)


def _name_recipients(
    connection: smtplib.SMTP, envelope: Envelope
) -> dict[str, tuple[int, bytes]]:
    refused = {}
    for recipient in envelope.recipients:
        code, answer = connection.rcpt(recipient, list(envelope.rcpt_options))
        if code == 421 or code < 200:
            raise smtplib.SMTPServerDisconnected(f"{code} {_decode(answer)}")
        if code // 100 != 2:
            refused[recipient] = (code, answer)
    return refused


def _all_refused(refused: dict[str, tuple[int, bytes]]) -> Outcome:
    reasons = _describe_refused(refused)
    later = _list_later(refused)
    reason = "; ".join(f"{name}: {text}" for name, text in reasons.items())
    return Outcome("temporary" if later else "permanent", reason, reasons, later)


def _describe_refused(refused: dict[str, tuple[int, bytes]]) -> dict[str, str]:
    return {name: f"{code} {_decode(text)}" for name, (code, text) in refused.items()}


def _list_later(refused: dict[str, tuple[int, bytes]]) -> tuple[str, ...]:
    """Return the recipients that were not refused for good."""
    return tuple(name for name, (code, _) in refused.items() if code // 100 != 5)


def _refused(step: str, code: int, answer: bytes) -> Outcome:
    state = "permanent" if code // 100 == 5 else "temporary"
    reason = f"{step}: {code} {_decode(answer)}"
    return (
        Outcome("permanent", reason)
        if state == "permanent"
        else Outcome("temporary", reason)
    )


def quote_content(content: bytes) -> bytes:
    """Return the content with CRLF between lines, and dots at their start doubled.

    A bare CR or LF, which servers read in different ways, could end the mail early.
    """
    lines = _NEWLINE.sub(b"\r\n", content)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return _LINE_START_DOT.sub(b"..", lines)


def _size_option(connection: smtplib.SMTP, envelope: Envelope) -> list[str]:
    return [f"SIZE={len(envelope.content)}"] if connection.has_extn("size") else []


def _can_reset(connection: smtplib.SMTP) -> bool:
    try:
        return connection.sock is not None and connection.rset()[0] == 250
    except _FAILURES:
        return False


def describe(error: BaseException) -> str:
    """Return an error in one line; it has no password, which is never in an answer."""
    text = str(error).strip() or type(error).__name__
    return " ".join(text.split())[:300]


def _text(error: smtplib.SMTPResponseException) -> str:
    answer = error.smtp_error
    return _decode(answer if isinstance(answer, bytes) else str(answer).encode())


def _decode(answer: bytes) -> str:
    text = answer.decode("utf-8", "replace")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300]
