"""`MailConnection`: what `mail.connect()` returns, for many mails at once."""

from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from .message import Message


class MailConnection:
    """Sends mails one after the other by the same connection to the server."""

    def __init__(self, send: Callable[[Message, str | None], None]) -> None:
        self._send = send

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Keep the connection: the mailer uses it again."""

    def send(self, message: Message, envelope_from: str | None = None) -> None:
        """Send a message; `envelope_from` is where failures are reported to."""
        self._send(message, envelope_from)

    def send_message(self, *args: Any, **kwargs: Any) -> None:
        """Make a message of the arguments, and send it."""
        self.send(Message(*args, **kwargs))
