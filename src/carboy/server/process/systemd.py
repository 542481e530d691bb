"""Telling systemd how the service is, when it was started by systemd."""

from __future__ import annotations

import os
import socket
import time
from contextlib import suppress


class Systemd:
    """The notify socket; silent when there is none."""

    def __init__(self) -> None:
        self._address = os.environ.pop("NOTIFY_SOCKET", "")
        self.watchdog = _read_watchdog()

    def notify_ready(self, status: str) -> None:
        """Say that requests are served."""
        self._send(f"READY=1\nSTATUS={status}")

    def notify_reloading(self) -> None:
        """Say that workers are being replaced."""
        now = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        self._send(f"RELOADING=1\nMONOTONIC_USEC={now}")

    def notify_stopping(self) -> None:
        """Say that the end has begun."""
        self._send("STOPPING=1")

    def notify_watchdog(self) -> None:
        """Answer the watchdog."""
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
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line,
        ):
            line.sendto(message.encode(), address)


def _read_watchdog() -> float:
    """Return the seconds between two signs of life; 0 if none are asked for."""
    meant = os.environ.pop("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    micro = os.environ.pop("WATCHDOG_USEC", "")
    return int(micro) / 2_000_000 if meant and micro.isdecimal() else 0.0
