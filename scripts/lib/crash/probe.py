"""Measures what the machine grants: a stall may be the machine's and not ours."""

import threading
import time
from collections import deque

_WORK = 0.003
_PERIOD = 0.1


class Probe:
    """A thread that asks for three milliseconds of a core, ten times a second."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, float, float]] = deque(maxlen=3000)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def share(self, seconds: float) -> float:
        """Return how much of a core it got in the last `seconds`, from 0 to 1."""
        since = time.monotonic() - seconds
        samples = [(cpu, wall) for at, cpu, wall in list(self._samples) if at > since]
        wall = sum(each[1] for each in samples)
        return sum(each[0] for each in samples) / wall if wall else 1.0

    def close(self) -> None:
        """End the thread."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(_PERIOD):
            began, used = time.monotonic(), time.thread_time()
            while time.thread_time() - used < _WORK:
                pass
            now = time.monotonic()
            self._samples.append((now, time.thread_time() - used, now - began))
