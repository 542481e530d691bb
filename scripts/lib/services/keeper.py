"""Owns the running servers: takes orders on a socket, and ends when its user ends.

A process of its own, because servers are shared by several test processes and must
outlive the one that asked first.
"""

import contextlib
import json
import os
import select
import shutil
import signal
import socket
from pathlib import Path
from types import FrameType

from .catalogue import get_service
from .errors import MissingServiceError, ServiceError
from .recipes import make_server
from .server import Server

SOCKET = "keeper.sock"
ACTIONS = ("start", "stop", "restart", "kill", "pause", "resume")


class Keeper:
    """The servers of one folder, by the name of their service."""

    def __init__(self, folder: Path, watched: int | None) -> None:
        self._folder = folder
        self._watched = watched
        self._servers: dict[str, Server] = {}
        self._is_over = False

    def serve(self) -> None:
        """Take orders until told to quit or until the watched process is gone."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._quit)
        with socket.socket(socket.AF_UNIX) as listener:
            # Listening first and named after: whoever sees the name can connect.
            waiting = self._folder / f"{SOCKET}.new"
            listener.bind(str(waiting))
            listener.listen(32)
            waiting.rename(self._folder / SOCKET)
            try:
                while not self._is_over and self._is_wanted():
                    self._serve_one(listener)
            finally:
                self._close()

    def _serve_one(self, listener: socket.socket) -> None:
        readable, _, _ = select.select([listener], [], [], 0.5)
        if not readable:
            return
        connection, _ = listener.accept()
        # A client that went away meanwhile does not concern the servers.
        with connection, contextlib.suppress(OSError, ValueError):
            connection.settimeout(5)
            order = json.loads(connection.makefile().readline())
            answer = self._answer(order)
            connection.sendall(json.dumps(answer).encode() + b"\n")

    def _answer(self, order: dict[str, str]) -> dict[str, object]:
        try:
            return {"urls": self._obey(order["do"], order.get("name", ""))}
        except MissingServiceError as error:
            return {"missing": str(error)}
        except (ServiceError, OSError) as error:
            return {"error": str(error)}

    def _obey(self, action: str, name: str) -> dict[str, str]:
        if action == "quit":
            self._is_over = True
        elif action in ACTIONS:
            getattr(self._find(name, make=action == "start"), action)()
        return {get_service(n).variable: s.url for n, s in self._servers.items()}

    def _find(self, name: str, *, make: bool) -> Server:
        if name not in self._servers:
            if not make:
                raise ServiceError(f"{name!r} was not started here. Start it first.")
            server = make_server(name, parent=self._folder)
            try:
                server.start()
            except BaseException:
                server.close()
                raise
            self._servers[name] = server
        return self._servers[name]

    def _is_wanted(self) -> bool:
        if self._watched is None:
            return self._folder.exists()
        with contextlib.suppress(PermissionError):
            try:
                os.kill(self._watched, 0)
            except ProcessLookupError:
                return False
        return self._folder.exists()

    def _quit(self, _number: int, _frame: FrameType | None) -> None:
        self._is_over = True

    def _close(self) -> None:
        for server in self._servers.values():
            server.close()
        shutil.rmtree(self._folder, ignore_errors=True)
