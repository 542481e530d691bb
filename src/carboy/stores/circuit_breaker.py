"""A circuit breaker: after one failure calls fail at once until a probe succeeds."""

import contextlib
import threading
from collections.abc import Callable

from carboy.errors import UnavailableError

# Seconds between two probes. Recovery takes at most this and one time-out.
PAUSE = 0.25


class CircuitBreaker:
    """Refuses calls to a service that failed, and probes it in the background.

    Requests are never the probe, so none of them waits for a time-out while the
    service is known to be down.
    """

    def __init__(self, probe: Callable[[], None], *, pause: float = PAUSE) -> None:
        self._probe = probe
        self._pause = pause
        self._message: str | None = None
        self._prober: threading.Thread | None = None
        self._stop = threading.Event()

    @property
    def is_open(self) -> bool:
        """Whether calls are refused."""
        return self._message is not None

    def check(self) -> None:
        """Raise `UnavailableError` if the service is known to be down."""
        message = self._message
        if message is not None:
            self._start_prober()
            raise UnavailableError(message)

    def trip(self, message: str) -> UnavailableError:
        """Record that the service is down; return the error to raise."""
        self._message = message
        self._start_prober()
        return UnavailableError(message)

    def close(self) -> None:
        """Stop the background probe."""
        self._stop.set()
        prober = self._prober
        if prober is not None and prober is not threading.current_thread():
            prober.join(timeout=5)

    def _start_prober(self) -> None:
        # A thread does not survive a fork: the child starts its own. No lock, which
        # a thread that is ended from outside would never release; two probers at
        # once are harmless.
        if self._prober is not None and self._prober.is_alive():
            return
        self._stop = threading.Event()
        prober = threading.Thread(
            target=self._probe_until_up, name="carboy-breaker", daemon=True
        )
        self._prober = prober
        prober.start()

    def _probe_until_up(self) -> None:
        while not self._stop.wait(self._pause):
            with contextlib.suppress(Exception):
                self._probe()
                self._message = None
                return
