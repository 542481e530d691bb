"""What the pages show of a mail: its headers, its text and HTML, its attachments."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass(frozen=True, slots=True)
class MailContent:
    """A mail in its parts."""

    headers: dict[str, str]
    text: str | None
    html: str | None
    attachments: tuple[str, ...]
    source: str


def read_content(content: bytes) -> MailContent:
    """Return the parts of an encoded mail."""
    mail = message_from_bytes(content, EmailMessage, policy=policy.default)
    return MailContent(
        {name: str(value) for name, value in mail.items()},
        _read_part(mail, "plain"),
        _read_part(mail, "html"),
        tuple(part.get_filename() or "" for part in mail.iter_attachments()),
        content.decode("utf-8", "replace"),
    )


def _read_part(mail: EmailMessage, kind: str) -> str | None:
    part = mail.get_body((kind,))
    return None if part is None else str(part.get_content())
