"""The kombu transport `sqlite-lease://`: Celery's broker in one SQLite file.

    sqlite-lease://localhost//var/site/broker.sqlite     the path is absolute

It works inside Celery's event loop: the synchronous one stalls when a child dies.
"""

import contextlib
import socket
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty
from typing import Any
from urllib.parse import unquote

import msgspec
from kombu.transport import TRANSPORT_ALIASES, virtual

from .address import SCHEME
from .file_queue import Lease, LeaseQueue

_BUSY_PERIOD = 0.01
_IDLE_PERIOD = 0.05
_BUSY_FOR = 1.0
_RECLAIM_PERIOD = 0.5


class QoS(virtual.QoS):
    """What was delivered and not yet done with; the file knows it as well."""

    def ack(self, delivery_tag: str) -> None:
        """Delete the message from its queue."""
        self.channel.leases.ack(int(delivery_tag))
        self._settle(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:  # noqa: FBT001, FBT002 - the signature is kombu's
        """Give the message back, or delete it."""
        if requeue:
            self.channel.leases.release(int(delivery_tag))
        else:
            self.channel.leases.ack(int(delivery_tag))
        self._settle(delivery_tag)

    def restore_unacked_once(self, stderr: Any = None) -> None:  # noqa: ARG002 - the signature is kombu's
        """Give back what was delivered and never begun or finished."""
        self._on_collect.cancel()
        self._flush()
        channel = self.channel
        for tag in list(self._delivered):
            with contextlib.suppress(sqlite3.Error):
                channel.leases.release(int(tag), counted=False)
        self._delivered.clear()

    def _settle(self, delivery_tag: str) -> None:
        self._quick_ack(delivery_tag)
        self.channel.look_again()


class Channel(virtual.Channel):
    """Queues of the file, as kombu wants to speak to them."""

    QoS = QoS
    supports_fanout = False

    @property
    def leases(self) -> LeaseQueue:
        """The file, opened once for all channels of a connection."""
        leases: LeaseQueue = self._leases
        return leases

    def __init__(self, connection: Any, **kwargs: Any) -> None:
        super().__init__(connection, **kwargs)
        # Kept apart from the connection, which is gone when late threads acknowledge.
        self._leases = connection.leases
        self._look = connection.look_again

    def look_again(self) -> None:
        """Let the event loop claim as soon as it turns."""
        self._look()

    def claim(self) -> int:
        """Claim what there is room for, and deliver it."""
        queues = list(self._active_queues)
        if not queues or not self.qos.can_consume():
            return 0
        room = self.qos.can_consume_max_estimate() or 100
        leases = self.leases.claim(queues, room)
        for lease in leases:
            self.connection._deliver(_payload(lease), lease.queue)  # noqa: SLF001 - kombu's own way in
        return len(leases)

    def drain_events(self, **_options: Any) -> None:
        """Deliver what is there, for those who work without the event loop."""
        if not self.claim():
            raise Empty

    def _get(self, queue: str, **_options: Any) -> dict[str, Any]:
        for lease in self.leases.claim([queue], 1):
            return _payload(lease)
        raise Empty

    def _put(self, queue: str, message: dict[str, Any], **_options: Any) -> None:
        self.leases.put(
            queue,
            msgspec.json.encode(message),
            priority=self._get_message_priority(message),
            due=_due(message),
        )

    def _size(self, queue: str) -> int:
        return self.leases.size(queue)

    def _purge(self, queue: str) -> int:
        return self.leases.purge(queue)


class Transport(virtual.Transport):
    """One connection to the file."""

    Channel = Channel
    driver_type = "sqlite"
    driver_name = "sqlite-lease"
    connection_errors = (*virtual.Transport.connection_errors, sqlite3.Error)
    implements = virtual.Transport.implements.extend(
        asynchronous=True, exchange_type=frozenset(["direct", "topic"])
    )

    def __init__(self, client: Any, **kwargs: Any) -> None:
        super().__init__(client, **kwargs)
        options = client.transport_options
        self.leases = LeaseQueue(
            get_path(client),
            max_tries=options.get("max_tries", 5),
            synchronous=options.get("synchronous", "FULL"),
        )
        self._timer: Any = None
        self._version = -1
        self._must_look = True
        self._busy_until = 0.0
        self._next_due: float | None = None
        self._reclaim_at = 0.0

    def look_again(self) -> None:
        """Claim at the next turn, whether or not somebody wrote."""
        self._must_look = True

    def register_with_event_loop(self, _connection: Any, loop: Any) -> None:
        """Claim on each turn of the loop, and wake it often enough to see writes."""
        self.leases.reclaim_strays()
        self._stop_timer()
        self._timer = loop.call_later(0, self._on_timer, loop)
        loop.on_tick.add(self._on_tick)

    def close_connection(self, connection: Any) -> None:
        """Stop the timer, give back what was not done with, close the file."""
        self._stop_timer()
        super().close_connection(connection)
        self.leases.close()

    def drain_events(self, _connection: Any, timeout: float | None = None) -> None:
        """Wait for a message, for those who work without the event loop."""
        end = None if timeout is None else time.monotonic() + timeout
        while not self._look(time.monotonic()):
            if end is not None and time.monotonic() >= end:
                raise socket.timeout  # noqa: UP041 - kombu's callers name it so
            time.sleep(_BUSY_PERIOD)

    def _on_tick(self) -> None:
        if self._must_look:
            self._claim(time.monotonic())

    def _on_timer(self, loop: Any) -> None:
        now = time.monotonic()
        period = _BUSY_PERIOD if now < self._busy_until else _IDLE_PERIOD
        self._timer = loop.call_later(period, self._on_timer, loop)
        self._look(now)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self, now: float) -> bool:
        if now >= self._reclaim_at:
            self._reclaim_at = now + _RECLAIM_PERIOD
            self._must_look |= bool(self.leases.reclaim())
        version = self.leases.version()
        due = self._next_due is not None and self._next_due <= time.time()
        if version == self._version and not due and not self._must_look:
            return False
        self._version = version
        return self._claim(now)

    def _claim(self, now: float) -> bool:
        self._must_look = False
        claimed = sum(channel.claim() for channel in list(self.channels))
        if claimed:
            self._busy_until = now + _BUSY_FOR
            self._must_look = True
        else:
            self._next_due = self.leases.next_due()
        return bool(claimed)


def get_path(client: Any) -> Path:
    """Give the file that the address of a connection names."""
    return Path("/" + unquote(client.virtual_host or "").lstrip("/"))


def register() -> None:
    """Make kombu know the scheme; done once, when tasks are imported."""
    TRANSPORT_ALIASES.setdefault(
        SCHEME, "carboy.tasks.broker.kombu_transport:Transport"
    )


def _payload(lease: Lease) -> dict[str, Any]:
    payload: dict[str, Any] = msgspec.json.decode(lease.payload)
    payload["properties"]["delivery_tag"] = str(lease.id)
    return payload


def _due(message: dict[str, Any]) -> float:
    eta = (message.get("headers") or {}).get("eta")
    if not eta:
        return 0.0
    when = datetime.fromisoformat(eta)
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
