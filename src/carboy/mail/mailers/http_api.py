"""Hand mails over to the API of a provider by HTTPS: the example of an adapter.

It posts JSON with sender, recipients and the mail in base64 to the address.
"""

import base64
import json
import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection

from carboy.mail.mail_url import MailAddress
from carboy.mail.outcome import SENT, Outcome

from .mailer import Envelope, Handover
from .smtp import describe
from .smtp_pool import make_context


class HttpMailer:
    """Sends each mail by one POST with the password as a bearer token."""

    def __init__(self, address: MailAddress) -> None:
        self.address = address.shown
        self._target = address

    def send(self, envelope: Envelope, before_handover: Handover) -> Outcome:
        """Post the mail."""
        connection = self._open()
        try:
            connection.connect()
        except (OSError, ssl.SSLError) as error:
            return Outcome("temporary", f"connect: {describe(error)}")
        try:
            before_handover()
            return self._post(connection, envelope)
        finally:
            connection.close()

    def close(self) -> None:
        """Do nothing: each mail has a connection of its own."""

    def _open(self) -> HTTPConnection:
        target = self._target
        if target.kind == "https":
            return HTTPSConnection(
                target.host,
                target.port or 443,
                timeout=target.timeout,
                context=make_context(target),
            )
        return HTTPConnection(target.host, target.port or 80, timeout=target.timeout)

    def _post(self, connection: HTTPConnection, envelope: Envelope) -> Outcome:
        body = json.dumps({
            "from": envelope.sender,
            "to": envelope.recipients,
            "raw": base64.b64encode(envelope.content).decode(),
        })
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": envelope.id,
            "Authorization": f"Bearer {self._target.password}",
        }
        try:
            connection.request("POST", self._target.path or "/", body, headers)
            status = connection.getresponse().status
        except (OSError, HTTPException) as error:
            return Outcome("undecided", f"no answer: {describe(error)}")
        if status // 100 == 2:
            return SENT
        if status in {408, 429, 503}:
            return Outcome("temporary", f"the answer was {status}")
        if status // 100 == 4:
            return Outcome("permanent", f"the answer was {status}")
        return Outcome("undecided", f"the answer was {status}")
