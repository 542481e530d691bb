"""Parse `MAIL_URL`: smtp://user:secret@host:587, console:, file:folder, memory:."""

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from carboy.core import quote_credentials, redact_url
from carboy.errors import SettingsError

KINDS = ("smtp", "smtps", "console", "file", "memory", "null", "http", "https")
_PORTS = {"smtp": 587, "smtps": 465}
_BOOLEANS = {"1": True, "true": True, "yes": True, "0": False, "false": False}
_BOOLEANS["no"] = False
_OPTIONS = ("starttls", "verify", "timeout", "pool", "local_hostname", "ca", "mails")


@dataclass(frozen=True, slots=True)
class MailAddress:
    """Where mails are handed over, and how."""

    kind: str
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = field(default="", repr=False)
    path: str = ""
    starttls: bool = False
    verify: bool = True
    ca: str = ""
    timeout: float = 10
    pool: int = 4
    mails: int = 100
    local_hostname: str = ""
    url: str = field(default="", repr=False)

    @property
    def shown(self) -> str:
        """The address without its password."""
        return redact_url(self.url) if self.url else f"{self.kind}://{self.host}"


def parse_mail_url(url: str) -> MailAddress:
    """Return the parts of a URL, or raise `SettingsError` that names what is wrong."""
    kind = url.partition(":")[0].lower()
    if kind not in KINDS or ":" not in url:
        raise SettingsError(
            f"MAIL_URL = {redact_url(url)!r} is no address of a mailer. Write "
            f"smtp://user:password@host:587, smtps://…, console:, file:folder or "
            f"memory:."
        )
    if kind in {"console", "memory", "null"}:
        return MailAddress(kind, url=url)
    if kind == "file":
        path = url.partition(":")[2]
        return MailAddress(kind, path=path.removeprefix("//"), url=url)
    try:
        parts = urlsplit(quote_credentials(url))
        host, port = parts.hostname or "", parts.port
        options = _read_options(parts.query)
    except ValueError as error:
        raise SettingsError(
            f"MAIL_URL = {redact_url(url)!r} cannot be read: {error}."
        ) from None
    if not host:
        raise SettingsError(f"MAIL_URL = {redact_url(url)!r} names no host.")
    starttls = kind == "smtp" and port != 25 and host not in {"localhost", "127.0.0.1"}
    address = MailAddress(
        kind,
        host,
        port or _PORTS.get(kind, 0),
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        parts.path,
        url=url,
        starttls=starttls,
    )
    return replace(address, **options)


def _read_options(query: str) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in _OPTIONS:
            raise ValueError(
                f"{name} is unknown; the options are {', '.join(_OPTIONS)}"
            )
        if name in {"starttls", "verify"}:
            if value.lower() not in _BOOLEANS:
                raise ValueError(f"{name} must be true or false, got {value!r}")
            options[name] = _BOOLEANS[value.lower()]
        elif name == "timeout":
            options[name] = float(value)
        elif name in {"pool", "mails"}:
            options[name] = int(value)
        else:
            options[name] = value
    return options
