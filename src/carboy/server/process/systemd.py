"""Notifies systemd about the state of the service."""

import os
import socket
import time
from contextlib import suppress


class Systemd:
    """The notify socket; does nothing without one."""

    def __init__(self) -> None:
        self._address = os.environ.pop("NOTIFY_SOCKET", "")
        self.watchdog = _read_watchdog()

    def notify_ready(self, status: str) -> None:
        """Report that requests are served."""
        self._send(f"READY=1\nSTATUS={status}")

    def notify_reloading(self) -> None:
        """Report that workers are being replaced."""
        now = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        self._send(f"RELOADING=1\nMONOTONIC_USEC={now}")

    def notify_stopping(self) -> None:
        """Report that the service stops."""
        self._send("STOPPING=1")

    def notify_watchdog(self) -> None:
        """Report to the watchdog that the service is alive."""
        if self.watchdog:
            self._send("WATCHDOG=1")

    def _send(self, message: str) -> None:
        if not self._address:
            return
        address = self._address
        if address.startswith("@"):
            address = "\0" + address[1:]
        with (
            suppress(OSError),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock,
        ):
            sock.sendto(message.encode(), address)


def _read_watchdog() -> float:
    """Return the seconds between two notifications; 0 without a watchdog."""
    is_for_us = os.environ.pop("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    microseconds = os.environ.pop("WATCHDOG_USEC", "")
    return (
        int(microseconds) / 2_000_000 if is_for_us and microseconds.isdecimal() else 0.0
    )
