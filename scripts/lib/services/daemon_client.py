"""Sends requests to the daemon of a folder; starts it if there is none."""

import contextlib
import fcntl
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .daemon import SOCKET
from .errors import MissingServiceError, ServiceError
from .process import tail, wait_until

Response = dict[str, Any]
PROGRAM = Path(__file__).resolve().parents[2] / "services"


class DaemonClient:
    """The servers of `folder`; their daemon ends with the process `watched`."""

    def __init__(self, folder: Path, *, watched: int | None = None) -> None:
        self._folder = folder
        self._watched = watched

    def start(self, name: str) -> dict[str, str]:
        """Start the server `name` unless it runs; return the URL of each server."""
        with self._lock():
            if not self._is_answering():
                self._start_daemon()
        return self._request("start", name)

    def send(self, action: str, name: str) -> dict[str, str]:
        """Stop, restart, kill, pause or resume the server `name`."""
        return self._request(action, name)

    def list_urls(self) -> dict[str, str]:
        """Return the URL of each running server by its variable."""
        return self._request("list") if self._is_answering() else {}

    def quit(self) -> bool:
        """Stop all servers and their daemon; return False if there was none."""
        if not self._is_answering():
            return False
        self._request("quit")
        if not wait_until(lambda: not self._folder.exists(), 30):
            raise ServiceError(f"The daemon of {self._folder} does not stop.")
        return True

    def _start_daemon(self) -> None:
        command = [sys.executable, str(PROGRAM)]
        command += ["--folder", str(self._folder), "daemon"]
        if self._watched is not None:
            command += ["--for", str(self._watched)]
        log = self._folder / "daemon.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                command,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        if not wait_until(lambda: self._is_answering() or _has_ended(process), 20):
            process.kill()
        if not self._is_answering():
            raise ServiceError(f"The services daemon did not start. {tail(log)}")
        # The daemon outlives this process on purpose, so nothing waits for it.
        process.returncode = 0

    def _is_answering(self) -> bool:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
            probe.connect(str(self._folder / SOCKET))
            return True
        return False

    def _request(self, action: str, name: str = "") -> dict[str, str]:
        try:
            response = self._exchange({"action": action, "name": name})
        except OSError as error:
            raise ServiceError(
                f"No services run in {self._folder} ({error}). Start them first."
            ) from error
        if "missing" in response:
            raise MissingServiceError(response["missing"])
        if "error" in response:
            raise ServiceError(response["error"])
        return dict(response["urls"])

    def _exchange(self, request: dict[str, str]) -> Response:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(600)  # the first start may install
            connection.connect(str(self._folder / SOCKET))
            connection.sendall(json.dumps(request).encode() + b"\n")
            response: Response = json.loads(connection.makefile().readline())
            return response

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        """Let one process at a time look for the daemon and start it."""
        self._folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        if self._folder.stat().st_uid != os.geteuid():
            raise ServiceError(f"{self._folder} belongs to another user. Remove it.")
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    return process.poll() is not None
