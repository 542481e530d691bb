"""The commands that initialise, run and probe a private MariaDB."""

import contextlib
import signal
import socket
from pathlib import Path

from .process import change_owner, run
from .settings import ServerSettings

HANDSHAKE = 10
FAST = (
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-flush-method=nosync",
    "--innodb-doublewrite=0",
)


class MariadbBackend:
    """MariaDB with one superuser `carboy` and a password."""

    name = "mariadb"
    stop_signal = signal.SIGTERM
    abort_signal = None
    has_daemons = False

    def __init__(self, settings: ServerSettings) -> None:
        self.user = settings.user
        self.port = settings.port
        self.durable = settings.durable
        self._password = settings.password
        self._mariadbd, self._install = settings.programs

    @property
    def url(self) -> str:
        """Return the URL for clients."""
        return (
            f"mysql+pymysql://carboy:{self._password}@127.0.0.1:{self.port}/carboy"
            "?charset=utf8mb4"
        )

    def prepare(self, data: Path) -> None:
        """Create the initial data in the folder `data`."""
        command: list[str | Path] = [self._install, "--no-defaults", "--skip-test-db"]
        command += [f"--datadir={data}", "--auth-root-authentication-method=normal"]
        run(command, user=self.user, log=data.with_name("log"))
        start = data / "carboy-start.sql"
        start.write_text(
            "CREATE USER IF NOT EXISTS carboy@'127.0.0.1'"
            f" IDENTIFIED BY '{self._password}';\n"
            "GRANT ALL ON *.* TO carboy@'127.0.0.1' WITH GRANT OPTION;\n"
            "CREATE DATABASE IF NOT EXISTS carboy CHARACTER SET utf8mb4;\n"
            "ALTER USER root@localhost ACCOUNT LOCK;\n"
        )
        change_owner(self.user, start)

    def command(self, data: Path) -> list[str | Path]:
        """Return the command that runs the server in the foreground."""
        command: list[str | Path] = [self._mariadbd, "--no-defaults"]
        command += [f"--datadir={data}", f"--init-file={data / 'carboy-start.sql'}"]
        command += [f"--port={self.port}", "--bind-address=127.0.0.1"]
        command += [f"--socket={data / 'sock'}", f"--pid-file={data / 'pid'}"]
        command += ["--skip-log-bin", "--skip-name-resolve", "--max-connections=200"]
        command += ["--character-set-server=utf8mb4", "--default-time-zone=+00:00"]
        command += ["--innodb-buffer-pool-size=64M", "--innodb-log-file-size=16M"]
        return [*command, *(() if self.durable else FAST)]

    def environment(self, _data: Path) -> dict[str, str]:
        """Return the environment variables that the server needs."""
        return {}

    def is_ready(self) -> bool:
        """Return whether the server sends its greeting, after its start file."""
        with contextlib.suppress(OSError):
            address = ("127.0.0.1", self.port)
            with socket.create_connection(address, timeout=1) as connection:
                greeting = connection.recv(5)
                return len(greeting) == 5 and greeting[4] == HANDSHAKE
        return False
