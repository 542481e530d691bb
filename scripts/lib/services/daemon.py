"""Owns the running servers: serves requests on a socket, and ends with its user.

It is a separate process, because several test processes share the servers, which must
outlive the process that requested them first.
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
from .make_server import make_server
from .server import Server

SOCKET = "daemon.sock"
ACTIONS = ("start", "stop", "restart", "kill", "pause", "resume")


class ServiceDaemon:
    """The servers of one folder, by the name of their service."""

    def __init__(self, folder: Path, watched: int | None) -> None:
        self._folder = folder
        self._watched = watched
        self._servers: dict[str, Server] = {}
        self._has_ended = False

    def serve(self) -> None:
        """Serve requests until `quit` or until the watched process has ended."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._quit)
        with socket.socket(socket.AF_UNIX) as listener:
            # Renamed after listen: a client that finds the name can connect.
            waiting = self._folder / f"{SOCKET}.new"
            listener.bind(str(waiting))
            listener.listen(32)
            waiting.rename(self._folder / SOCKET)
            try:
                while not self._has_ended and self._is_needed():
                    self._serve_one(listener)
            finally:
                self._close()

    def _serve_one(self, listener: socket.socket) -> None:
        readable, _, _ = select.select([listener], [], [], 0.5)
        if not readable:
            return
        connection, _ = listener.accept()
        # A client that has disconnected must not stop the servers.
        with connection, contextlib.suppress(OSError, ValueError):
            connection.settimeout(5)
            request = json.loads(connection.makefile().readline())
            response = self._respond(request)
            connection.sendall(json.dumps(response).encode() + b"\n")

    def _respond(self, request: dict[str, str]) -> dict[str, object]:
        try:
            return {"urls": self._execute(request["action"], request.get("name", ""))}
        except MissingServiceError as error:
            return {"missing": str(error)}
        except (ServiceError, OSError) as error:
            return {"error": str(error)}

    def _execute(self, action: str, name: str) -> dict[str, str]:
        if action == "quit":
            self._has_ended = True
        elif action in ACTIONS:
            getattr(self._get_server(name, create=action == "start"), action)()
        return {get_service(n).variable: s.url for n, s in self._servers.items()}

    def _get_server(self, name: str, *, create: bool) -> Server:
        if name not in self._servers:
            if not create:
                raise ServiceError(f"{name!r} is not running. Start it first.")
            server = make_server(name, parent=self._folder)
            try:
                server.start()
            except BaseException:
                server.close()
                raise
            self._servers[name] = server
        return self._servers[name]

    def _is_needed(self) -> bool:
        if self._watched is None:
            return self._folder.exists()
        with contextlib.suppress(PermissionError):
            try:
                os.kill(self._watched, 0)
            except ProcessLookupError:
                return False
        return self._folder.exists()

    def _quit(self, _number: int, _frame: FrameType | None) -> None:
        self._has_ended = True

    def _close(self) -> None:
        for server in self._servers.values():
            server.close()
        shutil.rmtree(self._folder, ignore_errors=True)
