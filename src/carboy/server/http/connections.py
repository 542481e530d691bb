"""The open client connections of this process, found among its descriptors.

Granian keeps them to itself. Two things need them: knowing when a draining worker has
none left, and cutting one whose answer failed half way, which must not look complete.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress

_FOLDER = "/proc/self/fd" if sys.platform == "linux" else "/dev/fd"
Address = tuple[str, int]


def count_connections(names: set[object]) -> int:
    """Count the connections that were accepted on these listening addresses."""
    return sum(1 for each in _connected() if _get_place(each) in names)


def close_connection(client: Address) -> bool:
    """End the connection of this client at once; tell whether it was found."""
    for each in _connected():
        with suppress(OSError):
            peer = each.getpeername()
            if isinstance(peer, tuple) and peer[:2] == client:
                each.shutdown(socket.SHUT_RDWR)
                return True
    return False


def _connected() -> Iterator[socket.socket]:
    """Yield each connected stream socket; it is only borrowed."""
    for name in os.listdir(_FOLDER):  # noqa: PTH208 (plain names are what is wanted)
        try:
            borrowed = socket.socket(fileno=int(name))
        except OSError:
            continue
        try:
            if borrowed.type == socket.SOCK_STREAM:
                yield borrowed
        finally:
            borrowed.detach()


def _get_place(connection: socket.socket) -> object:
    """Return the address that it was accepted on, or nothing if it is no such one."""
    try:
        connection.getpeername()
        name = connection.getsockname()
    except OSError:
        return None
    return name[1] if isinstance(name, tuple) else name
