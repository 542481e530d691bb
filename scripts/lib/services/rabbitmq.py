"""The commands that initialise, run and probe a private RabbitMQ."""

import contextlib
import signal
import socket
from pathlib import Path

from .process import change_owner
from .settings import ServerSettings


class RabbitmqBackend:
    """RabbitMQ with one user `carboy` and a password."""

    name = "rabbitmq"
    stop_signal = signal.SIGTERM
    abort_signal = None
    has_daemons = True  # epmd

    def __init__(self, settings: ServerSettings) -> None:
        self.user = settings.user
        self.port = settings.port
        self.durable = settings.durable
        self._password = settings.password
        self._rabbitmq, self._epmd = settings.programs

    @property
    def url(self) -> str:
        """Return the URL for clients."""
        return f"amqp://carboy:{self._password}@127.0.0.1:{self.port}//"

    def prepare(self, data: Path) -> None:
        """Create the initial data in the folder `data`."""
        self._write(
            data / "rabbitmq.conf",
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\n"
            f"default_user = carboy\ndefault_pass = {self._password}\n"
            "log.console = true\nlog.console.level = warning\nlog.file = false\n",
        )
        self._write(data / "enabled_plugins", "[].\n")

    def command(self, _data: Path) -> list[str | Path]:
        """Return the command that runs the server in the foreground."""
        return [self._rabbitmq]

    def environment(self, data: Path) -> dict[str, str]:
        """Return the environment variables that the server needs."""
        loopback = "-kernel inet_dist_use_interface {127,0,0,1}"
        return {
            "HOME": str(data),
            "RABBITMQ_NODENAME": f"carboy{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            # A port mapper for each server, which ends with it.
            "ERL_EPMD_PORT": str(self.port + 1),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_DIST_PORT": str(self.port + 2),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": loopback,
            "RABBITMQ_CONFIG_FILE": str(data / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(data / "enabled_plugins"),
            "RABBITMQ_CONF_ENV_FILE": str(data / "none"),
            "RABBITMQ_MNESIA_BASE": str(data / "mnesia"),
            "RABBITMQ_LOG_BASE": str(data / "log"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(data / "generated"),
            "RABBITMQ_PID_FILE": str(data / "pid"),
        }

    def is_ready(self) -> bool:
        """Return whether the server answers the protocol header."""
        with contextlib.suppress(OSError):
            address = ("127.0.0.1", self.port)
            with socket.create_connection(address, timeout=2) as connection:
                connection.sendall(b"AMQP\x00\x00\x09\x01")
                return connection.recv(1) == b"\x01"
        return False

    def _write(self, path: Path, text: str) -> None:
        path.write_text(text)
        change_owner(self.user, path)
