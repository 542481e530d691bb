"""Creates a private server from the name of its service."""

import random
import secrets
import socket
from collections.abc import Callable
from pathlib import Path

from .catalogue import get_programs, get_service
from .errors import ServiceError
from .mariadb import MariadbBackend
from .packages import can_install, install
from .postgresql import PostgresqlBackend
from .process import choose_user
from .rabbitmq import RabbitmqBackend
from .redis import RedisBackend
from .server import Backend, Server
from .settings import ServerSettings

BACKENDS: dict[str, Callable[[ServerSettings], Backend]] = {
    "postgresql": PostgresqlBackend,
    "mariadb": MariadbBackend,
    "redis": RedisBackend,
    "rabbitmq": RabbitmqBackend,
}
# Below the ephemeral ports: an outgoing connection cannot take the port of a server
# that is stopped for a moment.
PORTS = range(15_000, 32_000)


def make_server(
    name: str, *, durable: bool = False, parent: Path | None = None
) -> Server:
    """Return a private server, not started yet; install it first if possible.

    A `durable` server keeps its data through a crash of the machine. Without it a
    server is faster and starts empty after a crash.
    """
    service = get_service(name)
    if name not in BACKENDS:
        raise ServiceError(f"{service.title} is not a server, so it cannot be started.")
    if can_install():
        install([service])
    settings = ServerSettings(
        programs=get_programs(service),
        port=find_free_port(),
        password=secrets.token_hex(12),
        user=choose_user(service.users),
        durable=durable,
    )
    return Server(BACKENDS[name](settings), parent=parent)


def find_free_port() -> int:
    """Return a port of 127.0.0.1 that nothing listens on."""
    for port in random.SystemRandom().sample(PORTS, 200):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise ServiceError("No free port found on 127.0.0.1 between 15000 and 32000.")
