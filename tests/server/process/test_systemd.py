"""If this passes, systemd is told in its own words, and nobody is without it."""

import os
import socket

import pytest

from carboy.server.process.systemd import Systemd


@pytest.fixture
def ear(tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify_socket:
        notify_socket.bind(str(tmp_path / "notify"))
        notify_socket.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield notify_socket


def test_each_step_is_told(ear, monkeypatch):
    monkeypatch.setenv("WATCHDOG_USEC", "3000000")
    systemd = Systemd()

    systemd.notify_ready("2 workers")
    systemd.notify_reloading()
    systemd.notify_watchdog()
    systemd.notify_stopping()

    assert systemd.watchdog == 1.5
    assert ear.recv(999) == b"READY=1\nSTATUS=2 workers"
    assert ear.recv(999).startswith(b"RELOADING=1\nMONOTONIC_USEC=")
    assert ear.recv(999) == b"WATCHDOG=1"
    assert ear.recv(999) == b"STOPPING=1"


def test_what_was_meant_for_us_is_not_handed_on(ear, monkeypatch):
    monkeypatch.setenv("WATCHDOG_USEC", "1000000")
    monkeypatch.setenv("WATCHDOG_PID", "1")

    systemd = Systemd()

    assert systemd.watchdog == 0
    assert "NOTIFY_SOCKET" not in os.environ
    assert "WATCHDOG_USEC" not in os.environ


def test_without_systemd_nothing_is_told(monkeypatch):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)

    Systemd().notify_ready("fine")
