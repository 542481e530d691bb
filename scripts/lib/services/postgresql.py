"""The commands that initialise, run and probe a private PostgreSQL."""

import contextlib
import signal
import socket
import struct
from pathlib import Path

from .process import change_owner, run
from .settings import ServerSettings

PROTOCOL = 196_608  # version 3.0
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class PostgresqlBackend:
    """PostgreSQL with one superuser `carboy` and a password."""

    name = "postgresql"
    stop_signal = signal.SIGINT
    abort_signal = signal.SIGQUIT
    has_daemons = False

    def __init__(self, settings: ServerSettings) -> None:
        self.user = settings.user
        self.port = settings.port
        self.durable = settings.durable
        self._password = settings.password
        # Debian has links in PATH, but the programs look for files next to themselves.
        self._postgres, self._initdb = (path.resolve() for path in settings.programs)

    @property
    def url(self) -> str:
        """Return the URL for clients."""
        return f"postgresql://carboy:{self._password}@127.0.0.1:{self.port}/postgres"

    def prepare(self, data: Path) -> None:
        """Create the initial data in the folder `data`."""
        password = data.with_name("password")
        password.write_text(self._password)
        change_owner(self.user, password)
        command: list[str | Path] = [self._initdb, "-D", data, "-U", "carboy"]
        command += ["--encoding=UTF8", "--locale=C", "--auth=scram-sha-256"]
        command += [f"--pwfile={password}", "--no-sync"]
        run(command, user=self.user, log=data.with_name("log"))
        password.unlink()

    def command(self, data: Path) -> list[str | Path]:
        """Return the command that runs the server in the foreground."""
        options = [f"port={self.port}", "listen_addresses=127.0.0.1"]
        options += ["unix_socket_directories=", "max_connections=200"]
        options += ["timezone=UTC", "shared_buffers=64MB"]
        options += () if self.durable else FAST
        flags = [part for option in options for part in ("-c", option)]
        return [self._postgres, "-D", data, *flags]

    def environment(self, _data: Path) -> dict[str, str]:
        """Return the environment variables that the server needs."""
        return {"LC_ALL": "C"}

    def is_ready(self) -> bool:
        """Return whether the server asks for a password: it does when it is ready."""
        message = struct.pack("!i", PROTOCOL) + b"user\0carboy\0\0"
        with contextlib.suppress(OSError):
            address = ("127.0.0.1", self.port)
            with socket.create_connection(address, timeout=1) as connection:
                connection.sendall(struct.pack("!i", len(message) + 4) + message)
                return connection.recv(1) == b"R"
        return False
