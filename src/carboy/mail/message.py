"""`Message` and `Attachment`: what a mail says, as Flask-Mail writes it."""

import mimetypes
import re
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, InitVar, dataclass, field
from email.headerregistry import Address
from pkgutil import resolve_name
from typing import Any, Protocol

from .addresses import (
    AddressLike,
    check_header,
    parse_address,
    parse_addresses,
)
from .errors import BadHeaderError, MailError

_TOKEN = re.compile(r"[A-Za-z0-9!#$&^_.+-]+")
_TYPE = re.compile(rf"{_TOKEN.pattern}/{_TOKEN.pattern}(;.*)?")
_OURS = frozenset({
    "from", "to", "cc", "bcc", "subject", "date", "message-id", "reply-to",
    "mime-version", "content-type", "content-transfer-encoding",
})  # fmt: skip


class MessageSender(Protocol):
    """What a message sends itself by: a connection."""

    def send(self, message: "Message", /) -> None:
        """Send a message."""


@dataclass(slots=True)
class Attachment:
    """A file that is sent with a mail."""

    filename: str | None = None
    content_type: str | None = None
    data: bytes | str | None = None
    disposition: str = "attachment"
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Guess the type from the name of the file, and check the headers."""
        if self.content_type is None:
            guess = mimetypes.guess_type(self.filename or "")[0]
            text = isinstance(self.data, str)
            self.content_type = guess or (
                "text/plain" if text else "application/octet-stream"
            )
        self.headers = dict(self.headers or {})
        check_header("Content-Type", self.content_type)
        check_header("Content-Disposition", self.disposition)
        check_header("Content-Disposition", self.filename or "")
        for name, value in self.headers.items():
            check_header(name, name)
            check_header(name, str(value))
        if not _TYPE.fullmatch(self.content_type):
            raise MailError(
                f"{self.content_type!r} of the attachment {self.filename!r} is no "
                f"media type. Write for example 'application/pdf'."
            )
        if not _TOKEN.fullmatch(self.disposition):
            raise MailError(
                f"The disposition {self.disposition!r} of the attachment "
                f"{self.filename!r} is not known. Write 'attachment' or 'inline'."
            )

    @property
    def payload(self) -> bytes:
        """The content as bytes."""
        data = self.data or b""
        return data.encode() if isinstance(data, str) else bytes(data)


@dataclass(eq=False, repr=False)
class Message:
    """A mail. The arguments and attributes are those of Flask-Mail, in its order.

    `mailer` names the mailer that sends it; `headers` is another name of
    `extra_headers`, and `to` adds one recipient or several.
    """

    subject: str = ""
    recipients: Any = None
    body: str | None = None
    html: str | None = None
    alts: Any = None
    sender: AddressLike | None = None
    cc: Any = None
    bcc: Any = None
    attachments: Any = None
    reply_to: AddressLike | None = None
    date: float | None = None
    charset: str | None = None
    extra_headers: Any = None
    mail_options: Any = None
    rcpt_options: Any = None
    _: KW_ONLY
    to: InitVar[AddressLike | Iterable[AddressLike] | None] = None
    headers: InitVar[Mapping[str, str] | None] = None
    mailer: str | None = None
    is_automatic: bool = False

    def __post_init__(self, to: Any, headers: Mapping[str, str] | None) -> None:
        """Copy what was passed, so that two messages never share a list."""
        self.subject = str(self.subject)
        self.recipients = [
            *_to_list(self.recipients, "recipients"),
            *_one_or_many(to),
        ]
        self.cc = _to_list(self.cc, "cc")
        self.bcc = _to_list(self.bcc, "bcc")
        self.alts = dict(self.alts or {})
        if self.html is None:
            self.html = self.alts.pop("html", None)
        self.attachments = list(self.attachments or [])
        self.extra_headers = {**(self.extra_headers or {}), **(headers or {})}
        self.mail_options = list(self.mail_options or [])
        self.rcpt_options = list(self.rcpt_options or [])
        self.msgId = _make_id(self.sender)

    @property
    def parts(self) -> dict[str, str]:
        """The alternatives to the text, by type: HTML, and those of `alts`."""
        html = {} if self.html is None else {"html": self.html}
        return {**self.alts, **html}

    @property
    def message_id(self) -> str:
        """The Message-ID, which does not change when a mail is sent again."""
        return self.msgId

    @property
    def send_to(self) -> set[str]:
        """The addresses of all recipients, those of copies included."""
        return {address.addr_spec for address in self.list_recipients()}

    def list_recipients(self) -> list[Address]:
        """Return the recipients, those of copies included, without duplicates."""
        return parse_addresses([*self.recipients, *self.cc, *self.bcc])

    def add_recipient(self, recipient: AddressLike) -> None:
        """Add a recipient."""
        self.recipients.append(recipient)

    def attach(
        self,
        filename: str | None = None,
        content_type: str | None = None,
        data: bytes | str | None = None,
        disposition: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Attach a file."""
        self.attachments.append(
            Attachment(
                filename, content_type, data, disposition or "attachment", headers or {}
            )
        )

    def unsubscribe_with(self, url: str, *, mailto: str | None = None) -> None:
        """Add List-Unsubscribe: mail programs then show a button for it.

        The view at `url` must unsubscribe by a POST without a further question.
        """
        parts = [f"<{url}>"] if mailto is None else [f"<mailto:{mailto}>", f"<{url}>"]
        if not url.startswith("https://"):
            raise MailError(f"{url!r} does not begin with https://, as it must.")
        self.extra_headers["List-Unsubscribe"] = ", ".join(parts)
        self.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"

    def check(self) -> None:
        """Raise an error if the mail cannot be sent as it is."""
        if not self.list_recipients():
            raise MailError(
                f"The mail {self.subject!r} has no recipients. Pass recipients=[…]."
            )
        check_header("Subject", self.subject)
        for value in (self.sender, self.reply_to):
            if value is not None:
                parse_address(value, "From" if value is self.sender else "Reply-To")
        for name, value in self.extra_headers.items():
            _check_extra(name, str(value))

    def has_bad_headers(self) -> bool:
        """Return whether a header has a line break or another control character."""
        try:
            self.check()
        except BadHeaderError:
            return True
        except MailError:
            return False
        return False

    def as_bytes(self) -> bytes:
        """Return the mail as it is sent."""
        # By name: the module for the encoding stands above this one.
        content: bytes = resolve_name("carboy.mail.mime:encode_message")(self)
        return content

    def as_string(self) -> str:
        """Return the mail as it is sent, as text."""
        return self.as_bytes().decode("utf-8", "replace")

    def __bytes__(self) -> bytes:
        return self.as_bytes()

    def __str__(self) -> str:
        return self.as_string()

    def send(self, connection: MessageSender) -> None:
        """Send it by a connection of `mail.connect()`."""
        connection.send(self)


def _check_extra(name: str, value: str) -> None:
    check_header(name, name)
    check_header(name, value)
    if not name.isascii() or not name.replace("-", "").isalnum():
        raise BadHeaderError(f"{name!r} is not the name of a header.")
    if name.lower() in _OURS:
        raise BadHeaderError(
            f"The header {name} cannot be an extra header. Use the argument of Message "
            f"for it."
        )


def _to_list(values: Iterable[AddressLike] | None, name: str) -> list[Any]:
    if isinstance(values, str):
        raise MailError(f"{name} is the string {values!r}. Write a list: [{values!r}].")
    return list(values or [])


def _one_or_many(values: Any) -> list[Any]:
    if values is None:
        return []
    if isinstance(values, (str, tuple, Address)):
        return [values]
    return list(values)


def _make_id(sender: AddressLike | None) -> str:
    """Return a Message-ID with the domain of the sender, and not of this machine."""
    try:
        domain = parse_address(sender).domain if sender else "mail.invalid"
    except MailError:
        domain = "mail.invalid"
    return f"<{int(time.time() * 1000):x}.{secrets.token_hex(12)}@{domain}>"
