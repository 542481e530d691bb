"""Talks to the keeper of a folder, and starts one when there is none."""

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

from .errors import MissingServiceError, ServiceError
from .keeper import SOCKET
from .process import tail, wait_until

Answer = dict[str, Any]
PROGRAM = Path(__file__).resolve().parents[2] / "services"


class KeeperClient:
    """The servers that belong to `folder`; its keeper lives as long as `watched`."""

    def __init__(self, folder: Path, *, watched: int | None = None) -> None:
        self._folder = folder
        self._watched = watched

    def start(self, name: str) -> dict[str, str]:
        """Start the server `name` unless it runs; return the address of each server."""
        with self._lock():
            if not self._is_answering():
                self._start_keeper()
        return self._order("start", name)

    def order(self, action: str, name: str) -> dict[str, str]:
        """Stop, restart, kill, pause or resume the server `name`."""
        return self._order(action, name)

    def list_urls(self) -> dict[str, str]:
        """Return the address of each running server, by variable."""
        return self._order("list") if self._is_answering() else {}

    def quit(self) -> bool:
        """End all servers and their keeper; return False when there was none."""
        if not self._is_answering():
            return False
        self._order("quit")
        if not wait_until(lambda: not self._folder.exists(), 30):
            raise ServiceError(f"The keeper of {self._folder} does not end.")
        return True

    def _start_keeper(self) -> None:
        command = [sys.executable, str(PROGRAM)]
        command += ["--folder", str(self._folder), "keep"]
        if self._watched is not None:
            command += ["--for", str(self._watched)]
        log = self._folder / "keeper.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                command,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        if not wait_until(lambda: self._is_answering() or _is_over(process), 20):
            process.kill()
        if not self._is_answering():
            raise ServiceError(f"The keeper of services did not start. {tail(log)}")
        # The keeper outlives this process on purpose: nobody here waits for it.
        process.returncode = 0

    def _is_answering(self) -> bool:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
            probe.connect(str(self._folder / SOCKET))
            return True
        return False

    def _order(self, action: str, name: str = "") -> dict[str, str]:
        try:
            answer = self._exchange({"do": action, "name": name})
        except OSError as error:
            raise ServiceError(
                f"No services run in {self._folder} ({error}). Start them first."
            ) from error
        if "missing" in answer:
            raise MissingServiceError(answer["missing"])
        if "error" in answer:
            raise ServiceError(answer["error"])
        return dict(answer["urls"])

    def _exchange(self, order: dict[str, str]) -> Answer:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(600)  # the first start may install
            connection.connect(str(self._folder / SOCKET))
            connection.sendall(json.dumps(order).encode() + b"\n")
            answer: Answer = json.loads(connection.makefile().readline())
            return answer

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        """Let one process at a time look for the keeper and start it."""
        self._folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        if self._folder.stat().st_uid != os.geteuid():
            raise ServiceError(f"{self._folder} belongs to someone else. Remove it.")
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _is_over(process: subprocess.Popen[bytes]) -> bool:
    return process.poll() is not None
