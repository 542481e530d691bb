"""Write mails as `.eml` files into a folder."""

import os
import secrets
import time
from pathlib import Path

from carboy.mail.outcome import SENT, Outcome

from .mailer import Envelope, Handover


class FileMailer:
    """Writes each mail into a file of its own, readable only by the user."""

    def __init__(self, folder: Path) -> None:
        self.address = f"file://{folder}"
        self._folder = folder

    def send(self, envelope: Envelope, before_handover: Handover) -> Outcome:
        """Write the mail; a file never exists with half of its content."""
        before_handover()
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            name = f"{time.time_ns()}-{secrets.token_hex(4)}"
            part = self._folder / f".{name}.part"
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(envelope.content)
            part.rename(self._folder / f"{name}.eml")
        except OSError as error:
            return Outcome("temporary", f"{self._folder}: {error.strerror}")
        return SENT

    def close(self) -> None:
        """Do nothing: each file is closed at once."""
