"""Encode a message as the bytes that a mail server takes."""

import re
import time
from collections.abc import Iterable
from email import policy
from email.message import EmailMessage
from email.utils import formatdate
from html import unescape

from .addresses import AddressLike, parse_addresses
from .header_text import (
    make_address_header,
    make_disposition_header,
    make_text_header,
)
from .message import Attachment, Message

_POLICY = policy.SMTP.clone(max_line_length=78)
_SKIPPED = re.compile(r"(?is)<(script|style|head|title)\b.*?</\1\s*>|<!--.*?-->")
_LINK = re.compile(r"""(?is)<a\b[^>]*?href\s*=\s*["']([^"']+)["'][^>]*>(.*?)</a\s*>""")
_BREAK = re.compile(r"(?i)<br\s*/?>|</(p|div|h[1-6]|tr|table|ul|ol|blockquote)\s*>")
_ITEM = re.compile(r"(?i)<li\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")


def encode_message(message: Message) -> bytes:
    """Return the mail as bytes, with CRLF between lines; Bcc is not among the headers.

    Raise `BadHeaderError` or `AddressError` if a header is wrong.
    """
    message.check()
    mail = EmailMessage(policy=_POLICY)
    _add_headers(mail, message)
    html = message.parts.get("html")
    text = message.body
    if text is None and html is not None:
        text = text_from_html(html)
    mail.set_content(text or "", charset="utf-8", cte=_transfer_encoding(text or ""))
    for subtype, content in message.parts.items():
        mail.add_alternative(
            content, subtype=subtype, charset="utf-8", cte=_transfer_encoding(content)
        )
    for attachment in message.attachments:
        _add_attachment(mail, attachment)
    return mail.as_bytes()


def text_from_html(html: str) -> str:
    """Return the text of a mail in HTML, with the addresses of links."""
    text = _SKIPPED.sub("", html)
    text = re.sub(r"\s+", " ", text)
    text = _LINK.sub(_write_link, text)
    text = _ITEM.sub("\n- ", _BREAK.sub("\n", text))
    lines = [line.strip() for line in unescape(_TAG.sub("", text)).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _write_link(match: re.Match[str]) -> str:
    url, label = match[1], _TAG.sub("", match[2]).strip()
    return label if not label or label == url else f"{label} ({url})"


def _add_headers(mail: EmailMessage, message: Message) -> None:
    def add(name: str, values: Iterable[AddressLike | None]) -> None:
        given = [value for value in values if value is not None]
        if addresses := parse_addresses(given, name):
            mail[name] = make_address_header(name, addresses)

    add("From", [message.sender])
    add("To", message.recipients)
    add("Cc", message.cc)
    add("Reply-To", [message.reply_to])
    mail["Subject"] = make_text_header("Subject", message.subject)
    mail["Date"] = formatdate(time.time() if message.date is None else message.date)
    mail["Message-ID"] = make_text_header("Message-ID", message.message_id)
    if message.is_automatic:
        mail["Auto-Submitted"] = "auto-generated"
    for name, value in message.extra_headers.items():
        del mail[name]
        mail[name] = make_text_header(name, str(value))


def _add_attachment(mail: EmailMessage, attachment: Attachment) -> None:
    main, _, subtype = (attachment.content_type or "").partition("/")
    if main in {"multipart", "message"}:
        # A mail server could read it as part of the mail.
        main, subtype = "application", "octet-stream"
    mail.add_attachment(
        attachment.payload, maintype=main, subtype=subtype.partition(";")[0].strip()
    )
    part = list(mail.iter_attachments())[-1]
    del part["Content-Disposition"]
    part["Content-Disposition"] = make_disposition_header(
        attachment.disposition, attachment.filename
    )
    for name, value in attachment.headers.items():
        del part[name]
        part[name] = make_text_header(name, str(value))


def _transfer_encoding(text: str) -> str:
    is_plain = text.isascii() and all(len(line) < 900 for line in text.splitlines())
    return "7bit" if is_plain else "quoted-printable"
