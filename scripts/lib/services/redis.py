"""The commands that initialise, run and probe a private Redis."""

import contextlib
import signal
import socket
from pathlib import Path
from urllib.parse import unquote, urlsplit

from .errors import ServiceError
from .settings import ServerSettings

DATABASES = 4096


class RedisBackend:
    """Redis with a password and a database number for each test."""

    name = "redis"
    stop_signal = signal.SIGTERM
    abort_signal = None
    has_daemons = False

    def __init__(self, settings: ServerSettings) -> None:
        self.user = settings.user
        self.port = settings.port
        self.durable = settings.durable
        self._password = settings.password
        (self._redis,) = settings.programs

    @property
    def url(self) -> str:
        """Return the URL for clients."""
        return f"redis://:{self._password}@127.0.0.1:{self.port}/0"

    def prepare(self, _data: Path) -> None:
        """Create the initial data in the folder `data`: Redis needs none."""

    def command(self, data: Path) -> list[str | Path]:
        """Return the command that runs the server in the foreground."""
        command: list[str | Path] = [self._redis, "--bind", "127.0.0.1"]
        command += ["--port", str(self.port), "--dir", data, "--daemonize", "no"]
        command += ["--requirepass", self._password, "--databases", str(DATABASES)]
        command += ["--save", "", "--appendonly", "yes" if self.durable else "no"]
        return [*command, "--appendfsync", "always"]

    def environment(self, _data: Path) -> dict[str, str]:
        """Return the environment variables that the server needs."""
        return {}

    def is_ready(self) -> bool:
        """Return whether the server answers PING: it does once its data is loaded."""
        with contextlib.suppress(OSError, ServiceError):
            return ask_redis(self.url, "PING") == "PONG"
        return False


def ask_redis(url: str, *arguments: str, timeout: float = 1) -> str:
    """Send one command whose reply is one line, and return that line."""
    parts = urlsplit(url)
    address = (parts.hostname or "127.0.0.1", parts.port or 6379)
    commands: list[tuple[str, ...]] = [
        ("SELECT", parts.path.strip("/") or "0"),
        arguments,
    ]
    if parts.password:
        commands.insert(0, ("AUTH", unquote(parts.password)))
    with socket.create_connection(address, timeout=timeout) as connection:
        connection.sendall(b"".join(_encode(command) for command in commands))
        with connection.makefile("rb") as replies:
            lines = [replies.readline().decode().strip() for _ in commands]
    for line in lines:
        if not line or line[0] == "-":
            raise ServiceError(f"Redis answered {line!r} to {arguments[0]}.")
    return lines[-1][1:]


def _encode(arguments: tuple[str, ...]) -> bytes:
    parts = [f"${len(word.encode())}\r\n{word}\r\n" for word in arguments]
    return f"*{len(arguments)}\r\n{''.join(parts)}".encode()
