"""Connections to a mail server that are used again."""

import os
import smtplib
import ssl
import threading
import time
from dataclasses import dataclass

from carboy.mail.mail_url import MailAddress

_IDLE_SECONDS = 20.0


@dataclass(slots=True)
class _Idle:
    connection: smtplib.SMTP
    pid: int
    since: float
    mails: int


class SmtpPool:
    """Opens connections, and keeps some of them for a while."""

    def __init__(self, address: MailAddress) -> None:
        self._address = address
        self._idle: list[_Idle] = []
        self._mails: dict[int, int] = {}
        self._lock = threading.Lock()

    def acquire(self) -> smtplib.SMTP:
        """Return a connection that answers, a kept one or a new one."""
        while (idle := self._take()) is not None:
            if _answers(idle):
                self._mails[id(idle.connection)] = idle.mails
                return idle.connection
            idle.connection.close()
        return self._connect()

    def release(self, connection: smtplib.SMTP) -> None:
        """Keep a connection for the next mail, unless enough are kept."""
        mails = self._mails.pop(id(connection), 0) + 1
        with self._lock:
            if len(self._idle) < self._address.pool and mails < self._address.mails:
                self._idle.append(
                    _Idle(connection, os.getpid(), time.monotonic(), mails)
                )
                return
        _quit(connection)

    def discard(self, connection: smtplib.SMTP) -> None:
        """Close a connection in an unknown state."""
        self._mails.pop(id(connection), None)
        connection.close()

    def close(self) -> None:
        """Close the idle connections."""
        with self._lock:
            idle, self._idle = self._idle, []
        for item in idle:
            if item.pid == os.getpid():
                _quit(item.connection)

    def _take(self) -> _Idle | None:
        with self._lock:
            # One of the process before a fork is used there, too.
            self._idle = [item for item in self._idle if item.pid == os.getpid()]
            return self._idle.pop() if self._idle else None

    def _connect(self) -> smtplib.SMTP:
        address = self._address
        name = address.local_hostname or None
        if address.kind == "smtps":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                address.host,
                address.port,
                name,
                timeout=address.timeout,
                context=make_context(address),
            )
        else:
            connection = smtplib.SMTP(
                address.host, address.port, name, timeout=address.timeout
            )
        try:
            _greet(connection, address)
        except BaseException:
            connection.close()
            raise
        return connection


def make_context(address: MailAddress) -> ssl.SSLContext:
    """Return a TLS context that verifies the server, unless `verify=false`."""
    context = ssl.create_default_context(cafile=address.ca or None)
    if not address.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _greet(connection: smtplib.SMTP, address: MailAddress) -> None:
    connection.ehlo_or_helo_if_needed()
    if address.starttls:
        # Raises when the server does not offer it: nothing is sent in plain text.
        code, answer = connection.starttls(context=make_context(address))
        if code != 220:
            raise smtplib.SMTPResponseException(code, answer)
        connection.ehlo()
    if address.user:
        connection.login(address.user, address.password)


def _answers(idle: _Idle) -> bool:
    if time.monotonic() - idle.since > _IDLE_SECONDS:
        return False
    try:
        return idle.connection.rset()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def _quit(connection: smtplib.SMTP) -> None:
    try:
        connection.quit()
    except (OSError, smtplib.SMTPException):
        connection.close()
