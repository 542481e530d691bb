"""The commands that run a private PgBouncer in transaction mode."""

import signal
import socket
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from .catalogue import get_programs, get_service
from .make_server import find_free_port
from .packages import can_install, install
from .process import change_owner, choose_user
from .server import Server


class PgbouncerBackend:
    """PgBouncer in front of one PostgreSQL, in transaction mode."""

    name = "pgbouncer"
    stop_signal = signal.SIGINT
    abort_signal = None
    has_daemons = False
    durable = False

    def __init__(self, program: Path, user: str | None, port: int, url: str) -> None:
        self.user = user
        self.port = port
        self._program = program
        self._target = urlsplit(url)

    @property
    def url(self) -> str:
        """Return the URL for clients."""
        target = self._target
        return (
            f"postgresql://{target.username}:{target.password}"
            f"@127.0.0.1:{self.port}{target.path}"
        )

    def prepare(self, data: Path) -> None:
        """Create the configuration."""
        target = self._target
        users, config = data / "users.txt", data / "pgbouncer.ini"
        users.write_text(f'"{target.username}" "{target.password}"\n')
        config.write_text(
            f"[databases]\n* = host=127.0.0.1 port={target.port}\n[pgbouncer]\n"
            f"listen_addr = 127.0.0.1\nlisten_port = {self.port}\nunix_socket_dir =\n"
            f"auth_type = plain\nauth_file = {users}\npool_mode = transaction\n"
            "default_pool_size = 5\n"
            "ignore_startup_parameters = extra_float_digits,options\n"
        )
        for path in (users, config):
            change_owner(self.user, path)

    def command(self, data: Path) -> list[str | Path]:
        """Return the command that runs the server in the foreground."""
        return [self._program, data / "pgbouncer.ini"]

    def environment(self, _data: Path) -> dict[str, str]:
        """Return the environment variables that the server needs."""
        return {}

    def is_ready(self) -> bool:
        """Return whether the server accepts connections."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False


def make_pgbouncer(url: str, parent: Path | None = None) -> Server:
    """Return a PgBouncer in front of `url`, not started; install it if possible."""
    service = get_service("pgbouncer")
    if can_install():
        install([service])
    (program,) = get_programs(service)
    user = choose_user(service.users)
    return Server(PgbouncerBackend(program, user, find_free_port(), url), parent=parent)
