"""Remembers which clients send their bodies quickly.

A body that is read in one step costs half of one that is read in pieces, but shows no
progress: a slow one cannot be told from one that has stopped. Only clients that were
quick before are read in one step.
"""

from carboy.bounded_dict import BoundedDict

_QUICK_RATE = 512 * 1024
# A body in one step has `body_timeout` to arrive. It may be as large as a client sends
# in this time whose pace has dropped to a fifth.
SINGLE_READ_RATE = _QUICK_RATE // 5
_MAX_CLIENTS = 4096


class ClientPace:
    """The addresses whose last body came quickly; lives on the event loop."""

    def __init__(self) -> None:
        self._quick = BoundedDict[str, None](_MAX_CLIENTS)

    def is_quick(self, host: str) -> bool:
        """Return whether the last body of this address came quickly."""
        return host in self._quick

    def note(self, host: str, size: int, seconds: float) -> None:
        """Record a body that has arrived."""
        if size >= seconds * _QUICK_RATE:
            self._quick[host] = None
        else:
            self.forget(host)

    def forget(self, host: str) -> None:
        """Record a body that came too slowly, or not to its end."""
        self._quick.pop(host, None)
