"""The line between the parent and a worker: small messages both ways, one a line."""

from __future__ import annotations

import json
import socket
from contextlib import suppress


class Link:
    """One end of the line. Its end of file means that the other process is gone."""

    def __init__(self, end: socket.socket) -> None:
        end.settimeout(0)
        self._end = end
        self._left = b""

    def fileno(self) -> int:
        """Return the descriptor, for selectors."""
        return self._end.fileno()

    def send(self, kind: str, **said: object) -> None:
        """Send a message; one that cannot be taken at once is dropped."""
        line = json.dumps({"kind": kind, **said}) + "\n"
        with suppress(OSError):
            self._end.sendall(line.encode())

    def receive(self) -> list[dict[str, object]] | None:
        """Return what has come, or None when the other end is closed."""
        try:
            data = self._end.recv(65536)
        except BlockingIOError:
            return []
        except OSError:
            return None
        if not data:
            return None
        *lines, self._left = (self._left + data).split(b"\n")
        return [json.loads(line) for line in lines]

    def close(self) -> None:
        """Hang up."""
        self._end.close()


def make_links() -> tuple[Link, Link]:
    """Return the two ends of a new line."""
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    return Link(one), Link(other)
