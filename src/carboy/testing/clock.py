"""A clock that stands still until a test moves it."""

START = 1_750_000_000.0


class Clock:
    """Seconds since the epoch, as a callable; only `advance` lets time pass.

    Hand it to whatever takes a clock: `MemoryStore(clock=clock)`.
    """

    def __init__(self, now: float = START) -> None:
        self._now = now

    def __call__(self) -> float:
        """Give the time."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        if seconds < 0:
            msg = f"Time goes forward only, got {seconds!r} seconds."
            raise ValueError(msg)
        self._now += seconds
