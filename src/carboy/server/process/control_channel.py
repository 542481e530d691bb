"""Messages between the supervisor and a worker: framed JSON over a socket pair."""

import json
import select
import socket
import struct
import time
from typing import Any

_LENGTH = struct.Struct("!Q")
_READ_SIZE = 1024 * 1024

Message = dict[str, Any]


class ControlChannel:
    """One end of the channel. Each message travels as its length and its JSON.

    Both ends are non-blocking: what the socket does not accept at once stays in a
    buffer and goes out with the next message or with `flush`.
    """

    def __init__(self, end: socket.socket) -> None:
        end.settimeout(0)
        self._socket = end
        self._received = bytearray()
        self._unsent = bytearray()
        self._is_closed = False

    def fileno(self) -> int:
        """Return the descriptor, for selectors."""
        return self._socket.fileno()

    def send(self, kind: str, **fields: object) -> None:
        """Send a message, however large it is."""
        payload = json.dumps({"kind": kind, **fields}).encode()
        self._unsent += _LENGTH.pack(len(payload)) + payload
        self._write()

    def offer(self, kind: str, **fields: object) -> None:
        """Send a message, or drop it while an earlier one is still being sent."""
        self._write()
        if not self._unsent:
            self.send(kind, **fields)

    def flush(self, timeout: float = 0.0) -> bool:
        """Wait until everything is sent; return whether it was."""
        deadline = time.monotonic() + timeout
        self._write()
        while self._unsent:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                break
            poll = select.poll()
            poll.register(self._socket, select.POLLOUT)
            poll.poll(remaining * 1000)
            self._write()
        return not self._unsent

    def receive(self) -> list[Message] | None:
        """Return the complete messages, or None when the other end is gone."""
        self._read()
        messages: list[Message] = []
        try:
            self._take_messages(messages)
        except ValueError:
            # Not our protocol, so nothing after it can be understood either.
            self._is_closed = True
            self._received.clear()
        if not messages and self._is_closed:
            # A message that was cut by the death of its sender is dropped.
            return None
        return messages

    def close(self) -> None:
        """Close this end."""
        self._socket.close()

    def _read(self) -> None:
        """Read all that has arrived."""
        while not self._is_closed:
            try:
                data = self._socket.recv(_READ_SIZE)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            self._received += data
            self._is_closed = not data

    def _take_messages(self, messages: list[Message]) -> None:
        """Move the complete messages out of the buffer."""
        start, size = 0, _LENGTH.size
        while len(self._received) - start >= size:
            (length,) = _LENGTH.unpack_from(self._received, start)
            end = start + size + length
            if end > len(self._received):
                break
            message = json.loads(self._received[start + size : end])
            if not isinstance(message, dict) or "kind" not in message:
                raise ValueError("A control message must be an object with a kind.")
            messages.append(message)
            start = end
        del self._received[:start]

    def _write(self) -> None:
        """Write as much as the socket accepts now."""
        while self._unsent:
            try:
                sent = self._socket.send(self._unsent)
            except BlockingIOError:
                return
            except OSError:
                # The other process is gone: nobody will read the rest.
                self._unsent.clear()
                return
            del self._unsent[:sent]


def make_control_channels() -> tuple[ControlChannel, ControlChannel]:
    """Return the two ends of a new channel."""
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    return ControlChannel(one), ControlChannel(other)
