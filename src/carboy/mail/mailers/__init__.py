"""The ways to send a mail: SMTP, console, file, memory, and an API by HTTP."""

from .mailer import Envelope, Handover, Mailer
from .memory import MemoryMailer
from .open_mailer import open_mailer

__all__ = ["Envelope", "Handover", "Mailer", "MemoryMailer", "open_mailer"]
