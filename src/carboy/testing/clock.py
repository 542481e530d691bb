"""A clock that tests control."""

START = 1_750_000_000.0


class Clock:
    """A callable that returns seconds since the epoch; only `advance` changes them.

    Pass it as a clock: `MemoryStore(clock=clock)`.
    """

    def __init__(self, now: float = START) -> None:
        self._now = now

    def __call__(self) -> float:
        """Return the time."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move the time forward."""
        if seconds < 0:
            msg = (
                f"seconds must be 0 or more, got {seconds!r}: time only moves forward."
            )
            raise ValueError(msg)
        self._now += seconds
