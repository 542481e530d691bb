"""Installs missing services with apt-get, without starting any system-wide server."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from .catalogue import Service, find_programs
from .errors import ServiceError

POLICY = Path("/usr/sbin/policy-rc.d")
LISTS = Path("/var/lib/apt/lists")
FRESH = 24 * 3600
# The system services that these packages may start.
UNITS = ("postgresql", "mariadb", "redis-server", "rabbitmq-server")


def can_install() -> bool:
    """Return whether this process may install packages: Debian, as root."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(services: Iterable[Service]) -> list[str]:
    """Install the missing services; return the names of the packages."""
    with _lock():
        missing = [s for s in services if find_programs(s) is None]
        packages = [package for service in missing for package in service.debian]
        if packages:
            _install_packages(packages)
    return packages


def _install_packages(packages: list[str]) -> None:
    if not _lists_are_fresh():
        _apt("update")
    active = _list_active()
    had_epmd = _call_epmd("-names")
    with prevent_server_start():
        try:
            _apt("install", "--no-install-recommends", *packages)
        except ServiceError:
            # The list may name a version that the mirror has removed.
            _apt("update")
            _apt("install", "--no-install-recommends", *packages)
    for unit in _list_active() - active:
        _run_quietly("service", unit, "stop")
    if not had_epmd:
        # Installing RabbitMQ leaves Erlang's port mapper running.
        _call_epmd("-kill")


def _apt(action: str, *arguments: str) -> None:
    command = ["apt-get", action, "-qq", "-y", "-o", "DPkg::Lock::Timeout=600"]
    command += ["-o", "Dpkg::Use-Pty=0", "-o", "Acquire::Retries=3", *arguments]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()[-5:]
        raise ServiceError(f"{' '.join(command)} failed: {' / '.join(lines)}")


def _lists_are_fresh() -> bool:
    lists = [path.stat().st_mtime for path in LISTS.glob("*_Packages*")]
    return bool(lists) and time.time() - max(lists) < FRESH


@contextlib.contextmanager
def prevent_server_start(policy: Path = POLICY) -> Iterator[None]:
    """Prevent packages from starting their servers; restore the policy afterwards."""
    before = policy.read_bytes() if policy.exists() else None
    mode = policy.stat().st_mode if before is not None else 0o755
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    try:
        yield
    finally:
        if before is None:
            policy.unlink()
        else:
            policy.write_bytes(before)
            policy.chmod(mode)


def _list_active() -> set[str]:
    if shutil.which("service") is None:
        return set()
    return {unit for unit in UNITS if _is_active(unit)}


def _call_epmd(option: str) -> bool:
    program = shutil.which("epmd")
    return program is not None and not _run_quietly(program, option)


def _run_quietly(*command: str) -> int:
    return subprocess.run(command, capture_output=True, check=False).returncode


def _is_active(unit: str) -> bool:
    return _run_quietly("service", unit, "status") == 0


@contextlib.contextmanager
def _lock() -> Iterator[None]:
    """Let one process at a time check and install."""
    path = Path(tempfile.gettempdir(), f"carboy-install-{os.geteuid()}.lock")
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
