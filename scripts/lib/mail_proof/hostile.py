"""What a mail server does at each step, drawn at random: every way of failing."""

import random
import threading
from collections import Counter

# Step → what happens instead of the good answer, with its share of all visits.
FAILURES: dict[str, tuple[tuple[str, float], ...]] = {
    "CONNECT": (("421 busy", 0.01), ("close", 0.01)),
    "EHLO": (("421 later", 0.005), ("close", 0.005)),
    "MAIL": (("451 later", 0.01), ("552 no", 0.002), ("close", 0.01)),
    "RCPT": (
        ("450 full", 0.02),
        ("550 unknown", 0.01),
        ("421 bye", 0.005),
        ("close", 0.01),
    ),
    "DATA": (("452 full", 0.01), ("554 no", 0.002), ("close", 0.01)),
    "BODY": (("close", 0.01),),
    "END": (
        ("452 full", 0.01),
        ("554 spam", 0.01),
        ("close", 0.01),
        ("silent", 0.001),
        ("250 what\r\n250 more", 0.002),
        ("accept and close", 0.01),
        ("accept and silent", 0.001),
        ("accept and 999 what", 0.002),
    ),
}  # fmt: skip


class HostileScript:
    """Decides for a server of `tests.mail.smtp_server`, from several threads."""

    def __init__(self, seed: int) -> None:
        self.failures: Counter[str] = Counter()
        self._dice = random.Random(seed)
        self._lock = threading.Lock()

    def __call__(self, step: str, _argument: str) -> str | None:
        """Return what the server does at a step, or None for the good answer."""
        with self._lock:
            point = self._dice.random()
            for failure, share in FAILURES.get(step, ()):
                if point < share:
                    self.failures[f"{step} {failure.splitlines()[0]}"] += 1
                    return failure
                point -= share
        return None
