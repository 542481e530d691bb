"""How a private Redis is made, run and asked."""

import contextlib
import signal
import socket
from pathlib import Path
from urllib.parse import unquote, urlsplit

from .errors import ServiceError
from .settings import ServerSettings

DATABASES = 4096


class RedisRecipe:
    """Redis with a password and a database number for each test that wants one."""

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
        """Return the address that clients use."""
        return f"redis://:{self._password}@127.0.0.1:{self.port}/0"

    def prepare(self, _data: Path) -> None:
        """Make the first data in the folder `data`, once: Redis needs none."""

    def command(self, data: Path) -> list[str | Path]:
        """Return what to run, in the foreground."""
        command: list[str | Path] = [self._redis, "--bind", "127.0.0.1"]
        command += ["--port", str(self.port), "--dir", data, "--daemonize", "no"]
        command += ["--requirepass", self._password, "--databases", str(DATABASES)]
        command += ["--save", "", "--appendonly", "yes" if self.durable else "no"]
        return [*command, "--appendfsync", "always"]

    def environment(self, _data: Path) -> dict[str, str]:
        """Return variables that the server needs."""
        return {}

    def is_ready(self) -> bool:
        """Tell whether the server answers PING: not while it loads its data."""
        with contextlib.suppress(OSError, ServiceError):
            return ask_redis(self.url, "PING") == "PONG"
        return False


def ask_redis(url: str, *words: str, timeout: float = 1) -> str:
    """Send one command whose answer is one line, and return that line."""
    parts = urlsplit(url)
    address = (parts.hostname or "127.0.0.1", parts.port or 6379)
    commands: list[tuple[str, ...]] = [("SELECT", parts.path.strip("/") or "0"), words]
    if parts.password:
        commands.insert(0, ("AUTH", unquote(parts.password)))
    with socket.create_connection(address, timeout=timeout) as connection:
        connection.sendall(b"".join(_encode(command) for command in commands))
        with connection.makefile("rb") as answers:
            lines = [answers.readline().decode().strip() for _ in commands]
    for line in lines:
        if not line or line[0] == "-":
            raise ServiceError(f"Redis answered {line!r} to {words[0]}.")
    return lines[-1][1:]


def _encode(words: tuple[str, ...]) -> bytes:
    parts = [f"${len(word.encode())}\r\n{word}\r\n" for word in words]
    return f"*{len(words)}\r\n{''.join(parts)}".encode()
