"""The settings of mail; the names of Flask-Mail work."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import msgspec

from carboy.core import Section, setting

from .mail_url import MailAddress, parse_mail_url


class MailSettings(Section, frozen=True, kw_only=True):
    """Which mailers send mails, from whom, and with which limits."""

    prefix: ClassVar[str] = "MAIL"
    obsolete: ClassVar[Mapping[str, str]] = {
        "MAIL_ASCII_ATTACHMENTS": "Names of files are encoded by RFC 2231.",
        "MAIL_DEBUG": "Outcomes are logged by the logger carboy.mail.",
    }

    url: Annotated[
        str,
        setting(
            "Address of the default mailer: smtp://user:password@host:587, smtps://…, "
            "console:, file:folder, memory:. Unset: the settings MAIL_SERVER …, memory "
            "in tests and console in development.",
            secret=True,
        ),
    ] = ""
    mailers: Annotated[
        dict[str, str],
        setting("Addresses of further mailers by name.", secret=True),
    ] = msgspec.field(default_factory=dict)
    fallback: Annotated[
        str,
        setting("Name of the mailer that is used while the first does not take mails."),
    ] = ""
    default_sender: Annotated[
        Any,
        setting(
            "Sender of mails without one: an address, or (name, address). Unset: the "
            "site at example.com in development and in tests; elsewhere each mail must "
            "name its sender."
        ),
    ] = None
    server: Annotated[str, setting("Host of the mail server without MAIL_URL.")] = ""
    port: Annotated[int, setting("Port of this server.", ge=1, le=65535)] = 25
    use_tls: Annotated[bool, setting("Encrypt with STARTTLS.")] = False
    use_ssl: Annotated[bool, setting("Encrypt from the first byte.")] = False
    username: Annotated[str | None, setting("User name at this server.")] = None
    password: Annotated[
        str | None, setting("Password at this server.", secret=True)
    ] = None
    max_emails: Annotated[
        int | None, setting("Mails by one connection; unset: 100.")
    ] = None
    suppress_send: Annotated[bool | None, setting("Send nothing; unset: in tests.")] = (
        None
    )
    timeout: Annotated[
        float, setting("Seconds to wait for each answer of a server.", ge=0.1)
    ] = 10
    max_size: Annotated[int, setting("Largest mail in bytes.", ge=1000)] = 20_000_000
    retries: Annotated[
        int, setting("Attempts after the first that a worker makes.", ge=0)
    ] = 10
    claim_timeout: Annotated[
        float,
        setting(
            "Seconds after which a mail that is being sent belongs to a process that "
            "ended: longer than the sending of any mail.",
            ge=1,
        ),
    ] = 600
    dkim_key: Annotated[
        str,
        setting(
            "Private key that signs mails (DKIM): PEM, or the path of its file. Unset: "
            "they are not signed.",
            secret=True,
        ),
    ] = ""
    dkim_selector: Annotated[
        str, setting("Name of the key in DNS: <selector>._domainkey.<domain>.")
    ] = "carboy"
    dkim_domain: Annotated[
        str,
        setting("Domain whose mails are signed; unset: the domain of each sender."),
    ] = ""
    table: Annotated[
        str, setting("Table of mails to send; created if it does not exist.")
    ] = "carboy_mail"

    def find_addresses(self, *, testing: bool, debug: bool) -> dict[str, MailAddress]:
        """Return the address of each mailer by name."""
        addresses = {name: parse_mail_url(url) for name, url in self.mailers.items()}
        addresses["default"] = self._find_default(testing=testing, debug=debug)
        return addresses

    def _find_default(self, *, testing: bool, debug: bool) -> MailAddress:
        suppress = testing if self.suppress_send is None else self.suppress_send
        if suppress:
            return MailAddress("memory" if testing else "null", url="memory:")
        if self.url:
            return parse_mail_url(self.url)
        if not self.server:
            kind = "console" if debug else "smtp"
            return MailAddress(kind, "127.0.0.1", 25, timeout=self.timeout)
        return MailAddress(
            "smtps" if self.use_ssl else "smtp",
            self.server,
            self.port,
            self.username or "",
            self.password or "",
            starttls=self.use_tls,
            timeout=self.timeout,
            mails=self.max_emails or 100,
        )
