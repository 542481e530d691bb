"""Make the mailer for an address."""

from pathlib import Path
from pkgutil import resolve_name

from carboy.mail.mail_url import MailAddress

from .console import ConsoleMailer
from .file import FileMailer
from .mailer import Mailer
from .memory import MemoryMailer


def open_mailer(address: MailAddress, instance_path: str = ".") -> Mailer:
    """Return the mailer for `address`; nothing is connected yet."""
    if address.kind in {"memory", "null"}:
        return MemoryMailer(1000 if address.kind == "memory" else 1)
    if address.kind == "console":
        return ConsoleMailer()
    if address.kind == "file":
        return FileMailer(Path(instance_path) / (address.path or "mail"))
    # Imported here: a site that sends by other ways needs neither.
    if address.kind in {"http", "https"}:
        api: Mailer = resolve_name("carboy.mail.mailers.http_api:HttpMailer")(address)
        return api
    smtp: Mailer = resolve_name("carboy.mail.mailers.smtp:SmtpMailer")(address)
    return smtp
