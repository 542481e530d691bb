"""Whether this process can claim runs; if not, its log says so until it can again."""

import logging
import time
from collections.abc import Callable

log = logging.getLogger("carboy.tasks")

_REMIND_PERIOD = 60.0


class Claiming:
    """What keeps a worker from claiming runs, if anything."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since = 0.0
        self._remind_at = 0.0
        self.problem: str | None = None

    def failed(self, error: Exception) -> None:
        """Log an error at once, and again each minute while it stays."""
        now = self._clock()
        if self.problem is None:
            self._since, self._remind_at = now, now
        # Lines after the first quote the statement.
        text = str(error).partition("\n")[0]
        self.problem = f"{type(error).__name__}: {text}"
        if now >= self._remind_at:
            self._remind_at = now + _REMIND_PERIOD
            log.error(
                "No run can be claimed since %.0f s (%s). The worker goes on trying.",
                now - self._since,
                self.problem,
            )

    def succeeded(self) -> None:
        """Log that the cause is gone."""
        if self.problem is not None:
            log.warning(
                "Runs can be claimed again after %.0f s.", self._clock() - self._since
            )
            self.problem = None
