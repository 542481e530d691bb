"""Finds the open client connections of this process among its descriptors.

Granian does not expose them. A draining worker has to know when none is left, and a
response that failed in the middle must not look complete, so its connection is closed.
"""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress

_FOLDER = "/proc/self/fd" if sys.platform == "linux" else "/dev/fd"
Address = tuple[str, int]


def count_connections(addresses: set[object]) -> int:
    """Return how many connections were accepted on these listening addresses."""
    return sum(
        1
        for connection in _iterate_connected()
        if _get_local_address(connection) in addresses
    )


def close_connection(client: Address) -> bool:
    """Close the connection of this client at once; return whether it was found."""
    for connection in _iterate_connected():
        with suppress(OSError):
            peer = connection.getpeername()
            if isinstance(peer, tuple) and peer[:2] == client:
                connection.shutdown(socket.SHUT_RDWR)
                return True
    return False


def _iterate_connected() -> Iterator[socket.socket]:
    """Yield each connected stream socket, which the caller must not close."""
    for name in os.listdir(_FOLDER):  # noqa: PTH208 - plain addresses are what is wanted
        try:
            borrowed = socket.socket(fileno=int(name))
        except OSError:
            continue
        try:
            if borrowed.type == socket.SOCK_STREAM:
                yield borrowed
        finally:
            borrowed.detach()


def _get_local_address(connection: socket.socket) -> object:
    """Return the address that it was accepted on, or None."""
    try:
        connection.getpeername()
        name = connection.getsockname()
    except OSError:
        return None
    return name[1] if isinstance(name, tuple) else name
